"""G30: of two hundred planted personal strings none is in what is gathered for support."""

import logging
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import log
from app.errors import ErrorCode, RoscherkError
from app.journal import Action, Entry, Journal
from app.places import Places
from app.settings import (
    LAST_KEY,
    MODULES,
    NAMED_HOSTS,
    NETWORK_PROXY_URL,
    RECENT_FOLDER,
    TIME_STAMP_SERVERS,
    Settings,
)
from app.texts.catalogue import set_language
from app.workplace.model import Area, Code, Finding, State, of_error
from app.workplace.support import Support, log_lines, row_line, save

PLANTED = 200
SURNAMES = ("Кузнецова", "Ярмоленко", "Бородин", "Щукина", "Петренко", "Zubareva", "Korolkov")
NAMES = ("Аграфена", "Елисей", "Ульяна", "Феофан", "Yaroslav", "Glafira")


def planted() -> list[str]:
    """Return personal strings of every kind: names, INN, SNILS, paths, mail, serial numbers."""
    chance = random.Random(30)
    digits = "0123456789"

    def number(count: int) -> str:
        return chance.choice("123456789") + "".join(chance.choices(digits, k=count - 1))

    makers = (
        lambda: f"{chance.choice(SURNAMES)} {chance.choice(NAMES)} {number(3)}",
        lambda: number(12),
        lambda: f"{number(3)}-{number(3)}-{number(3)} {number(2)}",
        lambda: f"/home/{chance.choice(SURNAMES).lower()}{number(2)}/Договоры {number(2)}/Акт.pdf",
        lambda: f"{chance.choice(SURNAMES).lower()}{number(4)}@firma{number(3)}.ru",
        lambda: f"{int(number(9)):x}cafe{number(2)}",
        lambda: (
            rf"C:\Users\{chance.choice(SURNAMES)}{number(2)}\Documents\паспорт {number(4)}.docx"
        ),
        lambda: f"zubareva_{number(5)}",
    )
    return [makers[place % len(makers)]() for place in range(PLANTED)]


def everywhere(places: Places, strings: list[str]) -> list[Finding]:
    """Put each string into the journal, the log, the settings and the findings."""
    journal = Journal(places.journal)
    handler = log.configure(places)
    logger = logging.getLogger("app.ui.tasks")
    findings = []
    for place, text in enumerate(strings):
        journal.append(
            Action.SIGN, text, text, key=text, reason=text, version=text, practice=False, count=1
        )
        logger.warning("it failed for %s: %s", text, RoscherkError(ErrorCode.PIN_WRONG, name=text))
        try:
            raise ValueError(text)  # noqa: TRY301 - it is what is to be told
        except ValueError:
            logger.exception("unexpected error with %s", text)
        logging.getLogger(f"app.{text}").error("errno=13 %s", text)
        findings += [
            Finding(
                area=Area.KEYS,
                code=Code.KEY_IN_FORCE,
                state=State.GOOD,
                facts={"owner": text, "name": text, "until": text, "days": place, "inn": 77078938},
            ),
            Finding(area=Area.TOKENS, code=text, state=State.BAD, facts={"serial": text}),
            of_error(Area.TOKENS, RoscherkError(ErrorCode.MODULE_BROKEN, module=text, reason=text)),
        ]
    logging.getLogger().removeHandler(handler)
    handler.close()
    return findings


def settings_with(places: Places, strings: list[str]) -> Settings:
    """Return settings that hold personal strings wherever a setting takes free text."""
    settings = Settings(places.config / "settings.toml")
    word = strings[7]
    settings.set(RECENT_FOLDER, f"/home/{word}")
    settings.set(LAST_KEY, f"container:{strings[0]}")
    settings.set(MODULES, (f"/opt/{word}/lib.so",))
    settings.set(NAMED_HOSTS, ("firma123.example",))
    settings.set(TIME_STAMP_SERVERS, (f"http://{word.replace('_', '-')}.example/tsa",))
    settings.set(NETWORK_PROXY_URL, f"http://{word}@proxy.example:3128")
    return settings


@pytest.mark.parametrize("spoken", ["ru", "en"])
def test_nothing_personal_is_gathered(tmp_path: Path, spoken: str) -> None:
    """None of the strings, nor a word of them, in the text and in the archive."""
    set_language(spoken)
    places = Places.under(tmp_path / "profile_of_zubareva")
    strings = planted()
    assert len(set(strings)) == PLANTED
    findings = everywhere(places, strings)
    settings = settings_with(places, strings)
    text = Support(places, settings, Journal(places.journal)).text(findings, qt="6.9.3")
    low = text.casefold()
    leaked = [each for each in strings if each.casefold() in low]
    assert leaked == []
    for word in (*SURNAMES, *NAMES, "firma", "/home", "users", "proxy.example", "77078938"):
        assert word.casefold() not in low, word
    # It is not empty either: codes, counts and versions are there.
    for told in (
        "pin_wrong",
        "ValueError",
        "errno=13",
        "app.ui.tasks",
        "sign",
        "days=7",
        "Qt 6.9.3",
    ):
        assert told in text, told
    target = save(text, tmp_path / "support.zip")
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == ["support.txt"]
        assert archive.read("support.txt").decode() == text
    assert save(text, tmp_path / "support.txt").read_text("utf-8") == text
    with pytest.raises(RoscherkError) as caught:
        save(text, tmp_path / "support.txt")
    assert caught.value.code is ErrorCode.TARGET_EXISTS
    set_language("en")


def test_rows_tell_the_kind_of_file_only() -> None:
    """The ending of a name is told if it is a common one."""
    at = datetime(2026, 5, 4, tzinfo=UTC)

    def line(target: str, **facts: str | int | bool) -> str:
        return row_line(
            Entry(number=1, time=at, action="sign", target=target, outcome="done", facts=facts)
        )

    assert line("/d/Иванов.PDF", practice=True) == (
        "1 2026-05-04T00:00:00Z sign done *.pdf practice=True"
    )
    assert line("/d/a.ivanov", key="container:x", tries_left=3) == (
        "1 2026-05-04T00:00:00Z sign done tries_left=3"
    )


def test_tracebacks_tell_places_in_the_program_only() -> None:
    """A frame of ours is named inside the program; a foreign one and its path are not."""
    lines = [
        "2026-05-04 10:00:00,123 ERROR 77 app.ui.tasks: unexpected error in work for Иванов",
        "Traceback (most recent call last):",
        '  File "/home/ivanov/venv/app/ui/tasks.py", line 69, in _work',
        "    answer = work('Иванов')",
        '  File "/home/ivanov/app/тайна.py", line 3, in go',
        "OSError: [Errno 13] Permission denied: '/home/ivanov/Договор.pdf'",
        "2026-05-04 10:00:01,123 ERROR 77 ivanov.secret: x",
    ]
    assert list(log_lines(lines)) == [
        "2026-05-04 10:00:00,123 ERROR app.ui.tasks: unexpected",
        "    app/ui/tasks.py:69",
        "    ?:3",
        "    OSError",
        "2026-05-04 10:00:01,123 ERROR ?:",
    ]
