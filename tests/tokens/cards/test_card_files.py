"""Containers in the file areas of tokens: listed without the PIN, read with one VERIFY."""

from pathlib import Path

import pytest
from card_lab import LITE, Desk, code_of, issue, removed, said
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand_ins.cryptopro_folder import make
from stand_ins.virtual_lite import (
    RUTOKEN_ECP,
    VirtualEsmartGost,
    VirtualJaCartaLt,
    VirtualLite,
)
from stand_ins.vpcd import VirtualCard

from app.algorithms import digests, signatures
from app.algorithms.gost import spki
from app.algorithms.names import signature_algorithm_for
from app.errors import ErrorCode, RoscherkError
from app.tokens import card_methods as methods
from app.tokens.model import ContainerState, KeyPlaceKind, Product, Vendor

PIN = "12345678"
DIGEST = digests.digest("streebog256", b"document")


def key(card: methods.CardFacts, **changes: object) -> methods.CardKeyRequest:
    """Name the first container of a card."""
    folder = card.containers[0].uri.partition("/")[2].partition("#")[0]
    values: dict[str, object] = {"reader": card.reader, "serial": card.serial, "folder": folder}
    return methods.CardKeyRequest(**(values | changes))  # type: ignore[arg-type]


def sign(
    desk: Desk, wanted: methods.CardKeyRequest, pin: str, password: str | None = None
) -> bytes:
    """Sign the digest."""
    request = methods.CardSignRequest(key=wanted, digest_name="streebog256", digest=DIGEST)
    return desk.host.sign(request, said(pin, password))


def tried(desk: Desk, prefix: str) -> list[bytes]:
    """Return the commands that begin so and carry data."""
    return [c for c in desk.commands if c.startswith(bytes.fromhex(prefix)) and len(c) > 5]


@pytest.mark.parametrize("atr", [None, RUTOKEN_ECP], ids=["lite", "ecp"])
def test_rutoken_is_listed_without_the_pin(tmp_path: Path, atr: bytes | None) -> None:
    """Name, key, certificate, terms and serial number are told, and nothing secret is read."""
    card = VirtualLite() if atr is None else VirtualLite(atr=atr)
    made = make(
        tmp_path / "a.000", name="ООО «Ромашка»", exportable=False, issue=issue,
        term="20301231000000Z",
    )  # fmt: skip
    card.put(made.folder)
    card.put(make(tmp_path / "b.000", name="second").folder)
    desk = Desk({LITE: card})
    found = desk.only()
    assert found.problem is None
    assert found.vendor is Vendor.RUTOKEN
    assert found.product is (Product.RUTOKEN_LITE if atr is None else Product.RUTOKEN_ECP)
    assert (found.serial, found.tries_left) == ("2ad0cafe", 10)
    first, second = found.containers
    assert first.label == "ООО «Ромашка»"
    assert first.certificate == made.certificates[1]
    assert first.uri == "card:2ad0cafe/0A00"
    assert first.place is KeyPlaceKind.CARD
    assert first.exportable is False
    assert first.key_not_after is not None
    assert first.secret_needed
    assert not first.password_too
    assert first.token is not None
    assert first.token.reader == LITE
    assert second.uri == "card:2ad0cafe/0B00"
    assert second.state is ContainerState.NO_CERTIFICATE
    assert card.verified == 0
    selected = [c[-5:-1] for c in desk.commands if c[:4] == bytes.fromhex("00A40804")]
    assert not {c[3] for c in selected if c[0] == c[2] == 0x0A} & {1, 2, 4, 5}


def test_key_signs_after_one_verify(tmp_path: Path) -> None:
    """The signature is the key's, the PIN went once, and the card has forgotten it."""
    card = VirtualLite()
    made = make(tmp_path / "a.000", issue=issue)
    card.put(made.folder)
    desk = Desk({LITE: card})
    found = desk.only()
    signature = sign(desk, key(found), PIN)
    algorithm = found.containers[0].algorithm
    assert algorithm is not None
    public = spki.encode_public("1.2.643.2.2.36.0", made.points[1])
    assert signatures.verify(
        public, signature_algorithm_for(algorithm), digest_name="streebog256",
        digest=DIGEST, signature=signature,
    )  # fmt: skip
    assert card.verified == 1
    assert not card.right
    asked = [c for c in desk.commands if c[:4] == bytes.fromhex("00200002")]
    assert len(asked[-2]) <= 5 < len(asked[-1])  # the tries were asked before the PIN went


def test_password_is_a_secret_of_its_own(tmp_path: Path) -> None:
    """PIN and password are never tried in each other's place."""
    card = VirtualLite()
    card.put(make(tmp_path / "a.000", "Пароль").folder)
    desk = Desk({LITE: card})
    found = desk.only()
    assert found.containers[0].password_too
    both = key(found, password_too=True)
    assert desk.host.test(both, said(PIN, "Пароль")).container.public_key
    wrong = code_of(lambda: desk.host.test(both, said(PIN, PIN)))
    assert wrong.code is ErrorCode.PASSWORD_WRONG
    swapped = code_of(lambda: desk.host.test(both, said("Пароль", PIN)))
    assert swapped.code is ErrorCode.PIN_WRONG
    assert card.tries == 9
    missing = code_of(lambda: desk.host.test(key(found), said(PIN)))
    assert missing.code is ErrorCode.PASSWORD_NEEDED


def test_wrong_pin_costs_one_try_and_says_how_many_are_left(tmp_path: Path) -> None:
    """Down to the last try, which needs a word of its own; a locked card is not asked."""
    card = VirtualLite(tries=3)
    card.put(make(tmp_path / "a.000").folder)
    desk = Desk({LITE: card})
    wanted = key(desk.only())
    for left in (2, 1):
        refused = code_of(lambda: desk.host.test(wanted, said("00000000")))
        assert (refused.code, refused.facts["tries_left"]) == (ErrorCode.PIN_WRONG, left)
    assert code_of(lambda: desk.host.test(wanted, said(PIN))).code is ErrorCode.PIN_LAST_TRY
    assert card.verified == 2
    confirmed = key(desk.only(), last_try_confirmed=True)
    locked = code_of(lambda: desk.host.test(confirmed, said("00000000")))
    assert locked.code is ErrorCode.PIN_LOCKED
    assert card.verified == 3
    assert code_of(lambda: desk.host.test(confirmed, said(PIN))).code is ErrorCode.PIN_LOCKED
    assert card.verified == 3
    assert desk.only().tries_left == 0


def test_another_token_in_the_reader_gets_no_pin(tmp_path: Path) -> None:
    """The serial number is compared before anything is sent."""
    card = VirtualLite(serial="11111111")
    card.put(make(tmp_path / "a.000").folder)
    desk = Desk({LITE: card})
    wanted = key(desk.only(), serial="2ad0cafe")
    assert code_of(lambda: desk.host.test(wanted, said(PIN))).code is ErrorCode.TOKEN_NOT_FOUND
    assert card.verified == 0


def test_header_that_needs_the_pin(tmp_path: Path) -> None:
    """The container is listed by its name; after the PIN it is described in full."""
    card = VirtualLite(header_open=False)
    made = make(tmp_path / "a.000", name="скрытый", issue=issue)
    card.put(made.folder)
    desk = Desk({LITE: card})
    found = desk.only()
    (hidden,) = found.containers
    assert (hidden.label, hidden.state) == ("скрытый", ContainerState.HIDDEN)
    (seen,) = desk.host.show(key(found), said(PIN))
    assert seen.certificate == made.certificates[1]
    assert seen.uri == hidden.uri
    assert not card.right


def test_damaged_container_hides_no_other(tmp_path: Path) -> None:
    """Its state says it."""
    card = VirtualLite()
    card.put(make(tmp_path / "a.000").folder)
    card.put(make(tmp_path / "b.000").folder)
    card.containers[0]["header"] = b"\x30\x05abc"
    first, second = Desk({LITE: card}).only().containers
    assert first.state is ContainerState.DAMAGED
    assert second.state is ContainerState.NO_CERTIFICATE


def test_token_pulled_out_in_the_middle(tmp_path: Path) -> None:
    """At whichever command it happens, it is said, and the PIN is not sent again."""
    card = VirtualLite()
    card.put(make(tmp_path / "a.000").folder)
    desk = Desk({LITE: card})
    wanted = key(desk.only())
    desk.commands.clear()
    desk.host.test(wanted, said(PIN))
    for place in range(len(desk.commands) - 1):  # the last command takes the right away
        fresh = Desk({LITE: card})

        def pull(command: bytes, desk: Desk = fresh, place: int = place) -> None:
            if len(desk.commands) > place:
                removed(command)

        fresh.before = pull
        error = code_of(lambda desk=fresh: desk.host.test(wanted, said(PIN)))
        assert error.code is ErrorCode.TOKEN_REMOVED
        assert len(tried(fresh, "00200002")) <= 1
    assert card.tries == 10


def test_jacarta_lt(tmp_path: Path) -> None:
    """Its table is read page by page; a two-key container has both keys."""
    card = VirtualJaCartaLt()
    for number in range(4):
        card.put(make(tmp_path / f"{number}.000", name=f"key {number}", second=True).folder)
    desk = Desk({"Aladdin R.D. JaCarta LT 00 00": card})
    found = desk.only()
    assert (found.problem, found.serial, found.tries_left) == (None, "", None)
    assert found.product is Product.JACARTA_LT
    assert len(found.containers) == 8
    assert {each.label for each in found.containers} == {f"key {n}" for n in range(4)}
    assert found.containers[1].uri.endswith("#2")
    wanted = key(found, number=2)
    assert desk.host.test(wanted, said("1234567890")).container.public_key
    assert card.verified == 1
    assert not card.right
    wrong = code_of(lambda: desk.host.test(wanted, said("1")))
    assert wrong.code is ErrorCode.PIN_WRONG


def test_esmart_gost(tmp_path: Path) -> None:
    """It shows the names only; the PIN is given after the applets were selected, and holds."""
    card = VirtualEsmartGost()
    made = make(tmp_path / "a.000", name="эсмарт", issue=issue)
    card.put(made.folder)
    desk = Desk({"Feitian SCR301 00 00": card})
    found = desk.only()
    assert (found.problem, found.tries_left) == (None, 10)
    assert [each.state for each in found.containers] == [ContainerState.HIDDEN]
    (seen,) = desk.host.show(key(found), said(PIN))
    assert seen.certificate == made.certificates[1]
    assert desk.host.test(key(found), said(PIN)).container.public_key
    assert card.verified == 2
    assert not card.right


@pytest.mark.parametrize(
    ("reader", "card"),
    [
        ("Aladdin R.D. JaCarta 00 00", VirtualJaCartaLt(has_applet=False)),
        ("Some reader 00 00", VirtualJaCartaLt()),
        ("SafeNet eToken 5100 00 00", VirtualLite(atr=b"\x3b\xd5\x18")),
    ],
)
def test_card_of_another_kind_is_not_called_empty(reader: str, card: VirtualCard) -> None:
    """Where no way to look is known, that is the answer."""
    found = Desk({reader: card}).only()
    assert found.problem is ErrorCode.TOKEN_ACTION_UNSUPPORTED
    assert found.containers == ()


def test_reader_that_fails_hides_no_other(tmp_path: Path) -> None:
    """A card held by another program is named; an empty reader is nothing to speak of."""
    card = VirtualLite()
    card.put(make(tmp_path / "a.000", name="seen").folder)
    busy: dict[str, VirtualCard | RoscherkError] = {
        "held": RoscherkError(ErrorCode.TOKEN_BUSY),
        LITE: card,
    }
    held, seen = Desk(busy).look()
    assert held.problem is ErrorCode.TOKEN_BUSY
    assert seen.containers[0].label == "seen"


class Talker:
    """A card that answers whatever it likes."""

    def __init__(self, atr: bytes, answers: list[bytes]) -> None:
        self.atr = atr
        self._answers = answers
        self._turn = 0
        self.pins = 0

    def apdu(self, command: bytes) -> bytes:
        """Give the next answer, round and round."""
        self.pins += command[1] in {0x20, 0x10} and len(command) > 7 and command[2] in {0x00, 0x10}
        self._turn += 1
        return self._answers[self._turn % len(self._answers)] if self._answers else b""

    def reset(self) -> None:
        """Do nothing."""


_STATUS = st.sampled_from(
    [b"\x90\x00", b"\x61\x10", b"\x6c\x10", b"\x6a\x82", b"\x69\x82", b"\x63\xc1"]
)
_ANSWER = st.one_of(
    st.binary(max_size=40),
    st.builds(lambda data, status: data + status, st.binary(max_size=60), _STATUS),
    st.just(bytes.fromhex("6204800200209000")),
    st.just(bytes.fromhex("62048002ffff9000")),
    st.just(bytes.fromhex("300a160461626364") + b"\xff" * 24 + b"\x90\x00"),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    answers=st.lists(_ANSWER, max_size=8),
    atr=st.sampled_from([VirtualLite().atr, RUTOKEN_ECP, VirtualEsmartGost.atr, b"\x3b"]),
)
def test_hostile_card(answers: list[bytes], atr: bytes) -> None:
    """Whatever a card says, the answer is a list or a code, and comes to an end."""
    card = Talker(atr, answers)
    desk = Desk({"JaCarta 0": card})
    desk.look()
    wanted = methods.CardKeyRequest(reader="JaCarta 0", serial="", folder="0A", number=1)
    code_of(lambda: desk.host.test(wanted, said(PIN)))
    assert len(desk.commands) < 9000
