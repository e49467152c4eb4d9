"""What a module says while we work with a token of it, as errors of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from pkcs11.exceptions import PKCS11Error

from app.errors import ErrorCode, RoscherkError
from app.tokens.pkcs11.driver import Driver, Plugged
from app.tokens.pkcs11.errors import CallError, translated

# A token pulled out in the middle shows as any of these; it is looked at again to be sure.
_MAYBE_REMOVED = frozenset({ErrorCode.TOKEN_ERROR, ErrorCode.TOKEN_NOT_FOUND})


@contextmanager
def calls(driver: Driver, plugged: Plugged) -> Iterator[None]:
    """Turn what the module says into an error of ours, and see whether the token is still there."""
    try:
        yield
    except (PKCS11Error, CallError, RoscherkError) as error:
        ours = error if isinstance(error, RoscherkError) else translated(error)
        if ours.code in _MAYBE_REMOVED and driver.again(plugged) is None:
            ours = RoscherkError(ErrorCode.TOKEN_REMOVED, **ours.facts)
        raise ours.with_facts(token=plugged.token.label) from None
