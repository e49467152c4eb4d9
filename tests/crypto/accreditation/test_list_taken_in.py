"""The list of accredited authorities taken in through a real worker: what is kept, what is refused."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.accreditation import asking
from app.crypto.accreditation.door import INDEX, Accreditation, age_told
from app.crypto.accreditation.model import Status
from app.crypto.certificates.fields import describe
from app.errors import ErrorCode, RoscherkError

GOST = KeyAlgorithm.GOST_256
PKI = pki_of(GOST)
SIGNER = signer_of(GOST)
PRINT = describe(SIGNER.certificate).sha256
CENTER = Center(certificates=[PKI.ca])


def written(tmp_path: Path, data: bytes, name: str = "list.xml") -> Path:
    """Write a file."""
    path = tmp_path / name
    path.write_bytes(data)
    return path


def good(tmp_path: Path, **order: str) -> Path:
    """Write a list of ours."""
    return written(tmp_path, signed(list_of([CENTER], **order), SIGNER))  # type: ignore[arg-type]


def refusal(register: Accreditation, path: Path, consent: str | None = PRINT) -> RoscherkError:
    """Return why a list is refused."""
    with pytest.raises(RoscherkError) as caught:
        register.take_in(path, trust_signer=consent)
    assert caught.value.facts.get("path") == str(path)
    return caught.value


def test_first_list_needs_consent_to_its_signer(register: Accreditation, tmp_path: Path):
    """Nobody knows the signer: the fingerprint is shown, and agreed to by naming it, once."""
    path = good(tmp_path)
    error = refusal(register, path, consent=None)
    assert error.code is ErrorCode.ACCREDITED_LIST_SIGNER_UNKNOWN
    assert error.facts["sha256"] == PRINT
    assert refusal(register, path, "00" * 32).code is ErrorCode.ACCREDITED_LIST_SIGNER_UNKNOWN
    assert register.current() is None
    kept = register.take_in(path, trust_signer=PRINT.upper()).kept
    assert (kept.version, kept.pinned_by, kept.authorities) == (100, "user", 1)
    assert kept.date == datetime(2026, 5, 20, 7, tzinfo=UTC)
    assert register.take_in(good(tmp_path, version="101")).kept.version == 101
    assert [one.sha256 for one in register.users_signers()] == [PRINT]


def test_all_fields_are_kept(register: Accreditation, tmp_path: Path, folder: Path):
    """Names, numbers, history, class and tools; the present status once; every key."""
    history = (
        ("Действует", "2015-03-10"),
        ("Прекращена", "2020-06-30"),
        ("Действует", "2021-04-01"),
    )
    center = Center(name="АО «УЦ» & Ко", certificates=[PKI.ca, PKI.root], history=history)
    other = Center(name="Второй", certificates=[pki_of(KeyAlgorithm.GOST_512).ca])
    path = written(tmp_path, signed(list_of([center, other], encoding="windows-1251"), SIGNER))
    register.take_in(path, trust_signer=PRINT)
    index = asking.load(folder / INDEX).index
    first = index.authorities[0]
    assert (first.name, first.inn, first.ogrn) == ("АО «УЦ» & Ко", "7707083893", "1027700132195")
    assert (first.register_number, first.complexes[0].tool_class) == ("77", "КС3")
    assert [status.text for status in first.statuses] == [text for text, _ in history]
    assert first.statuses[0] == Status(text="Действует", since=datetime(2015, 3, 9, 21, tzinfo=UTC))
    assert len(index.listed) == len(index.certificates) == 3


@pytest.mark.parametrize("version", ["99", "0"])
def test_version_never_goes_down(register: Accreditation, tmp_path: Path, version: str):
    """An older list is refused and the newer one stays."""
    register.take_in(good(tmp_path), trust_signer=PRINT)
    error = refusal(register, good(tmp_path, version=version))
    assert error.code is ErrorCode.ACCREDITED_LIST_OLDER
    assert (error.facts["version"], error.facts["current"]) == (int(version), 100)
    older = good(tmp_path, date="2026-05-19T10:00:00")
    assert refusal(register, older).code is ErrorCode.ACCREDITED_LIST_OLDER
    assert register.current() is not None


def test_undo_and_again(register: Accreditation, tmp_path: Path, folder: Path):
    """The list before comes back, with its file; undoing the undoing brings the newer one."""
    with pytest.raises(RoscherkError) as caught:
        register.undo()
    assert caught.value.code is ErrorCode.ACCREDITED_LIST_MISSING
    first = good(tmp_path)
    old = first.read_bytes()
    register.take_in(first, trust_signer=PRINT)
    register.take_in(good(tmp_path, version="200"))
    assert register.undo().version == 100
    assert register.list_files()[0].read_bytes() == old
    assert asking.load(folder / INDEX).head.version == 100
    assert register.undo().version == 200
    assert register.previous().version == 100  # type: ignore[union-attr]


def test_entries_that_lie_are_passed_over(register: Accreditation, tmp_path: Path):
    """A wrong fingerprint, no certificate, no date of a status: told, and no reason to stop."""
    wrong = Center(name="Отпечаток", certificates=[PKI.ca, PKI.root], fingerprints={0: "00" * 20})
    broken = Center(name="Не сертификат", certificates=[b"none", PKI.root])
    undated = Center(name="Без даты", certificates=[PKI.ca], history=[("Действует", "вчера")])
    path = written(tmp_path, signed(list_of([wrong, broken, undated, CENTER]), SIGNER))
    taken = register.take_in(path, trust_signer=PRINT)
    told = [(one.facts["name"], one.facts["reason"]) for one in taken.notices]
    assert told == [
        ("Отпечаток", "fingerprint"), ("Не сертификат", "certificate"), ("Без даты", "status"),
    ]  # fmt: skip
    assert (taken.kept.authorities, taken.kept.certificates, taken.kept.skipped) == (3, 3, 3)


HEAD = '<?xml version="1.0" encoding="utf-8"?>'
BOMB = HEAD + '<!DOCTYPE l [<!ENTITY a "' + "x" * 1000 + '">' + "".join(
    f'<!ENTITY b{n} "{"&a;" * 100}">' for n in range(9)
) + "]><l>&b8;</l>"  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ErrorCode.FILE_EMPTY),
        (b"{}", ErrorCode.ACCREDITED_LIST_DAMAGED),
        (f"{HEAD}<Другое/>".encode(), ErrorCode.ACCREDITED_LIST_DAMAGED),
        (list_of([]), ErrorCode.ACCREDITED_LIST_DAMAGED),
        (signed(list_of([]), SIGNER), ErrorCode.ACCREDITED_LIST_DAMAGED),
        (list_of([CENTER], version="-1"), ErrorCode.ACCREDITED_LIST_DAMAGED),
        (list_of([CENTER], version="1</Версия><Версия>2"), ErrorCode.ACCREDITED_LIST_DAMAGED),
        (list_of([CENTER], date="завтра"), ErrorCode.ACCREDITED_LIST_DAMAGED),
        (list_of([CENTER])[:-200], ErrorCode.ACCREDITED_LIST_DAMAGED),
        (list_of([CENTER]), ErrorCode.ACCREDITED_LIST_SIGNATURE),
        (signed(list_of([CENTER]), SIGNER).replace(b"0132195", b"0132196"), ErrorCode.ACCREDITED_LIST_SIGNATURE),
        (signed(list_of([CENTER], date="2023-12-31T00:00:00"), SIGNER), ErrorCode.ACCREDITED_LIST_SIGNATURE),
        (BOMB.encode(), ErrorCode.XML_UNSAFE),
        (f'{HEAD}<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>'.encode(), ErrorCode.XML_UNSAFE),
        (HEAD.encode() + b"<a>" * 300 + b"</a>" * 300, ErrorCode.ACCREDITED_LIST_DAMAGED),
        ("<АккредитованныеУдостоверяющиеЦентры>".encode() + b"<a>" * 300, ErrorCode.FORMAT_TOO_COMPLEX),
    ],
)  # fmt: skip
def test_hostile_lists(register: Accreditation, tmp_path: Path, data: bytes, code: ErrorCode):
    """Bombs, lies, pieces, no authorities, no signature or a wrong one: the list in use stays."""
    register.take_in(good(tmp_path, version="5"), trust_signer=PRINT)
    assert refusal(register, written(tmp_path, data, "hostile.xml")).code is code
    kept = register.current()
    assert kept is not None
    assert kept.version == 5
    assert register.previous() is None


def test_a_list_signed_by_another_replaces_nothing(register: Accreditation, tmp_path: Path):
    """Consent to one signer is no consent to the next."""
    register.take_in(good(tmp_path), trust_signer=PRINT)
    other = signed(list_of([CENTER], version="200"), signer_of(GOST, 2))
    code = refusal(register, written(tmp_path, other), consent=None).code
    assert code is ErrorCode.ACCREDITED_LIST_SIGNER_UNKNOWN


def test_an_index_changed_by_another_hand(register: Accreditation, tmp_path: Path, folder: Path):
    """It is told, and a new list mends it."""
    register.take_in(good(tmp_path), trust_signer=PRINT)
    (folder / INDEX).write_bytes(b"\xc1")
    for ask in (register.current, lambda: asking.load(folder / INDEX)):
        with pytest.raises(RoscherkError) as caught:
            ask()
        assert caught.value.code is ErrorCode.ACCREDITED_LIST_DAMAGED
    assert register.take_in(good(tmp_path)).kept.version == 100


def test_age_is_told_after_thirty_days(register: Accreditation, tmp_path: Path):
    """RU-16."""
    kept = register.take_in(good(tmp_path), trust_signer=PRINT).kept
    assert age_told(kept, datetime(2026, 6, 19, 7, tzinfo=UTC)) is None
    assert age_told(kept, datetime(2026, 6, 20, 8, tzinfo=UTC)) == 31
