"""A trial of a key: it signs random octets, and the signature is checked under the public key."""

import os

from app.algorithms import signatures
from app.algorithms.names import default_digest, digest_by_name, signature_algorithm_for
from app.errors import ErrorCode, RoscherkError
from app.tokens.backend import KeyBackend
from app.tokens.file_methods import KeyTest
from app.tokens.model import ContainerState
from app.tokens.pin import Secret


def try_key(key: KeyBackend, secret: Secret | None) -> KeyTest:
    """Sign a digest that belongs to no document, and verify it.

    Raises what signing raises, and ``CONTAINER_DAMAGED`` for a signature that is not the key's.
    """
    container = key.container
    if container.algorithm is None or container.public_key is None:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, name=container.label, algorithm="?")
    if container.state is ContainerState.MISMATCH:
        raise RoscherkError(ErrorCode.CERTIFICATE_KEY_MISMATCH, name=container.label)
    name = default_digest(container.algorithm)
    digest = os.urandom(digest_by_name(name).size)
    signature = key.sign_digest(name, digest, secret)
    fits = signatures.verify(
        container.public_key,
        signature_algorithm_for(container.algorithm),
        digest_name=name,
        digest=digest,
        signature=signature,
    )
    if not fits:
        raise RoscherkError(ErrorCode.CONTAINER_DAMAGED, name=container.label, reason="key")
    return KeyTest(container=container)
