"""Commands inside sentences that both faces say: at a terminal they help, in the window they frighten."""

import re

_COMMAND = r"roscherk [a-z][a-z -]*[a-z]"
_BESIDE = re.compile(
    rf",? (?:or|или) (?:by |run |командой |запустите )?{_COMMAND}(?=[.;,)]| |$)"
    r"| \((?:roscherk |--)[^()]*\)"
)


def without_commands(text: str) -> str:
    """Return a sentence without the command that it names beside another way."""
    return _BESIDE.sub("", text)
