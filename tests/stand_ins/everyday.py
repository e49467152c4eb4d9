"""Documents of ordinary people: signed in their days, verified today, as real files.

office = Office(tmp_path)
signed = office.sign(office.document("Акт.docx"), office.person(days=100))
office.verify(signed, lists=[office.list_of(hours=6)])
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import cms, core
from stand_ins.pki import Issuer, Pki, ca_extensions, make_pki, pki_of
from stand_ins.signed_pdf import NoProgress, sign_pdf
from stand_ins.time_authority import TimeAuthority, make_time_authority

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import names
from app.crypto.certificates.building import NamePart, RevokedEntry, encode_name
from app.crypto.certificates.fields import describe
from app.crypto.cms import splicing
from app.crypto.cms.levels import oids
from app.crypto.cms.reading import read_cms
from app.crypto.model import (
    FinishRequest,
    SignatureFormat,
    SigningAct,
    SignRequest,
    TrustMaterial,
    Verification,
    VerifyRequest,
)
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.verifying import tasks as verifying_tasks

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUICK = KeyAlgorithm.ECDSA_P256
REASONS = {"keyCompromise": 1, "superseded": 4, "cessationOfOperation": 5, "certificateHold": 6}


@dataclass
class Office:
    """One firm, its authorities, its folder."""

    folder: Path
    pki: Pki = field(default_factory=lambda: pki_of(QUICK))
    made: int = 0

    # certificates and lists

    def person(self, begun: datetime, days: int = 365, **changes: Any) -> bytes:
        """Issue a certificate for signing from a day on."""
        return self.pki.issue(not_before=begun, not_after=begun + days * DAY, **changes)

    def employee(self, begun: datetime) -> bytes:
        """Issue a certificate of a person who speaks for nobody else."""
        name = encode_name(
            [
                NamePart(names.COUNTRY, "RU"),
                NamePart(names.SURNAME, "Петров"),
                NamePart(names.GIVEN_NAME, "Пётр Петрович"),
                NamePart(names.COMMON_NAME, "Петров Пётр Петрович"),
                NamePart(names.INN, "500100732259"),
                NamePart(names.SNILS, "00000000101"),
            ]
        )
        return self.person(begun, subject=name)

    def list_of(self, made: datetime, *entries: RevokedEntry, days: float = 7) -> bytes:
        """Return the issuing authority's list of a moment."""
        return self.pki.ca_issuer.crl(
            *entries, this_update=made, next_update=made + timedelta(days=days)
        )

    def entry(self, certificate: bytes, at: datetime, reason: str | None) -> RevokedEntry:
        """Return the line by which a certificate is revoked."""
        serial = int(describe(certificate).serial, 16)
        return RevokedEntry(
            serial=serial, at=at, reason=None if reason is None else REASONS[reason]
        )

    def root_list(self) -> bytes:
        """Return the root's list, a month old as they are."""
        return self.pki.root_issuer.crl(this_update=NOW - 30 * DAY, next_update=NOW + 60 * DAY)

    def renewed_authority(self) -> bytes:
        """Return a new certificate of the issuing authority for its old key."""
        issuer, root = self.pki.ca_issuer, self.pki.root_issuer
        return root.issue(
            issuer.key.public,
            subject=issuer.name,
            extensions=ca_extensions(issuer.key.public, root.key.public, path_length=0),
        )

    def former_authority(self, ended: datetime) -> bytes:
        """Return the authority's earlier certificate, which has ended."""
        issuer, root = self.pki.ca_issuer, self.pki.root_issuer
        return root.issue(
            issuer.key.public,
            subject=issuer.name,
            not_after=ended,
            extensions=ca_extensions(issuer.key.public, root.key.public, path_length=0),
        )

    # documents

    def document(self, name: str = "Акт сверки.docx") -> Path:
        """Write a document into a folder of its own."""
        self.made += 1
        place = self.folder / f"{self.made}"
        place.mkdir(parents=True)
        path = place / name
        path.write_bytes(f"Акт № {self.made}\n".encode() * 200)
        return path

    def sign(
        self,
        source: Path,
        certificate: bytes,
        at: datetime,
        *,
        chain: Sequence[bytes] | None = None,
        **changes: Any,
    ) -> Path:
        """Sign a file with a certificate at a moment."""
        container = replace(self.pki.container, certificate=certificate)
        if chain is not None:
            container = replace(container, chain=tuple(chain))
        request = SignRequest(
            source=source,
            container=container,
            format=SignatureFormat.CADES,
            signing_time=at,
            job=new_job(),
        )
        prepared = signing_tasks.prepare(replace(request, **changes), NoProgress())
        value = self.pki.key.sign_digest(prepared.digest_name, prepared.digest, None)
        finish = FinishRequest(prepared=prepared, signature=value, created_with="test")
        return signing_tasks.finish(finish, NoProgress()).target

    def act(
        self, act: SigningAct, path: Path, content: Path, certificate: bytes, at: datetime
    ) -> Path:
        """Co-sign or counter-sign."""
        more: dict[str, Any] = {"act": act, "content": content}
        if act is SigningAct.COUNTER_SIGN:
            more["countersigned"] = 1
        return self.sign(path, certificate, at, **more)

    def stamped(self, path: Path, authority: TimeAuthority, at: datetime) -> Path:
        """Put a time-stamp of a moment on the first signature of a file."""
        data = path.read_bytes()
        first = read_cms(data).signers[0]
        digest = digests.digest("sha256", first.signature)
        token = replace(authority, at=at).token("sha256", digest)
        parts, content = splicing.take_apart(data)
        timed = splicing.with_unsigned_attribute(parts.signers[0], oids.SIGNATURE_TIME_STAMP, token)
        parts = replace(parts, signers=(timed, *parts.signers[1:]))
        path.write_bytes(splicing.put_together(parts, content))
        return path

    def authority_of_time(self, begun: datetime, days: int = 3650) -> TimeAuthority:
        """Return a time-stamping authority."""
        return make_time_authority(self.pki, not_before=begun, not_after=begun + days * DAY)

    def pdf(self, source: Path) -> Path:
        """Sign a PDF with the person of the infrastructure."""
        return sign_pdf(source, self.pki, stamp=False).target

    def extract(self, source: Path) -> Path:
        """Sign a PDF as the tax service did for years: a bare signature over the byte range."""
        path = self.pdf(source)
        data = bytearray(
            path.read_bytes().replace(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detached")
        )
        start = data.rindex(b"/ByteRange")
        first = data.index(b"[", start)
        numbers = [int(one) for one in data[first + 1 : data.index(b"]", first)].split()]
        covered = bytes(data[: numbers[1]] + data[numbers[2] : numbers[2] + numbers[3]])
        bare = self._bare(covered).hex().encode()
        room = numbers[2] - numbers[1] - 2
        data[numbers[1] + 1 : numbers[2] - 1] = bare.ljust(room, b"0")
        path.write_bytes(bytes(data))
        return path

    def _bare(self, covered: bytes) -> bytes:
        """Return a CMS signature without signed attributes."""
        signed = cms.ContentInfo.load(self._usual(covered))
        whole = signed["content"]
        signer = whole["signer_infos"][0]
        value = self.pki.key.sign_digest("sha256", digests.digest("sha256", covered), None)
        fields: dict[str, Any] = {
            key: signer[key]
            for key in ("version", "sid", "digest_algorithm", "signature_algorithm")
        }
        fields["signature"] = core.OctetString(value)
        whole["signer_infos"] = cms.SignerInfos([cms.SignerInfo(fields)])
        return bytes(signed.dump(force=True))

    def _usual(self, covered: bytes) -> bytes:
        source = self.folder / "covered.bin"
        source.write_bytes(covered)
        path = self.sign(source, self.pki.leaf, NOW - DAY)
        data = path.read_bytes()
        path.unlink()
        source.unlink()
        return data

    # the check

    def verify(
        self,
        path: Path,
        *lists: bytes,
        roots: Sequence[bytes] | None = None,
        authorities: Sequence[bytes] | None = None,
        **changes: Any,
    ) -> Verification:
        """Verify under the trust of a user who has these lists, besides the root's."""
        place = self.folder / f"trust-{self.made}-{len(list(self.folder.iterdir()))}"
        trust = TrustMaterial(
            anchors=_written(place / "roots", [self.pki.root] if roots is None else roots),
            intermediates=_written(
                place / "authorities", [self.pki.ca] if authorities is None else authorities
            ),
            crls=_written(place / "lists", [self.root_list(), *lists]),
        )
        request = VerifyRequest(path=path, trust=trust, at=NOW, now=NOW)
        return verifying_tasks.verify(replace(request, **changes), NoProgress())


def _written(place: Path, files: Sequence[bytes]) -> tuple[Path, ...]:
    place.mkdir(parents=True)
    for number, data in enumerate(files):
        (place / f"{number}.der").write_bytes(data)
    return (place,)


def as_base64(path: Path) -> Path:
    """Write a file as bare base64, as portals do."""
    path.write_bytes(base64.encodebytes(path.read_bytes()))
    return path


def stranger() -> Pki:
    """Return an infrastructure that nobody here knows."""
    return make_pki(QUICK)


Case = Callable[[Office], Verification]
__all__ = ["DAY", "HOUR", "NOW", "Case", "Issuer", "Office", "as_base64", "stranger"]
