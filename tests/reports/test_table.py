"""Tables of verdicts: what they say, and that no cell of a stranger becomes a formula."""

import csv
import io
import json
import re
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree
from stand_ins import mchd_made as made
from stand_ins.mchd_made import Mchd
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.packages.door import CheckedPackage
from app.crypto.verdict.report import Indication, Standing
from app.errors import ErrorCode, RoscherkError
from app.reports.table import COLUMNS, TableRow, table_of
from app.reports.table_files import harmless, save_table, to_csv, to_json, to_xlsx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "crypto"))

from packages_lab import open_packages
from signing_files import sign

WHEN = datetime(2026, 11, 27, 10, tzinfo=UTC)
ROW = TableRow(
    document="Акт.xml",
    number="5",
    day=date(2026, 5, 25),
    total="1220.50",
    contractor="ООО «Причал»",
    contractor_inn="9909123457",
    signer="Иванов Иван",
    behalf="Сам",
    mchd="",
    mchd_verdict="",
    verdict="Годна",
    indication=Indication.TOTAL_PASSED,
    reason="",
    standing=Standing.PASSED,
    warning="",
    signed_at=WHEN,
    file="Акт.xml.sig",
    sha256="ab" * 32,
)
FORMULAS = ["=1+1", "+7(495)", "-2+3", "@SUM(A1)", "\t=1", " =cmd|'/c calc'!A0", "|calc", "%0A=1"]


def checked(tmp_path: Path, document: bytes, mchd: Mchd | None = None) -> CheckedPackage:
    """Sign a document as an employee, with a МЧД if wanted, and verify the folder."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    place = tmp_path / "in"
    place.mkdir()
    act = place / "Акт.xml"
    act.write_bytes(document)
    sign(act, made.holder(pki, made.clerk_name()))
    if mchd is not None:
        sign(mchd.write(place), made.holder(pki, made.head_name()))
    (place / "Письмо.docx").write_bytes(b"x")
    packages = open_packages(tmp_path / "profile", pki.trust(tmp_path / "trust"))
    return packages.verify(packages.open([place]))


def test_rows(tmp_path: Path) -> None:
    """A document with its number, sum and sides; its signer, МЧД, verdict; one without signature."""
    act, letter = table_of(checked(tmp_path, made.upd(), Mchd(until="2043-12-31")))
    assert (act.document, act.number, act.day) == ("Акт.xml", "УПД-42", date(2026, 5, 25))
    assert (act.total, act.contractor_inn) == ("1220.50", made.ORG_INN)
    assert act.signer == "Вымышленная Анна Ивановна"
    assert act.mchd == made.GUID
    assert act.warning == ""
    assert act.indication is Indication.TOTAL_PASSED
    assert (letter.document, letter.standing) == ("Письмо.docx", Standing.NO_SIGNATURE)


def test_signer_is_neither_side(tmp_path: Path) -> None:
    """Whoever speaks for a firm that the document does not name is warned of."""
    (act, _letter) = table_of(
        checked(tmp_path, made.upd(seller="7701000000"), Mchd(until="2043-12-31"))
    )
    assert made.ORG_INN in act.warning
    assert "7701000000" in act.warning


def test_broken_mchd_is_a_row(tmp_path: Path) -> None:
    """A power of attorney whose signature fails is listed; a good one is not a document."""
    found = checked(tmp_path, made.upd(), Mchd(until="2043-12-31"))
    place = tmp_path / "in"
    (xml,) = place.glob("ON_*.xml")
    xml.write_bytes(xml.read_bytes().replace(b"EMCHD_20260115", b"EMCHD_20260116"))
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    packages = open_packages(tmp_path / "profile", pki.trust(tmp_path / "trust2"))
    again = table_of(packages.verify(packages.open([place])))
    assert len(table_of(found)) == 2
    assert [row.indication for row in again if row.document.startswith("ON_")] == [
        Indication.TOTAL_FAILED
    ]


def test_csv() -> None:
    """A BOM, semicolons, CRLF, a decimal comma; dates as Russians write them."""
    data = to_csv([ROW], WHEN)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    heading, row = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    assert len(heading) == len(row) == len(COLUMNS)
    assert row[:6] == ["Акт.xml", "5", "25.05.2026", "1220,50", "ООО «Причал»", "9909123457"]


@pytest.mark.parametrize("evil", FORMULAS)
def test_no_formulas(evil: str) -> None:
    """A cell that would begin a formula is text in each form."""
    fields = ("document", "number", "total", "contractor", "signer", "reason", "file")
    spoilt = replace(ROW, **dict.fromkeys(fields, evil))
    for line in csv.reader(io.StringIO(to_csv([spoilt], WHEN).decode("utf-8-sig")), delimiter=";"):
        assert all(not cell.lstrip().startswith(tuple("=+-@|%")) for cell in line)
    with zipfile.ZipFile(io.BytesIO(to_xlsx([spoilt], WHEN))) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        shared = book.read("xl/sharedStrings.xml").decode()
    assert not sheet.findall(".//{*}f")
    assert not sheet.findall(".//{*}hyperlink")
    assert evil.strip().replace("'", "&apos;")[:2].strip("&") in shared
    assert json.loads(to_json([spoilt], WHEN))["rows"][0]["document"] == evil


def test_negative_sum_stays_a_number() -> None:
    """A correction with a negative sum is a number, not a hidden formula."""
    row = replace(ROW, total="-5.20")
    assert '"-5,20"' in to_csv([row], WHEN).decode()
    assert harmless("-5,20") == "'-5,20"


def test_xlsx() -> None:
    """Days and sums are such in the workbook; the same table is the same bytes."""
    ancient = replace(ROW, day=date(1700, 1, 1))
    data = to_xlsx([ROW, ancient], WHEN)
    assert data == to_xlsx([ROW, ancient], WHEN)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        shared = book.read("xl/sharedStrings.xml").decode()
    assert "<v>1220.5</v>" in sheet
    assert re.search(r'<c r="C2" s="\d+"><v>46167</v>', sheet)
    assert "1700-01-01" in shared
    assert "autoFilter" in sheet


def test_json() -> None:
    """Programs get English names and UTC."""
    told = json.loads(to_json([ROW], WHEN))
    assert told["schema"] == "roscherk.table/1"
    (row,) = told["rows"]
    assert (row["day"], row["signed_at"]) == ("2026-05-25", "2026-11-27T10:00:00Z")
    assert (row["indication"], row["standing"]) == ("TOTAL_PASSED", "passed")


def test_saving(tmp_path: Path) -> None:
    """A table never replaces a file, and another form is refused."""
    for suffix in (".csv", ".json", ".xlsx"):
        target = tmp_path / f"Таблица{suffix}"
        assert save_table([ROW], target, checked_at=WHEN) == target
        with pytest.raises(RoscherkError) as caught:
            save_table([ROW], target, checked_at=WHEN)
        assert caught.value.code is ErrorCode.TARGET_EXISTS
    with pytest.raises(RoscherkError) as caught:
        save_table([ROW], tmp_path / "a.ods", checked_at=WHEN)
    assert caught.value.code is ErrorCode.USAGE
    assert len([*tmp_path.iterdir()]) == 3
