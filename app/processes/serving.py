"""The child's side: answer questions one after another until the parent closes the pipe."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from io import FileIO
from pathlib import Path
from typing import Any

from app.errors import ErrorCode, Fact, RoscherkError
from app.processes import wire
from app.processes.confinement import confine
from app.processes.frames import MAX_BODY, Kind, read_frame, write_frame
from app.processes.limits import data_size, hold_to
from app.processes.messages import Failure, Task
from app.processes.method import Method

_BETWEEN_REPORTS = 0.05
_RECYCLE_ABOVE = 256 << 20
"""A child that still holds this much more than at its start after a task makes way for a new one."""

Handler = Callable[[Any, "Context"], Any]


class Context:
    """What a handler has besides its request: the secret, and a way to report progress."""

    def __init__(self, answers: FileIO, secret: bytearray | None) -> None:
        self._answers = answers
        self._reported = time.monotonic()
        self._told = False
        self.secret = secret
        """The PIN or password, if one was sent. It is wiped when the handler returns."""

    def progress(self, done: int, total: int) -> None:
        """Report how far the work is; at most twenty reports a second reach the pipe.

        Work that is over before the first report is due says nothing.
        """
        now = time.monotonic()
        last = done == total and self._told
        if not last and now - self._reported < _BETWEEN_REPORTS:
            return
        self._reported, self._told = now, True
        write_frame(self._answers, Kind.PROGRESS, wire.encode((done, total)))

    def step(self, number: int) -> None:
        """Announce a step, counted from zero, for which the parent has a patience of its own."""
        write_frame(self._answers, Kind.STEP, wire.encode(number))


def serve(handlers: Mapping[Method[Any, Any], Handler]) -> None:
    """Answer questions by ``handlers`` till the pipe ends; then leave the process at once."""
    by_name = {method.name: (method, handler) for method, handler in handlers.items()}
    questions, answers = confine()
    baseline = data_size()
    status = 0
    try:
        write_frame(answers, Kind.READY, b"")
        while _serve_one(by_name, questions, answers, baseline):
            pass
    except (EOFError, BrokenPipeError):
        pass  # the parent has gone, or has no more questions
    except wire.WireError:
        status = 1
    # No destructors of foreign libraries: they have hung and crashed at exit before.
    os._exit(status)


def _serve_one(
    by_name: Mapping[str, tuple[Method[Any, Any], Handler]],
    questions: FileIO,
    answers: FileIO,
    baseline: int,
) -> bool:
    """Answer one question; tell whether there may be another."""
    task = wire.decode(_expect(questions, Kind.TASK), Task)
    request = _expect(questions, Kind.REQUEST)
    secret = _expect(questions, Kind.SECRET) if task.secret else None
    context = Context(answers, secret)
    try:
        hold_to(task.cpu_seconds, task.memory)
        value = _run(by_name, task.method, request, context)
    except Exception as error:  # noqa: BLE001 - the border: everything becomes a code with facts
        failure = _failure(error)
        write_frame(answers, Kind.ERROR, wire.encode(failure))
        return not failure.last
    finally:
        if secret is not None:
            secret[:] = bytes(len(secret))
    last = data_size() - baseline > _RECYCLE_ABOVE
    write_frame(answers, Kind.LAST_ANSWER if last else Kind.ANSWER, value)
    return not last


def _failure(error: Exception) -> Failure:
    """Turn whatever a handler raised into what crosses the pipe."""
    if isinstance(error, RoscherkError):
        return Failure(error.code, _plain(error.facts))
    if isinstance(error, MemoryError):
        hold_to(None, None)  # room for the last words
        return Failure(ErrorCode.CHILD_OVER_LIMIT, {"limit": "memory"}, last=True)
    # What no handler foresaw: the parent learns its kind and place, no values.
    return Failure(ErrorCode.UNEXPECTED, _where(error), last=True)


def _run(
    by_name: Mapping[str, tuple[Method[Any, Any], Handler]],
    name: str,
    request: bytearray,
    context: Context,
) -> bytes:
    method, handler = by_name[name]
    value = wire.encode(handler(wire.decode(request, method.request), context))
    if len(value) > MAX_BODY:
        raise wire.WireError("too large")
    return value


def _expect(questions: FileIO, wanted: Kind) -> bytearray:
    kind, body = read_frame(questions)
    if kind is not wanted:
        raise wire.WireError("order")
    return body


def _plain(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Make facts fit the wire: file names that are not UTF-8, numbers of more than 64 bits."""
    return {name: _plain_fact(fact) for name, fact in facts.items()}


def _plain_fact(fact: Fact) -> Fact:
    if isinstance(fact, bool):
        return fact
    if isinstance(fact, int):
        return fact if abs(fact) < 1 << 63 else str(fact)
    return str(fact).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _where(error: Exception) -> dict[str, Fact]:
    """Tell the kind of an unforeseen exception and the line it came from."""
    trace = error.__traceback__
    if os.environ.get("ROSCHERK_DEBUG"):
        sys.excepthook(type(error), error, trace)
    facts: dict[str, Fact] = {"exception": type(error).__name__}
    while trace is not None:
        facts["place"] = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return facts
