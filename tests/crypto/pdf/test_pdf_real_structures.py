"""The structures of real Russian files, made with keys of our own: accepted by their proper name.

Extracts of the tax service: adbe.pkcs7.detached, no signed attributes, parameters that are NULL, an
algorithm named by the object identifier of a key or of the standard before, /Contents padded to a
fixed length.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from attacks.pdf_documents import plain
from attacks.raw_signing import MakeCms, Raw, digest_of, raw_signed, usual_cms
from attacks.signed_files import Judge, strict_trust, warnings_of
from stand_ins import gost2001
from stand_ins.gost2001 import old_signer
from stand_ins.pki import Pki, pki_of

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.outline import Outline
from app.crypto.cms import splicing, tlv, writing
from app.crypto.pdf.checking import check_pdf
from app.crypto.verdict.facts import Level
from app.crypto.verdict.report import Indication, Integrity, SubIndication
from app.texts.verdicts import reasons, warnings

GOST = pki_of(KeyAlgorithm.GOST_256)
NULL = b"\x05\x00"
STREEBOG_256 = "1.2.643.7.1.1.2.2"
KEY_2012_256 = "1.2.643.7.1.1.1.1"
SIGNATURE_2012_256 = "1.2.643.7.1.1.3.2"
KEY_2001 = "1.2.643.2.2.19"


def algorithm(oid: str, parameters: bytes) -> bytes:
    """Return an AlgorithmIdentifier."""
    return tlv.encode(tlv.SEQUENCE, tlv.encode_oid(oid), parameters)


def bare_cms(signature_oid: str, parameters: bytes = NULL) -> MakeCms:
    """Return what makes a SignedData without signed attributes: a signature over the octets."""

    def make(pki: Pki, covered: bytes) -> bytes:
        name = digest_of(pki)
        outline = Outline.read(pki.leaf)
        signature = pki.key.sign_digest(name, digests.digest(name, covered), None)
        signer = tlv.encode(
            tlv.SEQUENCE,
            tlv.encode_integer(1),
            tlv.encode(tlv.SEQUENCE, outline.issuer, tlv.encode(tlv.INTEGER, outline.serial)),
            algorithm(STREEBOG_256, parameters),
            algorithm(signature_oid, parameters),
            tlv.encode(tlv.OCTET_STRING, signature),
        )
        parts = writing.new_parts((signer,), (pki.leaf, pki.ca))
        return splicing.put_together(parts, writing.content_head(None))

    return make


EXTRACTS = {
    "2023 to 2025: signature OID": (SIGNATURE_2012_256, NULL, 8001),
    "2025: GOST 2001 OID, 2012 key": (KEY_2001, NULL, 8001),
    "short padding": (KEY_2001, NULL, 4001),
    "key OID": (KEY_2012_256, NULL, 8001),
    "no parameters": (KEY_2012_256, b"", 8001),
}


@pytest.mark.parametrize("name", EXTRACTS)
def test_extract_of_the_tax_service(name: str, tmp_path: Path) -> None:
    """It is intact, of an old kind, and said to be without signed attributes; it passes."""
    oid, parameters, room = EXTRACTS[name]
    how = Raw(
        subfilter="/adbe.pkcs7.detached",
        make=bare_cms(oid, parameters),
        room=2 * room,
    )
    data = raw_signed(plain(), GOST, how)
    path = tmp_path / "выписка.pdf"
    path.write_bytes(data)
    (facts,) = check_pdf(path).signatures
    assert facts.digest_matches is True
    assert facts.signature_verifies is True
    assert facts.level is Level.PDF_LEGACY
    assert not facts.constraint_problems
    judge = Judge(path, strict_trust(GOST, tmp_path / "trust"))
    report = judge(data)
    assert report.verdict is Indication.TOTAL_PASSED
    assert warnings_of(report), "nothing was said of the missing attributes"


def test_a_changed_extract_is_broken(tmp_path: Path) -> None:
    """Bare signatures are checked over the octets like any other."""
    how = Raw(subfilter="/adbe.pkcs7.detached", make=bare_cms(KEY_2001))
    data = raw_signed(plain(), GOST, how).replace(b"100 RUB", b"999 RUB")
    judge = Judge(tmp_path / "выписка.pdf", strict_trust(GOST, tmp_path / "trust"))
    report = judge(data)
    assert report.verdict is Indication.TOTAL_FAILED
    assert report.signatures[0].sub_indication in {
        SubIndication.HASH_FAILURE,
        SubIndication.SIG_CRYPTO_FAILURE,
    }


def test_bare_signature_that_says_pades(tmp_path: Path) -> None:
    """What calls itself PAdES has to have signed attributes (CMS-05)."""
    data = raw_signed(plain(), GOST, Raw(make=bare_cms(KEY_2012_256)))
    judge = Judge(tmp_path / "выписка.pdf", strict_trust(GOST, tmp_path / "trust"))
    report = judge(data)
    assert report.verdict is Indication.INDETERMINATE
    assert report.signatures[0].sub_indication is SubIndication.SIG_CONSTRAINTS_FAILURE


def old_cms(pki: Pki, covered: bytes) -> bytes:
    """Make the bare signature of an extract of 2017: GOST R 34.10-2001 over GOST R 34.11-94."""
    own = old_signer(pki, datetime(2017, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC))
    outline = Outline.read(own.certificate)
    signer = tlv.encode(
        tlv.SEQUENCE,
        tlv.encode_integer(1),
        tlv.encode(tlv.SEQUENCE, outline.issuer, tlv.encode(tlv.INTEGER, outline.serial)),
        algorithm(gost2001.DIGEST, NULL),
        algorithm(gost2001.KEY, NULL),
        tlv.encode(tlv.OCTET_STRING, own.sign(covered)),
    )
    parts = writing.new_parts((signer,), (own.certificate, pki.ca))
    return splicing.put_together(parts, writing.content_head(None))


def test_extract_of_2017(tmp_path: Path) -> None:
    """It is intact and named for what it is; that it was signed before 2020 nobody proves."""
    how = Raw(subfilter="/adbe.pkcs7.detached", make=old_cms, room=16_002)
    data = raw_signed(plain(), GOST, how)
    path = tmp_path / "выписка.pdf"
    report = Judge(path, strict_trust(GOST, tmp_path / "trust"))(data)
    (signature,) = report.signatures
    assert signature.integrity is Integrity.INTACT
    assert signature.level is Level.PDF_LEGACY
    assert report.verdict is Indication.INDETERMINATE
    assert signature.sub_indication in {
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    }
    assert (signature.algorithms.signature_oid, signature.algorithms.digest_oid) == (
        gost2001.KEY,
        gost2001.DIGEST,
    )
    assert "no_signed_attributes" in {one.code for one in signature.warnings}
    told = " ".join((*reasons(signature), *warnings(signature)))
    assert "34.11-94" in told
    changed = Judge(path, strict_trust(GOST, tmp_path / "trust"))(
        data.replace(b"100 RUB", b"999 RUB")
    )
    assert changed.verdict is Indication.TOTAL_FAILED


def indefinite(encoded: bytes, depth: int) -> bytes:
    """Write the outer elements without lengths, as the programs of the end of 2025 do."""
    element = tlv.read_whole(encoded)
    if not depth or not encoded[0] & 0x20:
        return encoded
    inside = b"".join(indefinite(child.raw, depth - 1) for child in element.children())
    return encoded[:1] + b"\x80" + inside + b"\0\0"


@pytest.mark.parametrize("depth", [1, 3, 4])
def test_extract_of_the_end_of_2025(depth: int, tmp_path: Path) -> None:
    """With signed attributes and in BER it passes; the padding behind it is none of its octets."""

    def make(pki: Pki, covered: bytes) -> bytes:
        return indefinite(usual_cms(pki, covered), depth)

    how = Raw(subfilter="/adbe.pkcs7.detached", make=make, room=16_002)
    data = raw_signed(plain(), GOST, how)
    path = tmp_path / "выписка.pdf"
    report = Judge(path, strict_trust(GOST, tmp_path / "trust"))(data)
    (signature,) = report.signatures
    assert (report.verdict, signature.level) == (Indication.TOTAL_PASSED, Level.PDF_LEGACY)
    assert warnings_of(report), "nothing was said of the kind of the file"
    changed = Judge(path, strict_trust(GOST, tmp_path / "trust"))(
        data.replace(b"100 RUB", b"999 RUB")
    )
    assert changed.verdict is Indication.TOTAL_FAILED
    hidden = data.replace(b"0" * 64 + b">", b"0" * 32 + b"AB" * 16 + b">", 1)
    assert hidden != data
    stuffed = Judge(path, strict_trust(GOST, tmp_path / "trust"))(hidden)
    assert stuffed.verdict is not Indication.TOTAL_PASSED
