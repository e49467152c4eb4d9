"""The numbers that people see and type: from 1 on, in the order of the report.

A document time-stamp is nobody's signature and has no number. Programs go by ``index``, which
starts from 0 and counts everything: that is a promise of ``roscherk.verify/1``.
"""

from collections.abc import Iterable
from typing import Protocol

from app.crypto.verdict.facts import SignatureKind
from app.errors import ErrorCode, RoscherkError


class Counted(Protocol):
    """What has a place in a file: the facts of a signature, or the report on it."""

    @property
    def index(self) -> int:
        """The place among all signatures and time-stamps of the file, from 0 on."""
        ...

    @property
    def kind(self) -> SignatureKind:
        """The role in the file."""
        ...


def numbers(signatures: Iterable[Counted]) -> dict[int, int]:
    """Return the number of each signature by its index; a document time-stamp is left out."""
    counted = sorted(
        one.index for one in signatures if one.kind is not SignatureKind.DOCUMENT_TIMESTAMP
    )
    return {index: number for number, index in enumerate(counted, start=1)}


def index_of(number: int, signatures: Iterable[Counted]) -> int:
    """Return the index of the signature with this number.

    Raises SIGNATURE_NUMBER_UNKNOWN, which names the last number there is.
    """
    known = numbers(signatures)
    for index, own in known.items():
        if own == number:
            return index
    raise RoscherkError(ErrorCode.SIGNATURE_NUMBER_UNKNOWN, number=number, last=len(known))


def number_in_cms(index: int) -> int:
    """Return the number of a signature in a CMS file, where no document time-stamps are."""
    return index + 1


def index_in_cms(number: int) -> int:
    """Return the index that a number means in a CMS file, whether or not it has so many."""
    return number - 1
