"""Backups of the profile and news of versions among the settings: what is asked and told. No Qt here."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.crypto.backups.model import Backup
from app.crypto.releases.door import News
from app.errors import ErrorCode, ErrorFamily, RoscherkError
from app.journal import Action
from app.profile.archive import SUFFIX
from app.services import Services
from app.texts.catalogue import _
from app.texts.profile_words import backup_lines, renewed_words
from app.texts.release_words import news_heading, news_lines
from app.texts.showing import plain
from app.tokens.pin import Secret
from app.tokens.secret_pair import split_secrets
from app.ui.asking import Question, SecretQuestion
from app.ui.forms import Point, Step, Told
from app.ui.notes import Notes
from app.ui.rows import Tone
from app.ui.work import Tasks

_LANE = "profile"


class View(Protocol):
    """What the section can do for its presenter."""

    def ask(
        self, question: Question, on_yes: Callable[[], object], on_no: Callable[[], object]
    ) -> None:
        """Ask before something that matters; closing the question in any other way is a no."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a password."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error."""

    def show_backup(self, text: str, *, busy: bool) -> None:
        """Say what is being done with a backup."""

    def show_updates(self, text: str, *, busy: bool, address: str) -> None:
        """Say what came of a look for a new version, and where is looked."""


class CarePresenter:
    """Decide what the section shows and does."""

    def __init__(
        self,
        services: Services,
        notes: Notes,
        tasks: Tasks,
        *,
        leave: Callable[[], object],
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Take whom to ask; ``leave`` closes the window."""
        self._backups, self._releases = services.backups, services.releases
        self._notes, self._tasks = notes, tasks
        self._leave = leave
        self._now = now
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self.show_all()

    def show_all(self) -> None:
        """Show everything again."""
        self._view.show_backup("", busy=False)
        self._say_updates("", busy=False)

    # --- backups

    @property
    def suggestion(self) -> str:
        """Return the name for a new backup."""
        return _("Roscherk {day}.roscherk").format(day=f"{self._now():%Y-%m-%d}")

    def make(self, target: Path) -> None:
        """Ask for a new password, twice, and make a backup."""
        if not target.suffix:
            target = target.with_name(target.name + SUFFIX)
        question = SecretQuestion(
            heading=_("Password of the backup"),
            prompt=_("New password"),
            beside=_("The same again"),
            purpose=_(
                "Whoever has the file and the password has your keys. Without the password nobody "
                "can open it, nor can we."
            ),
            facts=((_("File"), plain(target)),),
        )

        def take(pair: Secret) -> None:
            with pair:
                password, again = split_secrets(pair.buffer)
            with again:
                same = password.buffer == again.buffer
            if same:
                self._make(target, password)
                return
            password.wipe()
            words = _("Nothing was made. Type the same password twice.")
            heading = _("The two passwords differ")
            self._view.tell(Told(heading=heading, words=words, tone=Tone.WARN))

        self._view.ask_secret(question, take)

    def _make(self, target: Path, password: Secret) -> None:
        def done(made: Backup) -> None:
            password.wipe()
            self._view.show_backup("", busy=False)
            self._notes.note(Action.PROFILE_BACKUP, target, "done", count=made.files)
            self._view.tell(
                Told(
                    heading=_("The backup was made"),
                    words=plain(target),
                    points=_points(made),
                )
            )

        def failed(error: RoscherkError) -> None:
            password.wipe()
            self._fail(error)

        self._view.show_backup(_("Making a backup…"), busy=True)
        self._tasks.run(
            lambda job: self._backups.make(
                target, password, progress=job.progress, cancel=job.cancel
            ),
            done=done,
            failed=failed,
            lane=_LANE,
        )

    def restore(self, path: Path) -> None:
        """Look into a backup and ask for its password where it has one."""
        self._view.show_backup(_("Reading the backup…"), busy=True)

        def found(backup: Backup) -> None:
            self._view.show_backup("", busy=False)
            if backup.whole:
                self._ask_restore(path, backup, None)
            else:
                self._ask_password(path, "")

        self._tasks.run(
            lambda job: self._backups.look(path, cancel=job.cancel),
            done=found,
            failed=self._fail,
            lane=_LANE,
        )

    def _ask_password(self, path: Path, refused: str) -> None:
        question = SecretQuestion(
            heading=_("Password of the backup"),
            prompt=_("Password"),
            purpose=_("To read what is in it. A wrong one costs nothing."),
            facts=((_("File"), plain(path)),),
            refused=refused,
        )

        def take(password: Secret) -> None:
            def found(backup: Backup) -> None:
                self._view.show_backup("", busy=False)
                self._ask_restore(path, backup, password)

            def failed(error: RoscherkError) -> None:
                password.wipe()
                self._view.show_backup("", busy=False)
                if error.code is ErrorCode.PASSWORD_WRONG:
                    self._ask_password(path, _("The password is wrong."))
                else:
                    self._fail(error)

            self._view.show_backup(_("Reading the backup…"), busy=True)
            self._tasks.run(
                lambda job: self._backups.look(path, password, cancel=job.cancel),
                done=found,
                failed=failed,
                lane=_LANE,
            )

        self._view.ask_secret(question, take)

    def _ask_restore(self, path: Path, backup: Backup, password: Secret | None) -> None:
        told = "\n".join(f"{label}: {value}" for label, value in backup_lines(backup))
        words = _(
            "A copy of the profile as it is now is kept. The program closes; at its next start the "
            "backup is in its place."
        )
        question = Question(
            heading=_("Put this backup in the place of your profile?"),
            words=f"{told}\n\n{words}",
            yes=_("Restore and close"),
            tone=Tone.WARN,
            icon="history",
        )

        def refuse() -> None:
            if password is not None:
                password.wipe()

        self._view.ask(question, lambda: self._restore(path, password), refuse)

    def _restore(self, path: Path, password: Secret | None) -> None:
        def done(_backup: Backup) -> None:
            if password is not None:
                password.wipe()
            self._view.show_backup("", busy=False)
            self._view.tell(
                Told(
                    heading=_("The backup is ready"),
                    words=_(
                        "Close the program and start it again: then the backup is in the place of "
                        "the profile."
                    ),
                    steps=(Step(text=_("Close the program"), act=self._leave),),
                )
            )
            self._leave()  # as was agreed; unless work that is under way speaks against it

        def failed(error: RoscherkError) -> None:
            if password is not None:
                password.wipe()
            self._fail(error)

        self._view.show_backup(_("Reading the backup…"), busy=True)
        self._tasks.run(
            lambda job: self._backups.restore_at_next_start(
                path, password, progress=job.progress, cancel=job.cancel
            ),
            done=done,
            failed=failed,
            lane=_LANE,
        )

    def _fail(self, error: RoscherkError) -> None:
        self._view.show_backup("", busy=False)
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)

    # --- new versions

    def look_for_updates(self) -> None:
        """Ask the address of the settings."""
        self._look(self._releases.ask)

    def read_note(self, path: Path) -> None:
        """Read a note out of a file."""
        self._look(lambda: self._releases.read(path))

    def _look(self, ask: Callable[[], News]) -> None:
        def done(news: News) -> None:
            self._say_updates(news_heading(news), busy=False)
            lines = tuple(news_lines(news))
            points: tuple[Point, ...] = tuple(
                (Tone.PLAIN, f"{label}: {value}") for label, value in lines
            )
            tone = Tone.INFO if news.newer else Tone.OK
            self._view.tell(Told(heading=news_heading(news), points=points, tone=tone))

        def failed(error: RoscherkError) -> None:
            self._say_updates("", busy=False)
            if error.family is not ErrorFamily.SILENT:
                self._view.show_error(error)

        self._say_updates(_("Looking…"), busy=True)
        self._tasks.run(lambda _job: ask(), done=done, failed=failed, lane="updates")

    def _say_updates(self, text: str, *, busy: bool) -> None:
        address = self._releases.address
        self._view.show_updates(text, busy=busy, address=plain(address))


def _points(backup: Backup) -> tuple[Point, ...]:
    return tuple((Tone.PLAIN, f"{label}: {value}") for label, value in backup_lines(backup))


def tell_at_start(services: Services, tasks: Tasks, tell: Callable[[str], object]) -> None:
    """Say once what the gate of the profile did, and look for a new version if it is time."""
    news, releases = services.backups.news, services.releases
    if news is not None:
        if news.renewed_from is not None:
            tell(renewed_words(news))
        elif news.restored:
            tell(_("The backup is in the place of the profile"))
        elif news.read_only:
            tell(_("Nothing can be written to the profile: what is done now is not kept."))

    def done(found: News | None) -> None:
        if found is not None and found.newer:
            tell(news_heading(found))

    def ignore(_error: RoscherkError) -> None:
        """Nobody asked: whoever wants to know why presses the button."""

    tasks.run(
        lambda _job: releases.ask() if releases.due() else None,
        done=done,
        failed=ignore,
    )
