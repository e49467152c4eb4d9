"""The PINs of tokens, for both faces: what state they are in, and every change of them.

One call is one attempt. A PIN is a `Secret` that its caller wipes; None, or an empty one: it is
typed on the token's own pad. Every method answers with the token as it is afterwards, and raises
`RoscherkError`: ``PIN_WRONG``, ``PIN_LOCKED``, ``PIN_LAST_TRY`` (set `Secret.last_try_confirmed`
once the person has said so), ``PIN_WEAK``, the same of the administrator, ``TOKEN_REMOVED``…
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol, TypeVar

from app.errors import ErrorCode, RoscherkError
from app.processes.limits import Limits
from app.processes.method import Method
from app.tokens import pin_methods as methods
from app.tokens.model import Token
from app.tokens.passive import PassiveAnswer, by_rules
from app.tokens.pin import Secret, serving
from app.tokens.pin_cache import PinCache
from app.tokens.pin_rules import Passive, PinAction, obstacle
from app.tokens.pin_state import PinRole, pin_owner
from app.tokens.secret_pair import join_secrets
from app.tokens.token_place import TokenPlace

Q = TypeVar("Q")
A = TypeVar("A")

MayHoldPassive = Callable[[Token], PassiveAnswer]
"""Whether containers lie on a token that PKCS #11 does not show, by a look that is made now."""


class Places(Protocol):
    """The tokens of all modules (`app.tokens.token_places.TokenPlaces`)."""

    def place_of_token(self, token: Token) -> TokenPlace:
        """Return the place of the module that showed a token."""
        ...

    def end_sessions(self) -> None:
        """End every host, and with it every login; the next question starts a new one."""
        ...


class Pins:
    """The PINs of all tokens. May be used from any thread."""

    def __init__(
        self,
        places: Callable[[], Places],
        *,
        cache: PinCache | None = None,
        passive: MayHoldPassive = by_rules,
    ) -> None:
        """``places`` is called when a token is first worked with."""
        self._places = places
        self._passive = passive
        self.cache = cache or PinCache()
        """PINs remembered for a while, where a person asked for that."""

    def status(self, token: Token) -> Token:
        """Describe a token anew: its tries and flags as they are now."""
        limits = methods.pin_limits()
        place = self._places().place_of_token(token)
        return place.ask(methods.PIN_STATUS, methods.TokenName.of(token), limits)

    def obstacle(self, token: Token, action: PinAction) -> RoscherkError | None:
        """Return why an action is not offered for a token; None: it is."""
        found = obstacle(token, action)
        if found is None and action is PinAction.FORMAT:
            found = self._hidden(token, lose_containers=True)
        return found

    def verify(self, token: Token, pin: Secret | None, role: PinRole = PinRole.USER) -> Token:
        """Try a PIN, once."""
        request = methods.PinRequest(
            token=methods.TokenName.of(token), role=role, last_try_confirmed=_confirmed(pin)
        )
        with serving((pin, pin_owner(token, role))):
            return self._work(token, methods.PIN_VERIFY, request, pin)

    def change(
        self,
        token: Token,
        old: Secret | None,
        new: Secret | None,
        role: PinRole = PinRole.USER,
    ) -> Token:
        """Change a PIN by itself. Show afterwards what to do if КриптоПро CSP remembers the old."""
        request = methods.PinRequest(
            token=methods.TokenName.of(token), role=role, last_try_confirmed=_confirmed(old)
        )
        self.cache.forget(token)
        with serving((old, pin_owner(token, role))):
            return self._work(token, methods.PIN_CHANGE, request, old, new)

    def unblock(
        self, token: Token, administrator: Secret | None, new: Secret | None, *, keep: bool = False
    ) -> Token:
        """Unblock the user PIN by the administrator's: under a new PIN, or (``keep``) as it is."""
        request = methods.UnblockRequest(
            token=methods.TokenName.of(token),
            keep=keep,
            last_try_confirmed=_confirmed(administrator),
        )
        return self._by_administrator(token, methods.PIN_UNBLOCK, request, administrator, new)

    def set_first(self, token: Token, administrator: Secret | None, new: Secret | None) -> Token:
        """Set the first user PIN of a token that has none (JaCarta ГОСТ)."""
        request = methods.UnblockRequest(
            token=methods.TokenName.of(token),
            first=True,
            last_try_confirmed=_confirmed(administrator),
        )
        return self._by_administrator(token, methods.PIN_UNBLOCK, request, administrator, new)

    def label(self, token: Token, label: str, pin: Secret | None) -> Token:
        """Give a token another name, with the user PIN."""
        request = methods.LabelRequest(
            token=methods.TokenName.of(token), label=label, last_try_confirmed=_confirmed(pin)
        )
        with serving((pin, pin_owner(token))):
            return self._work(token, methods.TOKEN_LABEL, request, pin)

    def format(
        self,
        token: Token,
        label: str,
        administrator: Secret | None,
        new: Secret | None,
        *,
        typed: str,
        lose_containers: bool = False,
    ) -> Token:
        """Erase a token and give it a new user PIN; the administrator's PIN stays.

        ``typed``: what the person typed to confirm it, the serial number. ``lose_containers``: the
        containers that PKCS #11 does not show were listed, and may be lost.
        """
        found = obstacle(token, PinAction.FORMAT) or self._hidden(
            token, lose_containers=lose_containers
        )
        if found is not None:
            raise found
        if typed.strip() != confirmation_of(token):
            raise RoscherkError(ErrorCode.TOKEN_NOT_CONFIRMED, serial=confirmation_of(token))
        request = methods.FormatRequest(
            token=methods.TokenName.of(token),
            label=label,
            last_try_confirmed=_confirmed(administrator),
        )
        return self._by_administrator(token, methods.TOKEN_FORMAT, request, administrator, new)

    def end_session(self) -> None:
        """Log out everywhere: forget every PIN and end every process that was given one."""
        self.cache.forget()
        self._places().end_sessions()

    def close(self) -> None:
        """Forget every PIN."""
        self.cache.close()

    def _by_administrator(
        self,
        token: Token,
        method: Method[Q, Token],
        request: Q,
        administrator: Secret | None,
        new: Secret | None,
    ) -> Token:
        self.cache.forget(token)
        with serving((administrator, pin_owner(token, PinRole.ADMINISTRATOR))):
            return self._work(token, method, request, administrator, new)

    def _work(
        self,
        token: Token,
        method: Method[Q, Token],
        request: Q,
        pin: Secret | None,
        new: Secret | None = None,
    ) -> Token:
        """Do one thing with PINs; the host ends afterwards: modules may keep what they were given."""
        by_person = token.flags.pin_pad and not pin
        with ExitStack() as stack:
            secret: Secret | None = pin
            if method in _WITH_TWO:
                nothing = Secret(bytearray())
                secret = stack.enter_context(join_secrets(pin or nothing, new or nothing))
            limits: Limits = methods.pin_limits(by_person=by_person)
            place = self._places().place_of_token(token)
            return place.ask(method, request, limits, secret, last=True, by_person=by_person)

    def _hidden(self, token: Token, *, lose_containers: bool) -> RoscherkError | None:
        """Return what may lie on a token unseen, against formatting it (decision 22)."""
        answer = self._passive(token)
        held, name = answer.passive, token.label or token.model
        if held is Passive.UNKNOWN:
            code = ErrorCode.TOKEN_MAY_HOLD_CONTAINERS
            return RoscherkError(code, token=name, reason=answer.reason)
        if held is Passive.YES and not lose_containers:
            return RoscherkError(ErrorCode.TOKEN_HOLDS_CONTAINERS, token=name)
        return None


_WITH_TWO = (methods.PIN_CHANGE, methods.PIN_UNBLOCK, methods.TOKEN_FORMAT)


def confirmation_of(token: Token) -> str:
    """Return what is to be typed before a token is formatted: what is printed on it, its serial."""
    return token.serial or token.label or token.model


def _confirmed(secret: Secret | None) -> bool:
    return secret is not None and secret.last_try_confirmed
