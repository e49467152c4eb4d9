"""One name for a key, however its public key is written: what is remembered of keys hangs on it.

Light and without libraries: the parent may ask it of a public key that a child told.
"""

import hashlib

from app.algorithms import der
from app.algorithms.gost import curves, spki
from app.algorithms.names import key_algorithm_of_spki
from app.errors import RoscherkError

_START = 8


def key_print(public_key: bytes) -> str:
    """Return SHA-256, in hex, of what a SubjectPublicKeyInfo (DER) says of the key.

    A GOST curve goes in by its equation, since it has several names (RFC 9215 §4.2), and its year
    not at all: some tokens call a key of 2012 one of 2001. Nor do the parameters of RSA, since
    some leave them out. What cannot be read is taken as it is.
    """
    try:
        algorithm = key_algorithm_of_spki(public_key)
        if algorithm is not None and algorithm.is_gost:
            oid, point = spki.decode_public(public_key)
            told = f"gost {curves.by_oid(oid).equation}".encode() + point
        elif algorithm is not None:
            told = str(algorithm).encode() + der.read(public_key).children()[1].content
        else:
            told = public_key
    except (RoscherkError, der.DerError, IndexError):
        told = public_key
    return hashlib.sha256(told).hexdigest()


def key_start(public_key: bytes) -> bytes:
    """Return the first octets of a GOST point, which container folders show; else nothing."""
    try:
        return spki.decode_public(public_key)[1][:_START]
    except RoscherkError:
        return b""
