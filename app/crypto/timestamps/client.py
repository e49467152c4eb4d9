"""Asking time-stamping authorities, in the order the user gave, until one gives a sound stamp.

RFC 3161 over HTTP (§3.4), rules T-03, T-04, T-07. Everything about a token is checked before it
is handed on: what it is over, the nonce, the policy, its signature, its certificate and the chain
of that. A server that fails by 5xx or by time is asked again after 2, 5 and 15 seconds; one that
refuses, lies or cannot be reached makes way for the next.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from app.crypto.cms.levels.stamps import ChainOf
from app.crypto.model import TimeStampServer
from app.crypto.network.policy import Purpose
from app.crypto.timestamps.checking import Examined, examine
from app.crypto.timestamps.clock import skew_notice
from app.crypto.timestamps.codes import PREFIX
from app.crypto.timestamps.messages import REQUEST_TYPE, Request, read_response
from app.crypto.timestamps.patience import MAX_SERVERS, PAUSES
from app.crypto.verdict.facts import (
    ChainFacts,
    RevocationStatus,
    TimeStampFacts,
    TimeStampKind,
)
from app.errors import ErrorCode, Fact, RoscherkError
from app.values import dataclass

FALLBACK_DIGEST = "sha256"
_NONCE_BITS = 64
_SERVER_ERROR = 500
_OTHER_DIGEST = frozenset({"bad_alg", "bad_request", "bad_data_format", "unspecified"})
"""Refusals that may mean the digest: authorities are not careful with the reason."""
_OF_TIME = {"expired": "validity", "not_yet_valid": "validity"}
_REVOKED = frozenset({RevocationStatus.REVOKED, RevocationStatus.ON_HOLD})


class Posting(Protocol):
    """The network as this module needs it: `app.crypto.network.fetching.Network` is one."""

    def post(self, url: str, body: bytes, content_type: str, purpose: Purpose) -> bytes:
        """Send a question, return the answer."""
        ...


@dataclass(frozen=True, kw_only=True)
class StampedToken:
    """A time-stamp that was asked for and found good."""

    encoded: bytes
    """The TimeStampToken, as it came."""
    facts: TimeStampFacts
    """With the chain of the authority; ``warnings`` tell of a clock that is wrong (T-07)."""
    certificates: tuple[bytes, ...]
    """Those that came with it, DER."""
    server: str
    """The address that gave it."""


class TimeStamping:
    """The authorities of one piece of work. One that failed is not asked again."""

    def __init__(
        self,
        network: Posting,
        servers: Sequence[TimeStampServer],
        chain_of: ChainOf,
        *,
        pauses: Sequence[float] = PAUSES,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the network and the servers in their order; the rest is for tests."""
        self._network = network
        self._servers = tuple(servers)[:MAX_SERVERS]
        self._chain_of = chain_of
        self._pauses = pauses
        self._sleep = sleep
        self._now = now
        self._failed: dict[TimeStampServer, RoscherkError] = {}
        self._digests: dict[TimeStampServer, str] = {}

    def stamp(
        self,
        digest_of: Callable[[str], bytes],
        preferred: str,
        kind: TimeStampKind = TimeStampKind.SIGNATURE,
    ) -> StampedToken:
        """Return a sound time-stamp over what ``digest_of`` digests, by the name of an algorithm.

        ``preferred`` is the signer's digest, which a server may not know. Raises
        ``TIME_STAMP_NO_SERVER``, ``NETWORK_OFFLINE``, or what the last server did:
        ``TIME_STAMP_UNAVAILABLE``, ``TIME_STAMP_REFUSED``, ``TIME_STAMP_WRONG``,
        ``TIME_STAMP_UNTRUSTED``, ``NETWORK_REFUSED``, with the number of servers as ``tried``.
        """
        if not self._servers:
            raise RoscherkError(ErrorCode.TIME_STAMP_NO_SERVER)
        error: RoscherkError | None = None
        for server in self._servers:
            if server not in self._failed:
                try:
                    return self._ask(server, digest_of, preferred, kind)
                except RoscherkError as failure:
                    if failure.code is ErrorCode.NETWORK_OFFLINE:
                        raise
                    self._failed[server] = failure
            error = self._failed[server]
        if error is None:
            raise RoscherkError(ErrorCode.TIME_STAMP_NO_SERVER)
        raise error.with_facts(tried=len(self._servers))

    def _ask(
        self,
        server: TimeStampServer,
        digest_of: Callable[[str], bytes],
        preferred: str,
        kind: TimeStampKind,
    ) -> StampedToken:
        """Ask one server by the digests that it may know."""
        known = server.digest or self._digests.get(server)
        names = [known] if known else list(dict.fromkeys((preferred, FALLBACK_DIGEST)))
        for name in names:
            try:
                token = self._ask_by(server, name, digest_of, kind)
            except RoscherkError as error:
                refused = error.code is ErrorCode.TIME_STAMP_REFUSED
                if name != names[-1] and refused and error.facts.get("reason") in _OTHER_DIGEST:
                    continue
                raise
            self._digests[server] = name
            return token
        raise AssertionError(names)  # the loop returns or raises

    def _ask_by(
        self,
        server: TimeStampServer,
        digest_name: str,
        digest_of: Callable[[str], bytes],
        kind: TimeStampKind,
    ) -> StampedToken:
        request = Request(
            digest_name=digest_name,
            digest=digest_of(digest_name),
            nonce=secrets.randbits(_NONCE_BITS - 1) + 1,
            policy=server.policy,
        )
        before = self._now()
        answer = self._send(server, request)
        token = _token_of(answer, server)
        examined = examine(
            token,
            lambda name: request.digest if name == request.digest_name else None,
            kind,
            self._chain_of,
        )
        facts = self._demand_good(examined, request, server, before)
        return StampedToken(
            encoded=token, facts=facts, certificates=examined.certificates, server=server.url
        )

    def _send(self, server: TimeStampServer, request: Request) -> bytes:
        """Send the request; again after a pause, where that may help."""
        encoded = request.encode()
        for pause in (*self._pauses, None):
            try:
                return self._network.post(server.url, encoded, REQUEST_TYPE, Purpose.TIME_STAMP)
            except RoscherkError as error:
                if error.code is not ErrorCode.NETWORK_FAILED:
                    raise
                if pause is None or not _may_pass(error):
                    raise _unavailable(error) from error
                self._sleep(pause)
        raise AssertionError(server.url)  # the loop returns or raises

    def _demand_good(
        self,
        examined: Examined,
        request: Request,
        server: TimeStampServer,
        before: datetime,
    ) -> TimeStampFacts:
        """Refuse a token with any fault at all; return its facts, with a remark on the clocks."""
        facts, info = examined.facts, examined.info
        if facts.problems or info is None:
            raise _wrong(server, facts.problems[0].code.removeprefix(PREFIX))
        if info.nonce != request.nonce:
            raise _wrong(server, "nonce")
        if server.policy not in {None, info.policy}:
            raise _wrong(server, "policy")
        if facts.imprint_digest != request.digest_name or not facts.imprint_matches:
            raise _wrong(server, "imprint")
        signature = facts.signature
        if signature is None or signature.signer is None or signature.chain is None:
            raise _wrong(server, "certificate")
        if signature.algorithms.weak:
            raise _wrong(server, "algorithm")
        _demand_chain(signature.chain, server)
        notice = skew_notice(info.time, before, self._now(), facts.accuracy or 0.0)
        if notice is None:
            return facts
        # An authority whose own certificate has run out may turn its clock back (T-05).
        signer, pool = signature.signer.der, examined.certificates
        _demand_chain(self._chain_of(signer, pool, (), (), self._now()), server)
        return replace(facts, warnings=(*facts.warnings, notice))


def _token_of(answer: bytes, server: TimeStampServer) -> bytes:
    """Take the token out of an answer; a refusal and half an answer are errors."""
    try:
        response = read_response(answer)
    except RoscherkError:
        raise _wrong(server, "reply") from None
    if not response.granted:
        if response.token is not None:
            raise _wrong(server, "token_unexpected")
        facts: dict[str, Fact] = {"url": server.url, "reason": response.failure}
        if response.text:
            facts["text"] = response.text
        raise RoscherkError(ErrorCode.TIME_STAMP_REFUSED, **facts)
    if response.token is None:
        raise _wrong(server, "token_missing")
    return response.token


def _may_pass(error: RoscherkError) -> bool:
    """Tell whether a failure is of the kind that passes by itself: 5xx and time-outs (T-04)."""
    status = error.facts.get("status")
    if isinstance(status, int):
        return status >= _SERVER_ERROR
    return error.facts.get("reason") == "timeout"


def _unavailable(error: RoscherkError) -> RoscherkError:
    return RoscherkError(ErrorCode.TIME_STAMP_UNAVAILABLE, **error.facts)


def _wrong(server: TimeStampServer, reason: str) -> RoscherkError:
    return RoscherkError(ErrorCode.TIME_STAMP_WRONG, url=server.url, reason=reason)


def _demand_chain(chain: ChainFacts, server: TimeStampServer) -> None:
    """Demand a whole chain to a trusted root, no link of it revoked."""
    if any(link.revocation.status in _REVOKED for link in chain.links):
        raise _wrong(server, "revoked")
    code = chain.break_code
    if code in _OF_TIME:
        raise _wrong(server, _OF_TIME[code])
    if not chain.anchored or chain.broken_at is not None:
        top = chain.links[-1].certificate.issuer.text if chain.links else ""
        raise RoscherkError(ErrorCode.TIME_STAMP_UNTRUSTED, url=server.url, issuer=top)
