"""OpenSSL with its gost engine as referee: what we sign it accepts, what it signs we judge rightly."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.algorithms import der, digests, names, signatures
from app.algorithms.gost import signing, spki
from app.algorithms.names import KeyAlgorithm

_MESSAGE = "Счёт на оплату\n".encode() * 100

_SETS = [
    ("gost2012_256", "A", "1.2.643.2.2.35.1"),
    ("gost2012_256", "B", "1.2.643.2.2.35.2"),
    ("gost2012_256", "C", "1.2.643.2.2.35.3"),
    ("gost2012_256", "XA", "1.2.643.2.2.36.0"),
    ("gost2012_256", "XB", "1.2.643.2.2.36.1"),
    ("gost2012_256", "TCA", "1.2.643.7.1.2.1.1.1"),
    ("gost2012_256", "TCB", "1.2.643.7.1.2.1.1.2"),
    ("gost2012_256", "TCC", "1.2.643.7.1.2.1.1.3"),
    ("gost2012_256", "TCD", "1.2.643.7.1.2.1.1.4"),
    ("gost2012_512", "A", "1.2.643.7.1.2.1.2.1"),
    ("gost2012_512", "B", "1.2.643.7.1.2.1.2.2"),
    ("gost2012_512", "C", "1.2.643.7.1.2.1.2.3"),
]
_2001 = [("gost2001", name) for name in ("A", "B", "C", "XA", "XB")]
_OPTIONS = {
    KeyAlgorithm.GOST_2001: "-md_gost94",
    KeyAlgorithm.GOST_256: "-md_gost12_256",
    KeyAlgorithm.GOST_512: "-md_gost12_512",
}
each_set = pytest.mark.parametrize(
    ("algorithm", "name", "oid"), _SETS, ids=[f"{kind}-{name}" for kind, name, _ in _SETS]
)


@pytest.fixture
def message(tmp_path: Path) -> Path:
    """Return a file to be signed."""
    path = tmp_path / "счёт на оплату.txt"
    path.write_bytes(_MESSAGE)
    return path


def _pem(public_key: bytes, path: Path) -> Path:
    text = base64.encodebytes(public_key).decode()
    path.write_text(f"-----BEGIN PUBLIC KEY-----\n{text}-----END PUBLIC KEY-----\n")
    return path


def _signed_by_openssl(
    openssl: Callable[..., Any], message: Path, algorithm: str, name: str
) -> tuple[bytes, bytes]:
    """Make a key and a signature with the engine; return public key and signature."""
    key, target = message.with_name("key.pem"), message.with_name("signature.bin")
    openssl(
        *("genpkey", "-engine", "gost", "-algorithm", algorithm),
        *("-pkeyopt", f"paramset:{name}", "-out", key),
    )
    public = openssl("pkey", "-engine", "gost", "-in", key, "-pubout", "-outform", "DER").stdout
    kind = names.key_algorithm_of_spki(public)
    assert kind
    openssl("dgst", "-engine", "gost", _OPTIONS[kind], "-sign", key, "-out", target, message)
    return public, target.read_bytes()


@pytest.mark.parametrize(
    ("algorithm", "name"), [row[:2] for row in _SETS] + _2001, ids=lambda value: value
)
def test_we_verify_what_openssl_signs(
    openssl: Callable[..., Any], message: Path, algorithm: str, name: str
) -> None:
    """Every parameter set of both generations, by its true digest and no other message."""
    public_key, signature = _signed_by_openssl(openssl, message, algorithm, name)
    key = names.key_algorithm_of_spki(public_key)
    assert key
    own = next(row for row in names.SIGNATURES if row.keys == {key} and row.digest)
    asked: dict[str, Any] = {
        "algorithm": der.sequence(der.oid(own.oid)),
        "digest_name": names.default_digest(key),
        "signature": signature,
    }
    assert signatures.verify(public_key, message=_MESSAGE, **asked)
    assert not signatures.verify(public_key, message=_MESSAGE + b"\n", **asked)


@each_set
def test_openssl_verifies_what_we_sign(
    openssl: Callable[..., Any], message: Path, algorithm: str, name: str, oid: str
) -> None:
    """The engine accepts our signature, and refuses it once a bit is changed."""
    private, public = signing.generate(oid)
    encoded = spki.encode_public(oid, public)
    key = names.key_algorithm_of_spki(encoded)
    assert key
    assert (key is KeyAlgorithm.GOST_512) == (algorithm == "gost2012_512"), name
    with private:
        signature = private.sign(digests.digest(names.default_digest(key), _MESSAGE))
    target = message.with_name("signature.bin")
    arguments = ("dgst", "-engine", "gost", _OPTIONS[key], "-verify")
    rest = (_pem(encoded, message.with_name("public.pem")), "-signature", target, message)
    target.write_bytes(signature)
    assert b"Verified OK" in openssl(*arguments, *rest).stdout
    target.write_bytes(signature[:-1] + bytes((signature[-1] ^ 1,)))
    assert openssl(*arguments, *rest, ok=False).returncode != 0


@pytest.mark.parametrize("size", [32, 64])
def test_openssl_knows_the_rule_of_the_zero_digest(
    openssl: Callable[..., Any], tmp_path: Path, size: int
) -> None:
    """A digest of zeros is signed as e = 1, and the engine agrees."""
    oid = {32: "1.2.643.2.2.36.0", 64: "1.2.643.7.1.2.1.2.1"}[size]
    private, public = signing.generate(oid)
    with private:
        (tmp_path / "signature.bin").write_bytes(private.sign(bytes(size)))
    (tmp_path / "digest.bin").write_bytes(bytes(size))
    key = _pem(spki.encode_public(oid, public), tmp_path / "public.pem")
    result = openssl(
        *("pkeyutl", "-engine", "gost", "-verify", "-pubin", "-inkey", key),
        *("-in", tmp_path / "digest.bin", "-sigfile", tmp_path / "signature.bin"),
    )
    assert b"Verified Successfully" in result.stdout


def test_we_verify_pss_of_openssl(openssl: Callable[..., Any], message: Path) -> None:
    """RSASSA-PSS with the parameters that OpenSSL writes into an identifier."""
    key, target = message.with_name("key.pem"), message.with_name("signature.bin")
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
    public_key = openssl("pkey", "-in", key, "-pubout", "-outform", "DER").stdout
    openssl(
        *("dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"),
        *("-sign", key, "-out", target, message),
    )
    # the identifier that OpenSSL writes for PSS with SHA-256 and a salt of 32
    algorithm = bytes.fromhex(
        "304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
        "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"
    )
    assert signatures.verify(
        public_key,
        algorithm,
        digest_name="sha256",
        message=_MESSAGE,
        signature=target.read_bytes(),
    )
