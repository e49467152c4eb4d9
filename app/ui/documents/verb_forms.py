"""What is asked before work on signatures: which signature, which level, what mark. No Qt here."""

from collections.abc import Sequence
from dataclasses import replace

from app.crypto.model import SignatureLevel
from app.crypto.stamping.style import StampPreset, StampStyle, check_pages
from app.texts.catalogue import _, ngettext
from app.texts.showing import plain
from app.texts.signing_choices import LEVEL_WORDS, PRESET_WORDS
from app.ui.documents.verbs import Verb
from app.ui.files import Document
from app.ui.forms import Filled, Form
from app.ui.rows import Tone

__all__ = ["LEVEL_WORDS", "PRESET_WORDS"]


def signature_form(verb: Verb, name: str, choices: tuple[tuple[str, str], ...]) -> Form:
    """Ask which signature of a file is meant."""
    removing = verb is Verb.REMOVE
    return Form(
        heading=_("Which signature is to be left out?")
        if removing
        else _("Which signature do you certify?"),
        words=_("A new file is made; the one that is there stays as it is: {name}").format(
            name=plain(name)
        ),
        yes=_("Leave it out") if removing else _("Certify it"),
        icon="trash-2" if removing else "badge-check",
        tone=Tone.WARN if removing else Tone.INFO,
        choice=_("Signature"),
        choices=choices,
    )


def level_form(documents: Sequence[Document], servers: Sequence[str], *, pdf: bool) -> Form:
    """Ask to which level signatures are to be raised, and say who will be asked for it."""
    count = len(documents)
    files = ngettext("{n} document", "{n} documents", count).format(n=count)
    levels = [each for each in SignatureLevel if each is not SignatureLevel.B]
    if pdf:
        levels.remove(SignatureLevel.XL1)
    return Form(
        heading=_("To which level is the signature to be raised?"),
        words=_(
            "A server of time stamps gets a digest, never the document. No key and no PIN is needed."
        ),
        yes=_("Raise"),
        icon="clock",
        facts=(
            (_("What"), plain(documents[0].to_verify.name) if count == 1 else files),
            (_("Server of time stamps"), "\n".join(plain(each) for each in servers)),
        ),
        choice=_("Level"),
        choices=tuple((each.value, _(LEVEL_WORDS[each])) for each in levels),
    )


def copy_form(style: StampStyle) -> Form:
    """Ask for the mark of a copy."""
    presets = sorted(PRESET_WORDS, key=lambda each: each is not style.preset)
    return Form(
        heading=_("A copy that shows who signed"),
        words=_(
            "The signatures are checked first. The copy is a picture for reading and printing: "
            "it is not signed itself."
        ),
        yes=_("Make the copy"),
        icon="files",
        choice=_("Form of the mark"),
        choices=tuple((each.value, _(PRESET_WORDS[each])) for each in presets),
        text=_("Pages: first, last, all, or numbers such as 1,3-5"),
        value=style.pages,
    )


def filled_style(style: StampStyle, filled: Filled) -> StampStyle:
    """Return the mark as it was chosen. Raises STAMP_PAGES_INVALID."""
    check_pages(filled.text)
    return replace(style, preset=StampPreset(filled.choice), pages=filled.text)
