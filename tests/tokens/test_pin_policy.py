"""What makes a new PIN unfit, and that nothing of it is copied while it is looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tokens.model import Product
from app.tokens.pin_policy import PinProblem, problems, shortest
from app.tokens.pin_rules import rules_of


def found(new: str, **more: object) -> tuple[PinProblem, ...]:
    """Return what is wrong with a PIN."""
    return problems(bytearray(new, "utf-8"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        ("", PinProblem.EMPTY),
        ("a1b2", PinProblem.SHORT),
        ("Пароль-5", PinProblem.CHARACTERS),
        ("with space 1", PinProblem.CHARACTERS),
        ("tab\tulator9", PinProblem.CHARACTERS),
        ("123456", PinProblem.SEQUENCE),
        ("890123", PinProblem.SEQUENCE),
        ("qwerty", PinProblem.SEQUENCE),
        ("QWERTYuiop", PinProblem.SEQUENCE),
        ("qwerty12", PinProblem.SEQUENCE),
        ("87654321", PinProblem.SEQUENCE),
        ("abcd4321", PinProblem.SEQUENCE),
        ("1qaz2wsx", PinProblem.SEQUENCE),
        ("!@#$%^&*", PinProblem.SEQUENCE),
        ("111111", PinProblem.REPEATS),
        ("12131213", PinProblem.REPEATS),
        ("abababa", PinProblem.REPEATS),
        ("122112", PinProblem.REPEATS),
    ],
)
def test_unfit(new: str, problem: PinProblem) -> None:
    """Each kind of PIN that is guessed first, or typed wrongly next time, is named."""
    assert problem in found(new)


@pytest.mark.parametrize("new", ["Zima-2026", "40917352", "k7Hw2q", "Leto1234!x", "5c0rpion"])
def test_fit(new: str) -> None:
    """Plain PINs that are neither rows nor repetitions are fit, also of digits alone."""
    assert found(new) == ()


def test_lengths_are_the_tokens() -> None:
    """The token may want more than we do; less than ours is not enough anywhere."""
    assert shortest(None) == shortest(4) == 6
    assert shortest(8) == 8
    assert found("k7Hw2q", minimum=8) == (PinProblem.SHORT,)
    assert found("k7Hw2q9", maximum=6) == (PinProblem.LONG,)


def test_known_pins() -> None:
    """The old PIN, the administrator's, and the factory's are no new PINs."""
    new = "k7Hw2q"
    assert found(new, old=bytearray(new.encode())) == (PinProblem.SAME,)
    assert found(new, administrator=bytearray(new.encode())) == (PinProblem.ADMINISTRATOR,)
    assert found(new, factory=new) == (PinProblem.FACTORY,)


@pytest.mark.parametrize("product", Product)
def test_factory_pins_are_unfit(product: Product) -> None:
    """No PIN that a factory sets may be chosen, whatever its digits are."""
    rules = rules_of(product)
    for pin in (rules.user, rules.administrator):
        if pin is not None:
            assert PinProblem.FACTORY in found(pin, factory=pin)


@given(st.binary(max_size=40), st.binary(max_size=8))
def test_anything_can_be_typed(new: bytes, old: bytes) -> None:
    """Whatever is typed, it is judged, and its buffer is as it was."""
    buffer = bytearray(new)
    told = problems(buffer, old=bytearray(old), minimum=6, maximum=32)
    assert buffer == new
    if not told:
        assert 6 <= len(new) <= 32
        assert new.decode("ascii").isprintable()
        assert new != old
