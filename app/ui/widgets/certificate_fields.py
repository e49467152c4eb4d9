"""All fields of one certificate, group by group."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.crypto.verdict.facts import CertificateFacts
from app.texts.catalogue import _
from app.texts.certificate_fields import field_groups
from app.ui.chain_rows import short_name
from app.ui.rows import ReasonText, Tone
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.fields import Fields
from app.ui.widgets.labels import label


class CertificateFields(QWidget):
    """A heading, then the groups."""

    def __init__(self, facts: CertificateFacts) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 18, 18)
        column.setSpacing(10)
        title = label("heading", wrap=True, selectable=True)
        title.setText(short_name(facts))
        column.addWidget(title)
        if facts.practice:
            words = _("A practice certificate: it has no legal force")
            column.addWidget(ReasonCard(ReasonText(heading=words, tone=Tone.PRACTICE)))
        for group in field_groups(facts):
            heading = label("overline")
            heading.setText(group.title.upper())
            column.addSpacing(6)
            column.addWidget(heading)
            column.addWidget(Fields(group.lines))
        column.addStretch()
