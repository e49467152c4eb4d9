"""The check of all keys from the window: what is wrong, each with one safe repair. No Qt here."""

from functools import partial

from app.crypto.containers.doctor import Doctor
from app.crypto.containers.model import Finding, RepairKind
from app.errors import ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.model import KeyPlaceKind
from app.tokens.pin import Secret
from app.ui.forms import Step, Told
from app.ui.keys.care_telling import finding_point
from app.ui.keys.port import View
from app.ui.known_keys import KnownKeys
from app.ui.notes import Notes
from app.ui.rows import Tone
from app.ui.secrets import Secrets, Wish
from app.ui.work import Job, Tasks


class DoctorDeeds:
    """Examines, tells, mends one finding at a time."""

    def __init__(
        self, doctor: Doctor, secrets: Secrets, keys: KnownKeys, notes: Notes, tasks: Tasks
    ) -> None:
        self._secrets = secrets
        self._doctor = doctor
        self._keys = keys
        self._notes = notes
        self._tasks = tasks
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to tell on ``view``."""
        self._view = view

    def examine(self) -> None:
        """Look through everything and tell what was found."""
        self._tasks.run(
            lambda _job: self._doctor.examine(),
            done=self._take,
            failed=self._fail,
            lane="doctor",
        )

    def _take(self, findings: tuple[Finding, ...]) -> None:
        if not findings:
            heading = _("Nothing is wrong with the keys that were found.")
            self._view.tell(Told(heading=heading))
            return
        steps = tuple(
            Step(text=self._repair_text(each), act=partial(self._repair, each))
            for each in findings
            if each.repair.by_program
        )
        points = tuple(finding_point(each) for each in findings)
        bad = any(tone is Tone.ERROR for tone, _words in points)
        self._view.tell(
            Told(
                heading=_("What was found"),
                words=_("Nothing is deleted by any of these repairs."),
                tone=Tone.ERROR if bad else Tone.WARN,
                points=points,
                steps=steps,
            )
        )

    @staticmethod
    def _repair_text(finding: Finding) -> str:
        name = plain(finding.containers[0].label)
        words = {
            RepairKind.BIND: _("Keep the certificate beside the key: {name}"),
            RepairKind.INSTALL: _("Put the certificate into its container: {name}"),
            RepairKind.CLOSE_ACCESS: _("Close the files to others: {name}"),
        }
        return words[finding.repair.kind].format(name=name)

    def _repair(self, finding: Finding) -> None:
        container = finding.containers[0]
        on_token = container.place is KeyPlaceKind.TOKEN
        if on_token and finding.repair.kind is RepairKind.INSTALL:
            purpose = _("To write the certificate to the token")
            wish = Wish(container=container, owner="", purpose=purpose)
            self._secrets.ask(
                self._view, wish, lambda secret: self._mend(finding, secret), self._fail
            )
        else:
            self._mend(finding, None)

    def _mend(self, finding: Finding, secret: Secret | None) -> None:
        uri = finding.containers[0].uri

        def work(_job: Job) -> None:
            try:
                self._doctor.repair(finding, lambda _container: secret)
            finally:
                if secret is not None:
                    secret.wipe()

        def take(_nothing: None) -> None:
            kind = finding.repair.kind.value
            self._notes.note(Action.CONTAINER_REPAIR, uri, "done", repair=kind)
            self._keys.refresh()
            self.examine()

        self._tasks.run(work, done=take, failed=self._fail, lane="keys")

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)
