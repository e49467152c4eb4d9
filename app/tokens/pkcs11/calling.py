"""What a module says while we work with a token of it, as errors of ours."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from pkcs11.exceptions import PKCS11Error

from app.errors import ErrorCode, RoscherkError
from app.tokens.pkcs11.driver import Driver, Plugged
from app.tokens.pkcs11.errors import CallError, translated

# A token pulled out in the middle shows as any of these; it is looked at again to be sure.
_MAYBE_REMOVED = frozenset({ErrorCode.TOKEN_ERROR, ErrorCode.TOKEN_NOT_FOUND})
# GENERAL_ERROR and DEVICE_ERROR are what is said while the card is already gone and its reader has
# not heard of it yet: readers are asked a few times a second.
_TOO_EARLY = frozenset({"0x00000005", "0x00000030"})
_LOOKS = 10
_BETWEEN_LOOKS = 0.1


@contextmanager
def calls(driver: Driver, plugged: Plugged) -> Iterator[None]:
    """Turn what the module says into an error of ours, and see whether the token is still there."""
    try:
        yield
    except (PKCS11Error, CallError, RoscherkError) as error:
        ours = error if isinstance(error, RoscherkError) else translated(error)
        if ours.code in _MAYBE_REMOVED and _is_gone(driver, plugged, ours):
            ours = RoscherkError(ErrorCode.TOKEN_REMOVED, **ours.facts)
        raise ours.with_facts(token=plugged.token.label) from None


def _is_gone(driver: Driver, plugged: Plugged, error: RoscherkError) -> bool:
    """Look whether the token is still there, longer where the module may not know it yet."""
    for look in range(_LOOKS if error.facts.get("rv") in _TOO_EARLY else 1):
        time.sleep(_BETWEEN_LOOKS if look else 0)
        if driver.again(plugged) is None:
            return True
    return False
