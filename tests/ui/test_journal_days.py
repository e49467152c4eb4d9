"""Rows of exact days: found, and taken out for programs."""

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from opened import Opened
from PySide6.QtCore import QDate
from test_journal_window import page_of, top

from app.journal import Action
from app.ui.journal.narrowing import DayEdit
from app.ui.journal.period import DAYS, between, bounds, periods
from app.ui.told_dialog import ToldDialog


@pytest.fixture
def moscow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be where midnight is three hours before that of UTC."""
    monkeypatch.setenv("TZ", "Europe/Moscow")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("moscow")
def test_days_are_those_of_this_place() -> None:
    """Both are included, in either order; the last days end now."""
    now = datetime(2026, 11, 27, 0, 30, tzinfo=UTC).astimezone()
    period = between(date(2026, 11, 5), date(2026, 11, 1))
    assert period == "2026-11-01/2026-11-05"
    since, until = bounds(period, now)
    assert since == datetime(2026, 10, 31, 21, tzinfo=UTC)
    assert until == datetime(2026, 11, 5, 21, tzinfo=UTC)
    assert bounds("1", now) == (datetime(2026, 11, 26, 21, tzinfo=UTC), None)
    assert bounds("7", now) == (datetime(2026, 11, 20, 21, tzinfo=UTC), None)
    assert bounds("", now) == (None, None)
    assert periods()[-1][0] == DAYS


@pytest.mark.usefixtures("moscow")
def test_rows_of_two_days_are_saved_for_programs(
    window: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page shows is what the file has: neither the day before nor the day after."""
    journal = window.services.journal
    for day, hour in ((1, 20), (1, 21), (2, 12), (3, 20), (3, 21)):
        moment = datetime(2026, 11, day, hour, 30, tzinfo=UTC)
        journal.append(Action.SIGN, f"/d/{day}-{hour}.pdf", "done", at=moment)
    page = page_of(window)
    window.until(lambda: page.rows.rowCount() == 5)
    narrowing = page.narrowing
    assert narrowing.days.isHidden()
    narrowing.period.setCurrentIndex(narrowing.period.findData(DAYS))
    assert narrowing.days.isVisible()
    narrowing.first.setDate(QDate(2026, 11, 3))
    narrowing.last.setDate(QDate(2026, 11, 2))
    window.until(lambda: page.rows.rowCount() == 3)
    target = tmp_path / "Журнал.json"
    monkeypatch.setattr(
        page._dialogs, "choose_target", lambda _title, _name, _filters, answer: answer(target)
    )
    page.save.click()
    top(window, ToldDialog).close()
    rows = json.loads(target.read_bytes())["rows"]
    assert {Path(each["target"]).stem for each in rows} == {"1-21", "2-12", "3-20"}
    narrowing.clear()
    window.until(lambda: page.rows.rowCount() == 5)
    assert narrowing.days.isHidden()
    assert os.environ["TZ"] == "Europe/Moscow"


@pytest.mark.usefixtures("window")
def test_no_day_is_out_of_reach() -> None:
    """The calendar of Qt knows the year 9999, after whose last day there is none."""
    edit = DayEdit()
    for day in (QDate(9999, 12, 31), QDate(1752, 9, 14)):
        edit.setDate(day)
        shown = edit.date()
        named = date(shown.year(), shown.month(), shown.day())
        since, until = bounds(between(named, named), datetime.now(UTC))
        assert since is not None
        assert until is not None
        assert since < until
    for edge in (edit.minimumDate(), edit.maximumDate()):
        assert 2000 <= edge.year() <= 2199
