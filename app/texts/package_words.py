"""What is told of a package, of powers of attorney and of their powers, in words."""

from collections.abc import Mapping
from pathlib import Path

from app.crypto.packages.model import Package
from app.crypto.verdict.facts import Notice
from app.crypto.verdict.report import Answer, Authority, Indication, MchdAnswer, Power
from app.errors import ErrorCode
from app.texts.catalogue import N_, _, ngettext
from app.texts.errors import describe
from app.texts.showing import local_date, plain
from app.texts.verdicts import Tone, notice
from app.values import dataclass

MOST_POWERS = 5
"""Powers that are named; the others are counted."""

_WHY: Mapping[str, str] = {
    "path": N_("its name leads out of the archive"),
    "link": N_("it is a link or a device"),
    "encrypted": N_("it is encrypted"),
    "duplicate": N_("several files have this name"),
    "damaged": N_("it is damaged"),
}
_TONES = {
    Indication.TOTAL_PASSED: Tone.GOOD,
    Indication.INDETERMINATE: Tone.UNSURE,
    Indication.TOTAL_FAILED: Tone.BAD,
}


def package_notice(found: Notice) -> str:
    """Return the sentence for what was refused or discarded in a package."""
    if found.code in {ErrorCode.ARCHIVE_DAMAGED, ErrorCode.ARCHIVE_REFUSED}:
        words = describe(found.code, {**found.facts, "path": _name(found.facts.get("path"))})
        return f"{words.heading}. {words.explanation} {words.advice}"
    facts = dict(found.facts)
    for key in ("path", "named", "document", "archive"):
        if key in facts:
            facts[key] = _name(facts[key])
    why = _WHY.get(str(facts.get("why")))
    if why is not None:
        facts["because"] = _(why)
    return notice(found.code, facts)


def _name(path: object) -> str:
    return Path(str(path)).name


def package_notices(package: Package) -> tuple[str, ...]:
    """Return what is to be told of the whole package, each sentence once."""
    told = [package_notice(each) for each in package.notices]
    if package.more:
        told.append(_("There are more files than can be verified at once: the rest was left out."))
    return tuple(dict.fromkeys(told))


@dataclass(frozen=True)
class MchdTold:
    """What a power of attorney gives the signer: the answer first, then what goes with it."""

    sentences: tuple[str, ...]
    tone: Tone


def mchd_told(authority: Authority) -> MchdTold | None:
    """Say what a power of attorney gives the signer; None: none lies beside the document."""
    found = authority.mchd
    if found is None:
        return None
    problems = [_problem(one) for one in found.problems]
    if found.indication is Indication.TOTAL_PASSED:
        told = _("On behalf of {principal}, by {mchd}.")
        more = [passed_on_told(found), powers_told(found), _qualified_told(found)]
        more.append(register_told(authority))
    elif found.indication is Indication.INDETERMINATE:
        told = _("By {mchd}, of {principal}; it is not confirmed.")
        more = [*problems, passed_on_told(found), powers_told(found), register_told(authority)]
    else:
        told = _(
            "The authority is not confirmed: {mchd}, of {principal}, lies there but does not give it."
        )
        more = problems
    principal = plain(found.principal or _("an organization"))
    first = told.format(principal=principal, mchd=_named(found))
    sentences = (first, *(each for each in more if each))
    return MchdTold(sentences, _TONES.get(found.indication, Tone.UNSURE))


def _problem(found: Notice) -> str:
    """Say what is wrong; of the power of attorney behind it, why."""
    because = found.facts.get("because")
    if because is None:
        return notice(found.code, found.facts)
    why = notice(str(because))
    return notice(found.code, {**found.facts, "because": why[:1].lower() + why[1:]})


def _power(power: Power) -> str:
    name = plain(power.name or power.code or "")
    limits = "; ".join(plain(each) for each in power.limits)
    return (
        _("{power} (within bounds: {limits})").format(power=name, limits=limits) if limits else name
    )


def passed_on_told(found: MchdAnswer) -> str:
    """Name what a power of attorney was passed on from; empty: nobody passed it on."""
    if not found.passed_on_from:
        return ""
    numbers = ", ".join(plain(each) for each in found.passed_on_from)
    return _("It was passed on (передоверие) from: {numbers}.").format(numbers=numbers)


def _qualified_told(found: MchdAnswer) -> str:
    if found.qualified_certificate is Answer.YES:
        return _("It is signed with a qualified certificate.")
    return _("Whether it is signed with a qualified certificate is not known.")


def _named(found: MchdAnswer) -> str:
    if found.valid_until is None:
        return _("the power of attorney (МЧД) No. {number}").format(
            number=plain(found.number or "…")
        )
    return _("the power of attorney (МЧД) No. {number}, valid until {day}").format(
        number=plain(found.number or "…"), day=local_date(found.valid_until)
    )


def powers_told(found: MchdAnswer) -> str:
    """Name the powers in plain words."""
    names = [_power(each) for each in found.powers]
    if not names:
        return ""
    told = _("Powers: {powers}.").format(powers="; ".join(names[:MOST_POWERS]).rstrip("."))
    left = len(names) - MOST_POWERS
    if left > 0:
        more = ngettext("And {n} more power.", "And {n} more powers.", left).format(n=left)
        told = f"{told} {more}"
    return told


def register_told(authority: Authority) -> str:
    """Say whether the register of powers of attorney was asked."""
    if authority.register_asked:
        return _("The register of powers of attorney was asked.")
    return _("Whether it was recalled is not checked: the register was not asked.")
