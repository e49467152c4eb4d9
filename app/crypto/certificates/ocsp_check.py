"""What OCSP responders say of one certificate at one moment (RFC 6960 §3.2, §4.2.2; R-06, R-07)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, islice

from app.algorithms import der, digests, names
from app.crypto.certificates.fields import describe_outline
from app.crypto.certificates.findings import Finding, Material, Moment, Subject, unknown
from app.crypto.certificates.names import name_key
from app.crypto.certificates.ocsp_reading import OcspAnswer, OcspError, Statement, read_answer
from app.crypto.certificates.ocsp_request import is_about, key_bits
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.signed import is_signed_by, signature_failure
from app.crypto.certificates.trusted import outlines
from app.crypto.verdict.facts import RevocationFacts, RevocationStatus
from app.errors import RoscherkError
from app.values import dataclass

SKEW = timedelta(minutes=5)
"""How far two clocks may be apart (rule R-06). Differences are held against it: the year 9999 has
no five minutes more."""
FRESH = timedelta(hours=24)
"""For how long an answer counts that does not say it itself (rule R-09)."""
MOST_ANSWERS = 200
MOST_OCTETS = 2 << 20
"""Of all answers together; two hundred ordinary ones take half of it."""
MOST_CHECKS = 128
"""Of signatures of answers and of responders' certificates, for one chain (rule X-05)."""
_MOST_RESPONDERS = 16
_REMEMBERED = 16 << 10

OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_NO_CHECK = "1.3.6.1.5.5.7.48.1.5"
_ANY_PURPOSE = "2.5.29.37.0"
_SIGNING = frozenset({"digitalSignature", "nonRepudiation"})
_HOLD = "certificateHold"


class OcspAnswers:
    """The answers at hand; read when first asked for."""

    def __init__(self, encoded: Iterable[bytes]) -> None:
        self._encoded = tuple(islice(dict.fromkeys(encoded), MOST_ANSWERS))
        self._read: tuple[OcspAnswer, ...] | None = None

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self._encoded)

    def about(
        self, certificate: Outline, issuer: Outline
    ) -> Iterator[tuple[OcspAnswer, Statement]]:
        """Yield what names this certificate of this issuer."""
        if self._read is None:
            self._read = tuple(_readable(self._encoded))
        for answer in self._read:
            for statement in answer.statements:
                if is_about(statement, certificate, issuer):
                    yield answer, statement


def _readable(encoded: Iterable[bytes]) -> Iterator[OcspAnswer]:
    octets = 0
    for one in encoded:
        octets += len(one)
        if octets > MOST_OCTETS:
            return
        try:
            yield _opened(one) if len(one) <= _REMEMBERED else read_answer(one)
        except OcspError:
            continue  # what nobody can read proves nothing, and its absence will be told


@lru_cache(maxsize=MOST_ANSWERS)
def _opened(encoded: bytes) -> OcspAnswer:
    """Read an answer; the signatures of one file share their answers."""
    return read_answer(encoded)


class Checks:
    """How many signatures may still be checked."""

    def __init__(self) -> None:
        self.left = MOST_CHECKS

    def spend(self) -> bool:
        """Take one; tell whether it was there."""
        self.left -= 1
        return self.left >= 0


@dataclass(frozen=True)
class OcspJudge:
    """Judges answers about one certificate after another."""

    moment: Moment
    further: Sequence[Iterable[Outline]] = field(default=())
    """Certificates at hand besides those in the answers."""
    state_of: Callable[[Subject], Finding] = field(default=lambda _: unknown("ocsp_loop"))
    """Asks for the state of a responder's own certificate (rule R-07)."""
    barred: frozenset[bytes] = frozenset()
    """Digests of certificates whose own state is being asked: they cannot vouch for themselves."""
    checks: Checks = field(default_factory=Checks)

    def check(self, subject: Subject, answers: OcspAnswers) -> list[Finding]:
        """Return what each answer about the certificate amounts to."""
        if subject.issuer is None:
            return []
        found, standings = [], dict[OcspAnswer, Finding]()
        for answer, statement in answers.about(subject.certificate, subject.issuer):
            problem = self._unusable(answer, statement, subject.certificate)
            if problem is None:
                if answer not in standings:
                    standings[answer] = self._standing_of(answer, subject)
                found.append(self._told(answer, statement, subject, standings[answer]))
            else:
                found.append(unknown(problem))
        return found

    def _standing_of(self, answer: OcspAnswer, subject: Subject) -> Finding:
        """Tell whether the answer is by somebody who may give it and is in good standing."""
        responder, problem = self._responder(answer, subject)
        return unknown(problem) if responder is None else self._standing(responder, answer, subject)

    def _told(
        self, answer: OcspAnswer, statement: Statement, subject: Subject, standing: Finding
    ) -> Finding:
        if standing.status is not RevocationStatus.GOOD:
            return standing
        facts = _facts(statement, subject.certificate, self.moment)
        return Finding(facts, standing.used + Material(ocsp=(answer.encoded,)))

    def _unusable(
        self, answer: OcspAnswer, statement: Statement, certificate: Outline
    ) -> str | None:
        """Say why an answer is not looked at any further."""
        if answer.unknown_critical or statement.unknown_critical:
            return "ocsp_unknown_critical"
        if max(answer.produced_at, statement.this_update) - self.moment.now > SKEW:
            return "ocsp_future"
        if statement.certificate_hash is not None:
            oid, value = statement.certificate_hash
            try:
                own = digests.digest(names.digest_by_oid(oid).name, certificate.encoded)
            except RoscherkError:
                return "ocsp_cert_hash"
            if own != value:
                return "ocsp_cert_hash"
        return None

    def _responder(self, answer: OcspAnswer, subject: Subject) -> tuple[Outline | None, str]:
        """Return who gave the answer, if he may: the authority itself, or whom it charged with it."""
        problem = "ocsp_responder"
        issuer = subject.path[1]
        sent = outlines(answer.certificates)
        named = (one for one in chain([issuer], sent, *self.further) if _is_named(answer, one))
        for candidate in islice(named, _MOST_RESPONDERS):
            if not self.checks.spend():
                return None, "search_limit"
            if candidate.public_key != issuer.public_key and not _is_delegate(candidate, issuer):
                continue
            if candidate.digest in self.barred:
                problem = "ocsp_loop"
            elif _signed(answer, candidate.public_key):
                return candidate, ""
            else:
                problem = "ocsp_signature"
        return None, problem

    def _standing(self, responder: Outline, answer: OcspAnswer, subject: Subject) -> Finding:
        """Tell whether the responder's own certificate was in force and not revoked (rule R-07)."""
        good = Finding(RevocationFacts(status=RevocationStatus.GOOD))
        if responder.public_key == subject.path[1].public_key:
            return good
        facts = describe_outline(responder)
        moments = [answer.produced_at]
        if answer.produced_at <= self.moment.at:
            moments.append(self.moment.at)
        early, late = facts.not_before - min(moments), max(moments) - facts.not_after
        if max(early, late) > SKEW:
            return unknown("ocsp_responder_expired")
        sent = responder.encoded in answer.certificates
        used = Material(certificates=() if sent else (responder.encoded,))
        if any(one.oid == _NO_CHECK for one in responder.extensions):
            return good.resting_on(used)
        state = self.state_of(Subject((responder, *subject.path[1:]), subject.anchored))
        if state.status is RevocationStatus.GOOD:
            return good.resting_on(used + state.used)
        if state.status in {RevocationStatus.REVOKED, RevocationStatus.ON_HOLD}:
            return unknown("ocsp_responder_revoked")
        return unknown("ocsp_responder_unchecked")


def _is_named(answer: OcspAnswer, candidate: Outline) -> bool:
    """Tell whether the answer names this one as its author (ResponderID)."""
    try:
        if answer.responder_key_hash is not None:
            key = key_bits(candidate.public_key)
            return digests.digest("sha1", key) == answer.responder_key_hash
        name = answer.responder_name or b""
        return name == candidate.subject or name_key(name) == candidate.subject_key
    except (der.DerError, IndexError):
        return False  # a key or a name that is none


def _is_delegate(candidate: Outline, issuer: Outline) -> bool:
    """Tell whether the authority itself charged this one with answering (RFC 6960 §4.2.2.2)."""
    if candidate.issuer != issuer.subject and candidate.issuer_key != issuer.subject_key:
        return False
    try:
        facts = describe_outline(candidate)
    except RoscherkError:
        return False
    may_sign = facts.key_usage is None or bool(_SIGNING & set(facts.key_usage))
    charged = OCSP_SIGNING in facts.extended_key_usage
    unknown_critical = set(facts.unknown_critical) - {_NO_CHECK}
    if not (charged and may_sign) or unknown_critical:
        return False
    return (
        candidate.inner_algorithm == candidate.outer_algorithm
        and signature_failure(candidate, issuer) is None
    )


def _signed(answer: OcspAnswer, public_key: bytes) -> bool:
    try:
        return is_signed_by(public_key, answer.algorithm, answer.tbs, answer.signature)
    except RoscherkError:
        return False


def _facts(statement: Statement, certificate: Outline, moment: Moment) -> RevocationFacts:
    """Turn a statement that may be believed into facts, as far as its dates go."""
    status, problem = RevocationStatus.UNKNOWN, None
    if statement.status == "revoked":
        held = statement.reason == _HOLD
        status = RevocationStatus.ON_HOLD if held else RevocationStatus.REVOKED
    elif statement.status == "unknown":
        problem = "ocsp_unknown"
    else:
        problem = _proves_nothing(statement, certificate, moment.at)
        status = RevocationStatus.GOOD if problem is None else RevocationStatus.UNKNOWN
    return RevocationFacts(
        status=status,
        source="ocsp",
        revoked_at=statement.revoked_at,
        reason=statement.reason,
        this_update=statement.this_update,
        next_update=statement.next_update,
        archived=statement.archive_cutoff is not None
        and statement.archive_cutoff <= describe_outline(certificate).not_after,
        problem=problem,
    )


def _proves_nothing(statement: Statement, certificate: Outline, at: datetime) -> str | None:
    """Say why a good answer does not prove anything for the moment.

    One that was given later proves it too, so long as the certificate had not expired, or the
    responder says that it answers for expired ones as well.
    """
    if statement.this_update - at > SKEW:
        expired = describe_outline(certificate).not_after
        kept = statement.archive_cutoff is not None and statement.archive_cutoff <= expired
        return None if kept or statement.this_update <= expired else "ocsp_too_late"
    if statement.next_update is None:
        late = at - statement.this_update - FRESH
    else:
        late = at - statement.next_update
    return "ocsp_expired" if late > SKEW else None
