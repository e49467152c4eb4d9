"""What a child can be asked: a name and the types of the question and the answer."""

from typing import Generic, TypeVar

from app.values import dataclass

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(frozen=True)
class Method(Generic[Q, A]):
    """One question a child answers. Both sides import it; neither imports the other."""

    name: str
    request: type[Q]
    answer: type[A]
