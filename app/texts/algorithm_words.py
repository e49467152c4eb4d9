"""What algorithms are called among people: by their standards, not by the names in our tables."""

from collections.abc import Mapping

from app.algorithms.names import KeyAlgorithm, signature_by_oid
from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.texts.showing import plain

_KEYS: Mapping[str, str] = {
    KeyAlgorithm.GOST_2001: N_("GOST R 34.10-2001"),
    KeyAlgorithm.GOST_256: N_("GOST R 34.10-2012, 256 bits"),
    KeyAlgorithm.GOST_512: N_("GOST R 34.10-2012, 512 bits"),
    KeyAlgorithm.RSA: N_("RSA"),
    KeyAlgorithm.ECDSA_P256: N_("ECDSA, P-256"),
    KeyAlgorithm.ECDSA_P384: N_("ECDSA, P-384"),
    KeyAlgorithm.ECDSA_P521: N_("ECDSA, P-521"),
    KeyAlgorithm.ED25519: N_("Ed25519"),
    KeyAlgorithm.ED448: N_("Ed448"),
    # How signatures are named that tell no curve.
    "rsa-pss": "RSA-PSS",
    "ecdsa": "ECDSA",
}
_DIGESTS: Mapping[str, str] = {
    "md5": N_("MD5"),
    "sha1": N_("SHA-1"),
    "sha224": "SHA-224",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
    "shake256": "SHAKE256",
    "gost94": N_("GOST R 34.11-94"),
    "streebog256": N_("GOST R 34.11-2012, 256 bits"),
    "streebog512": N_("GOST R 34.11-2012, 512 bits"),
}


def key_words(algorithm: str, size: int | None = None) -> str:
    """Name the algorithm of a key; ``size`` in bits, for those where it is not in the name."""
    known = _KEYS.get(algorithm)
    if known is None:
        return plain(algorithm)
    if algorithm == KeyAlgorithm.RSA and size is not None:
        return _("RSA, {size} bits").format(size=size)
    return _(known)


def digest_words(name: str) -> str:
    """Name a digest; one that is not known as it is told."""
    known = _DIGESTS.get(name)
    return plain(name) if known is None else _(known)


def signing_words(name: str) -> str:
    """Name the algorithm of a signature by the name in our table, without its digest."""
    key, _dash, digest = name.rpartition("-")
    return key_words(key if digest in _DIGESTS else name)


def signature_words(oid: str) -> str:
    """Name a signature algorithm with the digest that its OID implies; an unknown one by its OID."""
    try:
        known = signature_by_oid(oid)
    except RoscherkError:
        return oid
    words = signing_words(known.name)
    return words if known.digest is None else f"{words}; {digest_words(known.digest)}"
