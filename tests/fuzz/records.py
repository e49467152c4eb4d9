"""Backups of a profile, its number, notes of releases, joint signing, lists of files."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from typing import TYPE_CHECKING

import msgspec
from attacks.mutation import Kind
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fuzz.harness import Harness, Prepared, by_file, call
from fuzz.profiles import JSON, with_naive
from stand_ins import facts_made
from stand_ins.dossiers import dossier_of_facts
from stand_ins.pki import NOW

from app.crypto import methods
from app.crypto.releases import tasks as release_tasks
from app.crypto.releases.model import SCHEMA, ReadNote, ReleaseKey
from app.crypto.routes.model import By, Kept, Match, Person, Route, Signed
from app.crypto.routes.people import line_of, people_of
from app.crypto.routes.store import RouteStore
from app.crypto.verdict.report import Indication
from app.crypto.verdict.report_json import to_json
from app.places import Places
from app.processes import wire
from app.profile import archive
from app.profile.files import ProfileFiles
from app.profile.opening import form_of, numbered
from app.reports.dossier import dossier_to_json
from app.reports.package_file import DOSSIER, PackageWriter
from app.reports.printer import look_at_package
from app.reports.printing import CHECK_PACKAGE, PackageRequest
from app.ui.documents import recent

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = archive.Head(made="2026-06-01T12:00:00+00:00", program="1", form=1, seal="plain")


def _backup(_folder: Path) -> Prepared:
    """Read a backup as it is: damage is found by its checksums."""

    def eat(data: bytes) -> None:
        file = io.BytesIO(data)
        opened = archive.read_head(file)
        seal = archive.Checksum()
        archive.read_files(file, opened, seal, lambda _manifest: None, archive.nowhere)

    return Prepared(eat, (_sealed(_content(), msgspec.json.encode(_HEAD)),))


def _backup_inside(_folder: Path) -> Prepared:
    """Read a backup whose checksums hold, whatever is in it: head, manifest, files."""

    def eat(data: bytes) -> None:
        head, _, content = data.partition(b"\n")
        file = io.BytesIO(_sealed(content, head))
        opened = archive.read_head(file)
        seal = archive.Checksum()
        archive.read_files(file, opened, seal, lambda _manifest: None, archive.nowhere)

    return Prepared(eat, (msgspec.json.encode(_HEAD) + b"\n" + _content(),))


def _content() -> bytes:
    kept = archive.Kept(
        name="config/settings.toml", size=3, sha256=hashlib.sha256(b"abc").hexdigest()
    )
    told = msgspec.json.encode(archive.Manifest(files=(kept,)))
    return len(told).to_bytes(4, "big") + told + b"abc"


def _sealed(content: bytes, head: bytes) -> bytes:
    out, seal = io.BytesIO(), archive.Checksum()
    prefix = archive._HEAD.pack(archive.MAGIC, archive.VERSION) + archive._counted(head)
    out.write(prefix + seal.proof(prefix))
    blocks = archive._Blocks(out, seal, prefix)
    blocks.write(content)
    blocks.finish()
    return out.getvalue()


def _number(folder: Path) -> Prepared:
    places = Places.under(folder / "profile")
    files = ProfileFiles(places)
    files.number.parent.mkdir(parents=True)
    return by_file(files.number, lambda _path: form_of(files), (numbered(1),))


def _release(folder: Path) -> Prepared:
    """Read a note that the right key has signed, whatever it says."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    keys = (ReleaseKey(name="test", public=key.public_key().public_bytes_raw()),)
    file = {"name": "roscherk_1_amd64.deb", "size": 1, "sha256": "0" * 64}
    note = {"schema": SCHEMA, "version": "1.2.3", "date": "2026-06-01", "files": [file]}

    def eat(path: Path) -> None:
        data = path.read_bytes()
        beside = path.with_name(path.name + ".sig")
        beside.write_bytes(base64.b64encode(key.sign(data)))
        call(methods.RELEASE_READ, release_tasks.read, ReadNote(path=path, keys=keys))

    return by_file(folder / "release.json", eat, (json.dumps(note).encode(),))


def _signature_of_release(folder: Path) -> Prepared:
    keys = (ReleaseKey(name="test", public=bytes(32)), ReleaseKey(name="short", public=b"1"))
    note = folder / "release.json"
    note.write_bytes(b"{}")

    def eat(_path: Path) -> None:
        call(methods.RELEASE_READ, release_tasks.read, ReadNote(path=note, keys=keys))

    return by_file(folder / "release.json.sig", eat, (base64.b64encode(bytes(64)),), again=False)


def _route(folder: Path) -> Prepared:
    key = "0a0b0c0d"
    by = By(name="Образцов", inn="500100732259")
    route = Route(
        key=key,
        document=folder / "Договор.pdf",
        sha256="00",
        size=1,
        digests={},
        begun=NOW,
        people=(Person(key="1", name="Образцов", inn="500100732259"),),
        kept=(Kept(name="0001.sig", origin="a.sig", sha256="00", size=1, came=NOW),),
        signed=(
            Signed(
                identity="00",
                file="0001.sig",
                number=1,
                by=by,
                verdict=Indication.TOTAL_PASSED,
                person="1",
                match=Match.NUMBER,
                came=NOW,
            ),
        ),
    )
    store = RouteStore(folder / "routes")
    place = store.place(key)
    place.mkdir(parents=True)
    note = place / "route.json"
    store._write(route)
    seeds = with_naive(note.read_bytes())

    def eat(data: bytes) -> None:
        place.mkdir(exist_ok=True)
        note.write_bytes(data)
        for one in store.all().routes:
            for person in one.people:
                one.progress(person.key)

    return Prepared(eat, seeds)


def _people(_folder: Path) -> Prepared:
    def eat(data: bytes) -> None:
        for each in people_of(data.decode("utf-8", "surrogateescape")):
            wire.encode(line_of(each).encode("utf-8", "surrogateescape"))

    line = "Образцов Образец Образцович, ИНН 500100732259, СНИЛС 112-233-445 95, a@example.ru, директор"
    return Prepared(eat, (line.encode(), b"\tA B\t500100732259\n\nC D; a@b"))


def _recent(folder: Path) -> Prepared:
    seed = json.dumps(["/tmp/Договор.pdf", "relative"]).encode()
    return by_file(
        folder / "recent.json", lambda path: [p.exists() for p in recent._read(path)], (seed,)
    )


def _package(folder: Path) -> Prepared:
    """Prepare a package for experts: its sums hold, whatever the dossier in it says."""
    dossier = dossier_of_facts(facts_made.file(facts_made.signature()))

    def packed(told: bytes) -> bytes:
        out = io.BytesIO()
        writer = PackageWriter(out)
        writer.add(DOSSIER, told)
        writer.add("report.json", to_json(dossier.report))
        writer.finish("test")
        return out.getvalue()

    path = folder / "package.zip"

    def eat(data: bytes) -> None:
        path.write_bytes(packed(data))
        call(CHECK_PACKAGE, look_at_package, PackageRequest(path=path))

    return Prepared(eat, with_naive(dossier_to_json(dossier)))


def _package_file(folder: Path) -> Prepared:
    dossier = dossier_of_facts(facts_made.file(facts_made.signature()))
    out = io.BytesIO()
    writer = PackageWriter(out)
    writer.add(DOSSIER, dossier_to_json(dossier))
    writer.add("report.json", to_json(dossier.report))
    writer.finish("test")

    def eat(path: Path) -> None:
        call(CHECK_PACKAGE, look_at_package, PackageRequest(path=path))

    return by_file(folder / "package.zip", eat, (out.getvalue(),))


HARNESSES = (
    Harness("package", "reports/package_check.py, dossier.py", _package, JSON, kind=Kind.XML),
    Harness("package-file", "reports/package_check.py", _package_file, (b"PK\3\4", b"PK\1\2")),
    Harness("backup", "profile/archive.py", _backup, JSON, kind=Kind.XML),
    Harness("backup-inside", "profile/archive.py, files.py", _backup_inside, JSON, kind=Kind.XML),
    Harness("profile-number", "profile/opening.py", _number, JSON, kind=Kind.XML),
    Harness("release-note", "releases/reading.py", _release, JSON, kind=Kind.XML),
    Harness("release-signature", "releases/reading.py", _signature_of_release),
    Harness("route", "routes/store.py", _route, JSON, kind=Kind.XML),
    Harness("people", "routes/people.py", _people, (b"\t", b";", b",", b"@"), kind=Kind.XML),
    Harness("recent-files", "ui/documents/recent.py", _recent, JSON, kind=Kind.XML),
)
