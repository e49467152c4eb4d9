"""Stand-ins for presenters: tasks that run at once or when told, services that answer as told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import Encoding, SignatureFormat, SignedFile, SignRequest
from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pin import Secret
from app.ui.work import Job


class Started:
    """A task of `FakeTasks`."""

    def __init__(
        self, tasks: "FakeTasks", go: Callable[[], None], failed: Callable[..., None]
    ) -> None:
        self.tasks = tasks
        self.go = go
        self.failed = failed
        self.over = False

    def cancel(self) -> None:
        """Call it off as the real ones do: an answer at once."""
        if not self.over:
            self.over = True
            self.failed(RoscherkError(ErrorCode.CANCELLED))


class FakeTasks:
    """Runs work at once; with ``hold`` it waits for `release`."""

    def __init__(self) -> None:
        self.hold = False
        self.waiting: list[Started] = []
        self.lanes: list[str | None] = []

    def run(
        self,
        work: Callable[[Job], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[RoscherkError], None],
        progress: Callable[[int, int], None] | None = None,
        slow: Callable[[], None] | None = None,  # noqa: ARG002  # the port's signature
        lane: str | None = None,
    ) -> Started:
        """Run, or keep for later."""
        self.lanes.append(lane)

        def go() -> None:
            if started.over:
                return
            try:
                answer = work(Job(progress=progress or (lambda _done, _total: None)))
            except RoscherkError as error:
                if not started.over:
                    started.over = True
                    failed(error)
            else:
                if not started.over:
                    started.over = True
                    done(answer)

        started = Started(self, go, failed)
        if self.hold:
            self.waiting.append(started)
        else:
            go()
        return started

    def post(self, call: Callable[[], None]) -> None:
        """Call at once."""
        call()

    def release(self) -> None:
        """Do what waits, and what comes of it."""
        self.hold = False
        while self.waiting:
            self.waiting.pop(0).go()


@dataclass
class FakeSigning:
    """Signs nothing; answers and fails as told, and keeps what it was asked."""

    password: str = "верный пароль"
    errors: dict[str, ErrorCode] = field(default_factory=dict)
    requests: list[SignRequest] = field(default_factory=list)
    secrets: list[Secret | None] = field(default_factory=list)

    def sign(
        self,
        request: SignRequest,
        secret: Secret | None = None,
        progress: Callable[[int, int], None] | None = None,
        cancel: object = None,  # noqa: ARG002  # the door's signature
    ) -> SignedFile:
        """Answer for one file."""
        self.requests.append(request)
        self.secrets.append(secret)
        if secret is not None and bytes(secret.buffer).decode() != self.password:
            raise RoscherkError(ErrorCode.PASSWORD_WRONG)
        if request.source.name in self.errors:
            raise RoscherkError(self.errors[request.source.name], path=str(request.source))
        if progress is not None:
            progress(1, 2)
        return SignedFile(
            source=request.source,
            target=request.source.with_name(request.source.name + ".sig"),
            format=SignatureFormat.CADES,
            attached=request.attached,
            encoding=Encoding.DER,
            level="CAdES-BES",
            digest_name="streebog256",
            size=1,
            practice=request.container.practice,
            created_with="libgcrypt",
        )


class FakeJournal:
    """Keeps what was noted."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str | None, str, dict[str, Any]]] = []

    def append(self, action: str, target: object, outcome: str, **facts: Any) -> int:
        """Note a row."""
        facts.pop("at", None)
        self.rows.append((action, None if target is None else str(target), outcome, facts))
        return len(self.rows)


def container(**more: Any) -> Container:
    """Return a container with a certificate."""
    given: dict[str, Any] = {
        "uri": "container:Основной",
        "place": KeyPlaceKind.STORE,
        "label": "Основной",
        "algorithm": KeyAlgorithm.GOST_256,
        "certificate": b"\x30\x00",
        "state": ContainerState.OK,
    }
    return Container(**{**given, **more})


def files(folder: Path, *names: str) -> list[Path]:
    """Make small files."""
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content of " + path.name.encode())
    return paths
