"""What is tried: every kind of key, form, level and number of signers, and a cover of all pairs."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from typing import Any

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import SignatureLevel


@dataclass(frozen=True)
class Keys:
    """One kind of key, by the name it has in the table."""

    name: str
    algorithm: KeyAlgorithm
    curve: str | None = None
    """OID of a GOST parameter set."""
    rsa_bits: int | None = None

    @property
    def options(self) -> dict[str, Any]:
        """What a test infrastructure is made with."""
        given = {"curve": self.curve, "rsa_bits": self.rsa_bits}
        return {name: value for name, value in given.items() if value is not None}

    def __str__(self) -> str:
        return self.name


def _gost_256(name: str, oid: str) -> Keys:
    return Keys(f"GOST 256 {name}", KeyAlgorithm.GOST_256, oid)


def _gost_512(name: str, oid: str) -> Keys:
    return Keys(f"GOST 512 {name}", KeyAlgorithm.GOST_512, oid)


KEYS = (
    _gost_256("CryptoPro-A", "1.2.643.2.2.35.1"),
    _gost_256("CryptoPro-B", "1.2.643.2.2.35.2"),
    _gost_256("CryptoPro-C", "1.2.643.2.2.35.3"),
    _gost_256("CryptoPro-XchA", "1.2.643.2.2.36.0"),
    _gost_256("CryptoPro-XchB", "1.2.643.2.2.36.1"),
    _gost_256("tc26-256-A", "1.2.643.7.1.2.1.1.1"),
    _gost_256("tc26-256-B", "1.2.643.7.1.2.1.1.2"),
    _gost_256("tc26-256-C", "1.2.643.7.1.2.1.1.3"),
    _gost_256("tc26-256-D", "1.2.643.7.1.2.1.1.4"),
    _gost_512("tc26-512-A", "1.2.643.7.1.2.1.2.1"),
    _gost_512("tc26-512-B", "1.2.643.7.1.2.1.2.2"),
    _gost_512("tc26-512-C", "1.2.643.7.1.2.1.2.3"),
    Keys("RSA 2048", KeyAlgorithm.RSA, rsa_bits=2048),
    Keys("RSA 4096", KeyAlgorithm.RSA, rsa_bits=4096),
    Keys("ECDSA P-256", KeyAlgorithm.ECDSA_P256),
    Keys("ECDSA P-384", KeyAlgorithm.ECDSA_P384),
)


class Form(StrEnum):
    """Where the content lies."""

    ATTACHED = "attached"
    DETACHED = "detached"


class Shape(StrEnum):
    """How many sign, and how."""

    ONE = "1 signer"
    THREE = "3 signers"
    COUNTER = "counter-signed"


CMS_LEVELS = {
    SignatureLevel.B: "CAdES-BES",
    SignatureLevel.T: "CAdES-T",
    SignatureLevel.XL1: "CAdES-XL1",
    SignatureLevel.LT: "CAdES-LT",
    SignatureLevel.LTA: "CAdES-LTA",
}
PDF_LEVELS = {
    SignatureLevel.B: "PAdES-B-B",
    SignatureLevel.T: "PAdES-B-T",
    SignatureLevel.LT: "PAdES-B-LT",
    SignatureLevel.LTA: "PAdES-B-LTA",
}


@dataclass(frozen=True)
class CmsCase:
    """One CMS file to be made."""

    keys: Keys
    form: Form
    level: SignatureLevel
    shape: Shape

    @property
    def meets(self) -> frozenset[Hashable]:
        """Every two of its properties."""
        return _pairs(self.keys, self.form, self.level, self.shape)

    def __str__(self) -> str:
        return f"{self.keys}, {self.form}, {CMS_LEVELS[self.level]}, {self.shape}"


@dataclass(frozen=True)
class PdfCase:
    """One PDF to be signed."""

    keys: Keys
    level: SignatureLevel
    shape: Shape

    @property
    def meets(self) -> frozenset[Hashable]:
        """Every two of algorithm, level and shape, and each kind of key: PDF knows no curves."""
        return _pairs(self.keys.algorithm, self.level, self.shape) | {self.keys}

    def __str__(self) -> str:
        return f"{self.keys}, {PDF_LEVELS[self.level]}, {self.shape}"


def cms_cases() -> list[CmsCase]:
    """Return the whole matrix of CMS files."""
    return [CmsCase(*each) for each in product(KEYS, Form, CMS_LEVELS, Shape)]


def pdf_cases() -> list[PdfCase]:
    """Return the whole matrix of PDFs: nobody countersigns inside a PDF."""
    return [PdfCase(*each) for each in product(KEYS, PDF_LEVELS, (Shape.ONE, Shape.THREE))]


def pairwise(cases: Sequence[CmsCase] | Sequence[PdfCase]) -> Iterator[Any]:
    """Yield cases till all that they have to meet is met; the same ones each time."""
    return _cover({case: case.meets for case in cases})


def each_once(cases: Sequence[CmsCase] | Sequence[PdfCase]) -> Iterator[Any]:
    """Yield cases till each kind of key, form, level and shape was there; the same ones each time."""
    return _cover({case: frozenset(vars(case).items()) for case in cases})


def _cover(left: dict[Any, frozenset[Hashable]]) -> Iterator[Any]:
    waiting = {each for meets in left.values() for each in meets}
    while waiting:
        best = max(left, key=lambda case: len(waiting & left[case]))
        waiting -= left.pop(best)
        yield best


def _pairs(*traits: Hashable) -> frozenset[Hashable]:
    """Return every two traits of a case, each with its place."""
    return frozenset(combinations(enumerate(traits), 2))
