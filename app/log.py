"""Logging that cannot carry a PIN.

Three guards, all at the moment a record becomes text: raw bytes among the arguments refuse the
whole record; an exception whose arguments hold raw bytes is told by its class only; and the
finished text is refused when it holds a secret that is alive at this moment (the composition gives
that test, because secrets live higher up than this room).
"""

import copy
import logging
import logging.handlers
from collections.abc import Callable, Mapping
from types import TracebackType

from app.places import Places, make_private

_MAX_BYTES = 1 << 20
_BACKUPS = 3
_FORM = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"
_REFUSED = "(a record was refused here: it held %s)"
_RAW = (bytes, bytearray, memoryview)
_MAX_DEPTH = 4

HoldsSecret = Callable[[bytes], bool]
ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def _never(_: bytes) -> bool:
    return False


class SafeFormatter(logging.Formatter):
    """Turns records into lines, one record a line save for tracebacks, with the three guards."""

    def __init__(self, holds_secret: HoldsSecret = _never) -> None:
        super().__init__(_FORM)
        self._holds_secret = holds_secret

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record, or a line that says why it was refused."""
        record = copy.copy(record)
        record.exc_text = None  # another handler may have left the traceback there, unguarded
        if _has_raw(record.msg) or _has_raw(record.args):
            return self._refuse(record, "raw bytes")
        try:
            text = super().format(record)
        except Exception:  # noqa: BLE001 - logging would print the arguments to stderr
            return self._refuse(record, "arguments that do not fit")
        if self._holds_secret(text.encode("utf-8", "surrogateescape")):
            return self._refuse(record, "a secret")
        return text

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name in logging
        """Keep one record on one line: a file name may hold a line break."""
        record.message = "".join(c if c.isprintable() else repr(c)[1:-1] for c in record.message)
        return super().formatMessage(record)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - its name in logging
        """Return the traceback; an exception that carries raw bytes is told by its class only."""
        if _carries_raw(ei[1]):
            name = "" if ei[0] is None else ei[0].__name__
            return f"{name} (its words are withheld: they held raw bytes)"
        return super().formatException(ei)

    def _refuse(self, record: logging.LogRecord, why: str) -> str:
        bare = logging.LogRecord(
            record.name, record.levelno, record.pathname, record.lineno, _REFUSED, (why,), None
        )
        return super().format(bare)


class _QuietFile(logging.handlers.RotatingFileHandler):
    """A log on a full or lost disk is no reason to print its records somewhere else."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in logging
        """Drop the record."""


def configure(
    places: Places, *, debug: bool = False, holds_secret: HoldsSecret = _never
) -> logging.Handler:
    """Send the log of this process to the profile's log file; return the handler."""
    make_private(places.logs)
    handler = _QuietFile(
        places.logs / "roscherk.log",
        maxBytes=_MAX_BYTES,
        backupCount=_BACKUPS,
        encoding="utf-8",
        errors="backslashreplace",
        delay=True,
    )
    handler.setFormatter(SafeFormatter(holds_secret))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    return handler


def _has_raw(value: object, depth: int = 0) -> bool:
    """Look for raw bytes in a value and in the plain collections inside it."""
    if isinstance(value, _RAW):
        return True
    if depth >= _MAX_DEPTH:
        return False
    inner: list[object] = []
    if isinstance(value, Mapping):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, tuple | list | set | frozenset):
        inner = list(value)
    return any(_has_raw(item, depth + 1) for item in inner)


def _carries_raw(error: BaseException | None) -> bool:
    """Look through an exception and those it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if _has_raw(error.args):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
