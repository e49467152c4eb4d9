"""What we sign, others accept: poppler's pdfsig, OpenSSL with the gost engine, pyHanko."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from stand_ins import openssl
from stand_ins.pki import NOW, Pki, pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import tlv

GAP = re.compile(rb"/Contents <([0-9A-F]{2000,})>", re.IGNORECASE)


def pdfsig(path: Path) -> str:
    """Return what pdfsig says."""
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not installed (poppler-utils)")
    done = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, check=False, timeout=60
    )
    return done.stdout.decode()


def taken_out(path: Path, folder: Path) -> tuple[Path, Path]:
    """Write the CMS of the last signature and the bytes it covers; return both files."""
    data = path.read_bytes()
    gap = list(GAP.finditer(data))[-1]
    octets = bytes.fromhex(gap[1].decode())
    (folder / "signature.der").write_bytes(octets[: tlv.read(octets).end])
    (folder / "covered.bin").write_bytes(data[: gap.start(1) - 1] + data[gap.end(1) + 1 :])
    return folder / "signature.der", folder / "covered.bin"


def test_pdfsig_accepts_rsa(signed_rsa: Path) -> None:
    """Poppler finds an RSA signature valid, over the whole document, as ETSI.CAdES.detached."""
    said = pdfsig(signed_rsa)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Тестов Тест Тестович" in said


def test_pdfsig_accepts_two_signatures(signed_rsa: Path, tmp_path: Path) -> None:
    """The first of two stays valid."""
    twice = sign_pdf(signed_rsa, pki_of(KeyAlgorithm.RSA), output=tmp_path / "twice.pdf")
    said = pdfsig(twice.target)
    assert said.count("Signature is Valid") == 2
    assert said.count("Total document signed") == 1


@pytest.mark.parametrize(
    "algorithm", [KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512, KeyAlgorithm.RSA]
)
def test_openssl_accepts_the_cms(algorithm: KeyAlgorithm, contract: Path, tmp_path: Path) -> None:
    """OpenSSL verifies the CMS taken out of the PDF against the bytes it covers, with the chain."""
    openssl.demand()
    pki = pki_of(algorithm)
    signed = sign_pdf(contract, pki, output=tmp_path / "signed.pdf").target
    signature, covered = taken_out(signed, tmp_path)
    root = tmp_path / "root.der"
    root.write_bytes(pki.root)
    openssl.succeed("x509", "-inform", "DER", "-in", root, "-out", tmp_path / "root.pem")
    command = (
        *("cms", "-verify", "-binary", "-cades", "-engine", "gost", "-inform", "DER"),
        *("-in", signature, "-content", covered, "-CAfile", tmp_path / "root.pem"),
        *("-purpose", "any", "-attime", str(int(NOW.timestamp())), "-out", tmp_path / "out"),
    )
    openssl.succeed(*command)
    covered.write_bytes(covered.read_bytes().replace(b"/Kids", b"/Kidz", 1))
    assert openssl.openssl(*command).returncode != 0


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_pyhanko_accepts_rsa(signed_rsa: Path) -> None:
    """Its own validation, with the difference analysis, finds it valid and trusted."""
    pki: Pki = pki_of(KeyAlgorithm.RSA)
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(pki.root)],
        other_certs=[x509.Certificate.load(pki.ca)],
        moment=NOW,
    )
    with signed_rsa.open("rb") as file:
        (embedded,) = PdfFileReader(file).embedded_signatures
        status = validate_pdf_signature(
            embedded, context, key_usage_settings=KeyUsageConstraints(key_usage=set())
        )
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
