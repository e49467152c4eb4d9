"""What is asked in one dialog, and what is told after the work. No Qt here."""

from collections.abc import Callable
from dataclasses import field

from app.texts.catalogue import _
from app.texts.pin_words import problem_words
from app.texts.showing import plain
from app.tokens.model import Token
from app.tokens.pin import Secret
from app.tokens.pin_policy import problems, shortest
from app.ui.rows import ReasonText, Tone
from app.values import dataclass

Point = tuple[Tone, str]
"""One thing that is said, and how grave it is."""


@dataclass(frozen=True, kw_only=True)
class PinAsked:
    """A PIN that the token knows: whose, and what is left."""

    prompt: str
    tries: str = ""
    tone: Tone = Tone.PLAIN
    last_try: str = ""
    """What is to be ticked before a last attempt; empty: it is not the last."""


@dataclass(frozen=True, kw_only=True)
class NewPinAsked:
    """A PIN that is to be set, and the rules it is measured by while it is typed."""

    prompt: str
    minimum: int | None = None
    maximum: int | None = None
    factory: str | None = None
    replaces: bool = False
    """It takes the place of the PIN asked for beside it; else that is the administrator's."""

    def rule(self) -> str:
        """Say what is expected before anything is typed."""
        words = _("{minimum} characters or more: digits, Latin letters, signs; no row like 123456.")
        return words.format(minimum=shortest(self.minimum))

    def trouble(self, new: bytearray, beside: bytearray | None) -> str:
        """Say what is wrong with what was typed so far; nothing where all is well."""
        found = problems(
            new,
            old=beside if self.replaces else None,
            administrator=None if self.replaces else beside,
            minimum=self.minimum,
            maximum=self.maximum,
            factory=self.factory,
        )
        return "" if not found else _("Not yet: {reason}").format(reason=problem_words(found[0]))


@dataclass(frozen=True, kw_only=True)
class Form:
    """One dialog: what it is about, what is asked, and the word on the button."""

    heading: str
    yes: str
    words: str = ""
    icon: str = "lock-keyhole"
    tone: Tone = Tone.INFO
    """ERROR: what is done cannot be undone."""
    facts: tuple[tuple[str, str], ...] = ()
    points: tuple[Point, ...] = ()
    text: str = ""
    """What a line of text is for; empty: none is asked for."""
    value: str = ""
    text_needed: bool = True
    choice: str = ""
    """What is chosen among ``choices`` (name and words); empty: nothing is."""
    choices: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    """What is to be typed to confirm."""
    pin: PinAsked | None = None
    new: NewPinAsked | None = None
    keep: str = ""
    """A choice that makes the new PIN unnecessary."""
    barred: ReasonText | None = None
    """Why nothing can be done now; the dialog only says so."""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What was typed. The secrets are the receiver's to wipe."""

    text: str = ""
    choice: str = ""
    typed: str = ""
    keep: bool = False
    pin: Secret | None = field(default=None, repr=False)
    new: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that can be done about what is told."""

    text: str
    act: Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of some work: a heading, single points, and perhaps things to do."""

    heading: str
    words: str = ""
    tone: Tone = Tone.OK
    points: tuple[Point, ...] = ()
    steps: tuple[Step, ...] = ()


def token_facts(token: Token) -> tuple[tuple[str, str], ...]:
    """Name a token in a dialog: its label, its model and number."""
    name = _("{model}, No. {serial}").format(model=plain(token.model), serial=plain(token.serial))
    label = plain(token.label)
    return ((_("Token"), f"{label} ({name})" if label else name),)
