"""Where signatures are sent, and what is taken there: dated data, and whether a file fits. Light.

The rows that come with the program lie in ``resources/profiles``; those of a user, in the folder
``recipients`` of the profile, come beside them, or in place of one with the same ``id``.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import msgspec

from app.crypto.model import Encoding, SignatureFormat, SignatureLevel
from app.errors import ErrorCode, RoscherkError
from app.places import resource
from app.shapes import read_table
from app.values import dataclass

_TABLE = "profiles/recipients.toml"
_MOST_FILES = 100
_LARGEST_FILE = 1 << 20
_MEGABYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One addressee: the form of the signature that is taken there."""

    id: str
    title: dict[str, str]
    """By language: ``ru``, ``en``."""
    source: str
    """What the row rests on, in Russian as it is cited."""
    checked_on: date
    format: SignatureFormat = SignatureFormat.AUTO
    attached: bool = False
    encoding: Encoding = Encoding.DER
    level: SignatureLevel = SignatureLevel.B
    suffix: str = ".sig"
    largest_mb: int | None = None
    """Megabytes (2^20 octets) of one document; None: no limit is known."""
    files: tuple[str, ...] = ()
    """Suffixes that are taken, in small letters; empty: any."""
    mchd: bool = False
    """A machine-readable power of attorney goes along where somebody else is signed for."""
    note: dict[str, str] = field(default_factory=dict)
    tried: str = ""
    """How a real trial went; empty: nobody has tried it."""
    own: bool = False
    """It is the user's."""

    def said(self, words: dict[str, str], language: str) -> str:
        """Return words in a language, or in any other there is."""
        return words.get(language) or next(iter(words.values()), "")


class Misfit(StrEnum):
    """Why a document will not be taken."""

    TOO_LARGE = "too_large"
    KIND = "kind"


def misfits(recipient: Recipient, name: str, size: int) -> tuple[Misfit, ...]:
    """Tell what of a document does not fit an addressee."""
    found = []
    largest = recipient.largest_mb
    if largest is not None and size > largest * _MEGABYTE:
        found.append(Misfit.TOO_LARGE)
    if recipient.files and Path(name).suffix.lower() not in recipient.files:
        found.append(Misfit.KIND)
    return tuple(found)


def load(folder: Path) -> tuple[tuple[Recipient, ...], tuple[RoscherkError, ...]]:
    """Return the addressees of a profile in order, and what was wrong with its own files."""
    rows = {each.id: each for each in _rows(resource(_TABLE).read_text("utf-8"))}
    problems: list[RoscherkError] = []
    for file in _own_files(folder):
        try:
            own = _rows(_text(file))
        except (OSError, ValueError, KeyError, RecursionError, msgspec.ValidationError):
            problems.append(RoscherkError(ErrorCode.SETTINGS_DAMAGED, path=str(file)))
            continue
        for each in own:
            rows[each.id] = replace(each, own=True)
    return tuple(rows.values()), tuple(problems)


def _own_files(folder: Path) -> Iterable[Path]:
    try:
        return sorted(folder.glob("*.toml"))[:_MOST_FILES]
    except OSError:
        return ()


def _text(file: Path) -> str:
    with file.open("rb") as stream:
        data = stream.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        raise ValueError(file.name)
    return data.decode()


def _rows(text: str) -> Sequence[Recipient]:
    return read_table(tomllib.loads(text)["recipients"], tuple[Recipient, ...])
