"""Open a key of others as a worker does, then look for what is left of it in this process.

The password comes by standard input; of it and of the key only images come by argv, under a table
that changes every octet, so that the search itself brings no copy into memory.
"""

import json
import os
import sys
from pathlib import Path

from memory_scan import TABLE, readable_memory

from app.algorithms.names import default_digest, digest_by_name
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.cryptopro import reading
from app.tokens.model import Container
from app.tokens.pfx_reading import open_pfx, opened_pfx, sign_with_pfx


def _digest(container: Container) -> tuple[str, bytes]:
    assert container.algorithm is not None
    name = default_digest(container.algorithm)
    return name, bytes(digest_by_name(name).size)


def work(path: Path, password: bytearray) -> None:
    """Describe, test and sign."""
    context = Context(None, password)
    if path.is_dir():
        key = methods.CryptoProKeyRequest(path=path)
        name, digest = _digest(reading.test(key, context).container)
        request = methods.CryptoProSignRequest(key=key, digest_name=name, digest=digest)
        reading.sign(request, context)
        return
    name, digest = _digest(open_pfx(methods.PfxOpenRequest(path=path), context))
    sign_with_pfx(methods.FileSignRequest(path=path, digest_name=name, digest=digest), context)


def main(path: Path, images: list[bytes], *, keep: bool) -> None:
    """Print how often each image is found after the work."""
    password = bytearray(1024)
    count = os.readv(0, [password])
    del password[count:]
    kept = None
    if keep:
        with opened_pfx(path, password) as contents:
            assert contents.key is not None
            kept = contents.key.material()
    else:
        work(path, password)
        password[:] = bytes(len(password))
    found = [0] * len(images)
    for region in readable_memory():
        turned = region.translate(TABLE)
        for number, image in enumerate(images):
            found[number] += turned.count(image)
    print(json.dumps(found))  # noqa: T201 - the answer
    assert kept is None or any(kept.private)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [bytes.fromhex(each) for each in sys.argv[3:]], keep=sys.argv[2] == "1")
