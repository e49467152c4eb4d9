"""Signing several documents with one entry of the secret."""

from pathlib import Path

from fakes import FakeJournal, FakeSigning, FakeTasks, container, files

from app.crypto.model import Encoding
from app.errors import ErrorCode
from app.journal import Action
from app.tokens.pin import Secret
from app.ui.files import Document, State
from app.ui.notes import Notes
from app.ui.signing_run import RunEnd, SigningRun, SignOptions


class Run:
    """One run over stand-ins, and what it told."""

    def __init__(self, signing: FakeSigning, tasks: FakeTasks, **options: object) -> None:
        self.journal = FakeJournal()
        self.states: dict[str, list[State]] = {}
        self.documents: dict[str, Document] = {}
        self.ends: list[RunEnd] = []
        self.run = SigningRun(
            signing,
            tasks,
            Notes(self.journal, FakeTasks()),
            container(),
            SignOptions(**options),
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
