"""Certificates and keys written to a token, pairs destroyed on it: on SoftHSM2, by our own host."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stand_ins.pki import pki_of
from stand_ins.softhsm import PIN, Shim, SoftToken, make_token

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens.model import Container, ContainerState, Module, Token
from app.tokens.pin import Secret
from app.tokens.token_objects import TokenObjects
from app.tokens.token_place import TokenPlace

PlaceOf = Callable[[Module], TokenPlace]
Door = tuple[TokenPlace, TokenObjects]


@dataclass(frozen=True)
class Bench:
    """A token of its own, its place, and the door that writes."""

    soft: SoftToken
    place: TokenPlace
    door: TokenObjects

    @property
    def token(self) -> Token:
        """The token as it describes itself."""
        return next(each for each in self.place.tokens() if each.flags.initialised)

    def named(self, label: str, state: ContainerState | None = None) -> Container:
        """Return the one container of this label."""
        found = [each for each in self.place.containers() if each.label == label]
        found = [each for each in found if state in {None, each.state}]
        assert len(found) == 1, found
        return found[0]


class OnePlace:
    """The places of one module."""

    def __init__(self, place: TokenPlace) -> None:
        self.place = place

    def place_of_token(self, token: Token) -> TokenPlace:
        """Return it."""
        assert token.module == self.place.module.path
        return self.place


@pytest.fixture
def bench(
    tmp_path: Path, place_of: PlaceOf, workers: Pool, monkeypatch: pytest.MonkeyPatch
) -> Bench:
    """Return a fresh token with one key: ``ec`` (0A), without a certificate."""
    monkeypatch.setenv("SOFTHSM2_CONF", "")  # put back at the end
    soft = make_token(tmp_path / "soft")
    soft.add(
        "ec", "0a", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", certificate=False
    )
    place = place_of(soft.module)
    return Bench(soft, place, TokenObjects(lambda: OnePlace(place), workers))


@pytest.fixture
def shimmed_door(bench: Bench, shim: Shim, place_of: PlaceOf, workers: Pool) -> Door:
    """Return the place and the door of the fresh token, behind a shim."""
    assert bench.soft.module.path != shim.module.path
    place = place_of(shim.module)
    return place, TokenObjects(lambda: OnePlace(place), workers)


@contextmanager
def refused(code: ErrorCode) -> Iterator[None]:
    """Expect an error of this code."""
    with pytest.raises(RoscherkError) as caught:
        yield
    assert caught.value.code is code, caught.value


def pin(text: str = PIN) -> Secret:
    """Return a PIN."""
    return Secret.of_text(text)


def ids(soft: SoftToken, kind: str) -> list[str]:
    """Return the CKA_IDs that OpenSC's own tool sees."""
    told = soft.tool("--list-objects", "--type", kind)
    return [line.split()[-1] for line in told.splitlines() if line.strip().startswith("ID:")]


def issue(public_key: bytes | None, later: int = 0) -> bytes:
    """Issue a certificate for a key, later ones of a later year."""
    assert public_key is not None
    begin = datetime(2024 + later, 1, 1, tzinfo=UTC)
    return pki_of(KeyAlgorithm.ECDSA_P256).issue(public_key, not_before=begin)


def test_certificate_gets_the_id_of_its_key(bench: Bench) -> None:
    """Other programs pair by CKA_ID: the tool of OpenSC sees the same id."""
    container = bench.named("ec", ContainerState.NO_CERTIFICATE)
    certificate = issue(container.public_key)
    changed = bench.door.put_certificate(container, certificate, pin())
    assert changed.certificate == certificate
    assert changed.state is ContainerState.OK
    assert ids(bench.soft, "cert") == ["0a"] == ids(bench.soft, "pubkey")
    key = bench.place.open(changed)
    assert key.sign_digest("sha256", bytes(32), pin())


def test_certificate_that_is_there_gets_the_right_id(bench: Bench, tmp_path: Path) -> None:
    """A certificate that other software wrote under another id is not written twice."""
    container = bench.named("ec")
    certificate = issue(container.public_key)
    file = tmp_path / "own.cer"
    file.write_bytes(certificate)
    bench.soft.put_certificate(file, "77", "own")
    bench.door.put_certificate(bench.named("own"), certificate, pin())
    assert ids(bench.soft, "cert") == ["0a"]


def test_renewed_certificate_takes_the_place_of_the_old(bench: Bench) -> None:
    """The new one is there before the old one goes; an authority's certificate is not touched."""
    container = bench.named("ec")
    old = bench.door.put_certificate(container, issue(container.public_key), pin())
    new = issue(container.public_key, 1)
    changed = bench.door.put_certificate(old, new, pin())
    assert changed.certificate == new
    assert [each.certificate for each in bench.place.containers()] == [new]


def test_wrong_pin_changes_nothing_and_is_not_repeated(shimmed_door: Door, shim: Shim) -> None:
    """One C_Login, an error, and the token as it was."""
    place, door = shimmed_door
    (container,) = place.containers()
    with refused(ErrorCode.PIN_WRONG):
        door.put_certificate(container, issue(container.public_key), pin("0000"))
    with refused(ErrorCode.PIN_WRONG):
        door.destroy(container, pin("1111"))
    assert shim.count("C_Login") == 2
    assert place.containers()[0].state is ContainerState.NO_CERTIFICATE
    assert shim.count("C_CreateObject") == shim.count("C_DestroyObject") == 0


def test_failed_write_leaves_the_old_certificate(shimmed_door: Door, shim: Shim) -> None:
    """A token that is full, or fails in the middle, keeps what it had."""
    place, door = shimmed_door
    (container,) = place.containers()
    old = door.put_certificate(container, issue(container.public_key), pin())
    for order, code in (
        ("C_CreateObject=0x31", ErrorCode.TOKEN_FULL),
        ("C_CreateObject=0xE2", ErrorCode.TOKEN_READ_ONLY),
        ("C_CreateObject=0x30", ErrorCode.TOKEN_ERROR),
    ):
        shim.order(order)
        with refused(code):
            door.put_certificate(old, issue(container.public_key, 2), pin())
        shim.order()
        assert [each.certificate for each in place.containers()] == [old.certificate]


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (KeyAlgorithm.RSA, ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")),
        (KeyAlgorithm.ECDSA_P256, ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")),
        (KeyAlgorithm.ECDSA_P521, ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521")),
    ],
)
def test_key_file_is_written_to_the_token(
    bench: Bench, tmp_path: Path, kind: KeyAlgorithm, arguments: tuple[str, ...]
) -> None:
    """A key out of OpenSSL's PKCS#12 signs on the token, stays there, and the file is untouched."""
    pfx = make_pfx(tmp_path, *arguments)
    before = pfx.read_bytes()
    made = bench.door.put_key(pfx, bench.token, "Перенесённый", pin("secret"), pin())
    assert (made.algorithm, made.state, made.label) == (kind, ContainerState.OK, "Перенесённый")
    assert pfx.read_bytes() == before
    key = bench.place.open(made)
    digest = {KeyAlgorithm.ECDSA_P521: "sha512"}.get(kind, "sha256")
    size = {"sha256": 32, "sha512": 64}[digest]
    assert key.sign_digest(digest, bytes(size), pin())
    shown = bench.soft.tool("--list-objects", "--type", "privkey")
    assert shown.count("sensitive") == 2
    assert "extractable" not in shown.split("Перенесённый")[1].replace("never extractable", "")
    with refused(ErrorCode.KEY_ON_TOKEN):
        bench.door.put_key(pfx, bench.token, "Ещё раз", pin("secret"), pin())


def test_wrong_password_sends_no_pin(shimmed_door: Door, shim: Shim, tmp_path: Path) -> None:
    """The file is opened first; a token that takes no keys says so and keeps nothing."""
    place, door = shimmed_door
    token = next(each for each in place.tokens() if each.flags.initialised)
    pfx = make_pfx(tmp_path, "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    with refused(ErrorCode.PASSWORD_WRONG):
        door.put_key(pfx, token, "x", pin("wrong"), pin())
    assert shim.count("C_Login") == 0
    shim.order("C_CreateObject=0x54")
    with refused(ErrorCode.TOKEN_TAKES_NO_KEYS):
        door.put_key(pfx, token, "x", pin("secret"), pin())
    shim.order()
    assert len(place.containers()) == 1


def test_exactly_one_pair_is_destroyed(bench: Bench, tmp_path: Path) -> None:
    """Of two keys and their certificates the other stays, and signs."""
    pfx = make_pfx(tmp_path, "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    other = bench.door.put_key(pfx, bench.token, "Другой", pin("secret"), pin())
    container = bench.named("ec")
    container = bench.door.put_certificate(container, issue(container.public_key), pin())
    done = bench.door.destroy(container, pin())
    assert set(done) == {"private_key", "public_key", "certificate"}
    assert [each.label for each in bench.place.containers()] == ["Другой"]
    assert len(ids(bench.soft, "privkey")) == len(ids(bench.soft, "cert")) == 1
    assert bench.place.open(other).sign_digest("sha256", bytes(32), pin())


def test_key_that_nobody_can_tell_is_not_destroyed(bench: Bench) -> None:
    """Two keys under one id: EC keys do not show which is which, so none is touched."""
    made = bench.soft.folder / "twin.der"
    command = ["openssl", "genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt"]
    command += ["ec_paramgen_curve:P-256", "-outform", "DER", "-out", str(made)]
    subprocess.run(command, check=True)
    bench.soft.tool("--write-object", made, "--type", "privkey", "--id", "0a", "--label", "twin")
    before = bench.soft.tool("--list-objects")
    victim = next(each for each in bench.place.containers() if each.label == "ec")
    with refused(ErrorCode.KEY_AMBIGUOUS):
        bench.door.destroy(victim, pin())
    assert bench.soft.tool("--list-objects") == before


def test_another_token_in_the_slot_is_not_touched(bench: Bench) -> None:
    """The serial number is compared before any PIN is sent."""
    container = bench.named("ec")
    assert container.token is not None
    strange = replace(container, token=replace(container.token, serial="0000000000000000"))
    with refused(ErrorCode.TOKEN_NOT_FOUND):
        bench.door.destroy(strange, pin())
    assert bench.named("ec")


def make_pfx(folder: Path, *arguments: str) -> Path:
    """Make a key and its certificate by OpenSSL, in a PKCS #12 file under ``secret``."""
    key, certificate, pfx = folder / "k.pem", folder / "c.pem", folder / "k.pfx"
    for command in (
        ["genpkey", "-quiet", *arguments, "-out", key],
        ["req", "-x509", "-key", key, "-subj", "/CN=Import", "-days", "3650", "-out", certificate,
         "-addext", "basicConstraints=critical,CA:FALSE"],
        ["pkcs12", "-export", "-inkey", key, "-in", certificate, "-out", pfx,
         "-passout", "pass:secret", "-name", "Import"],
    ):  # fmt: skip
        done = subprocess.run(["openssl", *command], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    return pfx


@pytest.mark.parametrize("moment", ["C_CreateObject=crash@1", "C_DestroyObject=crash@1"])
def test_host_killed_while_renewing_keeps_old_or_new(
    shimmed_door: Door, shim: Shim, moment: str
) -> None:
    """Before the writing the old one is there, before the destroying both; a retry ends it."""
    place, door = shimmed_door
    (container,) = place.containers()
    old = door.put_certificate(container, issue(container.public_key), pin())
    new = issue(container.public_key, 3)
    shim.order(moment)
    with refused(ErrorCode.MODULE_CRASHED):
        door.put_certificate(old, new, pin())
    shim.order()
    kept = {each.certificate for each in place.containers()}
    assert kept == {old.certificate} | ({new} if "Destroy" in moment else set())
    assert all(each.state is ContainerState.OK for each in place.containers())
    door.put_certificate(old, new, pin())
    assert [each.certificate for each in place.containers()] == [new]


@pytest.mark.parametrize("call", [2, 3])
def test_host_killed_while_importing_can_begin_again(
    bench: Bench, shimmed_door: Door, shim: Shim, tmp_path: Path, call: int
) -> None:
    """The file is untouched; what a broken import left is completed, not doubled."""
    place, door = shimmed_door
    token = next(each for each in place.tokens() if each.flags.initialised)
    pfx = make_pfx(tmp_path, "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    before = pfx.read_bytes()
    shim.order(f"C_CreateObject=crash@{call}")
    with refused(ErrorCode.MODULE_CRASHED):
        door.put_key(pfx, token, "Новый", pin("secret"), pin())
    shim.order()
    assert pfx.read_bytes() == before
    if call < 3:
        made = door.put_key(pfx, token, "Новый", pin("secret"), pin())
    else:
        with refused(ErrorCode.KEY_ON_TOKEN):
            door.put_key(pfx, token, "Новый", pin("secret"), pin())
        bare = next(each for each in place.containers() if each.label == "Новый")
        made = door.put_certificate(bare, certificate_of(pfx), pin())
    assert made.state is ContainerState.OK
    assert place.open(made).sign_digest("sha256", bytes(32), pin())
    assert len(ids(bench.soft, "privkey")) == len(ids(bench.soft, "pubkey")) == 2


@pytest.mark.parametrize("call", [1, 2, 3])
def test_host_killed_while_destroying_can_begin_again(
    bench: Bench, shimmed_door: Door, shim: Shim, call: int
) -> None:
    """The certificate goes last, so the pair is still named, and the rest can be destroyed."""
    place, door = shimmed_door
    (container,) = place.containers()
    container = door.put_certificate(container, issue(container.public_key), pin())
    shim.order(f"C_DestroyObject=crash@{call}")
    with refused(ErrorCode.MODULE_CRASHED):
        door.destroy(container, pin())
    shim.order()
    (left,) = place.containers()
    assert left.certificate == container.certificate
    door.destroy(left, pin())
    assert place.containers() == ()
    assert bench.soft.tool("--list-objects").count("Object") == 0


def certificate_of(pfx: Path) -> bytes:
    """Return the certificate beside a key file that `make_pfx` made."""
    command = ["openssl", "x509", "-in", str(pfx.with_name("c.pem")), "-outform", "DER"]
    return subprocess.run(command, capture_output=True, check=True).stdout
