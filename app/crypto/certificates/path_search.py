"""Ways up from a certificate to an anchor: by name, key identifier and signature, within limits.

All limits are those of rule X-05: authorities renew keys under one name, cross-certify each
other, and an attacker may bring a thousand certificates that lead in circles.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from app.crypto.certificates import dsa
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.signed import signature_failure
from app.crypto.certificates.trusted import CertificateIndex, LoadedTrust
from app.errors import RoscherkError
from app.values import dataclass

MAX_LENGTH = 10
MAX_PATHS = 64
MAX_SIGNATURE_CHECKS = 256


@dataclass(frozen=True)
class Path:
    """One way up, the lowest certificate first. ``end`` says why it ends below an anchor."""

    certificates: tuple[Outline, ...]
    end: str | None = None


class PathSearch:
    """The search above certificates. Signatures that were checked are remembered."""

    def __init__(
        self, trust: LoadedTrust, pool: CertificateIndex, readable: Callable[[Outline], bool]
    ) -> None:
        """``readable`` tells whether a certificate can be described; others are no candidates."""
        self._trust = trust
        self._pool = pool
        self._describable = readable
        self._known_readable: dict[bytes, bool] = {}
        self._same_bytes = True
        self._checked: dict[tuple[bytes, bytes], str | None] = {}
        self._given = 0

    def begin(self, *, same_bytes: bool) -> None:
        """Begin a search. First compare names octet by octet, then as RFC 5280 §7.1 asks."""
        self._same_bytes = same_bytes
        self._given = 0

    def paths(self, start: Outline) -> Iterator[Path]:
        """Yield the ways up, likely ones first; those that end nowhere come too, with the reason."""
        for path in self._above((start,)):
            self._given += 1
            yield _with_inherited_keys(path)
            if self._given >= MAX_PATHS:
                return

    def _above(self, below: tuple[Outline, ...]) -> Iterator[Path]:
        top = below[-1]
        if self._trust.is_anchor(top):
            yield Path(below)
            return
        if len(below) >= MAX_LENGTH:
            yield Path(below, "chain_too_long")
            return
        failures: list[str] = []
        climbed = False
        for issuer in self._issuers(top):
            if _same_authority(issuer, below):
                continue
            failure = self._failure(top, issuer)
            if failure is not None and (failures or not _key_ids_agree(top, issuer)):
                continue
            if not self._readable(issuer):
                continue
            if failure is None:
                climbed = True
                yield from self._above((*below, issuer))
            else:
                failures.append(failure)
        if not climbed:
            yield Path(below, self._end(top, failures))

    def _end(self, top: Outline, failures: list[str]) -> str:
        """Say why there is nothing above ``top``."""
        if top.self_issued and self._failure(top, top) is None:
            return "root_not_trusted"
        return failures[0] if failures else "issuer_not_found"

    def _issuers(self, child: Outline) -> Sequence[Outline]:
        """Return the certificates with the issuer's name, the likely ones first (rule X-09)."""
        found: dict[bytes, Outline] = {}
        for index in (self._trust.anchors, self._trust.intermediates, self._pool):
            if self._same_bytes:
                named = index.written_as(child.issuer)
            else:
                named = index.named(child.issuer_key)
            found.update({one.digest: one for one in named})
        return sorted(found.values(), key=lambda issuer: _likelihood(child, issuer))

    def _readable(self, issuer: Outline) -> bool:
        """Tell whether a certificate can be described; that is dear, so few are asked, and once."""
        if issuer.digest not in self._known_readable:
            self._known_readable[issuer.digest] = self._describable(issuer)
        return self._known_readable[issuer.digest]

    def _failure(self, child: Outline, issuer: Outline) -> str | None:
        """Return None if ``issuer``'s key signed ``child``, else the code of what is wrong.

        A key whose parameters stand further above is looked at when the path is there.
        """
        known = (child.digest, issuer.public_key)
        if known not in self._checked:
            if _inherits(issuer):
                return None
            if len(self._checked) >= MAX_SIGNATURE_CHECKS:
                return "search_limit"
            self._checked[known] = signature_failure(child, issuer)
        return self._checked[known]


def _inherits(issuer: Outline) -> bool:
    try:
        return dsa.lacks_parameters(issuer.public_key)
    except RoscherkError:
        return False


def _with_inherited_keys(path: Path) -> Path:
    """Complete the keys that inherit parameters from above, and check what they signed."""
    if not any(_inherits(one) for one in path.certificates):
        return path
    whole = list(path.certificates)
    for place in range(len(whole) - 1, -1, -1):
        if not _inherits(whole[place]):
            continue
        above = whole[place + 1] if place + 1 < len(whole) else None
        key = None if above is None else dsa.inherited(whole[place].public_key, above.public_key)
        if key is None:
            return Path(path.certificates, path.end or "algorithm_unsupported")
        whole[place] = replace(whole[place], public_key=key)
        if place and (failure := signature_failure(whole[place - 1], whole[place])) is not None:
            return Path(path.certificates[:place], failure)
    return Path(tuple(whole), path.end)


def _same_authority(issuer: Outline, below: tuple[Outline, ...]) -> bool:
    """Tell whether this name with this key stands in the path already: a circle."""
    return any(
        issuer.public_key == one.public_key and issuer.subject_key == one.subject_key
        for one in below
    )


def _key_ids_agree(child: Outline, issuer: Outline) -> bool:
    """Tell whether the identifiers allow that this is the issuer; silence allows it."""
    wanted, offered = child.authority_key_id, issuer.subject_key_id
    return wanted is None or offered is None or wanted == offered


def _likelihood(child: Outline, issuer: Outline) -> int:
    wanted, offered = child.authority_key_id, issuer.subject_key_id
    if wanted is None or offered is None:
        return 1
    return 0 if wanted == offered else 2
