"""One module, loaded: its slots, its tokens, sessions, and one login per PIN."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import pkcs11
from pkcs11.exceptions import PKCS11Error
from pkcs11.types import Object, Session, Slot

from app.errors import ErrorCode, RoscherkError
from app.tokens import token_methods as methods
from app.tokens.model import Token
from app.tokens.module_files import check_module
from app.tokens.pin_state import PinRole, demand_attempt, refusal
from app.tokens.pkcs11.errors import CallError, number_of, translated
from app.tokens.pkcs11.quirks import RawMapper
from app.tokens.pkcs11.supplement import Supplement
from app.tokens.pkcs11.token_facts import describe
from app.values import dataclass

_LISTING_ATTEMPTS = 3
_BETWEEN_ATTEMPTS = 0.1
# SLOT_ID_INVALID, DEVICE_REMOVED, TOKEN_NOT_PRESENT, TOKEN_NOT_RECOGNIZED: nothing to complain of.
_NO_TOKEN = frozenset({0x03, 0x32, 0xE0, 0xE1})


@dataclass(frozen=True)
class Plugged:
    """A token, and the slot it is in now."""

    token: Token
    slot: Slot
    login_required: bool


class Driver:
    """Every call into one module. Used by one thread: C_Initialize promised the module no more."""

    def __init__(self, path: Path) -> None:
        """Load and initialise; raise ``MODULE_NOT_FOUND``, ``MODULE_UNSAFE``, ``MODULE_BROKEN``."""
        check_module(path)
        self._path = path
        self.problems: tuple[methods.SlotProblem, ...] = ()
        # First by ctypes: it tells why a file cannot be loaded, and whether it is PKCS #11 at all.
        self._supplement = Supplement(path)
        try:
            self._library = pkcs11.lib(str(path))
        except PKCS11Error as error:
            facts = translated(error).facts
            raise RoscherkError(
                ErrorCode.MODULE_BROKEN, path=str(path), reason="initialise", **facts
            ) from None
        self._slots_asked = self._supplement.forgiving_slots()

    @property
    def supplement(self) -> Supplement:
        """The calls that the library lacks."""
        return self._supplement

    def plugged(self) -> list[Plugged]:
        """List the tokens; a slot that answers with an error hides itself and no other.

        What is wrong with such slots stands in `problems` afterwards.
        """
        found = []
        slots = self._slots()
        failed = {slot: ("C_GetSlotInfo", rv) for slot, rv in self._slots_asked.failures.items()}
        for slot in slots:
            try:
                found.append(self._describe(slot))
            except (PKCS11Error, CallError) as error:
                rv = number_of(error)
                if rv is not None:
                    failed.setdefault(slot.slot_id, ("C_GetTokenInfo", rv))
        self.problems = tuple(
            methods.SlotProblem(slot=slot, operation=operation, rv=f"0x{rv:08X}")
            for slot, (operation, rv) in failed.items()
            if rv not in _NO_TOKEN
        )
        return found

    def again(self, plugged: Plugged) -> Token | None:
        """Look at a token anew; None when it is gone, or another one is in its slot."""
        try:
            token = self._describe(plugged.slot).token
        except (PKCS11Error, CallError):
            return None
        return token if token.serial == plugged.token.serial else None

    @contextmanager
    def session(self, slot: Slot, *, writing: bool = False) -> Iterator[Session]:
        """Open a session for the time of the block; without ``writing`` it only reads."""
        session = slot.get_token().open(rw=writing, attribute_mapper=RawMapper())
        try:
            yield session
        finally:
            with suppress(PKCS11Error):  # of a token that is gone
                session.close()

    @contextmanager
    def logged_in(
        self,
        plugged: Plugged,
        session: Session,
        pin: bytearray | None,
        *,
        last_try_confirmed: bool = False,
    ) -> Iterator[None]:
        """Log in for the time of the block: exactly one attempt, and none that is forbidden."""
        if not pin and not plugged.token.flags.pin_pad:
            if plugged.login_required:
                raise RoscherkError(ErrorCode.PIN_NEEDED)
            yield
            return
        demand_attempt(plugged.token, PinRole.USER, last_try_confirmed=last_try_confirmed)
        handle = handle_of(session)
        try:
            self._supplement.login(handle, pin or None)
        except CallError as error:
            raise self._refused(plugged, error) from None
        try:
            yield
        finally:
            with suppress(CallError):
                self._supplement.logout(handle)

    def _refused(self, plugged: Plugged, error: CallError) -> RoscherkError:
        """Say what a failed login leaves: the flags are read anew, tokens do not always tell."""
        told = translated(error)
        if told.code not in {ErrorCode.PIN_WRONG, ErrorCode.PIN_LOCKED}:
            return told
        locked = told.code is ErrorCode.PIN_LOCKED
        return refusal(self.again(plugged), PinRole.USER, locked=locked, **told.facts)

    def _slots(self) -> list[Slot]:
        """Return the slots with a token, each once."""
        for attempt in range(1, _LISTING_ATTEMPTS + 1):
            self._slots_asked.failures.clear()
            try:
                slots = self._library.get_slots(token_present=True)
            except PKCS11Error as error:
                # A token that comes or goes between the two calls of a listing spoils it whole.
                if attempt == _LISTING_ATTEMPTS:
                    raise translated(error) from None
                time.sleep(_BETWEEN_ATTEMPTS)
            else:
                return list({slot.slot_id: slot for slot in slots}.values())
        raise AssertionError

    def _describe(self, slot: Slot) -> Plugged:
        token, login_required = describe(self._path, self._supplement, slot)
        return Plugged(token, slot, login_required)


def handle_of(item: Session | Object) -> int:
    """Return the handle that the supplement shares (the library's stubs do not know it)."""
    return int(cast(Any, item).handle)
