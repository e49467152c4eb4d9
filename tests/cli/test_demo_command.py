"""`demo`: the whole main job in one folder, everything marked as practice."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from roscherk_run import Roscherk


def test_demo(
    roscherk: Roscherk, tmp_path: Path, opened: list[tuple[Sequence[Path], bool]]
) -> None:
    """One command leaves a signed contract, a letter with its signature, and both reports."""
    folder = tmp_path / "Проба"
    done = roscherk("demo", folder, own_profile=False)
    assert done.code == 0, done.err
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "profile",
        "Учебный договор поставки.pdf",
        "Учебный договор поставки.УЧЕБНАЯ.pdf",
        "Учебное письмо.txt",
        "Учебное письмо.txt.УЧЕБНАЯ.sig",
        "Протокол проверки.pdf",
        "report.json",
    }
    for words in ("УЧЕБНЫЙ РЕЖИМ", "[1/5]", "[5/5]", "проверка пройдена", "Документ не изменён"):
        assert words in done.out, words
    assert "Подпись действительна" not in done.out
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert [file["verdict"] for file in report["files"]] == ["TOTAL_PASSED", "TOTAL_PASSED"]
    signatures = [file["signatures"][0] for file in report["files"]]
    assert all(one["practice"] for one in signatures)
    assert {one["qualified_certificate"] for one in signatures} == {"no"}
    assert opened == []


def test_demo_twice(roscherk: Roscherk, tmp_path: Path) -> None:
    """A second run keeps what the first made and uses the same practice key."""
    assert roscherk("demo", tmp_path / "d", own_profile=False).code == 0
    first = {path: path.read_bytes() for path in (tmp_path / "d").iterdir() if path.is_file()}
    assert roscherk("demo", tmp_path / "d", own_profile=False).code == 0
    assert all(path.read_bytes() == content for path, content in first.items())


def test_demo_leaves_the_user_alone(
    roscherk: Roscherk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written outside the folder: no key, no trust, no journal of the user's."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert roscherk("demo", tmp_path / "d", own_profile=False).code == 0
    assert list(home.rglob("*")) == []


def test_demo_in_a_given_profile(roscherk: Roscherk, tmp_path: Path, profile: Path) -> None:
    """With a profile named, practice mode is entered there."""
    assert roscherk("demo", tmp_path / "d").code == 0
    assert (profile / "data" / "practice").is_dir()
    assert not (tmp_path / "d" / "profile").exists()


def test_demo_opens_the_window(
    roscherk: Roscherk,
    tmp_path: Path,
    opened: list[tuple[Sequence[Path], bool]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a screen the window opens on the result, in practice mode; without one it is said."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    done = roscherk("demo", tmp_path / "a", "--open", own_profile=False)
    assert (done.code, opened) == (0, [])
    assert "окно не открыто" in done.out
    monkeypatch.setenv("DISPLAY", ":7")
    assert roscherk("demo", tmp_path / "b", "--open", own_profile=False).code == 0
    ((files, practice),) = opened
    assert practice
    assert len(files) == 2


@pytest.mark.parametrize("place", ["file", "/proc/nowhere"])
def test_demo_where_it_cannot(roscherk: Roscherk, tmp_path: Path, place: str) -> None:
    """A folder that cannot be made is one clear sentence."""
    (tmp_path / "file").write_bytes(b"")
    done = roscherk("demo", tmp_path / place, own_profile=False)
    assert done.code == 1
    assert "Что делать" in done.err
