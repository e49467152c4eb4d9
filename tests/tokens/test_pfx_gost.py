"""PKCS #12 and PKCS #8 with GOST: whoever wrote them, they open, sign, and refuse a wrong word."""

import base64
import csv
import os
import re
import subprocess
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
import rfc9548
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand_ins import cryptopro_pfx, openssl
from stand_ins.pki import pki_of

from app.algorithms import der, digests, rc2, signatures, views
from app.algorithms.gost import spki
from app.algorithms.names import KeyAlgorithm, default_digest, signature_algorithm_for
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.model import Container, ContainerState
from app.tokens.pairing import gist_of, same_key
from app.tokens.pfx import contents, kdf_7292, passwords, pkcs8, writing
from app.tokens.pfx.work import MAX_ROUNDS, Work
from app.tokens.pfx_reading import open_pfx
from app.tokens.pin import Secret
from app.tokens.pkcs12 import PfxFiles
from app.tokens.signing_keys import NewKey, make_key

PASSWORD = "Пароль 1"
GOST = [KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512]


@pytest.fixture
def files(workers: Pool) -> PfxFiles:
    """Return the place of PKCS #12 files."""
    return PfxFiles(workers)


def written(folder: Path, data: bytes) -> Path:
    """Write a file and return its path."""
    path = folder / "Ключ.pfx"
    path.write_bytes(data)
    return path


def describe(files: PfxFiles, path: Path, password: str = PASSWORD) -> Container:
    """Open a file with a password."""
    return files.describe(path, Secret.of_text(password))


def error_of(work: Callable[[], object]) -> RoscherkError:
    """Return the error that the work ends with."""
    with pytest.raises(RoscherkError) as caught:
        work()
    return caught.value


def signs(files: PfxFiles, container: Container, password: str) -> bool:
    """Tell whether the key signs, and the signature is good under the certificate."""
    assert container.algorithm is not None
    assert container.certificate is not None
    name = default_digest(container.algorithm)
    signature = files.open(container).sign_digest(
        name, digests.digest(name, b"contract"), Secret.of_text(password)
    )
    return signatures.verify(
        gist_of(container.certificate).public_key,
        signature_algorithm_for(container.algorithm),
        digest_name=name,
        message=b"contract",
        signature=signature,
    )


def made(algorithm: KeyAlgorithm) -> tuple[NewKey, bytes]:
    """Make a key and a certificate of it."""
    key = make_key(algorithm)
    return key, pki_of(KeyAlgorithm.ECDSA_P256).issue(key.public_key)


def exported(algorithm: KeyAlgorithm, password: str = PASSWORD) -> bytes:
    """Write a file of our own."""
    key, certificate = made(algorithm)
    chain = (pki_of(KeyAlgorithm.ECDSA_P256).ca,)
    return writing.write_file(
        writing.Exported(
            algorithm=algorithm, key=key, certificate=certificate, chain=chain, name="Имя"
        ),
        bytearray(password.encode()),
    )


@pytest.mark.parametrize("data", [rfc9548.A_2_1, rfc9548.A_3_1], ids=["kuznyechik", "magma"])
def test_examples_of_rfc_9548_open(files: PfxFiles, tmp_path: Path, data: bytes):
    """Kuznyechik and Magma, with and without OMAC: the standard's own files."""
    path = written(tmp_path, data)
    container = describe(files, path, rfc9548.PASSWORD)
    assert (container.algorithm, container.state) == (KeyAlgorithm.GOST_512, ContainerState.OK)
    assert container.label == "p12FriendlyName"
    assert signs(files, container, rfc9548.PASSWORD)
    assert error_of(lambda: describe(files, path, "пароль")).code is ErrorCode.PASSWORD_WRONG


def rows(folder: Path, kind: str) -> list[tuple[Path, str]]:
    """Return the files of a kind with the passwords they were published with."""
    with (folder / "index.tsv").open(encoding="utf-8") as index:
        found = [
            (folder / row[0], row[4])
            for row in csv.reader(index, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row[1] == kind
        ]
    assert found
    return found


def test_russian_files_of_others_open(files: PfxFiles, data_folder: Path):
    """Those of GnuTLS, Bouncy Castle, xmlsec: of both generations and both ways of the MAC."""
    for path, password in rows(data_folder, "pfx"):
        if "ru-pfx" not in path.parts:
            continue
        container = describe(files, path, password)
        assert container.algorithm is not None, path
        assert container.algorithm.is_gost, path
        assert container.certificate is not None, path
        assert container.public_key is not None, path
        assert same_key(gist_of(container.certificate).public_key, container.public_key), path
        old = container.algorithm is KeyAlgorithm.GOST_2001
        assert (container.state is ContainerState.UNSUPPORTED) == old, path
        for wrong in ("", password + "1", "Пароль"):
            error = error_of(lambda path=path, wrong=wrong: describe(files, path, wrong))
            assert error.code is ErrorCode.PASSWORD_WRONG, path
        if old:
            refused = error_of(
                lambda container=container, password=password: files.open(container).sign_digest(
                    "streebog256", bytes(32), Secret.of_text(password)
                )
            )
            assert refused.code is ErrorCode.KEY_UNSUPPORTED, path
        else:
            assert signs(files, container, password), path


def test_other_files_of_others_open(files: PfxFiles, data_folder: Path):
    """Those of pyHanko's tests, which have no password, whatever their index says."""
    for path, _ in rows(data_folder, "pfx"):
        if "pdf-pyhanko" in path.parts:
            assert describe(files, path, "").state is not ContainerState.NO_KEY, path
            assert error_of(lambda path=path: describe(files, path)).code is (
                ErrorCode.PASSWORD_WRONG
            )


def _pkcs8(path: Path) -> bytes:
    data = path.read_bytes()
    armoured = re.search(rb"-----BEGIN [A-Z ]+-----(.*?)-----END", data, re.DOTALL)
    return base64.b64decode(armoured[1]) if armoured else data


def test_private_keys_of_others_are_read(data_folder: Path):
    """Every PKCS #8 file opens; the referee gives the same public key for those it knows."""
    openssl.demand()
    asked = 0
    for path, _ in rows(data_folder, "pkcs8"):
        key = pkcs8.read_plain(views.read(_pkcs8(path)))
        if key.algorithm is None or not key.algorithm.is_gost:
            continue
        told = openssl.openssl(
            "pkey", "-engine", "gost", "-in", path, "-pubout", "-outform", "DER",
            "-inform", "PEM" if path.read_bytes().startswith(b"--") else "DER",
        )  # fmt: skip
        if told.returncode == 0:
            asked += 1
            assert told.stdout.endswith(spki.decode_public(key.public_key)[1]), path
    assert asked >= 10


def test_encrypted_private_keys_of_others_are_read(data_folder: Path):
    """With the password they open, with another they say that it is wrong."""
    for path, password in rows(data_folder, "pkcs8-encrypted"):
        info = views.read(_pkcs8(path))
        word = password if "gnutls" in path.parts else "secret123"
        key = pkcs8.read_encrypted(info, bytearray(word.encode()))
        assert key.algorithm is not None, path
        assert key.algorithm.is_gost, path
        error = error_of(lambda info=info: pkcs8.read_encrypted(info, bytearray(b"x")))
        assert error.code is ErrorCode.PASSWORD_WRONG, path


def test_masked_key_is_the_plain_one(data_folder: Path):
    """GnuTLS publishes one key with a mask and encrypted; its certificate stands in a file."""
    folder = data_folder / "gost-vectors" / "gnutls"
    masked = pkcs8.read_plain(views.read(_pkcs8(folder / "key-gost12-256-2.p8")))
    data = (data_folder / "ru-pfx/tc26-gnutls/gost12-2.p12").read_bytes()
    opened = contents.open_contents(data, bytearray(rfc9548.PASSWORD.encode()))
    point = spki.decode_public(masked.public_key)[1]
    assert point == spki.decode_public(gist_of(opened.certificates[0].der).public_key)[1]


@pytest.mark.parametrize("scheme", ["PBE-SHA1-RC2-40", "PBE-SHA1-3DES"])
@pytest.mark.parametrize("algorithm", GOST)
@pytest.mark.parametrize("password", ["", "1", PASSWORD], ids=["empty", "latin", "cyrillic"])
def test_export_of_cryptopro_opens(
    files: PfxFiles, tmp_path: Path, *, algorithm: KeyAlgorithm, password: str, scheme: str
):
    """Its own encryption of the key, either encryption of the certificates."""
    openssl.demand()
    key, certificate = made(algorithm)
    data = cryptopro_pfx.make(tmp_path, algorithm, key, certificate, password, certificates=scheme)
    container = describe(files, written(tmp_path, data), password)
    assert (container.algorithm, container.state) == (algorithm, ContainerState.OK)
    assert signs(files, container, password)
    path = written(tmp_path, data)
    assert error_of(lambda: describe(files, path, "x")).code is ErrorCode.PASSWORD_WRONG


def test_wrapped_key_of_cryptopro_must_be_the_one_of_the_certificate(
    files: PfxFiles, tmp_path: Path
):
    """The MAC of the wrapping or the certificate has to agree; else the file is damaged."""
    openssl.demand()
    key, certificate = made(KeyAlgorithm.GOST_256)
    stranger = pki_of(KeyAlgorithm.ECDSA_P256).leaf
    for its, spoilt, fault in (
        (certificate, True, None),
        (stranger, False, None),
        (stranger, True, ErrorCode.PFX_DAMAGED),
    ):
        data = cryptopro_pfx.make(
            tmp_path, KeyAlgorithm.GOST_256, key, its, PASSWORD, spoil_mac=spoilt
        )
        path = written(tmp_path, data)
        if fault is None:
            assert describe(files, path).public_key == key.public_key
        else:
            assert error_of(lambda path=path: describe(files, path)).code is fault


def test_rc2_and_its_key_are_those_of_others():
    """A vector of an independent implementation, with the derivation of RFC 7292."""
    form = passwords.bmp(bytearray(b"123456"))
    salt = bytes.fromhex("1122334455667788")
    key = kdf_7292.derive("sha1", form, salt, 2000, purpose=kdf_7292.ENCRYPTION_KEY, size=5)
    vector = kdf_7292.derive("sha1", form, salt, 2000, purpose=kdf_7292.VECTOR, size=8)
    secret = bytes.fromhex("e47eb5a4db334c1acc3851d7f660e16ee8709a7271371f6b")
    assert rc2.decrypt_cbc(key, vector, secret) == b"Hello RC2-40 PBE test!!\x01"
    with pytest.raises(ValueError, match="RC2"):
        rc2.decrypt_cbc(key, vector, secret[:-1])


@pytest.mark.parametrize(
    ("options", "legacy"),
    [
        (["-keypbe", "gost89", "-certpbe", "gost89", "-macalg", "md_gost12_512"], False),
        (["-keypbe", "gost89", "-certpbe", "gost89", "-macalg", "md_gost94"], False),
        (["-keypbe", "gost89", "-certpbe", "gost89", "-macalg", "md_gost12_512"], True),
        (["-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "md_gost12_256"], True),
        (["-keypbe", "AES-128-CBC", "-certpbe", "NONE", "-macalg", "sha256"], False),
        (["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"], False),
    ],
)
@pytest.mark.parametrize("kind", ["gost2012_256", "gost2012_512"])
def test_files_of_openssl_open(
    files: PfxFiles, tmp_path: Path, *, kind: str, options: list[str], legacy: bool
):
    """What the gost engine writes, with either way to the key of the MAC."""
    openssl.demand()
    environment = os.environ | ({"LEGACY_GOST_PKCS12": "1"} if legacy else {})
    make = ["openssl", "req", "-x509", "-engine", "gost", "-newkey", kind, "-nodes"]
    make += ["-pkeyopt", "paramset:A", "-subj", "/CN=x", "-keyout", "key.pem", "-out", "cert.pem"]
    pack = ["openssl", "pkcs12", "-engine", "gost", "-export", "-inkey", "key.pem"]
    pack += ["-in", "cert.pem", "-passout", f"pass:{PASSWORD}", "-out", "made.p12", *options]
    for command in (make, pack):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, check=False, capture_output=True
        )
        assert done.returncode == 0, done.stderr
    container = describe(files, tmp_path / "made.p12")
    assert container.state is ContainerState.OK
    assert signs(files, container, PASSWORD)
    error = error_of(lambda: describe(files, tmp_path / "made.p12", "пароль"))
    assert error.code is ErrorCode.PASSWORD_WRONG


@pytest.mark.parametrize("algorithm", [*GOST, KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P384])
def test_what_we_write_is_read_by_others(tmp_path: Path, algorithm: KeyAlgorithm):
    """OpenSSL and GnuTLS open our file with its Cyrillic password and find key and certificates."""
    openssl.demand()
    path = written(tmp_path, exported(algorithm))
    told = openssl.succeed(
        "pkcs12", "-engine", "gost", "-in", path, "-passin", f"pass:{PASSWORD}", "-nodes"
    )
    assert told.count(b"BEGIN CERTIFICATE") == 2
    (tmp_path / "key.pem").write_bytes(told[told.index(b"-----BEGIN PRIVATE KEY") :])
    public = openssl.succeed(
        "pkey", "-engine", "gost", "-in", tmp_path / "key.pem", "-pubout", "-outform", "DER"
    )
    opened = contents.open_contents(path.read_bytes(), bytearray(PASSWORD.encode()))
    assert opened.key is not None
    assert same_key(public, opened.key.public_key)
    assert opened.name == "Имя"
    wrong = openssl.openssl("pkcs12", "-engine", "gost", "-in", path, "-passin", "pass:x", "-nodes")
    assert wrong.returncode != 0
    if not algorithm.is_gost:
        bundle = pkcs12.load_pkcs12(path.read_bytes(), PASSWORD.encode())
        assert bundle.key is not None
        assert bundle.cert is not None


@pytest.mark.parametrize("algorithm", [*GOST, KeyAlgorithm.RSA])
def test_what_we_write_is_read_by_gnutls(
    tmp_path: Path, certtool: Callable[..., bytes], algorithm: KeyAlgorithm
):
    """GnuTLS checks the MAC and decrypts the key."""
    path = written(tmp_path, exported(algorithm))
    told = certtool("--p12-info", "--inder", "--infile", path, "--password", PASSWORD)
    assert told.count(b"BEGIN CERTIFICATE") == 2
    keys = certtool("--to-p8", "--inder", "--infile", path, "--password", PASSWORD, ok=False)
    assert b"MAC" in told
    assert b"failed" not in told + keys


def test_rounds_of_gnutls_are_not_too_many():
    """It asks for 600,000 rounds three times in a file; a fourth file's worth is refused."""
    work = Work()
    for _ in range(3):
        work.spend(600_000, gost=True)
    assert error_of(lambda: work.spend(600_000, gost=True)).facts["reason"] == "iterations"


@pytest.fixture(scope="session")
def certtool() -> Callable[..., bytes]:
    """Return a runner of GnuTLS's certtool; skip where it is absent."""
    try:
        subprocess.run(["certtool", "--version"], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("certtool is not installed (gnutls-bin)")

    def run(*arguments: str | Path, ok: bool = True) -> bytes:
        done = subprocess.run(
            ["certtool", *map(str, arguments)], capture_output=True, check=False, timeout=60
        )
        assert not ok or done.returncode == 0, done.stderr
        return done.stdout

    return run


def _indefinite(tag: int, content: bytes) -> bytes:
    """Write a constructed element with an indefinite length."""
    return bytes((tag, 0x80)) + content + b"\0\0"


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.GOST_256, KeyAlgorithm.RSA])
def test_file_in_ber_opens(files: PfxFiles, tmp_path: Path, algorithm: KeyAlgorithm):
    """Old writers give no lengths and part the octets; the MAC goes over the octets themselves."""
    version, safe, mac = der.read(exported(algorithm)).children()
    kind, content = safe.children()
    octets = content.children()[0].content
    pieces = b"".join(
        der.element(der.OCTET_STRING, octets[at : at + 100]) for at in range(0, len(octets), 100)
    )
    parted = _indefinite(0xA0, _indefinite(0x24, pieces))
    whole = _indefinite(
        der.SEQUENCE,
        der.element(version.tag, version.content)
        + _indefinite(der.SEQUENCE, der.element(kind.tag, kind.content) + parted)
        + der.element(mac.tag, mac.content),
    )
    container = describe(files, written(tmp_path, whole))
    assert container.state is ContainerState.OK
    assert signs(files, container, PASSWORD)


@pytest.mark.parametrize("rest", [b"\n", b"\r\n", bytes(16), b"more"])
@pytest.mark.parametrize("algorithm", [KeyAlgorithm.GOST_256, KeyAlgorithm.RSA])
def test_what_stands_behind_is_left_out(
    files: PfxFiles, tmp_path: Path, algorithm: KeyAlgorithm, rest: bytes
):
    """A stray end of a line, or padding, is no damage; in BER neither."""
    whole = exported(algorithm)
    loose = _indefinite(der.SEQUENCE, der.read(whole).content)
    for data in (whole + rest, loose + rest):
        container = describe(files, written(tmp_path, data))
        assert container.state is ContainerState.OK
        assert signs(files, container, PASSWORD)


def test_second_file_behind_hides_no_work(files: PfxFiles, tmp_path: Path):
    """The first file counts, and only it is read: its rounds are what they are."""
    heavy = with_rounds(exported(KeyAlgorithm.RSA), 2**31 - 1)
    for data in (heavy + exported(KeyAlgorithm.RSA), heavy + b"\n"):
        error = error_of(lambda data=data: describe(files, written(tmp_path, data)))
        assert error.code is ErrorCode.KEY_UNSUPPORTED
        assert error.facts["reason"] == "iterations"


@pytest.mark.parametrize("depth", [50, 5000, 200_000])
def test_nested_file_is_damage(files: PfxFiles, tmp_path: Path, depth: int):
    """Depth is refused at once, in every kind of element."""
    for tag in (b"\x30", b"\x24", b"\xa0"):
        path = written(tmp_path, (tag + b"\x80") * depth)
        assert error_of(lambda path=path: describe(files, path)).code is ErrorCode.PFX_DAMAGED


def with_rounds(data: bytes, rounds: int) -> bytes:
    """Return a file whose MAC claims so many rounds."""
    parts = [der.element(each.tag, each.content) for each in der.read(data).children()]
    *kept, told = der.read(parts[2]).children()
    assert told.tag == der.INTEGER
    claimed = der.element(der.INTEGER, rounds.to_bytes(rounds.bit_length() // 8 + 1))
    mac = der.sequence(*(der.element(each.tag, each.content) for each in kept), claimed)
    return der.sequence(*parts[:2], mac)


@pytest.mark.parametrize("rounds", [MAX_ROUNDS + 1, 2**31 - 1, 2**60])
def test_file_that_asks_for_hours_is_refused_at_once(tmp_path: Path, rounds: int):
    """The count of rounds is the file's to choose, the time is not."""
    path = written(tmp_path, with_rounds(exported(KeyAlgorithm.GOST_256), rounds))
    request = methods.PfxOpenRequest(path=path)
    error = error_of(lambda: open_pfx(request, Context(None, bytearray(PASSWORD.encode()))))
    assert error.code is ErrorCode.KEY_UNSUPPORTED
    assert error.facts["reason"] == "iterations"


@pytest.fixture(scope="module", params=["tc26", "rfc9548", "cryptopro"])
def good(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[bytes, str, bytes]:
    """Return a good GOST file with few rounds, its password and its public key."""
    data, password = rfc9548.A_3_1, rfc9548.PASSWORD
    if request.param == "tc26":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(writing, "_ROUNDS", {True: 10, False: 10})
            data, password = exported(KeyAlgorithm.GOST_256), PASSWORD
    if request.param == "cryptopro":
        openssl.demand()
        new, certificate = made(KeyAlgorithm.GOST_256)
        folder = tmp_path_factory.mktemp("made")
        data = cryptopro_pfx.make(folder, KeyAlgorithm.GOST_256, new, certificate, PASSWORD)
        password = PASSWORD
    key = contents.open_contents(data, bytearray(password.encode())).key
    assert key is not None
    return data, password, key.public_key


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_file_is_our_error_or_the_same_key(
    good: tuple[bytes, str, bytes], tmp_path: Path, data: st.DataObject
):
    """No change of a file makes the reader fall over or gives another key."""
    raw, password = bytearray(good[0]), bytearray(good[1].encode())
    request = methods.PfxOpenRequest(path=written(tmp_path, bytes(raw)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    written(tmp_path, bytes(raw))
    try:
        container = open_pfx(request, Context(None, password))
    except RoscherkError:
        return
    assert container.public_key in {None, good[2]}


@settings(max_examples=200)
@given(raw=st.binary(max_size=200))
def test_random_private_key_is_our_error(raw: bytes):
    """Whatever the octets are, a reader of keys answers with one of two errors."""
    try:
        pkcs8.read_plain(views.read(raw))
    except (RoscherkError, der.DerError):
        return
    pytest.fail("a key out of random octets")


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_changed_private_key_is_our_error_or_a_key(data: st.DataObject):
    """Octets changed in a plain PKCS #8, GOST or not: a key, or one of the two errors."""
    algorithm = data.draw(st.sampled_from([KeyAlgorithm.GOST_512, KeyAlgorithm.ECDSA_P256]))
    raw = bytearray(_plain(algorithm))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    with suppress(RoscherkError, der.DerError):
        assert pkcs8.read_plain(views.read(bytes(raw))).public_key


@cache
def _plain(algorithm: KeyAlgorithm) -> bytes:
    return bytes(
        writing.private_key_info(
            writing.Exported(algorithm=algorithm, key=make_key(algorithm), certificate=None)
        )
    )
