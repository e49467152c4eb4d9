"""The PINs of tokens, inside the host: one attempt for each PIN that was typed, and never another.

Before anything is sent the token is looked at anew: another token in the slot, a locked PIN and an
unconfirmed last try cost no attempt, and neither does a new PIN that is no good.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from app.errors import ErrorCode, RoscherkError
from app.processes.method import Method
from app.processes.serving import Context, Handler
from app.tokens import pin_methods as methods
from app.tokens.model import Token, Vendor
from app.tokens.pin import Secret
from app.tokens.pin_policy import PinProblem, problems, shortest
from app.tokens.pin_rules import PinAction, Way, obstacle, rules_of, unblock_ways
from app.tokens.pin_state import PinRole, demand_attempt, refusal
from app.tokens.pkcs11 import errors
from app.tokens.pkcs11.calling import calls
from app.tokens.pkcs11.driver import Driver, Plugged
from app.tokens.pkcs11.errors import CallError, translated
from app.tokens.pkcs11.pin_calls import LABEL_SIZE, PinCalls
from app.tokens.secret_pair import split_secrets

_WRONG = frozenset({errors.PIN_INCORRECT, 0xA1})
_PIN_INVALID = 0xA1
_PIN_LENGTH = 0xA2
_PIN_EXPIRED = 0xA3
_NOT_SUPPORTED = frozenset({0x54, 0x101})
"""FUNCTION_NOT_SUPPORTED; USER_NOT_LOGGED_IN to an administrator who is: OpenSC says so."""
_RUTOKEN_UNFIT = {0x8000000A: PinProblem.TOKEN, 0x8000000B: PinProblem.HISTORY}
_RUTOKEN_TRIES = 10
_LEAST_ADMINISTRATOR = 6


class PinWork:
    """The handlers of one host."""

    def __init__(self, driver_of: Callable[[Path], Driver]) -> None:
        self._driver_of = driver_of

    def handlers(self) -> Mapping[Method[Any, Any], Handler]:
        """Return the methods that are answered here."""
        return {
            methods.PIN_STATUS: self.status,
            methods.PIN_VERIFY: self.verify,
            methods.PIN_CHANGE: self.change,
            methods.PIN_UNBLOCK: self.unblock,
            methods.TOKEN_LABEL: self.label,
            methods.TOKEN_FORMAT: self.format,
        }

    def status(self, request: methods.TokenName, _: Context) -> Token:
        """Describe a token as it is now."""
        return self._at(request).token

    def verify(self, request: methods.PinRequest, context: Context) -> Token:
        """Try a PIN, once."""
        work = self._begin(request.token, context)
        work.allow(PinAction.VERIFY)
        work.attempt(request.role, last_try_confirmed=request.last_try_confirmed)
        pin = work.single(context.secret)
        with work.calls(), work.logged_in(request.role, pin):
            pass
        return work.after()

    def change(self, request: methods.PinRequest, context: Context) -> Token:
        """Change a PIN by itself: the old one is tried once, by logging in."""
        work = self._begin(request.token, context)
        user = request.role is PinRole.USER
        work.allow(PinAction.CHANGE if user else PinAction.CHANGE_ADMINISTRATOR)
        with work.pair(context.secret) as (old, new):
            work.demand_good(request.role, new, old=old)
            work.attempt(request.role, last_try_confirmed=request.last_try_confirmed)
            # On a pad a login more would be an entry of the old PIN more.
            ask_twice = old is not None or not user
            with work.calls(), work.session() as session:
                if ask_twice:
                    work.login(session, request.role, old, may_be_expired=True)
                context.step(methods.STEP_WORK)
                with work.new_pin(request.role, on_pad=old is None):
                    work.pins.set_pin(session, old, new)
        return work.after()

    def unblock(self, request: methods.UnblockRequest, context: Context) -> Token:
        """Give the user PIN its tries back, or set a new one, by the administrator."""
        work = self._begin(request.token, context)
        work.allow(PinAction.SET_FIRST if request.first else PinAction.UNBLOCK)
        if not request.first:
            ways = unblock_ways(work.token)
            if request.keep and Way.RESTORE not in ways:
                raise work.unsupported(PinAction.UNBLOCK, "keeps_no_pin")
            if not request.keep and Way.NEW not in ways:
                raise work.unsupported(PinAction.UNBLOCK, "user_only")
        with work.pair(context.secret) as (administrator, new):
            if not request.keep:
                work.demand_good(PinRole.USER, new, administrator=administrator)
            role, confirmed = PinRole.ADMINISTRATOR, request.last_try_confirmed
            work.attempt(role, last_try_confirmed=confirmed)
            with work.calls(), work.logged_in(role, administrator) as session:
                context.step(methods.STEP_WORK)
                with work.supported(PinAction.UNBLOCK), work.new_pin(PinRole.USER):
                    if request.keep:
                        work.pins.restore_tries(session)
                    else:
                        work.pins.init_pin(session, new)
        return work.after()

    def label(self, request: methods.LabelRequest, context: Context) -> Token:
        """Give a token another name, by the user."""
        work = self._begin(request.token, context)
        work.allow(PinAction.LABEL)
        _demand_label(request.label)
        work.attempt(PinRole.USER, last_try_confirmed=request.last_try_confirmed)
        pin = work.single(context.secret)
        with work.calls(), work.logged_in(PinRole.USER, pin) as session:
            context.step(methods.STEP_WORK)
            with work.supported(PinAction.LABEL):
                work.pins.set_name(session, request.label)
        return work.after()

    def format(self, request: methods.FormatRequest, context: Context) -> Token:
        """Erase a token; its administrator's PIN stays, its user PIN is a new one."""
        work = self._begin(request.token, context)
        work.allow(PinAction.FORMAT)
        _demand_label(request.label)
        with work.pair(context.secret) as (administrator, new):
            work.demand_good(PinRole.USER, new, administrator=administrator)
            if work.token.flags.initialised:
                confirmed = request.last_try_confirmed
                work.attempt(PinRole.ADMINISTRATOR, last_try_confirmed=confirmed)
            else:
                work.demand_good(PinRole.ADMINISTRATOR, administrator)
            own_call = rules_of(work.token.product).format is Way.OWN_CALL
            with work.calls():
                work.pins.close_all(work.slot)
                if own_call and administrator is not None and new is not None:
                    work.format_whole(administrator, new, request.label)
                else:
                    work.format_objects(administrator, new, request.label)
        return work.after()

    def _at(self, name: methods.TokenName) -> Plugged:
        """Return the token that is named, or raise what became of it."""
        found = [each for each in self._driver_of(name.module).plugged() if _is_named(each, name)]
        if len(found) != 1:
            raise RoscherkError(ErrorCode.TOKEN_NOT_FOUND, serial=name.serial)
        return found[0]

    def _begin(self, name: methods.TokenName, context: Context) -> "_Work":
        context.step(methods.STEP_FIND)
        plugged = self._at(name)
        return _Work(self._driver_of(name.module), plugged, context)


class _Work:
    """One action with one token."""

    def __init__(self, driver: Driver, plugged: Plugged, context: Context) -> None:
        self._driver = driver
        self._plugged = plugged
        self._context = context
        self.pins = PinCalls(driver.supplement)
        self.token = plugged.token
        self.slot = plugged.slot.slot_id

    def allow(self, action: PinAction) -> None:
        """Raise what stands against the action with this kind of token, in this state."""
        found = obstacle(self.token, action)
        if found is not None:
            raise found.with_facts(token=self.token.label)

    def attempt(self, role: PinRole, *, last_try_confirmed: bool) -> None:
        """Raise what forbids an attempt; from here on the token may want its time."""
        demand_attempt(self.token, role, last_try_confirmed=last_try_confirmed)
        self._context.step(methods.STEP_ATTEMPT)

    def calls(self) -> Any:
        """Work within this: what the module says becomes an error of ours."""
        return calls(self._driver, self._plugged)

    def single(self, secret: bytearray | None) -> bytearray | None:
        """Return the one PIN; None for a token that asks for it on its own pad."""
        return self._or_pad(secret)

    @contextmanager
    def pair(self, secret: bytearray | None) -> Iterator[tuple[bytearray | None, bytearray | None]]:
        """Take two PINs apart for the time of the block; they are wiped at its end."""
        if not secret:
            yield self._or_pad(None), self._or_pad(None)
            return
        first, second = split_secrets(secret)
        with first, second:
            yield self._or_pad(first.buffer), _filled(second)

    def _or_pad(self, pin: bytearray | None) -> bytearray | None:
        if pin:
            return pin
        if not self.token.flags.pin_pad:
            raise RoscherkError(ErrorCode.PIN_NEEDED)
        return None

    def demand_good(
        self,
        role: PinRole,
        new: bytearray | None,
        *,
        old: bytearray | None = None,
        administrator: bytearray | None = None,
    ) -> None:
        """Raise ``PIN_WEAK`` for a new PIN that guards nothing, before any attempt."""
        if new is None:
            if self.token.flags.pin_pad:
                return
            raise self._weak((PinProblem.EMPTY,))
        found = problems(
            new,
            old=old,
            administrator=administrator,
            minimum=self.token.pin_min,
            maximum=self.token.pin_max,
            factory=rules_of(self.token.product).factory_pin(role),
        )
        if found:
            raise self._weak(found)

    @contextmanager
    def session(self) -> Iterator[int]:
        """Open a session of our own."""
        with self.pins.session(self.slot) as session:
            yield session

    @contextmanager
    def logged_in(self, role: PinRole, pin: bytearray | None) -> Iterator[int]:
        """Log in for the time of the block: exactly one attempt."""
        with self.session() as session:
            self.login(session, role, pin)
            try:
                yield session
            finally:
                with suppress(CallError):
                    self.pins.logout(session)

    def login(
        self, session: int, role: PinRole, pin: bytearray | None, *, may_be_expired: bool = False
    ) -> None:
        """Log in, once; ``may_be_expired``: the PIN is right, and only changing it is allowed."""
        try:
            self.pins.login(session, role, pin)
        except CallError as error:
            if error.rv == _PIN_EXPIRED and may_be_expired:
                return
            self._refuse(role, error)

    @contextmanager
    def new_pin(self, role: PinRole, *, on_pad: bool = False) -> Iterator[None]:
        """Tell what a token says of a new PIN; ``on_pad``: the old one was typed there too."""
        try:
            yield
        except CallError as error:
            rutoken = self.token.vendor is Vendor.RUTOKEN
            if rutoken and error.rv in _RUTOKEN_UNFIT:
                raise self._weak((_RUTOKEN_UNFIT[error.rv],)) from None
            if error.rv == _PIN_INVALID and not on_pad:
                raise self._weak((PinProblem.TOKEN,)) from None
            if error.rv == _PIN_LENGTH:
                raise self._length() from None
            self._refuse(role, error)

    @contextmanager
    def supported(self, action: PinAction) -> Iterator[None]:
        """Tell a call that this module does not have from one that failed."""
        try:
            yield
        except CallError as error:
            if error.rv in _NOT_SUPPORTED:
                raise self.unsupported(action, "module") from None
            raise

    def format_whole(self, administrator: bytearray, new: bytearray, label: str) -> None:
        """Format the whole device by its maker's call; limits and tries stay as they are."""
        token = self.token
        user_tries, so_tries = token.tries_most, token.so_tries_most
        self._context.step(methods.STEP_WORK)
        try:
            with self.supported(PinAction.FORMAT):
                self.pins.format_whole(
                    self.slot,
                    administrator,
                    new,
                    label,
                    least=(_LEAST_ADMINISTRATOR, shortest(token.pin_min)),
                    tries=(so_tries or _RUTOKEN_TRIES, user_tries or _RUTOKEN_TRIES),
                )
        except CallError as error:
            self._refuse(PinRole.ADMINISTRATOR, error)

    def format_objects(
        self, administrator: bytearray | None, new: bytearray | None, label: str
    ) -> None:
        """Erase by PKCS #11, and set the user PIN, without which the token is of no use."""
        self._context.step(methods.STEP_WORK)
        try:
            with self.supported(PinAction.FORMAT):
                self.pins.init_token(self.slot, administrator, label)
        except CallError as error:
            self._refuse(PinRole.ADMINISTRATOR, error)
        try:
            # Not a second guess: the token has just accepted this PIN, or taken it over.
            with self.logged_in(PinRole.ADMINISTRATOR, administrator) as session:
                self.pins.init_pin(session, new)
        except (CallError, RoscherkError) as error:
            told = error if isinstance(error, RoscherkError) else translated(error)
            facts = {**told.facts, "erased": True}
            raise RoscherkError(ErrorCode.PIN_NOT_SET, **facts) from None

    def after(self) -> Token:
        """Describe the token after the work."""
        found = [each.token for each in self._driver.plugged() if each.slot.slot_id == self.slot]
        if not found:
            raise RoscherkError(ErrorCode.TOKEN_REMOVED, token=self.token.label)
        return found[0]

    def unsupported(self, action: PinAction, reason: str) -> RoscherkError:
        """Return the error of an action that this token does not have."""
        code = ErrorCode.TOKEN_ACTION_UNSUPPORTED
        return RoscherkError(code, action=action.value, reason=reason, token=self.token.label)

    def _refuse(self, role: PinRole, error: CallError) -> NoReturn:
        """Raise the error of a PIN that was refused, with what is left."""
        told = translated(error)
        if error.rv == _PIN_LENGTH:
            raise self._length() from None
        locked = error.rv == errors.PIN_LOCKED
        if locked or error.rv in _WRONG:
            again = self._driver.again(self._plugged)
            raise refusal(again, role, locked=locked, **told.facts) from None
        raise error

    def _length(self) -> RoscherkError:
        token, facts = self.token, {}
        if token.pin_min is not None and token.pin_max is not None:
            facts = {"minimum": token.pin_min, "maximum": token.pin_max}
        return RoscherkError(ErrorCode.PIN_LENGTH, **facts)

    def _weak(self, found: tuple[PinProblem, ...]) -> RoscherkError:
        token = self.token
        facts: dict[str, str | int] = {"reason": found[0].value, "problems": " ".join(found)}
        facts["minimum"] = shortest(token.pin_min)
        if token.pin_max is not None:
            facts["maximum"] = token.pin_max
        return RoscherkError(ErrorCode.PIN_WEAK, **facts)


def _filled(secret: Secret) -> bytearray | None:
    return secret.buffer or None


def _demand_label(label: str) -> None:
    """Raise for a name that a token cannot keep: its field has 32 octets, a Russian letter two."""
    size = len(label.encode("utf-8", "replace"))
    if not label.strip() or size > LABEL_SIZE or not label.isprintable():
        raise RoscherkError(ErrorCode.TOKEN_LABEL_INVALID, size=size, most=LABEL_SIZE)


def _is_named(plugged: Plugged, name: methods.TokenName) -> bool:
    return plugged.slot.slot_id == name.slot and plugged.token.serial == name.serial
