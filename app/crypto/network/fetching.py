"""The one place that opens connections: every request is allowed, limited, recorded (decision 12).

`Network` is made in a worker for one piece of work out of the `NetworkPolicy` that came with the
request, and hands back what it did as `NetworkUse` lines. Whatever it fetches is a stranger's
word: the caller reads and verifies it like anything out of a file.
"""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin

import app
from app.crypto.network import addresses, failed_lately, proxies, wire
from app.crypto.network.addresses import Resolve, Target, resolve_name
from app.crypto.network.budget import Budget, ExhaustedError
from app.crypto.network.cache import Cache, Kept
from app.crypto.network.passwords import borrowed
from app.crypto.network.policy import NetworkPolicy, NetworkUse, Purpose
from app.crypto.network.proxies import SecretBytes
from app.crypto.network.roots import read_roots
from app.crypto.network.wire import Progress
from app.errors import ErrorCode, Fact, RoscherkError
from app.values import dataclass

MAX_REDIRECTS = 3
MAX_LIST = 100 << 20
MAX_OTHER = 1 << 20
_RESUMES = 3
"""How often a list that broke off is taken up again, where the server can do that."""
_LISTS = frozenset({Purpose.CRL, Purpose.ACCREDITATION})
"""What may be large, and is taken up again where it broke off."""
_MIN_WORTH_KEEPING = 64 << 10
_MAX_REMEMBERED = 16 << 20
_OK, _PARTIAL, _NOT_MODIFIED = 200, 206, 304
_UNSATISFIABLE = 416
_PROXY_LOGIN = 407
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER = 303


@dataclass(frozen=True, kw_only=True)
class _Errand:
    """One thing to be fetched."""

    method: str
    purpose: Purpose
    limit: int
    headers: Mapping[str, str]
    body: bytes | None = None


class Network:
    """What one piece of work asks of the network. Not for several threads at once."""

    def __init__(
        self,
        policy: NetworkPolicy,
        *,
        secret: SecretBytes | None = None,
        impatient: bool = False,
        progress: Progress | None = None,
        resolve: Resolve = resolve_name,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what is allowed.

        ``secret`` is the password of a manual proxy; None: that of the task under way, if any.
        ``impatient``: a server that could not be reached is left alone for a while by this process,
        so that a hundred documents do not wait for it a hundred times. ``progress`` is told of the
        octets of each answer: how many came, and how many were announced (0: that was not said).
        """
        self.policy = policy
        self._secret = secret if secret is not None else borrowed()
        self._resolve = resolve
        self._clock = clock
        self._impatient = impatient
        self._progress = progress
        self._uses: list[NetworkUse] = []
        self._budget = Budget()
        self._cache = None if policy.cache is None else Cache(policy.cache)
        self._context: ssl.SSLContext | None = None
        self._got: dict[tuple[Purpose, str], bytes] = {}
        """What was fetched for this work already; large lists are in the cache alone."""

    @property
    def uses(self) -> tuple[NetworkUse, ...]:
        """What was asked so far, in order; also what was refused."""
        return tuple(self._uses)

    def renew(self, signatures: int = 1) -> None:
        """Begin the next document, or the next signature of one: its budget is whole again.

        ``signatures``: how many there are that need proofs of their own.
        """
        self._budget = Budget.of(signatures)

    def get(
        self, url: str, purpose: Purpose, *, limit: int | None = None, fresh: bool = False
    ) -> bytes:
        """Return what lies at ``url``; ``fresh``: ask even if the cache has a young answer.

        ``limit`` is in octets; None: what the purpose allows (lists 100 MB, others 1 MB). Raises
        ``NETWORK_OFFLINE``, ``NETWORK_REFUSED`` (url, reason) and ``NETWORK_FAILED`` (url,
        reason, status).
        """
        limit = limit or (MAX_LIST if purpose in _LISTS else MAX_OTHER)
        if not self.policy.online and self.policy.kept_serves and not fresh:
            earlier = self._kept(url, purpose, limit)
            if earlier is not None:
                return earlier
        target = self._admit(url, purpose)
        got = None if fresh else self._got.get((purpose, target.url))
        kept = None if self._cache is None else self._cache.find(purpose, target.url, limit)
        if got is None and kept is not None and kept.fresh and not fresh:
            got = kept.body
        if got is not None and len(got) <= limit:
            self._record(target.url, purpose, "cached", len(got))
            return got
        errand = _Errand(method="GET", purpose=purpose, limit=limit, headers={})
        found = self._download(target, errand, kept)
        if sum(map(len, self._got.values())) + len(found) <= _MAX_REMEMBERED:
            self._got[purpose, target.url] = found
        return found

    def _kept(self, url: str, purpose: Purpose, limit: int) -> bytes | None:
        """Return what was fetched from an address earlier; whoever asks sees to its dates."""
        target = addresses.read_url(url)
        kept = None if self._cache is None else self._cache.find(purpose, target.url, limit)
        if kept is None or not kept.whole:
            return None
        self._record(target.url, purpose, "cached", len(kept.body))
        return kept.body

    def post(
        self, url: str, body: bytes, content_type: str, purpose: Purpose, *, fresh: bool = False
    ) -> bytes:
        """Send ``body`` and return the answer, at most 1 MB. Raises as `get` does."""
        target = self._admit(url, purpose)
        if self._cache is not None and not fresh:
            kept = self._cache.find(purpose, target.url, MAX_OTHER, body)
            if kept is not None and kept.fresh:
                self._record(target.url, purpose, "cached", len(kept.body))
                return kept.body
        headers = {"Content-Type": content_type}
        errand = _Errand(
            method="POST", purpose=purpose, limit=MAX_OTHER, headers=headers, body=body
        )
        found, answer = self._follow(target, errand)
        _demand(found, answer, {_OK})
        if self._cache is not None:
            self._cache.keep(purpose, target.url, answer.body, body=body)
        return answer.body

    def _admit(self, url: str, purpose: Purpose) -> Target:
        """Look at the switch and at the address itself."""
        try:
            target = addresses.read_url(url)
            self._demand_allowed(target)
        except RoscherkError as error:
            raise self._told(error, purpose) from None
        return target

    def _demand_allowed(self, target: Target) -> None:
        if not self.policy.online:
            raise RoscherkError(ErrorCode.NETWORK_OFFLINE, url=target.url)
        if not addresses.is_named(target, self.policy.named_hosts):
            addresses.demand_public_name(target)

    def _download(self, target: Target, errand: _Errand, kept: Kept | None) -> bytes:
        """GET with what the cache knows; a list that broke off is resumed."""
        validator = None if kept is None else kept.validator
        have = kept.body if kept is not None and not kept.whole and validator else b""
        for attempt in range(_RESUMES + 1):
            headers = _conditions(have, validator, kept)
            found, answer = self._follow(target, replace(errand, headers=headers))
            if answer.status == _NOT_MODIFIED and kept is not None and kept.whole and not have:
                self._keep(target, errand, kept.body, validator)
                return kept.body
            if answer.status == _UNSATISFIABLE and have:
                have, validator = b"", None
                continue
            _demand(found, replace(answer, broken=None), {_OK, _PARTIAL})
            have = self._joined(found, errand, have, answer)
            validator = _validator(answer) or (validator if answer.status == _PARTIAL else None)
            if answer.broken is None:
                self._keep(target, errand, have, validator)
                return have
            resumable = validator is not None and errand.purpose in _LISTS
            if not resumable or answer.broken != "truncated" or attempt == _RESUMES:
                break
        if validator and len(have) >= _MIN_WORTH_KEEPING:
            self._keep(target, errand, have, validator, whole=False)
        raise _failed(target.url, answer.broken or "truncated")

    def _joined(self, found: Target, errand: _Errand, have: bytes, answer: wire.Answer) -> bytes:
        """Put an answer behind what is there, if it is really the rest of it."""
        if answer.status == _OK:
            return answer.body
        start = f"bytes {len(have)}-"
        if not have or not answer.headers.get("content-range", "").startswith(start):
            raise self._told(_failed(found.url, "protocol"), errand.purpose)
        if len(have) + len(answer.body) > errand.limit:
            raise self._told(_failed(found.url, "too_large"), errand.purpose)
        return have + answer.body

    def _keep(
        self,
        target: Target,
        errand: _Errand,
        body: bytes,
        validator: str | None,
        *,
        whole: bool = True,
    ) -> None:
        if self._cache is not None:
            self._cache.keep(errand.purpose, target.url, body, validator=validator, whole=whole)

    def _follow(self, target: Target, errand: _Errand) -> tuple[Target, wire.Answer]:
        """Ask, and go where the answer sends us, at most `MAX_REDIRECTS` times."""
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._ask(target, errand)
            if answer.status not in _REDIRECTS:
                return target, answer
            location = answer.headers.get("location", "")
            if not location or (errand.method == "POST" and answer.status == _SEE_OTHER):
                break
            target = self._redirected(target, location, errand)
        raise self._told(_failed(target.url, "redirects"), errand.purpose)

    def _redirected(self, source: Target, location: str, errand: _Errand) -> Target:
        """Look at a new address as at the first one; what is sent stays under its cover."""
        try:
            url = urljoin(source.url, location)
        except ValueError:
            raise self._told(addresses.refused(location, "url"), errand.purpose) from None
        target = self._admit(url, errand.purpose)
        if errand.method == "POST" and (source.scheme, target.scheme) == ("https", "http"):
            raise self._told(addresses.refused(target.url, "downgrade"), errand.purpose)
        return target

    def _ask(self, target: Target, errand: _Errand) -> wire.Answer:
        """Make one request, and one line of the record."""
        from app.crypto.network import connecting  # noqa: PLC0415 - it loads urllib3

        if self._impatient and failed_lately.has(target):
            raise self._told(_failed(target.url, "failed_lately"), errand.purpose)
        try:
            seconds = self._budget.begin(errand.purpose)
        except ExhaustedError as error:
            raise self._told(_failed(target.url, error.reason), errand.purpose) from None
        # Whoever has but a moment, since others took the rest, may be in reach all the same.
        ample = min(seconds / wire.CONNECT_SECONDS, self._budget.processor_seconds) >= 1
        began, busy = self._clock(), time.process_time()
        try:
            route = self._route(target, seconds)
            seconds -= self._clock() - began
            answer = connecting.ask(
                wire.Request(
                    method=errand.method,
                    target=target,
                    headers={"User-Agent": f"Roscherk/{app.__version__}", **errand.headers},
                    body=errand.body,
                ),
                route,
                limit=errand.limit,
                seconds=seconds,
                processor_seconds=self._budget.processor_seconds,
                progress=self._progress,
            )
        except wire.FailedError as error:
            if self._impatient and ample:
                failed_lately.note(target, error.reason)
            failure = _failed(target.url, error.reason)
            raise self._told(failure, errand.purpose, error.received) from error
        except RoscherkError as error:
            raise self._told(error, errand.purpose) from None
        finally:
            busy = time.process_time() - busy
            self._budget.spend(errand.purpose, self._clock() - began, busy)
        self._record(target.url, errand.purpose, _outcome(answer), len(answer.body))
        return answer

    def _route(self, target: Target, seconds: float) -> wire.Route:
        """Find the way: resolve the name once, here, or leave it to the proxy."""
        try:
            proxy = proxies.proxy_for(target, self.policy, self._secret)
        except proxies.UnusableProxyError:
            raise wire.FailedError("proxy") from None
        named = addresses.is_named(target, self.policy.named_hosts)
        resolve = addresses.within(min(wire.CONNECT_SECONDS, seconds), self._resolve)
        found: tuple[str, ...] = ()
        try:
            if named:
                found = () if proxy else tuple(resolve(target.host, target.port))
            else:
                found = addresses.resolve_public(target, resolve)
        except (OSError, UnicodeError) as error:
            # Behind a proxy this computer may know no names of the internet at all.
            if proxy is None:
                raise wire.FailedError("dns") from error
        secure = target.scheme == "https" or (proxy and proxy.url.startswith("https:"))
        return wire.Route(addresses=found, proxy=proxy, context=self._tls() if secure else None)

    def _tls(self) -> ssl.SSLContext:
        from app.crypto.network import connecting  # noqa: PLC0415 - it loads urllib3

        if self._context is None:
            self._context = connecting.tls_context(read_roots(self.policy.roots))
        return self._context

    def _told(self, error: RoscherkError, purpose: Purpose, size: int = 0) -> RoscherkError:
        """Record a failure that has no line of its own yet."""
        outcome = error.facts.get("reason", "offline")
        self._record(str(error.facts.get("url", "")), purpose, str(outcome), size)
        return error

    def _record(self, url: str, purpose: Purpose, outcome: str, size: int = 0) -> None:
        use = NetworkUse(url=url, purpose=purpose, outcome=outcome, size=size, at=datetime.now(UTC))
        self._uses.append(use)


def _demand(target: Target, answer: wire.Answer, statuses: set[int]) -> None:
    """Refuse an answer that is none; its line in the record says so already."""
    if answer.status == _PROXY_LOGIN:
        raise _failed(target.url, "proxy", status=answer.status)
    if answer.status not in statuses:
        raise _failed(target.url, "status", status=answer.status)
    if answer.broken is not None:
        raise _failed(target.url, answer.broken)


def _conditions(have: bytes, validator: str | None, kept: Kept | None) -> dict[str, str]:
    """Return the headers that ask for the rest, or whether anything changed."""
    if validator is None:
        return {}
    if have:
        return {"Range": f"bytes={len(have)}-", "If-Range": validator}
    if kept is None or not kept.whole:
        return {}
    return {"If-None-Match" if validator.startswith('"') else "If-Modified-Since": validator}


def _validator(answer: wire.Answer) -> str | None:
    """Return what names the server's version: a strong ETag, else the date (RFC 9110 §13.1.5)."""
    tag = answer.headers.get("etag", "")
    found = tag if tag.startswith('"') else answer.headers.get("last-modified", "")
    return found if found.isascii() and found.isprintable() and 0 < len(found) <= 256 else None


def _outcome(answer: wire.Answer) -> str:
    if answer.broken is not None:
        return answer.broken
    if answer.status in _REDIRECTS:
        return "redirect"
    if answer.status == _NOT_MODIFIED:
        return "not_modified"
    return "ok" if answer.status in {_OK, _PARTIAL} else f"status_{answer.status}"


def _failed(url: str, reason: str, **facts: Fact) -> RoscherkError:
    return RoscherkError(ErrorCode.NETWORK_FAILED, url=url, reason=reason, **facts)
