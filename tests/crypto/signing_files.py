"""Signing a file with any key, through the tasks of the worker, in this process."""

from datetime import datetime
from pathlib import Path
from typing import Any

from stand_ins.signed_pdf import SIGNED_AT, NoProgress

from app.crypto.model import FinishRequest, SignatureFormat, SignRequest
from app.crypto.saving import new_job
from app.crypto.signing import tasks


def sign(source: Path, key: Any, at: datetime = SIGNED_AT, *, attached: bool = False) -> Path:
    """Sign a file with a key backend; return the signature."""
    request = SignRequest(
        source=source,
        container=key.container,
        format=SignatureFormat.CADES,
        signing_time=at,
        attached=attached,
        job=new_job(),
    )
    prepared = tasks.prepare(request, NoProgress())
    signature = key.sign_digest(prepared.digest_name, prepared.digest, None)
    finish = FinishRequest(prepared=prepared, signature=signature, created_with="test")
    return tasks.finish(finish, NoProgress()).target
