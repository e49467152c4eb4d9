"""A stand-in for a token: SoftHSM2 with RSA and EC keys and their certificates, made afresh.

``soft_token`` is a fixture for the whole session; ``shim`` puts a misbehaving module before it.
Import the fixtures into the conftest of a folder that wants them.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.tokens.model import Module

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
LABEL = "Токен проверки"
PIN = "12345678"
SO_PIN = "87654321"
_SHIM = Path(__file__).with_name("shim.c")


@dataclass(frozen=True)
class SoftToken:
    """One initialised token; ``folder`` holds keys and certificates as files, by name."""

    module: Module
    folder: Path
    label: str = LABEL
    pin: str = PIN

    def add(self, name: str, key_id: str, *arguments: str, certificate: bool = True) -> Path:
        """Make a key by ``openssl genpkey ARGUMENTS`` and put it on the token; return its file."""
        key = self.folder / f"{name}.key"
        _run("openssl", "genpkey", "-quiet", *arguments, "-out", key)
        _util("--import", key, "--token", self.label, "--label", name, "--id", key_id, "--pin", PIN)
        if certificate:
            self.certify(name, key_id)
        return key

    def certify(
        self, name: str, key_id: str, *, subject: str = "/CN=Иванов Иван", days: int = 3650
    ) -> Path:
        """Make a certificate for a key and put it on the token; return its file (DER)."""
        file = self.folder / f"{name}.cer"
        leaf = ["-addext", "basicConstraints=critical,CA:FALSE"]
        key = self.folder / f"{name}.key"
        _run(
            *("openssl", "req", "-x509", "-key", key, "-utf8", "-subj", subject),
            *("-days", str(days), *leaf, "-outform", "DER", "-out", file),
        )
        self.put_certificate(file, key_id, name)
        return file

    def put_certificate(self, file: Path, key_id: str, label: str) -> None:
        """Put a certificate on the token."""
        self.tool("--write-object", file, "--type", "cert", "--id", key_id, "--label", label)

    def tool(self, *arguments: str | Path) -> str:
        """Run ``pkcs11-tool`` on the token, logged in."""
        token = ("--module", self.module.path, "--token-label", self.label, "--login", "--pin", PIN)
        return _run("pkcs11-tool", *token, *arguments)


def make_token(folder: Path, label: str = LABEL) -> SoftToken:
    """Initialise a token of SoftHSM2 under ``folder``; its settings go into the environment."""
    make_settings(folder)
    _util("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN)
    return SoftToken(Module("SoftHSM", "OpenDNSSEC", MODULE), folder, label)


def make_settings(folder: Path) -> None:
    """Make a place for tokens under ``folder`` and let the environment name it."""
    (folder / "tokens").mkdir(parents=True)
    settings = folder / "softhsm2.conf"
    settings.write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(settings)


@pytest.fixture(scope="session")
def soft_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftToken]:
    """Return a token with three keys: ``rsa`` (01), ``ec256`` (02), ``ec384`` (03)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", "")  # put back at the end
        token = make_token(tmp_path_factory.mktemp("softhsm"))
        token.add("rsa", "01", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        for name, key_id, curve in (("ec256", "02", "P-256"), ("ec384", "03", "P-384")):
            token.add(name, key_id, "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}")
        yield token


class Shim:
    """A module before the soft token that counts calls and misbehaves on demand."""

    def __init__(self, module: Module, folder: Path) -> None:
        self.module = module
        self._calls = folder / "calls"
        self._orders = folder / "orders"

    def order(self, *orders: str) -> None:
        """Order how to misbehave from now on (`shim.c` tells the words); nothing: behave."""
        self._orders.write_text("".join(f"{order}\n" for order in orders))

    def count(self, name: str) -> int:
        """Tell how often a function was called so far."""
        return self._calls.read_text().split().count(name) if self._calls.exists() else 0


@pytest.fixture(scope="session")
def _shim_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("shim") / "shim.so"
    _run("cc", "-shared", "-fPIC", "-O1", "-o", built, _SHIM, "-ldl")
    return built


@pytest.fixture
def shim(
    soft_token: SoftToken, _shim_module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shim:
    """Return a shim before the soft token, with no orders yet."""
    monkeypatch.setenv("ROSCHERK_TEST_MODULE", str(soft_token.module.path))
    monkeypatch.setenv("ROSCHERK_TEST_SHIM", str(tmp_path))
    return Shim(Module("shim", "tests", _shim_module), tmp_path)


def _util(*arguments: str | Path) -> None:
    _run("softhsm2-util", *arguments)


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout
