"""A PDF signature that was just made, raised above B-B before its file gets a name.

Whatever goes wrong on the way up, the file goes back to the last step that was whole, and what
lacked is told: a signature is never lost.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.crypto.model import PreparedSignature, SignatureLevel
from app.crypto.network.policy import NetworkUse
from app.crypto.pdf.appending import fill
from app.crypto.pdf.checking import check_pdf
from app.crypto.pdf.levels import EvidenceLackingError, Steps, Subject, subjects_of
from app.crypto.pdf.security_store import Material
from app.crypto.pdf.sources import Sources
from app.crypto.signing_pdf import Reached
from app.crypto.timestamps.client import StampedToken
from app.crypto.verdict.facts import ChangesAfter, Level, Notice, SignatureKind
from app.errors import ErrorCode, RoscherkError

_NEVER_PASSED_OVER = frozenset({ErrorCode.CANCELLED, ErrorCode.UNEXPECTED})
_ORDER = (Level.PADES_B_B, Level.PADES_B_T, Level.PADES_B_LT, Level.PADES_B_LTA)


def raise_new(prepared: PreparedSignature, cms: bytes, certificate: bytes, path: Path) -> Reached:
    """Raise the signature in ``path``, which is there at B-B and found good, as was asked for."""
    rise = _Rise(prepared, cms, certificate, path)
    rise.go()
    level = rise.check()
    return Reached(level.value, rise.shortfall, rise.uses)


@dataclass
class _Rise:
    """One way up."""

    prepared: PreparedSignature
    cms: bytes
    certificate: bytes
    path: Path
    shortfall: Notice | None = None
    uses: tuple[NetworkUse, ...] = ()
    _size: int = field(init=False)
    _sources: Sources | None = None
    _reached: Level = Level.PADES_B_B

    def __post_init__(self) -> None:
        """Remember where to fall back to."""
        self._size = self.path.stat().st_size

    @property
    def _gap(self) -> tuple[int, int]:
        if self.prepared.gap is None:
            raise RoscherkError(ErrorCode.UNEXPECTED, what="gap")
        return self.prepared.gap

    def go(self) -> None:
        """Take step after step until the level is reached or a step fails."""
        wanted = self.prepared.request.level
        with self._told():
            sources = self._sources = Sources(self.prepared.request.evidence)
            steps = Steps(self.path, sources, self.prepared.digest_name)
            stamped = steps.stamp_signature(self._gap, self.cms)
            if stamped is None:
                steps.stamp_document()
            self._reached = Level.PADES_B_T
            if wanted is SignatureLevel.T:
                return
            self._keep(steps, [] if stamped is None else [stamped])
            self._reached = Level.PADES_B_LT
            if wanted is SignatureLevel.LTA:
                steps.stamp_document()
                self._reached = Level.PADES_B_LTA

    def _keep(self, steps: Steps, inside: list[StampedToken]) -> None:
        contents = _contents(self.path, self._gap)
        stamps = [*inside, *steps.document_stamps]
        authorities = subjects_of(stamps, contents)
        own = Subject(self.certificate, authorities[0].at, contents)
        pool = [one for stamped in stamps for one in stamped.certificates]
        chain = self.prepared.request.container.chain
        steps.keep_evidence([own, *authorities], Material((*chain, *pool)))

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what went wrong into the shortfall."""
        try:
            yield
        except EvidenceLackingError as error:
            self.shortfall = error.notice
        except RoscherkError as error:
            if error.code in _NEVER_PASSED_OVER:
                raise
            self.shortfall = Notice(error.code, dict(error.facts))
        finally:
            self.uses = () if self._sources is None else self._sources.uses

    def check(self) -> Level:
        """Read everything back; where it is not as good as it should be, go back to B-B."""
        try:
            return self._level()
        except RoscherkError as error:
            if error.code in _NEVER_PASSED_OVER or self._reached is Level.PADES_B_B:
                raise
            os.truncate(self.path, self._size)
            fill(self.path, self._gap, self.cms)
            self._reached = Level.PADES_B_B
            self.shortfall = Notice(error.code, dict(error.facts))
            return self._level()

    def _level(self) -> Level:
        trust = None if self._sources is None else self._sources.trust
        start = self.prepared.state.size
        found = check_pdf(self.path, trust=trust, since=start).signatures
        own, *others = found
        stamps = [one.time_stamps[0] for one in others if one.time_stamps]
        sound = (
            own.kind is SignatureKind.SIGNATURE
            and own.signature_verifies is True
            and own.digest_matches is True
            and own.changes_after in {ChangesAfter.NONE, ChangesAfter.ARCHIVAL}
            and not (own.format_problems or own.constraint_problems or own.unsupported)
            and len(stamps) == len(others)
        )
        known = own.level in _ORDER and _ORDER.index(own.level) >= _ORDER.index(self._reached)
        if not sound or not known:
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="level")
        return own.level


def _contents(path: Path, gap: tuple[int, int]) -> bytes:
    """Return the octets that stand in the gap, zeros behind the signature included."""
    with path.open("rb") as file:
        file.seek(gap[0] + 1)
        return bytes.fromhex(file.read(gap[1] - gap[0] - 2).decode("ascii"))
