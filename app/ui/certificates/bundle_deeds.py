"""Trust bundles from the window: made here, looked at and imported there. No Qt here."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.crypto.trust.bundle_door import Bundles, BundleView, Imported
from app.crypto.trust.bundles import SUFFIX
from app.errors import ErrorFamily, RoscherkError
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.texts.showing import local_date, local_time, plain
from app.texts.trust_words import issuer_name, whom_to_trust
from app.texts.verdicts import file_heading
from app.ui.asking import Question
from app.ui.forms import Point, Step, Told
from app.ui.rows import Tone
from app.ui.trusting import Trusting
from app.ui.work import Tasks


class View(Protocol):
    """What the page can do for these deeds."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""

    def choose_bundle(self, answer: Callable[[Path], object]) -> None:
        """Let the user choose a bundle."""

    def choose_bundle_target(self, answer: Callable[[Path], object]) -> None:
        """Let the user say where a bundle is saved."""


def is_bundle(path: Path) -> bool:
    """Tell whether a file is meant to be a trust bundle."""
    return path.suffix.lower() == SUFFIX


class BundleDeeds:
    """Make a bundle; show what one would change, and import it."""

    def __init__(self, bundles: Bundles, trusting: Trusting, tasks: Tasks) -> None:
        self._bundles = bundles
        self._trusting = trusting
        self._tasks = tasks
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to ask and tell on ``view``."""
        self._view = view

    def offer(self) -> None:
        """Say what a bundle is, and what can be done."""
        self._view.tell(
            Told(
                heading=_("Trust bundle"),
                words=_(
                    "One file with the roots, authorities and revocation lists of this profile, for a computer without the network. There nothing is trusted without asking, and nothing newer is replaced by older."
                ),
                tone=Tone.INFO,
                steps=(
                    Step(
                        text=_("Make a bundle…"),
                        act=lambda: self._view.choose_bundle_target(self.make),
                    ),
                    Step(
                        text=_("Import a bundle…"),
                        act=lambda: self._view.choose_bundle(self.show),
                    ),
                ),
            )
        )

    def make(self, target: Path) -> None:
        """Make a bundle of what is trusted here."""

        def take(digest: str) -> None:
            words = _("{file}\n\nSHA-256: {digest}\nTell it to the other side by another way.")
            self._view.tell(
                Told(
                    heading=_("The trust bundle was made"),
                    words=words.format(file=plain(target.name), digest=digest.upper()),
                )
            )

        self._tasks.run(
            lambda _job: self._bundles.make(target), done=take, failed=self._fail, lane="bundles"
        )

    def show(self, path: Path) -> None:
        """Show what a bundle would change, before anything is."""
        self._tasks.run(
            lambda _job: self._bundles.show(path),
            done=lambda view: self._preview(path, view),
            failed=self._fail,
            lane="bundles",
        )

    def _preview(self, path: Path, view: BundleView) -> None:
        points: list[Point] = [
            (Tone.WARN, whom_to_trust(each).replace("\n", " ")) for each in view.roots
        ]
        points += [
            (Tone.INFO, _("Authority: {name}").format(name=plain(each.subject.text, 120)))
            for each in view.authorities
        ]
        points += [
            (Tone.INFO, _("Newer list: {name}").format(name=issuer_name(each)))
            for each in view.lists
        ]
        points += [
            (Tone.PLAIN, _("Older list, left out: {name}").format(name=issuer_name(each)))
            for each in view.older
        ]
        steps: list[Step] = []
        if view.roots:
            roots = [each.sha256 for each in view.roots]
            steps.append(
                Step(
                    text=_("Import, and trust the roots above"),
                    act=lambda: self._take(path, roots),
                )
            )
        if view.authorities or view.lists or view.registers:
            words = _("Import without the roots") if view.roots else _("Import")
            steps.append(Step(text=words, act=lambda: self._take(path, [])))
        self._view.tell(
            Told(
                heading=_("What this bundle would change"),
                words=_words(view),
                tone=Tone.INFO if steps else Tone.OK,
                points=tuple(points),
                steps=tuple(steps),
            )
        )

    def _take(self, path: Path, roots: list[str]) -> None:
        def take(done: Imported) -> None:
            self._trusting.changed(done.change)
            points = [(Tone.WARN, describe_error(error).heading) for error in done.left_out]
            if done.registers:
                points.insert(0, (Tone.OK, _("The list of accredited authorities was taken too.")))
            if points:
                self._view.tell(Told(heading=_("The bundle was imported"), points=tuple(points)))

        self._tasks.run(
            lambda _job: self._bundles.take(path, confirmed=roots),
            done=take,
            failed=self._fail,
            lane="bundles",
        )

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)


def _words(view: BundleView) -> str:
    signed = _("It is not signed: compare its SHA-256 with the one that the maker tells you.")
    if view.signature is not None:
        signed = _("Its signature: {verdict}").format(verdict=file_heading(view.signature))
    words = _("Made {time}, data as of {date}. Here already: {known}.\n{signed}\nSHA-256: {digest}")
    return words.format(
        time=local_time(view.bundle.made_at),
        date=local_date(view.data_of),
        known=view.known,
        signed=signed,
        digest=view.bundle.sha256.upper(),
    )
