"""Files of the profile and of an administrator: somebody, or a failing disk, may have changed them."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from attacks.mutation import Kind
from fuzz.encodings import ECDSA, GOST
from fuzz.harness import Harness, Prepared, by_file, call
from stand_ins import facts_made
from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import NOW, pki_of

from app.crypto import methods, recipients
from app.crypto.accreditation import asking
from app.crypto.accreditation.model import AccreditedList, IndexFile, ListSigner
from app.crypto.accreditation.reading import ListReader
from app.crypto.model import Verification
from app.crypto.network.cache import Cache
from app.crypto.network.policy import Purpose
from app.crypto.packages import remembering
from app.crypto.requests.pending import PendingRequest, PendingRequests
from app.crypto.trust.changes import Change, StoredFile, TrustChanges
from app.crypto.trust.folders import StoreName, Stores
from app.crypto.verdict.facts_json import StoredFacts, to_json
from app.crypto.verdict.judge import Terms, judge_file
from app.crypto.verdict.policy import load_policy
from app.crypto.verifying import replaying
from app.crypto.verifying.replay_model import ReplayRequest
from app.errors import ErrorCode, RoscherkError
from app.journal import Action, Journal, Query
from app.places import Places, resource
from app.processes import wire
from app.settings import TABLE, Settings
from app.texts.journal_words import fact_lines, outcome_words, target_words
from app.tokens import file_methods
from app.tokens.bindings import Bindings, Bound
from app.tokens.key_print import key_print
from app.tokens.model import ContainerState
from app.tokens.module_records import ModuleRecords
from app.tokens.stops import StoppedKeys
from app.ui.documents import draft

TOML = (
    b"[network]\n",
    b"[signing]\n",
    b"= true\n",
    b'= [""]\n',
    b'="""',
    b"1979-05-27T07:32:00Z",
    b"inf",
    b"\\uD800",
    b"0x",
)
JSON = (
    b"null",
    b"true",
    b"1e999",
    b"[[[[",
    b'{"',
    b"\\ud800",
    b"\\u0000",
    b"-0",
    b"99999999999999999999",
    b"2026-06-01T12:00:00",
)


def with_naive(data: bytes) -> tuple[bytes, bytes]:
    """Return JSON, and the same with moments that name no zone."""
    return data, data.replace(b'Z"', b'"')


def _settings(folder: Path) -> Prepared:
    """Prepare the same octets as the user's file and as the administrator's."""

    def eat(path: Path) -> None:
        for settings in (Settings(path), Settings(path.with_name("none"), path)):
            for each in TABLE:
                settings.get(each)
                settings.locked(each)

    seed = b"\n".join(
        [
            b'[interface]\nlanguage = "ru"\nseen_reminders = ["a"]\nrecent_folder = "/tmp"',
            b'[signing]\nlevel = "t"\nlast_key = "container:x"\nstamp = false',
            b'time_stamp_servers = ["http://tsa.example.ru/tsp"]',
            b'[network]\nproxy = "manual"\nproxy_url = "http://u@h:3128"\nnamed_hosts = ["a:80"]',
            b'[tokens]\nmodules = ["/usr/lib/a.so"]\nremember_pin = false\n',
        ]
    )
    return by_file(folder / "settings.toml", eat, (seed,))


def _recipients(folder: Path) -> Prepared:
    seed = resource("profiles/recipients.toml").read_bytes()[:3000]

    def eat(path: Path) -> None:
        for each in recipients.load(path.parent)[0]:
            each.said(each.title, "ru")
            recipients.misfits(each, "Акт.docx", 1 << 30)

    return by_file(folder / "own.toml", eat, (seed.rpartition(b"[[recipients]]")[0],))


def _draft(folder: Path) -> Prepared:
    rows = [{"path": "/tmp/Акт.docx", "state": "left"}, {"path": "x", "state": "signed"}]
    seed = json.dumps({"version": 1, "documents": rows}).encode()

    def eat(path: Path) -> None:
        found = draft._read(path)
        if found is not None:
            found.words()
            [os.fsencode(each) for each in found.left]

    return by_file(folder / "batch.json", eat, (seed,))


class _Idle:
    """Workers that find no key in any certificate."""

    def run(self, _method: object, _request: object, **_more: object) -> Any:
        """Answer."""
        return file_methods.CertificateKeys(keys=())


def _bindings(folder: Path) -> Prepared:
    pki = pki_of(GOST)
    container = replace(
        pki.container,
        certificate=None,
        public_key=pki.leaf_key.public,
        state=ContainerState.NO_CERTIFICATE,
    )
    own = key_print(pki.leaf_key.public)
    told = hashlib.sha256(pki.leaf).hexdigest()
    bound = Bound(key=own, start=b"", certificate=told, not_before=NOW, not_after=NOW)
    place = folder / "bound"
    place.mkdir()
    (place / f"{told}.cer").write_bytes(pki.leaf)

    def eat(path: Path) -> None:
        bindings = Bindings(path.parent, _Idle())  # type: ignore[arg-type]
        bindings.applied(container)

    return by_file(place / "index.json", eat, with_naive(msgspec.json.encode((bound,))))


def _stops(folder: Path) -> Prepared:
    pki = pki_of(GOST)
    own = key_print(pki.leaf_key.public)
    seed = json.dumps(
        {"at": NOW.isoformat(), "label": "Ключ", "reason": "пропал", "uri": ""}
    ).encode()

    def eat(path: Path) -> None:
        stopped = StoppedKeys(path.parent, lambda _container: own)
        if stopped.of(pki.container) is None:
            raise AssertionError("a stopped key may sign")
        stopped.demand(pki.container)

    return by_file(folder / f"{own}.json", eat, (seed,))


def _modules(folder: Path) -> Prepared:
    module = folder / "module.so"
    module.touch()

    def eat(path: Path) -> None:
        records = ModuleRecords(path)
        records._records()
        records.accept(module, hashlib.sha256(b"").hexdigest())

    return by_file(
        folder / "modules.json", eat, (json.dumps({"/usr/lib/a.so": "0" * 64}).encode(),)
    )


def _pending(folder: Path) -> Prepared:
    own = key_print(pki_of(GOST).leaf_key.public)
    (folder / f"{own}.csr").touch()
    seed = PendingRequest(key=own, applicant="Образцов", file="/tmp/a.csr", made=NOW)

    def eat(path: Path) -> None:
        def show(_path: Path) -> Any:
            raise RoscherkError(ErrorCode.REQUEST_DAMAGED)

        PendingRequests(path.parent, show).entries()

    return by_file(folder / f"{own}.json", eat, with_naive(msgspec.json.encode(seed)))


def _journal_row(folder: Path) -> Prepared:
    """Prepare the record of a row, said in words, and the note of the newest row."""
    file = folder / "journal.sqlite3"
    Journal(file).append(
        Action.SIGN, folder / "Акт.docx", "done", at=NOW, format="cades", signers=1
    )
    (seed,) = sqlite3.connect(file).execute("SELECT record FROM journal").fetchone()
    noted = folder / "newest.json"
    base = sqlite3.connect(file)
    base.execute("DROP TRIGGER journal_is_not_changed")

    def eat(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        base.execute("UPDATE journal SET record = ?", (text,))
        base.commit()
        noted.write_bytes(data)
        journal = Journal(file, noted)
        journal.verify()
        journal.find(Query(words=("акт",), since=NOW), lambda _action, _outcome: "")
        for entry in journal.entries():
            outcome_words(entry.outcome)
            target_words(entry)
            fact_lines(entry)

    return Prepared(eat, (str(seed).encode(), b'{"number":1,"hash":"00"}'))


def _journal_file(folder: Path) -> Prepared:
    file = folder / "journal.sqlite3"
    for _ in range(3):
        Journal(file).append(Action.VERIFY, "Акт", "done", at=NOW)
    seed = file.read_bytes()

    def eat(path: Path) -> None:
        journal = Journal(path)
        journal.entries()
        journal.verify()
        journal.append(Action.VERIFY, "Акт", "done", at=NOW)

    place = folder / "in"
    place.mkdir()
    return by_file(place / "journal.sqlite3", eat, (seed,))


def _changes(folder: Path) -> Prepared:
    name = "20260601T120000000000Z-0a0b0c"
    file = StoredFile(store=StoreName.ANCHORS, name="00.cer", title="Корень")
    seed = Change(name=name, at=NOW, reason="add", added=(file,), by="user")
    mark = folder / f"{name}.undone.json"
    stores = Stores(Places.under(folder / "profile"))

    def eat(path: Path) -> None:
        mark.write_bytes(path.read_bytes())
        for each in TrustChanges(stores, folder).history().changes:
            wire.encode(each)

    return by_file(folder / f"{name}.json", eat, with_naive(msgspec.json.encode(seed)))


def _remembered(folder: Path) -> Prepared:
    """Prepare a verdict of an earlier check, and when it was kept."""
    file = folder / "checked.sqlite3"
    known = remembering.Remembered(file)
    with known._open(make=True):
        pass
    base = sqlite3.connect(file)

    def eat(data: bytes) -> None:
        at, _, verdict = data.partition(b"\n")
        row = ("key", at.decode("utf-8", "replace"), verdict)
        base.execute("INSERT OR REPLACE INTO checked VALUES (?, ?, ?)", row)
        base.commit()
        known.find(["key"])

    now = datetime.now(UTC)
    facts = facts_made.file(facts_made.signature())
    terms = Terms(at=NOW, at_by_user=False, allow_practice=False)
    report = judge_file(facts, load_policy("default"), terms)
    found = wire.encode(Verification(facts=facts, report=report))
    moments = (now.isoformat(), now.replace(tzinfo=None).isoformat())
    return Prepared(eat, tuple(each.encode() + b"\n" + found for each in moments))


_URL = "http://ca.example.ru/1.crl"


def _cache(folder: Path) -> Prepared:
    cache_ = Cache(folder)
    cache_.keep(Purpose.CRL, _URL, b"answer", validator='"1"')
    (file,) = folder.glob("*.answer")

    def eat(path: Path) -> None:
        Cache(path.parent).find(Purpose.CRL, _URL, 1 << 20)

    return by_file(file, eat, (file.read_bytes(),))


def _index(folder: Path) -> Prepared:
    def eat(path: Path) -> None:
        asking.forget()
        asking.load(path)

    reader = ListReader()
    center = Center(name="Первый", certificates=[pki_of(ECDSA).ca])
    reader.read(signed(list_of([center]), signer_of(GOST)))
    signer = ListSigner(sha256="00", subject="a", issuer="b", not_before=NOW, not_after=NOW)
    head = AccreditedList(
        version=1,
        date=NOW,
        sha256="00",
        size=1,
        signer=signer,
        pinned_by="user",
        imported=NOW,
        authorities=1,
        certificates=1,
        skipped=0,
    )
    return by_file(folder / "index", eat, (wire.encode(IndexFile(head=head, index=reader.index)),))


@cache
def _stored() -> bytes:
    files = (facts_made.file(facts_made.signature()),)
    return to_json(StoredFacts(checked_at=NOW, control_time=NOW, engine={"a": "1"}, files=files))


def _facts(folder: Path) -> Prepared:
    def eat(path: Path) -> None:
        call(methods.REPLAY, replaying.replay, ReplayRequest(path=path))

    return by_file(folder / "facts.json", eat, with_naive(_stored()))


HARNESSES = (
    Harness(
        "settings", "settings.py (and the policy of a computer)", _settings, TOML, kind=Kind.XML
    ),
    Harness("recipients", "crypto/recipients.py", _recipients, TOML, kind=Kind.XML),
    Harness("draft", "ui/documents/draft.py", _draft, JSON, kind=Kind.XML),
    Harness("bindings", "tokens/bindings.py", _bindings, JSON, kind=Kind.XML),
    Harness("stops", "tokens/stops.py", _stops, JSON, kind=Kind.XML),
    Harness("module-records", "tokens/module_records.py", _modules, JSON, kind=Kind.XML),
    Harness("pending", "requests/pending.py", _pending, JSON, kind=Kind.XML),
    Harness("journal-row", "journal_rows.py", _journal_row, JSON, kind=Kind.XML),
    Harness("journal-file", "journal.py", _journal_file, (b"SQLite format 3\0", b"CREATE TABLE")),
    Harness("trust-changes", "trust/changes.py", _changes, JSON, kind=Kind.XML),
    Harness("remembered", "packages/remembering.py", _remembered, JSON, kind=Kind.XML),
    Harness("network-cache", "network/cache.py", _cache, JSON, kind=Kind.XML),
    Harness("accredited-index", "accreditation/asking.py", _index),
    Harness("facts", "verdict/facts_json.py, judge.py", _facts, JSON, kind=Kind.XML),
)
