"""What happens when libgcrypt is missing, too old, or answers wrongly."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.algorithms.gost import calls, library, selftest
from app.errors import ErrorCode, RoscherkError

_fresh_ready = selftest.ready.__wrapped__
_fresh_ready_to_sign = selftest.ready_to_sign.__wrapped__


@pytest.fixture(autouse=True)
def _loaded() -> None:
    """Load the real library before a test pretends that there is none."""
    library.load()


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """No library by any of its names: LIBGCRYPT_MISSING with the platform."""
    monkeypatch.setattr(library, "_candidates", lambda: iter(["no-such-library.so.20"]))
    with pytest.raises(RoscherkError) as caught:
        library._declared()
    assert caught.value.code is ErrorCode.LIBGCRYPT_MISSING
    assert caught.value.facts == {"platform": sys.platform}


@pytest.mark.skipif(sys.platform != "linux", reason="takes another library by its Linux name")
def test_another_library_under_the_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library without the functions is as good as none."""
    monkeypatch.setattr(library, "_candidates", lambda: iter(["libm.so.6"]))
    with pytest.raises(RoscherkError) as caught:
        library._declared()
    assert caught.value.code is ErrorCode.LIBGCRYPT_MISSING


def test_an_old_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version before the mended Streebog is refused, with both versions as facts."""
    monkeypatch.setattr(library, "MINIMUM", b"99.0.0")
    with pytest.raises(RoscherkError) as caught:
        library._declared()
    assert caught.value.code is ErrorCode.LIBGCRYPT_MISSING
    assert caught.value.facts["version"] == library.version()
    assert caught.value.facts["needed"] == "99.0.0"


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("linux", ["libgcrypt.so.20"]),
        (
            "darwin",
            [
                "libgcrypt.20.dylib",
                "/opt/homebrew/lib/libgcrypt.20.dylib",
                "/usr/local/lib/libgcrypt.20.dylib",
            ],
        ),
    ],
)
def test_the_library_is_sought_by_its_name(
    monkeypatch: pytest.MonkeyPatch, platform: str, expected: list[str]
) -> None:
    """Each system has its own file name."""
    monkeypatch.setattr(sys, "platform", platform)
    assert list(library._candidates()) == expected


def test_on_windows_no_dll_of_the_current_folder_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every candidate is a full path: beside the program, or inside the frozen build."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "_MEIPASS", str(Path("frozen").resolve()), raising=False)
    found = list(library._candidates())
    assert len(found) == 2
    assert all(Path(path).is_absolute() and path.endswith("libgcrypt-20.dll") for path in found)


def test_a_wrong_digest_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that fails a vector of Streebog is never used."""
    number, message, expected = selftest._HASHES[0]
    monkeypatch.setattr(selftest, "_HASHES", ((number, message + b"x", expected),))
    with pytest.raises(RoscherkError) as caught:
        _fresh_ready()
    assert caught.value.code is ErrorCode.SELF_TEST_FAILED
    assert caught.value.facts == {"algorithm": "streebog", "version": library.version()}


def test_a_wrong_signature_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for verification and for signing."""
    wrong = tuple(replace(example, s=example.r) for example in selftest._SIGNATURES)
    monkeypatch.setattr(selftest, "_SIGNATURES", wrong)
    with pytest.raises(RoscherkError) as caught:
        _fresh_ready()
    assert caught.value.facts["algorithm"] == "gost3410-verify"
    with pytest.raises(RoscherkError) as caught:
        _fresh_ready_to_sign()
    assert caught.value.facts["algorithm"] == "gost3410-sign"


def test_a_library_that_accepts_everything_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verification that never says no fails the self-test."""
    monkeypatch.setattr(calls, "verify", lambda *_: True)
    with pytest.raises(RoscherkError) as caught:
        _fresh_ready()
    assert caught.value.facts["algorithm"] == "gost3410-verify"


@pytest.mark.skipif(sys.platform != "linux", reason="FIPS mode is asked for by a variable of Linux")
def test_a_library_that_refuses_gost_is_named() -> None:
    """In FIPS mode libgcrypt has no GOST: one clear error, no traceback, no abort."""
    code = (
        "from app.algorithms import digests\n"
        "from app.errors import RoscherkError\n"
        "try:\n"
        "    digests.digest('streebog256', b'')\n"
        "except RoscherkError as error:\n"
        "    print(error.code, error.facts['algorithm'])\n"
    )
    environment = {**os.environ, "LIBGCRYPT_FORCE_FIPS_MODE": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment, text=True, check=False
    )
    assert result.stdout == "self_test_failed streebog\n", result.stderr


def test_the_library_can_be_loaded_from_many_threads_at_once() -> None:
    """First use from eight threads initialises libgcrypt once and gives right answers."""
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from app.algorithms import digests\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    found = {pool.submit(digests.digest, 'streebog256', b'').result() for _ in range(8)}\n"
        "assert len(found) == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
