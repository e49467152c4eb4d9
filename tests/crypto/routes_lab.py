"""The door of routes over workers in the test's own process, and people who sign."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import packages_lab
from signing_files import sign as sign_file
from stand_ins.pki import Pki, PkiKey
from stand_ins.signed_pdf import NoProgress
from stand_ins.signers_made import name_of, signer

from app.crypto import methods
from app.crypto.editing import tasks as editing_tasks
from app.crypto.editing.door import Editing
from app.crypto.model import FinishRequest, SignatureFormat, SigningAct, SignRequest
from app.crypto.packages.door import Packages
from app.crypto.routes import tasks
from app.crypto.routes.door import Routes, Taken
from app.crypto.routes.model import Came, Person, Route
from app.crypto.routes.people import people_of
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.stamping.style import NO_STAMP
from app.crypto.verifying.door import Verifying

packages_lab.HANDLERS.update(
    {
        methods.ROUTE_MARKS.name: tasks.marks,
        methods.SIGNATURE_CONVERT.name: editing_tasks.convert,
        methods.SIGNATURE_MERGE.name: editing_tasks.merge,
        methods.SIGNATURE_SPLIT.name: editing_tasks.split,
    }
)
WHEN = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Lab:
    """A profile that trusts one infrastructure, whose people sign."""

    def __init__(self, folder: Path, pki: Pki) -> None:
        self.folder = folder
        self.pki = pki
        workers: Any = packages_lab.PackageWorkers()
        trust = pki.trust(folder / "trust")
        self.verifying = Verifying(workers, lambda: trust)
        self.packages = Packages(
            workers, self.verifying, folder / "unpacked", folder / "checked.sqlite3"
        )
        self.routes = Routes(
            workers, self.packages, self.verifying, Editing(workers), folder / "маршруты"
        )
        self.inbox = folder / "Входящие от коллег"
        self.inbox.mkdir()

    def signer(self, full: str, number: int | None, **changes: Any) -> PkiKey:
        """Return somebody with a key and a certificate."""
        return signer(self.pki, full, number, **changes)

    def again(self, key: PkiKey, full: str, number: int) -> PkiKey:
        """Return somebody else with the key of another: a key takes longer to make than a name."""
        certificate = self.pki.issue(key.key.public, subject=name_of(full, number))
        return PkiKey(key.key, replace(key.container, certificate=certificate))

    def sign(self, document: Path, key: Any, name: str, **changes: Any) -> Path:
        """Sign a document as somebody elsewhere does, and send the signature under any name."""
        made = sign_file(document, key, **changes)
        target = self.inbox / name
        made.rename(target)
        return target

    def act(self, source: Path, key: Any, act: SigningAct, name: str, **changes: Any) -> Path:
        """Add a signature to a file with signatures, or countersign one in it."""
        request = SignRequest(
            source=source,
            container=key.container,
            signing_time=WHEN,
            act=act,
            output=self.inbox / name,
            job=new_job(),
            **changes,
        )
        return _signed(request, key)

    def sign_pdf(self, source: Path, key: Any, name: str, **changes: Any) -> Path:
        """Sign inside a PDF."""
        request = SignRequest(
            source=source,
            container=key.container,
            format=SignatureFormat.PADES,
            signing_time=WHEN,
            output=self.inbox / name,
            job=new_job(),
            **{"stamp": NO_STAMP, **changes},
        )
        return _signed(request, key)

    def begin(self, document: Path, *lines: str, **options: Any) -> Route:
        """Begin a route for people who are written down as in the window."""
        return self.routes.begin(document, people_of("\n".join(lines)), **options)

    def take(self, *paths: Path, chosen: str = "") -> Taken:
        """Take files in."""
        return self.routes.take(paths, chosen)


def _signed(request: SignRequest, key: Any) -> Path:
    prepared = signing_tasks.prepare(request, NoProgress())
    signature = key.sign_digest(prepared.digest_name, prepared.digest, None)
    finish = FinishRequest(prepared=prepared, signature=signature, created_with="test")
    return signing_tasks.finish(finish, NoProgress()).target


def came(taken: Taken) -> list[Came]:
    """Return what each of the arrivals is."""
    return [each.came for each in taken.arrivals]


def named(people: tuple[Person, ...]) -> list[str]:
    """Return the names of people."""
    return [each.name for each in people]


def spoiled(path: Path) -> Path:
    """Change the last octet of a signature file: the value of its last signature."""
    data = path.read_bytes()
    other = path.with_name(f"порча {path.name}")
    other.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    return other
