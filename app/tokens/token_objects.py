"""Certificates and keys written to tokens, pairs destroyed on them: the door, in the parent.

One call is one attempt at the PIN. The token is named by slot and serial number: where another one
was plugged in meanwhile, nothing is touched.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.method import Method
from app.processes.pool import Pool
from app.tokens import creation_methods as creation
from app.tokens import file_methods
from app.tokens import object_methods as methods
from app.tokens.model import Container, ContainerState, Token
from app.tokens.object_methods import SealedKey
from app.tokens.pin import Secret, serving
from app.tokens.pin_methods import TokenName
from app.tokens.pin_state import pin_owner
from app.tokens.secret_pair import join_secrets
from app.tokens.token_place import TokenPlace
from app.tokens.uri import KeyUri

Q = TypeVar("Q")

_TRANSPORT = 32
_LABEL = 32


class Places(Protocol):
    """The tokens of all modules (`app.tokens.token_places.TokenPlaces`)."""

    def place_of_token(self, token: Token) -> TokenPlace:
        """Return the place of the module that showed a token."""
        ...


class TokenObjects:
    """What is written to tokens. May be used from any thread."""

    def __init__(self, places: Callable[[], Places], workers: Pool) -> None:
        """``places`` is called when a token is first worked with; workers open key files."""
        self._places = places
        self._workers = workers

    def put_certificate(
        self, container: Container, certificate: bytes, secret: Secret | None
    ) -> Container:
        """Write a certificate beside its key, with the key's CKA_ID; return the pair as listed.

        The certificate that the container shows now makes room for it, unless it is of another
        key. Raises ``KEY_NOT_FOUND``, ``TOKEN_FULL``, ``TOKEN_READ_ONLY``, the errors of a PIN.
        """
        token = _token_of(container)
        shown = container.certificate
        foreign = container.state is ContainerState.MISMATCH or container.certificate_bound
        request = methods.PutCertificateRequest(
            token=TokenName.of(token),
            public_key=_public_key_of(container),
            key_id=_id_of(container),
            certificate=certificate,
            label=_fitting(container.label),
            replaced=() if shown is None or foreign else (shown,),
            last_try_confirmed=secret is not None and secret.last_try_confirmed,
        )
        self._ask(token, methods.TOKEN_PUT_CERTIFICATE, request, secret)
        return self._listed(token, certificate)

    def put_key(
        self, pfx: Path, token: Token, label: str, password: Secret, pin: Secret | None
    ) -> Container:
        """Write the key of a PKCS #12 file, which stays as it is; return the pair as listed.

        Raises ``PASSWORD_WRONG`` before any PIN is sent, ``TOKEN_TAKES_NO_KEYS``,
        ``KEY_ON_TOKEN``, ``TOKEN_FULL``, and the errors of a PIN.
        """
        with Secret(bytearray(os.urandom(_TRANSPORT))) as transport:
            key = self._sealed(pfx, password, transport)
            request = methods.PutKeyRequest(
                token=TokenName.of(token),
                key=key,
                label=_fitting(label or key.label),
                last_try_confirmed=pin is not None and pin.last_try_confirmed,
            )
            with serving((pin, pin_owner(token))):
                none = Secret(bytearray())
                with join_secrets(pin or none, transport) as both:
                    self._ask_plainly(token, methods.TOKEN_PUT_KEY, request, both, pin is None)
        return self._listed(token, key.certificate, key.public_key)

    def create_key(
        self,
        token: Token,
        algorithm: KeyAlgorithm,
        label: str,
        pin: Secret | None,
        *,
        bits: int = creation.USUAL_RSA_BITS,
        curve: str | None = None,
    ) -> Container:
        """Make a key pair on a token; return it as listed. It has no certificate yet.

        Raises ``TOKEN_MAKES_NO_SUCH_KEYS`` and ``TOKEN_FULL`` before the PIN is sent, and the
        errors of a PIN.
        """
        creation.demand_able(token, algorithm, bits)
        request = creation.CreateKeyRequest(
            token=TokenName.of(token),
            algorithm=algorithm,
            bits=bits,
            curve=curve,
            label=_fitting(label),
            last_try_confirmed=pin is not None and pin.last_try_confirmed,
        )
        by_person = pin is None and token.flags.pin_pad
        limits = creation.creation_limits(by_person=by_person)
        place = self._places().place_of_token(token)
        with serving((pin, pin_owner(token))):
            made = place.ask(
                creation.TOKEN_CREATE_KEY, request, limits, pin, last=True, by_person=by_person
            )
        return self._listed(token, None, made.public_key)

    def destroy(self, container: Container, secret: Secret | None) -> tuple[str, ...]:
        """Destroy exactly the objects of this pair; return what was destroyed, as codes.

        Raises ``KEY_AMBIGUOUS`` where the token does not tell which private key it is.
        """
        token = _token_of(container)
        request = methods.DestroyRequest(
            token=TokenName.of(token),
            public_key=_public_key_of(container),
            key_id=_id_of(container),
            certificate=None if container.certificate_bound else container.certificate,
            keys=container.state is not ContainerState.NO_KEY,
            last_try_confirmed=secret is not None and secret.last_try_confirmed,
        )
        return self._ask(token, methods.TOKEN_DESTROY, request, secret).done

    def _sealed(self, pfx: Path, password: Secret, transport: Secret) -> SealedKey:
        request = file_methods.KeySealRequest(path=pfx.absolute())
        with join_secrets(password, transport) as both:
            return self._workers.run(file_methods.KEY_SEAL, request, secret=both)

    def _ask(
        self,
        token: Token,
        method: Method[Q, methods.ObjectsAnswer],
        request: Q,
        secret: Secret | None,
    ) -> methods.ObjectsAnswer:
        with serving((secret, pin_owner(token))):
            return self._ask_plainly(token, method, request, secret, secret is None)

    def _ask_plainly(
        self,
        token: Token,
        method: Method[Q, methods.ObjectsAnswer],
        request: Q,
        secret: Secret | None,
        by_person: bool,
    ) -> methods.ObjectsAnswer:
        """Ask the host, which ends afterwards: some modules keep the PIN they were given."""
        limits = methods.writing_limits(by_person=by_person and token.flags.pin_pad)
        place = self._places().place_of_token(token)
        return place.ask(method, request, limits, secret, last=True, by_person=by_person)

    def _listed(
        self, token: Token, certificate: bytes | None, public_key: bytes | None = None
    ) -> Container:
        """Return the pair as the token shows it now."""
        for each in self._places().place_of_token(token).containers():
            if each.token is None or each.token.serial != token.serial:
                continue
            wanted = public_key if certificate is None else certificate
            if (each.public_key if certificate is None else each.certificate) == wanted:
                return each
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, reason="not_listed")


def _token_of(container: Container) -> Token:
    if container.token is None:
        raise RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=container.label)
    return container.token


def _public_key_of(container: Container) -> bytes:
    if container.public_key is None:
        raise RoscherkError(ErrorCode.KEY_NOT_SHOWN, name=container.label, uri=container.uri)
    return container.public_key


def _id_of(container: Container) -> bytes:
    return dict(KeyUri.parse(container.uri).attributes).get("id", b"")


def _fitting(label: str) -> str:
    """Cut a name to what the oldest tokens keep: 32 octets, a Russian letter has two."""
    return label.encode()[:_LABEL].decode("utf-8", "ignore")
