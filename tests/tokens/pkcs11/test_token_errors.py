"""Return codes of PKCS #11 become codes of ours, by number and type alone."""

import pytest
from pkcs11 import exceptions

from app.errors import ErrorCode
from app.tokens.pkcs11.errors import CallError, code_of, number_of, translated


@pytest.mark.parametrize(
    ("error", "code", "rv"),
    [
        (CallError(0xA0), ErrorCode.PIN_WRONG, "0x000000A0"),
        (exceptions.PinIncorrect(), ErrorCode.PIN_WRONG, "0x000000A0"),
        (exceptions.DeviceRemoved(), ErrorCode.TOKEN_REMOVED, "0x00000032"),
        (exceptions.TokenNotPresent(), ErrorCode.TOKEN_REMOVED, "0x000000E0"),
        (exceptions.MechanismInvalid(), ErrorCode.KEY_UNSUPPORTED, "0x00000070"),
        (exceptions.GeneralError(), ErrorCode.TOKEN_ERROR, "0x00000005"),
        (CallError(0x80000008), ErrorCode.TOKEN_ERROR, "0x80000008"),
        (
            exceptions.PKCS11Error("Unmapped error code 0x80000008"),
            ErrorCode.TOKEN_ERROR,
            "0x80000008",
        ),
    ],
)
def test_translation(error: exceptions.PKCS11Error | CallError, code: ErrorCode, rv: str) -> None:
    """The code is ours, and the number stays as a fact."""
    ours = translated(error)
    assert ours.code is code
    assert ours.facts == {"rv": rv, "vendor_code": rv.startswith("0x8")}


def test_errors_without_a_number() -> None:
    """What is no return code is told by its type."""
    error = exceptions.PKCS11Error("Buffer was too small. Should never see this.")
    assert number_of(error) is None
    assert number_of(exceptions.NoSuchKey()) is None
    ours = translated(error)
    assert ours.code is ErrorCode.TOKEN_ERROR
    assert ours.facts == {"exception": "PKCS11Error"}
    assert code_of(None) is ErrorCode.TOKEN_ERROR
