"""Whether a certificate belongs to a key, and what is to be said of the two together.

Used where certificates may be parsed: in workers and token hosts.
"""

from datetime import datetime

from asn1crypto import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.algorithms import asn1  # noqa: F401 - registers the Russian OIDs
from app.algorithms.gost import curves, spki
from app.algorithms.names import KeyAlgorithm, key_algorithm_of_spki
from app.errors import ErrorCode, RoscherkError
from app.tokens.model import ContainerState
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class CertificateGist:
    """The few facts of a certificate that a container needs."""

    public_key: bytes
    """SubjectPublicKeyInfo in DER, as it stands in the certificate."""
    not_before: datetime
    not_after: datetime
    common_name: str
    authority: bool = False
    """It is of a certification authority."""


def gist_of(certificate: bytes) -> CertificateGist:
    """Read a certificate in DER, or raise ``CERTIFICATE_DAMAGED``."""
    try:
        parsed = x509.Certificate.load(certificate, strict=True)
        body, constraints = parsed["tbs_certificate"], parsed.basic_constraints_value
        validity = body["validity"]
        names = body["subject"].native
        common_name = names.get("common_name", "")
        return CertificateGist(
            public_key=body["subject_public_key_info"].dump(),
            not_before=validity["not_before"].native,
            not_after=validity["not_after"].native,
            common_name=common_name if isinstance(common_name, str) else str(common_name[0]),
            authority=constraints is not None and bool(constraints["ca"].native),
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        # asn1crypto meets bad bytes with any of these.
        raise RoscherkError(ErrorCode.CERTIFICATE_DAMAGED) from error


def same_key(one: bytes, other: bytes) -> bool:
    """Tell whether two SubjectPublicKeyInfo are one key, however their parameters are written.

    A GOST curve has several names (CryptoPro-A, CryptoPro-XchA and TC26-256-B are one curve), and
    an issuer may write another than the request had.
    """
    if one == other:
        return True
    try:
        algorithm = key_algorithm_of_spki(one)
        if algorithm is None or algorithm != key_algorithm_of_spki(other):
            return False
        if algorithm.is_gost:
            return _gost_key(one) == _gost_key(other)
        return load_der_public_key(one) == load_der_public_key(other)
    except (RoscherkError, ValueError, UnsupportedAlgorithm):
        return False


def _gost_key(public_key: bytes) -> tuple[object, bytes]:
    oid, point = spki.decode_public(public_key)
    return curves.by_oid(oid).equation, point


def state_of(
    algorithm: KeyAlgorithm | None, public_key: bytes, certificate: bytes | None, now: datetime
) -> ContainerState:
    """Return what is to be said of a key and its certificate at the time ``now``."""
    if algorithm is None:
        return ContainerState.UNSUPPORTED
    if certificate is None:
        return ContainerState.NO_CERTIFICATE
    try:
        gist = gist_of(certificate)
    except RoscherkError:
        return ContainerState.MISMATCH
    if not same_key(gist.public_key, public_key):
        return ContainerState.MISMATCH
    if now < gist.not_before:
        return ContainerState.NOT_YET_VALID
    return ContainerState.EXPIRED if now > gist.not_after else ContainerState.OK
