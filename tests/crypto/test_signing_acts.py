"""Co-signing and counter-signing: what was there stays to the octet, the referee accepts the rest."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from editing_lab import (
    FOUR,
    co_sign,
    counter_sign,
    objection,
    party,
    read,
    sign,
    signed,
    sound,
)
from signing_lab import QUICK, TEXT, others, refused
from stand_ins import openssl
from stand_ins.pki import end_entity, make_pki

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import splicing, structure, tlv
from app.crypto.cms.levels import oids
from app.crypto.cms.locating import locate
from app.crypto.cms.reading import open_cms
from app.crypto.cms.structure import Form
from app.crypto.model import Encoding, SignerIdentifier, SigningAct
from app.crypto.signing.acts import usual_target
from app.errors import ErrorCode

Referee = Callable[[str], openssl.Signer]


@pytest.fixture(scope="session")
def referee(tmp_path_factory: pytest.TempPathFactory) -> Referee:
    """Return signers whose keys and certificates the referee made."""
    openssl.demand()
    made: dict[str, openssl.Signer] = {}

    def signer(algorithm: str) -> openssl.Signer:
        if algorithm not in made:
            made[algorithm] = openssl.Signer.make(tmp_path_factory.mktemp("keys"), algorithm)
        return made[algorithm]

    return signer


def roots(*algorithms: KeyAlgorithm) -> list[bytes]:
    """Return the roots of our infrastructures."""
    return [party(each).root for each in algorithms]


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("first", FOUR)
def test_four_signers_in_turn(source: Path, first: KeyAlgorithm, attached: bool):
    """One signs, three more follow with other algorithms, one of them over a signature."""
    rest = [each for each in FOUR if each is not first]
    one = sign(source, first, attached=attached)
    document = None if attached else source
    two = co_sign(one, rest[0])
    three = co_sign(two, rest[1], encoding=Encoding.BASE64)
    four = counter_sign(three, rest[2], 2)
    assert sound(four, document) == [True] * 4
    before = open_cms(one).layout.signers[0]
    assert open_cms(two).layout.signers[0] == before
    assert open_cms(three).layout.signers[:2] == open_cms(two).layout.signers
    assert set(open_cms(one).layout.certificates) <= set(open_cms(four).layout.certificates)
    assert objection(two, document, roots(*FOUR)) == ""
    assert objection(four, document, roots(*FOUR)) == ""
    assert [path.name for path in (one, two, three, four)] == [
        "Договор № 1 (копия).docx.sig",
        "Договор № 1 (копия).docx (1).sig",
        "Договор № 1 (копия).docx (2).sig",
        "Договор № 1 (копия).docx (3).sig",
    ]


@pytest.mark.parametrize("theirs", ["rsa", "ecdsa", "gost256", "gost512"])
@pytest.mark.parametrize(
    ("options", "form"),
    [
        ((), "DER"),
        (("-nodetach",), "DER"),
        (("-nodetach", "-stream"), "DER"),
        (("-nodetach", "-stream", "-keyid"), "DER"),
        (("-nodetach",), "PEM"),
        (("-noattr",), "DER"),
        (("-nodetach", "-stream", "-noattr"), "DER"),
    ],
)
def test_what_the_referee_made(
    tmp_path: Path, referee: Referee, theirs: str, options: tuple[str, ...], form: str
):
    """Files of the referee of every form, BER without lengths too, get one more signer."""
    document = tmp_path / "document.txt"
    document.write_bytes(TEXT)
    stranger = referee(theirs)
    theirs_file = stranger.sign(document, tmp_path / "document.txt.sig", *options, form=form)
    inside = "-nodetach" in options
    result = co_sign(theirs_file, QUICK)
    old, new = open_cms(theirs_file), open_cms(result)
    assert old.layout.signers[0] in new.layout.signers
    assert (new.content is not None) is inside
    assert sound(result, None if inside else document) == [True, True]
    ours = party(QUICK).root
    assert objection(result, None if inside else document, [ours, stranger.certificate]) == ""


def test_ber_octets_stay(tmp_path: Path, referee: Referee):
    """The content of a BER file stays in its pieces; only the lengths around it become definite."""
    document = tmp_path / "document.txt"
    document.write_bytes(TEXT * 20)
    old_file = referee("rsa").sign(document, tmp_path / "a.sig", "-nodetach", "-stream")
    result = co_sign(old_file, QUICK)
    start, end = open_cms(old_file).layout.content
    inner = old_file.read_bytes()[start:end]
    assert b"\x24\x80" in inner
    start, end = open_cms(result).layout.content
    assert result.read_bytes()[start:end] == inner
    outer = tlv.read_whole(result.read_bytes())
    assert not outer.indefinite


@pytest.mark.parametrize("wrapping", ["lines", "one line", "pem", "trailing blanks"])
def test_text_forms(source: Path, wrapping: str):
    """PEM and bare base64 are as good as binary."""
    one = sign(source, QUICK, attached=True)
    der = one.read_bytes()
    text = {
        "lines": base64.encodebytes(der),
        "one line": base64.b64encode(der),
        "pem": b"-----BEGIN CMS-----\n" + base64.encodebytes(der) + b"-----END CMS-----\n",
        "trailing blanks": base64.b64encode(der) + b" \r\n\t \n",
    }[wrapping]
    one.write_bytes(text)
    result = co_sign(one, KeyAlgorithm.GOST_256)
    assert open_cms(result).form is Form.BINARY
    assert sound(result) == [True, True]
    assert open_cms(one).layout.signers[0] in open_cms(result).layout.signers


def test_key_identifier(source: Path):
    """A signer may name the key instead of the certificate: version 3 of both structures."""
    result = sign(source, QUICK, identifier=SignerIdentifier.KEY_IDENTIFIER)
    found, (facts,) = read(result, source)
    assert (found.version, found.signers[0].version) == (3, 3)
    assert facts.signature_verifies
    assert not facts.warnings
    assert objection(result, source, roots(QUICK)) == ""
    again = co_sign(result, KeyAlgorithm.RSA)
    assert open_cms(again).version == 3


def test_certificate_without_key_identifier(source: Path):
    """A certificate that does not name its key cannot be referred to by it."""
    pki = make_pki(QUICK)
    extensions = end_entity(pki.leaf_key.public, pki.ca_issuer.key.public)
    pki.leaf = pki.issue(extensions=tuple(one for one in extensions if one.oid != "2.5.29.14"))
    key_id = SignerIdentifier.KEY_IDENTIFIER
    error = refused(lambda: sign(source, QUICK, pki, identifier=key_id))
    assert error.code is ErrorCode.CERTIFICATE_WITHOUT_KEY_ID
    assert others(source.parent, source) == []


def test_counter_signatures_stand_on_each_other(source: Path):
    """Five levels, each over the one before; a sixth is refused before the key is asked."""
    path = sign(source, QUICK)
    for number in range(5):
        path = counter_sign(path, FOUR[number % 4], number + 1)
    _, facts = read(path, source)
    assert [one.parent for one in facts] == [None, 0, 1, 2, 3, 4]
    assert sound(path, source) == [True] * 6
    assert objection(path, source, roots(*FOUR)) == ""
    error = refused(lambda: counter_sign(path, QUICK, 6))
    assert (error.code, error.facts["limit"]) == (
        ErrorCode.FORMAT_TOO_COMPLEX,
        "counter_signatures",
    )


def test_numbers_are_those_of_verification(source: Path):
    """Whatever stands where: the place that is found is the one that the check numbers so."""
    path = sign(source, QUICK)
    path = co_sign(path, KeyAlgorithm.RSA)
    for number in (0, 0, 1, 2, 3):
        path = counter_sign(path, QUICK, number + 1)
    found, facts = read(path, source)
    places = locate(found.layout.signers)
    assert [(one.index, one.parent) for one in places] == [(f.index, f.parent) for f in facts]
    assert sound(path, source) == [True] * 7
    for place in places:
        if place.depth:
            attributes = [one.oid for one in place.signer.signed_attributes]
            assert structure.CONTENT_TYPE not in attributes


def test_counter_sign_without_the_document(source: Path):
    """A signature over a signature needs no document."""
    path = sign(source, QUICK)
    source.unlink()
    result = counter_sign(path, KeyAlgorithm.RSA, 1)
    assert read(result)[1][1].signature_verifies


def test_document_given_or_found(source: Path, tmp_path: Path):
    """The document is taken where the user points, or found by its digest; a wrong one is refused."""
    path = sign(source, QUICK)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved = path.rename(elsewhere / "strange name.p7s")
    error = refused(lambda: co_sign(moved, KeyAlgorithm.RSA))
    assert error.code is ErrorCode.CONTENT_NOT_FOUND
    result = co_sign(moved, KeyAlgorithm.RSA, content=source)
    assert sound(result, source) == [True, True]
    (elsewhere / "found by content").write_bytes(TEXT)
    assert sound(co_sign(moved, KeyAlgorithm.GOST_256), source) == [True, True]
    wrong = tmp_path / "wrong.docx"
    wrong.write_bytes(TEXT + b"!")
    error = refused(lambda: co_sign(moved, KeyAlgorithm.RSA, content=wrong))
    assert (error.code, error.facts["number"]) == (ErrorCode.CONTENT_DIFFERS, 1)
    named = path.with_name("named.docx")
    named.write_bytes(TEXT + b"!")
    lonely = tmp_path / "lonely"
    lonely.mkdir()
    changed = lonely / "named.docx.sig"
    changed.write_bytes(moved.read_bytes())
    (lonely / "named.docx").write_bytes(TEXT + b"!")
    error = refused(lambda: co_sign(changed, KeyAlgorithm.RSA))
    assert error.code is ErrorCode.CONTENT_DIFFERS


def test_what_cannot_be_signed_again(source: Path, tmp_path: Path):
    """A document, a file of certificates, trailing octets, an unknown number, a broken signature."""
    error = refused(lambda: co_sign(source, QUICK))
    assert error.code is ErrorCode.FORMAT_UNKNOWN
    path = sign(source, QUICK, attached=True)
    parts, head = splicing.take_apart(path.read_bytes())
    nobody = tmp_path / "nobody.p7b"
    nobody.write_bytes(splicing.put_together(splicing.with_signers(parts, ()), head))
    assert refused(lambda: co_sign(nobody, QUICK)).code is ErrorCode.SIGNATURE_NONE
    trailing = tmp_path / "trailing.sig"
    trailing.write_bytes(path.read_bytes() + b"\0")
    assert refused(lambda: co_sign(trailing, QUICK)).code is ErrorCode.FORMAT_DAMAGED
    error = refused(lambda: counter_sign(path, QUICK, 2))
    assert (error.code, error.facts["last"]) == (ErrorCode.SIGNATURE_NUMBER_UNKNOWN, 1)
    assert error.facts["path"] == str(path)
    broken = tmp_path / "broken.sig"
    value = open_cms(path).signers[0].signature
    broken.write_bytes(path.read_bytes().replace(value, value[:-1] + bytes((value[-1] ^ 1,))))
    assert refused(lambda: counter_sign(broken, QUICK, 1)).code is ErrorCode.SIGNATURE_BROKEN
    tampered = tmp_path / "tampered.sig"
    tampered.write_bytes(path.read_bytes().replace(TEXT, TEXT[:-2] + b"!\n"))
    assert refused(lambda: co_sign(tampered, QUICK)).code is ErrorCode.CONTENT_DIFFERS


def test_hundred_signers_and_no_more(source: Path):
    """A hundred and first signer is refused before the key is asked, and so it is when read."""
    path = sign(source, QUICK)
    parts, head = splicing.take_apart(path.read_bytes())
    many = splicing.with_signers(parts, parts.signers * 100)
    path.write_bytes(splicing.put_together(many, head))
    error = refused(lambda: co_sign(path, KeyAlgorithm.RSA))
    assert (error.code, error.facts["limit"]) == (ErrorCode.FORMAT_TOO_COMPLEX, "signers")
    path.write_bytes(splicing.put_together(splicing.with_signers(parts, parts.signers * 101), head))
    assert refused(lambda: open_cms(path)).code is ErrorCode.FORMAT_TOO_COMPLEX
    rubbish = [tlv.encode(tlv.SEQUENCE, tlv.encode_integer(n)) for n in range(1001)]
    crowded = splicing.with_certificates(parts, rubbish)
    path.write_bytes(splicing.put_together(crowded, head))
    assert refused(lambda: co_sign(path, QUICK)).code is ErrorCode.FORMAT_TOO_COMPLEX


@pytest.mark.parametrize("stamp", sorted(oids.ARCHIVE_TIME_STAMPS))
def test_archive_time_stamps_are_not_spoiled(source: Path, stamp: str):
    """What an archive time-stamp is over stays: certificates for the old ones, evidence for all."""
    path = counter_sign(sign(source, QUICK), QUICK, 1)
    parts, head = splicing.take_apart(path.read_bytes())
    stamped = splicing.with_unsigned_attribute(parts.signers[0], stamp, b"\x05\x00")
    path.write_bytes(splicing.put_together(splicing.with_signers(parts, (stamped,)), head))
    inner = refused(lambda: counter_sign(path, QUICK, 2))
    assert (inner.code, inner.facts["number"]) == (ErrorCode.ARCHIVE_STAMP_HOLDS, 1)
    if stamp == oids.ARCHIVE_TIME_STAMP_V3:
        assert len(read(co_sign(path, KeyAlgorithm.RSA), source)[1]) == 3
        assert len(read(counter_sign(path, KeyAlgorithm.RSA, 1), source)[1]) == 3
        return
    assert refused(lambda: co_sign(path, KeyAlgorithm.RSA)).code is ErrorCode.ARCHIVE_STAMP_HOLDS
    assert refused(lambda: counter_sign(path, QUICK, 1)).code is ErrorCode.ARCHIVE_STAMP_HOLDS
    # The same certificates are there already: nothing that is stamped changes.
    assert len(read(co_sign(path, QUICK), source)[1]) == 3


def test_double_certificate(source: Path):
    """Two certificates of one name and number: each signature says by a digest which is meant."""
    pki, impostor = make_pki(QUICK), make_pki(QUICK)
    impostor.ca_issuer.name = pki.ca_issuer.name
    impostor.leaf = impostor.issue(serial=int.from_bytes(hashlib.sha256(b"1").digest()[:8]))
    pki.leaf = pki.issue(serial=int.from_bytes(hashlib.sha256(b"1").digest()[:8]))
    path = sign(source, QUICK, pki)
    bound = co_sign(path, QUICK, pki=impostor)
    assert sound(bound, source) == [True, True]


def test_source_that_changes(source: Path, monkeypatch: pytest.MonkeyPatch):
    """A signature file that is rewritten meanwhile gives no result."""
    path = sign(source, QUICK, attached=True)
    before = path.read_bytes()

    def late(request: object) -> Path:
        path.write_bytes(before + b" ")
        return usual_target(request)  # type: ignore[arg-type]

    monkeypatch.setattr("app.crypto.signing.acts.usual_target", late)
    error = refused(lambda: co_sign(path, KeyAlgorithm.RSA))
    assert error.code in {ErrorCode.FILE_CHANGED, ErrorCode.FORMAT_DAMAGED}
    assert others(source.parent, source, path) == []


def test_output_and_answer(source: Path, tmp_path: Path):
    """The result lies where it was asked for, and is never written over anything."""
    path = sign(source, QUICK, attached=True)
    target = tmp_path / "both.p7m"
    answer = signed(path, KeyAlgorithm.RSA, act=SigningAct.CO_SIGN, output=target)
    assert (answer.target, answer.attached, answer.level) == (target, True, "CAdES-BES")
    error = refused(lambda: co_sign(path, KeyAlgorithm.RSA, output=target))
    assert error.code is ErrorCode.TARGET_EXISTS
    assert sound(target) == [True, True]
