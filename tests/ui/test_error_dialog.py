"""An error in the window: heading, explanation, advice, code, and all of it copied."""

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.errors import ErrorCode, RoscherkError
from app.texts.errors import describe_error
from app.ui.widgets.error_dialog import ErrorDialog


def test_error_is_told_with_its_code_and_copied(qtbot: QtBot) -> None:
    """What support asks for is one click away, in words and as the code."""
    error = RoscherkError(ErrorCode.PDF_ENCRYPTED, path="/d/Договор.pdf")
    dialog = ErrorDialog(None, error)
    qtbot.addWidget(dialog)
    words = describe_error(error)
    assert dialog.heading.text() == words.heading
    assert "pdf_encrypted" in dialog.code.text()
    dialog.copy.click()
    copied = QGuiApplication.clipboard().text()
    for part in (words.heading, words.explanation, words.advice, "pdf_encrypted", "Roscherk"):
        assert part in copied
