"""One card: of which kind it is, which containers lie on it, and their files with the PIN."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.tokens.card_methods import CardFacts, CardKeyRequest
from app.tokens.cards.apdu import BLOCKED, DONE, Channel
from app.tokens.cards.area import Area
from app.tokens.cards.esmart import ATR_TAIL, EsmartGostArea
from app.tokens.cards.jacarta import JaCartaLtArea
from app.tokens.cards.pcsc import Connection
from app.tokens.cards.rutoken import RutokenArea
from app.tokens.cryptopro.files import FolderFiles, limit_of
from app.tokens.cryptopro.header import label_of, read_header
from app.tokens.cryptopro.reading import described, faulty
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Product, Token
from app.tokens.uri import KeyUri

NO_MODULE = Path()
"""The module of a token that was read over PC/SC: none."""
_OPEN = ("name", "header")
_ALL = ("name", "header", "primary", "masks", "primary2", "masks2")


def area_of(reader: str, atr: bytes) -> Area | None:
    """Tell the kind of a card; None: no way to look into it is known.

    Рутокен and ESMART say in the ATR what they are; the ATR of a JaCarta says nothing, and whether
    it has the applet shows when that is selected.
    """
    if b"Rutokenlite" in atr:
        return RutokenArea(Product.RUTOKEN_LITE)
    if b"Rutoken DS " in atr or b"Rutoken ECP" in atr:
        return RutokenArea(Product.RUTOKEN_ECP)
    if atr.endswith(ATR_TAIL):
        return EsmartGostArea()
    if "jacarta" in reader.casefold():
        return JaCartaLtArea()
    return None


def look(reader: str, card: Connection) -> CardFacts:
    """List the containers of a card without its PIN; a fault of one of them is its state."""
    facts = CardFacts(reader=reader, atr=card.atr.hex())
    area = area_of(reader, card.atr)
    if area is None:
        return replace(facts, problem=ErrorCode.TOKEN_ACTION_UNSUPPORTED)
    facts = replace(facts, vendor=area.vendor)
    channel = Channel(card.transmit)
    try:
        with _work(card, area, channel):
            facts = replace(
                facts,
                product=area.product,
                serial=area.serial(channel),
                tries_left=area.tries_left(channel),
            )
            folders = tuple(area.folders(channel))
        token = token_of(facts)
        found: list[Container] = []
        for folder in folders:
            # A transaction for each: others who wait for the card wait for moments only.
            with _work(card, area, channel):
                found += _listed(area, channel, folder, token)
    except RoscherkError as error:
        unknown = error.code is ErrorCode.TOKEN_ERROR and facts.product is Product.UNKNOWN
        problem = ErrorCode.TOKEN_ACTION_UNSUPPORTED if unknown else error.code
        return replace(facts, problem=problem)
    return replace(facts, containers=tuple(found))


def shown(request: CardKeyRequest, card: Connection, pin: bytearray) -> tuple[Container, ...]:
    """Describe a container by its header, which some tokens show after the PIN only."""
    with _verified(request, card, pin, lambda: None) as (area, channel, facts):
        return tuple(_listed(area, channel, request.folder, token_of(facts)))


@contextmanager
def opened(
    request: CardKeyRequest, card: Connection, pin: bytearray, attempt: Callable[[], None]
) -> Iterator[FolderFiles]:
    """Lend all files of a container, read after one VERIFY; ``attempt`` is called just before it.

    Raises ``PIN_WRONG``, ``PIN_LOCKED``, ``PIN_LAST_TRY``, ``TOKEN_NOT_FOUND``,
    ``CONTAINER_NOT_FOUND``.
    """
    with _verified(request, card, pin, attempt) as (area, channel, _):
        files = _files(area, channel, request.folder, _ALL)
    if "header" not in files.found:
        raise RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=request.folder)
    yield files


def token_of(facts: CardFacts) -> Token:
    """Return a card as a token, for those who group what lies on one device."""
    return Token(
        module=NO_MODULE,
        slot=-1,
        label=facts.reader,
        manufacturer=facts.vendor.value,
        model=facts.product.value,
        serial=facts.serial,
        tries_left=facts.tries_left,
        vendor=facts.vendor,
        product=facts.product,
        reader=facts.reader,
    )


@contextmanager
def _work(card: Connection, area: Area, channel: Channel) -> Iterator[None]:
    with card.transaction():
        area.begin(channel)
        yield


@contextmanager
def _verified(
    request: CardKeyRequest, card: Connection, pin: bytearray, attempt: Callable[[], None]
) -> Iterator[tuple[Area, Channel, CardFacts]]:
    """Give the PIN once, and take the right away again at the end, whatever happened."""
    area = area_of(request.reader, card.atr)
    if area is None:
        raise RoscherkError(ErrorCode.TOKEN_NOT_FOUND)
    channel = Channel(card.transmit)
    with _work(card, area, channel):
        serial = area.serial(channel)
        if serial != request.serial:
            raise RoscherkError(ErrorCode.TOKEN_NOT_FOUND)
        attempt()
        try:
            _give(area, channel, pin, confirmed=request.last_try_confirmed)
            yield area, channel, _facts_after(request, card, area, serial)
        finally:
            _forget(card, area, channel)


def _facts_after(request: CardKeyRequest, card: Connection, area: Area, serial: str) -> CardFacts:
    return CardFacts(
        reader=request.reader,
        atr=card.atr.hex(),
        vendor=area.vendor,
        product=area.product,
        serial=serial,
    )


def _give(area: Area, channel: Channel, pin: bytearray, *, confirmed: bool) -> None:
    """Send the PIN, once, after a look at how many tries there are."""
    if not pin:
        raise RoscherkError(ErrorCode.PIN_NEEDED)
    left = area.tries_left(channel)
    if left == 0:
        raise RoscherkError(ErrorCode.PIN_LOCKED)
    if left == 1 and not confirmed:
        raise RoscherkError(ErrorCode.PIN_LAST_TRY)
    answer = area.verify(channel, pin)
    if answer.status == DONE:
        return
    now = answer.tries_left
    if now is None:
        now = area.tries_left(channel)
    if now == 0 or answer.status == BLOCKED:
        raise RoscherkError(ErrorCode.PIN_LOCKED)
    facts = {} if now is None else {"tries_left": now}
    raise RoscherkError(ErrorCode.PIN_WRONG, **facts)


def _forget(card: Connection, area: Area, channel: Channel) -> None:
    """Leave no card behind that gives keys to whoever comes next."""
    try:
        done = area.log_out(channel)
    except RoscherkError as error:
        done = error.code is ErrorCode.TOKEN_REMOVED  # without power it has forgotten everything
    if not done:
        card.reset_at_end()


def _listed(area: Area, channel: Channel, folder: str, token: Token) -> list[Container]:
    """Describe the keys of one folder; what cannot be read without the PIN is hidden."""
    try:
        files = _files(area, channel, folder, _OPEN)
        if "header" not in files.found:
            return []
        found = described(files.folder, read_header(files))
    except RoscherkError as error:
        if error.code is ErrorCode.PIN_NEEDED:
            return [_on_card(_hidden(area, channel, folder), token, folder)]
        if error.code in {ErrorCode.CONTAINER_DAMAGED, ErrorCode.KEY_UNSUPPORTED}:
            return [_on_card(faulty(Path(folder), error), token, folder)]
        raise
    return [_on_card(each, token, folder) for each in found]


def _hidden(area: Area, channel: Channel, folder: str) -> Container:
    """Describe a container of which the token shows the name at best."""
    try:
        files = _files(area, channel, folder, ("name",))
    except RoscherkError as error:
        if error.code is not ErrorCode.PIN_NEEDED:
            raise
        files = FolderFiles(Path(folder), {})
    return Container(
        uri="",
        place=KeyPlaceKind.CARD,
        label=label_of(files),
        algorithm=None,
        state=ContainerState.HIDDEN,
    )


def _on_card(container: Container, token: Token, folder: str) -> Container:
    """Say of a container where it really lies."""
    number = None if not container.uri else KeyUri.parse(container.uri).number
    return replace(
        container,
        uri=str(KeyUri.of_card(token.serial, folder, number)),
        place=KeyPlaceKind.CARD,
        password_too=container.secret_needed and container.state is not ContainerState.HIDDEN,
        secret_needed=True,
        token=token,
    )


def _files(area: Area, channel: Channel, folder: str, names: tuple[str, ...]) -> FolderFiles:
    found: dict[str, bytes] = {}
    for name in names:
        data = area.read(channel, folder, name)
        if data is None:
            continue
        if len(data) > limit_of(name):
            raise RoscherkError(ErrorCode.CONTAINER_DAMAGED, name=folder, reason="size")
        found[name] = data
    return FolderFiles(Path(folder), found)
