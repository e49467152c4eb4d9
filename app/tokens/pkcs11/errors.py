"""Return codes of PKCS #11 → codes of ours. Numbers and types only, never texts of messages."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from pkcs11 import exceptions

from app.errors import ErrorCode, RoscherkError

TOKEN_NOT_PRESENT = 0xE0
USER_ALREADY_LOGGED_IN = 0x100
PIN_INCORRECT = 0xA0
PIN_LOCKED = 0xA4

_VENDOR = 0x80000000


class CallError(Exception):
    """A PKCS #11 function returned something else than CKR_OK."""

    def __init__(self, rv: int) -> None:
        super().__init__(hex(rv))
        self.rv = rv


_CODES: Mapping[int, ErrorCode] = MappingProxyType(
    {
        0x03: ErrorCode.TOKEN_NOT_FOUND,  # SLOT_ID_INVALID
        0x32: ErrorCode.TOKEN_REMOVED,  # DEVICE_REMOVED
        0x60: ErrorCode.KEY_NOT_FOUND,  # KEY_HANDLE_INVALID
        0x62: ErrorCode.KEY_UNSUPPORTED,  # KEY_SIZE_RANGE
        0x63: ErrorCode.KEY_UNSUPPORTED,  # KEY_TYPE_INCONSISTENT
        0x68: ErrorCode.KEY_UNSUPPORTED,  # KEY_FUNCTION_NOT_PERMITTED
        0x70: ErrorCode.KEY_UNSUPPORTED,  # MECHANISM_INVALID
        0x71: ErrorCode.KEY_UNSUPPORTED,  # MECHANISM_PARAM_INVALID
        0x82: ErrorCode.KEY_NOT_FOUND,  # OBJECT_HANDLE_INVALID
        PIN_INCORRECT: ErrorCode.PIN_WRONG,
        0xA1: ErrorCode.PIN_WRONG,  # PIN_INVALID: characters that no PIN of this token has
        0xA2: ErrorCode.PIN_LENGTH,  # PIN_LEN_RANGE
        0xA3: ErrorCode.PIN_EXPIRED,
        PIN_LOCKED: ErrorCode.PIN_LOCKED,
        TOKEN_NOT_PRESENT: ErrorCode.TOKEN_REMOVED,
        0xE1: ErrorCode.TOKEN_REMOVED,  # TOKEN_NOT_RECOGNIZED
        0x101: ErrorCode.PIN_NEEDED,  # USER_NOT_LOGGED_IN
        0x102: ErrorCode.PIN_NOT_SET,  # USER_PIN_NOT_INITIALIZED
    }
)

# The library keeps the number to itself and raises a type per code.
_NUMBERS: Mapping[type[exceptions.PKCS11Error], int] = MappingProxyType(
    {
        exceptions.HostMemory: 0x02,
        exceptions.SlotIDInvalid: 0x03,
        exceptions.GeneralError: 0x05,
        exceptions.FunctionFailed: 0x06,
        exceptions.ArgumentsBad: 0x07,
        exceptions.AttributeReadOnly: 0x10,
        exceptions.AttributeSensitive: 0x11,
        exceptions.AttributeTypeInvalid: 0x12,
        exceptions.AttributeValueInvalid: 0x13,
        exceptions.DataInvalid: 0x20,
        exceptions.DataLenRange: 0x21,
        exceptions.DeviceError: 0x30,
        exceptions.DeviceMemory: 0x31,
        exceptions.DeviceRemoved: 0x32,
        exceptions.FunctionCancelled: 0x50,
        exceptions.FunctionNotSupported: 0x54,
        exceptions.KeyHandleInvalid: 0x60,
        exceptions.KeySizeRange: 0x62,
        exceptions.KeyTypeInconsistent: 0x63,
        exceptions.MechanismInvalid: 0x70,
        exceptions.MechanismParamInvalid: 0x71,
        exceptions.ObjectHandleInvalid: 0x82,
        exceptions.OperationActive: 0x90,
        exceptions.OperationNotInitialized: 0x91,
        exceptions.PinIncorrect: PIN_INCORRECT,
        exceptions.PinInvalid: 0xA1,
        exceptions.PinLenRange: 0xA2,
        exceptions.PinExpired: 0xA3,
        exceptions.PinLocked: PIN_LOCKED,
        exceptions.SessionClosed: 0xB0,
        exceptions.SessionCount: 0xB1,
        exceptions.SessionHandleInvalid: 0xB3,
        exceptions.TemplateIncomplete: 0xD0,
        exceptions.TemplateInconsistent: 0xD1,
        exceptions.TokenNotPresent: TOKEN_NOT_PRESENT,
        exceptions.TokenNotRecognised: 0xE1,
        exceptions.TokenWriteProtected: 0xE2,
        exceptions.UserAlreadyLoggedIn: USER_ALREADY_LOGGED_IN,
        exceptions.UserNotLoggedIn: 0x101,
        exceptions.UserPinNotInitialized: 0x102,
        exceptions.AnotherUserAlreadyLoggedIn: 0x104,
        exceptions.FunctionRejected: 0x200,
    }
)
# For a code it has no type for, the library puts the number into the message and nowhere else.
_UNMAPPED = re.compile(r"\b0x[0-9a-f]{1,16}\b")


def number_of(error: exceptions.PKCS11Error | CallError) -> int | None:
    """Return the return code behind an exception; None when it was no return code."""
    if isinstance(error, CallError):
        return error.rv
    number = _NUMBERS.get(type(error))
    if number is None and type(error) is exceptions.PKCS11Error:
        found = _UNMAPPED.search(str(error))
        number = None if found is None else int(found.group(), 16)
    return number


def code_of(rv: int | None) -> ErrorCode:
    """Return our code for a return code."""
    return ErrorCode.TOKEN_ERROR if rv is None else _CODES.get(rv, ErrorCode.TOKEN_ERROR)


def translated(error: exceptions.PKCS11Error | CallError) -> RoscherkError:
    """Return our error for the library's, with the return code as a fact for the reader's search."""
    rv = number_of(error)
    if rv is None:
        return RoscherkError(ErrorCode.TOKEN_ERROR, exception=type(error).__name__)
    return RoscherkError(code_of(rv), rv=f"0x{rv:08X}", vendor_code=bool(rv & _VENDOR))
