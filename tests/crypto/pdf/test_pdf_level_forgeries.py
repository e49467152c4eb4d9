"""What is spoilt above B-B: evidence, time-stamps, and updates that look like them."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attacks import pdf_documents as documents
from attacks import pdf_forgeries as forge
from pdf_levels_lab import GAP, Shelf, lab, problems, sound
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import StreamObject as Stream
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from stand_ins import servers
from stand_ins.pki import pki_of
from stand_ins.time_authority import time_authority_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import tlv
from app.crypto.cms.levels.tokens import Material
from app.crypto.model import SignatureLevel, SignedFile
from app.crypto.pdf import additions
from app.crypto.pdf.appending import append_evidence
from app.crypto.pdf.checking import PdfFacts, check_pdf
from app.crypto.pdf.codes import ConstraintProblem, FormatProblem
from app.crypto.pdf.reading import Reader
from app.crypto.pdf.security_store import Evidence
from app.crypto.saving import new_job
from app.crypto.trust.stores import load
from app.crypto.verdict.facts import ChangesAfter, Coverage, Level, SignatureKind
from app.errors import RoscherkError

EC = KeyAlgorithm.ECDSA_P256
LEVELS = [SignatureLevel.T, SignatureLevel.LT, SignatureLevel.LTA]


@pytest.fixture(scope="module")
def shelf(contract: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return documents signed at all levels."""
    return Shelf(tmp_path_factory.mktemp("levels"), contract)


def check(data: bytes, folder: Path) -> PdfFacts:
    """Check bytes as a file, under the test's roots."""
    path = folder / "forged.pdf"
    path.write_bytes(data)
    return check_pdf(path, trust=load(pki_of(EC).trust(folder / "trust")))


@pytest.mark.parametrize("level", LEVELS)
def test_bytes_changed_anywhere(level: SignatureLevel, shelf: Shelf, tmp_path: Path) -> None:
    """A changed byte of the document breaks the signature, and every time-stamp over it."""
    data = shelf.get(EC, level).read_bytes()
    first = GAP.search(data)
    assert first is not None
    place = data.index(b"stream", 200) + 40
    forged = data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]
    found = check(forged, tmp_path).signatures
    assert all(one.digest_matches is False for one in found)
    assert all(one.level is not Level.PADES_B_LTA for one in found)


def gap_of(data: bytes, number: int) -> tuple[int, bytes]:
    """Return where the hex digits of a signature begin, and the digits."""
    match = list(GAP.finditer(data))[number]
    return match.start(1), match[1]


def flipped(data: bytes, place: int) -> bytes:
    """Change one hex digit."""
    other = b"1" if data[place : place + 1] != b"1" else b"2"
    return data[:place] + other + data[place + 1 :]


@pytest.mark.parametrize("level", LEVELS)
def test_changed_time_stamp_inside(level: SignatureLevel, shelf: Shelf, tmp_path: Path) -> None:
    """The token's own signature value: the time-stamp is worth nothing, the signature stays good.

    It stands at the end of the CMS, and no byte range covers it; a document time-stamp does.
    """
    data = shelf.get(EC, level).read_bytes()
    start, digits = gap_of(data, 0)
    end = len(digits.rstrip(b"0"))
    found = check(flipped(data, start + end - 6), tmp_path).signatures
    own = found[0]
    assert own.signature_verifies
    assert own.digest_matches
    assert own.time_stamps[0].problems
    assert own.level is (Level.PADES_B_B)
    if level is SignatureLevel.LTA:
        assert found[1].digest_matches is False


def test_changed_document_time_stamp(shelf: Shelf, tmp_path: Path) -> None:
    """A document time-stamp whose value was touched takes the level down to B-LT."""
    data = shelf.get(EC, SignatureLevel.LTA).read_bytes()
    start, digits = gap_of(data, 1)
    end = len(digits.rstrip(b"0"))
    own, stamp = check(flipped(data, start + end - 6), tmp_path).signatures
    assert sound(own)
    assert own.level is Level.PADES_B_LT
    assert stamp.kind is SignatureKind.DOCUMENT_TIMESTAMP
    assert not sound(stamp)


def test_document_time_stamp_over_other_octets(shelf: Shelf, tmp_path: Path) -> None:
    """PDF-17: a token whose imprint is not that of its byte range, however well signed."""
    data = shelf.get(EC, SignatureLevel.LTA).read_bytes()
    token = time_authority_of(EC).token("sha256", bytes(32))
    start, digits = gap_of(data, 1)
    forged = (
        data[:start] + token.hex().encode().ljust(len(digits), b"0") + data[start + len(digits) :]
    )
    own, stamp = check(forged, tmp_path).signatures
    assert own.level is Level.PADES_B_LT
    assert stamp.digest_matches is False
    assert stamp.time_stamps[0].imprint_matches is False
    assert problems(stamp)


@pytest.mark.parametrize("rubbish", [b"", b"3003020101", b"3080"])
def test_document_time_stamp_that_is_none(rubbish: bytes, shelf: Shelf, tmp_path: Path) -> None:
    """Rubbish in its place is a format problem, never nothing at all."""
    data = shelf.get(EC, SignatureLevel.LTA).read_bytes()
    start, digits = gap_of(data, 1)
    forged = data[:start] + rubbish.ljust(len(digits), b"0") + data[start + len(digits) :]
    own, stamp = check(forged, tmp_path).signatures
    assert own.level is Level.PADES_B_LT
    assert stamp.format_problems


def spoilt_stream(data: bytes, octets: bytes) -> bytes:
    """Change the last octet of an evidence stream."""
    place = data.rindex(octets) + len(octets) - 1
    return data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]


@pytest.mark.parametrize("which", ["list of the authority", "list of the root", "authority"])
def test_changed_evidence(which: str, shelf: Shelf, tmp_path: Path) -> None:
    """Evidence is believed for its signatures: B-LT without a good list is B-T (PDF-18)."""
    pki = pki_of(EC)
    octets = {
        "list of the authority": pki.crls[1],
        "list of the root": pki.crls[0],
        "authority": pki.ca,
    }[which]
    for level in (SignatureLevel.LT, SignatureLevel.LTA):
        data = shelf.get(EC, level).read_bytes()
        own, *_ = check(spoilt_stream(data, octets), tmp_path).signatures
        if which == "authority":  # it stands in the signature, too
            assert own.level is not Level.PADES_B_LTA
        else:
            assert own.level is Level.PADES_B_T
        assert own.digest_matches


def test_missing_evidence(shelf: Shelf, tmp_path: Path) -> None:
    """A store that lost its lists, or was cut off with its update, proves nothing."""
    data = shelf.get(EC, SignatureLevel.LT).read_bytes()
    own, *_ = check(data.replace(b"/CRLs [", b"/CRLz ["), tmp_path).signatures
    assert own.level is Level.PADES_B_T
    end = data.index(b"%%EOF", GAP.search(data).end()) + 6  # type: ignore[union-attr]
    own, *_ = check(data[:end], tmp_path).signatures
    assert own.level is Level.PADES_B_T
    assert own.coverage is Coverage.WHOLE_FILE


def stream(writer: IncrementalPdfFileWriter, octets: bytes = b"octets", **entries: Any) -> Any:
    """Add a stream."""
    named = {pdf_name(f"/{key}"): value for key, value in entries.items()}
    return writer.add_object(generic.StreamObject(named, stream_data=octets))


def store_of(writer: IncrementalPdfFileWriter) -> Any:
    """Return the store of a document, to be changed; a new one where there is none."""
    if "/DSS" not in writer.root:
        writer.root[pdf_name("/DSS")] = writer.add_object(generic.DictionaryObject())
        writer.update_root()
    store = writer.root["/DSS"]
    writer.update_container(store)
    return store


def honest(writer: IncrementalPdfFileWriter) -> None:
    """Add one more certificate, as an honest renewal would."""
    certificates = store_of(writer).get("/Certs", generic.ArrayObject())
    members = [certificates.raw_get(index) for index in range(len(certificates))]
    store_of(writer)[pdf_name("/Certs")] = generic.ArrayObject([*members, stream(writer)])


def page_of(writer: IncrementalPdfFileWriter) -> Any:
    """Return the first page."""
    return writer.root["/Pages"]["/Kids"][0]


def with_orphan(writer: IncrementalPdfFileWriter) -> None:
    """Add evidence, and an object that nothing refers to."""
    honest(writer)
    stream(writer, b"q 1 0 0 1 0 0 cm Q")


def with_odd_key(writer: IncrementalPdfFileWriter) -> None:
    """Hide something in the store."""
    honest(writer)
    store_of(writer)[pdf_name("/Extra")] = generic.DictionaryObject({"/S": pdf_name("/JavaScript")})


def with_page_in_store(writer: IncrementalPdfFileWriter) -> None:
    """List a page among the certificates."""
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    store_of(writer)[pdf_name("/Certs")] = generic.ArrayObject([page])


def with_form_as_evidence(writer: IncrementalPdfFileWriter) -> None:
    """Bring something to draw under the name of a certificate."""
    form = stream(writer, b"0 0 m", Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"))
    store_of(writer)[pdf_name("/Certs")] = generic.ArrayObject([form])


def with_changed_content(writer: IncrementalPdfFileWriter) -> None:
    """Add evidence and replace the content of a page."""
    honest(writer)
    page = page_of(writer)
    page[pdf_name("/Contents")] = stream(writer, b"BT ET")
    writer.update_container(page)


def with_content_from_store(writer: IncrementalPdfFileWriter) -> None:
    """Let a page draw what stands in the store."""
    added = stream(writer, b"BT ET")
    store_of(writer)[pdf_name("/Certs")] = generic.ArrayObject([added])
    page = page_of(writer)
    page[pdf_name("/Contents")] = added
    writer.update_container(page)


def with_script(writer: IncrementalPdfFileWriter) -> None:
    """Add evidence and something that runs when the document is opened."""
    honest(writer)
    action = {"/S": pdf_name("/JavaScript"), "/JS": generic.pdf_string("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(action)
    writer.update_root()


def with_odd_entry(writer: IncrementalPdfFileWriter) -> None:
    """Name a signature by something that is no name of one."""
    names = generic.DictionaryObject({pdf_name("/X"): generic.DictionaryObject()})
    store_of(writer)[pdf_name("/VRI")] = names


def with_changed_entry(writer: IncrementalPdfFileWriter) -> None:
    """Change the entry of a signature that was there."""
    names = store_of(writer).get("/VRI", generic.DictionaryObject())
    for key in list(names.keys()):
        names[key] = generic.DictionaryObject({"/Type": pdf_name("/VRI")})
    names[pdf_name("/" + "A" * 40)] = generic.DictionaryObject({"/Extra": generic.NullObject()})
    store_of(writer)[pdf_name("/VRI")] = names


def with_visible_stamp(writer: IncrementalPdfFileWriter) -> None:
    """Draw over a page by a field that calls itself a document time-stamp."""
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    value = writer.add_object(
        generic.DictionaryObject(
            {
                "/Type": pdf_name("/DocTimeStamp"),
                "/SubFilter": pdf_name("/ETSI.RFC3161"),
                "/ByteRange": generic.ArrayObject(),
                "/Contents": generic.ByteStringObject(b""),
            }
        )
    )
    field = writer.add_object(
        generic.DictionaryObject(
            {
                "/Type": pdf_name("/Annot"),
                "/Subtype": pdf_name("/Widget"),
                "/FT": pdf_name("/Sig"),
                "/T": generic.pdf_string("Stamp"),
                "/V": value,
                "/P": page,
                "/Rect": generic.ArrayObject(
                    [generic.NumberObject(one) for one in (0, 0, 500, 700)]
                ),
                "/AP": generic.DictionaryObject({"/N": stream(writer, b"0 0 500 700 re f")}),
            }
        )
    )
    form = writer.root["/AcroForm"]
    form["/Fields"].append(field)
    writer.update_container(form)
    writer.register_annotation(page, field)


UPDATES = [
    with_orphan,
    with_odd_key,
    with_page_in_store,
    with_form_as_evidence,
    with_changed_content,
    with_content_from_store,
    with_script,
    with_odd_entry,
    with_changed_entry,
]


@pytest.mark.parametrize("level", [SignatureLevel.B, SignatureLevel.LTA])
@pytest.mark.parametrize("change", UPDATES)
def test_updates_that_look_like_evidence(
    change: Callable[[Any], None], level: SignatureLevel, shelf: Shelf, tmp_path: Path
) -> None:
    """Whatever else comes with evidence, or as evidence, leaves the update unexplained."""
    data = shelf.get(EC, level).read_bytes()
    forged = forge.updated(change)(data)
    own, *stamps = check(forged, tmp_path).signatures
    for facts in (own, *stamps):
        assert facts.changes_after is ChangesAfter.UNDEFINED, problems(facts)
        assert ConstraintProblem.CHANGED_AFTER in problems(facts)
    reader = Reader(io.BytesIO(forged), strict=True)
    assert additions.Recognition(reader).recognise(own.revision or 0, len(data)) is None


@pytest.mark.parametrize("level", [SignatureLevel.B, SignatureLevel.LT, SignatureLevel.LTA])
def test_honest_evidence_is_archival(level: SignatureLevel, shelf: Shelf, tmp_path: Path) -> None:
    """The same update without anything else is what it says."""
    forged = forge.updated(honest)(shelf.get(EC, level).read_bytes())
    found = check(forged, tmp_path).signatures
    assert all(map(sound, found))
    assert {one.changes_after for one in found} == {ChangesAfter.ARCHIVAL}


def test_stamp_that_is_seen_is_no_evidence(shelf: Shelf, tmp_path: Path) -> None:
    """A document time-stamp that draws on a page is at best a signature, and here it is broken."""
    forged = forge.updated(with_visible_stamp)(shelf.get(EC, SignatureLevel.LT).read_bytes())
    own, *others = check(forged, tmp_path).signatures
    assert own.changes_after is not ChangesAfter.ARCHIVAL
    assert len(others) == 1
    assert FormatProblem.BYTE_RANGE in problems(others[0])


def test_evidence_awaited_by_the_signed_document(tmp_path: Path) -> None:
    """A signed page that refers to a stream which only the store brings is a shadow attack.

    Signing at B-LT notices it, too, and keeps the signature without such evidence.
    """
    evidence = [Evidence("A" * 40, Material(pki_of(EC).crls))]

    def archived(document: bytes) -> tuple[SignedFile, Path]:
        source = tmp_path / "source.pdf"
        source.write_bytes(document)
        with servers.running() as server:
            room = lab(tmp_path / "lab", EC, server)
            asked, path = room.sign(source, SignatureLevel.LT), tmp_path / f"{new_job()}.pdf"
            path.write_bytes(room.sign(source, SignatureLevel.B).target.read_bytes())
        append_evidence(path, evidence, datetime.now(UTC))
        return asked, path

    asked, plain = archived(documents.plain())
    assert asked.level == "PAdES-B-LT"
    assert check_pdf(plain).signatures[0].changes_after is ChangesAfter.ARCHIVAL
    reader = Reader(io.BytesIO(plain.read_bytes()), strict=True)
    added = reader.get_historical_resolver(2).explicit_refs_in_revision()
    awaited = min(ref.idnum for ref in added if isinstance(ref.get_object(), Stream))
    asked, attack = archived(documents.with_contents(b"[4 0 R %d 0 R]" % awaited))
    assert asked.level == "PAdES-B-B"
    own, *_ = check_pdf(attack).signatures
    assert own.changes_after is ChangesAfter.UNDEFINED


def test_single_bytes_of_the_updates(shelf: Shelf, tmp_path: Path) -> None:
    """Bytes lost or changed behind the signature never raise its level or go unnoticed."""
    data = shelf.get(EC, SignatureLevel.LTA).read_bytes()
    start = data.index(b"%%EOF", GAP.search(data).end()) + 6  # type: ignore[union-attr]
    last = list(GAP.finditer(data))[1]
    zeros = range(last.start(1) + len(last[1].rstrip(b"0")), last.end(1))
    for place in range(start, len(data), 211):
        if place in zeros:
            continue
        forged = data[:place] + bytes((data[place] ^ 0x11,)) + data[place + 1 :]
        try:
            found = check(forged, tmp_path).signatures
        except RoscherkError:
            continue
        assert not all(map(sound, found)) or found[0].level is not Level.PADES_B_LTA, place


def test_padding_of_a_time_stamp_is_told(shelf: Shelf, tmp_path: Path) -> None:
    """Octets behind a document time-stamp are told as those behind a signature."""
    data = shelf.get(EC, SignatureLevel.LTA).read_bytes()
    start, digits = gap_of(data, 1)
    place = start + len(digits) - 8
    _, stamp = check(data[:place] + b"deadbeef" + data[place + 8 :], tmp_path).signatures
    assert "pdf_contents_padding" in {one.code for one in stamp.constraint_problems}


def test_two_levels_of_pyhanko_agree(shelf: Shelf) -> None:
    """The name of the entry for a signature is the one that pyHanko looks for."""
    from pyhanko.sign.validation.dss import DocumentSecurityStore  # noqa: PLC0415

    with shelf.get(EC, SignatureLevel.LT).open("rb") as file:
        reader = PdfFileReader(file)
        signature, *_ = reader.embedded_regular_signatures
        store = DocumentSecurityStore.read_dss(reader)
        name = store.sig_content_identifier(signature.pkcs7_content)
        assert name in store.vri_entries
        assert tlv.read(signature.pkcs7_content).end <= len(signature.pkcs7_content)
