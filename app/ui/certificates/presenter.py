"""Certificates: those that were opened, and those in the user's stores. No Qt here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.crypto.certificates.door import Certificates
from app.crypto.trust.folders import StoreName
from app.crypto.verdict.facts import CertificateFacts
from app.errors import ErrorFamily, RoscherkError
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe_error
from app.texts.showing import local_date, plain
from app.ui.asking import Question
from app.ui.chain_rows import short_name
from app.ui.known_keys import SOON_DAYS, now
from app.ui.rows import Badge, Row, Tone
from app.ui.trusting import Stored, Trusting, is_root
from app.ui.work import Tasks


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The chosen certificate, and what can be done with it."""

    facts: CertificateFacts
    trust: str = ""
    """The words on the button that adds it to a store; empty: it is there, or cannot be."""
    remove: bool = False


class View(Protocol):
    """What the page can do for its presenter."""

    def show_certificates(self, rows: Sequence[Row]) -> None:
        """Show the whole list."""

    def show_chosen(self, chosen: Chosen | None) -> None:
        """Show one certificate, or that none is chosen."""

    def choose(self, key: str) -> None:
        """Choose a row of the list."""

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""


class CertificatesPresenter:
    """Decide what the page of certificates shows and does."""

    def __init__(self, certificates: Certificates, trusting: Trusting, tasks: Tasks) -> None:
        self._certificates = certificates
        self._trusting = trusting
        self._tasks = tasks
        self._opened: dict[str, CertificateFacts] = {}
        self._stored: tuple[Stored, ...] = ()
        self._chosen: str | None = None
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self._trusting.watch(self.refresh)
        self.show_all()
        self.refresh()

    def refresh(self) -> None:
        """Read the stores anew."""
        self._trusting.read(self._take_stored, self._fail)

    def open(self, paths: Sequence[Path]) -> None:
        """Show the certificates of files."""
        for path in paths:
            self._open(path)

    def _open(self, path: Path) -> None:
        self._tasks.run(
            lambda _job: self._certificates.read(path).certificates,
            done=self._take_opened,
            failed=self._fail,
            lane="certificates",
        )

    def select(self, keys: Sequence[str]) -> None:
        """Learn which row is chosen."""
        self._chosen = keys[0] if keys else None
        self._view.show_chosen(self._chosen_certificate())

    @property
    def facts(self) -> CertificateFacts | None:
        """Return the chosen certificate."""
        chosen = self._chosen_certificate()
        return None if chosen is None else chosen.facts

    def pool(self) -> tuple[bytes, ...]:
        """Return what was opened: it may help to build a chain."""
        return tuple(each.der for each in self._opened.values())

    def trust(self) -> None:
        """Add the chosen certificate to its store, if the user agrees."""
        facts = self.facts
        if facts is not None:
            self._view.ask(
                self._trusting.question(facts),
                lambda: self._trusting.add(facts, lambda: None, self._fail),
            )

    def remove(self) -> None:
        """Take the chosen certificate out of its store, if the user agrees."""
        stored = self._find_stored(self._chosen)
        if stored is not None:
            self._view.ask(
                self._trusting.question_before_removal(stored),
                lambda: self._trusting.remove(stored, self._fail),
            )

    def show_all(self) -> None:
        """Show everything again."""
        rows = _group("opened", _("Opened"), [_row(k, f) for k, f in self._opened.items()])
        for store, title in (
            (StoreName.ANCHORS, _("Trusted roots")),
            (StoreName.INTERMEDIATES, _("Intermediate")),
            (StoreName.OTHERS, _("Other people")),
        ):
            here = [_stored_row(each) for each in self._stored if each.store is store]
            rows += _group(store.value, title, here)
        self._view.show_certificates(rows)
        self._view.show_summary(self._summary())
        self._view.show_chosen(self._chosen_certificate())

    def _take_stored(self, stored: tuple[Stored, ...]) -> None:
        self._stored = stored
        self.show_all()

    def _take_opened(self, found: tuple[CertificateFacts, ...]) -> None:
        for facts in found:
            self._opened[f"opened {facts.sha256}"] = facts
        self.show_all()
        self._view.choose(f"opened {found[0].sha256}")

    def _chosen_certificate(self) -> Chosen | None:
        stored = self._find_stored(self._chosen)
        if stored is not None and stored.facts is not None:
            return Chosen(facts=stored.facts, remove=True)
        facts = self._opened.get(self._chosen or "")
        return None if facts is None else Chosen(facts=facts, trust=self._trust_words(facts))

    def _trust_words(self, facts: CertificateFacts) -> str:
        known = {each.facts.sha256 for each in self._stored if each.facts is not None}
        if facts.sha256 in known or not self._trusting.can_add(facts):
            return ""
        return _("Trust this root…") if is_root(facts) else _("Add to the intermediate ones…")

    def _find_stored(self, key: str | None) -> Stored | None:
        return next((each for each in self._stored if str(each.path) == key), None)

    def _summary(self) -> str:
        roots = sum(each.store is StoreName.ANCHORS for each in self._stored)
        if not roots:
            return _("No root is trusted yet: signatures cannot be confirmed")
        return ngettext("You trust {n} root", "You trust {n} roots", roots).format(n=roots)

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)


def _group(key: str, title: str, rows: list[Row]) -> list[Row]:
    return [Row(key=f"#{key}", title=title, header=True), *rows] if rows else []


def _row(key: str, facts: CertificateFacts) -> Row:
    issuer = plain(facts.issuer.common_name or facts.issuer.organization or facts.issuer.text, 120)
    return Row(
        key=key,
        title=short_name(facts),
        caption=_("issued by {issuer}, until {date}").format(
            issuer=issuer, date=local_date(facts.not_after)
        ),
        icon="landmark" if facts.is_ca else "user-round",
        badge=_badge(facts),
    )


def _stored_row(stored: Stored) -> Row:
    if stored.facts is not None:
        return _row(str(stored.path), stored.facts)
    heading = "" if stored.problem is None else describe_error(stored.problem).heading
    return Row(
        key=str(stored.path),
        title=plain(stored.path.name),
        caption=heading,
        icon="file-x",
        badge=Badge(_("Cannot be read"), Tone.ERROR),
    )


def _badge(facts: CertificateFacts) -> Badge:
    at = now()
    if at > facts.not_after:
        return Badge(_("Expired"), Tone.ERROR)
    if at < facts.not_before:
        return Badge(_("Not in force yet"), Tone.WARN)
    if facts.practice:
        return Badge(_("Practice"), Tone.PRACTICE)
    days = (facts.not_after - at).days
    if days <= SOON_DAYS:
        words = ngettext("Expires in {n} day", "Expires in {n} days", days).format(n=days)
        return Badge(words, Tone.WARN)
    return Badge(_("In force"), Tone.OK)
