"""The two messages of the protocol, written and read."""

from pathlib import Path

import pytest
from asn1crypto import tsp
from hypothesis import given
from hypothesis import strategies as st
from stamping_lab import digest_of, quick_tsa
from stand_ins import openssl
from stand_ins.time_authority import Lie, TimeAuthority, refusal, sequence, status_only

from app.crypto.timestamps.messages import Request, Response, read_response
from app.errors import ErrorCode, RoscherkError


def request(**changes: object) -> Request:
    """Return a request."""
    fields = {"digest_name": "sha256", "digest": digest_of("sha256"), "nonce": 2**63 + 5}
    return Request(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["sha256", "sha512", "streebog256", "streebog512"])
@pytest.mark.parametrize("policy", [None, "1.2.643.2.2.38.4"])
def test_request(name: str, policy: str | None) -> None:
    """A request asks for the certificate, names a nonce, and is read back by another library."""
    encoded = request(digest_name=name, digest=digest_of(name), policy=policy).encode()
    read = tsp.TimeStampReq.load(encoded, strict=True)
    assert read.dump(force=True) == encoded
    assert read["version"].native == "v1"
    assert read["message_imprint"]["hash_algorithm"]["algorithm"].native == name
    assert read["message_imprint"]["hashed_message"].native == digest_of(name)
    assert read["req_policy"].native == policy or read["req_policy"].dotted == policy
    assert read["nonce"].native == 2**63 + 5
    assert read["cert_req"].native is True


def test_request_for_the_referee(tmp_path: Path) -> None:
    """OpenSSL reads the same out of a request."""
    openssl.demand()
    (tmp_path / "a.tsq").write_bytes(request(policy="1.2.3.4").encode())
    text = openssl.succeed("ts", "-query", "-in", tmp_path / "a.tsq", "-text").decode()
    assert "Hash Algorithm: sha256" in text
    assert "Policy OID: 1.2.3.4" in text
    assert "Nonce: 0x8000000000000005" in text
    assert "Certificate required: yes" in text


def test_granted() -> None:
    """The token is handed on as it came."""
    token = quick_tsa().token("sha256", digest_of("sha256"))
    for status in (0, 1):
        answer = read_response(sequence(status_only(status), token))
        assert answer == Response(granted=True, token=token)


@pytest.mark.parametrize("status", [2, 3, 4, 5, 6, 77])
def test_refused(status: int) -> None:
    """Every other status is a refusal, with the authority's own words."""
    answer = read_response(refusal(status, None, "Не сегодня"))
    assert answer == Response(granted=False, token=None, text="Не сегодня")


@pytest.mark.parametrize(
    ("bit", "name"),
    [
        (0, "bad_alg"),
        (2, "bad_request"),
        (5, "bad_data_format"),
        (14, "time_not_available"),
        (15, "unaccepted_policy"),
        (16, "unaccepted_extension"),
        (17, "add_info_not_available"),
        (25, "system_failure"),
        (3, "unspecified"),
    ],
)
def test_failures_are_named(bit: int, name: str) -> None:
    """The bits of PKIFailureInfo have the names of the standard."""
    assert read_response(refusal(2, bit)).failure == name


def test_long_words() -> None:
    """An authority that talks too much is cut short."""
    assert len(read_response(refusal(2, None, "Ж" * 5000)).text) == 300


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\x00",
        b"\x30\x80\x00\x00",
        b"<html></html>",
        status_only(0),
        sequence(status_only(0)) + b"\0",
        sequence(status_only(0), status_only(0), status_only(0)),
        sequence(b"\x30\x02\x02\x00"),
        sequence(b"\x30\x03\x02\x01\x00", b"\x04\x00"),
        sequence(b"\x30\x07\x02\x01\x02\x30\x02\x0c\x05"),
        sequence(b"\x30\x07\x02\x01\x02\x30\x02\x13\x00"),
        sequence(b"\x30\x05\x02\x01\x02\x03\x00"),
        sequence(b"\x30\x06\x02\x01\x02\x03\x01\x09"),
        bytes(2 << 20),
    ],
)
def test_no_response(data: bytes) -> None:
    """What is no TimeStampResp is an error with the place."""
    with pytest.raises(RoscherkError) as caught:
        read_response(data)
    assert caught.value.code is ErrorCode.FORMAT_DAMAGED


@given(st.binary(max_size=200))
def test_any_octets(data: bytes) -> None:
    """No octets make the reader stumble."""
    _read_or_refuse(data)


@given(st.data())
def test_damaged_responses(data: st.DataObject) -> None:
    """No change of a good response makes the reader stumble."""
    good = data.draw(st.sampled_from([_good(), refusal(2, 14, "нет")]))
    place = data.draw(st.integers(0, len(good) - 1))
    octet = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(place, len(good)))
    _read_or_refuse(good[:place] + bytes([octet]) + good[place + 1 : cut])


def _good() -> bytes:
    return sequence(status_only(0), _TOKEN)


def _read_or_refuse(data: bytes) -> None:
    try:
        answer = read_response(data)
    except RoscherkError:
        return
    assert isinstance(answer, Response)


_AUTHORITY: TimeAuthority = quick_tsa().lying(Lie.NO_CERTIFICATE)
_TOKEN = _AUTHORITY.token("sha256", digest_of("sha256"))
