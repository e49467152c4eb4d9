"""A draft of a letter with a document and its signature: a file that the user's own mail program opens."""

import mimetypes
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.crypto.opening import open_regular, read_error
from app.crypto.saving import AtomicFile
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.showing import plain
from app.values import dataclass

MOST: Final = 20 << 20
"""Octets of all attachments: more is what mail servers refuse."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a letter says, and to whom it goes."""

    subject: str
    body: str
    to: tuple[str, ...] = ()


def make_mail(
    target: Path, files: Sequence[Path], document: str, wording: Wording | None = None
) -> Path:
    """Write a draft (RFC 5322, ``X-Unsent`` for Outlook) with these files; return what was saved.

    ``wording``: other words than those that send a signed document. Nothing is sent. Raises
    FILE_TOO_LARGE, the ``FILE_*`` codes and those of saving.
    """
    from email.message import EmailMessage  # noqa: PLC0415 - it takes its time to load
    from email.policy import SMTP  # noqa: PLC0415

    wording = wording or Wording(
        subject=_("Signed document: {name}").format(name=plain(document, 150)),
        body=_body(files),
    )
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = wording.subject
    if wording.to:
        letter["To"] = ", ".join(wording.to)
    letter["X-Unsent"] = "1"
    letter.set_content(wording.body)
    left = MOST
    for path in files:
        data = _read(path, left)
        left -= len(data)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        main, _slash, sub = kind.partition("/")
        letter.add_attachment(data, maintype=main, subtype=sub, filename=path.name)
    with AtomicFile.create(target.parent) as draft:
        draft.write(letter.as_bytes())
        return draft.publish(target, numbers=True)


def _body(files: Sequence[Path]) -> str:
    names = "\n".join(f"  {plain(path.name)}" for path in files)
    words = _(
        "Good day!\n\nThe signed document is attached:\n{names}\n\nSave all files into one folder "
        "to verify the signature: it proves nothing without the document."
    )
    return words.format(names=names)


def _read(path: Path, most: int) -> bytes:
    with open_regular(path) as file:
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise read_error(error, path) from error
    if len(data) > most:
        raise RoscherkError(ErrorCode.FILE_TOO_LARGE, path=str(path), limit=MOST)
    return data
