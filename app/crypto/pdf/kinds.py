"""Kinds of PDF signatures by /SubFilter, and the check of what stands in /Contents (PDF-05..07)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO

from app.algorithms import digests, names
from app.crypto.cms import tlv
from app.crypto.cms.checking import Profile, check_signer
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import PREFIX_SIZE, SignedContent, SignedData, SignerInfo
from app.crypto.pdf.codes import FormatProblem, Remark, Unsupported
from app.crypto.pdf.contents import BadContents, Covered, CoveredBytes
from app.crypto.verdict.facts import (
    AlgorithmFacts,
    Level,
    Notice,
    SignatureFacts,
    SignatureKind,
    SigningCertificateAttribute,
)
from app.errors import RoscherkError

PADES = "/ETSI.CAdES.detached"
LEGACY = "/adbe.pkcs7.detached"
TIMESTAMP = "/ETSI.RFC3161"
SHA1_INSIDE = "/adbe.pkcs7.sha1"
RAW_RSA = "/adbe.x509.rsa_sha1"

_NO_ALGORITHMS = AlgorithmFacts(signature=None, digest=None, signature_oid=None, digest_oid=None)
_SHA1 = "sha1"

Progress = Callable[[int], None]


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
    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


def check_kind(
    kind: Kind, octets: bytes, file: BinaryIO, covered: Covered, progress: Progress | None = None
) -> Checked:
    """Check the octets of one signature over the covered bytes of ``file``."""
    if kind.subfilter not in {PADES, LEGACY, TIMESTAMP, SHA1_INSIDE}:
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
            kind=_kind_of(kind),
            level=Level.PDF_LEGACY,
            algorithms=_NO_ALGORITHMS,
            format_problems=tuple(problems),
        )
        return Checked(facts, signed_data.certificates, signed_data.crls)
    check = _check_detached if detached else _check_enclosing
    facts = check(kind, signed_data, signers[0], CoveredBytes(file, covered), progress)
    facts = replace(facts, kind=_kind_of(kind), format_problems=(*problems, *facts.format_problems))
    return Checked(facts, signed_data.certificates, signed_data.crls)


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


def _kind_of(kind: Kind) -> SignatureKind:
    if kind.subfilter == TIMESTAMP:
        return SignatureKind.DOCUMENT_TIMESTAMP
    return SignatureKind.SIGNATURE


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
    covered: CoveredBytes,
    progress: Progress | None,
) -> SignatureFacts:
    """Check a CMS signature over the covered bytes; say whether it is PAdES-B-B (PDF-07)."""
    wanted = {name for name in (signer.digest_name,) if name is not None}
    content = _digest(covered, wanted, progress)
    bare = replace(signed_data, content=None)  # enclosed content is refused, not compared
    facts = check_signer(bare, signer, content, profile=Profile.PADES)
    if kind.subfilter == LEGACY:
        return replace(facts, level=Level.PDF_LEGACY)
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
    covered: CoveredBytes,
    progress: Progress | None,
) -> SignatureFacts:
    """Check a signature over enclosed content that in turn holds the digest of the bytes."""
    facts = check_signer(signed_data, signer, profile=Profile.PADES)
    code = Unsupported.DOCUMENT_TIMESTAMP
    if kind.subfilter == SHA1_INSIDE:
        code = Unsupported.SUBFILTER_WITHDRAWN
        stated: tuple[str | None, bytes] = (_SHA1, _enclosed(signed_data))
    else:
        stated = _imprint(_enclosed(signed_data))
    name, expected = stated
    matches = None
    if name is not None:
        matches = _digest(covered, {name}, progress).digests[name] == expected
    facts = replace(facts, level=Level.PDF_LEGACY)
    told = Notice(code, {"subfilter": kind.subfilter.removeprefix("/")})
    both = None if matches is None else matches and facts.digest_matches
    return replace(facts, digest_matches=both, unsupported=(*facts.unsupported, told))


def _enclosed(signed_data: SignedData) -> bytes:
    """Return enclosed content that must be small."""
    content = signed_data.content
    if content is None or content.size != len(content.prefix):
        raise BadContents(FormatProblem.CMS_DAMAGED, where="enclosed_content")
    return content.prefix


def _imprint(token: bytes) -> tuple[str | None, bytes]:
    """Return the digest's name (None: unknown) and value that a TSTInfo holds (RFC 3161 §2.4.2)."""
    try:
        walker = tlv.read_whole(token).walker()
        walker.take(tlv.INTEGER)
        walker.take(tlv.OBJECT_IDENTIFIER)
        algorithm, value = walker.take(tlv.SEQUENCE).children()[:2]
        dotted = tlv.oid(algorithm.children()[0])
        octets = tlv.octets(value)
    except (RoscherkError, ValueError, IndexError) as error:
        raise BadContents(FormatProblem.CMS_DAMAGED, where="time_stamp") from error
    try:
        return names.digest_by_oid(dotted).name, octets
    except RoscherkError:
        return None, octets


def _digest(covered: CoveredBytes, wanted: set[str], progress: Progress | None) -> SignedContent:
    prefix = bytearray(PREFIX_SIZE)
    length, view = 0, memoryview(prefix)
    while length < PREFIX_SIZE and (count := covered.readinto(view[length:])):
        length += count
    covered.position = 0
    found = digests.digest_stream(wanted, covered, progress)
    size = covered.covered.end - (covered.covered.gap_end - covered.covered.gap_start)
    return SignedContent(size=size, digests=found, prefix=bytes(prefix[:length]))
