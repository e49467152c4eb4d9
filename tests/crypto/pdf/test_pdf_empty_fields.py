"""Signing in fields that the author of a form left empty: locks, demands, places, order."""

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from attacks import pdf_documents as documents
from pdf_levels_lab import Lab, lab, problems, sound
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields as theirs
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from stand_ins import servers
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import SignatureLevel
from app.crypto.pdf.checking import check_pdf
from app.crypto.pdf.empty_fields import list_empty
from app.crypto.stamping.style import StampStyle
from app.crypto.verdict.facts import ChangesAfter, Level
from app.errors import ErrorCode, RoscherkError

RSA = KeyAlgorithm.RSA
BOX = (60, 60, 320, 160)
Spec = theirs.SigFieldSpec


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Lab]:
    """Return a laboratory; RSA, for the referees' sake."""
    with servers.running() as server:
        yield lab(tmp_path / "lab", RSA, server)


def form(folder: Path, *specs: theirs.SigFieldSpec, base: bytes | None = None) -> Path:
    """Write a document with empty signature fields, as pyHanko makes them."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base or documents.two_pages()))
    for spec in specs:
        theirs.append_signature_field(writer, spec)
    out = io.BytesIO()
    writer.write(out)
    path = folder / "form.pdf"
    path.write_bytes(out.getvalue())
    return path


def shown(name: str, page: int = 0, **fields: Any) -> theirs.SigFieldSpec:
    """Return a visible field."""
    return Spec(name, on_page=page, box=BOX, **fields)


def refused(room: Lab, source: Path, **changes: Any) -> RoscherkError:
    """Return the error that signing ends with; nothing is left behind."""
    files = set(room.folder.iterdir())
    with pytest.raises(RoscherkError) as caught:
        room.sign(source, changes.pop("level", SignatureLevel.B), **changes)
    assert set(room.folder.iterdir()) == files
    return caught.value


def test_empty_fields_are_listed(room: Lab) -> None:
    """Name, page, size as shown, locks; what is signed is not listed."""
    lock = theirs.FieldMDPSpec(theirs.FieldMDPAction.INCLUDE, fields=["Text1"])
    path = form(
        room.folder,
        shown("Seller", 1),
        Spec("Hidden"),
        shown("Buyer", field_mdp_spec=lock),
    )
    seller, hidden, buyer = list_empty(path)
    assert (seller.name, seller.page, seller.size) == ("Seller", 2, (260.0, 100.0))
    assert (hidden.name, hidden.page, hidden.size) == ("Hidden", None, None)
    assert (buyer.name, buyer.page, buyer.locks) == ("Buyer", 1, ("Text1",))
    assert not any(one.obstacle for one in (seller, hidden, buyer))
    signed = room.sign(path, SignatureLevel.B, field_name="Seller").target
    assert [one.name for one in list_empty(signed)] == ["Hidden", "Buyer"]


@pytest.mark.parametrize("level", [SignatureLevel.B, SignatureLevel.LTA])
@pytest.mark.parametrize("stamp", [True, False])
def test_signed_in_the_field(level: SignatureLevel, stamp: bool, room: Lab) -> None:
    """The signature goes into the field, its mark fills the rectangle; no field is added."""
    path = form(room.folder, shown("Seller", 1))
    changes = {"stamp": StampStyle()} if stamp else {}
    signed = room.sign(path, level, field_name="Seller", **changes)
    assert signed.shortfall is None
    own, *_ = room.check(signed.target).signatures
    assert sound(own), problems(own)
    assert own.field_name == "Seller"
    assert signed.target.read_bytes().startswith(path.read_bytes())
    with signed.target.open("rb") as file:
        root = PdfFileReader(file).root
        field = root["/AcroForm"]["/Fields"][0]
        assert [float(number) for number in field["/Rect"]] == list(BOX)
        if stamp:
            form_ = field["/AP"]["/N"]
            assert form_["/Subtype"] == "/Form"
        assert len(root["/AcroForm"]["/Fields"]) == (2 if level is SignatureLevel.LTA else 1)


def valid_for_others(path: Path, count: int) -> None:
    """Demand that pyHanko and pdfsig find every signature valid."""
    context = ValidationContext(trust_roots=[x509.Certificate.load(pki_of(RSA).root)])
    with path.open("rb") as file:
        signatures = PdfFileReader(file).embedded_regular_signatures
        assert len(signatures) == count
        for one in signatures:
            status = validate_pdf_signature(
                one, context, key_usage_settings=KeyUsageConstraints(key_usage=set())
            )
            assert status.bottom_line, status.pretty_print_details()
    if shutil.which("pdfsig") is not None:
        command = ["pdfsig", "-nocert", str(path)]
        said = subprocess.run(command, capture_output=True, check=False, timeout=60).stdout
        assert said.count(b"Signature is Valid") == count


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_in_turn(room: Lab) -> None:
    """Field after field, and one that nobody foresaw: all stay valid, for us and for others."""
    path = form(room.folder, shown("Seller"), shown("Buyer", 1), Spec("Witness"))
    style = StampStyle()
    for name in ("Buyer", "Witness", "Seller", None):
        path = room.sign(path, SignatureLevel.B, field_name=name, stamp=style).target
    found = check_pdf(path).signatures
    assert [one.field_name for one in found] == ["Buyer", "Witness", "Seller", "Signature1"]
    assert all(map(sound, found)), [problems(one) for one in found]
    assert [one.changes_after for one in found] == [ChangesAfter.SIGNATURE] * 3 + [
        ChangesAfter.NONE
    ]
    valid_for_others(path, 4)


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_lock_of_named_fields(room: Lab) -> None:
    """A lock on form fields is carried out: their later change breaks the signature."""
    lock = theirs.FieldMDPSpec(theirs.FieldMDPAction.INCLUDE, fields=["Text1"])
    path = form(
        room.folder,
        shown("Seller", field_mdp_spec=lock),
        shown("Buyer"),
        base=documents.with_form(),
    )
    signed = room.sign(path, SignatureLevel.B, field_name="Seller").target
    with signed.open("rb") as file:
        value = PdfFileReader(file).embedded_regular_signatures[0].sig_object
        (reference,) = value["/Reference"]
        assert reference.get_object()["/TransformMethod"] == "/FieldMDP"
        assert list(reference.get_object()["/TransformParams"]["/Fields"]) == ["Text1"]
        assert "/Perms" not in PdfFileReader(file).root
    assert sound(check_pdf(signed).signatures[0])
    valid_for_others(signed, 1)
    both = room.sign(signed, SignatureLevel.B, field_name="Buyer").target
    assert all(map(sound, check_pdf(both).signatures))
    valid_for_others(both, 2)


def test_lock_of_all_but_the_next_signer(room: Lab) -> None:
    """Where all is locked but one field, that field takes a signature, and a new one does not."""
    lock = theirs.FieldMDPSpec(theirs.FieldMDPAction.EXCLUDE, fields=["Buyer"])
    path = form(room.folder, shown("Seller", field_mdp_spec=lock), shown("Buyer"), Spec("Third"))
    signed = room.sign(path, SignatureLevel.B, field_name="Seller").target
    assert refused(room, signed).code is ErrorCode.PDF_FORBIDS_SIGNING
    error = refused(room, signed, field_name="Third")
    assert error.code is ErrorCode.PDF_FORBIDS_SIGNING
    obstacles = {one.name: one.obstacle for one in list_empty(signed)}
    assert obstacles["Buyer"] is None
    assert obstacles["Third"] is not None
    both = room.sign(signed, SignatureLevel.B, field_name="Buyer").target
    assert all(map(sound, check_pdf(both).signatures))


def test_lock_of_everything(room: Lab) -> None:
    """After a lock on all fields nobody signs inside the document any more; evidence is no field."""
    lock = theirs.FieldMDPSpec(theirs.FieldMDPAction.ALL)
    path = form(room.folder, shown("Seller", field_mdp_spec=lock))
    signed = room.sign(path, SignatureLevel.LTA, field_name="Seller")
    own, *_ = room.check(signed.target).signatures
    assert (own.level, problems(own)) == (Level.PADES_B_LTA, [])
    assert refused(room, signed.target).code is ErrorCode.PDF_FORBIDS_SIGNING


def test_wrong_names(room: Lab) -> None:
    """A field that is not there, or is taken."""
    path = form(room.folder, shown("Seller"))
    assert refused(room, path, field_name="Nobody").code is ErrorCode.PDF_FIELD_NOT_FOUND
    signed = room.sign(path, SignatureLevel.B, field_name="Seller").target
    assert refused(room, signed, field_name="Seller").code is ErrorCode.PDF_FIELD_SIGNED


def seeded(**fields: Any) -> theirs.SigFieldSpec:
    """Return a field with seed values."""
    return shown("Seller", seed_value_dict=theirs.SigSeedValueSpec(**fields))


FLAGS = theirs.SigSeedValFlags
UNMET: dict[str, tuple[theirs.SigFieldSpec, str]] = {
    "subfilter": (
        seeded(flags=FLAGS.SUBFILTER, subfilters=[theirs.SigSeedSubFilter.ADOBE_PKCS7_DETACHED]),
        "subfilter",
    ),
    "digest": (seeded(flags=FLAGS.DIGEST_METHOD, digest_methods=["sha512"]), "digest"),
    "reasons": (seeded(flags=FLAGS.REASONS, reasons=["I agree"]), "reasons"),
    "revocation data": (
        seeded(
            flags=FLAGS.ADD_REV_INFO, add_rev_info=True, subfilters=[theirs.SigSeedSubFilter.PADES]
        ),
        "revocation_data",
    ),
    "attestation": (
        seeded(flags=FLAGS.LEGAL_ATTESTATION, legal_attestations=["x"]),
        "legal_attestation",
    ),
    "lock": (
        seeded(flags=FLAGS.LOCK_DOCUMENT, lock_document=theirs.SeedLockDocument.LOCK),
        "lock_document",
    ),
    "appearance": (seeded(flags=FLAGS.APPEARANCE_FILTER, appearance="Theirs"), "appearance"),
    "certification": (
        seeded(seed_signature_type=theirs.SeedSignatureType(theirs.MDPPerm.NO_CHANGES)),
        "certification",
    ),
    "time stamp": (
        seeded(timestamp_server_url="https://tsa.invalid", timestamp_required=True),
        "time_stamp",
    ),
    "other signer": (
        seeded(
            cert=theirs.SigCertConstraints(
                flags=theirs.SigCertConstraintFlags.SUBJECT,
                subjects=[x509.Certificate.load(pki_of(KeyAlgorithm.ECDSA_P256).leaf)],
            )
        ),
        "certificate_subject",
    ),
    "other authority": (
        seeded(
            cert=theirs.SigCertConstraints(
                flags=theirs.SigCertConstraintFlags.ISSUER,
                issuers=[x509.Certificate.load(pki_of(KeyAlgorithm.ECDSA_P256).ca)],
            )
        ),
        "certificate_issuer",
    ),
    "lock with permissions": (
        shown("Seller", doc_mdp_update_value=theirs.MDPPerm.FILL_FORMS),
        "lock",
    ),
}


@pytest.mark.parametrize("name", UNMET)
def test_demands_that_are_not_met(name: str, room: Lab) -> None:
    """What the author demands and we do not do is refused, by name."""
    spec, what = UNMET[name]
    if name == "lock with permissions":
        lock = theirs.FieldMDPSpec(theirs.FieldMDPAction.INCLUDE, fields=["Text1"])
        spec = replace(spec, field_mdp_spec=lock)
    error = refused(room, form(room.folder, spec), field_name="Seller")
    assert error.code is ErrorCode.PDF_FIELD_DEMANDS
    assert error.facts == {"field": "Seller", "what": what}


MET: dict[str, theirs.SigFieldSpec] = {
    "subfilter": seeded(flags=FLAGS.SUBFILTER, subfilters=[theirs.SigSeedSubFilter.PADES]),
    "digest": seeded(flags=FLAGS.DIGEST_METHOD, digest_methods=["sha256", "sha512"]),
    "hints only": seeded(digest_methods=["sha512"], reasons=["I agree"]),
    "no reason": seeded(flags=FLAGS.REASONS, reasons=["."]),
    "this signer": seeded(
        cert=theirs.SigCertConstraints(
            flags=theirs.SigCertConstraintFlags.SUBJECT,
            subjects=[x509.Certificate.load(pki_of(RSA).leaf)],
        )
    ),
    "this authority": seeded(
        cert=theirs.SigCertConstraints(
            flags=theirs.SigCertConstraintFlags.ISSUER,
            issuers=[x509.Certificate.load(pki_of(RSA).ca)],
        )
    ),
}


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
@pytest.mark.parametrize("name", MET)
def test_demands_that_are_met(name: str, room: Lab) -> None:
    """What we do anyway is no obstacle, and pyHanko agrees that the author's terms are met."""
    path = form(room.folder, MET[name])
    assert list_empty(path)[0].obstacle is None
    signed = room.sign(path, SignatureLevel.B, field_name="Seller").target
    assert sound(check_pdf(signed).signatures[0])
    valid_for_others(signed, 1)


def test_demanded_time_stamp(room: Lab) -> None:
    """Such a field is told, and takes a signature at B-T."""
    spec = seeded(timestamp_server_url="https://tsa.invalid", timestamp_required=True)
    path = form(room.folder, spec)
    assert list_empty(path)[0].time_stamp
    signed = room.sign(path, SignatureLevel.T, field_name="Seller")
    assert signed.level == "PAdES-B-T"


def odd(change: Callable[[Any], None]) -> Callable[[Path], Path]:
    """Return a maker of a form whose field was changed by hand."""

    def make(folder: Path) -> Path:
        path = form(folder, shown("Seller"))
        writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
        field = writer.root["/AcroForm"]["/Fields"][0]
        change(field)
        writer.update_container(field)
        out = io.BytesIO()
        writer.write(out)
        path.write_bytes(out.getvalue())
        return path

    return make


def without_page(field: Any) -> None:
    """Leave out the optional entry that names the page."""
    del field["/P"]


def read_only(field: Any) -> None:
    """Forbid changes of the field."""
    field[pdf_name("/Ff")] = generic.NumberObject(1)


def odd_lock(field: Any) -> None:
    """Give it a lock that nobody knows."""
    field[pdf_name("/Lock")] = generic.DictionaryObject({"/Action": pdf_name("/Half")})


def unknown_demand(field: Any) -> None:
    """Demand something that no standard knows."""
    field[pdf_name("/SV")] = generic.DictionaryObject({"/Ff": generic.NumberObject(1 << 12)})


def test_field_that_does_not_name_its_page(room: Lab) -> None:
    """It is found on its page all the same, and bears the mark."""
    path = odd(without_page)(room.folder)
    assert list_empty(path)[0].page == 1
    signed = room.sign(path, SignatureLevel.B, field_name="Seller", stamp=StampStyle()).target
    assert sound(check_pdf(signed).signatures[0])
    with signed.open("rb") as file:
        assert "/AP" in PdfFileReader(file).root["/AcroForm"]["/Fields"][0]


@pytest.mark.parametrize("change", [read_only, odd_lock, unknown_demand])
def test_odd_fields_are_refused(change: Callable[[Any], None], room: Lab) -> None:
    """Demands that are not understood are not met."""
    path = odd(change)(room.folder)
    error = refused(room, path, field_name="Seller")
    assert error.code is ErrorCode.PDF_FIELD_DEMANDS
    assert list_empty(path)[0].obstacle is not None


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"hello", ErrorCode.NOT_A_PDF),
        (lambda: documents.plain()[:-200], ErrorCode.PDF_DAMAGED),
        (lambda: documents.encrypted(b"secret"), ErrorCode.PDF_ENCRYPTED),
    ],
)
def test_listing_of_what_is_no_form(make: Any, code: ErrorCode, tmp_path: Path) -> None:
    """Files that cannot be read are told by their own codes."""
    path = tmp_path / "a.pdf"
    path.write_bytes(make())
    with pytest.raises(RoscherkError) as caught:
        list_empty(path)
    assert caught.value.code is code
