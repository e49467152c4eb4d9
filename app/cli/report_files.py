"""Where a report may be saved: looked at before the long work begins."""

from pathlib import Path

from app.crypto.opening import path_fact
from app.crypto.saving import demand_free
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _

_SUFFIXES = (".json", ".pdf")


def check_report_target(target: Path) -> None:
    """Refuse an unknown form, a folder that is not there, a name that is taken."""
    if target.suffix.lower() not in _SUFFIXES:
        value = _("{name}: only .pdf and .json can be written").format(name=target.name)
        raise RoscherkError(ErrorCode.USAGE, option="--report", value=value)
    if not target.absolute().parent.is_dir():
        raise RoscherkError(ErrorCode.TARGET_UNWRITABLE, path=path_fact(target))
    demand_free(target)
