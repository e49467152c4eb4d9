"""What an authority's certificate forbids those below it, as values (RFC 5280 §4.2.1.5-14).

Read strictly: whoever cannot read such an extension has to close the path.
"""

from app.algorithms import der
from app.crypto.certificates.names import NameKey, name_key
from app.values import dataclass

DIRECTORY_NAME = 0xA4
_MOST = 1024
"""Subtrees or mappings in one certificate; real ones have a dozen."""


@dataclass(frozen=True)
class GeneralName:
    """One name of any form: its tag, its contents, and for a directory name what it compares by."""

    tag: int
    content: bytes
    key: NameKey = ()

    @classmethod
    def read(cls, value: der.Value) -> "GeneralName":
        """Take a GeneralName; raise DerError for a directory name that is none."""
        if value.tag == DIRECTORY_NAME:
            return cls(value.tag, value.content, name_key(value.content))
        return cls(value.tag, value.content)


@dataclass(frozen=True)
class NameConstraints:
    """Within which names those below must lie, and within which they must not."""

    permitted: tuple[GeneralName, ...]
    excluded: tuple[GeneralName, ...]


@dataclass(frozen=True)
class PolicyConstraints:
    """After how many certificates a policy is demanded, and mappings are forbidden; None: never."""

    require_explicit: int | None
    inhibit_mapping: int | None


def read_name_constraints(value: bytes) -> NameConstraints:
    """Read NameConstraints (RFC 5280 §4.2.1.10); raise DerError or ValueError for anything else."""
    subtrees: dict[int, tuple[GeneralName, ...]] = {}
    for field in der.read(value).children(der.SEQUENCE):
        listed = field.children()
        if field.tag not in {0xA0, 0xA1} or field.tag in subtrees or not 0 < len(listed) <= _MOST:
            raise der.DerError("subtrees")
        # minimum has to be 0, which DER leaves out, and maximum absent: one field remains
        subtrees[field.tag] = tuple(
            GeneralName.read(base) for one in listed for (base,) in [one.children(der.SEQUENCE)]
        )
    if not subtrees:
        raise der.DerError("empty")
    return NameConstraints(subtrees.get(0xA0, ()), subtrees.get(0xA1, ()))


def read_policy_constraints(value: bytes) -> PolicyConstraints:
    """Read PolicyConstraints (RFC 5280 §4.2.1.11); raise DerError or ValueError for anything else."""
    fields = {one.tag: one for one in der.read(value).children(der.SEQUENCE)}
    if not fields or fields.keys() - {0x80, 0x81}:
        raise der.DerError("constraints")
    return PolicyConstraints(
        *(_count(fields[tag]) if tag in fields else None for tag in (0x80, 0x81))
    )


def read_inhibit_any_policy(value: bytes) -> int:
    """Read InhibitAnyPolicy (RFC 5280 §4.2.1.14): the number of certificates it leaves free."""
    return _count(der.read(value), der.INTEGER)


def read_policy_mappings(value: bytes) -> tuple[tuple[str, str], ...]:
    """Read PolicyMappings (RFC 5280 §4.2.1.5): pairs of dotted OIDs, the issuer's policy first."""
    listed = der.read(value).children(der.SEQUENCE)
    if not 0 < len(listed) <= _MOST:
        raise der.DerError("mappings")
    return tuple(
        (first.as_oid(), second.as_oid())
        for one in listed
        for first, second in [one.children(der.SEQUENCE)]
    )


def read_general_names(value: bytes) -> tuple[GeneralName, ...]:
    """Read GeneralNames, as they stand in SubjectAltName (RFC 5280 §4.2.1.6)."""
    return tuple(GeneralName.read(one) for one in der.read(value).children(der.SEQUENCE))


def _count(value: der.Value, tag: int | None = None) -> int:
    if tag is not None and value.tag != tag:
        raise der.DerError("count")
    count = der.Value(der.INTEGER, value.content).as_integer()
    if count < 0:
        raise der.DerError("count")
    return count
