"""Saving papers: ask where, have them made, say that they are there and where."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication

from app.crypto.verdict.facts import CertificateFacts
from app.crypto.verifying.door import Checked
from app.crypto.viewing.model import ViewAnswer
from app.texts.catalogue import _
from app.texts.showing import plain
from app.ui.dialogs import Dialogs
from app.ui.forms import Step, Told
from app.ui.paperwork import Paperwork, Wish, suggested_name

_CERTIFICATE_NAME = 80
_PRINTED = frozenset({".pdf", ".html"})
"""What the system's own programs show and print."""


class ReportSaving:
    """The way of papers from a page to a file. Nothing is overwritten: a taken name is an error."""

    def __init__(self, dialogs: Dialogs, paperwork: Paperwork) -> None:
        self._dialogs = dialogs
        self._paperwork = paperwork

    def ask(self, checked: Checked | None, wish: Wish = Wish.PROTOCOL) -> None:
        """Ask where to save a paper about a check, if there is one."""
        if checked is None:
            return
        if wish is Wish.LETTER_COPY:
            self._paperwork.letter(checked, done=self._copy, failed=self._dialogs.show_error)
            return
        self._dialogs.choose_target(
            _titles()[wish],
            suggested_name(checked.report, wish),
            _filters(wish),
            lambda target: self._save(wish, checked, target),
        )

    def ask_certificate(self, facts: CertificateFacts) -> None:
        """Ask where to save a certificate on paper."""
        name = facts.subject.common_name or facts.subject.organization or facts.serial
        suggestion = _("Certificate of {name}.pdf").format(name=plain(name, _CERTIFICATE_NAME))
        self._dialogs.choose_target(
            _("Save the certificate on paper"),
            suggestion.replace("/", "_").replace("\\", "_"),
            [_("For printing (*.pdf)"), _("For a browser (*.html)")],
            lambda target: self._paperwork.certificate(
                facts,
                target,
                done=lambda: self._saved(target),
                failed=self._dialogs.show_error,
            ),
        )

    def ask_view(self, path: Path, answer: ViewAnswer) -> None:
        """Ask where to save what is seen of an XML document."""
        self._dialogs.choose_target(
            _("Save the document for printing"),
            f"{path.stem}.pdf",
            [_("For printing (*.pdf)"), _("For a browser (*.html)")],
            lambda target: self._paperwork.view(
                path,
                answer,
                target,
                done=lambda: self._saved(target),
                failed=self._dialogs.show_error,
            ),
        )

    def _save(self, wish: Wish, checked: Checked, target: Path) -> None:
        self._paperwork.save(
            wish,
            checked,
            target,
            done=lambda: self._saved(target),
            failed=self._dialogs.show_error,
        )

    def _saved(self, target: Path) -> None:
        show = Step(text=_("Show in folder"), act=lambda: self._dialogs.show_in_folder(str(target)))
        look = Step(text=_("Open and print"), act=lambda: self._dialogs.open_file(str(target)))
        heading = _("Saved: {name}").format(name=plain(target.name))
        printed = target.suffix.lower() in _PRINTED
        self._dialogs.tell(Told(heading=heading, steps=(look, show) if printed else (show,)))

    def _copy(self, words: str) -> None:
        QGuiApplication.clipboard().setText(words)
        self._dialogs.tell(Told(heading=_("The letter is in the clipboard: paste it into a mail")))


def _titles() -> dict[Wish, str]:
    return {
        Wish.PROTOCOL: _("Save the protocol"),
        Wish.EXPERTISE: _("Save material for an expert"),
        Wish.PACKAGE: _("Save the package for an expert"),
        Wish.LETTER: _("Save the letter to the sender"),
    }


def _filters(wish: Wish) -> list[str]:
    if wish is Wish.PACKAGE:
        return [_("Package (*.zip)")]
    if wish is Wish.LETTER:
        return [_("For printing (*.pdf)"), _("For a browser (*.html)"), _("Text (*.txt)")]
    if wish is Wish.EXPERTISE:
        return [_("For printing (*.pdf)"), _("For a browser (*.html)")]
    return [
        _("Protocol for people (*.pdf)"),
        _("Protocol for a browser (*.html)"),
        _("Report for programs (*.json)"),
    ]
