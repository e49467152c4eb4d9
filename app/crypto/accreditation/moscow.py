"""Days as Moscow counts them: the register of accredited authorities dates by Moscow time."""

from datetime import UTC, date, datetime, timedelta, timezone

_SUMMER_FROM = datetime(2011, 3, 26, 23, tzinfo=UTC)
_SUMMER_UNTIL = datetime(2014, 10, 25, 22, tzinfo=UTC)
"""Between them Moscow was four hours ahead of UTC (107-ФЗ of 2011, changed by 248-ФЗ of 2014).
Summer time of before 2011 is left out: there were no accredited authorities then."""

_THREE, _FOUR = timezone(timedelta(hours=3)), timezone(timedelta(hours=4))


def day(moment: datetime) -> date:
    """Return the day that a moment belongs to in Moscow."""
    moment = moment.astimezone(UTC)
    zone = _FOUR if _SUMMER_FROM <= moment < _SUMMER_UNTIL else _THREE
    return moment.astimezone(zone).date()


def moment_of(text: str) -> datetime:
    """Read a date or a moment (ISO 8601); without an offset it is Moscow's. Returns UTC.

    Raises `ValueError`, also for years that no register can name.
    """
    found = datetime.fromisoformat(text.strip())
    if not 1995 <= found.year <= 2200:
        raise ValueError(text)
    if found.tzinfo is None:
        summer = found.replace(tzinfo=_FOUR)
        known = _SUMMER_FROM <= summer < _SUMMER_UNTIL
        found = summer if known else found.replace(tzinfo=_THREE)
    return found.astimezone(UTC)
