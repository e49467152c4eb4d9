"""`container install/bind/test/copy/rename/delete/compromised/doctor`, and what `containers` shows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from roscherk_run import PASSWORD, Firm, Roscherk
from stand_ins.cryptopro_folder import make
from stand_ins.pki import pki_of
from stand_ins.softhsm import PIN, SoftToken, make_token

from app import composition
from app.algorithms.names import KeyAlgorithm
from app.crypto.containers.moving import Moving
from app.errors import ErrorCode, RoscherkError
from app.journal import Journal
from app.places import Places
from app.tokens.catalogue import FoundModules
from app.tokens.csp.system_store import SystemInstall, SystemStore
from app.tokens.model import Container

Typed = Callable[[bytes], None]


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    """Return a token with one EC key (0A) and no certificate; no other module is looked for."""
    monkeypatch.setenv("SOFTHSM2_CONF", "")  # put back at the end
    soft = make_token(tmp_path / "soft")
    curve = ("-pkeyopt", "ec_paramgen_curve:P-256")
    soft.add("ec", "0a", "-algorithm", "EC", *curve, certificate=False)
    found = FoundModules((soft.module,), ())
    monkeypatch.setattr(composition, "find_modules", lambda *_args, **_kwargs: found)
    return soft


@pytest.fixture(autouse=True)
def no_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for no modules of this computer."""
    monkeypatch.setattr(composition, "find_modules", lambda *_args, **_kwargs: FoundModules((), ()))


def test_imported_key_lives_its_life(
    roscherk: Roscherk,
    firm: Firm,
    typed: Typed,
    places: Places,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Taken over, installed into Личное and back, tested, copied, renamed, deleted; all noted."""
    typed(PASSWORD + b"\nnew\n")
    roscherk("container", "import", firm.key, "--name", "Ключ", "--password-stdin")
    uri = "container:Ключ"
    done = roscherk("container", "install", uri)
    assert done.code == 0, done.err
    text = " ".join(done.out.split())
    assert "Браузеры и КриптоПро CSP этого хранилища не видят" in text
    assert "никуда устанавливать не нужно" in text
    change = text.split("--undo ")[1].split()[0]
    assert roscherk("container", "install", "--undo", change).code == 0
    assert list((places.trust / "personal").iterdir()) == []

    asked: list[tuple[bytes, ...]] = []

    def take(_self: object, key: Container, own: bytes, chain: list[bytes]) -> SystemInstall:
        asked.append((key.label.encode(), own, *chain))
        return SystemInstall(linked=False, chain=len(chain))

    monkeypatch.setattr(SystemStore, "install", take)
    assert roscherk("container", "install", uri, "--only-here").code == 0
    assert asked == []
    done = roscherk("container", "install", uri)
    assert "в его хранилище «Личное», но без ключа" in " ".join(done.out.split())
    assert [each[0].decode() for each in asked] == ["Ключ"]

    typed(b"new\n")
    told = roscherk("container", "test", uri, "--password-stdin", "--json").json
    assert told["result"] == "warn"
    tones = {line["code"]: line["tone"] for line in told["lines"]}
    assert tones["test_signs"] == tones["test_same_key"] == "ok"

    assert roscherk("container", "copy", uri, "--name", "Копия").code == 0
    assert roscherk("container", "rename", "container:Копия", "Запас").code == 0
    rows = roscherk("containers", "--json").json["containers"]
    assert {row["label"]: row["way"]["kind"] for row in rows} == {
        "Ключ": "program",
        "Запас": "program",
    }
    refused = roscherk("container", "delete", uri, "--confirm", "ключ", "--json")
    assert (refused.code, refused.json["code"]) == (1, "confirmation_differs")
    done = roscherk("container", "delete", "container:Запас", "--confirm", "Запас")
    assert done.code == 0
    assert "Тот же ключ есть и здесь: container:Ключ" in done.out
    done = roscherk("container", "delete", uri, "--confirm", "Ключ")
    told_losses = " ".join(done.out.split())
    for words in (
        "Ключ восстановить нельзя",
        "при личном визите",
        "старые ответы больше не открыть",
    ):
        assert words in told_losses
    assert roscherk("containers", "--json").json["containers"] == []
    noted = [each.action for each in Journal(places.journal).entries()]
    assert noted == [
        "container_delete",
        "container_delete",
        "container_rename",
        "container_copy",
        "container_test",
        "certificate_install",
        "certificate_install",
        "trust_remove",
        "certificate_install",
        "container_import",
    ]


def test_key_on_a_token_lives_its_life(
    roscherk: Roscherk, token: SoftToken, typed: Typed, tmp_path: Path
) -> None:
    """A certificate finds its key by the public key; a file's key is written; a pair is deleted."""
    rows = roscherk("containers", "--json").json["containers"]
    (row,) = rows
    assert (row["state"], row["way"]) == (
        "no_certificate",
        {"kind": "cannot", "reason": "no_certificate"},
    )
    certificate = issue_for(token, tmp_path)
    typed(PIN.encode() + b"\n")
    done = roscherk("container", "install", certificate, "--pin-stdin")
    assert done.code == 0, done.err
    assert "записан на токен" in done.out
    shown = roscherk("containers")
    assert "Подпишет сам токен: ключ его не покидает." in shown.out
    devices = roscherk("containers", "--json").json["devices"]
    device = next(each for each in devices if each["containers"])
    assert (device["empty"], device["passive"]) == (False, "none_possible")

    pfx = tmp_path / "k.pfx"
    pfx.write_bytes(pki_of(KeyAlgorithm.RSA).pfx(PASSWORD))
    typed(PASSWORD + b"\n" + PIN.encode() + b"\n")
    done = roscherk(
        "container", "copy", f"pfx:{pfx}", "--to", "pkcs11:", "--name", "Файл", "--pin-stdin"
    )
    assert done.code == 0, done.err
    uri = next(
        each["uri"]
        for each in roscherk("containers", "--json").json["containers"]
        if each["label"] == "Файл"
    )
    typed(PIN.encode() + b"\n")
    told = roscherk("container", "test", uri, "--pin-stdin", "--json")
    assert (told.code, told.json["lines"][0]["code"]) == (0, "test_signs")
    typed(PIN.encode() + b"\n")
    done = roscherk("container", "delete", uri, "--confirm", "Файл", "--pin-stdin", "--json")
    assert set(done.json["deleted"]) == {"private_key", "public_key", "certificate"}
    left = roscherk("containers", "--json").json["containers"]
    assert [each["state"] for each in left] == ["ok"]


def test_compromised_key_signs_no_more(
    roscherk: Roscherk, firm: Firm, typed: Typed, document: Path, tmp_path: Path
) -> None:
    """Refused before anything is made; the text names the certificate; taken back by its name."""
    target = tmp_path / "Заявление.txt"
    typed(PASSWORD + b"\n")
    done = roscherk(
        "container", "compromised", firm.key, "--reason", "украден ноутбук", "--output", target,
        "--password-stdin",
    )  # fmt: skip
    assert done.code == 0, done.err
    text = target.read_text("utf-8")
    assert "украден ноутбук" in text
    assert "Тестов" in text
    typed(PASSWORD + b"\n")
    refused = roscherk("sign", document, "--key", firm.key, "--password-stdin", "--json")
    assert refused.code == 1
    assert "key_compromised" in refused.out
    assert not document.with_name(document.name + ".sig").exists()
    typed(PASSWORD + b"\n")
    told = roscherk("containers", firm.key, "--password-stdin", "--json").json["containers"]
    assert told[0]["way"] == {"kind": "cannot", "reason": "compromised"}
    label = told[0]["label"]
    for name, code in (("не то", 1), (label, 0)):
        typed(PASSWORD + b"\n")
        words = ("container", "compromised", firm.key, "--undo", "--confirm", name)
        assert roscherk(*words, "--password-stdin").code == code
    typed(PASSWORD + b"\n")
    assert roscherk("sign", document, "--key", firm.key, "--password-stdin").code == 0


def test_doctor_tells_and_mends(roscherk: Roscherk, typed: Typed, places: Places) -> None:
    """A key without its certificate, which lies in a store: one command puts it in."""
    typed(b"pass word\n")
    made = roscherk("container", "create", "Ключ", "--algorithm", "ecdsa-p256", "--password-stdin")
    assert made.code == 0
    assert "У ключа нет сертификата" in roscherk("container", "doctor").out
    container = listed(places)
    certificate = pki_of(KeyAlgorithm.ECDSA_P256).issue(container.public_key)
    others = places.trust / "others"
    others.mkdir(parents=True)
    (others / "0.cer").write_bytes(certificate)
    (finding,) = roscherk("container", "doctor", "--json").json["findings"]
    assert finding["repair"] == {"kind": "install", "by_program": True}
    assert roscherk("container", "doctor", "--repair", "no-such").code == 2
    assert roscherk("container", "doctor", "--repair", finding["name"]).code == 0
    done = roscherk("container", "doctor")
    assert (done.code, "всё в порядке" in done.out) == (0, True)


def test_certificate_is_bound_and_forgotten(
    roscherk: Roscherk, typed: Typed, tmp_path: Path, places: Places
) -> None:
    """Kept in the program beside a key; refused for another key; forgotten again."""
    typed(b"pass word\n")
    roscherk("container", "create", "Ключ", "--algorithm", "ecdsa-p256", "--password-stdin")
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    strange, own = tmp_path / "strange.cer", tmp_path / "own.cer"
    strange.write_bytes(pki.leaf)
    own.write_bytes(pki.issue(listed(places).public_key))
    refused = roscherk("container", "bind", "container:Ключ", strange, "--json")
    assert (refused.code, refused.json["code"]) == (1, "certificate_key_mismatch")
    refused = roscherk("container", "install", strange, "--json")
    assert (refused.code, refused.json["code"]) == (1, "certificate_fits_no_key")
    assert roscherk("container", "bind", "container:Ключ", own).code == 0
    (row,) = roscherk("containers", "--json").json["containers"]
    assert (row["state"], row["certificate_bound"]) == ("ok", True)
    assert roscherk("container", "bind", "container:Ключ", "--forget").code == 0
    assert roscherk("containers", "--json").json["containers"][0]["state"] == "no_certificate"


@pytest.mark.parametrize(
    "words",
    [
        ("copy", "{uri}", "--name", "x"),
        ("rename", "{uri}", "x"),
        ("delete", "{uri}", "--confirm", "x"),
    ],
)
def test_container_of_csp_is_told_what_to_do(
    roscherk: Roscherk, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """The exact steps in КриптоПро CSP, and nothing is touched."""
    made = make(tmp_path / "a.000", "1")
    done = roscherk("container", *(word.format(uri=f"cryptopro:{made.folder}") for word in words))
    assert done.code == 1
    assert "Сервис" in done.err
    assert "csptest -keyset -deletekeyset" in " ".join(done.err.split())
    assert len(list(made.folder.iterdir())) == 6


@pytest.mark.parametrize(
    "words",
    [
        ("install",),
        ("bind", "container:x"),
        ("copy", "container:x"),
        ("copy", "container:x", "--to", "pkcs11:"),
    ],
)
def test_wrong_calls_are_usage(roscherk: Roscherk, words: tuple[str, ...]) -> None:
    """What is missing is said."""
    assert roscherk("container", *words).code == 2


def listed(places: Places) -> Container:
    """Return the one container of the profile's store."""
    with composition.build(places) as services:
        (container,) = services.store.containers()
    return container


def issue_for(token: SoftToken, folder: Path) -> Path:
    """Issue a certificate for the key of a token and put it into a file."""
    file = folder / "Сертификат.cer"
    key = load_pem_private_key((token.folder / "ec.key").read_bytes(), None).public_key()
    public = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    file.write_bytes(pki_of(KeyAlgorithm.ECDSA_P256).issue(public))
    return file


def test_what_was_tried_in_vain_is_noted(
    roscherk: Roscherk, firm: Firm, typed: Typed, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import with a wrong password, a name that is taken, a deletion that the disk refused."""
    typed(b"wrong\nnew\n")
    assert roscherk("container", "import", firm.key, "--name", "Ключ", "--password-stdin").code == 1
    typed(PASSWORD + b"\nnew\n")
    roscherk("container", "import", firm.key, "--name", "Ключ", "--password-stdin")
    assert roscherk("container", "copy", "container:Ключ", "--name", "Ключ").code == 1

    def refuse(*_given: object) -> tuple[str, ...]:
        raise RoscherkError(ErrorCode.TARGET_UNWRITABLE, errno=13)

    monkeypatch.setattr(Moving, "delete", refuse)
    assert roscherk("container", "delete", "container:Ключ", "--confirm", "Ключ").code == 1
    rows = Journal(places.journal).entries()
    assert [(each.action, each.target, each.outcome) for each in rows] == [
        ("container_delete", "container:Ключ", "target_unwritable"),
        ("container_copy", "container:Ключ", "container_exists"),
        ("container_import", "container:Ключ", "done"),
        ("container_import", "Ключ", "password_wrong"),
    ]
