"""What editing a signature file amounts to, in words: the same in the window and at a terminal."""

from app.crypto.editing.model import Edited
from app.texts.catalogue import ngettext


def edited_lines(edited: Edited) -> list[str]:
    """Return what is worth saying of an edited file besides its name and its notices."""
    lines = []
    if edited.signers:
        count = edited.signers
        lines.append(ngettext("{count} signer", "{count} signers", count).format(count=count))
    if edited.duplicates:
        count = edited.duplicates
        lines.append(
            ngettext(
                "{count} signature came twice and stands there once",
                "{count} signatures came twice and stand there once",
                count,
            ).format(count=count)
        )
    if edited.certificates_removed:
        count = edited.certificates_removed
        lines.append(
            ngettext(
                "{count} certificate that nobody needs any more was left out",
                "{count} certificates that nobody needs any more were left out",
                count,
            ).format(count=count)
        )
    return lines
