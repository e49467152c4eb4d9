"""Under what a file is judged, and what a block concludes: values that all of the judge shares."""

from collections.abc import Iterable
from datetime import datetime

from app.crypto.verdict.report import Indication, SubIndication
from app.values import dataclass

WORST_FIRST = (Indication.TOTAL_FAILED, Indication.INDETERMINATE, Indication.TOTAL_PASSED)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Under what a file is judged, besides the policy."""

    at: datetime
    """The control time, UTC."""
    at_by_user: bool = False
    """The user named it: whatever passes passes on that condition only."""
    allow_practice: bool = False


@dataclass(frozen=True)
class Finding:
    """What one block concluded."""

    indication: Indication
    sub: SubIndication
    reasons: tuple[str, ...]


Conclusion = tuple[Indication, SubIndication | None, tuple[str, ...]]
"""Indication, sub-indication, reasons."""


def failed(sub: SubIndication, *reasons: str) -> Finding:
    """Return that the signature is not valid."""
    return Finding(Indication.TOTAL_FAILED, sub, reasons)


def unsure(sub: SubIndication, *reasons: str) -> Finding:
    """Return that something is not determined."""
    return Finding(Indication.INDETERMINATE, sub, reasons)


def conclude(findings: Iterable[Finding]) -> Conclusion:
    """Let the gravest finding decide; its reasons come first, then all others."""
    every = tuple(findings)
    for indication in WORST_FIRST:
        for deciding in every:
            if deciding.indication is indication:
                told = [*deciding.reasons, *(code for one in every for code in one.reasons)]
                return indication, deciding.sub, tuple(dict.fromkeys(told))
    return Indication.TOTAL_PASSED, None, ()


def text_of(moment: datetime) -> str:
    """Write a moment into the facts of a notice, as everywhere in the report."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
