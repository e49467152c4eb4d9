# ruff: noqa: ARG001, ARG005, T201 - handlers share one form, and one of them prints
"""A child for tests: it does what it is asked, and all the things a child must never do."""

import os
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.processes.confinement import confine
from app.processes.method import Method
from app.processes.serving import Context, serve

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = (
    sys.executable,
    "-P",
    "-E",
    "-c",
    "import sys; sys.path[:0] = sys.argv[1:3]; import misbehaving; misbehaving.main()",
    str(ROOT),
    str(Path(__file__).parent),
)


@dataclass(frozen=True)
class Word:
    """A question or an answer."""

    text: str = ""
    number: int = 0
    path: Path | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Manners:
    """How a child is confined."""

    nice: int
    core: int
    dumpable: int
    session: int
    environment: tuple[str, ...]
    import_path: tuple[str, ...]


ECHO = Method("echo", Word, Word)
SECRET = Method("secret", Word, Word)
KEPT_SECRET = Method("kept-secret", Word, bytes)
SLEEP = Method("sleep", Word, Word)
BURN = Method("burn", Word, Word)
EAT = Method("eat", Word, Word)
CHAT = Method("chat", Word, Word)
HUGE = Method("huge", Word, bytes)
RAW = Method("raw", bytes, Word)
WRONG_TYPE = Method("wrong-type", Word, Word)
REFUSE = Method("refuse", Word, Word)
BREAK = Method("break", Word, Word)
COUNT = Method("count", Word, int)
MANNERS = Method("manners", Word, Manners)
HOLD = Method("hold", Word, Word)

_kept: list[object] = []


def _secret(question: Word, context: Context) -> Word:
    if context.secret is None:
        return Word("none")
    _kept[:] = [context.secret]
    return Word(context.secret.decode())


def _kept_secret(question: Word, context: Context) -> bytes:
    (buffer,) = _kept
    assert isinstance(buffer, bytearray)
    return bytes(buffer)


def _sleep(question: Word, context: Context) -> Word:
    time.sleep(question.seconds)
    return question


def _burn(question: Word, context: Context) -> Word:
    begun = time.process_time()
    while time.process_time() - begun < question.seconds:
        pass
    return question


def _eat(question: Word, context: Context) -> Word:
    return Word(number=len(bytearray(question.number)))


def _chat(question: Word, context: Context) -> Word:
    """Print as a vendor's library would, to the streams of C and of Python."""
    print("loading driver…" * 10_000)
    os.write(1, b"\x0e\x00\x00\x00\x01" * 10_000)
    _kept.append(os.read(0, 10))
    return question


def _huge(question: Word, context: Context) -> bytes:
    return bytes(question.number)


def _raw(question: bytes, context: Context) -> Word:
    """Write bytes of the caller's choice over the private pipe, as a captured child would."""
    os.write(confine()[1].fileno(), question)
    time.sleep(5)
    return Word()


def _refuse(question: Word, context: Context) -> Word:
    raise RoscherkError(ErrorCode.PIN_WRONG, tries_left=question.number, text="\udcff", big=1 << 80)


def _break(question: Word, context: Context) -> Word:
    raise KeyError("a value nobody may see")


def _count(question: Word, context: Context) -> int:
    for done in range(question.number):
        context.progress(done + 1, question.number)
        if question.seconds:
            time.sleep(question.seconds)
    return question.number


def _manners(question: Word, context: Context) -> Manners:
    return Manners(
        nice=os.nice(0),
        core=resource.getrlimit(resource.RLIMIT_CORE)[0],
        dumpable=Path("/proc/self/environ").stat().st_uid,
        session=os.getsid(0),
        environment=tuple(os.environ),
        import_path=tuple(sys.path),
    )


def _hold(question: Word, context: Context) -> Word:
    _kept.append(bytearray(question.number))
    return question


def main() -> None:
    """Serve."""
    serve(
        {
            ECHO: lambda question, _: question,
            SECRET: _secret,
            KEPT_SECRET: _kept_secret,
            SLEEP: _sleep,
            BURN: _burn,
            EAT: _eat,
            CHAT: _chat,
            HUGE: _huge,
            RAW: _raw,
            WRONG_TYPE: lambda question, _: "no word",
            REFUSE: _refuse,
            BREAK: _break,
            COUNT: _count,
            MANNERS: _manners,
            HOLD: _hold,
        }
    )
