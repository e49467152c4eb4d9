"""Digests of all byte ranges of one file, and of the file itself, in one pass for each algorithm.

Every byte range begins at the beginning, so what was digested for one signature serves the next:
the state is kept at the gap, and goes on from there, once without the gap and once with it.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

from app.algorithms import digests
from app.algorithms.digests import Digest
from app.crypto.pdf.contents import Covered, CoveredBytes
from app.values import dataclass

_CHUNK = 1 << 20
_BESIDE = 4 << 20
"""From so many octets on reading and digesting go on beside each other."""

Progress = Callable[[int], None]


class RunningDigests:
    """Digests over one open file that does not change."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._states: dict[str, list[tuple[int, Digest]]] = {}
        """By algorithm: states after so many octets of the file, in their order."""

    def covered(self, covered: Covered, name: str, progress: Progress | None = None) -> bytes:
        """Return the digest of a byte range; ALGORITHM_UNSUPPORTED for an unknown name."""
        running = self._up_to(covered.gap_start, name, progress)
        return self._and(running, covered.gap_end, covered.end, progress).digest()

    def whole(self, size: int, name: str, progress: Progress | None = None) -> bytes:
        """Return the digest of the first ``size`` octets."""
        return self._up_to(size, name, progress).digest()

    def first(self, covered: Covered, size: int) -> bytes:
        """Return the first octets of a byte range."""
        stream, found = CoveredBytes(self._file, covered), bytearray(size)
        length, view = 0, memoryview(found)
        while length < size and (count := stream.readinto(view[length:])):
            length += count
        return bytes(found[:length])

    def _up_to(self, end: int, name: str, progress: Progress | None) -> Digest:
        """Return a digest of the file up to ``end``, built on the nearest one that is known."""
        known = self._states.setdefault(name, [(0, digests.new(name))])
        place, (start, state) = max(
            (item for item in enumerate(known) if item[1][0] <= end), key=lambda item: item[1][0]
        )
        if start < end:
            state = self._and(state.copy(), start, end, progress)
            known.insert(place + 1, (end, state))
        return state.copy()

    def _and(self, running: Digest, start: int, end: int, progress: Progress | None) -> Digest:
        """Add a part of the file to a digest."""
        self._file.seek(start)
        if end - start < _BESIDE:
            self._feed(running.update, start, end, progress)
            return running
        with ThreadPoolExecutor(1) as pool:
            waiting: list[Future[None]] = []

            def hand_over(piece: memoryview) -> None:
                if waiting:
                    waiting.pop().result()
                waiting.append(pool.submit(running.update, piece))

            self._feed(hand_over, start, end, progress)
            if waiting:
                waiting.pop().result()
        return running

    def _feed(
        self,
        take: Callable[[memoryview], None],
        start: int,
        end: int,
        progress: Progress | None,
    ) -> None:
        """Read a part of the file in pieces, by turns into two buffers; a short file ends early."""
        buffers = (bytearray(_CHUNK), bytearray(_CHUNK))
        position, turn = start, 0
        while position < end:
            view = memoryview(buffers[turn])[: min(_CHUNK, end - position)]
            count: int = self._file.readinto(view) or 0  # type: ignore[attr-defined]  # BinaryIO
            if not count:
                return
            take(view[:count])
            position, turn = position + count, 1 - turn
            if progress is not None:
                progress(position)


@dataclass(frozen=True)
class SignedBytes:
    """What one signature covers, ready to be digested."""

    running: RunningDigests
    covered: Covered

    def prefix(self, size: int) -> bytes:
        """Return the first octets that are covered, at most so many."""
        return self.running.first(self.covered, size)
