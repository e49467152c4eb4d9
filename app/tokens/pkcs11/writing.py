"""A session in which objects of one token are written: found, logged in once, refusals named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pkcs11.exceptions import PKCS11Error
from pkcs11.types import Session

from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context
from app.tokens.object_methods import STEP_FIND, STEP_LOGIN, STEP_WRITE
from app.tokens.pin_methods import TokenName
from app.tokens.pkcs11.calling import calls
from app.tokens.pkcs11.driver import Driver, Plugged
from app.tokens.pkcs11.errors import CallError, number_of

_FULL = 0x31
_READ_ONLY = frozenset({0xB5, 0xE2})


@contextmanager
def writing(
    driver: Driver,
    name: TokenName,
    context: Context,
    pin: bytearray | None,
    *,
    last_try_confirmed: bool,
    before: Callable[[Plugged], None] = lambda _: None,
) -> Iterator[tuple[Session, Plugged]]:
    """Find the token, open a session that writes, and log in with one attempt.

    ``before`` may refuse what this token cannot do: it is asked before the PIN is sent.
    """
    context.step(STEP_FIND)
    plugged = _named(driver, name)
    with calls(driver, plugged):
        before(plugged)
        with driver.session(plugged.slot, writing=True) as session:
            context.step(STEP_LOGIN)
            with driver.logged_in(plugged, session, pin, last_try_confirmed=last_try_confirmed):
                context.step(STEP_WRITE)
                with refusing(ErrorCode.TOKEN_READ_ONLY, _READ_ONLY):
                    yield session, plugged


@contextmanager
def refusing(code: ErrorCode, numbers: frozenset[int]) -> Iterator[None]:
    """Name what a token cannot take in, before the return code is told as it is."""
    try:
        yield
    except (PKCS11Error, CallError) as error:
        rv = number_of(error)
        if rv == _FULL:
            raise RoscherkError(ErrorCode.TOKEN_FULL, rv=f"0x{rv:08X}") from None
        if rv in numbers:
            raise RoscherkError(code, rv=f"0x{rv:08X}") from None
        raise


def _named(driver: Driver, name: TokenName) -> Plugged:
    """Return the token in its slot; another one there is not touched."""
    there = [each for each in driver.plugged() if each.slot.slot_id == name.slot]
    if not there:
        raise RoscherkError(ErrorCode.TOKEN_REMOVED)
    if there[0].token.serial != name.serial:
        raise RoscherkError(ErrorCode.TOKEN_NOT_FOUND, serial=name.serial)
    return there[0]
