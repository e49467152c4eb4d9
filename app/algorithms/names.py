"""One table of algorithms: name, OID, size, strength. Light: parses nothing, imports nothing heavy."""

from enum import StrEnum


class KeyAlgorithm(StrEnum):
    """The families of keys this program knows, by the size that decides the digest."""

    RSA = "rsa"
    ECDSA_P256 = "ecdsa-p256"
    ECDSA_P384 = "ecdsa-p384"
    ECDSA_P521 = "ecdsa-p521"
    ED25519 = "ed25519"
    ED448 = "ed448"
    GOST_2001 = "gost2001"
    GOST_256 = "gost2012-256"
    GOST_512 = "gost2012-512"
