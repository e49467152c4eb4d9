"""The door for stored facts: saved after a check, judged again later."""

from datetime import UTC
from pathlib import Path

from app.crypto import methods
from app.crypto.opening import size_of
from app.crypto.saving import AtomicFile
from app.crypto.verdict.facts_json import StoredFacts, to_json
from app.crypto.verifying.door import Checked, VerifyOptions
from app.crypto.verifying.replay_model import ReplayAnswer, ReplayRequest
from app.processes.cancelling import Cancel
from app.processes.pool import Pool


class Replaying:
    """Judges stored facts again. May be used from any thread."""

    def __init__(self, workers: Pool) -> None:
        """Take the crypto workers: a file of facts may be a stranger's."""
        self._workers = workers

    def replay(self, request: ReplayRequest, cancel: Cancel | None = None) -> ReplayAnswer:
        """Judge the facts of a file. Raises FACTS_DAMAGED, USAGE and the errors of opening."""
        at = None if request.at is None else request.at.astimezone(UTC)
        size = size_of(request.path)
        asked = ReplayRequest(
            path=request.path,
            policy=request.policy,
            at=at,
            allow_practice=request.allow_practice,
        )
        return self._workers.run(methods.REPLAY, asked, size=size, cancel=cancel or Cancel())


def stored_facts(checked: Checked, options: VerifyOptions) -> bytes:
    """Return the facts of a check as JSON."""
    report = checked.report
    return to_json(
        StoredFacts(
            checked_at=report.checked_at,
            control_time=report.control_time,
            at_by_user=options.at is not None,
            allow_practice=options.allow_practice,
            policy=options.policy,
            engine=report.engine,
            files=tuple(one.facts for one in checked.verifications),
        )
    )


def save_facts(checked: Checked, options: VerifyOptions, target: Path) -> Path:
    """Write the facts of a check into a new file; raises what saving raises."""
    data = stored_facts(checked, options)
    with AtomicFile.create(target.absolute().parent) as file:
        file.write(data)
        return file.publish(target, numbers=False)
