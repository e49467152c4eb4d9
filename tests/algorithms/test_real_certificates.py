"""Certificates that others made: published examples and the accredited authorities of Russia."""

from pathlib import Path

import pytest
from asn1crypto import pem, x509

from app.algorithms import asn1, names, signatures
from app.algorithms.gost import spki
from app.algorithms.names import KeyAlgorithm
from app.errors import RoscherkError


def _load(path: Path) -> list[x509.Certificate]:
    asn1.register()
    data = path.read_bytes()
    found = [data] if data[:1] == b"0" else [der for _, _, der in pem.unarmor(data, multiple=True)]
    return [x509.Certificate.load(der) for der in found]


def _key(certificate: x509.Certificate) -> bytes:
    encoded: bytes = certificate["tbs_certificate"]["subject_public_key_info"].dump()
    return encoded


def _signed_by(
    certificate: x509.Certificate, issuer_key: bytes, *, allow_test: bool = False
) -> bool:
    algorithm = certificate["signature_algorithm"]
    implied = names.signature_by_oid(algorithm["algorithm"].dotted).digest
    assert implied
    return signatures.verify(
        issuer_key,
        algorithm.dump(),
        digest_name=implied,
        message=certificate["tbs_certificate"].dump(),
        signature=certificate["signature_value"].native,
        allow_test_parameters=allow_test,
    )


@pytest.mark.parametrize(
    "name",
    [
        "botan/gost_root.pem",
        "gost-engine-tc26-cms/root256_cert.pem",
        "pygost/test_x509-00-cert.der",
        "pygost/test_x509-01-cert.der",
        "pygost/test_x509-03-cert.der",
        "pygost/test_x509-07-cert.der",
        "pygost/test_x509-11-cert.der",
        "xmlsec1/gost2001ca.der",
    ],
)
def test_published_self_signed_certificates_verify(data_folder: Path, name: str) -> None:
    """Examples of TC26, RFC 9215 and other libraries."""
    (certificate,) = _load(data_folder / "gost-vectors" / name)
    assert _signed_by(certificate, _key(certificate), allow_test=True)


def test_national_roots_verify(data_folder: Path) -> None:
    """Every self-signed national root of 2012 to 2026, of both generations."""
    kinds = set()
    for path in sorted((data_folder / "ru-ca/roots").glob("*.pem")):
        (certificate,) = _load(path)
        if certificate.issuer.dump() != certificate.subject.dump():
            continue
        kinds.add(names.key_algorithm_of_spki(_key(certificate)))
        assert _signed_by(certificate, _key(certificate)), path.name
    assert kinds >= {KeyAlgorithm.GOST_2001, KeyAlgorithm.GOST_256}


@pytest.fixture(scope="module")
def accredited(data_folder: Path) -> list[x509.Certificate]:
    """Return the certificates of all accredited authorities of 2012 to 2026."""
    return _load(data_folder / "ru-ca/all-accredited-ca-2403.pem")


def test_every_accredited_key_is_read(accredited: list[x509.Certificate]) -> None:
    """All 2,403 keys are known, lie on their curves, and none uses a test parameter set."""
    kinds = {}
    for certificate in accredited:
        key = _key(certificate)
        kind = names.key_algorithm_of_spki(key)
        kinds[kind] = kinds.get(kind, 0) + 1
        if kind is not None and kind.is_gost:
            oid, public = spki.decode_public(key)
            assert not spki.curves.is_test(oid)
            assert len(public) * 4 == names.key_size_of_spki(key)
    assert sum(kinds.values()) == 2403
    assert kinds.keys() == {KeyAlgorithm.GOST_2001, KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512}


def test_accredited_certificates_verify_under_their_issuers(
    data_folder: Path, accredited: list[x509.Certificate]
) -> None:
    """One in twelve: the issuer is found by key identifier, and the signature is good."""
    roots = [one for path in (data_folder / "ru-ca/roots").glob("*.pem") for one in _load(path)]
    issuers: dict[bytes, list[bytes]] = {}
    for one in (*roots, *accredited):
        try:
            issuers.setdefault(one.key_identifier, []).append(_key(one))
        except ValueError:
            continue
    checked = 0
    for certificate in accredited[::12]:
        candidates = issuers.get(certificate.authority_key_identifier, [])
        if not candidates:
            continue
        checked += 1
        try:
            assert any(_signed_by(certificate, key) for key in dict.fromkeys(candidates))
        except RoscherkError as error:
            pytest.fail(f"{certificate.subject.human_friendly}: {error}")
    assert checked > 150
