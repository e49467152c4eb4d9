"""Revocation lists, opened: parsed by cryptography's Rust parser, which a million entries need.

What may be taken from a list is decided in ``revocation``; here it is only made accessible.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cryptography import x509

from app.algorithms import der
from app.crypto.certificates.names import NameKey, name_key
from app.crypto.certificates.signed import is_signed_by
from app.errors import RoscherkError

LARGEST = 100 << 20
"""Rule R-11."""

_REFUSED = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
"""What cryptography raises besides ValueError."""

_KNOWN = (
    x509.CRLNumber,
    x509.AuthorityKeyIdentifier,
    x509.IssuerAlternativeName,
    x509.AuthorityInformationAccess,
    x509.FreshestCRL,
    x509.IssuingDistributionPoint,
    x509.DeltaCRLIndicator,
)


@dataclass(frozen=True)
class Entry:
    """One revoked certificate."""

    at: datetime
    reason: str | None
    """Name of CRLReason in its ASN.1 spelling (RFC 5280 §5.3.1)."""


@dataclass(frozen=True)
class Scope:
    """What IssuingDistributionPoint says of the list (RFC 5280 §5.2.5); None: no such extension."""

    urls: frozenset[str] | None
    """The addresses it is published at; None: not told."""
    users_only: bool
    authorities_only: bool
    unusual: bool
    """Indirect, for attribute certificates, for some reasons, or named relative to the issuer."""


class RevocationList:
    """One list."""

    def __init__(self, encoded: bytes) -> None:
        """Parse; raise ValueError for anything that is no list we could use."""
        if len(encoded) > LARGEST:
            raise ValueError(len(encoded))
        try:
            self._parsed = x509.load_der_x509_crl(encoded)
            extensions = list(self._parsed.extensions)
        except _REFUSED as error:
            raise ValueError(type(error).__name__) from error
        self._algorithm, issuer = _algorithm_and_issuer(encoded)
        self.issuer_key: NameKey = name_key(issuer)
        self.this_update = self._parsed.last_update_utc
        self.next_update = self._parsed.next_update_utc
        self._signers: dict[bytes, bool] = {}
        self.unknown_critical = any(
            one.critical and not isinstance(one.value, _KNOWN) for one in extensions
        )
        self.number: int | None = None
        self.delta_of: int | None = None
        """A delta list: the number of the full list it rests on."""
        for value in (one.value for one in extensions):
            if isinstance(value, x509.CRLNumber):
                self.number = value.crl_number
            elif isinstance(value, x509.DeltaCRLIndicator):
                self.delta_of = value.crl_number
        self.scope = _scope(extensions)

    @cached_property
    def tbs(self) -> bytes:
        """What the issuer signed."""
        return self._parsed.tbs_certlist_bytes

    def entry(self, serial: int) -> Entry | None:
        """Return the entry of a certificate; None: it is not listed."""
        found = self._parsed.get_revoked_certificate_by_serial_number(serial)
        if found is None:
            return None
        try:
            reason = found.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
        except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
            reason = None  # listed it is, whatever else the entry says
        return Entry(found.revocation_date_utc, reason)

    def signed_by(self, public_key: bytes) -> bool:
        """Tell whether this key signed the list; asked once for a key."""
        if public_key not in self._signers:
            try:
                self._signers[public_key] = is_signed_by(
                    public_key, self._algorithm, self.tbs, self._parsed.signature
                )
            except RoscherkError:
                self._signers[public_key] = False
        return self._signers[public_key]


class RevocationLists:
    """Lists by the name of their issuer; parsed when first asked for."""

    def __init__(self, encoded: Iterable[bytes]) -> None:
        self._encoded = tuple(dict.fromkeys(encoded))

    def of_issuer(self, key: NameKey) -> Sequence[RevocationList]:
        """Return the lists that bear the name of this issuer."""
        return self._by_issuer.get(key, ())

    @cached_property
    def _by_issuer(self) -> dict[NameKey, list[RevocationList]]:
        found: dict[NameKey, list[RevocationList]] = defaultdict(list)
        for encoded in self._encoded:
            try:
                parsed = RevocationList(encoded)
            except ValueError:
                continue  # a list nobody can read proves nothing, and its absence will be told
            found[parsed.issuer_key].append(parsed)
        return found


def _scope(extensions: Iterable[x509.Extension[x509.ExtensionType]]) -> Scope | None:
    for extension in extensions:
        point = extension.value
        if isinstance(point, x509.IssuingDistributionPoint):
            urls = None
            if point.full_name is not None:
                address = x509.UniformResourceIdentifier
                urls = frozenset(one.value for one in point.full_name if isinstance(one, address))
            return Scope(
                urls=urls,
                users_only=point.only_contains_user_certs,
                authorities_only=point.only_contains_ca_certs,
                unusual=point.indirect_crl
                or point.only_contains_attribute_certs
                or bool(point.only_some_reasons)
                or point.relative_name is not None,
            )
    return None


def _algorithm_and_issuer(encoded: bytes) -> tuple[bytes, bytes]:
    """Cut two small parts out of a list without copying its millions of entries."""
    _, start, _ = _header(encoded, 0)
    _, offset, _ = _header(encoded, start)
    parts: list[bytes] = []
    while len(parts) < 2:
        tag, _, end = _header(encoded, offset)
        if tag == der.SEQUENCE:
            parts.append(encoded[offset:end])
        offset = end
    return parts[0], parts[1]


def _header(data: bytes, offset: int) -> tuple[int, int, int]:
    """Return tag, start and end of the contents of the element at ``offset``."""
    try:
        tag, length, start = data[offset], data[offset + 1], offset + 2
    except IndexError as error:
        raise der.DerError("header") from error
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[start : start + count]), start + count
    if start + length > len(data):
        raise der.DerError("length")
    return tag, start, start + length
