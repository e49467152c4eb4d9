"""Writing a CertificationRequest (RFC 2986 §4) with the extensions of order №795."""

import base64
import re
from collections.abc import Iterator

from asn1crypto import core, x509

from app import __version__
from app.algorithms import der, names
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates import extensions as oids
from app.crypto.certificates.building import ExtensionSpec, NamePart
from app.crypto.certificates.fields import PRACTICE_TOOL
from app.crypto.certificates.issuing import key_id
from app.crypto.certificates.outline import Outline
from app.crypto.requests.applicant import OIDS, check_email, check_host, checked
from app.crypto.requests.model import Applicant, RequestContent, RequestEncoding
from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Container, KeyPlaceKind

EXTENSION_REQUEST = "1.2.840.113549.1.9.14"
"""PKCS #9 (RFC 2985 §5.4.2): the attribute in which extensions are asked for."""

LONGEST_TOOL = 200
"""RFC 9215 §5.3: subjectSignTool is a UTF8String of 1 to 200 characters."""

_ATTRIBUTES = 0xA0
_SET = 0x31
_LINE = 64
_IDENTIFICATIONS = range(4)
_DOTTED = re.compile(r"[0-2](\.(0|[1-9][0-9]{0,30})){1,30}")


def build_info(content: RequestContent, container: Container) -> bytes:
    """Return the CertificationRequestInfo in DER: what the key has to sign.

    Raises ``REQUEST_FIELD_MISSING`` and ``REQUEST_FIELD_INVALID`` for what is asked, and
    ``KEY_UNSUPPORTED`` where the place of the key does not show the public key.
    """
    public_key = public_key_of(container)
    extensions = build.encode_extensions(_extensions(content, container, public_key))
    asked = der.sequence(der.oid(EXTENSION_REQUEST), der.element(_SET, extensions))
    return der.sequence(
        core.Integer(0).dump(),
        name_of(checked(content.applicant)),
        public_key,
        der.element(_ATTRIBUTES, asked),
    )


def name_of(applicant: Applicant) -> bytes:
    """Write a checked applicant as a name in DER, without the fields that are empty."""
    parts = [
        NamePart(oid, value) for field, oid in OIDS.items() if (value := getattr(applicant, field))
    ]
    return build.encode_name(parts)


def build_request(info: bytes, algorithm: KeyAlgorithm, signature: bytes) -> bytes:
    """Return the CertificationRequest in DER."""
    return der.sequence(
        info,
        build.signature_algorithm(algorithm),
        der.element(der.BIT_STRING, b"\0" + signature),
    )


def encode(request: bytes, encoding: RequestEncoding) -> bytes:
    """Write a request as the file will hold it."""
    if encoding is RequestEncoding.DER:
        return request
    text = base64.b64encode(request).decode("ascii")
    lines = [text[place : place + _LINE] for place in range(0, len(text), _LINE)]
    mark = "CERTIFICATE REQUEST-----"
    return "\n".join([f"-----BEGIN {mark}", *lines, f"-----END {mark}", ""]).encode("ascii")


def public_key_of(container: Container) -> bytes:
    """Return the SubjectPublicKeyInfo of a container: of the key itself, else of its certificate."""
    if container.public_key is not None:
        return container.public_key
    if container.certificate is not None:
        return Outline.read(container.certificate).public_key
    algorithm = container.algorithm or "?"
    raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, uri=container.uri, algorithm=algorithm)


def algorithm_of(container: Container) -> KeyAlgorithm:
    """Return the algorithm of the key; raise ``KEY_UNSUPPORTED`` for one that may not sign now."""
    found = names.key_algorithm_of_spki(public_key_of(container))
    if found is None or found is KeyAlgorithm.GOST_2001:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, uri=container.uri, algorithm=found or "?")
    return found


def sign_tool_of(container: Container) -> str | None:
    """Name the tool that made the key, if we know it; None where only the owner could know.

    A key of our own store was made by this program, unless it was taken over from a file; what
    lies in a PKCS #12 file may come from anywhere. A token names itself where it says that it made the key (CKA_LOCAL).
    """
    if container.place is KeyPlaceKind.STORE:
        if container.practice:
            return PRACTICE_TOOL
        if container.imported:
            return None
        gost = container.algorithm is not None and container.algorithm.is_gost
        engine = "libgcrypt" if gost else "OpenSSL"
        return f"Росчерк {__version__} ({engine}), не СКЗИ"
    token = container.token
    if token is not None and container.made_on_token and token.model.strip():
        return f"{token.manufacturer} {token.model}".strip()[:LONGEST_TOOL]
    return None


def _extensions(
    content: RequestContent, container: Container, public_key: bytes
) -> Iterator[ExtensionSpec]:
    for usage in content.key_usage:
        if usage not in oids.KEY_USAGES:
            raise RoscherkError(ErrorCode.REQUEST_FIELD_INVALID, field="key_usage", value=usage)
    if content.key_usage:
        yield build.key_usage(*content.key_usage)
    if content.purposes:
        yield build.extended_key_usage(*_dotted("purposes", content.purposes))
    if content.policies:
        yield build.policies(*_dotted("policies", content.policies))
    yield build.subject_key_id(key_id(public_key))
    tool = sign_tool_of(container)
    if tool is not None:
        yield build.subject_sign_tool(tool)
    kind = content.identification
    if kind is not None:
        if kind not in _IDENTIFICATIONS:
            raise RoscherkError(ErrorCode.REQUEST_FIELD_INVALID, field="identification", value=kind)
        yield build.identification_kind(kind)
    if content.alternative_emails or content.alternative_hosts:
        yield _alternative_names(content)


def _alternative_names(content: RequestContent) -> ExtensionSpec:
    listed = []
    for email in content.alternative_emails:
        check_email("alternative_emails", email)
        listed.append(x509.GeneralName(name="rfc822_name", value=email))
    for host in content.alternative_hosts:
        check_host("alternative_hosts", host)
        listed.append(x509.GeneralName(name="dns_name", value=host))
    return ExtensionSpec(oids.SUBJECT_ALT_NAME, x509.GeneralNames(listed).dump())


def _dotted(field: str, listed: tuple[str, ...]) -> tuple[str, ...]:
    for each in listed:
        arcs = each.split(".")
        if not _DOTTED.fullmatch(each) or (arcs[0] != "2" and int(arcs[1]) > 39):
            raise RoscherkError(ErrorCode.REQUEST_FIELD_INVALID, field=field, value=each)
    return listed
