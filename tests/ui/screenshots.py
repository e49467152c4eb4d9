"""Draw every page, light and dark, Russian and English, empty and filled, into a folder."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from opened import Opened, opened  # noqa: E402  # after the path is set

PAGES = ("documents", "keys", "certificates", "verification", "journal", "settings")


def shoot(it: Opened, folder: Path, name: str) -> None:
    """Save what the window shows."""
    it.settle()
    it.desk.window.grab().save(str(folder / f"{name}.png"))


def fill(it: Opened, folder: Path) -> None:
    """Do the main job in practice mode, so that every page has something to show."""
    from app.ui.files import State  # noqa: PLC0415  # after the path is set

    it.desk.practice.enter()
    it.until(lambda: it.desk.practice.active)
    contract = it.services.printing.sample(folder, "Договор поставки № 118-2026.pdf")
    letter = folder / "Письмо поставщику.txt"
    letter.write_text("Просим подтвердить получение.\n", encoding="utf-8")
    it.desk.window.open_paths([contract, letter])
    presenter = it.desk._documents
    it.until(lambda: len(presenter._documents) == 2)
    it.settle(1)
    presenter.select([str(contract)])
    presenter.sign()
    done = {State.SIGNED, State.CHECKED, State.FAILED}
    it.until(lambda: presenter.document(str(contract)).state in done)
    presenter.verify()
    it.until(lambda: presenter.document(str(contract)).state is State.CHECKED)
    it.settle(1)


def draw(folder: Path, theme: str, language: str) -> None:
    """Draw all pages in one theme and language, before and after the main job."""
    with (
        tempfile.TemporaryDirectory() as work,
        opened(Path(work) / "profile", theme=theme, language=language) as it,
    ):
        pages(it, folder, f"empty-{{}}-{theme}-{language}")
        it.desk.window.go_to(0)
        papers = Path(work) / "Документы"
        papers.mkdir()
        fill(it, papers)
        pages(it, folder, f"{{}}-{theme}-{language}")


def pages(it: Opened, folder: Path, name: str) -> None:
    """Draw each page."""
    for place, page in enumerate(PAGES):
        it.desk.window.go_to(place)
        shoot(it, folder, name.format(page))


def main(target: str) -> None:
    """Draw all."""
    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("ru", "en"):
        for theme in ("light", "dark"):
            draw(folder, theme, language)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
