"""The catalogue: complete, with the same placeholders, in the language asked for."""

import re
import string

import pytest
from babel.messages.pofile import read_po

from app.places import resource
from app.texts import catalogue
from app.texts.catalogue import _, ngettext, preferred_language, set_language

PERCENT = re.compile(r"%(?:\(\w+\))?[srd]")


@pytest.fixture
def messages() -> list[object]:
    """Return the messages of the Russian catalogue."""
    path = resource("texts") / "ru" / "LC_MESSAGES" / "roscherk.po"
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="ru") if message.id]


def placeholders(text: str) -> set[str]:
    """Return the names of what is filled in."""
    if PERCENT.search(text):
        return set(PERCENT.findall(text))
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_everything_is_translated(messages: list[object]) -> None:
    """No text is left in English, none is marked as doubtful."""
    for message in messages:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
        assert not message.fuzzy, message.id


def test_placeholders_are_equal(messages: list[object]) -> None:
    """A translation fills in what its source fills in."""
    for message in messages:
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        for form in filter(None, forms):
            assert placeholders(form) == placeholders(sources[-1]), message.id


def test_switch_is_live() -> None:
    """The language can be changed at any moment, and changed back."""
    set_language("ru")
    assert _("File not found") == "Файл не найден"
    assert catalogue.language() == "ru"
    set_language("en")
    assert _("File not found") == "File not found"


def test_russian_plurals() -> None:
    """One, few and many are three forms."""
    set_language("ru")
    forms = [
        ngettext("{number} file", "{number} files", n).format(number=n) for n in (1, 3, 5, 21, 11)
    ]
    set_language("en")
    assert forms == ["1 файл", "3 файла", "5 файлов", "21 файл", "11 файлов"]


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "ru"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "C.UTF-8"}, "ru"),
        ({"LC_MESSAGES": "en_US", "LANG": "de_DE"}, "en"),
    ],
)
def test_preferred_language(environ: dict[str, str], language: str) -> None:
    """Russian by default, English for an English locale."""
    assert preferred_language(environ) == language
