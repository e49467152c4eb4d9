"""Decisions of joint signing, with the real room below and no window: what is shown, asked and told."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import FakeJournal, FakeSigning, FakeTasks, container
from stand_ins.pki import pki_of
from stand_ins.signers_made import inn_of

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "crypto"))

from routes_lab import Lab

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import SigningAct
from app.crypto.routes.people import people_of
from app.errors import ErrorCode, RoscherkError
from app.tokens.pin import Secret
from app.ui.asking import Question
from app.ui.forms import Filled, Form, Told
from app.ui.known_keys import Key
from app.ui.notes import Notes
from app.ui.routes.asking import PeopleAsked, PeopleFilled, day_of, read_lines
from app.ui.routes.outgoing import Outgoing
from app.ui.routes.presenter import RoutesPresenter
from app.ui.routes.receipt import Receipts
from app.ui.routes.telling import EntryCard, RouteCard
from app.ui.rows import Row, Tone

PETR, ANNA = f"Пробный Пётр Петрович, {inn_of(1)}", "Пробная Анна Ивановна"


class Shown:
    """A window that keeps what it is told, and agrees to everything."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.card: RouteCard | None = None
        self.entry = EntryCard()
        self.told: list[Told] = []
        self.errors: list[RoscherkError] = []
        self.asked: list[Any] = []
        self.damaged = ""
        self.summary = ""
        self.fill: Callable[[PeopleAsked], PeopleFilled | None] = lambda _asked: None
        self.choice: Callable[[Form], str] = lambda form: form.choices[0][0]

    def show_routes(self, rows: Sequence[Row]) -> None:
        """Keep the documents."""
        self.rows = list(rows)

    def choose(self, key: str) -> None:
        """Follow, as a list does."""

    def show_card(self, card: RouteCard | None) -> None:
        """Keep the card."""
        self.card = card

    def show_entry(self, entry: EntryCard) -> None:
        """Keep what can be done."""
        self.entry = entry

    def show_busy(self, text: str, percent: int | None) -> None:
        """Do nothing: work is done at once."""

    def show_summary(self, text: str) -> None:
        """Keep the line."""
        self.summary = text

    def show_damaged(self, text: str) -> None:
        """Keep the words."""
        self.damaged = text

    def ask_people(
        self,
        asked: PeopleAsked,
        answer: Callable[[PeopleFilled], object],
        typed: Callable[[PeopleAsked], object] | None = None,
        closed: Callable[[], object] | None = None,
    ) -> None:
        """Fill in as told."""
        self.asked.append((asked, typed))
        filled = self.fill(asked)
        if filled is not None and closed is not None:
            closed()
        if filled is not None:
            answer(filled)

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Agree."""
        self.asked.append(question)
        on_yes()

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Choose as told."""
        self.asked.append(form)
        answer(Filled(choice=self.choice(form)))

    def ask_secret(self, question: object, answer: Callable[[Secret], None]) -> None:
        """Type a password."""
        self.asked.append(question)
        answer(Secret(bytearray("верный пароль".encode())))

    def tell(self, told: Told) -> None:
        """Keep what is told."""
        self.told.append(told)

    def show_in_folder(self, path: str) -> None:
        """Open nothing."""

    def show_error(self, error: RoscherkError) -> None:
        """Keep the error."""
        self.errors.append(error)

    @property
    def states(self) -> list[str]:
        """Return the lines about people, each with its state."""
        rows = () if self.card is None else self.card.rows
        return [f"{row.title}: {row.badge.text}" for row in rows if row.badge is not None]

    def key_of(self, words: str) -> str:
        """Return the key of the line with these words."""
        assert self.card is not None
        return next(row.key for row in self.card.rows if words in row.title and not row.header)


class Desk:
    """A presenter over the real room, whose workers live in this process."""

    def __init__(self, folder: Path, tasks: FakeTasks) -> None:
        self.lab = Lab(folder, pki_of(KeyAlgorithm.ECDSA_P256))
        self.view, self.journal, self.signing = Shown(), FakeJournal(), FakeSigning()
        self.draft = folder / "drafts" / "people.json"
        self.tasks = tasks
        self.key = Key(container=container())
        notes = Notes(self.journal, tasks)  # type: ignore[arg-type]
        routes: Any = self.lab.routes
        making: Any = None
        keys: Any = SimpleNamespace(keys=[self.key])
        secrets: Any = SimpleNamespace(
            ask=lambda view, _wish, then, _failed: view.ask_secret(None, then)
        )
        signing: Any = self.signing
        practice: Any = SimpleNamespace()
        self.presenter = RoutesPresenter(
            routes,
            Outgoing(making, routes, self.lab.packages, notes),
            Receipts(routes, signing, keys, secrets, practice, notes, tasks),
            notes,
            tasks,
            practice=lambda: False,
            draft=self.draft,
        )
        self.presenter.attach(self.view)
        self.presenter.refresh()

    def choose(self, words: str) -> None:
        """Choose the line with these words."""
        self.presenter.select_entry([self.view.key_of(words)])


@pytest.fixture
def desk(tmp_path: Path, tasks: FakeTasks) -> Iterator[Desk]:
    """Return the presenter on an empty profile."""
    made = Desk(tmp_path, tasks)
    yield made
    made.lab.packages.close()


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """Return a document to sign."""
    path = tmp_path / "Договор № 7 (итог).docx"
    path.write_bytes(b"PK\3\4 contract" * 500)
    return path


def test_what_was_typed_outlives_a_crash(desk: Desk, contract: Path) -> None:
    """Lines that were not begun with stand there again, for the same document only."""
    desk.presenter.begin(contract)
    asked, typed = desk.view.asked.pop()
    assert asked == PeopleAsked(document=contract)
    lost = PeopleAsked(document=contract, lines=PETR, note="срочно", due=day_of("31.12.2026"))
    typed(lost)
    desk.presenter.begin(contract.with_name("другой.docx"))
    assert desk.view.asked.pop()[0].lines == ""
    desk.view.fill = lambda asked: PeopleFilled(
        people=people_of(asked.lines), note=asked.note, due=asked.due
    )
    desk.presenter.begin(contract)
    assert desk.view.asked.pop()[0] == lost
    route = desk.presenter.route
    assert route is not None
    assert (route.people[0].inn, f"{route.due}", route.note) == (inn_of(1), "2026-12-31", "срочно")
    assert not desk.draft.exists()
    desk.draft.write_bytes(b"\xff")
    desk.view.fill = lambda _asked: None
    desk.presenter.begin(contract)
    assert desk.view.asked.pop()[0].lines == ""


def test_lines_are_read_while_they_are_typed() -> None:
    """Each is told as it is understood; a bare name is a warning, a wrong number an error."""
    read = read_lines(f"{PETR}\n{ANNA}")
    assert [row.tone for row in read.rows] == [Tone.OK, Tone.WARN]
    assert read.words == "2 участника"
    wrong = read_lines("Пробный Пётр, 000000000185")
    assert "контрольные" in wrong.trouble
    assert not wrong.rows
    assert day_of("31.02.2026") is None


def test_a_stranger_is_decided_about(desk: Desk, contract: Path) -> None:
    """Whose it is can be said, taken back, or he is awaited from now on; each is in the journal."""
    desk.lab.begin(contract, PETR, ANNA)
    desk.presenter.refresh()
    desk.presenter.take([desk.lab.sign(contract, desk.lab.signer("Чужой Иван Ильич", 9), "ч.sig")])
    assert desk.view.told[-1].heading == "1 новая подпись"
    assert any("Не ждали" in each for each in desk.view.states)
    assert "нужно 1 решение" in desk.view.rows[0].caption
    desk.choose("Чужой")
    assert (desk.view.entry.settle, desk.view.entry.choose) == ("", True)
    desk.view.choice = lambda form: form.choices[1][0]
    desk.presenter.choose_person()
    assert f"{ANNA}: Подписан" in desk.view.states
    desk.choose(ANNA)
    desk.presenter.dismiss()
    assert f"{ANNA}: Ждём" in desk.view.states
    assert [row[2] for row in desk.journal.rows if row[0] == "route_settle"] == ["done", "left_out"]
    assert [row[2] for row in desk.journal.rows if row[0] == "route_take"] == ["stranger"]
    again = Shown()
    desk.presenter.attach(again)  # as the next start of the program does
    desk.presenter.refresh()
    assert again.states == desk.view.states


def test_a_document_that_was_changed(desk: Desk, contract: Path) -> None:
    """It is told on the card and of each file; a copy that was not changed takes its place."""
    whole = contract.read_bytes()
    route = desk.lab.begin(contract, PETR)
    file = desk.lab.sign(contract, desk.lab.signer("Пробный Пётр Петрович", 1), "п.sig")
    contract.write_bytes(whole + b"!")
    desk.presenter.refresh()
    assert desk.view.card is not None
    assert "Документ изменён" in desk.view.card.trouble
    desk.presenter.take([file])
    assert "изменён или его нет на месте" in desk.view.told[-1].points[0][1]
    desk.presenter.move(contract)
    assert desk.view.errors.pop().code is ErrorCode.ROUTE_DOCUMENT_CHANGED
    copy = contract.with_name("копия.docx")
    copy.write_bytes(whole)
    desk.presenter.move(copy)
    assert desk.view.card.trouble == ""
    desk.presenter.take([file])
    assert desk.lab.routes.get(route.key).complete


def test_a_receipt_is_asked_for_with_a_key(desk: Desk, contract: Path, tmp_path: Path) -> None:
    """The chosen signature is countersigned in its kept file; the secret is wiped, the row is written."""
    desk.lab.begin(contract, PETR)
    desk.presenter.refresh()
    desk.presenter.take(
        [desk.lab.sign(contract, desk.lab.signer("Пробный Пётр Петрович", 1), "п.sig")]
    )
    desk.choose("Пробный")
    assert desk.view.entry.receipt
    desk.presenter.make_receipt(tmp_path / "квитанция.sig")
    (request,) = desk.signing.requests
    assert (request.act, request.countersigned) == (SigningAct.COUNTER_SIGN, 1)
    assert request.content == contract
    assert desk.view.told[-1].heading.startswith("Квитанция готова")
    (secret,) = desk.signing.secrets
    assert secret is not None
    assert not any(secret.buffer)
    assert desk.journal.rows[-1][3]["act"] == "counter-sign"


def test_spoilt_records_and_giving_up(desk: Desk, contract: Path) -> None:
    """What cannot be read is told and named; giving up asks, and leaves the document."""
    kept, spoilt = desk.lab.begin(contract, PETR), desk.lab.begin(contract)
    note = desk.lab.folder / "маршруты" / spoilt.key / "route.json"
    note.write_bytes(note.read_bytes()[:40])
    desk.presenter.refresh()
    assert [row.key for row in desk.view.rows] == [kept.key]
    assert "ничего не потеряно" in desk.view.damaged
    place = desk.presenter.damaged_place()
    assert place is not None
    assert place.exists()
    desk.presenter.forget()
    assert "Прекратить сбор" in desk.view.asked[-1].heading
    assert desk.view.rows == []
    assert contract.exists()
    desk.presenter.take([contract])
    assert "Нет документа" in desk.view.told[-1].heading
