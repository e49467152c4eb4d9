"""A key and the request for its certificate, from the window. No Qt here.

First: what is the key for. Then the fields, checked before anything is made; then the file, the PIN,
and one piece of work that makes the key and the request. What waits is remembered and shown.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.crypto.containers.moving import Moving
from app.crypto.requests.door import Requests
from app.crypto.requests.model import MadeRequest, RequestContent, RequestOrder
from app.crypto.requests.pending import PendingRequest
from app.crypto.requests.purpose import Purpose
from app.errors import ErrorCode, ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import N_, _
from app.texts.errors import describe_error
from app.texts.purposes import purpose_words
from app.texts.showing import local_date, plain
from app.tokens.model import Container, Token
from app.tokens.pin import Secret
from app.tokens.store import Store
from app.ui.asking import Question
from app.ui.forms import Step, Told
from app.ui.keys.import_deeds import planned_key, writable_tokens
from app.ui.keys.port import View as BasicView
from app.ui.keys.request_form import OWN_STORE, RequestAsked, RequestFilled, places_for
from app.ui.keys.token_telling import token_key
from app.ui.known_keys import Key, KnownKeys
from app.ui.notes import Notes
from app.ui.rows import Row, Tone
from app.ui.secrets import Secrets, Wish
from app.ui.work import Job, Tasks

FILES = N_("Certificate requests (*.csr *.p10 *.req)")


class View(BasicView, Protocol):
    """What is needed of the page."""

    def ask_purpose(self, answer: Callable[[Purpose], object], *, key_alone: bool) -> None:
        """Ask what the key is for."""

    def ask_request(self, asked: RequestAsked, answer: Callable[[RequestFilled], object]) -> None:
        """Ask for the fields and the key."""

    def choose_request(self, suggestion: str, answer: Callable[[Path], object]) -> None:
        """Let the user say where the request is saved."""

    def show_pending(self, rows: tuple[Row, ...], placed: frozenset[str]) -> None:
        """Show the requests that wait."""

    def show_folder_of(self, path: str) -> None:
        """Open the folder of a file."""


class RequestDeeds:
    """Asks step by step, does one thing, tells what comes next."""

    def __init__(
        self,
        *,
        requests: Requests,
        moving: Moving,
        store: Store,
        secrets: Secrets,
        keys: KnownKeys,
        notes: Notes,
        tasks: Tasks,
        want: Callable[[str], None],
    ) -> None:
        """``want`` chooses a key that was made, as soon as it is in the list."""
        self._requests = requests
        self._moving = moving
        self._store = store
        self._secrets = secrets
        self._keys = keys
        self._notes = notes
        self._tasks = tasks
        self._want = want
        self._pending: tuple[PendingRequest, ...] = ()
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to ask and tell on ``view``."""
        self._view = view

    def begin(self, key: Key | None = None) -> None:
        """Ask what the key is for; ``key``: one that is there already."""
        self._view.ask_purpose(lambda purpose: self._go_on(purpose, key), key_alone=key is None)

    def _go_on(self, purpose: Purpose, key: Key | None) -> None:
        if not purpose.by_request:
            words = purpose_words(purpose, in_window=True)
            numbered = (f"{number}. {step}" for number, step in enumerate(words.steps, 1))
            points = tuple((Tone.PLAIN, each) for each in numbered)
            self._view.tell(
                Told(heading=words.title, words=words.explanation, tone=Tone.INFO, points=points)
            )
            return
        tokens = {token_key(each): each for each in writable_tokens(self._keys.tokens)}
        asked = RequestAsked(
            purpose=purpose,
            key="" if key is None else key.title,
            places=places_for(_("Own store of the program"), tuple(tokens.values())),
        )
        self._view.ask_request(asked, lambda filled: self._check(filled, key, tokens))

    def _check(self, filled: RequestFilled, key: Key | None, tokens: dict[str, Token]) -> None:
        """See that the fields hold, before a key is made for them; then ask for the file."""
        try:
            self._requests.demand(filled.applicant)
        except RoscherkError as error:
            _wipe(filled.password)
            self._fail(error)
            return
        name = filled.name if key is None else plain(key.container.label)
        kept = "".join(each if each.isalnum() or each in " -_." else "_" for each in name)
        suggestion = f"{kept.strip(' .') or _('request')}.csr"
        self._view.choose_request(
            suggestion, lambda target: self._ask_secret(filled, key, tokens, target)
        )

    def _ask_secret(
        self, filled: RequestFilled, key: Key | None, tokens: dict[str, Token], target: Path
    ) -> None:
        if key is None and filled.place == OWN_STORE:
            self._make(filled, None, None, target, filled.password)
            return
        token = tokens.get(filled.place) if key is None else None
        container = key.container if key is not None else None
        purpose = _("To sign the request with the key")
        if token is not None:
            container = planned_key(token, filled.name)
            purpose = _("To make the key on the token and sign the request with it")
        if container is None:
            return
        wish = Wish(container=container, owner="", purpose=purpose)
        known = None if key is None else key.container
        self._secrets.ask(
            self._view,
            wish,
            lambda secret: self._make(filled, known, token, target, secret),
            self._fail,
        )

    def _make(
        self,
        filled: RequestFilled,
        known: Container | None,
        token: Token | None,
        target: Path,
        secret: Secret | None,
    ) -> None:
        made: list[Container] = [] if known is None else [known]

        def work(_job: Job) -> MadeRequest:
            try:
                if target.exists():
                    raise RoscherkError(ErrorCode.TARGET_EXISTS, path=str(target))
                if not made:
                    made.append(self._make_key(filled, token, secret))
                order = RequestOrder(
                    content=RequestContent(applicant=filled.applicant),
                    container=made[0],
                    output=target.absolute(),
                )
                return self._requests.make(order, secret)
            finally:
                _wipe(secret)

        def fail(error: RoscherkError) -> None:
            self._note_failure(error, filled, token, target, made)
            if known is None and made:
                self._want(made[0].uri)
                self._tell_key_alone(made[0], error)
            else:
                self._fail(error)

        def take(request: MadeRequest) -> None:
            self._notes.note(Action.REQUEST_CREATE, request.target, "done", key=made[0].uri)
            self._want(made[0].uri)
            self._tell(request)

        self._tasks.run(work, done=take, failed=fail, lane="keys")

    def _note_failure(
        self,
        error: RoscherkError,
        filled: RequestFilled,
        token: Token | None,
        target: Path,
        made: list[Container],
    ) -> None:
        """Note what was not made: the key, or with a key the request."""
        outcome = error.code.value
        if made:
            self._notes.note(Action.REQUEST_CREATE, target, outcome, key=made[0].uri)
        else:
            facts = _key_facts(filled, token)
            self._notes.note(Action.CONTAINER_CREATE, filled.name, outcome, **facts)

    def _make_key(
        self, filled: RequestFilled, token: Token | None, secret: Secret | None
    ) -> Container:
        """Make the key. Runs in a thread."""
        facts = _key_facts(filled, token)
        if token is None:
            if secret is None:
                raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
            made = self._store.create(filled.name, filled.algorithm, secret)
        else:
            made = self._moving.new_on_token(token, filled.algorithm, filled.name, secret)
        self._tasks.post(
            lambda: self._notes.note(Action.CONTAINER_CREATE, made.uri, "done", **facts)
        )
        return made

    def _tell(self, request: MadeRequest) -> None:
        path = str(request.target)
        points = [
            (Tone.PLAIN, _("Send the file to your certification authority.")),
            (Tone.PLAIN, _("Install the certificate it issues: the program finds the key for it.")),
        ]
        if not request.pending and not request.facts.practice:
            told = _("It is not in the list of requests that wait: the profile cannot be written.")
            points.append((Tone.WARN, told))
        self._view.tell(
            Told(
                heading=_("The request is made"),
                words=plain(path),
                points=tuple(points),
                steps=(
                    Step(text=_("Show the file"), act=lambda: self._view.show_folder_of(path)),
                    Step(text=_("Requests that wait…"), act=self.show_pending),
                ),
            )
        )

    def _tell_key_alone(self, container: Container, error: RoscherkError) -> None:
        words = describe_error(error)
        told = " ".join(part for part in (words.heading, words.explanation, words.advice) if part)
        self._view.tell(
            Told(
                heading=_("The key was made, the request was not"),
                words=plain(container.label),
                tone=Tone.WARN,
                points=(
                    (Tone.ERROR, told),
                    (Tone.PLAIN, _("Choose the key in the list and request a certificate for it.")),
                ),
            )
        )

    # --- what waits

    def show_pending(self) -> None:
        """Show the requests that wait for their certificates."""
        self._tasks.run(
            lambda _job: self._requests.pending.entries(),
            done=self._take_pending,
            failed=self._fail,
            lane="keys",
        )

    def _take_pending(self, entries: tuple[PendingRequest, ...]) -> None:
        self._pending = entries
        self._view.show_pending(
            tuple(_row(each) for each in entries),
            frozenset(each.name for each in entries if each.file),
        )

    def folder_of(self, name: str) -> None:
        """Open the folder in which a waiting request was saved."""
        entry = self._find(name)
        if entry is not None and entry.file:
            self._view.show_folder_of(entry.file)

    def forget(self, name: str) -> None:
        """Wait no longer for a certificate, after a question."""
        entry = self._find(name)
        if entry is None:
            return

        def take(gone: PendingRequest) -> None:
            self._notes.note(Action.REQUEST_FORGET, gone.file or gone.name, "done", key=gone.key)
            self._keys.refresh()
            self.show_pending()

        def go() -> None:
            self._tasks.run(
                lambda _job: self._requests.pending.forget(entry.name),
                done=take,
                failed=self._fail,
                lane="keys",
            )

        question = Question(
            heading=_("Wait no longer for this certificate?"),
            words=_(
                "{applicant}. The key and the file of the request stay; a certificate that comes "
                "all the same can still be installed."
            ).format(applicant=plain(entry.applicant)),
            yes=_("Wait no longer"),
            icon="clock",
        )
        self._view.ask(question, go)

    def _find(self, name: str) -> PendingRequest | None:
        return next((each for each in self._pending if each.name == name), None)

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)
            self._keys.refresh()


def _key_facts(filled: RequestFilled, token: Token | None) -> dict[str, str]:
    facts = {"algorithm": filled.algorithm.value}
    return facts if token is None else {**facts, "token": token.serial}


def _row(entry: PendingRequest) -> Row:
    made = _("made on {date}").format(date=local_date(entry.made))
    parts = [made, plain(Path(entry.file).name)] if entry.file else [made]
    return Row(
        key=entry.name, title=plain(entry.applicant), caption="  ·  ".join(parts), icon="clock"
    )


def _wipe(secret: Secret | None) -> None:
    if secret is not None:
        secret.wipe()
