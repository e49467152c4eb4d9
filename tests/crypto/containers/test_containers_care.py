"""Keys tested, copied, renamed, deleted, stopped and examined."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from containers_lab import EC, NOW, RUTOKEN, Lab, issue, word
from stand_ins.cryptopro_folder import make
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.containers.doctor import reminder
from app.crypto.containers.model import (
    ContainerTest,
    Finding,
    RepairKind,
    SigningWay,
    Tone,
    WayKind,
)
from app.crypto.model import SignRequest
from app.crypto.signing.door import Signing
from app.crypto.trust.folders import StoreName
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.profile.copies import make_own
from app.profile.files import ProfileFiles
from app.texts.compromise import application
from app.tokens.container_names import file_of
from app.tokens.model import Container, ContainerState
from app.tokens.pin import Secret

PKI = pki_of(EC)


def refusal(work: Callable[..., object], *arguments: object, **options: object) -> RoscherkError:
    """Return the error that a call ends with."""
    with pytest.raises(RoscherkError) as caught:
        work(*arguments, **options)
    return caught.value


def nobody(_: Container) -> Secret | None:
    """Be asked for no PIN."""
    raise AssertionError


def codes(report: ContainerTest) -> dict[str, Tone]:
    """Return what a report says."""
    return {line.notice.code: line.tone for line in report.lines}


def test_report_of_a_sound_key(lab: Lab) -> None:
    """Signed, verified, compared, in term; the chain ends at a root that the user trusts."""
    made = lab.store.create("Ключ", EC, word())
    made = lab.store.install_certificate(made, issue(made.public_key), [PKI.ca])
    told = codes(lab.door.testing.test(made, word()))
    assert told["issuer_not_found"] is told["test_revocation_unknown"] is Tone.WARN
    lab.stores.add(StoreName.ANCHORS, PKI.root)
    for each in PKI.crls:
        lab.stores.add(StoreName.CRLS, each)
    report = lab.door.testing.test(made, word())
    assert codes(report) == dict.fromkeys(
        (
            "test_signs",
            "test_same_key",
            "test_certificate_in_force",
            "test_chain_trusted",
            "test_not_revoked",
        ),
        Tone.OK,
    )
    assert report.tone is Tone.OK


@pytest.mark.parametrize(
    ("changes", "line", "tone"),
    [
        ({"days": 20}, "test_certificate_ends", Tone.WARN),
        ({"days": -2, "age": 9}, "test_certificate_over", Tone.BAD),
        ({"age": -2, "days": 9}, "test_certificate_early", Tone.BAD),
        ({"certificate": False}, "test_no_certificate", Tone.WARN),
    ],
)
def test_report_of_what_is_not_in_order(
    lab: Lab, changes: dict[str, int], line: str, tone: Tone
) -> None:
    """Each line has its own tone, and the gravest is that of the whole."""
    report = lab.door.testing.test(lab.key(**changes), word())
    assert codes(report)[line] is tone
    assert report.tone is tone


def test_key_that_signs_wrongly_is_a_bad_line(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong signature is a finding; a wrong password is an error, and one attempt."""
    made = lab.key()

    def spoilt(*_: object) -> None:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED)

    assert refusal(lab.door.testing.test, made, word("no")).code is ErrorCode.PASSWORD_WRONG
    monkeypatch.setattr(lab.keyring, "test", spoilt)
    report = lab.door.testing.test(made, word())
    assert codes(report)["test_signs_wrongly"] is Tone.BAD


def test_copy_and_rename_keep_the_key(lab: Lab) -> None:
    """Both open with the password; no name is taken from another; odd names are refused."""
    made = lab.key()
    copy = lab.door.moving.copy(made, "Копия")
    renamed = lab.door.moving.rename(made, "Новое имя")
    assert {each.label for each in lab.store.containers()} == {"Копия", "Новое имя"}
    for each in (copy, renamed):
        assert lab.door.testing.test(each, word()).tone is not Tone.BAD
    moving = lab.door.moving
    assert refusal(moving.copy, copy, "Новое имя").code is ErrorCode.CONTAINER_EXISTS
    assert refusal(moving.rename, copy, "Новое имя").code is ErrorCode.CONTAINER_EXISTS
    assert refusal(moving.rename, made, "Ещё").code is ErrorCode.CONTAINER_NOT_FOUND
    assert refusal(moving.rename, copy, "a\nb").code is ErrorCode.CONTAINER_NAME_INVALID
    assert moving.rename(copy, "Копия").uri == copy.uri


def test_rename_without_hard_links(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a flash drive too no name is taken from another."""
    made, _ = lab.key("а"), lab.key("б")

    def no_links(*_: object) -> None:
        raise OSError(1, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    assert refusal(lab.door.moving.rename, made, "б").code is ErrorCode.CONTAINER_EXISTS
    lab.door.moving.rename(made, "в")
    assert {each.label for each in lab.store.containers()} == {"б", "в"}


def test_what_will_be_lost_is_told(lab: Lab) -> None:
    """The only key: all that goes with it. A key that is elsewhere too: where."""
    made = lab.key()
    losses = lab.door.moving.losses(made)
    assert losses.objects == ("container_file",)
    assert losses.confirmation == "Ключ"
    told = [each.code for each in losses.notices]
    assert told == ["lost_for_good", "lost_reissue", "lost_decryption", "lost_export_first"]
    copy = lab.door.moving.copy(made, "Копия")
    losses = lab.door.moving.losses(made)
    assert (losses.key_elsewhere, losses.notices) == ((copy.uri,), ())


def test_certificates_that_lose_their_key_are_counted(lab: Lab) -> None:
    """Two certificates of one key on a token are not two keys."""
    key = PKI.leaf_key.public
    first = lab.tokens.put(key, issue(key), label="а")
    lab.tokens.put(key, issue(key, age=50), label="б")
    losses = lab.door.moving.losses(first)
    assert losses.objects == ("certificate", "public_key", "private_key")
    assert losses.key_elsewhere == ()
    assert "lost_other_certificates" in [each.code for each in losses.notices]


@pytest.mark.parametrize("typed", ["", "ключ", "Ключ2", "Ключ\u202e"])
def test_nothing_is_deleted_unless_its_name_was_typed(lab: Lab, typed: str) -> None:
    """Letter by letter; blanks around do not matter."""
    made = lab.key()
    error = refusal(lab.door.moving.delete, made, typed, None)
    assert error.code is ErrorCode.CONFIRMATION_DIFFERS
    assert lab.store.containers() == (made,)
    assert lab.door.moving.delete(made, " Ключ ", None) == ("container_file",)
    assert lab.store.containers() == ()


def test_deleted_key_is_really_gone(lab: Lab) -> None:
    """Also what a killed program left of it while it wrote, and the copies of the whole profile."""
    made = lab.key()
    file = file_of(lab.places.containers, "Ключ")
    data = file.read_bytes()
    for name in (f".{file.name}.abcdefgh", f".{file.name}.12345678"):
        (file.parent / name).write_bytes(data)
    other = lab.key("Ключ 2")
    copy = make_own(ProfileFiles(lab.places), 1)
    assert data[:200] in copy.read_bytes()
    told = {each.code: each.facts for each in lab.door.moving.losses(made).notices}
    assert told["lost_profile_copies"] == {"count": 1}
    lab.door.moving.delete(made, "Ключ", None)
    assert [path.name for path in file.parent.iterdir()] == ["Ключ 2.container"]
    assert lab.store.containers() == (other,)
    written = [path for path in lab.places.data.rglob("*") if path.is_file()]
    assert all(data[:200] not in path.read_bytes() for path in written)


def test_what_is_not_ours_is_not_deleted(lab: Lab, tmp_path: Path) -> None:
    """Containers of CSP and key files: refused, with what to do; not a byte is touched."""
    made = make(tmp_path / "a.000", "1", issue=pki_of(KeyAlgorithm.GOST_256).issue)
    (folder,) = lab.keyring.listing(f"cryptopro:{made.folder}").containers
    for work in (
        lambda: lab.door.moving.losses(folder),
        lambda: lab.door.moving.delete(folder, folder.label, None),
        lambda: lab.door.moving.copy(folder, "x"),
        lambda: lab.door.moving.rename(folder, "x"),
    ):
        assert refusal(work).code is ErrorCode.CONTAINER_OF_CSP
    source = lab.key()
    lab.keyring.export_pfx(source, tmp_path / "k.pfx", word(), word("x"))
    (pfx,) = lab.keyring.listing(f"pfx:{tmp_path / 'k.pfx'}", word("x")).containers
    assert refusal(lab.door.moving.losses, pfx).code is ErrorCode.CONTAINER_OF_FILE
    assert (tmp_path / "k.pfx").exists()
    assert made.folder.exists()


def test_stopped_key_signs_nowhere(lab: Lab, workers: Pool, tmp_path: Path) -> None:
    """The flag is the key's: its copy and its file are stopped too, and say so beforehand."""
    made = lab.key()
    copy = lab.door.moving.copy(made, "Копия")
    lab.key("Другой")
    stop = lab.door.stops.stop(made, "токен украден")
    assert lab.door.stops.stop(copy) == stop
    ways = {each.container.label: each.way for each in lab.door.looking.overview().containers}
    stopped = SigningWay(WayKind.CANNOT, "compromised")
    assert ways["Ключ"] == ways["Копия"] == stopped
    assert ways["Другой"].possible
    document = tmp_path / "a.txt"
    document.write_bytes(b"x")
    signing = Signing(workers, lab.keyring, demand=lab.door.stops.demand)
    for each in (made, copy):
        request = SignRequest(source=document, container=each, signing_time=NOW)
        assert refusal(signing.sign, request, word()).code is ErrorCode.KEY_COMPROMISED
    assert list(tmp_path.glob("*.sig")) == []
    report = lab.door.testing.test(made, word())
    assert codes(report)["test_stopped"] is Tone.BAD
    lab.door.stops.resume(copy)
    assert signing.sign(SignRequest(source=document, container=made, signing_time=NOW), word())
    assert refusal(lab.door.stops.resume, made).code is ErrorCode.KEY_NOT_STOPPED


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"at": 5}'])
def test_damaged_note_stops_the_key_all_the_same(lab: Lab, content: bytes) -> None:
    """Nobody lets a key sign again by spoiling a file."""
    made = lab.key()
    stop = lab.door.stops.stop(made)
    (lab.places.stopped_keys / f"{stop.key}.json").write_bytes(content)
    assert refusal(lab.door.stops.demand, made).code is ErrorCode.KEY_COMPROMISED


def test_key_that_is_not_known_cannot_be_stopped(lab: Lab, tmp_path: Path) -> None:
    """Without public key and certificate nobody can say which key it is."""
    made = make(tmp_path / "a.000", "1")
    (folder,) = lab.keyring.listing(f"cryptopro:{made.folder}").containers
    assert refusal(lab.door.stops.stop, folder).code is ErrorCode.KEY_NOT_SHOWN


def test_application_for_the_authority(lab: Lab) -> None:
    """Everything by which the authority finds the certificate."""
    (facts,) = lab.door.looking.overview(lab.key().uri).containers
    assert facts.certificate is not None
    text = application(facts.certificate, "токен\x1b[2Jукраден", NOW)
    assert facts.certificate.serial in text
    assert "Тестов" in text
    assert "\x1b" not in text


def findings(lab: Lab) -> dict[str, Finding]:
    """Return what the doctor finds, by code."""
    return {each.notice.code: each for each in lab.door.doctor.examine()}


def test_doctor_finds_nothing_in_sound_keys(lab: Lab) -> None:
    """A sound key is no finding."""
    lab.key()
    assert lab.door.doctor.examine() == ()


def test_doctor_binds_a_certificate_that_lies_about(lab: Lab) -> None:
    """Key without certificate: one in a store, or alone on a token, is put to it."""
    made = lab.key(certificate=False)
    found = findings(lab)["key_without_certificate"]
    assert found.repair.kind is RepairKind.GET_CERTIFICATE
    assert refusal(lab.door.doctor.repair, found, nobody).code is ErrorCode.REPAIR_BY_HAND
    certificate = issue(made.public_key)
    lab.stores.add(StoreName.OTHERS, certificate)
    found = findings(lab)["key_without_certificate"]
    assert (found.repair.kind, found.repair.certificate) == (RepairKind.INSTALL, certificate)
    lab.door.doctor.repair(found, nobody)
    assert lab.store.find("Ключ").state is ContainerState.OK
    assert findings(lab) == {}


def test_doctor_binds_on_what_it_may_not_write(lab: Lab, tmp_path: Path) -> None:
    """A container folder gets its certificate beside it, in the profile."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    made = make(tmp_path / "a.000", "1")
    uri = f"cryptopro:{made.folder}"
    (listed,) = lab.keyring.listing(uri).containers
    key = lab.keyring.test(listed, word("1")).container.public_key
    lab.stores.add(StoreName.PERSONAL, issue(key, KeyAlgorithm.GOST_256))
    lab.stores.add(StoreName.PERSONAL, pki.leaf)
    (found,) = lab.door.doctor.examine(lab.door.looking.overview(uri))
    assert found.repair.kind is RepairKind.BIND
    lab.door.doctor.repair(found, nobody)
    assert lab.keyring.listing(uri).containers[0].certificate_bound


def test_doctor_knows_each_disorder(lab: Lab) -> None:
    """Mismatch, lone certificate, one key twice, damage, factory PIN, terms."""
    key = PKI.leaf_key.public
    factory = replace(RUTOKEN, factory_pin=True)
    lab.tokens.put(key, PKI.leaf, state=ContainerState.NO_KEY, label="один", token=factory)
    mismatched = lab.tokens.put(
        lab.key("б", days=3).public_key or b"", PKI.leaf, state=ContainerState.MISMATCH,
        label="чужой", token=factory,
    )  # fmt: skip
    lab.door.moving.copy(lab.key("а", days=-1, age=9), "в")
    file_of(lab.places.containers, "г").write_bytes(b"rubbish")
    found = findings(lab)
    assert {code: (one.tone, one.repair.kind) for code, one in found.items()} == {
        "certificate_without_key": (Tone.WARN, RepairKind.FIND_KEY),
        "certificate_of_other_key": (Tone.BAD, RepairKind.INSTALL),
        "key_in_several_places": (Tone.WARN, RepairKind.COMPARE),
        "container_spoilt": (Tone.BAD, RepairKind.RESTORE),
        "factory_pin": (Tone.WARN, RepairKind.CHANGE_PIN),
        "term_over": (Tone.BAD, RepairKind.RENEW),
        "term_ends": (Tone.BAD, RepairKind.RENEW),
    }
    assert found["term_ends"].notice.facts["reminder"] == 7
    assert found["certificate_of_other_key"].containers == (mismatched,)
    names = [each.name for each in lab.door.doctor.examine()]
    assert len(set(names)) == len(names)
    assert names == [each.name for each in lab.door.doctor.examine()]
    tones = [each.tone for each in lab.door.doctor.examine()]
    assert tones == sorted(tones, key=lambda tone: tone is not Tone.BAD)


@pytest.mark.parametrize(
    ("left", "due"),
    [
        (61, None),
        (60, 60),
        (31, 60),
        (30, 30),
        (14, 14),
        (8, 14),
        (7, 7),
        (1, 1),
        (0, 1),
        (-1, None),
    ],
)
def test_reminders_come_at_60_30_14_7_and_1_days(left: int, due: int | None) -> None:
    """Each once the term is that near."""
    assert reminder(NOW + timedelta(days=left), NOW) == due


def test_doctor_closes_files_to_others(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one repair that touches files: it only takes rights away."""
    lab.key()
    file = file_of(lab.places.containers, "Ключ")
    file.chmod(0o644)
    opened = "app.crypto.containers.looking.readable_by_others"
    monkeypatch.setattr(opened, lambda path: path.stat().st_mode & 0o004 != 0)
    found = findings(lab)["container_folder_open"]
    assert found.repair.kind is RepairKind.CLOSE_ACCESS
    lab.door.doctor.repair(found, nobody)
    assert file.stat().st_mode & 0o777 == 0o600
    assert findings(lab) == {}
