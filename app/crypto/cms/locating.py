"""Which signature is which: the indices that verification gives, and where each one lies.

A signature is counted as `app.crypto.cms.checking.check_cms` does it: every signer in the order of
the file, and behind it its counter-signatures, each followed by its own (RFC 5652 §11.4).
"""

from collections.abc import Iterator, Sequence

from app.crypto.cms import splicing, structure, tlv
from app.crypto.cms.counter_signatures import MAX_DEPTH
from app.crypto.cms.signer_infos import read_signer_info
from app.crypto.cms.structure import SignerInfo
from app.crypto.verdict.numbering import number_in_cms
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one signature lies."""

    index: int
    parent: int | None
    """Index of the signature that it countersigns."""
    top: int
    """Which SignerInfo of the SignedData it is, or lies in."""
    steps: tuple[tuple[int, int], ...]
    """The way down from there: which unsigned attribute, which of its values, and so on."""
    raw: bytes
    """Its SignerInfo, as it stands in the file."""
    signer: SignerInfo | None
    """None: it is damaged."""

    @property
    def depth(self) -> int:
        """0 of a signature of the content, 1 of a counter-signature of that, and so on."""
        return len(self.steps)


def locate(signers: Sequence[bytes]) -> list[Place]:
    """Return every signature in the order of its index."""
    found: list[Place] = []
    for top, raw in enumerate(signers):
        found.extend(_locate(raw, len(found), None, top, ()))
    return found


def find(signers: Sequence[bytes], index: int) -> Place:
    """Return the signature at this index; raise SIGNATURE_NUMBER_UNKNOWN if there is none."""
    found = locate(signers)
    if not 0 <= index < len(found):
        number, last = number_in_cms(index), len(found)
        raise RoscherkError(ErrorCode.SIGNATURE_NUMBER_UNKNOWN, number=number, last=last)
    return found[index]


def identity(signer: bytes) -> bytes:
    """Return what makes a signature this one: all its octets but the unsigned attributes."""
    try:
        return splicing.with_unsigned_attributes(signer, ())
    except RoscherkError:
        return signer  # damaged: it equals only itself


def with_signature(top: bytes, steps: Sequence[tuple[int, int]], new: bytes | None) -> bytes:
    """Return a SignerInfo with the counter-signature at ``steps`` replaced; None: removed.

    Every other octet of a value stays as it is; only the lengths around the change are new.
    """
    (attribute, value), *further = steps
    attributes = list(splicing.unsigned_attributes(top))
    kind, values = _attribute_parts(attributes[attribute])
    if further:
        values[value] = with_signature(values[value], further, new)
    elif new is None:
        del values[value]
    else:
        values[value] = new
    if values:
        attributes[attribute] = tlv.encode(tlv.SEQUENCE, kind, tlv.encode(tlv.SET, *values))
    else:
        del attributes[attribute]
    return splicing.with_unsigned_attributes(top, attributes)


def _locate(
    raw: bytes, index: int, parent: int | None, top: int, steps: tuple[tuple[int, int], ...]
) -> Iterator[Place]:
    try:
        signer = read_signer_info(tlv.read_whole(raw)) if len(steps) <= MAX_DEPTH else None
    except RoscherkError:
        signer = None
    yield Place(index=index, parent=parent, top=top, steps=steps, raw=raw, signer=signer)
    if signer is None:
        return
    following = index + 1
    for which, attribute in enumerate(signer.unsigned_attributes):
        if attribute.oid != structure.COUNTER_SIGNATURE:
            continue
        for place, value in enumerate(attribute.values):
            for one in _locate(value, following, index, top, (*steps, (which, place))):
                yield one
                following += 1


def _attribute_parts(attribute: bytes) -> tuple[bytes, list[bytes]]:
    """Return the type and the values of an Attribute, each a whole element."""
    kind, values = tlv.read_whole(attribute).children()
    return kind.raw, [value.raw for value in values.children()]
