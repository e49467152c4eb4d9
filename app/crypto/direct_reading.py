"""Whether a key may be read out of files for a signature: a qualified one may not, by default.

A signature under a qualified certificate has to be made by a certified tool (63-ФЗ), and this
program is none. So the key of such a certificate is not taken out of a CryptoPro container unless
the user, or the administrator, allowed it in the settings, knowing what it means.
"""

from collections.abc import Callable

from app.crypto import methods
from app.crypto.certificates.qualified import qualification
from app.crypto.model import CertificateShowRequest
from app.crypto.verdict.facts import CertificateFacts
from app.crypto.verdict.report import Answer
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens.model import Container, ContainerState

_TOOL_CLASSES = "1.2.643.100.113."
"""Policies КС1…КА1 (RFC 9215 §5.2)."""


class DirectReading:
    """The permission to read keys of containers that another program made."""

    def __init__(self, workers: Pool, allowed: Callable[[], bool]) -> None:
        """Take the workers, which read certificates, and the setting, asked each time."""
        self._workers = workers
        self._allowed = allowed

    def demand(self, container: Container) -> None:
        """Return if the key may be read; raise ``KEY_READING_OFF`` for a qualified certificate.

        A certificate that nobody can read is no licence: ``CERTIFICATE_DAMAGED``. Nor is one that
        a token shows after its PIN only.
        """
        if self._allowed():
            return
        if container.state is ContainerState.HIDDEN:
            raise RoscherkError(ErrorCode.KEY_READING_OFF, name=container.label, uri=container.uri)
        if container.certificate is None:
            return
        request = CertificateShowRequest(data=container.certificate)
        shown = self._workers.run(methods.CERTIFICATE_SHOW, request)
        if any(_looks_qualified(each) for each in shown.certificates):
            raise RoscherkError(ErrorCode.KEY_READING_OFF, name=container.label, uri=container.uri)


def _looks_qualified(certificate: CertificateFacts) -> bool:
    """Take a class of the owner's tool for a sign of a qualified one, even if a field is missing."""
    if certificate.practice:
        return False
    classed = any(each.startswith(_TOOL_CLASSES) for each in certificate.policies)
    return classed or qualification(certificate).answer is not Answer.NO
