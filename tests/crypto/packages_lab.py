"""The door of packages over workers that live in the test's own process."""

from pathlib import Path
from typing import Any

from stand_ins.signed_pdf import NoProgress

from app.crypto import methods
from app.crypto.model import TrustMaterial
from app.crypto.packages import tasks, unpacking
from app.crypto.packages.door import Packages
from app.crypto.verifying import tasks as verifying_tasks
from app.crypto.verifying.door import Verifying
from app.errors import ErrorCode, RoscherkError
from app.processes import wire
from app.processes.cancelling import Cancel
from app.processes.method import Method

HANDLERS: dict[str, Any] = {
    methods.DIGEST.name: tasks.digest,
    methods.SIFT.name: tasks.sift,
    methods.UNPACK.name: unpacking.unpack,
    methods.VERIFY.name: verifying_tasks.verify,
    methods.VERIFY_MANY.name: verifying_tasks.verify_many,
}


class PackageWorkers:
    """A pool without processes; a file called ``killer`` ends the task it is in."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def run(self, method: Method[Any, Any], request: Any, **options: Any) -> Any:
        """Run the handler; request and answer go through the wire."""
        cancel = options.get("cancel")
        if isinstance(cancel, Cancel) and cancel.cancelled:
            raise RoscherkError(ErrorCode.CANCELLED)
        self.asked.append(method.name)
        sent = wire.encode(request)
        if b"killer" in sent and method is not methods.DIGEST:
            raise RoscherkError(ErrorCode.CHILD_CRASHED)
        answer = HANDLERS[method.name](wire.decode(sent, method.request), NoProgress())
        return wire.decode(wire.encode(answer), method.answer)


def open_packages(folder: Path, trust: TrustMaterial) -> Packages:
    """Return the door, with its private folders under ``folder``."""
    workers: Any = PackageWorkers()
    return Packages(
        workers, Verifying(workers, lambda: trust), folder / "unpacked", folder / "checked.sqlite3"
    )
