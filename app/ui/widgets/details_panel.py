"""The card beside a list: what is known of the chosen file, and what can be chosen for it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.crypto.model import SignatureFormat
from app.texts.catalogue import N_, _
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
from app.ui.rows import Tone, reason_of
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.answers_panel import VerdictHead
from app.ui.widgets.buttons import button
from app.ui.widgets.checked_card import CheckedCard
from app.ui.widgets.fields import Fields
from app.ui.widgets.flow import Flow
from app.ui.widgets.in_column import Column, InColumn
from app.ui.widgets.labels import label
from app.ui.widgets.next_turn import NextTurn
from app.ui.widgets.points import Points
from app.ui.widgets.segments import Segments
from app.ui.widgets.sign_options import SignOptionsBox

_SEEN_FIRST = 8
"""Points that are made at once."""


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
        self._turn = NextTurn(self, self._make_next)
        self._made: QWidget | None = None
        self._put = NextTurn(self, self._show)
        self.rechecks = False
        """There is somebody who can verify a file again."""
        self.searches = False
        """There is somebody who can search folders for a document."""
        self._told: QWidget | None = None
        self._nothing = nothing
        self._options = options
        self._preview = preview
        self._below: QWidget | None = None
        inner = Column()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(18, 16, 20, 16)
        self._column.setSpacing(14)
        self._column.addWidget(nothing, 1)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        scroll.setWidget(inner)
        self._scroll = scroll
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(1, 1, 1, 1)
        self._frame.setSpacing(0)
        about: QWidget = scroll if preview is None else self._split(scroll, preview)
        self._tabs: QWidget | None = None
        if options is None:
            self._frame.addWidget(about)
        else:
            self._add_options(about, options)

    def _add_options(self, about: QWidget, options: SignOptionsBox) -> None:
        """Let one look at the document, or at how it is signed."""
        self._segments = Segments(
            options.phrases, (("document", N_("Document")), ("signing", N_("How to sign")))
        )
        options.phrases.say(self._segments.setAccessibleName, N_("What is shown here"))
        self._tabs = QWidget()
        row = QHBoxLayout(self._tabs)
        row.setContentsMargins(18, 12, 18, 0)
        row.addWidget(self._segments)
        row.addStretch()
        wishes = Column()
        column = QVBoxLayout(wishes)
        column.setContentsMargins(18, 14, 20, 16)
        column.addWidget(options)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)  # Qt's signature
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(wishes)
        self._wishes = area
        self._stack = QStackedWidget()
        self._stack.addWidget(about)
        self._frame.addWidget(self._tabs)
        self._frame.addWidget(self._stack, 1)
        self._tabs.hide()
        self._segments.chosen.connect(self.show_side)
        self.show_side("document")

    def show_side(self, side: str) -> None:
        """Show ``document`` or ``signing``."""
        if self._tabs is not None:
            self._segments.show_choice(side)
            if side == "signing":
                self._stack.addWidget(self._wishes)
            self._stack.setCurrentIndex(self._stack.count() - 1 if side == "signing" else 0)

    def set_aside(self) -> None:
        """Take out what is not seen before a new look is given: it would be dressed as well."""
        if self._tabs is not None and self._stack.currentWidget() is not self._wishes:
            self._stack.removeWidget(self._wishes)
            self._wishes.setParent(None)

    def put_back(self) -> None:
        """Put it in again: it ends with the window."""
        if self._tabs is not None:
            self._stack.addWidget(self._wishes)

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
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        self._splitter = split
        above.setMinimumHeight(120)
        preview.wide_asked.connect(lambda wide: above.setVisible(not wide))
        return split

    def forget(self) -> None:
        """Let the next `show_details` show even what is shown already, in another language."""
        self._details = None

    def show_details(self, details: Details) -> None:
        """Show ``details`` in the next turns; nothing happens if they are shown already."""
        if details == self._details:
            return
        self._details = details
        self._put.stop()
        self._turn.start()

    def _make_next(self) -> None:
        """Make what is to be shown; to lay it out and to paint it has a turn of its own."""
        if self._details is not None:
            if self._made is not None:
                self._made.deleteLater()
            self._made = self._make(self._details)
            self._put.start()

    def _show(self) -> None:
        details = self._details
        if details is None:
            return
        if self._told is not None:
            self._told.hide()
            self._told.deleteLater()
        self._told, self._made = self._made, None
        self._nothing.setVisible(self._told is None)
        if self._told is not None:
            self._column.insertWidget(0, self._told)
        if self._options is not None and self._tabs is not None:
            offer = details.offer if isinstance(details, FileDetails) else Offer()
            self._options.offer(offer)
            offered = offer != Offer()
            self._tabs.setVisible(offered)
            if not offered:
                self.show_side("document")
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
            return self._checked(details)
        if isinstance(details, FailedDetails):
            return _Failed(details)
        return None

    def _checked(self, details: CheckedDetails) -> QWidget:
        card = CheckedCard(details, searches=self.searches, rechecks=self.rechecks)
        for said, heard in (
            (card.certificate_asked, self.certificate_asked),
            (card.folder_asked, self.folder_asked),
            (card.report_asked, self.report_asked),
            (card.paper_asked, self.paper_asked),
            (card.missing_asked, self.missing_asked),
            (card.search_asked, self.search_asked),
            (card.versions_asked, self.versions_asked),
            (card.again_asked, self.again_asked),
            (card.offline_asked, self.offline_asked),
            (card.original_asked, self.original_asked),
        ):
            said.connect(heard)
        return card

    def _look_at(self, details: Details) -> None:
        if self._preview is None:
            return
        path: Path | None = None
        last = False
        if isinstance(details, FileDetails):
            path = details.preview
        elif isinstance(details, SignedDetails) and details.signed.format is SignatureFormat.PADES:
            path, last = details.signed.target, True
        if self._below is not None and self._below.isHidden() == (path is not None):
            self._below.setVisible(path is not None)
            self._splitter.setSizes([200, 430])
        if path is None:
            self._preview.wide.setChecked(False)
            self._preview.hide_all()
        else:
            self._preview.presenter.show(path, last=last)


class _Told(InColumn, QWidget):
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
        # What to do next comes first: below a page of the document there is little room.
        self.verify, self.folder, self.zip, self.mail = _sending_buttons(self)
        self.column.addWidget(Fields(details.lines))
        for reason in details.notices:
            self.column.addWidget(ReasonCard(reason))


class _Batch(_Told):
    """What came of signing several documents."""

    def __init__(self, details: BatchDetails) -> None:
        super().__init__()
        self.column.addWidget(VerdictHead(details.tone, details.heading, details.words))
        self.verify, self.folder, self.zip, self.mail = _sending_buttons(self)
        self.column.addWidget(Points(details.points, _SEEN_FIRST))


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
        self.column.addWidget(ReasonCard(reason_of(details.words, Tone.ERROR)))
