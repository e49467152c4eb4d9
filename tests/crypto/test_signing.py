"""The door of signing: CAdES of every kind, every bad input, every fault on the way."""

import base64
import hashlib
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signing_lab import (
    QUICK,
    TEXT,
    WHEN,
    InlineWorkers,
    LabKey,
    facts_of,
    others,
    refused,
    request_for,
    sign_with,
)
from stand_ins import openssl
from stand_ins.pki import Pki, make_pki, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.outline import Outline
from app.crypto.cms import writing
from app.crypto.cms.reading import open_cms, read_content
from app.crypto.cms.structure import Form
from app.crypto.model import Encoding, SignatureFormat
from app.crypto.signing import cades as signing_cades
from app.crypto.verdict.facts import Level
from app.errors import ErrorCode
from app.tokens.model import KeyPlaceKind, Token
from app.tokens.pin import Secret

ALGORITHMS = [
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
    KeyAlgorithm.ECDSA_P384,
    KeyAlgorithm.ECDSA_P521,
]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("encoding", list(Encoding))
def test_every_kind(
    tmp_path: Path, source: Path, algorithm: KeyAlgorithm, attached: bool, encoding: Encoding
):
    """Every algorithm, attached and detached, DER and base64: good to us and to the referee."""
    openssl.demand()
    request = request_for(source, algorithm, attached=attached, encoding=encoding)
    signed = sign_with(request, algorithm)
    assert signed.target == source.with_name(source.name + ".sig")
    assert (signed.attached, signed.encoding, signed.level) == (attached, encoding, "CAdES-BES")
    assert signed.size == signed.target.stat().st_size
    facts = facts_of(signed)
    assert (facts.signature_verifies, facts.digest_matches) == (True, True)
    assert facts.level is Level.CADES_BES
    assert facts.claimed_time == WHEN
    assert facts.warnings == ()
    assert source.read_bytes() == TEXT
    assert others(tmp_path, source) == [signed.target.name]
    der = signed.target.read_bytes()
    if encoding is Encoding.BASE64:
        assert open_cms(signed.target).form is Form.BASE64
        der = base64.b64decode(der)
    checked = tmp_path / "checked.der"
    checked.write_bytes(der)
    good, words = openssl.verify(
        checked,
        content=None if attached else source,
        root=pki_of(algorithm).root,
        out=tmp_path / "out",
    )
    assert good, words
    assert (tmp_path / "out").read_bytes() == TEXT


def test_certificates_inside(source: Path):
    """The whole chain but the root travels with the signature (decision 13)."""
    pki = pki_of(QUICK)
    stranger = make_pki(QUICK).ca
    request = request_for(source, container_chain=(pki.root, stranger, pki.ca))
    read = open_cms(sign_with(request).target)
    assert set(read.certificates) == {pki.leaf, pki.ca}


def test_long_chains_and_lookalikes():
    """Names find the issuers, key identifiers tell namesakes apart, circles end."""
    pki = pki_of(QUICK)
    namesake = make_pki(QUICK).ca
    assert Outline.read(namesake).subject == Outline.read(pki.ca).subject
    found = writing.embedded_certificates(pki.leaf, [namesake, pki.ca, pki.root, b"rubbish"])
    assert found == (pki.leaf, pki.ca)
    assert writing.embedded_certificates(pki.leaf, []) == (pki.leaf,)
    assert writing.embedded_certificates(pki.root, [pki.root]) == (pki.root,)


def test_reserved_size_is_enough(source: Path):
    """A PDF's gap of the reserved size holds any signature of this signer."""
    for algorithm in ALGORITHMS:
        pki = pki_of(algorithm)
        signed = sign_with(request_for(source, algorithm), algorithm)
        room = writing.reserved_size(pki.leaf, (pki.ca, pki.root))
        assert 0 <= room - signed.size < 200


def test_practice_is_in_the_name(source: Path):
    """A practice signature says so in its file name and in the answer (decision 16)."""
    signed = sign_with(request_for(source, container_practice=True))
    assert signed.target.name == source.name + ".УЧЕБНАЯ.sig"
    assert signed.practice


def test_taken_names_and_explicit_output(tmp_path: Path, source: Path):
    """A taken name gets a number; an output the user named and that is there is an error."""
    first = sign_with(request_for(source))
    second = sign_with(request_for(source))
    assert second.target.name == source.name + " (1).sig"
    output = tmp_path / "elsewhere" / "s.p7s"
    output.parent.mkdir()
    assert sign_with(request_for(source, output=output)).target == output
    for taken in (output, source, first.target, tmp_path):
        before = taken.read_bytes() if taken.is_file() else None
        key = LabKey(pki_of(QUICK))
        error = refused(
            lambda taken=taken, key=key: sign_with(request_for(source, output=taken), key=key)
        )
        assert error.code is ErrorCode.TARGET_EXISTS
        assert key.asked == 0
        assert (taken.read_bytes() if taken.is_file() else None) == before


@pytest.mark.parametrize(
    ("place", "algorithm", "expected"),
    [
        (KeyPlaceKind.STORE, KeyAlgorithm.GOST_256, "libgcrypt"),
        (KeyPlaceKind.PFX, KeyAlgorithm.RSA, "cryptography"),
        (KeyPlaceKind.TOKEN, KeyAlgorithm.RSA, "token:Rutoken ECP"),
    ],
)
def test_the_maker_is_told(
    source: Path, place: KeyPlaceKind, algorithm: KeyAlgorithm, expected: str
):
    """What made the signature is told, and that it is no certified tool (decision 23)."""
    token = Token(
        module=Path("/m.so"), slot=0, label="", manufacturer="", model="Rutoken ECP", serial="1"
    )
    request = request_for(source, algorithm, container_place=place, container_token=token)
    signed = sign_with(request, algorithm)
    assert (signed.created_with, signed.certified_tool) == (expected, False)


def test_rights_of_attached_signatures(source: Path):
    """An attached signature holds the content and is not more open than it."""
    source.chmod(0o600)
    assert (
        stat.S_IMODE(sign_with(request_for(source, attached=True)).target.stat().st_mode) == 0o600
    )
    detached = sign_with(request_for(source))
    assert stat.S_IMODE(detached.target.stat().st_mode) & 0o400


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("size", [1, 47, 48, 100, 127, 128, 255, 256, 65_400, 1 << 20])
def test_sizes(tmp_path: Path, attached: bool, encoding: Encoding, size: int):
    """Lengths around every step of the encoding."""
    source = tmp_path / "a"
    source.write_bytes(os.urandom(size))
    signed = sign_with(request_for(source, attached=attached, encoding=encoding))
    facts = facts_of(signed)
    assert (facts.signature_verifies, facts.digest_matches) == (True, True)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 70_000), st.booleans())
def test_headers_that_do_not_fit_the_gap(
    tmp_path_factory: pytest.TempPathFactory, size: int, shorter: bool
):
    """Where the headers come out another length than planned, the content is moved."""
    folder = tmp_path_factory.mktemp("gap")
    source = folder / "a"
    source.write_bytes(os.urandom(size))
    planned = signing_cades._gap
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing_cades, "_gap", lambda *a: planned(*a) + (-1 if shorter else 1))
        signed = sign_with(request_for(source, attached=True))
    assert facts_of(signed).digest_matches
    assert others(folder, source) == ["a.sig"]


def test_names_that_are_not_utf8(tmp_path: Path):
    """A document whose name is not UTF-8 is signed beside itself."""
    source = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe4\xee\xe3.doc"))
    source.write_bytes(b"x")
    signed = sign_with(request_for(source))
    assert os.fsencode(signed.target.name) == b"\xe4\xee\xe3.doc.sig"


def test_limits_follow_size_and_kind(tmp_path: Path, source: Path):
    """The worker is given the size of the file and whether it is a PDF."""
    workers = InlineWorkers()
    sign_with(request_for(source), workers=workers)
    assert workers.asked == [
        ("sign_prepare", len(TEXT), False),
        ("sign_finish", len(TEXT), False),
    ]
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"%PDF-1.7\n")
    workers = InlineWorkers()
    refused(lambda: sign_with(request_for(pdf), workers=workers))
    assert workers.asked == [("sign_prepare", 9, True)]
    workers = InlineWorkers()
    sign_with(request_for(pdf, format=SignatureFormat.CADES), workers=workers)
    assert workers.asked[0] == ("sign_prepare", 9, False)


def test_which_format(tmp_path: Path, source: Path):
    """A PDF is signed inside unless told otherwise; PAdES into anything else is refused."""
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"%PDF-1.7\n")
    assert sign_with(request_for(pdf, attached=True)).format is SignatureFormat.CADES
    error = refused(lambda: sign_with(request_for(source, format=SignatureFormat.PADES)))
    assert error.code is ErrorCode.NOT_A_PDF


def test_progress(source: Path):
    """Progress is told and reaches the end."""
    source.write_bytes(bytes(3 << 20))
    told: list[tuple[int, int]] = []
    sign_with(request_for(source), progress=lambda done, total: told.append((done, total)))
    assert (3 << 20, 3 << 20) in told


def test_same_source_gives_same_attributes(source: Path):
    """The content's digest in the signature is that of the document, by an outside hash."""
    read = open_cms(sign_with(request_for(source)).target)
    content = read_content(source, ["sha256"])
    assert content.digests["sha256"] == hashlib.sha256(TEXT).digest()
    assert read.needed_digests == {"sha256"}


def test_secret_stays_the_callers(source: Path):
    """The door passes the secret on and does not keep or wipe it."""
    seen: list[object] = []

    class Asking(LabKey):
        def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
            seen.append(secret)
            return super().sign_digest(digest_name, digest, None)

    secret = Secret.of_text("1234")
    sign_with(request_for(source), key=Asking(pki_of(QUICK)), secret=secret)
    assert seen == [secret]
    assert bytes(secret.buffer) == b"1234"


def test_mixed_chains(tmp_path: Path):
    """A 512-bit signer under 256-bit authorities is normal in Russia."""
    pki: Pki = make_pki(KeyAlgorithm.GOST_512, KeyAlgorithm.GOST_256)
    source = tmp_path / "a"
    source.write_bytes(b"x")
    request = request_for(
        source,
        KeyAlgorithm.GOST_512,
        container_certificate=pki.leaf,
        container_chain=(pki.ca, pki.root),
    )
    signed = sign_with(request, key=LabKey(pki))
    assert facts_of(signed).signature_verifies
