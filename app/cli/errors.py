"""Telling an error: heading, explanation, advice on standard error; an object with ``--json``."""

import sys
from typing import Any

from app.cli.command import write_json
from app.cli.exit_codes import ExitCode
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.errors import describe_error

SCHEMA = "roscherk.error/1"
_USAGE = frozenset({ErrorCode.USAGE, ErrorCode.SIGNATURE_NUMBER_UNKNOWN})


def tell(error: RoscherkError, *, json: bool, code: ExitCode | None = None) -> ExitCode:
    """Tell an error and return the exit code it ends with."""
    lines(error)
    if json:
        write_json({"schema": SCHEMA, **as_object(error)})
    return code_of(error) if code is None else code


def code_of(error: RoscherkError | None) -> ExitCode:
    """Return the exit code for an error: what was asked for makes no sense, or it was not done."""
    asked_wrongly = error is not None and error.code in _USAGE
    return ExitCode.USAGE if asked_wrongly else ExitCode.FAILED


def lines(error: RoscherkError, *, about: str = "") -> None:
    """Write an error to standard error."""
    words = describe_error(error)
    heading = f"{about}: {words.heading}" if about else words.heading
    print(heading + ".", file=sys.stderr)
    if words.explanation:
        print("  " + words.explanation, file=sys.stderr)
    print("  " + _("What to do: {advice}").format(advice=words.advice), file=sys.stderr)


def as_object(error: RoscherkError) -> dict[str, Any]:
    """Return an error as a part of JSON: the code and facts for scripts, the words for people."""
    words = describe_error(error)
    return {
        "code": error.code.value,
        "facts": dict(error.facts),
        "heading": words.heading,
        "explanation": words.explanation,
        "advice": words.advice,
    }
