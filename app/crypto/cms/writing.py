"""Writing CAdES-BES and the CMS part of PAdES B-B: strict DER, the usual attributes.

What is written (EN 319 122-1, order №472): content-type save in counter-signatures (RFC 5652
§11.4), message-digest, signing-certificate-v2 under the signer's own digest with issuerSerial,
CMSAlgorithmProtection (RFC 6211), and signing-time save in PAdES, where the PDF carries the time.
Parameters of GOST and SHA algorithms are absent (RFC 9215 §2, RFC 5754 §2). Certificates: the
signer's and the chain, without the root.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from app.algorithms import digests, names
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.outline import Outline
from app.crypto.cms import splicing, structure, tlv
from app.crypto.cms.candidates import read_candidates
from app.crypto.cms.splicing import Parts
from app.crypto.model import SignerIdentifier
from app.errors import ErrorCode, RoscherkError

_EXPLICIT = 0xA0
_ATTRIBUTES = 0xA0
_KEY_ID = 0x80
_SIGNATURE_ALGORITHM = 0xA1
_DIRECTORY_NAME = 0xA4
_LONGEST_PATH = 10
_SLACK = 64
"""Octets that headers of varying length and a longer ECDSA signature may take."""

_NO_DIGESTED_SIGNATURES = frozenset(
    {KeyAlgorithm.ED25519, KeyAlgorithm.ED448, KeyAlgorithm.GOST_2001}
)
"""Keys we do not sign with: pure EdDSA signs no digests, the 2001 standard ended in 2019."""


def signing_algorithm(certificate: bytes) -> KeyAlgorithm:
    """Return the key algorithm of a certificate that we can sign with."""
    public_key = Outline.read(certificate).public_key
    key = names.key_algorithm_of_spki(public_key)
    if key is None:
        oid = names.algorithm_oid_of_spki(public_key)
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=oid)
    if key in _NO_DIGESTED_SIGNATURES:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=key.value)
    return key


def signed_attributes(
    *,
    digest_name: str,
    content_digest: bytes,
    certificate: bytes,
    signing_time: datetime | None,
    content_type: str | None = structure.DATA,
) -> bytes:
    """Return the signed attributes in DER under the SET tag: the octets that are signed.

    ``signing_time``: None for PAdES. ``content_type``: None for a counter-signature, whose
    ``content_digest`` is that of the value it signs.
    """
    key = signing_algorithm(certificate)
    protection = tlv.encode(
        tlv.SEQUENCE,
        _digest_algorithm(digest_name),
        bytes((_SIGNATURE_ALGORITHM,)) + names.signature_algorithm_for(key)[1:],
    )
    attribute = splicing.encode_attribute
    attributes = [
        attribute(structure.MESSAGE_DIGEST, tlv.encode(tlv.OCTET_STRING, content_digest)),
        attribute(structure.ALGORITHM_PROTECTION, protection),
        attribute(structure.SIGNING_CERTIFICATE_V2, _signing_certificate(certificate, digest_name)),
    ]
    if content_type is not None:
        attributes.append(attribute(structure.CONTENT_TYPE, tlv.encode_oid(content_type)))
    if signing_time is not None:
        attributes.append(attribute(structure.SIGNING_TIME, _time(signing_time)))
    return tlv.encode_set_of(attributes)


def build_signed_data(
    *,
    attributes: bytes,
    signature: bytes,
    certificate: bytes,
    chain: Sequence[bytes],
    digest_name: str,
) -> bytes:
    """Return a ContentInfo in DER with one signer and no content inside."""
    outer, before, after = frame(
        attributes=attributes,
        signature=signature,
        certificate=certificate,
        chain=chain,
        digest_name=digest_name,
        content_size=None,
    )
    return outer + before + after


def frame(
    *,
    attributes: bytes,
    signature: bytes,
    certificate: bytes,
    chain: Sequence[bytes],
    digest_name: str,
    content_size: int | None,
) -> tuple[bytes, bytes, bytes]:
    """Return what stands around the content: headers, the parts before it, the parts after it.

    ``content_size``: None for a detached signature, whose content is absent.
    """
    signer = signer_info(
        attributes=attributes,
        signature=signature,
        certificate=certificate,
        digest_name=digest_name,
    )
    parts = new_parts((signer,), embedded_certificates(certificate, chain))
    before = content_head(content_size)
    outer, after = splicing.frame(parts, len(before) + (content_size or 0))
    return outer, before, after


def new_parts(signers: Sequence[bytes], certificates: Sequence[bytes]) -> Parts:
    """Return the parts of a SignedData with these signers and certificates, over id-data."""
    empty = Parts(content_type=structure.DATA, digest_algorithms=(), signers=())
    return splicing.with_certificates(splicing.with_signers(empty, signers), certificates)


def signer_info(
    *,
    attributes: bytes,
    signature: bytes,
    certificate: bytes,
    digest_name: str,
    identifier: SignerIdentifier = SignerIdentifier.ISSUER_AND_SERIAL,
) -> bytes:
    """Return a SignerInfo in DER (RFC 5652 §5.3): version 3 if it names the key, otherwise 1.

    Raises CERTIFICATE_WITHOUT_KEY_ID if the key is to be named and the certificate does not.
    """
    outline = Outline.read(certificate)
    if identifier is SignerIdentifier.KEY_IDENTIFIER:
        if outline.subject_key_id is None:
            raise RoscherkError(ErrorCode.CERTIFICATE_WITHOUT_KEY_ID)
        version, name = 3, tlv.encode(_KEY_ID, outline.subject_key_id)
    else:
        serial = tlv.encode(tlv.INTEGER, outline.serial)
        version, name = 1, tlv.encode(tlv.SEQUENCE, outline.issuer, serial)
    return tlv.encode(
        tlv.SEQUENCE,
        tlv.encode_integer(version),
        name,
        _digest_algorithm(digest_name),
        bytes((_ATTRIBUTES,)) + attributes[1:],
        names.signature_algorithm_for(signing_algorithm(certificate)),
        tlv.encode(tlv.OCTET_STRING, signature),
    )


def content_head(content_size: int | None, content_type: str = structure.DATA) -> bytes:
    """Return an EncapsulatedContentInfo up to where the content begins; None: it is absent."""
    oid = tlv.encode_oid(content_type)
    if content_size is None:
        return tlv.encode(tlv.SEQUENCE, oid)
    octets = tlv.encode_header(tlv.OCTET_STRING, content_size)
    explicit = tlv.encode_header(_EXPLICIT, len(octets) + content_size)
    length = len(oid) + len(explicit) + len(octets) + content_size
    return tlv.encode_header(tlv.SEQUENCE, length) + oid + explicit + octets


def reserved_size(certificate: bytes, chain: Sequence[bytes]) -> int:
    """Return how many octets `build_signed_data` will give at most for this signer."""
    key = signing_algorithm(certificate)
    digest_name = names.default_digest(key)
    digest_size = names.digest_by_name(digest_name).size
    attributes = signed_attributes(
        digest_name=digest_name,
        content_digest=bytes(digest_size),
        certificate=certificate,
        signing_time=datetime(2050, 1, 1, tzinfo=UTC),
    )
    sample = build_signed_data(
        attributes=attributes,
        signature=bytes(signature_size(certificate)),
        certificate=certificate,
        chain=chain,
        digest_name=digest_name,
    )
    return len(sample) + _SLACK


def signature_size(certificate: bytes) -> int:
    """Return the longest signature value, in octets, of this certificate's key."""
    public_key = Outline.read(certificate).public_key
    octets = ((names.key_size_of_spki(public_key) or 0) + 7) // 8
    if signing_algorithm(certificate) is KeyAlgorithm.RSA:
        return octets
    # GOST: s||r. ECDSA: two INTEGERs, each with a header and perhaps a sign octet, in a SEQUENCE.
    return 2 * octets if signing_algorithm(certificate).is_gost else 2 * (octets + 3) + 3


def embedded_certificates(certificate: bytes, chain: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return the certificates to write: the signer's and those above it, but no root.

    ``chain`` is in no promised order and may hold strangers, which stay out. Where two
    certificates bear the issuer's name, the key identifier decides; if it cannot, both go in.
    """
    current = Outline.read(certificate)
    others, _ = read_candidates(tuple(chain))
    found = {certificate: None}
    frontier = [current]
    for _ in range(_LONGEST_PATH):
        above = [
            issuer
            for child in frontier
            for issuer in others
            if issuer.encoded not in found and _may_be_issuer(child, issuer)
        ]
        frontier = [issuer for issuer in above if not issuer.self_issued]
        found.update((issuer.encoded, None) for issuer in frontier)
        if not frontier:
            break
    return tuple(found)


def _may_be_issuer(child: Outline, issuer: Outline) -> bool:
    if child.issuer != issuer.subject and child.issuer_key != issuer.subject_key:
        return False
    wanted, offered = child.authority_key_id, issuer.subject_key_id
    return wanted is None or offered is None or wanted == offered


def _digest_algorithm(digest_name: str) -> bytes:
    return tlv.encode(tlv.SEQUENCE, tlv.encode_oid(names.digest_by_name(digest_name).oid))


def _signing_certificate(certificate: bytes, digest_name: str) -> bytes:
    """Return SigningCertificateV2 (RFC 5035 §3). The default digest, SHA-256, is left out."""
    algorithm = b"" if digest_name == "sha256" else _digest_algorithm(digest_name)
    outline = Outline.read(certificate)
    issuer = tlv.encode(tlv.SEQUENCE, tlv.encode(_DIRECTORY_NAME, outline.issuer))
    serial = tlv.encode(tlv.INTEGER, outline.serial)
    entry = tlv.encode(
        tlv.SEQUENCE,
        algorithm,
        tlv.encode(tlv.OCTET_STRING, digests.digest(digest_name, certificate)),
        tlv.encode(tlv.SEQUENCE, issuer, serial),
    )
    return tlv.encode(tlv.SEQUENCE, tlv.encode(tlv.SEQUENCE, entry))


def _time(moment: datetime) -> bytes:
    """Return a Time: UTCTime through 2049, GeneralizedTime after it (RFC 5652 §11.3)."""
    utc = moment.astimezone(UTC)
    if 1950 <= utc.year < 2050:
        return tlv.encode(tlv.UTC_TIME, utc.strftime("%y%m%d%H%M%SZ").encode())
    return tlv.encode(tlv.GENERALIZED_TIME, f"{utc:%Y%m%d%H%M%SZ}".encode())
