"""Words for verdicts: headings, the cause with its next step, reasons, warnings.

The five answers that stand apart from the verdict have a module of their own, ``answers``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.crypto.verdict.facts import Level, Notice
from app.crypto.verdict.report import FileReport, Indication, SignatureReport, SubIndication
from app.errors import Fact
from app.texts.catalogue import N_, _
from app.texts.cause_table import CAUSES
from app.texts.notice_table import NOTICES
from app.texts.showing import fill, fill_anyway


class Tone(StrEnum):
    """How a statement is shown: as good, as bad, as unsure, or without any judgement."""

    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    PLAIN = "plain"


@dataclass(frozen=True)
class Cause:
    """Why a verdict is what it is, and what to do."""

    sentence: str
    step: str


_HEADINGS: Mapping[Indication, str] = {
    Indication.TOTAL_PASSED: N_("The signature is valid"),
    Indication.INDETERMINATE: N_("The status of the signature is not determined"),
    Indication.TOTAL_FAILED: N_("The signature is not valid"),
    Indication.NO_SIGNATURE: N_("There is no signature"),
}
_PRACTICE_HEADINGS: Mapping[Indication, str] = {
    Indication.TOTAL_PASSED: N_("A PRACTICE signature, the check is passed"),
    Indication.INDETERMINATE: N_("A PRACTICE signature: it has no legal force"),
    Indication.TOTAL_FAILED: N_("A PRACTICE signature, and it is not valid"),
    Indication.NO_SIGNATURE: N_("There is no signature"),
}
_TONES: Mapping[Indication, Tone] = {
    Indication.TOTAL_PASSED: Tone.GOOD,
    Indication.INDETERMINATE: Tone.UNSURE,
    Indication.TOTAL_FAILED: Tone.BAD,
    Indication.NO_SIGNATURE: Tone.PLAIN,
}
_LEVELS: Mapping[Level, str] = {
    Level.CMS: N_("simple CMS, without the attributes of CAdES"),
    Level.PDF_LEGACY: N_("a PDF signature of the older kind"),
}


def heading(verdict: Indication, *, practice: bool = False) -> str:
    """Return the heading of a verdict."""
    return _((_PRACTICE_HEADINGS if practice else _HEADINGS)[verdict])


def tone(verdict: Indication) -> Tone:
    """Return how a verdict is shown."""
    return _TONES[verdict]


def file_heading(report: FileReport) -> str:
    """Return the heading for a file; it is a practice one if any of its signatures is."""
    return heading(report.verdict, practice=any(one.practice for one in report.signatures))


def cause(sub: SubIndication) -> Cause:
    """Return the words for a sub-indication."""
    entry = CAUSES[sub]
    return Cause(_(entry.sentence), _(entry.step))


def explanation(report: SignatureReport) -> Cause | None:
    """Return why a signature did not pass and what to do; None where it passed."""
    if report.sub_indication is None:
        return None
    if report.reasons[:1] == ("practice",):
        return Cause(
            notice("practice"),
            _(
                "For real work sign with a real certificate; accept nothing on the strength of this."
            ),
        )
    return cause(report.sub_indication)


def level(value: Level) -> str:
    """Return the name of a level; most names are proper names in every language."""
    return _(_LEVELS[value]) if value in _LEVELS else value.value


def notice(code: str, facts: Mapping[str, Fact] | None = None) -> str:
    """Return the sentence for a reason or a warning; an unknown code is told by its name."""
    templates = NOTICES.get(code)
    if templates is None:
        return fill(_("Further remark: {code}."), {"code": code})
    known = dict(facts or {})
    for template in templates:
        told = fill(_(template), known)
        if told:
            return told
    return fill_anyway(_(templates[-1]), known)


def reasons(report: SignatureReport) -> tuple[str, ...]:
    """Return the sentences for the reasons of a verdict, the deciding one first."""
    return tuple(dict.fromkeys(notice(code) for code in report.reasons))


def warnings(report: SignatureReport) -> tuple[str, ...]:
    """Return the sentences for the warnings, each once."""
    return _each_once(report.warnings)


def _each_once(notices: tuple[Notice, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notice(one.code, one.facts) for one in notices))
