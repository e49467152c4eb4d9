"""The check of what stands above CAdES-BES: time-stamps to facts, and the level they amount to.

A level is named only if all its parts are sound in themselves (CAD-04..06); whom the time-stamping
authority is trusted by is not a matter of the level. A broken part lowers the level and says why.
"""

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from app.crypto.cms.codes import LevelRemark
from app.crypto.cms.levels import imprints, oids
from app.crypto.cms.levels.references import (
    Reference,
    RevocationReference,
    read_certificate_references,
    read_certificate_values,
    read_revocation_references,
    read_revocation_values,
)
from app.crypto.cms.levels.revocation_data import split_choices
from app.crypto.cms.levels.stamps import LevelTerms, Stamp, Subject, check_stamps, tokens_of
from app.crypto.cms.levels.tokens import (
    Material,
    material_of,
    material_of_token,
    material_of_values,
)
from app.crypto.cms.structure import Attribute, SignerInfo
from app.crypto.verdict.facts import (
    ChainFacts,
    Level,
    Notice,
    RevocationStatus,
    SignatureFacts,
    TimeStampFacts,
    TimeStampKind,
)
from app.crypto.verdict.stamps import is_sound
from app.errors import ErrorCode, Fact, RoscherkError
from app.values import dataclass

MAX_STAMPS = 50
"""Time-stamps of one signer."""
SKEW = timedelta(minutes=5)
"""How far the clocks of two authorities may be apart."""

T = TypeVar("T")

_UNKNOWN = frozenset({RevocationStatus.UNKNOWN, RevocationStatus.NOT_CHECKED})
_NOTHING_SAID = frozenset({"crl_missing", "crl_signature", "ocsp_responder", "ocsp_signature"})
"""There is no list and no answer about a certificate, or none by whom it takes."""
_READERS: dict[str, Callable[[bytes], object]] = {
    oids.CERTIFICATE_REFERENCES: read_certificate_references,
    oids.REVOCATION_REFERENCES: read_revocation_references,
    oids.CERTIFICATE_VALUES: read_certificate_values,
    oids.REVOCATION_VALUES: read_revocation_values,
}
_ORDER = (
    TimeStampKind.CONTENT,
    TimeStampKind.SIGNATURE,
    TimeStampKind.REFERENCES,
    TimeStampKind.ARCHIVE,
    TimeStampKind.ARCHIVE_V3,
)


def with_level(facts: SignatureFacts, subject: Subject, terms: LevelTerms) -> SignatureFacts:
    """Return the facts of a signature with its time-stamps, its full level, and remarks on both."""
    if not any(one.oid in oids.CHECKED for one in subject.signer.unsigned_attributes) and not any(
        tokens_of(subject.signer)
    ):
        return facts
    check = _LevelCheck(facts, subject, terms)
    level = check.level()
    return replace(
        facts,
        level=level,
        time_stamps=tuple(check.with_protected(stamp) for stamp in check.stamps),
        warnings=(*facts.warnings, *check.remarks),
    )


def material_of_signer(signer: SignerInfo) -> Material:
    """Return what the attributes of one signer carry: values, and the insides of time-stamps."""
    found = material_of_values(signer.unsigned_attributes)
    for _, token in islice(tokens_of(signer), MAX_STAMPS):
        found += material_of_token(token)
    return found


@dataclass
class _LevelCheck:
    """One check; remarks gather, `level` draws them together."""

    facts: SignatureFacts
    subject: Subject
    terms: LevelTerms
    remarks: list[Notice] = field(default_factory=list)
    stamps: list[Stamp] = field(init=False)
    material: Material = field(init=False)

    def __post_init__(self) -> None:
        self.material = material_of(self.subject.signed) + material_of_signer(self.subject.signer)
        found = check_stamps(self.subject, self.terms, self.material)
        self.stamps = list(islice(found, MAX_STAMPS))
        if next(found, None) is not None:
            self.remark(LevelRemark.STAMPS_TOO_MANY, maximum=MAX_STAMPS)
        for stamp in self.stamps:
            self._tell(stamp)
        self._tell_order()
        self._tell_damage()

    def remark(self, code: LevelRemark, **facts: Fact) -> None:
        self.remarks.append(Notice(code, facts))

    def level(self) -> Level:
        """Return the highest level all of whose parts are sound."""
        in_time = self._signature_stamps()
        if self.facts.level is Level.PADES_B_B:
            return Level.PADES_B_T if in_time else Level.PADES_B_B
        if self.facts.level is not Level.CADES_BES or not in_time:
            self._long_references()
            return self.facts.level
        references = self._long_references()
        evident = self._evident(self.material, in_time)
        carried = self.subject.signed.layout.crls
        if evident and carried:
            return Level.CADES_LTA if self._archived(in_time) else Level.CADES_LT
        if carried and not references:
            self.remark(LevelRemark.EVIDENCE_INCOMPLETE)
        return Level.CADES_XL1 if references else Level.CADES_T

    def with_protected(self, stamp: Stamp) -> TimeStampFacts:
        """Return the facts of a time-stamp with the earlier ones that its index names."""
        index = stamp.index
        if index is None:
            return stamp.facts
        others = (one for one in self.stamps if one is not stamp and index.covers(one.attribute))
        return replace(stamp.facts, protects=tuple(one.facts.sha256 for one in others))

    # time-stamps

    def _tell(self, stamp: Stamp) -> None:
        facts = stamp.facts
        if stamp.attribute.oid == oids.ARCHIVE_TIME_STAMP and not facts.problems:
            self.remark(LevelRemark.ARCHIVE_FORM_UNKNOWN)
        elif facts.imprint_matches is None and not facts.problems:
            self.remark(LevelRemark.STAMP_IMPRINT_UNKNOWN, kind=facts.kind.value)
        elif not is_sound(facts):
            self.remark(LevelRemark.STAMP_UNSOUND, kind=facts.kind.value)
            self.remarks.extend(facts.problems)

    def _tell_order(self) -> None:
        """Tell if a time-stamp is older than one that it must have come after."""
        latest: datetime | None = None
        for kind in _ORDER:
            times = self._times(kind)
            if latest is not None and times and min(times) < latest:
                self.remark(LevelRemark.STAMP_ORDER)
                return
            # Of several signature time-stamps the first bounds what follows.
            latest = min(times) if times else latest

    def _times(self, kind: TimeStampKind) -> list[datetime]:
        return [
            stamp.facts.time
            for stamp in self.stamps
            if stamp.facts.kind is kind and stamp.facts.time is not None and is_sound(stamp.facts)
        ]

    def _sound(self, kind: TimeStampKind) -> list[Stamp]:
        return [one for one in self.stamps if one.facts.kind is kind and is_sound(one.facts)]

    def _signature_stamps(self) -> list[Stamp]:
        """Return the time-stamps of the signature made while the certificate was in force."""
        in_time = []
        for stamp in self._sound(TimeStampKind.SIGNATURE):
            signer, at = self.facts.signer, stamp.facts.time
            if signer is not None and at is not None and at > signer.not_after:
                self.remark(LevelRemark.STAMP_AFTER_EXPIRY, at=_text(at))
            else:
                in_time.append(stamp)
        return in_time

    # references and values

    def _tell_damage(self) -> None:
        """Tell of references and values that cannot be read."""
        for attribute in self.subject.signer.unsigned_attributes:
            reader = _READERS.get(attribute.oid)
            if reader is not None and _read(reader, attribute) is None:
                self.remark(LevelRemark.REFERENCES_DAMAGED, oid=attribute.oid)

    def _long_references(self) -> bool:
        """Tell whether references, values and their time-stamp make an X Long (CAD-05)."""
        signer = self.subject.signer
        certificates = imprints.attributes_of(signer, oids.CERTIFICATE_REFERENCES)
        revocation = imprints.attributes_of(signer, oids.REVOCATION_REFERENCES)
        if not certificates and not revocation:
            return False
        if len(certificates) != 1 or len(revocation) != 1:
            self.remark(LevelRemark.REFERENCES_INCOMPLETE)
            return False
        unresolved = self._unresolved(certificates[0], revocation[0])
        if unresolved is None:
            return False
        if unresolved:
            self.remark(LevelRemark.REFERENCES_UNRESOLVED, count=unresolved)
            return False
        return bool(self._sound(TimeStampKind.REFERENCES))

    def _unresolved(self, certificates: Attribute, revocation: Attribute) -> int | None:
        """Count the references to which no value answers; None: there are none to count."""
        named = _read(read_certificate_references, certificates)
        proofs = _read(read_revocation_references, revocation)
        if named is None or proofs is None:
            return None
        if not named or not any(proof.crls or proof.ocsp for proof in proofs):
            self.remark(LevelRemark.REFERENCES_INCOMPLETE)
            return None
        known = self.material
        count = sum(not one.means(*known.certificates) for one in named)
        for proof in proofs:
            count += sum(not one.means(*known.crls) for one in proof.crls)
            count += sum(not any(one.means(basic) for basic in known.ocsp) for one in proof.ocsp)
            count += proof.others
        if not count and not self._about_signer(named, proofs):
            self.remark(LevelRemark.REFERENCES_INCOMPLETE)
            return None
        return count

    def _about_signer(
        self, named: Sequence[Reference], proofs: Sequence[RevocationReference]
    ) -> bool:
        """Tell whether the references lead through the signer's chain, with a word on each link.

        Whether that word is good is not asked: a level says nothing about validity.
        """
        signer, at = self.facts.signer, min(self._times(TimeStampKind.SIGNATURE), default=None)
        if signer is None or at is None:
            return False
        lists = [one for proof in proofs for one in proof.crls]
        answers = [one for proof in proofs for one in proof.ocsp]
        known = self.material
        meant = Material(
            known.certificates,
            tuple(crl for crl in known.crls if any(one.means(crl) for one in lists)),
            tuple(basic for basic in known.ocsp if any(one.means(basic) for one in answers)),
        )
        chain = self._embedded_chain(signer.der, meant, at)
        if chain is None:
            return False
        *below, top = chain.links
        needed = [*below[1:], *(() if top.anchor or _self_issued(chain) else (top,))]
        return all(
            any(one.means(link.certificate.der) for one in named) for link in needed
        ) and not any(link.revocation.problem in _NOTHING_SAID for link in below)

    # evidence inside the file

    def _evident(self, material: Material, stamps: Sequence[Stamp]) -> bool:
        """Tell whether the file itself proves the state of the signer's chain and of the stamps'."""
        signer = self.facts.signer
        first = min((one.facts.time for one in stamps if one.facts.time), default=None)
        if signer is None or first is None or not (material.crls or material.ocsp):
            return False
        if not self._proved(signer.der, material, first):
            return False
        return all(self._stamp_proved(one.facts, material) for one in stamps)

    def _stamp_proved(self, facts: TimeStampFacts, material: Material) -> bool:
        authority = None if facts.signature is None else facts.signature.signer
        if authority is None or facts.time is None:
            return False
        return self._proved(authority.der, material, facts.time)

    def _proved(self, leaf: bytes, material: Material, at: datetime) -> bool:
        chain = self._embedded_chain(leaf, material, at)
        return chain is not None and _is_proved(chain)

    def _embedded_chain(self, leaf: bytes, material: Material, at: datetime) -> ChainFacts | None:
        try:
            return self.terms.embedded_chain_of(
                leaf, material.certificates, material.crls, material.ocsp, at
            )
        except RoscherkError as error:
            if error.code is not ErrorCode.CERTIFICATE_DAMAGED:
                raise
            return None

    def _archived(self, in_time: Sequence[Stamp]) -> bool:
        """Tell whether an archive time-stamp protects the signature with all its evidence."""
        for stamp in self._sound(TimeStampKind.ARCHIVE_V3):
            index = stamp.index
            covered = [
                one
                for one in in_time
                if index is not None and index.covers(one.attribute) and not _before(stamp, one)
            ]
            if index is not None and covered and self._evident(self._protected_by(stamp), covered):
                return True
            self.remark(LevelRemark.ARCHIVE_PARTIAL)
        return False

    def _protected_by(self, stamp: Stamp) -> Material:
        """Return that part of the material which an archive time-stamp protects."""
        index, protected = stamp.index, self.subject.protected
        if index is None:
            return Material()
        choices = index.kept(protected.revocation, index.revocation)
        crls, ocsp = split_choices(choices)
        found = Material(index.kept(protected.certificates, index.certificates), crls, ocsp)
        kept = tuple(one for one in protected.attributes if index.covers(one))
        found += material_of_values(kept)
        for attribute, token in tokens_of(self.subject.signer):
            if attribute in kept:
                found += material_of_token(token)
        return found


def _is_proved(chain: ChainFacts) -> bool:
    """Tell whether the state of every certificate below the root is established."""
    if not chain.anchored and chain.break_code != "root_not_trusted":
        return False
    for place, link in enumerate(chain.links):
        root = place == len(chain.links) - 1 and place > 0 and _self_issued(chain)
        if not (link.anchor or root) and link.revocation.status in _UNKNOWN:
            return False
    return bool(chain.links)


def _before(archive: Stamp, stamp: Stamp) -> bool:
    """Tell whether an archive time-stamp is older than what it is said to protect (T-05)."""
    first, second = archive.facts.time, stamp.facts.time
    return first is not None and second is not None and second - first > SKEW


def _self_issued(chain: ChainFacts) -> bool:
    last = chain.links[-1].certificate
    return last.subject.text == last.issuer.text


def _read(reader: Callable[[bytes], T], attribute: Attribute) -> T | None:
    """Read the one value of an attribute; None if there is not one, or it is damaged."""
    if len(attribute.values) != 1:
        return None
    try:
        return reader(attribute.values[0])
    except RoscherkError as error:
        if error.code is ErrorCode.FORMAT_TOO_COMPLEX:
            raise
        return None


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
