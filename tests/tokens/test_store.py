"""The program's own containers: what they keep, what they refuse, what they survive."""

import hashlib
import os
import stat
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from hypothesis import given
from hypothesis import strategies as st
from stand_ins.pki import pki_of

from app.algorithms import digests, signatures
from app.algorithms.gost import curves, spki
from app.algorithms.names import KeyAlgorithm, default_digest, signature_algorithm_for
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens import file_methods as methods
from app.tokens.container_names import clean_name, file_of, name_of
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pin import Secret
from app.tokens.store import Store

ALGORITHMS = [
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
    KeyAlgorithm.ECDSA_P384,
    KeyAlgorithm.ECDSA_P521,
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
]
PASSWORD = "пароль 48151623"
GOST_DIGESTS = {"streebog256": "md_gost12_256", "streebog512": "md_gost12_512"}


def password(text: str = PASSWORD) -> Secret:
    """Return a new secret."""
    return Secret.of_text(text)


def code_of(caught: pytest.ExceptionInfo[RoscherkError]) -> ErrorCode:
    """Return the code of the error that was raised."""
    return caught.value.code


@pytest.fixture
def store(tmp_path: Path, workers: Pool) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "containers", workers)


def sign(store: Store, container: Container, message: bytes, secret: Secret | None) -> bytes:
    """Sign the digest of a message."""
    assert container.algorithm is not None
    name = default_digest(container.algorithm)
    return store.open(container).sign_digest(name, digests.digest(name, message), secret)


@pytest.mark.parametrize("name", [each.name for each in curves.all_curves() if not each.test])
def test_key_of_every_parameter_set(store: Store, name: str):
    """The set that was asked for is the one of the key, and the key signs."""
    curve = curves.by_name(name)
    algorithm = KeyAlgorithm.GOST_256 if curve.size == 32 else KeyAlgorithm.GOST_512
    made = store.create("Ключ", algorithm, password(), curve=curve.oid)
    assert made.public_key is not None
    assert spki.decode_public(made.public_key)[0] == curve.oid
    assert signatures.verify(
        made.public_key,
        signature_algorithm_for(algorithm),
        digest_name=default_digest(algorithm),
        message=b"text",
        signature=sign(store, made, b"text", password()),
    )


def test_size_of_rsa(store: Store):
    """As long as it was asked for."""
    made = store.create("Ключ", KeyAlgorithm.RSA, password(), bits=2048)
    assert made.public_key is not None
    key = load_der_public_key(made.public_key)
    assert isinstance(key, RSAPublicKey)
    assert key.key_size == 2048


def test_parameter_set_of_another_size(store: Store):
    """One of 512 bits, one for tests, one nobody knows: refused, and nothing is made."""
    for oid in ("1.2.643.7.1.2.1.2.1", "1.2.643.2.2.35.0", "1.2.3.4"):
        with pytest.raises(RoscherkError) as caught:
            store.create("Ключ", KeyAlgorithm.GOST_256, password(), curve=oid)
        assert code_of(caught) is ErrorCode.KEY_UNSUPPORTED
    assert store.containers() == ()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_new_key_signs_and_our_verifier_agrees(store: Store, algorithm: KeyAlgorithm):
    """A key of each kind is made, listed without a password, and signs with it."""
    made = store.create(f"Ключ {algorithm}", algorithm, password())
    assert store.containers() == (made,)
    assert made.state is ContainerState.NO_CERTIFICATE
    assert made.place is KeyPlaceKind.STORE
    assert made.public_key is not None
    assert signatures.verify(
        made.public_key,
        signature_algorithm_for(algorithm),
        digest_name=default_digest(algorithm),
        message=b"contract",
        signature=sign(store, made, b"contract", password()),
    )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_openssl_accepts_the_key_and_its_signature(
    store: Store, algorithm: KeyAlgorithm, tmp_path: Path
):
    """The referee reads our public key, GOST curves included, and verifies our signature."""
    made = store.create("Ключ", algorithm, password())
    assert made.public_key is not None
    (tmp_path / "key.der").write_bytes(made.public_key)
    (tmp_path / "message").write_bytes(b"contract")
    (tmp_path / "signature").write_bytes(sign(store, made, b"contract", password()))
    digest = default_digest(algorithm)
    engine = ["-engine", "gost"] if algorithm.is_gost else []
    command = ["openssl", "dgst", *engine, f"-{GOST_DIGESTS.get(digest, digest)}"]
    command += ["-keyform", "DER", "-verify", "key.der", "-signature", "signature", "message"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "Verified OK", done.stderr


def test_wrong_password_is_said_once_and_changes_nothing(store: Store):
    """One call is one attempt; the right password works afterwards."""
    made = store.create("Ключ", KeyAlgorithm.ECDSA_P256, password())
    with pytest.raises(RoscherkError) as caught:
        sign(store, made, b"x", password("пароль 48151624"))
    assert code_of(caught) is ErrorCode.PASSWORD_WRONG
    assert "48151624" not in repr(caught.value) + str(caught.value)
    assert sign(store, made, b"x", password())


@pytest.mark.parametrize("secret", [None, Secret(bytearray())])
def test_no_password_is_not_a_password(store: Store, secret: Secret | None):
    """Without a password nothing is tried; a container without one cannot be made."""
    made = store.create("Ключ", KeyAlgorithm.ECDSA_P256, password())
    with pytest.raises(RoscherkError) as caught:
        sign(store, made, b"x", secret)
    assert code_of(caught) is ErrorCode.PASSWORD_NEEDED
    with pytest.raises(RoscherkError) as caught:
        store.create("Другой", KeyAlgorithm.ECDSA_P256, secret or Secret(bytearray()))
    assert code_of(caught) is ErrorCode.PASSWORD_NEEDED


def test_password_is_changed(store: Store):
    """The new password opens, the old one does not, and the key is the same."""
    made = store.create("Ключ", KeyAlgorithm.GOST_256, password())
    store.change_password(made, password(), password("новый пароль"))
    assert store.find("Ключ") == made
    assert sign(store, made, b"x", password("новый пароль"))
    with pytest.raises(RoscherkError) as caught:
        sign(store, made, b"x", password())
    assert code_of(caught) is ErrorCode.PASSWORD_WRONG


def test_password_is_not_changed_with_a_wrong_one(store: Store, tmp_path: Path):
    """A failed change leaves every byte as it was."""
    made = store.create("Ключ", KeyAlgorithm.ECDSA_P256, password())
    before = file_of(tmp_path / "containers", "Ключ").read_bytes()
    with pytest.raises(RoscherkError) as caught:
        store.change_password(made, password("не тот"), password("новый"))
    assert code_of(caught) is ErrorCode.PASSWORD_WRONG
    assert file_of(tmp_path / "containers", "Ключ").read_bytes() == before


def test_certificate_is_installed_for_its_own_key_only(store: Store):
    """A certificate of another key is refused; the right one is kept with its chain."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    made = store.create("Ключ", KeyAlgorithm.GOST_256, password())
    with pytest.raises(RoscherkError) as caught:
        store.install_certificate(made, pki.leaf)
    assert code_of(caught) is ErrorCode.CERTIFICATE_KEY_MISMATCH
    certificate = pki.issue(made.public_key)
    installed = store.install_certificate(made, certificate, [pki.ca])
    assert store.find("Ключ") == installed
    assert installed.state is ContainerState.OK
    assert installed.certificate == certificate
    assert installed.chain == (pki.ca,)
    assert sign(store, installed, b"x", password())


def test_certificate_may_name_the_curve_otherwise(store: Store):
    """CryptoPro-A and CryptoPro-XchA are one curve: an issuer may write the other name."""
    made = store.create("Ключ", KeyAlgorithm.GOST_256, password())
    assert made.public_key is not None
    xcha, a = bytes.fromhex("06072a85030202240006"), bytes.fromhex("06072a85030202230106")
    assert xcha in made.public_key
    renamed = pki_of(KeyAlgorithm.GOST_256).issue(made.public_key.replace(xcha, a))
    assert store.install_certificate(made, renamed).state is ContainerState.OK


@pytest.mark.parametrize(
    ("start", "end", "state"),
    [(-2, -1, ContainerState.EXPIRED), (1, 2, ContainerState.NOT_YET_VALID)],
)
def test_certificate_out_of_its_time_is_listed_so(
    store: Store, start: int, end: int, state: ContainerState
):
    """The list says what is to be said of a certificate before the key is used."""
    made = store.create("Ключ", KeyAlgorithm.ECDSA_P256, password())
    now = datetime.now(UTC).replace(microsecond=0)
    certificate = pki_of(KeyAlgorithm.ECDSA_P256).issue(
        made.public_key,
        not_before=now + timedelta(days=start),
        not_after=now + timedelta(days=end),
    )
    assert store.install_certificate(made, certificate).state is state


@pytest.mark.parametrize("certificate", [b"", b"not a certificate", b"\x30\x80\x00\x00"])
def test_bytes_that_are_no_certificate_are_refused(store: Store, certificate: bytes):
    """Rubbish is not installed."""
    made = store.create("Ключ", KeyAlgorithm.ECDSA_P256, password())
    with pytest.raises(RoscherkError) as caught:
        store.install_certificate(made, certificate)
    assert code_of(caught) is ErrorCode.CERTIFICATE_DAMAGED


def test_capitals_alone_make_no_other_name(store: Store):
    """Two such files could not be put into one backup; a container may change its own capitals."""
    made = store.create("Ключ", KeyAlgorithm.ECDSA_P256, password())
    other = store.create("Другой", KeyAlgorithm.ECDSA_P256, password())
    for take in (
        lambda: store.create("КЛЮЧ", KeyAlgorithm.ECDSA_P256, password()),
        lambda: store.copy(other, "ключ"),
        lambda: store.rename(other, "ключ"),
    ):
        with pytest.raises(RoscherkError) as caught:
            take()
        assert code_of(caught) is ErrorCode.CONTAINER_EXISTS
    assert store.rename(made, "ключ").label == "ключ"
    assert [each.label for each in store.containers()] == ["Другой", "ключ"]


def test_name_is_taken_once(store: Store):
    """A container is never written over another."""
    made = store.create("Ключ", KeyAlgorithm.ECDSA_P256, password())
    with pytest.raises(RoscherkError) as caught:
        store.create(" Ключ ", KeyAlgorithm.GOST_256, password())
    assert code_of(caught) is ErrorCode.CONTAINER_EXISTS
    assert store.containers() == (made,)


def test_deleted_is_gone(store: Store, tmp_path: Path):
    """A deleted container is no longer listed, and deleting it again says so."""
    made = store.create("Ключ", KeyAlgorithm.ECDSA_P256, password())
    store.delete(made)
    assert store.containers() == ()
    assert list((tmp_path / "containers").iterdir()) == []
    for again in (lambda: store.delete(made), lambda: store.find("Ключ")):
        with pytest.raises(RoscherkError) as caught:
            again()
        assert code_of(caught) is ErrorCode.CONTAINER_NOT_FOUND


def test_damaged_files_hide_no_other(store: Store, tmp_path: Path):
    """Each damaged file is listed as such, beside the good container."""
    good = store.create("Целый", KeyAlgorithm.ECDSA_P256, password())
    folder = tmp_path / "containers"
    data = file_of(folder, "Целый").read_bytes()
    bad = {
        "Пустой": b"",
        "Обрезанный": data[: len(data) // 2],
        "Чужой": b"MZ" + bytes(1000),
        "Испорченный": data[:50] + bytes([data[50] ^ 1]) + data[51:],
    }
    for name, content in bad.items():
        file_of(folder, name).write_bytes(content)
    (folder / "Папка.container").mkdir()
    (folder / os.fsdecode(b"\xff.container")).write_bytes(b"")
    listed = store.containers()
    assert good in listed
    damaged = [each for each in listed if each.state is ContainerState.DAMAGED]
    assert len(damaged) == len(listed) - 1 == len(bad) + 2
    with pytest.raises(RoscherkError) as caught:
        store.open(damaged[0])
    assert code_of(caught) is ErrorCode.CONTAINER_DAMAGED
    store.delete(store.find("Обрезанный"))


def test_newer_version_is_named_for_what_it_is(store: Store, tmp_path: Path):
    """A file of a later program is not called damaged."""
    store.create("Ключ", KeyAlgorithm.ECDSA_P256, password())
    path = file_of(tmp_path / "containers", "Ключ")
    body = bytearray(path.read_bytes()[:-32])
    body[8:10] = b"\x00\x02"
    path.write_bytes(body + hashlib.sha256(body).digest())
    assert store.find("Ключ").state is ContainerState.UNSUPPORTED


def test_practice_key_carried_among_real_ones_stays_practice(workers: Pool, tmp_path: Path):
    """A copied practice container is marked and does not sign as a real one."""
    practice = Store(tmp_path / "practice", workers, practice=True)
    made = practice.create("Учебный", KeyAlgorithm.ECDSA_P256, password())
    assert made.practice
    assert made.uri.startswith("practice:")
    real = Store(tmp_path / "real", workers)
    (tmp_path / "real").mkdir()
    file_of(tmp_path / "real", "Учебный").write_bytes(
        file_of(tmp_path / "practice", "Учебный").read_bytes()
    )
    (listed,) = real.containers()
    assert listed.practice
    assert listed.state is ContainerState.UNSUPPORTED
    request = methods.FileSignRequest(
        path=file_of(tmp_path / "real", "Учебный"), digest_name="sha256", digest=bytes(32)
    )
    with pytest.raises(RoscherkError) as caught:
        workers.run(methods.STORE_SIGN, request, secret=password())
    assert code_of(caught) is ErrorCode.KEY_UNSUPPORTED
    with pytest.raises(RoscherkError) as caught:
        real.delete(made)
    assert code_of(caught) is ErrorCode.CONTAINER_NOT_FOUND


def test_files_are_private(store: Store, tmp_path: Path):
    """Nobody else on this computer reads a container."""
    store.create("Ключ", KeyAlgorithm.ECDSA_P256, password())
    folder = tmp_path / "containers"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file_of(folder, "Ключ").stat().st_mode) == 0o600


def test_digest_of_another_kind_is_refused(store: Store):
    """A key signs digests of its own kind and size only."""
    made = store.create("Ключ", KeyAlgorithm.GOST_256, password())
    key = store.open(made)
    for name, digest in (("sha256", bytes(32)), ("streebog256", bytes(31)), ("no-such", b"")):
        with pytest.raises(RoscherkError) as caught:
            key.sign_digest(name, digest, password())
        assert code_of(caught) is ErrorCode.ALGORITHM_UNSUPPORTED


def test_key_kind_that_cannot_be_made_is_refused(store: Store):
    """Keys that sign no digests are not made, and no file is left."""
    with pytest.raises(RoscherkError) as caught:
        store.create("Ключ", KeyAlgorithm.ED25519, password())
    assert code_of(caught) is ErrorCode.KEY_UNSUPPORTED
    assert store.containers() == ()


@pytest.mark.parametrize(
    "name",
    [
        "Иванов Иван Иванович",
        "../../etc/passwd",
        "..",
        ".скрытый",
        'a/b\\c:d*e?f"g<h>i|j%k',
        "CON",
        "lpt1.txt",
        "имя.container",
        "Ёё" * 40,
        "日本語",
        "é",
        "'; drop table",
    ],
)
def test_any_name_is_one_file_in_the_folder(store: Store, tmp_path: Path, name: str):
    """Every printable name is kept, and none leads out of the folder."""
    made = store.create(name, KeyAlgorithm.ECDSA_P256, password())
    assert made.label == clean_name(name)
    assert store.find(name) == made
    (file,) = (tmp_path / "containers").iterdir()
    assert file.parent == tmp_path / "containers"
    assert not file.name.startswith((".", "CON"))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0b", "\u202eгпj", "я" * 101, "\ud800"])
def test_name_that_cannot_be_shown_is_refused(store: Store, name: str):
    """Empty, endless and disguised names are refused."""
    with pytest.raises(RoscherkError) as caught:
        store.create(name, KeyAlgorithm.ECDSA_P256, password())
    assert code_of(caught) is ErrorCode.CONTAINER_NAME_INVALID


@given(st.text(min_size=1, max_size=60))
def test_names_and_files_follow_from_each_other(name: str):
    """Whatever name is accepted comes back from its file."""
    folder = Path("/folder")
    with suppress(RoscherkError):
        path = file_of(folder, name)
        assert path.parent == folder
        assert len(os.fsencode(path.name)) <= 241
        assert name_of(path) == clean_name(name)


def test_password_leaves_no_trace_on_the_disk(store: Store, tmp_path: Path):
    """Neither the password nor a part of the plain key is in any file."""
    made = store.create("Ключ", KeyAlgorithm.RSA, password())
    store.change_password(made, password(), password("новый 23421561"))
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (
        PASSWORD.encode(),
        b"48151623",
        b"23421561",
        b"PRIVATE",
        b"\x02\x01\x00\x30\x0d",
    ):
        assert secret not in written
    assert made.public_key is not None
    public = load_der_public_key(made.public_key)
    assert public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == made.public_key
