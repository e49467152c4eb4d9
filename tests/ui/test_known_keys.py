"""What the window knows of keys, with a keyring that answers as told."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fakes import FakeTasks, container

from app.crypto.containers.model import ContainerFacts, SigningWay, WayKind
from app.errors import ErrorCode, RoscherkError
from app.tokens.keyring import Listing, TokenListing
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Module, Token
from app.tokens.pin import Secret
from app.ui.known_keys import KnownKeys

DRIVERS = tuple(Module(name, "tests", Path(f"/{name}.so")) for name in ("a", "b"))


def token(number: int) -> Token:
    """Return a token of one of the drivers."""
    return Token(
        module=DRIVERS[number].path,
        slot=0,
        label=f"t{number}",
        manufacturer="m",
        model="m",
        serial=str(number),
        reader=f"reader {number}",
    )


class Answers:
    """A keyring and a looker in one."""

    def __init__(self) -> None:
        self.listings: list[Listing] = [Listing(())]
        self.coming: list[TokenListing] = [TokenListing(())]
        self.shown = Listing(())
        self.pins: list[bytes] = []

    def listings_as_they_come(self) -> Any:
        """Answer with what was told."""
        return iter(self.listings)

    def tokens_as_they_come(self) -> Any:
        """Answer with what was told."""
        return iter(self.coming)

    def tokens(self) -> TokenListing:
        """Return the last of them."""
        return self.coming[-1]

    def listing(self, _uri: str, pin: Secret) -> Listing:
        """Show what is hidden."""
        self.pins.append(bytes(pin.buffer))
        return self.shown

    def facts(self, found: Container) -> ContainerFacts:
        """Describe without looking."""
        way = SigningWay(WayKind.TOKEN)
        return ContainerFacts(container=found, certificate=None, state=found.state, way=way)

    def carriers(self, _described: object, _tokens: object) -> tuple[()]:
        """Tell of none."""
        return ()


def known(answers: Answers, tasks: FakeTasks) -> KnownKeys:
    """Return what is tested."""
    certificates: Any = SimpleNamespace(show=lambda _der: None)
    either: Any = answers
    return KnownKeys(either, either, certificates, tasks)


def test_who_is_late_keeps_its_place(tasks: FakeTasks) -> None:
    """While one driver is waited for, its token stays where it was; then it goes if it is gone."""
    answers = Answers()
    keys = known(answers, tasks)
    answers.coming = [TokenListing((token(0), token(1)))]
    keys.refresh()
    seen: list[tuple[str, ...]] = []
    keys.watch(lambda: seen.append(tuple(each.label for each in keys.tokens)))
    answers.coming = [TokenListing((token(1),), waiting=(DRIVERS[0],)), TokenListing((token(1),))]
    keys.refresh()
    assert ("t0", "t1") in seen
    assert seen[-1] == ("t1",)


def test_change_while_reading_reads_again(tasks: FakeTasks) -> None:
    """What is plugged in while the list is read is read after it."""
    answers = Answers()
    keys = known(answers, tasks)
    tasks.hold = True
    keys.refresh()
    keys.refresh()
    assert len(tasks.waiting) == 2
    tasks.release()
    assert tasks.lanes.count("list of tokens") == 2
    assert not keys.reading


def test_what_is_pulled_out_goes_at_once(tasks: FakeTasks) -> None:
    """Tokens and keys of that reader leave the list before anything is asked."""
    answers = Answers()
    keys = known(answers, tasks)
    on_token = container(uri="pkcs11:a", place=KeyPlaceKind.TOKEN, token=token(0))
    answers.coming = [TokenListing((token(0), token(1)))]
    answers.listings = [Listing((on_token, container()))]
    keys.refresh()
    keys.pulled_out(["reader 0"])
    assert [each.label for each in keys.tokens] == ["t1"]
    assert [key.uri for key in keys.keys] == ["container:Основной"]


def test_hidden_container_is_shown_with_one_pin(tasks: FakeTasks) -> None:
    """What the token hides takes the place of the bare name; the PIN is used once and wiped."""
    answers = Answers()
    keys = known(answers, tasks)
    hidden = container(
        uri="card:x",
        place=KeyPlaceKind.CARD,
        state=ContainerState.HIDDEN,
        certificate=None,
        token=token(0),
    )
    answers.listings = [Listing((hidden,))]
    keys.refresh()
    answers.shown = Listing((replace(hidden, state=ContainerState.OK),))
    pin = Secret.of_text("12345678")
    keys.show_hidden("card:x", pin, lambda _error: None)
    assert [key.container.state for key in keys.keys] == [ContainerState.OK]
    assert answers.pins == [b"12345678"]
    assert not any(pin.buffer)
    failures: list[RoscherkError] = []
    answers.shown = Listing((), (RoscherkError(ErrorCode.PIN_WRONG),))
    keys.show_hidden("card:x", Secret.of_text("1"), failures.append)
    assert [each.code for each in failures] == [ErrorCode.PIN_WRONG]
