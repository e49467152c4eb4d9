"""A signature growing from level to level: what is added to its SignerInfo and to its file.

RFC 5126 §6 (T, X Long type 1), EN 319 122-1 §5.3-5.5 (T, LT, LTA). Nothing that is there changes.
Time-stamps and evidence come from `Supplies`; each step either succeeds as a whole or raises.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from app.algorithms import digests
from app.crypto.cms import splicing, tlv
from app.crypto.cms.levels import imprints, oids
from app.crypto.cms.levels.hash_index import Protected, build_hash_index
from app.crypto.cms.levels.imprints import archive_v3_octets, digest_of, references_octets
from app.crypto.cms.levels.references import (
    Values,
    certificate_references,
    certificate_values,
    revocation_references,
    revocation_values,
)
from app.crypto.cms.levels.revocation_data import as_choice, split_choices
from app.crypto.cms.levels.tokens import Material, material_of_token, with_unsigned
from app.crypto.cms.signer_infos import read_signer_info
from app.crypto.cms.structure import SignerInfo
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass


@dataclass(frozen=True)
class Token:
    """A time-stamp token that was checked in full before it came here."""

    encoded: bytes
    time: datetime
    digest: str
    """Of its imprint."""
    authority: bytes
    """The certificate of who made it."""


@dataclass(frozen=True)
class Proof:
    """A whole chain with what proves the state of each of its certificates."""

    certificates: tuple[bytes, ...]
    """The certificate in question first, the root last."""
    proofs: tuple[Values, ...]
    """For each of them, in their order; nothing for the root."""
    others: tuple[bytes, ...] = ()
    """Certificates of those who signed lists and answers, where they are needed besides."""

    @property
    def crls(self) -> tuple[bytes, ...]:
        """All lists, each once."""
        return tuple(dict.fromkeys(crl for one in self.proofs for crl in one.crls))

    @property
    def ocsp(self) -> tuple[bytes, ...]:
        """All responses (basic), each once."""
        return tuple(dict.fromkeys(basic for one in self.proofs for basic in one.ocsp))


class Supplies(Protocol):
    """Where time-stamps and evidence come from."""

    def stamp(self, digest_of: Callable[[str], bytes], preferred: str) -> Token:
        """Return a time-stamp over octets that can be digested by the name of a digest."""
        ...

    def prove(self, leaf: bytes, at: datetime, known: Material) -> Proof:
        """Return the proof for a certificate at a moment; raise EVIDENCE_INCOMPLETE otherwise."""
        ...


@dataclass(frozen=True, kw_only=True)
class Growing:
    """A signature on its way up."""

    signer: bytes
    """Its SignerInfo."""
    certificate: bytes
    """The signer's."""
    certificates: tuple[bytes, ...]
    """CertificateChoices of the file."""
    crls: tuple[bytes, ...]
    """RevocationInfoChoices of the file."""
    content_type: str
    digest_of_content: Callable[[str], bytes]
    stamps: tuple[Token, ...] = ()
    """Its sound signature time-stamps, and those of its archive and references."""

    @property
    def info(self) -> SignerInfo:
        """The SignerInfo, read."""
        return read_signer_info(tlv.read_whole(self.signer))

    @property
    def digest_name(self) -> str:
        """The digest that the signature uses; raise ALGORITHM_UNSUPPORTED for an unknown one."""
        info = self.info
        if info.digest_name is None:
            raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=info.digest_algorithm.oid)
        return info.digest_name

    @property
    def time(self) -> datetime:
        """The first proved moment of the signature."""
        return min(stamp.time for stamp in self.stamps)

    def with_attribute(self, oid: str, value: bytes) -> "Growing":
        """Return it with one more unsigned attribute."""
        return replace(self, signer=splicing.with_unsigned_attribute(self.signer, oid, value))

    def known(self) -> Material:
        """Return the certificates and revocation data that the file holds already."""
        crls, ocsp = split_choices(self.crls)
        plain = tuple(one for one in self.certificates if one[0] == tlv.SEQUENCE)
        found = Material((self.certificate, *plain), crls, ocsp)
        for stamp in self.stamps:
            found += material_of_token(stamp.encoded)
        return found


def stamped(growing: Growing, supplies: Supplies) -> Growing:
    """Return the signature with a time-stamp over its value: level T (RFC 5126 §6.1.1)."""
    _demand_no_old_archive(growing)
    token = supplies.stamp(digest_of(growing.info.signature), growing.digest_name)
    grown = growing.with_attribute(oids.SIGNATURE_TIME_STAMP, token.encoded)
    return replace(grown, stamps=(*growing.stamps, token))


def with_references(growing: Growing, supplies: Supplies) -> Growing:
    """Return the signature with references, values and their time-stamp: X Long type 1.

    RFC 5126 §6.2.1, 6.2.2, 6.3.3, 6.3.4, 6.3.5. Hashes are by the signature's own digest.
    """
    _demand_no_old_archive(growing)
    proof = supplies.prove(growing.certificate, growing.time, growing.known())
    digest = growing.digest_name
    values = Values(proof.crls, proof.ocsp)
    above = proof.certificates[1:]
    grown = growing.with_attribute(
        oids.CERTIFICATE_REFERENCES, certificate_references(above, digest)
    ).with_attribute(oids.REVOCATION_REFERENCES, revocation_references(proof.proofs, digest))
    octets = next(references_octets(grown.info))
    token = supplies.stamp(digest_of(octets), digest)
    return replace(
        grown.with_attribute(oids.CERTIFICATE_VALUES, certificate_values((*above, *proof.others)))
        .with_attribute(oids.REVOCATION_VALUES, revocation_values(values))
        .with_attribute(oids.REFERENCES_TIME_STAMP, token.encoded),
        stamps=(*growing.stamps, token),
    )


def with_evidence(growing: Growing, supplies: Supplies) -> Growing:
    """Return the signature with all that its check needs inside the file: level LT.

    The chains of the signer and of every time-stamping authority, root included, and what proves
    their state; OCSP responses as RFC 5940 wraps them.
    """
    _demand_no_old_archive(growing)
    grown = _with_proof(growing, supplies.prove(growing.certificate, growing.time, growing.known()))
    for stamp in growing.stamps:
        grown = _with_proof(grown, supplies.prove(stamp.authority, stamp.time, grown.known()))
    return grown


def archived(growing: Growing, supplies: Supplies) -> Growing:
    """Return the signature with an archive time-stamp over all of it (EN 319 122-1 §5.5.3)."""
    _demand_no_old_archive(growing)
    info = growing.info
    protected = Protected(growing.certificates, growing.crls, info.unsigned_attributes)

    def digest_of_all(name: str) -> bytes:
        octets = archive_v3_octets(
            growing.content_type,
            growing.digest_of_content(name),
            info,
            build_hash_index(name, protected),
        )
        return digests.digest(name, next(octets))

    token = supplies.stamp(digest_of_all, growing.digest_name)
    index = build_hash_index(token.digest, protected)
    whole = with_unsigned(token.encoded, oids.HASH_INDEX_V3, index)
    grown = growing.with_attribute(oids.ARCHIVE_TIME_STAMP_V3, whole)
    return replace(grown, stamps=(*growing.stamps, replace(token, encoded=whole)))


def _with_proof(growing: Growing, proof: Proof) -> Growing:
    """Return it with one proof laid into the file; what is there is not added again."""
    crls = (*proof.crls, *map(as_choice, _unknown(proof.ocsp, growing.crls)))
    return replace(
        growing,
        certificates=_more(growing.certificates, (*proof.certificates, *proof.others)),
        crls=_more(growing.crls, crls),
    )


def _unknown(ocsp: Sequence[bytes], choices: Sequence[bytes]) -> list[bytes]:
    """Return the responses that are not among the choices yet, in whatever wrapping."""
    known = frozenset(split_choices(choices)[1])
    return [basic for basic in ocsp if basic not in known]


def _more(present: tuple[bytes, ...], more: Sequence[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys((*present, *more)))


def _demand_no_old_archive(growing: Growing) -> None:
    """Refuse to add to what an old archive time-stamp covers (EN 319 122-1 §5.5.3, A.2.4)."""
    for oid in (oids.ARCHIVE_TIME_STAMP, oids.ARCHIVE_TIME_STAMP_V2):
        if imprints.attributes_of(growing.info, oid):
            raise RoscherkError(ErrorCode.LEVEL_ARCHIVE_OLD)
