"""XML signatures over a whole document: what holds, and every way in which one does not."""

import base64
import random
import re
import subprocess
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from stand_ins import openssl
from stand_ins.accredited_list import (
    DS,
    ENVELOPED,
    EXCLUSIVE,
    INCLUSIVE,
    Center,
    insert,
    list_of,
    signed,
    signer_of,
)
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.outline import Outline
from app.crypto.xml import reading
from app.crypto.xml.signature import XmlSignatureError, check_enveloped
from app.errors import ErrorCode, RoscherkError

GOST = KeyAlgorithm.GOST_256
SIGNER = signer_of(GOST)
PLAIN = list_of([Center(certificates=[pki_of(GOST).ca])])
GOOD = signed(PLAIN, SIGNER)


def refused(data: bytes) -> str:
    """Return why a signature is refused; fail if it is not."""
    with pytest.raises(XmlSignatureError) as caught:
        check_enveloped(data)
    return caught.value.code


@pytest.mark.parametrize("algorithm", [GOST, KeyAlgorithm.GOST_512, KeyAlgorithm.RSA])
@pytest.mark.parametrize("c14n", [INCLUSIVE, EXCLUSIVE])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_what_we_sign_verifies(algorithm: KeyAlgorithm, c14n: str, encoding: str):
    """Each algorithm, canonicalization and encoding."""
    plain = list_of([Center(certificates=[pki_of(GOST).ca])], encoding=encoding)
    signer = signer_of(algorithm)
    found = check_enveloped(signed(plain, signer, c14n=c14n))
    assert found.signer == signer.certificate
    assert found.weak == ()


def test_enveloped_transform_alone(tmp_path: Path):
    """Without a canonicalization of its own the document is made canonical by C14N 1.0."""
    assert check_enveloped(signed(PLAIN, SIGNER, transforms=[ENVELOPED])).signer
    assert not list(tmp_path.iterdir())


def test_reference_by_the_id_of_the_root():
    """A reference may name the root by its Id."""
    plain = list_of([Center(certificates=[pki_of(GOST).ca])], root_attributes=' Id="whole"')
    assert check_enveloped(signed(plain, SIGNER, uri="#whole")).signer
    assert refused(signed(plain, SIGNER, uri="#other")) == "reference"


def test_comments_and_text_around_the_signature_are_kept_apart():
    """Comments are not signed, blank space around the Signature is."""
    head = GOOD.index(b"<Signature")
    assert check_enveloped(GOOD[:head] + b"<!-- remark -->" + GOOD[head:]).signer
    assert refused(GOOD[:head] + b" " + GOOD[head:]) == "digest"
    spaced = PLAIN.replace(b"\n", b"\n  ")
    assert check_enveloped(signed(spaced, SIGNER)).signer


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"uri": "#nobody"}, "reference"),
        ({"uri": "http://a.test/"}, "reference"),
        ({"references": 2}, "structure"),
        ({"references": 0}, "structure"),
        ({"transforms": []}, "transforms"),
        ({"transforms": [INCLUSIVE]}, "transforms"),
        ({"transforms": [INCLUSIVE, ENVELOPED]}, "transforms"),
        ({"transforms": [ENVELOPED, INCLUSIVE, INCLUSIVE]}, "transforms"),
        ({"transforms": [ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116"]}, "transforms"),
        ({"transforms": [ENVELOPED, INCLUSIVE + "#WithComments"]}, "transforms"),
    ],
)
def test_orders_that_are_refused(order: dict[str, object], code: str):
    """The signature itself would verify; what it prescribes is not what is expected."""
    assert refused(signed(PLAIN, SIGNER, **order)) == code


@pytest.mark.parametrize(
    ("place", "name"), [(b"<SignedInfo", b' xmlns:q="a/b"'), (b" xmlns:xsi=", b' xmlns:q="a/b"')]
)
def test_relative_namespaces_have_no_canonical_form(place: bytes, name: bytes):
    """Found by mutants: libxml2 gives up on them, and that is a refusal like any other."""
    data = GOOD.replace(place, place + name if place == b"<SignedInfo" else name + place, 1)
    assert refused(data) in {"structure", "value"}


def _double(data: bytes) -> bytes:
    signature = data[data.index(b"<Signature") : data.index(b"</Signature>") + 12]
    return insert(data, signature)


def _wrapped(data: bytes) -> bytes:
    """Put the signed document, with its signature, inside another one."""
    inner = data[data.index(b"?>") + 2 :]
    return insert(list_of([Center(name="Чужой УЦ", certificates=[pki_of(GOST).root])]), inner)


def _moved(data: bytes) -> bytes:
    """Take the signature out of the root and put it into the first authority."""
    head, tail = data.index(b"<Signature"), data.index(b"</Signature>") + 12
    signature, rest = data[head:tail], data[:head] + data[tail:]
    place = rest.index("</УдостоверяющийЦентр>".encode())
    return rest[:place] + signature + rest[place:]


def _evil_root(data: bytes) -> bytes:
    """Name the honest root by Id and hang it inside an evil one with the same Id."""
    return _wrapped(data).replace(b'xmlns:xsi="urn:x"', b'xmlns:xsi="urn:x" Id="x"')


ATTACKS: list[tuple[Callable[[bytes], bytes], str]] = [
    (_double, "several"),
    (_wrapped, "place"),
    (_moved, "place"),
    (_evil_root, "place"),
    (lambda data: data[: data.index(b"<Signature")] + data[data.index(b"</Signature>") + 12 :], "absent"),
    (lambda data: data.replace("КС3".encode(), "КА1".encode()), "digest"),
    (lambda data: data.replace("Действует".encode(), "действует".encode(), 1), "digest"),
    (lambda data: data.replace(b"<KeyInfo>", b"<KeyInfo><KeyValue/>").replace(b"<X509Data>", b"<X509Date>").replace(b"</X509Data>", b"</X509Date>"), "certificate"),
    (lambda data: re.sub(rb"<KeyInfo>.*</KeyInfo>", b"", data), "certificate"),
    (lambda data: data.replace(b"<SignatureValue>", b"<SignatureValue>AAAA"), "value"),
    (lambda data: data.replace(b"gostr34102012-gostr34112012-256", b"gostr34102012-gostr34112012-512"), "value"),
    (lambda data: data.replace(b"gostr34102012-gostr34112012-256", b"none"), "algorithm"),
    (lambda data: data.replace(b"cpxmlsec:algorithms:gostr34112012-256", b"md5"), "algorithm"),
    (lambda data: data.replace(b"<SignedInfo>", b"<SignedInfo><SignedInfo/>"), "structure"),
    (lambda data: data.replace(b"</SignedInfo>", b"</SignedInfo><SignedInfo/>"), "structure"),
    (lambda data: data.replace(b"<Reference ", b"<Reference Id='a'/><Reference "), "structure"),
    (lambda data: data.replace(b"<SignatureValue>", b"<SignatureValue>!"), "structure"),
    (lambda data: data.replace("<Версия>".encode(), "<Версия Id='a' xml:id='a'>".encode()), "duplicate_ids"),
]  # fmt: skip


@pytest.mark.parametrize(("attack", "code"), ATTACKS)
def test_attacks(attack: Callable[[bytes], bytes], code: str):
    """Wrapping, doubled Ids, several signatures, changed parts: each is refused for what it is."""
    data = attack(GOOD)
    assert data != GOOD
    assert refused(data) == code


def test_certificate_of_another_key():
    """The certificate in KeyInfo must be the one whose key signed."""
    other = signer_of(GOST, 1)
    assert refused(signed(PLAIN, SIGNER, certificates=[other.certificate])) == "value"
    found = check_enveloped(
        signed(PLAIN, SIGNER, certificates=[other.certificate, SIGNER.certificate])
    )
    assert (found.signer, found.others) == (SIGNER.certificate, (other.certificate,))


def test_two_certificates_of_one_key():
    """Nobody can say whose signature it is: the double certificate attack."""
    twin = pki_of(GOST).issue(SIGNER.key.public)
    both = [SIGNER.certificate, twin]
    assert refused(signed(PLAIN, SIGNER, certificates=both)) == "certificate"


def test_octets_of_the_value_have_one_order():
    """The numbers the other way round, or turned around, are refused: nothing is tried."""
    value = re.search(rb"<SignatureValue>(.*)</SignatureValue>", GOOD)
    assert value is not None
    raw = base64.b64decode(value[1])
    for turned in (raw[32:] + raw[:32], raw[::-1]):
        assert refused(GOOD.replace(value[1], base64.b64encode(turned))) == "value"


def test_openssl_agrees_about_the_value(tmp_path: Path):
    """The gost engine verifies our SignatureValue over the canonical SignedInfo."""
    openssl.demand()
    root = etree.fromstring(GOOD)
    signature = root.find(f"{{{DS}}}Signature")
    assert signature is not None
    info = etree.fromstring(etree.tostring(signature[0], with_tail=False))
    (tmp_path / "info").write_bytes(etree.tostring(info, method="c14n"))
    (tmp_path / "value").write_bytes(base64.b64decode(signature[1].text or ""))
    spki = Outline.read(SIGNER.certificate).public_key
    (tmp_path / "key.pem").write_bytes(
        b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(spki) + b"-----END PUBLIC KEY-----\n"
    )
    done = openssl.openssl(
        "dgst", "-engine", "gost", "-md_gost12_256", "-verify", tmp_path / "key.pem",
        "-signature", tmp_path / "value", tmp_path / "info",
    )  # fmt: skip
    assert isinstance(done, subprocess.CompletedProcess)
    assert done.returncode == 0, done.stderr


def test_mutants_are_never_accepted():
    """300 mutants of a signed list: none verifies but those that change nothing of what is signed."""
    chance = random.Random(5)
    same = etree.tostring(etree.fromstring(PLAIN), method="c14n")
    accepted = 0
    for _ in range(300):
        data = bytearray(GOOD)
        for _ in range(chance.choice((1, 1, 2, 8))):
            place = chance.randrange(len(data))
            act = chance.randrange(3)
            if act == 0:
                data[place] = chance.randrange(256)
            elif act == 1:
                del data[place : place + chance.randrange(1, 40)]
            else:
                data[place:place] = data[place : place + chance.randrange(1, 40)]
        if bytes(data) == GOOD:
            continue
        try:
            for _ in reading.walk(bytes(data)):
                pass
            check_enveloped(bytes(data))
        except (XmlSignatureError, RoscherkError):
            continue
        accepted += 1
        root = etree.fromstring(bytes(data))
        signature = root.find(f"{{{DS}}}Signature")
        assert signature is not None
        root.remove(signature)
        assert etree.tostring(root, method="c14n") == same
    assert accepted < 20


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', ErrorCode.XML_UNSAFE),
        (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', ErrorCode.XML_UNSAFE),
        (b'<?xml version="1.0" encoding="utf-16"?><r/>', ErrorCode.XML_UNSAFE),
        (b'<?xml version="1.0" encoding="utf-7"?><r/>', ErrorCode.XML_UNSAFE),
        ("<r/>".encode("utf-16"), ErrorCode.XML_UNSAFE),
        ("<r/>".encode("utf-32"), ErrorCode.XML_UNSAFE),
        (b"<?x?>" * 2000 + b"<r/>", ErrorCode.XML_UNSAFE),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='windows-1251'?><r/>", ErrorCode.XML_UNSAFE),
        (b"<r>&a;</r>", ErrorCode.FORMAT_DAMAGED),
        (b"<r>", ErrorCode.FORMAT_DAMAGED),
        (b"", ErrorCode.FORMAT_DAMAGED),
        (b"<r>\xff</r>", ErrorCode.FORMAT_DAMAGED),
        (b"<r>" * 257 + b"</r>" * 257, ErrorCode.FORMAT_TOO_COMPLEX),
        (b"<r>" * 100_000, ErrorCode.FORMAT_TOO_COMPLEX),
        (b"<r>" + b"<a/>" * 500_000 + b"</r>", ErrorCode.FORMAT_TOO_COMPLEX),
    ],
)
def test_unsafe_documents(data: bytes, code: ErrorCode):
    """No DTD, no entities, no odd encodings, no depth, no crowds."""
    with pytest.raises(RoscherkError) as caught:
        deque(reading.walk(data), maxlen=0)
    assert caught.value.code is code


def test_depth_at_the_limit():
    """256 levels are read."""
    data = b"<r>" * 256 + b"</r>" * 256
    assert max(depth for _, _, depth in reading.walk(data)) == 256
