"""The worker's side of verifying: one file to facts, facts to a report. Runs in a worker only."""

import platform
from collections.abc import Callable, Sequence

import asn1crypto
import cryptography

from app import __version__
from app.algorithms.gost import library
from app.crypto.accreditation.asking import with_accreditation
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms.checking import check_cms
from app.crypto.cms.levels.tokens import Material
from app.crypto.cms.reading import open_cms
from app.crypto.cms.structure import SignedData
from app.crypto.evidence.terms import level_terms, material_of_file
from app.crypto.mchd.beside import with_mchd
from app.crypto.model import Verification, VerifyManyAnswer, VerifyManyRequest, VerifyRequest
from app.crypto.network.fetching import Network
from app.crypto.opening import path_fact
from app.crypto.trust.stores import load
from app.crypto.verdict.facts import FileFacts, FileFormat, Notice, SignatureFacts
from app.crypto.verdict.judge import Terms, judge_file
from app.crypto.verdict.policy import load_policy
from app.crypto.verifying import asking, names, package
from app.crypto.verifying.chains import Chains
from app.crypto.verifying.door import TRUST_ROLE
from app.crypto.verifying.package import Kind, Looked, Original
from app.crypto.verifying.whole_digest import whole_digest_of
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context

Progress = Callable[[int, int], None]
_BOUND = frozenset({"sha256"})


def verify(request: VerifyRequest, context: Context) -> Verification:
    """Find the facts of one file and judge them. No file makes it fail; a wrong request does."""
    policy = load_policy(request.policy)
    trust = _load_trust(request)
    facts = with_mchd(
        find_facts(request, trust, context.progress, bound=request.bound),
        request,
        lambda other: find_facts(other, trust, context.progress, bound=True),
    )
    terms = Terms(
        at=request.at, at_by_user=request.at_by_user, allow_practice=request.allow_practice
    )
    facts = with_accreditation(facts, request.trust.accreditation)
    report = judge_file(facts, policy, terms)
    return Verification(facts=facts, report=report, engine=_engine(facts))


def verify_many(request: VerifyManyRequest, context: Context) -> VerifyManyAnswer:
    """Do the same for several small files; what one of them does to this process, it does to all."""
    return VerifyManyAnswer(verifications=tuple(verify(each, context) for each in request.requests))


def _load_trust(request: VerifyRequest) -> LoadedTrust:
    """Read what the user trusts; an error in it is no matter of the file."""
    try:
        return load(request.trust)
    except RoscherkError as error:
        raise error.with_facts(role=TRUST_ROLE) from error


def find_facts(
    request: VerifyRequest, trust: LoadedTrust, progress: Progress, *, bound: bool = False
) -> FileFacts:
    """Find out what the file is and all there is to know of its signatures.

    ``bound``: of a CMS also the SHA-256 of what it signs, whatever digests it uses itself.
    """
    try:
        looked = package.look(request.path)
        if looked.kind is Kind.PDF:
            return _pdf(request, trust, progress)
        if looked.kind is Kind.XML:
            return _xml(request, progress)
        return _cms(request, trust, progress, _BOUND if bound else frozenset())
    except _NotCmsError:
        return _no_cms(request, trust, looked, progress)
    except RoscherkError as error:
        if error.code in {ErrorCode.CANCELLED, ErrorCode.UNEXPECTED}:
            raise
        return _unread(error, request)


class _NotCmsError(Exception):
    """The file is no SignedData in any form."""


def _cms(
    request: VerifyRequest, trust: LoadedTrust, progress: Progress, more: frozenset[str]
) -> FileFacts:
    """Check a CMS file: attached, or detached with its original; digest that by ``more`` too."""
    try:
        signed = open_cms(request.path, progress, more_digests=more)
    except RoscherkError as error:
        if error.code is not ErrorCode.FORMAT_UNKNOWN:
            raise
        raise _NotCmsError from error
    original, errors = _original(request, signed, progress, more)
    signatures = check_cms(
        signed,
        original.content,
        extra_certificates=[one.encoded for one in trust.intermediates],
        levels=level_terms(trust, whole_digest_of(request.path, signed, original)),
    )
    complete, asked = _complete(request, trust, material_of_file(signed), signatures)
    detached = signed.content is None
    content = original.content if detached else signed.content
    sha256 = content.digests["sha256"].hex() if more and content is not None else None
    return FileFacts(
        path=request.path,
        format=FileFormat.CMS_DETACHED if detached else FileFormat.CMS_ATTACHED,
        content=original.path,
        content_sha256=sha256,
        sha256=signed.sha256,
        size=signed.size,
        signatures=complete,
        errors=errors,
        warnings=original.warnings,
        network=asked.uses,
        fetched_ocsp=asked.material.ocsp,
    )


def _original(
    request: VerifyRequest, signed: SignedData, progress: Progress, more: frozenset[str]
) -> tuple[Original, tuple[Notice, ...]]:
    """Take the document the user pointed to; look for it only where none was pointed to."""
    if request.content is not None:
        try:
            return package.take_original(request.content, signed, progress, more), ()
        except RoscherkError as error:
            told = Notice(error.code, {"path": path_fact(request.content), **error.facts})
            return Original(), (told,)
    if signed.content is not None or not signed.signers or not request.search:
        return Original(), ()
    return package.find_original(request.path, signed, progress), ()


def _complete(
    request: VerifyRequest,
    trust: LoadedTrust,
    found: Material,
    signatures: Sequence[SignatureFacts],
) -> tuple[tuple[SignatureFacts, ...], asking.Asked]:
    """Return the signatures with their chains, and what was asked of the network for that."""
    complete = Chains(trust, found, request.at, request.now).complete(signatures)
    if not asking.lacks(complete, request.at, online=request.network.online):
        return complete, asking.Asked()
    network = Network(request.network, impatient=True)
    asked = asking.ask(complete, found, trust, request.at, network)
    if asked.material != Material():
        # What was fetched goes first: of what a file carries only so much is looked at.
        more = Chains(trust, asked.material + found, request.at, request.now, fetched=True)
        complete = more.complete(signatures)
    return asking.told(complete, asked.problems), asked


def _pdf(request: VerifyRequest, trust: LoadedTrust, progress: Progress) -> FileFacts:
    """Check the signatures inside a PDF."""
    # pyHanko takes 0.3 s to import: only files that are PDFs pay for it.
    from app.crypto.pdf.checking import check_pdf  # noqa: PLC0415

    found = check_pdf(request.path, progress, trust=trust)
    material = Material(found.certificates, found.crls, found.ocsp)
    signatures, asked = _complete(request, trust, material, found.signatures)
    return FileFacts(
        path=request.path,
        format=FileFormat.PDF,
        sha256=found.sha256,
        size=package.look(request.path).size,
        signatures=signatures,
        errors=_of_signed_document(request)
        if signatures
        else _gone(found.warnings, request) or _beside(request),
        warnings=found.warnings,
        network=asked.uses,
        fetched_ocsp=asked.material.ocsp,
    )


def _of_signed_document(request: VerifyRequest) -> tuple[Notice, ...]:
    """Tell that a document which was pointed to is not what the signatures inside a PDF are over."""
    return () if request.content is None else (_error(ErrorCode.CONTENT_INSIDE, request),)


def _xml(request: VerifyRequest, progress: Progress) -> FileFacts:
    """Say of XML only whether it holds a signature, which this version cannot check."""
    errors = _beside(request)
    if package.holds_xml_signature(request.path):
        errors = (_error(ErrorCode.XML_SIGNATURE_UNSUPPORTED, request),)
    return FileFacts(
        path=request.path,
        format=FileFormat.XML,
        sha256=package.sha256_of(request.path, progress),
        errors=errors,
    )


def _no_cms(
    request: VerifyRequest, trust: LoadedTrust, looked: Looked, progress: Progress
) -> FileFacts:
    """Take what is no CMS for a PDF with something before its head, or for no signature at all."""
    try:
        if looked.pdf_within:
            return _pdf(request, trust, progress)
        sha256 = package.sha256_of(request.path, progress)
    except RoscherkError as error:
        return _unread(error, request)
    return FileFacts(
        path=request.path,
        format=FileFormat.UNKNOWN,
        sha256=sha256,
        size=looked.size,
        errors=_beside(request) or (_error(ErrorCode.FORMAT_UNKNOWN, request),),
    )


def _gone(warnings: tuple[Notice, ...], request: VerifyRequest) -> tuple[Notice, ...]:
    """Tell of signatures that an update took out of a document that has none now."""
    fields = [str(one.facts["field"]) for one in warnings if one.code == "pdf_signature_removed"]
    if not fields:
        return ()
    facts = {"path": path_fact(request.path), "fields": ", ".join(fields)}
    return (Notice(ErrorCode.PDF_SIGNATURE_GONE, dict(facts)),)


def _beside(request: VerifyRequest) -> tuple[Notice, ...]:
    """Tell of a signature file that lies beside a document without a signature of its own."""
    beside = names.signature_beside(request.path)
    if beside is None:
        return ()
    facts = {"path": path_fact(request.path), "signature": path_fact(beside)}
    return (Notice(ErrorCode.SIGNATURE_BESIDE, dict(facts)),)


def _unread(error: RoscherkError, request: VerifyRequest) -> FileFacts:
    """Tell of a file that could not be read as what it seemed to be."""
    facts = {"path": path_fact(request.path), **error.facts}
    if error.code is ErrorCode.PDF_DAMAGED:
        # A damaged document that was never signed is no failed signature.
        facts["signed"] = package.holds_pdf_signature(request.path)
    encrypted = error.code is ErrorCode.PDF_ENCRYPTED
    return FileFacts(
        path=request.path,
        format=FileFormat.PDF if encrypted else FileFormat.UNKNOWN,
        errors=(Notice(error.code, facts),),
    )


def _error(code: ErrorCode, request: VerifyRequest) -> Notice:
    return Notice(code, {"path": path_fact(request.path)})


def _engine(facts: FileFacts) -> dict[str, str]:
    """Name what computed the facts of this file, with versions; the same file, the same names."""
    found = {
        "roscherk": __version__,
        "python": platform.python_version(),
        "asn1crypto": asn1crypto.__version__,
        "cryptography": cryptography.__version__,
    }
    keys = {one.algorithms.key for one in facts.signatures}
    if any(key is not None and key.startswith("gost") for key in keys):
        found["libgcrypt"] = library.version()
    return found
