"""What came in: signatures of the document, of another, spoilt, doubled, of strangers, receipts."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from routes_lab import Lab, came, named, spoiled
from signing_lab import refused
from stand_ins.signers_made import inn_of, snils_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms.checking import check_cms
from app.crypto.cms.reading import open_cms, read_content
from app.crypto.model import SigningAct
from app.crypto.routes.model import Came, DocumentState, Match, Progress
from app.crypto.verdict.report import Indication
from app.errors import ErrorCode

PETR = f"Пробный Пётр Петрович, {inn_of(1)}, {snils_of(1)}"
ANNA = f"Пробная Анна Ивановна, {inn_of(2)}"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Return a document with an ordinary name."""
    path = tmp_path / "Акт сверки № 5 (итог).docx"
    path.write_bytes("Акт сверки\n".encode() * 500)
    return path


def test_signatures_of_two_are_gathered_into_one_file(lab: Lab, document: Path):
    """Names of files do not matter, nor the order; the joined file holds both, the original is as it was."""
    before = document.read_bytes()
    route = lab.begin(document, PETR, ANNA)
    petr, anna = lab.signer("Пробный Пётр Петрович", 1), lab.signer("Пробная Анна Ивановна", 2)
    second = lab.sign(document, anna, "от Анны.bin")
    taken = lab.take(second)
    assert came(taken) == [Came.TAKEN]
    route = lab.routes.get(route.key)
    assert named(route.left) == ["Пробный Пётр Петрович"]
    assert not route.complete
    lab.take(lab.sign(document, petr, "подпись.sig"))
    second.unlink()  # the folder of downloads was tidied
    route = lab.routes.get(route.key)
    assert route.complete
    assert [each.match for each in route.signed] == [Match.NUMBER] * 2
    with lab.routes.gathered(route) as (joined,):
        assert joined.name == "Акт сверки № 5 (итог).docx.sig"
        signed = open_cms(joined)
        facts = check_cms(signed, read_content(document, signed.needed_digests))
    assert [each.signature_verifies and each.digest_matches for each in facts] == [True, True]
    assert not joined.exists()
    assert document.read_bytes() == before


def test_a_folder_and_an_archive_are_sorted(lab: Lab, document: Path, tmp_path: Path):
    """Signatures of this document are found among all the rest, which is told apart in words."""
    route = lab.begin(document, PETR, ANNA)
    other = tmp_path / "Другой.docx"
    other.write_bytes(b"other")
    foreign = lab.sign(other, lab.signer("Пробный Пётр Петрович", 1), "чужая.sig")
    lab.sign(document, lab.signer("Пробная Анна Ивановна", 2), "от Анны.sig")
    (lab.inbox / "копия акта.docx").write_bytes(document.read_bytes())
    (lab.inbox / "письмо.txt").write_text("Добрый день!", "utf-8")
    broken = lab.inbox / "обрыв.sig"
    broken.write_bytes(foreign.read_bytes()[:100])
    packed = tmp_path / "почта.zip"
    petr = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "s.sig")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(petr, "вложение/подпись Петра.sig")
    petr.unlink()
    taken = lab.take(lab.inbox, packed)
    told = {each.shown.name: each.came for each in taken.arrivals}
    assert told == {
        "чужая.sig": Came.FOREIGN,
        "от Анны.sig": Came.TAKEN,
        "копия акта.docx": Came.DOCUMENT,
        "письмо.txt": Came.UNSIGNED,
        "обрыв.sig": Came.UNREADABLE,
        "подпись Петра.sig": Came.TAKEN,
    }
    assert lab.routes.get(route.key).complete


def test_spoilt_and_doubled_ones_are_not_taken(lab: Lab, document: Path):
    """The very signature again, one more of the same person, one with a changed octet."""
    route = lab.begin(document, PETR)
    key = lab.signer("Пробный Пётр Петрович", 1)
    first = lab.sign(document, key, "первая.sig")
    assert came(lab.take(spoiled(first))) == [Came.SPOILT]
    assert not lab.routes.get(route.key).kept
    assert came(lab.take(first)) == [Came.TAKEN]
    assert came(lab.take(first)) == [Came.KNOWN]
    again = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "вторая.sig")
    assert came(lab.take(again)) == [Came.SECOND]
    assert len(lab.routes.get(route.key).kept) == 1


def test_a_sound_signature_beside_a_spoilt_one_is_taken_out(lab: Lab, document: Path):
    """A file with two signers is of use in part: what is sound is kept, what is not is told."""
    route = lab.begin(document, PETR, ANNA)
    first = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "первая.sig")
    beside = document.with_name(f"{document.name}.sig")
    beside.write_bytes(first.read_bytes())
    anna = lab.signer("Пробная Анна Ивановна", 2)
    both = lab.act(beside, anna, SigningAct.CO_SIGN, "обе.sig", content=document)
    told = lab.take(spoiled(both))
    assert sorted(came(told)) == [Came.SPOILT, Came.TAKEN]
    route = lab.routes.get(route.key)
    assert len(route.signed) == 1
    with lab.routes.gathered(route) as (only,):
        assert len(open_cms(only).signers) == 1
    # The file as it should have been brings only what is lacking.
    assert sorted(came(lab.take(both))) == [Came.KNOWN, Came.TAKEN]
    with lab.routes.gathered(lab.routes.get(route.key)) as (joined,):
        assert len(open_cms(joined).signers) == 2


def test_a_name_alone_waits_for_a_person(lab: Lab, document: Path):
    """«Похоже»: nothing is settled, and nothing goes into the package, before somebody says so."""
    route = lab.begin(document, PETR)
    taken = lab.take(lab.sign(document, lab.signer("ПРОБНЫЙ ПЕТР ПЕТРОВИЧ", None), "п.sig"))
    assert came(taken) == [Came.LIKELY]
    route = lab.routes.get(route.key)
    (person,) = route.people
    assert route.progress(person.key) is Progress.LIKELY
    with pytest.raises(Exception, match="route_nothing_signed"), lab.routes.gathered(route):
        pass
    route = lab.routes.settle(route.key, taken.arrivals[0].identity, person.key)
    assert route.progress(person.key) is Progress.SIGNED
    assert route.signed[0].match is Match.CONFIRMED


def test_a_stranger_is_kept_aside(lab: Lab, document: Path):
    """He may be put among the awaited, or left out with his file."""
    route = lab.begin(document, PETR)
    taken = lab.take(lab.sign(document, lab.signer("Чужой Иван Ильич", 9), "ч.sig"))
    assert came(taken) == [Came.STRANGER]
    identity = taken.arrivals[0].identity
    welcome = lab.routes.welcome(route.key, identity)
    assert named(welcome.people) == ["Пробный Пётр Петрович", "Чужой Иван Ильич"]
    assert welcome.people[1].inn == inn_of(9)
    gone = lab.routes.dismiss(route.key, identity)
    assert not gone.kept
    assert not lab.routes.kept(route, welcome.kept[0].name).exists()


def test_an_open_verdict_counts_as_unsure_until_it_passes(lab: Lab, document: Path):
    """Without revocation data the signature is kept; the same file later brings the better verdict."""
    lists = [(each, each.read_bytes()) for each in (lab.folder / "trust" / "crls").iterdir()]
    for path, _ in lists:
        path.unlink()
    route = lab.begin(document, PETR)
    file = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "п.sig")
    assert came(lab.take(file)) == [Came.UNSURE]
    route = lab.routes.get(route.key)
    assert route.progress(route.people[0].key) is Progress.UNSURE
    assert not route.complete
    for path, data in lists:
        path.write_bytes(data)
    assert came(lab.take(file)) == [Came.KNOWN]
    assert lab.routes.get(route.key).complete


def test_an_open_receipt_becomes_better_likewise(lab: Lab, document: Path):
    """A receipt that came without revocation data passes when the same file comes with them."""
    route = lab.begin(document, PETR)
    first = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "п.sig")
    lab.take(first)
    partner = lab.signer("Контрагент Олег Ильич", 7)
    options = {"countersigned": 1, "content": document}
    receipt = lab.act(first, partner, SigningAct.COUNTER_SIGN, "квитанция.sig", **options)
    lists = [(each, each.read_bytes()) for each in (lab.folder / "trust" / "crls").iterdir()]
    for path, _ in lists:
        path.unlink()
    lab.take(receipt)
    (open_one,) = lab.routes.get(route.key).receipts
    assert open_one.verdict is Indication.INDETERMINATE
    lab.take(receipt)
    assert lab.routes.get(route.key).receipts == (open_one,)
    for path, data in lists:
        path.write_bytes(data)
    taken = lab.take(receipt)
    assert came(taken) == [Came.KNOWN, Came.KNOWN]
    (better,) = lab.routes.get(route.key).receipts
    assert better == replace(open_one, verdict=Indication.TOTAL_PASSED)


def test_the_document_inside_the_signature(lab: Lab, document: Path):
    """An attached signature is recognised by what is inside, and kept without it."""
    route = lab.begin(document, PETR, ANNA)
    inside = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "в.sig", attached=True)
    beside = lab.sign(
        document, lab.signer("Пробная Анна Ивановна", 2, algorithm=KeyAlgorithm.GOST_256), "о.sig"
    )
    assert came(lab.take(inside, beside)) == [Came.TAKEN, Came.TAKEN]
    with lab.routes.gathered(lab.routes.get(route.key)) as (joined,):
        read = open_cms(joined)
        assert read.content is None
        assert len(read.signers) == 2


def test_a_receipt_comes_back(lab: Lab, document: Path):
    """A counter-signature over a signature that is there says that somebody has got it."""
    route = lab.begin(document, PETR)
    first = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "п.sig")
    lab.take(first)
    partner = lab.signer("Контрагент Олег Ильич", 7)
    receipt = lab.act(
        first,
        partner,
        SigningAct.COUNTER_SIGN,
        "квитанция.sig",
        countersigned=1,
        content=document,
    )
    taken = lab.take(receipt)
    assert came(taken) == [Came.KNOWN, Came.RECEIPT]
    (kept,) = lab.routes.get(route.key).receipts
    assert (kept.by.name, kept.verdict) == ("Контрагент Олег Ильич", Indication.TOTAL_PASSED)
    assert kept.of == lab.routes.get(route.key).signed[0].identity
    assert came(lab.take(receipt)) == [Came.KNOWN]
    with lab.routes.gathered(lab.routes.get(route.key)) as files:
        assert [each.name for each in files] == [f"{document.name}.sig", "квитанция.sig"]


def test_a_document_that_was_changed_meanwhile(lab: Lab, document: Path, tmp_path: Path):
    """The signature is of what was sent out: it is told, and taken when the document is back."""
    whole = document.read_bytes()
    route = lab.begin(document, PETR)
    file = lab.sign(document, lab.signer("Пробный Пётр Петрович", 1), "п.sig")
    document.write_bytes(whole + b"!")
    assert lab.routes.document_state(route) is DocumentState.CHANGED
    assert came(lab.take(file)) == [Came.STALE]
    error = refused(lambda: lab.routes.move(route.key, document))
    assert error.code is ErrorCode.ROUTE_DOCUMENT_CHANGED
    copy = tmp_path / "копия из почты.docx"
    copy.write_bytes(whole)
    lab.routes.move(route.key, copy)
    assert came(lab.take(file)) == [Came.TAKEN]
    copy.unlink()
    assert lab.routes.document_state(lab.routes.get(route.key)) is DocumentState.MISSING


def test_files_find_their_own_route(lab: Lab, document: Path, tmp_path: Path):
    """Whatever route is looked at: a signature goes to the document that it is over."""
    other = tmp_path / "Другой.docx"
    other.write_bytes(b"other")
    one, two = lab.begin(document, PETR), lab.begin(other, PETR)
    key = lab.signer("Пробный Пётр Петрович", 1)
    taken = lab.take(
        lab.sign(document, key, "1.sig"), lab.sign(other, key, "2.sig"), chosen=two.key
    )
    assert set(taken.routes) == {one.key, two.key}
    assert {each.shown.name: each.route for each in taken.arrivals} == {
        "1.sig": one.key,
        "2.sig": two.key,
    }


def test_many_signers_in_one_drop(lab: Lab, document: Path):
    """A folder of everybody's signatures, in one go; a hundred take the same way, and longer."""
    count = 30
    route = lab.begin(document, *(f"Пробный Номер{n}, {inn_of(n)}" for n in range(count)))
    key = lab.signer("Пробный Номер0", 0)
    for n in range(count):
        lab.sign(document, lab.again(key, f"Пробный Номер{n}", n), f"{n}.sig")
    lab.take(lab.inbox)
    route = lab.routes.get(route.key)
    assert route.complete
    with lab.routes.gathered(route) as (joined,):
        assert len(open_cms(joined).signers) == count
