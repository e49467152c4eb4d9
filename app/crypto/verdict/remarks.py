"""What does not change a verdict but must be known with it: pure functions from facts."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from app.crypto.certificates.qualified import qualification
from app.crypto.verdict import answers
from app.crypto.verdict.acts import TIME_STAMPS, act
from app.crypto.verdict.chain_warnings import chain_warnings
from app.crypto.verdict.facts import Notice, RevocationStatus, SignatureFacts, SignatureKind
from app.crypto.verdict.policy import Policy
from app.crypto.verdict.proved_time import Proof, stamp_warnings
from app.crypto.verdict.seen import chain_at
from app.crypto.verdict.terms import Terms, text_of


def remarks(
    facts: SignatureFacts, policy: Policy, terms: Terms, proof: Proof, judged_at: datetime
) -> Iterator[Notice]:
    """Yield the remarks. ``judged_at``: the moment that the verdict is about."""
    if terms.at_by_user:
        yield Notice("conditional_time", {"at": text_of(terms.at)})
    yield from _of_time(facts, policy, terms.at, proof.at)
    yield from chain_warnings(facts.chain, terms.at)
    yield from stamp_warnings(proof)
    if proof.at is not None and act(TIME_STAMPS).ended(proof.at):
        rule = act(TIME_STAMPS)
        yield Notice("time_act_ended", {"act": rule.title, "until": str(rule.until)})
    if judged_at != terms.at:
        yield from _of_past(facts, judged_at)
    if facts.signer is not None and facts.kind is not SignatureKind.DOCUMENT_TIMESTAMP:
        yield from qualification(facts.signer).warnings
    for place, link in enumerate(answers.below_anchor(facts.chain)):
        found, subject = link.revocation, link.certificate.subject.text
        revoked = found.status is RevocationStatus.REVOKED and found.revoked_at is not None
        if revoked and found.revoked_at is not None and found.revoked_at > judged_at:
            yield Notice("revoked_later", {"at": text_of(found.revoked_at), "subject": subject})
        if revoked and found.invalid_since is not None:
            since = text_of(found.invalid_since)
            yield Notice("key_invalid_since", {"at": since, "subject": subject})
        if found.this_update is not None and not link.certificate.practice:
            rules = policy.revocation
            most = rules.ca_told_after_hours if place else rules.told_after_hours
            if terms.at - found.this_update > timedelta(hours=most):
                told = text_of(found.this_update)
                yield Notice("revocation_data_old", {"at": told, "subject": subject})


def _of_past(facts: SignatureFacts, moment: datetime) -> Iterator[Notice]:
    """Tell that the signer's state at a proved moment is known by data from before it (R-10)."""
    for link in answers.below_anchor(chain_at(facts, moment))[:1]:
        newest = link.revocation.confirmed_at or link.revocation.this_update
        if newest is not None and newest < moment and not link.certificate.practice:
            yield Notice("revocation_data_before", {"at": text_of(newest)})


def _of_time(
    facts: SignatureFacts, policy: Policy, at: datetime, proved: datetime | None
) -> Iterator[Notice]:
    """Hold the claimed time against the check and against the certificate (rules CMS-10, X-11)."""
    claimed, certificate = facts.claimed_time, facts.signer
    skew = timedelta(minutes=policy.clock.skew_minutes)
    if claimed is not None and claimed > at + skew:
        yield Notice("claimed_time_in_future", {"at": text_of(claimed)})
    elif claimed is not None and proved is not None and claimed > proved + skew:
        yield Notice("claimed_time_after_stamp", {"at": text_of(claimed)})
    if certificate is None:
        return
    moment = proved or claimed or at
    if claimed is not None and not certificate.not_before <= claimed <= certificate.not_after:
        yield Notice("claimed_time_outside_certificate", {"at": text_of(claimed)})
    begin, end = certificate.private_key_not_before, certificate.private_key_not_after
    if (begin is not None and moment < begin) or (end is not None and moment > end):
        yield Notice("key_period_over", {"at": text_of(moment)})
