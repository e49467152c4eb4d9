"""The clock of this computer against that of an authority (rule T-07). Light."""

from datetime import datetime, timedelta

from app.crypto.timestamps.codes import StampRemark
from app.crypto.verdict.facts import Notice

MAX_SKEW = timedelta(minutes=5)


def skew_notice(
    moment: datetime, before: datetime, after: datetime, accuracy: float = 0.0
) -> Notice | None:
    """Return a remark if an authority's ``moment`` lies outside the time of the request.

    ``before`` and ``after`` are the times of asking and of being answered by our own clock;
    ``accuracy`` is the authority's, in seconds.
    """
    allowed = timedelta(seconds=accuracy)
    skew = max(before - moment, moment - after) - allowed
    if skew <= MAX_SKEW:
        return None
    return Notice(StampRemark.CLOCK_SKEW, {"minutes": int(skew.total_seconds() // 60)})
