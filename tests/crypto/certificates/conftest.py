"""What the tests of this room share."""

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from stand_ins import openssl
from stand_ins.pki import NOW, Pki

from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.reading import read_certificates
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import ChainFacts

Row = dict[str, str]


@pytest.fixture(scope="session")
def accredited(data_folder: Path) -> list[tuple[bytes, Row]]:
    """Return the certificates of the accredited authorities, each with its referee's row."""
    folder = data_folder / "ru-ca"
    certificates = read_certificates((folder / "all-accredited-ca-2403.pem").read_bytes())
    with (folder / "all-accredited-ca-2403.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(certificates) == len(rows) == 2403
    return list(zip(certificates, rows, strict=True))


@pytest.fixture
def referee_chain(tmp_path: Path) -> Callable[[Pki], str]:
    """Let ``openssl verify`` check a whole infrastructure with its lists; return its words."""
    openssl.demand()

    def check(pki: Pki) -> str:
        files = {}
        for name, kind, data in (
            ("root", "x509", pki.root),
            ("ca", "x509", pki.ca),
            ("leaf", "x509", pki.leaf),
            ("root_list", "crl", pki.crls[0]),
            ("ca_list", "crl", pki.crls[1]),
        ):
            encoded, files[name] = tmp_path / f"{name}.der", tmp_path / f"{name}.pem"
            encoded.write_bytes(data)
            openssl.succeed(kind, "-inform", "DER", "-in", encoded, "-out", files[name])
        lists = tmp_path / "lists.pem"
        lists.write_bytes(files["root_list"].read_bytes() + files["ca_list"].read_bytes())
        done = openssl.openssl(
            "verify", "-engine", "gost", "-x509_strict", "-CAfile", files["root"],
            "-untrusted", files["ca"], "-CRLfile", lists, "-crl_check_all", files["leaf"],
        )  # fmt: skip
        said = done.stdout if done.returncode == 0 else done.stderr
        return said.decode("utf-8", "replace")

    return check


@pytest.fixture
def chain_of() -> Callable[..., ChainFacts]:
    """Build the chain of an infrastructure's person, or of another certificate."""

    def build(
        pki: Pki, leaf: bytes | None = None, at: datetime = NOW, **given: object
    ) -> ChainFacts:
        trust = given.get("trust", LoadedTrust.of([pki.root], [pki.ca], pki.crls))
        assert isinstance(trust, LoadedTrust)
        pool = given.get("pool", ())
        assert isinstance(pool, list | tuple)
        return build_chain(leaf or pki.leaf, pool=pool, trust=trust, at=at)

    return build
