"""A PIN or password that hides in ``repr``, can be wiped, and serves one owner only."""

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

from app.errors import ErrorCode, RoscherkError

_SHORTEST_FOUND = 4
"""Shorter ones would be found in every number."""


class Secret:
    """Bytes of a PIN or a password in one buffer that is overwritten when work is over.

    It is never part of a request value: it crosses the pipe as a raw frame of its own. What it was
    first tried on is its owner: it is never tried on anything else, and never again once it was
    refused (`serving`). Whoever wipes it, at any moment and in any thread, has withdrawn it: what is
    left of it is never sent.
    """

    __slots__ = (
        "__weakref__",
        "_at_answer",
        "_at_wipe",
        "_buffer",
        "_owner",
        "_refused",
        "_spent",
        "_wiping",
        "for_run",
        "last_try_confirmed",
        "remember",
        "typed",
        "wiped",
    )

    def __init__(self, buffer: bytearray) -> None:
        """Take over ``buffer`` (it is not copied, and ``wipe`` overwrites it)."""
        self._buffer = buffer
        self._owner: str | None = None
        self._refused = False
        self._spent = False
        self.last_try_confirmed = False
        """Whoever typed it knows that a wrong one locks the token, and said so once more."""
        self.typed = True
        """It was typed for the signature that comes next; False: it has served before."""
        self.for_run = False
        """It was typed for several signatures: the token stays logged in until it is wiped."""
        self.remember = False
        """Whoever typed it wants it remembered for a while, once it was accepted."""
        self.wiped = False
        """Nobody wants it used any more. It is set before the first byte is overwritten."""
        self._wiping = threading.Lock()
        self._at_wipe: list[Callable[[], None]] = []
        self._at_answer: list[Callable[[bool], None]] = []
        with _alive_lock:
            _alive.add(self)

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Make a secret of typed text, as UTF-8."""
        return cls(bytearray(text, "utf-8"))

    @property
    def buffer(self) -> bytearray:
        """The live buffer, for the one call that needs it."""
        return self._buffer

    def wipe(self) -> None:
        """Overwrite the bytes with zeros; what was open because of it ends."""
        with self._wiping:
            self.wiped = True
            self._buffer[:] = bytes(len(self._buffer))
            actions, self._at_wipe = self._at_wipe, []
        for action in actions:
            action()

    def spend(self) -> None:
        """Wipe it because what it had opened is lost: it is typed anew, not sent again."""
        self._spent = True
        self.wipe()

    def at_wipe(self, action: Callable[[], None]) -> None:
        """Call ``action`` once, when this is wiped, or now if it is; it must return at once."""
        with self._wiping:
            if not self.wiped:
                self._at_wipe.append(action)
                return
        action()

    def at_answer(self, action: Callable[[bool], None]) -> None:
        """Call ``action`` after each attempt: True, it was accepted; False, it was refused.

        It is called in the thread of the attempt, before the bytes are wiped, and must return at
        once. An attempt that ends in another trouble tells nothing.
        """
        self._at_answer.append(action)

    @contextmanager
    def serving(self, owner: str) -> Iterator[None]:
        """Use it for one attempt at ``owner`` (`password_owner`, `pin_state.pin_owner`).

        Raises ``PIN_NEEDED`` or ``PASSWORD_NEEDED`` when it serves another owner, was refused
        before, or was spent: then it has to be typed anew; ``CANCELLED`` when it was wiped by whoever
        typed it. A refusal within the block wipes it.
        """
        needed = ErrorCode.PIN_NEEDED if owner.startswith("pin:") else ErrorCode.PASSWORD_NEEDED
        if self._refused:
            raise RoscherkError(needed, reason="refused_before")
        if self._spent:
            raise RoscherkError(needed, reason="login_lost")
        if self._owner is not None and self._owner != owner:
            raise RoscherkError(needed, reason="of_another")
        if self.wiped:
            raise RoscherkError(ErrorCode.CANCELLED)
        self._owner = owner
        try:
            yield
        except RoscherkError as error:
            if error.code in _REFUSALS:
                self._refused = True
                self._tell(accepted=False)
                self.wipe()
            raise
        self._tell(accepted=True)

    def _tell(self, *, accepted: bool) -> None:
        for action in self._at_answer:
            action(accepted)

    def __len__(self) -> int:
        """Return the length in bytes."""
        return len(self._buffer)

    def __repr__(self) -> str:
        """Say nothing about the value, not even its length."""
        return "Secret(…)"

    def __reduce__(self) -> str:
        """Refuse to be pickled or copied."""
        raise TypeError("a secret is never serialised")

    def __enter__(self) -> Self:
        """Use it as a context: the secret is wiped at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe."""
        self.wipe()


def password_owner(container_uri: str) -> str:
    """Return whose a password is: a container's, and no token's."""
    return f"password:{container_uri}"


_REFUSALS = frozenset(
    {
        ErrorCode.ADMIN_PIN_LOCKED,
        ErrorCode.ADMIN_PIN_WRONG,
        ErrorCode.PASSWORD_WRONG,
        ErrorCode.PIN_LOCKED,
        ErrorCode.PIN_WRONG,
    }
)


@contextmanager
def serving(*uses: tuple[Secret | None, str]) -> Iterator[None]:
    """Use secrets for one attempt, each for its owner; None: it is typed on the device."""
    with ExitStack() as stack:
        for secret, owner in uses:
            if secret is not None:
                stack.enter_context(secret.serving(owner))
        yield


_alive: "weakref.WeakSet[Secret]" = weakref.WeakSet()
_alive_lock = threading.Lock()


def holds_secret(text: bytes) -> bool:
    """Tell whether ``text`` holds a secret that is alive now; the log asks before it writes."""
    with _alive_lock:
        secrets = list(_alive)
    return any(
        len(secret) >= _SHORTEST_FOUND and any(secret.buffer) and secret.buffer in text
        for secret in secrets
    )
