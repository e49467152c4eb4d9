"""Hostile signatures: algorithms that are not what they are called, values outside their range."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from attacks.cms_forge import (
    PROTECTION,
    SEQUENCE,
    Scene,
    algorithm,
    attributes,
    digest_of,
    signer,
    usual,
)
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from stand_ins.pki import Pki, make_pki

from app.algorithms import der, digests, names
from app.algorithms.gost import curves, spki
from app.algorithms.gost import signing as gost_signing
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import issuing
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.cms import tlv

Build = Callable[[Pki], Scene]
NULL = b"\x05\x00"
_INFOS = {
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
}
_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_TEST_SETS = {
    KeyAlgorithm.GOST_256: "1.2.643.2.2.35.0",
    KeyAlgorithm.GOST_512: "1.2.643.7.1.2.1.2.0",
}


def _value(pki: Pki, value: bytes) -> Scene:
    return usual(pki, signer(pki, signature=value))


def _named(pki: Pki, oid: str, parameters: bytes = b"", **how: Any) -> Scene:
    kept = attributes(pki, without=(PROTECTION,))
    named = algorithm(oid, parameters)
    return usual(pki, signer(pki, attributes_=kept, signature_algorithm=named, **how))


def _by_another(pki: Pki) -> Scene:
    return usual(pki, signer(pki, sign=_stranger(pki.algorithm).sign))


@cache
def _stranger(kind: KeyAlgorithm) -> EphemeralKey:
    return EphemeralKey.generate(kind)


def _other_digest(pki: Pki, name: str) -> Scene:
    """Name another digest than the one that was signed with."""
    made = signer(pki, digest_name=name, sign=pki.leaf_key.sign)
    return usual(pki, made)


def _other_digest_unprotected(pki: Pki, name: str) -> Scene:
    kept = attributes(pki, digest_name=name, without=(PROTECTION,))
    return usual(pki, signer(pki, digest_name=name, attributes_=kept))


def _other_family(pki: Pki) -> Scene:
    """Name the signature algorithm of another family."""
    oid = "1.2.643.7.1.1.3.2" if not pki.algorithm.is_gost else "1.2.840.10045.4.3.2"
    return _named(pki, oid)


def _test_set(pki: Pki) -> Scene:
    key = _test_key(pki.algorithm)
    certificate = pki.issue(key.public)
    made = signer(pki, certificate=certificate, sign=key.sign)
    return usual(pki, made, certificates=(certificate, pki.ca))


@cache
def _test_key(kind: KeyAlgorithm) -> EphemeralKey:
    curve = _TEST_SETS[kind]
    private, public = gost_signing.generate(curve, allow_test=True)
    signer_ = issuing._GostSigner(private, names.default_digest(kind))
    return EphemeralKey(kind, signer_, spki.encode_public(curve, public))


def _moved_key(pki: Pki, curve: str) -> Scene:
    """Put the same point under the name of another curve."""
    usual_curve = {
        KeyAlgorithm.GOST_256: "1.2.643.7.1.2.1.1.2",
        KeyAlgorithm.GOST_512: "1.2.643.7.1.2.1.2.1",
    }[pki.algorithm]
    public = pki.leaf_key.public.replace(der.oid(usual_curve), der.oid(curve))
    return _with_key(pki, public)


def _with_key(pki: Pki, public: bytes, value: bytes | None = None) -> Scene:
    certificate = pki.issue(public)
    sign = pki.leaf_key.sign if value is None else None
    made = signer(pki, certificate=certificate, sign=sign, signature=value)
    return usual(pki, made, certificates=(certificate, pki.ca))


def _point(pki: Pki, point: bytes) -> Scene:
    """Certify what is no point of the curve."""
    size = 64 if pki.algorithm is not KeyAlgorithm.GOST_512 else 128
    public = pki.leaf_key.public[:-size] + point * size
    return _with_key(pki, public, bytes(size))


def _good(pki: Pki) -> bytes:
    return pki.leaf_key.sign(tlv.encode_set_of(attributes(pki)))


def _halves(pki: Pki, change: Callable[[int, int, int], tuple[int, int]]) -> Scene:
    """Change the two numbers of a good GOST signature, told its order q."""
    good = _good(pki)
    size = len(good) // 2
    s, r = int.from_bytes(good[:size]), int.from_bytes(good[size:])
    oid = "1.2.643.7.1.2.1.1.2" if size == 32 else "1.2.643.7.1.2.1.2.1"
    s, r = change(s, r, curves.by_oid(oid).order)
    limit = 1 << 8 * size
    return _value(pki, (s % limit).to_bytes(size) + (r % limit).to_bytes(size))


def _integers(*numbers: int, more: bytes = b"") -> bytes:
    parts = []
    for number in numbers:
        length = max(1, (number + (number < 0)).bit_length() // 8 + 1)
        parts.append(tlv.encode(tlv.INTEGER, number.to_bytes(length, signed=True)))
    return tlv.encode(SEQUENCE, *parts) + more


def _pair(pki: Pki, change: Callable[[int, int], bytes]) -> Scene:
    """Write the two numbers of a good ECDSA signature otherwise."""
    return _value(pki, change(*decode_dss_signature(_good(pki))))


def _padded(pki: Pki, block: Callable[[bytes, int], bytes]) -> Scene:
    """Sign a block of the attacker's own padding; he has the key, as who denies later has."""
    private: Any = pki.key.key._private
    numbers = private._private.private_numbers()
    n, size = numbers.public_numbers.n, (numbers.public_numbers.n.bit_length() + 7) // 8
    digest = digests.digest("sha256", tlv.encode_set_of(attributes(pki)))
    return _value(pki, pow(int.from_bytes(block(digest, size)), numbers.d, n).to_bytes(size))


def _block(info: bytes, size: int, first: bytes = b"\0\1", fill: bytes = b"\xff") -> bytes:
    return first + fill * (size - len(first) - 1 - len(info)) + b"\0" + info


def _cube_root(pki: Pki) -> Scene:
    """Forge without any key where the exponent is 3 and a reader overlooks the tail."""
    key = _small_exponent()
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    certificate = pki.issue(public)
    encoded = tlv.encode_set_of(attributes(pki, certificate=certificate))
    start = b"\0\1" + b"\xff" * 8 + b"\0" + _INFOS["sha256"] + digests.digest("sha256", encoded)
    wanted = int.from_bytes(start + b"\xff" * (256 - len(start)))
    root = _integer_root(wanted)
    assert (root**3).to_bytes(256).startswith(start)
    made = signer(pki, certificate=certificate, signature=root.to_bytes(256))
    return usual(pki, made, certificates=(certificate, pki.ca))


@cache
def _small_exponent() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=3, key_size=2048)


def _integer_root(number: int) -> int:
    low, high = 0, 1 << number.bit_length() // 3 + 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle - 1)
    return low


def _key_of(pki: Pki, n: int, e: int, value: bytes) -> Scene:
    """Certify any pair of numbers as a key."""
    numbers = tlv.encode(SEQUENCE, _integer(n), _integer(e))
    bits = tlv.encode(0x03, b"\0", numbers)
    return _with_key(pki, tlv.encode(SEQUENCE, algorithm(names.RSA_OID, NULL), bits), value)


def _integer(number: int) -> bytes:
    return tlv.encode(tlv.INTEGER, number.to_bytes(number.bit_length() // 8 + 1))


def _exponent_of_one(pki: Pki) -> Scene:
    """Certify a key of exponent 1, under which everybody signs everything."""
    n = (1 << 2047) + 1
    public = tlv.encode(
        SEQUENCE,
        algorithm(names.RSA_OID, NULL),
        tlv.encode(0x03, b"\0", tlv.encode(SEQUENCE, _integer(n), _integer(1))),
    )
    certificate = pki.issue(public)
    encoded = tlv.encode_set_of(attributes(pki, certificate=certificate))
    block = _block(_INFOS["sha256"] + digests.digest("sha256", encoded), 256)
    made = signer(pki, certificate=certificate, signature=block)
    return usual(pki, made, certificates=(certificate, pki.ca))


def pss_parameters(
    digest: str = "sha256", mask: str = "sha256", salt: int = 32, trailer: int = 1
) -> bytes:
    """Return RSASSA-PSS-params, all written out."""
    inner = algorithm(names.digest_by_name(mask).oid, NULL)
    return tlv.encode(
        SEQUENCE,
        tlv.encode(0xA0, algorithm(names.digest_by_name(digest).oid, NULL)),
        tlv.encode(0xA1, algorithm("1.2.840.113549.1.1.8", inner)),
        tlv.encode(0xA2, tlv.encode_integer(salt)),
        tlv.encode(0xA3, tlv.encode_integer(trailer)),
    )


def _pss(pki: Pki, parameters: bytes, *, mask: str = "sha256", salt: int = 32) -> Scene:
    """Sign by PSS in one way, and name another."""
    masks: Mapping[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha1": hashes.SHA1()}

    def sign(encoded: bytes) -> bytes:
        private: Any = pki.key.key._private
        scheme = padding.PSS(padding.MGF1(masks[mask]), salt)
        return bytes(private._private.sign(encoded, scheme, hashes.SHA256()))

    kept = attributes(pki, without=(PROTECTION,))
    named = algorithm(names.RSA_PSS_OID, parameters)
    return usual(pki, signer(pki, attributes_=kept, signature_algorithm=named, sign=sign))


def _identity_point(pki: Pki) -> Scene:
    """Certify a key of Ed25519 whose point is neutral: one value signs everything."""
    public = tlv.encode(SEQUENCE, algorithm("1.3.101.112"), b"\x03\x21\x00\x01" + bytes(31))
    certificate = pki.issue(public)
    kept = attributes(pki, without=(PROTECTION,), digest_name="sha512")
    made = signer(
        pki,
        certificate=certificate,
        attributes_=[
            *(one for one in kept if b"\x10\x02\x2f" not in one[:16]),
        ],
        digest_name="sha512",
        signature_algorithm=algorithm("1.3.101.112"),
        signature=b"\x01" + bytes(63),
    )
    return usual(pki, made, certificates=(certificate, pki.ca))


def _weak_rsa(_pki: Pki, bits: int) -> Scene:
    weak = _weak_pki(bits)
    return usual(weak, signer(weak))


@cache
def _weak_pki(bits: int) -> Pki:
    return make_pki(KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256, rsa_bits=bits)


ANY_KEY: Mapping[str, Build] = {
    "signed by another": _by_another,
    "value of noughts": lambda pki: _value(pki, bytes(len(_good(pki)))),
    "value of ones": lambda pki: _value(pki, b"\xff" * len(_good(pki))),
    "value empty": lambda pki: _value(pki, b""),
    "value with a nought more": lambda pki: _value(pki, _good(pki) + b"\0"),
    "value with a nought before": lambda pki: _value(pki, b"\0" + _good(pki)),
    "value cut": lambda pki: _value(pki, _good(pki)[:-1]),
    "value turned round": lambda pki: _value(pki, _good(pki)[::-1]),
    "signature algorithm of another family": _other_family,
    "signature algorithm unknown": lambda pki: _named(pki, "1.2.3.4.5"),
    "signature algorithm is a digest": lambda pki: _named(
        pki, names.digest_by_name(digest_of(pki)).oid
    ),
    "digest named that was not used": lambda pki: _other_digest(pki, "sha384"),
    "digest named that was not used, unprotected": lambda pki: _other_digest_unprotected(
        pki, "sha384"
    ),
    "digest MD5": lambda pki: _other_digest_unprotected(pki, "md5"),
    "digest SHA-1": lambda pki: _other_digest_unprotected(pki, "sha1"),
    "parameters of the signature algorithm": lambda pki: _named(
        pki, names.signature_by_oid(_own(pki)).oid, b"\x04\x02hi"
    ),
}


def _own(pki: Pki) -> str:
    return tlv.oid(tlv.read_whole(names.signature_algorithm_for(pki.algorithm)).children()[0])


GOST_ONLY: Mapping[str, Build] = {
    "s is 0": lambda pki: _halves(pki, lambda _s, r, _q: (0, r)),
    "r is 0": lambda pki: _halves(pki, lambda s, _r, _q: (s, 0)),
    "s is q": lambda pki: _halves(pki, lambda _s, r, q: (q, r)),
    "r is q": lambda pki: _halves(pki, lambda s, _r, q: (s, q)),
    "s plus q": lambda pki: _halves(pki, lambda s, r, q: (s + q, r)),
    "r plus q": lambda pki: _halves(pki, lambda s, r, q: (s, r + q)),
    "s negative": lambda pki: _halves(pki, lambda s, r, q: (q - s, r)),
    "both negative": lambda pki: _halves(pki, lambda s, r, q: (q - s, q - r)),
    "s and r exchanged": lambda pki: _halves(pki, lambda s, r, _q: (r, s)),
    "s and r are 1": lambda pki: _halves(pki, lambda *_: (1, 1)),
    "curve for tests": _test_set,
    "point under another curve": lambda pki: _moved_key(pki, "1.2.643.7.1.2.1.1.3"),
    "point of noughts": partial(_point, point=b"\0"),
    "point of ones": partial(_point, point=b"\xff"),
    "digest of another size": lambda pki: _other_digest_unprotected(pki, "streebog512"),
    "digest of 1994": lambda pki: _other_digest_unprotected(pki, "gost94"),
    "digest foreign": lambda pki: _other_digest_unprotected(pki, "sha256"),
}
ECDSA_ONLY: Mapping[str, Build] = {
    "r is 0": lambda pki: _pair(pki, lambda _r, s: _integers(0, s)),
    "s is 0": lambda pki: _pair(pki, lambda r, _s: _integers(r, 0)),
    "both are 0": lambda pki: _pair(pki, lambda *_: _integers(0, 0)),
    "r is n": lambda pki: _pair(pki, lambda _r, s: _integers(_P256, s)),
    "s is n": lambda pki: _pair(pki, lambda r, _s: _integers(r, _P256)),
    "r plus n": lambda pki: _pair(pki, lambda r, s: _integers(r + _P256, s)),
    "s plus n": lambda pki: _pair(pki, lambda r, s: _integers(r, s + _P256)),
    "r negative": lambda pki: _pair(pki, lambda r, s: _integers(-r, s)),
    "s less n": lambda pki: _pair(pki, lambda r, s: _integers(r, s - _P256)),
    "r and s exchanged": lambda pki: _pair(pki, lambda r, s: _integers(s, r)),
    "one number only": lambda pki: _pair(pki, lambda r, _s: _integers(r)),
    "three numbers": lambda pki: _pair(pki, lambda r, s: _integers(r, s, 1)),
    "more behind the numbers": lambda pki: _pair(pki, lambda r, s: _integers(r, s, more=b"\0")),
    "numbers without a shell": lambda pki: _pair(pki, lambda r, s: r.to_bytes(32) + s.to_bytes(32)),
    "point of noughts": lambda pki: _with_key(
        pki, pki.leaf_key.public[:-64] + bytes(64), b"\x30\x06\x02\x01\x01\x02\x01\x01"
    ),
    "point at infinity": lambda pki: _with_key(
        pki,
        tlv.encode(
            SEQUENCE,
            algorithm(names.EC_OID, der.oid("1.2.840.10045.3.1.7")),
            b"\x03\x02\x00\x00",
        ),
        b"\x30\x06\x02\x01\x01\x02\x01\x01",
    ),
    "neutral point of Ed25519": _identity_point,
}
RSA_ONLY: Mapping[str, Build] = {
    "cube root": _cube_root,
    "exponent of 1": _exponent_of_one,
    "modulus of noughts": lambda pki: _key_of(pki, 0, 3, bytes(256)),
    "modulus even": lambda pki: _key_of(pki, 1 << 2047, 3, bytes(256)),
    "key of 1024 bits": partial(_weak_rsa, bits=1024),
    "padding short": lambda pki: _padded(
        pki, lambda d, n: _block(_INFOS["sha256"] + d, 80) + bytes(n - 80)
    ),
    "padding of type 2": lambda pki: _padded(
        pki, lambda d, n: _block(_INFOS["sha256"] + d, n, b"\0\2")
    ),
    "padding of other octets": lambda pki: _padded(
        pki, lambda d, n: _block(_INFOS["sha256"] + d, n, fill=b"\xfe")
    ),
    "padding without the digest's name": lambda pki: _padded(pki, _block),
    "padding names SHA-1": lambda pki: _padded(
        pki, lambda d, n: _block(_INFOS["sha1"] + d[:20], n)
    ),
    "padding names SHA-384": lambda pki: _padded(
        pki, lambda d, n: _block(_INFOS["sha384"] + d + bytes(16), n)
    ),
    "padding with more behind the digest": lambda pki: _padded(
        pki, lambda d, n: _block(_INFOS["sha256"] + d + b"junk", n)
    ),
    "padding in long form": lambda pki: _padded(
        pki, lambda d, n: _block(b"\x30\x81" + _INFOS["sha256"][1:] + d, n)
    ),
    "PSS named, not made": lambda pki: _named(pki, names.RSA_PSS_OID, pss_parameters()),
    "PSS with another salt": lambda pki: _pss(pki, pss_parameters(salt=20)),
    "PSS with a negative salt": lambda pki: _pss(
        pki, pss_parameters().replace(b"\x02\x01\x20", b"\x02\x01\xff")
    ),
    "PSS with an immense salt": lambda pki: _pss(pki, pss_parameters(salt=1 << 31)),
    "PSS with another mask": lambda pki: _pss(pki, pss_parameters(mask="sha1")),
    "PSS with another digest": lambda pki: _pss(pki, pss_parameters(digest="sha384")),
    "PSS with another trailer": lambda pki: _pss(pki, pss_parameters(trailer=2)),
    "PSS without parameters": lambda pki: _pss(pki, b""),
    "PSS with NULL": lambda pki: _pss(pki, NULL),
}
OF_KEYS: Mapping[KeyAlgorithm, Mapping[str, Build]] = {
    KeyAlgorithm.RSA: RSA_ONLY,
    KeyAlgorithm.ECDSA_P256: ECDSA_ONLY,
    KeyAlgorithm.GOST_256: GOST_ONLY,
}
