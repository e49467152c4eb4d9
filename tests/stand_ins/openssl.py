"""The referee: the command ``openssl`` with the gost engine, run as a stranger would run it."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

DIGESTS = {
    "gost256": "md_gost12_256",
    "gost512": "md_gost12_512",
    "rsa": "sha256",
    "ecdsa": "sha256",
}
_KEYS = {
    "gost256": ("gost2012_256", "paramset:A"),
    "gost512": ("gost2012_512", "paramset:A"),
    "rsa": ("rsa:2048", None),
    "ecdsa": ("ec", "ec_paramgen_curve:P-256"),
}


def openssl(
    *arguments: str | Path, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run ``openssl``; the caller looks at the exit code."""
    return subprocess.run(
        ["openssl", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env=os.environ | {"LC_ALL": "C"},
    )


@cache
def available() -> bool:
    """Tell whether the referee and its gost engine are here."""
    if shutil.which("openssl") is None:
        return False
    return openssl("engine", "gost").returncode == 0


def demand() -> None:
    """Skip the test where there is no referee."""
    if not available():
        pytest.skip("openssl with the gost engine is not installed (libengine-gost-openssl)")


def succeed(*arguments: str | Path) -> bytes:
    """Run ``openssl``, which must succeed; return what it printed."""
    done = openssl(*arguments)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout


@dataclass(frozen=True)
class Signer:
    """A self-signed certificate and key made by the referee."""

    algorithm: str
    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, algorithm: str) -> "Signer":
        """Make key and certificate in ``folder``."""
        key, certificate = folder / f"{algorithm}.key", folder / f"{algorithm}.pem"
        kind, option = _KEYS[algorithm]
        succeed(
            "req", "-x509", "-engine", "gost", "-newkey", kind,
            *(("-pkeyopt", option) if option else ()),
            "-nodes", "-keyout", key, "-out", certificate, "-days", "3650",
            f"-{DIGESTS[algorithm]}", "-subj", "/C=RU/CN=Referee", "-utf8",
        )  # fmt: skip
        return cls(algorithm, certificate, key)

    def sign(self, source: Path, target: Path, *options: str, form: str = "DER") -> Path:
        """Sign ``source``; without ``-nodetach`` among the options the signature is detached."""
        succeed(
            "cms", "-sign", "-engine", "gost", "-binary", "-in", source, "-out", target,
            "-outform", form, "-signer", self.certificate, "-inkey", self.key,
            "-md", DIGESTS[self.algorithm], *options,
        )  # fmt: skip
        return target


def verify(
    signature: Path, *, content: Path | None, root: bytes, form: str = "DER", out: Path
) -> tuple[bool, str]:
    """Let the referee verify a signature; return its verdict and its words."""
    anchor = out.with_suffix(".root.der")
    anchor.write_bytes(root)
    pem = out.with_suffix(".root.pem")
    succeed("x509", "-engine", "gost", "-inform", "DER", "-in", anchor, "-out", pem)
    given: Sequence[str | Path] = () if content is None else ("-content", content)
    done = openssl(
        "cms", "-verify", "-engine", "gost", "-binary", "-inform", form, "-in", signature,
        *given, "-CAfile", pem, "-purpose", "any", "-cades", "-out", out,
    )  # fmt: skip
    return done.returncode == 0, done.stderr.decode("utf-8", "replace")
