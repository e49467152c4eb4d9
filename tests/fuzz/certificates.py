"""Certificates, lists, answers, time-stamps, requests, bundles: what stands under a verdict."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from attacks.mutation import Kind
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from fuzz.encodings import ECDSA, GOST, RSA, TAGS
from fuzz.harness import Harness, Prepared, by_file, call
from stand_ins import ocsp_made
from stand_ins.pki import NOW, pki_of
from stand_ins.time_authority import refusal, time_authority_of

from app.algorithms import der, digests
from app.crypto import methods
from app.crypto.certificates import requisites
from app.crypto.certificates import tasks as certificate_tasks
from app.crypto.certificates.building import RevokedEntry
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.fields import describe
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms.levels import references
from app.crypto.model import CertificateShowRequest
from app.crypto.requests import tasks as request_tasks
from app.crypto.requests.model import RequestShow
from app.crypto.timestamps.checking import check_time_stamp
from app.crypto.timestamps.info import read_info
from app.crypto.timestamps.messages import read_response
from app.crypto.trust import bundles
from app.crypto.trust import tasks as trust_tasks
from app.crypto.trust.bundle_reading import Manifest
from app.crypto.trust.model import BundlePart, BundleRequest, LookRequest
from app.crypto.verdict.facts import TimeStampKind
from app.texts.certificate_fields import all_fields_text

if TYPE_CHECKING:
    from pathlib import Path

    from app.algorithms.names import KeyAlgorithm

PEM = (
    b"-----BEGIN CERTIFICATE-----\n",
    b"-----END CERTIFICATE-----\n",
    b"MII",
    b"==",
    b"\xef\xbb\xbf",
)
WORDS = (*TAGS, *PEM)


def _trust(algorithm: KeyAlgorithm) -> LoadedTrust:
    pki = pki_of(algorithm)
    return LoadedTrust.of([pki.root], [pki.ca], list(pki.crls))


def _certificate(_folder: Path) -> Prepared:
    def eat(data: bytes) -> None:
        request = CertificateShowRequest(data=data)
        shown = call(methods.CERTIFICATE_SHOW, certificate_tasks.show, request)
        for one in shown.certificates:
            tuple(requisites.missing(one))
            all_fields_text(one)

    plain = [each for kind in (ECDSA, GOST) for each in (pki_of(kind).leaf, pki_of(kind).ca)]
    pem = x509.load_der_x509_certificate(plain[0]).public_bytes(serialization.Encoding.PEM)
    return Prepared(eat, (*plain, pem, pem * 2, plain[0] + plain[1]))


def _chained(_folder: Path) -> Prepared:
    """Prepare a certificate out of a signature, under the trust of a user."""
    trust, pki = _trust(ECDSA), pki_of(ECDSA)

    def eat(data: bytes) -> None:
        build_chain(data, pool=(data, pki.ca), trust=trust, at=NOW, now=NOW)
        describe(data)

    return Prepared(eat, (pki.leaf, pki.ca, pki_of(RSA).leaf))


def _crl(_folder: Path) -> Prepared:
    trust, pki = _trust(ECDSA), pki_of(ECDSA)
    number = der.read(pki.leaf).children()[0].children()[1].as_integer()
    lines = [RevokedEntry(serial=one, at=NOW, reason=one % 11) for one in (1, 2, 3, number)]

    def eat(data: bytes) -> None:
        build_chain(pki.leaf, crls=(data,), trust=trust, at=NOW, now=NOW)

    return Prepared(eat, (pki.ca_issuer.crl(*lines), pki.ca_issuer.crl(), *pki.crls))


def _ocsp(_folder: Path) -> Prepared:
    trust, pki = _trust(ECDSA), pki_of(ECDSA)

    def eat(data: bytes) -> None:
        build_chain(pki.leaf, ocsp=(data,), trust=trust, at=NOW, now=NOW)

    def made(status: bytes) -> bytes:
        return ocsp_made.made(pki.leaf, pki.ca, pki.ca_issuer.key, status=status, whole=False)

    good, gone = made(ocsp_made.GOOD), made(ocsp_made.revoked(NOW, 1))
    return Prepared(eat, (good, ocsp_made.successful(good), ocsp_made.successful(gone)))


def _look(folder: Path) -> Prepared:
    """Files that a user lays into the stores."""
    trust = pki_of(ECDSA).trust(folder / "trust")
    place = folder / "in"
    place.mkdir()

    def eat(path: Path) -> None:
        call(methods.TRUST_LOOK, trust_tasks.look, LookRequest(paths=(path,), trust=trust))

    pki = pki_of(ECDSA)
    return by_file(place / "x.cer", eat, (pki.ca + pki.crls[0], pki.crls[0], pki.root))


_STAMPED = b"signature value"


def _token() -> bytes:
    tsa = replace(time_authority_of(ECDSA), at=NOW)
    return tsa.token("sha256", digests.digest("sha256", _STAMPED))


def _time_stamp(_folder: Path) -> Prepared:
    trust = _trust(ECDSA)

    def chain(leaf: bytes, pool: object, crls: object, ocsp: object, at: object) -> object:
        return build_chain(leaf, pool=pool, crls=crls, ocsp=ocsp, trust=trust, at=at)  # type: ignore[arg-type]

    def eat(data: bytes) -> None:
        check_time_stamp(
            data,
            lambda name: digests.digest(name, _STAMPED),
            TimeStampKind.SIGNATURE,
            chain,  # type: ignore[arg-type]
        )

    return Prepared(eat, (_token(),))


def _response(_folder: Path) -> Prepared:
    granted = b"\x30\x03\x02\x01\x00"
    whole = der.element(der.SEQUENCE, granted + _token())
    return Prepared(read_response, (whole, refusal(2, 2, "нет"), refusal(2)))


def _info(_folder: Path) -> Prepared:
    token = _token()
    at = token.index(b"\x30", token.index(bytes.fromhex("060b2a864886f70d0109100104")) + 13)
    length = token[at + 1]
    size = 2 + length if length < 0x80 else 3 + token[at + 2]
    return Prepared(read_info, (token[at : at + size],))


def _references(_folder: Path) -> Prepared:
    pki = pki_of(ECDSA)
    good = ocsp_made.made(pki.leaf, pki.ca, pki.ca_issuer.key, status=ocsp_made.GOOD, whole=False)
    values = references.Values(tuple(pki.crls), (good,))
    seeds = (
        references.certificate_references((pki.ca, pki.root), "sha256"),
        references.revocation_references((values,), "sha256"),
        references.certificate_values((pki.ca,)),
        references.revocation_values(values),
    )
    readers = (
        references.read_certificate_references,
        references.read_revocation_references,
        references.read_certificate_values,
        references.read_revocation_values,
    )

    def eat(data: bytes) -> None:
        readers[data[0] % 4 if data else 0](data[1:])

    return Prepared(eat, tuple(bytes((place,)) + each for place, each in enumerate(seeds)))


def _request(folder: Path) -> Prepared:
    def eat(path: Path) -> None:
        call(methods.REQUEST_SHOW, request_tasks.show, RequestShow(path=path))

    key = pki_of(RSA).leaf_key._private._private  # type: ignore[union-attr]
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Образцов")])
    usage = x509.KeyUsage(*[True] * 2, *[False] * 7)
    made = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(name)
        .add_extension(usage, critical=True)
    )
    signed = made.sign(key, hashes.SHA256())
    forms = (serialization.Encoding.DER, serialization.Encoding.PEM)
    return by_file(folder / "x.csr", eat, [signed.public_bytes(one) for one in forms])


def _bundle(folder: Path) -> Prepared:
    trust = pki_of(ECDSA).trust(folder / "trust")
    place = folder / "in"
    place.mkdir()

    def eat(path: Path) -> None:
        call(methods.TRUST_BUNDLE, trust_tasks.bundle, BundleRequest(path=path, trust=trust))

    return by_file(place / "b.roscherk-trust", eat, (_made_bundle(),))


def _made_bundle() -> bytes:
    pki = pki_of(ECDSA)
    parts, out = [], io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind, suffix, data in (
            ("anchor", "cer", pki.root),
            ("intermediate", "cer", pki.ca),
            ("crl", "crl", pki.crls[0]),
        ):
            told = hashlib.sha256(data).hexdigest()
            part = BundlePart(name=f"parts/{told}.{suffix}", kind=kind, sha256=told, size=len(data))
            parts.append(part)
            archive.writestr(part.name, data)
        archive.writestr(
            bundles.MANIFEST, msgspec.json.encode(Manifest(made_at=NOW, parts=tuple(parts)))
        )
    return out.getvalue()


HARNESSES = (
    Harness(
        "certificate",
        "certificates/reading.py, fields.py, extensions.py",
        _certificate,
        WORDS,
        kind=Kind.DER,
    ),
    Harness(
        "chain",
        "certificates/chain.py, policies.py, constraint_reading.py",
        _chained,
        TAGS,
        kind=Kind.DER,
    ),
    Harness("crl", "certificates/revocation_lists.py, crl_check.py", _crl, TAGS, kind=Kind.DER),
    Harness("ocsp", "certificates/ocsp_reading.py, ocsp_check.py", _ocsp, TAGS, kind=Kind.DER),
    Harness("trust-file", "trust/stores.py, describing.py", _look, WORDS, kind=Kind.DER),
    Harness("time-stamp", "timestamps/checking.py", _time_stamp, TAGS, kind=Kind.DER),
    Harness("time-stamp-answer", "timestamps/messages.py", _response, TAGS, kind=Kind.DER),
    Harness("tst-info", "timestamps/info.py", _info, TAGS, kind=Kind.DER),
    Harness("references", "cms/levels/references.py", _references, TAGS, kind=Kind.DER),
    Harness("request", "requests/reading.py", _request, WORDS, kind=Kind.DER),
    Harness("bundle", "trust/bundle_reading.py", _bundle, (b"PK\3\4", b"PK\1\2", b"manifest.json")),
)
