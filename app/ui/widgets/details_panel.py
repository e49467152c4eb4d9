"""The card beside a list: what is known of the chosen file, and what can be chosen for it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.crypto.model import SignatureFormat
from app.reports.letter import wants_letter
from app.texts.catalogue import _
from app.ui.answers import answers_of
from app.ui.details import (
    BatchDetails,
    CheckedDetails,
    Details,
    FailedDetails,
    FileDetails,
    Offer,
    SignedDetails,
)
from app.ui.preview.view import PreviewView
from app.ui.rows import ReasonText, Tone
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.answers_panel import AnswersPanel, VerdictHead
from app.ui.widgets.buttons import button
from app.ui.widgets.fields import Fields
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import label
from app.ui.widgets.network_line import NetworkLine
from app.ui.widgets.papers_button import papers_button
from app.ui.widgets.points import Points
from app.ui.widgets.sign_options import SignOptionsBox


class DetailsPanel(QFrame):
    """Shows one of the `Details`; the choices and the preview stay below it."""

    certificate_asked = Signal(object)
    folder_asked = Signal(str)
    verify_asked = Signal()
    report_asked = Signal()
    paper_asked = Signal(object)
    """A `Wish`: a further paper about the check."""
    missing_asked = Signal(object)
    """What the chains of these signers lack is to be found: a tuple of `Wanted`."""
    search_asked = Signal()
    """The document of a detached signature is to be searched for in a folder."""
    versions_asked = Signal(object)
    """The signed version of this PDF is to be shown beside the present one: its path."""
    again_asked = Signal()
    offline_asked = Signal()
    """The file is to be verified again, as it was or without the network."""
    zip_asked = Signal()
    """Documents and signatures are to be put into one ZIP."""
    mail_asked = Signal()
    """A draft of a letter with them is to be made."""
    original_asked = Signal()
    """The user wants to point to the document that a detached signature belongs to."""

    def __init__(
        self,
        nothing: QWidget,
        options: SignOptionsBox | None = None,
        preview: PreviewView | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("card", True)  # Qt's signature
        self._details: Details | None = None
        self.rechecks = False
        """There is somebody who can verify a file again."""
        self.searches = False
        """There is somebody who can search folders for a document."""
        self._told: QWidget | None = None
        self._nothing = nothing
        self._options = options
        self._preview = preview
        self._below: QWidget | None = None
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(18, 16, 20, 16)
        self._column.setSpacing(14)
        self._column.addWidget(nothing, 1)
        if options is not None:
            options.hide()
            self._column.addWidget(options)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        scroll.setWidget(inner)
        self._scroll = scroll
        frame = QVBoxLayout(self)
        frame.setContentsMargins(1, 1, 1, 1)
        if preview is None:
            frame.addWidget(scroll)
        else:
            frame.addWidget(self._split(scroll, preview))

    def _split(self, above: QWidget, preview: PreviewView) -> QSplitter:
        """Put the document below what is known of it; both can have more room."""
        below = QFrame()
        column = QVBoxLayout(below)
        column.setContentsMargins(12, 6, 12, 12)
        column.addWidget(preview)
        self._below = below
        below.hide()
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)  # Qt's signature
        split.addWidget(above)
        split.addWidget(below)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        above.setMinimumHeight(120)
        preview.wide_asked.connect(lambda wide: above.setVisible(not wide))
        return split

    def forget(self) -> None:
        """Let the next `show_details` show even what is shown already, in another language."""
        self._details = None

    def show_details(self, details: Details) -> None:
        """Show ``details``; nothing happens if they are shown already."""
        if details == self._details:
            return
        self._details = details
        if self._told is not None:
            self._told.hide()
            self._told.deleteLater()
        self._told = self._make(details)
        self._nothing.setVisible(self._told is None)
        if self._told is not None:
            self._column.insertWidget(0, self._told)
        if self._options is not None:
            self._options.offer(details.offer if isinstance(details, FileDetails) else Offer())
        self._look_at(details)
        self._scroll.verticalScrollBar().setValue(0)

    def _make(self, details: Details) -> QWidget | None:
        if isinstance(details, FileDetails):
            return _File(details)
        if isinstance(details, SignedDetails):
            signed = _Signed(details)
            signed.verify.clicked.connect(self.verify_asked)
            signed.folder.clicked.connect(
                lambda: self.folder_asked.emit(str(details.signed.target))
            )
            signed.zip.clicked.connect(self.zip_asked)
            signed.mail.clicked.connect(self.mail_asked)
            return signed
        if isinstance(details, BatchDetails):
            batch = _Batch(details)
            batch.verify.clicked.connect(self.verify_asked)
            batch.folder.clicked.connect(lambda: self.folder_asked.emit(str(details.folder)))
            batch.zip.clicked.connect(self.zip_asked)
            batch.mail.clicked.connect(self.mail_asked)
            return batch
        if isinstance(details, CheckedDetails):
            return self._answers(details)
        if isinstance(details, FailedDetails):
            return _Failed(details)
        return None

    def _answers(self, details: CheckedDetails) -> QWidget:
        told = QWidget()
        panel = AnswersPanel(answers_of(details.checked))
        panel.certificate_asked.connect(self.certificate_asked)
        report, folder = button("save"), button("folder-open")
        report.setText(_("Save the protocol…"))
        report.clicked.connect(self.report_asked)
        folder.setText(_("Show in folder"))
        folder.clicked.connect(
            lambda: self.folder_asked.emit(str(details.checked.verifications[0].facts.path))
        )
        column = QVBoxLayout(told)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        if details.lacking:
            missing = button("link", kind="primary")
            missing.setText(_("Install missing certificates…"))
            missing.clicked.connect(lambda: self.missing_asked.emit(details.lacking))
            panel.put_under_verdict(missing)
        column.addWidget(panel)
        network = NetworkLine(
            details.checked.report.files[0].network,
            online=details.checked.online,
            rechecks=self.rechecks,
        )
        network.again_asked.connect(self.again_asked)
        network.offline_asked.connect(self.offline_asked)
        column.addWidget(network)
        if details.original_missing:
            original = button("file-text")
            original.setText(_("Point to the document…"))
            original.clicked.connect(self.original_asked)
            search = button("folder-search")
            search.setText(_("Find the document…"))
            search.clicked.connect(self.search_asked)
            column.addLayout(Flow(original, search) if self.searches else Flow(original))
        papers = papers_button(self.paper_asked.emit, letter=wants_letter(details.checked.report))
        signed = details.signed_pdf
        if signed is not None:
            versions = button("file-text")
            versions.setText(_("View the signed version…"))
            versions.clicked.connect(lambda: self.versions_asked.emit(signed))
            column.addLayout(Flow(versions))
        column.addLayout(Flow(report, papers, folder))
        return told

    def _look_at(self, details: Details) -> None:
        if self._preview is None:
            return
        path: Path | None = None
        last = False
        if isinstance(details, FileDetails):
            path = details.preview
        elif isinstance(details, SignedDetails) and details.signed.format is SignatureFormat.PADES:
            path, last = details.signed.target, True
        if self._below is not None:
            self._below.setVisible(path is not None)
        if path is None:
            self._preview.wide.setChecked(False)
            self._preview.hide_all()
        else:
            self._preview.presenter.show(path, last=last)


class _Told(QWidget):
    """A column of widgets without margins."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)


class _File(_Told):
    """A file before anything was done with it."""

    def __init__(self, details: FileDetails) -> None:
        super().__init__()
        heading = label("heading", wrap=True, selectable=True)
        heading.setText(details.heading)
        self.column.addWidget(heading)
        self.column.addWidget(Fields(details.lines))
        for reason in (details.found, details.notice):
            if reason is not None:
                self.column.addWidget(ReasonCard(reason))


class _Signed(_Told):
    """A signature that was made."""

    def __init__(self, details: SignedDetails) -> None:
        super().__init__()
        self.column.addWidget(VerdictHead(details.tone, details.heading, details.name))
        self.column.addWidget(Fields(details.lines))
        for reason in details.notices:
            self.column.addWidget(ReasonCard(reason))
        self.verify, self.folder, self.zip, self.mail = _sending_buttons(self)


class _Batch(_Told):
    """What came of signing several documents."""

    def __init__(self, details: BatchDetails) -> None:
        super().__init__()
        self.column.addWidget(VerdictHead(details.tone, details.heading, details.words))
        self.column.addWidget(Points(details.points))
        self.verify, self.folder, self.zip, self.mail = _sending_buttons(self)


def _sending_buttons(told: _Told) -> tuple[QPushButton, QPushButton, QPushButton, QPushButton]:
    """Add what can be done with signatures that were just made."""
    verify, folder = button("shield-check"), button("folder-open")
    archive, mail = button("files"), button("upload")
    verify.setText(_("Verify the signature"))
    folder.setText(_("Show in folder"))
    archive.setText(_("Document and signature as ZIP"))
    mail.setText(_("Draft of an e-mail"))
    told.column.addLayout(Flow(verify, folder, archive, mail))
    return verify, folder, archive, mail


class _Failed(_Told):
    """What could not be done."""

    def __init__(self, details: FailedDetails) -> None:
        super().__init__()
        heading = label("heading", wrap=True, selectable=True)
        heading.setText(details.name)
        self.column.addWidget(heading)
        words = details.words
        self.column.addWidget(
            ReasonCard(
                ReasonText(
                    heading=words.heading,
                    explanation=words.explanation,
                    advice=words.advice,
                    tone=Tone.ERROR,
                )
            )
        )
