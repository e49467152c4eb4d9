"""Moments as people type them."""

import re
from datetime import UTC, datetime

from app.errors import ErrorCode, RoscherkError
from app.texts.showing import plain

_RUSSIAN_TIME = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})(?:[ T](\d\d:\d\d(?::\d\d)?))?")


def moment(text: str, option: str) -> datetime:
    """Read a moment: ISO 8601 or day.month.year; without an offset it is local. Returns UTC.

    Raises ``USAGE`` with the name of the option.
    """
    russian = _RUSSIAN_TIME.fullmatch(text)
    if russian is not None:
        day, month, year, clock = russian.groups()
        text = f"{year}-{month}-{day}T{clock or '00:00'}"
    try:
        return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise RoscherkError(ErrorCode.USAGE, option=option, value=plain(text)) from error
