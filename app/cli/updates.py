"""``updates``: is there a newer version? Asked for by a person; nothing is downloaded or installed."""

import argparse
from pathlib import Path

from app import __version__
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.levels import network_object, tell_network
from app.texts.catalogue import _
from app.texts.release_words import news_heading, news_lines
from app.texts.verdicts import Tone

SCHEMA = "roscherk.updates/1"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar=_("FILE"),
        help=_("a note in a file, its signature beside it (FILE.sig); the network is not asked"),
    )
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
    releases, file = run.services.releases, run.options.file
    news = releases.ask() if file is None else releases.read(file)
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "version": __version__,
                "newer": news.newer,
                "release": news.release,
                "source": news.source,
                "network": network_object(news.network),
            }
        )
        return ExitCode.DONE
    run.terminal.heading(news_heading(news), Tone.UNSURE if news.newer else Tone.GOOD)
    for label, value in news_lines(news):
        run.terminal.paragraph(value, indent="  ", label=f"{label}:")
    tell_network(run.terminal, news.network)
    return ExitCode.DONE


COMMAND = Command(
    arguments=_arguments,
    run=_run,
)
