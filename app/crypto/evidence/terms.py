"""Under what the time-stamps of a file are checked: the user's roots, and what the file carries."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from app.algorithms.digests import Digest
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.revocation_lists import RevocationLists
from app.crypto.certificates.trusted import CertificateIndex, LoadedTrust
from app.crypto.cms.levels.checking import material_of_signer
from app.crypto.cms.levels.stamps import ChainOf, LevelTerms
from app.crypto.cms.levels.tokens import Material, material_of
from app.crypto.cms.locating import locate
from app.crypto.cms.structure import SignedData
from app.crypto.timestamps.checking import check_time_stamp
from app.crypto.verdict.facts import ChainFacts


def level_terms(
    trust: LoadedTrust, whole_digest: Callable[[str], Digest | None] | None = None
) -> LevelTerms:
    """Return the terms for `check_cms`; ``whole_digest``: see there, for old archive time-stamps."""
    bare = replace(trust, intermediates=CertificateIndex(()), crls=RevocationLists(()))
    return LevelTerms(
        check_stamp=check_time_stamp,
        chain_of=chains_under(trust),
        embedded_chain_of=chains_under(bare),
        whole_digest=whole_digest or _not_at_hand,
    )


def chains_under(trust: LoadedTrust) -> ChainOf:
    """Return a function that builds chains under this trust."""

    def chain_of(
        leaf: bytes,
        pool: Sequence[bytes],
        crls: Sequence[bytes],
        ocsp: Sequence[bytes],
        at: datetime,
    ) -> ChainFacts:
        return build_chain(leaf, pool=pool, crls=crls, ocsp=ocsp, trust=trust, at=at)

    return chain_of


def material_of_file(signed: SignedData) -> Material:
    """Return all certificates and revocation data that a file carries: for paths, never anchors.

    SignedData's own fields, the values of every signature and counter-signature, and the insides
    of their time-stamps.
    """
    found = material_of(signed)
    for place in locate(signed.layout.signers):
        if place.signer is not None:
            found += material_of_signer(place.signer)
    return found


def _not_at_hand(_name: str) -> None:
    return None
