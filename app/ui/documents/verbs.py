"""What can be done with signatures that are there: the verbs, their words, when each is possible. No Qt."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from app.crypto.model import SignatureFormat
from app.texts.catalogue import N_, _
from app.ui.files import BUSY, Document
from app.values import dataclass


class Verb(StrEnum):
    """One piece of work on signatures."""

    CO_SIGN = "co_sign"
    COUNTER_SIGN = "counter_sign"
    RAISE = "raise"
    COPY = "copy"
    EXTRACT = "extract"
    ATTACH = "attach"
    DETACH = "detach"
    MERGE = "merge"
    SPLIT = "split"
    REMOVE = "remove"


TITLES: Final[Mapping[Verb, str]] = {
    Verb.CO_SIGN: N_("Add my signature"),
    Verb.COUNTER_SIGN: N_("Certify a signature…"),
    Verb.RAISE: N_("Raise the signature…"),
    Verb.COPY: N_("Make a copy with marks…"),
    Verb.EXTRACT: N_("Save the original document"),
    Verb.ATTACH: N_("Put the document into the signature file"),
    Verb.DETACH: N_("Take the signature apart from the document"),
    Verb.MERGE: N_("Join signature files"),
    Verb.SPLIT: N_("Make a file for each signer"),
    Verb.REMOVE: N_("Leave out a signature…"),
}
KEYS: Final[Mapping[Verb, str]] = {
    Verb.CO_SIGN: "Ctrl+Shift+A",
    Verb.COUNTER_SIGN: "Ctrl+Shift+C",
    Verb.RAISE: "Ctrl+U",
    Verb.COPY: "Ctrl+Shift+P",
    Verb.EXTRACT: "Ctrl+E",
    Verb.ATTACH: "Ctrl+Shift+I",
    Verb.DETACH: "Ctrl+Shift+D",
    Verb.MERGE: "Ctrl+M",
    Verb.SPLIT: "Ctrl+Shift+M",
    Verb.REMOVE: "Ctrl+Shift+Delete",
}
ICONS: Final[Mapping[Verb, str]] = {
    Verb.CO_SIGN: "signature",
    Verb.COUNTER_SIGN: "badge-check",
    Verb.RAISE: "clock",
    Verb.COPY: "files",
    Verb.EXTRACT: "file-text",
    Verb.ATTACH: "file-lock",
    Verb.DETACH: "unlink",
    Verb.MERGE: "link",
    Verb.SPLIT: "user-round",
    Verb.REMOVE: "trash-2",
}
_OF_ONE: Final = frozenset({Verb.COUNTER_SIGN, Verb.REMOVE})
_OF_PDF_TOO: Final = frozenset({Verb.CO_SIGN, Verb.RAISE, Verb.COPY})


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A verb as the menu shows it."""

    verb: Verb
    title: str
    keys: str
    icon: str
    why_not: str = ""
    """Why it cannot be done with what is chosen; empty: it can."""


def offered(documents: Sequence[Document], *, can_sign: bool) -> tuple[Offered, ...]:
    """Return every verb, each with the reason where it does not go with these documents."""
    return tuple(
        Offered(
            verb=verb,
            title=_(TITLES[verb]),
            keys=KEYS[verb],
            icon=ICONS[verb],
            why_not=why_not(verb, documents, can_sign=can_sign),
        )
        for verb in Verb
    )


def why_not(verb: Verb, documents: Sequence[Document], *, can_sign: bool) -> str:
    """Say why a verb does not go with these documents; nothing where it does."""
    if not documents:
        return _("Choose a document in the list.")
    if any(each.state in BUSY for each in documents):
        return _("Wait until the present work is done.")
    if verb in {Verb.CO_SIGN, Verb.COUNTER_SIGN} and not can_sign:
        return _("Choose a key that can sign.")
    return _misfit(verb, documents)


def _misfit(verb: Verb, documents: Sequence[Document]) -> str:
    cms = all(map(holds_cms, documents))
    if verb is Verb.MERGE:
        together = len(documents) > 1 and cms
        return "" if together else _("Choose two or more signature files of one document.")
    if verb in _OF_PDF_TOO:
        fits = all(holds_cms(each) or each.is_pdf for each in documents)
        return "" if fits else _("It is for PDF files and files with a signature, such as .sig.")
    if not cms:
        return _("It is for files with a signature, such as .sig; this is none.")
    if verb in _OF_ONE and len(documents) > 1:
        return _("Choose one file: the signature is chosen in it.")
    return ""


def holds_cms(document: Document) -> bool:
    """Tell whether it looks like a file of its own with signatures, or such a one was made of it."""
    if document.signed is not None:
        return document.signed.format is SignatureFormat.CADES
    return document.is_signature
