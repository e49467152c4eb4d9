"""Commands are left out of sentences that the window says, where another way is named beside them."""

import pytest

from app.errors import ErrorCode
from app.texts.catalogue import language, set_language
from app.texts.commands import without_commands
from app.texts.errors import describe

BESIDE = {
    ErrorCode.PIN_LOCKED,
    ErrorCode.PIN_EXPIRED,
    ErrorCode.PIN_NOT_SET,
    ErrorCode.TOKEN_NOT_PREPARED,
    ErrorCode.KEY_NOT_FOUND,
    ErrorCode.KEY_AMBIGUOUS,
    ErrorCode.KEY_URI_MALFORMED,
    ErrorCode.CONTAINER_NOT_FOUND,
    ErrorCode.PRACTICE_NOT_ENTERED,
    ErrorCode.ACCREDITED_LIST_MISSING,
    ErrorCode.ROUTE_NOT_FOUND,
    ErrorCode.ROUTE_INCOMPLETE,
}


@pytest.mark.parametrize("spoken", ["en", "ru"])
def test_the_other_way_stays(spoken: str) -> None:
    """Nothing but the command goes, and the sentence is still one."""
    before = language()
    set_language(spoken)
    try:
        for code in BESIDE:
            advice = describe(code).advice
            assert "roscherk " in advice, code
            said = without_commands(advice)
            assert "roscherk " not in said, said
            assert len(said) > len(advice) / 4
            assert said.endswith((".", ")"))
            assert "  " not in said
            assert "()" not in said
        for code in set(ErrorCode) - BESIDE:
            advice = describe(code).advice
            assert "roscherk " in without_commands(advice) or "roscherk " not in advice, code
    finally:
        set_language(before)
