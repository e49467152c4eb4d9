"""Certificates put where they belong: into Личное, into a container, beside a key that lacks one."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.crypto.containers.model import Installed
from app.crypto.containers.ways import of_csp
from app.crypto.requests.pending import PendingRequest, PendingRequests
from app.crypto.trust.changes import Change, TrustChanges
from app.crypto.trust.folders import StoreName, Stores
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, Notice
from app.errors import ErrorCode, Fact, RoscherkError
from app.tokens.bindings import Bindings
from app.tokens.csp.system_store import SystemInstall
from app.tokens.file_methods import CertificateKey
from app.tokens.key_prints import KeyPrints, fits
from app.tokens.keyring import Listing
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pin import Secret
from app.tokens.small_files import read_small_file
from app.tokens.store import Store
from app.tokens.token_objects import TokenObjects

SecretOf = Callable[[Container], Secret | None]
"""Asks for the PIN of a container's token, once; the answer is wiped after its one use."""

_LARGEST = 1 << 20
_KEYLESS = frozenset({ContainerState.NO_KEY, ContainerState.DAMAGED})


class Describes(Protocol):
    """What is needed of the certificate room."""

    def show(self, source: Path | bytes) -> CertificateFacts:
        """Describe a certificate."""
        ...

    def chain(self, certificate: bytes, *, pool: Sequence[bytes] = ()) -> ChainFacts:
        """Build its chain now."""
        ...


class Lists(Protocol):
    """What is needed of the keyring."""

    def listing(self, uri: str | None = None, secret: Secret | None = None) -> Listing:
        """List containers."""
        ...


class SystemInstalls(Protocol):
    """What is needed of the system's stores (`app.tokens.csp.system_store.SystemStore`)."""

    def install(
        self, container: Container, certificate: bytes, chain: Sequence[bytes]
    ) -> SystemInstall | None:
        """Put a certificate there; None: there is no CSP here."""
        ...


class Installing:
    """Installs certificates. May be used from any thread."""

    def __init__(
        self,
        *,
        keyring: Lists,
        on_tokens: TokenObjects,
        store: Store,
        stores: Stores,
        changes: TrustChanges,
        certificates: Describes,
        bindings: Bindings,
        prints: KeyPrints,
        pending: PendingRequests | None = None,
        system: SystemInstalls | None = None,
    ) -> None:
        """``pending``: the requests that wait; an installed certificate closes its own.

        ``system``: the stores of an installed КриптоПро CSP.
        """
        self._pending = pending
        self._system = system
        self._keyring = keyring
        self._on_tokens = on_tokens
        self._store = store
        self._stores = stores
        self._changes = changes
        self._certificates = certificates
        self._bindings = bindings
        self._prints = prints

    def personal(self, container: Container, *, system_too: bool = True) -> Installed:
        """Put a container's certificate into Личное and the links above it into Промежуточные.

        Where КриптоПро CSP is installed, into the system's store too (``system_too``); what came of
        that stands in the notices. A root is never made trusted by this. An earlier certificate of
        the same key leaves Личное and is kept. Raises ``CERTIFICATE_MISSING``, ``CERTIFICATE_KEY_MISMATCH``,
        ``KEY_NOT_FOUND`` for a certificate without its key, ``CERTIFICATE_OLDER``.
        """
        der = _demand_own(container)
        facts = self._certificates.show(der)
        chain = self._certificates.chain(der, pool=container.chain)
        above = [link.certificate for link in chain.links[1:] if not _is_root(link.certificate)]
        older = self._earlier_in_personal(der)
        change = self._changes.apply(
            [
                (StoreName.PERSONAL, der),
                *((StoreName.INTERMEDIATES, each.der) for each in above),
            ],
            [(StoreName.PERSONAL, path) for path in older],
            reason="install",
        )
        return Installed(
            container=container,
            certificate=facts,
            where="personal",
            chain_added=tuple(each for each in above if _added(change, each)),
            replaced=0 if change is None else len(change.removed),
            change=None if change is None else change.name,
            notices=(
                *_on_chain(chain),
                *(self._into_system(container, der, above) if system_too else ()),
                Notice("personal_is_ours"),
                Notice("signing_needs_none"),
            ),
            request=self._answered(der),
        )

    def _into_system(
        self, container: Container, der: bytes, above: Sequence[CertificateFacts]
    ) -> tuple[Notice, ...]:
        """Tell what became of it in the system's store; a failure there undoes nothing here."""
        if self._system is None:
            return ()
        try:
            done = self._system.install(container, der, [each.der for each in above])
        except RoscherkError as error:
            return (Notice("system_store_failed", _told_of_refusal(error)),)
        if done is None:
            return ()
        code = "system_store_linked" if done.linked else "system_store_done"
        return (Notice(code, {"chain": done.chain}),)

    def undo(self, change: str) -> Change:
        """Take back an installation by the name of its change; raise ``CHANGE_NOT_FOUND``."""
        return self._changes.undo(change)

    def into(
        self,
        container: Container,
        certificates: Sequence[bytes],
        secret_of: SecretOf,
        *,
        older_too: bool = False,
        apart: bool = False,
    ) -> Installed:
        """Put the certificate of this key, out of those of a file, into its container.

        Of several the newest is taken; the rest completes the chain. What the place cannot hold,
        and with ``apart`` any, is bound to the key in the profile. Raises
        ``CERTIFICATE_KEY_MISMATCH``, ``CERTIFICATE_OLDER`` (unless ``older_too``), and the errors
        of the place.
        """
        told, der = self._chosen(container, certificates, older_too=older_too)
        if apart or is_bound_only(container):
            return self._installed(self._bindings.bind(container, der), der, "bound", container)
        if container.place is KeyPlaceKind.TOKEN:
            return self._onto_token(container, der, secret_of)
        links = [
            each
            for each, one in zip(certificates, told, strict=True)
            if one.authority and each != der
        ]
        changed = self._store.install_certificate(container, der, links)
        return self._installed(changed, der, "container", container)

    def demand_fit(
        self, container: Container, certificates: Sequence[bytes], *, older_too: bool = False
    ) -> None:
        """Raise what `into` would, as far as it is known before anybody types a PIN."""
        self._chosen(container, certificates, older_too=older_too)

    def _chosen(
        self, container: Container, certificates: Sequence[bytes], *, older_too: bool
    ) -> tuple[Sequence[CertificateKey], bytes]:
        """Return what all certificates say, and the one of this key."""
        _demand_real(container)
        if container.state in _KEYLESS:
            raise RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=container.uri, reason="no_key")
        told = self._prints.of_certificates(certificates)
        newest, der = self._newest(container, told, certificates)
        if not older_too:
            self._demand_newer(container, newest)
        return told, der

    def by_key(
        self, certificates: Sequence[bytes], secret_of: SecretOf, *, older_too: bool = False
    ) -> Installed:
        """Find the key of a certificate among all that can be reached, and install it there.

        Raises ``CERTIFICATE_FITS_NO_KEY`` with how many keys were looked at.
        """
        container = self.key_of(certificates)
        return self.into(container, certificates, secret_of, older_too=older_too)

    def key_of(self, certificates: Sequence[bytes]) -> Container:
        """Find the key of a certificate among all that can be reached.

        Raises ``CERTIFICATE_FITS_NO_KEY`` with how many keys were looked at.
        """
        listing = self._keyring.listing()
        looked = [each for each in listing.containers if each.state not in _KEYLESS]
        told = self._prints.of_certificates(certificates)
        for container in looked:
            key = self._prints.of(container)
            if any(fits(each, container, key) and not each.authority for each in told):
                return container
        readable = [each for each in told if each.key]
        if not readable:
            raise RoscherkError(ErrorCode.CERTIFICATE_DAMAGED)
        owner = next((each.name for each in readable if not each.authority), readable[0].name)
        raise RoscherkError(
            ErrorCode.CERTIFICATE_FITS_NO_KEY,
            owner=owner,
            count=len(looked),
            unread=len(listing.failures),
        )

    def unbind(self, container: Container) -> None:
        """Forget the certificate that is kept for a key; raise ``CERTIFICATE_NOT_BOUND``."""
        if not container.certificate_bound or container.certificate is None:
            raise RoscherkError(ErrorCode.CERTIFICATE_NOT_BOUND, name=container.label)
        self._bindings.forget(container.certificate)

    def _newest(
        self,
        container: Container,
        told: Sequence[CertificateKey],
        certificates: Sequence[bytes],
    ) -> tuple[CertificateKey, bytes]:
        """Return the newest certificate of a container's key."""
        key = self._prints.of(container)
        pairs = zip(told, certificates, strict=True)
        own = [(each, der) for each, der in pairs if fits(each, container, key)]
        if own:
            return max(own, key=lambda pair: (pair[0].not_before, pair[0].sha256))
        damaged = not any(each.key for each in told)
        code = ErrorCode.CERTIFICATE_DAMAGED if damaged else ErrorCode.CERTIFICATE_KEY_MISMATCH
        raise RoscherkError(code, name=container.label)

    def _onto_token(self, container: Container, der: bytes, secret_of: SecretOf) -> Installed:
        if container.certificate not in {None, der}:
            # The token gives it up for the new one: it is on the disk first.
            self._bindings.keep(container.certificate or b"")
        secret = secret_of(container)
        try:
            changed = self._on_tokens.put_certificate(container, der, secret)
        finally:
            if secret is not None:
                secret.wipe()
        return self._installed(changed, der, "token", container)

    def _installed(
        self, changed: Container, der: bytes, where: str, before: Container
    ) -> Installed:
        return Installed(
            container=changed,
            certificate=self._certificates.show(der),
            where=where,
            replaced=int(before.certificate not in {None, der}),
            notices=(Notice("signing_needs_none"),),
            request=self._answered(der),
        )

    def _answered(self, der: bytes) -> PendingRequest | None:
        """Close the request that this certificate answers; what cannot be closed waits on."""
        if self._pending is None:
            return None
        (told,) = self._prints.of_certificates([der])
        try:
            return self._pending.close(told.key)
        except RoscherkError:
            return None

    def _demand_newer(self, container: Container, newest: CertificateKey) -> None:
        if container.certificate is None or container.state is ContainerState.MISMATCH:
            return
        (shown,) = self._prints.of_certificates([container.certificate])
        if shown.key == newest.key and shown.not_before > newest.not_before:
            raise RoscherkError(
                ErrorCode.CERTIFICATE_OLDER,
                name=container.label,
                not_before=_moment(newest),
                shown=_moment(shown),
            )

    def _earlier_in_personal(self, der: bytes) -> list[Path]:
        """Return the earlier certificates of the same key in Личное; refuse to put in an older."""
        paths, found = [], []
        for path in self._stores.files(StoreName.PERSONAL):
            try:
                found.append(read_small_file(path, _LARGEST))
            except RoscherkError:
                continue
            paths.append(path)
        new, *told = self._prints.of_certificates([der, *found])
        same = [
            (path, one)
            for path, one in zip(paths, told, strict=True)
            if one.key == new.key and one.sha256 != new.sha256
        ]
        for _, one in same:
            if one.not_before > new.not_before:
                raise RoscherkError(
                    ErrorCode.CERTIFICATE_OLDER, not_before=_moment(new), shown=_moment(one)
                )
        return [path for path, _ in same]


def _told_of_refusal(error: RoscherkError) -> dict[str, Fact]:
    """Return the reason, and the command by which a person can try it himself."""
    answer = error.facts.get("answer") or error.facts.get("status") or error.code.value
    command = error.facts.get("command")
    told: dict[str, Fact] = {"answer": str(answer)}
    return told if command is None else {**told, "command": str(command)}


def is_bound_only(container: Container) -> bool:
    """Tell whether a certificate can only be kept apart: its place is not ours to write to."""
    return container.place is KeyPlaceKind.PFX or of_csp(container)


def _demand_real(container: Container) -> None:
    """Raise for a practice key: it stays among its own, and nothing real comes to it."""
    if container.practice:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, name=container.label, reason="practice")


def _demand_own(container: Container) -> bytes:
    """Return the certificate of a container's own key."""
    _demand_real(container)
    if container.certificate is None:
        raise RoscherkError(ErrorCode.CERTIFICATE_MISSING, name=container.label, uri=container.uri)
    if container.state is ContainerState.MISMATCH:
        raise RoscherkError(ErrorCode.CERTIFICATE_KEY_MISMATCH, name=container.label)
    if container.state in _KEYLESS:
        raise RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=container.uri, reason="no_key")
    return container.certificate


def _is_root(certificate: CertificateFacts) -> bool:
    return certificate.subject.text == certificate.issuer.text


def _added(change: Change | None, certificate: CertificateFacts) -> bool:
    names = () if change is None else change.added
    return any(
        each.store is StoreName.INTERMEDIATES and each.name.startswith(certificate.sha256.lower())
        for each in names
    )


def _on_chain(chain: ChainFacts) -> tuple[Notice, ...]:
    """Say what the chain lacks, if anything."""
    if chain.anchored and chain.broken_at is None:
        return ()
    return (Notice(chain.break_code or "root_not_trusted"),)


def _moment(told: CertificateKey) -> str:
    return told.not_before.strftime("%Y-%m-%dT%H:%M:%SZ")
