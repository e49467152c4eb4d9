"""What time-stamps must be over, computed a second way: by asn1crypto, from the standards alone."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import cms, core, tsp
from stand_ins import openssl

from app.algorithms import asn1, digests, names

asn1.register()

SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
CERTIFICATE_REFERENCES = "1.2.840.113549.1.9.16.2.21"
REVOCATION_REFERENCES = "1.2.840.113549.1.9.16.2.22"
REFERENCES_TIME_STAMP = "1.2.840.113549.1.9.16.2.25"
ARCHIVE_V3 = "0.4.0.1733.2.4"
HASH_INDEX_V3 = "0.4.0.19122.1.5"

_GOST = """openssl_conf = init
[init]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
"""
"""`openssl ts -verify` takes its engine from the configuration only."""


class _Attribute(core.Sequence):
    _fields = [  # noqa: RUF012 - asn1crypto changes it in place
        ("type", core.ObjectIdentifier),
        ("values", core.SetOf, {"spec": core.Any}),
    ]


class _Attributes(core.SetOf):
    _child_spec = _Attribute


@dataclass
class Seen:
    """A SignedData as asn1crypto sees it."""

    signed: cms.SignedData

    @classmethod
    def of(cls, data: bytes) -> "Seen":
        """Read a ContentInfo."""
        return cls(cms.ContentInfo.load(data)["content"])

    def signer(self, number: int = 0) -> cms.SignerInfo:
        """Return one SignerInfo."""
        return self.signed["signer_infos"][number]

    def unsigned(self, number: int = 0) -> list[tuple[str, bytes, list[bytes]]]:
        """Return type, type and set as encoded, and the values of each unsigned attribute."""
        raw = self.signer(number)["unsigned_attrs"].dump(force=False)
        as_set = b"\x31" + raw[1:]
        found = []
        for attribute in _Attributes.load(as_set):
            values = [value.dump() for value in attribute["values"]]
            body = attribute["type"].dump() + attribute["values"].dump()
            found.append((attribute["type"].dotted, body, values))
        return found

    def tokens(self, oid: str, number: int = 0) -> list[bytes]:
        """Return the time-stamp tokens of one attribute type."""
        return [
            value for kind, _, values in self.unsigned(number) if kind == oid for value in values
        ]

    def references_octets(self, number: int = 0) -> bytes:
        """Return what the time-stamp of CAdES-C is over (RFC 5126 §6.3.5)."""
        octets = bytes(self.signer(number)["signature"].native)
        for wanted in (SIGNATURE_TIME_STAMP, CERTIFICATE_REFERENCES, REVOCATION_REFERENCES):
            octets += b"".join(body for kind, body, _ in self.unsigned(number) if kind == wanted)
        return octets

    def archive_octets(self, token: bytes, content: bytes, number: int = 0) -> bytes:
        """Return what an archive time-stamp of the third form is over (EN 319 122-1 §5.5.3)."""
        info, index = info_of(token), index_of(token)
        digest = names.digest_by_oid(
            info["message_imprint"]["hash_algorithm"]["algorithm"].dotted
        ).name
        signer = self.signer(number)
        fields = (
            signer["version"].dump(),
            signer["sid"].dump(),
            signer["digest_algorithm"].dump(),
            b"\xa0" + signer["signed_attrs"].dump()[1:],
            signer["signature_algorithm"].dump(),
            signer["signature"].dump(),
        )
        kind = self.signed["encap_content_info"]["content_type"].dump()
        return b"".join((kind, digests.digest(digest, content), *fields, index))

    def expected_index(self, token: bytes, number: int = 0) -> tuple[list[bytes], ...]:
        """Return the hashes an index must have that was made before ``token`` came in."""
        digest = names.digest_by_oid(
            info_of(token)["message_imprint"]["hash_algorithm"]["algorithm"].dotted
        ).name

        def hashed(elements: list[bytes]) -> list[bytes]:
            return sorted(digests.digest(digest, one) for one in elements)

        values = [
            core.ObjectIdentifier(kind).dump() + value
            for kind, _, found in self.unsigned(number)
            for value in found
            if value != token
        ]
        certificates = [one.dump() for one in self.signed["certificates"]]
        crls = [one.dump() for one in self.signed["crls"]]
        return hashed(certificates), hashed(crls), hashed(values)


def info_of(token: bytes) -> tsp.TSTInfo:
    """Return the TSTInfo of a token."""
    signed = cms.ContentInfo.load(token)["content"]
    return tsp.TSTInfo.load(signed["encap_content_info"]["content"].parsed.dump())


def index_of(token: bytes) -> bytes:
    """Return the encoded ats-hash-index-v3 of an archive time-stamp."""
    (found,) = [values for kind, _, values in Seen.of(token).unsigned() if kind == HASH_INDEX_V3]
    (value,) = found
    return value


def read_index(token: bytes) -> tuple[list[bytes], ...]:
    """Return the three lists of hashes in an index."""
    parts: Any = core.Sequence.load(index_of(token))
    return tuple(
        [one.native for one in core.SequenceOf.load(parts[place].dump(), spec=core.OctetString)]
        for place in (1, 2, 3)
    )


def openssl_accepts(token: bytes, octets: bytes, folder: Path, root: bytes, chain: bytes) -> None:
    """Let ``openssl ts`` hold a token against the octets; it must say yes."""
    files = {name: folder / name for name in ("token.der", "octets", "root.der", "ca.der")}
    for name, data in zip(files, (token, octets, root, chain), strict=True):
        files[name].write_bytes(data)
    pems = []
    for name in ("root.der", "ca.der"):
        pem = folder / name.replace(".der", ".pem")
        openssl.succeed(
            "x509", "-engine", "gost", "-inform", "DER", "-in", files[name], "-out", pem
        )
        pems.append(pem)
    configuration = folder / "gost.cnf"
    configuration.write_text(_GOST)
    done = subprocess.run(
        [
            "openssl", "ts", "-verify", "-data", files["octets"], "-in", files["token.der"],
            "-token_in", "-CAfile", pems[0], "-untrusted", pems[1],
        ],
        capture_output=True,
        check=False,
        timeout=60,
        env=os.environ | {"LC_ALL": "C", "OPENSSL_CONF": str(configuration)},
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr).decode("utf-8", "replace")
