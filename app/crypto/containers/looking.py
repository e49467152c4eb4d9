"""Everything that is to be said of keys before they are used: one look over all places."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from app.crypto.certificates.qualified import qualification
from app.crypto.containers.model import ContainerFacts, Device, Overview, PassiveLook
from app.crypto.containers.ways import Permit, signing_way
from app.crypto.requests.pending import PendingRequest, PendingRequests
from app.crypto.verdict.facts import CertificateFacts, Notice
from app.crypto.verdict.report import Answer
from app.errors import RoscherkError
from app.tokens.csp.installed import InstalledCsp
from app.tokens.exposure import readable_by_others
from app.tokens.grouping import same_device
from app.tokens.key_print import key_print
from app.tokens.keyring import Listing, TokenListing
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Token
from app.tokens.passive import PassiveAnswer, PassiveState
from app.tokens.pin import Secret
from app.tokens.pin_rules import Passive, may_hold_passive
from app.tokens.stops import StoppedKeys
from app.tokens.uri import KeyUri

PassiveLooks = Callable[[Token], PassiveLook]
"""Tells whether a token was searched for containers that its module does not show."""

_TIMED = frozenset({ContainerState.OK, ContainerState.EXPIRED, ContainerState.NOT_YET_VALID})


class Shows(Protocol):
    """What is needed of the certificate room."""

    def show(self, source: Path | bytes) -> CertificateFacts:
        """Describe a certificate."""
        ...


class Lists(Protocol):
    """What is needed of the keyring."""

    def listing(self, uri: str | None = None, secret: Secret | None = None) -> Listing:
        """List containers."""
        ...

    def tokens(self) -> TokenListing:
        """List tokens."""
        ...


def looked_for(answer: PassiveAnswer) -> PassiveLook:
    """Say of the answer for a token whether it was searched (`app.tokens.passive`)."""
    if answer.state is PassiveState.IMPOSSIBLE:
        return PassiveLook.NONE_POSSIBLE
    unknown = answer.state is PassiveState.UNKNOWN
    return PassiveLook.NOT_LOOKED if unknown else PassiveLook.LOOKED


def nobody_looked(token: Token) -> PassiveLook:
    """Say of a token what holds where nothing reads passive containers."""
    none = may_hold_passive(token) is Passive.NO
    return PassiveLook.NONE_POSSIBLE if none else PassiveLook.NOT_LOOKED


class Looking:
    """Describes containers. May be used from any thread."""

    def __init__(
        self,
        keyring: Lists,
        certificates: Shows,
        stops: StoppedKeys,
        permit: Permit,
        *,
        file_of: Callable[[Container], Path | None] | None = None,
        passive: PassiveLooks = nobody_looked,
        csp: Callable[[], InstalledCsp | None] = lambda: None,
        pending: PendingRequests | None = None,
    ) -> None:
        """Take the places of keys, and who reads certificates and forbids keys.

        ``file_of`` names the file or folder in which a container lies, if it lies in one.
        """
        self._keyring = keyring
        self._certificates = certificates
        self._stops = stops
        self._permit = permit
        self._file_of = file_of or file_of_uri
        self._passive = passive
        self._csp = csp
        self._pending = pending

    def overview(self, uri: str | None = None, secret: Secret | None = None) -> Overview:
        """Look over everything, or over what ``uri`` names, carrier by carrier."""
        listing = self._keyring.listing(uri, secret)
        described = [self.facts(each) for each in listing.containers]
        failures = list(listing.failures)
        tokens: tuple[Token, ...] = ()
        if uri is None:
            found = self._keyring.tokens()
            tokens = found.tokens
            known = {str(each) for each in failures}
            failures += [each for each in found.failures if str(each) not in known]
        return Overview(devices=self.carriers(described, tokens), failures=tuple(failures))

    def facts(self, container: Container) -> ContainerFacts:
        """Describe one container."""
        certificate, state = None, container.state
        if container.certificate is not None:
            try:
                certificate = self._certificates.show(container.certificate)
            except RoscherkError:
                state = ContainerState.DAMAGED
        if certificate is not None and state in _TIMED:
            state = _state_in_time(certificate, datetime.now(UTC))
        stop = self._stops.of(container)
        stopped = stop is not None
        way = signing_way(container, state, self._permit, stopped=stopped, csp=self._csp)
        ends = [container.key_not_after]
        ends.append(None if certificate is None else certificate.private_key_not_after)
        known = [end for end in ends if end is not None]
        return ContainerFacts(
            container=container,
            certificate=certificate,
            state=state,
            way=way,
            key_not_before=None if certificate is None else certificate.private_key_not_before,
            key_not_after=min(known) if known else None,
            stop=stop,
            awaited=self._awaited(container, state),
            warnings=tuple(self._warnings(container)),
        )

    def file_of(self, container: Container) -> Path | None:
        """Return the file or folder in which a container lies, if it lies in one."""
        return self._file_of(container)

    def _awaited(self, container: Container, state: ContainerState) -> PendingRequest | None:
        """Return the request by which a key waits for its certificate."""
        if self._pending is None or container.public_key is None:
            return None
        if state is not ContainerState.NO_CERTIFICATE:
            return None
        return self._pending.of_key(key_print(container.public_key))

    def _warnings(self, container: Container) -> Iterable[Notice]:
        path = self.file_of(container)
        if path is not None and readable_by_others(path):
            code = (
                "key_file_open" if container.place is KeyPlaceKind.PFX else "container_folder_open"
            )
            yield Notice(code, {"path": _told(path)})

    def carriers(
        self, described: Sequence[ContainerFacts], tokens: tuple[Token, ...]
    ) -> tuple[Device, ...]:
        """Put together what lies on one carrier: the disk first, then each token."""
        on_disk = [each for each in described if each.container.token is None]
        carriers: list[tuple[Token, list[ContainerFacts]]] = [(token, []) for token in tokens]
        for each in described:
            token = each.container.token
            if token is None:
                continue
            inside = next((inside for one, inside in carriers if same_device(one, token)), None)
            if inside is None:
                carriers.append((token, [each]))
            else:
                inside.append(each)
        found = [Device(token=None, containers=tuple(on_disk))] if on_disk else []
        for token, inside in carriers:
            found.append(
                Device(
                    token=token,
                    containers=tuple(inside),
                    passive=self._passive(token),
                    warnings=tuple(_crowded(inside)),
                )
            )
        return tuple(found)


def file_of_uri(container: Container) -> Path | None:
    """Return the file or folder that the container's own name tells."""
    if container.place in {KeyPlaceKind.PFX, KeyPlaceKind.CRYPTOPRO}:
        return KeyUri.parse(container.uri).path
    return None


def may_be_qualified(certificate: CertificateFacts) -> bool:
    """Tell whether a certificate has all that a qualified one must have."""
    return qualification(certificate).answer is not Answer.NO


def _crowded(inside: list[ContainerFacts]) -> Iterable[Notice]:
    """Warn of two qualified certificates in force on one carrier."""
    found = Counter(
        each.certificate.sha256
        for each in inside
        if each.certificate is not None
        and each.state is ContainerState.OK
        and may_be_qualified(each.certificate)
    )
    if len(found) > 1:
        yield Notice("qualified_together", {"count": len(found)})


def _state_in_time(certificate: CertificateFacts, now: datetime) -> ContainerState:
    if now > certificate.not_after:
        return ContainerState.EXPIRED
    return ContainerState.NOT_YET_VALID if now < certificate.not_before else ContainerState.OK


def _told(path: Path) -> str:
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
