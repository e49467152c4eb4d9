"""A PDF signature that was just made, raised above B-B before its file gets a name.

Whatever goes wrong on the way up, the file goes back to the last step that was whole, and what
lacked is told: a signature is never lost.
"""

import contextlib
import logging
import os
from collections.abc import Iterator
from dataclasses import field
from datetime import datetime
from pathlib import Path

from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms.levels.growing import Token
from app.crypto.cms.levels.tokens import Material
from app.crypto.evidence.supplies import NetworkSupplies
from app.crypto.model import PreparedSignature, SignatureLevel
from app.crypto.network.fetching import Network
from app.crypto.pdf.appending import fill
from app.crypto.pdf.checking import check_pdf
from app.crypto.pdf.contents import store_name
from app.crypto.pdf.levels import Steps, Subject, material_of_stamps, subjects_of
from app.crypto.signing.pdf import Reached
from app.crypto.verdict.facts import ChangesAfter, Level, Notice, SignatureKind
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_log = logging.getLogger(__name__)

_ORDER = (Level.PADES_B_B, Level.PADES_B_T, Level.PADES_B_LT, Level.PADES_B_LTA)


def raise_new(prepared: PreparedSignature, cms: bytes, certificate: bytes, path: Path) -> Reached:
    """Raise the signature in ``path``, which is there at B-B and found good, as was asked for."""
    network = Network(prepared.request.evidence.network)
    rise = _Rise(prepared, cms, certificate, path)
    with rise.told():
        rise.go(NetworkSupplies(prepared.request.evidence, network))
    level = rise.check()
    return Reached(level.value, rise.shortfall, network.uses, rise.time_stamp)


@dataclass
class _Rise:
    """One way up."""

    prepared: PreparedSignature
    cms: bytes
    certificate: bytes
    path: Path
    shortfall: Notice | None = None
    time_stamp: datetime | None = None
    _size: int = field(init=False)
    _trust: LoadedTrust | None = None
    _reached: Level = Level.PADES_B_B

    def __post_init__(self) -> None:
        """Remember where to fall back to."""
        self._size = self.path.stat().st_size

    @property
    def _gap(self) -> tuple[int, int]:
        if self.prepared.gap is None:
            raise RoscherkError(ErrorCode.UNEXPECTED, what="gap")
        return self.prepared.gap

    def go(self, supplies: NetworkSupplies) -> None:
        """Take step after step until the level is reached."""
        wanted = self.prepared.request.level
        self._trust = supplies.trust
        steps = Steps(self.path, supplies, self.prepared.digest_name)
        stamp = steps.stamp_signature(self._gap, self.cms)
        if stamp is None:
            steps.stamp_document()
        stamps = [*([] if stamp is None else [stamp]), *steps.document_stamps]
        self.time_stamp = stamps[0].time
        self._reached = Level.PADES_B_T
        if wanted is SignatureLevel.T:
            return
        self._keep(steps, stamps)
        self._reached = Level.PADES_B_LT
        if wanted is SignatureLevel.LTA:
            steps.stamp_document()
            self._reached = Level.PADES_B_LTA

    def _keep(self, steps: Steps, stamps: list[Token]) -> None:
        name = store_name(_contents(self.path, self._gap))
        own = Subject(self.certificate, stamps[0].time, name)
        at_hand = Material(self.prepared.request.container.chain) + material_of_stamps(stamps)
        steps.keep_evidence([own, *subjects_of(stamps, name)], at_hand)

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Turn whatever goes wrong into the shortfall: it must not take the signature with it."""
        try:
            yield
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED:
                raise
            self.shortfall = Notice(error.code, dict(error.facts))
        except Exception as error:  # noqa: BLE001 - see above
            _log.exception("the signature was not raised")
            self.shortfall = Notice(ErrorCode.UNEXPECTED, {"exception": type(error).__name__})

    def check(self) -> Level:
        """Read everything back; where it is not as good as it should be, go back to B-B."""
        try:
            return self._level()
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED or self._reached is Level.PADES_B_B:
                raise
            os.truncate(self.path, self._size)
            fill(self.path, self._gap, self.cms)
            self._reached, self.time_stamp = Level.PADES_B_B, None
            self.shortfall = Notice(error.code, dict(error.facts))
            return self._level()

    def _level(self) -> Level:
        start = self.prepared.state.size
        found = check_pdf(self.path, trust=self._trust, since=start).signatures
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
