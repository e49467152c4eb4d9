"""The look at documents before they are signed: shown beside the list, asked about if grave. No Qt."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from app.crypto.presigning.codes import Gravity, PresignCode
from app.crypto.presigning.door import Presigning
from app.crypto.presigning.model import Finding, PresignAnswer
from app.errors import RoscherkError
from app.texts.catalogue import _, ngettext
from app.texts.presigning import finding_words
from app.texts.showing import plain
from app.ui.asking import Question
from app.ui.details import Details, FileDetails
from app.ui.files import Document
from app.ui.rows import ReasonText, Tone
from app.ui.work import Job, Tasks

_SECONDS = 10.0
"""How long a person who wants to sign waits for the look at all documents."""
_MOST_TOLD = 6
_MOST_ASKED = 8


class Asks(Protocol):
    """What the look needs of the page."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""


class Precheck:
    """Remembers what was found in documents; each is looked at once."""

    def __init__(
        self, presigning: Presigning, tasks: Tasks, on_change: Callable[[str | None], None]
    ) -> None:
        self._presigning = presigning
        self._tasks = tasks
        self._on_change = on_change
        self._answers: dict[str, PresignAnswer] = {}
        self._begun: set[str] = set()
        self.busy = False
        """Documents are looked at because somebody wants to sign them."""

    def told(self, details: Details, document: Document) -> Details:
        """Put into the details of a document what was found in it; begin to look, if need be."""
        if not isinstance(details, FileDetails) or not document.is_pdf:
            return details
        answer = self._answers.get(document.key)
        if answer is None:
            self._begin(document)
            return details
        return replace(details, found=_reason(answer))

    def consider(
        self, view: Asks, documents: Sequence[Document], proceed: Callable[[], object]
    ) -> None:
        """Look at what is to be signed, ask about grave findings, then go on."""
        if self.busy:
            return
        unknown = [each for each in documents if each.is_pdf and each.key not in self._answers]
        if not unknown:
            self._ask(view, documents, proceed)
            return
        self.busy = True
        self._on_change(None)
        self._tasks.run(
            lambda job: self._look_at(unknown, job),
            done=lambda found: self._go_on(found, view, documents, proceed),
            failed=lambda _error: self._go_on({}, view, documents, proceed),
        )

    def look(self, documents: Sequence[Document], then: Callable[[Sequence[str]], object]) -> None:
        """Look at what is to be signed, and hand over what is grave, in words."""
        unknown = [each for each in documents if each.is_pdf and each.key not in self._answers]
        if not unknown:
            then(self._grave_words(documents))
            return
        self.busy = True
        self._on_change(None)

        def take(found: dict[str, PresignAnswer]) -> None:
            self.busy = False
            self._answers.update(found)
            self._on_change(None)
            then(self._grave_words(documents))

        self._tasks.run(
            lambda job: self._look_at(unknown, job), done=take, failed=lambda _error: take({})
        )

    def is_signed(self, document: Document) -> bool:
        """Tell whether a document that was looked at bears a signature."""
        answer = self._answers.get(document.key, PresignAnswer())
        return any(one.code is PresignCode.SIGNED for one in answer.findings)

    def _grave_words(self, documents: Sequence[Document]) -> list[str]:
        return [
            f"{plain(each.path.name)}: {finding_words(finding)}"
            if len(documents) > 1
            else finding_words(finding)
            for each in documents
            for finding in self._answers.get(each.key, PresignAnswer()).grave
        ]

    def _begin(self, document: Document) -> None:
        if document.key in self._begun:
            return
        self._begun.add(document.key)
        self._tasks.run(
            lambda job: self._look_at([document], job),
            done=lambda found: self._take(found, document.key),
            failed=lambda _error: None,
            lane="presigning",
        )

    def _look_at(self, documents: Sequence[Document], job: Job) -> dict[str, PresignAnswer]:
        """Look at documents; runs in a thread. What cannot be read is left to the signing."""
        deadline = time.monotonic() + _SECONDS
        found = {}
        for document in documents:
            if time.monotonic() > deadline:
                break
            try:
                found[document.key] = self._presigning.look(document.path, job.cancel)
            except RoscherkError:
                found[document.key] = PresignAnswer()
        return found

    def _take(self, found: dict[str, PresignAnswer], key: str) -> None:
        self._answers.update(found)
        self._on_change(key)

    def _go_on(
        self,
        found: dict[str, PresignAnswer],
        view: Asks,
        documents: Sequence[Document],
        proceed: Callable[[], object],
    ) -> None:
        self.busy = False
        self._answers.update(found)
        self._on_change(None)
        self._ask(view, documents, proceed)

    def _ask(
        self, view: Asks, documents: Sequence[Document], proceed: Callable[[], object]
    ) -> None:
        grave = [
            (each, finding)
            for each in documents
            for finding in self._answers.get(each.key, PresignAnswer()).grave
        ]
        unseen = sum(each.is_pdf and each.key not in self._answers for each in documents)
        if not grave and not unseen:
            proceed()
            return
        view.ask(_question(grave, unseen), proceed)


def _question(grave: Sequence[tuple[Document, Finding]], unseen: int) -> Question:
    """Ask about what was found, and about documents for which there was no time to look."""
    files = len({document.key for document, _finding in grave})
    lines = [
        f"• {plain(document.path.name)}: {finding_words(finding)}"
        if files > 1
        else f"• {finding_words(finding)}"
        for document, finding in grave[:_MOST_ASKED]
    ]
    if len(grave) > _MOST_ASKED:
        more = len(grave) - _MOST_ASKED
        lines.append(ngettext("…and {n} more", "…and {n} more", more).format(n=more))
    told = [_("The document may be other than it seems:"), *lines] if grave else []
    if unseen:
        words = ngettext(
            "{n} document was not looked through before signing: that would have taken too long.",
            "{n} documents were not looked through before signing: that would have taken too long.",
            unseen,
        )
        told.append(words.format(n=unseen))
    return Question(
        heading=_("Sign all the same?"),
        words="\n".join(told),
        yes=_("Sign all the same"),
    )


def _reason(answer: PresignAnswer) -> ReasonText | None:
    """Say what is worth a look; what is quite ordinary is left out."""
    worth = [one for one in answer.findings if one.gravity is not Gravity.TOLD]
    if not worth:
        return None
    return ReasonText(
        heading=_("Look before you sign"),
        explanation="\n".join(finding_words(one) for one in worth[:_MOST_TOLD]),
        advice=_("Make sure that this is what you mean to sign."),
        tone=Tone.ERROR if answer.grave else Tone.WARN,
    )
