"""`trust tsl` and `certificate check`."""

from pathlib import Path

import pytest
from roscherk_run import Roscherk
from stand_ins import servers
from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import end_entity, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.fields import describe

GOST = KeyAlgorithm.GOST_256
PKI = pki_of(GOST)
SIGNER = signer_of(GOST)
PRINT = describe(SIGNER.certificate).sha256
TOOL = build.issuer_sign_tool(("ПАК", "УЦ", "СФ/1", "СФ/2"))
LEAF = PKI.issue(extensions=(*end_entity(PKI.leaf_key.public, PKI.ca_issuer.key.public), TOOL))


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Return a list with the authority of the infrastructure."""
    path = tmp_path / "перечень.xml"
    path.write_bytes(signed(list_of([Center(name="АО «УЦ»", certificates=[PKI.ca])]), SIGNER))
    return path


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, list[str]]:
    """Return a certificate shaped like a qualified one, and the options that name its trust."""
    path = tmp_path / "Иванов.cer"
    path.write_bytes(LEAF)
    PKI.trust(tmp_path / "trust")
    folders = [("--trust", "anchors"), ("--intermediate", "intermediates"), ("--crl", "crls")]
    return path, [
        word for option, name in folders for word in (option, str(tmp_path / "trust" / name))
    ]


def test_import_show_undo(roscherk: Roscherk, listed: Path) -> None:
    """A first list needs consent to its signer; then it is shown; there is nothing to go back to."""
    assert roscherk("trust", "tsl", "show").code == 1
    asked = roscherk("trust", "tsl", "import", listed)
    assert asked.code == 1
    assert PRINT in asked.err
    done = roscherk("trust", "tsl", "import", listed, "--trust-signer", PRINT)
    assert done.code == 0, done.err
    assert "версия 100" in done.out
    shown = roscherk("trust", "tsl", "show", "--json").json
    assert (shown["list"]["version"], shown["previous"]) == (100, None)
    assert [one["sha256"] for one in shown["users_signers"]] == [PRINT]
    assert roscherk("trust", "tsl", "undo").code == 1


def test_a_newer_list_and_back(roscherk: Roscherk, listed: Path, tmp_path: Path) -> None:
    """An older list is refused, the one before is put back."""
    roscherk("trust", "tsl", "import", listed, "--trust-signer", PRINT)
    newer = tmp_path / "newer.xml"
    newer.write_bytes(signed(list_of([Center(certificates=[PKI.ca])], version="101"), SIGNER))
    assert roscherk("trust", "tsl", "import", newer, "--json").json["list"]["version"] == 101
    refused = roscherk("trust", "tsl", "import", listed)
    assert refused.code == 1
    assert "старше" in refused.err
    assert roscherk("trust", "tsl", "undo", "--json").json["list"]["version"] == 100


def test_check_of_a_qualified_certificate(
    roscherk: Roscherk, listed: Path, certificate: tuple[Path, list[str]], tmp_path: Path
) -> None:
    """Without the list unknown; with it yes, in words, in JSON and on paper."""
    path, trust = certificate
    before = roscherk("certificate", "check", path, *trust, "--json").json
    assert (before["state"], before["qualification"]["answer"]) == ("in_force", "unknown")
    roscherk("trust", "tsl", "import", listed, "--trust-signer", PRINT)
    paper = tmp_path / "протокол.pdf"
    done = roscherk("certificate", "check", path, *trust, "--report", paper)
    assert done.code == 0, done.err
    told = " ".join(done.out.split())
    for words in (
        "Сертификат действует на",
        "Сертификат квалифицированный (УЦ АО «УЦ», аккредитован на день выдачи).",
        "Номер в реестре: 77",
        "аккредитован, с 01.05.2019",
        "Что не проверялось",
    ):
        assert words in told, words
    assert paper.read_bytes().startswith(b"%PDF-")
    answer = roscherk("certificate", "check", path, *trust, "--json").json
    assert answer["qualification"]["answer"] == "yes"
    assert answer["accreditation"]["ca_name"] == "АО «УЦ»"
    assert answer["checked_with_certified_tool"] == "no"


def test_check_of_another_moment(roscherk: Roscherk, certificate: tuple[Path, list[str]]) -> None:
    """A named moment is told as such; what cannot be relied upon has an exit code of its own."""
    path, trust = certificate
    assert roscherk("certificate", "check", path, "--json").code == 10
    late = roscherk("certificate", "check", path, *trust, "--at", "01.02.2045", "--json")
    assert (late.code, late.json["state"], late.json["at_by_user"]) == (20, "expired", True)
    assert roscherk("certificate", "check", path, "--at", "вчера").code == 2


def test_an_existing_file_is_not_overwritten(
    roscherk: Roscherk, certificate: tuple[Path, list[str]]
) -> None:
    """The protocol never takes the place of another file."""
    path, trust = certificate
    taken = path.with_suffix(".pdf")
    taken.write_bytes(b"mine")
    assert roscherk("certificate", "check", path, *trust, "--report", taken).code == 1
    assert taken.read_bytes() == b"mine"


def test_fetch(roscherk: Roscherk, listed: Path) -> None:
    """The list from an address: what was asked is told; a failure says what to do instead."""
    with servers.running() as server:
        url = server.file("getxml", listed.read_bytes())
        asked = roscherk("trust", "tsl", "fetch", "--url", url)
        assert asked.code == 1
        assert PRINT in asked.err
        done = roscherk("trust", "tsl", "fetch", "--url", url, "--trust-signer", PRINT)
        assert done.code == 0, done.err
        assert f"перечень аккредитованных УЦ с адреса {url}" in " ".join(done.out.split())
        again = roscherk("trust", "tsl", "fetch", "--url", url, "--json").json
        assert (again["new"], again["source"], again["list"]["version"]) == (False, url, 100)
        assert again["network"][0]["purpose"] == "accreditation"
        failed = roscherk("trust", "tsl", "fetch", "--url", server.url("/nowhere"))
    assert failed.code == 1
    assert "импортируйте файл" in failed.err
