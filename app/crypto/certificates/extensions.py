"""Extensions of a certificate: each known one is read by its own function, the rest is named."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from asn1crypto import core, x509

from app.crypto.certificates import constraint_reading, schema
from app.crypto.certificates.names import string_of
from app.crypto.certificates.outline import Extension
from app.values import dataclass

SUBJECT_KEY_ID = "2.5.29.14"
KEY_USAGE = "2.5.29.15"
PRIVATE_KEY_PERIOD = "2.5.29.16"
SUBJECT_ALT_NAME = "2.5.29.17"
ISSUER_ALT_NAME = "2.5.29.18"
BASIC_CONSTRAINTS = "2.5.29.19"
NAME_CONSTRAINTS = "2.5.29.30"
CRL_POINTS = "2.5.29.31"
POLICIES = "2.5.29.32"
POLICY_MAPPINGS = "2.5.29.33"
AUTHORITY_KEY_ID = "2.5.29.35"
POLICY_CONSTRAINTS = "2.5.29.36"
EXTENDED_KEY_USAGE = "2.5.29.37"
INHIBIT_ANY_POLICY = "2.5.29.54"
AUTHORITY_ACCESS = "1.3.6.1.5.5.7.1.1"
SUBJECT_SIGN_TOOL = "1.2.643.100.111"
ISSUER_SIGN_TOOL = "1.2.643.100.112"
IDENTIFICATION_KIND = "1.2.643.100.114"

KEY_USAGES = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
"""Names of RFC 5280 §4.2.1.3, in the order of the bits."""

_USER_NOTICE = "user_notice"
"""asn1crypto's name of 1.3.6.1.5.5.7.2.2."""
_LONGEST_NOTICE = 1000
"""Characters; RFC 5280 allows 200, real ones go beyond it."""

_OCSP = "1.3.6.1.5.5.7.48.1"
_CA_ISSUERS = "1.3.6.1.5.5.7.48.2"

_RESTRICTING = frozenset(
    {
        BASIC_CONSTRAINTS,
        KEY_USAGE,
        EXTENDED_KEY_USAGE,
        NAME_CONSTRAINTS,
        POLICY_CONSTRAINTS,
        POLICY_MAPPINGS,
        INHIBIT_ANY_POLICY,
    }
)
"""These narrow what a certificate may do, critical or not: unreadable, they close the path."""

_NO_FACT_NEEDED = frozenset({SUBJECT_ALT_NAME, ISSUER_ALT_NAME})
"""Known without a fact of their own: further names."""


@dataclass
class ExtensionFacts:
    """What the extensions said, by the field names of `CertificateFacts`."""

    fields: dict[str, Any] = field(default_factory=dict)
    unknown_critical: list[str] = field(default_factory=list)


def read_extensions(extensions: Iterable[Extension]) -> ExtensionFacts:
    """Read all extensions.

    ``unknown_critical`` also names what is known but repeated (RFC 5280 §4.2 forbids it), or
    unreadable where that matters: whoever builds a path then stops, as the standard asks.
    """
    facts = ExtensionFacts()
    seen: set[str] = set()
    for extension in extensions:
        oid = extension.oid
        if oid in seen:
            facts.unknown_critical.append(oid)
            continue
        seen.add(oid)
        binding = extension.critical or oid in _RESTRICTING
        read = _read_one(oid, extension.value, facts)
        if binding and not read:
            facts.unknown_critical.append(oid)
    return facts


def _read_one(oid: str, value: bytes, facts: ExtensionFacts) -> bool:
    """Read one extension into ``facts``; tell whether it is known and could be read."""
    if oid in _NO_FACT_NEEDED:
        return True
    reader = _READERS.get(oid)
    if reader is None:
        return False
    try:
        facts.fields.update(reader(value))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
        # What asn1crypto raises on a value that is not of its type; it has no type of its own.
        return False
    return True


def _basic_constraints(value: bytes) -> Mapping[str, Any]:
    parsed = x509.BasicConstraints.load(value, strict=True).native
    return {"is_ca": bool(parsed["ca"]), "path_length": parsed["path_len_constraint"]}


def _key_usage(value: bytes) -> Mapping[str, Any]:
    bits = core.BitString.load(value, strict=True).native
    return {
        "key_usage": tuple(name for name, bit in zip(KEY_USAGES, bits, strict=False) if bit),
    }


def _extended_key_usage(value: bytes) -> Mapping[str, Any]:
    parsed = x509.ExtKeyUsageSyntax.load(value, strict=True)
    return {"extended_key_usage": tuple(purpose.dotted for purpose in parsed)}


def _policies(value: bytes) -> Mapping[str, Any]:
    parsed = x509.CertificatePolicies.load(value, strict=True)
    return {
        "policies": tuple(policy["policy_identifier"].dotted for policy in parsed),
        "usage_notices": tuple(_usage_notices(parsed)),
    }


def _usage_notices(policies: Any) -> Iterator[str]:
    """Return the explicit texts of user notices (RFC 5280 §4.2.1.4); what is no notice is passed."""
    for policy in policies:
        try:
            for one in policy["policy_qualifiers"].native or ():
                if one["policy_qualifier_id"] == _USER_NOTICE and one["qualifier"]["explicit_text"]:
                    yield str(one["qualifier"]["explicit_text"])[:_LONGEST_NOTICE]
        except (ValueError, TypeError, KeyError, AttributeError):
            continue  # the policies themselves were read


def _subject_key_id(value: bytes) -> Mapping[str, Any]:
    return {"subject_key_id": core.OctetString.load(value, strict=True).native.hex()}


def _authority_key_id(value: bytes) -> Mapping[str, Any]:
    key_id = x509.AuthorityKeyIdentifier.load(value, strict=True)["key_identifier"].native
    return {"authority_key_id": None if key_id is None else key_id.hex()}


def _private_key_period(value: bytes) -> Mapping[str, Any]:
    parsed = schema.PrivateKeyPeriod.load(value, strict=True)
    return {
        "private_key_not_before": _moment(parsed["not_before"].native),
        "private_key_not_after": _moment(parsed["not_after"].native),
    }


def _moment(value: datetime | None) -> datetime | None:
    if value is not None and not isinstance(value, datetime):
        raise ValueError(value)  # asn1crypto's own type for the year 0
    return value


def _subject_sign_tool(value: bytes) -> Mapping[str, Any]:
    return {"subject_sign_tool": _text(value)}


def _text(der: bytes) -> str:
    text = string_of(der)
    if text is None:
        raise ValueError(der[:1])
    return text


def _issuer_sign_tool(value: bytes) -> Mapping[str, Any]:
    parsed = schema.IssuerSignTool.load(value, strict=True)
    names = ("sign_tool", "ca_tool", "sign_tool_cert", "ca_tool_cert")
    return {"issuer_sign_tool": tuple(_text(parsed[name].dump()) for name in names)}


def _identification_kind(value: bytes) -> Mapping[str, Any]:
    return {"identification_kind": int(core.Integer.load(value, strict=True).native)}


def _crl_points(value: bytes) -> Mapping[str, Any]:
    urls: list[str] = []
    for point in x509.CRLDistributionPoints.load(value, strict=True):
        name = point["distribution_point"]
        if name.name == "full_name":
            urls += [entry.native for entry in name.chosen if entry.name == _URL]
    return {"crl_urls": tuple(urls)}


_URL = "uniform_resource_identifier"


def _authority_access(value: bytes) -> Mapping[str, Any]:
    urls: dict[str, list[str]] = {_OCSP: [], _CA_ISSUERS: []}
    for access in x509.AuthorityInfoAccessSyntax.load(value, strict=True):
        location = access["access_location"]
        method = access["access_method"].dotted
        if method in urls and location.name == _URL:
            urls[method].append(location.native)
    return {"ocsp_urls": tuple(urls[_OCSP]), "issuer_urls": tuple(urls[_CA_ISSUERS])}


def _without_fact(read: Callable[[bytes], object]) -> Callable[[bytes], Mapping[str, Any]]:
    """Only see whether an extension can be read: the checks of a path read it again."""

    def reader(value: bytes) -> Mapping[str, Any]:
        read(value)
        return {}

    return reader


_READERS: Mapping[str, Callable[[bytes], Mapping[str, Any]]] = {
    SUBJECT_KEY_ID: _subject_key_id,
    KEY_USAGE: _key_usage,
    PRIVATE_KEY_PERIOD: _private_key_period,
    BASIC_CONSTRAINTS: _basic_constraints,
    CRL_POINTS: _crl_points,
    POLICIES: _policies,
    NAME_CONSTRAINTS: _without_fact(constraint_reading.read_name_constraints),
    POLICY_CONSTRAINTS: _without_fact(constraint_reading.read_policy_constraints),
    POLICY_MAPPINGS: _without_fact(constraint_reading.read_policy_mappings),
    INHIBIT_ANY_POLICY: _without_fact(constraint_reading.read_inhibit_any_policy),
    AUTHORITY_KEY_ID: _authority_key_id,
    EXTENDED_KEY_USAGE: _extended_key_usage,
    AUTHORITY_ACCESS: _authority_access,
    SUBJECT_SIGN_TOOL: _subject_sign_tool,
    ISSUER_SIGN_TOOL: _issuer_sign_tool,
    IDENTIFICATION_KIND: _identification_kind,
}
"""What this program processes, critical or not (rule X-02 names the Russian ones)."""
