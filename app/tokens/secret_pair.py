"""Two secrets in one frame: the old and the new password of a container."""

from app.errors import ErrorCode, RoscherkError
from app.tokens.pin import Secret

_LENGTH = 4


def join_secrets(first: Secret, second: Secret) -> Secret:
    """Return both in one new secret; the caller wipes it. ``CANCELLED``: one of them was wiped."""
    pair = bytearray(_LENGTH + len(first) + len(second))
    end = _LENGTH + len(first)
    pair[:_LENGTH] = len(first).to_bytes(_LENGTH, "big")
    # Slice assignment of an equal length copies in place: no third copy is left behind.
    pair[_LENGTH:end] = first.buffer
    pair[end:] = second.buffer
    joined = Secret(pair)
    if first.wiped or second.wiped:
        joined.wipe()
        raise RoscherkError(ErrorCode.CANCELLED)
    joined.last_try_confirmed = first.last_try_confirmed
    return joined


def split_secrets(pair: bytearray) -> tuple[Secret, Secret]:
    """Take the two apart again, as copies; wiping ``pair`` is its owner's work."""
    view = memoryview(pair)
    end = _LENGTH + int.from_bytes(view[:_LENGTH], "big")
    first, second = bytearray(view[_LENGTH:end]), bytearray(view[end:])
    view.release()
    return Secret(first), Secret(second)
