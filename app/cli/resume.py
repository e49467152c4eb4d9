"""``sign --resume``: going on where a run was interrupted."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from app.cli.command import Run
from app.crypto.signing.resuming import signed_before
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.tokens.model import Container


def resume_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--resume",
        action="store_true",
        help=_("go on where a run was interrupted: leave out what this key has signed already"),
    )


def check_resume(options: argparse.Namespace, *, adding: bool) -> None:
    """Refuse it where nobody could tell by the names what was signed."""
    named = options.output is not None and not options.output.is_dir()
    if options.resume and (adding or named):
        value = _("only where new signatures get their usual names")
        raise RoscherkError(ErrorCode.USAGE, option="--resume", value=value)


def resumed(run: Run, container: Container) -> Mapping[Path, Path]:
    """Return what a run that was interrupted has signed, if it is to be gone on with."""
    if not run.options.resume:
        return {}
    output: Path | None = run.options.output
    return signed_before(
        run.services.verifying,
        run.options.files,
        container,
        lambda source: source.parent if output is None else output,
        jobs=2,
    )
