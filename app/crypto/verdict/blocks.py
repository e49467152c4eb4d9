"""The building blocks of EN 319 102-1 §5.2 on one signature: facts in, findings out. Pure.

Every block that can run is run (rule V-02). Nothing is red because it is only unknown, and nothing
is green while anything is unknown (rule V-06).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from app.crypto.verdict import answers, strength
from app.crypto.verdict.facts import (
    ChainFacts,
    Coverage,
    LinkFacts,
    RevocationStatus,
    SignatureFacts,
    SignatureKind,
    SigningCertificateAttribute,
)
from app.crypto.verdict.policy import Policy
from app.crypto.verdict.report import SubIndication
from app.crypto.verdict.seen import State, state_at, state_then
from app.crypto.verdict.stamps import is_sound
from app.crypto.verdict.terms import Finding, failed, unsure
from app.values import dataclass

_SIGNING_USAGES = frozenset({"digitalSignature", "nonRepudiation"})
_SERVICES = frozenset({"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"})
"""Purposes of servers, of time-stamping authorities and of OCSP responders: whose certificate has
no other one signs no documents (RFC 5280 §4.2.1.12, rule X-10)."""
_POLICY_UNCHECKED = "signature_policy_unchecked"


@dataclass(frozen=True, kw_only=True)
class View:
    """What the blocks that depend on a moment look at."""

    chain: ChainFacts | None
    at: datetime
    known_now: ChainFacts | None = None
    """The chain at the control time, where ``at`` is a moment in the past that is proved."""
    now: datetime | None = None
    """The control time then."""

    @property
    def proved(self) -> bool:
        """Tell whether the moment is one in the past that is proved."""
        return self.now is not None

    def state(self, link: LinkFacts, slack: timedelta) -> State:
        """Return the state of a certificate at the moment."""
        if not self.proved:
            return state_at(link, self.at)
        links = () if self.known_now is None else self.known_now.links
        same = (one for one in links if one.certificate.sha256 == link.certificate.sha256)
        return state_then(link, next(same, None), self.at, slack)


def format_(facts: SignatureFacts) -> Iterator[Finding]:
    """Refuse a structure that lies."""
    if facts.format_problems:
        yield failed(SubIndication.FORMAT_FAILURE, *(one.code for one in facts.format_problems))


def identification(facts: SignatureFacts) -> Iterator[Finding]:
    """Require the one certificate that the signature names."""
    if facts.signer is None:
        unread = facts.unsupported and facts.signer_identifier is None
        if not unread:  # of a kind that was not read, nobody knows whom it names (PDF-06)
            yield unsure(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, "signer_not_found")
    elif facts.signing_certificate is SigningCertificateAttribute.MISMATCH:
        yield unsure(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, "signing_certificate_mismatch")


def context(facts: SignatureFacts, policy: Policy) -> Iterator[Finding]:
    """Ask for the rules that the signer refers to, where the policy makes much of them (CAD-03)."""
    if not policy.signature_policies.demanded:
        return
    for notice in facts.warnings:
        if notice.code == _POLICY_UNCHECKED and "oid" in notice.facts:
            yield unsure(SubIndication.SIGNATURE_POLICY_NOT_AVAILABLE, notice.code)
        elif notice.code == _POLICY_UNCHECKED:
            yield unsure(SubIndication.POLICY_PROCESSING_ERROR, "signature_policy_implied")


def certificates(facts: SignatureFacts, view: View, policy: Policy) -> Iterator[Finding]:
    """Require a path that holds, in force at the moment, none of whose links is revoked."""
    yield from _path(facts, view.chain)
    yield from _validity(facts, view)
    yield from _revocation(facts, view, policy)


def _path(facts: SignatureFacts, chain: ChainFacts | None) -> Iterator[Finding]:
    """Require a path to a root that the user brought, sound at every link, for this purpose."""
    if facts.signer is None:
        return
    if chain is None:
        yield unsure(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, "chain_not_built")
    else:
        if not chain.anchored:
            code = chain.break_code or "root_not_trusted"
            yield unsure(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, code)
        for link in chain.links:
            for problem in link.problems:
                if problem.code not in answers.TIME_CODES:
                    yield unsure(_sub_of_problem(problem.code), problem.code)
    usage, purposes = facts.signer.key_usage, set(facts.signer.extended_key_usage)
    only_service = bool(purposes) and purposes <= _SERVICES
    if facts.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        only_service = False
    if only_service or (usage is not None and not _SIGNING_USAGES & set(usage)):
        yield unsure(SubIndication.CHAIN_CONSTRAINTS_FAILURE, "key_usage_not_for_signing")


def _sub_of_problem(code: str) -> SubIndication:
    """Tell a forged or unreadable link from one that may not do what it did."""
    if code == "bad_signature":
        return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
    return SubIndication.CHAIN_CONSTRAINTS_FAILURE


def _validity(facts: SignatureFacts, view: View) -> Iterator[Finding]:
    """Require every certificate to be in force at the moment (shell model, rule X-08)."""
    at = view.at
    if facts.signer is not None:
        if at < facts.signer.not_before:
            yield unsure(SubIndication.OUT_OF_BOUNDS_NO_POE, "not_yet_valid")
        if at > facts.signer.not_after:
            yield unsure(_sub_of_expiry(view.chain), "expired")
    for link in () if view.chain is None else view.chain.links[1:]:
        if at > link.certificate.not_after and link.anchor:
            yield unsure(SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE, "root_expired")
        elif not link.certificate.not_before <= at <= link.certificate.not_after:
            code = "ca_expired" if at > link.certificate.not_after else "ca_not_yet_valid"
            yield unsure(SubIndication.OUT_OF_BOUNDS_NO_POE, code)


def _sub_of_expiry(chain: ChainFacts | None) -> SubIndication:
    """Tell whether the certificate lived to its end without being revoked."""
    for link in answers.below_anchor(chain)[:1]:
        found = link.revocation
        told = found.this_update is not None and found.this_update <= link.certificate.not_after
        if found.status is RevocationStatus.GOOD and told:
            # A later list proves nothing: expired certificates drop out of it.
            return SubIndication.OUT_OF_BOUNDS_NOT_REVOKED
    return SubIndication.OUT_OF_BOUNDS_NO_POE


def _revocation(facts: SignatureFacts, view: View, policy: Policy) -> Iterator[Finding]:
    """Require that the signer and every CA below the root are known not to be revoked."""
    chain = view.chain
    for index, link in enumerate(() if chain is None else chain.links):
        if not link.anchor:
            prefix = "ca_" if index else ""
            yield from _revocation_of(facts, link, view, policy, prefix)


def _revocation_of(
    facts: SignatureFacts, link: LinkFacts, view: View, policy: Policy, prefix: str
) -> Iterator[Finding]:
    """Judge the state of one certificate."""
    state = view.state(link, timedelta(hours=policy.revocation.past_slack_hours))
    # Where the path itself is missing, nobody could vouch for the state of its links.
    unknown_counts = view.chain is not None and view.chain.anchored
    if state.status is RevocationStatus.REVOKED:
        # Without a proved time of signing nobody can say that it came first (rule R-03).
        sub = SubIndication.REVOKED_CA_NO_POE if prefix else SubIndication.REVOKED_NO_POE
        yield unsure(sub, f"{prefix}revoked")
    elif state.status is RevocationStatus.ON_HOLD:
        yield unsure(SubIndication.TRY_LATER, f"{prefix}on_hold")
    elif state.status is not RevocationStatus.GOOD:
        if unknown_counts:
            why = () if state.problem is None else (state.problem,)
            yield unsure(_sub_of_unknown(facts, state, view), f"{prefix}revocation_unknown", *why)
    elif not prefix and _too_old(link, view, policy):
        yield unsure(SubIndication.TRY_LATER, f"{prefix}revocation_unknown", "revocation_data_aged")


def _sub_of_unknown(facts: SignatureFacts, state: State, view: View) -> SubIndication:
    """Tell what may still be found out from what can only be missing for ever."""
    if not view.proved:
        return SubIndication.TRY_LATER
    if state.outdated:
        return SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE
    over = facts.signer is not None and view.now is not None and view.now > facts.signer.not_after
    return SubIndication.NO_POE if over else SubIndication.TRY_LATER


def _too_old(link: LinkFacts, view: View, policy: Policy) -> bool:
    """Tell whether data are older than a strict policy takes (rule R-09)."""
    most, made = policy.revocation.most_hours, link.revocation.this_update
    if most is None or made is None or view.proved:
        return False
    return view.at - made > timedelta(hours=most)


def cryptography(facts: SignatureFacts) -> Iterator[Finding]:
    """Compare the digest, check the signature value; what cannot be checked is unknown, not bad."""
    if facts.digest_matches is False:
        yield failed(SubIndication.HASH_FAILURE, "digest_mismatch")
    if facts.signature_verifies is False:
        yield failed(SubIndication.SIG_CRYPTO_FAILURE, "signature_wrong")
    if not facts.content_found:
        yield unsure(SubIndication.SIGNED_DATA_NOT_FOUND, "content_not_found")
    if facts.unsupported:
        codes = tuple(notice.code for notice in facts.unsupported)
        yield unsure(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, *codes)
    if facts.digest_matches is None or facts.signature_verifies is None:
        # Also the net below all blocks: nothing passes unless both were established.
        told = bool(facts.format_problems or facts.unsupported) or not facts.content_found
        if not told and facts.signer is not None:
            yield unsure(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "signature_not_checked")


def acceptance(facts: SignatureFacts, policy: Policy) -> Iterator[Finding]:
    """Refuse what is well formed but may not be relied upon, by the standard or by the policy."""
    codes = tuple(notice.code for notice in facts.constraint_problems)
    if facts.coverage is Coverage.PARTIAL:
        codes += ("coverage_partial",)
    if answers.unexplained_changes(facts) and not codes:
        codes += (f"changes_{facts.changes_after}",)
    if codes:
        yield unsure(SubIndication.SIG_CONSTRAINTS_FAILURE, *codes)
    for notice in facts.warnings:
        demand = policy.demand(notice.code)
        if demand is not None:
            sub = SubIndication(demand.sub_indication)
            yield failed(sub, notice.code) if demand.fails else unsure(sub, notice.code)


def strength_of(facts: SignatureFacts, view: View, policy: Policy) -> Iterator[Finding]:
    """Refuse algorithms and keys that prove nothing at the moment (rules CMS-13, GST-08)."""
    for weakness in strength.weaknesses(facts, policy, view.at, view.chain):
        sub = SubIndication.CRYPTO_CONSTRAINTS_FAILURE
        if weakness.sound_when_claimed:
            sub = SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
        yield unsure(sub, weakness.code)


def document_stamp(facts: SignatureFacts) -> Iterator[Finding]:
    """Require of a document time-stamp all that makes a time-stamp (EN 319 142-1 §5.4.3)."""
    if facts.kind is not SignatureKind.DOCUMENT_TIMESTAMP:
        return
    if not facts.time_stamps:
        yield failed(SubIndication.FORMAT_FAILURE, "level_stamp_unsound")
    for stamp in facts.time_stamps:
        if stamp.imprint_matches is False:
            yield failed(SubIndication.HASH_FAILURE, "level_stamp_wrong")
        elif not is_sound(stamp):
            codes = tuple(notice.code for notice in stamp.problems)
            yield unsure(SubIndication.SIG_CONSTRAINTS_FAILURE, "level_stamp_unsound", *codes)
