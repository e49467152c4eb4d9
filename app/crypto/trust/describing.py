"""Revocation lists described, and whether somebody at hand signed them. Used in workers only."""

import hashlib
from collections.abc import Iterable

from app.crypto.certificates.names import read_name
from app.crypto.certificates.revocation_lists import RevocationList
from app.crypto.certificates.trusted import CertificateIndex, LoadedTrust
from app.crypto.trust.model import ListFacts


def describe_list(encoded: bytes, authorities: Iterable[CertificateIndex] = ()) -> ListFacts:
    """Describe a revocation list; raise ValueError for anything that is none.

    ``authorities``: certificates among which its signer is looked for, by name and then by key.
    """
    crl = RevocationList(encoded)
    candidates = [one for index in authorities for one in index.named(crl.issuer_key)]
    signer = next((one for one in candidates if crl.signed_by(one.public_key)), None)
    number = None if crl.number is None else str(crl.number)
    return ListFacts(
        sha256=hashlib.sha256(encoded).hexdigest(),
        issuer=read_name(crl.issuer),
        number=number,
        this_update=crl.this_update,
        next_update=crl.next_update,
        entries=crl.count,
        delta=crl.delta_of is not None,
        size=len(encoded),
        signed=signer is not None if candidates else None,
        series=_series(crl, b"" if signer is None else signer.public_key),
    )


def authorities_of(trust: LoadedTrust) -> tuple[CertificateIndex, ...]:
    """Return the certificates that may have signed lists."""
    return trust.anchors, trust.intermediates


def _series(crl: RevocationList, key: bytes) -> str:
    """Name what lists have in common that replace each other (RFC 5280 §5.2.3).

    The key that signed is part of it: nobody else's list ever takes the place of one.
    """
    kind = b"full" if crl.delta_of is None else b"delta"
    said = (repr(crl.issuer_key).encode(), *crl.series, kind, key)
    return hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in said)).hexdigest()
