"""The state of one certificate: lists and answers put together, and those who signed them looked at.

Revoked for good by any source is revoked. Otherwise the newest statement counts; what proves
nothing never speaks against what does.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from app.crypto.certificates.crl_check import CrlSigner, Signers, check_lists
from app.crypto.certificates.fields import describe_outline
from app.crypto.certificates.findings import (
    Finding,
    Material,
    Moment,
    Subject,
    gravest,
    unknown,
    with_later_word,
)
from app.crypto.certificates.names import NameKey
from app.crypto.certificates.ocsp_check import Checks, OcspAnswers, OcspJudge
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.revocation_lists import RevocationLists
from app.crypto.certificates.trusted import CertificateIndex
from app.crypto.verdict.facts import RevocationStatus
from app.errors import RoscherkError
from app.values import dataclass

_DEEPEST = 4
"""How far the question goes on: who signed the list about him who signed the list about …"""
_MOST_VOUCHED = 32

_DECIDED = frozenset({RevocationStatus.GOOD, RevocationStatus.ON_HOLD})


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What a state may be read from."""

    lists: tuple[RevocationLists, ...]
    answers: OcspAnswers
    certificates: tuple[CertificateIndex, ...]
    """Where those who signed lists and answers are looked for."""


class RevocationCheck:
    """Asks for the state of certificates, of those who signed the data too, each once."""

    def __init__(
        self,
        sources: Sources,
        at: datetime,
        now: datetime,
        way_up: Callable[[Outline], Subject | None],
    ) -> None:
        """``way_up`` returns the sound path of a certificate to a root of the user's, or None."""
        self._sources = sources
        self._moment = Moment(at, now)
        self._way_up = way_up
        self._checks = Checks()
        self._vouched: dict[bytes, CrlSigner | None] = {}

    def state(self, subject: Subject) -> Finding:
        """Return the state of a certificate."""
        return self._state(subject, (subject.certificate.digest,))

    def _state(self, subject: Subject, asked: tuple[bytes, ...]) -> Finding:
        """``asked``: digests of those whose state hangs on this one, itself last."""
        if len(asked) > _DEEPEST:
            return unknown("search_limit")
        signers = Signers(lambda name: self._crl_signers(name, subject, asked))
        by_lists = check_lists(
            subject,
            describe_outline(subject.certificate),
            signers,
            self._sources.lists,
            self._moment,
        )
        return combine(by_lists, self._by_answers(subject, asked), self._moment.at)

    def _by_answers(self, subject: Subject, asked: tuple[bytes, ...]) -> list[Finding]:
        if not self._sources.answers:
            return []
        judge = OcspJudge(
            self._moment,
            self._sources.certificates,
            lambda responder: self._state(responder, (*asked, responder.certificate.digest)),
            frozenset(asked),
            self._checks,
        )
        return judge.check(subject, self._sources.answers)

    def _crl_signers(
        self, name: NameKey, subject: Subject, asked: tuple[bytes, ...]
    ) -> Iterator[CrlSigner]:
        """Yield who may have signed the lists of a name.

        First the issuer as it stands in the path; then others of that name that have a sound path
        of their own to the same root: an authority may keep a key for its lists alone (rule X-09),
        and may leave its lists to another (RFC 5280 §6.3.3 (f)).
        """
        issuer = subject.issuer
        if issuer is not None and issuer.subject_key == name:
            yield CrlSigner(issuer, describe_outline(issuer).key_usage)
        if not subject.anchored:
            return
        seen = set() if issuer is None else {issuer.digest}
        for index in self._sources.certificates:
            for other in index.named(name):
                if other.digest not in seen:
                    seen.add(other.digest)
                    signer = self._vouch(other, subject.path[-1], asked)
                    if signer is not None:
                        yield signer

    def _vouch(self, other: Outline, anchor: Outline, asked: tuple[bytes, ...]) -> CrlSigner | None:
        """Return a certificate as a signer, unless it has no sound path or is revoked itself."""
        if other.digest in asked:
            # Its own list may say that it is in force; longer circles prove nothing.
            alone = other.digest == asked[-1]
            return self._signer(other, unrevoked=alone) if alone else None
        if other.digest not in self._vouched:
            if len(self._vouched) >= _MOST_VOUCHED:
                return None
            self._vouched[other.digest] = None
            self._vouched[other.digest] = self._examined(other, anchor, asked)
        return self._vouched[other.digest]

    def _examined(
        self, other: Outline, anchor: Outline, asked: tuple[bytes, ...]
    ) -> CrlSigner | None:
        try:
            subject = self._way_up(other)
        except RoscherkError:
            return None
        if subject is None or not _one_authority(subject.path[-1], anchor):
            return None
        if len(subject.path) == 1:
            return self._signer(other, unrevoked=True)
        state = self._state(subject, (*asked, other.digest))
        if state.status in {RevocationStatus.REVOKED, RevocationStatus.ON_HOLD}:
            return None
        signer = self._signer(other, unrevoked=state.status is RevocationStatus.GOOD)
        above = Material(certificates=tuple(one.encoded for one in subject.path[:-1]))
        return replace(signer, used=above + state.used)

    def _signer(self, other: Outline, *, unrevoked: bool) -> CrlSigner:
        return CrlSigner(other, describe_outline(other).key_usage, unrevoked)


def combine(by_lists: Finding, by_answers: Sequence[Finding], at: datetime) -> Finding:
    """Put together what lists and answers say of one certificate."""
    revoked = [one for one in (by_lists, *by_answers) if one.status is RevocationStatus.REVOKED]
    if revoked:
        return gravest(revoked)
    decided = [one for one in (by_lists, *by_answers) if one.status in _DECIDED]
    if decided:
        return with_later_word(min(decided, key=lambda one: _preference(one, at)), decided)
    if by_answers and by_lists.facts.problem == "crl_missing":
        return by_answers[0]
    return by_lists


def _preference(finding: Finding, at: datetime) -> tuple[int, float, bool]:
    """Order statements: of the moment and newest; then later ones, earliest first; then old.

    Of two made in the same second the one that accuses comes first.
    """
    made, until = finding.facts.this_update, finding.facts.next_update
    moment, good = (
        0.0 if made is None else made.timestamp(),
        finding.status is RevocationStatus.GOOD,
    )
    if made is not None and made > at:
        return 1, moment, good
    return (0 if until is None or until >= at else 2), -moment, good


def _one_authority(first: Outline, second: Outline) -> bool:
    """Tell whether two roots are one: name and key."""
    return first.public_key == second.public_key and first.subject_key == second.subject_key
