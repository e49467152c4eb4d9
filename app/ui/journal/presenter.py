"""The journal: what was done, the newest first; whether it is as it was written. No Qt here."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from app.crypto.verdict.report import Indication
from app.errors import ErrorCode, ErrorFamily, RoscherkError
from app.journal import Action, Entry, Journal, JournalCheck
from app.texts.catalogue import N_, _, ngettext
from app.texts.errors import describe
from app.texts.makers import made_with
from app.texts.showing import local_time, plain, utc_time
from app.ui.details import Lines
from app.ui.notes import Notes
from app.ui.rows import Badge, ReasonText, Row, Tone
from app.ui.work import Tasks

PAGE: Final = 200

_ACTIONS: Mapping[str, tuple[str, str]] = {
    Action.SIGN: (N_("Signing"), "signature"),
    Action.VERIFY: (N_("Verification"), "shield-check"),
    Action.STAMP: (N_("A stamped copy was made"), "file-text"),
    Action.SIGNATURE_EXTRACT: (N_("A document was taken out of a signature file"), "file-text"),
    Action.SIGNATURE_REMOVE: (N_("A signature was removed"), "trash-2"),
    Action.SIGNATURE_MERGE: (N_("Signatures were joined"), "files"),
    Action.SIGNATURE_SPLIT: (N_("Signatures were parted"), "files"),
    Action.SIGNATURE_CONVERT: (N_("A signature file was converted"), "refresh-cw"),
    Action.SIGNATURE_EXTEND: (N_("A signature was raised to a higher level"), "shield-check"),
    Action.CONTAINER_CREATE: (N_("A container was made"), "key-round"),
    Action.CONTAINER_IMPORT: (N_("A key was taken over from a file"), "key-round"),
    Action.CONTAINER_EXPORT: (N_("A key was written to a file"), "key-round"),
    Action.CONTAINER_COPY: (N_("A key was copied"), "files"),
    Action.CONTAINER_RENAME: (N_("A container was renamed"), "key-round"),
    Action.CONTAINER_TEST: (N_("A key was tested"), "shield-check"),
    Action.CONTAINER_REPAIR: (N_("Something was mended at a key"), "key-round"),
    Action.KEY_STOP: (N_("A key was declared compromised"), "lock-keyhole"),
    Action.KEY_RESUME: (N_("A compromised key was allowed to sign again"), "key-round"),
    Action.CONTAINER_DELETE: (N_("A container was deleted"), "trash-2"),
    Action.CONTAINER_PASSWORD: (N_("The password of a container was changed"), "lock-keyhole"),
    Action.REQUEST_CREATE: (N_("A request for a certificate was made"), "file-text"),
    Action.REQUEST_FORGET: (N_("A request for a certificate was forgotten"), "file-text"),
    Action.CERTIFICATE_INSTALL: (N_("A certificate was installed"), "badge-check"),
    Action.CERTIFICATE_BIND: (N_("A certificate was kept beside a key"), "badge-check"),
    Action.CERTIFICATE_UNBIND: (N_("A certificate is no longer kept beside a key"), "badge-check"),
    Action.ACCREDITED_LIST_IMPORT: (
        N_("A list of accredited authorities was imported"),
        "landmark",
    ),
    Action.ACCREDITED_LIST_UNDO: (
        N_("The previous list of accredited authorities was put back"),
        "landmark",
    ),
    Action.TRUST_ADD: (N_("A certificate was added to a store"), "landmark"),
    Action.TRUST_REMOVE: (N_("A certificate was taken out of a store"), "landmark"),
    Action.PIN_VERIFY: (N_("A PIN was tried"), "lock-keyhole"),
    Action.PIN_CHANGE: (N_("The PIN of a token was changed"), "lock-keyhole"),
    Action.PIN_UNBLOCK: (N_("The PIN of a token was unblocked"), "lock-keyhole"),
    Action.PIN_SET: (N_("The first PIN of a token was set"), "lock-keyhole"),
    Action.TOKEN_LABEL: (N_("A token was renamed"), "key-round"),
    Action.TOKEN_FORMAT: (N_("A token was formatted"), "trash-2"),
    Action.PRACTICE_ENTER: (N_("Practice mode was entered"), "graduation-cap"),
    Action.PRACTICE_LEAVE: (N_("Practice mode was left"), "graduation-cap"),
}
_VERDICTS: Mapping[str, tuple[str, Tone]] = {
    Indication.TOTAL_PASSED: (N_("Signature is valid"), Tone.OK),
    Indication.INDETERMINATE: (N_("Status is undetermined"), Tone.WARN),
    Indication.TOTAL_FAILED: (N_("Signature is invalid"), Tone.ERROR),
    Indication.NO_SIGNATURE: (N_("No signature"), Tone.PLAIN),
}


_CODES: Final = frozenset(code.value for code in ErrorCode)


class View(Protocol):
    """What the page can do for its presenter."""

    def show_entries(self, rows: Sequence[Row], *, more: bool) -> None:
        """Show the rows; ``more``: older ones can be asked for."""

    def show_entry(self, heading: str, lines: Lines) -> None:
        """Show one row in full; without a heading, that none is chosen."""

    def show_check(self, told: ReasonText | None) -> None:
        """Show whether the journal is as it was written."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""


class JournalPresenter:
    """Decide what the page of the journal shows."""

    def __init__(self, journal: Journal, notes: Notes, tasks: Tasks) -> None:
        self._journal = journal
        self._tasks = tasks
        self._entries: list[Entry] = []
        self._more = False
        self._chosen: str | None = None
        self._check: JournalCheck | None = None
        self._view: View
        notes.on_note = self.refresh

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self.show_all()
        self.refresh()

    def show_all(self) -> None:
        """Show everything again."""
        self._view.show_entries([row_of(each) for each in self._entries], more=self._more)
        self._view.show_check(None if self._check is None else check_words(self._check))
        self.select([] if self._chosen is None else [self._chosen])

    def refresh(self) -> None:
        """Read the newest rows."""
        self._tasks.run(
            lambda _job: self._journal.entries(limit=PAGE),
            done=self._take_newest,
            failed=self._fail,
            lane="journal",
        )

    def older(self) -> None:
        """Read further rows, below those that are shown."""
        before = self._entries[-1].number if self._entries else None
        self._tasks.run(
            lambda _job: self._journal.entries(limit=PAGE, before=before),
            done=self._take_older,
            failed=self._fail,
            lane="journal",
        )

    def check(self) -> None:
        """Find out whether the journal is as it was written."""
        self._tasks.run(
            lambda _job: self._journal.verify(),
            done=self._take_check,
            failed=self._fail,
            lane="journal",
        )

    def select(self, keys: Sequence[str]) -> None:
        """Learn which row is chosen."""
        self._chosen = keys[0] if keys else None
        found = next((each for each in self._entries if str(each.number) == self._chosen), None)
        if found is None:
            self._view.show_entry("", ())
        else:
            self._view.show_entry(_action(found), lines_of(found))

    def _take_newest(self, entries: tuple[Entry, ...]) -> None:
        self._entries = list(entries)
        self._more = len(entries) == PAGE
        self.show_all()

    def _take_older(self, entries: tuple[Entry, ...]) -> None:
        self._entries += entries
        self._more = len(entries) == PAGE
        self.show_all()

    def _take_check(self, found: JournalCheck) -> None:
        self._check = found
        self.show_all()

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)


def row_of(entry: Entry) -> Row:
    """Return one row of the journal as it is shown."""
    icon = _ACTIONS[entry.action][1] if entry.action in _ACTIONS else "history"
    target = _target(entry)
    return Row(
        key=str(entry.number),
        title=f"{_action(entry)}: {target}" if target else _action(entry),
        caption=local_time(entry.time),
        icon=icon,
        badge=_badge(entry),
    )


def lines_of(entry: Entry) -> Lines:
    """Return one row of the journal in full."""
    lines = [
        (_("Number"), str(entry.number)),
        (_("Time"), local_time(entry.time)),
        (_("Time, UTC"), utc_time(entry.time)),
        (_("Outcome"), _badge(entry).text),
    ]
    if entry.target:
        lines.append((_("Object"), plain(entry.target)))
    names = {
        "key": _("Key"),
        "practice": _("Practice mode"),
        "created_with": _("Made by"),
        "algorithm": _("Algorithm"),
        "sha256": _("Fingerprint SHA-256"),
        "store": _("Store"),
    }
    for name, value in entry.facts.items():
        lines.append((names.get(name, plain(name)), _fact(name, value)))
    return tuple(lines)


def _fact(name: str, value: str | int | bool) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "created_with":
        return made_with(str(value), certified=False)
    return plain(str(value))


def check_words(check: JournalCheck) -> ReasonText:
    """Say whether the journal is as it was written."""
    if check.sound:
        words = ngettext(
            "{n} row was checked; none was changed or removed in between.",
            "{n} rows were checked; none was changed or removed in between.",
            check.rows,
        )
        return ReasonText(
            heading=_("The journal is whole"),
            explanation=words.format(n=check.rows),
            tone=Tone.OK,
        )
    words = _("Row {n} is not as it was written, or rows before it were removed.")
    return ReasonText(
        heading=_("The journal was tampered with"),
        explanation=words.format(n=check.first_broken),
        tone=Tone.ERROR,
    )


def _action(entry: Entry) -> str:
    return _(_ACTIONS[entry.action][0]) if entry.action in _ACTIONS else plain(entry.action)


def _target(entry: Entry) -> str:
    if not entry.target or entry.action in {Action.PRACTICE_ENTER, Action.PRACTICE_LEAVE}:
        return ""
    is_file = entry.action in {Action.SIGN, Action.VERIFY}
    return plain(Path(entry.target).name if is_file else entry.target, 120)


def _badge(entry: Entry) -> Badge:
    if entry.facts.get("practice") is True and entry.outcome != Indication.TOTAL_FAILED:
        return Badge(_("For practice"), Tone.PRACTICE)
    if entry.outcome == "done":
        return Badge(_("Done"), Tone.OK)
    if entry.outcome in _VERDICTS:
        words, tone = _VERDICTS[entry.outcome]
        return Badge(_(words), tone, "file-text" if tone is Tone.PLAIN else None)
    if entry.outcome in _CODES:
        return Badge(describe(entry.outcome).heading, Tone.ERROR)
    return Badge(plain(entry.outcome, 40))
