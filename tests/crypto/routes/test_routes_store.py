"""Routes outlive crashes: atomic notes, spoilt ones set aside and told, later versions left alone."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from routes_lab import Lab
from signing_lab import refused
from stand_ins.signers_made import inn_of

from app import places
from app.crypto.routes.model import Route
from app.crypto.routes.people import people_of
from app.crypto.routes.store import RouteStore
from app.errors import ErrorCode

PETR = f"Пробный Пётр Петрович, {inn_of(1)}"


@pytest.fixture
def route(lab: Lab, contract: Path) -> Route:
    """Return a route with a signature that came in."""
    made = lab.begin(contract, PETR, note="до обеда", due=date(2026, 12, 1))
    lab.take(lab.sign(contract, lab.signer("Пробный Пётр Петрович", 1), "п.sig"))
    return lab.routes.get(made.key)


def note_of(lab: Lab, route: Route) -> Path:
    """Return the file of a route."""
    return lab.folder / "маршруты" / route.key / "route.json"


def test_it_is_there_after_a_restart(lab: Lab, route: Route):
    """Another program reads the very same value."""
    again = RouteStore(lab.folder / "маршруты")
    assert again.get(route.key) == route
    assert again.all().routes == (route,)
    assert (route.note, route.due) == ("до обеда", date(2026, 12, 1))
    assert note_of(lab, route).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda _data: b"",
        lambda _data: b"\xff" * 100,
        lambda data: data.replace(b'"0001.sig"', b'"../../x.sig"'),
        lambda data: data.replace(b'"people"', b'"persons"'),
        lambda _data: b"[" * 100_000,
    ],
)
def test_a_spoilt_note_is_told_and_set_aside(
    lab: Lab, route: Route, spoil: Callable[[bytes], bytes]
):
    """Nothing of it is lost, and it hides no other route."""
    other = lab.routes.begin(route.document, [])
    note = note_of(lab, route)
    note.write_bytes(spoil(note.read_bytes()))
    assert refused(lambda: lab.routes.get(route.key)).code is ErrorCode.ROUTE_DAMAGED
    listed = lab.routes.all()
    assert [each.key for each in listed.routes] == [other.key]
    (damaged,) = listed.damaged
    assert not damaged.newer
    kept = sorted(each.name for each in damaged.place.iterdir())
    assert kept == ["0001.sig", "route.json"]
    assert not lab.routes.all().damaged


def test_a_later_version_is_left_alone(lab: Lab, route: Route):
    """What a newer program wrote stays where it is, and is told each time."""
    note = note_of(lab, route)
    note.write_bytes(note.read_bytes().replace(b"roscherk.route/1", b"roscherk.route/2"))
    for _ in range(2):
        (damaged,) = lab.routes.all().damaged
        assert damaged.newer
    assert note.exists()


def test_a_crash_while_writing_leaves_the_old_note(
    lab: Lab, route: Route, monkeypatch: pytest.MonkeyPatch
):
    """Killed before the rename: the route is what it was."""

    def killed(_self: Path, _target: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(places.Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            lab.routes.change(route.key, note="другое")
    assert lab.routes.get(route.key) == route


def test_a_name_that_is_no_text(lab: Lab, tmp_path: Path):
    """A document whose name is no UTF-8 is found again."""
    path = tmp_path / os.fsdecode("Акт ".encode() + b"\xff.docx")
    path.write_bytes(b"act")
    made = lab.begin(path, PETR)
    assert lab.routes.get(made.key).document == path


def test_found_by_key_and_by_document(lab: Lab, route: Route, tmp_path: Path):
    """A beginning of the key will do; the document names its open route."""
    assert lab.routes.named(route.key[:4]).key == route.key
    assert lab.routes.named(str(route.document)).key == route.key
    second = lab.routes.begin(route.document, [])
    assert refused(lambda: lab.routes.named(str(route.document))).code is ErrorCode.ROUTE_NOT_FOUND
    lab.routes.close(second.key, tmp_path / "p.zip")
    assert lab.routes.named(str(route.document)).key == route.key
    assert lab.routes.reopen(second.key).open
    lab.routes.forget(second.key)
    assert refused(lambda: lab.routes.get(second.key)).code is ErrorCode.ROUTE_NOT_FOUND
    assert refused(lambda: lab.routes.get("../..")).code is ErrorCode.ROUTE_NOT_FOUND


def test_people_may_change_later(lab: Lab, route: Route, contract: Path):
    """Who was a stranger becomes awaited; what was confirmed stays."""
    lab.take(lab.sign(contract, lab.signer("Пробная Анна Ивановна", 2), "а.sig"))
    assert len(lab.routes.get(route.key).undecided) == 1

    more = [*route.people, *people_of(f"Пробная Анна Ивановна, {inn_of(2)}")]
    route = lab.routes.change(route.key, people=more)
    assert route.complete
    fewer = lab.routes.change(route.key, people=route.people[1:], due=None)
    assert len(fewer.undecided) == 1
    assert fewer.due is None
    assert fewer.note == "до обеда"
