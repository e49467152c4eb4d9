"""All fields of one certificate, group by group."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.crypto.verdict.facts import CertificateFacts
from app.texts.catalogue import _
from app.texts.certificate_fields import field_groups
from app.ui.chain_rows import short_name
from app.ui.rows import ReasonText, Tone
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.copyable import SIDE, FieldPath
from app.ui.widgets.fields import Fields
from app.ui.widgets.in_column import InColumn
from app.ui.widgets.labels import label


class CertificateFields(InColumn, QWidget):
    """A heading, then the groups. With a ``path`` the fields can be copied one by one."""

    def __init__(self, facts: CertificateFacts, path: FieldPath | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        side = 0 if path is None else SIDE
        column.setContentsMargins(20 - side, 18, 18 - side, 18)
        column.setSpacing(10)
        title = label("heading", wrap=True, selectable=True)
        title.setText(short_name(facts))
        title.setContentsMargins(side, 0, 0, 0)
        column.addWidget(title)
        if facts.practice:
            words = _("A practice certificate: it has no legal force")
            column.addWidget(ReasonCard(ReasonText(heading=words, tone=Tone.PRACTICE)))
        for group in field_groups(facts):
            heading = label("overline")
            heading.setText(group.title.upper())
            heading.setContentsMargins(side, 0, 0, 0)
            column.addSpacing(6)
            column.addWidget(heading)
            if path is None:
                column.addWidget(Fields(group.lines))
                continue
            fields = QVBoxLayout()
            fields.setSpacing(0)
            for field in path.make(group.lines):
                fields.addWidget(field)
            column.addLayout(fields)
        column.addStretch()
