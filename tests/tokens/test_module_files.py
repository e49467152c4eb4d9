"""Files of modules: their kind and machine, p11-kit's list, hashes known and confirmed."""

import contextlib
import os
import platform
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ErrorCode, RoscherkError
from app.tokens import module_files
from app.tokens.catalogue import find_modules, module_at
from app.tokens.model import Module
from app.tokens.module_files import check_module, digest_of
from app.tokens.module_records import ModuleNews, ModuleRecords
from app.tokens.p11kit import registered

OUR_ELF = Path(sys.executable).resolve().read_bytes()[:64]


def elf(*, bits: int = 64, machine: int | None = None, kind: int = 3) -> bytes:
    """Return the head of an ELF file."""
    own = struct.unpack_from("<H", OUR_ELF, 18)[0]
    start = b"\x7fELF" + bytes((bits // 32, 1, 1)) + bytes(9)
    return start + struct.pack("<HH", kind, own if machine is None else machine) + bytes(44)


def pe(machine: int, traits: int = 0x2000) -> bytes:
    """Return the head of a PE file."""
    dos = b"MZ" + bytes(0x3A) + struct.pack("<I", 0x80)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, 0xF0, traits)
    return dos.ljust(0x80, b"\0") + coff


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """Return a file that may be a module."""
    file = tmp_path / "system" / "vendor.so"
    file.parent.mkdir()
    file.write_bytes(elf())
    return file


def refusal(path: Path, *away_from: Path) -> tuple[ErrorCode, object]:
    """Return why a path is refused."""
    with pytest.raises(RoscherkError) as caught:
        check_module(path, away_from=away_from)
    return caught.value.code, caught.value.facts.get("reason")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_a_library"),
        (b"\x7fELF", "not_a_library"),
        (b"#!/bin/sh\n" + bytes(100), "not_a_library"),
        (elf(kind=2), "not_a_library"),
        (elf(bits=32), "word_size"),
        (elf(machine=0x1234), "machine"),
        (pe(0x8664), "not_a_library"),
    ],
)
def test_files_of_another_kind(module: Path, data: bytes, reason: str) -> None:
    """No library, another word size, another processor: each is told before anything is loaded."""
    check_module(module)
    module.write_bytes(data)
    assert refusal(module) == (ErrorCode.MODULE_BROKEN, reason)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pe(0x8664), ""),
        (pe(0x14C), "word_size"),
        (pe(0xAA64), "machine"),
        (pe(0x8664, traits=0x2), "not_a_library"),
        (elf(), "not_a_library"),
        (b"MZ" + bytes(0x3A) + b"\xff\xff\xff\x7f", "not_a_library"),
    ],
)
def test_libraries_of_windows(monkeypatch: pytest.MonkeyPatch, data: bytes, reason: str) -> None:
    """A 32-bit DLL does not load into a 64-bit program (WinError 193), and is not tried."""
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    assert module_files._of_windows(data) == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (struct.pack("<II", 0xFEEDFACF, 0x0100000C), ""),
        (struct.pack("<II", 0xFEEDFACF, 0x01000007), "machine"),
        (struct.pack(">IIIIIIII", 0xCAFEBABE, 2, 0x01000007, 0, 0, 0, 0, 0x0100000C), ""),
        (elf(), "not_a_library"),
    ],
)
def test_libraries_of_macos(monkeypatch: pytest.MonkeyPatch, data: bytes, reason: str) -> None:
    """A fat library is for several machines."""
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    padded = data.ljust(8 + 20 + 20, b"\0")
    assert module_files._of_macos(padded) == reason


@given(st.binary(max_size=200))
def test_heads_of_any_kind(data: bytes) -> None:
    """No bytes make these readers fail with anything but what is caught."""
    for read in (module_files._of_elf, module_files._of_windows, module_files._of_macos):
        with contextlib.suppress(struct.error, IndexError):
            assert isinstance(read(data), str)


def test_planted_beside_a_document(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module in a folder of documents, or in the working folder, is none; a link helps nothing."""
    assert refusal(module, module.parent) == (ErrorCode.MODULE_UNSAFE, "document_folder")
    link = tmp_path / "link.so"
    link.symlink_to(module)
    assert refusal(link, module.parent) == (ErrorCode.MODULE_UNSAFE, "document_folder")
    check_module(module, away_from=(tmp_path,))
    assert find_modules([module]).refused == ()
    monkeypatch.chdir(module.parent)
    (refused,) = find_modules([module]).refused
    assert refused.facts["reason"] == "document_folder"
    with pytest.raises(RoscherkError):
        module_at(module)


def test_folder_of_a_stranger(module: Path) -> None:
    """The owner of the folder could put another file in its place."""
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(module.parent, 12345, -1)
    assert refusal(module) == (ErrorCode.MODULE_UNSAFE, "owner")


def test_modules_of_p11_kit(module: Path, tmp_path: Path) -> None:
    """Registered modules are found by full path and by name; the proxy and the trust store are not."""
    system, own, libraries = (tmp_path / name for name in ("share", "etc", "pkcs11"))
    for folder in (system, own, libraries):
        folder.mkdir()
    named = libraries / "named.so"
    proxy = libraries / "p11-kit-proxy.so"
    hidden = libraries / "hidden.so"
    for file in (named, proxy):
        file.write_bytes(elf())
    hidden.symlink_to(proxy)
    files = {
        "a.module": f"# comment\nmodule: {module}\npriority: 1\n",
        "b.module": "module: named.so\n",
        "c.module": f"module: {proxy}\n",
        "d.module": "module: hidden.so\n",
        "e.module": f"module: {module}\ntrust-policy: yes\n",
        "f.module": f"module: {module}\nenable-in: firefox\n",
        "g.module": f"module: {module}\nremote: |ssh host\n",
        "h.module": "module: missing.so\n",
        "i.module": "module: ../share/../pkcs11/named.so\ndisable-in: roscherk\n",
        "j.module": "\0\xff",
        "k.module": "module: named.so\n",
        "notes.txt": f"module: {module}\n",
    }
    for name, text in files.items():
        (system / name).write_text(text, encoding="latin-1")
    (own / "k.module").write_text("module:\n")  # the administrator switched it off
    assert list(registered((system, own), (libraries,))) == [module, named]
    assert list(registered((tmp_path / "none",))) == []


def record_errors(records: ModuleRecords, module: Module) -> RoscherkError:
    """Return why a module is not admitted."""
    with pytest.raises(RoscherkError) as caught:
        records.admit(module)
    return caught.value


def test_modules_of_the_system_are_told(module: Path, tmp_path: Path) -> None:
    """First use and every change are told, before the module is loaded, and only once."""
    file = tmp_path / "profile" / "modules.json"
    told: list[ModuleNews] = []
    records = ModuleRecords(file)
    entry = Module("Vendor", "Vendor", module)
    records.admit(entry)
    records.heed(told.append)
    first = digest_of(module)
    assert [(news.sha256, news.before) for news in told] == [(first, "")]
    again = ModuleRecords(file)
    again.heed(told.append)
    again.admit(entry)
    assert len(told) == 1
    module.write_bytes(elf() + b"newer")
    again.admit(entry)
    assert (told[1].sha256, told[1].before) == (digest_of(module), first)
    assert file.stat().st_mode & 0o077 == 0


def test_modules_of_the_user_wait_for_consent(module: Path, tmp_path: Path) -> None:
    """The user's own module is loaded only with the hash that was shown, and asked for anew."""
    records = ModuleRecords(tmp_path / "modules.json")
    entry = module_at(module)
    assert entry.added
    error = record_errors(records, entry)
    assert (error.code, error.facts["sha256"]) == (ErrorCode.MODULE_NEW, digest_of(module))
    with pytest.raises(RoscherkError):
        records.accept(module, "0" * 64)
    records.accept(module, digest_of(module).upper())
    records.admit(entry)
    module.write_bytes(elf() + b"replaced")
    assert record_errors(records, entry).code is ErrorCode.MODULE_CHANGED
    module.unlink()
    assert record_errors(records, entry).code is ErrorCode.MODULE_NOT_FOUND


@pytest.mark.parametrize("data", [b"", b"[1]", b'{"/x": 5}', b"\xff", b"[" * 100_000])
def test_damaged_records(module: Path, tmp_path: Path, data: bytes) -> None:
    """Records that cannot be read make modules news again, and nothing else."""
    file = tmp_path / "modules.json"
    file.write_bytes(data)
    told: list[ModuleNews] = []
    records = ModuleRecords(file)
    records.heed(told.append)
    records.admit(Module("Vendor", "Vendor", module))
    assert len(told) == 1
