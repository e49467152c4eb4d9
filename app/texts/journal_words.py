"""What is told of the journal: its rows, their kinds, whether it is whole. Every face says it so."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from app.crypto.trust.folders import StoreName
from app.crypto.verdict.report import Indication
from app.errors import ErrorCode
from app.journal import Action, Entry, JournalCheck
from app.texts.catalogue import N_, _, ngettext
from app.texts.errors import Words, describe
from app.texts.makers import made_with
from app.texts.showing import plain
from app.texts.trust_words import store_name
from app.texts.verdicts import Tone

LONGEST_TARGET: Final = 120

ACTIONS: Final[Mapping[str, str]] = {
    Action.SIGN: N_("Signing"),
    Action.VERIFY: N_("Verification"),
    Action.STAMP: N_("A stamped copy was made"),
    Action.SIGNATURE_EXTRACT: N_("A document was taken out of a signature file"),
    Action.SIGNATURE_REMOVE: N_("A signature was removed"),
    Action.SIGNATURE_MERGE: N_("Signatures were joined"),
    Action.SIGNATURE_SPLIT: N_("Signatures were parted"),
    Action.SIGNATURE_CONVERT: N_("A signature file was converted"),
    Action.SIGNATURE_EXTEND: N_("A signature was raised to a higher level"),
    Action.ROUTE_BEGIN: N_("Gathering signatures was begun"),
    Action.ROUTE_TAKE: N_("A signature came in"),
    Action.ROUTE_SETTLE: N_("It was said whose a signature is"),
    Action.ROUTE_FINISH: N_("Gathering signatures was finished"),
    Action.ROUTE_FORGET: N_("Gathering signatures was given up"),
    Action.CONTAINER_CREATE: N_("A container was made"),
    Action.CONTAINER_IMPORT: N_("A key was taken over from a file"),
    Action.CONTAINER_EXPORT: N_("A key was written to a file"),
    Action.CONTAINER_COPY: N_("A key was copied"),
    Action.CONTAINER_RENAME: N_("A container was renamed"),
    Action.CONTAINER_TEST: N_("A key was tested"),
    Action.CONTAINER_REPAIR: N_("Something was mended at a key"),
    Action.KEY_STOP: N_("A key was declared compromised"),
    Action.KEY_RESUME: N_("A compromised key was allowed to sign again"),
    Action.CONTAINER_DELETE: N_("A container was deleted"),
    Action.CONTAINER_PASSWORD: N_("The password of a container was changed"),
    Action.REQUEST_CREATE: N_("A request for a certificate was made"),
    Action.REQUEST_FORGET: N_("A request for a certificate was forgotten"),
    Action.CERTIFICATE_INSTALL: N_("A certificate was installed"),
    Action.CERTIFICATE_BIND: N_("A certificate was kept beside a key"),
    Action.CERTIFICATE_UNBIND: N_("A certificate is no longer kept beside a key"),
    Action.ACCREDITED_LIST_IMPORT: N_("A list of accredited authorities was imported"),
    Action.ACCREDITED_LIST_UNDO: N_("The previous list of accredited authorities was put back"),
    Action.TRUST_ADD: N_("A certificate was added to a store"),
    Action.TRUST_REMOVE: N_("A certificate was taken out of a store"),
    Action.PIN_VERIFY: N_("A PIN was tried"),
    Action.PIN_CHANGE: N_("The PIN of a token was changed"),
    Action.PIN_UNBLOCK: N_("The PIN of a token was unblocked"),
    Action.PIN_SET: N_("The first PIN of a token was set"),
    Action.TOKEN_LABEL: N_("A token was renamed"),
    Action.TOKEN_FORMAT: N_("A token was formatted"),
    Action.PRACTICE_ENTER: N_("Practice mode was entered"),
    Action.PRACTICE_LEAVE: N_("Practice mode was left"),
    Action.PROFILE_BACKUP: N_("A backup of the profile was made"),
    Action.PROFILE_RENEW: N_("The profile was renewed for a newer version"),
    Action.PROFILE_RESTORE: N_("A backup was put in the place of the profile"),
    Action.JOURNAL_BEGIN: N_("A new journal was begun in place of a damaged one"),
}


class Kind(StrEnum):
    """What rows are about; the kinds by which the journal is narrowed."""

    SIGNING = "signing"
    VERIFYING = "verifying"
    KEYS = "keys"
    PINS = "pins"
    TRUST = "trust"
    OTHER = "other"


KINDS: Final[Mapping[Kind, str]] = {
    Kind.SIGNING: N_("Signatures"),
    Kind.VERIFYING: N_("Verifications"),
    Kind.KEYS: N_("Keys and requests"),
    Kind.PINS: N_("PINs and tokens"),
    Kind.TRUST: N_("Certificates and trust"),
    Kind.OTHER: N_("The rest"),
}
_STARTS: Final = (
    ("container_", Kind.KEYS),
    ("key_", Kind.KEYS),
    ("request_", Kind.KEYS),
    ("pin_", Kind.PINS),
    ("token_", Kind.PINS),
    ("certificate_", Kind.TRUST),
    ("trust_", Kind.TRUST),
    ("accredited_", Kind.TRUST),
    ("verify", Kind.VERIFYING),
    ("sign", Kind.SIGNING),
    ("route_", Kind.SIGNING),
    ("stamp", Kind.SIGNING),
)
_OF_FILES: Final = frozenset(
    {
        Action.SIGN,
        Action.VERIFY,
        Action.STAMP,
        Action.SIGNATURE_EXTRACT,
        Action.SIGNATURE_REMOVE,
        Action.SIGNATURE_MERGE,
        Action.SIGNATURE_SPLIT,
        Action.SIGNATURE_CONVERT,
        Action.SIGNATURE_EXTEND,
        Action.ROUTE_BEGIN,
        Action.ROUTE_TAKE,
        Action.ROUTE_SETTLE,
        Action.ROUTE_FINISH,
        Action.ROUTE_FORGET,
        Action.REQUEST_CREATE,
    }
)
_VERDICTS: Final[Mapping[str, tuple[str, Tone]]] = {
    Indication.TOTAL_PASSED: (N_("Signature is valid"), Tone.GOOD),
    Indication.INDETERMINATE: (N_("Status is undetermined"), Tone.UNSURE),
    Indication.TOTAL_FAILED: (N_("Signature is invalid"), Tone.BAD),
    Indication.NO_SIGNATURE: (N_("No signature"), Tone.PLAIN),
}
_CODES: Final = frozenset(code.value for code in ErrorCode)
_FACTS: Final[Mapping[str, str]] = {
    "key": N_("Key"),
    "practice": N_("Practice mode"),
    "created_with": N_("Made by"),
    "algorithm": N_("Algorithm"),
    "sha256": N_("Fingerprint SHA-256"),
    "store": N_("Store"),
    "source": N_("Made out of"),
    "level": N_("Level"),
    "count": N_("How many"),
    "signers": N_("Signatures"),
    "role": N_("Whose PIN"),
    "repair": N_("What was mended"),
    "change": N_("Change of the stores"),
    "undone": N_("It took something back"),
    "attached": N_("Inside the file"),
    "stamp": N_("With a visible mark"),
    "encoding": N_("Form of the file"),
    "form": N_("Form of the profile"),
}


def kind_of(action: str) -> Kind:
    """Return the kind of an action; also of one that this version does not know."""
    return next((kind for start, kind in _STARTS if action.startswith(start)), Kind.OTHER)


def actions_of(kinds: frozenset[Kind]) -> frozenset[str]:
    """Return the actions of some kinds."""
    return frozenset(action.value for action in Action if kind_of(action) in kinds)


def action_words(action: str) -> str:
    """Name an action."""
    return _(ACTIONS[action]) if action in ACTIONS else plain(action)


def outcome_words(outcome: str) -> tuple[str, Tone]:
    """Say what came of it, and how that counts."""
    if outcome == "done":
        return _("Done"), Tone.GOOD
    if outcome in _VERDICTS:
        words, tone = _VERDICTS[outcome]
        return _(words), tone
    if outcome in _CODES:
        return describe(outcome).heading, Tone.BAD
    return plain(outcome, 40), Tone.PLAIN


def told(action: str, outcome: str) -> str:
    """Return all words of an action and an outcome, so that they can be searched."""
    return f"{action_words(action)} {outcome_words(outcome)[0]} {_(KINDS[kind_of(action)])}"


def target_words(entry: Entry) -> str:
    """Name what a row is about: the name of a file without its folders; nothing where that is none."""
    if not entry.target or entry.action in {Action.PRACTICE_ENTER, Action.PRACTICE_LEAVE}:
        return ""
    named = PurePath(entry.target).name if entry.action in _OF_FILES else entry.target
    return plain(named, LONGEST_TARGET)


def fact_lines(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return the facts of a row, each with its name."""
    return tuple(
        (_(_FACTS[name]) if name in _FACTS else plain(name), _fact(name, value))
        for name, value in entry.facts.items()
    )


def _fact(name: str, value: str | int | bool) -> str:
    if name == "store" and value in set(StoreName):
        return store_name(StoreName(str(value)))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "created_with":
        return made_with(str(value), certified=False)
    return plain(str(value))


def check_words(check: JournalCheck) -> tuple[Words, Tone]:
    """Say whether the journal is as it was written, and what can be done."""
    if check.sound and check.end_unknown:
        words = ngettext(
            "{n} row was checked; none was changed. Whether rows are missing at the end cannot be "
            "told: the note of the newest row is gone or cannot be read.",
            "{n} rows were checked; none was changed. Whether rows are missing at the end cannot be "
            "told: the note of the newest row is gone or cannot be read.",
            check.rows,
        )
        advice = _("Look whether the last rows are those you know. The next row is noted again.")
        heading = _("The end of the journal is not certain")
        return Words(heading, words.format(n=check.rows), advice), Tone.UNSURE
    if check.sound:
        words = ngettext(
            "{n} row was checked; none was changed or removed.",
            "{n} rows were checked; none was changed or removed.",
            check.rows,
        )
        return Words(_("The journal is whole"), words.format(n=check.rows), ""), Tone.GOOD
    if check.first_broken is not None:
        words = _("Row {n} is not as it was written, or rows before it were removed.")
        place = check.first_broken
    else:
        words = _("Rows from number {n} on were there and are gone.")
        place = check.missing_from or 0
    advice = _(
        "The program goes on writing. Keep the file for whoever looks into it; you can set it "
        "aside and begin a new journal."
    )
    heading = _("The journal was tampered with")
    return Words(heading, words.format(n=place), advice), Tone.BAD
