"""What stands in a tooltip: words, never markup."""

from PySide6.QtGui import Qt


def tip(text: str) -> str:
    """Return ``text`` so that a tooltip shows it as it is.

    Qt takes for HTML what looks like it (Qt::mightBeRichText), and names of files and of owners of
    certificates are a stranger's: a tag in them could hide what follows.
    """
    if not Qt.mightBeRichText(text):
        return text
    from html import escape  # noqa: PLC0415 - rarely needed, and its table of names takes a while

    return f'<span style="white-space: pre-wrap">{escape(text)}</span>'
