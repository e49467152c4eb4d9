"""Files made to be counted as somebody's signature, or to spoil a route."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7
from routes_lab import Lab, came
from signing_lab import refused
from stand_ins.pki import Issuer, PkiKey
from stand_ins.signers_made import inn_of, name_of

from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.cms import editing, splicing, writing
from app.crypto.cms.splicing import Parts
from app.crypto.editing.earlier import read_earlier
from app.crypto.model import SigningAct
from app.crypto.routes.model import Came, Progress
from app.errors import ErrorCode
from app.texts.route_words import arrival_lines, summary
from app.texts.verdicts import Tone

PETR = f"Пробный Пётр Петрович, {inn_of(1)}"
ANNA = f"Пробная Анна Ивановна, {inn_of(2)}"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Return a document with an ordinary name."""
    path = tmp_path / "Акт сверки.docx"
    path.write_bytes("Акт сверки\n".encode() * 50)
    return path


def written(parts: Parts, target: Path) -> Path:
    """Put a file with signatures together."""
    head = writing.content_head(None, parts.content_type)
    before, behind = splicing.frame(parts, len(head))
    target.write_bytes(before + head + behind)
    return target


def parts_of(path: Path) -> Parts:
    """Take a file with signatures apart."""
    return read_earlier(path, None, None, search=False).parts


def self_made(lab: Lab, key: PkiKey, full: str, number: int) -> bytes:
    """Make a certificate with the number of another, in the name of the authority, as anybody can."""
    serial = x509.load_der_x509_certificate(key.container.certificate).serial_number
    forger = Issuer(EphemeralKey.generate(lab.pki.algorithm), lab.pki.ca_issuer.name)
    return forger.issue(key.key.public, subject=name_of(full, number), serial=serial)


def plain_signature(lab: Lab, document: Path, key: PkiKey, name: str) -> Path:
    """Sign without the attribute that names the certificate, as CAdES forbids and CMS does not."""
    options = pkcs7.PKCS7Options
    private = key.key._private._private  # type: ignore[attr-defined]
    certificate = x509.load_der_x509_certificate(key.container.certificate)
    made = pkcs7.PKCS7SignatureBuilder().set_data(document.read_bytes())
    made = made.add_signer(certificate, private, hashes.SHA256())
    target = lab.inbox / name
    target.write_bytes(
        made.sign(
            serialization.Encoding.DER,
            [options.DetachedSignature, options.Binary, options.NoCapabilities],
        )
    )
    return target


def test_one_signature_under_two_certificates(lab: Lab, document: Path):
    """First under a self-made one with the number of another, then under one's own: never his."""
    route = lab.begin(document, PETR)
    key = lab.signer("Чужой Иван Ильич", 9)
    own = plain_signature(lab, document, key, "своя.sig")
    false = self_made(lab, key, "Пробный Пётр Петрович", 1)
    forged = written(replace(parts_of(own), certificates=(false,)), lab.inbox / "чужая.sig")
    assert came(lab.take(forged)) == [Came.LIKELY]
    route = lab.routes.get(route.key)
    assert route.progress(route.people[0].key) is Progress.LIKELY
    # Even if somebody was taken in by the first.
    lab.routes.settle(route.key, route.signed[0].identity, route.people[0].key)
    assert summary(lab.routes.get(route.key))[1] is Tone.UNSURE
    assert came(lab.take(own)) == [Came.STRANGER]
    route = lab.routes.get(route.key)
    assert route.progress(route.people[0].key) is Progress.AWAITED
    assert [each.by.name for each in route.signed] == ["Чужой Иван Ильич"]


def test_a_signature_of_another_document_in_the_same_file(lab: Lab, document: Path, tmp_path: Path):
    """It is left out, so that it does not hinder the package."""
    route = lab.begin(document, PETR, ANNA)
    other = tmp_path / "другой.docx"
    other.write_bytes(b"other")
    one = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "а.sig")
    two = lab.sign(other, lab.signer("Чужой Иван Ильич", 9), "б.sig")
    both = written(editing.merged([parts_of(one), parts_of(two)]), lab.inbox / "обе.sig")
    assert sorted(came(lab.take(both))) == [Came.FOREIGN, Came.TAKEN]
    lab.take(lab.sign(document, lab.signer("Пробная Анна Ивановна", 2), "в.sig"))
    with lab.routes.gathered(lab.routes.get(route.key)) as (joined,):
        assert len(parts_of(joined).signers) == 2


@pytest.mark.parametrize("attached", [False, True])
def test_a_stranger_in_the_same_file(lab: Lab, document: Path, *, attached: bool):
    """He does not come into the package with somebody else, neither undecided nor left out."""
    route = lab.begin(document, PETR)
    one = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "а.sig", attached=attached)
    content = None if attached else document
    stranger = lab.signer("Чужой Иван Ильич", 9)
    both = lab.act(one, stranger, SigningAct.CO_SIGN, "обе.sig", content=content)
    assert sorted(came(lab.take(both))) == [Came.STRANGER, Came.TAKEN]
    route = lab.routes.get(route.key)
    for _ in range(2):
        with lab.routes.gathered(route) as (only,):
            assert len(parts_of(only).signers) == 1
        (left,) = route.undecided or (None,)
        if left is not None:
            route = lab.routes.dismiss(route.key, left.identity)
    assert [each.by.name for each in route.signed] == ["Пробный Пётр Петрович"]
    assert len(route.kept) == 1


def test_a_receipt_that_anybody_could_have_made(lab: Lab, document: Path):
    """It is told as open; one over a signature of another document is none at all."""
    lab.begin(document, PETR)
    first = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "п.sig")
    partner = lab.signer("Контрагент Олег Ильич", 7)
    options = {"countersigned": 1, "content": document}
    receipt = lab.act(first, partner, SigningAct.COUNTER_SIGN, "к.sig", **options)
    parts = parts_of(receipt)
    known = tuple(each for each in parts.certificates if each != partner.container.certificate)
    bare = written(replace(parts, certificates=known), lab.inbox / "без.sig")
    taken = lab.take(bare)
    assert Came.RECEIPT in came(taken)
    told = [each.tone for each in arrival_lines(taken.arrivals)]
    assert told == [Tone.UNSURE, Tone.GOOD]


def test_a_receipt_under_the_name_of_a_document(lab: Lab, document: Path):
    """In the package it is a signature, whatever it was called, and is verified as one."""
    route = lab.begin(document, PETR)
    first = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "п.sig")
    options = {"countersigned": 1, "content": document}
    partner = lab.signer("Контрагент Олег Ильич", 7)
    lab.take(lab.act(first, partner, SigningAct.COUNTER_SIGN, "Протокол.pdf", **options))
    lab.take(first)
    again = lab.signer("Контрагент Яна Ильинична", 8)
    lab.take(lab.act(first, again, SigningAct.COUNTER_SIGN, "Договор.pdf", **options))
    with lab.routes.gathered(lab.routes.get(route.key)) as files:
        assert [each.name for each in files] == [f"{document.name}.sig", "Договор.pdf.sig"]


def test_a_file_that_changes_between_two_looks(
    lab: Lab, document: Path, monkeypatch: pytest.MonkeyPatch
):
    """The verdict on one file is not noted for another that took its place."""
    route = lab.begin(document, PETR)
    good = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "а.sig")
    other = lab.sign(document, lab.signer("Чужой Иван Ильич", 9), "б.sig").read_bytes()
    verify = lab.verifying.verify_requests

    def then_changed(*args: Any, **options: Any) -> Any:
        found = verify(*args, **options)
        good.write_bytes(other)
        return found

    monkeypatch.setattr(lab.verifying, "verify_requests", then_changed)
    taken = lab.take(good)
    assert came(taken) == [Came.UNREADABLE]
    assert taken.arrivals[0].notices[0].code == ErrorCode.FILE_CHANGED
    assert not lab.routes.get(route.key).signed


def test_a_very_long_name(lab: Lab, document: Path):
    """What strangers write into certificates does not make the note of a route unreadable."""
    route = lab.begin(document, PETR)
    lab.take(lab.sign(document, lab.signer("Чужой " + "Я" * 100_000, 9), "д.sig"))
    assert (lab.folder / "маршруты" / route.key / "route.json").stat().st_size < 8192
    note = "ю" * (5 << 20)
    error = refused(lambda: lab.routes.change(route.key, note=note))
    assert error.code is ErrorCode.FORMAT_TOO_COMPLEX
    assert lab.routes.get(route.key).signed


@pytest.mark.parametrize(
    ("field", "value"),
    [('"origin": "', "../../x"), ('"origin": "', "/x"), ('"origin": "', "..")],
)
def test_a_note_that_points_elsewhere(lab: Lab, document: Path, field: str, value: str):
    """A route that was written by somebody else names files of its own folder only."""
    route = lab.begin(document, PETR)
    lab.take(lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "п.sig"))
    note = lab.folder / "маршруты" / route.key / "route.json"
    text = note.read_text("utf-8")
    assert f'{field}п.sig"' in text
    note.write_text(text.replace(f'{field}п.sig"', f'{field}{value}"'), "utf-8")
    assert refused(lambda: lab.routes.get(route.key)).code is ErrorCode.ROUTE_DAMAGED
