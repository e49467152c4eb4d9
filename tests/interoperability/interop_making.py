"""Files made by this program's own engine, with a time-stamping authority on this computer."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "crypto"))

from interop_cases import CMS_LEVELS, PDF_LEVELS, CmsCase, Form, Keys, PdfCase, Shape
from signing_lab import HANDLERS, InlineWorkers, OneKey
from stand_ins.contract import make_contract
from stand_ins.pki import Pki, PkiKey, make_pki, person
from stand_ins.servers import Server
from stand_ins.time_authority import make_time_authority

from app.crypto import methods
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.model import (
    EvidenceOrder,
    SignatureFormat,
    SignatureLevel,
    SignedFile,
    SigningAct,
    SignRequest,
    TimeStampServer,
    TrustMaterial,
)
from app.crypto.raising import tasks as raising_tasks
from app.crypto.raising.door import Raising
from app.crypto.raising.model import RaiseRequest
from app.crypto.signing.door import Signing
from app.crypto.stamping.style import NO_STAMP

HANDLERS[methods.RAISE.name] = raising_tasks.raise_file

TEXT = "Акт сверки за III квартал\n".encode() * 40
_SIGNERS = 3


@dataclass(frozen=True)
class Made:
    """A file that was made, and what it should be."""

    path: Path
    document: Path | None
    """Of a detached signature."""
    levels: tuple[str, ...]
    """Of each signature, as verification counts them."""
    firm: Firm


@dataclass
class Firm:
    """One infrastructure with three people whose keys are of one kind, and its authority of time."""

    keys: Keys
    folder: Path
    server: Server
    signed: int = 0

    @cached_property
    def pki(self) -> Pki:
        """Root, issuing authority, first person."""
        return make_pki(self.keys.algorithm, **self.keys.options)

    @cached_property
    def people(self) -> tuple[PkiKey, ...]:
        """The keys of three people."""
        first = self.pki.key
        return (first, *(self._person(number) for number in range(1, _SIGNERS)))

    @cached_property
    def trust(self) -> TrustMaterial:
        """The root and the revocation lists."""
        return self.pki.trust(self.folder / "trust")

    @cached_property
    def evidence(self) -> EvidenceOrder:
        """Where time-stamps and revocation data come from."""
        url = self.server.tsa(make_time_authority(self.pki))
        return EvidenceOrder(
            servers=(TimeStampServer(url=url),), network=self.server.policy(), trust=self.trust
        )

    def sign(self, number: int, source: Path, level: SignatureLevel, **changes: Any) -> Path:
        """Sign with the key of one person; anything short of the level is an error."""
        key = self.people[number]
        request = SignRequest(
            source=source,
            container=key.container,
            level=level,
            evidence=self.evidence,
            signing_time=datetime.now(UTC).replace(microsecond=0),
            stamp=NO_STAMP,
            **changes,
        )
        door = Signing(InlineWorkers(), OneKey(key))  # type: ignore[arg-type]
        done: SignedFile = door.sign(request)
        if done.shortfall is not None:
            raise AssertionError(f"{self.keys}: {done.level}, {done.shortfall}")
        return done.target

    def raise_file(self, source: Path, level: SignatureLevel, *numbers: int) -> Path:
        """Raise some of the signatures."""
        request = RaiseRequest(
            source=source, level=level, evidence=self.evidence, numbers=numbers or None
        )
        return Raising(InlineWorkers()).raise_file(request).target  # type: ignore[arg-type]

    def _person(self, number: int) -> PkiKey:
        key = EphemeralKey.generate(self.keys.algorithm, **self.keys.options)
        leaf = self.pki.issue(key.public, subject=person(f"Подписант {number + 1}"))
        return PkiKey(key, replace(self.pki.container, certificate=leaf))


@dataclass
class Workshop:
    """Makes files; each kind of key has its firm."""

    folder: Path
    server: Server
    firms: dict[Keys, Firm] = field(default_factory=dict)
    made: int = 0

    def firm(self, keys: Keys) -> Firm:
        """Return the firm of these keys, made when first asked for."""
        if keys not in self.firms:
            folder = self.folder / keys.name.replace(" ", "-")
            folder.mkdir()
            self.firms[keys] = Firm(keys, folder, self.server)
        return self.firms[keys]

    @cached_property
    def contract(self) -> Path:
        """A PDF to sign."""
        return make_contract(self.folder / "contract.pdf")

    def cms(self, case: CmsCase) -> Made:
        """Make a CMS file."""
        firm, attached = self.firm(case.keys), case.form is Form.ATTACHED
        document = self._room() / "Акт.txt"
        document.write_bytes(TEXT)
        how: dict[str, Any] = {"format": SignatureFormat.CADES, "attached": attached}
        name = CMS_LEVELS[case.level]
        levels: tuple[str, ...] = (name,)
        if case.shape is Shape.COUNTER:
            path, levels = self._countersigned(firm, document, case.level, how)
        else:
            path = firm.sign(0, document, case.level, **how)
        if case.shape is Shape.THREE:
            levels = (name, name, name)
            for number in (1, 2):
                path = firm.sign(number, path, case.level, act=SigningAct.CO_SIGN)
        return Made(path, None if attached else document, levels, firm)

    def _countersigned(
        self, firm: Firm, document: Path, level: SignatureLevel, how: dict[str, Any]
    ) -> tuple[Path, tuple[str, ...]]:
        """Sign and countersign. What is archived is closed, so there the archive comes last."""
        archived = level is SignatureLevel.LTA
        first = SignatureLevel.T if archived else level
        second = SignatureLevel.LT if archived else level
        path = firm.sign(0, document, first, **how)
        act = SigningAct.COUNTER_SIGN
        path = firm.sign(1, path, second, act=act, countersigned=1)
        if archived:
            path = firm.raise_file(path, level, 1)
        return path, (CMS_LEVELS[level], CMS_LEVELS[second])

    def pdf(self, case: PdfCase) -> Made:
        """Sign a PDF."""
        firm = self.firm(case.keys)
        room = self._room()
        count = 3 if case.shape is Shape.THREE else 1
        path, levels = self.contract, []
        for number in range(count):
            target = room / f"signed{number}.pdf"
            path = firm.sign(number, path, case.level, format=SignatureFormat.PADES, output=target)
            levels.append(PDF_LEVELS[case.level])
        return Made(path, None, tuple(levels), firm)

    def _room(self) -> Path:
        """Return a folder of its own for one case."""
        self.made += 1
        room = self.folder / f"case{self.made}"
        room.mkdir()
        return room
