"""Papers by the command line: protocols, material for experts, letters, packages, certificates."""

import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from roscherk_run import PASSWORD, Firm, Roscherk
from stand_ins import facts_made as made
from stand_ins.dossiers import dossier_of_facts

from app.reports.protocol import protocol as sheet_of
from app.reports.sheet_pdf import as_pdf


def text_of(pdf: Path) -> str:
    """Return the text of a PDF, every run of blanks as one."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (poppler-utils)")
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_protocol_in_two_forms(
    roscherk: Roscherk, signature: Path, firm: Firm, document: Path, tmp_path: Path
) -> None:
    """The suffix chooses the form; both give the digests of both files."""
    pdf, page = tmp_path / "протокол.pdf", tmp_path / "протокол.html"
    done = roscherk("verify", signature, *firm.trust, "--report", pdf, "--report", page)
    assert done.code == 0
    digest = hashlib.sha256(document.read_bytes()).hexdigest()
    assert digest in text_of(pdf)
    html = page.read_text("utf-8")
    assert digest in html
    assert hashlib.sha256(signature.read_bytes()).hexdigest() in html
    assert "<script" not in html


def test_nothing_is_overwritten(
    roscherk: Roscherk, signature: Path, firm: Firm, tmp_path: Path
) -> None:
    """A name that is taken is refused before the work."""
    taken = tmp_path / "taken.pdf"
    taken.write_bytes(b"mine")
    for option in ("--report", "--expertise", "--letter"):
        done = roscherk("verify", signature, *firm.trust, option, taken)
        assert done.code == 1, option
        assert taken.read_bytes() == b"mine"
    done = roscherk("verify", signature, "--expertise", tmp_path / "x.docx")
    assert done.code == 2


def test_expertise_and_letter(
    roscherk: Roscherk, signature: Path, firm: Firm, document: Path, tmp_path: Path
) -> None:
    """What was changed gives material for an expert, and a letter that names file and reason."""
    document.write_bytes(document.read_bytes() + b"!")
    expertise, letter = tmp_path / "expertise.pdf", tmp_path / "letter.txt"
    done = roscherk(
        "verify", signature, "--content", document, *firm.trust,
        "--expertise", expertise, "--letter", letter,
    )  # fmt: skip
    assert done.code == 20
    assert "НЕ заключение эксперта" in text_of(expertise)
    said = letter.read_text("utf-8")
    assert document.name in said
    assert hashlib.sha256(document.read_bytes()).hexdigest() in said
    assert "подписать документ заново" in said


def test_package_can_be_checked_without_us(
    roscherk: Roscherk, signature: Path, firm: Firm, document: Path, tmp_path: Path
) -> None:
    """Unpacked, the digests fit, and the commands of the README verify the signature."""
    package = tmp_path / "пакет.zip"
    done = roscherk("verify", signature, *firm.trust, "--package", package)
    assert done.code == 0, done.err
    with zipfile.ZipFile(package) as opened:
        assert opened.testzip() is None
        assert all(one.compress_type == zipfile.ZIP_STORED for one in opened.infolist())
        opened.extractall(tmp_path / "out")
    out = tmp_path / "out"
    sums = subprocess.run(
        ["sha256sum", "--check", "--strict", "manifest.sha256"], cwd=out, check=False
    )
    assert sums.returncode == 0
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    named = {one["path"] for one in manifest["files"]}
    on_disk = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert on_disk == named | {"manifest.json", "manifest.sha256"}
    assert (out / "documents/001" / document.name).read_bytes() == document.read_bytes()
    assert list((out / "crl").glob("*.crl"))
    words = (out / "README.txt").read_text("utf-8-sig")
    commands = [line.strip() for line in words.splitlines() if "openssl cms -verify" in line]
    assert len(commands) == 1
    assert roscherk("verify", "--replay", out / "facts.json").code == 0
    ran = subprocess.run(commands[0], shell=True, cwd=out, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    assert (out / "verified.content").read_bytes() == document.read_bytes()
    (revocation,) = (line.strip() for line in words.splitlines() if "openssl verify" in line)
    ran = subprocess.run(revocation, shell=True, cwd=out, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()


def test_package_is_checked_again(
    roscherk: Roscherk, signature: Path, firm: Firm, tmp_path: Path
) -> None:
    """The same check gives the same octets; a changed package is told from a whole one."""
    package = tmp_path / "package.zip"
    assert roscherk("verify", signature, *firm.trust, "--package", package).code == 0
    done = roscherk("verify", package, "--package-check")
    assert done.code == 0, done.out
    assert "байт в байт" in done.out
    changed = tmp_path / "changed.zip"
    octets = package.read_bytes()
    changed.write_bytes(octets.replace(b"TOTAL_PASSED", b"TOTAL_FAILED"))
    done = roscherk("verify", changed, "--package-check")
    assert done.code == 20
    assert "report.json" in done.out
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("a", b"b")
    assert roscherk("verify", other, "--package-check").code in {1, 30}


def test_certificate_on_paper(roscherk: Roscherk, firm: Firm, tmp_path: Path) -> None:
    """All eight parts, and two places to sign."""
    target = tmp_path / "сертификат.pdf"
    source = tmp_path / "owner.cer"
    source.write_bytes(firm.pki.leaf)
    done = roscherk("certificate", "print", source, "--output", target)
    assert done.code == 0, done.err
    said = text_of(target)
    assert all(f"{number}. " in said for number in range(1, 9))
    assert "не указано" in said


def test_own_files(roscherk: Roscherk) -> None:
    """From source files there is nothing to compare with, and that is said."""
    done = roscherk("check", "--self")
    assert done.code == 10
    assert "запущена из исходных текстов" in " ".join(done.out.split())
    assert roscherk("check", "--self", "--json").json["own_files"]["state"] == "no_list"


def test_package_of_a_pdf_holds_its_signature_taken_out(
    roscherk: Roscherk,
    firm: Firm,
    tmp_path: Path,
    typed: Callable[[bytes], None],
) -> None:
    """A signature inside a PDF is taken out with the octets that it is over, and verifies."""
    source = tmp_path / "договор.pdf"
    source.write_bytes(as_pdf(sheet_of(dossier_of_facts(made.file(made.signature())))))
    typed(PASSWORD + b"\n")
    signed = tmp_path / "signed.pdf"
    done = roscherk("sign", source, "--key", firm.key, "--password-stdin", "--output", signed)
    assert done.code == 0, done.err
    package = tmp_path / "package.zip"
    done = roscherk("verify", signed, *firm.trust, "--package", package)
    assert done.code == 0, done.err
    out = tmp_path / "out"
    with zipfile.ZipFile(package) as opened:
        opened.extractall(out)
    words = (out / "README.txt").read_text("utf-8-sig")
    (command,) = (line.strip() for line in words.splitlines() if "openssl cms -verify" in line)
    assert "signatures/001-01.p7s" in command
    ran = subprocess.run(command, shell=True, cwd=out, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()


def test_check_of_the_workplace(roscherk: Roscherk, tmp_path: Path) -> None:
    """Every area is told; without a trusted root the code says that something does not work."""
    done = roscherk("check", "--json")
    assert done.code == 20
    told = done.json
    assert told["schema"] == "roscherk.workplace/1"
    assert told["state"] == "bad"
    areas = {each["area"] for each in told["findings"]}
    assert {"program", "algorithms", "readers", "tokens", "keys", "trust", "clock"} <= areas
    target = tmp_path / "сведения.txt"
    shown = roscherk("check", "--support", target)
    assert shown.code == 20
    text = target.read_text("utf-8")
    assert "roots_none" in text
    assert str(tmp_path) not in text
    assert "Нет ни одного доверенного корневого" in shown.out
    assert roscherk("check").out.count("✗") >= 1
