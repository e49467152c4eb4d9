"""What is gathered for support: by a list of what may be told, never by striking out what may not.

A name, a path, an INN or a serial number has a thousand forms; a code of ours has one. So every
value is left out unless it is of a kind that cannot hold anything personal: codes that this
program knows, numbers under known names, versions, times, settings with fixed values.
"""

import builtins
import io
import os
import platform
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Final

from app import __version__
from app.crypto.saving import AtomicFile
from app.crypto.verdict.report import Indication
from app.errors import ErrorCode, Fact, RoscherkError
from app.journal import Action, Entry, Journal
from app.places import Places
from app.settings import TABLE, Settings
from app.texts.catalogue import language
from app.texts.workplace_words import (
    area_words,
    finding_words,
    is_known,
    state_words,
    support_words,
)
from app.tokens.catalogue import known_modules
from app.tokens.model import Product
from app.workplace.model import Area, Code, Finding

ROWS: Final = 200
LINES: Final = 400
_TAIL: Final = 256 << 10
_NUMBERS: Final = frozenset(
    {
        "cards",
        "changed",
        "count",
        "days",
        "errno",
        "exit",
        "form",
        "hours",
        "limit",
        "megabytes",
        "row",
        "seconds",
        "servers",
        "signers",
        "slot",
        "sqlite_error",
        "status",
        "total",
        "tries_left",
    }
)
"""Facts that are numbers of a harmless kind, if they are numbers."""
_FLAGS: Final = frozenset({"practice", "attached", "stamp", "undone"})
_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "version": re.compile(r"\d{1,4}(\.\d{1,5}){1,4}(-\d{1,4})?"),
    "zone": re.compile(r"[+-]\d{4}"),
    "date": re.compile(r"20\d\d-\d\d-\d\d"),
    "rv": re.compile(r"8010[0-9A-F]{4}|CKR_[A-Z_]{2,40}"),
}
_CODES: Final = frozenset(
    {
        *(each.value for each in ErrorCode),
        *(each.value for each in Code),
        *(each.value for each in Action),
        *(each.value for each in Indication),
        "done",
        "imported",
    }
)
_PRODUCTS: Final = frozenset(each.value for each in Product)
_SUFFIXES: Final = frozenset(
    [
        ".pdf",
        ".sig",
        ".sgn",
        ".p7s",
        ".p7m",
        ".xml",
        ".zip",
        ".docx",
        ".xlsx",
        ".doc",
        ".xls",
        ".odt",
        ".ods",
        ".txt",
        ".cer",
        ".crl",
        ".pfx",
        ".csr",
    ]
)
_EXCEPTIONS: Final = frozenset(
    name
    for name, each in vars(builtins).items()
    if isinstance(each, type) and issubclass(each, BaseException)
)
_LINE: Final = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (?P<level>[A-Z]+) (?P<pid>\d+) "
    r"(?P<name>\S+): (?P<words>.*)"
)
_FRAME: Final = re.compile(r'\s*File "(?P<path>[^"]+)", line (?P<line>\d{1,6}), in ')
_WORD: Final = re.compile(r"[A-Za-z_]{3,60}")
_ERRNO: Final = re.compile(r"\berrno='?(\d{1,5})\b")
_LEVELS: Final = frozenset({"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"})
_SESSIONS: Final = frozenset({"x11", "wayland", "tty", "mir"})
_OWN: Final = Path(__file__).resolve().parents[1]


class Support:
    """Gathers and saves. May be used from any thread."""

    def __init__(self, places: Places, settings: Settings, journal: Journal) -> None:
        self._places = places
        self._settings = settings
        self._journal = journal

    def text(self, findings: Sequence[Finding], *, qt: str = "") -> str:
        """Return all that would be sent, word for word. ``qt``: the version of Qt in use."""
        words = support_words()
        parts = [words["title"], words["nothing"], ""]
        for title, lines in (
            (words["program"], _program(qt)),
            (words["findings"], _findings(findings)),
            (words["settings"], self._set()),
            (words["journal"], self._rows()),
            (words["log"], self._logged()),
        ):
            told = list(lines) or [words["none"]]
            parts += [f"== {title} ==", *told, ""]
        return "\n".join(parts)

    def _set(self) -> Iterator[str]:
        """Tell settings with fixed values; of others only whether they are set."""
        for setting in TABLE:
            value = self._settings.get(setting)
            shown = str(value) if setting.allowed or isinstance(value, bool) else _outline(value)
            lock = " (policy)" if self._settings.locked(setting) else ""
            yield f"{setting.key} = {shown}{lock}"

    def _rows(self) -> Iterator[str]:
        try:
            yield from (row_line(each) for each in self._journal.entries(limit=ROWS))
        except RoscherkError as error:
            yield error.code.value

    def _logged(self) -> Iterator[str]:
        yield from log_lines(_tail(self._places.logs / "roscherk.log"))


def save(text: str, target: Path) -> Path:
    """Write what was shown to a new file, ``.zip`` or text; raise ``TARGET_*``, ``DISK_FULL``."""
    data = text.encode()
    if target.suffix.lower() == ".zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            # A fixed time: the archive tells nothing that the text does not.
            info = zipfile.ZipInfo("support.txt", (1980, 1, 1, 0, 0, 0))
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
        data = packed.getvalue()
    with AtomicFile.create(target.absolute().parent) as file:
        file.write(data)
        return file.publish(target, numbers=False)


def _program(qt: str) -> Iterator[str]:
    yield f"roscherk {__version__}"
    yield f"Python {platform.python_version()}, {platform.machine()}"
    yield f"{platform.system()} {platform.release()}"
    yield from _distribution()
    if _FORMS["version"].fullmatch(qt):
        yield f"Qt {qt}"
    session = os.environ.get("XDG_SESSION_TYPE", "")
    yield f"language {language()}, session {session if session in _SESSIONS else '-'}"
    yield f"frozen {getattr(sys, 'frozen', False)}, time {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _distribution() -> Iterator[str]:
    try:
        told = platform.freedesktop_os_release()
    except (OSError, AttributeError):
        return
    yield f"{told.get('ID', '')} {told.get('VERSION_ID', '')}".strip()


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    """Tell the lines: area, state, code, harmless facts. Words only where no fact stands in them."""
    for area in Area:
        own = [each for each in findings if each.area is area]
        if own:
            yield f"{area_words(area)}:"
        for each in own:
            state = state_words(each.state)[0]
            code = each.code if is_known(each.code) else ErrorCode.UNEXPECTED.value
            heading = finding_words(code, {}).heading
            said = "" if "…" in heading else f" {heading}."
            yield f"  [{state}] {code}:{said}{_safe(each.facts)}"


def row_line(entry: Entry) -> str:
    """Tell one row of the journal: of its object no more than the kind of file."""
    action = entry.action if entry.action in _CODES else "?"
    outcome = entry.outcome if entry.outcome in _CODES else "?"
    suffix = PurePath(entry.target or "").suffix.lower()
    kind = f" *{suffix}" if suffix in _SUFFIXES else ""
    moment = f"{entry.time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{entry.number} {moment} {action} {outcome}{kind}{_safe(entry.facts)}"


def log_lines(lines: Iterable[str]) -> Iterator[str]:
    """Tell lines of the log: when, where, and the codes in them; the sentences are left out."""
    for line in lines:
        head = _LINE.fullmatch(line)
        if head is not None:
            level = head["level"] if head["level"] in _LEVELS else "?"
            yield f"{head['time']} {level} {_module(head['name'])}:{_codes(head['words'])}"
            continue
        frame = _FRAME.match(line)
        if frame is not None:
            yield f"    {_own_file(frame['path'])}:{frame['line']}"
        elif line[:1].isalpha() and (told := _codes(line)):
            yield f"   {told}"


def _codes(words: str) -> str:
    """Return the codes and the classes of exceptions in a sentence."""
    known = [w for w in _WORD.findall(words) if w in _CODES or w in _EXCEPTIONS]
    known += [f"errno={number}" for number in _ERRNO.findall(words)]
    return "".join(f" {each}" for each in dict.fromkeys(known))


def _module(name: str) -> str:
    """Return the name of a module of ours."""
    path = _OWN.joinpath(*name.split(".")[1:])
    ours = name.startswith("app.") and re.fullmatch(r"[a-z0-9_.]+", name) is not None
    there = path.with_suffix(".py").is_file() or path.is_dir()
    return name if ours and there else "?"


def _own_file(path: str) -> str:
    """Return where a frame of a traceback is, inside the program; nothing of a foreign path."""
    parts = PurePath(path.replace("\\", "/")).parts
    for place in range(len(parts) - 1, -1, -1):
        if parts[place] == _OWN.name and _OWN.joinpath(*parts[place + 1 :]).is_file():
            return "/".join(parts[place:])
    return "?"


def _safe(facts: Mapping[str, Fact]) -> str:
    """Return the facts that cannot hold anything personal."""
    return "".join(
        f" {name}={value}" for name, value in sorted(facts.items()) if _is_safe(name, value)
    )


def _is_safe(name: str, value: Fact) -> bool:
    if isinstance(value, bool):
        return name in _FLAGS
    if isinstance(value, int):
        return name in _NUMBERS and abs(value) < 10**7
    form = _FORMS.get(name)
    if form is not None:
        return form.fullmatch(value) is not None
    if name == "product":
        return value in _PRODUCTS
    if name == "driver":
        return value in known_modules()
    return name in {"reason", "code"} and value in _CODES


def _outline(value: object) -> str:
    if isinstance(value, tuple):
        return f"({len(value)})"
    return "(set)" if value else "(empty)"


def _tail(path: Path) -> list[str]:
    """Return the last lines of the log."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            data = file.read(_TAIL)
    except OSError:
        return []
    return data.decode("utf-8", "replace").splitlines()[-LINES:]
