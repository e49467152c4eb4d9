"""User PINs remembered for a while, in memory only, where a person asked for that.

One PIN for one token, in a page of memory that is kept off the swap file and out of dumps where the
system allows it. It is wiped after a quarter of an hour at the latest, after five minutes without
use, when the computer slept, when the token is pulled out or its PIN is refused or changed, when
the screen is locked and at the end of the session.
"""

import ctypes
import mmap
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable

from app.tokens.model import Token
from app.tokens.pin import Secret
from app.tokens.pin_state import pin_owner

LONGEST = 15 * 60.0
IDLE = 5 * 60.0

_SLEPT = 30.0
"""The clock of the day ran so much further than that of the program: the computer slept."""
_PAGE = mmap.PAGESIZE


class PinCache:
    """The remembered PINs. May be used from any thread."""

    def __init__(
        self,
        *,
        longest: float = LONGEST,
        idle: float = IDLE,
        clock: Callable[[], float] = time.monotonic,
        day_clock: Callable[[], float] = time.time,
    ) -> None:
        """``longest`` and ``idle`` are seconds; the longest is never above `LONGEST`."""
        self._longest = min(longest, LONGEST)
        self._idle = min(idle, self._longest)
        self._clock = clock
        self._day_clock = day_clock
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._timer: threading.Timer | None = None
        self._listeners: list[Callable[[], None]] = []

    def heed(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after each change, in any thread and under the lock: it only notes it."""
        self._listeners.append(listener)

    def keep(self, token: Token, pin: Secret) -> None:
        """Remember the PIN of a token; it was asked for, and the token has accepted it."""
        owner = pin_owner(token)
        if not pin.buffer or not token.serial or len(pin) > _PAGE:
            return
        with self._lock:
            kept = _Kept(pin.buffer, token, self._clock(), self._day_clock())
            if pin.wiped:  # meanwhile: what was taken may be zeros
                kept.wipe()
                return
            self._drop([owner])
            self._kept[owner] = kept
            self._wait()
            self._tell()

    def take(self, token: Token) -> Secret | None:
        """Return a copy for one piece of work, which the caller wipes; None: nothing is remembered.

        It serves this token only, and no key that wants its PIN typed for each signature. Until the
        token has answered it, or it is wiped, nobody else gets one: a PIN that is no longer right
        costs one attempt, not two. A refused one is forgotten.
        """
        with self._lock:
            self._wipe_old()
            kept = self._kept.get(pin_owner(token))
            if kept is None or kept.is_lent():
                return None
            kept.used = self._clock()
            self._wait()
            secret = Secret(kept.copy())
            kept.lent = weakref.ref(secret)
        secret.typed = False
        secret.at_answer(lambda accepted: self._answered(kept, accepted=accepted))
        return secret

    def _answered(self, kept: "_Kept", *, accepted: bool) -> None:
        owner = pin_owner(kept.token)
        with self._lock:
            kept.lent = None
            if not accepted and self._kept.get(owner) is kept:
                self._drop([owner])
                self._wait()

    def tokens(self) -> tuple[Token, ...]:
        """Return the tokens whose PINs are remembered now."""
        with self._lock:
            self._wipe_old()
            return tuple(kept.token for kept in self._kept.values())

    def left(self, token: Token) -> float:
        """Return for how many seconds a PIN will still be remembered; 0: it is not."""
        with self._lock:
            self._wipe_old()
            kept = self._kept.get(pin_owner(token))
            return 0.0 if kept is None else max(0.0, self._end_of(kept) - self._clock())

    def forget(self, token: Token | None = None) -> None:
        """Wipe the PIN of one token, or all."""
        with self._lock:
            self._drop(list(self._kept) if token is None else [pin_owner(token)])
            self._wait()

    def plugged(self, tokens: Iterable[Token]) -> None:
        """Wipe the PINs of tokens that are not among those that are plugged in."""
        there = {pin_owner(each) for token in tokens for each in (token, *token.slots)}
        with self._lock:
            self._drop([owner for owner in self._kept if owner not in there])
            self._wait()

    def close(self) -> None:
        """Wipe everything."""
        self.forget()

    def _end_of(self, kept: "_Kept") -> float:
        return min(kept.since + self._longest, kept.used + self._idle)

    def _wipe_old(self) -> None:
        now, day = self._clock(), self._day_clock()
        self._drop(
            [
                owner
                for owner, kept in self._kept.items()
                if now >= self._end_of(kept)
                or day - kept.day_since - (now - kept.since) > _SLEPT
                or day < kept.day_since - _SLEPT
            ]
        )

    def _drop(self, owners: Iterable[str]) -> None:
        gone = [kept for owner in owners if (kept := self._kept.pop(owner, None)) is not None]
        for kept in gone:
            kept.wipe()
        if gone:
            self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def _wait(self) -> None:
        """Wake up when the next one ends, and now and then to see whether the computer slept."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._kept:
            return
        soonest = min(self._end_of(kept) for kept in self._kept.values()) - self._clock()
        self._timer = threading.Timer(max(0.01, min(soonest, _SLEPT)), self._tick)
        self._timer.daemon = True
        self._timer.start()

    def _tick(self) -> None:
        with self._lock:
            self._wipe_old()
            self._wait()


class _Kept:
    """One PIN in a page of its own."""

    def __init__(self, pin: bytearray, token: Token, now: float, day: float) -> None:
        self.token = token
        self.lent: weakref.ref[Secret] | None = None
        """The copy that was given out last, until the token has answered it."""
        self.since = self.used = now
        self.day_since = day
        self._size = len(pin)
        self._page = mmap.mmap(-1, _PAGE)
        _hold(self._page)
        self._page[: self._size] = pin

    def is_lent(self) -> bool:
        """Tell whether somebody may be sending it just now."""
        lent = None if self.lent is None else self.lent()
        return lent is not None and not lent.wiped

    def copy(self) -> bytearray:
        """Return the PIN in a buffer of its own, made without a copy in between."""
        taken = bytearray(self._size)
        with memoryview(self._page) as view:
            taken[:] = view[: self._size]
        return taken

    def wipe(self) -> None:
        """Overwrite and give back the page."""
        self._page[:] = bytes(_PAGE)
        self._page.close()


def _hold(page: mmap.mmap) -> None:
    """Keep a page off the swap file and out of memory dumps, where the system lets us."""
    if sys.platform == "win32":
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        ctypes.windll.kernel32.VirtualLock(ctypes.c_void_p(address), ctypes.c_size_t(_PAGE))
        return
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    ctypes.CDLL(None).mlock(ctypes.c_void_p(address), ctypes.c_size_t(_PAGE))
    if hasattr(mmap, "MADV_DONTDUMP"):
        page.madvise(mmap.MADV_DONTDUMP)
