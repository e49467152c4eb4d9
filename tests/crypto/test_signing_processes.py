"""Signing through real workers with a key of the program's own store, kills included."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from signing_lab import facts_of, others, refused
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import Encoding, SignRequest
from app.crypto.signing.door import Signing
from app.errors import ErrorCode
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.tokens.model import Container
from app.tokens.pin import Secret
from app.tokens.store import Store

LARGE = 48 << 20


@pytest.fixture(scope="module")
def workers() -> Iterator[Pool]:
    """Return the program's own workers."""
    with Pool("worker", size=1) as pool:
        yield pool


@pytest.fixture(scope="module")
def store(workers: Pool, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store of containers."""
    return Store(tmp_path_factory.mktemp("store"), workers)


@pytest.fixture(scope="module")
def container(store: Store) -> Container:
    """Return a GOST key of the store with a certificate."""
    made = store.create("Иван", KeyAlgorithm.GOST_256, Secret.of_text("пароль"))
    pki = pki_of(KeyAlgorithm.GOST_256)
    certificate = pki.issue(made.public_key)
    return store.install_certificate(made, certificate, (pki.ca,))


@pytest.fixture
def door(workers: Pool, store: Store) -> Signing:
    """Return the door over these workers and this store."""
    return Signing(workers, store)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return a file that takes a moment."""
    path = tmp_path / "большой.bin"
    path.write_bytes(os.urandom(1 << 20) * (LARGE >> 20))
    return path


def request_of(source: Path, container: Container, **changes: object) -> SignRequest:
    """Return a request for now."""
    request = SignRequest(source=source, container=container, signing_time=datetime.now(UTC))
    return replace(request, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("encoding", list(Encoding))
def test_signed_by_processes(
    source: Path,
    door: Signing,
    container: Container,
    attached: bool,
    encoding: Encoding,
):
    """Prepare, sign, finish: each in its place, the result good."""
    request = request_of(source, container, attached=attached, encoding=encoding)
    with Secret.of_text("пароль") as secret:
        signed = door.sign(request, secret)
    facts = facts_of(signed)
    assert (facts.signature_verifies, facts.digest_matches) == (True, True)
    assert signed.created_with == "libgcrypt"


def test_wrong_password(tmp_path: Path, source: Path, door: Signing, container: Container):
    """A wrong password is told and leaves nothing; the next request works."""
    request = request_of(source, container, attached=True)
    with Secret.of_text("не тот") as secret:
        assert refused(lambda: door.sign(request, secret)).code is ErrorCode.PASSWORD_WRONG
    assert refused(lambda: door.sign(request)).code is ErrorCode.PASSWORD_NEEDED
    assert others(tmp_path) == [source.name]
    with Secret.of_text("пароль") as secret:
        assert door.sign(request, secret).target.exists()


@pytest.mark.parametrize("how", ["kill", "cancel"])
def test_stopped_in_the_middle(
    tmp_path: Path, large: Path, workers: Pool, door: Signing, container: Container, *, how: str
):
    """A worker killed or called off in the middle costs one error; nothing half-written stays."""
    cancel = Cancel()
    began = threading.Event()
    request = request_of(large, container, attached=True)

    def stop() -> None:
        began.wait(10)
        if how == "cancel":
            cancel.cancel()
            return
        for pid in workers.pids():
            os.kill(pid, signal.SIGKILL)

    stopper = threading.Thread(target=stop)
    stopper.start()
    with Secret.of_text("пароль") as secret:
        started = time.monotonic()
        error = refused(
            lambda: door.sign(request, secret, lambda _done, _total: began.set(), cancel)
        )
        assert time.monotonic() - started < 5
        stopper.join()
        expected = ErrorCode.CANCELLED if how == "cancel" else ErrorCode.CHILD_CRASHED
        assert error.code is expected
        assert others(tmp_path) == [large.name]
        signed = door.sign(request, secret)
    assert facts_of(signed).digest_matches


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
@pytest.mark.parametrize("encoding", list(Encoding))
def test_memory_of_a_worker(large: Path, store: Store, container: Container, encoding: Encoding):
    """A worker that signs a large file around its content stays small."""
    with Pool("worker", size=1) as fresh, Secret.of_text("пароль") as secret:
        signed = Signing(fresh, store).sign(
            request_of(large, container, attached=True, encoding=encoding), secret
        )
        (pid,) = fresh.pids()
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    assert signed.size > LARGE
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    assert int(peak.split()[1]) < 150 << 10  # kilobytes
