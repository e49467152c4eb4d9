"""Certificates and lists come in many wrappings."""

import base64
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_ins import openssl
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.reading import read_certificates, read_material
from app.errors import ErrorCode, RoscherkError

PKI = pki_of(KeyAlgorithm.GOST_256)


def pem(data: bytes, label: str = "CERTIFICATE") -> bytes:
    """Write PEM as openssl does."""
    text = base64.encodebytes(data).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PKI.leaf, [PKI.leaf]),
        (PKI.leaf + PKI.ca, [PKI.leaf, PKI.ca]),
        (PKI.leaf + b"\r\n\0\0", [PKI.leaf]),
        (pem(PKI.leaf) + b"noise\n" + pem(PKI.ca), [PKI.leaf, PKI.ca]),
        (b"\xef\xbb\xbf" + pem(PKI.leaf).replace(b"\n", b"\r\n"), [PKI.leaf]),
        (b"Bag Attributes\n" + pem(PKI.leaf, "X509 CERTIFICATE"), [PKI.leaf]),
        (pem(PKI.leaf + b"\x30\x00", "TRUSTED CERTIFICATE"), [PKI.leaf]),
        (base64.b64encode(PKI.leaf), [PKI.leaf]),
        (base64.encodebytes(PKI.leaf).replace(b"\n", b"\r\n "), [PKI.leaf]),
        (pem(b"secret", "PRIVATE KEY") + pem(PKI.leaf), [PKI.leaf]),
    ],
)
def test_certificates_are_found(data: bytes, expected: list[bytes]):
    """DER, PEM, several of them, bare base64: in the order of the file."""
    assert read_certificates(data) == expected


def test_lists_are_told_from_certificates():
    """A file may hold both."""
    material = read_material(
        pem(PKI.crls[0], "X509 CRL") + pem(PKI.root) + pem(PKI.crls[1], "X509 CRL")
    )
    assert material.certificates == [PKI.root]
    assert material.crls == list(PKI.crls)
    assert read_material(PKI.crls[1]).crls == [PKI.crls[1]]


@pytest.mark.parametrize("form", ["DER", "PEM"])
def test_pkcs7_of_the_referee_is_read(form: str, tmp_path: Path):
    """A bundle that openssl made gives its certificates and its list."""
    openssl.demand()
    (tmp_path / "all.pem").write_bytes(pem(PKI.leaf) + pem(PKI.ca))
    (tmp_path / "list.pem").write_bytes(pem(PKI.crls[0], "X509 CRL"))
    openssl.succeed(
        "crl2pkcs7", "-in", tmp_path / "list.pem", "-certfile", tmp_path / "all.pem",
        "-outform", form, "-out", tmp_path / "all.p7b",
    )  # fmt: skip
    material = read_material((tmp_path / "all.p7b").read_bytes())
    assert material.certificates == [PKI.leaf, PKI.ca]
    assert material.crls == [PKI.crls[0]]


def test_bundles_of_others_are_read(data_folder: Path):
    """PKCS #7 files that GnuTLS's tests carry hold what their names say."""
    assert len(read_certificates((data_folder / "cms-gnutls/single-ca.p7b").read_bytes())) == 1
    assert len(read_certificates((data_folder / "cms-gnutls/full.p7b").read_bytes())) >= 2


@pytest.mark.parametrize(
    "data", [b"", b"text", b"%PDF-1.7", b"\x30", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff"]
)
def test_nothing_found_is_told(data: bytes):
    """A file without certificates is an error with a code."""
    with pytest.raises(RoscherkError) as caught:
        read_certificates(data)
    assert caught.value.code is ErrorCode.FORMAT_UNKNOWN


@given(st.binary(max_size=400))
def test_any_bytes_are_survived(data: bytes):
    """Whatever a file holds, reading it ends in an answer."""
    read_material(data)
    read_material(b"\x30\x80\x06\x09" + data)
    read_material(PKI.leaf[:40] + data)


def test_many_beginnings_take_no_time():
    """Text that begins blocks and never ends them is read once, not once for each."""
    begin = time.perf_counter()
    assert read_material(b"-----BEGIN CERTIFICATE-----\n" * 100_000).certificates == []
    assert read_material(b"-----BEGIN WHATEVER-----\n" * 100_000).certificates == []
    assert time.perf_counter() - begin < 2
