"""What a look over the workplace found, in words."""

from collections.abc import Mapping

from app.errors import ErrorCode, Fact
from app.texts.amounts import size_text
from app.texts.catalogue import N_, _
from app.texts.errors import Words, describe
from app.texts.showing import fill, fill_anyway
from app.texts.verdicts import Tone
from app.texts.workplace_table import AREAS, FINDINGS

_CODES = frozenset(code.value for code in ErrorCode)
_STATES: Mapping[str, tuple[str, Tone]] = {
    "good": (N_("All right"), Tone.GOOD),
    "attention": (N_("Needs attention"), Tone.UNSURE),
    "bad": (N_("Does not work"), Tone.BAD),
    "plain": (N_("For information"), Tone.PLAIN),
    "unknown": (N_("Not known"), Tone.UNSURE),
}


def area_words(area: str) -> str:
    """Name what was looked at."""
    return _(AREAS[area])


def state_words(state: str) -> tuple[str, Tone]:
    """Say how a finding counts."""
    words, tone = _STATES[state]
    return _(words), tone


def finding_words(code: str, facts: Mapping[str, Fact]) -> Words:
    """Return the words for one line."""
    entry = FINDINGS.get(code)
    if entry is None:
        return describe(code, facts)
    if "megabytes" in facts:
        facts = {**facts, "free": size_text(int(facts["megabytes"]) << 20)}
    sentences = (fill(_(sentence), facts) for sentence in entry.explanation)
    return Words(
        heading=fill_anyway(_(entry.heading), facts),
        explanation=" ".join(sentence for sentence in sentences if sentence),
        advice=fill_anyway(_(entry.advice), facts) if entry.advice else "",
    )


def is_known(code: str) -> bool:
    """Tell whether there are words for a code."""
    return code in FINDINGS or code in _CODES


def support_words() -> Mapping[str, str]:
    """Return the headings of what is gathered for support."""
    return {
        "title": _("Information for support"),
        "nothing": _(
            "No names, paths, numbers of documents or tokens, contents or passwords are in here: "
            "only codes, counts, versions and times. Read it before you send it."
        ),
        "program": _("Program and computer"),
        "findings": _("Check of the workplace"),
        "settings": _("Settings"),
        "journal": _("Last rows of the journal"),
        "log": _("Last lines of the log"),
        "none": _("(nothing)"),
    }
