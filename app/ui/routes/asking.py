"""What is asked when signatures are to be gathered: who is to sign, by when, a note. No Qt here."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from app.crypto.routes.model import Person, Route
from app.crypto.routes.people import line_of, people_of
from app.errors import RoscherkError
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe_error
from app.texts.route_words import person_name, person_words
from app.ui.rows import Row, Tone
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class PeopleAsked:
    """One dialog about people."""

    document: Path
    lines: str = ""
    note: str = ""
    due: date | None = None
    fresh: bool = True
    """A gathering is begun; else an earlier one is changed."""


@dataclass(frozen=True, kw_only=True)
class PeopleFilled:
    """What was typed."""

    people: tuple[Person, ...]
    note: str
    due: date | None


def asked_of(route: Route) -> PeopleAsked:
    """Ask about the people of a route that is there."""
    return PeopleAsked(
        document=route.document,
        lines="\n".join(line_of(each) for each in route.people),
        note=route.note,
        due=route.due,
        fresh=False,
    )


@dataclass(frozen=True, kw_only=True)
class Read:
    """What the lines say so far."""

    people: tuple[Person, ...] = ()
    rows: tuple[Row, ...] = ()
    trouble: str = ""
    """What is wrong; empty: nothing."""
    words: str = ""


def read_lines(text: str) -> Read:
    """Read the lines while they are typed, and say how each was understood."""
    try:
        people = people_of(text)
    except RoscherkError as error:
        why = describe_error(error)
        return Read(trouble=f"{why.heading}. {why.explanation}".strip())
    count = len(people)
    words = ngettext("{n} person", "{n} people", count).format(n=count) if count else ""
    rows = tuple(_row(number, each) for number, each in enumerate(people, 1))
    return Read(people=people, rows=rows, words=words)


def _row(number: int, person: Person) -> Row:
    bare = not (person.inn or person.snils)
    more = person_words(person) if person.name else ""
    hint = _("only a name: whose signature it is has to be confirmed") if bare else ""
    return Row(
        key=str(number),
        title=f"{number}. {person_name(person)}",
        caption="  ·  ".join(part for part in (hint, more) if part),
        icon="triangle-alert" if bare else "user-round",
        tone=Tone.WARN if bare else Tone.OK,
        sentence=True,
    )


def kept_keys(people: tuple[Person, ...], before: tuple[Person, ...]) -> tuple[Person, ...]:
    """Let people who were there before keep their keys: what is known of them stays theirs."""
    left = {_same(each): each.key for each in before}
    return tuple(replace(each, key=left.pop(_same(each), each.key)) for each in people)


def _same(person: Person) -> tuple[str, str]:
    return (person.snils or person.inn, "" if person.snils or person.inn else person.name)


def day_of(text: str) -> date | None:
    """Return the day that was typed, as people or as programs write it; None: there is no such day."""
    if not text.strip():
        return None
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day, no moment
    return None
