"""Files that lie about their own structure: appended parts, loops, bombs, other kinds of signature."""

import re
import zlib
from collections.abc import Callable

from attacks import pdf_forgeries as forge
from attacks.pdf_documents import TEXT, assemble, objects_of_one_page, plain
from attacks.raw_signing import MakeCms, Raw, digest_of, raw_signed, usual_cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from stand_ins.pki import Pki

from app.algorithms import digests
from app.crypto.cms import splicing, tlv, writing

Build = Callable[[Pki], bytes]

_EVIL = TEXT.replace(b"100", b"999")


def after(change: forge.Forge) -> Build:
    """Return a signed document that is changed afterwards."""
    return lambda pki: change(raw_signed(plain(), pki))


def appended(tail: bytes) -> Build:
    """Return a signed document with something behind its end."""
    return after(lambda data: data + tail)


def _object(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, body)


def _stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


_CONTENT = _object(4, _stream(_EVIL))


def _without_table(data: bytes) -> bytes:
    """Append a body and a trailer that points to the old table (ISA without a table)."""
    last = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    trailer = b"trailer\n<</Size 20 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (last, last)
    return data + _CONTENT + trailer


def _trailer_only(data: bytes) -> bytes:
    return data + b"trailer\n<</Size 20 /Root 9 0 R>>\n%%EOF\n"


def _table_of_nothing(data: bytes) -> bytes:
    """Append a body with a table that names none of it."""
    last = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    at = len(data) + len(_CONTENT)
    end = b"xref\n0 0\ntrailer\n<</Size 20 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return data + _CONTENT + end % (last, at)


def _table_twice(data: bytes) -> bytes:
    """Append a table that names the content twice: readers differ over which one counts."""
    last = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    old = data.index(b"4 0 obj\n")
    at = len(data) + len(_CONTENT)
    table = b"xref\n4 1\n%010d 00000 n \n4 1\n%010d 00000 n \n" % (len(data), old)
    end = b"trailer\n<</Size 20 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (last, at)
    return data + _CONTENT + table + end


def _hybrid(data: bytes, hidden: bytes, number: int = 4) -> bytes:
    """Append a hybrid update: only readers that know streams see what the second table names."""
    last = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    body_at = len(data)
    table_at = body_at + len(hidden)
    row = b"\x01" + body_at.to_bytes(4, "big") + b"\0"
    entries = b"/Type/XRef /Size 90 /Root 1 0 R /W [1 4 1] /Index [%d 1] " % number
    second = _object(80, _stream(row, entries))
    at = table_at + len(second)
    end = b"xref\n0 0\ntrailer\n<</Size 90 /Root 1 0 R /Prev %d /XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n"
    return data + hidden + second + end % (last, table_at, at)


def _hidden_object_stream(data: bytes) -> bytes:
    """Hide a font in an object stream that only the second table of a hybrid update knows."""
    inner = b"5 0 <</Type/Font/Subtype/Type1/BaseFont/Symbol>>"
    held = _object(81, _stream(inner, b"/Type/ObjStm /N 1 /First 4 "))
    last = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    held_at, table_at = len(data), len(data) + len(held)
    rows = b"\x02" + (81).to_bytes(4, "big") + b"\0" + b"\x01" + held_at.to_bytes(4, "big") + b"\0"
    entries = b"/Type/XRef /Size 90 /Root 1 0 R /W [1 4 1] /Index [5 1 81 1] "
    second = _object(80, _stream(rows, entries))
    end = b"xref\n0 0\ntrailer\n<</Size 90 /Root 1 0 R /Prev %d /XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n"
    return data + held + second + end % (last, table_at, table_at + len(second))


def shadowed_reference(pki: Pki) -> bytes:
    """Let a hidden object stream of a signed hybrid revision wait for an object that comes later."""
    base = plain()
    inner = b"60 0 [70 0 R]"
    held = _object(61, _stream(inner, b"/Type/ObjStm /N 1 /First 5 "))
    last = int(re.findall(rb"startxref\n(\d+)", base)[-1])
    held_at, table_at = len(base), len(base) + len(held)
    rows = b"\x02" + (61).to_bytes(4, "big") + b"\0" + b"\x01" + held_at.to_bytes(4, "big") + b"\0"
    entries = b"/Type/XRef /Size 62 /Root 1 0 R /W [1 4 1] /Index [60 2] "
    second = _object(62, _stream(rows, entries))
    end = b"xref\n0 0\ntrailer\n<</Size 63 /Root 1 0 R /Prev %d /XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n"
    hybrid = base + held + second + end % (last, table_at, table_at + len(second))
    return forge.updated(_object_seventy)(raw_signed(hybrid, pki))


def _object_seventy(writer: forge.IncrementalPdfFileWriter) -> None:
    writer.objects[(0, 70)] = generic.StreamObject(stream_data=_EVIL)


def _other_subfilter(name: str, make: MakeCms = usual_cms) -> Build:
    return lambda pki: raw_signed(plain(), pki, Raw(subfilter=name, make=make))


def two_signers(pki: Pki, covered: bytes) -> bytes:
    """Make a CMS whose one signer stands in it twice."""
    parts, content = splicing.take_apart(usual_cms(pki, covered))
    doubled = splicing.with_signers(parts, parts.signers * 2)
    return splicing.put_together(doubled, content)


def _with_sha1_inside(pki: Pki, covered: bytes) -> bytes:
    """Make a CMS over the SHA-1 of the covered octets, which it encloses: a withdrawn kind."""
    content = digests.digest("sha1", covered)
    name = digest_of(pki)
    attributes = writing.signed_attributes(
        digest_name=name,
        content_digest=digests.digest(name, content),
        certificate=pki.leaf,
        signing_time=None,
    )
    outer, before, after_it = writing.frame(
        attributes=attributes,
        signature=pki.key.sign_digest(name, digests.digest(name, attributes), None),
        certificate=pki.leaf,
        chain=(pki.ca, pki.root),
        digest_name=name,
        content_size=len(content),
    )
    return outer + before + content + after_it


def no_signer(pki: Pki, covered: bytes) -> bytes:
    """Make a CMS without any signer."""
    parts, content = splicing.take_apart(usual_cms(pki, covered))
    (signer,) = parts.signers
    return splicing.put_together(splicing.with_signer_replaced(parts, signer, b""), content)


def deep(pki: Pki, covered: bytes) -> bytes:
    """Make something a thousand levels deep where a CMS belongs."""
    del pki, covered
    value = b""
    for _ in range(1000):
        value = tlv.encode(tlv.SEQUENCE, value)
    return value


def _made_by(make: Callable[[Pki, bytes], bytes]) -> Build:
    return lambda pki: raw_signed(plain(), pki, Raw(make=make))


def _prepared(objects: dict[int, bytes]) -> Build:
    """Return a document that is a trap, with a signature's look behind it."""
    return lambda pki: raw_signed_over(assemble(objects), pki)


def raw_signed_over(trap: bytes, pki: Pki) -> bytes:
    """Append a trap to a signed document as an update that replaces everything."""
    signed = raw_signed(plain(), pki)
    offset = len(signed)
    moved = re.sub(
        rb"(\d{10}) (\d{5}) n", lambda m: b"%010d %s n" % (int(m[1]) + offset, m[2]), trap
    )
    at = int(re.findall(rb"startxref\n(\d+)", trap)[-1]) + offset
    moved = re.sub(rb"startxref\n\d+", b"startxref\n%d" % at, moved)
    last = int(re.findall(rb"startxref\n(\d+)", signed)[-1])
    return signed + moved.replace(b"trailer\n<<", b"trailer\n<</Prev %d " % last)


def _loop_of_pages() -> dict[int, bytes]:
    objects = objects_of_one_page()
    objects[2] = b"<</Type/Pages /Kids [2 0 R 3 0 R] /Count 2>>"
    return objects


def _loop_of_fields() -> dict[int, bytes]:
    objects = objects_of_one_page(catalog=b"/AcroForm <</Fields [6 0 R]>>")
    objects[6] = b"<</T(a) /FT/Sig /Kids [6 0 R 6 0 R]>>"
    return objects


def _deep_fields() -> dict[int, bytes]:
    objects = objects_of_one_page(catalog=b"/AcroForm <</Fields [6 0 R]>>")
    for number in range(6, 206):
        objects[number] = b"<</T(a) /FT/Sig /Kids [%d 0 R]>>" % (number + 1)
    objects[206] = b"<</T(z) /FT/Sig>>"
    return objects


def _deep_array() -> dict[int, bytes]:
    objects = objects_of_one_page(catalog=b"/Deep 6 0 R")
    objects[6] = b"[" * 3000 + b"]" * 3000
    return objects


def _loop_of_tables(data: bytes) -> bytes:
    """Let a table name itself as the one before it."""
    at = len(data)
    return (
        data
        + b"xref\n0 0\ntrailer\n<</Size 20 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            at,
            at,
        )
    )


def _huge_table(data: bytes) -> bytes:
    at = len(data)
    last = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    return data + (
        b"xref\n0 9999999999\ntrailer\n<</Size 2147483647 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (last, at)
    )


def _packed_bomb(data: bytes) -> bytes:
    """Append an object stream that unpacks to a hundred thousand times its size."""
    packed = zlib.compress(zlib.compress(b"5 0 " + b" " * (64 << 20)))
    held = _object(
        81, _stream(packed, b"/Type/ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode] ")
    )
    last = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    rows = b"\x02" + (81).to_bytes(4, "big") + b"\0"
    rows += b"\x01" + len(data).to_bytes(4, "big") + b"\0"
    at = len(data) + len(held)
    rows += b"\x01" + at.to_bytes(4, "big") + b"\0"
    entries = b"/Type/XRef /Size 90 /Root 1 0 R /W [1 4 1] /Index [5 1 81 1 82 1] /Prev %d " % last
    second = _object(82, _stream(rows, entries))
    return data + held + second + b"startxref\n%d\n%%%%EOF\n" % at


def _in_itself(data: bytes) -> bytes:
    """Append an object stream that is said to lie in itself."""
    last = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    at = len(data)
    rows = b"\x02" + (81).to_bytes(4, "big") + b"\0" + b"\x02" + (81).to_bytes(4, "big") + b"\0"
    rows += b"\x01" + at.to_bytes(4, "big") + b"\0"
    entries = b"/Type/XRef /Size 90 /Root 1 0 R /W [1 4 1] /Index [5 1 81 1 82 1] /Prev %d " % last
    return data + _object(82, _stream(rows, entries)) + b"startxref\n%d\n%%%%EOF\n" % at


def _encrypted_over(data: bytes) -> bytes:
    """Say in an update that the file is encrypted."""
    last = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    body = _object(
        70, b"<</Filter/Standard /V 1 /R 2 /O (%s) /U (%s) /P -4>>" % (b"a" * 32, b"b" * 32)
    )
    at = len(data) + len(body)
    table = b"xref\n70 1\n%010d 00000 n \n" % len(data)
    end = b"trailer\n<</Size 71 /Root 1 0 R /Prev %d /Encrypt 70 0 R /ID [(a) (a)]>>\nstartxref\n%d\n%%%%EOF\n"
    return data + body + table + end % (last, at)


def _time_stamp_of_nobody(writer: forge.IncrementalPdfFileWriter) -> None:
    """Add a visible document time-stamp that is none."""
    value = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/DocTimeStamp"),
            pdf_name("/SubFilter"): pdf_name("/ETSI.RFC3161"),
            pdf_name("/ByteRange"): generic.ArrayObject(map(generic.NumberObject, (0, 1, 2, 3))),
            pdf_name("/Contents"): generic.ByteStringObject(b"0"),
        }
    )
    look = generic.DictionaryObject({pdf_name("/N"): forge.overlay(writer)})
    field = forge._note(
        "/Widget",
        FT=pdf_name("/Sig"),
        T=generic.TextStringObject("Stamp"),
        AP=look,
        V=writer.add_object(value),
    )
    reference = forge._annotate(writer, field)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)


def copied_signature(pki: Pki) -> bytes:
    """Take the signature of one document over to another."""
    first, second = raw_signed(plain(), pki), raw_signed(plain().replace(b"100", b"999"), pki)
    start, end = forge.gap_of(first)
    other = forge.gap_of(second)
    return second[: other[0]] + first[start:end] + second[other[1] :]


def content_in_place(pki: Pki) -> bytes:
    """Change the sum inside the signed octets."""
    return raw_signed(plain(), pki).replace(b"100 RUB", b"999 RUB")


STRUCTURES: dict[str, Build] = {
    "sum changed in place": content_in_place,
    "signature of another document": copied_signature,
    **{
        f"appended {what}": appended(tail)
        for what, tail in {
            "letter": b"x",
            "comment": b"%comment\n",
            "object": _CONTENT,
            "object and end mark": _CONTENT + b"%%EOF\n",
            "end mark": b"%%EOF\n",
            "blanks and a letter": b" " * 600 + b"x",
            "zip": b"PK\x03\x04" + bytes(40),
            "script": b"<script>alert(1)</script>",
            "much": b"x" * 5000,
        }.items()
    },
    "twice the file": after(lambda data: data + data),
    "prefix before the file": after(lambda data: b"%PDF-1.0 junk\n" + data),
    "body and trailer without a table": after(_without_table),
    "trailer only": after(_trailer_only),
    "table of nothing": after(_table_of_nothing),
    "table names content twice": after(_table_twice),
    "hybrid update hides content": after(lambda data: _hybrid(data, _CONTENT)),
    "hybrid update hides an object stream": after(_hidden_object_stream),
    "shadow reference in a hidden object stream": shadowed_reference,
    "padding payload": after(forge.contents(lambda old: old[:-8] + b"deadbeef")),
    "padding second element": after(forge.contents(lambda old: old[:-10] + b"3003020101")),
    "padding ones": after(forge.contents(lambda old: old[:-200] + b"1" * 200)),
    "wrapped": after(forge.wrap),
    **{
        f"update: {change.__name__.strip('_').replace('_', ' ')}": after(forge.updated(change))
        for change in (
            forge.replace_page_content,
            forge.overwrite_content_stream,
            forge.add_note,
            forge.add_empty_signature_field,
            forge.second_field_on_same_signature,
            forge.change_reason,
            forge.add_page,
            forge.swap_catalog,
            _time_stamp_of_nobody,
            forge.remove_form,
            forge.clear_signature,
        )
    },
    "kind adbe.pkcs7.sha1": _other_subfilter("/adbe.pkcs7.sha1", _with_sha1_inside),
    "kind adbe.pkcs7.sha1 over something else": lambda pki: raw_signed(
        plain(), pki, Raw(subfilter="/adbe.pkcs7.sha1", make=_with_sha1_inside)
    ).replace(b"100 RUB", b"999 RUB"),
    "content enclosed": _other_subfilter("/ETSI.CAdES.detached", _with_sha1_inside),
    "kind adbe.x509.rsa_sha1": _other_subfilter("/adbe.x509.rsa_sha1"),
    "kind unknown": _other_subfilter("/Evil.Signature"),
    "kind time-stamp": _other_subfilter("/ETSI.RFC3161"),
    "kind none": _other_subfilter("/"),
    "two signers": _made_by(two_signers),
    "no signer": _made_by(no_signer),
    "deep nesting for a CMS": _made_by(deep),
    "empty CMS": _made_by(lambda _pki, _covered: b"\x30\x00"),
    "trap: loop of pages": _prepared(_loop_of_pages()),
    "trap: loop of fields": _prepared(_loop_of_fields()),
    "trap: deep fields": _prepared(_deep_fields()),
    "trap: deep array": _prepared(_deep_array()),
    "trap: loop of tables": after(_loop_of_tables),
    "trap: huge table": after(_huge_table),
    "trap: packed bomb": after(_packed_bomb),
    "trap: object stream in itself": after(_in_itself),
    "encryption said afterwards": after(_encrypted_over),
}
