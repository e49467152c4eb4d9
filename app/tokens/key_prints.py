"""Of which key a container or a certificate is; certificates are read in a worker."""

from collections.abc import Sequence

from app.processes.pool import Pool
from app.tokens import file_methods as methods
from app.tokens.key_print import key_print
from app.tokens.model import Container, ContainerState


class KeyPrints:
    """Names keys. May be used from any thread."""

    def __init__(self, workers: Pool) -> None:
        self._workers = workers

    def of(self, container: Container) -> str | None:
        """Return the print of a container's key; None where its public key is not known."""
        if container.public_key is not None:
            return key_print(container.public_key)
        if container.certificate is None or container.state is ContainerState.MISMATCH:
            return None
        (told,) = self.of_certificates([container.certificate])
        return told.key or None

    def of_certificates(self, certificates: Sequence[bytes]) -> tuple[methods.CertificateKey, ...]:
        """Tell of which keys certificates (DER) are, in their order."""
        if not certificates:
            return ()
        request = methods.CertificateKeysRequest(certificates=tuple(certificates))
        return self._workers.run(methods.CERTIFICATE_KEYS, request).keys


def fits(told: methods.CertificateKey, container: Container, key: str | None) -> bool:
    """Tell whether a certificate is of a container's key, whose print is ``key``.

    A container folder shows the first octets of the point only, until it is opened.
    """
    if not told.key:
        return False
    if key is not None:
        return told.key == key
    return bool(container.key_start) and told.start == container.key_start
