"""When keys end, what is to be told of it and when, and which key takes the place of which. Pure.

A key ends with its certificate or with the term of the private key, whichever comes first.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from app.crypto.containers.model import ContainerFacts
from app.crypto.verdict.facts import CertificateFacts, Name
from app.values import dataclass

THRESHOLDS = (60, 30, 14, 7, 1)
"""So many days before the end it is told again."""
OVER = 0
"""The threshold of what has ended."""


class EndOf(StrEnum):
    """What ends first."""

    CERTIFICATE = "certificate"
    KEY = "key"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The end of one key."""

    row: ContainerFacts
    certificate: CertificateFacts
    of: EndOf
    at: datetime
    """UTC."""
    days: int
    """Whole days that are left; negative: it is over."""
    threshold: int | None
    """The last of `THRESHOLDS` that was reached, or ``OVER``; None: none yet."""

    @property
    def name(self) -> str:
        """Name this reminder: once dismissed it stays away until the next threshold."""
        return f"{self.certificate.sha256}:{self.of.value}:{self.threshold}"


def ending_of(row: ContainerFacts, now: datetime) -> Ending | None:
    """Return when a key ends; None for one without a certificate, for practice, for a stopped one."""
    certificate, last = row.certificate, row.last_day
    if certificate is None or last is None or row.container.practice or row.stop is not None:
        return None
    days = (last - now) // timedelta(days=1)
    reached = [each for each in THRESHOLDS if days <= each]
    return Ending(
        row=row,
        certificate=certificate,
        of=EndOf.CERTIFICATE if last == certificate.not_after else EndOf.KEY,
        at=last,
        days=days,
        threshold=OVER if last <= now else min(reached, default=None),
    )


def endings(rows: Iterable[ContainerFacts], now: datetime) -> tuple[Ending, ...]:
    """Return the ends of keys that were not renewed, the nearest first, copies of a key once."""
    known = tuple(rows)
    found = [ending_of(row, now) for row in known if successor(row, known, now) is None]
    single = {(each.certificate.sha256, each.of): each for each in found if each is not None}
    return tuple(sorted(single.values(), key=lambda each: each.at))


def reminders(rows: Iterable[ContainerFacts], now: datetime) -> tuple[Ending, ...]:
    """Return what is to be told now, the most urgent first."""
    return tuple(each for each in endings(rows, now) if each.threshold is not None)


def successor(
    row: ContainerFacts, rows: Iterable[ContainerFacts], now: datetime
) -> ContainerFacts | None:
    """Return the key with the renewed certificate of the same owner, if there is one."""
    own = ending_of(row, now)
    if own is None:
        return None
    found = []
    for other in rows:
        ending = ending_of(other, now)
        if ending is None or not other.way.possible or ending.threshold == OVER:
            continue
        newer = ending.certificate.not_before > own.certificate.not_before and ending.at > own.at
        begun = ending.certificate.not_before <= now
        if newer and begun and same_owner(ending.certificate.subject, own.certificate.subject):
            found.append(ending)
    return max(found, key=lambda each: each.at).row if found else None


def same_owner(one: Name, other: Name) -> bool:
    """Tell whether two certificates are of one owner: the same person for the same organization.

    By СНИЛС, or by ИНН where one of them names no СНИЛС; names alone say nothing. What says
    nothing of an owner is nobody's.
    """
    if _organization(one) != _organization(other):
        return False
    for mine, yours in ((one.snils, other.snils), (one.inn, other.inn)):
        if mine and yours:
            return mine == yours
    persons = (one.snils, one.inn, other.snils, other.inn)
    return bool(_organization(one)) and not any(persons)


def _organization(name: Name) -> str:
    return name.ogrn or name.ogrnip or name.inn_le or ""
