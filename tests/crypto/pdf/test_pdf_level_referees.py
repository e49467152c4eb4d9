"""PDF signatures above B-B before others: pyHanko's AdES validation, pdfsig, OpenSSL with gost."""

import asyncio
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl, x509
from pdf_levels_lab import GAP, Shelf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer
from stand_ins import openssl
from stand_ins.pki import Pki, make_pki, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import tlv
from app.crypto.cms.levels.oids import SIGNATURE_TIME_STAMP
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import SignerInfo
from app.crypto.model import SignatureLevel

LEVELS = [SignatureLevel.B, SignatureLevel.T, SignatureLevel.LT, SignatureLevel.LTA]
RSA = KeyAlgorithm.RSA


@pytest.fixture(scope="module")
def shelf(contract: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return documents signed at all levels."""
    return Shelf(tmp_path_factory.mktemp("levels"), contract)


def terms_of(pki: Pki, reader: PdfFileReader, level: SignatureLevel) -> PdfSignatureValidationSpec:
    """Return pyHanko's terms: a root, revocation data demanded, and nothing from the network.

    For B-LT the evidence is that of the document's store; for B-LTA pyHanko takes it by itself.
    """
    trust = SimpleTrustManager.build(trust_roots=[x509.Certificate.load(pki.root)])
    policy = CertValidationPolicySpec(
        trust_manager=trust, revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO)
    )
    certificates = [x509.Certificate.load(pki.ca)]
    lists = [crl.CertificateList.load(one) for one in pki.crls]
    if level is SignatureLevel.LT:
        store = DocumentSecurityStore.read_dss(reader)
        certificates = list(store.load_certs())
        lists = [crl.CertificateList.load(one.get_object().data) for one in store.crls]
    if level is SignatureLevel.LTA:
        certificates, lists = [], []
    known = ades.LocalKnowledge(
        known_certs=certificates, known_crls=[CRLContainer(one) for one in lists]
    )
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=policy,
            key_usage_settings=KeyUsageConstraints(key_usage=set()),
            local_knowledge=known,
        )
    )


def pyhanko_says(path: Path, level: SignatureLevel, pki: Pki) -> Any:
    """Return the result of pyHanko's validation of the level in question."""
    with path.open("rb") as file:
        reader = PdfFileReader(file)
        signature, *_ = reader.embedded_regular_signatures
        terms = terms_of(pki, reader, level)
        if level is SignatureLevel.LTA:
            return asyncio.run(ades.ades_lta_validation(signature, pdf_validation_spec=terms))
        validate: Any = ades.ades_with_time_validation
        if level is SignatureLevel.B:
            validate = ades.ades_basic_validation
        return asyncio.run(
            validate(
                signature.signed_data,
                validation_spec=terms.signature_validation_spec,
                raw_digest=signature.compute_digest(),
            )
        )


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
@pytest.mark.parametrize("level", LEVELS)
def test_pyhanko_passes_every_level(level: SignatureLevel, shelf: Shelf) -> None:
    """Its AdES validation of that very level passes, with the evidence in the document."""
    path = shelf.get(RSA, level)
    result = pyhanko_says(path, level, pki_of(RSA))
    assert result.ades_subindic is AdESPassed.OK, (result.ades_subindic, result.failure_msg)
    if level is not SignatureLevel.B:
        assert abs(datetime.now(UTC) - result.best_signature_time).total_seconds() < 3600
    other = pyhanko_says(path, level, make_pki(RSA))
    assert other.ades_subindic is not AdESPassed.OK


@pytest.mark.parametrize("level", LEVELS)
def test_pdfsig_finds_rsa_valid(level: SignatureLevel, shelf: Shelf) -> None:
    """Poppler finds the signature valid; of document time-stamps it has no opinion."""
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not installed (poppler-utils)")
    command = ["pdfsig", "-nocert", str(shelf.get(RSA, level))]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    said = done.stdout.decode()
    assert said.count("Signature is Valid") == 1
    assert said.count("Signature Type: ETSI.CAdES.detached") == 1
    assert said.count("Signature #") == (2 if level is SignatureLevel.LTA else 1)


def taken_out(path: Path, number: int, folder: Path) -> tuple[Path, Path]:
    """Write one signature's CMS, and the octets that its byte range covers."""
    data = path.read_bytes()
    gap = list(GAP.finditer(data))[number]
    octets = bytes.fromhex(gap[1].decode())
    end = data.index(b"%%EOF\n", gap.end()) + 6
    (folder / "signature.der").write_bytes(octets[: tlv.read(octets).end])
    (folder / "covered.bin").write_bytes(data[: gap.start(1) - 1] + data[gap.end(1) + 1 : end])
    return folder / "signature.der", folder / "covered.bin"


def root_of(algorithm: KeyAlgorithm, folder: Path) -> Path:
    """Write the root as PEM."""
    (folder / "root.der").write_bytes(pki_of(algorithm).root)
    openssl.succeed(
        "x509", "-engine", "gost", "-inform", "DER",
        "-in", folder / "root.der", "-out", folder / "root.pem",
    )  # fmt: skip
    return folder / "root.pem"


REFEREES_NAMES = {
    KeyAlgorithm.GOST_256: "gost256",
    KeyAlgorithm.RSA: "rsa",
    KeyAlgorithm.ECDSA_P256: "ecdsa",
}


@pytest.mark.parametrize("algorithm", REFEREES_NAMES)
@pytest.mark.parametrize("level", LEVELS)
def test_openssl_verifies_the_signature(
    level: SignatureLevel, algorithm: KeyAlgorithm, shelf: Shelf, tmp_path: Path
) -> None:
    """The CMS inside is a CAdES signature over the covered bytes, at every level."""
    openssl.demand()
    signature, covered = taken_out(shelf.get(algorithm, level), 0, tmp_path)
    command = (
        *("cms", "-verify", "-binary", "-cades", "-engine", "gost", "-inform", "DER"),
        *("-in", signature, "-content", covered, "-CAfile", root_of(algorithm, tmp_path)),
        *("-purpose", "any", "-out", tmp_path / "out"),
    )
    openssl.succeed(*command)
    covered.write_bytes(covered.read_bytes().replace(b"/Kids", b"/Kidz", 1))
    assert openssl.openssl(*command).returncode != 0


@pytest.mark.parametrize("algorithm", REFEREES_NAMES)
def test_openssl_verifies_the_time_stamps(
    algorithm: KeyAlgorithm, shelf: Shelf, tmp_path: Path
) -> None:
    """OpenSSL verifies both tokens, and finds in them its own digest of what they are over."""
    openssl.demand()
    path, root = shelf.get(algorithm, SignatureLevel.LTA), root_of(algorithm, tmp_path)
    signature, _ = taken_out(path, 0, tmp_path)
    (signer,) = read_cms(signature.read_bytes()).signers
    assert isinstance(signer, SignerInfo)
    (token,) = [
        value
        for one in signer.unsigned_attributes
        if one.oid == SIGNATURE_TIME_STAMP
        for value in one.values
    ]
    inside, over = tmp_path / "inside.der", tmp_path / "value.bin"
    inside.write_bytes(token)
    over.write_bytes(signer.signature)
    (tmp_path / "document").mkdir()
    for stamp, data in ((inside, over), taken_out(path, 1, tmp_path / "document")):
        info = tmp_path / "info.der"
        openssl.succeed(
            *("cms", "-verify", "-binary", "-engine", "gost", "-inform", "DER", "-in", stamp),
            *("-CAfile", root, "-purpose", "timestampsign", "-out", info),
        )
        name = openssl.DIGESTS[REFEREES_NAMES[algorithm]]
        digest = openssl.succeed("dgst", "-engine", "gost", f"-{name}", "-r", data).split()[0]
        assert bytes.fromhex(digest.decode()) in info.read_bytes()


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_pyhanko_explains_the_updates(shelf: Shelf) -> None:
    """Its analysis of differences finds nothing but evidence after the signature."""
    from pyhanko.sign.diff_analysis import (  # noqa: PLC0415
        DEFAULT_DIFF_POLICY,
        DiffResult,
        ModificationLevel,
    )

    with shelf.get(RSA, SignatureLevel.LTA).open("rb") as file:
        reader = PdfFileReader(file)
        signature, *_ = reader.embedded_regular_signatures
        result = DEFAULT_DIFF_POLICY.review_file(reader, signature.signed_revision)
    assert isinstance(result, DiffResult)
    assert result.modification_level is ModificationLevel.LTA_UPDATES
