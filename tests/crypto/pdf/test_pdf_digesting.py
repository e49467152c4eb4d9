"""Digests of many byte ranges in one pass: the same as each by itself."""

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.algorithms import digests
from app.crypto.pdf import digesting
from app.crypto.pdf.contents import Covered
from app.crypto.pdf.digesting import RunningDigests, SignedBytes
from app.errors import ErrorCode, RoscherkError

DATA = bytes(range(256)) * 40
NAMES = ["sha256", "sha512", "streebog256", "streebog512", "gost94"]
places = st.integers(0, len(DATA))


class Counting(io.BytesIO):
    """A file that counts what is read from it."""

    read_octets = 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read, and count."""
        count = super().readinto(buffer)
        self.read_octets += count
        return count


@given(
    st.lists(st.tuples(places, places, places).map(sorted), max_size=6), st.sampled_from(NAMES[:4])
)
def test_same_as_each_by_itself(ranges: list[list[int]], name: str) -> None:
    """In any order, nested, equal, empty or crossing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digesting, "_CHUNK", 1000)
        patch.setattr(digesting, "_BESIDE", 3000)
        running = RunningDigests(io.BytesIO(DATA))
        for start, end, last in ranges:
            expected = digests.digest(name, DATA[:start] + DATA[end:last])
            assert running.covered(Covered(start, end, last), name) == expected
        assert running.whole(len(DATA), "sha256") == hashlib.sha256(DATA).digest()


def test_one_pass_for_all() -> None:
    """Three nested ranges and the whole file: hardly more is read than the file has."""
    file = Counting(DATA)
    running = RunningDigests(file)
    for gap in (7000, 8000, 9000):
        running.covered(Covered(gap, gap + 500, gap + 600), "sha256")
    running.whole(len(DATA), "sha256")
    assert file.read_octets <= len(DATA) + 3 * 100


def test_prefix_leaves_the_gap_out() -> None:
    """The first octets are those that are covered."""
    signed = SignedBytes(RunningDigests(io.BytesIO(DATA)), Covered(4, 10, 20))
    assert signed.prefix(8) == DATA[:4] + DATA[10:14]
    assert signed.prefix(100) == DATA[:4] + DATA[10:20]


def test_unknown_digest() -> None:
    """An unknown name is an error of ours."""
    with pytest.raises(RoscherkError) as caught:
        RunningDigests(io.BytesIO(DATA)).covered(Covered(4, 10, 20), "md7")
    assert caught.value.code is ErrorCode.ALGORITHM_UNSUPPORTED
