"""Empty places for signatures in a PDF, as values."""

from pathlib import Path

from app.crypto.verdict.facts import Notice
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class FieldsRequest:
    """List the empty signature fields of one document."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class EmptyField:
    """A place for a signature that its author left in the document."""

    name: str
    page: int | None = None
    """Counted from 1; None: it is shown nowhere."""
    size: tuple[float, float] | None = None
    """Width and height of what is shown, in points as the page is turned; None: nothing is."""
    locks: tuple[str, ...] = ()
    """Names of form fields that a signature here locks; ``*``: all but those named after it."""
    time_stamp: bool = False
    """The author demands a time-stamp: level T at least."""
    obstacle: Notice | None = None
    """Why this program cannot sign here, whatever the key: an error code with its facts."""


@dataclass(frozen=True, kw_only=True)
class FieldsAnswer:
    """The empty fields in the order of the form."""

    fields: tuple[EmptyField, ...] = ()
