"""Authorities that lie, fall silent or are not there: the signature is saved at level B, and says why."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from levels_lab import codes, serving
from signing_lab import TEXT, InlineWorkers, others, refused, sign_with
from stand_ins.contract import make_contract
from stand_ins.pki import pki_of
from stand_ins.servers import Reply
from stand_ins.time_authority import POLICY, Lie, make_time_authority, time_authority_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.evidence import supplies
from app.crypto.model import EvidenceOrder, SignatureLevel, TimeStampServer, TrustMaterial
from app.crypto.network.policy import NetworkPolicy
from app.crypto.signing import cades
from app.crypto.signing import levels as signing_levels
from app.crypto.signing.completing import Completed, NewSignature
from app.crypto.timestamps.client import TimeStamping
from app.crypto.verdict.report import Indication
from app.errors import ErrorCode, RoscherkError

T, LTA = SignatureLevel.T, SignatureLevel.LTA


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nobody between attempts."""
    hasty = partial(TimeStamping, pauses=(0.0, 0.0, 0.0))
    monkeypatch.setattr(supplies, "TimeStamping", hasty)


@pytest.mark.parametrize("lie", list(Lie))
def test_every_lie_ends_at_level_b(tmp_path: Path, source: Path, lie: Lie):
    """No lie is embedded; the signature is there, good, and the answer says what lacks."""
    with serving(tmp_path) as lab:
        url = lab.server.tsa(time_authority_of(lab.algorithm).lying(lie))
        server = TimeStampServer(url=url, policy=POLICY)
        signed = lab.sign(source, T, evidence=lab.order(servers=(server,)))
        assert signed.level == "CAdES-BES"
        assert signed.shortfall is not None
        assert signed.shortfall.code in {
            ErrorCode.TIME_STAMP_WRONG,
            ErrorCode.TIME_STAMP_REFUSED,
            ErrorCode.TIME_STAMP_UNAVAILABLE,
            ErrorCode.NETWORK_FAILED,
        }
        report = lab.report(signed.target)
        assert (report.verdict, report.level) == (Indication.TOTAL_PASSED, "CAdES-BES")
        assert report.signing_time.rfc3161 is None
        assert not {one for one in codes(report) if one.startswith(("level_", "unsigned_"))}
        assert source.read_bytes() == TEXT
        assert others(tmp_path, source, signed.target) == [f"trust-{lab.algorithm}"]


def test_lies_of_old_certificates(tmp_path: Path, source: Path):
    """An authority that may not stamp, or is a stranger's, ends there too."""
    with serving(tmp_path) as lab:
        for authority in (
            make_time_authority(lab.pki, purposes=()),
            make_time_authority(lab.pki, critical=False),
        ):
            url = lab.server.tsa(authority)
            signed = lab.sign(source, T, evidence=lab.order(url))
            assert (signed.level, signed.shortfall.code) == (
                "CAdES-BES",
                ErrorCode.TIME_STAMP_WRONG,
            )


def test_servers_that_fail(tmp_path: Path, source: Path):
    """5xx, silence, no such host, no server, no network: B is saved, and the reason told."""
    with serving(tmp_path) as lab:
        orders = [
            lab.order(lab.server.reply(Reply(503))),
            lab.order(lab.server.url("/nowhere")),
            lab.order("http://127.0.0.1:9/"),
            lab.order(servers=()),
            lab.order(network=NetworkPolicy()),
            EvidenceOrder(),
            lab.order(trust=TrustMaterial(anchors=(tmp_path / "missing",))),
        ]
        for order in orders:
            signed = lab.sign(source, LTA, evidence=order)
            assert signed.level == "CAdES-BES"
            assert signed.shortfall is not None
            assert ErrorCode(signed.shortfall.code)
            assert lab.report(signed.target).verdict is Indication.TOTAL_PASSED


def test_the_next_server_helps(tmp_path: Path, source: Path):
    """The list is gone through in its order."""
    with serving(tmp_path) as lab:
        liar = lab.server.tsa(time_authority_of(lab.algorithm).lying(Lie.NONCE))
        signed = lab.sign(source, T, evidence=lab.order(liar, lab.url))
        assert (signed.level, signed.shortfall) == ("CAdES-T", None)
        assert [use.url for use in signed.network] == [liar, lab.url]


def test_second_stamp_fails(tmp_path: Path, source: Path):
    """The level that was reached is kept when a later step fails."""
    with serving(tmp_path) as lab:
        good = time_authority_of(lab.algorithm)
        answers = iter([good, good.lying(Lie.IMPRINT)])

        class Fickle:
            def answer(self, request: bytes) -> bytes:
                return next(answers).answer(request)

        signed = lab.sign(source, LTA, evidence=lab.order(lab.server.tsa(Fickle())))
        assert signed.level == "CAdES-LT"
        assert signed.shortfall.code == ErrorCode.TIME_STAMP_WRONG


def test_our_own_error_loses_no_signature(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
):
    """Even an error of this program leaves the signature at level B."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(supplies.NetworkSupplies, "stamp", broken)
    with serving(tmp_path) as lab:
        signed = lab.sign(source, T)
        assert (signed.level, signed.shortfall.code) == ("CAdES-BES", ErrorCode.UNEXPECTED)


def test_cancelling_is_no_shortfall(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch):
    """Who calls it off gets nothing, not a lesser signature."""

    def cancelled(*_: object) -> None:
        raise RoscherkError(ErrorCode.CANCELLED)

    monkeypatch.setattr(supplies.NetworkSupplies, "stamp", cancelled)
    with serving(tmp_path) as lab:
        error = refused(lambda: lab.sign(source, T))
        assert error.code is ErrorCode.CANCELLED
        assert others(tmp_path, source) == [f"trust-{lab.algorithm}"]


def test_other_digest(tmp_path: Path, source: Path):
    """An authority that knows SHA-256 only serves a Streebog signer, up to LTA."""
    authority = make_time_authority(pki_of(KeyAlgorithm.GOST_512))
    with serving(
        tmp_path, KeyAlgorithm.GOST_512, authority=replace(authority, digests=("sha256",))
    ) as lab:
        for attached in (False, True):
            signed = lab.sign(source, LTA, attached=attached)
            assert (signed.level, signed.shortfall) == ("CAdES-LTA", None)
            assert lab.report(signed.target).verdict is Indication.TOTAL_PASSED


def test_evidence_too_large_for_a_reader(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
):
    """Evidence that our own reader would not take is left out, and the level before it kept."""
    monkeypatch.setattr(signing_levels, "MAX_METADATA", 5000)
    with serving(tmp_path) as lab:
        signed = lab.sign(source, LTA)
        assert signed.level == "CAdES-LT"
        assert signed.shortfall.code == ErrorCode.FORMAT_TOO_COMPLEX


@pytest.mark.parametrize("attached", [False, True])
def test_evidence_that_spoils_the_file(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, attached: bool
):
    """What our own reader does not stand for stays out, and the signature is saved without it."""

    def spoilt(new: NewSignature) -> Completed:
        return Completed(signer=new.signer[:-1] + bytes((new.signer[-1] ^ 1,)))

    monkeypatch.setattr(cades, "complete", spoilt)
    with serving(tmp_path) as lab:
        saved = lab.sign(source, SignatureLevel.T, attached=attached)
    assert (saved.level, saved.shortfall and saved.shortfall.code) == (
        "CAdES-BES",
        ErrorCode.SELF_CHECK_FAILED,
    )
    assert saved.target.exists()


def test_pdf_knows_no_x_long(tmp_path: Path):
    """X Long is a matter of CMS: a PDF says so before the key is asked."""
    pdf = make_contract(tmp_path / "document.pdf")
    with serving(tmp_path) as lab:
        error = refused(lambda: lab.sign(pdf, SignatureLevel.XL1))
        assert error.code is ErrorCode.LEVEL_UNSUITABLE
        assert others(tmp_path, pdf) == [f"trust-{lab.algorithm}"]


def test_time_for_the_network(tmp_path: Path, source: Path):
    """The worker gets the time that its waiting may take; without a level it gets none."""
    with serving(tmp_path) as lab:
        for level, least in ((SignatureLevel.B, 0.0), (T, 30.0)):
            workers = InlineWorkers()
            sign_with(lab.request(source, level), lab.algorithm, workers=workers)
            assert workers.waited[0] == 0.0
            assert workers.waited[1] >= least
            assert bool(workers.waited[1]) is bool(least)
