"""The form of the words for one error, in English, before translation."""

from app.values import dataclass


@dataclass(frozen=True)
class Entry:
    """Heading, sentences of the explanation, advice."""

    heading: str
    explanation: tuple[str, ...]
    advice: str
