"""A PDF signed through the tasks of the worker, in the test's own process."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from stand_ins.pki import Pki

from app.crypto.model import FinishRequest, SignatureFormat, SignedFile, SignRequest
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.stamping.style import NO_STAMP, StampStyle

SIGNED_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


class NoProgress:
    """A context that listens to nobody."""

    def progress(self, done: int, total: int) -> None:
        """Do nothing."""


def sign_pdf(
    source: Path,
    pki: Pki,
    *,
    stamp: bool | StampStyle = True,
    practice: bool = False,
    output: Path | None = None,
) -> SignedFile:
    """Sign a PDF through the tasks of the worker, in this process."""
    request = SignRequest(
        source=source,
        container=replace(pki.container, practice=practice),
        format=SignatureFormat.PADES,
        stamp=stamp if isinstance(stamp, StampStyle) else (StampStyle() if stamp else NO_STAMP),
        output=output,
        signing_time=SIGNED_AT,
        job=new_job(),
    )
    prepared = signing_tasks.prepare(request, NoProgress())
    signature = pki.key.sign_digest(prepared.digest_name, prepared.digest, None)
    finish = FinishRequest(prepared=prepared, signature=signature, created_with="test")
    return signing_tasks.finish(finish, NoProgress())
