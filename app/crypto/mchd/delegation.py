"""Powers that were passed on (передоверие): what stands behind a МЧД, and whether it allows that.

ГК РФ art. 187: within the term and the powers that were given, by whom the giver allowed it. Pure
functions, no files. What is not at hand leaves the authority undetermined.
"""

from collections.abc import Iterator, Sequence

from app.crypto.verdict.facts import CertificateFacts, Notice
from app.crypto.verdict.mchd_facts import Delegation, MchdFacts, MchdPower
from app.crypto.verdict.report import FileReport, Indication
from app.values import dataclass

MOST_BEHIND = 5
"""Powers of attorney behind one that was passed on."""

_TOLD = 3
"""Powers that are named where they go too far."""


@dataclass(frozen=True, kw_only=True)
class Attorney:
    """A МЧД with the report on its own signature; None: no signature was found."""

    mchd: MchdFacts
    report: FileReport | None
    signer: CertificateFacts | None
    """Who signed the МЧД, by the certificate."""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The powers of attorney behind one, the nearest first, and why there are no more."""

    behind: tuple[Attorney, ...] = ()
    problems: tuple[Notice, ...] = ()


def chain_behind(attorney: Attorney, at_hand: Sequence[Attorney]) -> Chain:
    """Follow a power that was passed on to the first one, by the registration numbers."""
    behind: list[Attorney] = []
    given = attorney.mchd
    seen = {_number(given)}
    while given.delegated:
        number = (given.parent_number or "").casefold()
        found = [one for one in at_hand if number and _number(one.mchd) == number]
        trouble = _why_not(number, found, seen, len(behind))
        if trouble is not None:
            facts = {"number": given.parent_number or ""}
            return Chain(behind=tuple(behind), problems=(Notice(trouble, dict(facts)),))
        behind.append(max(found, key=_is_signed))
        given = behind[-1].mchd
        seen.add(number)
    first = attorney.mchd.first_number
    if behind and first is not None and first.casefold() != _number(given):
        return Chain(behind=tuple(behind), problems=(Notice("mchd_first_differs"),))
    return Chain(behind=tuple(behind))


def _why_not(number: str, found: Sequence[Attorney], seen: set[str], length: int) -> str | None:
    """Say why the next power of attorney cannot be taken; None: it can."""
    if number in seen:
        return "mchd_passed_on_in_circle"
    if not found:
        return "mchd_delegated"
    if length == MOST_BEHIND:
        return "mchd_passed_on_too_often"
    # Somebody may have given his own the number of another: then nobody knows which is meant.
    return "mchd_parent_ambiguous" if len({one.mchd.sha256 for one in found}) > 1 else None


def link_problems(given: MchdFacts, behind: MchdFacts, *, further: bool) -> Iterator[Notice]:
    """Hold a power that was passed on against the one behind it; ``further``: there was another pass."""
    number = behind.number or ""
    allowed = {Delegation.FURTHER} if further else {Delegation.ONCE, Delegation.FURTHER}
    if behind.delegation is Delegation.UNKNOWN:
        yield Notice("mchd_passing_on_unknown", {"number": number})
    elif behind.delegation not in allowed:
        yield Notice("mchd_passing_on_forbidden", {"number": number})
    if not _within_term(given, behind):
        yield Notice("mchd_passed_on_term", {"number": number})
    more = [one for one in given.powers if not any(_covers(each, one) for each in behind.powers)]
    if more:
        names = "; ".join(one.name or one.code or "…" for one in more[:_TOLD])
        yield Notice("mchd_passed_on_powers", {"number": number, "powers": names})


def _within_term(given: MchdFacts, behind: MchdFacts) -> bool:
    days = (behind.issued, given.issued, given.valid_until, behind.valid_until)
    known = [day for day in days if day is not None]
    return len(known) == len(days) and known == sorted(known)


def _covers(power: MchdPower, given: MchdPower) -> bool:
    """Tell whether a power holds another: the same one, with at least the same bounds.

    Under the code of a small power the words of a large one would be shown.
    """
    if power.cut or given.cut:
        return False
    told = _words(given) or given.code is None
    same = power.code == given.code and (not told or _words(power) == _words(given))
    return same and set(power.limits) <= set(given.limits)


def _words(power: MchdPower) -> str:
    return " ".join(power.name.split()).casefold()


def _number(mchd: MchdFacts) -> str:
    return (mchd.number or "").casefold()


def _is_signed(one: Attorney) -> bool:
    """Prefer, of two files with the same octets, the one whose signature holds."""
    return one.report is not None and one.report.verdict is Indication.TOTAL_PASSED
