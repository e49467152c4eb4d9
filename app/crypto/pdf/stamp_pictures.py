"""Pictures for the mark: an emblem, a facsimile. A stranger's file like any other: read in a worker.

Only the pixels are taken over, anew and no more of them than the mark needs: no metadata, no
profiles, no further frames come into the document.
"""

import io
from pathlib import Path

from PIL import Image, ImageOps

from app.crypto.opening import open_regular, path_fact, read_error
from app.errors import ErrorCode, RoscherkError

LARGEST_FILE = 5 << 20
MOST_PIXELS = 16_000_000
_LONGEST_SIDE = 20_000
_FORMATS = ("PNG", "JPEG")
_KEPT = (600, 600)
"""Pixels: 300 dots an inch over 50 mm."""


def read_picture(path: Path) -> Image.Image:
    """Return a small RGB or RGBA picture. Raises STAMP_PICTURE_INVALID and the ``FILE_*`` codes.

    Size and format are looked at before any pixel is unpacked: a picture of a few kilobytes may
    claim gigabytes of them.
    """
    data = _read(path)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            _demand_moderate(path, *opened.size)
            if opened.format == "JPEG":
                opened.draft("RGB", _KEPT)  # large photographs are unpacked at a fraction
            return _plain(opened)
    except (RoscherkError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _invalid(path, "pixels") from error
    except Exception as error:
        # Pillow lets a dozen kinds out: OSError, SyntaxError, struct.error, zlib.error…
        raise _invalid(path, "damaged") from error


def _demand_moderate(path: Path, width: int, height: int) -> None:
    if max(width, height) > _LONGEST_SIDE or width * height > MOST_PIXELS:
        raise _invalid(path, "pixels")


def _read(path: Path) -> bytes:
    with open_regular(path) as file:
        try:
            data = file.read(LARGEST_FILE + 1)
        except OSError as error:
            raise read_error(error, path) from error
    if len(data) > LARGEST_FILE:
        raise _invalid(path, "size")
    return data


def _plain(opened: Image.Image) -> Image.Image:
    """Unpack, turn upright, shrink, and copy the bare pixels."""
    upright = ImageOps.exif_transpose(opened)
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    picture = upright.convert("RGBA" if see_through else "RGB")
    picture.thumbnail(_KEPT, Image.Resampling.LANCZOS)
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _invalid(path: Path, reason: str) -> RoscherkError:
    return RoscherkError(
        ErrorCode.STAMP_PICTURE_INVALID,
        path=path_fact(path),
        reason=reason,
        limit=LARGEST_FILE >> 20,
        pixels=MOST_PIXELS // 1_000_000,
    )
