"""The rules of this room that no tool knows: presenters without Qt, a light start, no god window."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import app.ui
from app.errors import ErrorCode, RoscherkError
from app.ui.screen_check import check_screen

UI = Path(app.ui.__file__).parent
ROOT = UI.parent.parent
PAGES = {"documents", "keys", "certificates", "verify", "journal", "settings", "workplace"}


def imports(path: Path) -> set[str]:
    """Return the modules a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def without_qt() -> list[Path]:
    """Return the files that say of themselves that they know no Qt, and every presenter."""
    files = list(UI.rglob("*.py"))
    return [
        path
        for path in files
        if path.name in {"presenter.py", "port.py", "telling.py"}
        or "No Qt" in path.read_text(encoding="utf-8").split("\n\n", 1)[0]
    ]


def test_presenters_know_no_qt() -> None:
    """A presenter is plain Python, and so is all that it imports from this room."""
    seen: set[Path] = set()
    waiting = without_qt()
    assert len(waiting) > 15
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in imports(path):
            assert not name.startswith("PySide6"), path
            own = ROOT / (name.replace(".", "/") + ".py")
            if name.startswith("app.ui") and own.exists():
                waiting.append(own)


def test_pages_do_not_know_each_other() -> None:
    """A page imports nothing of another page."""
    for page in PAGES:
        for path in (UI / page).glob("*.py"):
            for name in imports(path):
                parts = name.split(".")
                other = parts[2] if parts[:2] == ["app", "ui"] and len(parts) > 2 else page
                assert other not in PAGES - {page}, (path, name)


def test_no_nested_event_loops() -> None:
    """Nothing waits inside a call: dialogs are opened, the one loop is that of the program."""
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {"exec", "exec_", "processEvents"}:
                assert path.name == "application.py", path


def test_painters_end_with_their_block() -> None:
    """A painter that outlives its ``paintEvent`` takes Qt down: each is made for ``painting``."""
    for path in UI.rglob("*.py"):
        made: set[int] = set()
        ended: set[int] = set()
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
                if each.func.id in {"QPainter", "QStylePainter"}:
                    made.add(id(each))
                elif each.func.id == "painting":
                    ended |= {id(one) for one in each.args}
        assert made <= ended, path


def test_window_stays_small() -> None:
    """No file tells more than one subject, above all not the window's."""
    for path in UI.rglob("*.py"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= (300 if path.name == "main_window.py" else 400), path


def test_start_is_light() -> None:
    """The window's process loads nothing that parses strangers' files, and no vendor's module."""
    program = (
        "import sys, app.start, app.composition, app.ui.application, app.ui.assembly\n"
        "heavy = {'asn1crypto', 'cryptography', 'pyhanko', 'pyhanko_certvalidator', 'fpdf',"
        " 'pkcs11', 'pypdfium2', 'fontTools', 'PIL', 'jeepney', 'xlsxwriter', 'PySide6.QtNetwork'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({}, ErrorCode.SCREEN_MISSING),
        ({"DISPLAY": ":0"}, ErrorCode.QT_LIBRARY_MISSING),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":0"}, ErrorCode.QT_LIBRARY_MISSING),
        ({"WAYLAND_DISPLAY": "wayland-0"}, None),
        ({"QT_QPA_PLATFORM": "offscreen"}, None),
    ],
)
def test_missing_screen_or_library(environ: dict[str, str], code: ErrorCode | None) -> None:
    """What the window needs is looked for before Qt is, whose own words are a riddle."""
    if code is None:
        check_screen(environ, system="linux", loads=lambda _name: False)
        return
    with pytest.raises(RoscherkError) as caught:
        check_screen(environ, system="linux", loads=lambda _name: False)
    assert caught.value.code is code
    if code is ErrorCode.QT_LIBRARY_MISSING:
        assert caught.value.facts["package"] == "libxcb-cursor0"
    check_screen(environ, system="win32", loads=lambda _name: False)
