"""Words in the user's language, by gettext: English in the source, Russian in the catalogue."""

import gettext
from collections.abc import Mapping

from app.places import resource

LANGUAGES = ("ru", "en")

_translations: dict[str, gettext.NullTranslations] = {"now": gettext.NullTranslations()}
_language: dict[str, str] = {"now": "en"}


def set_language(language: str) -> None:
    """Speak ``ru`` or ``en`` from now on, in this process."""
    found = gettext.NullTranslations()
    if language == "ru":
        found = gettext.translation("roscherk", resource("texts"), languages=["ru"])
    _translations["now"] = found
    _language["now"] = language


def language() -> str:
    """Return the language in use."""
    return _language["now"]


def preferred_language(environ: Mapping[str, str]) -> str:
    """Return the language the locale asks for: English for an English one, else Russian."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "en" if environ[name].startswith("en") else "ru"
    return "ru"


def _(text: str) -> str:
    """Return ``text`` in the user's language."""
    return _translations["now"].gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the form of the words that goes with ``number``."""
    return _translations["now"].ngettext(one, many, number)


def N_(text: str) -> str:  # noqa: N802  # the usual name of gettext's marker
    """Mark ``text`` for translation and return it as it is."""
    return text
