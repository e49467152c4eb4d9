"""The look before signing asks about what is grave, and about what there was no time to look at."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.crypto.presigning.model import PresignAnswer
from app.ui.asking import Question
from app.ui.documents import precheck
from app.ui.documents.precheck import Precheck
from app.ui.files import Document


class AtOnce:
    """Tasks that are done where they are asked for."""

    cancel = None

    def run(self, work: Callable[[Any], Any], **then: Any) -> None:
        """Do it."""
        then["done"](work(self))


class Looking:
    """The engine: finds nothing in anything."""

    def __init__(self) -> None:
        self.looked: list[Path] = []

    def look(self, path: Path, _cancel: object) -> PresignAnswer:
        """Look."""
        self.looked.append(path)
        return PresignAnswer()


class Person:
    """Who is asked."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def ask(self, question: Question, _on_yes: object) -> None:
        """Be asked, and think about it."""
        self.asked.append(question)


def consider(documents: list[Document], engine: Looking) -> tuple[Person, list[str]]:
    """Let the look have its way; return who was asked and what went on."""
    person, gone_on = Person(), list[str]()
    tasks: Any = AtOnce()
    looking: Any = engine
    look = Precheck(looking, tasks, lambda _key: None)
    look.consider(person, documents, lambda: gone_on.append("signing"))
    return person, gone_on


@pytest.fixture
def documents(tmp_path: Path) -> list[Document]:
    """Return three PDFs."""
    paths = [tmp_path / f"Договор {number}.pdf" for number in range(3)]
    for path in paths:
        path.write_bytes(b"%PDF-1.7\n")
    return [Document(path=path, size=9) for path in paths]


def test_ordinary_documents_are_signed_without_a_question(documents: list[Document]) -> None:
    """Nothing grave, everything looked at: nobody is asked."""
    engine = Looking()
    person, gone_on = consider(documents, engine)
    assert len(engine.looked) == 3
    assert (person.asked, gone_on) == ([], ["signing"])


def test_what_was_not_looked_at_is_told(
    documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where time ran out nothing is signed before a person knows."""
    monkeypatch.setattr(precheck, "_SECONDS", -1.0)
    engine = Looking()
    person, gone_on = consider(documents, engine)
    assert engine.looked == []
    assert gone_on == []
    (question,) = person.asked
    assert "3" in question.words
