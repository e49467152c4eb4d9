"""Where a report may be saved: looked at before the long work begins."""

from pathlib import Path

from app.crypto.opening import path_fact
from app.crypto.saving import demand_free
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _

REPORTS = (".pdf", ".html", ".json")
PAPERS = (".pdf", ".html")
LETTERS = (".pdf", ".html", ".txt")
PACKAGES = (".zip",)


def check_report_target(
    target: Path, *, option: str = "--report", suffixes: tuple[str, ...] = REPORTS
) -> None:
    """Refuse an unknown form, a folder that is not there, a name that is taken."""
    if target.suffix.lower() not in suffixes:
        value = _("{name}: can be written as {forms} only").format(
            name=target.name, forms=", ".join(suffixes)
        )
        raise RoscherkError(ErrorCode.USAGE, option=option, value=value)
    if not target.absolute().parent.is_dir():
        raise RoscherkError(ErrorCode.TARGET_UNWRITABLE, path=path_fact(target))
    demand_free(target)
