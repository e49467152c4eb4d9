"""Tooltips show a stranger's words as they are."""

from pathlib import Path

import pytest
from opened import Opened
from PySide6.QtGui import Qt, QTextDocument
from PySide6.QtWidgets import QMenu

from app.ui.documents.recent import RecentFile
from app.ui.documents.recent_menu import RecentMenu
from app.ui.rows import Row
from app.ui.widgets.labels import ElidedLabel
from app.ui.widgets.rows import RowView
from app.ui.widgets.tips import tip

HOSTILE = 'Договор <font color="white">.exe<'


def shown(text: str) -> str:
    """Return what a person reads where Qt decides by itself what is markup."""
    if not Qt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


@pytest.mark.parametrize("text", [HOSTILE, "<b>x</b> & y", "&lt;b&gt;", "a\nb <i>c</i>", "a < b"])
@pytest.mark.usefixtures("window")
def test_nothing_in_a_tooltip_is_markup(text: str) -> None:
    """Whatever a file or the owner of a certificate is called."""
    assert shown(tip(text)) == text


def test_lists_labels_and_recent_files_say_names_whole(window: Opened) -> None:
    """A tag in a name hides nothing of it."""
    view = RowView()
    view.show_rows([Row(key="1", title=HOSTILE, caption="/x")])
    told = view.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert shown(told) == f"{HOSTILE}\n/x"
    label = ElidedLabel()
    label.setText(HOSTILE)
    assert shown(label.toolTip()) == HOSTILE
    page = window.desk.window.page(0)
    menu = page.findChild(RecentMenu, "recent")
    assert isinstance(menu, RecentMenu)
    path = Path("/x") / HOSTILE
    entry = menu._entry(QMenu(page), RecentFile(path, there=True))
    assert shown(entry.toolTip()) == str(path)
