"""A PIN is found nowhere: not in memory after the work, nor in any file, argument or message."""

import json
import os
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path

import memory_scan
import pytest
from pin_places import OnePlace
from stand_ins.mock import MakeMock, profiles
from stand_ins.softhsm import MODULE, SO_PIN, _util, make_token
from test_token_place import PlaceOf

from app.errors import RoscherkError
from app.journal import Action, Journal
from app.tokens.pin import Secret
from app.tokens.pins import Pins

HERE = Path(__file__).parent
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.usefixtures("cold_hosts"),
]


def scanned(module: Path, *pins: str, keep: bool = False) -> list[int]:
    """Work with PINs in a process of its own; return how often each is left in its memory."""
    images = [pin.encode().translate(memory_scan.TABLE).hex() for pin in pins]
    folders = [str(HERE.parents[2]), str(HERE.parent), str(HERE)]
    done = subprocess.run(
        [sys.executable, str(HERE / "pin_scan.py"), str(module), "1" if keep else "0", *images],
        input="".join(pins).encode(),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(folders)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    for pin in pins:
        assert pin not in done.stderr.decode()
    found: list[int] = json.loads(done.stdout)
    return found


def pin() -> str:
    """Return a PIN that is found nowhere by chance."""
    return f"Pin-{secrets.token_hex(6)}"


def test_nothing_left_in_memory(make_mock: MakeMock) -> None:
    """Old, new and wrong PIN, after a change, a verification and a refusal; the control is found."""
    old, new = pin(), pin()
    mock = make_mock(extended=True)
    mock.insert(profiles.RUTOKEN_ECP_3, pin=old)
    assert scanned(mock.module.path, old, new, pin()) == [0, 0, 0]
    mock = make_mock(extended=True, name="again")
    mock.insert(profiles.RUTOKEN_ECP_3, pin=old)
    assert scanned(mock.module.path, old, new, pin(), keep=True)[1]


def test_nothing_left_of_a_real_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SoftHSM2 keeps none either; a module that did would lose it with its host."""
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    make_token(tmp_path / "soft")
    old = pin()
    _util(
        "--init-token",
        "--token",
        "Токен проверки",
        "--label",
        "x",
        "--pin",
        old,
        "--so-pin",
        SO_PIN,
    )
    assert scanned(MODULE, old, pin(), pin()) == [0, 0, 0]


def test_found_nowhere_outside(
    make_mock: MakeMock, place_of: PlaceOf, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Arguments and environment of the host while it holds the PIN; journal, log, files, errors."""
    old, new, wrong = pin(), pin(), pin()
    mock = make_mock(extended=True)
    mock.insert(profiles.RUTOKEN_ECP_3, pin=old)
    place = place_of(mock.module)
    pins = Pins(lambda: OnePlace(place))
    token = place.tokens()[0]
    mock.order("C_SetPIN=sleep:300")
    seen: list[bytes] = []

    def look() -> None:
        while not mock.count("C_SetPIN"):
            time.sleep(0.005)
        folder = Path(f"/proc/{place.pid}")
        seen.extend((folder / name).read_bytes() for name in ("cmdline", "environ"))

    watcher = threading.Thread(target=look)
    watcher.start()
    with caplog.at_level("DEBUG"), Secret.of_text(old) as first, Secret.of_text(new) as second:
        pins.change(token, first, second)
        watcher.join()
        told = repr((first, second))
    with pytest.raises(RoscherkError) as caught, Secret.of_text(wrong) as bad:
        pins.verify(token, bad)
    journal = Journal(tmp_path / "journal.db")
    journal.append(Action.PIN_CHANGE, "pkcs11:", caught.value.code, **caught.value.facts)
    told += repr(caught.value) + str(caught.value) + caplog.text
    files = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert len(seen) == 2
    for each in (old, new, wrong):
        assert each not in told
        assert not any(each.encode() in data for data in (*seen, *files))
