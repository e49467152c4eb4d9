"""PDFs that come back: signed inside, one after another or apart, or with more added than a signature."""

import io
import re
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from routes_lab import Lab, came
from stand_ins.signers_made import inn_of

from app.crypto.routes.model import Came
from app.crypto.stamping.style import StampStyle

PETR = f"Пробный Пётр Петрович, {inn_of(1)}"
ANNA = f"Пробная Анна Ивановна, {inn_of(2)}"


def with_page(source: Path, target: Path) -> Path:
    """Add a page of one's own to a PDF, as an update."""
    with source.open("rb") as file:
        writer = IncrementalPdfFileWriter(file)
        pages = writer.root["/Pages"]
        page = writer.add_object(
            generic.DictionaryObject(
                {
                    generic.pdf_name("/Type"): generic.pdf_name("/Page"),
                    generic.pdf_name("/Parent"): writer.root.raw_get("/Pages"),
                    generic.pdf_name("/MediaBox"): generic.ArrayObject(
                        [generic.NumberObject(n) for n in (0, 0, 595, 842)]
                    ),
                    generic.pdf_name("/Resources"): generic.DictionaryObject(),
                }
            )
        )
        pages["/Kids"].append(page)
        pages[generic.pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) + 1)
        writer.update_container(pages["/Kids"])
        writer.update_container(pages)
        with target.open("wb") as out:
            writer.write(out)
    return target


def test_one_after_another(lab: Lab, contract: Path):
    """The second signs what the first sent on: the newest PDF holds both and is all that is needed."""
    before = contract.read_bytes()
    route = lab.begin(contract, PETR, ANNA)
    first = lab.sign_pdf(contract, lab.signer("Пробный Пётр Петрович", 1), "договор подписан.pdf")
    assert came(lab.take(first)) == [Came.TAKEN]
    second = lab.sign_pdf(
        first, lab.signer("Пробная Анна Ивановна", 2), "договор ещё раз.pdf", stamp=StampStyle()
    )
    assert came(lab.take(second)) == [Came.KNOWN, Came.TAKEN]
    route = lab.routes.get(route.key)
    assert route.complete
    assert [each.number for each in route.signed] == [1, 2]
    with lab.routes.gathered(route) as (only,):
        assert only.name == "Договор поставки № 7 (итог)_signed.pdf"
        assert only.read_bytes() == second.read_bytes()
    assert came(lab.take(first)) == [Came.KNOWN]
    assert contract.read_bytes() == before


def test_apart_and_beside(lab: Lab, contract: Path):
    """Two signed the same PDF apart, a third beside it: the package gets all, and that is told."""
    boris = f"Пробный Борис Борисович, {inn_of(3)}"
    route = lab.begin(contract, PETR, ANNA, boris)
    taken = lab.take(lab.sign_pdf(contract, lab.signer("Пробный Пётр Петрович", 1), "п.pdf"))
    assert not taken.arrivals[0].apart
    taken = lab.take(lab.sign_pdf(contract, lab.signer("Пробная Анна Ивановна", 2), "а.pdf"))
    assert (came(taken), taken.arrivals[0].apart) == ([Came.TAKEN], True)
    lab.take(lab.sign_pdf(contract, lab.signer("Чужой Иван Ильич", 9), "ч.pdf"))
    sig = lab.sign(contract, lab.signer("Пробный Борис Борисович", 3), "б.sig")
    assert came(lab.take(sig)) == [Came.TAKEN]
    route = lab.routes.get(route.key)
    assert route.complete
    with lab.routes.gathered(route) as files:
        stem = contract.stem
        assert [each.name for each in files] == [
            f"{contract.name}.sig",
            f"{stem}_signed.pdf",
            f"{stem}_signed (1).pdf",
        ]


def test_more_than_a_signature_was_added(lab: Lab, contract: Path, tmp_path: Path):
    """Who adds a page has not signed what was sent out, however sound his signature: a person decides."""
    route = lab.begin(contract, PETR)
    key = lab.signer("Пробный Пётр Петрович", 1)
    changed = with_page(contract, tmp_path / "с листом.pdf")
    taken = lab.take(lab.sign_pdf(changed, key, "подписан.pdf"))
    assert came(taken) == [Came.ALTERED]
    assert {each.code for each in taken.arrivals[0].notices} >= {"pdf_pages_changed"}
    found = lab.routes.get(route.key)
    assert [each.altered for each in found.undecided] == [True]
    assert not lab.routes.change(route.key, people=found.people).complete
    done = lab.routes.settle(route.key, taken.arrivals[0].identity, found.people[0].key)
    assert done.complete


def test_another_document_behind_the_octets_of_ours(lab: Lab, contract: Path, tmp_path: Path):
    """It begins with all we sent out, and shows something else: nobody signed what was sent out."""
    route = lab.begin(contract, PETR)
    with with_page(contract, tmp_path / "с листом.pdf").open("rb") as file, io.BytesIO() as whole:
        copy_into_new_writer(PdfFileReader(file)).write(whole)
        other = whole.getvalue()
    ours = contract.read_bytes()
    at = int(re.findall(rb"startxref\s+(\d+)", other)[-1])

    def moved(entry: re.Match[bytes]) -> bytes:
        return b"%010d %s n" % (int(entry[1]) + len(ours), entry[2])

    table = re.sub(rb"(\d{10}) (\d{5}) n", moved, other[at:])
    table = re.sub(rb"startxref\s+\d+", b"startxref\n%d" % (at + len(ours)), table)
    behind = tmp_path / "позади.pdf"
    behind.write_bytes(ours + other[:at] + table)
    key = lab.signer("Пробный Пётр Петрович", 1)
    assert came(lab.take(lab.sign_pdf(behind, key, "подписан.pdf"))) == [Came.ALTERED]
    assert lab.routes.get(route.key).left


def test_an_older_revision_of_what_was_sent_out(lab: Lab, contract: Path, tmp_path: Path):
    """The signature continues what our document was before its last change."""
    older = contract.read_bytes()
    with contract.open("rb") as file:
        writer = IncrementalPdfFileWriter(file)
        page = writer.root["/Pages"]["/Kids"][0]
        page[generic.pdf_name("/Rotate")] = generic.NumberObject(90)
        writer.update_container(page)
        turned = tmp_path / "повёрнут.pdf"
        with turned.open("wb") as out:
            writer.write(out)
    route = lab.begin(turned, PETR)
    at = re.findall(rb"startxref\s+(\d+)", older)[-1]
    back = tmp_path / "назад.pdf"
    back.write_bytes(turned.read_bytes() + b"\nstartxref\n" + at + b"\n%%EOF\n")
    key = lab.signer("Пробный Пётр Петрович", 1)
    assert came(lab.take(lab.sign_pdf(back, key, "подписан.pdf"))) == [Came.ALTERED]
    assert lab.routes.get(route.key).left
    assert came(lab.take(lab.sign_pdf(turned, key, "как есть.pdf"))) == [Came.TAKEN]


def test_another_pdf_and_one_cut_off(lab: Lab, contract: Path, tmp_path: Path):
    """A PDF that does not begin with the document is of another one; one cut off cannot be read."""
    lab.begin(contract, PETR)
    key = lab.signer("Пробный Пётр Петрович", 1)
    other = tmp_path / "другой.pdf"
    data = contract.read_bytes()
    other.write_bytes(b"%PDF-1.5" + data[8:] if data[:8] != b"%PDF-1.5" else b"%PDF-1.6" + data[8:])
    assert came(lab.take(lab.sign_pdf(other, key, "другой подписан.pdf"))) == [Came.FOREIGN]
    file = lab.sign_pdf(contract, key, "подписан.pdf")
    file.write_bytes(file.read_bytes()[:-600])
    assert came(lab.take(file)) == [Came.UNREADABLE]


def test_a_spoilt_pdf(lab: Lab, contract: Path):
    """What was signed was changed on its way, behind the octets of the document."""
    route = lab.begin(contract, PETR)
    file = lab.sign_pdf(contract, lab.signer("Пробный Пётр Петрович", 1), "подписан.pdf")
    data = file.read_bytes()
    assert b"Roscherk" in data[contract.stat().st_size :]
    file.write_bytes(data[::-1].replace(b"Roscherk"[::-1], b"Roscherq"[::-1], 1)[::-1])
    assert came(lab.take(file))[0] in {Came.SPOILT, Came.UNREADABLE}
    assert not lab.routes.get(route.key).kept
