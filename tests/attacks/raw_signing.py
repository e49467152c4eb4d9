"""Signing a PDF by hand: any entries, any look, any CMS; what an honest program would not write."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm, SigFieldSpec
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import PdfSignedData
from stand_ins.pki import Pki

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import writing

_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
_DIGESTS = {KeyAlgorithm.GOST_256: "streebog256", KeyAlgorithm.GOST_512: "streebog512"}
Draw = Callable[[IncrementalPdfFileWriter], generic.PdfObject]
MakeCms = Callable[[Pki, bytes], bytes]
"""Makes a CMS over the covered octets."""


def digest_of(pki: Pki) -> str:
    """Return the digest that goes with a key."""
    return _DIGESTS.get(pki.algorithm, "sha256")


def usual_cms(pki: Pki, covered: bytes) -> bytes:
    """Make the CMS that the program itself makes."""
    name = digest_of(pki)
    attributes = writing.signed_attributes(
        digest_name=name,
        content_digest=digests.digest(name, covered),
        certificate=pki.leaf,
        signing_time=None,
    )
    return writing.build_signed_data(
        attributes=attributes,
        signature=pki.key.sign_digest(name, digests.digest(name, attributes), None),
        certificate=pki.leaf,
        chain=(pki.ca, pki.root),
        digest_name=name,
    )


@dataclass(frozen=True)
class Raw:
    """How a document is signed by hand."""

    name: str = "Signature1"
    subfilter: str = "/ETSI.CAdES.detached"
    certify: int | None = None
    lock: FieldMDPSpec | None = None
    box: tuple[int, int, int, int] | None = None
    draw: Draw | None = None
    """Makes the appearance of a visible field."""
    entries: dict[str, generic.PdfObject] = field(default_factory=dict)
    """Of the signature dictionary, over the usual ones."""
    room: int = 16_384
    """Octets kept for the signature, in hexadecimal digits."""
    make: MakeCms = usual_cms
    change: Callable[[IncrementalPdfFileWriter], object] | None = None
    """What else the revision brings, signed with it."""

    def but(self, **changes: object) -> "Raw":
        """Return it with other values."""
        return replace(self, **changes)  # type: ignore[arg-type]  # by the names of the fields


def raw_signed(document: bytes, pki: Pki, how: Raw | None = None) -> bytes:
    """Sign a document by hand."""
    order = how or Raw()
    out = io.BytesIO(document)
    writer = IncrementalPdfFileWriter(out)
    if order.change is not None:
        order.change(writer)
    spec = SigFieldSpec(order.name, box=order.box, on_page=0, empty_field_appearance=False)
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(order.name, writer)
    reference = next(steps)
    if order.draw is not None:
        shown = generic.DictionaryObject({pdf_name("/N"): order.draw(writer)})
        reference.get_object()[pdf_name("/AP")] = shown
    signature = PdfSignedData(pdf_name("/Sig"), timestamp=_AT, bytes_reserved=order.room)
    signature[pdf_name("/SubFilter")] = pdf_name(order.subfilter)
    for key, value in order.entries.items():
        signature[pdf_name(key)] = value
    steps.send(SigObjSetup(sig_placeholder=signature, mdp_setup=_permissions(order)))
    prepared, written = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
    data = written.getvalue()
    first, second = prepared.reserved_region_start, prepared.reserved_region_end
    steps.send(order.make(pki, data[:first] + data[second:]))
    return bytes(written.getvalue())


def _permissions(order: Raw) -> SigMDPSetup | None:
    if order.certify is None and order.lock is None:
        return None
    return SigMDPSetup(
        md_algorithm="sha256",
        certify=order.certify is not None,
        field_lock=order.lock,
        docmdp_perms=None if order.certify is None else MDPPerm(order.certify),
    )


@dataclass(frozen=True)
class Redirected:
    """An update that consists of a table only: where each object is now; None: it is gone."""

    places: dict[int, int | None]
    root: int = 1

    def appended(self, data: bytes) -> bytes:
        """Append it."""
        reader = PdfFileReader(io.BytesIO(data))
        previous = reader.last_startxref
        size = max(int(reader.trailer["/Size"]), max(self.places) + 1)
        table = b"xref\n"
        for number, place in sorted(self.places.items()):
            entry = b"%010d 00000 n \n" % place if place is not None else b"0000000000 00001 f \n"
            table += b"%d 1\n%s" % (number, entry)
        trailer = b"trailer\n<</Size %d /Root %d 0 R /Prev %d>>\n" % (size, self.root, previous)
        return data + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(data)
