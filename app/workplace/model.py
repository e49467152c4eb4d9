"""What a look over the workplace finds: codes with facts, no sentences. Light."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from enum import StrEnum

from app.errors import Fact, RoscherkError
from app.processes.cancelling import Cancel
from app.values import dataclass


class Area(StrEnum):
    """What is looked at, in the order in which it is shown."""

    PROGRAM = "program"
    ALGORITHMS = "algorithms"
    PROFILE = "profile"
    CLOCK = "clock"
    READERS = "readers"
    TOKENS = "tokens"
    KEYS = "keys"
    TRUST = "trust"
    LISTS = "lists"
    ACCREDITATION = "accreditation"
    NETWORK = "network"


class State(StrEnum):
    """How a finding counts."""

    GOOD = "good"
    ATTENTION = "attention"
    """It works, and will not for ever; or something is left out."""
    BAD = "bad"
    """Something cannot be done because of it."""
    PLAIN = "plain"
    """Said for completeness; no judgement."""
    UNKNOWN = "unknown"
    """It could not be looked at."""


class Remedy(StrEnum):
    """The one thing that can be done about a finding from the window."""

    KEYS = "keys"
    CERTIFICATES = "certificates"
    SETTINGS = "settings"
    JOURNAL = "journal"
    CLOSE_PROFILE = "close_profile"
    """Take the rights to the profile from others."""
    ASK_TIME = "ask_time"
    """Ask an authority of time."""
    OPEN_PROFILE = "open_profile"


class Code(StrEnum):
    """What is found; besides these every code of an error may stand in a finding."""

    FILES_INTACT = "files_intact"
    FILES_CHANGED = "files_changed"
    FILES_NO_LIST = "files_no_list"
    FONTS_THERE = "fonts_there"
    FONTS_MISSING = "fonts_missing"
    LIBRARY_GOOD = "library_good"
    DISK_FREE = "disk_free"
    DISK_LOW = "disk_low"
    DISK_FULL = "disk_almost_full"
    PROFILE_PRIVATE = "profile_private"
    PROFILE_OPEN = "profile_open"
    PROFILE_READ_ONLY = "profile_read_only"
    JOURNAL_WHOLE = "journal_whole"
    JOURNAL_BROKEN = "journal_broken"
    JOURNAL_END_UNKNOWN = "journal_end_unknown"
    CLOCK_PLAUSIBLE = "clock_plausible"
    CLOCK_BEHIND = "clock_behind"
    CLOCK_EXACT = "clock_exact"
    CLOCK_WRONG = "clock_wrong"
    READERS_THERE = "readers_there"
    USB_TOKEN_UNSEEN = "usb_token_unseen"  # noqa: S105 - a name
    MODULES_NONE = "modules_none"
    MODULE_ANSWERS = "module_answers"
    TOKENS_NONE = "tokens_none"
    TOKEN_READY = "token_ready"  # noqa: S105 - a name
    TOKEN_PIN_FACTORY = "token_pin_factory"  # noqa: S105 - a name
    TOKEN_PIN_FEW = "token_pin_few"  # noqa: S105 - a name
    TOKEN_PIN_LOCKED = "token_pin_locked"  # noqa: S105 - a name
    TOKEN_NOT_READY = "token_not_ready"  # noqa: S105 - a name
    CSP_INSTALLED = "csp_installed"
    CSP_NONE = "csp_none"
    KEYS_NONE = "keys_none"
    KEY_IN_FORCE = "key_in_force"
    KEY_ENDS_SOON = "key_ends_soon"
    KEY_EXPIRED = "key_expired"
    KEY_NOT_YET = "key_not_yet"
    KEY_WITHOUT_CERTIFICATE = "key_without_certificate"
    KEY_UNUSABLE = "key_unusable"
    ROOTS_NONE = "roots_none"
    ROOTS_THERE = "roots_there"
    ROOT_EXPIRED = "root_expired"
    STORE_FILE_BAD = "store_file_bad"
    LISTS_NONE = "lists_none"
    LISTS_FRESH = "lists_fresh"
    LISTS_STALE = "lists_stale"
    ACCREDITED_NONE = "accredited_none"
    ACCREDITED_OLD = "accredited_old"
    ACCREDITED_FRESH = "accredited_fresh"
    NETWORK_ON = "network_on"
    NETWORK_OFF = "network_off"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the look."""

    area: Area
    code: str
    """One of `Code`, or of `app.errors.ErrorCode`."""
    state: State
    facts: Mapping[str, Fact] = field(default_factory=dict)
    remedy: Remedy | None = None
    command: str = ""
    """What to type in a terminal, where that is what helps."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one area has told up to now."""

    area: Area
    findings: tuple[Finding, ...]
    done: bool


Look = Callable[[Cancel], Iterator[Finding]]
"""Looks at one area; findings come one after another, and an error ends it with a line of its own."""


def of_error(area: Area, error: RoscherkError, state: State = State.BAD) -> Finding:
    """Return the line of an error."""
    return Finding(area=area, code=error.code.value, state=state, facts=dict(error.facts))


def worst(findings: tuple[Finding, ...]) -> State:
    """Return the gravest state among findings; of none, PLAIN."""
    order = (State.BAD, State.ATTENTION, State.UNKNOWN, State.GOOD)
    there = {each.state for each in findings}
    return next((state for state in order if state in there), State.PLAIN)
