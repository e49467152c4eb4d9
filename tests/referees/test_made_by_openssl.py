"""CMS made by OpenSSL gets the right verdict from the command line, and the wrong file the wrong one."""

import subprocess
import sys
from pathlib import Path

import pytest
from stand_ins import openssl
from stand_ins.openssl import Signer

ROOT = Path(__file__).resolve().parents[2]
TEXT = "Акт сверки за III квартал\n".encode() * 50
OTHER = TEXT.replace(b"III", b"I I", 1)

FORMS = {
    "detached DER": ((), "DER"),
    "attached DER": (("-nodetach",), "DER"),
    "attached BER": (("-nodetach", "-stream"), "DER"),
    "detached PEM": ((), "PEM"),
    "attached PEM": (("-nodetach",), "PEM"),
    "CAdES": (("-cades",), "DER"),
    "by key identifier": (("-keyid",), "DER"),
}


@pytest.fixture(scope="module", params=["gost256", "gost512", "rsa"])
def signer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """Return a signer of the referee's own making."""
    openssl.demand()
    return Signer.make(tmp_path_factory.mktemp("referee"), request.param)


def exit_code(file: Path, signer: Signer, folder: Path) -> int:
    """Verify on the command line, trusting the signer's own certificate."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "app", "--profile", folder / "profile"),
            *("verify", file, "--trust", signer.certificate),
        ],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    ).returncode


@pytest.mark.parametrize("form", FORMS)
def test_verdict(signer: Signer, form: str, tmp_path: Path) -> None:
    """The signature passes; with another document, or spoilt inside, it fails."""
    folder = tmp_path / "Входящие документы"
    folder.mkdir()
    document = folder / "Акт сверки.txt"
    document.write_bytes(TEXT)
    options, encoding = FORMS[form]
    signature = signer.sign(document, folder / "Акт сверки.txt.sig", *options, form=encoding)
    assert exit_code(signature, signer, tmp_path) == 0
    document.write_bytes(OTHER)
    if "-nodetach" not in options:
        assert exit_code(signature, signer, tmp_path) == 20
        return
    assert exit_code(signature, signer, tmp_path) == 0  # it holds its own content
    if encoding == "DER":
        spoilt = folder / "Акт сверки (подменён).sig"
        spoilt.write_bytes(signature.read_bytes().replace(TEXT, OTHER))
        assert exit_code(spoilt, signer, tmp_path) == 20
