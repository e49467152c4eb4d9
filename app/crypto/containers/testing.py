"""A test of a key and its certificate: a plain report, each line in order, in doubt or bad."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

from app.crypto.containers.looking import Looking
from app.crypto.containers.model import ContainerFacts, ContainerTest, Line, Tone, WayKind
from app.crypto.verdict.facts import ChainFacts, Notice, RevocationStatus
from app.errors import ErrorCode, RoscherkError
from app.tokens.card_reader import KEY_NOT_OPENED
from app.tokens.file_methods import KeyTest
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pin import Secret

SOON = timedelta(days=60)


class Tries(Protocol):
    """What is needed of the keyring."""

    def test(self, container: Container, secret: Secret | None) -> KeyTest:
        """Open a key and try it; one attempt at its secret."""
        ...


class Chains(Protocol):
    """What is needed of the certificate room."""

    def chain(self, certificate: bytes, *, pool: tuple[bytes, ...] = ()) -> ChainFacts:
        """Build the chain of a certificate now."""
        ...


class Testing:
    """Tests containers. May be used from any thread."""

    def __init__(self, keyring: Tries, looking: Looking, certificates: Chains) -> None:
        self._keyring = keyring
        self._looking = looking
        self._certificates = certificates

    def test(self, container: Container, secret: Secret | None) -> ContainerTest:
        """Try the key once, and look at everything around it.

        What hinders the trial itself is raised: ``PASSWORD_WRONG``, ``PIN_WRONG``,
        ``TOKEN_REMOVED``…; a key that signs wrongly is a line of the report.
        """
        tried, trial = self._trial(container, secret)
        facts = self._looking.facts(tried.container)
        lines = [*trial, *_on_pair(facts), *_on_time(facts, datetime.now(UTC))]
        if facts.certificate is not None and facts.state is not ContainerState.MISMATCH:
            der = facts.certificate.der
            lines += _on_chain(self._certificates.chain(der, pool=facts.container.chain))
        lines += _on_use(facts)
        return ContainerTest(facts=facts, lines=tuple(lines), warnings=tried.warnings)

    def _trial(self, container: Container, secret: Secret | None) -> tuple[KeyTest, list[Line]]:
        read = container.place in {KeyPlaceKind.CRYPTOPRO, KeyPlaceKind.CARD}
        try:
            tried = self._keyring.test(container, secret)
        except RoscherkError as error:
            spoilt = (
                error.code is ErrorCode.CONTAINER_DAMAGED and error.facts.get("reason") == "key"
            )
            if not spoilt and error.code is not ErrorCode.SELF_CHECK_FAILED:
                raise
            return KeyTest(container=container), [_line("test_signs_wrongly", Tone.BAD)]
        if container.certificate_bound:
            tried = KeyTest(container=container, warnings=tried.warnings)
        if KEY_NOT_OPENED in tried.warnings:
            return KeyTest(container=tried.container), [_line("test_not_opened", Tone.WARN)]
        return tried, [_line("test_opens" if read else "test_signs", Tone.OK)]


def _on_pair(facts: ContainerFacts) -> Iterator[Line]:
    """Compare certificate and key."""
    if facts.container.certificate is None:
        yield _line("test_no_certificate", Tone.WARN)
    elif facts.certificate is None:
        yield _line("test_certificate_unreadable", Tone.BAD)
    elif facts.state is ContainerState.MISMATCH:
        yield _line("test_other_key", Tone.BAD)
    else:
        yield _line("test_same_key", Tone.OK)


def _on_time(facts: ContainerFacts, now: datetime) -> Iterator[Line]:
    """Look at the terms of certificate and key."""
    if facts.certificate is not None:
        begin, end = facts.certificate.not_before, facts.certificate.not_after
        if now < begin:
            yield _line("test_certificate_early", Tone.BAD, begin=_told(begin))
        else:
            yield _until("test_certificate", end, now)
    if facts.key_not_before is not None and now < facts.key_not_before:
        yield _line("test_key_early", Tone.BAD, begin=_told(facts.key_not_before))
    elif facts.key_not_after is not None:
        yield _until("test_key", facts.key_not_after, now)


def _until(code: str, end: datetime, now: datetime) -> Line:
    if now > end:
        return _line(f"{code}_over", Tone.BAD, end=_told(end))
    if end - now < SOON:
        return _line(f"{code}_ends", Tone.WARN, end=_told(end), days=(end - now).days)
    return _line(f"{code}_in_force", Tone.OK, end=_told(end))


def _on_chain(chain: ChainFacts) -> Iterator[Line]:
    """Look at the chain and at what is known of revocation."""
    whole = chain.anchored and chain.broken_at is None
    yield Line(
        Notice("test_chain_trusted") if whole else Notice(chain.break_code or "root_not_trusted"),
        Tone.OK if whole else Tone.WARN,
    )
    state = chain.links[0].revocation.status if chain.links else RevocationStatus.NOT_CHECKED
    if state in {RevocationStatus.REVOKED, RevocationStatus.ON_HOLD}:
        yield _line(f"test_{state}", Tone.BAD)
    elif state is RevocationStatus.GOOD:
        yield _line("test_not_revoked", Tone.OK)
    else:
        yield _line("test_revocation_unknown", Tone.WARN)


def _on_use(facts: ContainerFacts) -> Iterator[Line]:
    """Say what else stands in the way of signing, and what is not safe."""
    if facts.stop is not None:
        yield _line("test_stopped", Tone.BAD)
    elif facts.way.kind is WayKind.NEEDS_CSP:
        yield _line("test_needs_csp", Tone.WARN)
    for warning in facts.warnings:
        yield Line(warning, Tone.WARN)


def _line(code: str, tone: Tone, **facts: str | int) -> Line:
    return Line(Notice(code, dict(facts)), tone)


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
