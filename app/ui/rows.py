"""What a list, a badge or an answer says, before it is drawn. No Qt here."""

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from app.texts.commands import without_commands
from app.values import dataclass

if TYPE_CHECKING:
    from app.texts.errors import Words


class Tone(StrEnum):
    """How a statement is coloured; the words carry the meaning, the colour only repeats it."""

    PLAIN = "plain"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    ERROR = "error"
    PRACTICE = "practice"


@dataclass(frozen=True)
class Badge:
    """A state in a few words."""

    text: str
    tone: Tone = Tone.PLAIN
    icon: str | None = None
    """None: the usual icon of the tone."""

    @property
    def icon_name(self) -> str:
        """Return the icon that goes before the words."""
        return self.icon or TONE_ICONS[self.tone]


TONE_ICONS = {
    Tone.PLAIN: "clock",
    Tone.INFO: "info",
    Tone.OK: "circle-check",
    Tone.WARN: "triangle-alert",
    Tone.ERROR: "circle-x",
    Tone.PRACTICE: "graduation-cap",
}


_TONE_TOKENS: Final = {
    Tone.PLAIN: ("muted", "raised"),
    Tone.INFO: ("accent", "accent_soft"),
    Tone.OK: ("ok", "ok_soft"),
    Tone.WARN: ("warn", "warn_soft"),
    Tone.ERROR: ("error", "error_soft"),
    Tone.PRACTICE: ("practice", "practice_soft"),
}


def tone_tokens(tone: Tone) -> tuple[str, str]:
    """Return the tokens of the text and of what lies under it."""
    return _TONE_TOKENS[tone]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a list. ``key`` names it for as long as it exists."""

    key: str
    title: str
    caption: str = ""
    icon: str = "file-text"
    tone: Tone = Tone.INFO
    """Of the icon; what it means stands in the words."""
    badge: Badge | None = None
    of_file: bool = False
    """It is about a file: names and paths are shortened in the middle, their ends matter."""
    sentence: bool = False
    """Its caption is a sentence, whose beginning matters."""
    header: bool = False
    """A heading between the rows; it cannot be chosen."""

    @property
    def spoken(self) -> str:
        """Return what a screen reader says: everything that is shown, in words."""
        badge = self.badge.text if self.badge else ""
        return ", ".join(part for part in (self.title, badge, self.caption) if part)


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    """One of the five answers: the question, the answer in words, and what it rests on."""

    question: str
    answer: str
    tone: Tone
    details: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReasonText:
    """Why a verdict is not better, and what can be done."""

    heading: str
    explanation: str = ""
    advice: str = ""
    tone: Tone = Tone.WARN
    code: str = ""
    """Of an error: the guide tells more about it."""


def reason_of(words: "Words", tone: Tone = Tone.WARN) -> ReasonText:
    """Return the words for an error as a card has them."""
    return ReasonText(
        heading=words.heading,
        explanation=words.explanation,
        advice=without_commands(words.advice),
        tone=tone,
        code=words.code,
    )
