"""The journal with a hundred thousand rows, in the core and in a window that nobody sees.

``python tests/ui/journal_load.py FOLDER ROWS`` prints seconds as JSON; `benchmarks.load` asks for them.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE.parents[1]), str(_HERE.parent), str(_HERE)]

from opened import Opened, opened  # noqa: E402
from probe import LoopProbe  # noqa: E402
from test_journal_window import fill, page_of  # noqa: E402

from app.journal import Action, Journal, Query  # noqa: E402
from app.places import Places  # noqa: E402


def main() -> None:
    """Measure, print."""
    folder, rows = Path(sys.argv[1]), int(sys.argv[2])
    places = Places.under(folder)
    journal = Journal(places.journal, places.journal_head)
    journal.append(Action.SIGN, "/d/Первый договор.pdf", "done", source="/d/Первый договор.pdf")
    fill(places.journal, rows - 1)
    found = {
        "append": _seconds(lambda: journal.append(Action.VERIFY, "/d/a.sig", "TOTAL_PASSED")),
        "open": _seconds(lambda: journal.entries(limit=200)),
        "search": _seconds(lambda: journal.find(Query(words=("первый",)))),
        "verify": _seconds(journal.verify),
    }
    with opened(folder) as it:
        found |= _in_a_window(it, rows + 1)
    sys.stdout.write(json.dumps(found) + "\n")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _in_a_window(it: Opened, rows: int) -> dict[str, float]:
    """Show the page, go through it, search and check."""
    page, probe = page_of(it), LoopProbe()
    with probe:
        shown = _seconds(lambda: it.until(lambda: page.rows.rowCount() == rows))
        bar = page.list.verticalScrollBar()
        for share in (1, 2, 3, 4):
            bar.setValue(bar.maximum() * share // 4)
            it.settle(0.05)
        page.narrowing.words.setText("первый")
        narrowed = _seconds(lambda: it.until(lambda: page.rows.rowCount() == 1))
        page.check.click()
        it.until(page.told.isVisible)
    return {"shown": shown, "narrowed": narrowed, "busy": probe.busy, "stall": probe.waited}


if __name__ == "__main__":
    main()
