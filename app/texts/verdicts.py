"""Words for verdicts: headings, the cause with its next step, reasons, warnings.

The five answers that stand apart from the verdict have a module of their own, ``answers``.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from app.crypto.verdict.facts import Level, SignatureKind
from app.crypto.verdict.report import (
    FileReport,
    Indication,
    Integrity,
    SignatureReport,
    Standing,
    SubIndication,
)
from app.crypto.verdict.standing import standing_of_signature
from app.errors import Fact
from app.texts.catalogue import N_, _
from app.texts.cause_table import CAUSES
from app.texts.kind_table import (
    KIND_CAUSES,
    KIND_NOTICES,
    STAMP_HEADINGS,
    STAMP_PRACTICE_HEADINGS,
)
from app.texts.notice_table import NOTICES
from app.texts.showing import fill, fill_anyway, local_date
from app.values import dataclass


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
_DIGESTS: Mapping[str, str] = {
    "gost94": N_("GOST R 34.11-94 (not for signatures after 2019)"),
    "sha1": N_("SHA-1"),
    "md5": N_("MD5"),
}
"""What outdated digests are called among people."""
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
_STAMP, _EVIDENCE = N_("with a time stamp"), N_("with a time stamp and all that a check needs")
_KEEPING = N_("with all that a check needs, for long keeping")
_MEANINGS: Mapping[str, str] = {
    Level.CADES_BES.value: N_("without a time stamp"),
    Level.CADES_T.value: _STAMP,
    Level.CADES_XL1.value: _EVIDENCE,
    Level.CADES_LT.value: _EVIDENCE,
    Level.CADES_LTA.value: _KEEPING,
    Level.PADES_B_B.value: N_("without a time stamp"),
    Level.PADES_B_T.value: _STAMP,
    Level.PADES_B_LT.value: _EVIDENCE,
    Level.PADES_B_LTA.value: _KEEPING,
}


def heading(verdict: Indication, *, practice: bool = False) -> str:
    """Return the heading of a verdict."""
    return _((_PRACTICE_HEADINGS if practice else _HEADINGS)[verdict])


def heading_of(report: SignatureReport) -> str:
    """Return the heading for one signature, or for one document time-stamp."""
    if report.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        table = STAMP_PRACTICE_HEADINGS if report.practice else STAMP_HEADINGS
        return _(table[report.verdict])
    if not report.practice and report.integrity is Integrity.INTACT:
        # Whatever is unknown, the document is as it was signed: that is said first (rule V-03).
        words = _intact_heading(report)
        if words:
            return words
    return heading(report.verdict, practice=report.practice)


def _intact_heading(report: SignatureReport) -> str:
    """Return the heading for an unchanged document whose signature is not determined; or empty."""
    counter = report.kind is SignatureKind.COUNTER_SIGNATURE
    if report.verdict is not Indication.INDETERMINATE or counter:
        return ""
    if report.reasons == ("conditional_time",):
        return _("The document is unchanged; the signature is valid if the day you named is right")
    if standing_of_signature(report) is Standing.TIME_NOT_PROVED:
        return _("The document is unchanged; the time of signing is not proved")
    if report.reasons[0] in {"issuer_not_found", "root_not_trusted"}:
        return _("The document is unchanged; the issuer of the certificate is not known here")
    return ""


def tone(verdict: Indication) -> Tone:
    """Return how a verdict is shown."""
    return _TONES[verdict]


def file_heading(report: FileReport) -> str:
    """Return the heading for a file: its signatures count, a bad time-stamp is told besides.

    It is a practice one if any of its signatures is.
    """
    signatures, stamps = _sorted_out(report)
    worst = _worst(signatures)
    if stamps and not signatures:
        return _("There is no signature, only a document time stamp")
    if only_stamp_at_fault(report):
        words = _STAMP_IS[report.verdict]
        return _(words).format(signatures=_of_signatures(signatures, worst))
    if report.verdict is worst:
        return _of_signatures(signatures, worst)
    return heading(report.verdict, practice=any(one.practice for one in report.signatures))


def only_stamp_at_fault(report: FileReport) -> bool:
    """Tell whether the signatures are better than the file, because of a document time-stamp."""
    signatures, stamps = _sorted_out(report)
    worse = _worst(signatures) is not report.verdict
    return bool(signatures) and worse and _worst(stamps) is report.verdict


def _sorted_out(report: FileReport) -> tuple[list[SignatureReport], list[SignatureReport]]:
    """Return the signatures, and the document time-stamps."""
    stamp = SignatureKind.DOCUMENT_TIMESTAMP
    of_kind = [
        [one for one in report.signatures if (one.kind is stamp) is it] for it in (False, True)
    ]
    return of_kind[0], of_kind[1]


_STAMP_IS: Mapping[Indication, str] = {
    Indication.TOTAL_FAILED: N_("{signatures}; the document time stamp is not valid"),
    Indication.INDETERMINATE: N_(
        "{signatures}; the status of the document time stamp is not determined"
    ),
}
_MANY: Mapping[Indication, str] = {
    Indication.TOTAL_PASSED: N_("All {total} signatures are valid"),
    Indication.INDETERMINATE: N_("Signatures: {total}, of these not determined: {count}"),
    Indication.TOTAL_FAILED: N_("Signatures: {total}, of these not valid: {count}"),
}


def _worst(reports: Sequence[SignatureReport]) -> Indication:
    """Return the worst verdict; of none, that there is no signature."""
    order = (Indication.TOTAL_FAILED, Indication.INDETERMINATE, Indication.TOTAL_PASSED)
    verdicts = {one.verdict for one in reports}
    return next((each for each in order if each in verdicts), Indication.NO_SIGNATURE)


def _of_signatures(signatures: Sequence[SignatureReport], worst: Indication) -> str:
    """Return the words for the signatures alone, the number of the worst ones among them."""
    practice = any(one.practice for one in signatures)
    if len(signatures) == 1:
        return heading_of(signatures[0])
    if practice or not signatures:
        return heading(worst, practice=practice)
    count = sum(one.verdict is worst for one in signatures)
    return _(_MANY[worst]).format(total=len(signatures), count=count)


def cause(sub: SubIndication, kind: SignatureKind = SignatureKind.SIGNATURE) -> Cause:
    """Return the words for a sub-indication."""
    entry = KIND_CAUSES[kind].get(sub) or CAUSES[sub]
    return Cause(_(entry.sentence), _(entry.step))


def explanation(report: SignatureReport) -> Cause | None:
    """Return why a signature did not pass and what to do; None where it passed."""
    if report.sub_indication is None:
        return None
    if report.reasons[:1] == ("practice",):
        return Cause(
            notice("practice", kind=report.kind),
            _(
                "For real work sign with a real certificate; accept nothing on the strength of this."
            ),
        )
    return cause(report.sub_indication, report.kind)


def level(value: Level) -> str:
    """Return the name of a level; most names are proper names in every language."""
    return _(_LEVELS[value]) if value in _LEVELS else value.value


def level_meaning(name: str) -> str:
    """Return what a level gives, for somebody who does not know its name; empty: nothing to say."""
    return _(_MEANINGS[name]) if name in _MEANINGS else ""


def notice(
    code: str,
    facts: Mapping[str, Fact] | None = None,
    kind: SignatureKind = SignatureKind.SIGNATURE,
) -> str:
    """Return the sentence for a reason or a warning; an unknown code is told by its name."""
    templates = KIND_NOTICES[kind].get(code) or NOTICES.get(code)
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
    known = _values(report)
    return tuple(dict.fromkeys(notice(code, known, report.kind) for code in report.reasons))


def _values(report: SignatureReport) -> dict[str, Fact]:
    """Return what the reasons of a verdict are about, in this file (rule V-05)."""
    known: dict[str, Fact] = {}
    if report.signer is not None:
        known |= {
            "not_before": local_date(report.signer.not_before),
            "not_after": local_date(report.signer.not_after),
            "issuer": report.signer.issuer,
            "serial": report.signer.serial,
        }
    digest = report.algorithms.digest or report.algorithms.digest_oid
    if digest is None:
        return known
    return known | {"digest": _(_DIGESTS[digest]) if digest in _DIGESTS else digest}


def warnings(report: SignatureReport) -> tuple[str, ...]:
    """Return the sentences for the warnings, each once."""
    told = (notice(one.code, one.facts, report.kind) for one in report.warnings)
    return tuple(dict.fromkeys(told))
