"""GOST-256 keys of SoftHSM2, signed by a library that is not ours; OpenSSL is the referee."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from stand_ins import openssl
from stand_ins.pki import pki_of
from stand_ins.softhsm import PIN
from stand_ins.softhsm_gost import make_gost_token, put_certificate
from token_lab import is_good, referee_accepts, sign, sign_document

from app.algorithms.names import KeyAlgorithm
from app.crypto.requests.door import Requests
from app.crypto.requests.model import Applicant, ApplicantKind, RequestContent, RequestOrder
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens.model import Container, ContainerState, Module, Token
from app.tokens.pin import Secret
from app.tokens.store import Store
from app.tokens.token_objects import TokenObjects
from app.tokens.token_place import TokenPlace

PlaceOf = Callable[[Module], TokenPlace]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Module]:
    """Return the module, with a token that has made a key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", "")  # put back at the end
        yield make_gost_token(tmp_path_factory.mktemp("softhsm-gost"))


def ready(place: TokenPlace, folder: Path) -> Container:
    """Return the container of the token, with a certificate on it and the authority beside it."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    container = the_key(place)
    if container.certificate is None:
        assert container.state is ContainerState.NO_CERTIFICATE
        certificate = folder / "certificate.der"
        certificate.write_bytes(pki.issue(container.public_key))
        put_certificate(certificate)
        container = the_key(place)
    return replace(container, chain=(pki.ca,))


def the_key(place: TokenPlace) -> Container:
    """Return the one container."""
    (container,) = (found for found in place.containers() if found.label == "gost")
    return container


def test_document_is_accepted(
    module: Module, place_of: PlaceOf, crypto_workers: Pool, tmp_path: Path
) -> None:
    """A key made on the token, paired with its certificate; the signed document is accepted."""
    place = place_of(module)
    container = ready(place, tmp_path)
    assert container.state is ContainerState.OK
    assert container.algorithm is KeyAlgorithm.GOST_256
    assert container.made_on_token is True
    signed = sign_document(crypto_workers, place, container, tmp_path)
    assert signed.created_with == "token:SoftHSM v2"
    assert referee_accepts(signed, KeyAlgorithm.GOST_256, tmp_path)


def test_key_is_made_and_asked_for(
    module: Module, place_of: PlaceOf, crypto_workers: Pool, tmp_path: Path
) -> None:
    """A new key by our own host: one pair, whose request OpenSSL verifies."""
    place = place_of(module)
    token = next(each for each in place.tokens() if each.flags.initialised)
    door = TokenObjects(lambda: OnlyPlace(place), crypto_workers)
    made = door.create_key(token, KeyAlgorithm.GOST_256, "Новый", Secret.of_text(PIN))
    assert (made.algorithm, made.made_on_token) == (KeyAlgorithm.GOST_256, True)
    applicant = Applicant(
        kind=ApplicantKind.PERSON,
        surname="Иванова",
        given_name="Анна Петровна",
        inn="500100732259",
        snils="11223344595",
    )
    target = tmp_path / "r.csr"
    content = RequestContent(applicant=applicant)
    order = RequestOrder(content=content, container=made, output=target)
    Requests(crypto_workers, place, tmp_path / "pending").make(order, Secret.of_text(PIN))
    openssl.demand()
    openssl.succeed("req", "-engine", "gost", "-verify", "-noout", "-in", target)
    assert set(door.destroy(made, Secret.of_text(PIN))) == {"private_key", "public_key"}


def test_wrong_pin(module: Module, place_of: PlaceOf, tmp_path: Path) -> None:
    """A wrong PIN is told; the right one signs afterwards."""
    place = place_of(module)
    container = ready(place, tmp_path)
    with pytest.raises(RoscherkError) as caught:
        sign(place, container, "00000000")
    assert caught.value.code is ErrorCode.PIN_WRONG
    assert is_good(container, sign(place, container))


def test_key_is_taken_in_and_destroyed(
    module: Module, place_of: PlaceOf, crypto_workers: Pool, tmp_path: Path
) -> None:
    """A key of the program's store goes onto the token by a file, signs there, and goes again."""
    place, own = place_of(module), the_key(place_of(module))
    door = TokenObjects(lambda: OnlyPlace(place), crypto_workers)
    store = Store(tmp_path / "containers", crypto_workers)
    made = store.create("Ключ", KeyAlgorithm.GOST_256, Secret.of_text("x"))
    certificate = pki_of(KeyAlgorithm.GOST_256).issue(made.public_key)
    made = store.install_certificate(made, certificate)
    pfx = tmp_path / "k.pfx"
    store.export_pfx(made, pfx, Secret.of_text("x"), Secret.of_text("y"))
    assert own.token is not None
    taken = door.put_key(pfx, own.token, "Перенос", Secret.of_text("y"), Secret.of_text(PIN))
    assert (taken.state, taken.certificate) == (ContainerState.OK, certificate)
    assert place.open(taken).sign_digest("streebog256", bytes(32), Secret.of_text(PIN))
    done = door.destroy(taken, Secret.of_text(PIN))
    assert set(done) == {"private_key", "public_key", "certificate"}
    assert the_key(place).uri == own.uri


class OnlyPlace:
    """The places of one module."""

    def __init__(self, place: TokenPlace) -> None:
        self._place = place

    def place_of_token(self, token: Token) -> TokenPlace:
        """Return it."""
        assert token.flags.initialised
        return self._place
