"""The check of one SignerInfo against the digest of what it signs."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from app.algorithms import names, signatures
from app.algorithms.names import KeyAlgorithm, KeyFamily
from app.crypto.certificates.fields import describe_outline
from app.crypto.certificates.outline import Outline
from app.crypto.cms import structure, tlv
from app.crypto.cms.attributes import SignedAttributes, read_signed_attributes
from app.crypto.cms.candidates import (
    answer_name,
    judge_attribute,
    meant_by,
    name_text,
    read_candidates,
)
from app.crypto.cms.codes import ConstraintProblem, FormatProblem, Remark, Unsupported
from app.crypto.cms.key_rules import digest_set_remark, read_key_parameters, test_curve_problem
from app.crypto.cms.structure import AlgorithmId, SignerInfo, digest_name_of
from app.crypto.verdict.facts import (
    AlgorithmFacts,
    CertificateFacts,
    Notice,
    SignatureFacts,
    SignatureKind,
    SigningCertificateAttribute,
)
from app.errors import ErrorCode, Fact, RoscherkError
from app.values import dataclass

_NO_PARAMETERS = frozenset({None, b"\x05\x00"})
"""Absent or NULL: both are met in honest files (GST-01, RFC 5754 §2)."""


@dataclass(frozen=True)
class Signed:
    """What the signature is over, when there are no attributes or to compare with them."""

    digests: Mapping[str, bytes]
    message: bytes | None = None
    """The whole of it, where it is small."""


@dataclass
class SignerCheck:
    """One check: findings gather in the lists, `run` draws them together."""

    signer: SignerInfo
    certificates: Sequence[bytes]
    extra_certificates: Sequence[bytes] = ()
    checked_elsewhere: frozenset[str] = frozenset()
    """Unsigned attributes that are looked into by the check of levels: dotted OIDs."""
    format_problems: list[Notice] = field(default_factory=list)
    constraint_problems: list[Notice] = field(default_factory=list)
    unsupported: list[Notice] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    attributes: SignedAttributes | None = field(init=False)
    """What the signed attributes say; None: there are none."""
    embedded: bool = field(init=False, default=True)
    """The signer's certificate is part of the file."""

    def __post_init__(self) -> None:
        """Read the attributes."""
        signed = self.signer.signed_attributes
        self.attributes = None if signed is None else read_signed_attributes(signed)
        if self.attributes is None:
            self.remark(Remark.NO_SIGNED_ATTRIBUTES)
            return
        self.format_problems.extend(self.attributes.format_problems)
        self.warnings.extend(self.attributes.warnings)

    def fail_format(self, code: FormatProblem, **facts: Fact) -> None:
        """Note a format problem."""
        self.format_problems.append(Notice(code, facts))

    def constrain(self, code: ConstraintProblem, **facts: Fact) -> None:
        """Note a constraint problem."""
        self.constraint_problems.append(Notice(code, facts))

    def remark(self, code: Remark, **facts: Fact) -> None:
        """Note a remark."""
        self.warnings.append(Notice(code, facts))

    def demand_no_parameters(self, algorithm: AlgorithmId) -> None:
        """Constrain an algorithm that has parameters where none belong."""
        if algorithm.parameters not in _NO_PARAMETERS:
            self.constrain(ConstraintProblem.ALGORITHM_PARAMETERS, oid=algorithm.oid)

    def run(
        self,
        signed: Signed | None,
        index: int,
        kind: SignatureKind = SignatureKind.SIGNATURE,
        parent: int | None = None,
    ) -> SignatureFacts:
        """Check and return the facts; the level is left to who knows the profile."""
        self._check_shape()
        candidate, facts = self._find_signer()
        digest_matches = self._check_digest(signed)
        verifies = None if candidate is None else self._check_signature(candidate, signed)
        if self.attributes is None and verifies:
            digest_matches = True  # a bare signature is over the digest itself
        meant = self._judge_certificate(candidate)
        return SignatureFacts(
            index=index,
            kind=kind,
            parent=parent,
            algorithms=self._algorithms(candidate),
            format_problems=tuple(self.format_problems),
            constraint_problems=tuple(self.constraint_problems),
            unsupported=tuple(self.unsupported),
            content_found=signed is not None,
            digest_matches=digest_matches,
            signature_verifies=verifies,
            signed_attributes=self.attributes is not None,
            signer=facts,
            signer_identifier=_identifier_text(self.signer),
            signing_certificate=meant,
            claimed_time=None if self.attributes is None else self.attributes.signing_time,
            warnings=tuple(self.warnings),
        )

    def bound_to_certificate(self, meant: SigningCertificateAttribute) -> bool:
        """Tell whether one attribute binds the signature to a certificate that it carries."""
        return (
            self.attributes is not None
            and len(self.attributes.certificate_ids) == 1
            and meant is SigningCertificateAttribute.MATCH
            and self.embedded
        )

    def _check_shape(self) -> None:
        """Look at what needs no key: version, parameters, unsigned attributes (CMS-15, CMS-13)."""
        signer = self.signer
        if signer.version != (1 if signer.key_id is None else 3):
            self.remark(Remark.SIGNER_VERSION, version=signer.version)
        self.demand_no_parameters(signer.digest_algorithm)
        if signer.digest_name is None:
            oid = signer.digest_algorithm.oid
            self.unsupported.append(Notice(Unsupported.DIGEST_UNSUPPORTED, {"oid": oid}))
        if signer.unsigned_damaged:
            self.remark(Remark.UNSIGNED_ATTRIBUTE_DAMAGED)
        for attribute in signer.unsigned_attributes:
            known = attribute.oid in self.checked_elsewhere
            if attribute.oid != structure.COUNTER_SIGNATURE and not known:
                self.remark(Remark.UNSIGNED_ATTRIBUTE_UNCHECKED, oid=attribute.oid)

    def _find_signer(self) -> tuple[Outline | None, CertificateFacts | None]:
        """Find the one certificate that the signer names (CMS-16, CAD-01)."""
        candidates, damaged = read_candidates(self.certificates)
        if damaged:
            self.remark(Remark.CERTIFICATE_DAMAGED, count=damaged)
        matching = answer_name(self.signer, candidates)
        if not matching:
            matching = answer_name(self.signer, read_candidates(self.extra_certificates)[0])
            self.embedded = False
        if not matching:
            self.remark(Remark.SIGNER_CERTIFICATE_MISSING)
            return None, None
        if len(matching) > 1:
            count = len(matching)
            matching = [one for one in matching if self._is_meant(one)]
            if len(matching) != 1:
                self.remark(Remark.SIGNER_CERTIFICATE_AMBIGUOUS, count=count)
                return None, None
        try:
            facts = describe_outline(matching[0])
        except RoscherkError:
            self.remark(Remark.SIGNER_CERTIFICATE_DAMAGED)
            return None, None
        if not self.embedded:
            self.remark(Remark.CERTIFICATE_NOT_EMBEDDED)
        if self.signer.key_id is None and self.signer.issuer != matching[0].issuer:
            self.constrain(ConstraintProblem.SIGNER_NAME_INEXACT)
        return matching[0], facts

    def _judge_certificate(self, candidate: Outline | None) -> SigningCertificateAttribute:
        """Say whether signing-certificate means the certificate in use (CAD-02)."""
        identifiers = [] if self.attributes is None else self.attributes.certificate_ids
        for identifier in identifiers:
            if digest_name_of(identifier.digest) is None:
                facts: dict[str, Fact] = {"oid": identifier.digest.oid}
                notice = Notice(Unsupported.CERTIFICATE_DIGEST_UNSUPPORTED, facts)
                self.unsupported.append(notice)
        if candidate is None:
            return SigningCertificateAttribute.ABSENT
        return judge_attribute(candidate, identifiers)

    def _is_meant(self, candidate: Outline) -> bool:
        identifiers = [] if self.attributes is None else self.attributes.certificate_ids
        return bool(identifiers) and all(meant_by(candidate, one) for one in identifiers)

    def _check_digest(self, signed: Signed | None) -> bool | None:
        """Compare our own digest with the one that was signed (CMS-09)."""
        if self.attributes is None:
            return None
        claimed = self.attributes.message_digest
        if claimed is None:
            self.remark(Remark.MESSAGE_DIGEST_MISSING)
            return False
        own = self._own_digest(signed)
        return None if own is None else own == claimed

    def _own_digest(self, signed: Signed | None) -> bytes | None:
        """Return our digest of what is signed; None where it is not known."""
        name = self.signer.digest_name
        return None if signed is None or name is None else signed.digests.get(name)

    def _check_signature(self, candidate: Outline, signed: Signed | None) -> bool | None:
        """Verify the signature value; None: it cannot be done here."""
        parameters = read_key_parameters(candidate.public_key)
        problem, remark = test_curve_problem(parameters), digest_set_remark(parameters)
        self.constraint_problems.extend([problem] if problem else [])
        self.warnings.extend([remark] if remark else [])
        algorithm = self.signer.signature_algorithm
        if algorithm.oid != names.RSA_PSS_OID and not (
            algorithm.oid in names.GOST_KEY_OIDS and algorithm.parameters == parameters.raw
        ):
            self.demand_no_parameters(algorithm)
        if not self._algorithms_agree():
            return False
        if self.attributes is None:
            return self._verify_bare(candidate, signed)
        received = self.signer.attributes_received or b""
        der = self.signer.attributes_der or b""
        verifies = self._verify(candidate, message=der)
        if received == der or verifies is None:
            return verifies
        over = "der" if verifies else "received"
        verifies = verifies or self._verify(candidate, message=received)
        self.remark(Remark.ATTRIBUTES_NOT_DER, over=over if verifies else "")
        return verifies

    def _algorithms_agree(self) -> bool:
        """Check that nothing contradicts the named algorithms (CMS-12, RFC 6211)."""
        digest, signature = self.signer.digest_algorithm, self.signer.signature_algorithm
        protection = None if self.attributes is None else self.attributes.protection
        if protection is not None and not (
            _same_algorithm(protection.digest, digest)
            and protection.signature is not None
            and _same_algorithm(protection.signature, signature)
        ):
            self.remark(Remark.ALGORITHM_PROTECTION_MISMATCH)
            return False
        implied, name = _implied_digest(signature.oid), self.signer.digest_name
        if name is not None and implied not in {None, name}:
            self.remark(
                Remark.DIGEST_ALGORITHM_MISMATCH, signature_oid=signature.oid, digest_oid=digest.oid
            )
            return False
        return True

    def _verify_bare(self, candidate: Outline, signed: Signed | None) -> bool | None:
        """Verify a signature that is over the content itself."""
        own = self._own_digest(signed)
        if signed is None or own is None:
            return None
        implied = _signature_row(self.signer.signature_algorithm.oid)
        if implied is None or implied.family is not KeyFamily.EDDSA:
            return self._verify(candidate, digest=own)
        if signed.message is not None:
            return self._verify(candidate, message=signed.message)
        self.unsupported.append(Notice(Unsupported.EDDSA_WITHOUT_ATTRIBUTES))
        return None

    def _verify(
        self, candidate: Outline, *, message: bytes | None = None, digest: bytes | None = None
    ) -> bool | None:
        signer = self.signer
        if signer.digest_name is None:
            return None
        try:
            verifies = signatures.verify(
                candidate.public_key,
                tlv.to_der(tlv.read_whole(signer.signature_algorithm.raw)),
                digest_name=signer.digest_name,
                message=message,
                digest=digest,
                signature=signer.signature,
                allow_test_parameters=True,  # GST-05 is a constraint problem of its own
            )
        except RoscherkError as error:
            if error.code is ErrorCode.PUBLIC_KEY_INVALID:
                self.remark(Remark.PUBLIC_KEY_INVALID)
                return False
            notice = Notice(Unsupported.SIGNATURE_UNSUPPORTED, dict(error.facts))
            self.unsupported.append(notice)
            return None
        if verifies and not _true_name(candidate, signer):
            oid = signer.signature_algorithm.oid
            self.remark(Remark.SIGNATURE_ALGORITHM_GENERATION, oid=oid)
        return verifies

    def _algorithms(self, candidate: Outline | None) -> AlgorithmFacts:
        signer = self.signer
        row = _signature_row(signer.signature_algorithm.oid)
        public_key = b"" if candidate is None else candidate.public_key
        key, weak = _key_facts(public_key, signer.digest_name or "")
        return AlgorithmFacts(
            signature=None if row is None else row.name,
            digest=signer.digest_name,
            signature_oid=signer.signature_algorithm.oid,
            digest_oid=signer.digest_algorithm.oid,
            key=key,
            weak=weak,
        )


def _implied_digest(oid: str) -> str | None:
    """Return the one digest that goes with a signature algorithm; None: several do."""
    row = _signature_row(oid)
    if row is None:
        return None
    if row.family is KeyFamily.EDDSA:  # RFC 8419 §3: one digest for each of the two
        return names.default_digest(KeyAlgorithm(row.name))
    return row.digest


def _signature_row(oid: str) -> names.SignatureAlgorithm | None:
    try:
        return names.signature_by_oid(oid)
    except RoscherkError:
        return None


def _same_algorithm(first: AlgorithmId, second: AlgorithmId) -> bool:
    if first.oid != second.oid:
        return False
    both = {first.parameters, second.parameters}
    return len(both) == 1 or both <= _NO_PARAMETERS


def _true_name(candidate: Outline, signer: SignerInfo) -> bool:
    """Tell whether the signature's OID speaks of this very key and digest."""
    row = _signature_row(signer.signature_algorithm.oid)
    key = names.key_algorithm_of_spki(candidate.public_key)
    return row is not None and key is not None and row.fits(key, signer.digest_name or "")


def _key_facts(public_key: bytes, digest_name: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the name of the key and what is weak of it and of the digest."""
    try:
        key = names.key_algorithm_of_spki(public_key)
        weak = names.weaknesses(public_key, digest_name)
    except RoscherkError:
        return None, ()
    return (None if key is None else key.value), weak


def _identifier_text(signer: SignerInfo) -> str:
    """Name the certificate as the signer does, for the case that it was not found."""
    if signer.key_id is not None:
        return f"keyid {signer.key_id[:64].hex().upper()}"
    number = (signer.serial or 0).to_bytes(
        ((signer.serial or 0).bit_length() + 8) // 8, signed=True
    )
    serial = number.hex().upper().removeprefix("00")[:80]
    return f"{serial} {name_text(signer.issuer or b'')}".strip()
