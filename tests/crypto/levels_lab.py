"""Signatures above level B with servers of this computer, checked as the program checks them."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from signing_lab import HANDLERS, QUICK, InlineWorkers, request_for, sign_with
from stand_ins.pki import Pki, pki_of
from stand_ins.servers import Server, running
from stand_ins.time_authority import TimeAuthority, time_authority_of

from app.algorithms.names import KeyAlgorithm
from app.crypto import methods
from app.crypto.model import (
    EvidenceOrder,
    SignatureLevel,
    SignedFile,
    SigningAct,
    SignRequest,
    TimeStampServer,
    TrustMaterial,
    Verification,
    VerifyRequest,
)
from app.crypto.raising import tasks as raising_tasks
from app.crypto.raising.door import Raising
from app.crypto.raising.model import RaisedFile, RaiseRequest
from app.crypto.verdict.report import SignatureReport
from app.crypto.verifying import tasks as verifying_tasks
from app.processes.serving import Context

HANDLERS[methods.RAISE.name] = raising_tasks.raise_file
HANDLERS[methods.VERIFY.name] = verifying_tasks.verify

LEVELS = {
    SignatureLevel.T: "CAdES-T",
    SignatureLevel.XL1: "CAdES-XL1",
    SignatureLevel.LT: "CAdES-LT",
    SignatureLevel.LTA: "CAdES-LTA",
}


@dataclass
class Lab:
    """One infrastructure with its time-stamping authority behind a server."""

    folder: Path
    server: Server
    algorithm: KeyAlgorithm = QUICK
    authority: TimeAuthority | None = None
    signed: int = 0

    @property
    def pki(self) -> Pki:
        """Root, authority, person."""
        return pki_of(self.algorithm)

    @cached_property
    def trust(self) -> TrustMaterial:
        """The trust of a user who has the root and the lists."""
        return self.pki.trust(self.folder / f"trust-{self.algorithm}")

    @cached_property
    def url(self) -> str:
        """Where the authority answers."""
        return self.server.tsa(self.authority or time_authority_of(self.algorithm))

    def order(self, *urls: str, **changes: Any) -> EvidenceOrder:
        """Return the order of evidence; without ``urls`` the authority of this lab."""
        fields: dict[str, Any] = {
            "servers": tuple(TimeStampServer(url=url) for url in urls or (self.url,)),
            "network": self.server.policy(),
            "trust": self.trust,
        }
        return EvidenceOrder(**(fields | changes))

    def request(self, source: Path, level: SignatureLevel, **changes: Any) -> SignRequest:
        """Return a request to sign at a level."""
        changes.setdefault("evidence", self.order())
        return request_for(source, self.algorithm, level=level, **changes)

    def sign(self, source: Path, level: SignatureLevel, **changes: Any) -> SignedFile:
        """Sign through the door, each time a second later: nobody signs one thing twice."""
        self.signed += 1
        request = self.request(source, level, **changes)
        later = request.signing_time + timedelta(seconds=self.signed)
        return sign_with(replace(request, signing_time=later), self.algorithm)

    def act(
        self, act: SigningAct, signature: Path, level: SignatureLevel, **changes: Any
    ) -> SignedFile:
        """Co-sign or counter-sign a file."""
        return self.sign(signature, level, act=act, **changes)

    def raise_file(self, source: Path, level: SignatureLevel, **changes: Any) -> RaisedFile:
        """Raise through the door."""
        changes.setdefault("evidence", self.order())
        return Raising(InlineWorkers()).raise_file(  # type: ignore[arg-type]
            RaiseRequest(source=source, level=level, **changes)
        )

    def verify(
        self, path: Path, *, content: Path | None = None, trust: TrustMaterial | None = None
    ) -> Verification:
        """Verify a file now."""
        request = VerifyRequest(
            path=path,
            content=content,
            trust=trust or self.trust,
            at=datetime.now(UTC),
        )
        return run(verifying_tasks.verify, request)

    def report(self, path: Path, **options: Any) -> SignatureReport:
        """Verify a file with one signature."""
        (report,) = self.verify(path, **options).report.signatures
        return report


def run(handler: Callable[[Any, Context], Any], request: Any) -> Any:
    """Run a worker's function here."""
    with io.FileIO(os.devnull, "w") as sink:
        return handler(request, Context(sink, None))


def codes(report: SignatureReport) -> set[str]:
    """Return the codes of the warnings."""
    return {notice.code for notice in report.warnings}


@contextmanager
def serving(folder: Path, algorithm: KeyAlgorithm = QUICK, **lab: Any) -> Iterator[Lab]:
    """Run a server for one lab."""
    with running() as server:
        yield Lab(folder, server, algorithm, **lab)
