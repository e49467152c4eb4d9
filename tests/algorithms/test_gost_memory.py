"""Private keys live in secure memory and leave no copy behind."""

import copy
import ctypes
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.algorithms.gost import curves, library
from app.algorithms.gost.library import SecureMemory
from app.algorithms.gost.signing import PrivateKey
from app.errors import ErrorCode, RoscherkError

# Takes a private key and a nonce from the pipe, straight into buffers, uses them, and waits.
_USER = """
import os, sys
from app.algorithms.gost import calls, curves, signing
from app.algorithms.gost.library import SecureMemory

curve, kind = curves.by_oid(sys.argv[1]), sys.argv[2]
raw, drawn = bytearray(curve.size), bytearray(curve.size)
os.readv(0, [raw, drawn])
private = signing.PrivateKey.from_bytes(curve.oid, raw)
if kind != 'loaded':
    for _ in range(3):
        private.sign(os.urandom(curve.size))
    nonce = SecureMemory(curve.size)
    for index in range(curve.size):
        nonce.octets[index] = drawn[index]
    with SecureMemory(curve.size) as memory:
        for index in range(curve.size):
            memory.octets[index] = raw[curve.size - 1 - index]
        calls.sign(curve, memory, 12345, nonce)
    nonce.wipe()
    copied = bytearray(curve.size)
    private.write_into(copied)
    copied[:] = bytes(curve.size)
drawn[:] = bytes(curve.size)
if kind != 'kept':
    raw[:] = bytes(curve.size)
if kind == 'dropped':
    del private
else:
    private.wipe()
os.write(1, b'ready')
os.read(0, 1)
"""


def _memory_of(pid: int) -> bytes:
    """Read everything that a process can write to."""
    regions = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            start, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()  # type: ignore[union-attr]
            if rights.startswith("rw"):
                memory.seek(int(start, 16))
                regions.append(memory.read(int(end, 16) - int(start, 16)))
    return b"".join(regions)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")
@pytest.mark.parametrize("oid", [curves.DEFAULT_256, curves.DEFAULT_512, "1.2.643.7.1.2.1.1.1"])
@pytest.mark.parametrize("kind", ["loaded", "signed", "dropped", "kept"])
def test_no_copy_of_key_or_nonce_is_left_in_memory(oid: str, kind: str) -> None:
    """After use, no eight bytes of key or nonce are left anywhere in the process, in any order.

    ``kept`` is the control: a buffer that was not wiped must be found.
    """
    size = curves.by_oid(oid).size
    secrets = os.urandom(size - 1) + b"\1" + b"\1" + os.urandom(size - 1)
    command = [sys.executable, "-c", _USER, oid, kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as user:
        assert user.stdin
        assert user.stdout
        user.stdin.write(secrets)
        user.stdin.flush()
        assert user.stdout.read(5) == b"ready"
        memory = _memory_of(user.pid)
        user.stdin.write(b".")
        user.stdin.flush()
    pieces = [secrets[start : start + 8] for start in range(0, len(secrets), 8)]
    left = [piece for piece in pieces if piece in memory or piece[::-1] in memory]
    assert len(memory) > 1 << 20
    assert bool(left) == (kind == "kept")


def test_wiped_memory_is_zero() -> None:
    """The bytes are overwritten in place, before the memory is given back."""
    raw = bytearray(b"\x5a" * 32)
    private = PrivateKey.from_bytes(curves.DEFAULT_256, raw)
    address = private._memory.address
    assert ctypes.string_at(address, 32) == b"\x5a" * 32
    private.wipe()
    assert ctypes.string_at(address, 32) == bytes(32)


def test_memory_is_wiped_when_nobody_holds_it() -> None:
    """Leaving a context or losing the last reference wipes as well."""
    for leave in (lambda memory: memory.__exit__(None, None, None), lambda _: None):
        memory = SecureMemory(32)
        memory.octets[:] = [0x5A] * 32
        address = memory.address
        leave(memory)
        del memory
        assert ctypes.string_at(address, 32) == bytes(32)


def test_the_memory_is_libgcrypts_secure_memory() -> None:
    """Keys lie in the locked pool, which also makes libgcrypt take its constant-time paths."""
    is_secure = library.load().gcry_is_secure
    is_secure.argtypes = (ctypes.c_void_p,)
    with PrivateKey.generate(curves.DEFAULT_256) as private:
        assert is_secure(private._memory.address)


def test_many_keys_fit_at_once() -> None:
    """The secure pool grows when it is full."""
    memories = [SecureMemory(4096) for _ in range(64)]
    assert len({memory.address for memory in memories}) == 64
    for memory in memories:
        memory.wipe()


def test_secure_memory_is_never_copied_or_shown() -> None:
    """No repr, no pickle, no copy, and no use after wiping."""
    memory = SecureMemory(8)
    assert repr(memory) == "SecureMemory(…)"
    for steal in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            steal(memory)
    memory.wipe()
    for name in ("octets", "address"):
        with pytest.raises(ValueError, match="wiped"):
            getattr(memory, name)


def test_memory_that_cannot_be_had_is_an_error() -> None:
    """A refused allocation is reported, and nothing is wiped that is not there."""
    with pytest.raises(RoscherkError) as caught:
        SecureMemory(1 << 62)
    assert caught.value.code is ErrorCode.UNEXPECTED
