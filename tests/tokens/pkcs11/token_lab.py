"""What several tests of tokens do: type a PIN, sign a digest or a document, ask the referee."""

from datetime import UTC, datetime
from pathlib import Path

from stand_ins import openssl
from stand_ins.pki import pki_of

from app.algorithms import digests, signatures
from app.algorithms.names import KeyAlgorithm, default_digest
from app.crypto.model import SignedFile, SignRequest
from app.crypto.signing.door import Signing
from app.processes.pool import Pool
from app.tokens.model import Container
from app.tokens.pin import Secret
from app.tokens.pkcs11.mechanisms import identifier_of
from app.tokens.token_place import TokenPlace

MESSAGE = "Договор поставки".encode()
PIN = "12345678"


def pin(text: str = PIN) -> Secret:
    """Return a PIN."""
    return Secret.of_text(text)


def only(place: TokenPlace) -> Container:
    """Return the only container of a place."""
    (container,) = place.containers()
    return container


def algorithm_of(container: Container) -> KeyAlgorithm:
    """Return the algorithm, which must be known."""
    assert container.algorithm is not None
    return container.algorithm


def sign(place: TokenPlace, container: Container, text: str = PIN) -> bytes:
    """Sign the message with the digest that belongs to the container's key."""
    name = default_digest(algorithm_of(container))
    return place.open(container).sign_digest(name, digests.digest(name, MESSAGE), pin(text))


def is_good(container: Container, signature: bytes) -> bool:
    """Tell whether this is the container's signature of the message."""
    assert container.public_key is not None
    algorithm = algorithm_of(container)
    return signatures.verify(
        container.public_key,
        identifier_of(algorithm),
        digest_name=default_digest(algorithm),
        message=MESSAGE,
        signature=signature,
    )


def sign_document(
    workers: Pool, place: TokenPlace, container: Container, folder: Path, text: str = PIN
) -> SignedFile:
    """Sign a document by the program's own door; the signature lies beside it."""
    document = folder / "договор.txt"
    document.write_bytes(MESSAGE)
    request = SignRequest(source=document, container=container, signing_time=datetime.now(UTC))
    return Signing(workers, place).sign(request, pin(text))


def referee_accepts(signed: SignedFile, algorithm: KeyAlgorithm, folder: Path) -> bool:
    """Ask OpenSSL with its GOST engine about a document signed under `pki_of`."""
    openssl.demand()
    accepted, _ = openssl.verify(
        signed.target,
        content=folder / "договор.txt",
        root=pki_of(algorithm).root,
        out=folder / "referee",
    )
    return accepted
