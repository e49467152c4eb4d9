"""The steps above B-B in a file that is ours: each is whole, or undone and an error.

B-T: a time-stamp inside the signature, or one of the document where there is no room for it.
B-LT: evidence in the security store. B-LTA: a time-stamp of the document over all that
(EN 319 142-1 §6.3). Nothing that stands in the file before is touched, save the gap of a signature
that was made in this very piece of work.
"""

from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path

from app.algorithms import digests
from app.crypto.cms import splicing, tlv
from app.crypto.cms.levels.growing import Supplies, Token
from app.crypto.cms.levels.oids import SIGNATURE_TIME_STAMP
from app.crypto.cms.levels.tokens import Material, material_of_token
from app.crypto.pdf.appending import DigestOf, append_evidence, append_time_stamp, fill
from app.crypto.pdf.security_store import Evidence
from app.values import dataclass


@dataclass(frozen=True)
class Subject:
    """A certificate whose state must be provable, and of what signature it is."""

    certificate: bytes
    at: datetime
    """When it was used, by the best evidence there is."""
    name: str
    """What the security store calls that signature."""


@dataclass
class Steps:
    """The steps upward in one file."""

    path: Path
    supplies: Supplies
    preferred: str
    """The digest to ask time-stamps for, if the authority takes it."""
    document_stamps: list[Token] = field(default_factory=list)
    """The time-stamps of the document made here."""

    def stamp_signature(self, gap: tuple[int, int], cms: bytes) -> Token | None:
        """Put a time-stamp inside the signature that was just made; None: it has no room for it.

        Raises what the authorities and the network raise.
        """
        parts, content_info = splicing.take_apart(cms)
        (signer,) = parts.signers
        value = signature_value(signer)
        stamped = self.supplies.stamp(lambda name: digests.digest(name, value), self.preferred)
        timed = splicing.with_unsigned_attribute(signer, SIGNATURE_TIME_STAMP, stamped.encoded)
        longer = splicing.put_together(
            splicing.with_signer_replaced(parts, signer, timed), content_info
        )
        if len(longer) > (gap[1] - gap[0] - 2) // 2:
            return None
        fill(self.path, gap, longer)
        return stamped

    def stamp_document(self) -> None:
        """Add a time-stamp of the whole document."""
        stamped: list[Token] = []

        def ask(digest_of: DigestOf) -> bytes:
            stamped.append(self.supplies.stamp(digest_of, self.preferred))
            return stamped[-1].encoded

        append_time_stamp(self.path, ask)
        self.document_stamps.append(stamped[-1])

    def keep_evidence(self, subjects: Sequence[Subject], material: Material) -> None:
        """Add the evidence for these certificates to the security store, all of it or none.

        ``material`` is at hand and need not be fetched. Raises EVIDENCE_INCOMPLETE.
        """
        found: dict[str, Material] = {}
        for subject in subjects:
            proof = self.supplies.prove(subject.certificate, subject.at, material)
            one = Material((*proof.certificates, *proof.others), proof.crls, proof.ocsp)
            found[subject.name] = found.get(subject.name, Material()) + one
            material += one
        append_evidence(
            self.path,
            [Evidence(name, one) for name, one in found.items()],
            datetime.now(UTC),
        )


def subjects_of(stamps: Iterable[Token], name: str) -> list[Subject]:
    """Return the authorities of time-stamps as subjects of a signature's evidence."""
    return [Subject(stamp.authority, stamp.time, name) for stamp in stamps]


def material_of_stamps(stamps: Iterable[Token]) -> Material:
    """Return what came with time-stamps."""
    found = Material()
    for stamp in stamps:
        found += material_of_token(stamp.encoded)
    return found


def signature_value(signer: bytes) -> bytes:
    """Return the signature value of a SignerInfo of ours: the octets a time-stamp is over."""
    strings = [one for one in tlv.read_whole(signer).children() if one.tag == tlv.OCTET_STRING]
    return strings[-1].contents
