"""The language of the window: our words and Qt's own, changed while it is open."""

import os

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.texts.catalogue import preferred_language, set_language


def language_of(choice: str) -> str:
    """Return the language for a value of the setting: ``auto`` asks the system."""
    return preferred_language(os.environ) if choice == "auto" else choice


class Languages:
    """Speaks one language at a time; open windows follow."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._qt: QTranslator | None = None

    def speak(self, language: str) -> None:
        """Change our words and Qt's, and let every widget say itself again, once."""
        set_language(language)
        russian = language == "ru"
        QLocale.setDefault(QLocale("ru_RU" if russian else "en_GB"))
        if self._qt is not None:
            QCoreApplication.removeTranslator(self._qt)
            self._qt = None
        if russian:
            self._qt = QTranslator()
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            if self._qt.load("qtbase_ru", folder):
                QCoreApplication.installTranslator(self._qt)
        for widget in QApplication.topLevelWidgets():
            QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.LanguageChange))
            # Qt tells each window of its own words as well, in the next turn: all would be said twice.
            for told in (widget, widget.windowHandle()):
                if told is not None:
                    QCoreApplication.removePostedEvents(told, QEvent.Type.LanguageChange)
