"""The responders of these tests are no inventions: the referee takes what ours say, and serves."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import core, ocsp
from stand_ins import openssl, servers
from stand_ins.ocsp_responder import certificate_id, ocsp_responder
from stand_ins.openssl_services import OpensslOcsp, pem, run
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.outline import Outline
from app.crypto.network.fetching import Network
from app.crypto.network.policy import Purpose

KEYS = (KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256, KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512)


@pytest.fixture(autouse=True)
def _referee() -> None:
    openssl.demand()


def serial_of(certificate: bytes) -> int:
    """Return the serial number."""
    return int.from_bytes(Outline.read(certificate).serial)


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize(("delegated", "revoked"), [(False, True), (True, False)])
def test_ours_before_the_referee(
    tmp_path: Path, algorithm: KeyAlgorithm, *, delegated: bool, revoked: bool
) -> None:
    """The referee verifies our responder's answer and reads the state out of it."""
    pki = pki_of(algorithm)
    responder = ocsp_responder(pki, delegated=delegated)
    if revoked:
        when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        responder = replace(responder, revoked={serial_of(pki.leaf): (when, 6)})
    (tmp_path / "a.ors").write_bytes(responder.about(pki.leaf, pki.ca))
    done = run(
        tmp_path,
        "ocsp", "-respin", "a.ors", "-issuer", pem(tmp_path, "ca", pki.ca),
        "-cert", pem(tmp_path, "leaf", pki.leaf), "-CAfile", pem(tmp_path, "root", pki.root),
        "-verify_other", tmp_path / "ca.pem",
    )  # fmt: skip
    assert b"Response verify OK" in done.stderr
    assert (b"certificateHold" if revoked else b"good") in done.stdout


@pytest.mark.parametrize("algorithm", KEYS)
def test_the_referee_behind_http(tmp_path: Path, algorithm: KeyAlgorithm) -> None:
    """``openssl ocsp`` answers through the small server and our network object."""
    pki = pki_of(algorithm)
    responder = OpensslOcsp.make(tmp_path, pki, good=[serial_of(pki.leaf)])
    with servers.running() as server:
        question = ocsp.OCSPRequest(
            {
                "tbs_request": {
                    "request_list": [{"req_cert": certificate_id(pki.leaf, pki.ca)}],
                    "request_extensions": [
                        {"extn_id": "nonce", "extn_value": core.OctetString(b"12345678")}
                    ],
                }
            }
        )
        answer = Network(server.policy()).post(
            server.ocsp(responder), question.dump(), "application/ocsp-request", Purpose.OCSP
        )
    read = ocsp.OCSPResponse.load(answer)
    assert read["response_status"].native == "successful"
    assert read.nonce_value.native == b"12345678"
    assert read.response_data["responses"][0]["cert_status"].name == "good"
