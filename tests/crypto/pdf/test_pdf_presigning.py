"""The look before signing: what shadow attacks prepare and what acts is told, ordinary files are not."""

from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from attacks.pdf_certified import certified
from attacks.pdf_shadows import SHADOWS, stream
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.pdf.field_words import agree
from app.crypto.pdf.suspicions import look_over
from app.crypto.presigning.codes import Gravity, PresignCode
from app.crypto.presigning.model import Finding
from app.errors import ErrorCode, RoscherkError
from app.texts.presigning import finding_words

RSA = pki_of(KeyAlgorithm.RSA)


def look(data: bytes, folder: Path) -> dict[PresignCode, Finding]:
    """Look over bytes as a file."""
    path = folder / "look.pdf"
    path.write_bytes(data)
    return {one.code: one for one in look_over(path)}


@pytest.mark.parametrize("name", SHADOWS)
def test_prepared_shadows_are_told(name: str, tmp_path: Path) -> None:
    """Each kind of prepared document asks for a second thought (hide, replace, hide and replace)."""
    shadow = SHADOWS[name]
    found = look(shadow.prepare(), tmp_path)
    assert found[PresignCode(shadow.warning)].gravity is Gravity.GRAVE


@pytest.mark.parametrize("name", documents.GOOD)
def test_ordinary_documents_are_left_alone(name: str, tmp_path: Path) -> None:
    """Nothing is told of a document that hides nothing."""
    assert not look(documents.GOOD[name](), tmp_path)


def test_our_own_paper_is_left_alone(contract: Path, signed_rsa: Path, signed_gost: Path) -> None:
    """The sample contract, and what we signed, hide nothing; signatures are named."""
    assert look_over(contract) == ()
    for path in (signed_rsa, signed_gost):
        (told,) = look_over(path)
        assert (told.code, told.facts) == (PresignCode.SIGNED, {"count": 1})


def test_place_of_hidden_text(tmp_path: Path) -> None:
    """Hidden text is quoted, with its page and its place in millimetres."""
    found = look(SHADOWS["hide by picture"].prepare(), tmp_path)[PresignCode.TEXT_COVERED]
    assert found.pages == (1,)
    assert found.facts["text"] == "Contract: 999 RUB"
    assert found.area is not None
    assert abs(found.area.left - 72 * 25.4 / 72) < 2
    assert abs(found.area.top - (842 - 714) * 25.4 / 72) < 4
    assert "999" in finding_words(found)


def page_with(entries: bytes, **objects: bytes) -> bytes:
    """Return a document whose page has an annotation or an action."""
    held = documents.objects_of_one_page()
    held[3] = held[3].replace(b"/Contents 4 0 R", b"/Contents 4 0 R " + entries)
    for name, body in objects.items():
        held[int(name.removeprefix("n"))] = body
    return documents.assemble(held)


def link(action: bytes) -> bytes:
    """Return an annotation with an action."""
    return page_with(b"/Annots [<</Type/Annot/Subtype/Link/Rect [0 0 9 9]/A <<%s>>>>]" % action)


def catalog_with(entries: bytes) -> bytes:
    """Return a document with more in its catalog."""
    return documents.assemble(documents.objects_of_one_page(catalog=entries))


ACTIVE = {
    "script on opening": (catalog_with(b"/OpenAction <</S/JavaScript/JS(x)>>"), PresignCode.SCRIPT),
    "script by name": (
        catalog_with(b"/Names <</JavaScript <</Names [(a) <</S/JavaScript/JS(x)>>]>>>>"),
        PresignCode.SCRIPT,
    ),
    "script of a page": (page_with(b"/AA <</O <</S/JavaScript/JS(x)>>>>"), PresignCode.SCRIPT),
    "script behind another action": (
        link(b"/S/URI/URI(http://a)/Next <</S/JavaScript/JS(x)>>"),
        PresignCode.SCRIPT,
    ),
    "launch": (link(b"/S/Launch/F(a.exe)"), PresignCode.LAUNCH),
    "submit": (link(b"/S/SubmitForm/F(http://a)"), PresignCode.SUBMIT),
    "import": (link(b"/S/ImportData/F(a.fdf)"), PresignCode.SUBMIT),
    "other file": (link(b"/S/GoToR/F(a.pdf)/D [0 /Fit]"), PresignCode.OTHER_FILE),
    "file inside": (link(b"/S/GoToE/D [0 /Fit]"), PresignCode.OTHER_FILE),
    "link": (link(b"/S/URI/URI(https://example.com)"), PresignCode.LINK),
    "rendition": (link(b"/S/Rendition/OP 0"), PresignCode.MEDIA),
    "rich media": (
        page_with(b"/Annots [<</Type/Annot/Subtype/RichMedia/Rect [0 0 9 9]>>]"),
        PresignCode.MEDIA,
    ),
    "XFA": (catalog_with(b"/AcroForm <</Fields [] /XFA [(a) (b)]>>"), PresignCode.XFA),
    "attached file": (
        catalog_with(b"/Names <</EmbeddedFiles <</Names [(a) <</F(a)/EF <<>>>>]>>>>"),
        PresignCode.ATTACHMENT,
    ),
    "external octets": (
        page_with(b"/Piece 6 0 R", n6=stream(b"", b"/F(http://a/x.jpg) ")),
        PresignCode.EXTERNAL,
    ),
    "external page": (
        page_with(
            b"/Piece 6 0 R",
            n6=stream(b"", b"/Subtype/Form/BBox [0 0 9 9]/Ref <</F(a.pdf)/Page 0>> "),
        ),
        PresignCode.EXTERNAL,
    ),
    "layers": (
        catalog_with(b"/OCProperties <</OCGs [5 0 R] /D <</OFF [5 0 R]>>>>"),
        PresignCode.LAYERS_OFF,
    ),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_what_acts_is_listed(name: str, tmp_path: Path) -> None:
    """Every action, script, medium and part from outside is told."""
    data, code = ACTIVE[name]
    assert code in look(data, tmp_path)


def content(commands: bytes) -> bytes:
    """Return a page with this content."""
    objects = documents.objects_of_one_page()
    objects[4] = stream(commands)
    return documents.assemble(objects)


def test_text_that_is_not_seen(tmp_path: Path) -> None:
    """White on white, and the invisible mode of scans."""
    white = content(b"1 g BT /F1 18 Tf 72 700 Td (Fine print) Tj ET")
    assert look(white, tmp_path)[PresignCode.TEXT_UNSEEN].gravity is Gravity.NOTABLE
    scan = content(b"BT 3 Tr /F1 18 Tf 72 700 Td (Recognised) Tj ET")
    assert look(scan, tmp_path)[PresignCode.TEXT_INVISIBLE].gravity is Gravity.TOLD


def test_backgrounds_hide_nothing(tmp_path: Path) -> None:
    """Text over a filled area is seen, also white text on a dark one."""
    assert not look(
        content(b"0.2 g 60 690 300 40 re f 1 g BT /F1 18 Tf 72 700 Td (Heading) Tj ET"), tmp_path
    )


def test_field_over_text(tmp_path: Path) -> None:
    """A form field that is painted over text of the page is told."""
    field_look = stream(b"1 g 0 0 200 20 re f", b"/Subtype/Form/BBox [0 0 200 20] ")
    objects = documents.objects_of_one_page(catalog=b"/AcroForm <</Fields [6 0 R]>>")
    objects[3] = objects[3].replace(b"/Contents 4", b"/Annots [6 0 R] /Contents 4")
    objects[6] = (
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(Sum)/Rect [72 696 272 716]/F 4/AP <</N 7 0 R>>>>"
    )
    objects[7] = field_look
    found = look(documents.assemble(objects), tmp_path)
    assert found[PresignCode.FIELD_COVERS].pages == (1,)


def test_signed_certified_encrypted_and_broken(tmp_path: Path) -> None:
    """What limits a further signature is told; what cannot be read is an error."""
    found = look(certified(RSA, 2), tmp_path)
    assert found[PresignCode.CERTIFIED].facts == {"permission": 2}
    assert PresignCode.ENCRYPTED in look(documents.encrypted(b""), tmp_path)
    with pytest.raises(RoscherkError) as caught:
        look(documents.encrypted(b"secret"), tmp_path)
    assert caught.value.code is ErrorCode.PDF_ENCRYPTED
    with pytest.raises(RoscherkError) as caught:
        look(documents.plain()[:200], tmp_path)
    assert caught.value.code is ErrorCode.PDF_DAMAGED


def test_a_second_signature_is_no_suspicion(contract: Path, tmp_path: Path) -> None:
    """Two marks on one page cover nothing."""
    once = sign_pdf(contract, RSA, output=tmp_path / "once.pdf").target
    twice = sign_pdf(once, RSA, output=tmp_path / "twice.pdf").target
    assert {one.code for one in look_over(twice)} == {PresignCode.SIGNED}


@pytest.mark.parametrize(
    ("value", "shown", "same"),
    [
        ("100", "100", True),
        ("Иванов И. И.", "Иванов\nИ.И.", True),
        ("1000", "1 000,00", True),
        ("1000", "1,000.00 ₽", True),
        ("100", "1000", False),
        ("1000", "100", False),
        ("", "999", False),
        ("999", "", False),
        ("x" * 60, "x" * 50, True),
    ],
)
def test_what_a_field_may_show(value: str, shown: str, *, same: bool) -> None:
    """Blanks, punctuation and the form of a number do not count; another text does."""
    assert agree(value, shown) is same
