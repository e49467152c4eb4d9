"""What a command is made of, and what it gets when it runs."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import Any

import msgspec

from app.cli.exit_codes import ExitCode
from app.cli.faces import OpenWindow
from app.cli.terminal import Terminal
from app.errors import ErrorFamily, Fact, RoscherkError
from app.journal import Action
from app.places import Places
from app.services import Services
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.values import dataclass


@dataclass(frozen=True)
class Run:
    """One run of a command."""

    services: Services
    options: argparse.Namespace
    open_window: OpenWindow
    terminal: Terminal = field(default_factory=Terminal)

    def note(self, action: Action, target: Path | str, outcome: str, **facts: Fact) -> None:
        """Write to the journal; a journal that cannot be written does not undo what was done."""
        try:
            self.services.journal.append(action, target, outcome, at=None, **facts)
        except RoscherkError as error:
            words = describe_error(error)
            print(
                _("The journal was not written: {why}").format(why=words.heading), file=sys.stderr
            )

    @contextmanager
    def noting_failure(self, action: Action, target: Path | str, **facts: Fact) -> Iterator[None]:
        """Note in the journal what was tried in vain; what was called off was not tried."""
        try:
            yield
        except RoscherkError as error:
            if error.family is not ErrorFamily.SILENT:
                self.note(action, target, error.code.value, **facts)
            raise


@dataclass(frozen=True)
class Command:
    """One command: its arguments, its work."""

    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Run], ExitCode]
    places: Callable[[argparse.Namespace], Places | None] = lambda _options: None
    """Where the command works if the user names no profile; None: in the user's own."""
    opens: bool = True
    """It works in a profile of this version; False: with profiles of any form, from outside."""


def write_json(value: Any) -> None:
    """Write one object to standard output: indented, with a newline at its end."""
    compact = msgspec.json.encode(value, order="deterministic", enc_hook=str)
    sys.stdout.flush()
    sys.stdout.buffer.write(msgspec.json.format(compact, indent=2) + b"\n")
    sys.stdout.buffer.flush()
