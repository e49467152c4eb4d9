"""Keys of GOST R 34.10-2001 with GOST R 34.11-94, for signatures of before 2020: nobody makes them now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stand_ins.pki import end_entity

from app.algorithms import digests
from app.algorithms.gost import signing, spki
from app.crypto.cms import tlv

if TYPE_CHECKING:
    from datetime import datetime

    from stand_ins.pki import Pki

DIGEST, KEY = "1.2.643.2.2.9", "1.2.643.2.2.19"
_CURVE = "1.2.643.2.2.35.1"
NULL = b"\x05\x00"


@dataclass(frozen=True)
class OldSigner:
    """A person with such a key."""

    private: signing.PrivateKey
    certificate: bytes

    def sign(self, octets: bytes) -> bytes:
        """Sign octets."""
        return self.private.sign(digests.digest("gost94", octets))


def old_signer(pki: Pki, begun: datetime, ended: datetime) -> OldSigner:
    """Make a person whom the infrastructure certified in those days."""
    private, public = signing.generate(_CURVE)
    key = spki.encode_public_2001(_CURVE, public)
    certificate = pki.issue(
        key,
        not_before=begun,
        not_after=ended,
        extensions=end_entity(key, pki.ca_issuer.key.public),
    )
    return OldSigner(private, certificate)


def algorithm(oid: str) -> bytes:
    """Return the AlgorithmIdentifier as programs of those days wrote it."""
    return tlv.encode(tlv.SEQUENCE, tlv.encode_oid(oid), NULL)
