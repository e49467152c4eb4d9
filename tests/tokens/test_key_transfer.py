"""Keys move between PKCS #12 files and the program's own store; what may not leave stays."""

import hashlib
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from stand_ins.cryptopro_folder import make
from stand_ins.pki import pki_of

from app.algorithms import digests, signatures
from app.algorithms.names import KeyAlgorithm, default_digest, signature_algorithm_for
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens.container_file import ContainerFile
from app.tokens.cryptopro_folders import CryptoProFolders
from app.tokens.keyring import Keyring
from app.tokens.model import Container, ContainerState
from app.tokens.pin import Secret
from app.tokens.pkcs12 import PfxFiles
from app.tokens.store import Store

ALGORITHMS = [
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
]


def permit(_: Container) -> None:
    """Allow whatever is asked."""


@pytest.fixture
def store(tmp_path: Path, workers: Pool) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "containers", workers)


@pytest.fixture
def keyring(tmp_path: Path, workers: Pool, store: Store) -> Keyring:
    """Return a keyring over the store."""
    return Keyring(
        store=store,
        practice=Store(tmp_path / "practice", workers, practice=True),
        pfx=PfxFiles(workers),
        cryptopro=CryptoProFolders(workers, permit),
        tokens=lambda: pytest.fail("no token was asked for"),
    )


def word(text: str) -> Secret:
    """Return a new secret."""
    return Secret.of_text(text)


def error_of(work: Callable[[], object]) -> RoscherkError:
    """Return the error that the work ends with."""
    with pytest.raises(RoscherkError) as caught:
        work()
    return caught.value


def signs(keyring: Keyring, container: Container, password: str, public_key: bytes) -> bool:
    """Tell whether the key of a container is that of ``public_key``."""
    assert container.algorithm is not None
    name = default_digest(container.algorithm)
    signature = keyring.open(container).sign_digest(
        name, digests.digest(name, b"contract"), word(password)
    )
    return signatures.verify(
        public_key,
        signature_algorithm_for(container.algorithm),
        digest_name=name,
        message=b"contract",
        signature=signature,
    )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_key_goes_out_and_comes_in(
    keyring: Keyring, store: Store, tmp_path: Path, algorithm: KeyAlgorithm
):
    """From the store into a file, from the file into the store: the same key and certificates."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    container = store.create("Свой ключ", algorithm, word("один"))
    assert container.public_key is not None
    certificate = pki.issue(container.public_key)
    container = store.install_certificate(container, certificate, (pki.ca, pki.root))
    assert container.exportable is True
    target = tmp_path / "Копия ключа.pfx"
    keyring.export_pfx(container, target, word("один"), word("два"))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    shown = keyring.find(f"pfx:{target}", word("два")).container
    assert (shown.label, shown.algorithm) == ("Свой ключ", algorithm)
    assert shown.certificate == certificate
    assert set(shown.chain) == {pki.ca, pki.root}
    back = store.import_pfx("Второй", target, word("два"), word("три"))
    assert (back.label, back.state, back.exportable) == ("Второй", ContainerState.OK, True)
    assert (back.certificate, set(back.chain)) == (certificate, {pki.ca, pki.root})
    assert store.find("Второй") == back
    for each, password in ((container, "один"), (shown, "два"), (back, "три")):
        assert signs(keyring, each, password, container.public_key)
        assert keyring.test(each, word(password)).warnings == ()


def test_file_becomes_another_file(keyring: Keyring, tmp_path: Path):
    """A PKCS #12 file of others is written anew with another password."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    (tmp_path / "old.p12").write_bytes(pki.pfx(b"old"))
    container = keyring.find(f"pfx:{tmp_path}/old.p12", word("old")).container
    keyring.export_pfx(container, tmp_path / "new.p12", word("old"), word("new"))
    new = keyring.find(f"pfx:{tmp_path}/new.p12", word("new")).container
    assert new.certificate == pki.leaf
    assert new.public_key == container.public_key


def test_failures_leave_nothing(keyring: Keyring, store: Store, tmp_path: Path):
    """A wrong word, a name that is taken, no new password: named, and no file is made."""
    container = store.create("Ключ", KeyAlgorithm.ECDSA_P256, word("один"))
    target = tmp_path / "key.pfx"
    for old, new, code in (
        ("wrong", "два", ErrorCode.PASSWORD_WRONG),
        ("один", "", ErrorCode.PASSWORD_NEEDED),
        ("", "два", ErrorCode.PASSWORD_NEEDED),
    ):
        error = error_of(
            lambda old=old, new=new: keyring.export_pfx(container, target, word(old), word(new))
        )
        assert error.code is code
        assert not target.exists()
    target.write_bytes(b"mine")
    error = error_of(lambda: keyring.export_pfx(container, target, word("один"), word("два")))
    assert error.code is ErrorCode.TARGET_EXISTS
    assert target.read_bytes() == b"mine"
    error = error_of(
        lambda: keyring.export_pfx(container, tmp_path / "no" / "key.pfx", word("один"), word("2"))
    )
    assert error.code is ErrorCode.TARGET_UNWRITABLE
    target.unlink()
    keyring.export_pfx(container, target, word("один"), word("два"))
    for name, old, new, code in (
        ("Ключ", "два", "три", ErrorCode.CONTAINER_EXISTS),
        ("Новый", "wrong", "три", ErrorCode.PASSWORD_WRONG),
        ("Новый", "два", "", ErrorCode.PASSWORD_NEEDED),
    ):
        error = error_of(
            lambda name=name, old=old, new=new: store.import_pfx(name, target, word(old), word(new))
        )
        assert error.code is code
    assert [each.label for each in store.containers()] == ["Ключ"]


def test_key_without_its_certificate_comes_in_alone(store: Store, tmp_path: Path, keyring: Keyring):
    """A key whose certificate is not there can get one later."""
    container = store.create("Ключ", KeyAlgorithm.GOST_256, word("1"))
    keyring.export_pfx(container, tmp_path / "k.pfx", word("1"), word("2"))
    back = store.import_pfx("Ещё", tmp_path / "k.pfx", word("2"), word("3"))
    assert (back.state, back.certificate, back.chain) == (ContainerState.NO_CERTIFICATE, None, ())


def test_old_key_is_not_taken_over(store: Store, data_folder: Path):
    """The store keeps no key of GOST 2001, which nobody signs with any more."""
    old = data_folder / "ru-pfx" / "bouncycastle" / "gostPfxFoo123.pfx"
    error = error_of(lambda: store.import_pfx("Старый", old, word("foo123"), word("1")))
    assert error.code is ErrorCode.KEY_UNSUPPORTED
    assert store.containers() == ()


def test_practice_key_never_leaves(tmp_path: Path, workers: Pool, keyring: Keyring):
    """Neither by the door nor by a file that was carried over."""
    practice = Store(tmp_path / "practice", workers, practice=True)
    container = practice.create("Учебный", KeyAlgorithm.ECDSA_P256, word("1"))
    assert container.exportable is False
    target = tmp_path / "key.pfx"
    error = error_of(lambda: keyring.export_pfx(container, target, word("1"), word("2")))
    assert error.code is ErrorCode.KEY_NOT_EXPORTABLE
    error = error_of(lambda: practice.import_pfx("Ещё", target, word("1"), word("2")))
    assert error.code is ErrorCode.KEY_UNSUPPORTED
    assert not target.exists()


def test_sealed_bit_of_our_own_container_is_kept(store: Store, tmp_path: Path, keyring: Keyring):
    """A container made not to be exported says so and is not; the bit is under the seal."""
    container = store.create("Ключ", KeyAlgorithm.GOST_256, word("1"))
    path = next((tmp_path / "containers").iterdir())
    file = ContainerFile.parse(path.read_bytes())
    private = file.unlock(bytearray(b"1"))
    sealed = replace(file.sealed, exportable=False)
    path.write_bytes(ContainerFile.lock(sealed, file.opened, private, bytearray(b"1")).dump())
    closed = store.find("Ключ")
    assert closed.exportable is False
    error = error_of(
        lambda: keyring.export_pfx(container, tmp_path / "k.pfx", word("1"), word("2"))
    )
    assert error.code is ErrorCode.KEY_NOT_EXPORTABLE
    opened = path.read_bytes().replace(b'"exportable":false', b'"exportable":true ')
    changed = opened[:-32] + hashlib.sha256(opened[:-32]).digest()
    path.write_bytes(changed)
    error = error_of(
        lambda: keyring.export_pfx(container, tmp_path / "k.pfx", word("1"), word("2"))
    )
    assert error.code is ErrorCode.PASSWORD_WRONG


def test_key_of_a_container_folder_leaves_only_if_it_may(
    keyring: Keyring, tmp_path: Path, workers: Pool
):
    """The bit of its maker is kept to by the door and by the worker; so is the permission."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    open_ = make(tmp_path / "open.000", "1", issue=pki.issue)
    closed = make(tmp_path / "closed.000", "1", issue=pki.issue, exportable=False)
    target = tmp_path / "key.pfx"
    container = keyring.listing(f"cryptopro:{closed.folder}").containers[0]
    lying = replace(container, exportable=True)
    for each in (container, lying):
        error = error_of(lambda each=each: keyring.export_pfx(each, target, word("1"), word("2")))
        assert error.code is ErrorCode.KEY_NOT_EXPORTABLE
        assert not target.exists()
    container = keyring.listing(f"cryptopro:{open_.folder}").containers[0]

    def forbid(_: Container) -> None:
        raise RoscherkError(ErrorCode.KEY_READING_OFF)

    strict = CryptoProFolders(workers, forbid)
    error = error_of(lambda: strict.export_pfx(container, target, word("1"), word("2")))
    assert error.code is ErrorCode.KEY_READING_OFF
    keyring.export_pfx(container, target, word("1"), word("2"))
    shown = keyring.find(f"pfx:{target}", word("2")).container
    assert shown.certificate == open_.certificates[1]
    assert shown.state is ContainerState.OK


def test_trial_finds_a_stranger_certificate(keyring: Keyring, tmp_path: Path):
    """A key that is not the certificate's is told without a signature."""
    stranger = pki_of(KeyAlgorithm.GOST_256).leaf
    made = make(tmp_path / "one.000", "1", issue=lambda _: stranger)
    container = keyring.listing(f"cryptopro:{made.folder}").containers[0]
    assert keyring.test(container, word("1")).container.state is ContainerState.MISMATCH
