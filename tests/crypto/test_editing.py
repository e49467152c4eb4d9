"""The door of editing: documents taken out and put in, signers removed, joined, parted."""

import base64
import hashlib
import itertools
import random
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from editing_lab import (
    FOUR,
    co_sign,
    counter_sign,
    door,
    objection,
    party,
    read,
    sign,
    sound,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signing_lab import QUICK, TEXT, WHEN, others, refused
from stand_ins import openssl

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import editing, splicing
from app.crypto.cms.levels import oids
from app.crypto.cms.locating import identity
from app.crypto.cms.reading import open_cms
from app.crypto.cms.structure import Form
from app.crypto.editing.door import Editing
from app.crypto.editing.model import Convert, Edited, Extract, Merge, Remove, Split
from app.crypto.model import Encoding
from app.crypto.saving import temporary_path
from app.errors import ErrorCode, RoscherkError

SECOND = KeyAlgorithm.GOST_256


def roots() -> list[bytes]:
    """Return all roots that our parties have."""
    return [party(each).root for each in FOUR]


@pytest.fixture
def three(source: Path) -> Path:
    """Return a detached file of three signers, the first of them countersigned."""
    path = co_sign(co_sign(sign(source, QUICK), SECOND), KeyAlgorithm.RSA)
    return counter_sign(path, KeyAlgorithm.GOST_512, 1)


def signers(*paths: Path) -> set[bytes]:
    """Return the signers of files without their unsigned attributes."""
    return {identity(one) for path in paths for one in open_cms(path).layout.signers}


@pytest.mark.parametrize("form", ["der", "lines", "pem", "ber"])
@pytest.mark.parametrize("size", [1, 5_000, 300_000])
def test_extract(tmp_path: Path, form: str, size: int):
    """The document comes out to the octet, whatever form the file has."""
    document = tmp_path / "акт.docx"
    document.write_bytes(random.Random(size).randbytes(size))
    path = tmp_path / "акт.docx.sig"
    if form == "ber":
        openssl.demand()
        stranger = openssl.Signer.make(tmp_path, "rsa")
        stranger.sign(document, path, "-nodetach", "-stream")
    else:
        sign(document, QUICK, attached=True)
        der = path.read_bytes()
        text = base64.encodebytes(der)
        pem = b"-----BEGIN PKCS7-----\n" + text + b"-----END PKCS7-----\n"
        path.write_bytes({"der": der, "lines": text + b"\n \n", "pem": pem}[form])
    before = hashlib.sha256(path.read_bytes()).digest()
    (beside,) = door().extract(Extract(source=path)).targets
    assert beside == tmp_path / "акт (1).docx"
    assert beside.read_bytes() == document.read_bytes()
    assert hashlib.sha256(path.read_bytes()).digest() == before
    document.unlink()
    assert door().extract(Extract(source=path)).targets == (document,)


def test_extract_refuses(source: Path, tmp_path: Path):
    """A detached file, a changed document, no signature file at all, a name that is taken."""
    path = sign(source, QUICK)
    assert refused(lambda: door().extract(Extract(source=path))).code is ErrorCode.CONTENT_ABSENT
    error = refused(lambda: door().extract(Extract(source=source)))
    assert error.code is ErrorCode.FORMAT_UNKNOWN
    inside = sign(source, QUICK, attached=True)
    changed = inside.read_bytes().replace(TEXT, TEXT[:-2] + b"!\n")
    inside.write_bytes(changed)
    error = refused(lambda: door().extract(Extract(source=inside)))
    assert (error.code, error.facts["number"]) == (ErrorCode.CONTENT_DIFFERS, 1)
    target = tmp_path / "taken"
    target.write_bytes(b"mine")
    error = refused(lambda: door().extract(Extract(source=inside, output=target)))
    assert error.code is ErrorCode.TARGET_EXISTS
    assert others(source.parent, source, path, inside, target) == []


@pytest.mark.parametrize("encoding", [None, Encoding.DER, Encoding.BASE64])
@pytest.mark.parametrize("count", [1, 3, 5])
def test_there_and_back(source: Path, count: int, encoding: Encoding | None):
    """Into the file and out of it again: the same signatures, the same document."""
    path = sign(source, QUICK)
    for number in range(1, count):
        path = co_sign(path, FOUR[number % 4])
    before = open_cms(path).layout
    answer = door().convert(Convert(source=path, attached=True, encoding=encoding))
    (full,) = answer.targets
    assert (answer.attached, answer.signers, answer.document) == (True, count, source)
    assert open_cms(full).form is (Form.BASE64 if encoding is Encoding.BASE64 else Form.BINARY)
    assert sound(full) == [True] * count
    if encoding is not Encoding.BASE64:
        assert objection(full, None, roots()) == ""
    (out,) = door().extract(Extract(source=full)).targets
    assert out.read_bytes() == TEXT
    (thin,) = door().convert(Convert(source=full, attached=False)).targets
    assert open_cms(thin).form is open_cms(full).form
    after = open_cms(thin).layout
    assert (after.signers, after.certificates) == (before.signers, before.certificates)
    if encoding is not Encoding.BASE64:
        assert thin.read_bytes() == path.read_bytes()


def test_convert_refuses(source: Path, tmp_path: Path, three: Path):
    """What is so already; a document that is not found; one that is not every signer's."""
    inside = sign(source, QUICK, attached=True, output=tmp_path / "inside.sig")
    error = refused(lambda: door().convert(Convert(source=inside, attached=True)))
    assert error.code is ErrorCode.CONTENT_INSIDE
    error = refused(lambda: door().convert(Convert(source=three, attached=False)))
    assert error.code is ErrorCode.CONTENT_ABSENT
    inside.unlink()
    wrong = tmp_path / "wrong"
    wrong.write_bytes(TEXT + b" ")
    error = refused(lambda: door().convert(Convert(source=three, attached=True, content=wrong)))
    assert error.code is ErrorCode.CONTENT_DIFFERS
    mixed = _mixed(source, tmp_path)
    error = refused(lambda: door().convert(Convert(source=mixed, attached=True, content=source)))
    assert error.code is ErrorCode.CONTENT_DIFFERS
    source.unlink()
    error = refused(lambda: door().convert(Convert(source=three, attached=True)))
    assert error.code in {ErrorCode.CONTENT_NOT_FOUND, ErrorCode.CONTENT_DIFFERS}


def _mixed(source: Path, tmp_path: Path) -> Path:
    """Return a file whose two signers signed different documents."""
    other = tmp_path / "other.docx"
    other.write_bytes(b"other")
    first, head = splicing.take_apart(sign(source, QUICK).read_bytes())
    second, _ = splicing.take_apart(sign(other, SECOND).read_bytes())
    both = splicing.with_certificates(first, second.certificates)
    both = splicing.with_signers(both, (*first.signers, *second.signers))
    path = tmp_path / "mixed.sig"
    path.write_bytes(splicing.put_together(both, head))
    return path


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_remove(source: Path, three: Path, number: int):
    """One signature goes, with what stands on it and the certificates that only it needs."""
    _, before = read(three, source)
    below = {one.index for one in before if one.parent == number} | {number}
    answer = door().remove(Remove(source=three, number=number + 1))
    (left,) = answer.targets
    found, after = read(left, source)
    assert sound(left, source) == [True] * (4 - len(below))
    assert {f.signer.sha256 for f in after} == {
        f.signer.sha256 for f in before if f.index not in below
    }
    gone = {f.signer.der for f in before if f.index in below}
    assert not gone & set(found.certificates)
    assert answer.certificates_removed == 2 * len(below)
    assert objection(left, source, roots()) == ""
    digests_used = {one.digest_algorithm.oid for one in found.signers}
    assert {one.oid for one in found.digest_algorithms} == digests_used


def test_remove_refuses(source: Path, three: Path):
    """Not the last one, and none that is not there."""
    error = refused(lambda: door().remove(Remove(source=three, number=9)))
    assert (error.code, error.facts["last"]) == (ErrorCode.SIGNATURE_NUMBER_UNKNOWN, 4)
    only = sign(source, QUICK)
    error = refused(lambda: door().remove(Remove(source=only, number=1)))
    assert (error.code, error.facts["path"]) == (ErrorCode.SIGNATURE_LAST, str(only))


def test_certificates_that_others_need_stay(source: Path):
    """One authority for both: it stays, and so does all that an archive time-stamp is over."""
    path = co_sign(co_sign(sign(source, QUICK), SECOND), QUICK)
    (left,) = door().remove(Remove(source=path, number=1)).targets
    pki = party(QUICK)
    assert {pki.leaf, pki.ca} <= set(open_cms(left).certificates)
    parts, _ = splicing.take_apart(path.read_bytes())
    index = next(i for i, one in enumerate(open_cms(path).signers) if one.digest_name != "sha256")
    stamped = splicing.with_unsigned_attribute(
        parts.signers[index], oids.ARCHIVE_TIME_STAMP_V3, b"\x05\x00"
    )
    others_gone = editing.removed(
        splicing.with_signers(parts, (parts.signers[index - 1], stamped)), 0
    )
    assert others_gone.certificates_held
    assert others_gone.parts.certificates == parts.certificates


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_merge_in_any_order(tmp_path: Path, order: tuple[int, ...]):
    """Three `.sig` of one document, in any order, one of them twice: three signers."""
    document = tmp_path / "a.docx"
    document.write_bytes(TEXT)
    files = [sign(document, each) for each in (QUICK, SECOND, KeyAlgorithm.RSA)]
    chosen = [files[each] for each in order]
    answer = door().merge(Merge(sources=(*chosen, files[0])))
    (both,) = answer.targets
    assert (answer.signers, answer.duplicates) == (3, 1)
    assert signers(both) == signers(*files)
    assert set(open_cms(both).layout.signers) == {
        one for path in files for one in open_cms(path).layout.signers
    }
    assert sound(both, document) == [True] * 3
    assert objection(both, document, roots()) == ""


def test_merge_takes_the_richer_form(source: Path):
    """A signature that was countersigned meanwhile is the same signature, with more to it."""
    plain = sign(source, QUICK)
    richer = counter_sign(plain, SECOND, 1)
    for pair in ((plain, richer), (richer, plain)):
        answer = door().merge(Merge(sources=pair))
        assert (answer.signers, answer.duplicates) == (1, 1)
        assert sound(answer.targets[0], source) == [True, True]


def test_merge_refuses(source: Path, tmp_path: Path):
    """Signatures of other documents, attached ones, ones that nothing compares."""
    other = tmp_path / "other.docx"
    other.write_bytes(TEXT + b"!")
    ours, same, another = sign(source, QUICK), sign(other, QUICK), sign(other, SECOND)
    error = refused(lambda: door().merge(Merge(sources=(ours, same))))
    assert (error.code, error.facts["path"]) == (ErrorCode.SIGNATURE_OF_ANOTHER, str(same))
    error = refused(lambda: door().merge(Merge(sources=(ours, another))))
    assert error.code is ErrorCode.SIGNATURE_OF_ANOTHER
    inside = sign(source, SECOND, attached=True)
    error = refused(lambda: door().merge(Merge(sources=(ours, inside))))
    assert error.code is ErrorCode.CONTENT_INSIDE
    inside.unlink()
    source.unlink()
    error = refused(lambda: door().merge(Merge(sources=(ours, another))))
    assert error.code in {ErrorCode.CONTENT_NOT_FOUND, ErrorCode.SIGNATURE_OF_ANOTHER}
    other.unlink()
    error = refused(lambda: door().merge(Merge(sources=(ours, another))))
    assert error.code is ErrorCode.CONTENT_NOT_FOUND
    content = tmp_path / "named"
    content.write_bytes(TEXT)
    error = refused(lambda: door().merge(Merge(sources=(ours, another), content=content)))
    assert (error.code, error.facts["path"]) == (ErrorCode.SIGNATURE_OF_ANOTHER, str(another))


def test_split_and_merge(source: Path, three: Path):
    """A file for each signer; put together again they are what they were."""
    answer = door().split(Split(source=three))
    assert len(answer.targets) == 3
    for path in answer.targets:
        found, facts = read(path, source)
        assert len(found.signers) == 1
        assert all(f.signature_verifies and f.digest_matches for f in facts)
        assert objection(path, source, roots()) == ""
        wanted = 2 * len(facts)
        assert len(found.certificates) == wanted
    (again,) = door().merge(Merge(sources=answer.targets)).targets
    before, after = open_cms(three).layout, open_cms(again).layout
    assert (set(after.signers), set(after.certificates)) == (
        set(before.signers),
        set(before.certificates),
    )


def test_split_attached_to_a_folder(source: Path, tmp_path: Path):
    """Every file holds the document; all of them lie in the folder that was named."""
    path = co_sign(sign(source, QUICK, attached=True), SECOND)
    folder = tmp_path / "parts"
    folder.mkdir()
    answer = door().split(Split(source=path, folder=folder, encoding=Encoding.BASE64))
    assert {each.parent for each in answer.targets} == {folder}
    for each in answer.targets:
        assert sound(each) == [True]


def test_split_is_whole_or_undone(
    source: Path, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the last file cannot be made, the others go too."""
    before = others(source.parent)
    parts = editing.split

    def last_fails(whole: splicing.Parts) -> tuple[splicing.Parts, ...]:
        first, *rest = parts(whole)
        return (first, replace(rest[0], signers=(b"\x30\x00",)))

    monkeypatch.setattr(editing, "split", last_fails)
    assert refused(lambda: door().split(Split(source=three))).code is ErrorCode.SELF_CHECK_FAILED
    assert others(source.parent) == before


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["co", "counter", "remove", "convert", "merge", "split"]),
                  st.integers(0, 5), st.sampled_from(FOUR)),
        min_size=1, max_size=6,
    ),
    attached=st.booleans(),
)  # fmt: skip
def test_any_order_of_acts(
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[str, int, KeyAlgorithm]],
    attached: bool,
):
    """Whatever is done in whatever order: every signature that is there verifies, to the octet."""
    folder = tmp_path_factory.mktemp("acts")
    document = folder / "a.docx"
    document.write_bytes(TEXT)
    path = sign(document, QUICK, attached=attached)
    for step, (act, number, algorithm) in enumerate(acts):
        before = signers(path)
        path = _act(path, act, number, algorithm, WHEN + timedelta(seconds=step + 1))
        found, _ = read(path, None if open_cms(path).content else document)
        inside = found.content is not None
        assert all(sound(path, None if inside else document))
        shared = before & signers(path)
        assert shared
        if act in {"co", "counter", "convert", "merge"}:
            assert shared == before


def _act(path: Path, act: str, number: int, algorithm: KeyAlgorithm, when: datetime) -> Path:
    """Do one thing, if it can be done, to a file: each at its own second, as people do."""
    found, facts = read(path)
    number %= len(facts)
    inside = found.content is not None
    if act == "co":
        return co_sign(path, algorithm, signing_time=when)
    if act == "counter":
        depths = {f.index: 0 for f in facts}
        for f in facts:
            depths[f.index] = 0 if f.parent is None else depths[f.parent] + 1
        if depths[number] == 5:
            return path
        return counter_sign(path, algorithm, number + 1, signing_time=when)
    done: Edited | None = None
    if act == "convert":
        done = door().convert(Convert(source=path, attached=not inside))
    elif act == "remove" and (facts[number].parent is not None or len(found.signers) > 1):
        done = door().remove(Remove(source=path, number=number + 1))
    elif act == "merge" and not inside:
        done = door().merge(Merge(sources=(path, path)))
    elif act == "split":
        done = door().split(Split(source=path))
    return path if done is None else done.targets[-1]


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_memory_does_not_grow_with_the_content(tmp_path: Path):
    """An eighth of a gigabyte goes in, gets a signer, and comes out in a few megabytes of memory."""
    document = tmp_path / "large.bin"
    with document.open("wb") as file:
        file.truncate(128 << 20)
    root = Path(__file__).resolve().parents[2]
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        f"sys.path[:0] = [{str(root / 'tests')!r}, {str(root / 'tests/crypto')!r}]\n"
        "from editing_lab import *\n"
        "from app.crypto.editing.model import *\n"
        "small = Path(sys.argv[1]).with_name('small'); small.write_bytes(b'x')\n"
        "co_sign(sign(small, FOUR[1], attached=True), FOUR[0])\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "path = sign(Path(sys.argv[1]), FOUR[1], attached=True)\n"
        "path = co_sign(path, FOUR[0])\n"
        "thin = door().convert(Convert(source=path, attached=False)).targets[0]\n"
        "door().extract(Extract(source=path))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(document)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 40 << 10  # kilobytes


def test_nothing_is_left_when_the_worker_dies(source: Path):
    """The door sweeps what a killed worker leaves."""
    path = sign(source, QUICK, attached=True)

    class Dying:
        """Workers that die with half a file written."""

        def run(self, _: object, request: Remove, **__: object) -> Edited:
            """Write and die."""
            temporary_path(path.parent, request.job, 1).write_bytes(b"half")
            raise RoscherkError(ErrorCode.CHILD_CRASHED)

    error = refused(lambda: Editing(Dying()).remove(Remove(source=path, number=1)))  # type: ignore[arg-type]
    assert error.code is ErrorCode.CHILD_CRASHED
    assert others(source.parent, source, path) == []
