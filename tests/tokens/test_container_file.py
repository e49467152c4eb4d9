"""The form of container files: damage, forgery, bounded cost, and nothing left in memory."""

import hashlib
import os
import secrets
import struct
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import memory_scan
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens import filekeys, signing_keys
from app.tokens.container_file import Argon2idParameters, ContainerFile, OpenHeader, SealedHeader

HERE = Path(__file__).parent


def code_of(caught: pytest.ExceptionInfo[RoscherkError]) -> ErrorCode:
    """Return the code of the error that was raised."""
    return caught.value.code


def make_file(folder: Path) -> Path:
    """Write a container with the password ``one`` in this process."""
    path = folder / "Ключ.container"
    filekeys.create(
        methods.StoreCreateRequest(path=path, algorithm=KeyAlgorithm.ECDSA_P256),
        Context(None, bytearray(b"one")),
    )
    return path


@pytest.fixture(scope="module")
def container_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of one container with the password ``one``."""
    return make_file(tmp_path_factory.mktemp("file")).read_bytes()


@settings(max_examples=300)
@given(data=st.data())
def test_every_changed_byte_is_damage(container_bytes: bytes, data: st.DataObject):
    """A changed byte is told from a wrong password."""
    at = data.draw(st.integers(0, len(container_bytes) - 1))
    changed = bytearray(container_bytes)
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(RoscherkError) as caught:
        ContainerFile.parse(bytes(changed))
    assert code_of(caught) is ErrorCode.CONTAINER_DAMAGED


@settings(max_examples=300)
@given(data=st.data())
def test_hostile_file_with_a_right_checksum_is_our_error(
    container_bytes: bytes, data: st.DataObject
):
    """A file forged on purpose is refused or read; nothing else happens."""
    body = bytearray(container_bytes[:-32])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    with suppress(RoscherkError):
        ContainerFile.parse(bytes(body) + hashlib.sha256(body).digest())


@given(st.binary(max_size=400))
def test_random_bytes_are_our_error(raw: bytes):
    """Anything that is no container is called damaged."""
    with pytest.raises(RoscherkError) as caught:
        ContainerFile.parse(raw)
    assert code_of(caught) is ErrorCode.CONTAINER_DAMAGED


@pytest.mark.parametrize(
    "parameters",
    [
        Argon2idParameters(salt=bytes(16), memory_kib=1 << 30),
        Argon2idParameters(salt=bytes(16), iterations=1_000_000),
        Argon2idParameters(salt=bytes(16), lanes=64),
        Argon2idParameters(salt=b"short"),
    ],
)
def test_cost_of_opening_is_bounded(parameters: Argon2idParameters):
    """A file that asks for a gigabyte or for an hour is refused before the work begins."""
    sealed = SealedHeader(
        algorithm=KeyAlgorithm.RSA,
        public_key=b"",
        created=datetime.now(UTC),
        practice=False,
        kdf=parameters,
        nonce=bytes(12),
    )
    good = ContainerFile.lock(sealed, OpenHeader(), bytearray(b"key"), bytearray(b"one"))
    forged = ContainerFile(sealed, good.opened, hostile_prefix(sealed), good.ciphertext)
    with pytest.raises(RoscherkError) as caught:
        ContainerFile.parse(forged.dump())
    assert caught.value.facts["reason"] == "parameters"


def hostile_prefix(sealed: SealedHeader) -> bytes:
    """Write a sealed header as the program would never do."""
    header = msgspec.json.encode(sealed)
    return struct.pack(">8sHI", b"ROSCHERK", 1, len(header)) + header


def test_sealed_header_cannot_be_exchanged(container_bytes: bytes):
    """A public key that was put in place of the real one makes the key unreadable."""
    file = ContainerFile.parse(container_bytes)
    other = signing_keys.make_key(KeyAlgorithm.ECDSA_P256).public_key
    sealed = SealedHeader(
        algorithm=file.sealed.algorithm,
        public_key=other,
        created=file.sealed.created,
        practice=file.sealed.practice,
        kdf=file.sealed.kdf,
        nonce=file.sealed.nonce,
    )
    forged = ContainerFile(sealed, file.opened, hostile_prefix(sealed), file.ciphertext)
    with pytest.raises(RoscherkError) as caught:
        ContainerFile.parse(forged.dump()).unlock(bytearray(b"one"))
    assert code_of(caught) is ErrorCode.PASSWORD_WRONG


def test_decrypted_key_is_wiped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """After a signature nothing of the key is left in its buffer."""
    path = make_file(tmp_path)
    seen: list[bytearray] = []
    unlock = ContainerFile.unlock

    def spy(file: ContainerFile, secret: bytearray) -> bytearray:
        seen.append(unlock(file, secret))
        assert any(seen[-1])
        return seen[-1]

    monkeypatch.setattr(ContainerFile, "unlock", spy)
    request = methods.FileSignRequest(path=path, digest_name="sha256", digest=bytes(32))
    assert filekeys.sign(request, Context(None, bytearray(b"one")))
    assert len(seen) == 1
    assert not any(seen[0])


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.ECDSA_P256, KeyAlgorithm.GOST_256])
def test_new_key_is_wiped_where_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, algorithm: KeyAlgorithm
):
    """After a container is written the plain key is gone, also when writing failed."""
    made: list[signing_keys.NewKey] = []

    def spy(kind: KeyAlgorithm, **more: object) -> signing_keys.NewKey:
        made.append(signing_keys.make_key(kind, **more))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(filekeys, "make_key", spy)
    request = methods.StoreCreateRequest(path=tmp_path / "К.container", algorithm=algorithm)
    filekeys.create(request, Context(None, bytearray(b"one")))
    nowhere = methods.StoreCreateRequest(path=tmp_path / "К.container" / "x", algorithm=algorithm)
    with pytest.raises(RoscherkError) as caught:
        filekeys.create(nowhere, Context(None, bytearray(b"one")))
    assert code_of(caught) is ErrorCode.TARGET_UNWRITABLE
    assert len(made) == 2
    assert not any(made[0].private)
    assert not any(made[1].private)


def test_bytes_of_a_library_are_wiped():
    """The one copy that cannot be avoided is overwritten in place."""
    plain = bytes(bytearray(b"private key of a library"))
    signing_keys.wipe_bytes(plain)
    assert plain == bytes(24)


def test_full_disk_leaves_the_old_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """When the new file cannot be written, the old one stays and nothing lies beside it."""
    path = make_file(tmp_path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    both = bytearray(struct.pack(">I", 3) + b"onetwo")
    with pytest.raises(RoscherkError) as caught:
        filekeys.change_password(methods.StoreFileRequest(path=path), Context(None, both))
    assert code_of(caught) is ErrorCode.DISK_FULL
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_password_is_not_left_in_memory(tmp_path: Path):
    """After the work the process holds the password nowhere, freed memory included."""
    password = secrets.token_hex(16).encode()
    command = [sys.executable, str(HERE / "memory_scan.py"), str(tmp_path)]
    done = subprocess.run(
        [*command, password.translate(memory_scan.TABLE).hex()],
        input=password,
        env=os.environ | {"PYTHONPATH": str(HERE.parent.parent)},
        capture_output=True,
        check=True,
    )
    # The search finds what is there: the buffer itself, and then nothing.
    assert done.stdout.split() == [b"1", b"0"]
