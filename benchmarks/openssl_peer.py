"""OpenSSL with its gost engine as the peer that signs and verifies CMS files."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Side, need, run

_ENGINE = ("-engine", "gost")


@dataclass(frozen=True)
class OpenSslPeer:
    """A GOST key with a self-signed certificate, and the commands over it."""

    program: str
    key: Path
    certificate: Path

    def sign(self, content: Path, signature: Path) -> Side:
        """Sign detached."""
        return Side(
            [
                *(self.program, "cms", "-sign", "-binary", *_ENGINE, "-in", content),
                *("-signer", self.certificate, "-inkey", self.key, "-md", "md_gost12_256"),
                *("-outform", "DER", "-out", signature),
            ],
            output=signature,
        )

    def verify(self, content: Path, signature: Path) -> Side:
        """Verify a detached signature, the content thrown away."""
        return Side(
            [
                *(self.program, "cms", "-verify", "-binary", *_ENGINE, "-inform", "DER"),
                *("-in", signature, "-content", content, "-CAfile", self.certificate),
                *("-purpose", "any", "-out", "/dev/null"),
            ]
        )


def make_peer(folder: Path) -> OpenSslPeer:
    """Make the key and the certificate."""
    openssl = need("openssl")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    run(
        Side(
            [
                *(openssl, "req", "-x509", "-new", *_ENGINE, "-newkey", "gost2012_256"),
                *("-pkeyopt", "paramset:A", "-nodes", "-subj", "/CN=Benchmark", "-days", "30"),
                *("-keyout", key, "-out", certificate),
            ]
        )
    )
    return OpenSslPeer(openssl, key, certificate)
