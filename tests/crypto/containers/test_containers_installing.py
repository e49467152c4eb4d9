"""Certificates installed: into Личное and back, into containers, beside keys that lack one."""

from dataclasses import replace
from pathlib import Path

import pytest
from containers_lab import EC, Lab, bare, issue, word
from stand_ins.cryptopro_folder import make
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.trust.folders import StoreName
from app.errors import ErrorCode, RoscherkError
from app.tokens.csp.system_store import SystemStore
from app.tokens.model import Container, ContainerState
from app.tokens.pin import Secret
from app.tokens.token_objects import TokenObjects

PKI = pki_of(EC)


def nobody(_: Container) -> Secret | None:
    """Be asked for no PIN."""
    raise AssertionError


def refusal(work: object, *arguments: object, **options: object) -> RoscherkError:
    """Return the error that a call ends with."""
    with pytest.raises(RoscherkError) as caught:
        work(*arguments, **options)  # type: ignore[operator]
    return caught.value


def held(lab: Lab, store: StoreName) -> set[bytes]:
    """Return what is in a store."""
    return {path.read_bytes() for path in lab.stores.files(store)}


def test_personal_takes_the_chain_but_no_root(lab: Lab) -> None:
    """The links go into Промежуточные; the root is named as lacking and never made trusted."""
    made = lab.store.create("Ключ", EC, word())
    made = lab.store.install_certificate(made, issue(made.public_key), [PKI.ca, PKI.root])
    done = lab.door.installing.personal(made)
    assert held(lab, StoreName.PERSONAL) == {made.certificate}
    assert held(lab, StoreName.INTERMEDIATES) == {PKI.ca}
    assert held(lab, StoreName.ANCHORS) == set()
    assert [each.der for each in done.chain_added] == [PKI.ca]
    codes = [each.code for each in done.notices]
    assert codes == ["root_not_trusted", "personal_is_ours", "signing_needs_none"]
    again = lab.door.installing.personal(made)
    assert (again.change, again.chain_added) == (None, ())


def test_store_of_csp_that_refuses_undoes_nothing(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The links go there without the root; what is refused is told, and ours is in place."""
    made = lab.store.create("Ключ", EC, word())
    made = lab.store.install_certificate(made, issue(made.public_key), [PKI.ca, PKI.root])
    asked = []

    def refuse(_self: object, key: Container, own: bytes, chain: list[bytes]) -> None:
        asked.append((key.uri, own, chain))
        code = ErrorCode.SYSTEM_STORE_REFUSED
        raise RoscherkError(code, command="certmgr -inst", answer="[ErrorCode: 0x5]")

    monkeypatch.setattr(SystemStore, "install", refuse)
    done = lab.door.installing.personal(made)
    assert asked == [(made.uri, made.certificate, [PKI.ca])]
    assert held(lab, StoreName.PERSONAL) == {made.certificate}
    (told,) = [each for each in done.notices if each.code == "system_store_failed"]
    assert told.facts == {"answer": "[ErrorCode: 0x5]", "command": "certmgr -inst"}


def test_installation_is_taken_back(lab: Lab) -> None:
    """What it added goes, what was there before stays; once only."""
    lab.stores.add(StoreName.INTERMEDIATES, PKI.ca)
    made = lab.key()
    made = lab.store.install_certificate(made, made.certificate or b"", [PKI.ca])
    done = lab.door.installing.personal(made)
    assert done.change is not None
    lab.door.installing.undo(done.change)
    assert held(lab, StoreName.PERSONAL) == set()
    assert held(lab, StoreName.INTERMEDIATES) == {PKI.ca}
    for name in (done.change, "../../x", ""):
        error = refusal(lab.door.installing.undo, name)
        assert error.code is ErrorCode.CHANGE_NOT_FOUND


def test_renewed_certificate_replaces_and_keeps_the_old(lab: Lab) -> None:
    """In Личное and in the container; undone, the old one is back; an older one is refused."""
    made = lab.key(age=300)
    old = made.certificate
    lab.door.installing.personal(made)
    new = issue(made.public_key, age=1)
    done = lab.door.installing.into(made, [new], nobody)
    assert (done.where, done.replaced) == ("container", 1)
    listed = lab.store.find("Ключ")
    assert (listed.certificate, listed.earlier) == (new, (old,))
    moved = lab.door.installing.personal(listed)
    assert held(lab, StoreName.PERSONAL) == {new}
    assert moved.replaced == 1
    assert refusal(lab.door.installing.personal, made).code is ErrorCode.CERTIFICATE_OLDER
    error = refusal(lab.door.installing.into, listed, [old or b""], nobody)
    assert error.code is ErrorCode.CERTIFICATE_OLDER
    back = lab.door.installing.into(listed, [old or b""], nobody, older_too=True)
    assert back.container.certificate == old
    assert back.container.earlier == (new,)
    assert moved.change is not None
    lab.door.installing.undo(moved.change)
    assert held(lab, StoreName.PERSONAL) == {old}


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (ContainerState.NO_CERTIFICATE, ErrorCode.CERTIFICATE_MISSING),
        (ContainerState.MISMATCH, ErrorCode.CERTIFICATE_KEY_MISMATCH),
        (ContainerState.NO_KEY, ErrorCode.KEY_NOT_FOUND),
    ],
)
def test_only_a_pair_goes_into_personal(lab: Lab, state: ContainerState, code: ErrorCode) -> None:
    """A certificate without its own key is no certificate of the user's."""
    certificate = None if state is ContainerState.NO_CERTIFICATE else PKI.leaf
    made = lab.tokens.put(PKI.leaf_key.public, certificate, state=state)
    assert refusal(lab.door.installing.personal, made).code is code


def test_certificate_finds_its_key(lab: Lab) -> None:
    """Out of a file with its chain, in any order, among several keys."""
    lab.key("Другой")
    made = lab.key("Мой", certificate=False)
    certificate = issue(made.public_key)
    done = lab.door.installing.by_key([PKI.root, certificate, PKI.ca], nobody)
    assert done.container.uri == made.uri
    assert set(lab.store.find("Мой").chain) == {PKI.root, PKI.ca}


def test_certificate_that_fits_no_key_says_so(lab: Lab) -> None:
    """With its owner's name and how many keys were compared."""
    made = lab.key("Ключ")
    error = refusal(lab.door.installing.by_key, [PKI.leaf, PKI.ca], nobody)
    assert error.code is ErrorCode.CERTIFICATE_FITS_NO_KEY
    assert error.facts == {"owner": "Тестов Тест Тестович", "count": 1, "unread": 0}
    error = refusal(lab.door.installing.into, made, [PKI.leaf], nobody)
    assert error.code is ErrorCode.CERTIFICATE_KEY_MISMATCH
    error = refusal(lab.door.installing.by_key, [b"no certificate"], nobody)
    assert error.code is ErrorCode.CERTIFICATE_DAMAGED


def test_bound_certificate_goes_with_the_key_everywhere(lab: Lab) -> None:
    """A token's key that lacks one is listed, found and described with it."""
    key = PKI.leaf_key.public
    made = lab.tokens.put(key, None)
    done = lab.door.installing.into(made, [issue(key)], nobody, apart=True)
    assert done.where == "bound"
    (listed,) = lab.keyring.listing().containers
    assert listed.certificate_bound
    assert listed.state is ContainerState.OK
    (facts,) = lab.door.looking.overview().containers
    assert facts.way.possible
    lab.door.installing.unbind(listed)
    assert lab.keyring.listing().containers == (made,)
    assert refusal(lab.door.installing.unbind, made).code is ErrorCode.CERTIFICATE_NOT_BOUND


def test_key_file_without_certificate_is_bound(lab: Lab, tmp_path: Path) -> None:
    """A PKCS #12 file is never written to; it lists with the certificate, and signs with it."""
    made = lab.key("Ключ", certificate=False)
    pfx = tmp_path / "bare.pfx"
    lab.keyring.export_pfx(made, pfx, word(), word("x"))
    before = pfx.read_bytes()
    (listed,) = lab.keyring.listing(f"pfx:{pfx}", word("x")).containers
    assert listed.state is ContainerState.NO_CERTIFICATE
    done = lab.door.installing.into(listed, [issue(made.public_key)], nobody)
    assert (done.where, pfx.read_bytes()) == ("bound", before)
    found = lab.keyring.find(f"pfx:{pfx}", word("x")).container
    assert found.state is ContainerState.OK


def test_index_is_made_again_of_its_files(lab: Lab) -> None:
    """Lost, damaged or a stranger's: the certificates tell the index; the newest of a key counts."""
    key = PKI.leaf_key.public
    made = lab.tokens.put(key, None)
    old, new = issue(key, age=90), issue(key, age=5)
    for certificate in (new, old):
        lab.bindings.keep(certificate)
    index = lab.places.bindings / "index.json"
    (lab.places.bindings / "x.cer").write_bytes(b"rubbish")
    for content in (None, b"", b"{", b"[]" * 3, b"\xff" * 100):
        index.unlink()
        if content is not None:
            index.write_bytes(content)
        assert lab.bindings.applied(made).certificate == new
    assert lab.bindings.rebuild() == 1
    file = next(path for path in lab.places.bindings.glob("*.cer") if path.read_bytes() == new)
    file.write_bytes(old)  # under the name of another
    assert lab.bindings.applied(made).certificate is None


def test_container_folder_shows_enough_of_its_key(lab: Lab, tmp_path: Path) -> None:
    """A certificate is bound by the first octets of the point; one of another key is refused."""
    made = make(tmp_path / "a.000", "1")
    uri = f"cryptopro:{made.folder}"
    before = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    (listed,) = lab.keyring.listing(uri).containers
    pki = pki_of(KeyAlgorithm.GOST_256)
    error = refusal(lab.door.installing.into, listed, [pki.leaf], nobody)
    assert error.code is ErrorCode.CERTIFICATE_KEY_MISMATCH
    (key,) = (lab.keyring.test(listed, word("1")).container.public_key,)
    done = lab.door.installing.into(listed, [issue(key, KeyAlgorithm.GOST_256)], nobody)
    assert done.where == "bound"
    assert lab.keyring.listing(uri).containers[0].state is ContainerState.OK
    assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before


def test_two_curve_names_are_one_key(lab: Lab) -> None:
    """CryptoPro-A and CryptoPro-XchA: the certificate fits, is bound and found again."""
    made = lab.store.create("ГОСТ", KeyAlgorithm.GOST_256, word())
    xcha, a = bytes.fromhex("06072a85030202240006"), bytes.fromhex("06072a85030202230106")
    assert made.public_key is not None
    renamed = issue(made.public_key.replace(xcha, a), KeyAlgorithm.GOST_256)
    done = lab.door.installing.into(made, [renamed], nobody, apart=True)
    assert done.container.certificate == renamed
    assert lab.bindings.applied(bare(made)).certificate == renamed


def test_earlier_certificates_travel_with_the_container(lab: Lab) -> None:
    """Copied, renamed and locked anew, the container keeps them; they are never too many."""
    made = lab.key(age=300)
    for age in range(22, 0, -1):
        made = lab.door.installing.into(made, [issue(made.public_key, age=age)], nobody).container
    assert len(made.earlier) == 20
    copy = lab.door.moving.copy(made, "Копия")
    lab.store.change_password(copy, word(), word("2"))
    assert lab.store.find("Копия").earlier == made.earlier


def test_token_gives_up_its_old_certificate_only_when_it_is_kept(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies in the profile before anything is asked of the token."""
    key = PKI.leaf_key.public
    made = lab.tokens.put(key, issue(key, age=99))
    new = issue(key)

    def put(_: object, container: Container, certificate: bytes, secret: Secret) -> Container:
        kept = {path.read_bytes() for path in lab.places.bindings.glob("*.cer")}
        assert kept == {container.certificate}
        assert bytes(secret.buffer) == b"1234"
        return replace(container, certificate=certificate)

    monkeypatch.setattr(TokenObjects, "put_certificate", put)
    pin = Secret.of_text("1234")
    done = lab.door.installing.into(made, [new], lambda _: pin)
    assert (done.where, done.replaced, done.container.certificate) == ("token", 1, new)
    assert not any(pin.buffer)


def test_practice_keys_stay_among_their_own(lab: Lab) -> None:
    """Neither into Личное nor beside a certificate of the real world."""
    practice = replace(lab.key(), practice=True)
    for work in (
        lambda: lab.door.installing.personal(practice),
        lambda: lab.door.installing.into(practice, [practice.certificate or b""], nobody),
    ):
        assert refusal(work).code is ErrorCode.KEY_UNSUPPORTED


def test_profile_that_cannot_be_written_to_lists_all_the_same(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its index the certificates are read again, and the key has its own."""
    key = PKI.leaf_key.public
    made = lab.tokens.put(key, None)
    lab.bindings.keep(issue(key))
    (lab.places.bindings / "index.json").unlink()

    def refuse(*_: object) -> None:
        raise OSError(30, "read-only")

    monkeypatch.setattr("app.tokens.bindings.write_private", refuse)
    assert lab.bindings.applied(made).certificate_bound
