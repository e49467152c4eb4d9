"""Protocols and the sample contract, made by the printer and saved where the user says. No Qt here."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from app.crypto.saving import write_error
from app.crypto.verdict.facts import CertificateFacts
from app.crypto.verdict.report import Report
from app.crypto.verifying.door import Checked
from app.crypto.viewing.model import ViewAnswer
from app.errors import RoscherkError
from app.reports.packaging import Packaging
from app.reports.printing import Form, PaperKind, Printing
from app.texts.catalogue import _
from app.ui.preview.facts import card_lines, fact_lines
from app.ui.work import Job, Tasks


class Wish(StrEnum):
    """What a user may want on paper about a check."""

    PROTOCOL = "protocol"
    EXPERTISE = "expertise"
    PACKAGE = "package"
    LETTER = "letter"
    LETTER_COPY = "letter_copy"
    """The letter to the clipboard, for a mail."""


def suggested_name(report: Report, wish: Wish = Wish.PROTOCOL) -> str:
    """Return a name for a paper about a check."""
    words = {
        Wish.PROTOCOL: (_("{name} — verification protocol.pdf"), _("Verification protocol.pdf")),
        Wish.EXPERTISE: (_("{name} — for an expert.pdf"), _("For an expert.pdf")),
        Wish.PACKAGE: (_("{name} — package for an expert.zip"), _("Package for an expert.zip")),
        Wish.LETTER: (_("{name} — letter to the sender.pdf"), _("Letter to the sender.pdf")),
    }
    of_one, of_many = words[wish]
    if len(report.files) == 1:
        return of_one.format(name=Path(report.files[0].path).name)
    return of_many


class Paperwork:
    """Have paper made."""

    def __init__(self, printing: Printing, packaging: Packaging, tasks: Tasks) -> None:
        self._printing = printing
        self._packaging = packaging
        self._tasks = tasks

    def save(
        self,
        wish: Wish,
        checked: Checked,
        target: Path,
        done: Callable[[], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Write a paper about a check, or the package for an expert, to a new file."""

        def work(job: Job) -> None:
            if wish is Wish.PACKAGE:
                self._packaging.save(checked, target, job.cancel)
            elif wish is Wish.PROTOCOL:
                self._printing.save(checked, target)
            else:
                self._printing.save_paper(PaperKind(wish.value), checked, target)

        self._tasks.run(work, done=lambda _nothing: done(), failed=failed, lane="printing")

    def letter(
        self,
        checked: Checked,
        done: Callable[[str], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Return the words of the letter to the sender."""

        def work(_job: Job) -> str:
            dossier = self._printing.dossier(checked)
            return self._printing.paper(PaperKind.LETTER, Form.TEXT, dossier).decode()

        self._tasks.run(work, done=done, failed=failed, lane="printing")

    def certificate(
        self,
        facts: CertificateFacts,
        target: Path,
        done: Callable[[], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Write a certificate on paper to a new file."""
        self._tasks.run(
            lambda _job: self._printing.save_certificate(facts, target),
            done=lambda _nothing: done(),
            failed=failed,
            lane="printing",
        )

    def view(
        self,
        path: Path,
        answer: ViewAnswer,
        target: Path,
        done: Callable[[], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Write what is seen of an XML document to a new file."""
        facts = (*card_lines(answer), *fact_lines(answer))
        self._tasks.run(
            lambda _job: self._printing.save_view(path.name, facts, answer, target),
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
