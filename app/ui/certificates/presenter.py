"""Certificates: those that were opened, those in the stores, the record of changes. No Qt here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.crypto.trust.changes import Change, History
from app.crypto.trust.door import Taken
from app.crypto.trust.folders import StoreName
from app.crypto.trust.model import FoundList, LookAnswer, RefreshAnswer, StoredItem
from app.crypto.verdict.facts import CertificateFacts
from app.errors import ErrorCode, ErrorFamily, RoscherkError
from app.texts.catalogue import _, ngettext
from app.texts.trust_words import act_words, issuer_name, store_name
from app.texts.verdicts import notice
from app.ui.asking import Question
from app.ui.certificates.register_deeds import RegisterDeeds
from app.ui.certificates.rows import (
    Chosen,
    certificate_row,
    change_lines,
    change_row,
    empty_words,
    found_list_lines,
    group,
    item_row,
    list_lines,
    list_row,
    matches,
)
from app.ui.forms import Told
from app.ui.rows import Row, Tone
from app.ui.trusting import Trusting, is_root
from app.ui.work import Task

ALL = "all"
HISTORY = "history"
REGISTER = "register"
_ORDER = (
    StoreName.ANCHORS,
    StoreName.INTERMEDIATES,
    StoreName.PERSONAL,
    StoreName.OTHERS,
    StoreName.CRLS,
)


class View(Protocol):
    """What the page can do for its presenter."""

    def show_certificates(self, rows: Sequence[Row], empty: tuple[str, str]) -> None:
        """Show the whole list; ``empty``: heading and words where it has no rows."""

    def show_chosen(self, chosen: Chosen | None) -> None:
        """Show one thing, or that none is chosen."""

    def choose(self, key: str) -> None:
        """Choose a row of the list."""

    def go_to_shelf(self, shelf: str) -> None:
        """Bring a shelf to the front, as if it had been chosen."""

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""

    def show_undo(self, text: str) -> None:
        """Offer to take back what was just done; no text: nothing can be."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def show_work(self, words: str, percent: int | None) -> None:
        """Show what is being done; no words: nothing is."""

    def show_age(self, warning: str) -> None:
        """Warn that the list of accredited authorities has grown old; no words: it has not."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""


class CertificatesPresenter:
    """Decide what the page of certificates shows and does."""

    def __init__(self, trusting: Trusting, register: RegisterDeeds) -> None:
        self._trusting = trusting
        self._register = register
        self._task: Task | None = None
        self._opened: dict[str, CertificateFacts] = {}
        self._lists: dict[str, FoundList] = {}
        self._items: tuple[StoredItem, ...] = ()
        self._history = History(changes=())
        self._chosen: str | None = None
        self._shelf = ALL
        self._search = ""
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self._trusting.watch(self.refresh)
        self._register.on_change = self.show_all
        self._register.on_taken = lambda: self._view.go_to_shelf(REGISTER)
        self.show_all()
        self.refresh()

    def refresh(self) -> None:
        """Read the stores and their record anew."""
        self._trusting.read(self._take_items, self._fail)
        self._trusting.history(self._take_history, self._fail)
        self._register.read()
        self._show_undo()

    def open(self, paths: Sequence[Path]) -> None:
        """Show the certificates of files; their revocation lists go into the store."""
        for path in paths:
            self._trusting.look([path], self._take_opened, self._fail)

    def select(self, keys: Sequence[str]) -> None:
        """Learn which row is chosen."""
        self._chosen = keys[0] if keys else None
        self._view.show_chosen(self._chosen_one())

    def show_shelf(self, shelf: str) -> None:
        """Show one store, all of them, or the record."""
        self._shelf = shelf
        self.show_all()

    def search(self, text: str) -> None:
        """Show only what these words are found in."""
        self._search = text.strip()
        self.show_all()

    @property
    def facts(self) -> CertificateFacts | None:
        """Return the chosen certificate."""
        chosen = self._chosen_one()
        return None if chosen is None else chosen.facts

    def pool(self) -> tuple[bytes, ...]:
        """Return what was opened: it may help to build a chain."""
        return tuple(each.der for each in self._opened.values())

    # --- what is done

    def trust(self) -> None:
        """Add the chosen certificate to its store, if the user agrees."""
        facts = self.facts
        if facts is not None:
            self._view.ask(
                self._trusting.question(facts),
                lambda: self._trusting.add(facts, lambda: None, self._fail),
            )

    def remove(self) -> None:
        """Take the chosen thing out of its store, if the user agrees."""
        item = self._item(self._chosen)
        if item is not None:
            self._view.ask(
                self._trusting.question_before_removal(item),
                lambda: self._trusting.remove(item, self._fail),
            )

    def undo(self) -> None:
        """Take back what was just done."""
        last = self._trusting.last
        if last is not None:
            self._trusting.undo(last.name, lambda: None, self._fail)

    def undo_chosen(self) -> None:
        """Take back the chosen change of the record."""
        change = self._change(self._chosen)
        if change is not None:
            self._trusting.undo(change.name, lambda: None, self._fail)

    def renew(self) -> None:
        """Fetch newer revocation lists."""
        if self._task is not None:
            return
        words = _("Fetching revocation lists…")
        self._view.show_work(words, None)
        self._task = self._trusting.refresh(
            self._take_renewed,
            self._fail_renewing,
            lambda done, total: self._view.show_work(words, done * 100 // total),
        )

    def cancel(self) -> None:
        """Stop what is being fetched."""
        self._register.cancel()
        if self._task is not None:
            self._task.cancel()

    def _end_renewing(self) -> None:
        self._task = None
        self._view.show_work("", None)

    # --- answers

    def _take_renewed(self, answer: RefreshAnswer, taken: Taken) -> None:
        self._end_renewing()
        points = [(Tone.OK, issuer_name(one.facts)) for one in taken.new]
        points += [(Tone.WARN, notice(each.code, each.facts)) for each in answer.problems]
        words = _("New: {new}. As new as before: {old}. Addresses asked: {asked}.")
        self._view.tell(
            Told(
                heading=_("Revocation lists renewed") if taken.new else _("No newer lists"),
                words=words.format(new=len(taken.new), old=len(taken.older), asked=answer.asked),
                tone=Tone.WARN if answer.problems else Tone.OK,
                points=tuple(points),
            )
        )

    def _fail_renewing(self, error: RoscherkError) -> None:
        self._end_renewing()
        self._fail(error)

    def _take_items(self, items: tuple[StoredItem, ...]) -> None:
        self._items = items
        self.show_all()

    def _take_history(self, history: History) -> None:
        self._history = history
        if self._shelf == HISTORY:
            self.show_all()

    def _take_opened(self, found: LookAnswer) -> None:
        for facts in found.certificates:
            self._opened[f"opened {facts.sha256}"] = facts
        for one in found.lists:
            self._lists[f"opened {one.facts.sha256}"] = one
        if found.lists:
            self._trusting.add_lists(found.lists, self._take_lists, self._fail)
        elif not found.certificates:
            problem = found.problems[0] if found.problems else None
            code = ErrorCode.FORMAT_UNKNOWN if problem is None else ErrorCode(problem.code)
            facts_of = {} if problem is None else {"path": problem.path}
            self._fail(RoscherkError(code, **facts_of))
            return
        self._shelf = ALL
        self.show_all()
        first = [each.sha256 for each in found.certificates]
        first += [one.facts.sha256 for one in found.lists]
        self._view.choose(f"opened {first[0]}")

    def _take_lists(self, taken: Taken) -> None:
        if taken.older and not taken.new:
            heading = _("A newer list is there already")
            words = _("The list that you opened is older than the one in the store; it stays.")
            self._view.tell(Told(heading=heading, words=words, tone=Tone.INFO))

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)

    # --- showing

    def show_all(self) -> None:
        """Show everything again."""
        self._view.show_certificates(self._rows(), self._empty())
        self._view.show_summary(self._summary())
        self._view.show_chosen(self._chosen_one())
        self._view.show_age(self._register.warning)
        self._show_undo()

    def _rows(self) -> list[Row]:
        if self._shelf == HISTORY:
            return [change_row(each) for each in self._history.changes]
        if self._shelf == REGISTER:
            return self._register.rows()
        rows: list[Row] = []
        if self._shelf == ALL and not self._search:
            opened = [certificate_row(key, facts) for key, facts in self._opened.items()]
            opened += [list_row(key, one.facts) for key, one in self._lists.items()]
            rows += group("opened", _("Opened"), opened)
        for store in _ORDER:
            if self._shelf in {ALL, store.value}:
                here = [each for each in self._items if each.store is store]
                found = [each for each in here if matches(each, self._search)]
                rows += group(store.value, store_name(store), map(item_row, found))
        return rows

    def _empty(self) -> tuple[str, str]:
        if self._search:
            return _("Nothing was found"), _("No certificate of this store has these words in it.")
        if self._shelf == REGISTER and not self._search:
            return self._register.empty_words
        if self._shelf == HISTORY:
            return (
                _("Nothing was changed yet"),
                _("Who trusted what and when will stand here; each change can be taken back."),
            )
        return empty_words(None if self._shelf in {ALL, REGISTER} else StoreName(self._shelf))

    def _show_undo(self) -> None:
        last = self._trusting.last
        self._view.show_undo("" if last is None else _done_words(last))

    def _chosen_one(self) -> Chosen | None:
        change = self._change(self._chosen)
        if change is not None:
            lines = change_lines(change)
            heading = act_words(change.reason)
            return Chosen(heading=heading, lines=lines, undo=change.undone is None)
        item = self._item(self._chosen)
        if item is not None and item.crl is not None:
            return Chosen(heading=issuer_name(item.crl), lines=list_lines(item.crl), remove=True)
        if item is not None:
            return Chosen(facts=item.certificate, heading=item.path.name, remove=True)
        register = self._register.chosen(self._chosen)
        if register is not None:
            return register
        opened = self._lists.get(self._chosen or "")
        if opened is not None:
            return Chosen(heading=issuer_name(opened.facts), lines=found_list_lines(opened))
        facts = self._opened.get(self._chosen or "")
        return None if facts is None else Chosen(facts=facts, trust=self._trust_words(facts))

    def _trust_words(self, facts: CertificateFacts) -> str:
        known = {each.certificate.sha256 for each in self._items if each.certificate is not None}
        if facts.sha256 in known or not self._trusting.can_add(facts):
            return ""
        if not facts.is_ca:
            return _("Add to other people's…")
        return _("Trust this root…") if is_root(facts) else _("Add to the intermediate ones…")

    def _item(self, key: str | None) -> StoredItem | None:
        return next((each for each in self._items if str(each.path) == key), None)

    def _change(self, key: str | None) -> Change | None:
        return next((each for each in self._history.changes if f"change {each.name}" == key), None)

    def _summary(self) -> str:
        roots = sum(each.store is StoreName.ANCHORS for each in self._items)
        if not roots:
            return _("No root is trusted yet: signatures cannot be confirmed")
        return ngettext("You trust {n} root", "You trust {n} roots", roots).format(n=roots)


def _done_words(change: Change) -> str:
    names = [each.title for each in (*change.added, *change.removed) if each.title]
    return f"{act_words(change.reason)}: {names[0]}" if names else act_words(change.reason)
