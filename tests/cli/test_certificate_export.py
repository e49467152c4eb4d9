"""`certificate export` and `certificate show --short`."""

from pathlib import Path

from roscherk_run import Roscherk
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm

PKI = pki_of(KeyAlgorithm.RSA)


def test_export_and_three_lines(roscherk: Roscherk, tmp_path: Path) -> None:
    """DER and Base64 hold the same certificate; a file that exists stays; three lines come alone."""
    source, text, binary = tmp_path / "a.p7b.cer", tmp_path / "b.cer", tmp_path / "c.cer"
    source.write_bytes(PKI.leaf)
    assert roscherk("certificate", "export", source, "--output", text, "--base64").code == 0
    assert text.read_text().startswith("-----BEGIN CERTIFICATE-----\n")
    made = roscherk("certificate", "export", text, "--output", binary, "--json")
    assert made.json["schema"] == "roscherk.certificate-export/1"
    assert binary.read_bytes() == PKI.leaf
    assert roscherk("certificate", "export", text, "--output", binary).code == 1
    told = roscherk("certificate", "show", text, "--short").out.splitlines()
    assert [line.partition(":")[0] for line in told] == [
        "Номер сертификата",
        "Действует",
        "Кем выдан",
    ]
