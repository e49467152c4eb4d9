"""The keyring: all places together, each key found by its name, no place hiding another."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from stand_ins.cryptopro_folder import make

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens.backend import KeyBackend
from app.tokens.cryptopro_folders import CryptoProFolders
from app.tokens.keyring import Keyring
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Token
from app.tokens.pin import Secret
from app.tokens.pkcs12 import PfxFiles
from app.tokens.store import Store
from app.tokens.tokens_port import Tokens
from app.tokens.uri import KeyUri

RUTOKEN = Token(
    module=Path("/usr/lib/librtpkcs11ecp.so"),
    slot=0,
    label="Иванов",
    manufacturer="Aktiv Co.",
    model="Rutoken ECP",
    serial="2ad0cafe",
)
JACARTA = replace(RUTOKEN, module=Path("/usr/lib/libjcPKCS11-2.so"), model="JaCarta", serial="17")
BROKEN = RoscherkError(ErrorCode.MODULE_BROKEN, module="OpenSC")


def on_token(
    token: Token, label: str, state: ContainerState = ContainerState.NO_CERTIFICATE
) -> Container:
    """Return a container on a token."""
    return Container(
        uri=str(KeyUri.of_token(token, label=label)),
        place=KeyPlaceKind.TOKEN,
        label=label,
        algorithm=KeyAlgorithm.RSA,
        state=state,
        token=token,
    )


class TokenKey:
    """A key of a fake token."""

    def __init__(self, container: Container) -> None:
        self.container = container

    def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
        """Sign nothing; finding a key must not sign."""
        raise AssertionError((digest_name, digest, secret))


class FakeTokens:
    """Tokens made of memory, one of whose modules may be broken."""

    def __init__(self) -> None:
        self.asked = 0
        self.found: tuple[Container, ...] = (
            on_token(RUTOKEN, "Ключ"),
            on_token(RUTOKEN, "Сертификат", ContainerState.NO_KEY),
            on_token(JACARTA, "Ключ"),
        )
        self.failures: tuple[RoscherkError, ...] = ()
        self.closed = False

    def tokens(self) -> tuple[Token, ...]:
        """List two tokens."""
        return (RUTOKEN, JACARTA)

    def containers(self) -> tuple[Container, ...]:
        """List what was put in."""
        self.asked += 1
        return self.found

    def open(self, container: Container) -> KeyBackend:
        """Return the key."""
        return TokenKey(container)

    def close(self) -> None:
        """Remember it."""
        self.closed = True


def permit(_: Container) -> None:
    """Allow whatever is asked."""


def over(store: Store, workers: Pool, tokens: Callable[[], Tokens]) -> Keyring:
    """Return a keyring over one store and these tokens."""
    return Keyring(
        store=store,
        practice=store,
        pfx=PfxFiles(workers),
        cryptopro=CryptoProFolders(workers, permit),
        tokens=tokens,
    )


@pytest.fixture
def tokens() -> FakeTokens:
    """Return the tokens."""
    return FakeTokens()


@pytest.fixture
def keyring(tmp_path: Path, workers: Pool, tokens: FakeTokens) -> Keyring:
    """Return a keyring over an empty store, an empty practice store and the tokens."""
    return Keyring(
        store=Store(tmp_path / "containers", workers),
        practice=Store(tmp_path / "practice", workers, practice=True),
        pfx=PfxFiles(workers),
        cryptopro=CryptoProFolders(workers, permit),
        tokens=lambda: tokens,
    )


@pytest.fixture
def own(tmp_path: Path, workers: Pool) -> Container:
    """Return a container in the keyring's store."""
    store = Store(tmp_path / "containers", workers)
    return store.create("Свой", KeyAlgorithm.ECDSA_P256, Secret.of_text("пароль"))


@pytest.fixture
def practised(tmp_path: Path, workers: Pool) -> Container:
    """Return a container in the keyring's practice store."""
    store = Store(tmp_path / "practice", workers, practice=True)
    return store.create("Учебный", KeyAlgorithm.ECDSA_P256, Secret.of_text("пароль"))


def error_of(keyring: Keyring, uri: str) -> RoscherkError:
    """Return the error of looking for a key."""
    with pytest.raises(RoscherkError) as caught:
        keyring.find(uri)
    return caught.value


def test_all_real_places_are_listed(
    keyring: Keyring, tokens: FakeTokens, own: Container, practised: Container
):
    """The store and the tokens together; practice keys are not among them."""
    assert keyring.containers() == (own, *tokens.found)
    assert practised not in keyring.containers()


def test_practice_key_is_found_by_its_own_name_only(
    keyring: Keyring, own: Container, practised: Container
):
    """The practice store answers to its own scheme."""
    assert keyring.find(practised.uri).container == practised
    assert keyring.listing("practice:").containers == (practised,)
    assert keyring.find("container:").container == own
    assert error_of(keyring, "container:Учебный").code is ErrorCode.CONTAINER_NOT_FOUND


def test_modules_are_not_touched_for_keys_in_files(
    keyring: Keyring, tokens: FakeTokens, own: Container
):
    """Signing with a file loads no vendor's module."""
    assert keyring.find(own.uri).container == own
    assert keyring.open(own).container == own
    keyring.close()
    assert tokens.asked == 0
    assert not tokens.closed


def test_token_key_is_found_by_what_tells_it_apart(keyring: Keyring, tokens: FakeTokens):
    """A serial is enough; what names two keys is refused with their number."""
    assert keyring.find("pkcs11:serial=2ad0cafe").container == tokens.found[0]
    assert keyring.find(tokens.found[2].uri).container == tokens.found[2]
    assert keyring.listing("pkcs11:object=Ключ").containers == (tokens.found[0], tokens.found[2])
    error = error_of(keyring, "pkcs11:object=Ключ")
    assert error.code is ErrorCode.KEY_AMBIGUOUS
    assert error.facts == {"uri": "pkcs11:object=Ключ", "count": 2}


def test_certificate_without_a_key_is_no_key(keyring: Keyring):
    """It is said why: the certificate is there, its key is not."""
    error = error_of(keyring, "pkcs11:object=Сертификат")
    assert error.code is ErrorCode.KEY_NOT_FOUND
    assert error.facts["reason"] == "no_key"


def test_broken_module_hides_no_other(keyring: Keyring, tokens: FakeTokens, own: Container):
    """Its error stands beside what was found, and is named when nothing was found."""
    tokens.failures = (BROKEN,)
    listing = keyring.listing()
    assert listing.containers == (own, *tokens.found)
    assert listing.failures == (BROKEN,)
    assert keyring.tokens().failures == (BROKEN,)
    assert keyring.find("pkcs11:serial=17").container == tokens.found[2]
    error = error_of(keyring, "pkcs11:serial=18")
    assert error.code is ErrorCode.KEY_NOT_FOUND
    assert error.facts == {
        "uri": "pkcs11:serial=18",
        "reason": ErrorCode.MODULE_BROKEN,
        "module": "OpenSC",
    }


def test_catalogue_that_fails_hides_no_container(tmp_path: Path, workers: Pool, own: Container):
    """Even when no module can be looked for, the store is listed."""

    def fail() -> FakeTokens:
        raise BROKEN

    store = Store(tmp_path / "containers", workers)
    keyring = over(store, workers, fail)
    assert keyring.listing().containers == (own,)
    assert keyring.listing().failures == (BROKEN,)
    assert keyring.tokens().tokens == ()


def test_work_that_was_called_off_is_not_a_failure_beside(tmp_path: Path, workers: Pool):
    """A closing program does not show an empty list."""

    def closed() -> FakeTokens:
        raise RoscherkError(ErrorCode.CANCELLED)

    store = Store(tmp_path / "containers", workers)
    keyring = over(store, workers, closed)
    with pytest.raises(RoscherkError) as caught:
        keyring.listing()
    assert caught.value.code is ErrorCode.CANCELLED


def test_file_asks_for_its_password_first(keyring: Keyring, tmp_path: Path):
    """A PKCS #12 file tells nothing without its password."""
    assert error_of(keyring, f"pfx:{tmp_path}/нет.pfx").code is ErrorCode.PASSWORD_NEEDED
    with pytest.raises(RoscherkError) as caught:
        keyring.find(f"pfx:{tmp_path}/нет.pfx", Secret.of_text("пароль"))
    assert caught.value.code is ErrorCode.FILE_NOT_FOUND


def test_damaged_and_foreign_containers_do_not_open(
    keyring: Keyring, tmp_path: Path, own: Container
):
    """They are listed, and say what they are when they are to be used."""
    (tmp_path / "containers" / "Битый.container").write_bytes(b"x")
    assert error_of(keyring, "container:Битый").code is ErrorCode.CONTAINER_DAMAGED
    unusable = replace(own, state=ContainerState.UNSUPPORTED)
    with pytest.raises(RoscherkError) as caught:
        keyring.open(unusable)
    assert caught.value.code is ErrorCode.KEY_UNSUPPORTED


def test_store_that_cannot_be_read_hides_no_token(
    keyring: Keyring, tmp_path: Path, tokens: FakeTokens
):
    """A file in the place of the folder is a failure beside the tokens."""
    (tmp_path / "containers").write_bytes(b"")
    listing = keyring.listing()
    assert listing.containers == tokens.found
    assert [failure.code for failure in listing.failures] == [ErrorCode.FILE_UNREADABLE]


def test_closing_ends_the_work_with_modules(keyring: Keyring, tokens: FakeTokens):
    """Hosts that were started are ended."""
    assert keyring.tokens().tokens == (RUTOKEN, JACARTA)
    keyring.close()
    assert tokens.closed


def test_container_folder_is_found_by_its_name(keyring: Keyring, tmp_path: Path):
    """A folder, one of two keys in it, or a folder of folders; never in the general list."""
    make(tmp_path / "usb" / "one.000", "1")
    two = make(tmp_path / "usb" / "two.000", "1", second=True)
    uri = f"cryptopro:{tmp_path}/usb"
    assert [each.uri for each in keyring.listing(uri).containers] == [
        f"{uri}/one.000",
        f"{uri}/two.000#1",
        f"{uri}/two.000#2",
    ]
    assert all(each.place is not KeyPlaceKind.CRYPTOPRO for each in keyring.containers())
    assert keyring.find(f"{uri}/one.000").container.label == "Тестовый контейнер"
    assert keyring.find(f"{uri}/two.000#2").container.uri.endswith("#2")
    for ambiguous in (uri, f"cryptopro:{two.folder}"):
        with pytest.raises(RoscherkError) as caught:
            keyring.find(ambiguous)
        assert caught.value.code is ErrorCode.KEY_AMBIGUOUS
    with pytest.raises(RoscherkError) as caught:
        keyring.find(f"{uri}/one.000#2")
    assert caught.value.code is ErrorCode.KEY_NOT_FOUND
