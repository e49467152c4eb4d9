"""What a chain lacks, found: in the document, in files the user points to, by AIA. Stores nothing.

Used in workers only. Whatever comes is offered only if it stands in the chain, each link having
signed the one below; a root is offered only from a file, from the network under its own address,
or if its fingerprint is a known one: what a document carries is no root by itself (rule X-12).
"""

from collections.abc import Iterable
from dataclasses import field, replace
from pathlib import Path

from app.crypto.certificates.evidence import Evidence, collect
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.reading import read_material
from app.crypto.certificates.trusted import CertificateIndex, LoadedTrust
from app.crypto.network.fetching import Network
from app.crypto.network.policy import Purpose
from app.crypto.trust import stores
from app.crypto.trust.changes import sha256_of
from app.crypto.trust.describing import authorities_of, describe_list
from app.crypto.trust.known_roots import RootStanding, standing_of
from app.crypto.trust.model import FoundList, MissingAnswer, MissingRequest, Offer
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, LinkFacts, Notice
from app.errors import RoscherkError
from app.values import dataclass

_DOCUMENT = "document"
_LACKING = "issuer_not_found"
_TOLD = frozenset({"evidence_not_fetched", "evidence_too_many_requests", "evidence_offline"})
"""What hindered the search; whether links are revoked is the verdict's matter."""
_BY_TIME = frozenset({"expired", "not_yet_valid"})
_OPEN_ENDS = frozenset({None, "root_not_trusted", _LACKING}) | _BY_TIME


@dataclass
class _Sources:
    """Where each certificate came from, by its fingerprint: origin and source."""

    known: dict[str, tuple[str, str]] = field(default_factory=dict)

    def note(self, certificates: Iterable[bytes], origin: str, source: str = "") -> None:
        """Remember what came from somewhere; the first place counts, a document the least."""
        for one in certificates:
            digest = sha256_of(one)
            if self.known.get(digest, (_DOCUMENT, ""))[0] == _DOCUMENT:
                self.known[digest] = origin, source


class _Noting:
    """A network that notes which address each certificate and list came from."""

    def __init__(self, network: Network, sources: _Sources) -> None:
        self._network = network
        self._sources = sources

    def get(self, url: str, purpose: Purpose, *, fresh: bool = False) -> bytes:
        """Fetch, and note."""
        data = self._network.get(url, purpose, fresh=fresh)
        try:
            found = read_material(data)
        except RoscherkError:
            return data
        self._sources.note([*found.certificates, *found.crls], "network", url)
        return data

    def post(self, url: str, body: bytes, content_type: str, purpose: Purpose) -> bytes:
        """Ask a responder."""
        return self._network.post(url, body, content_type, purpose)


def find_missing(request: MissingRequest) -> MissingAnswer:
    """Find what the chain lacks."""
    trust = stores.load(request.trust)
    sources = _Sources()
    given, problems = _given(request.given, sources)
    sources.note(request.pool, _DOCUMENT)
    network = Network(request.network)
    noting = _Noting(network, sources)
    pool = (*given, *request.pool)
    before = collect(request.leaf, pool=request.pool, trust=trust, at=request.at).chain
    # A root is looked for outside the document first: that it also lies inside says nothing.
    outside = (*given, *(one for one in request.pool if not _names_itself(one)))
    found = _climbed(request, outside, trust, noting)
    if found.chain.break_code == _LACKING:
        found = _climbed(request, pool, trust, None)
    root = _new_root(found.chain)
    refused = root if root is not None and not _may_offer(root, sources) else None
    taken = trust if root is None or refused is not None else with_anchor(trust, root.der)
    network.renew()
    whole = collect(
        request.leaf,
        pool=(*found.certificates, *pool),
        trust=taken,
        at=request.at,
        network=noting,
    )
    return _answer(before, whole, refused, _Findings(trust, sources, network, problems))


def _climbed(
    request: MissingRequest, pool: Iterable[bytes], trust: LoadedTrust, network: _Noting | None
) -> Evidence:
    """Build the chain as far up as it goes; nobody is asked whether links are revoked."""
    return collect(
        request.leaf, pool=pool, trust=trust, at=request.at, network=network, states=False
    )


def _names_itself(certificate: bytes) -> bool:
    try:
        return Outline.read(certificate).self_issued
    except RoscherkError:
        return False


@dataclass(frozen=True)
class _Findings:
    """What an answer is made of besides the chains."""

    trust: LoadedTrust
    sources: _Sources
    network: Network
    problems: list[Notice]


def _answer(
    before: ChainFacts, whole: Evidence, refused: CertificateFacts | None, found: _Findings
) -> MissingAnswer:
    chain = whole.chain
    offers: tuple[Offer, ...] = ()
    if chain.break_code in _OPEN_ENDS:
        offers = tuple(_offers(chain, found))
    lacking = ""
    if chain.break_code == _LACKING:
        lacking = chain.links[-1].certificate.issuer.text
    known = set(found.trust.crls.encoded)
    return MissingAnswer(
        before=before,
        after=chain,
        offers=offers,
        lists=tuple(
            FoundList(
                facts=describe_list(one, authorities_of(found.trust)),
                encoded=one,
                source=found.sources.known.get(sha256_of(one), ("", ""))[1],
            )
            for one in whole.crls
            if one not in known
        ),
        lacking=lacking,
        refused_root=refused,
        problems=(*found.problems, *(one for one in whole.problems if one.code in _TOLD)),
        network=found.network.uses,
    )


def _offers(chain: ChainFacts, found: _Findings) -> Iterable[Offer]:
    """Yield the links above the first that stand in no store, the lowest first."""
    stored = {one.digest for one in found.trust.intermediates}
    for place, link in enumerate(chain.links):
        digest = bytes.fromhex(link.certificate.sha256)
        if place == 0 or digest in stored or digest in found.trust.anchor_digests:
            continue
        root = _is_root(link)
        if root and not link.anchor:
            continue  # nobody but the document vouches for it
        origin, source = found.sources.known.get(link.certificate.sha256.lower(), (_DOCUMENT, ""))
        yield Offer(certificate=link.certificate, root=root, origin=origin, source=source)


def _is_root(link: LinkFacts) -> bool:
    return link.certificate.subject.text == link.certificate.issuer.text


def _new_root(chain: ChainFacts) -> CertificateFacts | None:
    """Return the root at the end of a chain that only lacks trust in it."""
    return chain.links[-1].certificate if chain.break_code == "root_not_trusted" else None


def _may_offer(root: CertificateFacts, sources: _Sources) -> bool:
    """Tell whether a root may be put before the user as one to be trusted."""
    if root.practice:
        return False
    origin, _source = sources.known.get(root.sha256.lower(), (_DOCUMENT, ""))
    return origin != _DOCUMENT or standing_of(root) is RootStanding.KNOWN


def with_anchor(trust: LoadedTrust, root: bytes) -> LoadedTrust:
    """Return the trust as it would be with one more root."""
    one = Outline.read(root)
    return replace(
        trust,
        anchors=CertificateIndex((*trust.anchors, one)),
        anchor_digests=trust.anchor_digests | {one.digest},
    )


def _given(paths: tuple[Path, ...], sources: _Sources) -> tuple[list[bytes], list[Notice]]:
    """Read what the user points to; in a folder what is no certificate is passed over."""
    found, notices = stores.read_files(paths)
    for path, material in found:
        sources.note(material.certificates, "file", str(path))
    return [one for _, material in found for one in material.certificates], notices
