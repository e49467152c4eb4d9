"""Pictures for the mark are strangers' files: small, plain, or refused by name."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from app.crypto.pdf import stamp_pictures
from app.crypto.pdf.stamp_pictures import read_picture
from app.errors import ErrorCode, RoscherkError


def saved(path: Path, picture: Image.Image, kind: str, **options: object) -> Path:
    """Save a picture and return its path."""
    picture.save(path, kind, **options)
    return path


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_png_of_any_kind(mode: str, tmp_path: Path) -> None:
    """Whatever the pixels are, plain colours come out, transparent ones where they were."""
    picture = read_picture(saved(tmp_path / "logo", Image.new(mode, (30, 20)), "PNG"))
    assert picture.size == (30, 20)
    assert picture.mode == ("RGBA" if "A" in mode else "RGB")


def test_photograph_is_shrunk_and_upright(tmp_path: Path) -> None:
    """A large JPEG becomes small, is turned as its camera said, and loses all else it carried."""
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turned by 90 degrees
    exif[0x010F] = "Camera of a stranger"
    photograph = saved(tmp_path / "p", Image.new("RGB", (3000, 2000), "red"), "JPEG", exif=exif)
    picture = read_picture(photograph)
    assert max(picture.size) <= 600
    assert picture.height > picture.width
    assert not picture.info
    assert not picture.getexif()


def test_cmyk(tmp_path: Path) -> None:
    """A JPEG made for a printing house is taken too."""
    assert read_picture(saved(tmp_path / "p", Image.new("CMYK", (9, 9)), "JPEG")).mode == "RGB"


def png_claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few octets that claims a size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def as_bytes(kind: str) -> bytes:
    """Return a small picture in some format."""
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png_claiming(60_000, 60_000), "pixels"),
        (png_claiming(30_000, 1), "pixels"),
        (png_claiming(5_000, 5_000), "pixels"),
        (png_claiming(500, 500), "damaged"),
        (b"", "damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "damaged"),
        (as_bytes("GIF"), "damaged"),
        (as_bytes("TIFF"), "damaged"),
        (as_bytes("BMP"), "damaged"),
        (as_bytes("PNG")[:40], "damaged"),
        (as_bytes("JPEG")[:60], "damaged"),
    ],
)
def test_refused(data: bytes, reason: str, tmp_path: Path) -> None:
    """Bombs, other formats, and halves of pictures end in one error."""
    path = tmp_path / "logo.png"
    path.write_bytes(data)
    with pytest.raises(RoscherkError) as caught:
        read_picture(path)
    assert caught.value.code is ErrorCode.STAMP_PICTURE_INVALID
    assert caught.value.facts["reason"] == reason


def test_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is not read beyond the limit."""
    monkeypatch.setattr(stamp_pictures, "LARGEST_FILE", 100)
    path = tmp_path / "logo.png"
    path.write_bytes(as_bytes("PNG") + bytes(200))
    with pytest.raises(RoscherkError) as caught:
        read_picture(path)
    assert caught.value.facts["reason"] == "size"


def test_text_bomb(tmp_path: Path) -> None:
    """A comment that unpacks to hundreds of megabytes is not unpacked."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    data = as_bytes("PNG")
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200 << 20), 9))
    path = tmp_path / "logo.png"
    path.write_bytes(data[:33] + bomb + data[33:])
    with pytest.raises(RoscherkError) as caught:
        read_picture(path)
    assert caught.value.code is ErrorCode.STAMP_PICTURE_INVALID


def test_no_such_file(tmp_path: Path) -> None:
    """The errors of opening stay what they are."""
    with pytest.raises(RoscherkError) as caught:
        read_picture(tmp_path / "none.png")
    assert caught.value.code is ErrorCode.FILE_NOT_FOUND
    with pytest.raises(RoscherkError) as caught:
        read_picture(tmp_path)
    assert caught.value.code is ErrorCode.FILE_IS_FOLDER
