"""A profile with one file spoilt, or that cannot be written to, and what the commands make of it."""

import errno
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from faults.disturbing import Tally, told_badly
from faults.lane import Ended, Lane
from faults.scenarios import SCENARIOS, Work, text
from faults.shim import CHANGES, Act, Kind

SPOILT: Mapping[str, Callable[[bytes], bytes]] = {
    "empty": lambda _data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "zeros": lambda data: bytes(len(data)),
    "rubbish": lambda data: bytes((each * 7 + 13) % 256 for each in range(len(data))),
    "text": lambda data: b'{"' * (len(data) // 2),
}
_LONG = -10 * 365 * 86_400


def fill(lane: Lane) -> Path:
    """Make a profile in which everything is; return a signed document."""
    lane.control.rest()
    lane.documents.mkdir(parents=True, exist_ok=True)
    _demand(lane.run(lane.command("demo", lane.bed / "sample")))
    for name in ("settings", "cache", "batch_list", "request"):
        SCENARIOS[name].prepare(lane)
        _demand(SCENARIOS[name].work(lane).run(lane))
    SCENARIOS["trust_remove"].prepare(lane)
    _demand(SCENARIOS["trust_remove"].work(lane).run(lane))
    _demand(SCENARIOS["key_stop"].work(lane).run(lane))
    source = text(lane)
    _demand(lane.run(lane.command("sign", source, "--key", "practice:")))
    return source.with_name(f"{source.name}.УЧЕБНАЯ.sig")


def _demand(ended: Ended) -> None:
    assert ended.code == 0, ended


def commands(lane: Lane, signature: Path) -> Mapping[str, Work]:
    """Return what people do with a profile; together it reads and writes all of it."""
    source = lane.documents / "Акт.txt"
    words = {
        "sign": ("sign", source, "--key", "practice:"),
        "verify": ("verify", signature, "--allow-practice"),
        "containers": ("containers",),
        "doctor": ("container", "doctor"),
        "trust": ("trust", "list"),
        "history": ("trust", "history"),
        "undo": ("trust", "undo"),
        "requests": ("request", "list"),
        "journal": ("journal", "--verify"),
        "copy": ("container", "copy", "container:a", "--name", "copy"),
        "check": ("check",),
    }
    made = {name: Work(lane.command(*each)) for name, each in words.items()}
    return made | {"settings": Work([str(lane.profile)], deed="settings")}


def files_of(profile: Path) -> list[Path]:
    """Return every file of a profile that has something in it."""
    return [path for path in sorted(profile.rglob("*")) if path.is_file() and path.stat().st_size]


def run_spoilt(lane: Lane, numbers: Sequence[int]) -> Tally:
    """Spoil a file in one way, both told by a number, and run all commands on it."""
    tally = Tally("damage", "spoilt", numbers[0], 0)
    begun = time.perf_counter()
    signature = fill(lane)
    template = lane.folder / "template"
    lane.bed.rename(template)
    lane.bed.mkdir()
    cases = [
        (path.relative_to(template), name)
        for path in files_of(template / "profile")
        for name in SPOILT
    ]
    for path, how in (cases[number] for number in numbers if number < len(cases)):
        lane.settle(template)
        for name, work in commands(lane, signature).items():
            file = lane.bed / path
            file.write_bytes(SPOILT[how]((template / path).read_bytes()))
            where = f"{path} {how}: {name}"
            _note(tally, where, work.run(lane))
    tally.seconds = time.perf_counter() - begun
    return tally


def run_unwritable(lane: Lane, numbers: Sequence[int]) -> Tally:
    """Let nothing in the profile be written; then let nothing in it be read either."""
    tally = Tally("damage", "unwritable", numbers[0], 0)
    begun = time.perf_counter()
    signature = fill(lane)
    lane.control.it.root = f"{lane.profile}/".encode()
    try:
        for error, kinds in (
            (errno.EROFS, CHANGES),
            (errno.EACCES, CHANGES),
            (errno.ENOSPC, CHANGES & ~Kind.UNLINK),
            (errno.EIO, CHANGES | Kind.READ),
        ):
            for name, work in commands(lane, signature).items():
                lane.control.order(Act.FAIL_ON, 1, error=error, kinds=kinds)
                where = f"{errno.errorcode[error]}: {name}"
                _note(tally, where, work.run(lane))
    finally:
        lane.control.rest()
        lane.control.it.root = f"{lane.bed}/".encode()
    tally.seconds = time.perf_counter() - begun
    return tally


def run_clock(lane: Lane, numbers: Sequence[int]) -> Tally:
    """Let the clock be wrong from the start, or become wrong in the middle of the work."""
    tally = Tally("damage", "clock", numbers[0], 0)
    begun = time.perf_counter()
    signature = fill(lane)
    for offset in (_LONG, -3 * 86_400, 24 * 365 * 86_400):
        for jump in (0, 5):
            for name, work in commands(lane, signature).items():
                lane.control.order(Act.NOTHING, 0)
                it = lane.control.it
                it.offset = 0 if jump else offset
                it.jump_at, it.jump = jump, offset
                ended = work.run(lane)
                lane.control.rest()
                _note(tally, f"clock {offset // 86_400} days, jump {jump}: {name}", ended)
    found = lane.look([signature])
    if found.get("journal", [0, 0, 0])[1:] != [None, None] or found.get("settings"):
        tally.findings.append(f"after all that: {found}")
    tally.seconds = time.perf_counter() - begun
    return tally


def _note(tally: Tally, where: str, ended: Ended) -> None:
    word = "done" if ended.code in {0, 10, 11, 12} else "error"
    tally.count += 1
    tally.ended[word] = tally.ended.get(word, 0) + 1
    found: Iterator[str] = told_badly(ended, damaged=True)
    tally.findings += [f"{where}: {each}" for each in found]
    if ended.code < 0:
        tally.findings.append(f"{where}: ended by a signal {-ended.code}: {ended.err[-3000:]}")


DAMAGES: Mapping[str, Callable[[Lane, Sequence[int]], Tally]] = {
    "spoilt": run_spoilt,
    "unwritable": run_unwritable,
    "clock": run_clock,
}
MOST_SPOILT = 200
"""More than there are files and ways; the numbers above are of nothing."""
