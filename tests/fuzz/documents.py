"""XML, archives and other documents of strangers."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from attacks.mutation import Kind
from fuzz.encodings import GOST, RSA
from fuzz.harness import Harness, Prepared, by_file, call
from stand_ins import mchd_made
from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import pki_of

from app.crypto import methods
from app.crypto.accreditation import tasks as list_tasks
from app.crypto.accreditation.model import ReadListRequest
from app.crypto.mchd.reading import read_mchd
from app.crypto.packages import tasks as package_tasks
from app.crypto.packages import unpacking
from app.crypto.packages.model import SiftRequest, UnpackRequest
from app.crypto.viewing import tasks as viewing_tasks
from app.crypto.viewing.model import ViewRequest
from app.crypto.xml.signature import XmlSignatureError, check_enveloped

if TYPE_CHECKING:
    from collections.abc import Callable

XML = (
    b"<?xml version='1.0' encoding='windows-1251'?>", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"&x;",
    b"&#x10FFFF;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?a b?>", b"xmlns=''", b"Id=''",
    b"<ds:Transform Algorithm=''/>", b"<ds:Reference URI='#a'>", b"2026-02-30", b"xsi:nil='true'",
)  # fmt: skip
ZIP = (
    b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"../", b"C:\\", b"\xff\xff\xff\xff",
    b"up\0\0", b"\0\x08", b"\x01\0", b"\x63\0", b"CON", b"\x80\x81\x82.txt",
)  # fmt: skip


def _accredited() -> tuple[bytes, ...]:
    center = Center(
        name="Первый",
        certificates=[pki_of(RSA).ca],
        history=[("Действует", "2015-01-01"), ("Прекращена", "2020-01-01")],
    )
    return (signed(list_of([center]), signer_of(RSA)),)


def _tsl(folder: Path) -> Prepared:
    def eat(path: Path) -> None:
        call(methods.ACCREDITED_LIST_READ, list_tasks.read_list, ReadListRequest(path=path))

    return by_file(folder / "tsl.xml", eat, _accredited())


def _xml_signature(_folder: Path) -> Prepared:
    return Prepared(check_enveloped, (*_accredited(), signed(list_of([]), signer_of(GOST))))


def _mchd(folder: Path) -> Prepared:
    made = mchd_made.Mchd()
    place = folder / "made"
    place.mkdir()
    seeds = [each.write(place).read_bytes() for each in (made, mchd_made.Mchd(body="Передов"))]
    place = folder / "in"
    place.mkdir()
    return by_file(place / "ON_EMCHD.xml", read_mchd, seeds)


_CARD = (
    '<?xml version="1.0" encoding="windows-1251"?><Файл ИдФайл="ON_NSCHFDOPPR_1" ВерсФорм="5.01">'
    '<Документ КНД="1115131" ДатаИнфПр="01.06.2026"><СвСчФакт НомерСчФ="7" ДатаСчФ="01.06.2026">'
    '<СвПрод><ИдСв><СвЮЛУч НаимОрг="ООО" ИННЮЛ="9909123457"/></ИдСв></СвПрод></СвСчФакт></Документ></Файл>'
).encode("windows-1251")


def _card(folder: Path) -> Prepared:
    def eat(path: Path) -> None:
        call(methods.SIFT, package_tasks.sift, SiftRequest(paths=(path,)))

    return by_file(folder / "x.xml", eat, (_CARD, b"<a/>"))


def _viewed(suffix: str, seeds: Callable[[], tuple[bytes, ...]]) -> Callable[[Path], Prepared]:
    def prepare(folder: Path) -> Prepared:
        def eat(path: Path) -> None:
            call(methods.VIEW, viewing_tasks.view, ViewRequest(path=path))

        return by_file(folder / f"x{suffix}", eat, seeds())

    return prepare


def _office() -> tuple[bytes, ...]:
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b"<w:document><w:ins w:id='1'/></w:document>",
        "word/_rels/document.xml.rels": b'<Relationships><Relationship TargetMode="External" Target="x"/></Relationships>',
        "word/vbaProject.bin": b"\0" * 40,
    }
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le")
    return (_zipped(parts), _zipped(parts, zipfile.ZIP_LZMA), old)


def _zipped(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


def _unpack(folder: Path) -> Prepared:
    fresh = folder / "fresh"

    def eat(path: Path) -> None:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        call(methods.UNPACK, unpacking.unpack, UnpackRequest(archive=path, folder=fresh))
        beside = {each.name for each in folder.iterdir()} - {fresh.name, path.name}
        if beside:
            raise AssertionError(f"written beside the folder: {beside}")

    parts = {"Акт.docx": b"act", "a/b/Акт.docx.sig": b"0\x80", "c.zip": b"PK", "д" * 90: b"x" * 400}
    parts["д" * 140] = b"without a suffix"
    hows = (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    seeds = (*(_zipped(parts, how) for how in hows), _zipped({}))
    return by_file(folder / "x.zip", eat, seeds, again=False)


HARNESSES = (
    Harness("tsl", "accreditation/reading.py", _tsl, XML, kind=Kind.XML),
    Harness(
        "xml-signature",
        "xml/signature.py",
        _xml_signature,
        XML,
        (XmlSignatureError,),
        kind=Kind.XML,
    ),
    Harness("mchd", "mchd/reading.py, xml.py", _mchd, XML, kind=Kind.XML),
    Harness("xml-document", "packages/cards.py", _card, XML, kind=Kind.XML),
    Harness(
        "xml-viewed",
        "viewing/xml_tree.py",
        _viewed(".xml", lambda: (_CARD, b"<?xml")),
        XML,
        kind=Kind.XML,
    ),
    Harness(
        "text-viewed",
        "viewing/tasks.py",
        _viewed(".txt", lambda: ("Акт".encode(), _CARD)),
        kind=Kind.XML,
    ),
    Harness("office-viewed", "viewing/office.py", _viewed(".docx", _office), ZIP),
    Harness("archive", "packages/unpacking.py, renaming.py", _unpack, ZIP),
)
