"""Past validation by real files: what ended since, and what proves that it held when it counted.

PAdES-LTA whose authority of time has ended; lists of an issuing authority that has ended.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pdf_levels_lab import Lab, lab
from stand_ins import servers
from stand_ins.contract import make_contract
from stand_ins.everyday import DAY, HOUR, NOW, Office
from stand_ins.pki import Pki, make_pki
from stand_ins.signed_pdf import NoProgress
from stand_ins.time_authority import TimeAuthority, make_time_authority

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import SignatureLevel, TrustMaterial, Verification, VerifyRequest
from app.crypto.raising import tasks as raising_tasks
from app.crypto.raising.model import RaiseRequest
from app.crypto.saving import new_job
from app.crypto.verdict.facts import Level
from app.crypto.verdict.report import FileReport, Indication, SubIndication
from app.crypto.verifying import tasks as verifying_tasks

EC = KeyAlgorithm.ECDSA_P256
MONTH, YEAR = timedelta(days=30), timedelta(days=365)


class Aged:
    """A contract signed today at B-LTA by people and authorities that end within a month."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, datetime.now(UTC).replace(microsecond=0)
        pki = make_pki(EC)
        self.pki = replace(pki, leaf=pki.issue(not_after=self.now + 20 * DAY))
        self.ending = make_time_authority(pki, not_after=self.now + MONTH)
        self.lasting = make_time_authority(pki)
        with servers.running() as server:
            self.signed = self._lab(server, self.ending).sign(
                make_contract(folder / "Договор.pdf"), SignatureLevel.LTA
            )
        assert self.signed.shortfall is None

    def _lab(self, server: servers.Server, tsa: TimeAuthority) -> Lab:
        return lab(self.folder / "lab", EC, server, pki=self.pki, tsa=tsa)

    def kept_up(self) -> Path:
        """Put a further document time-stamp over it, by an authority that lasts."""
        with servers.running() as server:
            room = self._lab(server, self.lasting)
            request = RaiseRequest(
                source=self.signed.target,
                level=SignatureLevel.LTA,
                job=new_job(),
                evidence=room.order,
                output=self.folder / "дальше.pdf",
            )
            return raising_tasks.raise_file(request, NoProgress()).target

    def verified(self, path: Path, at: datetime) -> FileReport:
        """Verify on a later day, with a list of that day and one of the day after the signing."""
        issuer, root = self.pki.ca_issuer, self.pki.root_issuer
        lists = [
            one.crl(this_update=made, next_update=made + 7 * DAY, number=number)
            for number, made in enumerate((self.now + DAY, at - HOUR), 2)
            for one in (issuer, root)
        ]
        place = self.folder / f"trust {at:%Y}"
        trust = _trust(place, [self.pki.root], [self.pki.ca], lists)
        request = VerifyRequest(path=path, trust=trust, at=at, now=at)
        return verifying_tasks.verify(request, NoProgress()).report


def _trust(
    place: Path, roots: Sequence[bytes], authorities: Sequence[bytes], lists: Sequence[bytes]
) -> TrustMaterial:
    for name, files in (("roots", roots), ("authorities", authorities), ("lists", lists)):
        (place / name).mkdir(parents=True)
        for number, data in enumerate(files):
            (place / name / f"{number}.der").write_bytes(data)
    return TrustMaterial(
        anchors=(place / "roots",),
        intermediates=(place / "authorities",),
        crls=(place / "lists",),
    )


def test_authority_of_time_has_ended(tmp_path: Path) -> None:
    """At B-LTA nothing stands over the last stamp: when its authority ends, it proves nothing more."""
    aged = Aged(tmp_path)
    fresh = aged.verified(aged.signed.target, aged.now + 2 * DAY)
    assert fresh.verdict is Indication.TOTAL_PASSED
    assert fresh.signatures[0].level is Level.PADES_B_LTA
    report = aged.verified(aged.signed.target, aged.now + YEAR)
    own = report.signatures[0]
    assert (report.verdict, own.sub_indication) == (
        Indication.INDETERMINATE,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
    )
    assert "level_stamp_authority_ended" in {one.code for one in own.warnings}
    assert own.signing_time.rfc3161 is None


def test_authority_of_time_has_ended_under_a_later_stamp(tmp_path: Path) -> None:
    """A further stamp that was made in time keeps all of it up, years later."""
    aged = Aged(tmp_path)
    path = aged.kept_up()
    for later in (YEAR, 5 * YEAR):
        report = aged.verified(path, aged.now + later)
        own = report.signatures[0]
        assert (own.verdict, own.sub_indication) == (Indication.TOTAL_PASSED, None)
        assert own.level is Level.PADES_B_LTA
        assert own.signing_time.rfc3161 is not None
        assert abs(own.signing_time.rfc3161 - aged.now) < HOUR


class Elsewhere:
    """An act of two years ago, whose issuing authority has ended since; time by another authority."""

    begun = NOW - 730 * DAY
    at = begun + 200 * DAY

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder, make_pki(EC))
        self.time = Office(folder / "time", make_pki(EC))
        self.former = self.office.former_authority(NOW - 100 * DAY)
        person = self.office.person(self.begun)
        self.path = self.office.sign(self.office.document(), person, self.at, chain=(self.former,))
        self.office.stamped(self.path, self.time.authority_of_time(self.begun), self.at)

    def verified(self, *made: datetime) -> Verification:
        """Verify with lists of the ended authority of these moments, all that is left of it."""
        others = [self.time.root_list(), self.time.list_of(NOW - HOUR)]
        others += [self.time.list_of(self.at + DAY), _root_list(self.time.pki, self.at + DAY)]
        others += [_root_list(self.office.pki, self.at + DAY)]
        return self.office.verify(
            self.path,
            *others,
            *(self.office.list_of(one) for one in made),
            roots=[self.office.pki.root, self.time.pki.root],
            authorities=[self.time.pki.ca],
        )


def _root_list(pki: Pki, made: datetime) -> bytes:
    return pki.root_issuer.crl(this_update=made, next_update=made + 90 * DAY, number=9)


def test_list_of_an_authority_that_has_ended(tmp_path: Path) -> None:
    """A list that it made while it stood proves for then, though its certificate has ended since."""
    past = Elsewhere(tmp_path)
    report = past.verified(past.at + DAY).report
    (own,) = report.signatures
    assert (own.verdict, own.sub_indication) == (Indication.TOTAL_PASSED, None)
    assert own.signing_time.rfc3161 == past.at


@pytest.mark.parametrize("day", [180, 455, 729])
def test_lists_that_prove_nothing_for_then(tmp_path: Path, day: int) -> None:
    """One from before the signing, from after the person's end, from after the authority's end."""
    past = Elsewhere(tmp_path)
    report = past.verified(past.begun + day * DAY).report
    (own,) = report.signatures
    assert own.verdict is Indication.INDETERMINATE
    assert own.sub_indication in {
        SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        SubIndication.NO_POE,
    }
