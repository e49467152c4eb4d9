"""The reader of cards: a child process that speaks to tokens over PC/SC, one question at a time.

Each card is looked into by a thread of its own with a connection of its own, and none is waited for
longer than the request says: a card that another program holds hides no other.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.errors import ErrorCode, RoscherkError
from app.processes.method import Method
from app.processes.serving import Context, serve
from app.tokens import card_methods as methods
from app.tokens.cards.looking import look, opened, shown
from app.tokens.cards.pcsc import Connection, PcscReaders, Readers
from app.tokens.cryptopro import reading
from app.tokens.file_methods import KeyTest
from app.tokens.model import Container
from app.tokens.secret_pair import split_secrets


class CardHost:
    """The answers of this process."""

    def __init__(self, readers: Callable[[], Readers] = PcscReaders) -> None:
        """Take how readers are found; it is called for each question and in each thread."""
        self._readers = readers

    def list_cards(self, request: methods.CardListRequest, _: Context) -> methods.CardListing:
        """Look into all cards at once."""
        names = self._readers().names()
        found: dict[str, methods.CardFacts | None] = {}

        def look_into(reader: str) -> None:
            found[reader] = self._look(reader)

        threads = [threading.Thread(target=look_into, args=(n,), daemon=True) for n in names]
        for thread in threads:
            thread.start()
        until = time.monotonic() + request.seconds
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        answers = dict(found)  # a thread that comes late finds nobody who reads it
        cards = [answers.get(name, _busy(name)) for name in names]
        return methods.CardListing(cards=tuple(each for each in cards if each is not None))

    def _look(self, reader: str) -> methods.CardFacts | None:
        try:
            with self._readers().open(reader) as card:
                return None if card is None else look(reader, card)
        except RoscherkError as error:
            if error.code is ErrorCode.TOKEN_REMOVED:
                return None
            return methods.CardFacts(reader=reader, atr="", problem=error.code)

    def show(self, request: methods.CardKeyRequest, context: Context) -> tuple[Container, ...]:
        """Describe a container that shows itself after the PIN only."""
        pin = _pin(context)
        context.step(methods.STEP_FIND)
        with self._card(request.reader) as card:
            context.step(methods.STEP_ATTEMPT)
            return shown(request, card, pin)

    def test(self, request: methods.CardKeyRequest, context: Context) -> KeyTest:
        """Read a key after one VERIFY, and compare it with fingerprint and certificate."""
        context.step(methods.STEP_FIND)
        with (
            _secrets(request, context) as (pin, password),
            self._card(request.reader) as card,
            opened(request, card, pin, lambda: context.step(methods.STEP_ATTEMPT)) as files,
        ):
            context.step(methods.STEP_WORK)
            return reading.tested(files, request.number, password)

    def sign(self, request: methods.CardSignRequest, context: Context) -> bytes:
        """Sign with a key that is read for this one signature. Whether it may be was decided."""
        context.step(methods.STEP_FIND)
        with (
            _secrets(request.key, context) as (pin, password),
            self._card(request.key.reader) as card,
            opened(request.key, card, pin, lambda: context.step(methods.STEP_ATTEMPT)) as files,
        ):
            context.step(methods.STEP_WORK)
            return reading.signed(
                files, request.key.number, password, request.digest_name, request.digest
            )

    @contextmanager
    def _card(self, reader: str) -> Iterator[Connection]:
        with self._readers().open(reader) as card:
            if card is None:
                raise RoscherkError(ErrorCode.TOKEN_NOT_FOUND)
            yield card

    def handlers(self) -> Mapping[Method[Any, Any], Callable[[Any, Context], Any]]:
        """Return what is answered by whom."""
        return {
            methods.CARD_LIST: self.list_cards,
            methods.CARD_SHOW: self.show,
            methods.CARD_SIGN: self.sign,
            methods.CARD_TEST: self.test,
        }


def _busy(reader: str) -> methods.CardFacts:
    return methods.CardFacts(reader=reader, atr="", problem=ErrorCode.TOKEN_BUSY)


def _pin(context: Context) -> bytearray:
    if not context.secret:
        raise RoscherkError(ErrorCode.PIN_NEEDED)
    return context.secret


@contextmanager
def _secrets(
    request: methods.CardKeyRequest, context: Context
) -> Iterator[tuple[bytearray, bytearray | None]]:
    """Take the PIN and the password apart: one is never tried in the place of the other."""
    given = _pin(context)
    if not request.password_too:
        yield given, None
        return
    pin, password = split_secrets(given)
    with pin, password:
        yield pin.buffer, password.buffer


def main() -> None:
    """Answer questions until the parent closes the pipe."""
    serve(CardHost().handlers())
