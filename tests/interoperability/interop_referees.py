"""Who judges the files: this program itself, and others that know nothing of its code.

Each referee says one word: ``accepted``, ``refused: …``, or ``not understood: …`` where it has no
opinion on such files. A referee that is not installed is not there.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imprint_referee import (
    ARCHIVE_V3,
    REFERENCES_TIME_STAMP,
    SIGNATURE_TIME_STAMP,
    Seen,
    openssl_accepts,
)
from interop_making import TEXT, Made
from stand_ins import openssl

from app.crypto.cms import tlv
from app.crypto.model import VerifyRequest
from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.report import FileReport, Indication
from app.crypto.verifying import tasks as verifying_tasks
from app.processes.serving import Context

ACCEPTED = "accepted"
STAMPS = "openssl ts"
"""The referee that looks at nothing but the time-stamps."""

_GAP = re.compile(rb"/Contents <([0-9A-F]{2000,})>", re.IGNORECASE)
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


@dataclass(frozen=True)
class Opinion:
    """What one referee said of one file."""

    referee: str
    word: str

    @property
    def refused(self) -> bool:
        """Tell whether the referee understood the file and did not accept it."""
        return self.word.startswith("refused")


def refused(why: object) -> str:
    """Return the word for a file that was understood and not accepted."""
    return f"refused: {' '.join(str(why).split())[-200:]}"


def not_understood(why: str) -> str:
    """Return the word for a file that is beyond a referee."""
    return f"not understood: {why}"


def report_of(made: Made) -> FileReport:
    """Verify a file with this program, in this process."""
    request = VerifyRequest(
        path=made.path, content=made.document, trust=made.firm.trust, at=datetime.now(UTC)
    )
    with io.FileIO(os.devnull, "w") as sink:
        return verifying_tasks.verify(request, Context(sink, None)).report


def ours(made: Made) -> str:
    """Hold every signature to a whole pass, at the level that was asked for."""
    report = report_of(made)
    if report.verdict is not Indication.TOTAL_PASSED:
        codes = [str(one) for each in report.signatures for one in each.reasons]
        return refused(f"{report.verdict} {codes} {report.errors}")
    levels = tuple(
        str(each.level)
        for each in report.signatures
        if each.kind is not SignatureKind.DOCUMENT_TIMESTAMP
    )
    return ACCEPTED if levels == made.levels else refused(f"levels {levels}")


def openssl_cms(made: Made) -> str:
    """Let ``openssl cms`` verify every signer of a CMS file, its chain, and the content."""
    return _openssl_verifies(made, made.path, made.document)


def openssl_pdf(made: Made) -> str:
    """Let ``openssl cms`` verify each CMS that was taken out of a PDF, over the octets it covers."""
    data = made.path.read_bytes()
    found = 0
    for gap, named in zip(_GAP.finditer(data), _RANGE.finditer(data), strict=True):
        octets = bytes.fromhex(gap[1].decode())
        encoded = octets[: tlv.read(octets).end]
        start, length, after, rest = (int(each) for each in named.groups())
        if Seen.of(encoded).signed["encap_content_info"]["content_type"].native != "data":
            continue  # a time-stamp of the document
        covered = made.path.with_suffix(".covered")
        covered.write_bytes(data[start : start + length] + data[after : after + rest])
        signature = made.path.with_suffix(".der")
        signature.write_bytes(encoded)
        word = _openssl_verifies(made, signature, covered, "-cades")
        if word != ACCEPTED:
            return word
        found += 1
    return ACCEPTED if found == len(made.levels) else refused(f"{found} signatures")


def _openssl_verifies(made: Made, path: Path, content: Path | None, *options: str) -> str:
    out = path.with_suffix(".out")
    done = openssl.openssl(
        *("cms", "-verify", "-engine", "gost", "-binary", "-inform", "DER", "-in", path),
        *(() if content is None else ("-content", content)),
        *("-CAfile", roots_of(made), "-crl_check_all", "-purpose", "any", "-out", out, *options),
    )
    if done.returncode:
        return refused(done.stderr.decode("utf-8", "replace"))
    if content is None and out.read_bytes() != TEXT:
        return refused("another content")
    return ACCEPTED


def roots_of(made: Made) -> Path:
    """Return root and revocation lists as one file in PEM."""
    target = made.firm.folder / "roots.pem"
    if not target.exists():
        text = b""
        for kind, encoded in [("x509", made.firm.pki.root)] + [
            ("crl", each) for each in made.firm.pki.crls
        ]:
            source = made.firm.folder / "one.der"
            source.write_bytes(encoded)
            text += openssl.succeed(kind, "-inform", "DER", "-in", source)
        target.write_bytes(text)
    return target


def openssl_ts(made: Made) -> str:
    """Let ``openssl ts`` hold each time-stamp of a signer to the octets that it is over.

    What octets these are is computed by asn1crypto, from the standards alone.
    """
    if made.levels[0] == "CAdES-BES":
        return not_understood("no time-stamps")
    seen = Seen.of(made.path.read_bytes())
    for number in range(len(seen.signed["signer_infos"])):
        checked = 0
        for token, over in _time_stamps(seen, number):
            try:
                pki = made.firm.pki
                openssl_accepts(token, over, made.path.parent, pki.root, pki.ca)
            except AssertionError as error:
                return refused(error)
            checked += 1
        if checked < _STAMPS[made.levels[0]]:
            return refused(f"{checked} time-stamps")
    return ACCEPTED


_STAMPS = {"CAdES-T": 1, "CAdES-XL1": 2, "CAdES-LT": 1, "CAdES-LTA": 2}


def _time_stamps(seen: Seen, number: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield the time-stamps of one signer, each with what it must be over."""
    signature = bytes(seen.signer(number)["signature"].native)
    for token in seen.tokens(SIGNATURE_TIME_STAMP, number):
        yield token, signature
    for token in seen.tokens(REFERENCES_TIME_STAMP, number):
        yield token, seen.references_octets(number)
    for token in seen.tokens(ARCHIVE_V3, number):
        yield token, seen.archive_octets(token, TEXT, number)


def pyhanko_cms(made: Made) -> str:
    """Let pyHanko validate a CMS of one signer; it has no GOST and no second signer."""
    if made.firm.keys.algorithm.is_gost:
        return not_understood("GOST")
    if len(Seen.of(made.path.read_bytes()).signed["signer_infos"]) > 1:
        return not_understood("several signers")
    return _quietly(lambda: _pyhanko_cms(made))


def _pyhanko_cms(made: Made) -> str:
    from asn1crypto import cms  # noqa: PLC0415
    from pyhanko.sign.validation import async_validate_detached_cms  # noqa: PLC0415

    signed = cms.ContentInfo.load(made.path.read_bytes())["content"]
    # Its time-stamps are looked at only where the content lies outside: so it is taken out.
    signed["encap_content_info"] = cms.ContentInfo({"content_type": "data"})
    coroutine = async_validate_detached_cms(
        TEXT if made.document is None else made.document.read_bytes(),
        signed,
        signer_validation_context=_pyhanko_context(made),
        ts_validation_context=_pyhanko_context(made),
        key_usage_settings=_any_usage(),
    )
    status = asyncio.run(coroutine)
    good = status.intact and status.valid and status.trusted
    return ACCEPTED if good else refused(status.summary())


def pyhanko_pdf(made: Made) -> str:
    """Let pyHanko validate each signature of a PDF, with what was added after it."""
    if made.firm.keys.algorithm.is_gost:
        return not_understood("GOST")
    return _quietly(lambda: _pyhanko_pdf(made))


def _pyhanko_pdf(made: Made) -> str:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415

    with made.path.open("rb") as file:
        found = PdfFileReader(file).embedded_regular_signatures
        if len(found) != len(made.levels):
            return refused(f"{len(found)} signatures")
        for embedded in found:
            status = validate_pdf_signature(
                embedded,
                _pyhanko_context(made),
                ts_validation_context=_pyhanko_context(made),
                key_usage_settings=_any_usage(),
            )
            if not status.bottom_line:
                return refused(status.summary())
    return ACCEPTED


def _pyhanko_context(made: Made) -> Any:
    from asn1crypto import crl, x509  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    pki = made.firm.pki
    return ValidationContext(
        trust_roots=[x509.Certificate.load(pki.root)],
        other_certs=[x509.Certificate.load(pki.ca)],
        crls=[crl.CertificateList.load(each) for each in pki.crls],
        revocation_mode="require",
    )


def _any_usage() -> Any:
    from pyhanko.sign.validation.settings import KeyUsageConstraints  # noqa: PLC0415

    return KeyUsageConstraints(key_usage=set())


def _quietly(judge: Callable[[], str]) -> str:
    """Run a judgement of pyHanko; whatever it raises is a refusal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return judge()
        except Exception as error:  # noqa: BLE001 - its errors have no common type
            return refused(f"{type(error).__name__} {error}")


def pdfsig(made: Made) -> str:
    """Let poppler judge the signatures of a PDF, without a word on certificates."""
    if made.firm.keys.algorithm.is_gost:
        return not_understood("GOST")
    command = ["pdfsig", "-nocert", str(made.path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    said = done.stdout.decode("utf-8", "replace")
    valid = said.count("Signature is Valid")
    return ACCEPTED if valid == len(made.levels) else refused(f"{valid} valid")


def referees_of_cms() -> dict[str, Callable[[Made], str]]:
    """Return the referees that are here, by their names in the table."""
    found: dict[str, Callable[[Made], str]] = {"Росчерк": ours}
    if openssl.available():
        found |= {"openssl cms": openssl_cms, STAMPS: openssl_ts}
    return found | {"pyHanko": pyhanko_cms}


def referees_of_pdf() -> dict[str, Callable[[Made], str]]:
    """Return the referees that are here, by their names in the table."""
    found: dict[str, Callable[[Made], str]] = {"Росчерк": ours}
    if openssl.available():
        found["openssl cms"] = openssl_pdf
    if shutil.which("pdfsig") is not None:
        found["pdfsig"] = pdfsig
    return found | {"pyHanko": pyhanko_pdf}


def judge(made: Made, referees: dict[str, Callable[[Made], str]]) -> tuple[Opinion, ...]:
    """Ask everybody."""
    return tuple(Opinion(name, ask(made)) for name, ask in referees.items())
