"""PKCS #12 files: good ones sign, and each bad one says what is wrong with it."""

import csv
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand_ins.pki import pki_of

from app.algorithms import digests, signatures
from app.algorithms.names import KeyAlgorithm, default_digest, signature_algorithm_for
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pfx.contents import open_contents
from app.tokens.pfx_reading import open_pfx
from app.tokens.pin import Secret
from app.tokens.pkcs12 import PfxFiles

PASSWORD = "Пароль 48151623"
LEGACY = PrivateFormat.PKCS12.encryption_builder().key_cert_algorithm(
    pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC
)


@pytest.fixture
def files(workers: Pool) -> PfxFiles:
    """Return the place of PKCS #12 files."""
    return PfxFiles(workers)


def written(folder: Path, data: bytes, name: str = "Ключ №1.pfx") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data)
    return path


def describe(files: PfxFiles, path: Path, password: str = PASSWORD) -> Container:
    """Open a file with a password."""
    return files.describe(path, Secret.of_text(password))


def error_of(files: PfxFiles, path: Path, password: str = PASSWORD) -> RoscherkError:
    """Return the error that opening gives."""
    with pytest.raises(RoscherkError) as caught:
        describe(files, path, password)
    return caught.value


@pytest.mark.parametrize(
    "algorithm",
    [
        KeyAlgorithm.RSA,
        KeyAlgorithm.ECDSA_P256,
        KeyAlgorithm.ECDSA_P384,
        KeyAlgorithm.ECDSA_P521,
    ],
)
def test_key_signs_and_brings_its_certificates(
    files: PfxFiles, tmp_path: Path, algorithm: KeyAlgorithm
):
    """The certificate of the key is told from the chain, and the signature is good."""
    pki = pki_of(algorithm)
    container = describe(files, written(tmp_path, pki.pfx(PASSWORD.encode(), "Имя".encode())))
    assert container.place is KeyPlaceKind.PFX
    assert container.uri == f"pfx:{tmp_path}/Ключ №1.pfx"
    assert (container.label, container.algorithm) == ("Имя", algorithm)
    assert container.state is ContainerState.OK
    assert container.certificate == pki.leaf
    assert set(container.chain) == {pki.ca, pki.root}
    name = default_digest(algorithm)
    signature = files.open(container).sign_digest(
        name, digests.digest(name, b"contract"), Secret.of_text(PASSWORD)
    )
    assert container.public_key is not None
    assert signatures.verify(
        container.public_key,
        signature_algorithm_for(algorithm),
        digest_name=name,
        message=b"contract",
        signature=signature,
    )


def test_wrong_password_is_called_so(files: PfxFiles, tmp_path: Path):
    """Opening and signing say the same, and the password is nowhere in the error."""
    path = written(tmp_path, pki_of(KeyAlgorithm.ECDSA_P256).pfx(PASSWORD.encode()))
    error = error_of(files, path, "пароль 23421561")
    assert error.code is ErrorCode.PASSWORD_WRONG
    assert error.facts == {"path": str(path)}
    container = describe(files, path)
    with pytest.raises(RoscherkError) as caught:
        files.open(container).sign_digest("sha256", bytes(32), Secret.of_text("23421561"))
    assert caught.value.code is ErrorCode.PASSWORD_WRONG
    assert "23421561" not in repr(error) + repr(caught.value)


def test_no_password_given_is_no_attempt(files: PfxFiles, tmp_path: Path):
    """Even the certificate is under the password: it is asked for first."""
    path = written(tmp_path, pki_of(KeyAlgorithm.ECDSA_P256).pfx(PASSWORD.encode()))
    with pytest.raises(RoscherkError) as caught:
        files.describe(path, None)
    assert caught.value.code is ErrorCode.PASSWORD_NEEDED
    with pytest.raises(RoscherkError) as caught:
        files.open(describe(files, path)).sign_digest("sha256", bytes(32), None)
    assert caught.value.code is ErrorCode.PASSWORD_NEEDED


def test_old_encryption_and_no_encryption_open(files: PfxFiles, tmp_path: Path):
    """What Windows wrote for twenty years opens, and so does a file without a password."""
    key = ec.generate_private_key(ec.SECP256R1())
    old = pkcs12.serialize_key_and_certificates(
        b"old", key, None, None, LEGACY.build(PASSWORD.encode())
    )
    assert describe(files, written(tmp_path, old)).state is ContainerState.NO_CERTIFICATE
    assert error_of(files, written(tmp_path, old), "x").code is ErrorCode.PASSWORD_WRONG
    bare = pkcs12.serialize_key_and_certificates(None, key, None, None, NoEncryption())
    container = describe(files, written(tmp_path, bare), "")
    assert container.label == "Ключ №1.pfx"


def test_certificates_without_a_key_are_no_key(files: PfxFiles, tmp_path: Path):
    """A file of certificates is shown for what it is and does not sign."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    data = pkcs12.serialize_key_and_certificates(
        None,
        None,
        x509.load_der_x509_certificate(pki.leaf),
        None,
        BestAvailableEncryption(PASSWORD.encode()),
    )
    container = describe(files, written(tmp_path, data))
    assert container.state is ContainerState.NO_KEY
    assert container.certificate == pki.leaf
    with pytest.raises(RoscherkError) as caught:
        files.open(container)
    assert caught.value.code is ErrorCode.KEY_NOT_FOUND


@pytest.mark.parametrize(
    "key",
    [
        ed25519.Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP256K1()),
        dsa.generate_private_key(1024),
    ],
    ids=["ed25519", "secp256k1", "dsa"],
)
def test_key_that_cannot_sign_here_is_listed_so(files: PfxFiles, tmp_path: Path, key: object):
    """A key of another kind is no surprise at signing time."""
    data = pkcs12.serialize_key_and_certificates(
        b"key", key, None, None, BestAvailableEncryption(PASSWORD.encode())
    )
    assert describe(files, written(tmp_path, data)).state is ContainerState.UNSUPPORTED


def published(folder: Path, part: str) -> list[tuple[Path, str]]:
    """Return the PKCS #12 files of others with the passwords they were published with."""
    with (folder / "index.tsv").open(encoding="utf-8") as index:
        rows = csv.reader(index, delimiter="\t", quoting=csv.QUOTE_NONE)
        found = [(folder / row[0], row[4]) for row in rows if row[0].startswith(part)]
    assert found
    return found


def test_odd_files_open_or_say_why(files: PfxFiles, data_folder: Path):
    """Files of GnuTLS and OpenSSL: with a published password they open, the broken are damaged."""
    for path, password in published(data_folder, "pfx-misc/"):
        if path.name.startswith("bad"):
            assert error_of(files, path, password).code is ErrorCode.PFX_DAMAGED, path
        elif password:
            assert describe(files, path, password).algorithm is KeyAlgorithm.RSA, path
        else:
            with suppress(RoscherkError):
                describe(files, path, password)


def test_digest_of_the_mac_that_is_not_known_is_named(files: PfxFiles, data_folder: Path):
    """A MAC nobody can compute is not blamed on the password."""
    error = error_of(files, data_folder / "pfx-misc/gnutls/mem-leak.p12")
    assert error.code is ErrorCode.KEY_UNSUPPORTED
    assert error.facts["algorithm"] == "1.3.14.3.18.26"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ErrorCode.FILE_EMPTY),
        (b"%PDF-1.7", ErrorCode.PFX_DAMAGED),
        (b"\x30\x80" * 2000, ErrorCode.PFX_DAMAGED),
        (b"-----BEGIN CERTIFICATE-----\n", ErrorCode.PFX_DAMAGED),
        (bytes(5 << 20), ErrorCode.FILE_TOO_LARGE),
    ],
)
def test_file_of_another_kind_is_not_a_wrong_password(
    files: PfxFiles, tmp_path: Path, data: bytes, code: ErrorCode
):
    """Rubbish is called damaged, empty is called empty."""
    assert error_of(files, written(tmp_path, data)).code is code


def test_path_of_another_kind_is_said(files: PfxFiles, tmp_path: Path):
    """Missing, folder, pipe, a name that is not UTF-8: each its own answer, and nothing hangs."""
    os.mkfifo(tmp_path / "pipe")
    for path, code in (
        (tmp_path / "missing.pfx", ErrorCode.FILE_NOT_FOUND),
        (tmp_path / os.fsdecode(b"\xff.pfx"), ErrorCode.FILE_NOT_FOUND),
        (tmp_path, ErrorCode.FILE_IS_FOLDER),
        (tmp_path / "pipe", ErrorCode.FILE_NOT_REGULAR),
        (tmp_path / ("x" * 300), ErrorCode.FILE_UNREADABLE),
    ):
        assert error_of(files, path).code is code, path


def test_file_name_that_is_not_utf8_signs(files: PfxFiles, tmp_path: Path):
    """The URI of such a file crosses processes and finds it again."""
    path = tmp_path / os.fsdecode(b"\xff key.pfx")
    path.write_bytes(pki_of(KeyAlgorithm.ECDSA_P256).pfx(PASSWORD.encode()))
    container = describe(files, path)
    assert container.uri.isascii()
    assert files.open(container).sign_digest("sha256", bytes(32), Secret.of_text(PASSWORD))


@pytest.fixture(scope="module")
def good() -> bytes:
    """Return a good file with few iterations."""
    key = ec.generate_private_key(ec.SECP256R1())
    return pkcs12.serialize_key_and_certificates(
        b"x", key, None, None, LEGACY.kdf_rounds(1).build(b"one")
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changed_file_is_our_error_or_opens(good: bytes, tmp_path: Path, data: st.DataObject):
    """No change of a file makes the reader fall over."""
    raw = bytearray(good)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    # A count of rounds in the millions is the worker's limits' to stop, not this test's.
    path = written(tmp_path, bytes(raw).replace(b"\x02\x03", b"\x02\x01"))
    with suppress(RoscherkError):
        open_pfx(methods.PfxOpenRequest(path=path), Context(None, bytearray(b"one")))


@settings(max_examples=200)
@given(raw=st.binary(max_size=200))
def test_random_bytes_are_damage(raw: bytes):
    """Anything that is no PKCS #12 file is called damaged."""
    with pytest.raises(RoscherkError) as caught:
        open_contents(raw, bytearray(b"one"))
    assert caught.value.code is ErrorCode.PFX_DAMAGED


def test_key_too_small_for_its_digest_is_named(files: PfxFiles, tmp_path: Path):
    """A toy key of a stranger gives an error of ours when it comes to signing."""
    command = ["openssl", "genrsa", "-out", "key.pem", "512"]
    pack = ["openssl", "pkcs12", "-export", "-nocerts", "-inkey", "key.pem", "-out", "small.p12"]
    for each in (command, [*pack, "-passout", f"pass:{PASSWORD}"]):
        subprocess.run(each, cwd=tmp_path, check=True, capture_output=True)
    container = describe(files, tmp_path / "small.p12")
    with pytest.raises(RoscherkError) as caught:
        files.open(container).sign_digest("sha512", bytes(64), Secret.of_text(PASSWORD))
    assert caught.value.code is ErrorCode.KEY_UNSUPPORTED
