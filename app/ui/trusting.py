"""The user's own certificate stores: what is in them, what is added or taken out. No Qt here.

A root is trusted by the user's own act only, after seeing what it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.crypto.certificates.door import Certificates
from app.crypto.trust.folders import StoreName, Stores
from app.crypto.verdict.facts import CertificateFacts
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.certificate_fields import fingerprint
from app.texts.showing import local_date, plain
from app.ui.asking import Question
from app.ui.notes import Notes
from app.ui.rows import Tone
from app.ui.work import Job, Tasks

SHOWN_STORES: Final = (StoreName.ANCHORS, StoreName.INTERMEDIATES, StoreName.OTHERS)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One certificate of a store; ``problem`` in place of the facts where it cannot be read."""

    store: StoreName
    path: Path
    facts: CertificateFacts | None = None
    problem: RoscherkError | None = None


def is_root(facts: CertificateFacts) -> bool:
    """Tell whether a certificate can be a root: an authority that names itself as its issuer."""
    return facts.is_ca and facts.subject.text == facts.issuer.text


class Trusting:
    """Read the user's stores, add to them, take out of them."""

    def __init__(
        self, stores: Stores, certificates: Certificates, notes: Notes, tasks: Tasks
    ) -> None:
        self._stores = stores
        self._certificates = certificates
        self._notes = notes
        self._tasks = tasks
        self._watchers: list[Callable[[], None]] = []

    def watch(self, watcher: Callable[[], None]) -> None:
        """Be called after each change."""
        self._watchers.append(watcher)

    def read(
        self,
        done: Callable[[tuple[Stored, ...]], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Read what is in the stores."""
        self._tasks.run(self._read, done=done, failed=failed, lane="stores")

    def _read(self, job: Job) -> tuple[Stored, ...]:
        found: list[Stored] = []
        for store in SHOWN_STORES:
            for path in self._stores.files(store):
                if job.cancel.cancelled:
                    raise RoscherkError(ErrorCode.CANCELLED)
                found.append(self._read_one(store, path))
        return tuple(found)

    def _read_one(self, store: StoreName, path: Path) -> Stored:
        try:
            return Stored(store=store, path=path, facts=self._certificates.show(path))
        except RoscherkError as error:
            return Stored(store=store, path=path, problem=error)

    @staticmethod
    def can_add(facts: CertificateFacts) -> bool:
        """Tell whether adding it makes sense. What is practice stays in practice mode."""
        return facts.is_ca and not facts.practice

    @staticmethod
    def question(facts: CertificateFacts) -> Question:
        """Return what is asked before a certificate is added."""
        lines = _("{name}\n\nValid until {date}\nSHA-256 fingerprint:\n{fingerprint}").format(
            name=plain(facts.subject.text),
            date=local_date(facts.not_after),
            fingerprint=fingerprint(facts.sha256),
        )
        if is_root(facts):
            return Question(
                heading=_("Trust this root certificate?"),
                words=_(
                    "{lines}\n\nSignatures whose certificates lead to it will be shown as confirmed. "
                    "Compare the fingerprint with the one that the authority publishes."
                ).format(lines=lines),
                yes=_("Trust it"),
                tone=Tone.WARN,
                icon="landmark",
            )
        return Question(
            heading=_("Add this certificate to the intermediate ones?"),
            words=_(
                "{lines}\n\nIt will be used to build chains. By itself it makes nothing trusted."
            ).format(lines=lines),
            yes=_("Add"),
            tone=Tone.INFO,
            icon="landmark",
        )

    @staticmethod
    def question_before_removal(stored: Stored) -> Question:
        """Return what is asked before a certificate is taken out of a store."""
        name = plain(stored.path.name if stored.facts is None else stored.facts.subject.text)
        words = _("{name}\n\nSignatures that lead to it will no longer be shown as confirmed.")
        return Question(
            heading=_("Take this certificate out of the store?"),
            words=words.format(name=name),
            yes=_("Take out"),
            tone=Tone.ERROR,
            icon="trash-2",
        )

    def add(
        self,
        facts: CertificateFacts,
        done: Callable[[], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Put a certificate into its store."""
        store = StoreName.ANCHORS if is_root(facts) else StoreName.INTERMEDIATES

        def take(_nothing: None) -> None:
            self._notes.note(
                Action.TRUST_ADD,
                facts.subject.text,
                "done",
                sha256=facts.sha256,
                store=store.value,
            )
            self._tell()
            done()

        self._change(store, lambda: self._stores.add(store, facts.der), take, failed)

    def remove(self, stored: Stored, failed: Callable[[RoscherkError], None]) -> None:
        """Take a certificate out of its store."""

        def take(_nothing: None) -> None:
            sha256 = "" if stored.facts is None else stored.facts.sha256
            target = stored.path.name if stored.facts is None else stored.facts.subject.text
            self._notes.note(
                Action.TRUST_REMOVE, target, "done", sha256=sha256, store=stored.store.value
            )
            self._tell()

        self._change(
            stored.store, lambda: self._stores.remove(stored.store, stored.path), take, failed
        )

    def _change(
        self,
        store: StoreName,
        change: Callable[[], object],
        done: Callable[[None], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        def work(_job: Job) -> None:
            try:
                change()
            except OSError as error:
                path = str(self._stores.folder(store))
                raise RoscherkError(
                    ErrorCode.TARGET_UNWRITABLE, path=path, os_error=error.errno or 0
                ) from error

        self._tasks.run(work, done=done, failed=failed, lane="stores")

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()
