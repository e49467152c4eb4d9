"""Certificates, revocation lists and signatures made by OpenSSL: what both sides then judge.

Root → issuing authority → signer, each authority with its revocation list, so that every check has
something to check.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Side, need, run

_ENGINE = ("-engine", "gost")
_KINDS = {
    "RSA": (("rsa:2048",), "sha256"),
    "GOST 256": (("gost2012_256", "-pkeyopt", "paramset:A"), "md_gost12_256"),
    "GOST 512": (("gost2012_512", "-pkeyopt", "paramset:A"), "md_gost12_512"),
}
_CONFIGURATION = """
[req]
distinguished_name = name
[name]
[ca]
default_ca = it
[it]
database = {folder}/index.txt
crlnumber = {folder}/crlnumber
default_md = {digest}
default_crl_days = 300
"""
_AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
_PERSON = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n"
_LINKS = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
PASSWORD = "benchmark"
"""Of keys that live as long as the benchmark."""
DAYS = "300"


@dataclass(frozen=True)
class Authority:
    """A root, an issuing authority and their lists; it issues to signers."""

    folder: Path
    kind: str

    @property
    def anchors(self) -> Path:
        """The file of the root."""
        return self.folder / "root.pem"

    @property
    def lists(self) -> Path:
        """The folder of the revocation lists."""
        return self.folder / "lists"

    @property
    def all_trust(self) -> Path:
        """Root and lists in one file, as ``openssl -CAfile`` wants them."""
        return self.folder / "trust.pem"

    @property
    def issuing(self) -> Path:
        """The file of the issuing authority."""
        return self.folder / "issuing.pem"

    @property
    def key(self) -> Path:
        """The key of every signer."""
        return self.folder / "signer.key"

    @property
    def digest(self) -> str:
        """The digest by OpenSSL's name."""
        return _KINDS[self.kind][1]

    @classmethod
    def make(cls, folder: Path, kind: str) -> "Authority":
        """Make keys, certificates and lists."""
        made = cls(folder, kind)
        made.lists.mkdir(parents=True)
        for name in ("root", "issuing", "signer"):
            made._key(name)
        made._openssl(
            *("req", "-x509", "-new", "-key", folder / "root.key", "-out", made.anchors),
            *("-config", folder / "configuration", f"-{made.digest}", "-days", DAYS),
            *("-subj", "/C=RU/CN=Root", "-addext", "basicConstraints=critical,CA:TRUE"),
            *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        )
        made._issue("issuing", "root", "/C=RU/CN=Issuing", _AUTHORITY, made.issuing)
        trust = made.anchors.read_bytes()
        for name in ("root", "issuing"):
            target = made.lists / f"{name}.crl"
            made._openssl(
                *("ca", "-gencrl", "-config", folder / "configuration", "-out", target),
                *("-keyfile", folder / f"{name}.key", "-cert", folder / f"{name}.pem"),
            )
            trust += target.read_bytes()
        made.all_trust.write_bytes(trust)
        return made

    def signer(self, number: int = 0) -> Path:
        """Issue a certificate to one more signer; return its file."""
        target = self.folder / f"signer{number}.pem"
        self._issue("signer", "issuing", f"/C=RU/CN=Signer {number}", _PERSON, target)
        return target

    def sign(self, document: Path, target: Path, signers: Sequence[Path]) -> None:
        """Sign a document detached, with the issuing authority's certificate inside."""
        named = [part for each in signers for part in ("-signer", each, "-inkey", self.key)]
        self._openssl(
            *("cms", "-sign", "-binary", "-in", document, "-out", target, "-outform", "DER"),
            *("-md", self.digest, "-certfile", self.issuing, *named),
        )

    def verify_command(self) -> list[str | Path]:
        """Return the peer's command; ``-in`` and ``-content`` are still to be added."""
        engine = () if self.kind == "RSA" else _ENGINE
        return [
            *(need("openssl"), "cms", "-verify", *engine, "-binary", "-inform", "DER"),
            *("-CAfile", self.all_trust, "-crl_check_all", "-purpose", "any", "-out", "/dev/null"),
        ]

    def pfx(self, signer: Path) -> Path:
        """Put the signer's key and chain into a PKCS #12 file."""
        target = self.folder / "signer.pfx"
        self._openssl(
            *("pkcs12", "-export", "-inkey", self.key, "-in", signer, "-certfile", self.issuing),
            *("-passout", f"pass:{PASSWORD}", "-out", target),
        )
        return target

    def _key(self, name: str) -> None:
        if name == "root":
            text = _CONFIGURATION.format(folder=self.folder, digest=self.digest)
            (self.folder / "configuration").write_text(text, "utf-8")
            (self.folder / "index.txt").touch()
            (self.folder / "crlnumber").write_text("01\n", "ascii")
        self._openssl(
            *("req", "-new", "-newkey", *_KINDS[self.kind][0], "-nodes"),
            *("-config", self.folder / "configuration", f"-{self.digest}"),
            *("-keyout", self.folder / f"{name}.key", "-out", self.folder / f"{name}.csr"),
            *("-subj", f"/CN={name}"),
        )

    def _issue(self, name: str, by: str, subject: str, extensions: str, target: Path) -> None:
        wanted = self.folder / "extensions"
        wanted.write_text(extensions + _LINKS, "ascii")
        self._openssl(
            *("x509", "-req", "-in", self.folder / f"{name}.csr", "-out", target),
            *("-CA", self.folder / f"{by}.pem", "-CAkey", self.folder / f"{by}.key"),
            *("-extfile", wanted, f"-{self.digest}", "-days", DAYS, "-subj", subject),
        )

    def _openssl(self, command: str, *arguments: str | Path) -> None:
        run(Side([need("openssl"), command, *_ENGINE, *arguments]))
