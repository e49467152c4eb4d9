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
        for code in ErrorCode:
            advice = describe(code).advice
            said = without_commands(advice)
            if "roscherk " not in advice and "(--" not in advice:
                assert said == advice
            assert not (code in BESIDE and ("roscherk " not in advice or "roscherk " in said)), said
            assert "(roscherk" not in said
            assert len(said) > len(advice) / 4 or not advice
            assert "  " not in said
            assert said.count("(") == said.count(")")
    finally:
        set_language(before)
