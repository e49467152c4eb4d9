"""PDF signatures above B-B, made with a time-stamping authority on this computer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from stand_ins import servers
from stand_ins.pki import Pki, pki_of
from stand_ins.servers import Reply, Server
from stand_ins.signed_pdf import NoProgress
from stand_ins.time_authority import TimeAuthority, time_authority_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import (
    EvidenceOrder,
    FinishRequest,
    SignatureFormat,
    SignatureLevel,
    SignedFile,
    SignRequest,
    TimeStampServer,
    TrustMaterial,
)
from app.crypto.pdf.checking import PdfFacts, check_pdf
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.stamping.style import NO_STAMP
from app.crypto.trust.stores import load
from app.crypto.verdict.facts import SignatureFacts

GAP = re.compile(rb"/Contents <([0-9A-F]{2000,})>", re.IGNORECASE)


@dataclass
class Lab:
    """A signer, an authority, what is trusted, and a network of one server."""

    folder: Path
    pki: Pki
    tsa: TimeAuthority
    server: Server
    before: Sequence[Reply] = ()
    """What the authority's first answers are instead."""
    trust: TrustMaterial = field(init=False)

    def __post_init__(self) -> None:
        """Write the trust."""
        self.trust = self.pki.trust(self.folder / f"trust-{self.pki.algorithm.value}")

    @property
    def order(self) -> EvidenceOrder:
        """The order of evidence."""
        url = self.server.tsa(self.tsa, before=self.before)
        return EvidenceOrder(
            servers=(TimeStampServer(url=url),), network=self.server.policy(), trust=self.trust
        )

    def sign(self, source: Path, level: SignatureLevel, **changes: Any) -> SignedFile:
        """Sign a PDF at a level; ``changes`` of the request."""
        fields: dict[str, Any] = {
            "output": self.folder / f"{self.pki.algorithm.value}-{level.value}-{new_job()}.pdf",
            "stamp": NO_STAMP,
            "evidence": self.order,
        }
        request = SignRequest(
            source=source,
            container=replace(self.pki.container),
            format=SignatureFormat.PADES,
            signing_time=datetime.now(UTC),
            level=level,
            job=new_job(),
            **(fields | changes),
        )
        prepared = signing_tasks.prepare(request, NoProgress())
        signature = self.pki.key.sign_digest(prepared.digest_name, prepared.digest, None)
        finish = FinishRequest(prepared=prepared, signature=signature, created_with="test")
        return signing_tasks.finish(finish, NoProgress())

    def check(self, path: Path) -> PdfFacts:
        """Check a file under this trust."""
        return check_pdf(path, trust=load(self.trust))


def lab(folder: Path, algorithm: KeyAlgorithm, server: Server, **changes: Any) -> Lab:
    """Return a laboratory for one kind of key."""
    folder.mkdir(exist_ok=True)
    tsa = changes.pop("tsa", time_authority_of(algorithm))
    pki = changes.pop("pki", pki_of(algorithm))
    return Lab(folder, pki, tsa, server, **changes)


def problems(facts: SignatureFacts) -> list[str]:
    """Return every code that speaks against a signature."""
    return [
        str(one.code)
        for one in (*facts.format_problems, *facts.constraint_problems, *facts.unsupported)
    ]


def sound(facts: SignatureFacts) -> bool:
    """Tell whether nothing speaks against a signature."""
    return facts.digest_matches is True and facts.signature_verifies is True and not problems(facts)


@dataclass(frozen=True)
class Shelf:
    """Documents signed once for all tests, by kind of key and level."""

    folder: Path
    contract: Path

    def get(self, algorithm: KeyAlgorithm, level: SignatureLevel) -> Path:
        """Return the sample contract signed so."""
        return _signed(self.folder, self.contract, algorithm, level)


@cache
def _signed(folder: Path, contract: Path, algorithm: KeyAlgorithm, level: SignatureLevel) -> Path:
    with servers.running() as server:
        done = lab(folder, algorithm, server).sign(contract, level)
    assert done.shortfall is None
    return done.target
