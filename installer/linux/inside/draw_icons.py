"""Run by the built program's own interpreter: draw the icon at the sizes of the icon theme."""

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer


def main(drawing: str, icons: str, *sizes: str) -> int:
    """Write ``SIZExSIZE/apps/roscherk.png`` for each size."""
    renderer = QSvgRenderer(drawing)
    for size in map(int, sizes):
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        target = Path(icons) / f"{size}x{size}" / "apps" / "roscherk.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        if not image.save(str(target)):
            print(f"cannot write {target}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
