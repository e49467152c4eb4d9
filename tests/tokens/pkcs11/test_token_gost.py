"""GOST keys on tokens of several vendors: listed, paired, signed with; OpenSSL is the referee."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from stand_ins.mock import GOST, MakeMock, Mock, profiles
from stand_ins.mock_profiles import Profile
from stand_ins.pki import pki_of
from token_lab import MESSAGE, is_good, only, pin, referee_accepts, sign, sign_document

from app.algorithms import der, digests
from app.algorithms.gost import curves, spki
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.issuing import EphemeralKey
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens.model import ContainerState, Module
from app.tokens.token_place import TokenPlace

PlaceOf = Callable[[Module], TokenPlace]
GOST_256, GOST_512 = KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512


def refusal(place: TokenPlace, text: str = "12345678") -> RoscherkError:
    """Return the error with which signing ends."""
    with pytest.raises(RoscherkError) as caught:
        sign(place, only(place), text)
    return caught.value


@pytest.mark.parametrize(
    "case",
    [
        (profiles.RUTOKEN_ECP_2, GOST_256, "12345678"),
        (profiles.RUTOKEN_ECP_3, GOST_512, "12345678"),
        (profiles.JACARTA_2_GOST, GOST_256, "1234567890"),
        (profiles.ESMART_GOST, GOST_512, "12345678"),
    ],
)
def test_document_signed_on_each_vendors_token(
    make_mock: MakeMock,
    place_of: PlaceOf,
    crypto_workers: Pool,
    tmp_path: Path,
    case: tuple[Profile, KeyAlgorithm, str],
) -> None:
    """256 and 512 bits: one login, the raw mechanism, and the referee accepts the document."""
    profile, algorithm, secret = case
    mock = make_mock(extended=profile.extended)
    token = mock.insert(profile)
    made = token.add_key("Иванов", algorithm)
    token.add_certificate(pki_of(algorithm).ca, b"", "УЦ")
    place = place_of(mock.module)
    container = only(place)
    assert container.state is ContainerState.OK
    assert container.algorithm is algorithm
    assert container.public_key == made.public_key
    assert container.certificate == made.certificate
    assert container.made_on_token is True
    signed = sign_document(crypto_workers, place, container, tmp_path, secret)
    assert signed.created_with == f"token:{profile.model}"
    assert referee_accepts(signed, algorithm, tmp_path)
    assert mock.count("C_Login") == 1
    assert mock.count("C_Sign") == 1


def test_every_parameter_set_is_shown(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """A key without a certificate is named whatever its curve is, also when the value is wrapped."""
    mock = make_mock()
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    made = {}
    for curve in (curve for curve in curves.all_curves() if not curve.test):
        algorithm = GOST_256 if curve.size == 32 else GOST_512
        key = token.add_key(curve.name, algorithm, curve=curve.oid, certificate=False)
        made[curve.name] = (algorithm, key.public_key)
    key = EphemeralKey.generate(GOST_256, curve="1.2.643.2.2.35.1")
    oid, point = spki.decode_public(key.public)
    token.add_object(
        **{"class": 2},
        token=True,
        private=False,
        label="wrapped",
        id=b"w",
        key_type=GOST,
        gost_params=der.oid(oid),
        value=der.element(der.OCTET_STRING, point),
    )
    made["wrapped"] = (GOST_256, key.public)
    found = {container.label: container for container in place_of(mock.module).containers()}
    assert set(found) == set(made)
    for label, (algorithm, public_key) in made.items():
        assert found[label].state is ContainerState.NO_CERTIFICATE
        assert (found[label].algorithm, found[label].public_key) == (algorithm, public_key)


@pytest.mark.parametrize(
    ("algorithm", "curve"),
    [(GOST_256, "1.2.643.7.1.2.1.1.1"), (GOST_512, "1.2.643.7.1.2.1.2.3")],
)
def test_twisted_edwards_curves(
    make_mock: MakeMock, place_of: PlaceOf, algorithm: KeyAlgorithm, curve: str
) -> None:
    """The two curves whose group is four times as large as its base sign too."""
    mock = make_mock()
    mock.insert(profiles.RUTOKEN_ECP_3).add_key("k", algorithm, curve=curve, certificate=False)
    place = place_of(mock.module)
    assert is_good(only(place), sign(place, only(place)))


def test_damaged_keys_are_shown_and_harm_nothing(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """A point off the curve, an unknown curve, half a value: listed without a public key."""
    mock = make_mock()
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    good = der.oid("1.2.643.2.2.36.0")
    for label, parameters, value in (
        ("off", good, bytes(64)),
        ("half", good, bytes(32)),
        ("curve", der.oid("1.2.3.4"), bytes(64)),
        ("oid", b"\x06\xff", bytes(64)),
        ("empty", b"", b""),
    ):
        token.add_object(
            **{"class": 2},
            private=False,
            label=label,
            id=label.encode(),
            key_type=GOST,
            gost_params=parameters,
            value=value,
        )
    token.add_key("whole", GOST_256)
    found = {container.label: container for container in place_of(mock.module).containers()}
    assert set(found) == {"off", "half", "curve", "oid", "empty", "whole"}
    assert found["whole"].state is ContainerState.OK
    assert all(found[label].public_key is None for label in set(found) - {"whole"})


def test_certificate_of_2012_for_a_key_that_says_2001(
    make_mock: MakeMock, place_of: PlaceOf
) -> None:
    """The certificate decides of which standard a key is; a key alone says it itself."""
    mock = make_mock()
    token = mock.insert(profiles.JACARTA_2_GOST)
    old = der.oid("1.2.643.2.2.30.1")
    key = EphemeralKey.generate(GOST_256, curve="1.2.643.2.2.35.1")
    oid, point = spki.decode_public(key.public)
    token.add_object(
        **{"class": 2},
        private=False,
        label="old",
        id=b"1",
        key_type=GOST,
        gost_params=der.oid(oid),
        gost_digest=old,
        value=point,
    )
    place = place_of(mock.module)
    assert only(place).algorithm is KeyAlgorithm.GOST_2001
    certificate = pki_of(GOST_256).issue(
        spki.encode_public("1.2.643.2.2.36.0", point)  # another name of the same curve
    )
    token.add_certificate(certificate, b"2", "new")
    assert only(place).algorithm is GOST_256
    assert only(place).state is ContainerState.OK


def test_private_key_without_a_public_one(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """A token that keeps no public key object: the key is found by the certificate's id."""
    mock = make_mock()
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    token.add_key("first", GOST_512, b"1", public=False)
    token.add_key("second", GOST_512, b"2", public=False)
    place = place_of(mock.module)
    for container in place.containers():
        assert is_good(container, sign(place, container))


def test_key_found_by_its_public_object(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """A URI without an id: among several hidden keys the public object tells which it is."""
    mock = make_mock()
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    token.add_key("first", GOST_256, b"1")
    token.add_key("second", GOST_256, b"2")
    place = place_of(mock.module)
    for container in place.containers():
        nameless = replace(container, uri=container.uri.split(";id=")[0])
        assert is_good(container, sign(place, nameless))


def test_wrong_key_behind_the_id_is_never_used(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """Two keys with one id and no public object: whatever signs, a wrong signature stays inside."""
    mock = make_mock()
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    token.add_key("first", GOST_256, b"1", public=False)
    other = pki_of(GOST_256).issue()
    token.add_object(**{"class": 1}, private=False, label="other", id=b"9", value=other)
    place = place_of(mock.module)
    container = next(found for found in place.containers() if found.label == "other")
    forged = replace(container, uri=container.uri.replace("id=%39", "id=%31"))
    assert forged != container
    with pytest.raises(RoscherkError) as caught:
        sign(place, forged)
    assert caught.value.code is ErrorCode.SELF_CHECK_FAILED
    assert not dict(caught.value.facts).get("order")


@pytest.mark.parametrize(
    ("algorithm", "trick", "facts"),
    [
        (GOST_256, "spoil", {}),
        (GOST_512, "short", {"reason": "length"}),
        (GOST_256, "long", {"reason": "length"}),
        (GOST_512, "empty", {"reason": "length"}),
        (GOST_256, "swap", {"order": "swapped"}),
        (GOST_512, "reverse", {"order": "reversed"}),
    ],
)
def test_bad_signatures_stay_inside(
    make_mock: MakeMock,
    place_of: PlaceOf,
    algorithm: KeyAlgorithm,
    trick: str,
    facts: dict[str, str],
) -> None:
    """A wrong, short or turned signature is refused; one that was only turned is told as such."""
    mock = make_mock()
    mock.insert(profiles.ESMART_GOST).add_key("k", algorithm)
    mock.order(f"C_Sign={trick}")
    error = refusal(place_of(mock.module))
    assert error.code is ErrorCode.SELF_CHECK_FAILED
    told = {name: error.facts.get(name) for name in ("reason", "order") if name in error.facts}
    assert told == facts


def test_token_that_cannot_sign_is_not_sent_a_pin(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """Without the raw mechanism nothing is tried: a passive token, and one for 256 bits only."""
    for profile, algorithm in (
        (profiles.RUTOKEN_LITE, GOST_256),
        (profiles.JACARTA_GOST, GOST_512),
    ):
        mock = make_mock()
        mock.insert(profile, pin="12345678").add_key("k", algorithm)
        error = refusal(place_of(mock.module))
        assert error.code is ErrorCode.KEY_UNSUPPORTED
        assert error.facts["reason"] == "mechanism"
        assert mock.count("C_Login") == 0


def test_key_that_wants_the_pin_for_each_signature(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """CKA_ALWAYS_AUTHENTICATE with a GOST key: the PIN is given again before C_Sign."""
    mock = make_mock()
    mock.insert(profiles.RUTOKEN_ECP_3).add_key("k", GOST_512, always_authenticate=True)
    place = place_of(mock.module)
    assert is_good(only(place), sign(place, only(place)))
    assert [line.split()[0] for line in mock.logins()] == ["user=1", "user=2"]


def test_key_that_may_not_sign(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """A key for agreement only (CKA_SIGN off) is refused by name, not as a broken token."""
    mock = make_mock()
    mock.insert(profiles.RUTOKEN_ECP_3).add_key("k", GOST_256, sign=False)
    assert refusal(place_of(mock.module)).code is ErrorCode.KEY_UNSUPPORTED


def test_digest_of_another_size(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """A GOST key signs the one digest that belongs to its size, and no login is spent on others."""
    mock = make_mock()
    mock.insert(profiles.RUTOKEN_ECP_3).add_key("k", GOST_512)
    place = place_of(mock.module)
    with pytest.raises(RoscherkError) as caught:
        place.open(only(place)).sign_digest(
            "streebog256", digests.digest("streebog256", MESSAGE), pin()
        )
    assert caught.value.code is ErrorCode.UNEXPECTED
    assert mock.count("C_Login") == 0


def many(mock: Mock) -> dict[str, KeyAlgorithm]:
    """Put one key of each kind on a token; return what was put."""
    token = mock.insert(profiles.RUTOKEN_ECP_3)
    kinds = (KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256, GOST_256, GOST_512)
    for kind in kinds:
        token.add_key(kind.value, kind)
    return {kind.value: kind for kind in kinds}


def test_all_kinds_of_keys_on_one_token(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """RSA, ECDSA and both sizes of GOST lie together, and each signs as itself."""
    mock = make_mock(extended=True)
    kinds = many(mock)
    place = place_of(mock.module)
    found = place.containers()
    assert {container.label: container.algorithm for container in found} == kinds
    for container in found:
        assert is_good(container, sign(place, container))
