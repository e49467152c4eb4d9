"""Evidence for a certificate: its chain, and for each link data that prove it was not revoked.

What lies here already and is in force is taken first; then the responder is asked; then the list
is fetched. What comes from the network is material like any other: it is believed for its
signatures, and no root ever comes from there.
"""

from collections.abc import Iterable
from dataclasses import field, replace
from datetime import datetime
from typing import Protocol

from app.algorithms.names import key_algorithm_of_spki
from app.crypto.certificates.chain import ProvedChain, prove_chain
from app.crypto.certificates.fields import describe_outline
from app.crypto.certificates.findings import Material
from app.crypto.certificates.gaps import is_fresh
from app.crypto.certificates.ocsp_check import OCSP_SIGNING
from app.crypto.certificates.ocsp_reading import OcspAnswer, OcspError, read_answer
from app.crypto.certificates.ocsp_request import CONTENT_TYPE, build_request, repeats_nonce
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.reading import read_material
from app.crypto.certificates.trusted import LoadedTrust, outlines
from app.crypto.network.policy import Purpose
from app.crypto.verdict.facts import ChainFacts, LinkFacts, Notice, RevocationStatus
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

MOST_REQUESTS = 10
"""For one certificate with all its chain."""
MOST_LINKS = 10
_MOST_URLS = 3
"""Of one kind in one certificate."""

_OF_NETWORK = frozenset({"evidence_not_fetched", "evidence_offline", "evidence_too_many_requests"})
_ISSUER_LACKING = frozenset({"issuer_not_found", "bad_signature"})


class Fetching(Protocol):
    """The network as this module needs it: `app.crypto.network.fetching.Network` is one."""

    def get(self, url: str, purpose: Purpose, *, fresh: bool = False) -> bytes:
        """Fetch what lies at an address; ``fresh``: not out of a cache."""
        ...

    def post(self, url: str, body: bytes, content_type: str, purpose: Purpose) -> bytes:
        """Send a question, return the answer."""
        ...


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What may be put beside a signature, so that it can be checked without the network."""

    certificates: tuple[bytes, ...]
    """The chain in DER: the certificate itself first, the root last."""
    further: tuple[bytes, ...] = ()
    """Certificates of those who signed lists and answers, where they stand in neither."""
    crls: tuple[bytes, ...] = ()
    """DER; only those that prove something of this chain."""
    ocsp: tuple[bytes, ...] = ()
    """BasicOCSPResponse in DER; likewise."""
    chain: ChainFacts
    complete: bool
    """The chain is sound and ends at a root, and every link below it is known not to be revoked."""
    problems: tuple[Notice, ...] = ()
    """What lacks, and what could not be fetched."""
    fetched: Material = field(default_factory=Material)
    """All that came from the network, also what speaks against the certificate."""


def collect(
    leaf: bytes,
    *,
    pool: Iterable[bytes] = (),
    crls: Iterable[bytes] = (),
    ocsp: Iterable[bytes] = (),
    trust: LoadedTrust,
    at: datetime,
    network: Fetching | None = None,
    now: datetime | None = None,
    states: bool = True,
    fresh_since: datetime | None = None,
) -> Evidence:
    """Build the chain of ``leaf`` (DER) at ``at`` and gather what proves the state of its links.

    ``network``: None asks nobody. ``now``: the real time, the clock's if none is given.
    ``states``: False fetches issuers only, and asks nobody whether they are revoked.
    ``fresh_since``: good word on ``leaf`` that is older does not keep from asking.
    Raises ``CERTIFICATE_DAMAGED`` if ``leaf`` is no certificate; whatever else goes wrong is told
    in ``problems``.
    """
    held = _Held(list(pool), list(crls), list(ocsp))
    gathering = _Gathering(leaf, held, _Terms(trust, at, now, fresh_since), network)
    gathering.climb()
    if states:
        gathering.ask()
    return gathering.evidence()


@dataclass
class _Held:
    """Material at hand; it grows, what was fetched first.

    Only so much is looked at: what a file carries must not push out what speaks against it.
    """

    certificates: list[bytes]
    crls: list[bytes]
    ocsp: list[bytes]


@dataclass(frozen=True)
class _Terms:
    """Under what the chain is looked at."""

    trust: LoadedTrust
    at: datetime
    now: datetime | None
    fresh_since: datetime | None


@dataclass(frozen=True)
class _Question:
    """A certificate whose state is sought, for the sake of the link at ``place``."""

    certificate: Outline
    issuer: Outline
    place: int
    of_responder: bool = False


class _Gathering:
    """One collection: what is known by now, and how often the network was asked."""

    def __init__(self, leaf: bytes, held: _Held, terms: _Terms, network: Fetching | None) -> None:
        self._leaf = leaf
        self._held = held
        self._given = (len(held.certificates), len(held.crls), len(held.ocsp))
        self._terms = terms
        self._network = network
        self._requests = 0
        self._asked: set[tuple[str, bytes]] = set()
        self._problems: list[Notice] = []
        self._proved = self._prove()

    @property
    def _links(self) -> tuple[LinkFacts, ...]:
        return self._proved.chain.links

    def _prove(self) -> ProvedChain:
        return prove_chain(
            self._leaf,
            pool=self._held.certificates,
            crls=self._held.crls,
            ocsp=self._held.ocsp,
            trust=self._terms.trust,
            at=self._terms.at,
            now=self._terms.now,
        )

    def climb(self) -> None:
        """Fetch issuers that are not at hand, link by link (rule X-13: only hints)."""
        for _ in range(MOST_LINKS):
            if self._proved.chain.break_code not in _ISSUER_LACKING:
                return
            if not self._fetch_issuer(self._links[-1]):
                return
            self._proved = self._prove()

    def _fetch_issuer(self, top: LinkFacts) -> bool:
        for url in top.certificate.issuer_urls[:_MOST_URLS]:
            found = _certificates_of(self._fetch(url, Purpose.ISSUER))
            new = [one for one in found if one not in self._held.certificates]
            if new:
                self._held.certificates[:0] = new
                return True
        return False

    def ask(self) -> None:
        """Ask about each link whose state is not known yet.

        Where the chain reaches no root of the user's, the addresses are a stranger's, nobody could
        vouch for the answers, and the stranger would learn that his file was opened.
        """
        if not self._proved.chain.anchored:
            return
        for place in range(min(len(self._links) - 1, MOST_LINKS)):
            if not self._settled(place):
                certificate, issuer = outlines(
                    link.certificate.der for link in self._links[place : place + 2]
                )
                self._seek(_Question(certificate, issuer, place))

    def _settled(self, place: int) -> bool:
        found, since = self._links[place].revocation, self._terms.fresh_since
        if since is not None and not place and found.status is RevocationStatus.GOOD:
            return is_fresh(found, since)
        return found.status is not RevocationStatus.UNKNOWN

    def _seek(self, question: _Question) -> None:
        """Ask the responder, then fetch the list, until the state of the link is known."""
        facts, place = describe_outline(question.certificate), question.place
        for url in facts.ocsp_urls[:_MOST_URLS]:
            answer = self._answer(url, question)
            if answer is not None and not self._settled(place) and not question.of_responder:
                self._seek_for_responder(answer, question)
            if self._settled(place):
                return
        for url in facts.crl_urls[:_MOST_URLS]:
            self._add(crls=self._fetched_lists(url))
            if self._links[place].revocation.problem == "crl_expired":
                # What was kept from an earlier hour may have run out since.
                self._add(crls=self._fetched_lists(url, fresh=True))
            if self._settled(place):
                return

    def _answer(self, url: str, question: _Question) -> OcspAnswer | None:
        """Ask one responder; where it does not know the certificate by SHA-1, by Streebog too."""
        key = key_algorithm_of_spki(question.issuer.public_key)
        names = ("sha1", "streebog256") if key is not None and key.is_gost else ("sha1",)
        for digest_name in names:
            request = build_request(question.certificate, question.issuer, digest_name=digest_name)
            about = question.certificate.digest + digest_name.encode()
            data = self._fetch(url, Purpose.OCSP, body=request.encoded, about=about)
            if data is None:
                return None
            try:
                answer = read_answer(data)
            except OcspError as error:
                self._tell(url, error.problem)
                continue
            if not repeats_nonce(request, answer):
                self._tell(url, "ocsp_nonce")
                return None
            self._add(ocsp=[answer.encoded])
            if all(one.status != "unknown" for one in answer.statements):
                return answer
        return None

    def _seek_for_responder(self, answer: OcspAnswer, question: _Question) -> None:
        """Ask about the certificate of a responder that has to be checked itself (rule R-07)."""
        for certificate in outlines(answer.certificates):
            try:
                charged = OCSP_SIGNING in describe_outline(certificate).extended_key_usage
            except RoscherkError:
                continue
            if charged:
                self._seek(replace(question, certificate=certificate, of_responder=True))
                return

    def _fetched_lists(self, url: str, *, fresh: bool = False) -> list[bytes]:
        data = self._fetch(url, Purpose.CRL, fresh=fresh)
        if data is None:
            return []
        try:
            found = read_material(data).crls
        except RoscherkError:
            found = []
        if not found:
            self._tell(url, "crl_damaged")
        return found

    def _add(self, *, crls: Iterable[bytes] = (), ocsp: Iterable[bytes] = ()) -> None:
        self._held.crls[:0] = crls
        self._held.ocsp[:0] = ocsp
        self._proved = self._prove()

    def _fetch(
        self,
        url: str,
        purpose: Purpose,
        *,
        body: bytes | None = None,
        about: bytes = b"",
        fresh: bool = False,
    ) -> bytes | None:
        """Ask the network within the limits; None, with a word on it, where nothing came.

        Nothing is asked twice: ``about`` tells questions to one responder apart.
        """
        if self._network is None or ((url, about) in self._asked and not fresh):
            return None
        if self._requests >= MOST_REQUESTS:
            self._problems.append(Notice("evidence_too_many_requests", {"limit": MOST_REQUESTS}))
            self._network = None
            return None
        self._requests += 1
        self._asked.add((url, about))
        try:
            if body is None:
                return self._network.get(url, purpose, fresh=fresh)
            return self._network.post(url, body, CONTENT_TYPE, purpose)
        except RoscherkError as error:
            if error.code in {ErrorCode.CANCELLED, ErrorCode.UNEXPECTED}:
                raise
            if error.code is ErrorCode.NETWORK_OFFLINE:
                # Go on: the next one may be kept from an earlier day.
                if Notice("evidence_offline") not in self._problems:
                    self._problems.append(Notice("evidence_offline"))
            else:
                self._tell(url, str(error.facts.get("reason", error.code.value)))
            return None

    def _tell(self, url: str, reason: str) -> None:
        self._problems.append(Notice("evidence_not_fetched", {"url": url, "reason": reason}))

    def evidence(self) -> Evidence:
        """Return what was gathered, without what proves nothing."""
        chain, used = self._proved.chain, Material()
        for link, proof in zip(chain.links, self._proved.proofs, strict=True):
            if link.revocation.status is not RevocationStatus.UNKNOWN:
                used += proof
        lacking = list(_lacking(chain))
        certificates = tuple(link.certificate.der for link in chain.links)
        return Evidence(
            certificates=certificates,
            further=tuple(one for one in used.certificates if one not in certificates),
            crls=used.crls,
            ocsp=used.ocsp,
            chain=chain,
            complete=not lacking,
            problems=(*lacking, *self._problems),
            fetched=self._fetched(),
        )

    def _fetched(self) -> Material:
        certificates, crls, ocsp = self._given
        held = self._held
        return Material(
            certificates=tuple(held.certificates[: len(held.certificates) - certificates]),
            crls=tuple(held.crls[: len(held.crls) - crls]),
            ocsp=tuple(held.ocsp[: len(held.ocsp) - ocsp]),
        )


def in_vain(problems: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return those problems that tell what could not be fetched, each once."""
    found = (one for one in problems if one.code in _OF_NETWORK)
    return tuple({(one.code, *map(str, one.facts.values())): one for one in found}.values())


def _certificates_of(data: bytes | None) -> list[bytes]:
    """Return the certificates of an answer: DER, PEM or a certs-only PKCS #7 file."""
    if data is None:
        return []
    try:
        return read_material(data).certificates
    except RoscherkError:
        return []


def _lacking(chain: ChainFacts) -> Iterable[Notice]:
    """Tell what lacks for the evidence to be whole."""
    if not chain.anchored or chain.break_code is not None:
        place = chain.broken_at if chain.broken_at is not None else len(chain.links) - 1
        subject = chain.links[place].certificate.subject.text
        yield Notice(
            "evidence_chain_broken", {"subject": subject, "reason": chain.break_code or ""}
        )
    for link in chain.links:
        subject = link.certificate.subject.text
        if link.anchor or link.revocation.status is RevocationStatus.GOOD:
            continue
        if link.revocation.status in {RevocationStatus.REVOKED, RevocationStatus.ON_HOLD}:
            yield Notice("evidence_revoked", {"subject": subject})
        else:
            reason = link.revocation.problem or ""
            yield Notice("evidence_state_unknown", {"subject": subject, "reason": reason})
