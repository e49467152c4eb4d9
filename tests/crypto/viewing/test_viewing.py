"""What a file shows beside its pages: trees, text, facts; and how a mark would look before it is made."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from stand_ins.contract import make_contract
from stand_ins.mchd_made import Mchd
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import NoProgress

from app.algorithms.names import KeyAlgorithm
from app.crypto.pdf.images import draw_image
from app.crypto.recipients import Misfit, load, misfits
from app.crypto.stamping.style import StampBox, StampStyle
from app.crypto.viewing import tasks
from app.crypto.viewing.model import (
    Covered,
    MarkTrial,
    OfficeMark,
    ViewAnswer,
    ViewKind,
    ViewRequest,
)
from app.errors import ErrorCode, RoscherkError


def view(path: Path) -> ViewAnswer:
    """Look at a file as the worker does."""
    return tasks.view(ViewRequest(path=path), NoProgress())


UPD = """<?xml version="1.0" encoding="windows-1251"?>
<Файл ИдФайл="ON_NSCHFDOPPR"><Документ КНД="1115131">
<СвСчФакт НомерДок="118" ДатаДок="25.11.2026">
<СвПрод><ИдСв><СвЮЛУч НаимОрг="ООО «Ромашка»" ИННЮЛ="7707083893"/></ИдСв></СвПрод>
<СвПокуп><ИдСв><СвЮЛУч НаимОрг="АО «Василёк»" ИННЮЛ="7702070139"/></ИдСв></СвПокуп>
</СвСчФакт><ТаблСчФакт><ВсегоОпл СтТовУчНалВсего="1200.00"/></ТаблСчФакт></Документ></Файл>
"""


def test_invoice_as_a_tree(tmp_path: Path) -> None:
    """An УПД in windows-1251: parties, number, day and sum on top, every element below."""
    path = tmp_path / "ON_NSCHFDOPPR.xml"
    path.write_bytes(UPD.encode("windows-1251"))
    seen = view(path)
    assert seen.kind is ViewKind.XML
    assert seen.encoding == "windows-1251"
    assert seen.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert len(seen.streebog256) == 64
    assert seen.card is not None
    assert (seen.card.number, seen.card.total) == ("118", "1200.00")
    assert seen.card.seller.name == "ООО «Ромашка»"
    depths = [(line.name, line.depth, line.attribute) for line in seen.lines[:5]]
    assert depths == [
        ("Файл", 0, False),
        ("ИдФайл", 1, True),
        ("Документ", 1, False),
        ("КНД", 2, True),
        ("СвСчФакт", 2, False),
    ]


def test_power_of_attorney(tmp_path: Path) -> None:
    """A МЧД is told apart, with its facts."""
    path = tmp_path / "ON_EMCHD.xml"
    path.write_bytes(Mchd().xml())
    assert view(path).mchd is not None


def test_receipt_of_the_tax_office(tmp_path: Path) -> None:
    """A receipt says of which file it is, when it came and its number."""
    path = tmp_path / "KV_NO_NDS.xml"
    path.write_bytes(
        """<?xml version="1.0" encoding="windows-1251"?>
<Файл ИдФайл="KV"><Документ><СвКвит ДатаПрием="20.10.2026" РегНомер="12345">
<СведОтпр ИмяОбрабФайла="NO_NDS_7707"/></СвКвит></Документ></Файл>""".encode("windows-1251")
    )
    found = dict(view(path).receipt)
    assert found == {"number": "12345", "day": "20.10.2026", "file": "NO_NDS_7707"}


def test_broken_xml_is_shown_as_text(tmp_path: Path) -> None:
    """What cannot be parsed, or must not, is shown by its letters."""
    path = tmp_path / "сломан.xml"
    path.write_text('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "utf-8")
    seen = view(path)
    assert seen.kind is ViewKind.TEXT
    assert "<!ENTITY" in seen.text


def test_text_in_both_encodings(tmp_path: Path) -> None:
    """Text is read as UTF-8 where it is that, else as windows-1251."""
    for encoding in ("utf-8", "windows-1251"):
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes("Договор № 1".encode(encoding))
        seen = view(path)
        assert (seen.kind, seen.encoding, seen.text) == (ViewKind.TEXT, encoding, "Договор № 1")


@pytest.mark.parametrize(
    ("part", "mark"),
    [
        ("word/vbaProject.bin", {OfficeMark.MACROS}),
        ("word/embeddings/oleObject1.bin", {OfficeMark.OTHER_FILES}),
        ("word/media/image1.png", set()),
    ],
)
def test_macros_of_a_word_file(tmp_path: Path, part: str, mark: set[OfficeMark]) -> None:
    """A macro project or another file inside is told; a picture is not."""
    path = tmp_path / "Письмо.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
        archive.writestr(part, b"\0")
    assert set(view(path).office) == mark


def test_tracked_changes_and_links(tmp_path: Path) -> None:
    """Recorded changes and parts from elsewhere are told; a link to be clicked is not."""
    path = tmp_path / "Письмо.docx"
    outside = (
        '<Relationship Type="x/relationships/{kind}" Target="http://a" TargetMode="External"/>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<w:document><w:ins w:id="1"/></w:document>')
        archive.writestr("word/_rels/document.xml.rels", outside.format(kind="hyperlink"))
        archive.writestr("word/_rels/settings.xml.rels", outside.format(kind="attachedTemplate"))
    assert set(view(path).office) == {OfficeMark.LINKS, OfficeMark.TRACKED}


def test_macros_of_an_old_file(tmp_path: Path) -> None:
    """In an old binary file the name of the stream gives the macros away, wherever it lies."""
    path = tmp_path / "Отчёт.xls"
    name = "_VBA_PROJECT_CUR".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes((1 << 20) - 20) + name)
    assert view(path).office == (OfficeMark.MACROS,)


def test_picture_within_limits(tmp_path: Path) -> None:
    """A picture is decoded small; a bomb and rubbish are errors."""
    good, bomb, odd = tmp_path / "a.png", tmp_path / "b.png", tmp_path / "c.png"
    Image.new("RGB", (1200, 600), "red").save(good)
    picture, count = draw_image(good, 0, 300)
    assert (picture.width, picture.height, count) == (300, 150, 1)
    assert picture.pixels[:3] == b"\x00\x00\xff"
    whole = io.BytesIO()
    Image.new("1", (29_000, 29_000)).save(whole, "PNG")
    bomb.write_bytes(whole.getvalue())
    with pytest.raises(RoscherkError) as caught:
        draw_image(bomb, 0, 300)
    assert caught.value.code is ErrorCode.FORMAT_TOO_COMPLEX
    odd.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    with pytest.raises(RoscherkError) as caught:
        draw_image(odd, 0, 300)
    assert caught.value.code is ErrorCode.FORMAT_DAMAGED


def test_mark_before_it_is_made(tmp_path: Path) -> None:
    """A mark at a blank place, over text, and too small to be read."""
    path = tmp_path / "Договор.pdf"
    make_contract(path)
    certificate = pki_of(KeyAlgorithm.GOST_256).container.certificate

    def tried(box: StampBox) -> object:
        trial = MarkTrial(
            path=path, page=3, box=box, style=StampStyle(), certificate=certificate, practice=False
        )
        return tasks.try_mark(trial, NoProgress())

    blank = tried(StampBox(x=100, y=230, width=86, height=36))
    assert blank.covered is Covered.BLANK
    assert len(blank.pixels) == blank.width * blank.height * 4
    assert tried(StampBox(x=60, y=60, width=86, height=36)).covered is Covered.PRINTED
    small = tried(StampBox(x=100, y=230, width=20, height=5))
    assert not small.pixels
    assert small.least_width is not None


def test_addressees(tmp_path: Path) -> None:
    """The table is sound; a user's row takes the place of ours; a damaged file is told."""
    rows, problems = load(tmp_path)
    assert not problems
    court = next(each for each in rows if each.id == "court")
    assert misfits(court, "Иск.docx", 31 << 20) == (Misfit.TOO_LARGE, Misfit.KIND)
    assert not misfits(court, "Иск.PDF", 30 << 20)
    (tmp_path / "a.toml").write_text(
        '[[recipients]]\nid = "court"\ntitle = { ru = "Наш суд" }\nsource = "сами"\n'
        "checked_on = 2026-11-01\n",
        "utf-8",
    )
    (tmp_path / "b.toml").write_text("[[recipients", "utf-8")
    rows, problems = load(tmp_path)
    ours = next(each for each in rows if each.id == "court")
    assert (ours.own, ours.title["ru"]) == (True, "Наш суд")
    assert [each.code for each in problems] == [ErrorCode.SETTINGS_DAMAGED]
