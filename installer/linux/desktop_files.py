"""What makes the program at home on a desktop: menu entry, types, icons, manual, completion."""

import gzip
import shutil
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from locked_parts import HERE, ROOT
from program_folder import run_inside

FILES = HERE / "files"

PLACES = {
    "roscherk.desktop": "applications",
    "roscherk-types.xml": "mime/packages",
    "roscherk.metainfo.xml": "metainfo",
    "roscherk-kde.desktop": "kio/servicemenus",
    "roscherk-sign.nemo_action": "nemo/actions",
    "roscherk-verify.nemo_action": "nemo/actions",
    "roscherk-sign-action.desktop": "file-manager/actions",
    "roscherk-verify-action.desktop": "file-manager/actions",
    "copyright": "doc/roscherk",
    "policy.toml": "doc/roscherk",
}
"""Each file of ours and the folder below share/ where its readers look for it."""

NAMES = {
    "roscherk-types.xml": "roscherk.xml",
    "roscherk-kde.desktop": "roscherk.desktop",
    "roscherk-sign-action.desktop": "roscherk-sign.desktop",
    "roscherk-verify-action.desktop": "roscherk-verify.desktop",
}
MANAGERS = {"nautilus": "Nautilus", "caja": "Caja"}
"""File managers that are extended by Python, and the name of their module."""

ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256)


def make(folder: Path, shared: Path, version: str, epoch: int) -> None:
    """Fill ``shared`` (usr/share); ``folder`` is the built program, which tells of itself."""
    for name, place in PLACES.items():
        target = shared / place / NAMES.get(name, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (FILES / name).read_text(encoding="utf-8")
        date = _date(epoch)
        target.write_text(
            text.replace("@VERSION@", version).replace("@DATE@", date), encoding="utf-8"
        )
    menu = (FILES / "file-menu.py.in").read_text(encoding="utf-8")
    for manager, module in MANAGERS.items():
        target = shared / f"{manager}-python" / "extensions" / "roscherk.py"
        target.parent.mkdir(parents=True)
        target.write_text(file_menu(menu, manager, module), encoding="utf-8")
    _write_icons(folder, shared / "icons" / "hicolor")
    _write_pages(folder, shared, epoch)
    _write_changes(shared / "doc" / "roscherk", version, epoch)


def file_menu(text: str, manager: str, module: str) -> str:
    """Return the extension for one file manager."""
    return text.replace("@MODULE@", manager).replace("@MANAGER@", module)


def _date(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d")


def _write_icons(folder: Path, icons: Path) -> None:
    drawing = ROOT / "resources" / "icons" / "roscherk.svg"
    scalable = icons / "scalable" / "apps" / "roscherk.svg"
    scalable.parent.mkdir(parents=True)
    shutil.copyfile(drawing, scalable)
    script = str(HERE / "inside" / "draw_icons.py")
    run_inside(folder, script, str(drawing), str(icons), *map(str, ICON_SIZES))


def _write_pages(folder: Path, shared: Path, epoch: int) -> None:
    """Let the built program write its manual and completion from its own command line."""
    script = str(HERE / "inside" / "command_pages.py")
    for language in ("en", "ru"):
        text = run_inside(folder, script, "manual", language, _date(epoch))
        place = shared / "man" / ("" if language == "en" else language) / "man1"
        place.mkdir(parents=True)
        (place / "roscherk.1.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    for shell, name in (
        ("bash", "bash-completion/completions/roscherk"),
        ("zsh", "zsh/vendor-completions/_roscherk"),
    ):
        target = shared / name
        target.parent.mkdir(parents=True)
        target.write_text(run_inside(folder, script, shell, "ru", ""), encoding="utf-8")


def _write_changes(documents: Path, version: str, epoch: int) -> None:
    """Pack our changelog, and the short one whose form Debian prescribes."""
    moment = format_datetime(datetime.fromtimestamp(epoch, UTC))
    maintainer = "The Roscherk founders <roscherk@invalid.invalid>"
    short = f"roscherk ({version}) unstable; urgency=medium\n\n  * See NEWS.md.gz.\n\n -- {maintainer}  {moment}\n"
    for name, data in (
        ("NEWS.md.gz", (ROOT / "CHANGELOG.md").read_bytes()),
        ("changelog.gz", short.encode()),
    ):
        (documents / name).write_bytes(gzip.compress(data, mtime=0))
