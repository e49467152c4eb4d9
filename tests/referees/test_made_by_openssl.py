"""CMS made by OpenSSL gets the right verdict from the command line, and the wrong file the wrong one."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from stand_ins import openssl
from stand_ins.bare_machine import bare
from stand_ins.lent_children import lending
from stand_ins.openssl import Signer

from app import composition, start
from app.texts.catalogue import set_language

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


@pytest.fixture(scope="module", autouse=True)
def lent_workers() -> Iterator[None]:
    """Let one command's workers go on to the next one."""
    with lending() as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition, "Pool", pool)
        bare(patch)
        yield
    set_language("en")


def words_of(file: Path, signer: Signer, folder: Path) -> list[str]:
    """Return what verifies a file on the command line, trusting the signer's own certificate."""
    return [
        *("--profile", str(folder / "profile")),
        *("verify", str(file), "--trust", str(signer.certificate)),
    ]


def exit_code(file: Path, signer: Signer, folder: Path) -> int:
    """Verify with the command line, in this process."""
    return start.main(words_of(file, signer, folder))


def test_verdict_of_the_program(signer: Signer, tmp_path: Path) -> None:
    """The program itself, started anew for each file, says the same as it does in this process."""
    document = tmp_path / "Акт сверки.txt"
    document.write_bytes(TEXT)
    signature = signer.sign(document, tmp_path / "Акт сверки.txt.sig", form="DER")
    for content, code in ((TEXT, 0), (OTHER, 20)):
        document.write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-m", "app", *words_of(signature, signer, tmp_path)],
            cwd=ROOT,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code


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
