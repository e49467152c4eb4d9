"""The card of a file that was verified: what to do, the answers, the network, papers."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.reports.letter import wants_letter
from app.texts.catalogue import _
from app.ui.answers import answers_of
from app.ui.details import CheckedDetails
from app.ui.widgets.answers_panel import AnswersPanel
from app.ui.widgets.buttons import button
from app.ui.widgets.flow import Flow
from app.ui.widgets.in_column import InColumn
from app.ui.widgets.labels import label
from app.ui.widgets.later import Later
from app.ui.widgets.network_line import NetworkLine
from app.ui.widgets.papers_button import papers_button


class CheckedCard(InColumn, QWidget):
    """What can be done for the verdict stands right under it, papers at the end."""

    certificate_asked = Signal(object)
    folder_asked = Signal(str)
    report_asked = Signal()
    paper_asked = Signal(object)
    missing_asked = Signal(object)
    search_asked = Signal()
    versions_asked = Signal(object)
    again_asked = Signal()
    offline_asked = Signal()
    original_asked = Signal()

    def __init__(self, details: CheckedDetails, *, searches: bool, rechecks: bool) -> None:
        """Make what is read first; ``searches``, ``rechecks``: somebody can do that."""
        super().__init__()
        self._details = details
        self._rechecks = rechecks
        self._told = answers_of(details.checked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        panel = AnswersPanel(self._told)
        panel.certificate_asked.connect(self.certificate_asked)
        self._column.addWidget(panel)
        steps = self._steps(searches=searches)
        if steps:
            row = QWidget()
            row.setLayout(Flow(*steps))
            panel.put_under_verdict(row)
        self._later = Later(self)
        self._later.do(self._parts())

    def _steps(self, *, searches: bool) -> list[QWidget]:
        """Return what helps the verdict: certificates, the document, the signed version."""
        details, steps = self._details, list[QWidget]()
        if details.lacking:
            missing = button("link", kind="primary")
            missing.setText(_("Install missing certificates…"))
            missing.clicked.connect(lambda: self.missing_asked.emit(details.lacking))
            steps.append(missing)
        if details.original_missing:
            original = button("file-text")
            original.setText(_("Point to the document…"))
            original.clicked.connect(self.original_asked)
            steps.append(original)
        if details.original_missing and searches:
            search = button("folder-search")
            search.setText(_("Find the document…"))
            search.clicked.connect(self.search_asked)
            steps.append(search)
        signed = details.signed_pdf
        if signed is not None:
            versions = button("file-text")
            versions.setText(_("View the signed version…"))
            versions.clicked.connect(lambda: self.versions_asked.emit(signed))
            steps.append(versions)
        return steps

    def _parts(self) -> Iterator[Callable[[], object]]:
        yield self._add_network
        yield self._add_papers

    def _add_network(self) -> None:
        checked = self._details.checked
        uses = checked.report.files[0].network
        network = NetworkLine(uses, online=checked.online, rechecks=self._rechecks)
        network.again_asked.connect(self.again_asked)
        network.offline_asked.connect(self.offline_asked)
        self._column.addWidget(network)

    def _add_papers(self) -> None:
        checked = self._details.checked
        disclaimer = label("caption", wrap=True)
        disclaimer.setText(self._told.disclaimer)
        self._column.addWidget(disclaimer)
        report, folder = button("save"), button("folder-open")
        report.setText(_("Save the protocol…"))
        report.clicked.connect(self.report_asked)
        folder.setText(_("Show in folder"))
        folder.clicked.connect(
            lambda: self.folder_asked.emit(str(checked.verifications[0].facts.path))
        )
        papers = papers_button(self.paper_asked.emit, letter=wants_letter(checked.report))
        self._column.addLayout(Flow(report, papers, folder))
