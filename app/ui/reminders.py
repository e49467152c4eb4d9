"""What the window says by itself of keys: one ends soon, one was renewed. No Qt here.

Each is said once, quietly, and stays away until the next one is due if the user puts it off.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app import settings as table
from app.crypto.containers.model import ContainerFacts
from app.crypto.containers.terms import OVER, Ending, reminders, successor
from app.crypto.saving import AtomicFile
from app.errors import RoscherkError
from app.reports.calendar_file import save_calendar
from app.settings import Settings
from app.texts.catalogue import _, ngettext
from app.texts.certificate_fields import owner_words
from app.texts.expiry_words import (
    ending_dates,
    ending_heading,
    renewal_steps,
    renewal_text,
    renewal_title,
)
from app.texts.showing import local_date, plain
from app.ui.forms import Step, Told
from app.ui.known_keys import KnownKeys, now
from app.ui.rows import Tone
from app.ui.work import Tasks
from app.values import dataclass

_MOST_KEPT = 200


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """What is said over the pages."""

    tone: Tone
    heading: str
    words: str
    action: str
    names: tuple[str, ...]
    """What is put off with it."""
    act: Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """A key whose owner has a newer certificate."""

    old: ContainerFacts
    new: ContainerFacts

    @property
    def name(self) -> str:
        """Name the proposal: once put off it does not come again for these two."""
        ends = [each.certificate.sha256 for each in (self.old, self.new) if each.certificate]
        return ":".join((*ends, "renewed"))


class View(Protocol):
    """What the window can do for this."""

    def show_reminder(self, reminder: Reminder | None) -> None:
        """Show it over the pages of documents and keys, or nothing."""

    def tell(self, told: Told) -> None:
        """Tell more in a dialog."""

    def choose_target(
        self, title: str, name: str, kind: str, answer: Callable[[Path], object]
    ) -> None:
        """Let the user say where to save something."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error."""

    def say(self, text: str) -> None:
        """Say for a moment that something was done."""


class Reminders:
    """Decides what is said of the keys that are known."""

    def __init__(
        self,
        keys: KnownKeys,
        settings: Settings,
        tasks: Tasks,
        use_key: Callable[[str], object],
        clock: Callable[[], datetime] = now,
    ) -> None:
        """``use_key`` makes the key of this name the one that signs."""
        self._keys = keys
        self._settings = settings
        self._tasks = tasks
        self._use_key = use_key
        self._clock = clock
        self._put_off: set[str] = set(settings.get(table.SEEN_REMINDERS))
        self.shown: Reminder | None = None
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to follow the keys."""
        self._view = view
        self._keys.watch(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say what is due now."""
        self.shown = None if self._keys.practice else self._due()
        self._view.show_reminder(self.shown)

    def act(self) -> None:
        """Do what the reminder offers."""
        if self.shown is not None:
            self.shown.act()

    def later(self) -> None:
        """Put it off: the next one comes at the next threshold."""
        if self.shown is None:
            return
        self._put_off.update(self.shown.names)
        kept = (*self._settings.get(table.SEEN_REMINDERS), *self.shown.names)
        seen = tuple(dict.fromkeys(kept))[-_MOST_KEPT:]
        self._tasks.run(
            lambda _job: self._settings.set(table.SEEN_REMINDERS, seen),
            done=lambda _nothing: None,
            failed=self._view.show_error,
            lane="settings",
        )
        self.refresh()

    # --- what is due

    def _due(self) -> Reminder | None:
        rows, at = self._keys.described, self._clock()
        renewal = self._renewal(rows, at)
        if renewal is not None:
            return self._proposal(renewal)
        found = [each for each in reminders(rows, at) if each.name not in self._put_off]
        return self._warning(found) if found else None

    def _renewal(self, rows: Iterable[ContainerFacts], at: datetime) -> Renewal | None:
        """Return the key that signs by default, if it was renewed; another one if none does."""
        known = tuple(rows)
        default = self._settings.get(table.LAST_KEY)
        chosen = [each for each in known if each.container.uri == default]
        for row in chosen or known:
            newer = successor(row, known, at)
            if newer is not None:
                renewal = Renewal(old=row, new=newer)
                if renewal.name not in self._put_off:
                    return renewal
        return None

    def _proposal(self, renewal: Renewal) -> Reminder:
        new, old = renewal.new.certificate, renewal.old.certificate
        if new is None or old is None:  # `successor` looks at certificates alone
            raise ValueError("renewal without a certificate")
        heading = _("There is a new certificate: {owner}, until {date}")
        words = _(
            "Sign with it by default? The key before it (until {date}) stays in the list for the archive; nothing is deleted."
        )
        return Reminder(
            tone=Tone.INFO,
            heading=heading.format(owner=owner_words(new), date=local_date(new.not_after)),
            words=words.format(date=local_date(old.not_after)),
            action=_("Sign with the new one"),
            names=(renewal.name,),
            act=lambda: self._change_over(renewal),
        )

    def _change_over(self, renewal: Renewal) -> None:
        self._use_key(renewal.new.container.uri)
        self.later()
        self._view.say(_("Documents are signed with the new key now"))

    def _warning(self, found: list[Ending]) -> Reminder:
        first = found[0]
        words = ending_dates(first)
        if len(found) > 1:
            more = ngettext("And {n} more key.", "And {n} more keys.", len(found) - 1)
            words = f"{words} {more.format(n=len(found) - 1)}"
        return Reminder(
            tone=Tone.ERROR if first.threshold == OVER else Tone.WARN,
            heading=ending_heading(first, owner_words(first.certificate)),
            words=words,
            action=_("What to do…"),
            names=tuple(each.name for each in found),
            act=lambda: self._tell(first),
        )

    # --- what can be done

    def _tell(self, ending: Ending) -> None:
        facts = ending.certificate
        owner = owner_words(facts)
        self._view.tell(
            Told(
                heading=ending_heading(ending, owner),
                words=f"{ending_dates(ending)}\n\n{renewal_title(facts)}",
                tone=Tone.INFO,
                points=tuple((Tone.PLAIN, each) for each in renewal_steps(facts, in_window=True)),
                steps=(
                    Step(text=_("Reminders for a calendar (.ics)…"), act=self.save_calendar),
                    Step(text=_("Save the list…"), act=lambda: self._save_list(ending, owner)),
                ),
            )
        )

    def save_calendar(self) -> None:
        """Save reminders of all keys to a file for a calendar program."""
        self._view.choose_target(
            _("Reminders for a calendar"),
            _("Terms of the keys") + ".ics",
            _("Calendar (*.ics)"),
            lambda target: self._write(
                target, lambda: save_calendar(self._keys.described, target, self._clock())
            ),
        )

    def _save_list(self, ending: Ending, owner: str) -> None:
        text = renewal_text(ending, owner)
        self._view.choose_target(
            _("Save the list"),
            _("New certificate, what to do") + ".txt",
            _("Text (*.txt)"),
            lambda target: self._write(target, lambda: _save_text(text, target)),
        )

    def _write(self, target: Path, work: Callable[[], Path]) -> None:
        told = _("Written: {name}").format(name=plain(target.name))
        self._tasks.run(
            lambda _job: work(),
            done=lambda _path: self._view.say(told),
            failed=self._view.show_error,
            lane="printing",
        )


def _save_text(text: str, target: Path) -> Path:
    with AtomicFile.create(target.parent) as file:
        file.write(text.encode())
        return file.publish(target, numbers=False)
