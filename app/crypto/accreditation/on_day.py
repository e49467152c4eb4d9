"""Whether an authority was accredited on the day on which it issued a certificate: pure functions.

63-ФЗ art. 11 p. 1 asks for the day of issue, not for today (rule RU-17). Days are Moscow's. The
status of a day is the last one that began on it or before: who lost his accreditation on a day
was not accredited on it, who got it on a day was.
"""

from collections.abc import Sequence
from datetime import date, datetime

from app.crypto.accreditation import moscow
from app.crypto.verdict.accreditation_facts import AccreditationFacts, StatusPeriod
from app.crypto.verdict.facts import Notice
from app.crypto.verdict.report import Answer

IN_FORCE = "действует"
_ENDED = {
    "прекращена": "accreditation_terminated",
    "досрочно прекращена": "accreditation_terminated",
    "аннулирована": "accreditation_annulled",
    "приостановлена": "accreditation_suspended",
}
Said = tuple[Answer, Notice | None]
"""An answer, and the reason if it is not yes."""


def accredited_on_issue(facts: AccreditationFacts, issued: datetime) -> Said:
    """Say whether the authority was accredited on the day of issue, as far as the list can tell."""
    issue_day, list_day = moscow.day(issued), moscow.day(facts.list_date)
    if list_day < issue_day:
        return Answer.UNKNOWN, Notice("accreditation_list_older", {"date": list_day.isoformat()})
    if facts.ca_name is None:
        return Answer.NO, Notice("issuer_not_accredited")
    if not facts.statuses:
        return Answer.UNKNOWN, Notice("accreditation_history_missing", {"name": facts.ca_name})
    return _by_history(facts.ca_name, facts.statuses, issue_day)


def _by_history(name: str, statuses: Sequence[StatusPeriod], issue_day: date) -> Said:
    status = _status_on(statuses, issue_day)
    if status is None:
        first = moscow.day(statuses[0].since).isoformat()
        return Answer.NO, Notice("accredited_later", {"name": name, "date": first})
    if _contradicted(statuses, status):
        return Answer.UNKNOWN, Notice("accreditation_contradicts", {"name": name})
    if in_force(status):
        return Answer.YES, None
    return Answer.NO, _not_in_force(name, status)


def lapsed(facts: AccreditationFacts, issued: datetime, at: datetime, ceased_on: date) -> bool:
    """Tell whether a certificate ceased since its authority was not accredited anew (rule RU-18)."""
    if moscow.day(issued) >= ceased_on or moscow.day(at) < ceased_on:
        return False
    status = _status_on(facts.statuses, ceased_on)
    return status is None or not in_force(status)


def in_force(status: StatusPeriod) -> bool:
    """Tell whether a status is that of a valid accreditation; what is unknown is not (RU-15)."""
    return status.text.strip().casefold() == IN_FORCE


def _status_on(statuses: Sequence[StatusPeriod], day: date) -> StatusPeriod | None:
    begun = [status for status in statuses if moscow.day(status.since) <= day]
    return begun[-1] if begun else None


def _contradicted(statuses: Sequence[StatusPeriod], status: StatusPeriod) -> bool:
    """Tell whether the list gives two statuses of one moment, neither of them the present one."""
    if status is statuses[-1]:
        return False
    rivals = [one for one in statuses if one.since == status.since]
    return len({in_force(one) for one in rivals}) > 1


def _not_in_force(name: str, status: StatusPeriod) -> Notice:
    code = _ENDED.get(status.text.strip().casefold(), "accreditation_status_unknown")
    since = moscow.day(status.since).isoformat()
    return Notice(code, {"name": name, "status": status.text, "date": since})
