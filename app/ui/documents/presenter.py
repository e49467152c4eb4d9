"""Documents: what can be signed and verified, with which key, and what came of it. No Qt here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app import settings as table
from app.crypto.model import SigningAct
from app.crypto.presigning.door import Presigning
from app.crypto.signing.door import Signing
from app.crypto.verifying.door import Checked
from app.errors import ErrorFamily, RoscherkError
from app.reports.dossier import joined
from app.settings import Settings
from app.texts.catalogue import _
from app.ui.checking import Checking
from app.ui.documents.bar_words import bar_of, busy_words, summary_words
from app.ui.documents.deeds import Engines, SignatureDeeds
from app.ui.documents.draft import Draft
from app.ui.documents.key_choice import proposed
from app.ui.documents.listing import Listing
from app.ui.documents.parcels import Parcels
from app.ui.documents.peeking import Peeking, gather_rows, seen
from app.ui.documents.port import View
from app.ui.documents.precheck import Precheck
from app.ui.documents.preflight import Flight, Preflight
from app.ui.documents.sending import Sending
from app.ui.documents.signing_desk import SigningDesk
from app.ui.documents.telling import details_of, details_of_several
from app.ui.documents.verb_desk import VerbDesk
from app.ui.files import BUSY, Document
from app.ui.gathering import Gathered
from app.ui.known_keys import Key, KnownKeys, now
from app.ui.notes import Notes
from app.ui.paperwork import Paperwork
from app.ui.practice_mode import PracticeMode
from app.ui.secrets import Secrets
from app.ui.signing_run import PUT_TOGETHER, Awaits, SignOptions
from app.ui.work import Tasks

_MANY: Final = 200
"""So many are shown, looked into and chosen in a turn each: all at once would be felt."""


class DocumentsPresenter:
    """Decide what the page of documents shows and does."""

    def __init__(
        self,
        *,
        keys: KnownKeys,
        practice: PracticeMode,
        signing: Signing,
        awaits: Awaits,
        presigning: Presigning,
        engines: Engines,
        sending: Callable[[Callable[[], None], Callable[[RoscherkError], None]], Sending],
        secrets: Secrets,
        draft: Callable[[Callable[[RoscherkError], None]], Draft],
        checking: Callable[[Callable[[Document], None]], Checking],
        settings: Settings,
        notes: Notes,
        paperwork: Paperwork,
        tasks: Tasks,
    ) -> None:
        self._keys = keys
        self._practice = practice
        self._precheck = Precheck(presigning, tasks, self._on_looked)
        self._settings = settings
        self._notes = notes
        self._paperwork = paperwork
        self._tasks = tasks
        self._checking = checking(self._on_document)
        self.sending = sending(self._on_sending, self._fail)
        self._peeking = Peeking(engines.packages, tasks, self._take_glances)
        self._preflight = Preflight(
            engines.certificates, engines.verifying, self._precheck, tasks, self._show_bar
        )
        self.draft = draft(self._fail)
        self.parcels = Parcels(
            tasks, chosen=self.chosen, along=lambda: self.sending.along, on_error=self._fail
        )
        self._desk = desk = SigningDesk(
            signing,
            awaits,
            secrets,
            tasks,
            notes,
            keys=keys,
            practice=practice,
            proxy=engines.proxy,
            documents=lambda: self._documents,
            on_document=self._on_document,
            on_change=self._on_signing,
            on_error=self._fail,
        )
        self.go_on = desk.go_on
        self._deeds = SignatureDeeds(
            engines, tasks, notes, on_change=self._show_bar, on_made=self.add
        )
        self.verbs = VerbDesk(
            self._deeds,
            chosen=self.chosen,
            options=lambda: self.options,
            can_sign=self._can_sign,
            practice=lambda: practice.active,
            sign=self._sign,
        )
        self._documents: dict[str, Document] = {}
        self._list = Listing(tasks, lambda: list(self._documents.values()), self._fail)
        self._chosen: list[str] = []
        self._key: str | None = settings.get(table.LAST_KEY) or None
        self._gathering = False
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self._list.attach(view)
        self._desk.attach(view)
        self._deeds.attach(view)
        self.parcels.attach(view)
        self.sending.begin()
        self.draft.look(view.show_unfinished)
        self._keys.watch(self._on_keys)
        self.show_all()

    def show_all(self) -> None:
        """Show everything again, e.g. in another language."""
        self._list.show()
        self._show_bar()
        self._show_details()

    # --- the list

    def add(self, paths: Sequence[Path]) -> None:
        """Add files, and the files inside folders."""
        if not paths:
            return
        self._gathering = True
        self._show_bar()
        self._tasks.run(
            lambda job: gather_rows(paths, self._list.rows, job),
            done=self._take_gathered,
            failed=self._fail,
            lane=None,
        )

    def make_sample(self, folder: Path) -> None:
        """Make the sample contract of practice mode, and put it on the list."""
        self._paperwork.sample(folder, lambda path: self.add([path]), self._fail)

    def _take_gathered(self, found: Gathered) -> None:
        self._gathering = False
        fresh = [each for each in found.documents if each.key not in self._documents]
        self._documents |= {each.key: each for each in fresh}
        self._list.show()
        keys = [each.key for each in found.documents]
        chosen = keys if len(keys) <= len(fresh) else keys[:1]
        before = self._chosen
        if len(found.documents) > _MANY:
            self._tasks.post(lambda: self._look_into(fresh))
            self._tasks.post(lambda: self._choose(chosen, before))
        else:
            self._look_into(fresh)
            self._choose(chosen, before)

    def _choose(self, keys: list[str], before: list[str]) -> None:
        if keys and self._chosen is before:  # nothing was chosen meanwhile
            self._view.choose(keys)

    def _look_into(self, fresh: list[Document]) -> None:
        self._peeking.look(fresh)
        self._show_bar()

    def _take_glances(self, found: list[Document]) -> None:
        """Take what was seen of documents, unless something was done with them meanwhile."""
        changed = seen(self._documents, found)
        self._documents |= {each.key: each for each in changed}
        self._list.show_changed(changed)

    def remove(self) -> None:
        """Take the chosen documents off the list; the files themselves stay."""
        gone = {key for key in self._chosen if self._documents[key].state not in BUSY}
        self._documents = {k: d for k, d in self._documents.items() if k not in gone}
        self._chosen = [key for key in self._chosen if key in self._documents]
        self.show_all()

    def select(self, keys: Sequence[str]) -> None:
        """Learn which documents are chosen."""
        self._chosen = [key for key in keys if key in self._documents]
        self._show_details()
        self._show_bar()

    def document(self, key: str) -> Document | None:
        """Return a document of the list."""
        return self._documents.get(key)

    # --- keys and options

    def choose_key(self, uri: str) -> None:
        """Learn which key the user chose, and remember it for the next time."""
        self._key = uri
        if not self._practice.active and not self._settings.locked(table.LAST_KEY):
            self._tasks.run(
                lambda _job: self._settings.set(table.LAST_KEY, uri),
                done=lambda _nothing: None,
                failed=self._fail,
                lane="settings",
            )
        self._show_bar()

    def refresh_keys(self) -> None:
        """Read tokens and containers anew."""
        self._keys.refresh()

    @property
    def options(self) -> SignOptions:
        """Return what is wanted for the next signatures."""
        return self.sending.options

    def set_options(self, options: SignOptions) -> None:
        """Learn what the user wants for the signature."""
        if self.sending.choose(options) != options:
            self._view.show_options(self.options)
        self._show_choices()
        self._show_bar()
        self._show_details()

    def chosen(self) -> list[Document]:
        """Return the chosen documents."""
        return [self._documents[each] for each in self._chosen]

    def _on_sending(self) -> None:
        self._view.show_options(self.options)
        self._show_choices()
        self._show_bar()

    def _show_choices(self) -> None:
        self._view.show_choices(self.sending.choices(self.chosen()))

    def take_defaults(self) -> None:
        """Follow a change of the settings."""
        self.sending.take_defaults()
        self._on_sending()

    def take_options(self, options: SignOptions) -> None:
        """Take what was wanted for an earlier signature."""
        self.sending.options = options
        self._on_sending()

    def _on_keys(self) -> None:
        self._show_bar()
        self._show_details()

    @property
    def key(self) -> Key | None:
        """Return the chosen key, or the one that is proposed."""
        return proposed(self._keys.keys, self._key, now())

    # --- signing

    def sign(self) -> None:
        """Sign the chosen documents: the secret first, the work second."""
        self._sign(self._to_sign(), self.options)

    def _sign(self, documents: list[Document], options: SignOptions) -> None:
        key = self.key
        if key is None or not self._can_sign() or not documents:
            return
        try:
            ready = self.sending.with_evidence(options)
        except RoscherkError as error:
            self._fail(error)
            return
        remarks = (self.sending.misfit(documents), self.sending.mchd_told)
        flight = Flight(
            key=key,
            documents=tuple(documents),
            certifies=options.act is SigningAct.COUNTER_SIGN,
            remarks=tuple(each for each in remarks if each is not None),
        )
        self._preflight.consider(self._view, flight, lambda: self._desk.ask(key, documents, ready))

    def _on_looked(self, key: str | None) -> None:
        self._show_bar()
        if self._chosen == [key]:
            self._show_details()

    def _show_unshown(self) -> None:
        if self._list.show_stale() and len(self._chosen) == 1:
            self._show_details()

    def _on_signing(self) -> None:
        self._show_unshown()
        self._show_bar()
        if not self._desk.running:
            self._keep_draft()
            self._show_details()
            made = (self._documents.get(key) for key in self._desk.last)
            signed = [each.signed for each in made if each is not None]
            self.sending.lay_beside([each.target for each in signed if each is not None])

    def _keep_draft(self) -> None:
        batch = [self._documents[key] for key in self._desk.last if key in self._documents]
        self.draft.follow(batch, wanted=self._desk.running or self._desk.failed)

    def _can_sign(self) -> bool:
        return self.key is not None and self.key.can_sign and not self._desk.running

    # --- verifying

    def verify(self) -> None:
        """Verify the chosen documents, or the signatures that were made for them."""
        self._checking.start(self._scope(), practice=self._practice.active)
        self._show_bar()

    def verify_with(self, content: Path) -> None:
        """Verify the chosen signature against a document that the user points to."""
        if len(self._chosen) == 1:
            (document,) = self.chosen()
            self._checking.start([document], practice=self._practice.active, content=content)

    def report(self) -> Checked | None:
        """Return one report on the chosen documents that were verified."""
        done = [each.checked for each in self.chosen() if each.checked is not None]
        return joined(done) if done else None

    def cancel(self) -> None:
        """Stop what is being done."""
        self._preflight.cancel()
        self._desk.cancel()
        self._deeds.cancel()
        self._checking.cancel()
        self._show_bar()

    def _scope(self) -> list[Document]:
        """Return the chosen documents, or all when none is chosen."""
        keys = self._chosen or list(self._documents)
        return [self._documents[key] for key in keys if self._documents[key].state not in BUSY]

    def _to_sign(self) -> list[Document]:
        return [each for each in self._scope() if each.signed is None]

    def _on_document(self, document: Document) -> None:
        if document.key not in self._documents:
            return
        self._documents[document.key] = document
        if self._desk.running and document.state in PUT_TOGETHER:
            # A run puts its whole batch to wait, or back: shown all together.
            self._list.stale = True
            return
        self._show_unshown()
        self._list.show_changed([document])
        self._show_bar()
        if document.key in self._desk.last and document.percent is None:
            self._keep_draft()
        if self._chosen == [document.key]:
            self._show_details()

    def _fail(self, error: RoscherkError) -> None:
        self._gathering = False
        self._show_bar()
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)

    def _show_bar(self) -> None:
        to_sign = self._to_sign()
        bar = bar_of(
            self._keys,
            self.key,
            practice=self._practice.active,
            how=self.sending.words(to_sign) if self._chosen else "",
            can_sign=self._can_sign() and bool(to_sign),
            can_verify=bool(self._scope()),
            busy=self._busy(),
            pause=self._desk.pause,
        )
        self._view.show_bar(bar)
        self._view.show_summary(summary_words(len(self._documents), len(self._chosen)))

    def _busy(self) -> tuple[str, int | None]:
        if self._gathering:
            return _("Looking through folders…"), None
        if self._precheck.busy or self._preflight.busy:
            return _("Looking at what is to be signed…"), None
        if self._deeds.busy:
            return self._deeds.busy, self._deeds.percent
        still = self._desk.pause is not None
        return ("", None) if still else busy_words(self._documents.values(), slow=self._desk.slow)

    def _show_details(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            details = self._precheck.told(details_of(chosen[0], self.key, now()), chosen[0])
        else:
            details = details_of_several(chosen)
        self._view.show_details(details)
        self._show_choices()
