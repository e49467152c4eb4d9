"""Protocols and the sample contract, made by the printer and saved where the user says. No Qt here."""

from collections.abc import Callable
from pathlib import Path

from app.crypto.saving import write_error
from app.crypto.verdict.report import Report
from app.crypto.verifying.door import Checked
from app.errors import RoscherkError
from app.reports.printing import Printing
from app.texts.catalogue import _
from app.ui.work import Tasks


def suggested_name(report: Report) -> str:
    """Return a name for the protocol of a report."""
    if len(report.files) == 1:
        name = Path(report.files[0].path).name
        return _("{name} — verification protocol.pdf").format(name=name)
    return _("Verification protocol.pdf")


class Paperwork:
    """Have paper made."""

    def __init__(self, printing: Printing, tasks: Tasks) -> None:
        self._printing = printing
        self._tasks = tasks

    def save(
        self,
        checked: Checked,
        target: Path,
        done: Callable[[], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Write the protocol of a check to a new file."""
        self._tasks.run(
            lambda _job: self._printing.save(checked, target),
            done=lambda _nothing: done(),
            failed=failed,
            lane="printing",
        )

    def sample(
        self,
        folder: Path,
        done: Callable[[Path], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Make the sample contract of practice mode."""
        name = _("Sample supply contract.pdf")

        def work() -> Path:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise write_error(error, folder) from error
            return self._printing.sample(folder, name)

        self._tasks.run(lambda _job: work(), done=done, failed=failed, lane="printing")
