"""Foreign values are made into types by one room, one thread at a time."""

import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app import shapes
from app.processes import wire

ROOT = Path(__file__).resolve().parents[1]
_ROOMS = {"shapes.py", "wire.py"}
_ONE_TYPE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import make_dataclass
sys.path.insert(0, sys.argv[1])
from app.shapes import read_table
sys.setswitchinterval(1e-6)
with ThreadPoolExecutor(4) as threads:
    for _ in range(300):
        leaf = make_dataclass("Leaf", [(f"f{n}", int) for n in range(8)])
        kind = make_dataclass("Kind", [(f"g{n}", tuple[leaf, ...]) for n in range(8)])
        table = {f"g{n}": [] for n in range(8)}
        list(threads.map(lambda _: read_table(table, kind), range(4)))
"""


@dataclass(frozen=True)
class Thing:
    """Something to be read."""

    name: str


def test_values_are_strict() -> None:
    """What does not fit is refused."""
    assert shapes.read_json(b'{"name": "a"}', Thing) == Thing("a")
    assert shapes.read_table({"name": "a"}, Thing) == Thing("a")
    for wrong in (b'{"name": 1}', b"{}", b"["):
        with pytest.raises(msgspec.MsgspecError):
            shapes.read_json(wrong, Thing)


def test_threads_that_read_one_type_at_once_live() -> None:
    """Two checks at a time that were each the first to load the policy ended the process."""
    done = subprocess.run([sys.executable, "-c", _ONE_TYPE, ROOT], check=False)
    assert done.returncode == 0


def test_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON, tables and the wire between processes wait for each other."""
    inside, most, counting = 0, 0, threading.Lock()

    def slow(*_: Any, **__: Any) -> Any:
        nonlocal inside, most
        with counting:
            inside += 1
            most = max(most, inside)
        time.sleep(0.01)
        with counting:
            inside -= 1

    monkeypatch.setattr(msgspec.json, "decode", slow)
    monkeypatch.setattr(msgspec, "convert", slow)
    monkeypatch.setattr(msgspec.msgpack, "Decoder", slow)
    wire._decoder.cache_clear()
    work = [
        lambda: shapes.read_json(b"{}", Thing),
        lambda: shapes.read_table({}, Thing),
        lambda: wire._decoder(Thing),
        lambda: wire._decoder(int),
    ]
    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(one) for one in work]:
            each.result()
    wire._decoder.cache_clear()
    assert most == 1


def test_nobody_goes_round_this_room() -> None:
    """Only here and in the wire is msgspec asked to make values of types."""
    calls = re.compile(r"msgspec\.(convert|(json|msgpack|toml|yaml)\.(decode|Decoder))\(")
    files = [each for each in (ROOT / "app").rglob("*.py") if each.name not in _ROOMS]
    assert not [each for each in files if calls.search(each.read_text("utf-8"))]
