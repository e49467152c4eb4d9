"""One typed password as each derivation takes it: all begin with UTF-8 in a buffer."""

from app.algorithms.gost import kdf


def bmp(password: bytearray) -> bytearray:
    """Write the password as RFC 7292 B.1 says: UTF-16, big-endian, with two zeros at its end."""
    text = kdf.utf16(password, "big")
    result = bytearray(len(text) + 2)
    result[: len(text)] = text
    text[:] = bytes(len(text))
    return result


def forms(password: bytearray) -> tuple[bytearray, ...]:
    """Return the BMPString; an empty password is also written as nothing at all."""
    return (bmp(password),) if password else (bmp(password), bytearray())
