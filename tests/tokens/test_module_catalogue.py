"""Modules are taken from known places, and only from files strangers cannot change."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import ErrorCode, RoscherkError
from app.tokens import catalogue
from app.tokens.catalogue import check_module, find_modules, module_at

ROOT = Path(catalogue.__file__).parent.parent.parent


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """Return a file that may be a module."""
    file = tmp_path / "vendor.so"
    shutil.copyfile("/usr/lib/softhsm/libsofthsm2.so", file)
    file.chmod(0o755)
    return file


def refusal(path: Path) -> tuple[ErrorCode, object]:
    """Return why a path is refused."""
    with pytest.raises(RoscherkError) as caught:
        check_module(path)
    return caught.value.code, caught.value.facts.get("reason")


def test_plain_file_is_accepted(module: Path) -> None:
    """A file of ours in a folder of ours is fine, also behind a link."""
    check_module(module)
    link = module.with_name("link.so")
    link.symlink_to(module)
    check_module(link)


def test_refusals(module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of path to stay off has its reason."""
    monkeypatch.chdir(tmp_path)
    assert refusal(Path("vendor.so")) == (ErrorCode.MODULE_UNSAFE, "relative")
    assert refusal(tmp_path / "none.so") == (ErrorCode.MODULE_NOT_FOUND, None)
    assert refusal(Path("/a\0b")) == (ErrorCode.MODULE_NOT_FOUND, None)
    assert refusal(tmp_path) == (ErrorCode.MODULE_UNSAFE, "not_a_file")
    assert refusal(Path("/dev/null")) == (ErrorCode.MODULE_UNSAFE, "not_a_file")
    assert refusal(Path(os.fsdecode(b"/\xff.so"))) == (ErrorCode.MODULE_UNSAFE, "name")
    module.chmod(0o777)
    assert refusal(module) == (ErrorCode.MODULE_UNSAFE, "writable_by_all")


def test_folder_open_to_all(module: Path) -> None:
    """In a folder where anybody may replace the file, its own rights help nothing."""
    module.parent.chmod(0o777)
    assert refusal(module) == (ErrorCode.MODULE_UNSAFE, "writable_by_all")
    module.parent.chmod(0o1777)
    check_module(module)


def test_foreign_owner(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of another user is refused."""
    owner = module.stat().st_uid
    if owner == 0:
        os.chown(module, 12345, -1)
    else:
        monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert refusal(module) == (ErrorCode.MODULE_UNSAFE, "owner")


def test_users_own_modules(module: Path, tmp_path: Path) -> None:
    """The user's modules join the list once; a refused one is told."""
    found = find_modules([module, module, tmp_path / "none.so"])
    assert [entry.path for entry in found.modules].count(module) == 1
    assert [error.code for error in found.refused] == [ErrorCode.MODULE_NOT_FOUND]
    assert module_at(module).name == "vendor.so"


def test_an_administrator_allows_some(module: Path, tmp_path: Path) -> None:
    """Whatever else is found is refused, by the user's list and by the catalogue alike."""
    other = shutil.copyfile(module, tmp_path / "other.so")
    found = find_modules([module, other], allowed=[module])
    assert [entry.path for entry in found.modules] == [module]
    codes = {error.facts["path"]: error.code for error in found.refused}
    assert codes[str(other)] is ErrorCode.MODULE_NOT_ALLOWED
    assert set(codes.values()) == {ErrorCode.MODULE_NOT_ALLOWED}
    assert find_modules([tmp_path / "none.so"], allowed=[module]).refused[-1].facts["path"]


def test_known_module_has_its_name() -> None:
    """SoftHSM of Debian is found in its place, and OpenSC comes after all others."""
    path = Path("/usr/lib/softhsm/libsofthsm2.so")
    assert module_at(path).name == "SoftHSM"
    names = [module.name for module in find_modules().modules]
    assert "SoftHSM" in names
    assert "OpenSC" not in names[:-1]


def test_every_entry_is_well_formed() -> None:
    """All paths of the catalogue are absolute, and every entry has some path somewhere."""
    families = list(catalogue._families())
    assert len({family.name for family in families}) == len(families)
    for family in families:
        assert all(path.is_absolute() for path in family.paths), family


def test_the_parent_stays_clean() -> None:
    """The parent's side of tokens loads neither the PKCS #11 library nor any parser."""
    script = (
        "import sys, app.tokens.token_place, app.tokens.catalogue; "
        "print(*{'pkcs11', 'asn1crypto', 'cryptography', 'ctypes'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_companions_are_required(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module without the files it needs beside it is refused by the name of what is missing."""
    family = catalogue._Family("x", "y", (module,), ("part.so",), late=False)
    monkeypatch.setattr(catalogue, "_families", lambda: iter([family]))
    (refused,) = find_modules().refused
    assert refused.code is ErrorCode.MODULE_BROKEN
    assert (refused.facts["reason"], refused.facts["missing"]) == ("incomplete", "part.so")
    part = module.with_name("part.so")
    shutil.copyfile(module, part)
    assert module in [found.path for found in find_modules().modules]
    part.chmod(0o777)
    assert [error.facts["reason"] for error in find_modules().refused] == ["writable_by_all"]
