"""The door of signing over workers that live in the test's own process, values sent by wire."""

import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from stand_ins.pki import Pki, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto import methods
from app.crypto.cms.checking import check_cms
from app.crypto.cms.reading import open_cms, read_content
from app.crypto.model import SignedFile, SignRequest
from app.crypto.signing import tasks as signing_tasks
from app.crypto.signing.door import Signing
from app.crypto.verdict.facts import SignatureFacts
from app.errors import RoscherkError
from app.processes import wire
from app.processes.cancelling import Cancel
from app.processes.method import Method
from app.processes.serving import Context
from app.tokens.backend import KeyBackend
from app.tokens.model import Container
from app.tokens.pin import Secret

TEXT = "Договор № 1\n".encode() * 1000
WHEN = datetime(2026, 6, 1, 12, 30, 15, tzinfo=UTC)
QUICK = KeyAlgorithm.ECDSA_P256

HANDLERS: dict[str, Callable[[Any, Context], Any]] = {
    methods.SIGN_PREPARE.name: signing_tasks.prepare,
    methods.SIGN_FINISH.name: signing_tasks.finish,
}


class InlineWorkers:
    """A pool without processes. ``before`` is called before each task, with its name."""

    def __init__(self, before: Callable[[str], None] | None = None) -> None:
        self._before = before
        self.asked: list[tuple[str, int, bool]] = []
        self.waited: list[float] = []

    def run(
        self,
        method: Method[Any, Any],
        request: Any,
        *,
        size: int = 0,
        pdf: bool = False,
        waiting: float = 0.0,
        progress: Callable[[int, int], None] | None = None,
        cancel: Cancel | None = None,
        secret: Secret | None = None,
    ) -> Any:
        """Run the handler; request and answer go through the wire."""
        assert cancel is not None
        self.asked.append((method.name, size, pdf))
        self.waited.append(waiting)
        if self._before is not None:
            self._before(method.name)
        sent = wire.decode(wire.encode(request), method.request)
        with io.FileIO(os.devnull, "w") as sink:
            context = Context(sink, None if secret is None else secret.buffer)
            if progress is not None:
                context.progress = progress  # type: ignore[method-assign]
            answer = HANDLERS[method.name](sent, context)
        return wire.decode(wire.encode(answer), method.answer)


class LabKey:
    """A key that may err, and counts how often it was asked."""

    def __init__(self, pki: Pki, twist: Callable[[bytes], bytes] | None = None) -> None:
        self._key = pki.key
        self._twist = twist or (lambda signature: signature)
        self.asked = 0

    @property
    def container(self) -> Container:
        """The container."""
        return self._key.container

    def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
        """Sign."""
        self.asked += 1
        return self._twist(self._key.sign_digest(digest_name, digest, secret))


class OneKey:
    """A keyring with one key."""

    def __init__(self, key: KeyBackend) -> None:
        self._key = key

    def open(self, container: Container) -> KeyBackend:
        """Return the key."""
        assert container.certificate
        return self._key


def request_for(source: Path, algorithm: KeyAlgorithm = QUICK, **changes: Any) -> SignRequest:
    """Return a request with the test key's container; ``changes`` of it by ``container_…``."""
    container_changes = {
        name.removeprefix("container_"): changes.pop(name)
        for name in list(changes)
        if name.startswith("container_")
    }
    container = replace(pki_of(algorithm).container, **container_changes)
    return SignRequest(source=source, container=container, signing_time=WHEN, **changes)


def sign_with(
    request: SignRequest,
    algorithm: KeyAlgorithm = QUICK,
    *,
    key: KeyBackend | None = None,
    workers: InlineWorkers | None = None,
    **options: Any,
) -> SignedFile:
    """Sign through the door."""
    door = Signing(workers or InlineWorkers(), OneKey(key or LabKey(pki_of(algorithm))))  # type: ignore[arg-type]
    return door.sign(request, **options)


def facts_of(signed: SignedFile) -> SignatureFacts:
    """Read the saved file again and check it over its original."""
    read = open_cms(signed.target)
    (facts,) = check_cms(read, read_content(signed.source, read.needed_digests))
    return facts


def refused(call: Callable[[], object]) -> RoscherkError:
    """Return the error that the call ends with."""
    with pytest.raises(RoscherkError) as caught:
        call()
    return caught.value


def others(folder: Path, *known: Path) -> list[str]:
    """Return the names in a folder save the known ones."""
    return sorted(path.name for path in folder.iterdir() if path not in known)
