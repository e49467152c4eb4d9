"""Do with PINs what a token host does, in this process, then look for what is left of them.

The module comes by argv; the PINs come by standard input, as the frame of a host does; by argv come
only their images under a table that changes every octet.
"""

import json
import os
import sys
from io import FileIO
from pathlib import Path

from memory_scan import TABLE, readable_memory

from app.processes.serving import Context
from app.tokens import pin_methods as methods
from app.tokens import token_methods
from app.tokens.pin import Secret
from app.tokens.pin_state import PinRole
from app.tokens.pkcs11.host import Host
from app.tokens.pkcs11.pins import PinWork
from app.tokens.secret_pair import join_secrets


def _typed(size: int) -> bytearray:
    """Read one PIN into one buffer."""
    pin = bytearray(size)
    os.readv(0, [pin])
    return pin


def _answers() -> FileIO:
    """Return a pipe for the words to the parent, which nobody reads."""
    return FileIO(os.devnull, "wb")


def main(module: Path, images: list[bytes], *, keep: bool) -> None:
    """Change the user PIN, verify the new one, try a wrong one; print what is found afterwards."""
    host = Host()
    work = PinWork(host.driver)
    context = Context(_answers(), None)
    token = host.driver(module).plugged()[0].token
    name = methods.TokenName.of(token)
    old, new, wrong = (Secret(_typed(len(image))) for image in images)
    with join_secrets(old, new) as pair:
        context.secret = pair.buffer
        work.change(methods.PinRequest(token=name), context)
    context.secret = new.buffer
    work.verify(methods.PinRequest(token=name, role=PinRole.USER), context)
    context.secret = wrong.buffer
    try:
        work.verify(methods.PinRequest(token=name), context)
    except Exception as error:  # noqa: BLE001 - what it says is looked at too
        print(repr(error), error, vars(error), file=sys.stderr)  # noqa: T201
    host.log_out(token_methods.ModuleRequest(module), context)
    kept = bytes(new.buffer) if keep else b""
    for secret in (old, new, wrong):
        secret.wipe()
    found = [0] * len(images)
    for region in readable_memory():
        turned = region.translate(TABLE)
        for number, image in enumerate(images):
            found[number] += turned.count(image)
    print(json.dumps(found))  # noqa: T201 - the answer
    assert bool(kept) is keep


if __name__ == "__main__":
    main(Path(sys.argv[1]), [bytes.fromhex(each) for each in sys.argv[3:]], keep=sys.argv[2] == "1")
