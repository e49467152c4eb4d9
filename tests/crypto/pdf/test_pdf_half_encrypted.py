"""Encrypted documents with something in the clear: told before signing, never passed after it."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import (
    CryptFilterConfiguration,
    StandardSecurityHandler,
)
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer
from stand_ins.pki import NOW, pki_of
from stand_ins.signed_pdf import NoProgress

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import VerifyRequest
from app.crypto.pdf.codes import ConstraintProblem
from app.crypto.pdf.suspicions import look_over
from app.crypto.presigning.codes import PresignCode
from app.crypto.verdict.report import FileReport, Indication
from app.crypto.verifying import tasks as verifying_tasks
from app.texts.verdicts import reasons

RSA = pki_of(KeyAlgorithm.RSA)
TEXT = b"BT /F1 12 Tf 72 700 Td (In the clear) Tj ET"


def _encrypted(change: Callable[[PdfFileWriter], None], *, metadata: bool = True) -> bytes:
    """Return a document that anybody may read, encrypted but for what ``change`` does to it."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(documents.plain())))
    writer.encrypt(b"owner", b"", encrypt_metadata=metadata)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _contents(writer: PdfFileWriter) -> None:
    _page(writer)["/Contents"].add_crypt_filter(handler=writer.security_handler)


def _compressed_contents(writer: PdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=TEXT)
    stream.add_crypt_filter(handler=writer.security_handler)
    stream.compress()
    _page(writer)["/Contents"] = writer.add_object(stream)


def _form(writer: PdfFileWriter) -> None:
    kinds = {pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/Type"): pdf_name("/XObject")}
    stream = generic.StreamObject(dict_data=kinds, stream_data=TEXT)
    stream.add_crypt_filter(handler=writer.security_handler)
    resources = _page(writer)["/Resources"]
    held = generic.DictionaryObject({pdf_name("/X1"): writer.add_object(stream)})
    resources[pdf_name("/XObject")] = held


def _metadata(writer: PdfFileWriter) -> None:
    kinds = {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")}
    stream = generic.StreamObject(dict_data=kinds, stream_data=b"<x/>")
    stream.add_crypt_filter(handler=writer.security_handler)
    writer.root[pdf_name("/Metadata")] = writer.add_object(stream)


def _so_called_metadata(writer: PdfFileWriter) -> None:
    """Let what is drawn call itself metadata: behind an array, as contents often are."""
    kinds = {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")}
    stream = generic.StreamObject(dict_data=kinds, stream_data=TEXT)
    stream.add_crypt_filter(handler=writer.security_handler)
    held = generic.ArrayObject([writer.add_object(stream)])
    _page(writer)["/Contents"] = writer.add_object(held)


def _nothing(_writer: PdfFileWriter) -> None:
    """Leave all of it encrypted."""


def _page(writer: PdfFileWriter) -> generic.DictionaryObject:
    page = writer.root["/Pages"]["/Kids"][0]
    assert isinstance(page, generic.DictionaryObject)
    return page


def _open_kind(**filters: generic.NameObject) -> bytes:
    """Return a document all of whose streams, or texts, stand in the clear."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(documents.plain())))
    handler = StandardSecurityHandler.build_from_pw("owner", "")
    standard = pdf_name("/StdCF")
    known = {standard: handler.crypt_filter_config[standard]}
    usual = {"default_stream_filter": standard, "default_string_filter": standard}
    handler.crypt_filter_config = CryptFilterConfiguration(known, **{**usual, **filters})
    known[standard]._set_security_handler(handler)
    writer._assign_security_handler(handler)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


IDENTITY = pdf_name("/Identity")
IN_PART: dict[str, Callable[[], bytes]] = {
    "contents of a page": lambda: _encrypted(_contents),
    "compressed contents": lambda: _encrypted(_compressed_contents),
    "a picture of a page": lambda: _encrypted(_form),
    "contents that call themselves metadata": lambda: _encrypted(_so_called_metadata),
    "all streams": lambda: _open_kind(default_stream_filter=IDENTITY),
    "all texts": lambda: _open_kind(default_string_filter=IDENTITY),
    "attached files": lambda: _open_kind(default_file_filter=IDENTITY),
}
WHOLE: dict[str, Callable[[], bytes]] = {
    "all of it": lambda: _encrypted(_nothing),
    "but for the metadata": lambda: _encrypted(_metadata, metadata=False),
}


def look(data: bytes, folder: Path) -> set[PresignCode]:
    """Look at a document before it is signed."""
    path = folder / "e.pdf"
    path.write_bytes(data)
    return {one.code for one in look_over(path)}


def verified(data: bytes, folder: Path) -> FileReport:
    """Sign a document and verify it."""
    out = io.BytesIO(data)
    writer = IncrementalPdfFileWriter(out)
    writer.encrypt(b"")
    path = folder / "signed.pdf"
    path.write_bytes(documents.certified_with(writer))
    request = VerifyRequest(path=path, trust=RSA.trust(folder / "trust"), at=NOW)
    return verifying_tasks.verify(request, NoProgress()).report


@pytest.mark.parametrize("name", IN_PART)
def test_in_part(name: str, tmp_path: Path) -> None:
    """It is told as grave before signing, and a signature over it is not passed, whoever made it."""
    data = IN_PART[name]()
    assert look(data, tmp_path) >= {PresignCode.ENCRYPTED, PresignCode.ENCRYPTED_PART}
    report = verified(data, tmp_path)
    assert report.verdict is Indication.INDETERMINATE
    (signature,) = report.signatures
    assert ConstraintProblem.ENCRYPTED_MIXED in signature.reasons
    assert any("only in part" in each for each in reasons(signature))


@pytest.mark.parametrize("name", WHOLE)
def test_whole(name: str, tmp_path: Path) -> None:
    """An ordinary encrypted document is none of these, before and after it is signed."""
    data = WHOLE[name]()
    found = look(data, tmp_path)
    assert PresignCode.ENCRYPTED in found
    assert PresignCode.ENCRYPTED_PART not in found
    report = verified(data, tmp_path)
    assert report.verdict is Indication.TOTAL_PASSED
    signed = look((tmp_path / "signed.pdf").read_bytes(), tmp_path)
    assert {PresignCode.SIGNED, PresignCode.ENCRYPTED} <= signed
