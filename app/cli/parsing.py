"""The parser of the command line, in the user's language."""

import argparse
import gettext
import os
from typing import Any, NoReturn

from app.places import resource
from app.texts.catalogue import N_, _

_WORDS_OF_ARGPARSE = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("not allowed with argument %s"),
    N_("one of the arguments %s is required"),
    N_("ignored explicit argument %r"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
)
"""What argparse says; it asks the module gettext, and that is pointed to our catalogue."""

_DOMAIN = "roscherk"


def teach_argparse(language: str) -> None:
    """Let argparse speak the language of the program: it asks gettext's own domain."""
    gettext.bindtextdomain(_DOMAIN, str(resource("texts")))
    gettext.textdomain(_DOMAIN)
    os.environ["LANGUAGE"] = language


def whole_number(text: str) -> int:
    """Read a number of an option."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("a whole number is needed")) from None


class Parser(argparse.ArgumentParser):
    """A parser that takes no abbreviations: a script must not change its meaning with a version."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**options)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is."""
        self.exit(
            2,
            _("{command}: {message}\nSee: {command} --help\n").format(
                command=self.prog, message=message
            ),
        )
