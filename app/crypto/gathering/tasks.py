"""The worker's side of gathering. Runs in a worker only."""

from collections.abc import Iterable, Iterator

from app.crypto.certificates.reading import read_material
from app.crypto.certificates.trusted import LoadedTrust, outlines
from app.crypto.cms.levels.stamps import tokens_of
from app.crypto.cms.levels.tokens import Material
from app.crypto.cms.locating import locate
from app.crypto.cms.reading import open_cms, read_cms
from app.crypto.cms.structure import SignedData
from app.crypto.evidence.terms import material_of_file
from app.crypto.gathering.model import EmbeddedSignature, Gathered, GatherRequest
from app.crypto.network.fetching import Network
from app.crypto.network.policy import Purpose
from app.crypto.opening import looks_like_pdf, open_regular
from app.crypto.trust.stores import load
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context

MOST_OCTETS = 100 << 20
"""Of all lists together; whoever needs longer ones has them."""


def gather(request: GatherRequest, context: Context) -> Gathered:
    """Gather lists, answers, time-stamps, and the signatures inside a PDF."""
    trust = load(request.trust)
    with open_regular(request.path) as file:
        pdf = looks_like_pdf(file)
    embedded: tuple[EmbeddedSignature, ...] = ()
    if pdf:
        material, embedded = _of_pdf(request, trust, context)
        found = [read for one in embedded if (read := _read(one.cms)) is not None]
    else:
        found = [open_cms(request.path, context.progress)]
        material = material_of_file(found[0])
    tokens = tuple(dict.fromkeys((*_tokens(found), *_stamps(embedded))))
    stored = _stored(trust, request.certificates)
    crls, left_out = _within((*material.crls, *stored, *_kept(request)))
    return Gathered(
        crls=crls, ocsp=material.ocsp, tokens=tokens, embedded=embedded, left_out=left_out
    )


def _of_pdf(
    request: GatherRequest, trust: LoadedTrust, context: Context
) -> tuple[Material, tuple[EmbeddedSignature, ...]]:
    # pyHanko takes its time to import: only PDFs pay for it.
    from app.crypto.pdf.checking import check_pdf  # noqa: PLC0415
    from app.crypto.pdf.pieces import pieces  # noqa: PLC0415

    found = check_pdf(request.path, context.progress, trust=trust)
    material = Material(found.certificates, found.crls, found.ocsp)
    return material, tuple(
        EmbeddedSignature(
            cms=piece.octets,
            ranges=(
                (0, piece.covered.gap_start),
                (piece.covered.gap_end, piece.covered.end - piece.covered.gap_end),
            ),
            time_stamp=piece.time_stamp,
        )
        for piece in pieces(request.path)
    )


def _read(octets: bytes) -> SignedData | None:
    """Read a signature of a PDF; a damaged one carries nothing that could be gathered."""
    try:
        return read_cms(octets)
    except RoscherkError as error:
        if error.code is ErrorCode.FORMAT_TOO_COMPLEX:
            raise
        return None


def _tokens(found: Iterable[SignedData]) -> Iterator[bytes]:
    for signed in found:
        for place in locate(signed.layout.signers):
            if place.signer is not None:
                yield from (token for _attribute, token in tokens_of(place.signer))


def _stamps(embedded: Iterable[EmbeddedSignature]) -> Iterator[bytes]:
    return (one.cms for one in embedded if one.time_stamp)


def _stored(trust: LoadedTrust, certificates: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lists of the stores that speak of certificates of these chains."""
    for key in dict.fromkeys(one.issuer_key for one in outlines(certificates)):
        for one in trust.crls.of_issuer(key):
            yield one.encoded


def _kept(request: GatherRequest) -> Iterator[bytes]:
    """Yield the lists that were fetched for the verdict, as far as they are still kept."""
    network = Network(request.network)
    for url in dict.fromkeys(request.fetched):
        try:
            yield from read_material(network.get(url, Purpose.CRL)).crls
        except RoscherkError:
            continue  # it went out of the cache since: the verdict says from where it came


def _within(lists: Iterable[bytes]) -> tuple[tuple[bytes, ...], int]:
    """Return each list once, as long as all are not too much; and the octets left out."""
    taken: list[bytes] = []
    octets = left_out = 0
    for one in dict.fromkeys(lists):
        if octets + len(one) > MOST_OCTETS:
            left_out += len(one)
            continue
        octets += len(one)
        taken.append(one)
    return tuple(taken), left_out
