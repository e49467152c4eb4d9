"""What stands in a tooltip: words, never markup."""

from html import escape

from PySide6.QtGui import Qt


def tip(text: str) -> str:
    """Return ``text`` so that a tooltip shows it as it is.

    Qt takes for HTML what looks like it (Qt::mightBeRichText), and names of files and of owners of
    certificates are a stranger's: a tag in them could hide what follows.
    """
    if not Qt.mightBeRichText(text):
        return text
    return f'<span style="white-space: pre-wrap">{escape(text)}</span>'
