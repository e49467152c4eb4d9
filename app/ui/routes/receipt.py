"""A receipt: somebody's signature is certified with one's own key, and the file goes back to him. No Qt here."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from app.crypto.model import SignedFile, SigningAct, SignRequest
from app.crypto.routes.door import Routes
from app.crypto.routes.model import Route, Signed
from app.crypto.signing.door import Signing
from app.errors import ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.route_words import by_words
from app.texts.showing import plain
from app.tokens.pin import Secret
from app.ui.asking import SecretQuestion
from app.ui.documents.key_choice import grouped
from app.ui.forms import Filled, Form, Step, Told
from app.ui.known_keys import Key, KnownKeys, now
from app.ui.notes import Notes
from app.ui.practice_mode import PracticeMode
from app.ui.rows import Tone
from app.ui.secrets import Secrets, Wish
from app.ui.work import Job, Tasks


class View(Protocol):
    """What is needed of the window."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password; no answer means no."""

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask for several things at once."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def show_in_folder(self, path: str) -> None:
        """Open the folder of a file."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error."""


class Receipts:
    """Makes one at a time: the key, its secret once, one signature."""

    def __init__(  # noqa: PLR0917 - the rooms that do the work
        self,
        routes: Routes,
        signing: Signing,
        keys: KnownKeys,
        secrets: Secrets,
        practice: PracticeMode,
        notes: Notes,
        tasks: Tasks,
    ) -> None:
        self._routes = routes
        self._signing = signing
        self._keys = keys
        self._secrets = secrets
        self._practice = practice
        self._notes = notes
        self._tasks = tasks
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to ask by ``view``."""
        self._view = view

    def make(self, route: Route, signed: Signed, target: Path) -> None:
        """Ask with which key, then certify the signature into a new file."""
        usable = [each for each in self._keys.keys if each.can_sign]
        if not usable:
            self._view.tell(
                Told(
                    heading=_("No key can sign here"),
                    words=_("Plug in your token, or see the page of keys for what is wrong."),
                    tone=Tone.WARN,
                )
            )
            return
        form = Form(
            heading=_("A receipt for {who}").format(who=by_words(signed.by)),
            words=_(
                "You certify this signature with yours: its maker sees by it that the document has "
                "come, when, and to whom."
            ),
            yes=_("Certify it"),
            icon="badge-check",
            choice=_("Key"),
            choices=tuple((key, words) for key, words in grouped(usable, now()) if key is not None),
        )
        self._view.ask_form(form, lambda filled: self._ask(filled.choice, route, signed, target))

    def _ask(self, uri: str, route: Route, signed: Signed, target: Path) -> None:
        key = next((each for each in self._keys.keys if each.uri == uri), None)
        if key is None:
            return

        def go(secret: Secret | None) -> None:
            self._sign(key, route, signed, target, secret)

        if key.container.practice:
            self._tasks.run(
                lambda _job: self._practice.secret(), done=go, failed=self._fail, lane="practice"
            )
            return
        wish = Wish(container=key.container, owner=key.owner, purpose=plain(target.name))
        self._secrets.ask(self._view, wish, go, self._fail)

    def _sign(
        self, key: Key, route: Route, signed: Signed, target: Path, secret: Secret | None
    ) -> None:
        request = SignRequest(
            source=self._routes.kept(route, signed.file),
            container=key.container,
            signing_time=datetime.now(UTC).replace(microsecond=0),
            act=SigningAct.COUNTER_SIGN,
            countersigned=signed.number,
            content=route.document,
            output=target,
        )

        def work(job: Job) -> SignedFile:
            try:
                return self._signing.sign(request, secret, job.progress, job.cancel)
            finally:
                if secret is not None:
                    secret.wipe()

        def done(made: SignedFile) -> None:
            self._note(made.target, "done", key, practice=made.practice)
            step = Step(
                text=_("Show in folder"),
                act=lambda: self._view.show_in_folder(str(made.target)),
            )
            heading = _("Receipt made: {name}").format(name=plain(made.target.name))
            words = _("Send it back to whoever made the signature.")
            tone = Tone.PRACTICE if made.practice else Tone.OK
            self._view.tell(Told(heading=heading, words=words, tone=tone, steps=(step,)))

        def failed(error: RoscherkError) -> None:
            self._note(target, error.code.value, key)
            self._fail(error)

        self._tasks.run(work, done=done, failed=failed, lane="routes")

    def _note(self, target: Path, outcome: str, key: Key, *, practice: bool = False) -> None:
        self._notes.note(
            Action.SIGN,
            target,
            outcome,
            key=key.uri,
            practice=practice,
            act=SigningAct.COUNTER_SIGN.value,
        )

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)
