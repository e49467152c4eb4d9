"""Lists: what changes, what stays chosen, what is said, how long they may be."""

import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.ui.rows import Badge, Row, Tone
from app.ui.widgets.rows import RowView


def rows(count: int, start: int = 0) -> list[Row]:
    """Return some rows."""
    return [
        Row(
            key=f"k{n}",
            title=f"Договор № {n}.pdf",
            caption="1 МБ",
            badge=Badge("Подписан", Tone.OK),
        )
        for n in range(start, start + count)
    ]


def view(qtbot: QtBot, **how: bool) -> RowView:
    """Return a list on the screen."""
    made = RowView(**how)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_choice_stays_when_rows_change(qtbot: QtBot) -> None:
    """What was chosen stays chosen while it exists, whatever else comes and goes."""
    shown = view(qtbot, several=True)
    shown.show_rows(rows(5))
    shown.choose(["k1", "k3"])
    shown.show_rows(rows(8))
    assert shown.chosen_keys() == ["k1", "k3"]
    shown.show_rows([row for row in rows(8) if row.key != "k1"])
    assert shown.chosen_keys() == ["k3"]


def test_state_is_said_in_words(qtbot: QtBot) -> None:
    """A screen reader hears the state; colour is never its only carrier."""
    shown = view(qtbot)
    shown.show_rows(rows(1))
    said = shown.rows.data(shown.rows.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Договор № 0.pdf, Подписан, 1 МБ"


def test_heading_cannot_be_chosen(qtbot: QtBot) -> None:
    """The keyboard passes over headings, and the first choice is a row."""
    shown = view(qtbot, headers=True)
    shown.show_rows([Row(key="#", title="Хранилище", header=True), *rows(2)])
    shown.choose_first()
    assert shown.chosen_keys() == ["k0"]
    shown.choose(["#"])
    shown.setFocus()
    QTest.keyClick(shown, Qt.Key.Key_Down)
    assert "#" not in shown.chosen_keys()


def test_delete_and_enter_are_told(qtbot: QtBot) -> None:
    """Delete asks to remove, Enter opens."""
    shown = view(qtbot)
    shown.show_rows(rows(2))
    shown.choose(["k1"])
    shown.setFocus()
    with qtbot.waitSignal(shown.remove_asked):
        QTest.keyClick(shown, Qt.Key.Key_Delete)
    with qtbot.waitSignal(shown.opened) as opened:
        QTest.keyClick(shown, Qt.Key.Key_Return)
    assert opened.args == ["k1"]


def test_ten_thousand_rows(qtbot: QtBot) -> None:
    """A long list is shown, changed and repainted without a stall."""
    shown = view(qtbot, several=True)
    many = rows(10_000)
    begin = time.thread_time()
    shown.show_rows(many)
    shown.repaint()
    first = time.thread_time() - begin
    begin = time.thread_time()
    shown.rows.replace([Row(key="k5000", title="Другой.pdf")])
    shown.repaint()
    assert first < 0.15
    assert time.thread_time() - begin < 0.05
    shown.choose(["k9999"])
    assert shown.chosen_keys() == ["k9999"]
