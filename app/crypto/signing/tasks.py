"""Making a signature, the worker's part: prepare, and finish and verify.

Between the two stand a frozen value and perhaps a temporary file, while the key, wherever it
lives, signs one digest. Nothing gets its name before our own reader has read it back and found
it good (decision 6); the original is read once, never written, and watched for changes.
"""

from datetime import UTC, datetime

from app.algorithms import names, signatures
from app.crypto.certificates.fields import describe
from app.crypto.certificates.outline import Outline
from app.crypto.cms import writing
from app.crypto.model import (
    FinishRequest,
    PreparedSignature,
    SignatureFormat,
    SignatureLevel,
    SignedFile,
    SigningAct,
    SignRequest,
)
from app.crypto.opening import file_state, looks_like_pdf, open_regular, path_fact
from app.crypto.saving import demand_free, free_name, usual_target
from app.crypto.signing import acts as signing_acts
from app.crypto.signing import cades as signing_cades
from app.crypto.timestamps.clock import skew_notice
from app.crypto.verdict.facts import CertificateFacts, Notice
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context
from app.tokens.model import Container, ContainerState


def prepare(request: SignRequest, context: Context) -> PreparedSignature:
    """Read the file once and say what the key has to sign."""
    certificate = certificate_of(request.container)
    check_certificate(request.container, describe(certificate), request.signing_time)
    if request.act is not SigningAct.NEW:
        return _prepare_act(request, certificate, context)
    with open_regular(request.source) as source:
        if file_state(source).size == 0:
            raise RoscherkError(ErrorCode.FILE_EMPTY, path=path_fact(request.source))
        chosen = _choose_format(request, pdf=looks_like_pdf(source))
        if request.output is not None:
            demand_free(request.output)
        target = request.output or free_name(
            usual_target(request.source, chosen, practice=request.container.practice)
        )
        if chosen is SignatureFormat.CADES:
            return signing_cades.prepare(request, source, target, certificate, context.progress)
        if request.level is SignatureLevel.XL1:
            raise RoscherkError(ErrorCode.LEVEL_UNSUITABLE, level="XL1")
        from app.crypto.signing import pdf as signing_pdf  # noqa: PLC0415 - pyHanko takes 0.3 s to import

        return signing_pdf.prepare(request, source, target, certificate, context.progress)


def finish(request: FinishRequest, context: Context) -> SignedFile:
    """Build the signature, check it, save it under its name."""
    prepared = request.prepared
    asked = prepared.request
    began = datetime.now(UTC)
    certificate = certificate_of(asked.container)
    _demand_verifying(prepared, request.signature, certificate)
    if asked.act is not SigningAct.NEW:
        saved = signing_acts.finish(prepared, request.signature, certificate, context.progress)
    elif prepared.format is SignatureFormat.CADES:
        saved = signing_cades.finish(prepared, request.signature, certificate, context.progress)
    else:
        from app.crypto.signing import pdf as signing_pdf  # noqa: PLC0415 - pyHanko takes 0.3 s to import

        saved = signing_pdf.finish(prepared, request.signature, certificate)
    return SignedFile(
        source=asked.source,
        target=saved.target,
        format=prepared.format,
        attached=asked.attached and prepared.format is SignatureFormat.CADES,
        encoding=asked.encoding,
        level=saved.level,
        digest_name=prepared.digest_name,
        size=saved.size,
        practice=asked.container.practice,
        created_with=request.created_with,
        certified_tool=request.certified_tool,
        notices=(*prepared.notices, *_clock_notices(saved.time_stamp, began)),
        time_stamp=saved.time_stamp,
        shortfall=saved.shortfall,
        network=saved.network,
    )


def _clock_notices(moment: datetime | None, began: datetime) -> tuple[Notice, ...]:
    """Tell if the time-stamp shows that the clock of this computer is wrong (T-07)."""
    found = None if moment is None else skew_notice(moment, began, datetime.now(UTC))
    return () if found is None else (found,)


def _prepare_act(request: SignRequest, certificate: bytes, context: Context) -> PreparedSignature:
    """Prepare one more signature in a file that has signatures."""
    if request.output is not None:
        demand_free(request.output)
    target = request.output or free_name(signing_acts.usual_target(request))
    return signing_acts.prepare(request, target, certificate, context.progress)


def certificate_of(container: Container) -> bytes:
    """Return the certificate to sign with."""
    if container.certificate is None:
        raise RoscherkError(ErrorCode.CERTIFICATE_MISSING, uri=container.uri)
    return container.certificate


def check_certificate(container: Container, facts: CertificateFacts, at: datetime) -> None:
    """Refuse a certificate that is not in force, or is not this key's."""
    key = writing.signing_algorithm(facts.der)
    if container.state is ContainerState.MISMATCH or container.algorithm not in {None, key}:
        raise RoscherkError(ErrorCode.CERTIFICATE_KEY_MISMATCH, uri=container.uri)
    periods = (
        (facts.not_before, facts.not_after, "certificate"),
        (facts.private_key_not_before, facts.private_key_not_after, "key"),
    )
    for begin, end, what in periods:
        if begin is not None and at < begin:
            raise RoscherkError(
                ErrorCode.CERTIFICATE_NOT_YET_VALID,
                uri=container.uri,
                what=what,
                since=begin.isoformat(),
            )
        if end is not None and at > end:
            raise RoscherkError(
                ErrorCode.CERTIFICATE_EXPIRED, uri=container.uri, what=what, until=end.isoformat()
            )


def _choose_format(request: SignRequest, *, pdf: bool) -> SignatureFormat:
    if request.format is SignatureFormat.PADES:
        if not pdf:
            raise RoscherkError(ErrorCode.NOT_A_PDF, path=path_fact(request.source))
        return SignatureFormat.PADES
    if request.format is SignatureFormat.AUTO and pdf and not request.attached:
        return SignatureFormat.PADES
    return SignatureFormat.CADES


def _demand_verifying(prepared: PreparedSignature, signature: bytes, certificate: bytes) -> None:
    """Hold the new signature against the certificate's key before anything is built with it."""
    key = writing.signing_algorithm(certificate)
    verifies = signatures.verify(
        Outline.read(certificate).public_key,
        names.signature_algorithm_for(key),
        digest_name=prepared.digest_name,
        message=prepared.to_be_signed,
        signature=signature,
    )
    if not verifies:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="signature")
