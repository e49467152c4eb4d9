"""Every error has words, in both languages, whatever facts came with it."""

from collections.abc import Iterator

import pytest

from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import set_language
from app.texts.error_table import ERRORS
from app.texts.errors import describe, describe_error
from app.texts.showing import wanted_facts

WORDED = {ErrorCode.TOKEN_MAY_HOLD_CONTAINERS: "reason"}
"""Facts that are codes of their own and never said as they are."""


@pytest.fixture(params=["ru", "en"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run each test in both languages."""
    set_language(request.param)
    yield request.param
    set_language("en")


def test_every_code_has_words() -> None:
    """No code is missing in the table, and none is there that does not exist."""
    assert set(ERRORS) == set(ErrorCode)


@pytest.mark.parametrize("code", ErrorCode)
def test_words_without_facts(code: ErrorCode) -> None:
    """Missing facts never crash and never leave a hole: the sentence is left out."""
    words = describe(code)
    assert words.heading
    assert words.advice
    for text in (words.heading, words.explanation, words.advice):
        assert "{" not in text


@pytest.mark.parametrize("code", ErrorCode)
def test_all_facts_are_said(code: ErrorCode) -> None:
    """Every fact that the words ask for appears in them."""
    entry = ERRORS[code]
    templates = (*entry.explanation, entry.advice)
    facts = {name: f"<{name}>" for template in templates for name in wanted_facts(template)}
    words = describe_error(RoscherkError(code, **facts))
    for name, value in facts.items():
        if WORDED.get(code) != name:
            assert value in f"{words.explanation} {words.advice}"


@pytest.mark.parametrize("reason", ["hidden_keys", "not_looked", ErrorCode.READERS_NONE.value])
def test_reason_is_put_into_words(reason: str) -> None:
    """Why containers cannot be seen is a code below; a person reads a sentence, each its own."""
    code = ErrorCode.TOKEN_MAY_HOLD_CONTAINERS
    told = describe_error(RoscherkError(code, token="R", reason=reason)).explanation
    other = describe_error(RoscherkError(code, token="R", reason="anything")).explanation
    assert told != other
    assert reason not in told
    assert "anything" not in other


def test_unknown_code() -> None:
    """A code of a newer version is told by its name."""
    assert "brand_new" in describe("brand_new").explanation


def test_values_of_strangers_are_harmless() -> None:
    """A hostile file name moves no cursor and hides nothing."""
    hostile = "a\x1b[2J\u202efdp.exe\nb" + "x" * 1000
    text = describe(ErrorCode.FILE_NOT_FOUND, {"path": hostile}).explanation
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\n" not in text
    assert len(text) < 500
