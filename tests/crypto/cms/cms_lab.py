"""Signatures made in memory for the tests of this room, good ones and forged ones."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from stand_ins.pki import Pki, pki_of

from app.algorithms import digests, names
from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import structure, tlv, writing
from app.crypto.cms.checking import check_cms
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import SignedContent, SignerInfo
from app.crypto.verdict.facts import Notice, SignatureFacts, SigningCertificateAttribute

CONTENT = "Договор № 1\n".encode()
WHEN = datetime(2026, 6, 1, 12, 30, 15, tzinfo=UTC)
QUICK = KeyAlgorithm.ECDSA_P256
"""The algorithm that checks fastest, for tests whose subject is another."""


def content_of(data: bytes = CONTENT, *digest_names: str) -> SignedContent:
    """Return what is known of a content."""
    wanted = digest_names or ("sha256", "sha384", "sha512", "streebog256", "streebog512")
    return SignedContent(
        size=len(data),
        digests={name: digests.digest(name, data) for name in wanted},
        prefix=data[: structure.PREFIX_SIZE],
    )


@cache
def sign(
    algorithm: KeyAlgorithm = QUICK,
    content: bytes = CONTENT,
    *,
    attached: bool = False,
    **changes: Any,
) -> bytes:
    """Sign in memory as the program does; ``changes`` go to `writing.frame`.

    The same arguments give the same bytes: an ECDSA signature is made once.
    """
    pki = pki_of(algorithm)
    digest_name = names.default_digest(algorithm)
    attributes = changes.pop("attributes", None) or writing.signed_attributes(
        digest_name=digest_name,
        content_digest=digests.digest(digest_name, content),
        certificate=pki.leaf,
        signing_time=WHEN,
    )
    parts: dict[str, Any] = {
        "attributes": attributes,
        "signature": pki.leaf_key.sign(attributes),
        "certificate": pki.leaf,
        "chain": (pki.ca, pki.root),
        "digest_name": digest_name,
        "content_size": len(content) if attached else None,
    }
    outer, before, after = writing.frame(**(parts | changes))
    return outer + before + (content if attached else b"") + after


def attribute(oid: str, *values: bytes) -> bytes:
    """Return one attribute in DER."""
    return tlv.encode(tlv.SEQUENCE, tlv.encode_oid(oid), tlv.encode(tlv.SET, *values))


def usual_attributes(content: bytes = CONTENT, *, without: Iterable[str] = ()) -> list[bytes]:
    """Return the program's own attributes, each in DER, save some."""
    pki = pki_of(QUICK)
    encoded = writing.signed_attributes(
        digest_name="sha256",
        content_digest=digests.digest("sha256", content),
        certificate=pki.leaf,
        signing_time=WHEN,
    )
    left_out = set(without)
    return [
        child.raw
        for child in tlv.read_whole(encoded).children()
        if tlv.oid(child.children()[0]) not in left_out
    ]


def sign_attributes(attributes: list[bytes], *, ordered: bool = True, **changes: Any) -> bytes:
    """Sign these very attributes with the quick key."""
    encoded = tlv.encode_set_of(attributes) if ordered else tlv.encode(tlv.SET, *attributes)
    return sign(attributes=encoded, **changes)


def check(
    data: bytes, content: bytes | None = CONTENT, **options: Any
) -> tuple[SignatureFacts, ...]:
    """Read and check a signature over ``content``."""
    known = None if content is None else content_of(content)
    return check_cms(read_cms(data), known, **options)


def beyond_doubt(facts: SignatureFacts) -> bool:
    """Tell whether nothing at all speaks against a signature, warnings aside."""
    return (
        facts.digest_matches is True
        and facts.signature_verifies is True
        and facts.content_found
        and facts.signer is not None
        and facts.signing_certificate is SigningCertificateAttribute.MATCH
        and problems(facts) == ()
    )


def problems(facts: SignatureFacts) -> tuple[Notice, ...]:
    """Return all notices that decide against a signature."""
    return (*facts.format_problems, *facts.constraint_problems, *facts.unsupported)


def codes(facts: SignatureFacts) -> set[str]:
    """Return the codes of everything that was noted."""
    return {str(notice.code) for notice in (*problems(facts), *facts.warnings)}


def splice(data: bytes, old: bytes, new: bytes) -> bytes:
    """Replace a part of the signer's block and mend all lengths around it."""
    assert data.count(old) == 1
    return _rebuilt(tlv.read_whole(data), data.index(old), old, new)


def _rebuilt(element: tlv.Element, at: int, old: bytes, new: bytes) -> bytes:
    if element.start == at and element.raw == old:
        return new
    if not element.start <= at < element.end:
        return element.raw
    if element.constructed:
        inside = any(child.start <= at < child.end for child in element.children())
        if inside:
            parts = [_rebuilt(child, at, old, new) for child in element.children()]
            return tlv.encode(element.tag, *parts)
    contents = element.contents
    start = at - element.body
    return tlv.encode(element.tag, contents[:start] + new + contents[start + len(old) :])


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def pki() -> Pki:
    """Return the infrastructure of the quick algorithm."""
    return pki_of(QUICK)


CONTENT_TYPE = attribute(structure.CONTENT_TYPE, tlv.encode_oid(structure.DATA))


MESSAGE_DIGEST = attribute(
    structure.MESSAGE_DIGEST, tlv.encode(tlv.OCTET_STRING, digests.digest("sha256", CONTENT))
)


def signer_of(data: bytes) -> SignerInfo:
    """Return the first signer."""
    signer = read_cms(data).signers[0]
    assert isinstance(signer, SignerInfo)
    return signer


def attributes_of(data: bytes) -> bytes:
    """Return the signed attributes as they stand in the file."""
    received = signer_of(data).attributes_received
    assert received is not None
    return b"\xa0" + received[1:]


def bare(content: bytes = CONTENT, content_type: str = structure.DATA) -> bytes:
    """Return a detached signature without signed attributes."""
    data = splice(sign(), attributes_of(sign()), b"")
    old = signer_of(sign()).signature
    new = pki_of(QUICK).leaf_key.sign(content)
    data = splice(data, tlv.encode(tlv.OCTET_STRING, old), tlv.encode(tlv.OCTET_STRING, new))
    head = tlv.encode(tlv.SEQUENCE, tlv.encode_oid(structure.DATA))
    return splice(data, head, tlv.encode(tlv.SEQUENCE, tlv.encode_oid(content_type)))
