"""What passes between the modules that look after revocation: who is asked about, what was found."""

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Self

from app.crypto.certificates.outline import Outline
from app.crypto.verdict.facts import MILD_REASONS, RevocationFacts, RevocationStatus
from app.values import dataclass


@dataclass(frozen=True)
class Subject:
    """A certificate whose state is asked, with the way up from it."""

    path: tuple[Outline, ...]
    """The certificate itself first."""
    anchored: bool
    """The last one of the path is a root of the user's."""

    @property
    def certificate(self) -> Outline:
        """The certificate itself."""
        return self.path[0]

    @property
    def issuer(self) -> Outline | None:
        """The one above it, if there is one."""
        return self.path[1] if len(self.path) > 1 else None


@dataclass(frozen=True)
class Material:
    """The data that a statement rests on, in DER, each once."""

    crls: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()
    """BasicOCSPResponse each."""
    certificates: tuple[bytes, ...] = ()
    """Of those who signed lists or answers and stand neither in the path nor in an answer."""

    def __add__(self, other: Self) -> "Material":
        """Return both."""
        return Material(
            tuple(dict.fromkeys((*self.crls, *other.crls))),
            tuple(dict.fromkeys((*self.ocsp, *other.ocsp))),
            tuple(dict.fromkeys((*self.certificates, *other.certificates))),
        )


@dataclass(frozen=True)
class Moment:
    """When: the control time, and the latest time at which data can have been made."""

    at: datetime
    now: datetime


@dataclass(frozen=True)
class Finding:
    """The state of one certificate, and by what it is known."""

    facts: RevocationFacts
    used: Material = field(default_factory=Material)

    @property
    def status(self) -> RevocationStatus:
        """The state."""
        return self.facts.status

    def resting_on(self, more: Material) -> "Finding":
        """Return the same with further data that it rests on."""
        return replace(self, used=self.used + more)


def gravest(revoked: Sequence[Finding]) -> Finding:
    """Return what several statements of a revocation for good amount to.

    It is the newest one, with the earliest date and the worst reason that any of them gives. They contradict each other where an authority found out more later; whoever brings an old
    statement with him must not be better off by it.
    """
    newest = max(revoked, key=_made)
    dates = [one.facts.revoked_at for one in revoked]
    first = min((date for date in dates if date is not None), default=None)
    grave = [one.facts.reason for one in revoked if one.facts.reason not in MILD_REASONS]
    reason = newest.facts.reason if newest.facts.reason in grave or not grave else grave[0]
    used = Material()
    for one in revoked:
        used += one.used
    harmed = [one.facts.invalid_since for one in revoked]
    facts = replace(
        newest.facts,
        revoked_at=None if None in dates else first,
        reason=reason,
        invalid_since=min((one for one in harmed if one is not None), default=None),
    )
    return Finding(facts, used)


def with_later_word(chosen: Finding, statements: Sequence[Finding]) -> Finding:
    """Return a good finding with what later statements say: still good, or suspended since."""
    holds = [one for one in statements if one.status is RevocationStatus.ON_HOLD]
    dates = [one.facts.this_update for one in holds] + [one.facts.held_later for one in statements]
    last = max((date for date in dates if date is not None), default=None)
    if chosen.status is not RevocationStatus.GOOD:
        return chosen
    good = [one for one in statements if one.status is RevocationStatus.GOOD]
    words = [one.facts.confirmed_at or one.facts.this_update for one in good]
    confirmed = max((word for word in words if word is not None), default=None)
    settled = last is None or (confirmed is not None and confirmed >= last)
    facts = replace(chosen.facts, held_later=None if settled else last, confirmed_at=confirmed)
    return replace(chosen, facts=facts)


def _made(finding: Finding) -> float:
    made = finding.facts.this_update
    return float("-inf") if made is None else made.timestamp()


def unknown(problem: str) -> Finding:
    """Return that nothing could be established, and why."""
    return Finding(RevocationFacts(status=RevocationStatus.UNKNOWN, problem=problem))
