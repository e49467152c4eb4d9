"""A driver of tokens is added only after the user agreed to its SHA-256."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import FakeTasks

from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.settings import MODULES, RECENT_FOLDER, Settings
from app.tokens.catalogue import module_at
from app.tokens.module_files import digest_of
from app.tokens.module_records import ModuleRecords
from app.ui.asking import Question
from app.ui.settings.presenter import SettingsPresenter


class View:
    """What the presenter asked and told."""

    def __init__(self) -> None:
        self.questions: list[tuple[Question, Callable[[], object]]] = []
        self.errors: list[RoscherkError] = []

    def show_values(self) -> None:
        """Show nothing."""

    def show_modules(self, modules: object) -> None:
        """Show nothing."""

    def show_practice(self, *, made: bool) -> None:
        """Show nothing."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Keep the question."""
        self.questions.append((question, on_yes))

    def show_error(self, error: RoscherkError) -> None:
        """Keep the error."""
        self.errors.append(error)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """Return a library that may be a module."""
    file = tmp_path / "vendor" / "vendor.so"
    file.parent.mkdir()
    shutil.copyfile("/usr/lib/softhsm/libsofthsm2.so", file)
    return file


def test_adding_is_agreeing(module: Path, tmp_path: Path) -> None:
    """The question shows path and hash; yes remembers both, no and a refusal add nothing."""
    places = Places.under(tmp_path / "profile")
    settings = Settings(places.config / "settings.toml")
    records = ModuleRecords(places.data / "token_modules.json")
    practice: Any = SimpleNamespace(watch=lambda _: None, exists=lambda: False)
    view, tasks = View(), FakeTasks()
    presenter = SettingsPresenter(
        settings, places, practice, tasks, records, on_change=lambda _key: None
    )
    presenter.attach(view)
    presenter.add_module(module)
    ((question, yes),) = view.questions
    assert digest_of(module) in question.words
    assert str(module) in question.words
    assert settings.get(MODULES) == ()
    yes()
    assert settings.get(MODULES) == (str(module),)
    records.admit(module_at(module))
    settings.set(RECENT_FOLDER, str(module.parent))
    presenter.add_module(module)
    assert len(view.questions) == 1
    assert view.errors[-1].code is ErrorCode.MODULE_UNSAFE
    assert view.errors[-1].facts["reason"] == "document_folder"
