"""Loose ASN.1 shapes of certificates: they give access to every part without judging its contents.

Real certificates carry names with wrong string tags, odd dates and unknown keys. Whatever can be
odd is `Any` here, is decoded by its own module, and keeps its bytes exactly as they came.
"""

# mypy: disallow-subclassing-any=False
# asn1crypto has no types, and its shapes are declared by subclassing.

from typing import ClassVar

from asn1crypto import core

from app.algorithms import asn1  # noqa: F401 - registers GOST before anything is parsed


class AlgorithmIdentifier(core.Sequence):
    """RFC 5280 §4.1.1.2, parameters untouched."""

    _fields: ClassVar = [
        ("algorithm", core.ObjectIdentifier),
        ("parameters", core.Any, {"optional": True}),
    ]


class PublicKey(core.Sequence):
    """SubjectPublicKeyInfo, the key itself untouched."""

    _fields: ClassVar = [("algorithm", AlgorithmIdentifier), ("public_key", core.OctetBitString)]


class Attribute(core.Sequence):
    """AttributeTypeAndValue of a name, whatever string (or not a string) the value is."""

    _fields: ClassVar = [("type", core.ObjectIdentifier), ("value", core.Any)]


class RelativeName(core.SetOf):
    """RelativeDistinguishedName."""

    _child_spec = Attribute


class RelativeNames(core.SequenceOf):
    """RDNSequence: a distinguished name."""

    _child_spec = RelativeName


class Validity(core.Sequence):
    """Two times of either kind."""

    _fields: ClassVar = [("not_before", core.Any), ("not_after", core.Any)]


class Extension(core.Sequence):
    """An extension whose value is not looked into."""

    _fields: ClassVar = [
        ("extn_id", core.ObjectIdentifier),
        ("critical", core.Boolean, {"default": False}),
        ("extn_value", core.OctetString),
    ]


class Extensions(core.SequenceOf):
    """All extensions, in their order."""

    _child_spec = Extension


class TbsCertificate(core.Sequence):
    """What the issuer signs."""

    _fields: ClassVar = [
        ("version", core.Integer, {"explicit": 0, "default": 0}),
        ("serial_number", core.Integer),
        ("signature", AlgorithmIdentifier),
        ("issuer", RelativeNames),
        ("validity", Validity),
        ("subject", RelativeNames),
        ("subject_public_key_info", PublicKey),
        ("issuer_unique_id", core.OctetBitString, {"implicit": 1, "optional": True}),
        ("subject_unique_id", core.OctetBitString, {"implicit": 2, "optional": True}),
        ("extensions", Extensions, {"explicit": 3, "optional": True}),
    ]


class Certificate(core.Sequence):
    """A certificate: what is signed, by which algorithm, and the signature."""

    _fields: ClassVar = [
        ("tbs_certificate", TbsCertificate),
        ("signature_algorithm", AlgorithmIdentifier),
        ("signature_value", core.OctetBitString),
    ]


class IssuerSignTool(core.Sequence):
    """RFC 9215 §5.3: the tools of the issuer and their certificates of conformity."""

    _fields: ClassVar = [
        ("sign_tool", core.Any),
        ("ca_tool", core.Any),
        ("sign_tool_cert", core.Any),
        ("ca_tool_cert", core.Any),
    ]


class PrivateKeyPeriod(core.Sequence):
    """RFC 3280 §4.2.1.4: dropped by RFC 5280, alive in Russia."""

    _fields: ClassVar = [
        ("not_before", core.GeneralizedTime, {"implicit": 0, "optional": True}),
        ("not_after", core.GeneralizedTime, {"implicit": 1, "optional": True}),
    ]
