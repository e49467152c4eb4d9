"""Work on signatures that are there: asked for, done in a worker, told with its files. No Qt here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from app.crypto.certificates.door import Certificates
from app.crypto.editing.door import Editing
from app.crypto.editing.model import Convert, Edited, Extract, Merge, Remove, Split
from app.crypto.evidence.orders import EvidenceOrders
from app.crypto.model import SignatureLevel
from app.crypto.packages.door import Packages
from app.crypto.raising.door import Raising
from app.crypto.raising.model import RaiseRequest
from app.crypto.stamping.door import Stamping
from app.crypto.stamping.style import StampStyle
from app.crypto.verdict.numbering import numbers
from app.crypto.verifying.door import Checked, Verifying, VerifyOptions
from app.errors import ErrorCode, ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.pin import Secret
from app.ui.answers import answers_of
from app.ui.asking import SecretQuestion
from app.ui.documents.outcomes import (
    Outcome,
    copy_outcome,
    edited_outcome,
    raised_outcome,
    told,
)
from app.ui.documents.verb_forms import copy_form, filled_style, level_form, signature_form
from app.ui.documents.verbs import Verb
from app.ui.files import Document
from app.ui.forms import Filled, Form, Told
from app.ui.notes import Notes
from app.ui.proxy_asking import ProxyAsking
from app.ui.work import Job, Task, Tasks
from app.values import dataclass

Step = Callable[[Document, Job], Outcome]

_ACTIONS: Final = {
    Verb.EXTRACT: Action.SIGNATURE_EXTRACT,
    Verb.ATTACH: Action.SIGNATURE_CONVERT,
    Verb.DETACH: Action.SIGNATURE_CONVERT,
    Verb.MERGE: Action.SIGNATURE_MERGE,
    Verb.SPLIT: Action.SIGNATURE_SPLIT,
    Verb.REMOVE: Action.SIGNATURE_REMOVE,
    Verb.RAISE: Action.SIGNATURE_EXTEND,
    Verb.COPY: Action.STAMP,
}


class View(Protocol):
    """What the work needs of the page."""

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask for several things at once."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""

    def show_in_folder(self, path: str) -> None:
        """Open the folder of a file."""

    def choose_document(self, answer: Callable[[Path], object]) -> None:
        """Let the user point to the document of a detached signature."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password; no answer means no."""


@dataclass(frozen=True, kw_only=True)
class Engines:
    """The doors behind the verbs."""

    editing: Editing
    raising: Raising
    stamping: Stamping
    verifying: Verifying
    evidence: EvidenceOrders
    certificates: Certificates
    packages: Packages
    proxy: ProxyAsking


class SignatureDeeds:
    """Does one piece of work at a time; what it made comes onto the list."""

    def __init__(
        self,
        engines: Engines,
        tasks: Tasks,
        notes: Notes,
        *,
        on_change: Callable[[], None],
        on_made: Callable[[Sequence[Path]], None],
    ) -> None:
        self._engines = engines
        self._tasks = tasks
        self._notes = notes
        self._on_change = on_change
        self._on_made = on_made
        self._task: Task | None = None
        self._view: View
        self.style = StampStyle()
        """The mark of a copy, as far as the user chose it elsewhere."""
        self.busy = ""
        """What is being done; empty: nothing."""
        self.percent: int | None = None

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view

    def cancel(self) -> None:
        """Stop; nothing half-written stays."""
        if self._task is not None:
            self._task.cancel()

    def do(self, verb: Verb, documents: Sequence[Document], *, practice: bool) -> None:
        """Do it, after asking for what has to be known first."""
        if self.busy or not documents:
            return
        if verb is Verb.REMOVE:
            self.choose_signature(verb, documents[0], self._remove, practice=practice)
        elif verb is Verb.RAISE:
            self._ask_level(documents)
        elif verb is Verb.COPY:
            form = copy_form(self.style)
            self._view.ask_form(form, lambda filled: self._copy(documents, filled))
        elif verb is Verb.MERGE:
            self._start(verb, documents[:1], partial(self._merge, tuple(documents)))
        else:
            self._start(verb, documents, _SIMPLE[verb](self._engines.editing))

    def choose_signature(
        self,
        verb: Verb,
        document: Document,
        then: Callable[[Document, int], None],
        *,
        practice: bool,
    ) -> None:
        """Read who signed a file, and let one of the signatures be chosen."""
        self._say(_("Reading the signatures: {name}").format(name=plain(document.name)))
        self._task = self._tasks.run(
            lambda job: self._engines.verifying.verify(
                [document.to_verify], VerifyOptions(allow_practice=practice), cancel=job.cancel
            ),
            done=lambda checked: self._take_signers(verb, document, checked, then),
            failed=self._fail,
            lane="deeds",
        )

    def _take_signers(
        self,
        verb: Verb,
        document: Document,
        checked: Checked,
        then: Callable[[Document, int], None],
    ) -> None:
        self._rest()
        report = checked.report.files[0]
        known = numbers(report.signatures)
        if not known:
            first = report.errors[0] if report.errors else None
            code = ErrorCode.SIGNATURE_NONE if first is None else ErrorCode(first.code)
            facts = {"path": str(document.to_verify)} if first is None else first.facts
            self._view.show_error(RoscherkError(code, **facts))
            return
        spoken = answers_of(checked).signatures
        choices = tuple(
            (str(known[one.index]), said.label)
            for one, said in zip(report.signatures, spoken, strict=True)
            if one.index in known
        )
        form = signature_form(verb, document.to_verify.name, choices)
        self._view.ask_form(form, lambda filled: then(document, int(filled.choice)))

    def _remove(self, document: Document, number: int) -> None:
        def step(each: Document, job: Job) -> Outcome:
            request = Remove(source=each.to_verify, number=number)
            edited = self._engines.editing.remove(request, job.progress, job.cancel)
            return edited_outcome(edited)

        self._start(Verb.REMOVE, [document], step)

    def _merge(self, documents: tuple[Document, ...], first: Document, job: Job) -> Outcome:
        sources = tuple(each.to_verify for each in documents)
        request = Merge(sources=sources, content=first.content)
        return edited_outcome(self._engines.editing.merge(request, job.progress, job.cancel))

    def _ask_level(self, documents: Sequence[Document]) -> None:
        order = self._engines.evidence.order()
        if not order.servers:
            self._view.show_error(RoscherkError(ErrorCode.TIME_STAMP_NO_SERVER))
            return
        pdf = any(each.to_verify.suffix.lower() == ".pdf" for each in documents)
        servers = tuple(each.url for each in order.servers)
        form = level_form(documents, servers, pdf=pdf)
        self._view.ask_form(form, lambda filled: self._raise(documents, filled, servers))

    def _raise(
        self, documents: Sequence[Document], filled: Filled, servers: tuple[str, ...]
    ) -> None:
        order = self._engines.evidence.order(servers)
        level = SignatureLevel(filled.choice)

        def step(document: Document, job: Job) -> Outcome:
            request = RaiseRequest(
                source=document.to_verify,
                level=level,
                evidence=order,
                content=document.content,
            )
            return raised_outcome(
                self._engines.raising.raise_file(request, job.progress, job.cancel)
            )

        self._engines.proxy.before(
            self._view, order.network, lambda: self._start(Verb.RAISE, documents, step)
        )

    def _copy(self, documents: Sequence[Document], filled: Filled) -> None:
        try:
            style = filled_style(self.style, filled)
        except RoscherkError as error:
            self._view.show_error(error)
            return

        def step(document: Document, job: Job) -> Outcome:
            return copy_outcome(
                self._engines.stamping.stamp(
                    document.to_verify, style, progress=job.progress, cancel=job.cancel
                )
            )

        self._start(Verb.COPY, documents, step)

    # --- running

    def _start(self, verb: Verb, documents: Sequence[Document], step: Step) -> None:
        self._say(_("Working: {name}").format(name=plain(documents[0].name)))
        self._task = self._tasks.run(
            lambda job: _each(documents, step, job),
            done=lambda outcomes: self._take(verb, documents, step, outcomes),
            failed=self._fail,
            progress=self._progress,
            lane="deeds",
        )

    def _progress(self, done: int, total: int) -> None:
        self.percent = min(100, done * 100 // total) if total else None
        self._on_change()

    def _take(
        self,
        verb: Verb,
        documents: Sequence[Document],
        step: Step,
        outcomes: tuple[Outcome, ...],
    ) -> None:
        self._rest()
        for each in outcomes:
            self._note(verb, each)
        made = [target for each in outcomes for target in each.targets]
        if made:
            self._on_made(made)
        lost = outcomes[0].error
        if len(outcomes) == 1 and lost is not None:
            if lost.code is ErrorCode.CONTENT_NOT_FOUND and documents[0].content is None:
                self._view.choose_document(
                    lambda path: self._start(verb, [_with_content(documents[0], path)], step)
                )
            else:
                self._view.show_error(lost)
            return
        self._view.tell(told(verb, outcomes, self._view.show_in_folder))

    def _note(self, verb: Verb, outcome: Outcome) -> None:
        action = _ACTIONS[verb]
        if outcome.error is not None:
            if outcome.error.family is not ErrorFamily.SILENT:
                self._notes.note(action, outcome.source, str(outcome.error.code))
            return
        for target in outcome.targets:
            self._notes.note(
                action, target, "done", source=str(outcome.source), practice=outcome.practice
            )

    def _fail(self, error: RoscherkError) -> None:
        self._rest()
        self._view.show_error(error)

    def _say(self, words: str) -> None:
        self.busy, self.percent = words, None
        self._on_change()

    def _rest(self) -> None:
        self._task = None
        self._say("")


def _with_content(document: Document, content: Path) -> Document:
    return replace(document, content=content)


def _each(documents: Sequence[Document], step: Step, job: Job) -> tuple[Outcome, ...]:
    """Do one step for each document; runs in a thread. One that fails does not stop the others."""
    found = []
    for document in documents:
        if job.cancel.cancelled:
            raise RoscherkError(ErrorCode.CANCELLED)
        try:
            found.append(step(document, job))
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED:
                raise
            found.append(Outcome(source=document.to_verify, error=error))
    return tuple(found)


def _extract(editing: Editing) -> Step:
    def step(document: Document, job: Job) -> Outcome:
        request = Extract(source=document.to_verify)
        return edited_outcome(editing.extract(request, job.progress, job.cancel))

    return step


def _split(editing: Editing) -> Step:
    def step(document: Document, job: Job) -> Outcome:
        request = Split(source=document.to_verify)
        return edited_outcome(editing.split(request, job.progress, job.cancel))

    return step


def _convert(editing: Editing, *, attached: bool) -> Step:
    def step(document: Document, job: Job) -> Outcome:
        request = Convert(source=document.to_verify, attached=attached, content=document.content)
        found: Edited = editing.convert(request, job.progress, job.cancel)
        return edited_outcome(found)

    return step


_SIMPLE: Final[dict[Verb, Callable[[Editing], Step]]] = {
    Verb.EXTRACT: _extract,
    Verb.SPLIT: _split,
    Verb.ATTACH: partial(_convert, attached=True),
    Verb.DETACH: partial(_convert, attached=False),
}
