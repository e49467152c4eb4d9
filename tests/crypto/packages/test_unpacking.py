"""Archives of strangers: bombs, paths, links, names in old encodings."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from stand_ins.signed_pdf import NoProgress

from app.crypto.packages import unpacking
from app.crypto.packages.model import Unpacked, UnpackRequest
from app.errors import ErrorCode, RoscherkError


def run(archive: Path) -> Unpacked:
    """Unpack into a fresh folder beside the archive."""
    folder = archive.parent / "fresh"
    folder.mkdir()
    return unpacking.unpack(UnpackRequest(archive=archive, folder=folder), NoProgress())


def entry(name: str, mode: int | None = None, system: int = 3) -> zipfile.ZipInfo:
    """Return an entry that says what it is told to say."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.create_system = system
    if mode is not None:
        info.external_attr = mode << 16
    return info


def zipped(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    """Return an archive of these entries."""
    out = io.BytesIO()
    with (
        pytest.warns(UserWarning, match="Duplicate") if _doubled(entries) else _quiet(),
        zipfile.ZipFile(out, "w") as made,
    ):
        for info, data in entries:
            made.writestr(info, data)
    return out.getvalue()


def _doubled(entries: tuple[tuple[zipfile.ZipInfo | str, bytes], ...]) -> bool:
    names = [each if isinstance(each, str) else each.filename for each, _ in entries]
    return len(set(names)) < len(names)


class _quiet:  # noqa: N801
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def encrypted() -> bytes:
    """Return an archive whose entry says that it is encrypted."""
    data = bytearray(zipped(("a.txt", b"a")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


REFUSED_ENTRIES: dict[str, tuple[Callable[[], bytes], str]] = {
    "parent": (lambda: zipped(("../../evil.txt", b"x")), "path"),
    "parent inside": (lambda: zipped(("a/../../evil.txt", b"x")), "path"),
    "absolute": (lambda: zipped(("/etc/evil", b"x")), "path"),
    "backslashes": (lambda: zipped((entry("..\\..\\evil.txt"), b"x")), "path"),
    "drive": (lambda: zipped(("C:/evil.txt", b"x")), "path"),
    "drive relative": (lambda: zipped(("C:evil.txt", b"x")), "path"),
    "share": (lambda: zipped((entry("\\\\host\\share\\evil"), b"x")), "path"),
    "dot": (lambda: zipped(("a/.", b"x")), "path"),
    "link": (lambda: zipped((entry("l", stat.S_IFLNK | 0o777), b"/etc/passwd")), "link"),
    "device": (lambda: zipped((entry("d", stat.S_IFCHR | 0o666), b"")), "link"),
    "pipe": (lambda: zipped((entry("p", stat.S_IFIFO | 0o666), b"")), "link"),
    "encrypted": (encrypted, "encrypted"),
    "duplicate": (lambda: zipped(("a.txt", b"1"), ("a.txt", b"2")), "duplicate"),
    "duplicate by case": (lambda: zipped(("a.txt", b"1"), ("A.TXT", b"2")), "duplicate"),
    "duplicate by slash": (lambda: zipped(("a/b", b"1"), (entry("a\\b"), b"2")), "duplicate"),
    "duplicate by accent": (
        lambda: zipped(("й".encode().decode(), b"1"), ("и\u0306", b"2")),
        "duplicate",
    ),
    "crc": (lambda: zipped(("a.txt", b"hello")).replace(b"hello", b"jello"), "damaged"),
}


@pytest.mark.parametrize("name", REFUSED_ENTRIES)
def test_refused_entries(tmp_path: Path, name: str) -> None:
    """An entry with a hostile name or nature is not unpacked, and told; nothing lies elsewhere."""
    make, why = REFUSED_ENTRIES[name]
    archive = tmp_path / "a.zip"
    archive.write_bytes(make())
    found = run(archive)
    assert found.files == ()
    assert {one.facts["why"] for one in found.notices} == {why}
    assert {one.code for one in found.notices} == {"archive_entry_refused"}
    outside = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert outside == [archive]


def many() -> bytes:
    """Return an archive of too many entries."""
    return zipped(*((f"{number}.txt", b"") for number in range(1001)))


def bomb() -> bytes:
    """Return a bomb of the plain kind."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("bomb.bin", bytes(20 << 20))
    return out.getvalue()


def liar() -> bytes:
    """Return a bomb whose directory says that little comes out."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(bytes(8 << 20)) + body.flush()
    crc = zlib.crc32(bytes(8 << 20))
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(packed), 1000, 1, 0) + b"a"
    central = (
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\1\2",
            20,
            20,
            0,
            8,
            0,
            0,
            crc,
            len(packed),
            1000,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + b"a"
    )
    start = len(head) + len(packed)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central), start, 0)
    return head + packed + central + end


def overlapping() -> bytes:
    """Return a bomb whose entries all share one body."""
    single = zipped(("a", b"x" * 2000))
    at = single.index(b"PK\1\2")
    central = single[at : single.index(b"PK\5\6")]
    second = central[:46] + b"b" + central[47:]
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 2, 2, len(central) * 2, at, 0)
    return single[:at] + central + second + end


def declared_many() -> bytes:
    """Return a tail that promises 65,535 entries."""
    return b"PK\3\4" + bytes(60) + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65535, 65535, 9, 0, 0)


def declared_large() -> bytes:
    """Return an archive whose entry says it is three gigabytes."""
    data = bytearray(zipped(("a", b"x")))
    at = data.index(b"PK\1\2")
    data[at + 24 : at + 28] = struct.pack("<I", 3 << 30)
    return bytes(data)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "many": (many, "entries"),
    "declared many": (declared_many, "entries"),
    "bomb": (bomb, "ratio"),
    "overlapping": (overlapping, "overlap"),
    "declared large": (declared_large, "size"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_archives(tmp_path: Path, name: str) -> None:
    """Bombs of each kind are refused whole, before they go off."""
    make, why = REFUSED[name]
    archive = tmp_path / "a.zip"
    archive.write_bytes(make())
    with pytest.raises(RoscherkError) as caught:
        run(archive)
    assert caught.value.code is ErrorCode.ARCHIVE_REFUSED
    assert caught.value.facts["why"] == why


def test_bomb_that_lies(tmp_path: Path) -> None:
    """No more comes out than the directory says, whatever the body holds."""
    archive = tmp_path / "a.zip"
    archive.write_bytes(liar())
    found = run(archive)
    assert found.files == ()
    assert [one.facts["why"] for one in found.notices] == ["damaged"]
    assert all(each.stat().st_size < 1 << 20 for each in tmp_path.rglob("*") if each.is_file())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\3\4",
        b"PK\5\6" + bytes(10),
        b"PK\5\6\0\0\0\0\1\0\1\0\xff\xff\0\0\xff\xff\0\0\0\0",
        b"not a zip at all" * 100,
    ],
    ids=["empty", "head", "short end", "no directory", "text"],
)
def test_damaged(tmp_path: Path, data: bytes) -> None:
    """What is no archive is told so."""
    archive = tmp_path / "a.zip"
    archive.write_bytes(data)
    with pytest.raises(RoscherkError) as caught:
        run(archive)
    assert caught.value.code is ErrorCode.ARCHIVE_DAMAGED


def test_truncated_anywhere(tmp_path: Path) -> None:
    """An archive cut off or with an octet turned never raises anything of its own."""
    whole = zipped(("Договор.docx", b"text" * 100), ("b.sig", b"sig"))
    archive = tmp_path / "a.zip"
    spoilt = [whole[:length] for length in range(0, len(whole), 19)]
    spoilt += [
        whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :] for at in range(0, len(whole), 5)
    ]
    for number, data in enumerate(spoilt):
        archive.write_bytes(data)
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            found = unpacking.unpack(UnpackRequest(archive=archive, folder=folder), NoProgress())
        except RoscherkError as error:
            assert error.code in {ErrorCode.ARCHIVE_DAMAGED, ErrorCode.ARCHIVE_REFUSED}  # noqa: PT017
        else:
            assert all(each.path.is_relative_to(folder) for each in found.files)


@pytest.mark.parametrize("encoding", ["cp866", "utf-8", "cp1251"])
def test_names_in_old_encodings(tmp_path: Path, encoding: str) -> None:
    """Names in the encodings of Windows archivers come out as they were meant."""
    name = "Акт сверки за июнь № 5.docx" if encoding != "cp866" else "Акт сверки за июнь.docx"
    raw = name.encode(encoding)
    data = zipped(("x" * len(raw), b"act"))
    archive = tmp_path / "a.zip"
    archive.write_bytes(data.replace(b"x" * len(raw), raw))
    (only,) = run(archive).files
    assert only.name == name
    assert only.path.name == name
    assert only.path.read_bytes() == b"act"


def test_nested_archive_is_told(tmp_path: Path) -> None:
    """An archive in an archive stays closed, and that is told."""
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped(("inner.zip", zipped(("a", b"a"))), ("b.txt", b"b")))
    found = run(archive)
    assert [each.name for each in found.files] == ["inner.zip", "b.txt"]
    assert [one.code for one in found.notices] == ["archive_nested"]


def test_odd_names_become_plain(tmp_path: Path) -> None:
    """Names that a file system would not take lose what it would not; long ones are cut."""
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped(('a<b>:"|?*.txt', b"1"), ("д" * 200 + ".sig", b"2"), ("dir/", b"")))
    found = run(archive)
    assert [each.path.read_bytes() for each in found.files] == [b"1", b"2"]
    assert found.files[0].path.name == "a_b______.txt"
    assert found.files[1].path.suffix == ".sig"
    assert len(found.files[1].path.name.encode()) <= 150


def test_a_long_name_without_a_suffix_is_cut(tmp_path: Path) -> None:
    """One entry with a name that no file system takes does not cost the whole archive."""
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("д" * 140, b"one"), ("x." + "д" * 140, b"two"), ("b.txt", b"three")))
    found = run(path)
    assert [each.path.read_bytes() for each in found.files] == [b"one", b"two", b"three"]
    assert all(len(each.path.name.encode()) <= 150 for each in found.files)
    assert found.notices == ()
