"""Moments at the edge of what a calendar holds: nothing that names one may stop the program.

``99991231235959Z`` is how certificates say that they have no end (RFC 5280 §4.1.2.5), and any
responder or authority may write it, or the first hour of the year 1, wherever a time stands.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from stand_ins import ocsp_made
from stand_ins.ocsp_made import NO_CHECK, made
from stand_ins.pki import NOW, authority, pki_of
from stand_ins.time_authority import make_time_authority

from app.algorithms import der, digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.fields import describe
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.certificates.ocsp_check import OCSP_SIGNING
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.timestamps.checking import check_time_stamp
from app.crypto.timestamps.clock import skew_notice
from app.crypto.verdict.facts import RevocationFacts, RevocationStatus, TimeStampKind
from app.errors import RoscherkError
from app.texts import showing

EC = KeyAlgorithm.ECDSA_P256
PKI = pki_of(EC)
CA = PKI.ca_issuer
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)
GOOD, UNKNOWN = RevocationStatus.GOOD, RevocationStatus.UNKNOWN


def asked(*answers: bytes, at: datetime = NOW) -> RevocationFacts:
    """Return what answers say of the person's certificate."""
    trust = LoadedTrust.of([PKI.root], [PKI.ca])
    chain = build_chain(PKI.leaf, ocsp=answers, trust=trust, at=at, now=max(at, NOW))
    return chain.links[0].revocation


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"next_update": LAST}, GOOD),
        ({"this_update": LAST}, UNKNOWN),
        ({"produced_at": LAST}, UNKNOWN),
        ({"this_update": FIRST, "next_update": FIRST}, UNKNOWN),
        ({"this_update": FIRST, "next_update": None}, UNKNOWN),
    ],
)
def test_answers(fields: dict[str, datetime], status: RevocationStatus):
    """A responder may name any moment, a time-stamp may ask for any."""
    told = made(PKI.leaf, PKI.ca, CA.key, **fields)  # type: ignore[arg-type]
    assert asked(told).status is status
    for at in (FIRST, LAST):
        assert asked(told, at=at).status in {GOOD, UNKNOWN}


def test_responder_without_end():
    """The certificate of a responder may have no end."""
    key = EphemeralKey.generate(EC)
    purpose = build.extended_key_usage(OCSP_SIGNING)
    certificate = CA.issue(
        key.public, subject=authority("Служба"), not_after=LAST, extensions=(purpose, NO_CHECK)
    )
    told = made(PKI.leaf, PKI.ca, key, certificates=(certificate,))
    assert asked(told).status is GOOD
    assert asked(told, at=LAST).status is UNKNOWN


def test_time_stamp():
    """A stranger's token with a stranger's answers: facts, whatever its time is."""
    stranger = replace(make_time_authority(PKI), at=LAST, accuracy=None)
    told = made(stranger.certificate, PKI.ca, CA.key)
    trust = LoadedTrust.of([PKI.root], [PKI.ca])
    facts = check_time_stamp(
        stranger.token("sha256", digests.digest("sha256", b"x")),
        lambda name: digests.digest(name, b"x"),
        TimeStampKind.SIGNATURE,
        lambda leaf, pool, crls, ocsp, moment: build_chain(
            leaf, pool=pool, crls=crls, ocsp=(*ocsp, told), trust=trust, at=moment
        ),
    )
    assert facts.time == LAST


@pytest.mark.parametrize("text", [b"00010101000000+2359", b"99991231235959-2359"])
def test_offset_out_of_the_calendar(text: bytes):
    """A validity that no calendar holds is a damaged certificate, not an accident."""
    old = ocsp_made.time(LAST)
    certificate = PKI.issue(not_after=LAST)
    assert certificate.count(old) == 1
    with pytest.raises(RoscherkError):
        describe(_replaced(certificate, old, bytes((0x18, len(text))) + text))


def _replaced(certificate: bytes, old: bytes, new: bytes) -> bytes:
    """Put another time into a certificate and mend the lengths around it."""
    tbs, algorithm, signature = der.read(certificate).children()
    fields = []
    for field in tbs.children():
        content = field.content.replace(old, new)
        fields.append(der.element(field.tag, content))
    inside = der.sequence(*fields)
    rest = (der.element(one.tag, one.content) for one in (algorithm, signature))
    return der.sequence(inside, *rest)


def test_clocks_far_apart():
    """However far an authority's clock is off, and however vague it is."""
    for moment in (FIRST, LAST):
        for accuracy in (0.0, float(1 << 31)):
            notice = skew_notice(moment, NOW, NOW, accuracy)
            assert notice is not None or accuracy


@pytest.fixture(params=["Europe/Moscow", "Pacific/Honolulu"])
def _zone(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("_zone")
@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone cannot be set here")
@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_moments_are_shown(moment: datetime):
    """Both faces show the end of every certificate in local time, if there is one."""
    year = f"{moment.year}"
    assert showing.local_date(moment).endswith(year)
    assert year in showing.local_time(moment)
    assert year in showing.utc_time(moment)
