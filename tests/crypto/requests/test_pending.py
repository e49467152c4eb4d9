"""Requests that wait: remembered whole, made anew where spoilt, closed by their certificate."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.requests import building, reading
from app.crypto.requests.model import Applicant, ApplicantKind, RequestContent, RequestFacts
from app.crypto.requests.pending import PendingRequests
from app.errors import ErrorCode, RoscherkError
from app.tokens.key_print import key_print
from app.tokens.model import Container, KeyPlaceKind

Facts = Callable[[KeyAlgorithm], RequestFacts]


def show(path: Path) -> RequestFacts:
    """Describe a request, as the worker does."""
    return reading.describe(reading.unwrap(path.read_bytes()))


@pytest.fixture
def pending(tmp_path: Path) -> PendingRequests:
    """Return the pending requests of a new profile."""
    return PendingRequests(tmp_path / "requests", show)


@pytest.fixture
def facts() -> Facts:
    """Return a maker of requests, each with a new key."""
    return lambda algorithm: _made(EphemeralKey.generate(algorithm))


def _made(key: EphemeralKey) -> RequestFacts:
    place = KeyPlaceKind.STORE
    container = Container(
        uri="container:К", place=place, label="К", algorithm=key.algorithm, public_key=key.public
    )
    applicant = Applicant(
        kind=ApplicantKind.PERSON,
        surname="Иванова",
        given_name="Анна Петровна",
        inn="500100732259",
        snils="11223344595",
    )
    info = building.build_info(RequestContent(applicant=applicant), container)
    return reading.describe(building.build_request(info, key.algorithm, key.sign(info)))


def test_remembered_and_closed(pending: PendingRequests, facts: Facts, tmp_path: Path) -> None:
    """An entry is there until its key has a certificate; a repeated request takes its place."""
    assert pending.entries() == ()
    one, two = facts(KeyAlgorithm.GOST_256), facts(KeyAlgorithm.ECDSA_P256)
    first = pending.remember(one, tmp_path / "1.csr", "container:Один")
    pending.remember(two, tmp_path / "2.csr", "container:Два")
    again = pending.remember(one, tmp_path / "3.csr", "container:Один")
    assert first.key == again.key == key_print(one.public_key)
    assert {each.file for each in pending.entries()} == {
        str(tmp_path / "2.csr"),
        str(tmp_path / "3.csr"),
    }
    assert pending.of_key(first.key) == again
    assert pending.close(first.key) == again
    assert pending.close(first.key) is None
    assert [each.uri for each in pending.entries()] == ["container:Два"]


@pytest.mark.parametrize("spoil", ["gone", "cut", "foreign", "nested"])
def test_spoilt_note_is_made_anew(
    pending: PendingRequests, facts: Facts, tmp_path: Path, spoil: str
) -> None:
    """The request itself tells key and applicant; its file and its key are no longer known."""
    entry = pending.remember(facts(KeyAlgorithm.RSA), tmp_path / "r.csr", "container:К")
    note = tmp_path / "requests" / f"{entry.key}.json"
    if spoil == "gone":
        note.unlink()
    else:
        text = {"cut": note.read_bytes()[:20], "foreign": b"[1]", "nested": b"[" * 100_000}
        note.write_bytes(text[spoil])
    (found,) = pending.entries()
    assert found == replace(entry, file="", uri="", made=found.made)
    assert note.is_file()
    assert pending.entries() == (found,)
    assert pending.forget(found.name) == found


def test_spoilt_request_hides_no_other(
    pending: PendingRequests, facts: Facts, tmp_path: Path
) -> None:
    """What is spoilt beyond reading, or stands under a foreign name, is passed over."""
    folder = tmp_path / "requests"
    good = pending.remember(facts(KeyAlgorithm.ECDSA_P256), tmp_path / "r.csr", "container:К")
    (folder / "aa.csr").write_bytes(b"nothing")
    (folder / f"{'0' * 64}.csr").write_bytes((folder / f"{good.key}.csr").read_bytes())
    (folder / "folder.csr").mkdir()
    assert pending.entries() == (good,)


def test_forgetting_wants_one(pending: PendingRequests, facts: Facts, tmp_path: Path) -> None:
    """A name that fits none, or two requests saved to one path, forget nothing."""
    for algorithm in (KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256):
        pending.remember(facts(algorithm), tmp_path / "r.csr", "container:К")
    for name in ("", "../r", str(tmp_path / "r.csr")):
        with pytest.raises(RoscherkError) as caught:
            pending.forget(name)
        assert caught.value.code is ErrorCode.REQUEST_NOT_PENDING
    assert len(pending.entries()) == 2


def test_nothing_readable_by_others(pending: PendingRequests, facts: Facts, tmp_path: Path) -> None:
    """Names and numbers of people are for the owner of the profile alone."""
    pending.remember(facts(KeyAlgorithm.RSA), tmp_path / "r.csr", "container:К")
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "requests").iterdir()}
    assert modes == {0}
