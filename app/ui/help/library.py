"""The pages of the guide as values: words, anchors, pictures, contents. No Qt here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path, PurePosixPath
from typing import Final

from app.errors import ErrorCode, RoscherkError
from app.places import guide
from app.values import dataclass

_LARGEST: Final = 4 << 20
_ANCHOR = re.compile(r'<a id="([\w-]+)"></a>\s*', re.ASCII)
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_EMPHASIS = re.compile(r"[*`]|\[|\]\([^)]*\)")
_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")
_FENCE: Final = "```"


@dataclass(frozen=True)
class Place:
    """A page, and a place on it."""

    page: str
    """Its path below the folder of documents, with slashes."""
    anchor: str = ""


@dataclass(frozen=True, kw_only=True)
class GuidePage:
    """One page, read."""

    name: str
    title: str
    text: str
    """Markdown without the lines that only name a place."""
    headings: tuple[tuple[str, ...], ...]
    """The names of each heading, in the order of the page."""
    images: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """The pictures by the addresses under which the page names them."""

    @property
    def anchors(self) -> frozenset[str]:
        """Return every place that can be led to."""
        return frozenset(name for names in self.headings for name in names)


def contents_page(language: str) -> str:
    """Return the page that the others are listed on; the guide is whole in Russian only."""
    return "guide/en/README.md" if language == "en" else "guide/README.md"


def place_of_error(code: str, language: str) -> Place:
    """Return where an error is told about at length."""
    folder = "guide/en" if language == "en" else "guide"
    return Place(f"{folder}/errors.md", code)


def place_of_chapter(chapter: str, language: str) -> Place:
    """Return where a page of the window is told about; in English only what is there: the contents."""
    if not chapter or language == "en":
        return Place(contents_page(language))
    page, _, anchor = chapter.partition("#")
    return Place(page, anchor)


def follow(page: str, link: str) -> Place | None:
    """Return where a link of a page leads; None: out of the guide."""
    address, _, anchor = link.partition("#")
    if ":" in address:
        return None
    return Place(_joined(page, address) if address else page, anchor)


def read_page(name: str) -> GuidePage:
    """Read a page with its pictures; raise ``FILE_NOT_FOUND`` or ``FILE_UNREADABLE``."""
    text = _read(name).decode("utf-8", "replace")
    words, headings = _taken_apart(text)
    found = {address: _read(_joined(name, address)) for address in _PICTURE.findall(text)}
    title = next((one for one in _titles(text)), name)
    return GuidePage(name=name, title=title, text=words, headings=headings, images=found)


def contents(language: str) -> tuple[tuple[str, str], ...]:
    """Return the titles and names of all pages, in the order of the contents page."""
    first = contents_page(language)
    page = read_page(first)
    listed = [(page.title, first)]
    for line in page.text.splitlines():
        match = _LINK.search(line) if line.startswith("- ") else None
        place = None if match is None else follow(first, match.group(2))
        if match is not None and place is not None:
            listed.append((match.group(1), place.page))
    return tuple(listed)


def slug(heading: str) -> str:
    """Return the name that a heading has on the web pages of repositories too."""
    bare = _EMPHASIS.sub("", heading).lower()
    return _NOT_IN_ANCHOR.sub("", bare).replace(" ", "-")


def _joined(page: str, address: str) -> str:
    """Return an address seen from a page as one below the folder of documents."""
    parts: list[str] = []
    for part in (*PurePosixPath(page).parent.parts, *PurePosixPath(address).parts):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _read(name: str) -> bytes:
    """Read one file of the guide; a link cannot lead out of its folder."""
    root = guide()
    path = root / name
    if ".." in PurePosixPath(name).parts or Path(name).is_absolute():
        raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=name)
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except FileNotFoundError:
        raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(path)) from None
    except OSError as error:
        code = ErrorCode.FILE_UNREADABLE
        raise RoscherkError(code, path=str(path), errno=error.errno or 0) from error


def _taken_apart(text: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Take out the lines that name places; return the rest, and the names of each heading."""
    kept: list[str] = []
    headings: list[tuple[str, ...]] = []
    waiting: list[str] = []
    seen: dict[str, int] = {}
    for line, fenced in _lines(text):
        anchor = None if fenced else _ANCHOR.fullmatch(line)
        if anchor is not None:
            waiting.append(anchor.group(1))
            continue
        heading = None if fenced else _HEADING.fullmatch(line)
        if heading is not None:
            own = slug(heading.group(2))
            seen[own] = seen.get(own, -1) + 1
            headings.append((*waiting, f"{own}-{seen[own]}" if seen[own] else own))
            waiting = []
        kept.append(line)
    return "\n".join(kept), tuple(headings)


def _titles(text: str) -> Iterator[str]:
    for line, fenced in _lines(text):
        heading = None if fenced else _HEADING.fullmatch(line)
        if heading is not None:
            yield _EMPHASIS.sub("", heading.group(2))


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is quoted as it is."""
    fenced = False
    for line in text.splitlines():
        if line.startswith(_FENCE):
            fenced = not fenced
            yield line, True
        else:
            yield line, fenced
