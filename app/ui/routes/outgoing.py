"""What goes out of a route: the package, joined signatures, letters, copies. No Qt here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from app.crypto.packages.door import Packages
from app.crypto.routes.door import Routes
from app.crypto.routes.model import Route, Signed
from app.journal import Action
from app.reports.mail import make_mail
from app.reports.route_letter import request_letter
from app.reports.route_package import Finished, RoutePackages, open_words
from app.texts.catalogue import _
from app.texts.route_words import unfinished_words
from app.texts.showing import plain
from app.ui.asking import Question
from app.ui.forms import Step, Told
from app.ui.notes import Notes
from app.ui.rows import Tone

Work = Callable[[str, Callable[..., Any], Callable[[Any], None]], None]
"""Does one thing in a thread, with words that stand in the window meanwhile."""


class View(Protocol):
    """What is needed of the window."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def show_in_folder(self, path: str) -> None:
        """Open the folder of a file."""


class Outgoing:
    """Makes things of the route that is chosen."""

    def __init__(
        self, making: RoutePackages, routes: Routes, packages: Packages, notes: Notes
    ) -> None:
        self._making = making
        self._routes = routes
        self._packages = packages
        self._notes = notes
        self._work: Work
        self._route: Callable[[], Route | None]
        self._done: Callable[[str], None]
        self._view: View

    def attach(
        self,
        view: View,
        *,
        work: Work,
        route: Callable[[], Route | None],
        done: Callable[[str], None],
    ) -> None:
        """Begin; ``done`` is told the key of a route that changed."""
        self._view, self._work, self._route, self._done = view, work, route, done

    def copy(self, route: Route, signed: Signed, target: Path) -> None:
        """Save a copy of the file that a signature came in."""
        source = self._routes.kept(route, signed.file)
        self._work("", lambda _job: self._packages.copy_out(source, target), self._tell_saved)

    def finish(self, ask_target: Callable[[], object]) -> None:
        """Ask where the package goes; before that, whether it may lack something."""
        route = self._route()
        if route is None:
            return
        lacks = unfinished_words(route)
        if not lacks:
            ask_target()
            return
        question = Question(
            heading=_("Make the package without the rest?"),
            words="\n".join(lacks),
            yes=_("Make it of what there is"),
            tone=Tone.WARN,
        )
        self._view.ask(question, ask_target)

    def finish_to(self, target: Path) -> None:
        """Make the package."""
        route = self._route()
        if route is None:
            return
        key = route.key

        def done(finished: Finished) -> None:
            self._notes.note(
                Action.ROUTE_FINISH, finished.package, "done", source=str(route.document)
            )
            self._view.tell(self._finished_words(finished))
            self._done(key)

        self._work(
            _("Verifying everything and making the package…"),
            lambda job: self._making.finish(
                key, target, incomplete=True, progress=job.progress, cancel=job.cancel
            ),
            done,
        )

    def _finished_words(self, finished: Finished) -> Told:
        shown = Step(
            text=_("Show in folder"),
            act=lambda: self._view.show_in_folder(str(finished.package)),
        )
        mail = finished.package.with_suffix(".eml")
        letter = Step(text=_("Make a letter with it…"), act=lambda: self.send(mail))
        points = [(Tone.OK, plain(each)) for each in finished.files]
        points += [(Tone.WARN, each) for each in unfinished_words(finished.route)]
        points += [(Tone.WARN, each) for each in open_words(finished)]
        return Told(
            heading=_("Package made: {name}").format(name=plain(finished.package.name)),
            words=_("Everything in it was verified once more. Send it to everybody who signed."),
            points=tuple(points),
            steps=(shown, letter),
        )

    def save_to(self, folder: Path) -> None:
        """Save the joined signatures as they are now."""
        route = self._route()
        if route is None:
            return
        key = route.key

        def done(saved: tuple[Path, ...]) -> None:
            self._tell_saved(saved[0])

        self._work(
            _("Joining signatures…"),
            lambda job: self._making.save_signature(key, folder, job.cancel),
            done,
        )

    def letter_to(self, target: Path) -> None:
        """Make the draft of a letter to those who have not signed."""
        route = self._route()
        if route is None:
            return
        wording = request_letter(route)
        self._work(
            "",
            lambda _job: make_mail(target, [route.document], route.document.name, wording),
            self._tell_saved,
        )

    def send(self, target: Path) -> None:
        """Make the draft of a letter with the package."""
        route = self._route()
        if route is None or route.package is None:
            return
        package = route.package
        self._work(
            "",
            lambda _job: make_mail(target, [package], route.document.name),
            self._tell_saved,
        )

    def _tell_saved(self, path: Path) -> None:
        step = Step(text=_("Show in folder"), act=lambda: self._view.show_in_folder(str(path)))
        draft = path.suffix.lower() == ".eml"
        words = _("Nothing was sent: open the draft in your mail program.") if draft else ""
        heading = _("Saved: {name}").format(name=plain(path.name))
        self._view.tell(Told(heading=heading, words=words, steps=(step,)))
