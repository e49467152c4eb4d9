"""Kinds of PDF signatures by /SubFilter, and the check of what stands in /Contents.

Rules PDF-05..07 and PDF-17.
"""

from collections.abc import Callable
from dataclasses import field, replace

from app.algorithms import digests
from app.crypto.cms.checking import Profile, check_signer
from app.crypto.cms.codes import Remark as CmsRemark
from app.crypto.cms.levels.oids import SIGNATURE_TIME_STAMP
from app.crypto.cms.levels.tokens import Material, material_of, material_of_token
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import PREFIX_SIZE, SignedContent, SignedData, SignerInfo
from app.crypto.pdf.codes import ConstraintProblem, FormatProblem, Remark, Unsupported
from app.crypto.pdf.contents import BadContents
from app.crypto.pdf.digesting import SignedBytes
from app.crypto.verdict.facts import (
    AlgorithmFacts,
    Level,
    Notice,
    SignatureFacts,
    SignatureKind,
    SigningCertificateAttribute,
    TimeStampFacts,
    TimeStampKind,
)
from app.errors import RoscherkError
from app.values import dataclass

PADES = "/ETSI.CAdES.detached"
LEGACY = "/adbe.pkcs7.detached"
TIMESTAMP = "/ETSI.RFC3161"
SHA1_INSIDE = "/adbe.pkcs7.sha1"
RAW_RSA = "/adbe.x509.rsa_sha1"

_NO_ALGORITHMS = AlgorithmFacts(signature=None, digest=None, signature_oid=None, digest_oid=None)
_SHA1 = "sha1"

Progress = Callable[[int], None]
DigestOf = Callable[[str], bytes | None]
CheckStamp = Callable[[bytes, DigestOf, TimeStampKind], TimeStampFacts]
"""Checks a token over what the function digests; knows how to find the authority's chain."""


@dataclass(frozen=True)
class Kind:
    """What the signature dictionary says of itself, as far as it bears on the kind."""

    subfilter: str
    has_time: bool
    """/M is there."""


@dataclass(frozen=True)
class Checked:
    """Facts, and the material that came with the signature."""

    facts: SignatureFacts
    material: Material = field(default_factory=Material)


def check_kind(
    kind: Kind,
    octets: bytes,
    signed: SignedBytes,
    check_stamp: CheckStamp,
    progress: Progress | None = None,
) -> Checked:
    """Check the octets of one signature over the covered bytes of a file."""
    if kind.subfilter == TIMESTAMP:
        return _check_time_stamp(octets, signed, check_stamp, progress)
    if kind.subfilter not in {PADES, LEGACY, SHA1_INSIDE}:
        return Checked(_not_checkable(kind))
    signed_data = _read(octets)
    signers = signed_data.signers
    problems = [*signed_data.problems]
    if len(signers) != 1:
        problems.append(Notice(FormatProblem.SIGNER_COUNT, {"count": len(signers)}))
    detached = kind.subfilter in {PADES, LEGACY}
    if detached and signed_data.content is not None:
        problems.append(Notice(FormatProblem.CONTENT_ENCLOSED))
    if not signers or isinstance(signers[0], Notice):
        problems += [one for one in signers[:1] if isinstance(one, Notice)]
        facts = SignatureFacts(
            index=0,
            level=Level.PDF_LEGACY,
            algorithms=_NO_ALGORITHMS,
            format_problems=tuple(problems),
        )
        return Checked(facts, material_of(signed_data))
    check = _check_detached if detached else _check_enclosing
    facts = check(kind, signed_data, signers[0], signed, progress)
    facts = replace(facts, format_problems=(*problems, *facts.format_problems))
    checked = Checked(facts, material_of(signed_data))
    return _with_time_stamps(checked, signers[0], check_stamp)


def unreadable(notice: Notice) -> SignatureFacts:
    """Return the facts of a signature that could not be looked into."""
    return SignatureFacts(
        index=0,
        level=Level.PDF_LEGACY,
        algorithms=_NO_ALGORITHMS,
        format_problems=(notice,),
        signed_attributes=False,
    )


def _read(octets: bytes) -> SignedData:
    try:
        return read_cms(octets)
    except RoscherkError as error:
        where = str(error.facts.get("where", error.code))
        raise BadContents(FormatProblem.CMS_DAMAGED, where=where) from error


def _with_time_stamps(checked: Checked, signer: SignerInfo, check_stamp: CheckStamp) -> Checked:
    """Check the signature's own time-stamps; what came with them is material, too."""
    tokens = [
        value
        for attribute in signer.unsigned_attributes
        if attribute.oid == SIGNATURE_TIME_STAMP
        for value in attribute.values
    ]
    facts = checked.facts
    stamps = tuple(
        check_stamp(token, lambda name: _small_digest(name, signer.signature), _SIGNATURE)
        for token in tokens
    )
    warnings = tuple(one for one in facts.warnings if not _about_time_stamp(one))
    material = checked.material
    for token in tokens:
        material += material_of_token(token)
    return Checked(replace(facts, time_stamps=stamps, warnings=warnings), material)


_SIGNATURE = TimeStampKind.SIGNATURE


def _about_time_stamp(notice: Notice) -> bool:
    """Recognise the engine's word that an attribute was not looked at: here it was."""
    oid = notice.facts.get("oid")
    return notice.code == CmsRemark.UNSIGNED_ATTRIBUTE_UNCHECKED and oid == SIGNATURE_TIME_STAMP


def _small_digest(name: str, octets: bytes) -> bytes | None:
    try:
        return digests.digest(name, octets)
    except RoscherkError:
        return None


def _check_time_stamp(
    octets: bytes, signed: SignedBytes, check_stamp: CheckStamp, progress: Progress | None
) -> Checked:
    """Check a document time-stamp: a token over the covered bytes (PDF-17)."""

    def digest_of(name: str) -> bytes | None:
        try:
            return _digest(signed, {name}, progress).digests[name]
        except RoscherkError:
            return None

    stamp = check_stamp(octets, digest_of, TimeStampKind.DOCUMENT)
    inner = stamp.signature or replace(
        unreadable(Notice(FormatProblem.CMS_DAMAGED, {"where": "time_stamp"})),
        digest_matches=stamp.imprint_matches,
    )
    matches = stamp.imprint_matches
    if inner.digest_matches is not True and matches is True:
        matches = inner.digest_matches
    facts = replace(
        inner,
        index=0,
        kind=SignatureKind.DOCUMENT_TIMESTAMP,
        parent=None,
        level=Level.PDF_LEGACY,
        digest_matches=matches,
        constraint_problems=(*inner.constraint_problems, *stamp.problems),
        warnings=(*inner.warnings, *stamp.warnings),
        time_stamps=(stamp,),
    )
    return Checked(facts, material_of_token(octets))


def _not_checkable(kind: Kind) -> SignatureFacts:
    """Say that there is a signature of a kind that we do not check: never that there is none."""
    withdrawn = kind.subfilter == RAW_RSA
    code = Unsupported.SUBFILTER_WITHDRAWN if withdrawn else Unsupported.SUBFILTER_UNKNOWN
    return SignatureFacts(
        index=0,
        level=Level.PDF_LEGACY,
        algorithms=replace(_NO_ALGORITHMS, weak=(_SHA1,)) if withdrawn else _NO_ALGORITHMS,
        unsupported=(Notice(code, {"subfilter": kind.subfilter.removeprefix("/")}),),
        signed_attributes=False,
    )


def _check_detached(
    kind: Kind,
    signed_data: SignedData,
    signer: SignerInfo,
    signed: SignedBytes,
    progress: Progress | None,
) -> SignatureFacts:
    """Check a CMS signature over the covered bytes; say whether it is PAdES-B-B (PDF-07)."""
    wanted = {name for name in (signer.digest_name,) if name is not None}
    content = _digest(signed, wanted, progress)
    bare = replace(signed_data, content=None)  # enclosed content is refused, not compared
    facts = check_signer(bare, signer, content, profile=Profile.PADES)
    if kind.subfilter == LEGACY:
        return replace(facts, level=Level.PDF_LEGACY)
    if not facts.signed_attributes:
        stripped = Notice(ConstraintProblem.ATTRIBUTES_MISSING)
        facts = replace(facts, constraint_problems=(*facts.constraint_problems, stripped))
    missing = []
    if facts.signing_certificate is not SigningCertificateAttribute.MATCH:
        missing.append("signing-certificate")
    if facts.claimed_time is not None:
        missing.append("signing-time")
    if not kind.has_time:
        missing.append("M")
    if not missing and facts.level is Level.PADES_B_B:
        return facts
    told = Notice(Remark.NOT_BASELINE, {"missing": ", ".join(missing)})
    return replace(facts, level=Level.PDF_LEGACY, warnings=(*facts.warnings, told))


def _check_enclosing(
    kind: Kind,
    signed_data: SignedData,
    signer: SignerInfo,
    signed: SignedBytes,
    progress: Progress | None,
) -> SignatureFacts:
    """Check a signature over an enclosed SHA-1 of the covered bytes: a withdrawn kind."""
    facts = check_signer(signed_data, signer, profile=Profile.PADES)
    matches = _digest(signed, {_SHA1}, progress).digests[_SHA1] == _enclosed(signed_data)
    told = Notice(Unsupported.SUBFILTER_WITHDRAWN, {"subfilter": kind.subfilter.removeprefix("/")})
    return replace(
        facts,
        level=Level.PDF_LEGACY,
        digest_matches=matches and facts.digest_matches,
        unsupported=(*facts.unsupported, told),
    )


def _enclosed(signed_data: SignedData) -> bytes:
    """Return enclosed content that must be small."""
    content = signed_data.content
    if content is None or content.size != len(content.prefix):
        raise BadContents(FormatProblem.CMS_DAMAGED, where="enclosed_content")
    return content.prefix


def _digest(signed: SignedBytes, wanted: set[str], progress: Progress | None) -> SignedContent:
    """Digest what a signature covers; ALGORITHM_UNSUPPORTED for an unknown name."""
    covered = signed.covered
    found = {name: signed.running.covered(covered, name, progress) for name in wanted}
    size = covered.end - (covered.gap_end - covered.gap_start)
    return SignedContent(size=size, digests=found, prefix=signed.prefix(PREFIX_SIZE))
