"""The user's own certificate stores: what is in them, what is added, taken out, undone. No Qt here.

A root is trusted by the user's own act only, after seeing what it is.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from app.crypto.trust.changes import Change, History
from app.crypto.trust.door import Taken, Trust, is_root
from app.crypto.trust.known_roots import RootStanding, standing_of
from app.crypto.trust.model import FoundList, LookAnswer, RefreshAnswer, StoredItem
from app.crypto.verdict.facts import CertificateFacts
from app.errors import RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.trust_words import issuer_name, whom_to_trust
from app.ui.asking import Question
from app.ui.notes import Notes
from app.ui.rows import Tone
from app.ui.work import Job, Progress, Task, Tasks

Failed = Callable[[RoscherkError], None]

__all__ = ["Trusting", "is_root"]


class Trusting:
    """Read the user's stores, add to them, take out of them, undo."""

    def __init__(self, trust: Trust, notes: Notes, tasks: Tasks) -> None:
        self._trust = trust
        self._notes = notes
        self._tasks = tasks
        self._watchers: list[Callable[[], None]] = []
        self.last: Change | None = None
        """The newest change of this window that was not undone: it can be taken back at once."""

    def watch(self, watcher: Callable[[], None]) -> None:
        """Be called after each change."""
        self._watchers.append(watcher)

    def read(self, done: Callable[[tuple[StoredItem, ...]], None], failed: Failed) -> None:
        """Read what is in the stores."""
        self._tasks.run(lambda _job: self._trust.items(), done=done, failed=failed, lane="stores")

    def history(self, done: Callable[[History], None], failed: Failed) -> None:
        """Read who changed what and when."""
        self._tasks.run(lambda _job: self._trust.history(), done=done, failed=failed, lane="stores")

    def look(
        self, paths: Sequence[Path], done: Callable[[LookAnswer], None], failed: Failed
    ) -> None:
        """Describe certificates and lists of files; nothing is stored."""
        self._tasks.run(
            lambda _job: self._trust.look(paths), done=done, failed=failed, lane="certificates"
        )

    @staticmethod
    def can_add(facts: CertificateFacts) -> bool:
        """Tell whether adding it makes sense. What is practice stays in practice mode."""
        return not facts.practice

    @staticmethod
    def question(facts: CertificateFacts) -> Question:
        """Return what is asked before a certificate is added."""
        if not is_root(facts):
            return Question(
                heading=_("Add this certificate to the store?"),
                words=_("{name}\n\nBy itself it makes nothing trusted.").format(
                    name=plain(facts.subject.text)
                ),
                yes=_("Add"),
                tone=Tone.INFO,
                icon="landmark",
            )
        standing = standing_of(facts)
        words = _(
            "{lines}\n\nSignatures whose certificates lead to it will be shown as confirmed. "
            "Compare the fingerprint with the one that the authority publishes."
        )
        if standing is RootStanding.KNOWN:
            words = _(
                "{lines}\n\nSignatures whose certificates lead to it will be shown as confirmed."
            )
        return Question(
            heading=_("Trust this root certificate?"),
            words=words.format(lines=whom_to_trust(facts)),
            yes=_("Trust it"),
            tone=Tone.ERROR if standing is RootStanding.IMPOSTOR else Tone.WARN,
            icon="landmark",
        )

    @staticmethod
    def question_before_removal(item: StoredItem) -> Question:
        """Return what is asked before a certificate is taken out of a store."""
        words = _("{name}\n\nWhat rests on it will no longer be shown as confirmed.")
        return Question(
            heading=_("Take this out of the store?"),
            words=words.format(name=name_of(item)),
            yes=_("Take out"),
            tone=Tone.ERROR,
            icon="trash-2",
        )

    def add(self, facts: CertificateFacts, done: Callable[[], None], failed: Failed) -> None:
        """Put a certificate into its store: the user was asked, and said yes."""
        reason = "trust" if is_root(facts) else "add"
        self._change(
            lambda: self._trust.add([facts], confirmed=[facts.sha256], reason=reason), done, failed
        )

    def add_lists(
        self, lists: Sequence[FoundList], done: Callable[[Taken], None], failed: Failed
    ) -> None:
        """Put revocation lists into their store: they need no decision."""
        source = ", ".join(dict.fromkeys(one.source for one in lists))

        def take(taken: Taken) -> None:
            self.changed(taken.change)
            done(taken)

        self._tasks.run(
            lambda _job: self._trust.add_lists(lists, source=source),
            done=take,
            failed=failed,
            lane="stores",
        )

    def remove(self, item: StoredItem, failed: Failed) -> None:
        """Take a certificate or a list out of its store."""
        self._change(lambda: self._trust.remove([item]), lambda: None, failed, Action.TRUST_REMOVE)

    def undo(self, name: str, done: Callable[[], None], failed: Failed) -> None:
        """Take a change back."""

        def take(change: Change) -> None:
            self._notes.note(Action.TRUST_REMOVE, change.name, "done", undone=True)
            if self.last is not None and self.last.name == change.name:
                self.last = None
            self._tell()
            done()

        self._tasks.run(
            lambda _job: self._trust.undo(name), done=take, failed=failed, lane="stores"
        )

    def refresh(
        self,
        done: Callable[[RefreshAnswer, Taken], None],
        failed: Failed,
        progress: Progress | None = None,
    ) -> Task:
        """Fetch newer revocation lists."""

        def work(job: Job) -> tuple[RefreshAnswer, Taken]:
            return self._trust.refresh(progress=job.progress, cancel=job.cancel)

        def take(found: tuple[RefreshAnswer, Taken]) -> None:
            self.changed(found[1].change)
            done(*found)

        return self._tasks.run(work, done=take, failed=failed, progress=progress, lane="refresh")

    def changed(self, change: Change | None, action: Action = Action.TRUST_ADD) -> None:
        """Note a change in the journal, and tell those who show the stores."""
        if change is None:
            return
        for each in (*change.added, *change.removed):
            self._notes.note(
                action,
                each.title or each.name,
                "done",
                sha256=each.sha256,
                store=each.store.value,
                change=change.name,
            )
        self.last = change
        self._tell()

    def _change(
        self,
        change: Callable[[], Change | None],
        done: Callable[[], None],
        failed: Failed,
        action: Action = Action.TRUST_ADD,
    ) -> None:
        def take(made: Change | None) -> None:
            self.changed(made, action)
            done()

        self._tasks.run(lambda _job: change(), done=take, failed=failed, lane="stores")

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()


def name_of(item: StoredItem) -> str:
    """Return whose certificate or list it is."""
    if item.certificate is not None:
        return plain(item.certificate.subject.text)
    return plain(item.path.name) if item.crl is None else issuer_name(item.crl)
