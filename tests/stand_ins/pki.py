"""A public key infrastructure for tests: root → issuing authority → person, for any algorithm.

from stand_ins.pki import pki_of
pki = pki_of(KeyAlgorithm.GOST_256)       # made once per process
pki.leaf, pki.ca, pki.root                # DER
pki.trust(tmp_path)                       # TrustMaterial with its files
pki.key.sign_digest("streebog256", digest, None)   # a KeyBackend
pki.pfx(b"password")                      # RSA and ECDSA only
pki.issue(subject=person("Иван"), not_after=...)   # further certificates, odd ones too
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import pkcs12

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates import names
from app.crypto.certificates.building import CertificateSpec, CrlSpec, NamePart, RevokedEntry
from app.crypto.certificates.issuing import EphemeralKey, key_id
from app.crypto.model import TrustMaterial
from app.tokens.model import Container, KeyPlaceKind

if TYPE_CHECKING:
    from pathlib import Path

    from app.tokens.pin import Secret

FROM = datetime(2024, 1, 1, tzinfo=UTC)
UNTIL = datetime(2044, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""A control time inside every validity of this infrastructure."""

_HASHES = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def person(common_name: str = "Тестов Тест Тестович") -> bytes:
    """Return the name of a person in a firm, with all Russian attributes."""
    return build.encode_name(
        [
            NamePart(names.COUNTRY, "RU"),
            NamePart(names.REGION, "77 г. Москва"),
            NamePart(names.LOCALITY, "г. Москва"),
            NamePart(names.STREET, "ул. Проверочная, д. 1"),
            NamePart(names.ORGANIZATION, "ООО «Тест, проверка»"),
            NamePart(names.TITLE, "Директор"),
            NamePart(names.SURNAME, "Тестов"),
            NamePart(names.GIVEN_NAME, "Тест Тестович"),
            NamePart(names.COMMON_NAME, common_name),
            NamePart(names.INN, "000000000000"),
            NamePart(names.INN_LE, "0000000000"),
            NamePart(names.OGRN, "1000000000009"),
            NamePart(names.SNILS, "00000000000"),
        ]
    )


def authority(common_name: str) -> bytes:
    """Return the name of an authority."""
    return build.encode_name(
        [NamePart(names.COUNTRY, "RU"), NamePart(names.COMMON_NAME, common_name)]
    )


class PkiKey:
    """A `KeyBackend` over a key in memory."""

    def __init__(self, key: EphemeralKey, container: Container) -> None:
        self.key = key
        self.container = container

    def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
        """Sign a finished digest in CMS byte order; no secret is asked for."""
        assert secret is None
        signer: Any = self.key._private
        private = signer._private
        if isinstance(private, rsa.RSAPrivateKey):
            prehashed = utils.Prehashed(_HASHES[digest_name])
            return private.sign(digest, padding.PKCS1v15(), prehashed)
        if isinstance(private, ec.EllipticCurvePrivateKey):
            return private.sign(digest, ec.ECDSA(utils.Prehashed(_HASHES[digest_name])))
        return bytes(private.sign(digest))


@dataclass
class Issuer:
    """An authority that can issue: its certificate, its name and its key."""

    key: EphemeralKey
    name: bytes
    certificate: bytes = b""
    serials: int = 1

    def issue(self, public_key: bytes, **changes: Any) -> bytes:
        """Issue a certificate; ``changes`` are fields of `CertificateSpec`.

        Without ``extensions`` it is an end-entity certificate for signing.
        """
        self.serials += 1
        spec = CertificateSpec(
            serial=(self.serials << 64) + 1,
            subject=person(),
            issuer=self.name,
            public_key=public_key,
            not_before=FROM,
            not_after=UNTIL,
            signature_algorithm=build.signature_algorithm(self.key.algorithm),
            extensions=end_entity(public_key, self.key.public),
        )
        return build.build_certificate(replace(spec, **changes), self.key.sign)

    def crl(self, *revoked: RevokedEntry, **changes: Any) -> bytes:
        """Make a revocation list; ``changes`` are fields of `CrlSpec`."""
        spec = CrlSpec(
            issuer=self.name,
            this_update=FROM,
            next_update=UNTIL,
            number=1,
            signature_algorithm=build.signature_algorithm(self.key.algorithm),
            revoked=revoked,
            extensions=(build.authority_key_id(key_id(self.key.public)),),
        )
        return build.build_crl(replace(spec, **changes), self.key.sign)


def end_entity(public_key: bytes, issuer_key: bytes) -> tuple[build.ExtensionSpec, ...]:
    """Return the extensions of a signer's certificate."""
    return (
        build.basic_constraints(ca=False),
        build.key_usage("digitalSignature", "nonRepudiation"),
        build.subject_key_id(key_id(public_key)),
        build.authority_key_id(key_id(issuer_key)),
        build.policies("1.2.643.100.113.1"),
        build.subject_sign_tool("Тестовое средство"),
    )


def ca_extensions(
    public_key: bytes, issuer_key: bytes, path_length: int | None = None
) -> tuple[build.ExtensionSpec, ...]:
    """Return the extensions of an authority's certificate."""
    return (
        build.basic_constraints(ca=True, path_length=path_length),
        build.key_usage("keyCertSign", "cRLSign"),
        build.subject_key_id(key_id(public_key)),
        build.authority_key_id(key_id(issuer_key)),
    )


@dataclass
class Pki:
    """Root, issuing authority and one person."""

    algorithm: KeyAlgorithm
    root_issuer: Issuer
    ca_issuer: Issuer
    leaf: bytes
    leaf_key: EphemeralKey
    crls: tuple[bytes, ...] = field(default=())

    @property
    def root(self) -> bytes:
        """The root's certificate."""
        return self.root_issuer.certificate

    @property
    def ca(self) -> bytes:
        """The issuing authority's certificate."""
        return self.ca_issuer.certificate

    @property
    def key(self) -> PkiKey:
        """The person's key as a `KeyBackend`."""
        return PkiKey(self.leaf_key, self.container)

    @property
    def container(self) -> Container:
        """The person's container."""
        return Container(
            uri="container:test",
            place=KeyPlaceKind.STORE,
            label="test",
            algorithm=self.algorithm,
            certificate=self.leaf,
            chain=(self.ca, self.root),
        )

    def issue(self, public_key: bytes | None = None, **changes: Any) -> bytes:
        """Issue a further certificate by the issuing authority."""
        return self.ca_issuer.issue(public_key or self.leaf_key.public, **changes)

    def trust(self, folder: Path) -> TrustMaterial:
        """Write root, authority and revocation lists into ``folder``; return them as trust."""
        for name, files in (
            ("anchors", [self.root]),
            ("intermediates", [self.ca]),
            ("crls", list(self.crls)),
        ):
            (folder / name).mkdir(parents=True, exist_ok=True)
            for index, der in enumerate(files):
                (folder / name / f"{index}.der").write_bytes(der)
        return TrustMaterial(
            anchors=(folder / "anchors",),
            intermediates=(folder / "intermediates",),
            crls=(folder / "crls",),
        )

    def pfx(self, password: bytes, name: bytes = b"test") -> bytes:
        """Return the person's key and chain as PKCS #12 (RSA and ECDSA)."""
        signer: Any = self.leaf_key._private
        return pkcs12.serialize_key_and_certificates(
            name,
            signer._private,
            x509.load_der_x509_certificate(self.leaf),
            [x509.load_der_x509_certificate(der) for der in (self.ca, self.root)],
            serialization.BestAvailableEncryption(password),
        )


def make_pki(
    algorithm: KeyAlgorithm, authorities: KeyAlgorithm | None = None, **options: Any
) -> Pki:
    """Make a new infrastructure; ``authorities`` may use another algorithm than the person.

    ``options`` of the person's key: ``curve`` (OID of a GOST set), ``rsa_bits``.
    """
    above = authorities or algorithm
    root = Issuer(EphemeralKey.generate(above), authority("Тестовый корень"))
    root.certificate = root.issue(
        root.key.public,
        subject=root.name,
        extensions=ca_extensions(root.key.public, root.key.public),
    )
    ca = Issuer(EphemeralKey.generate(above), authority("Тестовый УЦ"))
    ca.certificate = root.issue(
        ca.key.public,
        subject=ca.name,
        extensions=ca_extensions(ca.key.public, root.key.public, path_length=0),
    )
    key = EphemeralKey.generate(algorithm, **options)
    return Pki(
        algorithm=algorithm,
        root_issuer=root,
        ca_issuer=ca,
        leaf=ca.issue(key.public),
        leaf_key=key,
        crls=(root.crl(), ca.crl()),
    )


@cache
def pki_of(algorithm: KeyAlgorithm, authorities: KeyAlgorithm | None = None, **options: Any) -> Pki:
    """Return the infrastructure of this algorithm, made once per process. Do not change it."""
    return make_pki(algorithm, authorities, **options)
