"""Joint signing: which documents gather signatures, what came in, what is decided, the package. No Qt here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from app.crypto.routes.door import Routes, Taken
from app.crypto.routes.model import FRESH, Came, Damaged, DocumentState, Listed, Route, Signed
from app.errors import ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.package_words import package_notice
from app.texts.route_words import arrival_lines, person_name
from app.texts.showing import plain
from app.ui.asking import Question
from app.ui.forms import Form, Told
from app.ui.notes import Notes
from app.ui.routes.asking import PeopleFilled, asked_of, kept_keys
from app.ui.routes.draft import PeopleDraft
from app.ui.routes.outgoing import Outgoing
from app.ui.routes.port import View
from app.ui.routes.receipt import Receipts
from app.ui.routes.telling import (
    TONES,
    EntryCard,
    came_words,
    card_of,
    chosen_signature,
    count_words,
    damaged_words,
    entry_card,
    route_row,
)
from app.ui.rows import Tone
from app.ui.versions.presenter import Sent
from app.ui.work import Job, Task, Tasks
from app.values import dataclass

T = TypeVar("T")
_LANE = "routes"


@dataclass(frozen=True)
class _Seen:
    """What was read: routes, and how it stands with their documents."""

    listed: Listed
    states: dict[str, DocumentState]


class RoutesPresenter:
    """Decide what the window of joint signing shows and does."""

    def __init__(
        self,
        routes: Routes,
        outgoing: Outgoing,
        receipts: Receipts,
        notes: Notes,
        tasks: Tasks,
        *,
        practice: Callable[[], bool],
        draft: Path,
    ) -> None:
        """``draft``: the file that holds lines of people while they are typed."""
        self._routes = routes
        self.outgoing = outgoing
        self._receipts = receipts
        self._notes = notes
        self._tasks = tasks
        self._practice = practice
        self._draft = PeopleDraft(draft, tasks, self._fail)
        self._known: dict[str, Route] = {}
        self._states: dict[str, DocumentState] = {}
        self._damaged: tuple[Damaged, ...] = ()
        self._chosen = ""
        self._entry = ""
        self._busy = ""
        self._percent: int | None = None
        self._task: Task | None = None
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self._receipts.attach(view)
        self.outgoing.attach(view, work=self._work, route=lambda: self.route, done=self.refresh)

    def refresh(self, chosen: str = "") -> None:
        """Read everything anew; ``chosen``: the route to be shown then."""

        def read(job: Job) -> _Seen:
            listed = self._routes.all()
            states = {
                each.key: self._routes.document_state(each, job.cancel) for each in listed.routes
            }
            return _Seen(listed, states)

        def take(seen: _Seen) -> None:
            self._known = {each.key: each for each in seen.listed.routes}
            self._states = seen.states
            self._damaged += tuple(
                each for each in seen.listed.damaged if each not in self._damaged
            )
            wanted = chosen or self._chosen
            first = next(iter(self._known), "")
            self._chosen = wanted if wanted in self._known else first
            self.show_all()

        self._tasks.run(read, done=take, failed=self._fail, lane=_LANE)

    # --- showing

    def show_all(self) -> None:
        """Show everything again, e.g. in another language."""
        self._view.show_routes([route_row(each) for each in self._known.values()])
        if self._chosen:
            self._view.choose(self._chosen)
        self._show_card()
        open_ones = [each for each in self._known.values() if each.open]
        wanting = sum(len(each.undecided) for each in open_ones)
        self._view.show_summary(count_words(len(self._known), wanting) if self._known else "")
        self._view.show_damaged(damaged_words(self._damaged))
        self._view.show_busy(self._busy, self._percent)

    def _show_card(self) -> None:
        route = self.route
        if route is None:
            self._view.show_card(None)
        else:
            self._view.show_card(card_of(route, self._states[route.key]))
        self._view.show_entry(EntryCard() if route is None else entry_card(route, self._entry))

    def damaged_place(self) -> Path | None:
        """Return the folder of a record that could not be read."""
        return self._damaged[0].place if self._damaged else None

    @property
    def route(self) -> Route | None:
        """Return the chosen route."""
        return self._known.get(self._chosen)

    def select(self, keys: Sequence[str]) -> None:
        """Learn which route is chosen."""
        if keys and keys[0] != self._chosen:
            self._chosen, self._entry = keys[0], ""
            self._show_card()

    def select_entry(self, keys: Sequence[str]) -> None:
        """Learn which line of it is chosen."""
        self._entry = keys[0] if keys else ""
        route = self.route
        self._view.show_entry(EntryCard() if route is None else entry_card(route, self._entry))

    # --- beginning and changing

    def begin(self, document: Path) -> None:
        """Ask who is to sign a document, and begin."""

        def go(filled: PeopleFilled) -> None:
            self._work(
                _("Taking the digest of the document…"),
                lambda job: self._routes.begin(
                    document,
                    filled.people,
                    note=filled.note,
                    due=filled.due,
                    practice=self._practice(),
                    cancel=job.cancel,
                ),
                self._begun,
            )

        draft = self._draft
        draft.look(
            document, lambda asked: self._view.ask_people(asked, go, draft.keep, draft.forget)
        )

    def _begun(self, route: Route) -> None:
        self._notes.note(Action.ROUTE_BEGIN, route.document, "done", count=len(route.people))
        self.refresh(route.key)

    def edit(self) -> None:
        """Ask for the people anew."""
        route = self.route
        if route is None:
            return

        def go(filled: PeopleFilled) -> None:
            people = kept_keys(filled.people, route.people)
            self._change(
                lambda: self._routes.change(
                    route.key, people=people, note=filled.note, due=filled.due
                )
            )

        self._view.ask_people(asked_of(route), go)

    def move(self, document: Path) -> None:
        """Say where the document lies now."""
        key = self._chosen
        self._change(lambda: self._routes.move(key, document))

    def forget(self) -> None:
        """Give the chosen route up, after a question."""
        route = self.route
        if route is None:
            return
        question = Question(
            heading=_("Stop gathering signatures under {name}?").format(
                name=plain(route.document.name, 80)
            ),
            words=_(
                "The copies of the signatures that came in are removed with it. The document, and "
                "packages that were made, stay."
            )
            if route.kept
            else _("The document stays as it is."),
            yes=_("Stop gathering"),
            tone=Tone.ERROR if route.kept and route.open else Tone.WARN,
        )

        def go() -> None:
            def done(_nothing: None) -> None:
                self._notes.note(Action.ROUTE_FORGET, route.document, "done")
                self.refresh()

            self._work("", lambda _job: self._routes.forget(route.key), done)

        self._view.ask(question, go)

    def reopen(self) -> None:
        """Go on gathering after a package was made."""
        key = self._chosen
        self._change(lambda: self._routes.reopen(key))

    # --- what comes in

    def take(self, paths: Sequence[Path]) -> None:
        """Recognise what was dropped."""
        if not paths:
            return
        if not any(each.open for each in self._known.values()):
            self._view.tell(
                Told(
                    heading=_("There is no document to which it could belong"),
                    words=_("First choose the document whose signatures you gather."),
                    tone=Tone.INFO,
                )
            )
            return
        chosen = self._chosen
        self._work(
            _("Recognising and verifying signatures…"),
            lambda job: self._routes.take(paths, chosen, progress=job.progress, cancel=job.cancel),
            self._taken,
        )

    def _taken(self, taken: Taken) -> None:
        for each in taken.arrivals:
            if each.route:
                self._notes.note(Action.ROUTE_TAKE, each.shown, each.came.value)
        fresh = [each for each in taken.arrivals if each.came in FRESH]
        receipts = sum(each.came is Came.RECEIPT for each in taken.arrivals)
        points = [(Tone.ERROR, package_notice(each)) for each in taken.notices]
        points += [(TONES[each.tone], each.text) for each in arrival_lines(taken.arrivals)]
        tones = [tone for tone, _words in points]
        worst = Tone.WARN if Tone.ERROR in tones or Tone.WARN in tones else Tone.OK
        tone = worst if fresh or receipts else Tone.WARN
        self._view.tell(
            Told(heading=came_words(len(fresh), receipts), tone=tone, points=tuple(points))
        )
        chosen = self._chosen
        if taken.routes and chosen not in taken.routes:
            chosen = taken.routes[0]
        self.refresh(chosen)

    # --- decisions

    def settle(self) -> None:
        """Say that the chosen signature is of the one whom it looks like."""
        route, signed = self._decided()
        if route is not None and signed and signed.person:
            self._settle(route, signed.identity, signed.person)

    def choose_person(self) -> None:
        """Ask whose the chosen signature is."""
        route, signed = self._decided()
        if route is None or signed is None:
            return
        left = route.left or route.people
        form = Form(
            heading=_("Whose signature is it?"),
            words=plain(signed.by.name),
            yes=_("It is his"),
            icon="users-round",
            choice=_("Person"),
            choices=tuple((each.key, person_name(each)) for each in left),
        )
        self._view.ask_form(
            form, lambda filled: self._settle(route, signed.identity, filled.choice)
        )

    def _settle(self, route: Route, identity: str, person: str) -> None:
        self._note_decision(route, "done")
        self._change(lambda: self._routes.settle(route.key, identity, person))

    def welcome(self) -> None:
        """Put the maker of the chosen signature among those who are awaited."""
        route, signed = self._decided()
        if route is not None and signed is not None:
            self._note_decision(route, "done")
            self._change(lambda: self._routes.welcome(route.key, signed.identity))

    def dismiss(self) -> None:
        """Leave the chosen signature out."""
        route, signed = self._decided()
        if route is not None and signed is not None:
            self._note_decision(route, "left_out")
            self._change(lambda: self._routes.dismiss(route.key, signed.identity))

    def _note_decision(self, route: Route, outcome: str) -> None:
        self._notes.note(Action.ROUTE_SETTLE, route.document, outcome)

    def _decided(self) -> tuple[Route | None, Signed | None]:
        route = self.route
        return route, None if route is None else chosen_signature(route, self._entry)

    def make_receipt(self, target: Path) -> None:
        """Certify the chosen signature into a new file."""
        route, signed = self._decided()
        if route is not None and signed is not None:
            self._receipts.make(route, signed, target)

    def copy_out(self, target: Path) -> None:
        """Save a copy of the file that the chosen signature came in."""
        route, signed = self._decided()
        if route is not None and signed is not None:
            self.outgoing.copy(route, signed, target)

    def compare(self) -> None:
        """Show the document beside the PDF that the chosen signature came in."""
        route, signed = self._decided()
        if route is not None and signed is not None:
            kept = next(each for each in route.kept if each.name == signed.file)
            sent = Sent(size=route.size, came=kept.origin)
            self._view.show_versions(self._routes.kept(route, kept.name), sent)

    def kept_suffix(self) -> str:
        """Return the suffix of the file that the chosen signature came in."""
        _route, signed = self._decided()
        return ".sig" if signed is None else Path(signed.file).suffix

    def suggested(self, suffix: str, words: str = "") -> str:
        """Return a usual name for what is made, beside the document."""
        route = self.route
        if route is None:
            return suffix
        return str(route.document.with_name((words or route.document.stem) + suffix))

    # --- work

    def cancel(self) -> None:
        """Stop what is being done."""
        if self._task is not None:
            self._task.cancel()

    def _change(self, change: Callable[[], Route]) -> None:
        self._work("", lambda _job: change(), lambda route: self.refresh(route.key))

    def _work(self, words: str, work: Callable[[Job], T], done: Callable[[T], None]) -> None:
        """Do one thing after another; the words stand in the window meanwhile."""

        def end(answer: T) -> None:
            self._rest()
            done(answer)

        def fail(error: RoscherkError) -> None:
            self._rest()
            self._fail(error)
            self.refresh()

        self._busy, self._percent = words, None
        self._view.show_busy(words, None)
        self._task = self._tasks.run(
            work, done=end, failed=fail, progress=self._progress, lane=_LANE
        )

    def _progress(self, done: int, total: int) -> None:
        self._percent = done * 100 // total if total else None
        self._view.show_busy(self._busy, self._percent)

    def _rest(self) -> None:
        self._task, self._busy, self._percent = None, "", None
        self._view.show_busy("", None)

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)
