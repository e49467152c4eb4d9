"""All fields of one certificate, group by group."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.crypto.verdict.facts import CertificateFacts
from app.texts.catalogue import _
from app.texts.certificate_fields import FieldGroup, field_groups
from app.ui.chain_rows import short_name
from app.ui.rows import ReasonText, Tone
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.copyable import SIDE, FieldPath
from app.ui.widgets.fields import Fields
from app.ui.widgets.in_column import InColumn
from app.ui.widgets.labels import label
from app.ui.widgets.later import Later

_TOGETHER: Final = 6


class CertificateFields(InColumn, QWidget):
    """A heading, then the groups. With a ``path`` the fields can be copied one by one.

    What is read first is there at once; the rest follows a few fields at a time, since all of them
    would hold up the window.
    """

    grown = Signal()
    """There are more fields that can be copied."""

    def __init__(self, facts: CertificateFacts, path: FieldPath | None = None) -> None:
        super().__init__()
        self._path = path
        self._group = QVBoxLayout()
        self.whole = False
        """Every group is there."""
        self._side = side = 0 if path is None else SIDE
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(20 - side, 18, 18 - side, 18)
        column.setSpacing(10)
        title = label("heading", wrap=True, selectable=True)
        title.setText(short_name(facts))
        title.setContentsMargins(side, 0, 0, 0)
        column.addWidget(title)
        if facts.practice:
            words = _("A practice certificate: it has no legal force")
            column.addWidget(ReasonCard(ReasonText(heading=words, tone=Tone.PRACTICE)))
        parts = self._parts(field_groups(facts))
        next(parts)()
        self._later = Later(self)
        self._later.do(parts)

    def _parts(self, groups: Iterable[FieldGroup]) -> Iterator[Callable[[], object]]:
        for group in groups:
            yield partial(self._head, group)
            if self._path is None:
                continue
            for start in range(_TOGETHER, len(group.lines), _TOGETHER):
                yield partial(self._add, self._path, group.lines[start : start + _TOGETHER])
        yield self._end

    def _head(self, group: FieldGroup) -> None:
        """Begin a group below the others."""
        heading = label("overline")
        heading.setText(group.title.upper())
        heading.setContentsMargins(self._side, 0, 0, 0)
        self._column.addSpacing(6)
        self._column.addWidget(heading)
        if self._path is None:
            self._column.addWidget(Fields(group.lines))
            return
        self._group = QVBoxLayout()
        self._group.setSpacing(0)
        self._column.addLayout(self._group)
        self._add(self._path, group.lines[:_TOGETHER])

    def _add(self, path: FieldPath, lines: Sequence[tuple[str, str]]) -> None:
        """Add fields to the group that was begun last."""
        for field in path.make(lines):
            self._group.addWidget(field)
        self.grown.emit()

    def _end(self) -> None:
        self._column.addStretch()
        self.whole = True
