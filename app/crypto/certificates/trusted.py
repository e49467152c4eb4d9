"""What a path may be built from: anchors, further certificates, revocation lists, as loaded."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from app.crypto.certificates.names import NameKey
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.revocation_lists import RevocationLists
from app.crypto.verdict.facts import Notice
from app.errors import RoscherkError
from app.values import dataclass


class CertificateIndex:
    """Certificates by the name of their subject."""

    def __init__(self, certificates: Iterable[Outline]) -> None:
        self._all = tuple({one.digest: one for one in certificates}.values())
        self._by_bytes: dict[bytes, list[Outline]] = defaultdict(list)
        for one in self._all:
            self._by_bytes[one.subject].append(one)

    def __iter__(self) -> Iterator[Outline]:
        """Yield each certificate once."""
        return iter(self._all)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._all)

    def written_as(self, name: bytes) -> Sequence[Outline]:
        """Return those whose subject is this very name, octet by octet: quick."""
        return self._by_bytes.get(name, ())

    def named(self, key: NameKey) -> Sequence[Outline]:
        """Return those whose subject is equal by the rules of RFC 5280 §7.1."""
        return self._by_key.get(key, ())

    @cached_property
    def _by_key(self) -> dict[NameKey, list[Outline]]:
        found: dict[NameKey, list[Outline]] = defaultdict(list)
        for one in self._all:
            found[one.subject_key].append(one)
        return found


@dataclass(frozen=True, eq=False)
class LoadedTrust:
    """What the user brought, read. Anchors come from here and from nowhere else (rule X-12)."""

    anchors: CertificateIndex
    intermediates: CertificateIndex
    crls: RevocationLists
    anchor_digests: frozenset[bytes]
    practice_anchor_digests: frozenset[bytes] = frozenset()
    notices: tuple[Notice, ...] = ()
    """Files that were passed over, and why."""

    @classmethod
    def of(
        cls,
        anchors: Iterable[bytes] = (),
        intermediates: Iterable[bytes] = (),
        crls: Iterable[bytes] = (),
        practice_anchors: Iterable[bytes] = (),
        notices: Iterable[Notice] = (),
    ) -> "LoadedTrust":
        """Make trust of certificates and lists in DER; what cannot be read is passed over."""
        practice = outlines(practice_anchors)
        trusted = (*outlines(anchors), *practice)
        return cls(
            anchors=CertificateIndex(trusted),
            intermediates=CertificateIndex(outlines(intermediates)),
            crls=RevocationLists(crls),
            anchor_digests=frozenset(one.digest for one in trusted),
            practice_anchor_digests=frozenset(one.digest for one in practice),
            notices=tuple(notices),
        )

    def is_anchor(self, certificate: Outline) -> bool:
        """Tell whether the user brought this very certificate as a root."""
        return certificate.digest in self.anchor_digests


def outlines(certificates: Iterable[bytes]) -> tuple[Outline, ...]:
    """Read certificates of strangers; one that cannot be read is no candidate for anything."""
    found = []
    for encoded in certificates:
        try:
            found.append(Outline.read(encoded))
        except RoscherkError:
            continue
    return tuple(found)
