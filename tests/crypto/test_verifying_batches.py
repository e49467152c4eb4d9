"""Many small files at once: in batches, in their order, and nobody suffers for another."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_ins import openssl
from stand_ins.pki import NOW
from stand_ins.signed_pdf import NoProgress

from app.crypto import methods
from app.crypto.model import TrustMaterial, VerifyManyAnswer, VerifyManyRequest, VerifyRequest
from app.crypto.verdict.report import Indication
from app.crypto.verifying import batches as cutting
from app.crypto.verifying import tasks as verifying_tasks
from app.crypto.verifying.batches import batches
from app.crypto.verifying.door import TRUST_ROLE, Verifying, VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.processes import wire
from app.processes.method import Method

Trouble = Callable[[VerifyRequest], None]


class Workers:
    """A pool without processes. ``trouble`` may raise at any file, and then the task ends so."""

    def __init__(self, trouble: Trouble = lambda _request: None) -> None:
        self._trouble = trouble
        self.asked: list[int] = []

    def run(self, method: Method[Any, Any], request: Any, **_: Any) -> Any:
        """Run the handler; request and answer go through the wire."""
        sent = wire.decode(wire.encode(request), method.request)
        many = isinstance(sent, VerifyManyRequest)
        files: Sequence[VerifyRequest] = sent.requests if many else (sent,)
        self.asked.append(len(files))
        for each in files:
            self._trouble(each)
        handler: Any = verifying_tasks.verify_many if many else verifying_tasks.verify
        return wire.decode(wire.encode(handler(sent, NoProgress())), method.answer)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Return small files that are no signatures, each of its own content."""
    folder = tmp_path / "Входящие"
    folder.mkdir()
    made = [folder / f"Файл {number:02}.sig" for number in range(20)]
    for number, path in enumerate(made):
        path.write_bytes(b"%d" % number * 9)
    return made


def _requests(paths: Iterable[Path]) -> list[VerifyRequest]:
    return [VerifyRequest(path=path, at=NOW) for path in paths]


def door(workers: Any) -> Verifying:
    """Return the door of verifying over these workers."""
    return Verifying(workers, TrustMaterial)


@pytest.mark.parametrize("jobs", [1, 2])
def test_batches_keep_the_order(files: list[Path], jobs: int) -> None:
    """What comes back is what was asked for, in its order, by fewer questions than files."""
    workers = Workers()
    checked = door(workers).verify(files, VerifyOptions(at=NOW), jobs=jobs)
    assert [each.facts.path for each in checked.verifications] == files
    assert {each.verdict for each in checked.report.files} == {Indication.NO_SIGNATURE}
    assert sum(workers.asked) == len(files)
    assert len(workers.asked) < len(files) / 1.5


def test_same_facts_as_alone(files: list[Path]) -> None:
    """A batch changes nothing about any file."""
    together = door(Workers()).verify(files, VerifyOptions(at=NOW))
    alone = [door(Workers()).verify([each], VerifyOptions(at=NOW)) for each in files]
    assert [each.facts for each in together.verifications] == [
        each.verifications[0].facts for each in alone
    ]


def test_one_that_kills_its_worker(files: list[Path]) -> None:
    """The file that crashes its worker is told so; those beside it are judged as ever."""
    bad = files[7]

    def crash(request: VerifyRequest) -> None:
        if request.path == bad:
            raise RoscherkError(ErrorCode.CHILD_CRASHED)

    checked = door(Workers(crash)).verify(files, VerifyOptions(at=NOW))
    codes = {
        each.facts.path: [one.code for one in each.facts.errors] for each in checked.verifications
    }
    assert codes.pop(bad) == [ErrorCode.CHILD_CRASHED]
    assert all(each == [ErrorCode.FORMAT_UNKNOWN] for each in codes.values())
    assert [each.facts.path for each in checked.verifications] == files


@pytest.mark.parametrize(
    "error",
    [
        RoscherkError(ErrorCode.CANCELLED),
        RoscherkError(ErrorCode.FILE_NOT_FOUND, role=TRUST_ROLE),
    ],
)
def test_errors_of_the_check_itself(files: list[Path], error: RoscherkError) -> None:
    """Work that is called off, or trust that cannot be read, is not tried again file by file."""

    def fail(_: VerifyRequest) -> None:
        raise error

    workers = Workers(fail)
    with pytest.raises(RoscherkError) as caught:
        door(workers).verify(files)
    assert caught.value.code is error.code
    assert len(workers.asked) == 1


def test_an_answer_about_other_files(files: list[Path]) -> None:
    """A worker that answers about other files than those asked for is not believed."""

    class Liar(Workers):
        def run(self, method: Method[Any, Any], request: Any, **options: Any) -> Any:
            answer = super().run(method, request, **options)
            if method is methods.VERIFY_MANY:
                return VerifyManyAnswer(verifications=answer.verifications[::-1])
            return answer

    checked = door(Liar()).verify(files, VerifyOptions(at=NOW))
    assert [each.facts.path for each in checked.verifications] == files


def test_large_and_unusual_files_stand_alone(files: list[Path], tmp_path: Path) -> None:
    """A large signature, a large document, a PDF, a folder, a missing file: each by itself."""
    large = files[3]
    large.write_bytes(b"x" * (cutting._SMALL_SIGNATURE + 1))
    with files[9].with_suffix("").open("wb") as document:
        document.truncate(cutting._SMALL_DOCUMENT + 1)
    others = [tmp_path / "a.pdf", tmp_path, tmp_path / "нет.sig"]
    others[0].write_bytes(b"%PDF-1.7")
    cut = [tuple(one.path for one in each) for each in batches(_requests([*files, *others]), 1)]
    alone = {each[0] for each in cut if len(each) == 1}
    assert alone >= {large, files[9], *others}
    assert [path for each in cut for path in each] == [*files, *others]


@given(small=st.lists(st.booleans(), max_size=80), jobs=st.integers(0, 9))
def test_any_cut(small: list[bool], jobs: int) -> None:
    """Nothing is lost, doubled or moved, and no batch is too long."""
    with pytest.MonkeyPatch.context() as patch:
        known = {Path(str(number)): each for number, each in enumerate(small)}
        patch.setattr(cutting, "_small", lambda request: known[request.path])
        cut = [tuple(one.path for one in each) for each in batches(_requests(known), jobs)]
    assert [path for each in cut for path in each] == [*known]
    assert all(0 < len(each) <= cutting.MOST for each in cut)
    assert all(len(each) == 1 or all(known[path] for path in each) for each in cut)


def test_signatures_pass_in_a_batch(tmp_path: Path) -> None:
    """Real signatures of one signer pass together, and a spoilt one among them fails alone."""
    openssl.demand()
    signer = openssl.Signer.make(tmp_path, "gost256")
    folder = tmp_path / "files"
    folder.mkdir()
    signatures = []
    for number in range(10):
        document = folder / f"{number}.txt"
        document.write_text(f"Документ {number}", "utf-8")
        signatures.append(signer.sign(document, folder / f"{number}.txt.sig"))
    (folder / "4.txt").write_text("Другой документ", "utf-8")
    workers = Workers()
    options = VerifyOptions(anchors=(signer.certificate,))
    checked = door(workers).verify(signatures, options)
    assert max(workers.asked) > 1
    verdicts = [each.verdict for each in checked.report.files]
    assert verdicts.pop(4) is Indication.TOTAL_FAILED
    assert set(verdicts) == {Indication.TOTAL_PASSED}
