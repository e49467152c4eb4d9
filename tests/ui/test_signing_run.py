"""Signing several documents with one entry of the secret; standing still without its token."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeJournal, FakeSigning, FakeTasks, container, files

from app.crypto.model import Encoding, SignedFile
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.processes.cancelling import Cancel
from app.tokens.awaiting import Look, OnLook
from app.tokens.model import Container, KeyPlaceKind, Token
from app.tokens.pin import Secret
from app.ui.files import Document, State
from app.ui.known_keys import Key
from app.ui.notes import Notes
from app.ui.signing_run import Pause, RunEnd, SigningRun, SignOptions

TOKEN = Token(
    module=Path("/lib/mock.so"),
    slot=0,
    label="Касса",
    manufacturer="Aktiv Co.",
    model="Rutoken ECP",
    serial="2ad0cafe",
)


class FakeAwaits:
    """Sees another token first, and then the one that is waited for."""

    def wait(self, wanted: Container, _cancel: Cancel, on_look: OnLook) -> Container:
        """Answer at once."""
        on_look(Look(others=(replace(TOKEN, serial="0badf00d"),)))
        return replace(wanted, token=replace(TOKEN, slot=3))


class CalledOff(FakeSigning):
    """Signing that is called off when the file has just got its name."""

    def __init__(self) -> None:
        super().__init__()
        self.call_off: Callable[[], None] = lambda: None

    def sign(self, request: object, secret: Secret | None = None, **more: object) -> SignedFile:
        """Sign, too late to be stopped."""
        signed = super().sign(request, secret, **more)
        self.call_off()
        return signed


class PulledOut(FakeSigning):
    """Signing during which the token is lost once, at one document."""

    def __init__(self, name: str, error: RoscherkError) -> None:
        super().__init__(password="Leto-1987")
        self.name, self.error = name, error

    def sign(self, request: object, secret: Secret | None = None, **more: object) -> SignedFile:
        """Fail once."""
        if request.source.name == self.name and self.error is not None:
            error, self.error = self.error, None
            self.requests.append(request)
            raise error
        return super().sign(request, secret, **more)


class Run:
    """One run over stand-ins, and what it told."""

    def __init__(
        self,
        signing: FakeSigning,
        tasks: FakeTasks,
        key: Container | None = None,
        **options: object,
    ) -> None:
        self.pauses: list[Pause] = []
        self.journal = FakeJournal()
        self.states: dict[str, list[State]] = {}
        self.documents: dict[str, Document] = {}
        self.ends: list[RunEnd] = []
        self.run = SigningRun(
            signing,
            tasks,
            Notes(self.journal, FakeTasks()),
            Key(key or container()),
            SignOptions(**options),
            awaits=FakeAwaits(),
            on_pause=self.pauses.append,
            on_change=self._on_change,
            on_end=self.ends.append,
        )

    def _on_change(self, document: Document) -> None:
        name = document.path.name
        self.documents[name] = document
        self.states.setdefault(name, []).append(document.state)


def documents(folder: Path, *names: str) -> list[Document]:
    """Return documents to sign."""
    return [Document(path=path, size=path.stat().st_size) for path in files(folder, *names)]


def test_all_are_signed_with_one_secret(tmp_path: Path, tasks: FakeTasks) -> None:
    """Each document is signed with the same secret, which is wiped at the end; all is noted."""
    signing, secret = FakeSigning(), Secret.of_text("верный пароль")
    it = Run(signing, tasks, attached=True, encoding=Encoding.BASE64)
    it.run.start(documents(tmp_path, "a.docx", "b.docx"), secret)
    assert it.ends == [RunEnd(2, 0)]
    assert it.states["b.docx"] == [State.WAITING, State.SIGNING, State.SIGNING, State.SIGNED]
    assert set(secret.buffer) <= {0}
    assert all(request.attached for request in signing.requests)
    assert {request.encoding for request in signing.requests} == {Encoding.BASE64}
    assert [row[:1] + row[2:3] for row in it.journal.rows] == [(Action.SIGN, "done")] * 2


def test_wrong_password_is_tried_once(tmp_path: Path, tasks: FakeTasks) -> None:
    """A wrong password ends the run at the first document; the others are as before."""
    signing, secret = FakeSigning(), Secret.of_text("не тот")
    it = Run(signing, tasks)
    it.run.start(documents(tmp_path, "a.docx", "b.docx", "c.docx"), secret)
    assert len(signing.requests) == 1
    assert it.ends[0].error.code is ErrorCode.PASSWORD_WRONG
    assert {document.state for document in it.documents.values()} == {State.ADDED}
    assert set(secret.buffer) <= {0}


def test_trouble_with_one_file_stops_no_other(tmp_path: Path, tasks: FakeTasks) -> None:
    """A file that cannot be signed keeps its error; the rest is signed."""
    signing = FakeSigning(errors={"a.pdf": ErrorCode.PDF_ENCRYPTED})
    it = Run(signing, tasks)
    it.run.start(documents(tmp_path, "a.pdf", "b.docx"), Secret.of_text("верный пароль"))
    assert it.documents["a.pdf"].error.code is ErrorCode.PDF_ENCRYPTED
    assert it.documents["b.docx"].state is State.SIGNED
    assert it.ends == [RunEnd(1, 1)]


def test_full_disk_ends_the_run(tmp_path: Path, tasks: FakeTasks) -> None:
    """What will fail for the next file too is told once."""
    signing = FakeSigning(errors={"a.pdf": ErrorCode.DISK_FULL})
    it = Run(signing, tasks)
    it.run.start(documents(tmp_path, "a.pdf", "b.docx"), Secret.of_text("верный пароль"))
    assert len(signing.requests) == 1
    assert it.ends[0].error.code is ErrorCode.DISK_FULL


def test_cancel_hides_no_signature_that_was_made(tmp_path: Path, tasks: FakeTasks) -> None:
    """Called off when the file was there already: it is shown as signed, noted, not signed twice."""
    signing = CalledOff()
    it = Run(signing, tasks)
    tasks.hold = True
    it.run.start(documents(tmp_path, "a.docx", "b.docx"), Secret.of_text("верный пароль"))
    signing.call_off = it.run.cancel
    tasks.waiting.pop(0).go()
    assert it.ends[0].error.code is ErrorCode.CANCELLED
    assert it.documents["a.docx"].state is State.SIGNED
    assert it.documents["b.docx"].state is State.ADDED
    assert [row[:1] + row[2:3] for row in it.journal.rows] == [(Action.SIGN, "done")]
    assert len(signing.requests) == 1


def test_cancel_between_two_words_of_the_thread(tmp_path: Path, tasks: FakeTasks) -> None:
    """Called off after the thread has told of the file, and before its answer is taken."""
    it = Run(FakeSigning(), tasks)
    tasks.hold = True
    tasks.post = lambda call: (call(), it.run.cancel())
    it.run.start(documents(tmp_path, "a.docx", "b.docx"), Secret.of_text("верный пароль"))
    tasks.waiting.pop(0).go()
    assert it.ends == [RunEnd(1, 0, it.ends[0].error)]
    assert it.documents["a.docx"].state is State.SIGNED
    assert it.documents["b.docx"].state is State.ADDED


def test_cancel_keeps_what_is_signed(tmp_path: Path, tasks: FakeTasks) -> None:
    """Calling off ends the run at once, quietly, and wipes the secret."""
    tasks.hold = True
    secret = Secret.of_text("верный пароль")
    it = Run(FakeSigning(), tasks)
    it.run.start(documents(tmp_path, "a.docx", "b.docx"), secret)
    tasks.waiting.pop(0).go()
    it.run.cancel()
    assert it.documents["a.docx"].state is State.SIGNED
    assert it.documents["b.docx"].state is State.ADDED
    assert it.ends[0].error.code is ErrorCode.CANCELLED
    assert set(secret.buffer) <= {0}


def on_token() -> Container:
    """Return a key on the token."""
    return container(uri="pkcs11:serial=2ad0cafe", place=KeyPlaceKind.TOKEN, token=TOKEN)


@pytest.mark.parametrize(
    "code", ["token_removed", "token_not_found", "module_crashed", "module_silent", "token_busy"]
)
def test_run_stands_still_without_its_token(tmp_path: Path, tasks: FakeTasks, code: str) -> None:
    """Lost in the middle: the PIN is wiped, what is signed stays, the run goes on at that file."""
    signing = PulledOut("b.docx", RoscherkError(ErrorCode(code)))
    it = Run(signing, tasks, on_token())
    first, second = Secret.of_text("Leto-1987"), Secret.of_text("Leto-1987")
    it.run.start(documents(tmp_path, "a.docx", "b.docx", "c.docx"), first)
    assert set(first.buffer) <= {0}
    assert it.ends == []
    assert it.documents["a.docx"].state is State.SIGNED
    assert {it.documents[name].state for name in ("b.docx", "c.docx")} == {State.WAITING}
    assert [each.others for each in it.pauses] == [(), (replace(TOKEN, serial="0badf00d"),), ()]
    assert [each.there for each in it.pauses] == [False, False, True]
    assert (it.pauses[-1].signed, it.pauses[-1].left) == (1, 2)
    assert it.pauses[-1].document.path.name == "b.docx"
    assert it.pauses[-1].container.token == replace(TOKEN, slot=3)
    it.run.resume(second)
    assert it.ends == [RunEnd(3, 0)]
    names = [request.source.name for request in signing.requests]
    assert names == ["a.docx", "b.docx", "b.docx", "c.docx"]
    assert set(second.buffer) <= {0}


def test_interrupted_while_it_stands_still(tmp_path: Path, tasks: FakeTasks) -> None:
    """«Прервать» keeps what is signed; the rest is as it was."""
    signing = PulledOut("b.docx", RoscherkError(ErrorCode.TOKEN_REMOVED))
    it = Run(signing, tasks, on_token())
    it.run.start(documents(tmp_path, "a.docx", "b.docx"), Secret.of_text("Leto-1987"))
    it.run.cancel()
    assert it.ends[0].error.code is ErrorCode.CANCELLED
    assert it.ends[0].signed == 1
    assert it.documents["a.docx"].state is State.SIGNED
    assert it.documents["b.docx"].state is State.ADDED


def test_interrupted_while_it_waits(tmp_path: Path, tasks: FakeTasks) -> None:
    """The same while the token is not there yet."""
    signing = PulledOut("a.docx", RoscherkError(ErrorCode.TOKEN_REMOVED))
    it = Run(signing, tasks, on_token())
    tasks.hold = True
    it.run.start(documents(tmp_path, "a.docx", "b.docx"), Secret.of_text("Leto-1987"))
    tasks.waiting.pop(0).go()
    assert it.pauses
    it.run.cancel()
    assert it.ends[0].error.code is ErrorCode.CANCELLED
    assert {document.state for document in it.documents.values()} == {State.ADDED}


def test_key_that_wants_each_pin(tmp_path: Path, tasks: FakeTasks) -> None:
    """CKA_ALWAYS_AUTHENTICATE: nothing is missing but the PIN, and it is no failure of the file."""
    error = RoscherkError(ErrorCode.PIN_NEEDED, reason="each_signature")
    it = Run(PulledOut("b.docx", error), tasks, on_token())
    it.run.start(documents(tmp_path, "a.docx", "b.docx"), Secret.of_text("Leto-1987"))
    (pause,) = it.pauses
    assert pause.there
    assert pause.each_signature
    it.run.resume(Secret.of_text("Leto-1987"))
    assert it.ends == [RunEnd(2, 0)]
    assert [row[2] for row in it.journal.rows] == ["done", "done"]


def test_wrong_pin_after_the_token_came_back(tmp_path: Path, tasks: FakeTasks) -> None:
    """A refused secret stops the batch; nothing is tried again."""
    signing = PulledOut("b.docx", RoscherkError(ErrorCode.TOKEN_REMOVED))
    it = Run(signing, tasks, on_token())
    it.run.start(documents(tmp_path, "a.docx", "b.docx"), Secret.of_text("Leto-1987"))
    it.run.resume(Secret.of_text("Leto-1986"))
    assert len(it.ends) == 1
    assert it.ends[0].error is not None
    assert len(signing.requests) == 3


def test_key_in_a_file_waits_for_nothing(tmp_path: Path, tasks: FakeTasks) -> None:
    """Only a token can come back: any other key ends the run as before."""
    signing = PulledOut("a.docx", RoscherkError(ErrorCode.TOKEN_NOT_FOUND))
    signing.password = "верный пароль"
    it = Run(signing, tasks)
    it.run.start(documents(tmp_path, "a.docx"), Secret.of_text("верный пароль"))
    assert it.pauses == []
    assert it.ends[0].error.code is ErrorCode.TOKEN_NOT_FOUND
