"""Signing when something is wrong: bad input, wrong keys, full disks, changes meanwhile."""

import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from signing_lab import (
    QUICK,
    TEXT,
    InlineWorkers,
    LabKey,
    others,
    refused,
    request_for,
    sign_with,
)
from stand_ins.pki import make_pki, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto import saving
from app.crypto.certificates import building
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.cms.output import CopyingReader
from app.crypto.model import Encoding, SignatureFormat
from app.crypto.signing import cades as signing_cades
from app.crypto.signing.door import Signing
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.tokens.model import Container, ContainerState


def test_missing_and_odd_sources(tmp_path: Path):
    """What cannot be signed is refused by its own name before the key is asked."""
    empty, fifo, unreadable = tmp_path / "empty", tmp_path / "fifo", tmp_path / "unreadable"
    empty.write_bytes(b"")
    os.mkfifo(fifo)
    unreadable.write_bytes(b"x")
    unreadable.chmod(0)
    cases = [
        (tmp_path / "none", ErrorCode.FILE_NOT_FOUND),
        (empty, ErrorCode.FILE_EMPTY),
        (tmp_path, ErrorCode.FILE_IS_FOLDER),
        (fifo, ErrorCode.FILE_NOT_REGULAR),
        (Path("/dev/null"), ErrorCode.FILE_NOT_REGULAR),
    ]
    if os.geteuid() != 0:
        cases.append((unreadable, ErrorCode.FILE_UNREADABLE))
    before = others(tmp_path)
    for path, code in cases:
        key = LabKey(pki_of(QUICK))
        for options in ({}, {"attached": True}, {"format": SignatureFormat.PADES}):
            error = refused(lambda p=path, k=key, o=options: sign_with(request_for(p, **o), key=k))
            assert error.code is code, path
        assert key.asked == 0
    assert others(tmp_path) == before


def refusing(error: int, wanted: Callable[[Path, int], object]) -> Callable[..., int]:
    """Return an `os.open` that fails for some files."""
    real = os.open

    def call(path: str, flags: int, *rest: int, **options: int) -> int:
        if wanted(Path(path), flags):
            raise OSError(error, os.strerror(error))
        return real(path, flags, *rest, **options)

    return call


def test_unreadable_source(source: Path, monkeypatch: pytest.MonkeyPatch):
    """A file without the right to read it is told as such."""
    monkeypatch.setattr(os, "open", refusing(errno.EACCES, lambda path, _: path == source))
    assert refused(lambda: sign_with(request_for(source))).code is ErrorCode.FILE_UNREADABLE


def test_long_names_and_paths(tmp_path: Path):
    """A name that grows too long is refused before the key is asked; a deep path is no matter."""
    source = tmp_path / ("д" * 125 + ".docx")
    source.write_bytes(b"x")
    key = LabKey(pki_of(QUICK))
    error = refused(lambda: sign_with(request_for(source), key=key))
    assert error.code is ErrorCode.TARGET_NAME_TOO_LONG
    assert key.asked == 0
    deep = tmp_path.joinpath(*["п" * 100] * 15)
    deep.mkdir(parents=True)
    document = deep / "a.txt"
    document.write_bytes(b"x")
    assert sign_with(request_for(document)).target.exists()


def test_folder_that_is_not_writable(source: Path, monkeypatch: pytest.MonkeyPatch):
    """An unwritable folder shows before the key is asked."""
    monkeypatch.setattr(os, "open", refusing(errno.EROFS, lambda _, flags: flags & os.O_CREAT))
    key = LabKey(pki_of(QUICK))
    error = refused(lambda: sign_with(request_for(source), key=key))
    assert error.code is ErrorCode.TARGET_UNWRITABLE
    assert key.asked == 0


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("step", ["sign_prepare", "sign_finish"])
def test_full_disk(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, attached: bool, step: str
):
    """A disk that fills up at any stage leaves the original and nothing else."""

    def fill_up(task: str) -> None:
        if task == step:

            def full(_self: object, _data: object) -> int:
                raise OSError(errno.ENOSPC, "full")

            monkeypatch.setattr(saving._WholeFile, "write", full)

    if step == "sign_prepare" and not attached:
        monkeypatch.setattr(saving.AtomicFile, "create", _no_space)
    workers = InlineWorkers(fill_up)
    error = refused(lambda: sign_with(request_for(source, attached=attached), workers=workers))
    assert error.code is ErrorCode.DISK_FULL
    assert others(tmp_path) == [source.name]
    assert source.read_bytes() == TEXT


def _no_space(*_arguments: object) -> None:
    raise RoscherkError(ErrorCode.DISK_FULL)


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(TEXT + b"!"),
        lambda path: path.write_bytes(TEXT[:-1] + b"!"),
        lambda path: path.unlink(),
        lambda path: _copy(path).replace(path),
        lambda path: os.utime(path, (1, 1)),
    ],
)
def test_document_that_changes_meanwhile(
    tmp_path: Path, source: Path, attached: bool, change: Callable[[Path], object]
):
    """A document changed between hashing and saving is not signed."""

    def before(task: str) -> None:
        if task == "sign_finish":
            change(source)

    error = refused(
        lambda: sign_with(request_for(source, attached=attached), workers=InlineWorkers(before))
    )
    assert error.code is ErrorCode.FILE_CHANGED
    assert others(tmp_path, source) == []


def _copy(path: Path) -> Path:
    twin = path.with_name("twin")
    twin.write_bytes(path.read_bytes())
    return twin


@pytest.mark.parametrize("attached", [False, True])
def test_document_that_grows_while_it_is_read(
    source: Path, monkeypatch: pytest.MonkeyPatch, attached: bool
):
    """A document written to while it is hashed is not signed; the key is not asked."""
    real = signing_cades.CopyingReader.readinto
    writing_goes_on = [True]

    def readinto(reader: CopyingReader, buffer: bytearray | memoryview) -> int:
        if writing_goes_on:
            writing_goes_on.clear()
            with source.open("ab") as file:
                file.write(b"!")
        return real(reader, buffer)

    monkeypatch.setattr(CopyingReader, "readinto", readinto)
    key = LabKey(pki_of(QUICK))
    error = refused(lambda: sign_with(request_for(source, attached=attached), key=key))
    assert error.code is ErrorCode.FILE_CHANGED
    assert key.asked == 0


def key_period(begin: datetime, end: datetime) -> tuple[building.ExtensionSpec, ...]:
    """Return the extension that limits the use of the private key."""
    return (building.private_key_period(begin, end),)


EARLY, LATE = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "code", "what"),
    [
        ({"not_after": EARLY}, ErrorCode.CERTIFICATE_EXPIRED, "certificate"),
        ({"not_before": LATE}, ErrorCode.CERTIFICATE_NOT_YET_VALID, "certificate"),
        ({"extensions": key_period(EARLY, EARLY)}, ErrorCode.CERTIFICATE_EXPIRED, "key"),
        ({"extensions": key_period(LATE, LATE)}, ErrorCode.CERTIFICATE_NOT_YET_VALID, "key"),
    ],
)
def test_certificates_out_of_force(
    source: Path, changes: dict[str, Any], code: ErrorCode, what: str
):
    """Neither an expired certificate nor an expired key signs; the key is not asked."""
    pki = pki_of(QUICK)
    key = LabKey(pki)
    request = request_for(source, container_certificate=pki.issue(**changes))
    error = refused(lambda: sign_with(request, key=key))
    assert (error.code, error.facts["what"]) == (code, what)
    assert key.asked == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"certificate": None}, ErrorCode.CERTIFICATE_MISSING),
        ({"certificate": b"rubbish"}, ErrorCode.CERTIFICATE_DAMAGED),
        ({"state": ContainerState.MISMATCH}, ErrorCode.CERTIFICATE_KEY_MISMATCH),
        ({"algorithm": KeyAlgorithm.RSA}, ErrorCode.CERTIFICATE_KEY_MISMATCH),
    ],
)
def test_containers_that_do_not_fit(source: Path, changes: dict[str, Any], code: ErrorCode):
    """No certificate, a broken one, one of another key: refused."""
    options = {f"container_{name}": value for name, value in changes.items()}

    class AnyKey:
        def open(self, _container: Container) -> LabKey:
            return LabKey(pki_of(QUICK))

    door = Signing(InlineWorkers(), AnyKey())  # type: ignore[arg-type]
    assert refused(lambda: door.sign(request_for(source, **options))).code is code


def test_keys_we_do_not_sign_with(source: Path):
    """Pure EdDSA signs no digests."""
    pki = pki_of(QUICK)
    certificate = pki.issue(EphemeralKey.generate(KeyAlgorithm.ED25519).public)
    request = request_for(
        source, container_certificate=certificate, container_algorithm=KeyAlgorithm.ED25519
    )
    assert refused(lambda: sign_with(request)).code is ErrorCode.KEY_UNSUPPORTED


def _other_key(signature: bytes) -> bytes:
    return make_pki(QUICK).leaf_key.sign(signature)


@pytest.mark.parametrize(
    "twist",
    [
        lambda signature: signature[:-1] + bytes((signature[-1] ^ 1,)),
        lambda signature: signature[:-1],
        lambda _: b"",
        lambda signature: bytes(len(signature)),
        _other_key,
    ],
)
@pytest.mark.parametrize("attached", [False, True])
def test_wrong_signatures_are_never_saved(
    tmp_path: Path, source: Path, twist: Callable[[bytes], bytes], attached: bool
):
    """Whatever a key or token gives that is not the signature is caught (decision 4)."""
    key = LabKey(pki_of(QUICK), twist)
    error = refused(lambda: sign_with(request_for(source, attached=attached), key=key))
    assert (error.code, error.facts["step"]) == (ErrorCode.SELF_CHECK_FAILED, "signature")
    assert key.asked == 1
    assert others(tmp_path) == [source.name]


def test_certificate_of_another_key(source: Path):
    """A certificate that does not belong to the key is noticed by the first signature."""
    pki = pki_of(QUICK)
    foreign = pki.issue(make_pki(QUICK).leaf_key.public)
    error = refused(lambda: sign_with(request_for(source, container_certificate=foreign)))
    assert error.code is ErrorCode.SELF_CHECK_FAILED


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("encoding", list(Encoding))
def test_writing_errors_are_caught_by_reading_back(
    tmp_path: Path,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    attached: bool,
    encoding: Encoding,
):
    """A disk that loses a bit between writing and reading is noticed before saving."""
    real = signing_cades.open_cms

    def damage(path: Path, progress: object) -> object:
        data = bytearray(path.read_bytes())
        at = data.index(b"\n") + 1 if encoding is Encoding.BASE64 else len(data) - 3
        data[at] ^= 1
        path.write_bytes(data)
        return real(path, progress)

    monkeypatch.setattr(signing_cades, "open_cms", damage)
    request = request_for(source, attached=attached, encoding=encoding)
    error = refused(lambda: sign_with(request))
    assert error.code in {ErrorCode.SELF_CHECK_FAILED, ErrorCode.FORMAT_DAMAGED}
    assert others(tmp_path) == [source.name]


def test_cancelled_before_the_key(tmp_path: Path, source: Path):
    """Work called off after preparing does not ask the key and leaves nothing."""
    cancel = Cancel()
    cancel.cancel()
    key = LabKey(pki_of(QUICK))
    error = refused(lambda: sign_with(request_for(source, attached=True), key=key, cancel=cancel))
    assert error.code is ErrorCode.CANCELLED
    assert key.asked == 0
    assert others(tmp_path) == [source.name]


def test_key_that_fails(tmp_path: Path, source: Path):
    """An error of the key passes through unchanged; nothing is left."""

    class Locked(LabKey):
        def sign_digest(self, *_arguments: object) -> bytes:
            raise RoscherkError(ErrorCode.PIN_LOCKED, tries_left=0)

    error = refused(
        lambda: sign_with(request_for(source, attached=True), key=Locked(pki_of(QUICK)))
    )
    assert error.code is ErrorCode.PIN_LOCKED
    assert others(tmp_path) == [source.name]


def test_worker_that_dies(tmp_path: Path, source: Path):
    """What a killed worker left behind is removed by the door."""

    class Dying(InlineWorkers):
        def run(self, *arguments: object, **options: object) -> object:
            super().run(*arguments, **options)  # type: ignore[arg-type]
            raise RoscherkError(ErrorCode.CHILD_CRASHED)

    request = request_for(source, attached=True)
    assert refused(lambda: sign_with(request, workers=Dying())).code is ErrorCode.CHILD_CRASHED
    assert others(tmp_path) == [source.name]
