"""Distribution points: where the lists about a certificate lie, and which of them speak of it.

The certificate says it in CRLDistributionPoints, the list in IssuingDistributionPoint (RFC 5280
§4.2.1.13, §5.2.5); both name places in the same way, and here the names are made comparable.
"""

from collections.abc import Sequence

from app.algorithms import der
from app.crypto.certificates.extensions import CRL_POINTS
from app.crypto.certificates.names import NameKey, name_key
from app.crypto.certificates.outline import Outline
from app.values import dataclass

PlaceName = tuple[int, bytes | NameKey]
"""The tag of a GeneralName and its contents; of a directory name the key by which names compare."""

REASONS = (
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "certificateHold",
    "privilegeWithdrawn",
    "aACompromise",
)
"""The bits of ReasonFlags after the first, which is unused (RFC 5280 §4.2.1.13)."""

CRL_REASONS = (
    "unspecified",
    *REASONS[:6],
    None,
    "removeFromCRL",
    *REASONS[6:],
)
"""CRLReason by its number (RFC 5280 §5.3.1)."""

ALL_REASONS = frozenset(REASONS)

_DIRECTORY_NAME = 0xA4
_SET = 0x31
_MOST = 64


@dataclass(frozen=True)
class Point:
    """One distribution point of a certificate."""

    names: frozenset[PlaceName] | None
    """None: not told."""
    reasons: frozenset[str]
    issuers: frozenset[NameKey]
    """Who issues the list, if that is not the certificate's issuer."""

    @property
    def places(self) -> frozenset[PlaceName]:
        """What the list's own name of its place has to agree with (RFC 5280 §6.3.3 (b)(2)(i))."""
        if self.names is not None:
            return self.names
        return frozenset((_DIRECTORY_NAME, one) for one in self.issuers)


@dataclass(frozen=True)
class Scope:
    """What IssuingDistributionPoint says of a list."""

    names: frozenset[PlaceName] | None = None
    users_only: bool = False
    authorities_only: bool = False
    attributes_only: bool = False
    reasons: frozenset[str] = ALL_REASONS
    indirect: bool = False


def points_of(certificate: Outline) -> tuple[Point, ...]:
    """Return the points of a certificate, and last the one that every certificate has.

    That last one is the issuer's own list, wherever it lies (the end of RFC 5280 §6.3.3). What
    cannot be read is left out: the extension only says where to look.
    """
    own = Point(frozenset({(_DIRECTORY_NAME, certificate.issuer_key)}), ALL_REASONS, frozenset())
    for extension in certificate.extensions:
        if extension.oid == CRL_POINTS:
            try:
                listed = der.read(extension.value).children(der.SEQUENCE)
                return (*(_point(one, certificate) for one in listed[:_MOST]), own)
            except (der.DerError, ValueError, IndexError):
                break
    return (own,)


def read_scope(value: bytes, issuer: bytes) -> Scope:
    """Read an IssuingDistributionPoint; ``issuer``: the name of the list's issuer in DER.

    Raises DerError or ValueError for anything else: a list whose scope is unclear is of no use.
    """
    fields = {one.tag: one for one in der.read(value).children(der.SEQUENCE)}
    if fields.keys() - {0xA0, 0x81, 0x82, 0x83, 0x84, 0x85}:
        raise der.DerError("scope")
    reasons = fields.get(0x83)
    return Scope(
        names=_names(fields[0xA0], issuer) if 0xA0 in fields else None,
        users_only=_flag(fields.get(0x81)),
        authorities_only=_flag(fields.get(0x82)),
        reasons=ALL_REASONS if reasons is None else _reasons(reasons),
        indirect=_flag(fields.get(0x84)),
        attributes_only=_flag(fields.get(0x85)),
    )


def general_name(value: der.Value) -> PlaceName:
    """Make one GeneralName comparable."""
    if value.tag == _DIRECTORY_NAME:
        return value.tag, name_key(value.content)
    return value.tag, value.content


def _point(value: der.Value, certificate: Outline) -> Point:
    fields = {one.tag: one for one in value.children(der.SEQUENCE)}
    written = [one for one in _children(fields.get(0xA2)) if one.tag == _DIRECTORY_NAME]
    issuer = written[0].content if written else certificate.issuer
    reasons = fields.get(0x81)
    return Point(
        names=_names(fields[0xA0], issuer) if 0xA0 in fields else None,
        reasons=ALL_REASONS if reasons is None else _reasons(reasons),
        issuers=frozenset(name_key(one.content) for one in written),
    )


def _children(value: der.Value | None) -> Sequence[der.Value]:
    return () if value is None else value.children()


def _names(value: der.Value, issuer: bytes) -> frozenset[PlaceName]:
    """Read a DistributionPointName: full names, or one that continues the issuer's."""
    (choice,) = value.children()
    if choice.tag == 0xA0:
        return frozenset(general_name(one) for one in choice.children()[:_MOST])
    if choice.tag == 0xA1:
        whole = der.read(issuer).content + der.element(_SET, choice.content)
        return frozenset({(_DIRECTORY_NAME, name_key(der.element(der.SEQUENCE, whole)))})
    raise der.DerError("point")


def _flag(value: der.Value | None) -> bool:
    return value is not None and any(value.content)


def _reasons(value: der.Value) -> frozenset[str]:
    """Read ReasonFlags."""
    if not value.content or value.content[0] > 7:
        raise der.DerError("reasons")
    bits = [octet >> place & 1 for octet in value.content[1:] for place in range(7, -1, -1)]
    return frozenset(name for name, bit in zip(REASONS, bits[1:], strict=False) if bit)
