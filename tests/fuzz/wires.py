"""What crosses a pipe: the other side may have been taken over by a hostile file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from fuzz.harness import Harness, Prepared
from stand_ins.pki import NOW, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto import methods
from app.crypto.model import CertificateShowRequest, VerifyRequest
from app.errors import ErrorCode
from app.processes import wire
from app.processes.frames import Kind, read_frame
from app.processes.messages import Failure, Task
from app.processes.method import Method
from app.tokens import (
    card_methods,
    creation_methods,
    csp_methods,
    file_methods,
    object_methods,
    pin_methods,
    reader_methods,
    token_methods,
)

if TYPE_CHECKING:
    from pathlib import Path

_ROOMS = (
    methods,
    card_methods,
    creation_methods,
    csp_methods,
    file_methods,
    object_methods,
    pin_methods,
    reader_methods,
    token_methods,
)
KINDS: tuple[Any, ...] = (
    Task,
    Failure,
    *(
        kind
        for room in _ROOMS
        for each in vars(room).values()
        if isinstance(each, Method)
        for kind in (each.request, each.answer)
    ),
)
"""Every type that crosses a pipe of ours."""


def _wire(folder: Path) -> Prepared:
    """Prepare decoding: the first octet names the type that is expected."""

    def eat(data: bytes) -> None:
        kind = KINDS[(data[0] if data else 0) % len(KINDS)]
        wire.encode(wire.decode(data[1:], kind))

    leaf = pki_of(KeyAlgorithm.ECDSA_P256)
    values: list[tuple[Any, Any]] = [
        (Task, Task("verify", secret=False, cpu_seconds=1.0, memory=1)),
        (Failure, Failure(ErrorCode.PIN_WRONG, {"tries_left": 2})),
        (methods.CERTIFICATE_SHOW.request, CertificateShowRequest(data=leaf.leaf)),
        (
            methods.VERIFY.request,
            VerifyRequest(path=folder, trust=leaf.trust(folder / "t"), at=NOW),
        ),
        (file_methods.PFX_OPEN.answer, leaf.container),
    ]
    seeds = [bytes((KINDS.index(kind),)) + wire.encode(value) for kind, value in values]
    return Prepared(eat, tuple(seeds))


def _frames(_folder: Path) -> Prepared:
    def eat(data: bytes) -> None:
        pipe: Any = io.BytesIO(data)
        while True:
            read_frame(pipe)

    seeds = (bytes((Kind.READY, 0, 0, 0, 0)), bytes((Kind.ANSWER, 0, 0, 0, 2)) + b"\xc3\xc0")
    return Prepared(eat, seeds)


HARNESSES = (
    Harness("wire", "processes/wire.py, every request and answer", _wire, (), (wire.WireError,)),
    Harness("frames", "processes/frames.py", _frames, (), (wire.WireError, EOFError)),
)
