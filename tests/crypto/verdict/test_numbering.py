"""The numbers of people and the indices of programs."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.numbering import index_in_cms, index_of, number_in_cms, numbers
from app.errors import ErrorCode, RoscherkError


@dataclass(frozen=True)
class One:
    """A signature, as far as counting goes."""

    index: int
    kind: SignatureKind


S, C, T = (
    SignatureKind.SIGNATURE,
    SignatureKind.COUNTER_SIGNATURE,
    SignatureKind.DOCUMENT_TIMESTAMP,
)


def made(*kinds: SignatureKind) -> list[One]:
    """Return signatures of these kinds, in the order of a file."""
    return [One(index, kind) for index, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((), {}),
        ((S,), {0: 1}),
        ((S, T), {0: 1}),
        ((T, S, T, S), {1: 1, 3: 2}),
        ((S, C, C, S), {0: 1, 1: 2, 2: 3, 3: 4}),
        ((T, T), {}),
    ],
)
def test_numbers(kinds: tuple[SignatureKind, ...], expected: dict[int, int]) -> None:
    """Signatures and counter-signatures count from 1 on; document time-stamps do not."""
    assert numbers(made(*kinds)) == expected


@given(st.lists(st.sampled_from([S, C, T]), max_size=12))
def test_there_and_back(kinds: list[SignatureKind]) -> None:
    """Each number leads back to its index, and they have no gaps."""
    found = made(*kinds)
    known = numbers(reversed(found))
    assert sorted(known.values()) == list(range(1, len(known) + 1))
    assert [index_of(number, found) for number in known.values()] == list(known)


@pytest.mark.parametrize("number", [-1, 0, 3])
def test_unknown(number: int) -> None:
    """What is not there is refused with the last number that is."""
    with pytest.raises(RoscherkError) as refused:
        index_of(number, made(S, T, S))
    assert refused.value.code is ErrorCode.SIGNATURE_NUMBER_UNKNOWN
    assert refused.value.facts == {"number": number, "last": 2}


@given(st.lists(st.sampled_from([S, C]), min_size=1, max_size=12))
def test_in_cms(kinds: list[SignatureKind]) -> None:
    """Where no document time-stamps are, it needs no list to tell a number."""
    known = numbers(made(*kinds))
    assert known == {index: number_in_cms(index) for index in known}
    assert [index_in_cms(number) for number in known.values()] == list(known)
