"""Signing at a level: every kind, held against referees that know nothing of our code."""

import os
from itertools import product
from pathlib import Path

import pytest
from imprint_referee import (
    ARCHIVE_V3,
    REFERENCES_TIME_STAMP,
    SIGNATURE_TIME_STAMP,
    Seen,
    openssl_accepts,
    read_index,
)
from levels_lab import LEVELS, Lab, codes, serving
from signing_lab import TEXT
from stand_ins import openssl

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import Encoding, SignatureLevel, SignerIdentifier, SigningAct
from app.crypto.verdict.report import Indication

RSA, ECDSA = KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256
GOST_256, GOST_512 = KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512
T, XL1, LT, LTA = (
    SignatureLevel.T,
    SignatureLevel.XL1,
    SignatureLevel.LT,
    SignatureLevel.LTA,
)
ONE, THREE, COUNTER = "one", "three", "counter-signed"

PAIRS = [
    (RSA, False, T, ONE),
    (RSA, True, XL1, THREE),
    (RSA, False, LT, COUNTER),
    (RSA, True, LTA, ONE),
    (ECDSA, True, T, COUNTER),
    (ECDSA, False, XL1, ONE),
    (ECDSA, True, LT, THREE),
    (ECDSA, False, LTA, THREE),
    (GOST_256, True, T, THREE),
    (GOST_256, False, XL1, COUNTER),
    (GOST_256, True, LT, ONE),
    (GOST_256, False, LTA, ONE),
    (GOST_512, False, T, ONE),
    (GOST_512, True, XL1, ONE),
    (GOST_512, False, LT, THREE),
    (GOST_512, True, LTA, COUNTER),
]
"""Every two of the four properties meet."""

WHOLE = [
    *product(
        (RSA, ECDSA, GOST_256, GOST_512), (False, True), (T, XL1, LT, LTA), (ONE, THREE, COUNTER)
    )
]
MATRIX = WHOLE if os.environ.get("ROSCHERK_WHOLE_MATRIX") else PAIRS


@pytest.mark.parametrize(("algorithm", "attached", "level", "shape"), MATRIX)
def test_every_kind(  # noqa: PLR0917 - the properties of the matrix
    tmp_path: Path,
    source: Path,
    algorithm: KeyAlgorithm,
    attached: bool,
    level: SignatureLevel,
    shape: str,
):
    """It has its level, is accepted by OpenSSL, and every time-stamp is over the right octets."""
    openssl.demand()
    with serving(tmp_path, algorithm) as lab:
        signed = lab.sign(source, level, attached=attached)
        assert signed.shortfall is None
        assert signed.level == LEVELS[level]
        path = signed.target
        count = 3 if shape == THREE else 1
        for _ in range(count - 1):
            path = lab.act(SigningAct.CO_SIGN, path, level).target
        if shape == COUNTER:
            counter_level = LT if level is LTA else level
            if level is LTA:
                # What is archived cannot be countersigned any more: that comes first.
                path = lab.sign(source, T, attached=attached).target
            made = lab.act(SigningAct.COUNTER_SIGN, path, counter_level, countersigned=1)
            assert (made.level, made.shortfall) == (LEVELS[counter_level], None)
            path = made.target
            if level is LTA:
                path = lab.raise_file(path, LTA, numbers=(1,)).target
        _demand_all(lab, path, level, source, attached=attached)
        for number in range(count):
            _demand_imprints(lab, path.read_bytes(), number, level, tmp_path)


def _demand_all(
    lab: Lab, path: Path, level: SignatureLevel, source: Path, *, attached: bool
) -> None:
    """Demand that every signature passes, with a proved time, and that OpenSSL accepts the file."""
    verification = lab.verify(path)
    for report in verification.report.signatures:
        assert report.verdict is Indication.TOTAL_PASSED, report.reasons
        wanted = LT if report.parent is not None and level is LTA else level
        assert report.level == LEVELS[wanted]
        assert report.signing_time.rfc3161 is not None
        assert not {one for one in codes(report) if one.startswith(("level_", "unsigned_"))}
    good, words = openssl.verify(
        path, content=None if attached else source, root=lab.pki.root, out=path.with_suffix(".out")
    )
    assert good, words


def _demand_imprints(
    lab: Lab, data: bytes, number: int, level: SignatureLevel, folder: Path
) -> None:
    """Let ``openssl ts`` hold each token against octets computed by asn1crypto."""
    seen = Seen.of(data)
    octets = {SIGNATURE_TIME_STAMP: bytes(seen.signer(number)["signature"].native)}
    if level is XL1:
        octets[REFERENCES_TIME_STAMP] = seen.references_octets(number)
    if level is LTA:
        (token,) = seen.tokens(ARCHIVE_V3, number)
        octets[ARCHIVE_V3] = seen.archive_octets(token, TEXT, number)
    for oid, expected in octets.items():
        (token,) = seen.tokens(oid, number)
        openssl_accepts(token, expected, folder, lab.pki.root, lab.pki.ca)


def test_index_names_all_that_is_there(tmp_path: Path, source: Path):
    """The index of an archive time-stamp has each certificate, list and attribute value, sorted."""
    with serving(tmp_path) as lab:
        data = lab.sign(source, LTA).target.read_bytes()
    seen = Seen.of(data)
    (token,) = seen.tokens(ARCHIVE_V3)
    assert read_index(token) == seen.expected_index(token)


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("identifier", list(SignerIdentifier))
def test_forms(tmp_path: Path, source: Path, encoding: Encoding, identifier: SignerIdentifier):
    """Text form and key identifiers make no difference."""
    with serving(tmp_path) as lab:
        signed = lab.sign(source, LTA, encoding=encoding, identifier=identifier, attached=True)
        assert (signed.level, signed.shortfall) == ("CAdES-LTA", None)
        assert lab.report(signed.target).verdict is Indication.TOTAL_PASSED


def test_network_is_told(tmp_path: Path, source: Path):
    """What was asked of the network is in the answer, line by line."""
    with serving(tmp_path) as lab:
        signed = lab.sign(source, XL1)
        uses = [(use.url, use.purpose.value, use.outcome) for use in signed.network]
        assert uses == [(lab.url, "time_stamp", "ok")] * 2
