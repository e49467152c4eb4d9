"""A scenario disturbed again and again, and what is looked at after each time."""

import errno
import hashlib
import os
import random
import re
import shutil
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
from faults.lane import Ended, Killed, Lane, at_call
from faults.scenarios import SCENARIOS, Scenario
from faults.shim import CHANGES, Act, Kind

from app.crypto.saving import LEFTOVER_AGE

_LOCKS = frozenset({".lock", ".opened", ".changing"})
_SIGNED = frozenset({".sig", ".pdf", ".p7m"})
_ASIDE = re.compile(r"journal\.aside-.*\.sqlite3")


_GROWING = Kind.WRITE | Kind.OPEN | Kind.RENAME | Kind.RESIZE | Kind.MAKE | Kind.SYNC
_NAMES = Kind.OPEN | Kind.RENAME | Kind.RESIZE | Kind.MAKE | Kind.UNLINK | Kind.MODE
FAILING = {
    errno.ENOSPC: _GROWING,
    errno.EDQUOT: _GROWING,
    errno.EIO: CHANGES,
    errno.EROFS: _NAMES,
    errno.EACCES: _NAMES,
}
"""How a disk can be sick, and which calls tell of it."""
WAYS = ((errno.ENOSPC, True), (errno.EIO, False), (errno.EROFS, True))
"""What each call fails by, alone or with all from there on (True) (verification.md G12)."""
SELDOM = (
    (errno.ENOSPC, False),
    (errno.EIO, True),
    (errno.EDQUOT, True),
    (errno.EACCES, False),
)
"""What every `EVERY`-th call fails by besides: the program takes them by the same ways."""
EVERY = 5


def leftovers(bed: Path) -> list[Path]:
    """Return the files and folders under a bed that nobody but a killed program can have left."""
    return [path for path in sorted(bed.rglob("*")) if _is_leftover(path)]


def _is_leftover(path: Path) -> bool:
    hidden = path.name.startswith(".") and path.name not in _LOCKS
    return hidden or path.parent.name == "unpacked"


def digests(bed: Path) -> dict[str, str]:
    """Return what every document and key file holds."""
    folders = (bed / "documents", bed / "keys")
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(bed)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if not _is_leftover(path)
    }


@dataclass
class Tally:
    """What came of a number of disturbances."""

    kind: str
    """``kills`` or ``failures``."""
    scenario: str
    first: int
    count: int
    ended: dict[str, int] = field(default_factory=dict)
    leftovers: int = 0
    """How often a file was left that the next start swept."""
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)


class Bench:
    """A scenario in a lane: how it ends undisturbed, and its bed to begin from."""

    def __init__(self, name: str, lane: Lane) -> None:
        """Prepare the bed, and run the work once undisturbed, then once more."""
        self.name, self.lane = name, lane
        self.scenario: Scenario = SCENARIOS[name]
        self._template = lane.folder / f"template-{name}"
        lane.control.rest()
        self._prepare()
        self.originals = digests(lane.bed)
        self.before = lane.look()
        self.whole = self._run()
        assert self.whole.code == self.scenario.code, (name, self.whole)
        self.calls, self.seconds = self.whole.calls, self.whole.seconds
        self.after = lane.look(self._signed())
        self.products: dict[str, Counter[str]] = {}
        for made in self._made():
            self.products.setdefault(_unnumbered(made), Counter())[self._judged(made)] += 1
        self.again = self._run().code
        self._reach: dict[Kind, int] = {CHANGES: self.calls}
        assert not leftovers(lane.bed), (name, leftovers(lane.bed))

    def _prepare(self) -> None:
        lane, template = self.lane, self._template
        if template.exists():
            lane.settle(template)
            return
        shutil.rmtree(lane.bed)
        lane.documents.mkdir(parents=True)
        if self.scenario.demo:
            made = lane.run(lane.command("demo", lane.bed / "sample"))
            assert made.code == 0, made
            shutil.rmtree(lane.bed / "sample")
        self.scenario.prepare(lane)
        shutil.copytree(lane.bed, template, symlinks=True)

    def _run(self, **more: Any) -> Ended:
        self.lane.control.order(Act.NOTHING, 0)
        ended: Ended = self.scenario.work(self.lane).run(self.lane, **more)
        return ended

    def _made(self) -> list[str]:
        return sorted(digests(self.lane.bed).keys() - self.originals.keys())

    def _signed(self) -> list[Path]:
        made = (self.lane.bed / name for name in self._made())
        return [path for path in made if path.suffix in _SIGNED]

    def reach(self, kinds: Kind) -> int:
        """Return how many calls of these kinds the undisturbed work makes."""
        if kinds not in self._reach:
            self.begin()
            self.lane.control.order(Act.NOTHING, 0, kinds=kinds)
            self._reach[kinds] = self.scenario.work(self.lane).run(self.lane).calls
        return self._reach[kinds]

    def begin(self) -> None:
        """Put the bed as it was before."""
        self.lane.settle(self._template)

    def kill(self, number: int, tally: Tally) -> None:
        """Kill it once, by chance told by the number; look at what is left; run it again."""
        chance = random.Random(f"{self.name} {number}")
        self.begin()
        told, ended = self._killed(chance)
        word = _word(ended)
        tally.ended[word] = tally.ended.get(word, 0) + 1
        tally.leftovers += bool(leftovers(self.lane.bed))
        where = f"{self.name} {number} ({told}, {word})"
        tally.findings += [f"{where}: {each}" for each in self.findings(ended)]

    def fail(self, number: int, error: int, *, on: bool, tally: Tally) -> None:
        """Let the N-th change of the disk fail, or all from there on; look; run it again."""
        self.begin()
        kinds = FAILING[error]
        act = Act.FAIL_ON if on else Act.FAIL_ONCE
        self.lane.control.order(act, number, error=error, kinds=kinds)
        ended: Ended = self.scenario.work(self.lane).run(self.lane)
        hit = bool(self.lane.control.it.hit)
        word = _word(ended) if hit else "not reached"
        tally.ended[word] = tally.ended.get(word, 0) + 1
        tally.leftovers += bool(leftovers(self.lane.bed))
        how = f"{errno.errorcode[error]} {'from' if on else 'at'} {number}"
        where = f"{self.name} {how}, {word}"
        tally.findings += [f"{where}: {each}" for each in self.findings(ended, sick=hit)]

    def _killed(self, chance: random.Random) -> tuple[str, Ended]:
        """Run it and kill it: at a call that changes the disk, or at any moment."""
        lane, work = self.lane, self.scenario.work(self.lane)
        if chance.random() < 0.5:
            call, everybody = chance.randint(1, self.calls), chance.random() < 0.5
            half = chance.random() < 0.5
            at_call(lane.control, call, everybody=everybody, half=half)
            told = f"call {call}{' half' if half else ''}{' all' if everybody else ''}"
            return told, work.run(lane)
        whom = chance.choice(("program", "program", "all", "worker"))
        killed = Killed(chance.uniform(0, self.seconds), whom)
        lane.control.order(Act.NOTHING, 0)
        return f"{whom} after {killed.after:.3f}", work.run(lane, killed=killed)

    def findings(self, ended: Ended, *, sick: bool = False) -> Iterator[str]:
        """Say what is not as it must be, now and after the next run.

        ``sick``: it was the disk that failed. Then it may have kept the program from tidying up,
        and the program itself has to be there to the end.
        """
        yield from told_badly(ended)
        yield from self._originals()
        if sick and ended.code < 0:
            yield f"ended by a signal: {-ended.code} {ended.err[-3000:]}"
        if not sick:
            yield from self.looked_over(ended)
        self._let_time_pass()
        again = self._run()
        if again.code not in {self.whole.code, self.again}:
            yield f"the next run ended with {again.code}: {again.err[-3000:]}"
        yield from told_badly(again)
        now = self.lane.look(self._signed())
        yield from self._files(now, whole=again.code == self.whole.code)
        yield from self._profile(now)
        if leftovers(self.lane.documents):
            # The next run had nothing to save there: the next one that has will sweep.
            self.lane.run([str(self.lane.documents)], deed="save_there")
        yield from (f"never swept: {path}" for path in self._unswept())

    def looked_over(self, ended: Ended) -> Iterator[str]:
        """Look at what a death left, before anything else runs there."""
        now = self.lane.look(self._signed())
        yield from self._files(now)
        if ended.code >= 0:
            own = leftovers(self.lane.documents)
            yield from (f"left by a program that ended by itself: {path.name}" for path in own)
        yield from self._profile(now)

    def _originals(self) -> Iterator[str]:
        now = digests(self.lane.bed)
        for name, digest in self.originals.items():
            if now.get(name) != digest:
                yield f"an original is {'changed' if name in now else 'gone'}: {name}"

    def _unswept(self) -> list[str]:
        return [str(path.relative_to(self.lane.bed)) for path in leftovers(self.lane.bed)]

    def _let_time_pass(self) -> None:
        """Let what was left grow old: nobody writes to it any more."""
        long_ago = time.time() - LEFTOVER_AGE - 60
        for path in leftovers(self.lane.bed):
            os.utime(path, (long_ago, long_ago), follow_symlinks=False)

    def _files(self, looked: dict[str, Any], *, whole: bool = False) -> Iterator[str]:
        """Hold the files against the originals and the products of the undisturbed run."""
        yield from self._originals()
        for name in self._made():
            wanted = self.products.get(_unnumbered(name))
            found = self._judged(name, looked.get("verdicts", {}))
            if wanted is None or found not in wanted:
                yield f"a file that is not whole: {name}: {found}, not {wanted}"
        if whole:
            made = Counter(_unnumbered(name) for name in self._made())
            for name, wanted in self.products.items():
                if made[name] < wanted.total():
                    yield f"missing at last: {name}"
                if self.scenario.once and made[name] > wanted.total():
                    yield f"made twice: {name}"

    def _judged(self, name: str, verdicts: dict[str, str] | None = None) -> str:
        """Say of a file whether it is whole: the verdict on it, or that it can be read to its end."""
        path = self.lane.bed / name
        known = self.after["verdicts"] if verdicts is None else verdicts
        told = str(known.get(str(path), ""))
        if path.suffix == ".pdf":
            told += f" {_pages(path)} pages"
        if path.suffix == ".zip":
            told += f" {_entries(path)} entries"
        if path.suffix in {".json", ".txt", ".csr", ".p10", ".html"}:
            told += f" {path.stat().st_size > 0}"
        return told

    def _profile(self, now: dict[str, Any]) -> Iterator[str]:
        if "failed" in now:
            yield f"the profile cannot be opened: {now['failed']}"
            return
        if now["journal"][1:] != [None, None]:
            yield f"journal: {now['journal']}"
        if now["journal"][0] < self.before["journal"][0] and "anew" not in self.name:
            yield f"journal: rows are lost: {now['journal']}"
        for name in ("settings", "misnamed"):
            if now[name]:
                yield f"{name}: {now[name]}"
        if now["changes"]:
            yield f"notes of changes that cannot be read: {now['changes']}"
        for name in ("containers", "trust"):
            yield from self._entries(name, now[name])
        for _action, target in now["done"]:
            file = Path(target or "")
            if file.parent == self.lane.documents and not file.exists():
                yield f"the journal names a file that is not there: {target}"

    def _entries(self, name: str, now: dict[str, str]) -> Iterator[str]:
        """Hold the entries of a store against those before and after the undisturbed run."""
        before, after = self.before[name], self.after[name]
        for each, state in now.items():
            if state not in {before.get(each, "-"), after.get(each, "-")}:
                yield f"{name}: {each} is {state}"
        kept = {each for each in before if each in after}
        yield from (f"{name}: {each} is lost" for each in kept - now.keys())
        if before and len(now) < min(len(before), len(after)):
            yield f"{name}: something is lost: {sorted(now)}"


def _pages(path: Path) -> int:
    try:
        document = pypdfium2.PdfDocument(path.read_bytes())
    except pypdfium2.PdfiumError:
        return -1
    with document:
        return len(document)


def _entries(path: Path) -> int:
    try:
        with zipfile.ZipFile(path) as package:
            return -1 if package.testzip() else len(package.namelist())
    except (zipfile.BadZipFile, OSError):
        return -1


def _unnumbered(name: str) -> str:
    return re.sub(r" \(\d+\)(?=\.|$)", "", name)


def _word(ended: Ended) -> str:
    if ended.code < 0:
        return "killed"
    return "done" if ended.code in {0, 10} else "error"


def told_badly(ended: Ended, *, damaged: bool = False) -> Iterator[str]:
    """Find what no user may ever see; ``damaged``: something is, so that may be said."""
    for word in ("Traceback", "An unexpected error", *(() if damaged else ("is damaged",))):
        if word in ended.err:
            yield f"told badly: {ended.err[-1500:]}"
            return
    if ended.code in {1, 2} and "What to do:" not in ended.err:
        yield f"ended with {ended.code} and no advice: {ended.err[-500:]}"


def run_kills(lane: Lane, name: str, numbers: Iterable[int]) -> Tally:
    """Kill a scenario so many times."""
    listed = list(numbers)
    begun = time.perf_counter()
    bench = Bench(name, lane)
    tally = Tally("kills", name, min(listed), len(listed))
    for number in listed:
        bench.kill(number, tally)
    tally.seconds = time.perf_counter() - begun
    return tally


def run_failures(lane: Lane, name: str, numbers: Iterable[int]) -> Tally:
    """Let each of these changes of the disk fail, so far as there are so many."""
    listed = list(numbers)
    begun = time.perf_counter()
    bench = Bench(name, lane)
    tally = Tally("failures", name, min(listed), 0)
    for number in listed:
        ways = (*WAYS, *SELDOM) if number % EVERY == 1 else WAYS
        for error, on in ways:
            if number <= bench.reach(FAILING[error]):
                bench.fail(number, error, on=on, tally=tally)
                tally.count += 1
    tally.seconds = time.perf_counter() - begun
    return tally
