"""Pictures of strangers for the preview: decoded within limits. Runs in the renderer only."""

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from app.crypto.opening import open_regular, read_error
from app.crypto.pdf.drawing import Picture
from app.errors import ErrorCode, RoscherkError

_LARGEST: Final = 64 << 20
_MOST_PIXELS: Final = 60_000_000
_LONGEST_SIDE: Final = 30_000
_HIGHEST: Final = 6000
"""Pixels of a picture as it is shown."""
_FORMATS: Final = ("PNG", "JPEG", "TIFF", "GIF", "BMP")


def draw_image(path: Path, frame: int, width: int) -> tuple[Picture, int]:
    """Return one picture of a file as wide as asked for or as it is, and how many there are.

    Raises FORMAT_TOO_COMPLEX, FORMAT_DAMAGED and the ``FILE_*`` codes.
    """
    with open_regular(path) as file:
        try:
            data = file.read(_LARGEST + 1)
        except OSError as error:
            raise read_error(error, path) from error
    if len(data) > _LARGEST:
        raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="size", maximum=_LARGEST)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            return _drawn(opened, frame, width)
    except (RoscherkError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except Exception as error:
        # Pillow lets a dozen kinds out: OSError, SyntaxError, struct.error, zlib.error…
        raise RoscherkError(ErrorCode.FORMAT_DAMAGED) from error


def _drawn(opened: Image.Image, frame: int, width: int) -> tuple[Picture, int]:
    count = min(int(getattr(opened, "n_frames", 1)), 1000)
    opened.seek(min(max(frame, 0), count - 1))
    wide, high = opened.size
    if max(wide, high) > _LONGEST_SIDE or wide * high > _MOST_PIXELS:
        raise _too_large()
    if opened.format == "JPEG":
        opened.draft("RGB", (width, _HIGHEST))
    upright = ImageOps.exif_transpose(opened).convert("RGBA")
    upright.thumbnail((width, _HIGHEST), Image.Resampling.LANCZOS)
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A"))
    return Picture(*paper.size, paper.tobytes("raw", "BGRX")), count


def _too_large() -> RoscherkError:
    return RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="pixels", maximum=_MOST_PIXELS)
