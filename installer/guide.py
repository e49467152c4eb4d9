"""The pages of errors in the guide, written out of the table of errors: ``nox -s guide``.

``--check`` writes nothing and fails if a page is not what the table says.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.errors import ErrorCode, ErrorFamily, RoscherkError  # noqa: E402  # after the path is set
from app.texts.catalogue import _, set_language  # noqa: E402
from app.texts.error_table import ERRORS  # noqa: E402
from app.texts.errors import describe  # noqa: E402


@dataclass(frozen=True)
class Group:
    """The errors from one code on, up to the next group, in the order of `ErrorCode`."""

    first: ErrorCode
    russian: str
    english: str
    page: str = ""
    """The page of the guide that tells about this work."""


GROUPS = (
    Group(ErrorCode.FILE_NOT_FOUND, "Файлы", "Files", "signing.md"),
    Group(ErrorCode.FORMAT_UNKNOWN, "Документы и подписи", "Documents and signatures", "verification.md"),
    Group(ErrorCode.PROFILE_BUSY, "Профиль и резервные копии", "Profile and backups", "settings.md"),
    Group(ErrorCode.UPDATES_NO_ADDRESS, "Новые версии", "New versions", "settings.md"),
    Group(ErrorCode.ARCHIVE_DAMAGED, "Архивы", "Archives", "verification.md"),
    Group(ErrorCode.SIGNATURE_NONE, "Несколько подписей", "Several signatures", "joint.md"),
    Group(ErrorCode.ROUTE_NOT_FOUND, "Совместное подписание", "Joint signing", "joint.md"),
    Group(ErrorCode.STAMP_PAGES_INVALID, "Отметка о подписи", "The visible mark", "stamp.md"),
    Group(ErrorCode.CERTIFICATE_DAMAGED, "Сертификаты", "Certificates", "certificates.md"),
    Group(ErrorCode.REQUEST_DAMAGED, "Запросы на сертификат", "Requests", "tokens.md"),
    Group(ErrorCode.ACCREDITED_LIST_DAMAGED, "Перечень аккредитованных УЦ", "Accredited authorities", "certificates.md"),
    Group(ErrorCode.KEY_NOT_FOUND, "Ключи, контейнеры, токены", "Keys, containers, tokens", "tokens.md"),
    Group(ErrorCode.READERS_NONE, "Считыватели", "Readers", "tokens.md"),
    Group(ErrorCode.ALGORITHM_UNSUPPORTED, "Алгоритмы", "Algorithms"),
    Group(ErrorCode.SETTINGS_DAMAGED, "Настройки и журнал", "Settings and journal", "settings.md"),
    Group(ErrorCode.NETWORK_OFFLINE, "Сеть и штампы времени", "Network and time-stamps", "settings.md"),
    Group(ErrorCode.CHILD_CRASHED, "Рабочие процессы", "Working processes"),
    Group(ErrorCode.PRACTICE_NOT_ENTERED, "Остальное", "The rest"),
)  # fmt: skip

_FILLED = re.compile(r"\{[^{}]*\}")
_NAMED = re.compile(r": …\.$")
_TELLING = 24

_INTRO = {
    "ru": (
        "# Ошибки: что случилось и что делать",
        (
            "Из окна сюда ведёт «Подробнее в справке» под каждой ошибкой. Код ошибки стоит и в самом сообщении: назовите его, "
            "если обращаетесь за помощью. Страница составлена из той же таблицы, из которой программа берёт слова; в окне к "
            "ним добавлены имена файлов и числа."
        ),
        "Код",
        "Что делать",
        "Подробнее",
    ),
    "en": (
        "# Errors: what happened and what to do",
        (
            "“More in the help” under an error leads here. The code stands in the message too: name it when you ask for help. "
            "This page is made of the table that the program takes its words from; in the window they come with names of "
            "files and with numbers."
        ),
        "Code",
        "What to do",
        "More",
    ),
}


def page(language: str) -> str:
    """Return the page of errors in a language."""
    set_language(language)
    title, intro, *_ = _INTRO[language]
    parts = [title, "", f"<!-- nox -s guide -->\n\n{intro}", ""]
    for group, codes in _grouped():
        parts += [f"## {group.russian if language == 'ru' else group.english}", ""]
        for code in codes:
            parts += _entry(code, group, language)
    return "\n".join(parts).rstrip() + "\n"


def _grouped() -> Iterator[tuple[Group, list[ErrorCode]]]:
    starts = {group.first: group for group in GROUPS}
    found: list[tuple[Group, list[ErrorCode]]] = []
    for code in ErrorCode:
        if code in starts:
            found.append((starts[code], []))
        if RoscherkError(code).family is not ErrorFamily.SILENT:
            found[-1][1].append(code)
    yield from found


def _entry(code: ErrorCode, group: Group, language: str) -> Iterator[str]:
    _title, _intro, coded, what, more = _INTRO[language]
    words = describe(code.value)
    yield f'<a id="{code.value}"></a>'
    yield f"### {words.heading}"
    yield ""
    if explanation := _explanation(code):
        yield explanation
        yield ""
    if words.advice:
        yield f"**{what}.** {words.advice}"
        yield ""
    pages = ""
    if group.page and language == "ru":
        pages = f" · {more}: [{_title_of(group.page)}]({group.page})"
    yield f"{coded}: `{code.value}`{pages}"
    yield ""


@cache
def _title_of(page: str) -> str:
    """Return the heading of a page that was written by hand."""
    first, *_ = (ROOT / "docs" / "guide" / page).read_text("utf-8").splitlines()
    return first.removeprefix("# ")


def _explanation(code: ErrorCode) -> str:
    """Return the sentences of the explanation; what the window fills in is left open.

    A sentence that is little more than what is filled in ("File: …") says nothing here.
    """
    kept = []
    for sentence in ERRORS[code].explanation:
        said = _NAMED.sub(".", _FILLED.sub("…", _(sentence)))
        if "{" not in sentence or len(said) > _TELLING:
            kept.append(said)
    return " ".join(kept)


def pages() -> dict[Path, str]:
    """Return what each page has to be."""
    guide = ROOT / "docs" / "guide"
    return {guide / "errors.md": page("ru"), guide / "en" / "errors.md": page("en")}


def main(arguments: list[str]) -> int:
    """Write the pages, or hold them against the table; return the exit code."""
    parser = argparse.ArgumentParser(prog="nox -s guide --", description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    stale = []
    for path, wanted in pages().items():
        if path.exists() and path.read_text("utf-8") == wanted:
            continue
        stale.append(path)
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted, "utf-8")
    if options.check and stale:
        print(f"not as the table of errors says (run: nox -s guide): {stale}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
