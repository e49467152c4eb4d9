"""New keys made on tokens: by our host, on the mock module and on SoftHSM2; OpenSSL is the referee."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from stand_ins import openssl
from stand_ins.mock import MakeMock, Mock, MockToken, profiles
from stand_ins.mock_profiles import Profile
from stand_ins.softhsm import SoftToken, make_token
from token_lab import is_good, only, pin, sign

from app.algorithms.gost import curves, spki
from app.algorithms.gost.curves import all_curves
from app.algorithms.names import KeyAlgorithm
from app.crypto.requests.door import Requests
from app.crypto.requests.model import (
    Applicant,
    ApplicantKind,
    RequestContent,
    RequestOrder,
)
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens import creation_methods
from app.tokens.creation_methods import able_part, creation_limits
from app.tokens.grouping import grouped
from app.tokens.model import Container, ContainerState, Module, Token
from app.tokens.pkcs11.key_objects import id_of
from app.tokens.token_objects import TokenObjects
from app.tokens.token_place import TokenPlace
from app.tokens.uri import KeyUri

PlaceOf = Callable[[Module], TokenPlace]
GOST_256, GOST_512 = KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512
RSA, P256 = KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256
P384, P521 = KeyAlgorithm.ECDSA_P384, KeyAlgorithm.ECDSA_P521
JACARTA_PIN = "1234567890"


class OnePlace:
    """The places of one module."""

    def __init__(self, place: TokenPlace) -> None:
        self.place = place

    def place_of_token(self, token: Token) -> TokenPlace:
        """Return it."""
        assert token.module == self.place.module.path
        return self.place


@pytest.fixture
def door(crypto_workers: Pool) -> Callable[[TokenPlace], TokenObjects]:
    """Return a maker of the door to one place."""
    return lambda place: TokenObjects(lambda: OnePlace(place), crypto_workers)


Door = Callable[[TokenPlace], TokenObjects]


@contextmanager
def refused(code: ErrorCode) -> Iterator[None]:
    """Expect an error of this code."""
    with pytest.raises(RoscherkError) as caught:
        yield
    assert caught.value.code is code, caught.value


def the_token(place: TokenPlace) -> Token:
    """Return the one prepared token."""
    return next(each for each in place.tokens() if each.flags.initialised)


def asked(workers: Pool, place: TokenPlace, container: Container, target: Path, text: str) -> None:
    """Make a request for a new key, and let OpenSSL check it."""
    applicant = Applicant(
        kind=ApplicantKind.PERSON,
        surname="Иванова",
        given_name="Анна Петровна",
        inn="500100732259",
        snils="11223344595",
    )
    order = RequestOrder(
        content=RequestContent(applicant=applicant), container=container, output=target
    )
    made = Requests(workers, place, target.parent / "pending").make(order, pin(text))
    assert made.facts.public_key == container.public_key
    token = container.token
    assert token is not None
    assert made.facts.subject_sign_tool == f"{token.manufacturer} {token.model}".strip()
    openssl.demand()
    openssl.succeed("req", "-engine", "gost", "-verify", "-noout", "-in", target)


@pytest.mark.parametrize(
    ("profile", "algorithm", "secret"),
    [
        (profiles.RUTOKEN_ECP_2, GOST_256, "12345678"),
        (profiles.RUTOKEN_ECP_3, GOST_512, "12345678"),
        (profiles.RUTOKEN_ECP_3, RSA, "12345678"),
        (profiles.RUTOKEN_ECP_3, P256, "12345678"),
        (profiles.JACARTA_2_GOST, GOST_256, JACARTA_PIN),
        (profiles.ESMART_GOST, GOST_512, "12345678"),
    ],
)
def test_key_and_request_on_each_vendors_token(  # noqa: PLR0917 - each is a fixture
    make_mock: MakeMock,
    place_of: PlaceOf,
    door: Door,
    crypto_workers: Pool,
    tmp_path: Path,
    profile: Profile,
    algorithm: KeyAlgorithm,
    secret: str,
) -> None:
    """One PIN, one login, one pair with one id; its request verifies."""
    mock = make_mock(extended=profile.extended)
    token = mock.insert(profile)
    place = place_of(mock.module)
    made = door(place).create_key(the_token(place), algorithm, "Иванова А. П.", pin(secret))
    assert mock.count("C_Login") == mock.count("C_GenerateKeyPair") == 1
    assert (made.algorithm, made.state) == (algorithm, ContainerState.NO_CERTIFICATE)
    assert (made.label, made.made_on_token) == ("Иванова А. П.", True)
    assert made.public_key is not None
    public, private = token.objects()
    assert public["id"] == private["id"]
    if profile is not profiles.JACARTA_2_GOST:  # it renames no private key
        assert public["id"] == id_of(made.public_key)
    if profile.manufacturer != "Aktiv Co.":  # that device sets both by itself
        assert (private["103"], private["162"]) == (b"\1", b"\0")  # SENSITIVE, EXTRACTABLE
    asked(crypto_workers, place, only(place), tmp_path / "запрос.csr", secret)


@pytest.mark.parametrize("name", [each.name for each in all_curves() if not each.test])
def test_every_parameter_set(make_mock: MakeMock, place_of: PlaceOf, door: Door, name: str) -> None:
    """The set that was asked for is the one of the key, and the key signs."""
    curve = curves.by_name(name)
    algorithm = GOST_256 if curve.size == 32 else GOST_512
    mock = make_mock(extended=True)
    mock.insert(profiles.RUTOKEN_ECP_3)
    place = place_of(mock.module)
    made = door(place).create_key(the_token(place), algorithm, "к", pin(), curve=curve.oid)
    assert made.public_key is not None
    assert spki.decode_public(made.public_key)[0] == curve.oid
    assert is_good(made, sign(place, only(place)))


def test_parameter_set_of_another_size(make_mock: MakeMock, place_of: PlaceOf, door: Door) -> None:
    """A set of 512 bits, one for tests, one nobody knows: refused before a PIN is sent."""
    mock = make_mock(extended=True)
    mock.insert(profiles.RUTOKEN_ECP_3)
    place = place_of(mock.module)
    for oid in ("1.2.643.7.1.2.1.2.1", "1.2.643.2.2.35.0", "1.2.3.4"):
        with refused(ErrorCode.TOKEN_MAKES_NO_SUCH_KEYS):
            door(place).create_key(the_token(place), GOST_256, "к", pin(), curve=oid)
    assert mock.logins() == []


def test_what_a_token_cannot_make_costs_no_pin(
    make_mock: MakeMock, place_of: PlaceOf, door: Door
) -> None:
    """No mechanism, no room, too long an RSA key: said before a PIN is sent."""
    mock = make_mock(extended=True)
    token = mock.insert(profiles.RUTOKEN_ECP_2)
    place = place_of(mock.module)
    with refused(ErrorCode.TOKEN_MAKES_NO_SUCH_KEYS):
        door(place).create_key(the_token(place), P256, "к", pin())
    with refused(ErrorCode.TOKEN_MAKES_NO_SUCH_KEYS):
        door(place).create_key(the_token(place), RSA, "к", pin(), bits=1024)
    token.set(rsa_most=2048)
    with refused(ErrorCode.TOKEN_MAKES_NO_SUCH_KEYS):  # its mechanism tells the host
        door(place).create_key(the_token(place), RSA, "к", pin(), bits=4096)
    before = the_token(place)
    token.set(free=200)
    with refused(ErrorCode.TOKEN_FULL):
        door(place).create_key(the_token(place), GOST_256, "к", pin())
    with refused(ErrorCode.TOKEN_FULL):  # the host sees it too: the list may be old
        door(place).create_key(before, GOST_256, "к", pin())
    assert mock.count("C_Login") == 0


def test_token_without_mechanisms_makes_nothing(
    make_mock: MakeMock, place_of: PlaceOf, door: Door
) -> None:
    """Рутокен Lite keeps files only."""
    mock = make_mock(extended=True)
    mock.insert(profiles.RUTOKEN_LITE)
    place = place_of(mock.module)
    with refused(ErrorCode.TOKEN_MAKES_NO_SUCH_KEYS):
        door(place).create_key(the_token(place), GOST_256, "к", pin())


def test_wrong_pin_is_one_attempt(make_mock: MakeMock, place_of: PlaceOf, door: Door) -> None:
    """Nothing is made, and nothing is tried again."""
    mock = make_mock(extended=True)
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    place = place_of(mock.module)
    with refused(ErrorCode.PIN_WRONG):
        door(place).create_key(the_token(place), GOST_256, "к", pin("00000000"))
    assert len(mock.logins()) == 1
    assert token.tries[0] == 9
    assert token.objects() == []


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ("C_GenerateKeyPair=0x30", ErrorCode.TOKEN_ERROR),
        ("C_GenerateKeyPair=0x31", ErrorCode.TOKEN_FULL),
        ("C_GenerateKeyPair=half", ErrorCode.TOKEN_FULL),
        ("C_GenerateKeyPair=0x70", ErrorCode.TOKEN_MAKES_NO_SUCH_KEYS),
        ("C_Sign=spoil", ErrorCode.SELF_CHECK_FAILED),
        ("C_Sign=0x30", ErrorCode.TOKEN_ERROR),
        ("C_GenerateKeyPair=crash", ErrorCode.MODULE_CRASHED),
        ("C_GenerateKeyPair=vanish:0x32", ErrorCode.TOKEN_REMOVED),
    ],
)
def test_failed_creation_leaves_nothing(
    make_mock: MakeMock, place_of: PlaceOf, door: Door, order: str, code: ErrorCode
) -> None:
    """Whatever fails, no half of a pair is left, and the same PIN is not sent again."""
    mock = make_mock(extended=True)
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    place = place_of(mock.module)
    there = the_token(place)
    mock.order(order)
    with refused(code):
        door(place).create_key(there, GOST_256, "к", pin())
    assert token.objects() == []
    assert len(mock.logins()) == 1


@pytest.mark.parametrize("call", ["C_SignInit", "C_Sign", "C_SetAttributeValue"])
def test_token_pulled_out_in_the_middle(
    make_mock: MakeMock, place_of: PlaceOf, door: Door, call: str
) -> None:
    """What a token still holds when it comes back is whole, and hinders no new key."""
    mock = make_mock(extended=True)
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    place = place_of(mock.module)
    there = the_token(place)
    mock.order(f"{call}=vanish:0x32")
    with refused(ErrorCode.TOKEN_REMOVED):
        door(place).create_key(there, GOST_256, "к", pin())
    mock.order()
    token.put_back()
    assert len({each["id"] for each in token.objects()}) == 1
    made = door(place).create_key(the_token(place), GOST_256, "новый", pin())
    assert is_good(made, sign(place, made))


def test_interrupted_renaming_is_finished(
    make_mock: MakeMock, place_of: PlaceOf, door: Door
) -> None:
    """Between the two halves: the next creation on this token gives the other half its id too."""
    mock, token, place = _with_interrupted(make_mock, place_of, door)
    assert len({each["id"] for each in token.objects()}) == 2
    door(place).create_key(the_token(place), GOST_512, "новый", pin())
    assert sorted(len(_of(token, label)) for label in ("к", "новый")) == [2, 2]
    assert len({each["id"] for each in _of(token, "к")}) == 1
    assert mock.count("C_DestroyObject") == 0


def test_half_that_was_left_is_taken_away(
    make_mock: MakeMock, place_of: PlaceOf, door: Door
) -> None:
    """A half pair of ours goes with the next creation; a half of others stays."""
    mock, token, place = _with_interrupted(make_mock, place_of, door)
    for file in (mock.folder / "slots" / "0" / "objects").iterdir():
        if file.name == "2":
            file.unlink()  # the private half
    token.add_key("чужой", GOST_256, public=False, certificate=False)
    door(place).create_key(the_token(place), GOST_256, "новый", pin())
    assert [len(_of(token, label)) for label in ("к", "чужой", "новый")] == [0, 1, 2]


def _with_interrupted(
    make_mock: MakeMock, place_of: PlaceOf, door: Door
) -> tuple[Mock, MockToken, TokenPlace]:
    mock = make_mock(extended=True)
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    place = place_of(mock.module)
    there = the_token(place)
    mock.order("C_SetAttributeValue=vanish:0x32@2")
    with refused(ErrorCode.TOKEN_REMOVED):
        door(place).create_key(there, GOST_256, "к", pin())
    mock.order()
    token.put_back()
    return mock, token, place


def _of(token: MockToken, label: str) -> list[dict[str, bytes]]:
    return [each for each in token.objects() if each["label"] == label.encode()]


def test_module_that_hangs_is_ended(
    make_mock: MakeMock, place_of: PlaceOf, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the patience for this step, not after that for a listing."""
    mock = make_mock(extended=True)
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    place = place_of(mock.module)
    there = the_token(place)
    monkeypatch.setattr(creation_methods, "_GENERATION_SECONDS", 0.5)
    mock.order("C_GenerateKeyPair=hang")
    with refused(ErrorCode.MODULE_SILENT):
        door(place).create_key(there, GOST_256, "к", pin())
    mock.order()
    assert token.objects() == []
    assert door(place).create_key(there, GOST_256, "к", pin()).public_key


def test_the_applet_that_can(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """JaCarta-2 has a slot for each applet: the one that makes such keys is taken."""
    mock = make_mock(slots=2)
    mock.insert(profiles.JACARTA_LASER, serial="4E3A0001")
    mock.insert(profiles.JACARTA_2_GOST, 1, serial="4E3A0001")
    (device,) = grouped([place_of(mock.module).tokens()])
    assert len(device.slots) == 1
    assert able_part(device, GOST_256).model == "JaCarta-2 GOST"
    assert able_part(device, RSA).model == "JaCarta Laser"
    with refused(ErrorCode.TOKEN_MAKES_NO_SUCH_KEYS):
        able_part(device, P256)


def test_generation_has_its_own_patience() -> None:
    """Three minutes for the step of the work; a person at a PIN pad has two for hers."""
    assert creation_limits(by_person=False).steps == (10.0, 30.0, 180.0)
    assert creation_limits(by_person=True).steps == (10.0, 120.0, 180.0)


@pytest.mark.parametrize(
    ("algorithm", "bits"),
    [(RSA, 2048), (RSA, 4096), (P256, 2048), (P384, 2048), (P521, 2048)],
)
def test_softhsm_makes_keys(  # noqa: PLR0917 - each is a fixture
    place_of: PlaceOf,
    door: Door,
    crypto_workers: Pool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    algorithm: KeyAlgorithm,
    bits: int,
) -> None:
    """A real module: OpenSC's tool sees one sensitive pair with one id, OpenSSL the request."""
    monkeypatch.setenv("SOFTHSM2_CONF", "")  # put back at the end
    soft: SoftToken = make_token(tmp_path / "soft")
    place = place_of(soft.module)
    made = door(place).create_key(the_token(place), algorithm, "Ключ", pin(), bits=bits)
    assert made.public_key is not None
    key_id = id_of(made.public_key).hex()
    assert dict(KeyUri.parse(made.uri).attributes)["id"].hex() == key_id
    shown = soft.tool("--list-objects", "--type", "privkey")
    assert f"ID:         {key_id}" in shown
    assert "never extractable" in shown
    assert "sensitive" in shown
    asked(crypto_workers, place, made, tmp_path / "r.csr", soft.pin)
