"""What strangers made we must judge rightly; what we make strangers must accept."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from cms_lab import CONTENT, beyond_doubt, check, codes, problems, sign
from stand_ins import openssl
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms.checking import check_cms
from app.crypto.cms.codes import ConstraintProblem, FormatProblem, Remark, Unsupported
from app.crypto.cms.output import Base64Writer
from app.crypto.cms.reading import open_cms, read_content
from app.crypto.cms.structure import Form, SignedData
from app.crypto.verdict.facts import (
    Level,
    SignatureFacts,
    SignatureKind,
    SigningCertificateAttribute,
)
from app.errors import ErrorCode, RoscherkError

ALGORITHMS = ("gost256", "gost512", "rsa", "ecdsa")
OURS = (
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
    KeyAlgorithm.ECDSA_P384,
    KeyAlgorithm.ECDSA_P521,
)
Referee = Callable[[str], openssl.Signer]


def verdict(path: Path, content: Path | None) -> tuple[SignedData, SignatureFacts]:
    """Read and check a file with one signature."""
    signed = open_cms(path)
    known = None if content is None else read_content(content, signed.needed_digests)
    (facts,) = check_cms(signed, known)
    return signed, facts


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    ("options", "level"),
    [
        ((), Level.CMS),
        (("-cades",), Level.CADES_BES),
        (("-nodetach",), Level.CMS),
        (("-nodetach", "-stream", "-cades"), Level.CADES_BES),
        (("-noattr",), Level.CMS),
        (("-noattr", "-nodetach", "-stream"), Level.CMS),
        (("-keyid",), Level.CMS),
    ],
)
def test_signatures_of_openssl(
    tmp_path: Path, referee: Referee, algorithm: str, options: tuple[str, ...], level: Level
):
    """Every kind that the referee makes verifies, and fails over other content."""
    source, other = tmp_path / "договор.bin", tmp_path / "other"
    source.write_bytes(CONTENT * 3000)
    other.write_bytes(CONTENT * 3000 + b"!")
    signature = referee(algorithm).sign(source, tmp_path / "s.p7s", *options)
    attached = "-nodetach" in options
    signed, facts = verdict(signature, None if attached else source)
    assert (signed.content is not None) is attached
    assert (facts.signature_verifies, facts.digest_matches) == (True, True)
    assert facts.level is level
    assert facts.signed_attributes is ("-noattr" not in options)
    assert facts.signer is not None
    assert problems(facts) == ()
    if attached:
        _, beside = verdict(signature, other)
        assert FormatProblem.ATTACHED_CONTENT_DIFFERS in codes(beside)
    else:
        _, wrong = verdict(signature, other)
        assert not (wrong.signature_verifies and wrong.digest_matches)


@pytest.mark.parametrize("options", [(), ("-nodetach", "-stream")])
def test_text_forms_of_openssl(tmp_path: Path, referee: Referee, options: tuple[str, ...]):
    """PEM, and its base64 alone with and without line breaks, give the same facts as DER."""
    source = tmp_path / "source"
    source.write_bytes(CONTENT * 100_000)
    pem = referee("gost256").sign(source, tmp_path / "s.pem", *options, form="PEM")
    lines = [line for line in pem.read_bytes().splitlines() if b"-----" not in line]
    content = None if options else source
    expected = verdict(pem, content)[1]
    assert expected.digest_matches
    assert expected.signature_verifies
    for name, text in {
        "bare": b"\n".join(lines),
        "one_line": b"".join(lines),
        "windows": b"\xef\xbb\xbf" + b"\r\n".join(lines) + b"\r\n\r\n",
        "spaced": b" \n\t" + b" \n".join(lines),
        "other_label": b"-----BEGIN PKCS7-----\n%s\n-----END PKCS7-----\n \n" % b"\n".join(lines),
    }.items():
        path = tmp_path / name
        path.write_bytes(text)
        signed, facts = verdict(path, content)
        assert facts == expected, name
        assert signed.form is (Form.PEM if name == "other_label" else Form.BASE64)


def test_several_signers_of_openssl(tmp_path: Path, referee: Referee):
    """Every signer of a file is judged, whatever its algorithm (CMS-04)."""
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    first, second = referee("ecdsa"), referee("rsa")
    one = first.sign(source, tmp_path / "1.p7s")
    both = tmp_path / "2.p7s"
    openssl.succeed(
        "cms", "-resign", "-engine", "gost", "-inform", "DER", "-in", one, "-outform", "DER",
        "-out", both, "-signer", second.certificate, "-inkey", second.key,
    )  # fmt: skip
    signed = open_cms(both)
    found = check_cms(signed, read_content(source, signed.needed_digests))
    assert [facts.index for facts in found] == [0, 1]
    assert all(facts.signature_verifies and facts.digest_matches for facts in found)
    assert {facts.algorithms.key for facts in found} == {"ecdsa-p256", "rsa"}


@pytest.mark.parametrize("algorithm", OURS)
@pytest.mark.parametrize("attached", [False, True])
def test_openssl_accepts_ours(tmp_path: Path, algorithm: KeyAlgorithm, attached: bool):
    """The referee accepts our CAdES, and refuses it over other content."""
    openssl.demand()
    content = tmp_path / "content"
    content.write_bytes(CONTENT)
    path = tmp_path / "ours.sig"
    path.write_bytes(sign(algorithm, attached=attached))
    given = None if attached else content
    root, out = pki_of(algorithm).root, tmp_path / "out"
    good, words = openssl.verify(path, content=given, root=root, out=out)
    assert good, words
    assert out.read_bytes() == CONTENT
    if not attached:
        content.write_bytes(CONTENT + b"!")
        assert not openssl.verify(path, content=content, root=root, out=out)[0]


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.GOST_256, KeyAlgorithm.RSA])
def test_openssl_accepts_our_base64(tmp_path: Path, algorithm: KeyAlgorithm):
    """Our base64 is what PEM holds between its lines."""
    openssl.demand()

    class Sink(bytearray):
        def write(self, data: bytes) -> None:
            self.extend(data)

    text = Sink()
    writer = Base64Writer(text)
    signature = sign(algorithm, attached=True)
    writer.write(signature[:100])
    writer.write(signature[100:])
    writer.finish()
    assert base64.b64decode(bytes(text)) == signature
    assert {len(line) for line in bytes(text).split(b"\n")[:-2]} == {64}
    path = tmp_path / "ours.pem"
    path.write_bytes(b"-----BEGIN CMS-----\n%s-----END CMS-----\n" % text)
    out = tmp_path / "out"
    root = pki_of(algorithm).root
    good, words = openssl.verify(path, content=None, root=root, form="PEM", out=out)
    assert good, words


@pytest.mark.parametrize("algorithm", OURS)
def test_we_accept_ours(algorithm: KeyAlgorithm):
    """What we wrote we read without a single remark."""
    (facts,) = check(sign(algorithm))
    assert beyond_doubt(facts)
    assert facts.warnings == ()
    assert facts.level is Level.CADES_BES


GOOD = {
    "cms-gnutls/full.p7b",
    "cms-gnutls/openssl-keyid.p7b",
    "cms-gnutls/openssl.p7b",
    "cms-gnutls/pkcs7-eddsa-sig.p7s",
    "cms-rfc4134/4.2.bin",
    "gost-vectors/bouncycastle/NewSignedDataTest-20-cms-attached.der",
    "gost-vectors/gnutls/rfc4134-4.5.p7b",
    "gost-vectors/gost-engine-tc26-cms/signed_a111.pem",
    "gost-vectors/gost-engine-tc26-cms/signed_a121.pem",
}


@pytest.mark.parametrize("name", sorted(GOOD))
def test_good_samples_of_others(data_folder: Path, name: str):
    """Attached samples of GnuTLS, Bouncy Castle, TC26 and RFC 4134 verify."""
    _, facts = verdict(data_folder / name, None)
    assert (facts.signature_verifies, facts.digest_matches) == (True, True)
    assert problems(facts) == ()


ODD = {
    "cms-openssl/ct_multiple_attr.cms": FormatProblem.ATTRIBUTE_REPEATED,
    "cms-openssl/no_ct_attr.cms": FormatProblem.CONTENT_TYPE_MISSING,
    "cms-openssl/no_md_attr.cms": Remark.MESSAGE_DIGEST_MISSING,
    "cms-openssl/bad_signtime_attr.cms": Remark.UNSIGNED_ATTRIBUTE_UNCHECKED,
    "cms-openssl/pkcs7-md4.pem": Unsupported.DIGEST_UNSUPPORTED,
    "cms-rfc4134/4.1.bin": Unsupported.SIGNATURE_UNSUPPORTED,
    "gost-vectors/gnutls/rfc4490.p7b": Remark.SIGNER_CERTIFICATE_MISSING,
    "gost-vectors/pygost/test_cms-00-cms-attached.der": Remark.SIGNER_CERTIFICATE_MISSING,
}


@pytest.mark.parametrize(("name", "code"), sorted(ODD.items()))
def test_odd_samples_of_others(data_folder: Path, name: str, code: str):
    """Samples that break a rule are named for it."""
    _, facts = verdict(data_folder / name, None)
    assert code in codes(facts)
    if code != Remark.UNSIGNED_ATTRIBUTE_UNCHECKED:
        assert not beyond_doubt(facts)


def test_detached_sample_of_gnutls(data_folder: Path):
    """The detached sample verifies over its content and is undecided without it."""
    path = data_folder / "cms-gnutls/detached.p7b"
    _, facts = verdict(path, data_folder / "cms-gnutls/pkcs7-detached.txt")
    assert (facts.signature_verifies, facts.digest_matches) == (True, True)
    _, without = verdict(path, None)
    assert (without.content_found, without.digest_matches) == (False, None)
    assert without.signature_verifies


def test_counter_signature_of_rfc4134(data_folder: Path):
    """A counter-signature is found, checked and tied to its parent (CAD-07)."""
    found = check_cms(open_cms(data_folder / "cms-rfc4134/4.4.bin"))
    assert [(facts.kind, facts.parent) for facts in found] == [
        (SignatureKind.SIGNATURE, None),
        (SignatureKind.COUNTER_SIGNATURE, 0),
    ]
    assert found[1].signature_verifies
    assert found[1].digest_matches


def test_catalogue_of_pkcs7(data_folder: Path):
    """Content that is a structure of PKCS #7 is digested by its value."""
    found = check_cms(open_cms(data_folder / "cms-gnutls/pkcs7-cat.p7"))
    assert found[0].signature_verifies
    assert found[0].digest_matches
    assert ConstraintProblem.CONTENT_NOT_OCTETS in codes(found[0])
    assert FormatProblem.COUNTER_SIGNATURE_CONTENT_TYPE in codes(found[1])


def test_certificates_only_is_no_signature(data_folder: Path):
    """A file of certificates has no signers (CMS-03)."""
    signed = open_cms(data_folder / "cms-rfc4134/4.11.bin")
    assert signed.signers == ()
    assert check_cms(signed) == ()


def test_every_sample_ends_in_facts_or_an_error(data_folder: Path):
    """Whatever file is opened, nothing but our own error is raised."""
    allowed = {
        None,
        ErrorCode.FORMAT_UNKNOWN,
        ErrorCode.FORMAT_DAMAGED,
        ErrorCode.FORMAT_TOO_COMPLEX,
    }
    folders = ("cms-gnutls", "cms-openssl", "cms-rfc4134", "gost-vectors", "pfx-misc")
    seen = 0
    for folder in folders:
        for path in sorted((data_folder / folder).rglob("*")):
            if not path.is_file():
                continue
            assert ending_of(path) in allowed, path
            seen += 1
    assert seen > 100


def ending_of(path: Path) -> ErrorCode | None:
    """Read and check a file; return the code of its error, None where there are facts."""
    try:
        check_cms(open_cms(path))
    except RoscherkError as error:
        return error.code
    return None


def test_signing_certificate_of_others(data_folder: Path):
    """Samples without signing-certificate say so and are plain CMS."""
    _, facts = verdict(data_folder / "cms-gnutls/full.p7b", None)
    assert facts.signing_certificate is SigningCertificateAttribute.ABSENT
    assert facts.level is Level.CMS
