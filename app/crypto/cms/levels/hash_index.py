"""The index of an archive time-stamp: hashes of all it protects besides the signature itself.

EN 319 122-1 §5.5.2 (ats-hash-index-v3: certificates, revocation data, each value of each unsigned
attribute) and TS 101 733 §6.4.2 (ats-hash-index: whole attributes).
"""

from collections.abc import Iterable

from app.algorithms import digests, names
from app.crypto.cms import tlv
from app.crypto.cms.levels import oids
from app.crypto.cms.levels.peeking import digest_name
from app.crypto.cms.structure import Attribute
from app.values import dataclass

MAX_HASHES = 10_000
_SHA256 = "sha256"


@dataclass(frozen=True)
class Protected:
    """What an index speaks of, as it stands in the file: elements in whole."""

    certificates: tuple[bytes, ...]
    """CertificateChoices of SignedData."""
    revocation: tuple[bytes, ...]
    """RevocationInfoChoices of SignedData."""
    attributes: tuple[Attribute, ...]
    """Unsigned attributes of the signer."""


@dataclass(frozen=True)
class HashIndex:
    """An index as read. ``raw`` is what the imprint is over."""

    raw: bytes
    digest: str | None
    certificates: tuple[bytes, ...]
    revocation: tuple[bytes, ...]
    attributes: tuple[bytes, ...]
    whole_attributes: bool
    """The older index: hashes of attributes, not of their values."""

    def missing(self, protected: Protected) -> int:
        """Count the hashes to which nothing in the file answers: each one makes it invalid."""
        if self.digest is None:
            return len(self.certificates) + len(self.revocation) + len(self.attributes)
        pairs = (
            (self.certificates, protected.certificates),
            (self.revocation, protected.revocation),
            (self.attributes, tuple(self._attribute_forms(protected.attributes))),
        )
        return sum(
            len(set(hashes) - {digests.digest(self.digest, one) for one in forms})
            for hashes, forms in pairs
        )

    def kept(self, elements: Iterable[bytes], hashes: Iterable[bytes]) -> tuple[bytes, ...]:
        """Return those elements whose hash is among ``hashes``."""
        if self.digest is None:
            return ()
        known = frozenset(hashes)
        return tuple(one for one in elements if digests.digest(self.digest, one) in known)

    def covers(self, attribute: Attribute) -> bool:
        """Tell whether every value of an attribute is protected."""
        if self.digest is None:
            return False
        forms = list(self._attribute_forms((attribute,)))
        known = frozenset(self.attributes)
        return bool(forms) and all(digests.digest(self.digest, one) in known for one in forms)

    def _attribute_forms(self, attributes: Iterable[Attribute]) -> Iterable[bytes]:
        for attribute in attributes:
            if self.whole_attributes:
                yield attribute.encoded
            else:
                yield from (attribute.type_raw + value for value in attribute.values)


def build_hash_index(digest: str, protected: Protected) -> bytes:
    """Return ATSHashIndexV3 over all that stands in the file now, each list in rising order."""
    algorithm = tlv.encode(tlv.SEQUENCE, tlv.encode_oid(names.digest_by_name(digest).oid))
    values = [one.type_raw + value for one in protected.attributes for value in one.values]
    lists = (protected.certificates, protected.revocation, values)
    return tlv.encode(tlv.SEQUENCE, algorithm, *(_hashes(digest, one) for one in lists))


def read_hash_index(attribute: Attribute) -> HashIndex:
    """Read an index; raise FORMAT_DAMAGED unless it is exactly one, in full."""
    if len(attribute.values) != 1:
        raise tlv.damaged("attribute_values", 0)
    value = tlv.read_whole(attribute.values[0])
    parts = value.children()
    older = attribute.oid == oids.HASH_INDEX
    name: str | None = _SHA256
    if len(parts) == 4:
        name = digest_name(tlv.oid(parts.pop(0).walker().take()))
    elif not older:
        raise tlv.damaged("hash_index", value.start)
    if len(parts) != 3 or value.tag != tlv.SEQUENCE:
        raise tlv.damaged("hash_index", value.start)
    certificates, revocation, attributes = (_read_hashes(part) for part in parts)
    return HashIndex(attribute.values[0], name, certificates, revocation, attributes, older)


def _hashes(digest: str, elements: Iterable[bytes]) -> bytes:
    found = sorted(digests.digest(digest, one) for one in elements)
    return tlv.encode(tlv.SEQUENCE, *(tlv.encode(tlv.OCTET_STRING, one) for one in found))


def _read_hashes(element: tlv.Element) -> tuple[bytes, ...]:
    if element.tag != tlv.SEQUENCE:
        raise tlv.damaged("hash_index", element.start)
    return tuple(tlv.octets(one) for one in element.children(MAX_HASHES))
