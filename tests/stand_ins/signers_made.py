"""Invented people with keys of their own, whose numbers have right check digits and belong to nobody.

ИНН begin with 00 (no such region), СНИЛС lie below those that were given out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stand_ins.pki import Pki, PkiKey

from app.crypto.certificates import building as build
from app.crypto.certificates import names
from app.crypto.certificates.building import NamePart
from app.crypto.certificates.issuing import EphemeralKey

if TYPE_CHECKING:
    from app.algorithms.names import KeyAlgorithm

_FIRST = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_SECOND = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def inn_of(number: int) -> str:
    """Return the ИНН of the invented person of this number."""
    digits = f"0000{number:06}"
    for weights in (_FIRST, _SECOND):
        total = sum(w * int(d) for w, d in zip(weights, digits, strict=True))
        digits += str(total % 11 % 10)
    return digits


def snils_of(number: int) -> str:
    """Return the СНИЛС of the invented person of this number."""
    return f"000{number:06}00"


def name_of(full: str, number: int | None) -> bytes:
    """Return the name in a certificate; without a number it holds no ИНН and no СНИЛС."""
    surname, _, given = full.partition(" ")
    parts = [
        NamePart(names.COUNTRY, "RU"),
        NamePart(names.SURNAME, surname),
        NamePart(names.GIVEN_NAME, given),
        NamePart(names.COMMON_NAME, full),
    ]
    if number is not None:
        parts += [
            NamePart(names.INN, inn_of(number)),
            NamePart(names.SNILS, snils_of(number)),
        ]
    return build.encode_name(parts)


def signer(
    pki: Pki, full: str, number: int | None, algorithm: KeyAlgorithm | None = None, **changes: Any
) -> PkiKey:
    """Return the key of somebody with a certificate of this infrastructure."""
    key = EphemeralKey.generate(algorithm or pki.algorithm)
    public = key.public
    certificate = pki.issue(public, subject=name_of(full, number), **changes)
    holder = replace(pki.container, certificate=certificate, algorithm=key.algorithm)
    return PkiKey(key, holder)
