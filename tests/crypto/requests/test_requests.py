"""Requests for certificates: fields checked, made with any key, verified, and read back."""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stand_ins import openssl
from stand_ins.pki import PkiKey, pki_of

from app.algorithms import der, names, signatures
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.fields import PRACTICE_TOOL
from app.crypto.requests import building, reading, tasks
from app.crypto.requests.applicant import checked
from app.crypto.requests.door import Requests
from app.crypto.requests.model import (
    Applicant,
    ApplicantKind,
    MadeRequest,
    RequestContent,
    RequestEncoding,
    RequestOrder,
)
from app.errors import ErrorCode, RoscherkError
from app.processes import wire
from app.processes.method import Method
from app.tokens.backend import KeyBackend
from app.tokens.model import Container, KeyPlaceKind, Token

GOST_SETS = {
    "CryptoPro-A": "1.2.643.2.2.35.1",
    "CryptoPro-B": "1.2.643.2.2.35.2",
    "CryptoPro-C": "1.2.643.2.2.35.3",
    "CryptoPro-XchA": "1.2.643.2.2.36.0",
    "CryptoPro-XchB": "1.2.643.2.2.36.1",
    "tc26-256-A": "1.2.643.7.1.2.1.1.1",
    "tc26-256-B": "1.2.643.7.1.2.1.1.2",
    "tc26-256-C": "1.2.643.7.1.2.1.1.3",
    "tc26-256-D": "1.2.643.7.1.2.1.1.4",
    "tc26-512-A": "1.2.643.7.1.2.1.2.1",
    "tc26-512-B": "1.2.643.7.1.2.1.2.2",
    "tc26-512-C": "1.2.643.7.1.2.1.2.3",
}
PERSON = {
    "surname": "Иванова",
    "given_name": "Анна Петровна",
    "snils": "112-233-445 95",
    "inn": "500100732259",
}
ENTITY = {
    "organization": "ООО «Ромашка, лютик»",
    "inn_le": "7707083893",
    "ogrn": "1027700132195",
    "region": "77 г. Москва",
    "locality": "г. Москва",
}
KINDS: dict[ApplicantKind, dict[str, str]] = {
    ApplicantKind.PERSON: PERSON,
    ApplicantKind.IP: PERSON | {"ogrnip": "304500116000157"},
    ApplicantKind.LEGAL: ENTITY | PERSON | {"title": "Директор", "email": "anna@romashka.ru"},
    ApplicantKind.SYSTEM: ENTITY,
}


def applicant(kind: ApplicantKind, **changes: str) -> Applicant:
    """Return an applicant of this kind with every field that it needs."""
    return Applicant(kind=kind, **(KINDS[kind] | changes))


class Workers:
    """A pool without processes; request and answer go through the wire."""

    def run(self, method: Method[Any, Any], request: Any) -> Any:
        """Run the handler."""
        handlers: dict[str, Callable[..., Any]] = {
            "request_prepare": tasks.prepare,
            "request_finish": tasks.finish,
            "request_show": tasks.show,
        }
        sent = wire.decode(wire.encode(request), method.request)
        answer = handlers[method.name](sent, None)
        return wire.decode(wire.encode(answer), method.answer)


class Keys:
    """A keyring with one key."""

    def __init__(self, key: KeyBackend) -> None:
        self._key = key

    def open(self, _: Container) -> KeyBackend:
        """Return the key."""
        return self._key


class BentKey(PkiKey):
    """A key whose signatures are of something else."""

    def sign_digest(self, digest_name: str, digest: bytes, secret: Any) -> bytes:
        """Sign another digest."""
        return super().sign_digest(digest_name, digest[::-1], secret)


def make(key: KeyBackend, output: Path, content: RequestContent, **changes: Any) -> MadeRequest:
    """Make a request through the door."""
    order = RequestOrder(content=content, container=key.container, output=output, **changes)
    return Requests(Workers(), Keys(key), order.output.parent / "pending").make(order)  # type: ignore[arg-type]


def content(kind: ApplicantKind = ApplicantKind.LEGAL, **changes: Any) -> RequestContent:
    """Return what is asked for by an applicant of this kind."""
    return RequestContent(applicant=applicant(kind), **changes)


def keyless(key: PkiKey) -> PkiKey:
    """Return a key as it is before there is a certificate: its public part alone is known."""
    container = replace(key.container, certificate=None, chain=(), public_key=key.key.public)
    return PkiKey(key.key, container)


@pytest.mark.parametrize("name", GOST_SETS)
def test_referee_accepts_gost(tmp_path: Path, name: str) -> None:
    """OpenSSL verifies the request of a key on each named curve."""
    openssl.demand()
    algorithm = KeyAlgorithm.GOST_512 if "512" in name else KeyAlgorithm.GOST_256
    key = keyless(pki_of(algorithm, KeyAlgorithm.ECDSA_P256, curve=GOST_SETS[name]).key)
    made = make(key, tmp_path / "запрос.csr", content())
    assert made.facts.curve == name
    told = openssl.openssl(
        "req", "-engine", "gost", "-in", made.target, "-noout", "-verify", "-subject",
        "-nameopt", "utf8,sep_multiline",
    )  # fmt: skip
    text = (told.stdout + told.stderr).decode()
    assert told.returncode == 0, text
    assert "verify OK" in text
    for expected in ("ООО «Ромашка, лютик»", "Анна Петровна", "11223344595", "7707083893"):
        assert expected in text


@pytest.mark.parametrize("encoding", RequestEncoding)
@pytest.mark.parametrize(
    "algorithm", [KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256, KeyAlgorithm.ECDSA_P384]
)
def test_referee_accepts_others(
    tmp_path: Path, algorithm: KeyAlgorithm, encoding: RequestEncoding
) -> None:
    """So it does with RSA and ECDSA, in both encodings."""
    openssl.demand()
    key = keyless(pki_of(algorithm).key)
    made = make(key, tmp_path / "r.csr", content(ApplicantKind.IP), encoding=encoding)
    told = openssl.openssl("req", "-inform", encoding.value, "-in", made.target, "-verify")
    assert told.returncode == 0
    assert b"verify OK" in told.stdout + told.stderr


@pytest.mark.parametrize("kind", ApplicantKind)
def test_fields_come_back(tmp_path: Path, kind: ApplicantKind) -> None:
    """What was typed is what is read, numbers without their blanks and dashes."""
    asked = content(
        kind,
        policies=("1.2.643.100.113.1", "1.2.643.100.113.2"),
        identification=1,
        key_usage=("digitalSignature", "keyEncipherment"),
        alternative_emails=("anna@romashka.ru",),
        alternative_hosts=("edo.romashka.ru",),
    )
    made = make(keyless(pki_of(KeyAlgorithm.GOST_256).key), tmp_path / "r.csr", asked)
    facts = tasks.show(tasks.RequestShow(path=made.target), None)  # type: ignore[arg-type]
    assert facts == made.facts
    expected = {name: value.replace("-", "") for name, value in KINDS[kind].items()}
    expected |= {"snils": "11223344595"} if "snils" in expected else {}
    expected |= {"title": "Директор", "email": "anna@romashka.ru"} if "title" in expected else {}
    assert {name: getattr(facts.subject, name) for name in expected} == expected
    usual = "Иванова Анна Петровна" if kind in "person ip" else "ООО «Ромашка, лютик»"
    assert facts.subject.common_name == usual
    assert facts.subject.country == "RU"
    assert facts.key_usage == ("digitalSignature", "keyEncipherment")
    assert facts.extended_key_usage == ("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4")
    assert facts.policies == asked.policies
    assert facts.identification_kind == 1
    assert facts.alternative_names == ("email:anna@romashka.ru", "dns:edo.romashka.ru")
    assert facts.signature_verifies is True
    assert not facts.warnings
    assert not facts.other_extensions


def test_types_of_strings(tmp_path: Path) -> None:
    """Numbers are NumericString of their length, the country PrintableString (RFC 9215 §5.1)."""
    made = make(keyless(pki_of(KeyAlgorithm.GOST_256).key), tmp_path / "r.csr", content())
    info = der.read(made.facts.der).children()[0]
    found = {}
    for relative in info.children()[1].children():
        oid, value = relative.children()[0].children()
        found[oid.as_oid()] = (value.tag, len(value.content))
    assert found["1.2.643.100.1"] == (0x12, 13)
    assert found["1.2.643.100.3"] == (0x12, 11)
    assert found["1.2.643.100.4"] == (0x12, 10)
    assert found["1.2.643.3.131.1.1"] == (0x12, 12)
    assert found["2.5.4.6"] == (0x13, 2)
    assert found["2.5.4.10"][0] == 0x0C
    assert found["1.2.840.113549.1.9.1"][0] == 0x16


@pytest.mark.parametrize(
    ("kind", "field", "value", "fact"),
    [
        ("legal", "inn_le", "7707083894", "number"),
        ("legal", "inn_le", "770708389", "digits"),
        ("legal", "ogrn", "1027700132196", "number"),
        ("legal", "ogrnip", "304500116000157", "kind"),
        ("ip", "ogrnip", "304500116000158", "number"),
        ("ip", "ogrnip", "٣٠٤٥٠٠١١٦٠٠٠١٥٧", "digits"),
        ("person", "inn", "500100732258", "number"),
        ("person", "snils", "112-233-445 96", "number"),
        ("person", "organization", "ООО «Ромашка»", "kind"),
        ("system", "surname", "Иванова", "kind"),
        ("person", "country", "Россия", "value"),
        ("person", "email", "анна@ромашка.рф", "value"),
        ("person", "given_name", "Ан\u202eна", "characters"),
        ("person", "street", "я" * 256, "limit"),
    ],
)
def test_wrong_fields(kind: str, field: str, value: str, fact: str) -> None:
    """A slip is told by the field and by what is wrong about it."""
    with pytest.raises(RoscherkError) as caught:
        checked(applicant(ApplicantKind(kind), **{field: value}))
    assert caught.value.code is ErrorCode.REQUEST_FIELD_INVALID
    assert caught.value.facts["field"] == field
    assert fact in caught.value.facts


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (kind, field)
        for kind, given in KINDS.items()
        for field in given
        if field not in {"title", "email"}
    ],
)
def test_missing_fields(kind: ApplicantKind, field: str) -> None:
    """A certificate is not issued without these."""
    with pytest.raises(RoscherkError) as caught:
        checked(applicant(kind, **{field: " \u00a0"}))
    assert caught.value.code is ErrorCode.REQUEST_FIELD_MISSING
    assert caught.value.facts == {"field": field, "kind": kind.value}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key_usage": ("signing",)}, "key_usage"),
        ({"purposes": ("1.2.x",)}, "purposes"),
        ({"purposes": ("1.99.1",)}, "purposes"),
        ({"policies": ("3.1.1",)}, "policies"),
        ({"identification": 4}, "identification"),
        ({"alternative_emails": ("почта",)}, "alternative_emails"),
        ({"alternative_hosts": ("-host-",)}, "alternative_hosts"),
    ],
)
def test_wrong_extensions(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    """What cannot stand in an extension is refused before the key is asked."""
    with pytest.raises(RoscherkError) as caught:
        make(keyless(pki_of(KeyAlgorithm.RSA).key), tmp_path / "r.csr", content(**changes))
    assert caught.value.code is ErrorCode.REQUEST_FIELD_INVALID
    assert caught.value.facts["field"] == field
    assert list(tmp_path.iterdir()) == []


def test_wrong_signature_is_never_saved(tmp_path: Path) -> None:
    """A key that signs something else leaves no file."""
    key = pki_of(KeyAlgorithm.GOST_256).key
    with pytest.raises(RoscherkError) as caught:
        make(BentKey(key.key, key.container), tmp_path / "r.csr", content())
    assert caught.value.code is ErrorCode.SELF_CHECK_FAILED
    assert list(tmp_path.iterdir()) == []


def test_another_key_than_the_container_says(tmp_path: Path) -> None:
    """The signature is held against the public key that stands in the request."""
    key = pki_of(KeyAlgorithm.ECDSA_P256).key
    other = pki_of(KeyAlgorithm.ECDSA_P256, KeyAlgorithm.RSA).key
    with pytest.raises(RoscherkError) as caught:
        make(PkiKey(other.key, key.container), tmp_path / "r.csr", content())
    assert caught.value.code is ErrorCode.SELF_CHECK_FAILED
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A taken name is told before the key is asked."""
    (tmp_path / "r.csr").write_bytes(b"mine")
    with pytest.raises(RoscherkError) as caught:
        make(pki_of(KeyAlgorithm.RSA).key, tmp_path / "r.csr", content())
    assert caught.value.code is ErrorCode.TARGET_EXISTS
    assert (tmp_path / "r.csr").read_bytes() == b"mine"


def test_hidden_public_key(tmp_path: Path) -> None:
    """A key of which only the private part is seen cannot be asked for."""
    key = pki_of(KeyAlgorithm.RSA).key
    hidden = PkiKey(key.key, replace(key.container, certificate=None, chain=()))
    with pytest.raises(RoscherkError) as caught:
        make(hidden, tmp_path / "r.csr", content())
    assert caught.value.code is ErrorCode.KEY_UNSUPPORTED


def test_only_the_real_tool_is_named() -> None:
    """The tool of the owner is the one that made the key, or nobody says which."""
    gost = pki_of(KeyAlgorithm.GOST_256).container
    assert "libgcrypt" in (building.sign_tool_of(gost) or "")
    assert "не СКЗИ" in (building.sign_tool_of(gost) or "")
    assert building.sign_tool_of(replace(gost, practice=True)) == PRACTICE_TOOL
    assert building.sign_tool_of(replace(gost, place=KeyPlaceKind.PFX)) is None
    token = Token(
        module=Path("/m.so"), slot=0, label="t", manufacturer="Aktiv Co.", model="Rutoken ECP",
        serial="1",
    )  # fmt: skip
    plugged = replace(gost, place=KeyPlaceKind.TOKEN, token=token)
    assert building.sign_tool_of(plugged) is None
    assert building.sign_tool_of(replace(plugged, made_on_token=False)) is None
    made_there = replace(plugged, made_on_token=True)
    assert building.sign_tool_of(made_there) == "Aktiv Co. Rutoken ECP"
    long = replace(made_there, token=replace(token, model="М" * 300))
    assert len(building.sign_tool_of(long) or "") == building.LONGEST_TOOL


def test_changed_requests_do_not_verify(tmp_path: Path) -> None:
    """One changed letter of the name is found."""
    key = keyless(pki_of(KeyAlgorithm.GOST_256).key)
    made = make(key, tmp_path / "r.csr", content())
    changed = made.facts.der.replace("Анна".encode(), "Алла".encode())
    assert reading.describe(changed).signature_verifies is False


def test_files_of_others(data_folder: Path) -> None:
    """Requests that Bouncy Castle and PyGOST hold for good are so here.

    Some are made on the curves of examples, which are refused outside of tests (rule GST-05).
    """
    index = (data_folder / "index.tsv").read_text().splitlines()
    files = [line.split("\t")[0] for line in index if line.split("\t")[1:2] == ["csr"]]
    assert len(files) >= 8
    verified = 0
    for name in files:
        facts = reading.describe(reading.unwrap((data_folder / name).read_bytes()))
        assert facts.signature_verifies is not False, name
        verified += facts.signature_verifies is True
        if facts.signature_verifies is None:
            info, algorithm, signature = der.read(facts.der).children()
            key = names.key_algorithm_of_spki(facts.public_key)
            assert key is not None
            assert signatures.verify(
                facts.public_key,
                der.element(algorithm.tag, algorithm.content),
                digest_name=names.default_digest(key),
                message=der.element(info.tag, info.content),
                signature=signature.content[1:],
                allow_test_parameters=True,
            ), name
    assert verified >= 6


def test_made_by_the_referee(tmp_path: Path) -> None:
    """Requests of OpenSSL are read by either PEM mark, as DER and as bare base64."""
    openssl.demand()
    pem, encoded = tmp_path / "r.pem", tmp_path / "r.der"
    openssl.succeed(
        "req", "-new", "-engine", "gost", "-newkey", "gost2012_256", "-pkeyopt", "paramset:A",
        "-nodes", "-keyout", tmp_path / "k.pem", "-out", pem, "-newhdr",
        "-subj", "/C=RU/CN=Иван/1.2.643.100.3=11223344596", "-utf8",
        "-addext", "subjectAltName=email:a@b.ru,IP:127.0.0.1",
        "-addext", "1.2.3.4=ASN1:NULL",
    )  # fmt: skip
    openssl.succeed("req", "-engine", "gost", "-in", pem, "-outform", "DER", "-out", encoded)
    data = encoded.read_bytes()
    assert b"NEW CERTIFICATE REQUEST" in pem.read_bytes()
    for form in (pem.read_bytes(), data, base64.encodebytes(data), b"\r\n" + pem.read_bytes()):
        facts = reading.describe(reading.unwrap(form))
        assert facts.der == data
        assert facts.signature_verifies is True
        assert facts.subject.common_name == "Иван"
        assert facts.alternative_names == ("email:a@b.ru", "ip_address")
        assert facts.other_extensions == ("1.2.3.4",)
        assert [each.code for each in facts.warnings] == ["number_doubtful"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ErrorCode.FILE_EMPTY),
        (b"0" * (reading.LARGEST + 1), ErrorCode.FILE_TOO_LARGE),
        ("Привет".encode(), ErrorCode.REQUEST_DAMAGED),
        (b"-----BEGIN CERTIFICATE REQUEST-----\nMII", ErrorCode.REQUEST_DAMAGED),
        (b"\x30\x80\x00\x00", ErrorCode.REQUEST_DAMAGED),
        (b"\x30\x03\x02\x01\x00", ErrorCode.REQUEST_DAMAGED),
    ],
)
def test_bad_files(tmp_path: Path, data: bytes, code: ErrorCode) -> None:
    """What is no request ends in an error that names the file."""
    path = tmp_path / "x.csr"
    path.write_bytes(data)
    with pytest.raises(RoscherkError) as caught:
        tasks.show(tasks.RequestShow(path=path), None)  # type: ignore[arg-type]
    assert caught.value.code is code
    assert caught.value.facts["path"] == str(path)


def test_a_certificate_is_no_request() -> None:
    """The file next to it is told apart."""
    with pytest.raises(RoscherkError) as caught:
        reading.describe(pki_of(KeyAlgorithm.RSA).leaf)
    assert caught.value.code is ErrorCode.REQUEST_DAMAGED


_LETTERS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40).filter(
    lambda text: text.isprintable()
)


@given(surname=_LETTERS, given_name=_LETTERS, street=_LETTERS)
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back(surname: str, given_name: str, street: str) -> None:
    """Whatever letters a name has, the request holds them."""
    container = keyless(pki_of(KeyAlgorithm.ECDSA_P256).key).container
    given_fields = {"surname": surname, "given_name": given_name, "street": street}
    person = checked(applicant(ApplicantKind.PERSON, **given_fields))
    info = building.build_info(RequestContent(applicant=person), container)
    request = building.build_request(info, KeyAlgorithm.ECDSA_P256, b"\x30\x00")
    facts = reading.describe(request)
    assert facts.signature_verifies is False
    for name in given_fields:
        assert getattr(facts.subject, name) == getattr(person, name)


@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
@example(place=0.7677251334988212, flip=1)  # the parameters of the signature, which are not signed
@settings(max_examples=150, deadline=None)
def test_any_flipped_octet(place: float, flip: int) -> None:
    """A damaged request is an error of ours or a signature that does not verify."""
    whole = _sample()
    damaged = bytearray(whole)
    damaged[int(place * len(whole))] ^= flip
    try:
        facts = reading.describe(bytes(damaged))
    except RoscherkError as error:
        if error.code is not ErrorCode.REQUEST_DAMAGED:
            raise
    else:
        assert facts.signature_verifies is not True


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_octets(data: bytes) -> None:
    """Anything else is an error of ours."""
    with pytest.raises(RoscherkError):
        reading.describe(reading.unwrap(data))


_SAMPLES: list[bytes] = []


def _sample() -> bytes:
    """Return one request, made once."""
    if not _SAMPLES:
        key = keyless(pki_of(KeyAlgorithm.RSA).key)
        info = building.build_info(content(), key.container)
        _SAMPLES.append(building.build_request(info, KeyAlgorithm.RSA, key.key.sign(info)))
        assert reading.describe(_SAMPLES[0]).signature_verifies is True
    return _SAMPLES[0]
