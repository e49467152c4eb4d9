"""Digests of a large file: this program's room of algorithms against OpenSSL's gost engine."""

import os
import sys
from pathlib import Path

from benchmarks.measuring import Bench, Row, Side, compare, need

_OURS = """
import sys
from app.algorithms import digests
with open(sys.argv[1], 'rb', buffering=0) as file:
    found = digests.digest_stream(sys.argv[2:], file)
print(*(value.hex() for value in found.values()))
"""


def write_large(path: Path, megabytes: int) -> Path:
    """Write a file of random bytes; one megabyte of them, over and over."""
    piece = os.urandom(1 << 20)
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(piece)
    return path


def measure(bench: Bench) -> list[Row]:
    """Whole processes, the start of Python included."""
    openssl = need("openssl")
    size = max(1, bench.size // 4)
    file = write_large(bench.folder / "large.bin", size)
    rows = []
    for wanted, option, title in (
        (["streebog256"], "md_gost12_256", "Streebog-256"),
        (["streebog512"], "md_gost12_512", "Streebog-512"),
        (["streebog256", "sha256"], "md_gost12_256", "Streebog-256 + SHA-256"),
    ):
        ours, peer = compare(
            bench.rounds,
            Side([sys.executable, "-c", _OURS, file, *wanted]),
            Side([openssl, "dgst", "-engine", "gost", f"-{option}", file]),
        )
        answer = peer.text.split("= ")[1].split()[0].replace("Engine", "")
        if answer[:64] != ours.text.split()[0][:64]:
            raise AssertionError("the digests differ")
        what = f"{title}, {size} MB, vs openssl gost"
        rows.append(Row(what, ours.seconds, peer.seconds, goal_ratio=1.2, memory=ours.memory))
    file.unlink()
    return rows
