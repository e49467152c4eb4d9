"""The door of the certificate room: describe certificates, build chains. Light: a worker reads."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.crypto import methods
from app.crypto.certificates.checked import CheckedCertificate, check
from app.crypto.model import (
    CertificateShowAnswer,
    CertificateShowRequest,
    ChainAnswer,
    ChainRequest,
    TrustMaterial,
)
from app.crypto.network.budget import CRL_SECONDS, DOCUMENT_SECONDS
from app.crypto.network.passwords import ProxyPassword
from app.crypto.network.policy import NetworkPolicy
from app.crypto.verdict.facts import CertificateFacts, ChainFacts
from app.processes.pool import Pool


class Certificates:
    """Describes certificates under the trust of one profile. May be used from any thread."""

    def __init__(
        self,
        workers: Pool,
        trust: Callable[[], TrustMaterial],
        network: Callable[[], NetworkPolicy] = NetworkPolicy,
        proxy_password: ProxyPassword | None = None,
    ) -> None:
        """Take the workers.

        ``trust`` and ``network`` are asked at each chain for what the user trusts and allows then.
        """
        self._workers = workers
        self._network = network
        self._proxy_password = proxy_password or ProxyPassword()
        self._trust = trust

    def show(self, source: Path | bytes) -> CertificateFacts:
        """Describe the first certificate of a file (DER, PEM, PKCS #7), or of bytes at hand.

        Raises ``FORMAT_UNKNOWN``, ``CERTIFICATE_DAMAGED``, and the errors of reading a file.
        """
        return self.read(source).certificates[0]

    def read(self, source: Path | bytes) -> CertificateShowAnswer:
        """Describe all certificates of a file, or of bytes at hand."""
        if isinstance(source, Path):
            request = CertificateShowRequest(path=source)
        else:
            request = CertificateShowRequest(data=source)
        return self._workers.run(methods.CERTIFICATE_SHOW, request)

    def chain(
        self,
        certificate: bytes,
        *,
        pool: Iterable[bytes] = (),
        anchors: Iterable[Path] = (),
        intermediates: Iterable[Path] = (),
        crls: Iterable[Path] = (),
        at: datetime | None = None,
    ) -> ChainFacts:
        """Build the chain of a certificate (DER) at a moment, now if none is given.

        ``pool``: certificates that came with it. ``anchors``, ``intermediates``, ``crls``: files
        or folders that the user trusts, or brings, for this once.
        """
        return self.chain_and_notices(
            certificate,
            pool=pool,
            anchors=anchors,
            intermediates=intermediates,
            crls=crls,
            at=at,
        ).chain

    def check(
        self,
        certificate: CertificateFacts,
        *,
        pool: Iterable[bytes] = (),
        anchors: Iterable[Path] = (),
        intermediates: Iterable[Path] = (),
        crls: Iterable[Path] = (),
        at: datetime | None = None,
        offline: bool = False,
    ) -> CheckedCertificate:
        """Check a certificate: chain, revocation, accreditation, whether it is a qualified one.

        What lacks is fetched, as far as the settings allow; ``offline``: nobody is asked.
        Parameters as of `chain`.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        moment = now if at is None else at.astimezone(UTC)
        network = self._network()
        answer = self.chain_and_notices(
            certificate.der,
            pool=pool,
            anchors=anchors,
            intermediates=intermediates,
            crls=crls,
            at=moment,
            network=replace(network, online=network.online and not offline, kept_serves=True),
        )
        checked = check(
            certificate,
            answer.chain,
            answer.accreditation,
            at=moment,
            checked_at=now,
            at_by_user=at is not None,
            network=answer.network,
        )
        return replace(checked, remarks=(*checked.remarks, *answer.notices))

    def chain_and_notices(
        self,
        certificate: bytes,
        *,
        pool: Iterable[bytes] = (),
        anchors: Iterable[Path] = (),
        intermediates: Iterable[Path] = (),
        crls: Iterable[Path] = (),
        at: datetime | None = None,
        network: NetworkPolicy | None = None,
    ) -> ChainAnswer:
        """Do the same, and tell which files of the trust were passed over.

        ``network``: what may be fetched that lacks; None: nothing.
        """
        network = network or NetworkPolicy()
        trust = self._trust()
        request = ChainRequest(
            certificate=certificate,
            trust=replace(
                trust,
                anchors=(*trust.anchors, *anchors),
                intermediates=(*trust.intermediates, *intermediates),
                crls=(*trust.crls, *crls),
            ),
            at=datetime.now(UTC) if at is None else at.astimezone(UTC),
            pool=tuple(pool),
            network=network,
        )
        waiting = DOCUMENT_SECONDS + CRL_SECONDS if network.online else 0.0
        return self._workers.run(
            methods.CHAIN, request, waiting=waiting, secret=self._proxy_password.current
        )
