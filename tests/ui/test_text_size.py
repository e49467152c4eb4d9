"""Words become larger while windows are open: what holds them grows with them."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui import text_size
from app.ui.phrases import Phrases
from app.ui.text_size import grow, set_text_size
from app.ui.widgets.copyable import CopyableField
from app.ui.widgets.drop_area import DropArea


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    """Return the application; afterwards its words have their usual size."""
    yield qapp
    set_text_size(qapp, 100)


def test_one_line_of_the_drop_area_grows(app: QApplication, qtbot: QtBot) -> None:
    """Its button is not cut while there is a list below it."""
    area = DropArea(Phrases(), "Files", "Drop them here")
    qtbot.addWidget(area)
    area.set_compact(compact=True)
    usual = area.maximumHeight()
    set_text_size(app, 200)
    assert area.maximumHeight() == 2 * usual
    area.set_compact(compact=False)
    whole = area.maximumHeight()
    set_text_size(app, 100)
    assert area.maximumHeight() == whole
    area.set_compact(compact=True)
    assert area.maximumHeight() == usual


def test_names_of_fields_grow(app: QApplication, qtbot: QtBot) -> None:
    """A card that is open has room for its names, whenever it was made."""
    field = CopyableField("Serial number", "01 02")
    qtbot.addWidget(field)
    name = next(each for each in field.findChildren(QWidget) if each.minimumWidth() > 50)
    usual = name.minimumWidth()
    set_text_size(app, 150)
    assert name.minimumWidth() == round(1.5 * usual)


def test_what_is_gone_is_forgotten(qapp: QApplication) -> None:  # noqa: ARG001  # one QApplication
    """Dialogs come and go a thousand times in a day."""
    before = len(text_size._grown)
    for _ in range(20):
        grow(QWidget(), QWidget.setMinimumWidth, 100)
    gc.collect()
    assert len(text_size._grown) <= before
