"""Certificates put where they belong from the window: Личное, containers, beside a key. No Qt here.

What does not fit is told before anybody types a PIN; an older certificate is put in only after a
question of its own.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.crypto.certificates.door import Certificates
from app.crypto.containers.installing import Installing, is_bound_only
from app.crypto.containers.model import Installed
from app.errors import ErrorCode, ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.texts.showing import local_date, plain
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.pin import Secret
from app.ui.asking import Question
from app.ui.forms import Filled, Form, Step, Told
from app.ui.keys.care_telling import installed_told
from app.ui.keys.port import View
from app.ui.known_keys import Key, KnownKeys
from app.ui.notes import Notes
from app.ui.secrets import Secrets, Wish
from app.ui.work import Job, Tasks

T = TypeVar("T")


class CertificateDeeds:
    """Reads the file, looks whether it fits, asks, does one thing, tells."""

    def __init__(
        self,
        *,
        installing: Installing,
        certificates: Certificates,
        secrets: Secrets,
        keys: KnownKeys,
        notes: Notes,
        tasks: Tasks,
    ) -> None:
        self._installing = installing
        self._certificates = certificates
        self._secrets = secrets
        self._keys = keys
        self._notes = notes
        self._tasks = tasks
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to ask and tell on ``view``."""
        self._view = view

    def personal(self, key: Key) -> None:
        """Put the certificate of a key into Личное."""
        self._do(lambda _job: self._installing.personal(key.container), self._take)

    def install(self, key: Key, file: Path) -> None:
        """Put the certificate in a file into the container of a key."""
        self._read(file, lambda found: self._fit(key.container, found))

    def bind(self, key: Key, file: Path) -> None:
        """Keep the certificate in a file beside a key, in this program; its place is not touched."""
        self._read(file, lambda found: self._fit(key.container, found, apart=True))

    def install_anywhere(self, file: Path) -> None:
        """Find the key of the certificate in a file, and put it there."""

        def find(found: list[bytes]) -> None:
            self._do(
                lambda _job: self._installing.key_of(found),
                lambda container: self._fit(container, found),
            )

        self._read(file, find)

    def unbind(self, key: Key) -> None:
        """Forget the certificate that is kept apart for a key."""

        def take(_nothing: None) -> None:
            self._notes.note(Action.CERTIFICATE_UNBIND, key.uri, "done")
            self._view.tell(Told(heading=_("The certificate is no longer kept for this key.")))
            self._keys.refresh()

        question = Question(
            heading=_("Keep this certificate no longer?"),
            words=_(
                "Certificate: {name}. The key stays as it is; without a certificate nothing can be "
                "signed with it here. The file that you took it from is not touched."
            ).format(name=key.owner or plain(key.container.label)),
            yes=_("Keep it no longer"),
            icon="unlink",
        )
        self._view.ask(
            question,
            lambda: self._do(lambda _job: self._installing.unbind(key.container), take),
        )

    def earlier(self, key: Key) -> None:
        """Let one of the earlier certificates of a key take the place of the present one."""
        earlier = key.container.earlier

        def look(_job: Job) -> list[tuple[str, str]]:
            shown = []
            for place, der in reversed(list(enumerate(earlier))):
                facts = self._certificates.show(der)
                words = _("from {begin} to {end}, issued by {issuer}").format(
                    begin=local_date(facts.not_before),
                    end=local_date(facts.not_after),
                    issuer=plain(facts.issuer.common_name or facts.issuer.text, 60),
                )
                shown.append((str(place), words))
            return shown

        def ask(shown: list[tuple[str, str]]) -> None:
            form = Form(
                heading=_("Take an earlier certificate"),
                words=_(
                    "Documents are signed with the certificate that stands in the container. The "
                    "one that is there now is kept among the earlier ones."
                ),
                yes=_("Take it"),
                icon="badge-check",
                facts=((_("Container"), plain(key.container.label)),),
                choice=_("Certificate"),
                choices=tuple(shown),
            )
            self._view.ask_form(form, take)

        def take(filled: Filled) -> None:
            self._put(key.container, [earlier[int(filled.choice)]], older=True, apart=False)

        self._do(look, ask)

    # --- inner

    def _read(self, file: Path, then: Callable[[list[bytes]], None]) -> None:
        self._do(
            lambda _job: [each.der for each in self._certificates.read(file).certificates], then
        )

    def _fit(
        self,
        container: Container,
        found: list[bytes],
        *,
        apart: bool = False,
        older: bool = False,
    ) -> None:
        """See that it fits, and ask about an older one; then put it in."""

        def fail(error: RoscherkError) -> None:
            if error.code is not ErrorCode.CERTIFICATE_OLDER:
                self._fail(error)
                return
            words = describe_error(error)
            question = Question(
                heading=words.heading,
                words=words.explanation,
                yes=_("Take the older one"),
                icon="history",
            )
            self._view.ask(question, lambda: self._fit(container, found, apart=apart, older=True))

        self._tasks.run(
            lambda _job: self._installing.demand_fit(container, found, older_too=older),
            done=lambda _nothing: self._put(container, found, older=older, apart=apart),
            failed=fail,
            lane="keys",
        )

    def _put(self, container: Container, found: list[bytes], *, older: bool, apart: bool) -> None:
        def put(secret: Secret | None) -> None:
            def work(_job: Job) -> Installed:
                try:
                    return self._installing.into(
                        container, found, lambda _: secret, older_too=older, apart=apart
                    )
                finally:
                    if secret is not None:
                        secret.wipe()

            self._do(work, self._take)

        writes = container.place is KeyPlaceKind.TOKEN and not is_bound_only(container)
        if apart or not writes:
            put(None)
            return
        purpose = _("To write the certificate to the token")
        known = self._keys.find(container.uri)
        owner = "" if known is None else known.owner
        wish = Wish(container=container, owner=owner, purpose=purpose)
        self._secrets.ask(self._view, wish, put, self._fail)

    def _take(self, done: Installed) -> None:
        change = {} if done.change is None else {"change": done.change}
        request = {} if done.request is None else {"request": done.request.name}
        facts = {"where": done.where, "sha256": done.certificate.sha256, **change, **request}
        bound = done.where == "bound"
        action = Action.CERTIFICATE_BIND if bound else Action.CERTIFICATE_INSTALL
        self._notes.note(action, done.container.uri, "done", **facts)
        steps: tuple[Step, ...] = ()
        if (name := done.change) is not None:
            steps = (Step(text=_("Take it back"), act=lambda: self._undo(name)),)
        self._view.tell(installed_told(done, steps))
        self._keys.refresh()

    def _undo(self, name: str) -> None:
        def take(count: int) -> None:
            self._notes.note(Action.TRUST_REMOVE, name, "done", count=count)
            self._view.tell(Told(heading=_("The installation was taken back.")))

        self._do(lambda _job: len(self._installing.undo(name).added), take)

    def _do(self, work: Callable[[Job], T], done: Callable[[T], None]) -> None:
        self._tasks.run(work, done=done, failed=self._fail, lane="keys")

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)
            self._keys.refresh()
