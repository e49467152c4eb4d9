"""`containers`, `tokens`, `certificate`: what there is, in words and in JSON."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from roscherk_run import PASSWORD, Firm, Roscherk

from app.errors import ErrorCode, RoscherkError
from app.settings import MODULES, Settings
from app.tokens.keyring import Keyring, Listing, TokenListing
from app.tokens.model import (
    Container,
    ContainerState,
    KeyPlaceKind,
    Product,
    Token,
    TokenFlags,
    Vendor,
)

Typed = Callable[[bytes], None]


def token(**changes: object) -> Token:
    """Return a token as its module describes it."""
    given: dict[str, object] = {
        "module": Path("/usr/lib/librtpkcs11ecp.so"),
        "slot": 0,
        "label": "Бухгалтерия",
        "manufacturer": "Aktiv Co.",
        "model": "Rutoken ECP",
        "serial": "2ad0cafe",
    }
    return Token(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tries_left": 7}, "осталось попыток: 7"),
        ({"flags": TokenFlags(user_pin_locked=True)}, "ЗАБЛОКИРОВАН"),
        ({"flags": TokenFlags(user_pin_final_try=True)}, "ПОСЛЕДНЯЯ"),
        ({"flags": TokenFlags(user_pin_low=True)}, "неверные PIN-коды"),
        ({"flags": TokenFlags(user_pin_to_be_changed=True)}, "сменить"),
        ({"flags": TokenFlags(user_pin_set=False)}, "не задан"),
        ({"flags": TokenFlags(initialised=False)}, "не подготовлен"),
        ({"mechanisms": ("CKM_GOSTR3410",), "free_memory": 512}, "CKM_GOSTR3410"),
    ],
)
def test_tokens(
    roscherk: Roscherk, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], words: str
) -> None:
    """A token is shown with the state of its PIN, the gravest first."""
    found = TokenListing((token(**changes),))
    monkeypatch.setattr(Keyring, "tokens", lambda _self: found)
    done = roscherk("tokens")
    assert done.code == 0
    for each in (words, "Бухгалтерия", "2ad0cafe"):
        assert each in " ".join(done.out.split())
    told = roscherk("tokens", "--json").json
    assert told["schema"] == "roscherk.tokens/1"
    assert told["tokens"][0]["serial"] == "2ad0cafe"


def test_no_tokens(roscherk: Roscherk, monkeypatch: pytest.MonkeyPatch) -> None:
    """No tokens is no error; a driver that fails is told beside."""
    monkeypatch.setattr(Keyring, "tokens", lambda _self: TokenListing(()))
    done = roscherk("tokens")
    assert (done.code, done.err) == (0, "")
    assert "не вставлены" in done.out
    failed = TokenListing((), (RoscherkError(ErrorCode.MODULE_BROKEN, path="/x.so"),))
    monkeypatch.setattr(Keyring, "tokens", lambda _self: failed)
    done = roscherk("tokens", "--json")
    assert done.code == 1
    assert done.json["errors"][0]["code"] == "module_broken"
    assert "/x.so" in done.err


def test_device_in_words(roscherk: Roscherk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The device by its name, versions, memory, both PINs, and what else shows it."""
    gost = token(
        vendor=Vendor.RUTOKEN,
        product=Product.RUTOKEN_ECP_3,
        tries_left=7,
        tries_most=10,
        so_tries_left=10,
        factory_pin=True,
        factory_so_pin=True,
        firmware="30.2",
        hardware="60.1",
        free_memory=98304,
        total_memory=131072,
        reader="Aktiv Rutoken ECP 00 00",
        slots=(token(slot=1, product=Product.JACARTA_PKI),),
        modules=(Path("/usr/lib/opensc-pkcs11.so"),),
    )
    lite = token(product=Product.RUTOKEN_LITE, vendor=Vendor.RUTOKEN)
    monkeypatch.setattr(Keyring, "tokens", lambda _self: TokenListing((gost, lite)))
    said = " ".join(roscherk("tokens").out.split())
    for words in (
        "Рутокен ЭЦП 3.0 (Актив)",
        "осталось попыток: 7 из 10; PIN-код заводской, смените его",
        "PIN-код администратора: осталось попыток: 10, заводской",
        "прошивка 30.2, устройство 60.1",
        "свободно байт: 98304 из 131072",
        "JaCarta PKI",
        "opensc-pkcs11.so",
        "Рутокен Lite",
        "сам ими не подписывает",
    ):
        assert words in said, words
    told = roscherk("tokens", "--json").json["tokens"][0]
    assert (told["vendor"], told["product"]) == ("rutoken", "rutoken_ecp_3")
    assert (told["tries_left"], told["tries_most"], told["factory_pin"]) == (7, 10, True)
    assert told["slots"][0]["slot"] == 1
    assert told["modules"] == ["/usr/lib/opensc-pkcs11.so"]


def test_driver_of_ones_own(
    roscherk: Roscherk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A driver named in the settings waits for consent to its hash, and is told once accepted."""
    driver = tmp_path / "own.so"
    shutil.copyfile("/usr/lib/softhsm/libsofthsm2.so", driver)
    monkeypatch.setattr(Settings, "get", _with_modules(Settings.get, str(driver)))
    sha256 = hashlib.sha256(driver.read_bytes()).hexdigest()
    (waiting,) = [
        each for each in roscherk("tokens", "--json").json["errors"] if each["code"] == "module_new"
    ]
    assert waiting["facts"]["sha256"] == sha256
    assert "--accept-driver" in waiting["advice"]
    assert roscherk("tokens", "--accept-driver", "00").code == 1
    accepted = roscherk("tokens", "--json", "--accept-driver", sha256).json
    assert "module_new" not in [each["code"] for each in accepted["errors"]]


def _with_modules(get: Callable[..., Any], path: str) -> Callable[..., Any]:
    return lambda self, setting: (path,) if setting is MODULES else get(self, setting)


def test_no_containers(roscherk: Roscherk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new profile has no containers; practice ones are never among the real."""
    monkeypatch.setattr(Keyring, "listing", lambda *_given: Listing(()))
    done = roscherk("containers")
    assert done.code == 0
    assert "не найдено" in done.out
    assert roscherk("containers", "--json").json["containers"] == []


def test_practice_container(roscherk: Roscherk, practising: str) -> None:
    """Practice containers are shown only when asked for, and marked."""
    done = roscherk("containers", practising)
    assert done.code == 0
    assert "УЧЕБНЫЙ" in done.out
    assert "готов к подписи" in done.out
    (row,) = roscherk("containers", practising, "--json").json["containers"]
    assert row["practice"] is True
    assert row["algorithm"] == "gost2012-256"
    assert row["certificate"]["not_after"].endswith("Z")


def test_pfx_container(roscherk: Roscherk, firm: Firm, typed: Typed) -> None:
    """A PFX file is listed by its name and opens with its password."""
    typed(PASSWORD)
    done = roscherk("containers", firm.key, "--password-stdin", "--json")
    assert done.code == 0
    (row,) = done.json["containers"]
    assert (row["place"], row["algorithm"], row["state"]) == ("pfx", "rsa", "ok")


@pytest.mark.parametrize("state", ContainerState)
def test_every_state_is_said(
    roscherk: Roscherk, monkeypatch: pytest.MonkeyPatch, state: ContainerState
) -> None:
    """Each state of a container has its words, with a damaged certificate too."""
    container = Container(
        uri="container:x",
        place=KeyPlaceKind.STORE,
        label="x",
        algorithm=None,
        state=state,
        certificate=b"no certificate" if state is ContainerState.DAMAGED else None,
    )
    monkeypatch.setattr(Keyring, "listing", lambda *_given: Listing((container,)))
    monkeypatch.delenv("SOFTHSM2_CONF", raising=False)  # no tokens of other tests of this session
    done = roscherk("containers")
    assert done.code == 0
    # The name, the key, the state, and how it would sign.
    assert len(done.out.splitlines()) == 4


def test_certificate_show(roscherk: Roscherk, firm: Firm, tmp_path: Path) -> None:
    """All Russian fields of a certificate, by their names."""
    path = tmp_path / "Сертификат.cer"
    path.write_bytes(firm.pki.leaf)
    done = roscherk("certificate", "show", path)
    assert done.code == 0
    for words in ("Тестов", "СНИЛС", "ОГРН", "RSA", "Тестовое средство"):
        assert words in done.out, words
    told = roscherk("certificate", "show", path, "--json").json
    assert told["schema"] == "roscherk.certificate/1"
    assert told["subject"]["surname"] == "Тестов"
    assert "der" not in told


def test_certificate_of_a_key(roscherk: Roscherk, practising: str) -> None:
    """The certificate of a container by its URI; practice is marked."""
    done = roscherk("certificate", "show", practising)
    assert done.code == 0
    assert "УЧЕБНЫЙ" in done.out


def test_certificate_of_a_pfx_file(roscherk: Roscherk, firm: Firm, typed: Typed) -> None:
    """A PFX file shows its certificate with its password, and its chain comes along."""
    typed(PASSWORD)
    done = roscherk("certificate", "show", firm.key, "--password-stdin")
    assert done.code == 0
    assert "Тестов" in done.out
    typed(PASSWORD)
    chain = roscherk("certificate", "chain", firm.key, *firm.trust, "--password-stdin")
    assert chain.code == 0, chain.out


def test_chain(roscherk: Roscherk, firm: Firm, tmp_path: Path) -> None:
    """The chain reaches the root that is trusted, or says at which link it breaks."""
    path = tmp_path / "person.cer"
    path.write_bytes(firm.pki.leaf)
    intermediates = tmp_path / "trust" / "intermediates"
    options = (*firm.trust, "--intermediate", intermediates)
    whole = roscherk("certificate", "chain", path, *options)
    assert whole.code == 0, whole.out
    assert "Цепочка целая" in whole.out
    told = roscherk("certificate", "chain", path, *options, "--json").json
    assert [link["state"] for link in told["links"]] == ["ok", "ok", "anchor"]
    broken = roscherk("certificate", "chain", path)
    assert broken.code == 10
    assert "рвётся на звене 1" in broken.out
    foreign = roscherk("certificate", "chain", path, "--intermediate", intermediates)
    assert foreign.code == 10
    assert "рвётся на звене 2" in foreign.out


@pytest.mark.parametrize(
    ("content", "code"), [(b"", 1), (b"no certificate", 1), (b"\x30\x82\xff\xff", 1)]
)
def test_bad_certificate(roscherk: Roscherk, tmp_path: Path, content: bytes, code: int) -> None:
    """What is no certificate is told in words."""
    path = tmp_path / "bad.cer"
    path.write_bytes(content)
    done = roscherk("certificate", "show", path)
    assert done.code == code
    assert "Что делать" in done.err


def test_certificate_needs_an_action(roscherk: Roscherk) -> None:
    """Without an action the usage is wrong."""
    assert roscherk("certificate").code == 2
