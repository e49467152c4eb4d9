"""Two dates: the day of signing and the day of the check; and the chain by both models. Pure."""

from datetime import datetime, timedelta
from itertools import pairwise

from app.crypto.verdict.answers import below_anchor
from app.crypto.verdict.blocks import View
from app.crypto.verdict.facts import ChainFacts, RevocationStatus, SignatureFacts
from app.crypto.verdict.policy import Policy
from app.crypto.verdict.proved_time import Proof
from app.crypto.verdict.report import (
    ChainModels,
    Indication,
    Moment,
    MomentSource,
    SubIndication,
)
from app.crypto.verdict.seen import chain_at
from app.crypto.verdict.terms import Conclusion, Terms

IN_FORCE = "in_force"
OK = "ok"
_STATES = {
    RevocationStatus.REVOKED: "revoked",
    RevocationStatus.ON_HOLD: "on_hold",
    RevocationStatus.UNKNOWN: "revocation_unknown",
    RevocationStatus.NOT_CHECKED: "revocation_unknown",
}


def moments_of(
    facts: SignatureFacts,
    policy: Policy,
    terms: Terms,
    proof: Proof,
    *,
    then: Conclusion | None,
    now: Conclusion,
) -> tuple[Moment, ...]:
    """Return the day of signing with the evidence for it, then the day of the check.

    The day of signing is the one that a time-stamp proves, else the one that the signature claims,
    of which nothing is concluded. The day of the check is now, or the moment that the user named.
    """
    slack = timedelta(hours=policy.revocation.past_slack_hours)
    source = MomentSource.USER if terms.at_by_user else MomentSource.NOW
    check = _moment(
        _state(facts, View(chain=facts.chain, at=terms.at), slack), terms.at, source, now
    )
    signing = _signing(facts, terms, proof, then, slack)
    return (check,) if signing is None else (signing, check)


def _signing(
    facts: SignatureFacts,
    terms: Terms,
    proof: Proof,
    then: Conclusion | None,
    slack: timedelta,
) -> Moment | None:
    """Return the day of signing; None: nothing names it."""
    if proof.at is not None and then is not None:
        legal = proof.by_law == proof.at
        view = View(
            chain=chain_at(facts, proof.at), at=proof.at, known_now=facts.chain, now=terms.at
        )
        source = MomentSource.MDV_63FZ if legal else MomentSource.RFC3161
        return _moment(_state(facts, view, slack), proof.at, source, then)
    if facts.claimed_time is None:
        return None
    view = View(chain=facts.chain, at=facts.claimed_time)
    open_ = (Indication.INDETERMINATE, SubIndication.NO_POE, ("time_only_claimed",))
    state = _state(facts, view, slack)
    return _moment(state, facts.claimed_time, MomentSource.CLAIMED, open_)


def _moment(state: str, at: datetime, source: MomentSource, concluded: Conclusion) -> Moment:
    indication, sub, reasons = concluded
    return Moment(
        at=at,
        source=source,
        certificate_state=state,
        indication=indication,
        sub_indication=sub,
        reasons=reasons,
    )


def _state(facts: SignatureFacts, view: View, slack: timedelta) -> str:
    """Name the state of the signer's certificate at one moment."""
    if facts.signer is None:
        return "no_certificate"
    if view.at < facts.signer.not_before:
        return "not_yet_valid"
    if view.at > facts.signer.not_after:
        return "expired"
    links = below_anchor(view.chain)[:1]
    if not links:
        return "revocation_unknown"
    return _STATES.get(view.state(links[0], slack).status, IN_FORCE)


def models_of(facts: SignatureFacts, at: datetime, proof: Proof) -> ChainModels | None:
    """Say of the chain how it stands by the shell model and by the chain model (rule X-08)."""
    chain = facts.chain
    if chain is None or not chain.links:
        return None
    signed = proof.at or facts.claimed_time or at
    return ChainModels(shell=_shell(chain, at), chain=_chain(chain, signed))


def _shell(chain: ChainFacts, at: datetime) -> str:
    """All certificates in force at one moment."""
    for place, link in enumerate(chain.links):
        prefix = "ca_" if place else ""
        if at > link.certificate.not_after:
            return f"{prefix}expired"
        if at < link.certificate.not_before:
            return f"{prefix}not_yet_valid"
    return OK


def _chain(chain: ChainFacts, signed: datetime) -> str:
    """Each certificate in force when it was used."""
    first = chain.links[0].certificate
    if signed > first.not_after:
        return "expired"
    if signed < first.not_before:
        return "not_yet_valid"
    for below, above in pairwise(chain.links):
        issued, issuer = below.certificate.not_before, above.certificate
        if not issuer.not_before <= issued <= issuer.not_after:
            return "issuer_not_in_force_then"
    return OK
