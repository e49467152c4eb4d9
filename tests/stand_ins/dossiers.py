"""Dossiers of checks, made of facts, to be put on paper in tests."""

from stand_ins import facts_made as made

from app.crypto.verdict.facts import FileFacts
from app.crypto.verdict.judge import judge_file, path_text
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import Report
from app.reports.dossier import Asked, Dossier
from app.reports.input_files import InputFile, InputState, paths_of
from app.reports.own_files import OwnFiles, OwnState


def dossier_of_facts(*files: FileFacts) -> Dossier:
    """Judge facts and put all that a paper wants around them."""
    policy = load_policy("default")
    report = Report(
        checked_at=made.NOW,
        control_time=made.NOW,
        engine={"roscherk": "0", "libgcrypt": "1.10"},
        files=tuple(judge_file(one, policy, made.TERMS) for one in files),
    )
    return Dossier(
        report=report,
        asked=Asked(),
        facts=files,
        inputs=tuple(_inputs(one) for one in files),
        own_files=OwnFiles(state=OwnState.INTACT, version="0", checked=3),
    )


def _inputs(facts: FileFacts) -> tuple[InputFile, ...]:
    return tuple(
        InputFile(
            role=role,
            path=path_text(path),
            size=123_456,
            sha256="ab" * 32,
            streebog256="cd" * 32,
            state=InputState.SAME,
        )
        for role, path, _known in paths_of(facts)
    )
