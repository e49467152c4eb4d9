"""What we rely on in pyHanko, tried when it is first imported: it fails loudly, not in a verdict.

Nothing of pyHanko is patched. But the reading of revisions and the analysis of differences are
parts of our verdict, and two hooks of its writer are overridden: a release that changes one of
these must not be used unseen. The versions are those that were examined.
"""

import os
from collections.abc import Callable
from io import BytesIO
from typing import Any, BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.version import __version__ as pyhanko_version
from pyhanko_certvalidator.version import __version__ as certvalidator_version

EXAMINED = {"pyHanko": "0.38.0", "pyhanko-certvalidator": "0.33.0"}

_OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] >> >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
)

Review = Callable[[PdfFileReader], bool]
"""Tells whether the analysis explains the second revision as evidence and nothing else."""


class UnsuitablePyhankoError(ImportError):
    """The pyHanko that is installed is not the one this program was tried with."""


def demand_versions() -> None:
    """Raise unless the releases are those that were examined."""
    found = {
        "pyHanko": pyhanko_version,
        "pyhanko-certvalidator": certvalidator_version,
    }
    if found != EXAMINED:
        raise UnsuitablePyhankoError(f"examined: {EXAMINED}, found: {found}")


def demand_structure() -> None:
    """Write and read a document of two revisions; raise where it is not as we rely on it."""
    document = _document()
    written, hooks = _updated(document, lambda writer: _add_store(writer, forgotten=False))
    reader = PdfFileReader(BytesIO(written), strict=True)
    xrefs = reader.xrefs
    added = {ref.idnum for ref in reader.get_historical_resolver(1).explicit_refs_in_revision()}
    held = reader.root["/DSS"]["/Certs"][0]
    facts = {
        "the hooks of the writer are called": set(hooks) == {"meta", "header"},
        "an update leaves the document before it alone": written.startswith(document),
        "revisions are told apart": xrefs.total_revisions == 2,
        "the last change of an object is known": xrefs.get_last_change(reader.root_ref) == 1,
        "an update's objects are known": len(added) == 2 and 1 in added,
        "an earlier revision can be read": "/DSS" not in reader.get_historical_root(0),
        "octets come back": bytes(held.data) == b"octets",
        "the offset of an object is known": written.startswith(b"1 0 obj", xrefs[reader.root_ref]),
        "a strict reader refuses a wrong table": _refused(document.replace(b"000009", b"000010")),
    }
    _demand(facts)


def demand_analysis(review: Review) -> None:
    """Show three updates to the analysis of differences; raise where it sees one of them wrongly."""
    document = _document()
    evidence, _ = _updated(document, lambda writer: _add_store(writer, forgotten=False))
    forgotten, _ = _updated(document, lambda writer: _add_store(writer, forgotten=True))
    turned, _ = _updated(document, _turn_page)
    facts = {
        "evidence is explained": review(PdfFileReader(BytesIO(evidence))),
        "an object without a use is not": not review(PdfFileReader(BytesIO(forgotten))),
        "a changed page is not": not review(PdfFileReader(BytesIO(turned))),
    }
    _demand(facts)


def _demand(facts: dict[str, bool]) -> None:
    failed = [name for name, holds in facts.items() if not holds]
    if failed:
        raise UnsuitablePyhankoError(f"pyHanko is not as it was examined: {', '.join(failed)}")


def _document() -> bytes:
    """Return the smallest document that is one."""
    out = BytesIO(b"%PDF-2.0\n")
    out.seek(0, os.SEEK_END)
    places = []
    for number, body in enumerate(_OBJECTS, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(places) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % table)
    return out.getvalue()


class _Probe(IncrementalPdfFileWriter):
    """A writer that notes which hooks are called."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self.called: list[str] = []

    def _update_meta(self) -> None:
        self.called.append("meta")

    def _write_header(self, stream: BinaryIO) -> None:
        self.called.append("header")
        super()._write_header(stream)  # type: ignore[no-untyped-call]  # pyHanko


def _updated(document: bytes, change: Callable[[Any], None]) -> tuple[bytes, list[str]]:
    writer = _Probe(BytesIO(document))
    change(writer)
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko
    return out.getvalue(), writer.called


def _add_store(writer: Any, *, forgotten: bool) -> None:
    stream = writer.add_object(generic.StreamObject(stream_data=b"octets"))
    if not forgotten:
        certificates = generic.ArrayObject([stream])
        store = generic.DictionaryObject({pdf_name("/Certs"): certificates})
        writer.root[pdf_name("/DSS")] = store
        writer.update_root()


def _turn_page(writer: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Rotate")] = generic.NumberObject(90)
    writer.update_container(page)


def _refused(document: bytes) -> bool:
    try:
        PdfFileReader(BytesIO(document), strict=True).root["/Type"]
    except Exception:  # noqa: BLE001 - pyHanko: any refusal will do
        return True
    return False
