"""``verify`` of folders and archives: the tree, tables, the search, exit codes."""

import csv
import json
import sys
import zipfile
from pathlib import Path

import pytest
from roscherk_run import Firm, Roscherk
from stand_ins import mchd_made as made
from stand_ins.mchd_made import Mchd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "crypto"))

from signing_files import sign


@pytest.fixture
def place(tmp_path: Path, firm: Firm) -> Path:
    """Lay an act of an employee, the МЧД, a letter."""
    folder = tmp_path / "Входящие"
    folder.mkdir()
    act = folder / "Акт.xml"
    act.write_bytes(made.upd())
    sign(act, made.holder(firm.pki, made.clerk_name())).rename(folder / "подпись.bin")
    sign(Mchd(until="2043-12-31").write(folder), made.holder(firm.pki, made.head_name()))
    (folder / "Письмо.docx").write_bytes(b"letter")
    return folder


def test_folder_as_a_tree(roscherk: Roscherk, place: Path, firm: Firm) -> None:
    """Document, signer, on whose behalf, verdict; a letter beside them does not spoil the code."""
    done = roscherk("verify", place, *firm.trust)
    told = " ".join(done.out.split())
    assert done.code == 0, done.out + done.err
    for words in (
        "Акт.xml",
        "Вымышленная Анна Ивановна",
        "Подпись действительна",
        made.ORGANISATION,
        "Подписание накладных и актов",
        "реестр доверенностей не запрашивался",
        "Письмо.docx",
        "3 документа",
    ):
        assert words in told, words


def test_zip_with_something_refused(
    roscherk: Roscherk, place: Path, firm: Firm, tmp_path: Path
) -> None:
    """The same in an archive; what was refused is told; nothing is left behind."""
    archive = tmp_path / "Пакет.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for path in place.iterdir():
            out.write(path, path.name)
        out.writestr("../../evil.txt", "x")
    done = roscherk("verify", archive, *firm.trust, "--json")
    assert done.code == 0, done.err
    paths = {each["path"] for each in done.json["files"]}
    assert f"{archive}/подпись.bin" in paths
    (act,) = [each for each in done.json["files"] if each["path"].endswith("подпись.bin")]
    assert act["signatures"][0]["authority"]["mchd"]["number"] == made.GUID
    told = roscherk("verify", archive, *firm.trust)
    assert "evil.txt" in told.out
    left = [each for each in tmp_path.rglob("*") if each.name in {"Акт.xml", "evil.txt"}]
    assert left == [place / "Акт.xml"]


def test_bomb_is_told(roscherk: Roscherk, firm: Firm, tmp_path: Path) -> None:
    """A bomb beside good files is told and stays closed."""
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("bomb", bytes(20 << 20))
    done = roscherk("verify", archive, *firm.trust)
    assert done.code == 1
    assert "бомба" in done.out
    told = roscherk("verify", archive, *firm.trust, "--json").json
    assert [one["code"] for one in told["files"][0]["errors"]] == ["archive_refused"]


def test_empty_folder(roscherk: Roscherk, tmp_path: Path) -> None:
    """A folder with nothing in it holds no signature."""
    (tmp_path / "пусто").mkdir()
    assert roscherk("verify", tmp_path / "пусто").code == 30


def test_tables(roscherk: Roscherk, place: Path, firm: Firm, tmp_path: Path) -> None:
    """All three forms are written; a taken name is refused before the work."""
    targets = [tmp_path / f"Месяц.{suffix}" for suffix in ("csv", "json", "xlsx")]
    options = [text for target in targets for text in ("--table", target)]
    assert roscherk("verify", place, *firm.trust, *options).code == 0
    rows = list(csv.reader(targets[0].read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["Акт.xml", "Письмо.docx"]
    told = json.loads(targets[1].read_text("utf-8"))
    assert told["rows"][0]["contractor_inn"] == made.ORG_INN
    assert zipfile.is_zipfile(targets[2])
    done = roscherk("verify", place, *firm.trust, "--table", targets[0])
    assert done.code == 1
    assert roscherk("verify", place, "--table", tmp_path / "a.ods").code == 2


def test_search(roscherk: Roscherk, place: Path, firm: Firm, tmp_path: Path) -> None:
    """A signature whose document lies elsewhere passes when that folder is named."""
    away = tmp_path / "архив" / "май"
    away.mkdir(parents=True)
    (place / "Акт.xml").rename(away / "scan.xml")
    assert roscherk("verify", place, *firm.trust).code == 10
    done = roscherk("verify", place, *firm.trust, "--search", tmp_path / "архив")
    assert done.code == 0, done.out
    assert "scan.xml" in done.out


def test_skip_checked(roscherk: Roscherk, place: Path, firm: Firm) -> None:
    """The second run names the earlier verdicts with their date."""
    first = roscherk("verify", place, *firm.trust, "--skip-checked")
    second = roscherk("verify", place, *firm.trust, "--skip-checked")
    assert "Решение прежней проверки" not in first.out
    assert second.out.count("Решение прежней проверки") == 2
    assert first.code == second.code == 0
