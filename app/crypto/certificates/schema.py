"""Shapes of the extensions that only Russian certificates carry."""

# mypy: disallow-subclassing-any=False
# asn1crypto has no types, and its shapes are declared by subclassing.

from typing import ClassVar

from asn1crypto import core

from app.algorithms import asn1  # noqa: F401 - registers GOST before anything is parsed


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
