"""The worker's side of the certificate room: describe what a file holds, build a chain."""

from app.crypto.accreditation.asking import asked
from app.crypto.certificates import reading
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.evidence import collect, in_vain
from app.crypto.certificates.fields import describe
from app.crypto.certificates.gaps import FRESH, has_aged, has_gap
from app.crypto.model import (
    CertificateShowAnswer,
    CertificateShowRequest,
    ChainAnswer,
    ChainRequest,
)
from app.crypto.network.fetching import Network
from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.trust import stores
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context


def show(request: CertificateShowRequest, _: Context) -> CertificateShowAnswer:
    """Describe the certificates of a file; raise if there is none that can be read."""
    try:
        encoded = reading.read_certificates(_read(request))
        found, damaged = [], None
        for one in encoded:
            try:
                found.append(describe(one))
            except RoscherkError as error:
                damaged = error
        if not found and damaged is not None:
            raise damaged
    except RoscherkError as error:
        if request.path is None:
            raise
        raise error.with_facts(path=path_fact(request.path)) from error
    return CertificateShowAnswer(certificates=tuple(found), damaged=len(encoded) - len(found))


def _read(request: CertificateShowRequest) -> bytes:
    """Return the bytes to look into."""
    if request.path is None:
        return request.data or b""
    with open_regular(request.path) as file:
        try:
            data = file.read(reading.LARGEST + 1)
        except OSError as error:
            raise read_error(error, request.path) from error
    if not data:
        raise RoscherkError(ErrorCode.FILE_EMPTY)
    return data


def chain(request: ChainRequest, _: Context) -> ChainAnswer:
    """Build the chain of one certificate."""
    trust = stores.load(request.trust)
    found = build_chain(request.certificate, pool=request.pool, trust=trust, at=request.at)
    network = Network(request.network, impatient=True)
    missing: tuple[Notice, ...] = ()
    online = request.network.online
    if has_gap(found) or (online and has_aged(found, request.at)):
        evidence = collect(
            request.certificate,
            pool=request.pool,
            trust=trust,
            at=request.at,
            network=network,
            fresh_since=request.at - FRESH if online else None,
        )
        got, missing = evidence.fetched, in_vain(evidence.problems)
        found = build_chain(
            request.certificate,
            pool=(*request.pool, *got.certificates),
            crls=got.crls,
            ocsp=got.ocsp,
            trust=trust,
            at=request.at,
        )
    accreditation, told = asked(describe(request.certificate), found, request.trust.accreditation)
    return ChainAnswer(
        chain=found,
        accreditation=accreditation,
        notices=(*trust.notices, *told, *(missing if has_gap(found) else ())),
        network=tuple(one for one in network.uses if one.outcome != "offline"),
    )
