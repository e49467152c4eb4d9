"""What a check fetches itself: issuers and revocation data that neither the file nor the stores hold.

Runs in a worker. Asked is only about signatures that hold: for a forged file nobody's server hears
of us. What comes from the network is material like any other, believed for its signatures; no root
ever comes from there (rules X-12, X-13, R-08).
"""

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from datetime import datetime

from app.crypto.certificates.evidence import collect, in_vain
from app.crypto.certificates.gaps import FRESH, has_aged, has_gap
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms.levels.tokens import Material
from app.crypto.network.fetching import Network
from app.crypto.network.policy import NetworkUse
from app.crypto.verdict.facts import Notice, SignatureFacts
from app.crypto.verdict.stamps import holds, is_sound
from app.values import dataclass

MOST_CERTIFICATES = 20
"""About so many signers and authorities of one file something is asked."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came of asking for one file."""

    material: Material = field(default_factory=Material)
    """What was fetched, whatever it says."""
    uses: tuple[NetworkUse, ...] = ()
    problems: tuple[Notice, ...] = ()
    """What could not be fetched, and why: each thing once."""


def lacks(signatures: Iterable[SignatureFacts], at: datetime, *, online: bool) -> bool:
    """Tell whether there is anything to ask about: a signature that holds, with a gap in its chain.

    ``online``: somebody can be asked; then data that are not of today are a gap as well.
    """
    return next(_sought(signatures, at, online=online), None) is not None


def ask(
    signatures: Iterable[SignatureFacts],
    held: Material,
    trust: LoadedTrust,
    at: datetime,
    network: Network,
) -> Asked:
    """Fetch what the chains of these signatures and of their time-stamps lack.

    ``held``: what the file carries. ``at``: the control time. Whatever fails is told in
    `Asked.problems`; nothing raises but ``CANCELLED``.
    """
    sought = list(_sought(signatures, at, online=network.policy.online))[:MOST_CERTIFICATES]
    network.renew(len(sought))
    found, problems = Material(), list[Notice]()
    for leaf, moment in sought:
        known = found + held
        evidence = collect(
            leaf,
            pool=known.certificates,
            crls=known.crls,
            ocsp=known.ocsp,
            trust=trust,
            at=moment,
            network=network,
            fresh_since=at - FRESH if network.policy.online and moment == at else None,
        )
        got = evidence.fetched
        found = Material(got.certificates, got.crls, got.ocsp) + found
        problems += in_vain(evidence.problems)
    each_once = {(one.code, *map(str, one.facts.values())): one for one in problems}
    uses = tuple(one for one in network.uses if one.outcome != "offline")
    return Asked(material=found, uses=uses, problems=tuple(each_once.values()))


def told(
    signatures: Iterable[SignatureFacts], problems: tuple[Notice, ...]
) -> tuple[SignatureFacts, ...]:
    """Return the signatures, those that still lack something with a word on why (rule R-08)."""
    return tuple(
        replace(one, warnings=one.warnings + problems) if _wants(one) else one for one in signatures
    )


def _wants(signature: SignatureFacts) -> bool:
    return holds(signature) and any(has_gap(one.chain) for one in _all_of(signature))


def _sought(
    signatures: Iterable[SignatureFacts], at: datetime, *, online: bool
) -> Iterator[tuple[bytes, datetime]]:
    """Yield the certificates whose chain has a gap, each once, and for which moment it counts."""
    seen = set[bytes]()
    for signature in signatures:
        if not holds(signature):
            continue
        for one in _all_of(signature):
            moment = _moment(one, signature, at)
            gap = any(
                has_gap(chain) or (online and chain.at == at and has_aged(chain, at))
                for chain in (one.chain, *one.further_chains)
                if chain is not None
            )
            if one.signer is None or moment is None or not gap or one.signer.der in seen:
                continue
            seen.add(one.signer.der)
            yield one.signer.der, moment


def _all_of(signature: SignatureFacts) -> Iterator[SignatureFacts]:
    """Yield a signature and those of its time-stamps."""
    yield signature
    for stamp in signature.time_stamps:
        if stamp.signature is not None and is_sound(stamp):
            yield stamp.signature


def _moment(one: SignatureFacts, signature: SignatureFacts, at: datetime) -> datetime | None:
    """Return when the state counts: now, or, of what has expired since, when it was stamped."""
    if one.signer is None:
        return None
    if at <= one.signer.not_after:
        return at
    times = [stamp.time for stamp in signature.time_stamps if stamp.time and is_sound(stamp)]
    return next((time for time in sorted(times) if time <= one.signer.not_after), None)
