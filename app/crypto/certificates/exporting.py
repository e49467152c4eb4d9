"""A certificate written to a file of its own: DER, or Base64 between its lines (RFC 7468 §5)."""

import base64
import textwrap
from pathlib import Path

from app.crypto.saving import AtomicFile

_WIDTH = 64


def export_certificate(der: bytes, target: Path, *, base64_lines: bool = False) -> Path:
    """Write a certificate to a new file; return its path.

    Nothing is overwritten: raises ``TARGET_EXISTS``, ``TARGET_UNWRITABLE``, ``DISK_FULL``.
    """
    data = armoured(der).encode() if base64_lines else der
    with AtomicFile.create(target.parent) as file:
        file.write(data)
        return file.publish(target, numbers=False)


def armoured(der: bytes) -> str:
    """Return a certificate as text (RFC 7468 §5.1)."""
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), _WIDTH))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
