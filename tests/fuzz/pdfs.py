"""PDF documents of strangers: judged, looked over, listed, signed; and pictures for the mark."""

from __future__ import annotations

import io
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from attacks import pdf_documents as documents
from attacks.mutation import Kind
from attacks.signed_files import Form, sign
from fuzz.encodings import ECDSA
from fuzz.harness import Harness, Prepared, by_file, call
from fuzz.signatures import judged
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from stand_ins.pki import NOW, pki_of

from app.crypto import methods
from app.crypto.fields import tasks as field_tasks
from app.crypto.fields.model import FieldsRequest
from app.crypto.model import SignatureFormat, SignRequest, VerifyRequest
from app.crypto.pdf.stamp_pictures import read_picture
from app.crypto.presigning import tasks as presigning_tasks
from app.crypto.presigning.model import PresignRequest
from app.crypto.revisions import tasks as revision_tasks
from app.crypto.revisions.model import RevisionsRequest
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks

WORDS = (
    b"/Contents<", b"/ByteRange[0 1 2 3]", b"/Type/Sig", b"/FT/Sig", b"/Kids[", b"/Parent 1 0 R",
    b"/Prev 0", b"/XRefStm 9", b"xref\n0 1\n", b"trailer<<", b"startxref\n", b"%%EOF", b"obj\n",
    b"endobj\n", b"stream\n", b"endstream", b"/Length 0", b"/Filter/FlateDecode", b"/Annots[",
    b"/AcroForm<<", b"/Perms<</DocMDP 1 0 R>>", b"/DSS<<", b"/VRI<<", b"/Certs[", b"/Root 1 0 R",
    b"/Size 4294967296", b"/W[1 2 1]", b"/Index[0 9]", b"/MediaBox[0 0 0 0]", b"/Rotate 91", b"<FEFF",
    b"/JavaScript", b"/OCProperties", b"/Encrypt", b"null", b"-1 0 R", b"1e99", b"(\\377)", b"/#00",
)  # fmt: skip


@cache
def _signed() -> bytes:
    with tempfile.TemporaryDirectory() as place:
        return sign(Form.PADES, ECDSA, Path(place), documents.plain()).data


@cache
def _plain() -> tuple[bytes, ...]:
    return (documents.with_form(), documents.streams(), documents.hybrid(), documents.two_pages())


def _with_store() -> bytes:
    """Return a signed document with a later update that holds a security store."""
    base = _signed()
    pki = pki_of(ECDSA)
    out = io.BytesIO(base)
    writer = IncrementalPdfFileWriter(out)
    store = generic.DictionaryObject()
    for name, each in (("/Certs", pki.ca), ("/CRLs", pki.crls[0])):
        held = writer.add_object(generic.StreamObject(stream_data=each))
        store[generic.pdf_name(name)] = generic.ArrayObject([held])
    writer.root["/DSS"] = writer.add_object(store)
    writer.update_root()
    writer.write_in_place()
    return out.getvalue()


def _verify(folder: Path) -> Prepared:
    trust = pki_of(ECDSA).trust(folder / "trust")
    place = folder / "in"
    place.mkdir()

    def eat(path: Path) -> None:
        judged(VerifyRequest(path=path, trust=trust, at=NOW, now=NOW))

    return by_file(place / "x.pdf", eat, (_signed(), _with_store(), *_plain()[:1]))


def _asked(method: Any, handler: Any, request: type) -> Any:
    def prepare(folder: Path) -> Prepared:
        def eat(path: Path) -> None:
            call(method, handler, request(path=path))

        return by_file(folder / "x.pdf", eat, (*_plain(), _signed()))

    return prepare


def _sign(folder: Path) -> Prepared:
    container = pki_of(ECDSA).container

    def eat(path: Path) -> None:
        request = SignRequest(
            source=path,
            container=container,
            format=SignatureFormat.PADES,
            signing_time=NOW,
            job=new_job(),
        )
        call(methods.SIGN_PREPARE, signing_tasks.prepare, request)

    return by_file(folder / "x.pdf", eat, (*_plain()[:3], _signed()))


def _picture(folder: Path) -> Prepared:
    seeds = []
    for form, mode in (("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "L")):
        out = io.BytesIO()
        Image.new(mode, (9, 7), 3).save(out, form)
        seeds.append(out.getvalue())
    return by_file(folder / "x.png", read_picture, seeds)


HARNESSES = (
    Harness(
        "pdf", "pdf/checking.py, revisions.py, security_store.py", _verify, WORDS, kind=Kind.PDF
    ),
    Harness(
        "pdf-before-signing",
        "pdf/suspicions.py, presigning/",
        _asked(methods.PRESIGN, presigning_tasks.look, PresignRequest),
        WORDS,
        kind=Kind.PDF,
    ),
    Harness(
        "pdf-revisions",
        "pdf/signed_revisions.py",
        _asked(methods.REVISIONS, revision_tasks.find, RevisionsRequest),
        WORDS,
        kind=Kind.PDF,
    ),
    Harness(
        "pdf-fields",
        "pdf/empty_fields.py, seed_values.py",
        _asked(methods.SIGNATURE_FIELDS, field_tasks.list_fields, FieldsRequest),
        WORDS,
        kind=Kind.PDF,
    ),
    Harness("pdf-signed", "pdf/appending.py, placing.py, stamp.py", _sign, WORDS, kind=Kind.PDF),
    Harness("picture", "pdf/stamp_pictures.py", _picture, (b"IHDR", b"IDAT", b"eXIf", b"\xff\xd8")),
)
