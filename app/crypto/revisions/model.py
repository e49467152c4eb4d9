"""Signed revisions of a PDF, as values."""

from pathlib import Path

from app.values import dataclass

_MARK = "подписано"
"""In names of files, as the mark of practice is: the same in every language."""


def signed_version_name(source: Path, number: int) -> Path:
    """Return the usual name, beside the source, of the version that a signature covers."""
    return source.with_name(f"{source.stem}.{_MARK}-{number}{source.suffix or '.pdf'}")


@dataclass(frozen=True, kw_only=True)
class RevisionsRequest:
    """Find the signed revisions of one document."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class SignedRevision:
    """The document as one of its signatures covers it."""

    number: int
    """Of the signature, from 1 on, as the verification shows it."""
    field: str
    """The name of the form field with the signature."""
    end: int | None
    """Where in the file the revision ends, in octets; None: the signature covers no whole one."""
    whole: bool = False
    """It is the document as it is now."""


@dataclass(frozen=True, kw_only=True)
class RevisionsAnswer:
    """All signatures of a document in the order of their making."""

    revisions: tuple[SignedRevision, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExtractRevision:
    """Take the revision that a signature covers out of a document."""

    source: Path
    number: int
    """Of the signature, from 1 on."""
    output: Path | None = None
    """None: beside the source."""
    job: str = ""
    """Random name of this piece of work; the door sets it."""


@dataclass(frozen=True, kw_only=True)
class ExtractedRevision:
    """The revision was saved."""

    source: Path
    target: Path
    number: int
    sha256: str
    """Hex, of what was saved."""
