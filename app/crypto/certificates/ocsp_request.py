"""Questions to an OCSP responder: of which certificate it shall speak (RFC 6960 §4.1, RFC 8954)."""

import secrets

from app.algorithms import der, digests, names
from app.crypto.certificates.ocsp_reading import NONCE, OcspAnswer, Statement
from app.crypto.certificates.outline import Outline
from app.errors import RoscherkError
from app.values import dataclass

CONTENT_TYPE = "application/ocsp-request"

NONCE_OCTETS = 32
"""RFC 8954 §2.1: 1 to 32, and responders of RFC 9654 want all of them."""

_DIGESTS = frozenset(
    {"sha1", "sha224", "sha256", "sha384", "sha512", "gost94", "streebog256", "streebog512"}
)
"""With what certificates are named. No secret hangs on it: SHA-1 is what all responders know."""


@dataclass(frozen=True)
class OcspRequest:
    """A question, ready to be sent."""

    encoded: bytes
    nonce: bytes | None
    """The value of the nonce extension, which the answer must repeat; None: none was sent."""


def build_request(
    certificate: Outline, issuer: Outline, *, digest_name: str = "sha1", nonce: bool = True
) -> OcspRequest:
    """Ask for the state of one certificate.

    ``digest_name``: with what name and key of the issuer are hashed. ``nonce``: send 32 random
    octets, which the answer must repeat.
    """
    identifier = certificate_id(certificate, issuer, digest_name)
    fields = [der.sequence(der.sequence(identifier))]
    value = None
    if nonce:
        value = der.element(der.OCTET_STRING, secrets.token_bytes(NONCE_OCTETS))
        extension = der.sequence(der.oid(NONCE), der.element(der.OCTET_STRING, value))
        fields.append(der.element(0xA2, der.sequence(extension)))
    return OcspRequest(der.sequence(der.sequence(*fields)), value)


def certificate_id(certificate: Outline, issuer: Outline, digest_name: str) -> bytes:
    """Return the CertID of a certificate in DER (RFC 6960 §4.1.1)."""
    row = names.digest_by_name(digest_name)
    # RFC 9215 §2: no parameters with Streebog. With SHA-1 and SHA-2 every responder takes NULL.
    parameters = () if row.oid.startswith("1.2.643.") else (der.NULL,)
    return der.sequence(
        der.sequence(der.oid(row.oid), *parameters),
        der.element(der.OCTET_STRING, digests.digest(digest_name, certificate.issuer)),
        der.element(der.OCTET_STRING, digests.digest(digest_name, key_bits(issuer.public_key))),
        der.element(der.INTEGER, certificate.serial),
    )


def is_about(statement: Statement, certificate: Outline, issuer: Outline) -> bool:
    """Tell whether a statement names this certificate of this issuer: serial, name and key.

    The name may be hashed as it stands in either of the two: authorities write it in two ways.
    """
    if statement.serial != certificate.serial:
        return False
    try:
        digest_name = names.digest_by_oid(statement.hash_oid).name
    except RoscherkError:
        return False
    if digest_name not in _DIGESTS:
        return False
    if digests.digest(digest_name, key_bits(issuer.public_key)) != statement.issuer_key_hash:
        return False
    written = {certificate.issuer, issuer.subject}
    return any(digests.digest(digest_name, one) == statement.issuer_name_hash for one in written)


def key_bits(public_key: bytes) -> bytes:
    """Return the BIT STRING of a SubjectPublicKeyInfo without tag, length and unused bits."""
    return der.read(public_key).children(der.SEQUENCE)[1].content[1:]


def repeats_nonce(request: OcspRequest, answer: OcspAnswer) -> bool:
    """Tell whether an answer may be the one to this question (rule R-06).

    Many responders answer with what they prepared beforehand and repeat no nonce. That is taken
    where the answer itself says until when it counts: it cannot be played back for longer.
    """
    if request.nonce is None or answer.nonce == request.nonce:
        return True
    limited = all(one.next_update is not None for one in answer.statements)
    return answer.nonce is None and limited
