"""Work with a password as a worker does, then look for what is left of it in this process.

The password comes by standard input; by argv comes only its image under a table that changes every
byte, so that the search itself brings no copy of the password into memory.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from app.algorithms.names import KeyAlgorithm, default_digest, digest_by_name
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens import filekeys

TABLE = bytes(byte ^ 0x55 for byte in range(256))


def readable_memory() -> Iterator[bytes]:
    """Read every region of this process that can be read."""
    with Path("/proc/self/mem").open("rb", buffering=0) as memory:
        for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
            span, rights, *_ = line.split()
            if "r" in rights and "[v" not in line:
                start, end = (int(number, 16) for number in span.split("-"))
                memory.seek(start)
                yield memory.read(end - start)


def hits(image: bytes) -> int:
    """Count the places where memory holds what has this image."""
    return sum(region.translate(TABLE).count(image) for region in readable_memory())


def main(folder: Path, image: bytes) -> None:
    """Make a key of each kind and sign with it; print how often the password is left."""
    password = bytearray(len(image))
    os.readv(0, [password])
    before = hits(image)
    for algorithm in (KeyAlgorithm.ECDSA_P256, KeyAlgorithm.GOST_256):
        path = folder / f"{algorithm}.container"
        digest = default_digest(algorithm)
        size = digest_by_name(digest).size
        request = methods.FileSignRequest(path=path, digest_name=digest, digest=bytes(size))
        made = methods.StoreCreateRequest(path=path, algorithm=algorithm)
        filekeys.create(made, Context(None, password))
        filekeys.sign(request, Context(None, password))
    password[:] = bytes(len(password))
    print(before, hits(image))  # noqa: T201 - the answer


if __name__ == "__main__":
    main(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
