"""A dossier: all that a paper about a check rests on, as one value that can be stored and replayed.

Pure: the same dossier gives the same papers, octet for octet, wherever and whenever they are made.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from app.crypto.verdict.facts import FileFacts
from app.crypto.verdict.judge import Terms, judge_file, path_text
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import Report
from app.crypto.verifying.door import Checked
from app.errors import ErrorCode, RoscherkError
from app.reports.input_files import InputFile
from app.reports.own_files import OwnFiles
from app.shapes import read_json
from app.values import dataclass

SCHEMA = "roscherk.protocol/1"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Under what the files were judged, besides the moment."""

    policy: str = "default"
    at_by_user: bool = False
    because: str | None = None
    allow_practice: bool = False


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """A report with the facts behind it, the files it was made of, and the program that made it."""

    schema: str = SCHEMA
    report: Report
    asked: Asked
    facts: tuple[FileFacts, ...]
    """In the order of the report's files."""
    inputs: tuple[tuple[InputFile, ...], ...] = ()
    """For each file of the report; empty where they were not read again."""
    own_files: OwnFiles | None = None


def dossier_of(checked: Checked) -> Dossier:
    """Return the dossier of a check; files and program are looked at later."""
    options = checked.options
    return Dossier(
        report=checked.report,
        asked=Asked(
            policy=options.policy,
            at_by_user=options.at is not None,
            because=options.because,
            allow_practice=options.allow_practice,
        ),
        facts=tuple(each.facts for each in checked.verifications),
    )


def replay(dossier: Dossier, *, at: datetime | None = None, policy: str | None = None) -> Dossier:
    """Judge the stored facts once more, under another moment or policy if one is given."""
    asked = replace(
        dossier.asked,
        policy=policy or dossier.asked.policy,
        at_by_user=dossier.asked.at_by_user or at is not None,
    )
    moment = at or dossier.report.control_time
    terms = Terms(at=moment, at_by_user=asked.at_by_user, allow_practice=asked.allow_practice)
    rules = load_policy(asked.policy)
    files = tuple(judge_file(each, rules, terms) for each in dossier.facts)
    return replace(
        dossier, asked=asked, report=replace(dossier.report, control_time=moment, files=files)
    )


def dossier_to_json(dossier: Dossier) -> bytes:
    """Write a dossier as indented JSON; certificates are base64, times are UTC with a Z."""
    compact = msgspec.json.encode(dossier, order="deterministic", enc_hook=_encode)
    return msgspec.json.format(compact, indent=2) + b"\n"


def dossier_from_json(data: bytes) -> Dossier:
    """Read a dossier that `dossier_to_json` wrote.

    Raises ``FORMAT_UNKNOWN`` for anything else.
    """
    try:
        found = read_json(data, Dossier, dec_hook=_decode)
    except (msgspec.MsgspecError, ValueError) as error:
        raise RoscherkError(ErrorCode.FORMAT_UNKNOWN, path="") from error
    if found.schema != SCHEMA:
        raise RoscherkError(ErrorCode.FORMAT_UNKNOWN, path="")
    return found


def _encode(value: object) -> str:
    if isinstance(value, Path):
        return path_text(value)
    raise NotImplementedError(type(value).__name__)


def _decode(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(kind.__name__)


def joined(checks: Iterable[Checked]) -> Checked:
    """Return several checks as one; the moment and what was asked are those of the last one."""
    every = tuple(checks)
    last = max(every, key=lambda each: each.report.checked_at)
    files = tuple(file for each in every for file in each.report.files)
    engine = {name: version for each in every for name, version in each.report.engine.items()}
    return replace(
        last,
        report=replace(last.report, files=files, engine=engine),
        verifications=tuple(one for each in every for one in each.verifications),
    )
