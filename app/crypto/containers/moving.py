"""Keys copied, renamed and deleted: with what will be lost told before, and nothing lost unasked."""

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.algorithms.names import KeyAlgorithm
from app.crypto.containers.model import Losses
from app.crypto.containers.ways import of_csp
from app.crypto.verdict.facts import CertificateFacts, Notice
from app.errors import ErrorCode, RoscherkError
from app.profile.copies import forget_own, own_copies
from app.profile.files import ProfileFiles
from app.tokens.creation_methods import USUAL_RSA_BITS
from app.tokens.grouping import same_device
from app.tokens.key_prints import KeyPrints
from app.tokens.keyring import Listing
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Token
from app.tokens.pin import Secret
from app.tokens.store import Store
from app.tokens.token_objects import TokenObjects

_FAULTY = frozenset({ContainerState.DAMAGED, ContainerState.UNSUPPORTED})


class Lists(Protocol):
    """What is needed of the keyring."""

    def listing(self, uri: str | None = None, secret: Secret | None = None) -> Listing:
        """List containers."""
        ...


class Moving:
    """Copies, renames and deletes containers. May be used from any thread."""

    def __init__(
        self,
        *,
        keyring: Lists,
        store: Store,
        on_tokens: TokenObjects,
        prints: KeyPrints,
        show: Callable[[bytes], CertificateFacts],
        profile: ProfileFiles | None = None,
    ) -> None:
        """Take the parts; ``profile``: whose own copies hold the containers of the store too."""
        self._keyring = keyring
        self._store = store
        self._on_tokens = on_tokens
        self._prints = prints
        self._show = show
        self._profile = profile

    def copy(self, container: Container, name: str) -> Container:
        """Copy a container within the program's store, with the password it has.

        Raises ``KEY_NOT_EXPORTABLE``, ``CONTAINER_EXISTS``, and what forbids it elsewhere.
        """
        self._demand_store(container, "copy")
        return self._store.copy(container, name)

    def rename(self, container: Container, name: str) -> Container:
        """Give a container of the program's store another name."""
        self._demand_store(container, "rename")
        return self._store.rename(container, name)

    def onto_token(
        self, pfx: Path, token: Token, label: str, password: Secret, pin: Secret | None
    ) -> Container:
        """Write the key of a PKCS #12 file, with its certificate, onto a token.

        The file stays as it is. Raises ``TOKEN_TAKES_NO_KEYS`` where the token makes its keys
        itself and takes none, ``KEY_ON_TOKEN`` where it holds this very key already.
        """
        return self._on_tokens.put_key(pfx, token, label, password, pin)

    def new_on_token(
        self,
        token: Token,
        algorithm: KeyAlgorithm,
        label: str,
        pin: Secret | None,
        *,
        bits: int = USUAL_RSA_BITS,
        curve: str | None = None,
    ) -> Container:
        """Make a key on a token, which never leaves it; there is no certificate yet.

        Raises ``TOKEN_MAKES_NO_SUCH_KEYS``, ``TOKEN_FULL`` (both before a PIN is spent, see
        `creation_methods.able_part`), and the errors of a PIN.
        """
        return self._on_tokens.create_key(token, algorithm, label, pin, bits=bits, curve=curve)

    def losses(self, container: Container) -> Losses:
        """Say what a deletion would take away, or raise why it is not ours to make."""
        self._demand_deletable(container)
        certificate = None
        if container.certificate is not None:
            try:
                certificate = self._show(container.certificate)
            except RoscherkError:
                certificate = None  # it goes all the same
        elsewhere = self._elsewhere(container)
        notices = [Notice("lost_for_good")] if not elsewhere else []
        if others := self._certificates_left(container):
            notices.append(Notice("lost_other_certificates", {"count": others}))
        if container.state is not ContainerState.NO_KEY and not elsewhere:
            notices += [Notice("lost_reissue"), Notice("lost_decryption")]
        if container.exportable and container.place is KeyPlaceKind.STORE and not elsewhere:
            notices.append(Notice("lost_export_first"))
        if copies := self._profile_copies(container):
            notices.append(Notice("lost_profile_copies", {"count": copies}))
        return Losses(
            container=container,
            certificate=certificate,
            objects=_objects(container),
            key_elsewhere=elsewhere,
            confirmation=_name_of(container),
            notices=tuple(notices),
        )

    def delete(self, container: Container, typed: str, secret: Secret | None) -> tuple[str, ...]:
        """Delete a container for good and return what was destroyed, as codes.

        ``typed`` is what the user typed to confirm: the name of the container. Raises
        ``CONFIRMATION_DIFFERS`` before anything else, and with it no PIN is spent. There is no
        bin: a key that its owner wants gone must be gone, and whoever wants a copy exports first.
        """
        self._demand_deletable(container)
        name = _name_of(container)
        if unicodedata.normalize("NFC", typed).strip() != name.strip():
            raise RoscherkError(ErrorCode.CONFIRMATION_DIFFERS, name=name)
        if container.place is KeyPlaceKind.STORE:
            self._store.delete(container)
            self._forget_copies(container)
            return _objects(container)
        return self._on_tokens.destroy(container, secret)

    def _profile_copies(self, container: Container) -> int:
        """Count the copies that the program made of the whole profile, this container with it."""
        if self._profile is None or container.place is not KeyPlaceKind.STORE:
            return 0
        return 0 if container.practice else len(own_copies(self._profile))

    def _forget_copies(self, container: Container) -> None:
        if self._profile is None or not self._profile_copies(container):
            return
        try:
            forget_own(self._profile)
        except OSError as error:
            path = str(self._profile.backups)
            raise RoscherkError(
                ErrorCode.TARGET_UNWRITABLE, path=path, errno=error.errno or 0
            ) from None

    def _elsewhere(self, container: Container) -> tuple[str, ...]:
        """Name the other containers with the same key, of those that can be listed."""
        key = self._prints.of(container)
        if key is None:
            return ()
        return tuple(
            each.uri
            for each in self._keyring.listing().containers
            if each.uri != container.uri
            and not _on_one_token(each, container)
            and each.state is not ContainerState.NO_KEY
            and each.state not in _FAULTY
            and self._prints.of(each) == key
        )

    def _certificates_left(self, container: Container) -> int:
        """Count the further certificates of the same key on the same token: they stay, keyless."""
        if container.token is None or container.state is ContainerState.NO_KEY:
            return 0
        return sum(
            each.uri != container.uri
            and _on_one_token(each, container)
            and each.public_key == container.public_key
            for each in self._keyring.listing().containers
        )

    @staticmethod
    def _demand_store(container: Container, action: str) -> None:
        if of_csp(container):
            raise RoscherkError(ErrorCode.CONTAINER_OF_CSP, name=container.label, action=action)
        if container.place is KeyPlaceKind.PFX:
            raise RoscherkError(ErrorCode.CONTAINER_OF_FILE, name=container.label, action=action)
        if container.place is not KeyPlaceKind.STORE or container.practice:
            raise RoscherkError(ErrorCode.KEY_NOT_EXPORTABLE, name=container.label)

    @staticmethod
    def _demand_deletable(container: Container) -> None:
        if of_csp(container):
            raise RoscherkError(ErrorCode.CONTAINER_OF_CSP, name=container.label, action="delete")
        if container.place is KeyPlaceKind.PFX:
            raise RoscherkError(ErrorCode.CONTAINER_OF_FILE, name=container.label, action="delete")
        if container.practice:
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, name=container.label, reason="practice")


def _on_one_token(one: Container, other: Container) -> bool:
    return one.token is not None and other.token is not None and same_device(one.token, other.token)


def _name_of(container: Container) -> str:
    """Return what names a container to a person; a token's object may have no label."""
    if container.label.strip():
        return unicodedata.normalize("NFC", container.label).strip()
    return container.token.label if container.token is not None else container.uri


def _objects(container: Container) -> tuple[str, ...]:
    if container.place is KeyPlaceKind.STORE:
        return ("container_file",)
    found = [] if container.certificate is None or container.certificate_bound else ["certificate"]
    if container.state is not ContainerState.NO_KEY:
        found += ["public_key", "private_key"]
    return tuple(found)
