"""Hostile signatures: time-stamps that lie, old signatures made to look timely.

The person's certificate ended a year before the check, so only a time-stamp that counts could save
the signature; in each of these none does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from attacks.cms_certificates import stranger
from attacks.cms_forge import (
    CONTENT,
    OTHER,
    Scene,
    attribute,
    attributes,
    signer,
    usual,
)
from stand_ins.pki import NOW, Pki, authority, pki_of
from stand_ins.time_authority import (
    TIME_STAMPING,
    Lie,
    TimeAuthority,
    extensions,
    make_time_authority,
)

from app.algorithms import der, digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.building import RevokedEntry
from app.crypto.cms import tlv
from app.crypto.cms.levels import oids
from app.crypto.cms.levels.hash_index import Protected, build_hash_index
from app.crypto.cms.levels.imprints import archive_v3_octets
from app.crypto.cms.levels.references import (
    Values,
    certificate_references,
    certificate_values,
    revocation_references,
    revocation_values,
)
from app.crypto.cms.levels.tokens import with_unsigned
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import SignerInfo

Build = Callable[[Pki], Scene]
DAY = timedelta(days=1)
ENDED, SIGNED = NOW - 365 * DAY, NOW - 400 * DAY
LISTED = SIGNED + DAY


@cache
def service(kind: KeyAlgorithm, *, who: str = "honest") -> TimeAuthority:
    """Return an authority of time that would count, as long as it does not lie."""
    pki = stranger(kind) if who == "stranger" else pki_of(kind)
    return replace(make_time_authority(pki), at=SIGNED, accuracy=None)


def person(pki: Pki, **fields: Any) -> bytes:
    """Return the person's certificate, which ended before the check."""
    return pki.issue(not_after=ENDED, serial=0x7000001, **fields)


def aged(
    pki: Pki,
    *stamps: Callable[[bytes], bytes],
    certificate: bytes | None = None,
    more: Sequence[bytes] = (),
    lists: Sequence[bytes] | None = None,
    signing_time: datetime = SIGNED,
) -> Scene:
    """Return an old signature with time-stamps over its value, made by these."""
    own = certificate or person(pki)
    kept = attributes(pki, certificate=own, signing_time=signing_time)
    value = pki.leaf_key.sign(tlv.encode_set_of(kept))
    unsigned = [attribute(oids.SIGNATURE_TIME_STAMP, *(make(value) for make in stamps))]
    made = signer(
        pki,
        certificate=own,
        attributes_=kept,
        signature=value,
        unsigned=[*(unsigned if stamps else ()), *more],
    )
    lists = lists if lists is not None else (pki.ca_issuer.crl(this_update=LISTED),)
    return replace(usual(pki, made, certificates=(own, pki.ca)), crls=(*lists, root_list(pki)))


def root_list(pki: Pki) -> bytes:
    """Return what the root said after the moment of the stamps."""
    return pki.root_issuer.crl(this_update=LISTED)


def over(tsa: TimeAuthority, octets: bytes | None = None) -> Callable[[bytes], bytes]:
    """Return what stamps a value, or quite other octets."""

    def make(value: bytes) -> bytes:
        name = "sha256"
        return tsa.token(name, digests.digest(name, value if octets is None else octets))

    return make


def _honest(pki: Pki) -> TimeAuthority:
    return service(pki.algorithm)


def _lying(pki: Pki, lie: Lie) -> Scene:
    return aged(pki, over(_honest(pki).lying(lie)))


@cache
def _made(kind: KeyAlgorithm, purposes: tuple[str, ...], *, critical: bool) -> TimeAuthority:
    made = make_time_authority(pki_of(kind), purposes=purposes, critical=critical)
    return replace(made, at=SIGNED, accuracy=None)


def _by(pki: Pki, *purposes: str, critical: bool = True) -> Scene:
    return aged(pki, over(_made(pki.algorithm, purposes, critical=critical)))


def _issued(pki: Pki, **fields: Any) -> TimeAuthority:
    """Return the honest authority under another certificate for its key."""
    tsa = _honest(pki)
    own = extensions(tsa.key.public, pki.ca_issuer.key.public)
    given = {"subject": authority("Тестовая служба времени"), "extensions": own}
    return replace(tsa, certificate=pki.issue(tsa.key.public, **(given | fields)))


def _revoked(pki: Pki, reason: int | None, at: timedelta) -> Scene:
    """Revoke the authority of time."""
    tsa = _issued(pki)
    number = der.read(tsa.certificate).children()[0].children()[1].as_integer()
    line = RevokedEntry(serial=number, at=SIGNED + at, reason=reason)
    return aged(pki, over(tsa), lists=[pki.ca_issuer.crl(line, this_update=NOW - DAY)])


def _revoked_before(pki: Pki) -> Scene:
    """Revoke the person before the moment of the stamp."""
    line = RevokedEntry(serial=0x7000001, at=SIGNED - DAY, reason=1)
    return aged(pki, over(_honest(pki)), lists=[pki.ca_issuer.crl(line, this_update=LISTED)])


def _expired_service(pki: Pki) -> Scene:
    """Have the authority of time be over: whoever finds its key dates back what he likes."""
    return aged(pki, over(_issued(pki, not_after=SIGNED + DAY)))


def _self_made(pki: Pki) -> Scene:
    """Have the person stamp himself."""
    own = person(pki)
    tsa = TimeAuthority(pki.leaf_key, own, (pki.ca,), at=SIGNED, accuracy=None)
    return aged(pki, over(tsa), certificate=own)


def _two_times(pki: Pki) -> Scene:
    """Have two stamps: a stamp of the references that is older than the one below it."""
    late = replace(_honest(pki), at=SIGNED + 20 * DAY)
    inner = partial(aged, pki, over(late))
    chain = certificate_references([pki.ca, pki.root], "sha256")
    proofs = [Values(crls=(pki.ca_issuer.crl(this_update=LISTED),)), Values(crls=(root_list(pki),))]
    more = [
        attribute(oids.CERTIFICATE_REFERENCES, chain),
        attribute(oids.REVOCATION_REFERENCES, revocation_references(proofs, "sha256")),
        attribute(oids.CERTIFICATE_VALUES, certificate_values([pki.ca, pki.root])),
        attribute(oids.REVOCATION_VALUES, revocation_values(Values(proofs[0].crls))),
        attribute(
            oids.REFERENCES_TIME_STAMP,
            _honest(pki).token("sha256", digests.digest("sha256", b"whatever")),
        ),
    ]
    return inner(more=more)


def _content_after(pki: Pki) -> Scene:
    """Have a stamp on the content that is later than the one on the signature."""
    own = person(pki)
    late = replace(_honest(pki), at=SIGNED + 30 * DAY)
    token = late.token("sha256", digests.digest("sha256", CONTENT))
    kept = [
        *attributes(pki, certificate=own, signing_time=SIGNED),
        attribute(oids.CONTENT_TIME_STAMP, token),
    ]
    value = pki.leaf_key.sign(tlv.encode_set_of(kept))
    stamp = attribute(oids.SIGNATURE_TIME_STAMP, over(_honest(pki))(value))
    made = signer(pki, certificate=own, attributes_=kept, signature=value, unsigned=[stamp])
    scene = usual(pki, made, certificates=(own, pki.ca))
    return replace(scene, crls=(pki.ca_issuer.crl(this_update=LISTED), root_list(pki)))


def _archive(
    pki: Pki, change: Callable[[Protected], Protected], *, octets: bytes | None = None
) -> Scene:
    """Have only an archive time-stamp, whose index or imprint lies."""
    scene = aged(pki)
    (info,) = read_cms(scene.signature).signers
    protected = change(Protected(certificates=(), revocation=(), attributes=()))
    index = build_hash_index("sha256", protected)
    content = digests.digest("sha256", CONTENT)
    assert isinstance(info, SignerInfo)
    wanted = next(archive_v3_octets("1.2.840.113549.1.7.1", content, info, index))
    token = over(_honest(pki), octets)(wanted)
    token = with_unsigned(token, oids.HASH_INDEX_V3, index)
    return aged(pki, more=[attribute(oids.ARCHIVE_TIME_STAMP_V3, token)])


def _taken_over(pki: Pki) -> Scene:
    """Carry a true stamp over to the signature of another document."""
    own = person(pki)
    kept = attributes(pki, certificate=own, signing_time=SIGNED)
    value = pki.leaf_key.sign(tlv.encode_set_of(kept))
    token = over(_honest(pki))(value)
    return replace(aged(pki, lambda _value: token, signing_time=SIGNED - DAY), content=CONTENT)


def _document_exchanged(pki: Pki) -> Scene:
    return replace(aged(pki, over(_honest(pki))), content=OTHER)


def _stranger_named_alike(pki: Pki) -> Scene:
    return aged(pki, over(service(pki.algorithm, who="stranger")))


def _attribute_elsewhere(pki: Pki) -> Scene:
    """Put a token where archive time-stamps stand, without its index."""
    scene = aged(pki)
    (info,) = read_cms(scene.signature).signers
    assert isinstance(info, SignerInfo)
    token = over(_honest(pki))(info.signature)
    return aged(pki, more=[attribute(oids.ARCHIVE_TIME_STAMP_V3, token)])


def _token_for_signature(pki: Pki) -> Scene:
    """Show the token of an authority as if it were a signature of a document."""
    token = over(_honest(pki))(CONTENT)
    return Scene(signature=token, content=CONTENT, anchors=(pki.root,), crls=pki.crls, at=NOW)


def _bare_token(pki: Pki) -> Scene:
    return aged(pki, lambda _value: b"\x30\x00")


STAMPS: Mapping[str, Build] = {
    "no stamp, only a claim": aged,
    "stamp over another signature": lambda pki: aged(pki, over(_honest(pki), b"other octets")),
    "stamp over the document": lambda pki: aged(pki, over(_honest(pki), CONTENT)),
    "stamp carried over": _taken_over,
    "stamp by a stranger": _stranger_named_alike,
    "stamp by the person": _self_made,
    "service without the purpose": _by,
    "service whose purpose is not critical": lambda pki: _by(pki, TIME_STAMPING, critical=False),
    "service with two purposes": lambda pki: _by(pki, TIME_STAMPING, "1.3.6.1.5.5.7.3.4"),
    "service for any purpose": lambda pki: _by(pki, "2.5.29.37.0"),
    "service not yet in force": lambda pki: aged(pki, over(_issued(pki, not_before=SIGNED + DAY))),
    "service ended before": lambda pki: aged(pki, over(_issued(pki, not_after=SIGNED - DAY))),
    "service over since": _expired_service,
    "service revoked before": partial(_revoked, reason=4, at=-DAY),
    "service revoked later, key lost": partial(_revoked, reason=1, at=DAY),
    "service revoked later, no reason": partial(_revoked, reason=None, at=DAY),
    "service on hold": partial(_revoked, reason=6, at=DAY),
    "person revoked before the stamp": _revoked_before,
    "stamp after the end of the certificate": lambda pki: aged(
        pki, over(replace(_honest(pki), at=ENDED + DAY))
    ),
    "stamp of tomorrow": lambda pki: aged(pki, over(replace(_honest(pki), at=NOW + DAY))),
    "stamp before the certificate": lambda pki: aged(
        pki,
        over(replace(_honest(pki), at=SIGNED)),
        certificate=person(pki, not_before=SIGNED + DAY),
    ),
    "stamp vague by years": lambda pki: aged(
        pki, over(replace(_honest(pki), accuracy=(80_000_000, 1, 1)))
    ),
    "stamps on content and signature in the wrong order": _content_after,
    "stamps of references in the wrong order": _two_times,
    "archive stamp over other octets": partial(_archive, change=lambda one: one, octets=b"other"),
    "archive stamp whose index names what is not there": partial(
        _archive,
        change=lambda one: Protected(
            certificates=(b"\x30\x00",), revocation=one.revocation, attributes=one.attributes
        ),
    ),
    "archive stamp without an index": _attribute_elsewhere,
    "token for a signature": _token_for_signature,
    "token of nothing": _bare_token,
    "document exchanged under a stamp": _document_exchanged,
    **{
        f"service lies: {lie.value.replace('_', ' ')}": partial(_lying, lie=lie)
        for lie in (
            Lie.IMPRINT,
            Lie.IMPRINT_DIGEST,
            Lie.NO_CERTIFICATE,
            Lie.CONTENT_TYPE,
            Lie.NO_ATTRIBUTES,
            Lie.NO_SIGNING_CERTIFICATE,
            Lie.OTHER_SIGNING_CERTIFICATE,
            Lie.TWO_SIGNERS,
            Lie.NO_SIGNER,
            Lie.SIGNATURE,
            Lie.MESSAGE_DIGEST,
            Lie.VERSION,
            Lie.DETACHED,
            Lie.CRITICAL_EXTENSION,
        )
    },
}
