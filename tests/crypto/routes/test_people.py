"""Lines about people, their check digits, and whose a signature is held to be."""

from dataclasses import replace

import pytest
from signing_lab import refused
from stand_ins.signers_made import inn_of, snils_of

from app.crypto.routes.model import By, Match, Person
from app.crypto.routes.people import line_of, matching, named, people_of, person_of, whose
from app.errors import ErrorCode


def test_a_line_is_read_in_any_order_and_written_back():
    """Numbers are known by their digits, with blanks, hyphens or labels; the rest is a note."""
    person = person_of(
        "Пробный Пётр  Петрович;СНИЛС 000-000-001 00; ИНН " + inn_of(1) + "; директор"
    )
    assert person == Person(
        name="Пробный Пётр Петрович", inn=inn_of(1), snils="00000000100", note="директор"
    )
    assert person_of(line_of(person)) == person
    table = person_of(f"Пробная Анна\t{inn_of(2)}\tanna@example.org")
    assert (table.inn, table.email) == (inn_of(2), "anna@example.org")
    assert person_of("0000000018").inn == "0000000018"


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("Пробный Пётр, 000000000185", "number"),
        ("Пробный Пётр, 99001234507", "number"),
        ("Пробный Пётр, 12345", "digits"),
        (", директор@", "lacks"),
        (f"Пробный Пётр, {inn_of(1)}, {inn_of(2)}", "twice"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(line: str, fact: str):
    """A typing error is found before anybody waits for a person who does not exist."""
    error = refused(lambda: people_of(f"Пробная Анна\n\n{line}"))
    assert error.code is ErrorCode.ROUTE_PERSON_INVALID
    assert error.facts["line"] == 3
    assert fact in error.facts


def test_nobody_stands_there_twice():
    """One person by number, whatever the name; two of one organization are two."""
    error = refused(lambda: people_of(f"Пробный П. П., {inn_of(1)}\nПробный Пётр, {inn_of(1)}"))
    assert error.code is ErrorCode.ROUTE_PERSON_TWICE
    assert len(people_of("Пробный Пётр, 0000000018\nПробная Анна, 0000000018")) == 2
    many = [Person(name=f"Пробный {n}") for n in range(101)]
    assert refused(lambda: named(many)).code is ErrorCode.ROUTE_PEOPLE_TOO_MANY


PETR = Person(key="p", name="Пробный Пётр Петрович", inn=inn_of(1), snils=snils_of(1))


@pytest.mark.parametrize(
    ("by", "match"),
    [
        (By(name="ПРОБНЫЙ Петр  Петрович", inn=inn_of(1), snils=snils_of(1)), Match.NUMBER),
        (By(name="Пробный Пётр Петрович", snils=snils_of(1)), Match.NUMBER),
        # A namesake: the number decides.
        (By(name="Пробный Пётр Петрович", inn=inn_of(2)), Match.NONE),
        (By(name="Пробный Пётр Петрович", inn=inn_of(1), snils=snils_of(2)), Match.NONE),
        # A new surname: a person has to say so.
        (By(name="Новый Пётр Петрович", inn=inn_of(1)), Match.NAME),
        # No numbers in the certificate.
        (By(name="Пробный Пётр Петрович"), Match.NAME),
        (By(name="Пробный Иван Петрович"), Match.NONE),
    ],
)
def test_numbers_decide_and_a_name_is_only_likely(by: By, match: Match):
    """A name alone never settles whose a signature is."""
    assert matching(PETR, by) is match


def test_an_organization_is_no_person():
    """The ИНН of an organization settles it only where the name agrees or none was asked for."""
    firm = "0000000018"
    anybody = Person(key="f", inn=firm)
    head = Person(key="h", name="Пробная Анна Ивановна", inn=firm)
    by = By(name="Пробная Анна Ивановна", inn=inn_of(5), inn_le=firm)
    colleague = By(name="Пробный Пётр Петрович", inn=inn_of(1), inn_le=firm)
    assert matching(anybody, by) is Match.NUMBER
    assert matching(head, by) is Match.NUMBER
    assert matching(head, colleague) is Match.NONE
    numbered = Person(key="n", inn=firm, snils=snils_of(5))
    assert matching(numbered, by) is Match.NAME
    assert matching(numbered, replace(by, snils=snils_of(5))) is Match.NUMBER
    # Two are meant by one number: the name tells them apart, and a person confirms it.
    assert whose(by, [anybody, head]) == ("h", Match.NAME)
    assert whose(colleague, [replace_key(anybody, "a"), anybody]) == ("", Match.NONE)


def replace_key(person: Person, key: str) -> Person:
    """Return somebody else of the same organization."""
    return Person(key=key, name=person.name, inn=person.inn)


def test_two_namesakes_are_never_guessed_between():
    """Several could be meant: nobody is."""
    people = [Person(key=key, name="Пробный Пётр") for key in "ab"]
    assert whose(By(name="Пробный Пётр"), people) == ("", Match.NONE)
