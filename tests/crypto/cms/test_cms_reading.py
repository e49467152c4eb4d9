"""Reading: every form, every size, every way to be damaged."""

import base64
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cms_lab import CONTENT, QUICK, beyond_doubt, check, codes, sha256, sign
from hypothesis import given, settings
from hypothesis import strategies as st

from app.crypto.cms import tlv
from app.crypto.cms.checking import check_cms
from app.crypto.cms.codes import FormatProblem, Remark
from app.crypto.cms.reading import open_cms, read_cms, read_content
from app.crypto.cms.structure import Form
from app.errors import ErrorCode, RoscherkError

FORMAT_ERRORS = {
    ErrorCode.FORMAT_UNKNOWN,
    ErrorCode.FORMAT_DAMAGED,
    ErrorCode.FORMAT_TOO_COMPLEX,
}


def pem(data: bytes, label: bytes = b"CMS") -> bytes:
    """Wrap in PEM."""
    text = base64.encodebytes(data)
    return b"-----BEGIN %s-----\n%s-----END %s-----\n" % (label, text, label)


def padded_text() -> bytes:
    """Return an attached signature in base64 that ends with padding."""
    texts = (base64.b64encode(sign(attached=True, content=b"x" * size)) for size in range(1, 60))
    return next(text for text in texts if text.endswith(b"="))


def refusal(data: bytes) -> RoscherkError:
    """Read what must be refused; return the error."""
    with pytest.raises(RoscherkError) as caught:
        read_cms(data)
    return caught.value


@pytest.mark.parametrize("attached", [False, True])
def test_the_same_facts_from_every_form(attached: bool):
    """DER, PEM and base64 are dress only; size and hash are those of the file."""
    der = sign(attached=attached)
    text = base64.b64encode(der)
    content = None if attached else CONTENT
    (expected,) = check(der, content)
    assert beyond_doubt(expected)
    for data, form in (
        (der, Form.BINARY),
        (pem(der), Form.PEM),
        (pem(der, b"PKCS7"), Form.PEM),
        (pem(der, b""), Form.PEM),
        (pem(der).replace(b"\n", b"\r\n") + b" \r\n\t", Form.PEM),
        (text, Form.BASE64),
        (text + b"\n", Form.BASE64),
        (base64.encodebytes(der), Form.BASE64),
        (b"\xef\xbb\xbf" + text, Form.BASE64),
        (b"\n \t" + b"\n".join(text[i : i + 7] for i in range(0, len(text), 7)), Form.BASE64),
    ):
        signed = read_cms(data)
        assert signed.form is form
        assert signed.sha256 == sha256(data)
        assert signed.size == len(data)
        assert signed.structure_size == len(der)
        assert check(data, content) == (expected,)


def test_text_before_pem_is_told():
    """Explanations before the PEM block are allowed and remarked on."""
    (facts,) = check(b"PKCS7 Data:\n  signed by me\n" + pem(sign()))
    assert beyond_doubt(facts)
    assert Remark.TEXT_BEFORE_PEM in codes(facts)


@pytest.mark.parametrize(
    "data",
    [
        sign() + b"\n",
        sign() + b"\0",
        sign() + sign(),
        sign(attached=True) + b"\0",
        pem(sign()) + b"more",
        pem(sign()) + pem(sign()),
        pem(sign() + b"\0"),
        base64.b64encode(sign() + b"\0\0"),
    ],
)
def test_trailing_data_is_a_format_problem(data: bytes):
    """Whatever follows the structure, save white space of a text form, is named (CMS-02)."""
    for facts in check(data):
        assert FormatProblem.TRAILING_DATA in codes(facts)
        assert not beyond_doubt(facts)


def test_zero_padding_of_a_pdf():
    """Zeros after the structure are allowed where a PDF pads, and only zeros."""
    der = sign()
    padded = read_cms(der + bytes(100), zero_padding=True)
    assert padded.problems == ()
    assert padded.structure_size == len(der)
    assert read_cms(der + bytes(50) + b"\1" + bytes(50), zero_padding=True).problems


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-3],
        lambda text: text.replace(b"A", b"!", 1),
        lambda text: text.replace(b"A", b"-", 1),
        lambda text: text + b"====",
        lambda text: text[:400] + b"=" + text[400:],
        lambda text: text + b"QUJD",
    ],
)
def test_damaged_base64(damage: Callable[[bytes], bytes]):
    """Base64 is exact: length, alphabet, padding; so one value has one text."""
    text = padded_text()
    with contextlib.suppress(RoscherkError):
        for facts in check(damage(text), None):
            assert not beyond_doubt(facts)


def test_padding_bits_must_be_zero():
    """Bits that base64 cuts off cannot carry another text of the same value."""
    text = padded_text()
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(text.rstrip(b"=")) - 1
    twin = bytes((alphabet[alphabet.index(text[at]) + 1],))
    changed = text[:at] + twin + text[at + 1 :]
    assert base64.b64decode(changed) == base64.b64decode(text)
    assert refusal(changed).code is ErrorCode.FORMAT_DAMAGED


@pytest.mark.parametrize("label", [b"CMT", b"", b"CM"])
def test_end_of_pem_must_fit(label: bytes):
    """A PEM block ends as it began, or it is damaged."""
    whole = pem(sign())
    assert refusal(whole.replace(b"END CMS", b"END " + label)).code is ErrorCode.FORMAT_DAMAGED
    assert refusal(whole.replace(b"-----END CMS-----\n", b"")).code is ErrorCode.FORMAT_DAMAGED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"0",
        b"0\x82",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"Moscow never sleeps, and neither do we",
        b"MIIB" + b"\xd0\x94" * 40,
        tlv.encode(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.7.3")),
        tlv.encode(tlv.SEQUENCE, tlv.encode_integer(1)),
        pem(tlv.encode(tlv.SEQUENCE, tlv.encode_integer(1)), b"RSA PRIVATE KEY"),
        bytes(1 << 16),
    ],
)
def test_what_is_no_signature(data: bytes):
    """What does not begin like a SignedData is unknown, not damaged."""
    assert refusal(data).code is ErrorCode.FORMAT_UNKNOWN


def test_encrypted_data_is_named():
    """Another kind of CMS is told by its OID."""
    other = tlv.encode(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.7.3"))
    assert refusal(other).facts["content_type"] == "1.2.840.113549.1.7.3"


@pytest.mark.parametrize("attached", [False, True])
def test_every_truncation_is_refused(attached: bool):
    """A signature cut anywhere is an error of ours."""
    data = sign(attached=attached)
    for length in range(len(data)):
        assert refusal(data[:length]).code in FORMAT_ERRORS


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutants_end_in_facts_or_our_error(data: st.DataObject):
    """Cut, doubled, overwritten and swapped bytes give facts or our error, nothing else."""
    mutant = bytearray(sign(attached=True))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mutant) - 1))
        piece = data.draw(
            st.one_of(
                st.binary(min_size=1, max_size=4),
                st.sampled_from(
                    [b"\x80", b"\x00\x00", b"\x30\x80", b"\x84\xff\xff\xff\xff", b"\x31"]
                ),
            )
        )
        match data.draw(st.integers(0, 2)):
            case 0:
                mutant[at : at + len(piece)] = piece
            case 1:
                mutant[at:at] = piece
            case _:
                del mutant[at : at + len(piece)]
        if not mutant:
            return
    with contextlib.suppress(RoscherkError):
        check_cms(read_cms(bytes(mutant)))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes(data: bytes):
    """Random bytes, also behind an honest head, are refused or read."""
    head = sign()[:40]
    for candidate in (data, head + data, pem(data), base64.b64encode(head + data)):
        with contextlib.suppress(RoscherkError):
            check_cms(read_cms(candidate))


def indefinite(content: bytes, pieces: int) -> bytes:
    """Return an attached signature in BER, its content in pieces within pieces."""
    der = tlv.read_whole(sign(attached=True, content=content))
    oid, explicit = der.children()
    version, algorithms, encapsulated, *rest = explicit.children()[0].children()
    size = max(1, len(content) // pieces)
    parts = [content[i : i + size] for i in range(0, len(content), size)]
    half = len(parts) // 2
    inner = [
        b"".join(tlv.encode(0x04, part) for part in group) for group in (parts[:half], parts[half:])
    ]
    octets = b"\x24\x80" + b"\x24\x80" + inner[0] + b"\0\0" + tlv.encode(0x24, inner[1]) + b"\0\0"
    content_type = encapsulated.children()[0].raw
    wrapped = b"\x30\x80" + content_type + b"\xa0\x80" + octets + b"\0\0" + b"\0\0"
    body = version.raw + algorithms.raw + wrapped + b"".join(part.raw for part in rest)
    return b"\x30\x80" + oid.raw + b"\xa0\x80" + b"\x30\x80" + body + b"\0\0" * 3


@pytest.mark.parametrize("pieces", [2, 7, 400])
def test_content_in_pieces(pieces: int):
    """Indefinite lengths and nested pieces give the content that was signed."""
    content = CONTENT * 100
    (facts,) = check(indefinite(content, pieces), None)
    assert beyond_doubt(facts)


@pytest.mark.parametrize("cut", [1, 2, 4, 6])
def test_missing_end_of_contents(cut: int):
    """An indefinite structure whose ends are missing is damaged."""
    assert refusal(indefinite(CONTENT, 2)[:-cut]).code is ErrorCode.FORMAT_DAMAGED


@pytest.mark.parametrize(
    "bomb",
    [
        b"\x24\x80" * 100_000,
        b"\x24\x80\x04\x84\xff\xff\xff\xff",
        b"\x04\x88\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\x24\x06\x04\x7f",
        b"\x24\x80\x02\x01\x00\x00\x00",
    ],
)
def test_content_bombs(bomb: bytes):
    """Depth without end and lengths that lie are refused at once."""
    head = b"\x30\x80" + tlv.encode_oid("1.2.840.113549.1.7.2") + b"\xa0\x80\x30\x80\x02\x01\x01"
    algorithm = tlv.encode(0x31, tlv.encode(0x30, tlv.encode_oid("2.16.840.1.101.3.4.2.1")))
    data = head + algorithm + b"\x30\x80" + tlv.encode_oid("1.2.840.113549.1.7.1") + b"\xa0\x80"
    assert refusal(data + bomb).code in {ErrorCode.FORMAT_DAMAGED, ErrorCode.FORMAT_TOO_COMPLEX}


def test_too_many_signers():
    """More signers than anyone can check are refused as a whole (CMS-04: none is skipped)."""
    der = sign()
    signers = tlv.read_whole(der).children()[1].children()[0].children()[-1]
    one = signers.children()[0].raw
    head = der[: signers.start]
    many = tlv.encode(tlv.SET, one * 101)
    parts = tlv.read_whole(der).children()[1].children()[0].children()[:-1]
    body = b"".join(part.raw for part in parts) + many
    inner = tlv.encode(0xA0, tlv.encode(tlv.SEQUENCE, body))
    data = tlv.encode(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.7.2"), inner)
    assert head
    assert refusal(data).code is ErrorCode.FORMAT_TOO_COMPLEX


def test_digest_that_the_head_does_not_name(tmp_path: Path):
    """A digest missing in the head is computed by a second reading, and the lack is noted."""
    listed = tlv.encode(tlv.SEQUENCE, tlv.encode_oid("2.16.840.1.101.3.4.2.1"))
    other = tlv.encode(tlv.SEQUENCE, tlv.encode_oid("2.16.840.1.101.3.4.2.3"))
    der = sign(attached=True)
    assert der.index(listed) < der.index(CONTENT)
    path = tmp_path / "odd.sig"
    path.write_bytes(der.replace(listed, other, 1))
    signed = open_cms(path)
    assert signed.content is not None
    assert "sha256" in signed.content.digests
    (facts,) = check_cms(signed)
    assert facts.digest_matches
    assert "digest_algorithm_not_listed" in codes(facts)


def test_files_that_cannot_be_read(tmp_path: Path):
    """Missing, folder, FIFO and device give their own errors and never block."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path, code in (
        (tmp_path / "none", ErrorCode.FILE_NOT_FOUND),
        (tmp_path / "none" / "none", ErrorCode.FILE_NOT_FOUND),
        (tmp_path, ErrorCode.FILE_IS_FOLDER),
        (fifo, ErrorCode.FILE_NOT_REGULAR),
        (Path("/dev/zero"), ErrorCode.FILE_NOT_REGULAR),
        (tmp_path / ("x" * 300), ErrorCode.FILE_NOT_FOUND),
        (tmp_path / "nul\0", ErrorCode.FILE_NOT_FOUND),
    ):
        for read in (open_cms, lambda name: read_content(name, ["sha256"])):
            with pytest.raises(RoscherkError) as caught:
                read(path)
            assert caught.value.code is code, path


def test_names_that_are_not_utf8(tmp_path: Path):
    """A name that is not UTF-8 is opened like any other, and shown with marks in errors."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.sig"))
    path.write_bytes(sign())
    assert open_cms(path).signers
    path.unlink()
    with pytest.raises(RoscherkError) as caught:
        open_cms(path)
    assert "\ufffd" in str(caught.value.facts["path"])


def test_progress_reaches_the_end(tmp_path: Path):
    """Progress grows and ends at the size of the file."""
    path = tmp_path / "large.sig"
    path.write_bytes(base64.b64encode(sign(attached=True, content=bytes(5 << 20))))
    told: list[tuple[int, int]] = []
    open_cms(path, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    content: list[tuple[int, int]] = []
    read_content(path, ["sha256"], lambda done, total: content.append((done, total)))
    assert content[-1] == told[-1]


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize("text", [False, True])
def test_memory_does_not_grow_with_the_content(tmp_path: Path, text: bool):
    """Attached content passes through: 96 MB of it take no more than a few."""
    path = tmp_path / "large.sig"
    content = os.urandom(1 << 20) * 96
    der = sign(QUICK, content, attached=True)
    path.write_bytes(base64.encodebytes(der) if text else der)
    code = (
        "import sys, pathlib, resource\n"
        "from app.crypto.cms.reading import open_cms\n"
        "from app.crypto.cms.checking import check_cms\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "(facts,) = check_cms(open_cms(pathlib.Path(sys.argv[1])))\n"
        "assert facts.digest_matches and facts.signature_verifies\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 40 << 10  # kilobytes
