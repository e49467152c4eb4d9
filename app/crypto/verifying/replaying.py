"""Facts to a report once more, without the files they are about. Runs in a worker only."""

from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.verdict.facts_json import LARGEST, StoredFacts, from_json
from app.crypto.verdict.judge import Terms, judge_file
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import Report
from app.crypto.verifying.replay_model import ReplayAnswer, ReplayRequest
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context


def replay(request: ReplayRequest, _context: Context) -> ReplayAnswer:
    """Judge stored facts. The same facts, policy and moment give the same report (rule V-01).

    Raises FACTS_DAMAGED, USAGE for an unknown policy, and the errors of opening.
    """
    stored = _read(request)
    policy = load_policy(stored.policy if request.policy is None else request.policy)
    practice = stored.allow_practice if request.allow_practice is None else request.allow_practice
    terms = Terms(
        at=stored.control_time if request.at is None else request.at,
        at_by_user=stored.at_by_user or request.at is not None,
        allow_practice=practice,
    )
    try:
        files = tuple(judge_file(facts, policy, terms) for facts in stored.files)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        # Facts that contradict each other cannot have come from this program.
        raise _damaged(request, type(error).__name__) from error
    report = Report(
        checked_at=stored.checked_at, control_time=terms.at, engine=stored.engine, files=files
    )
    return ReplayAnswer(report=report, policy=policy.name, established=stored.checked_at)


def _read(request: ReplayRequest) -> StoredFacts:
    try:
        with open_regular(request.path) as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise read_error(error, request.path) from error
    if len(data) > LARGEST:
        raise _damaged(request, "size")
    try:
        return from_json(data)
    except RoscherkError as error:
        raise error.with_facts(path=path_fact(request.path)) from error


def _damaged(request: ReplayRequest, why: str) -> RoscherkError:
    return RoscherkError(ErrorCode.FACTS_DAMAGED, path=path_fact(request.path), why=why)
