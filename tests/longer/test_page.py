"""The page of the longer job: each part rewrites its own section and no other."""

from pathlib import Path

import pytest
from longer import packages_section
from longer.page import ORDER, PAGE, Section, read_sections, table, write_section


def _section(title: str, result: str) -> Section:
    return Section(title, f"nox -s {title.lower()}", "Words.", result, "| a |")


def test_each_part_writes_its_own_section(tmp_path: Path) -> None:
    """Sections stand in one order, whoever writes first; the others stay as they were."""
    page = tmp_path / "quality.md"
    write_section(_section("Load", "one"), page)
    write_section(_section("Mutants", "two"), page)
    before = read_sections(page)
    assert list(before) == ["Mutants", "Load"]
    write_section(_section("Load", "three"), page)
    after = read_sections(page)
    assert after["Mutants"] == before["Mutants"]
    assert "one" not in after["Load"]
    assert "by `nox -s load`: three." in after["Load"]
    assert page.read_text("utf-8").startswith("# What was tried at length\n")
    with pytest.raises(ValueError, match="Something"):
        write_section(_section("Something", "x"), page)


def test_the_page_of_this_project_can_be_rewritten() -> None:
    """Every section of the page is one that a part will find again."""
    assert set(read_sections(PAGE)) <= set(ORDER)
    assert read_sections(PAGE)


def test_table() -> None:
    """Numbers of thousands are parted."""
    assert table(("a", "b"), [("x", 2000)]) == "| a | b |\n| --- | ---: |\n| x | 2,000 |"


def test_what_a_proof_says_is_kept_without_folders(tmp_path: Path) -> None:
    """The section of the packages names what was proved, and nothing of the computer it was proved on."""
    said = (
        "2027-01-31",
        "== bookworm: installed in 9 s, 61 packages",
        "window: /somewhere/screens/verify.png",
        "two manuals, bash and zsh know 30 commands",
        "== bookworm: something at /somewhere",
        "PROVED: 20 pages of help",
        "ALL PROVED: bookworm, roscherk.deb, sha256 00",
    )
    (tmp_path / "debian.log").write_text("\n".join(said), encoding="utf-8")
    page = tmp_path / "quality.md"
    packages_section.write_page(tmp_path, page)
    written = page.read_text("utf-8")
    assert "somewhere" not in written
    assert "```text\n== bookworm: installed in 9 s, 61 packages\ntwo manuals" in written
    assert "2027-01-31, ALL PROVED: bookworm, roscherk.deb." in written
