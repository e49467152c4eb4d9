"""Draw the page of verification in each of its states; called by ``screenshots.py``."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from opened import Opened, opened
from PySide6.QtWidgets import QAbstractButton
from stand_ins.incoming import Mail

Shoot = Callable[[str], None]


def draw_verification(
    camera: Callable[[Opened], Shoot], theme: str, language: str, size: tuple[int, int]
) -> None:
    """Draw one paper of each standing, a tree, a batch, a card with everything unfolded."""
    with tempfile.TemporaryDirectory() as work:
        os.environ["HOME"] = work  # paths in the pictures begin with ~
        mail = Mail(Path(work) / "Документы")
        mail.trust(Path(work) / "profile" / "data" / "trust")
        with opened(Path(work) / "profile", theme=theme, language=language) as it:
            it.desk.window.resize(*size)
            it.desk.window.go_to(3)
            _papers(it, mail, camera(it))
            _batch(it, mail, camera(it))


def _papers(it: Opened, mail: Mail, shoot: Shoot) -> None:
    page = it.desk.window.page(3)
    for name, make in (
        ("passed", mail.passed),
        ("passed-as-of", mail.passed_as_of),
        ("time-not-proved", mail.grown_old),
        ("problem", mail.problem),
        ("broken", mail.broken),
        ("no-signature", mail.no_signature),
        ("unknown-issuer", mail.unknown_issuer),
        ("document-missing", mail.alone),
        ("two-signatures", mail.two_parties),
        ("pdf", mail.pdf),
        ("mchd", mail.by_attorney),
    ):
        _take(it, make())
        shoot(f"verification-{name}")
        if name in {"two-signatures", "mchd"}:
            _unfold(it)
            shoot(f"verification-{name}-unfolded")
        page._presenter.remove()


def _batch(it: Opened, mail: Mail, shoot: Shoot) -> None:
    page = it.desk.window.page(3)
    _take(it, mail.twenty())
    shoot("verification-tree")
    page.narrowing.as_tree.click()
    shoot("verification-batch")
    page.narrowing.problems.click()
    shoot("verification-problems")
    page.narrowing.words.setText("нет такого")
    it.settle(0.3)
    shoot("verification-nothing-found")


def _take(it: Opened, path: Path) -> None:
    page = it.desk.window.page(3)
    page.accept_paths([path])
    it.settle(0.1)
    it.until(lambda: not (page.busy.isVisibleTo(page) or page._soon.isActive()), 60)
    it.settle(0.3)


def _unfold(it: Opened) -> None:
    """Unfold what can be, and scroll to the end."""
    page = it.desk.window.page(3)
    for each in page.details.findChildren(QAbstractButton):
        if each.isCheckable() and each.isVisible() and not each.isChecked():
            each.click()
    it.settle(0.2)
    bar = page.details._scroll.verticalScrollBar()
    bar.setValue(bar.maximum())
