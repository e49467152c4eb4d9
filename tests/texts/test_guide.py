"""The guide: whole, never stale, every link and picture there."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app.errors import ErrorCode, ErrorFamily, RoscherkError
from app.places import guide
from app.ui.help.library import contents, contents_page, follow, place_of_error, read_page, slug

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(each.relative_to(ROOT / "docs").as_posix() for each in GUIDE.rglob("*.md"))
_BUILD = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
BESIDE = [
    each.removeprefix("docs/")
    for each in _BUILD["targets"]["sdist"]["include"]
    if each.startswith("docs/") and each.endswith(".md")
]
"""What travels with the guide."""
MOST = 2_500_000
"""Octets of all pictures: they travel in every package."""
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def test_pages_of_errors_are_what_the_table_says() -> None:
    """The words in the guide are those of the program; `nox -s guide` writes them anew."""
    command = [sys.executable, str(ROOT / "installer" / "guide.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_error_has_its_place(language: str) -> None:
    """Whatever a user can meet is told about."""
    page = read_page(place_of_error("usage", language).page)
    shown = {c.value for c in ErrorCode if RoscherkError(c).family is not ErrorFamily.SILENT}
    assert shown <= page.anchors


@pytest.mark.parametrize("name", [*PAGES, *BESIDE])
def test_links_and_pictures_are_there(name: str) -> None:
    """Every link leads to a page that travels with the program and to a place on it."""
    page = read_page(name)  # raises if a picture is not there
    assert page.title != name
    for link in _LINK.findall(page.text):
        place = follow(name, link)
        assert place is not None, f"{name} leads out: {link}"
        assert place.page in {*PAGES, *BESIDE}, f"{name}: {link} does not travel"
        target = read_page(place.page)
        assert not place.anchor or place.anchor in target.anchors, f"{name}: {link}"


def test_every_page_is_listed_and_every_picture_is_shown() -> None:
    """Nothing lies about that nobody finds."""
    listed = {name for language in ("ru", "en") for _title, name in contents(language)}
    assert listed >= set(PAGES)
    shown = {(GUIDE / image).resolve() for name in PAGES for image in read_page(name).images}
    there = {each.resolve() for each in (GUIDE / "images").iterdir()}
    assert there == shown
    assert sum(each.stat().st_size for each in there) <= MOST


def test_no_link_leads_out_of_the_folder() -> None:
    """A page of ours is trusted, but its links are held inside all the same."""
    assert follow("guide/README.md", "https://example.ru/") is None
    assert follow("guide/README.md", "../../../../etc/passwd") == follow("x", "etc/passwd")
    with pytest.raises(RoscherkError) as caught:
        read_page("../README.md")
    assert caught.value.code is ErrorCode.FILE_NOT_FOUND


def test_names_of_headings() -> None:
    """As on the web pages of repositories, so that a link works in both."""
    assert slug("Если PIN-код **заблокирован**: `x`") == "если-pin-код-заблокирован-x"
    assert "сроки" in read_page("guide/certificates.md").anchors


def test_the_guide_travels() -> None:
    """What the build takes along is what the window reads."""
    assert (guide() / contents_page("ru")).is_file()
    assert (guide() / "administrators.md").is_file()
