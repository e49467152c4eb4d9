"""Ten gigabytes signed with the content inside, and verified: memory tells how it is handled."""

import shutil
from pathlib import Path

from benchmarks import practice_profile
from benchmarks.measuring import Bench, Missing, Row, Side, run

_GIGABYTES = 10
_GOAL_MEMORY = 200_000_000


def measure(bench: Bench) -> list[Row]:
    """Run once; it takes minutes and twice the room on the disk."""
    size = _GIGABYTES * 1000**3
    if shutil.disk_usage(bench.folder).free < 2.2 * size:
        raise Missing(f"{2.2 * size / 1e9:.0f} GB of free disk")
    profile = practice_profile.enter(bench.folder / "profile")
    content = _write(bench.folder / "huge.bin", size)
    target = bench.folder / "huge.sig"
    sign = Side(
        profile.command(
            *("sign", content, "--key", profile.uri, "--password-stdin"),
            *("--format", "cades", "--attached", "--output", target),
        ),
        stdin=profile.password + b"\n",
    )
    signed = run(sign)
    content.unlink()
    verified = run(Side(profile.command("verify", target, "--allow-practice", "--json")))
    target.unlink()
    return [
        Row(
            f"{title} {_GIGABYTES} GB attached, GOST 256",
            done.seconds,
            memory=done.memory,
            goal_memory=_GOAL_MEMORY,
        )
        for title, done in (("sign", signed), ("verify", verified))
    ]


def _write(path: Path, size: int) -> Path:
    """Write a file that takes room on the disk: a sparse one would flatter the reader."""
    piece = bytes(range(256)) * (1 << 12)
    with path.open("wb") as file:
        for _ in range(size // len(piece)):
            file.write(piece)
        file.write(piece[: size % len(piece)])
    return path
