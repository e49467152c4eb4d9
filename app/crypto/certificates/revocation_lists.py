"""Revocation lists, opened: parsed by cryptography's Rust parser, which a million entries need.

What may be taken from a list is decided in ``revocation``; here it is only made accessible.
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property, lru_cache

from cryptography import x509

from app.algorithms import der
from app.crypto.certificates.distribution_points import CRL_REASONS, general_name, read_scope
from app.crypto.certificates.fields import read_time
from app.crypto.certificates.names import NameKey, name_key
from app.crypto.certificates.outline import Extension
from app.crypto.certificates.signed import is_signed_by
from app.errors import RoscherkError
from app.values import dataclass

LARGEST = 100 << 20
"""Rule R-11."""

_REFUSED = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
"""What cryptography raises besides ValueError."""

_NUMBER = "2.5.29.20"
_DELTA = "2.5.29.27"
_SCOPE = "2.5.29.28"
_AUTHORITY_KEY = "2.5.29.35"
_KNOWN = frozenset(
    {
        _NUMBER,
        _DELTA,
        _SCOPE,
        "2.5.29.18",  # other names of the issuer
        _AUTHORITY_KEY,
        "2.5.29.46",  # where the changes to this list lie
        "1.3.6.1.5.5.7.1.1",  # where the issuer's certificate lies
    }
)
_REASON = "2.5.29.21"
_INVALIDITY_DATE = "2.5.29.24"
_CERTIFICATE_ISSUER = "2.5.29.29"
_EXTENSIONS = 0xA0
_KNOWN_IN_ENTRIES = frozenset({b"\x55\x1d\x15", b"\x55\x1d\x18", b"\x55\x1d\x17"})
"""Reason, date since when the key is suspect, what to do with a suspended one: contents of OIDs."""
_ISSUER_IN_ENTRIES = b"\x55\x1d\x1d"
_CRITICAL = b"\x01\x01\xff"
_LONGEST_OID = 32

_CACHED_OCTETS = 256 << 10
_MOST_SIGNERS = 64


@dataclass(frozen=True)
class Entry:
    """One revoked certificate."""

    at: datetime
    reason: str | None
    """Name of CRLReason in its ASN.1 spelling (RFC 5280 §5.3.1)."""
    invalid_since: datetime | None = None
    """invalidityDate (§5.3.2): since when the key is known or thought to be in wrong hands."""


class RevocationList:
    """One list."""

    def __init__(self, encoded: bytes) -> None:
        """Parse; raise ValueError for anything that is no list we could use."""
        if len(encoded) > LARGEST:
            raise ValueError(len(encoded))
        try:
            self._parsed = x509.load_der_x509_crl(encoded)
        except _REFUSED as error:
            raise ValueError(type(error).__name__) from error
        self.encoded = encoded
        parts = _Parts.of(encoded)
        self._algorithm = parts.algorithm
        self._entries = parts.entries
        self._tbs = parts.tbs
        self.issuer = parts.issuer
        self.issuer_key: NameKey = name_key(parts.issuer)
        self.this_update = self._parsed.last_update_utc
        self.next_update = self._parsed.next_update_utc
        self._signers: dict[bytes, bool] = {}
        self._walked = False
        values = {one.oid: one.value for one in parts.extensions}
        if len(values) != len(parts.extensions):
            raise der.DerError("repeated extension")
        self._strange = any(one.critical and one.oid not in _KNOWN for one in parts.extensions)
        self.number = _integer(values.get(_NUMBER))
        self.delta_of = _integer(values.get(_DELTA))
        """A delta list: the number of the full list it rests on."""
        self.scope = read_scope(values[_SCOPE], parts.issuer) if _SCOPE in values else None
        """None: the list speaks of all certificates of its issuer."""
        self.series = (values.get(_SCOPE, b""), values.get(_AUTHORITY_KEY, b""))
        """What lists of one issuer have in common that replace each other, in DER (§5.2.3)."""

    @property
    def indirect(self) -> bool:
        """Tell whether the list may name certificates of other issuers (RFC 5280 §5.2.5)."""
        return self.scope is not None and self.scope.indirect

    @cached_property
    def count(self) -> int | None:
        """How many entries there are; None: they are damaged."""
        try:
            return len(self._parsed)
        except ValueError:
            return None

    @cached_property
    def unknown_critical(self) -> bool:
        """Tell whether the list or an entry sets a condition that we do not know (§5.2, §5.3)."""
        return self._strange or self._strange_entries()

    @property
    def tbs(self) -> bytes:
        """What the issuer signed: the very octets of the list, cut out when they are asked for."""
        return self.encoded[slice(*self._tbs)]

    def entry(self, serial: int, issuer_key: NameKey) -> Entry | None:
        """Return the entry of a certificate of this issuer; None: it is not listed.

        Raises ValueError where the list turns out to be none.
        """
        if self.indirect:
            return self._entry_of(serial, issuer_key)
        if self._walked and not self._may_list(serial):
            return None
        found = self._parsed.get_revoked_certificate_by_serial_number(serial)
        if found is None:
            self._walked = True
            return None
        try:
            reason = found.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
        except (x509.ExtensionNotFound, *_REFUSED, ValueError):
            reason = None  # listed it is, whatever else the entry says
        try:
            harmed = found.extensions.get_extension_for_class(x509.InvalidityDate).value
            since = harmed.invalidity_date_utc
        except (x509.ExtensionNotFound, *_REFUSED, ValueError):
            since = None
        return Entry(found.revocation_date_utc, reason, since)

    def _may_list(self, serial: int) -> bool:
        """Tell whether the octets of this number stand among the entries at all.

        Asked only after the parser has walked through all entries once: it refuses numbers that are
        not written in their shortest form (X.690 §8.3.2), so what is listed is found as written.
        """
        written = serial.to_bytes(serial.bit_length() // 8 + 1)
        return self.encoded.find(der.element(der.INTEGER, written), *self._entries) >= 0

    def signed_by(self, public_key: bytes) -> bool:
        """Tell whether this key signed the list; asked once for a key."""
        if public_key in self._signers:
            return self._signers[public_key]
        try:
            signed = is_signed_by(public_key, self._algorithm, self.tbs, self._parsed.signature)
        except RoscherkError:
            signed = False
        if len(self._signers) < _MOST_SIGNERS:
            self._signers[public_key] = signed
        return signed

    def _entry_of(self, serial: int, issuer_key: NameKey) -> Entry | None:
        """Walk through the entries: each belongs to the issuer named last before it (§5.3.3)."""
        named = self.issuer_key
        wanted = serial.to_bytes(serial.bit_length() // 8 + 1)
        for start, end in _elements(self.encoded, *self._entries):
            _, first, last = _header(self.encoded, _header(self.encoded, start)[1])
            changed = self.encoded.find(_ISSUER_IN_ENTRIES, last, end) >= 0
            if not changed and self.encoded[first:last] != wanted:
                continue
            issuer, entry = _read_entry(self.encoded[start:end])
            named = issuer or named
            if self.encoded[first:last] == wanted and named == issuer_key:
                return entry
        return None

    def _strange_entries(self) -> bool:
        """Look for a critical extension that we do not know, without taking all entries apart."""
        start, end = self._entries
        known = _KNOWN_IN_ENTRIES | ({_ISSUER_IN_ENTRIES} if self.indirect else set())
        place = self.encoded.find(_CRITICAL, start, end)
        while place >= 0:
            behind = place + len(_CRITICAL)
            if self.encoded[behind : behind + 1] == b"\x04":
                oid = _oid_before(self.encoded, place)
                if oid is not None and oid not in known:
                    return True
            place = self.encoded.find(_CRITICAL, behind, end)
        return False


class RevocationLists:
    """Lists by the name of their issuer; parsed when first asked for."""

    def __init__(self, encoded: Iterable[bytes]) -> None:
        self.encoded = tuple(dict.fromkeys(encoded))
        """The lists themselves, each once."""

    def of_issuer(self, key: NameKey) -> Sequence[RevocationList]:
        """Return the lists that bear the name of this issuer."""
        return self._by_issuer.get(key, ())

    @cached_property
    def _by_issuer(self) -> dict[NameKey, list[RevocationList]]:
        found: dict[NameKey, list[RevocationList]] = defaultdict(list)
        for encoded in self.encoded:
            try:
                parsed = _opened(encoded)
            except ValueError:
                continue  # a list nobody can read proves nothing, and its absence will be told
            found[parsed.issuer_key].append(parsed)
        return found


def _opened(encoded: bytes) -> RevocationList:
    """Open a list; a small one stays open, with what is known of its signature."""
    return _kept(encoded) if len(encoded) <= _CACHED_OCTETS else RevocationList(encoded)


@lru_cache(maxsize=64)
def _kept(encoded: bytes) -> RevocationList:
    return RevocationList(encoded)


def _integer(value: bytes | None) -> int | None:
    return None if value is None else der.read(value).as_integer()


def _read_entry(entry: bytes) -> tuple[NameKey | None, Entry]:
    """Read one entry of an indirect list: whose certificate it is, if it says so, and the entry."""
    _, moment, *rest = der.read(entry).children(der.SEQUENCE)
    issuer, reason, since = None, None, None
    for one in rest[0].children(der.SEQUENCE) if rest else ():
        extension = Extension.read(one)
        if extension.oid == _CERTIFICATE_ISSUER:
            names = [general_name(name) for name in der.read(extension.value).children()]
            keys = [key for _, key in names if isinstance(key, tuple)]
            if not keys:
                raise der.DerError("issuer")
            issuer = keys[0]
        elif extension.oid == _REASON:
            (number,) = der.read(extension.value).content
            reason = CRL_REASONS[number] if number < len(CRL_REASONS) else None
        elif extension.oid == _INVALIDITY_DATE:
            with contextlib.suppress(ValueError):  # listed it is, whatever else the entry says
                since = read_time(der.read(extension.value))
    return issuer, Entry(read_time(moment), reason, since)


@dataclass(frozen=True)
class _Parts:
    """Small parts of a list, cut out without copying its millions of entries."""

    algorithm: bytes
    issuer: bytes
    entries: tuple[int, int]
    """Where the entries begin and end."""
    extensions: tuple[Extension, ...]
    tbs: tuple[int, int]
    """Where what is signed begins and ends, its header included."""

    @classmethod
    def of(cls, encoded: bytes) -> "_Parts":
        _, start, _ = _header(encoded, 0)
        _, inside, behind = _header(encoded, start)
        tbs = (start, behind)
        fields = list(_elements(encoded, inside, behind))
        if encoded[fields[0][0]] == der.INTEGER:
            del fields[0]
        (algorithm, issuer), rest = fields[:2], fields[3:]
        entries = (0, 0)
        extensions: tuple[Extension, ...] = ()
        for begin, end in rest:
            tag, inside, _ = _header(encoded, begin)
            if tag == der.SEQUENCE:
                entries = (inside, end)
            elif tag == _EXTENSIONS:
                listed = der.read(encoded[inside:end]).children(der.SEQUENCE)
                extensions = tuple(Extension.read(one) for one in listed)
        return cls(encoded[slice(*algorithm)], encoded[slice(*issuer)], entries, extensions, tbs)


def _elements(data: bytes, offset: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of each element between two places."""
    while offset < end:
        _, _, after = _header(data, offset)
        yield offset, after
        offset = after


def _oid_before(data: bytes, place: int) -> bytes | None:
    """Return the contents of the OBJECT IDENTIFIER that ends at ``place``, if one does."""
    for length in range(1, _LONGEST_OID):
        if data[place - length - 2 : place - length] == bytes((der.OID, length)):
            return data[place - length : place]
    return None


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
