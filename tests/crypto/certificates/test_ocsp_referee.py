"""OCSP held against OpenSSL.

Its responder answers our question, its client reads our stand-in's answers, and its own suite
comes out as its maker wants it.
"""

import base64
import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp as asn1_ocsp
from stand_ins import openssl
from stand_ins.ocsp_made import made, revoked
from stand_ins.pki import Pki, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.ocsp_reading import read_answer
from app.crypto.certificates.ocsp_request import build_request, repeats_nonce
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.reading import read_certificates
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import RevocationFacts, RevocationStatus

GOST_CONFIGURATION = """openssl_conf = main
[main]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
[req]
distinguished_name = name
[name]
"""
KINDS = {
    "gost256": (["-newkey", "gost2012_256", "-pkeyopt", "paramset:A"], "md_gost12_256"),
    "gost512": (["-newkey", "gost2012_512", "-pkeyopt", "paramset:A"], "md_gost12_512"),
    "rsa": (["-newkey", "rsa:2048"], "sha256"),
    "ecdsa": (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "sha256"),
}


@dataclass(frozen=True)
class Referee:
    """An authority, a person and a responder, all of OpenSSL's making."""

    folder: Path
    digest: str

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run ``openssl`` in the folder, with the gost engine for every command."""
        return subprocess.run(
            ["openssl", *map(str, arguments)],
            capture_output=True,
            check=True,
            timeout=60,
            cwd=self.folder,
            env=os.environ | {"LC_ALL": "C", "OPENSSL_CONF": str(self.folder / "gost.cnf")},
        )

    def der(self, name: str) -> bytes:
        """Return a certificate."""
        return read_certificates((self.folder / f"{name}.pem").read_bytes())[0]

    def issue(self, name: str, key: list[str], extensions: str) -> None:
        """Issue a certificate below the authority."""
        (self.folder / "ext").write_text(extensions)
        self.run(
            "req", *key, "-nodes", "-keyout", f"{name}.key", "-out", "req", "-subj", f"/CN={name}"
        )
        self.run(
            "x509", "-req", "-in", "req", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "30",
            f"-{self.digest}", "-extfile", "ext", "-out", f"{name}.pem", "-CAcreateserial",
        )  # fmt: skip

    def answer(self, request: bytes, signer: str, *options: str) -> bytes:
        """Let ``openssl ocsp`` answer a request as it would behind its own server."""
        (self.folder / "request").write_bytes(request)
        self.run(
            "ocsp", "-index", "index", "-CA", "ca.pem", "-rsigner", f"{signer}.pem", "-rkey",
            f"{signer}.key", "-reqin", "request", "-respout", "answer", "-ndays", "1",
            "-rmd", self.digest, *options,
        )  # fmt: skip
        return (self.folder / "answer").read_bytes()

    def list_as(self, status: str) -> None:
        """Put the person into the authority's index: ``V`` or ``R`` with a date and a reason."""
        serial = Outline.read(self.der("person")).serial.hex().upper()
        gone = "200101000000Z,keyCompromise" if status == "R" else ""
        line = f"{status}\t400101000000Z\t{gone}\t{serial}\tunknown\t/CN=person\n"
        (self.folder / "index").write_text(line)
        (self.folder / "index.attr").write_text("unique_subject = no\n")


@pytest.fixture(scope="module", params=KINDS)
def referee(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Referee:
    """Let OpenSSL make an infrastructure."""
    openssl.demand()
    key, digest = KINDS[request.param]
    made_by = Referee(tmp_path_factory.mktemp("ocsp"), digest)
    (made_by.folder / "gost.cnf").write_text(GOST_CONFIGURATION)
    made_by.run(
        "req", "-x509", *key, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
        f"-{digest}", "-subj", "/CN=Referee CA",
    )  # fmt: skip
    made_by.issue("person", key, "keyUsage=digitalSignature")
    made_by.issue("responder", key, "extendedKeyUsage=OCSPSigning\nnoCheck=ignored")
    made_by.issue("stranger", key, "extendedKeyUsage=timeStamping")
    return made_by


def judged(referee: Referee, answer: bytes) -> RevocationFacts:
    """Return what we say of the person by an answer."""
    trust = LoadedTrust.of([referee.der("ca")])
    chain = build_chain(referee.der("person"), ocsp=[answer], trust=trust, at=datetime.now(UTC))
    return chain.links[0].revocation


@pytest.mark.parametrize("signer", ["ca", "responder"])
@pytest.mark.parametrize("digest_name", ["sha1", "sha256", "streebog256"])
def test_answers_of_openssl(referee: Referee, signer: str, digest_name: str):
    """It understands our question and we its answer, whoever signs and however it is asked."""
    person, authority = Outline.read(referee.der("person")), Outline.read(referee.der("ca"))
    request = build_request(person, authority, digest_name=digest_name)
    for status, wanted in (("V", RevocationStatus.GOOD), ("R", RevocationStatus.REVOKED)):
        referee.list_as(status)
        answer = referee.answer(request.encoded, signer)
        assert repeats_nonce(request, read_answer(answer))
        assert judged(referee, answer).status is wanted
    assert judged(referee, answer).reason == "keyCompromise"


def test_answers_of_openssl_that_must_not_be_believed(referee: Referee):
    """Signed by a stranger, or about nobody it knows."""
    person, authority = Outline.read(referee.der("person")), Outline.read(referee.der("ca"))
    request = build_request(person, authority).encoded
    referee.list_as("V")
    assert judged(referee, referee.answer(request, "stranger")).problem == "ocsp_responder"
    assert judged(referee, referee.answer(request, "ca", "-badsig")).problem == "ocsp_signature"
    (referee.folder / "index").write_text("")
    assert judged(referee, referee.answer(request, "ca")).problem == "ocsp_unknown"


@pytest.mark.parametrize(
    "algorithm", [KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512, KeyAlgorithm.RSA]
)
def test_openssl_reads_what_our_stand_in_writes(algorithm: KeyAlgorithm, tmp_path: Path):
    """So the failing samples fail for what was made wrong in them, and for nothing else."""
    openssl.demand()
    (tmp_path / "gost.cnf").write_text(GOST_CONFIGURATION)
    client, pki = Referee(tmp_path, ""), pki_of(algorithm)
    for name, data in (("root", pki.root), ("ca", pki.ca), ("leaf", pki.leaf)):
        (tmp_path / f"{name}.der").write_bytes(data)
        client.run("x509", "-inform", "DER", "-in", f"{name}.der", "-out", f"{name}.pem")
    assert b": good" in seen_by(client, pki, datetime.now(UTC))
    now = datetime.now(UTC)
    assert b": revoked" in seen_by(client, pki, now, status=revoked(now - timedelta(days=1), 1))


def seen_by(client: Referee, pki: Pki, now: datetime, **fields: object) -> bytes:
    """Return what ``openssl ocsp`` says to an answer; it has to find its signature right."""
    dates = {"this_update": now, "next_update": now + timedelta(days=1), "produced_at": now}
    data = made(pki.leaf, pki.ca, pki.ca_issuer.key, **dates, **fields)  # type: ignore[arg-type]
    (client.folder / "made").write_bytes(data)
    done = client.run(
        "ocsp", "-respin", "made", "-issuer", "ca.pem", "-cert", "leaf.pem", "-CAfile",
        "root.pem", "-verify_other", "ca.pem", "-no_nonce",
    )  # fmt: skip
    assert b"Response verify OK" in done.stderr
    return done.stdout


SUITE = {
    "": None,
    "ISOP_": "ocsp_signature",
    "WRID_": "ocsp_responder",
    "WINH_": "crl_missing",
    "WIKH_": "crl_missing",
    "WKDOSC_": "ocsp_responder",
    "ISDOSC_": "ocsp_responder",
}
"""Kinds of OpenSSL's answers, and what is wrong with each: signature, responder's name, hash of
the issuer's name or key (so it is about another certificate), the responder's certificate."""

CASES = {
    "D1": ("D1_Cert_EE", "D1_Issuer_ICA"),
    "D2": ("D2_Cert_ICA", "D2_Issuer_Root"),
    "D3": ("D3_Cert_EE", "D3_Issuer_Root"),
    "ND1": ("ND1_Cert_EE", "ND1_Issuer_ICA"),
    "ND2": ("ND1_Issuer_ICA", "ND2_Issuer_Root"),
    "ND3": ("ND3_Cert_EE", "ND3_Issuer_Root"),
}
"""Delegated and direct answers: whom each is about, and who issued that certificate."""


@pytest.fixture(scope="module")
def suite(data_folder: Path) -> Path:
    """Return the folder of OpenSSL's own samples."""
    return data_folder / "tsp-ocsp-crl" / "openssl-ocsp"


def read(file: Path) -> bytes:
    """Return an answer of the suite, which are written in base64."""
    return base64.b64decode(file.read_bytes())


def judged_of_suite(
    suite: Path, case: str, data: bytes, issuer: str = "", age: timedelta = timedelta(minutes=1)
) -> RevocationFacts:
    """Return what we say of a certificate of the suite, soon after its answer was given."""
    leaf, above = CASES[case]
    response = asn1_ocsp.OCSPResponse.load(read(suite / f"{case}.ors"))
    at = response.response_data["produced_at"].native + age
    file = suite / f"{issuer}{above}.pem"
    # One root of the suite lies there under another case's name only.
    anchors = read_certificates(
        (file if file.exists() else suite / "ND1_Cross_Root.pem").read_bytes()
    )
    (certificate,) = read_certificates((suite / f"{leaf}.pem").read_bytes())
    trust = LoadedTrust.of(anchors[:1])
    return build_chain(certificate, ocsp=[data], trust=trust, at=at, now=at).links[0].revocation


@pytest.mark.parametrize("prefix", SUITE)
@pytest.mark.parametrize("case", CASES)
def test_suite_of_openssl(suite: Path, case: str, prefix: str):
    """Direct and delegated answers, right ones and each kind of wrong one."""
    if prefix.endswith("DOSC_") and case.startswith("ND"):
        return  # only delegated answers carry a certificate that could be wrong
    found = judged_of_suite(suite, case, read(suite / f"{prefix}{case}.ors"))
    problem = SUITE[prefix]
    if (case, prefix) == ("D3", ""):
        # OpenSSL does not ask about the responder's own certificate; rule R-07 does.
        problem = "ocsp_responder_unchecked"
    status = RevocationStatus.GOOD if problem is None else RevocationStatus.UNKNOWN
    assert (found.status, found.problem) == (status, problem)


@pytest.mark.parametrize("issuer", ["WSNIC_", "WKIC_"])
@pytest.mark.parametrize("case", CASES)
def test_suite_with_wrong_issuers(suite: Path, case: str, issuer: str):
    """A right answer under an issuer with another name or another key is none."""
    found = judged_of_suite(suite, case, read(suite / f"{case}.ors"), issuer)
    assert found.status is RevocationStatus.UNKNOWN


@pytest.mark.parametrize("case", CASES)
def test_suite_a_year_later(suite: Path, case: str):
    """A stale answer proves nothing."""
    data, year = read(suite / f"{case}.ors"), timedelta(days=365)
    found = judged_of_suite(suite, case, data, age=year)
    assert found.status is RevocationStatus.UNKNOWN
    assert found.problem in {"ocsp_expired", "ocsp_responder_expired"}
