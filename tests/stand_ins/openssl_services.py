"""The referee as a time-stamping authority and as an OCSP responder (`openssl ts`, `openssl ocsp`).

tsa = OpensslTsa.make(folder, pki)           # certificate issued by the test's CA
server.tsa(tsa)                              # behind the server of `servers`
responder = OpensslOcsp.make(folder, pki, revoked={serial: moment})
server.ocsp(responder)
verify_time_stamp(folder, response=..., request=..., root=..., untrusted=[...])

One call takes about 30 ms: for tests whose subject is the referee's word.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from stand_ins import ocsp_responder, time_authority
from stand_ins.openssl import succeed
from stand_ins.pki import Pki, authority

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.issuing import key_id

_KEYS: Mapping[KeyAlgorithm, tuple[str, ...]] = {
    KeyAlgorithm.RSA: ("RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    KeyAlgorithm.ECDSA_P256: ("EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    KeyAlgorithm.GOST_256: ("gost2012_256", "-pkeyopt", "paramset:B"),
    KeyAlgorithm.GOST_512: ("gost2012_512", "-pkeyopt", "paramset:A"),
}
_DIGESTS: Mapping[KeyAlgorithm, str] = {
    KeyAlgorithm.RSA: "sha256",
    KeyAlgorithm.ECDSA_P256: "sha256",
    KeyAlgorithm.GOST_256: "md_gost12_256",
    KeyAlgorithm.GOST_512: "md_gost12_512",
}
_ENGINE = """
openssl_conf = start
[start]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
"""


def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run ``openssl`` with the gost engine loaded, for commands that take no ``-engine``."""
    config = folder / "engine.cnf"
    if not config.exists():
        config.write_text(_ENGINE)
    return subprocess.run(
        ["openssl", *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=folder,
        env=os.environ | {"LC_ALL": "C", "OPENSSL_CONF": str(config)},
    )


def new_key(folder: Path, name: str, algorithm: KeyAlgorithm) -> tuple[Path, bytes]:
    """Make a key with the referee; return its file and its SubjectPublicKeyInfo."""
    file = folder / f"{name}.key"
    done = run(folder, "genpkey", "-algorithm", *_KEYS[algorithm], "-out", file)
    assert done.returncode == 0, done.stderr
    public = run(folder, "pkey", "-in", file, "-pubout", "-outform", "DER")
    assert public.returncode == 0, public.stderr
    return file, public.stdout


def pem(folder: Path, name: str, *certificates: bytes) -> Path:
    """Write certificates as PEM."""
    file = folder / f"{name}.pem"
    texts = []
    for number, encoded in enumerate(certificates):
        der = folder / f"{name}-{number}.der"
        der.write_bytes(encoded)
        texts.append(run(folder, "x509", "-inform", "DER", "-in", der).stdout)
    file.write_bytes(b"".join(texts))
    return file


@dataclass(frozen=True)
class OpensslTsa:
    """A time-stamping authority by ``openssl ts -reply``."""

    folder: Path
    certificate: bytes

    @classmethod
    def make(
        cls,
        folder: Path,
        pki: Pki,
        algorithm: KeyAlgorithm | None = None,
        *,
        first_version: bool = False,
    ) -> OpensslTsa:
        """Make key, certificate and configuration; ``first_version``: ESSCertID with SHA-1."""
        kind = algorithm or pki.ca_issuer.key.algorithm
        key, public = new_key(folder, "tsa", kind)
        certificate = pki.issue(
            public,
            subject=authority("Служба времени OpenSSL"),
            extensions=time_authority.extensions(public, pki.ca_issuer.key.public),
        )
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(
            f"""
            [tsa]
            serial = {folder}/serial
            signer_cert = {pem(folder, "tsa", certificate)}
            certs = {pem(folder, "above", pki.ca)}
            signer_key = {key}
            signer_digest = {_DIGESTS[kind]}
            default_policy = 1.2.643.2.2.38.4
            other_policies = 1.2.3.4.1
            digests = sha256, sha384, sha512, md_gost12_256, md_gost12_512
            accuracy = secs:1, millisecs:500, microsecs:100
            clock_precision_digits = 3
            ordering = yes
            tsa_name = yes
            ess_cert_id_chain = no
            ess_cert_id_alg = {"sha1" if first_version else "sha256"}
            """
        )
        return cls(folder, certificate)

    def answer(self, request: bytes) -> bytes:
        """Answer one TimeStampReq."""
        (self.folder / "request.tsq").write_bytes(request)
        succeed(
            "ts", "-reply", "-engine", "gost", "-config", self.folder / "tsa.cnf",
            "-section", "tsa", "-queryfile", self.folder / "request.tsq",
            "-out", self.folder / "response.tsr",
        )  # fmt: skip
        return (self.folder / "response.tsr").read_bytes()


@dataclass(frozen=True)
class OpensslOcsp:
    """A responder by ``openssl ocsp -index``."""

    folder: Path
    certificate: bytes

    @classmethod
    def make(
        cls,
        folder: Path,
        pki: Pki,
        *,
        good: Sequence[int] = (),
        revoked: Mapping[int, datetime] | None = None,
    ) -> OpensslOcsp:
        """Make a delegated responder that knows these serial numbers of the issuing CA."""
        key, public = new_key(folder, "ocsp", pki.ca_issuer.key.algorithm)
        certificate = pki.issue(
            public,
            subject=authority("Служба OCSP OpenSSL"),
            extensions=(
                build.basic_constraints(ca=False),
                build.key_usage("digitalSignature"),
                build.extended_key_usage(ocsp_responder.OCSP_SIGNING),
                build.subject_key_id(key_id(public)),
                build.authority_key_id(key_id(pki.ca_issuer.key.public)),
                ocsp_responder.NO_CHECK,
            ),
        )
        pem(folder, "ocsp", certificate)
        pem(folder, "ca", pki.ca)
        lines = [f"V\t430101000000Z\t\t{serial:X}\tunknown\t/CN=a" for serial in good]
        for serial, moment in (revoked or {}).items():
            when = f"{moment:%y%m%d%H%M%SZ},keyCompromise"
            lines.append(f"R\t430101000000Z\t{when}\t{serial:X}\tunknown\t/CN=a")
        text = "".join(_even(line) + "\n" for line in lines)
        (folder / "index.txt").write_text(text)
        assert key.exists()
        return cls(folder, certificate)

    def answer(self, request: bytes) -> bytes:
        """Answer one OCSPRequest."""
        (self.folder / "request.orq").write_bytes(request)
        done = run(
            self.folder,
            "ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ocsp.pem",
            "-rkey", "ocsp.key", "-reqin", "request.orq", "-respout", "response.ors",
            "-ndays", "7",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return (self.folder / "response.ors").read_bytes()


def _even(line: str) -> str:
    """Write the serial number with an even number of digits, as the index has it."""
    parts = line.split("\t")
    parts[3] = parts[3].zfill(len(parts[3]) + len(parts[3]) % 2)
    return "\t".join(parts)


def verify_time_stamp(
    folder: Path,
    *,
    response: bytes,
    root: bytes,
    untrusted: Sequence[bytes],
    request: bytes | None = None,
    data: bytes | None = None,
    token: bool = False,
) -> tuple[bool, str]:
    """Let the referee verify a response (or a bare token) against a request or the data."""
    (folder / "verified.tsr").write_bytes(response)
    against: tuple[str | Path, ...] = ("-data", folder / "verified.data")
    if request is not None:
        (folder / "verified.tsq").write_bytes(request)
        against = ("-queryfile", folder / "verified.tsq")
    else:
        (folder / "verified.data").write_bytes(data or b"")
    done = run(
        folder,
        "ts", "-verify", "-engine", "gost", *against, "-in", folder / "verified.tsr",
        *(("-token_in",) if token else ()),
        "-CAfile", pem(folder, "verify-root", root),
        "-untrusted", pem(folder, "verify-untrusted", *untrusted),
    )  # fmt: skip
    return done.returncode == 0, done.stderr.decode("utf-8", "replace")
