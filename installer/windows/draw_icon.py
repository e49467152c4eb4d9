"""Draw the program's sign in the sizes that Explorer shows: draw_icon.py DRAWING.svg ICON.ico."""

import io
import sys

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 20, 24, 32, 48, 64, 128, 256)


def main(drawing: str, icon: str) -> None:
    """Draw each size by itself: a small picture is not a big one made small."""
    QGuiApplication([])
    renderer = QSvgRenderer(drawing)
    if not renderer.isValid():
        sys.exit(f"{drawing} cannot be drawn")
    pictures = [_drawn(renderer, size) for size in SIZES]
    pictures[-1].save(icon, sizes=[(size, size) for size in SIZES], append_images=pictures[:-1])


def _drawn(renderer: QSvgRenderer, size: int) -> Image.Image:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # the stubs want bytes, the call text
    return Image.open(io.BytesIO(bytes(buffer.data().data())))


if __name__ == "__main__":
    main(*sys.argv[1:])
