"""What others say of hostile files: pdfsig, pyHanko, openssl. Each is asked as a user would ask it.

Each answers with one word: ``valid``, ``refused``, ``no signature``, ``broke down`` (an exception or a
crash that is no verdict), ``hung`` or ``-`` (such files are beyond it).
"""

from __future__ import annotations

import asyncio
import io
import logging
import multiprocessing
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from attacks.cms_forge import Scene
from stand_ins import openssl

VALID, REFUSED, NOTHING = "valid", "refused", "no signature"
BROKE, HUNG, BEYOND = "broke down", "hung", "-"
MOST_SECONDS = 30.0


def pdfsig(path: Path) -> str:
    """Ask poppler about a PDF, without a word on certificates; it has no GOST."""
    if shutil.which("pdfsig") is None:
        return BEYOND
    try:
        done = subprocess.run(
            ["pdfsig", "-nocert", str(path)],
            capture_output=True,
            check=False,
            timeout=MOST_SECONDS,
            env=os.environ | {"LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        return HUNG
    if done.returncode < 0:
        return BROKE
    said = done.stdout.decode("utf-8", "replace")
    words = [line for line in said.splitlines() if "Signature Validation:" in line]
    if not words:
        return NOTHING
    return VALID if all("Signature is Valid" in line for line in words) else REFUSED


def openssl_cms(scene: Scene, folder: Path) -> str:
    """Ask ``openssl cms`` with the gost engine about a signature beside a document."""
    if not openssl.available():
        return BEYOND
    path = folder / "signature.der"
    path.write_bytes(scene.signature)
    document: tuple[str | Path, ...] = ()
    if scene.content is not None:
        (folder / "document").write_bytes(scene.content)
        document = ("-content", folder / "document")
    try:
        done = openssl.openssl(
            *("cms", "-verify", "-engine", "gost", "-binary", "-inform", _form(scene)),
            *("-in", path, *document, "-CAfile", _roots(scene, folder), "-crl_check_all"),
            *("-attime", str(int(scene.at.timestamp())), "-purpose", "any", "-cades"),
            *("-out", folder / "out"),
        )
    except subprocess.TimeoutExpired:
        return HUNG
    if done.returncode < 0:
        return BROKE
    return REFUSED if done.returncode else VALID


def _form(scene: Scene) -> str:
    return "PEM" if scene.signature.startswith(b"-----") else "DER"


def _roots(scene: Scene, folder: Path) -> Path:
    """Write roots and lists in PEM."""
    text = b""
    for kind, listed in (("x509", scene.anchors), ("crl", scene.crls)):
        for encoded in listed:
            source = folder / "one.der"
            source.write_bytes(encoded)
            made = openssl.openssl(kind, "-inform", "DER", "-in", source)
            text += made.stdout
    target = folder / "roots.pem"
    target.write_bytes(text)
    return target


@dataclass(frozen=True)
class Asked:
    """What pyHanko is asked."""

    data: bytes
    content: bytes | None
    pdf: bool
    roots: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    at: float
    """Seconds since 1970."""


class PyHanko:
    """pyHanko in a process of its own: it changes libraries for everybody in its process."""

    def __init__(self) -> None:
        self._process: Any = None
        self._pipe: Connection | None = None

    def ask(self, asked: Asked) -> str:
        """Return its word; a process that hangs or dies is replaced."""
        if self._process is None or not self._process.is_alive():
            self._begin()
        assert self._pipe is not None
        try:
            self._pipe.send(asked)
            if self._pipe.poll(MOST_SECONDS):
                return str(self._pipe.recv())
        except (EOFError, OSError):
            self.close()
            return BROKE
        self.close()
        return HUNG

    def _begin(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, other = spawn.Pipe()
        self._process = spawn.Process(target=serve, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def serve(pipe: Connection) -> None:
    """Answer until nobody asks any more."""
    warnings.simplefilter("ignore")
    logging.disable()
    while True:
        try:
            asked = pipe.recv()
        except EOFError:
            return
        pipe.send(_quietly(lambda asked=asked: _pdf(asked) if asked.pdf else _cms(asked)))


def _quietly(judge: Callable[[], str]) -> str:
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415
    from pyhanko.sign.general import UnacceptableSignerError  # noqa: PLC0415
    from pyhanko.sign.validation.errors import SignatureValidationError  # noqa: PLC0415

    try:
        return judge()
    except (SignatureValidationError, UnacceptableSignerError, PdfError):
        return REFUSED
    except Exception:  # noqa: BLE001 - that is the answer
        return BROKE


def _context(asked: Asked) -> Any:
    from datetime import UTC, datetime  # noqa: PLC0415

    from asn1crypto import crl, x509  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    return ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in asked.roots],
        crls=[crl.CertificateList.load(one) for one in asked.crls],
        revocation_mode="require",
        moment=datetime.fromtimestamp(asked.at, UTC),
    )


def _usage() -> Any:
    from pyhanko.sign.validation.settings import KeyUsageConstraints  # noqa: PLC0415

    return KeyUsageConstraints(key_usage=set())


def _cms(asked: Asked) -> str:
    from asn1crypto import cms  # noqa: PLC0415
    from pyhanko.sign.validation import (  # noqa: PLC0415
        async_validate_cms_signature,
        async_validate_detached_cms,
    )

    signed = cms.ContentInfo.load(asked.data)["content"]
    options: dict[str, Any] = {
        "signer_validation_context": _context(asked),
        "key_usage_settings": _usage(),
    }
    if asked.content is None or signed["encap_content_info"]["content"].native is not None:
        from pyhanko.sign.validation.status import StandardCMSSignatureStatus  # noqa: PLC0415

        del options["signer_validation_context"]
        coroutine: Any = async_validate_cms_signature(
            signed, StandardCMSSignatureStatus, validation_context=_context(asked), **options
        )
    else:
        coroutine = async_validate_detached_cms(
            asked.content, signed, ts_validation_context=_context(asked), **options
        )
    status: Any = asyncio.run(coroutine)
    return VALID if status.intact and status.valid and status.trusted else REFUSED


def _pdf(asked: Asked) -> str:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415

    found = PdfFileReader(io.BytesIO(asked.data)).embedded_regular_signatures
    if not found:
        return NOTHING
    for embedded in found:
        status = validate_pdf_signature(
            embedded,
            _context(asked),
            ts_validation_context=_context(asked),
            key_usage_settings=_usage(),
        )
        if not status.bottom_line:
            return REFUSED
    return VALID
