"""Referees and material for the tests of algorithms."""

import functools
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

OpenSsl = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="session")
def openssl() -> OpenSsl:
    """Return a runner of OpenSSL with its gost engine, the referee; skip where it is absent."""
    try:
        probe = subprocess.run(
            ["openssl", "engine", "-t", "gost"], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    if b"[ available ]" not in probe.stdout:
        pytest.skip("the gost engine of OpenSSL is not installed (libengine-gost-openssl)")
    return functools.partial(_run, "openssl")


def _run(
    program: str, *arguments: str | Path, ok: bool = True
) -> subprocess.CompletedProcess[bytes]:
    result = subprocess.run([program, *map(str, arguments)], capture_output=True, check=False)
    assert not ok or result.returncode == 0, result.stderr.decode(errors="replace")
    return result
