"""What the Linux packages carry beside the program: types, menus, manual, completion, policy, pins."""

import base64
import configparser
import importlib.util
import itertools
import re
import subprocess
import sys
import tomllib
import types
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import settings
from app.cli.main import COMMANDS, command_parser

LINUX = Path(__file__).resolve().parents[2] / "installer" / "linux"
FILES = LINUX / "files"
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")


def _load(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages() -> Iterator[types.ModuleType]:
    """Return the writer of manual and completion."""
    yield _load(LINUX / "inside" / "command_pages.py")
    sys.modules.pop("command_pages")


# --- types of files


def _magic() -> list[tuple[range, bytes, bytes]]:
    """Return what is looked for: at which places, what, and what the file must begin with."""
    text = (FILES / "roscherk-types.xml").read_text(encoding="utf-8")
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    found = []

    def value(match: ET.Element) -> bytes:
        return match.attrib["value"].encode().decode("unicode_escape").encode("latin-1")

    for outer in ET.fromstring(text).iterfind(f".//{space}magic/{space}match"):
        assert outer.attrib["offset"] == "0"
        inner = list(outer.iterfind(f"{space}match"))
        if not inner:
            found.append((range(1), value(outer), b""))
        for match in inner:
            first, _, last = match.attrib["offset"].partition(":")
            places = range(int(first), int(last or first) + 1)
            found.append((places, value(match), value(outer)))
    return found


def _is_signature(data: bytes) -> bool:
    return any(
        data.startswith(begin) and any(data[at:].startswith(wanted) for at in places)
        for places, wanted, begin in _magic()
    )


LENGTHS = [
    bytes.fromhex(each)
    for each in ("80", "8133", "81ff", "820a00", "82ffff", "83010000", "83ffffff", "8480000000")
]


@pytest.mark.parametrize("length", LENGTHS, ids=bytes.hex)
def test_signatures_are_known_by_their_content(length: bytes) -> None:
    """DER and BER of every length, and the same in base64."""
    whole = b"\x30" + length + SIGNED_DATA + bytes.fromhex("a0820900308209fc020101310e300c")
    assert _is_signature(whole)
    assert _is_signature(base64.b64encode(whole))


@pytest.mark.parametrize(
    "other",
    [
        b"-----BEGIN PGP SIGNATURE-----\n\niQIzBAAB",
        b"\x89\x02\x33\x04\x00\x01\x0a",
        b"\x30\x82\x03\x10\x30\x82\x01\xf8\xa0\x03\x02\x01\x02",
        b"MIIDEDCCAfigAwIBAgIUBB",
        b"%PDF-1.7",
    ],
    ids=["armoured OpenPGP", "binary OpenPGP", "certificate", "certificate in base64", "PDF"],
)
def test_nothing_else_is_taken_for_a_signature(other: bytes) -> None:
    """OpenPGP has the same ending: the content decides."""
    assert not _is_signature(other)


def test_weights_of_names() -> None:
    """`*.sig` weighs as much as OpenPGP's, so that the content is asked; the others are ours."""
    text = (FILES / "roscherk-types.xml").read_text(encoding="utf-8")
    globs = dict(re.findall(r'pattern="\*(\.\w+)" weight="(\d+)"', text))
    assert globs == {".sig": "50", ".sgn": "60", ".p7s": "60", ".p7m": "60"}


# --- menus


@pytest.mark.parametrize(
    "name", ["roscherk.desktop", "roscherk-kde.desktop", "roscherk-sign-action.desktop"]
)
def test_menus_speak_russian(name: str) -> None:
    """Each entry has its Russian name; what it starts is our launcher."""
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(FILES / name, encoding="utf-8")
    for section in parser.sections():
        words = parser[section]
        assert ("Name" in words) == ("Name[ru]" in words) or "Profile" in section
        if "Exec" in words:
            assert words["Exec"].split()[0] == "roscherk"
    declared = parser["Desktop Entry"].get("Actions", "").strip(";")
    for action in filter(None, declared.split(";")):
        assert f"Desktop Action {action}" in parser


@pytest.mark.parametrize("manager", [("nautilus", "Nautilus"), ("caja", "Caja")])
def test_menu_of_files(manager: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two entries for any number of local files, in both shapes of the call; none for others."""
    started: list[list[str]] = []

    class Item:
        def __init__(self, **words: str) -> None:
            self.words = words

        def connect(self, signal: str, called: Any, command: list[str]) -> None:
            assert signal == "activate"
            called(self, command)

    class File:
        def __init__(self, path: str | None, *, folder: bool = False) -> None:
            self.path, self.folder = path, folder

        def is_directory(self) -> bool:
            return self.folder

        def get_location(self) -> "File":
            return self

        def get_path(self) -> str | None:
            return self.path

    module = types.SimpleNamespace(MenuProvider=object, MenuItem=Item)
    process = types.SimpleNamespace(new=lambda command, _flags: started.append(command))
    repository = types.SimpleNamespace(
        Gio=types.SimpleNamespace(
            Subprocess=process, SubprocessFlags=types.SimpleNamespace(NONE=0)
        ),
        GObject=types.SimpleNamespace(GObject=type("GObject", (), {})),
        **{manager[1]: module},
    )
    monkeypatch.setitem(sys.modules, "gi", types.SimpleNamespace(repository=repository))
    monkeypatch.setitem(sys.modules, "gi.repository", repository)
    text = (FILES / "file-menu.py.in").read_text(encoding="utf-8")
    text = text.replace("@MODULE@", manager[0]).replace("@MANAGER@", manager[1])
    names: dict[str, Any] = {}
    exec(compile(text, "roscherk.py", "exec"), names)
    menu = names["RoscherkMenu"]()
    files = [File("/home/anna/договор.pdf"), File("/home/anna/letter.sig")]
    assert len(menu.get_file_items(files)) == 2
    assert len(menu.get_file_items("window", files)) == 2
    paths = [each.path for each in files]
    assert started[:2] == [["roscherk", "--sign", *paths], ["roscherk", "--verify", *paths]]
    assert menu.get_file_items([File(None)]) == []
    assert menu.get_file_items([File("/home/anna", folder=True)]) == []


# --- manual and completion


@pytest.mark.parametrize("language", ["en", "ru"])
def test_manual_names_everything(pages: types.ModuleType, language: str) -> None:
    """Every command and every option stands in the manual."""
    text = pages.manual(command_parser(), language, "2026-11-27")
    plain = text.replace("\\-", "-")
    for name in COMMANDS:
        assert f".SS roscherk {name}" in plain
    for entry in pages.entries(command_parser()):
        for action in entry.options:
            assert action.option_strings[-1] in plain
    assert "%(" not in text
    assert not re.search(r"^\.(?!TH|SH|SS|TP|B|br)", text, re.MULTILINE)


def _complete(script: str, *words: str) -> set[str]:
    line = " ".join(f"'{each}'" for each in words)
    asked = f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _roscherk\n"
    asked += 'printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(
        ["bash", "-c", asked], capture_output=True, text=True, check=True, cwd="/proc/self"
    )
    return set(done.stdout.split())


def test_completion_of_bash(pages: types.ModuleType) -> None:
    """Commands, their subcommands, their options, and the values of options."""
    script = pages.bash(command_parser())
    assert set(COMMANDS) <= _complete(script, "roscherk", "")
    assert {"bundle", "tsl", "list"} <= _complete(script, "roscherk", "trust", "")
    assert "make" in _complete(script, "roscherk", "trust", "bundle", "")
    assert "--level" in _complete(script, "roscherk", "sign", "--l")
    assert _complete(script, "roscherk", "--language", "") == {"ru", "en"}
    assert not any(each.startswith("-") for each in _complete(script, "roscherk", "sign", ""))


def test_completion_of_zsh_names_all_commands(pages: types.ModuleType) -> None:
    """Each command has its case; quotes are balanced."""
    text = pages.zsh(command_parser())
    for entry in pages.entries(command_parser()):
        assert f'"{"".join(" " + each for each in entry.path)}")' in text
    assert text.count("'") % 2 == 0


# --- policy and pins


def test_example_of_a_policy_holds(tmp_path: Path) -> None:
    """Every line of the example is a real setting with a value that is taken."""
    text = (FILES / "policy.toml").read_text(encoding="utf-8")
    policy = tmp_path / "policy.toml"
    policy.write_text(re.sub(r"(?m)^# (\w+ = )", r"\1", text), encoding="utf-8")
    known = {each.key: each for each in settings.TABLE}
    tables = tomllib.loads(policy.read_text(encoding="utf-8"))
    named = {
        f"{section}.{key}": value for section, keys in tables.items() for key, value in keys.items()
    }
    assert len(named) >= 12
    for key, value in named.items():
        assert known[key].read(value) == (tuple(value) if isinstance(value, list) else value)
    assert not any(tomllib.loads(text).values()), "as shipped it locks nothing"


def test_pins_cover_what_the_program_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every dependency is pinned, by a file for one Python and a SHA-256."""
    monkeypatch.syspath_prepend(str(LINUX))
    parts = _load(LINUX / "locked_parts.py")
    project = tomllib.loads((LINUX.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    names = {
        re.split(r"[<>=; ]", each, maxsplit=1)[0].lower().replace("_", "-")
        for each in project["project"]["dependencies"]
    }
    assert names <= {each.name for each in parts.wheels()}
    for part in itertools.chain(parts.wheels(), parts.interpreter()):
        assert re.fullmatch(r"[0-9a-f]{64}", part.sha256)
        assert part.file.endswith(("-none-any.whl", "x86_64.whl", ".deb"))
    assert [each.name for each in parts.interpreter()] == parts.contents()["interpreter"][
        "packages"
    ]


# --- pages that travel with the program


def test_no_page_leads_out_of_those_that_travel_along() -> None:
    """Whoever installed the program has these pages of docs/ and no other one."""
    docs = LINUX.parents[1] / "docs"
    listed = [docs / name for name in _load(LINUX.parent / "build_texts.py").GUIDE]
    shipped = {file for each in listed for file in (each.rglob("*") if each.is_dir() else [each])}
    pages = [file for file in shipped if file.suffix == ".md"]
    assert len(pages) > 15
    lost = [
        f"{page.relative_to(docs)}: {address}"
        for page in pages
        for address in re.findall(r"\]\(([^)\s#]+)", page.read_text("utf-8"))
        if ":" not in address and (page.parent / address).resolve() not in shipped
    ]
    assert lost == []
