"""Words for the headings of a batch: what passed, what is merely old, what is a problem."""

from collections.abc import Mapping, Sequence

from app.crypto.verdict.report import FileReport, Standing
from app.texts.catalogue import N_, _
from app.texts.verdicts import Tone

ORDER = (
    Standing.BROKEN,
    Standing.PROBLEM,
    Standing.UNKNOWN,
    Standing.TIME_NOT_PROVED,
    Standing.PASSED_AS_OF,
    Standing.PASSED,
    Standing.NO_SIGNATURE,
)
"""From what needs somebody's attention first to what needs nobody's."""

_HEADINGS: Mapping[Standing, str] = {
    Standing.BROKEN: N_("Not valid"),
    Standing.PROBLEM: N_("There are problems"),
    Standing.UNKNOWN: N_("Not enough data to judge"),
    Standing.TIME_NOT_PROVED: N_("Grown old: unchanged, the time of signing is not proved"),
    Standing.PASSED_AS_OF: N_("Passed, by earlier data on revocation"),
    Standing.PASSED: N_("Passed the check"),
    Standing.NO_SIGNATURE: N_("Without a signature"),
}
_SHORT: Mapping[Standing, str] = {
    Standing.BROKEN: N_("Signature invalid"),
    Standing.PROBLEM: N_("Problem"),
    Standing.UNKNOWN: N_("Undetermined"),
    Standing.TIME_NOT_PROVED: N_("Time not proved"),
    Standing.PASSED_AS_OF: N_("Signature valid"),
    Standing.PASSED: N_("Signature valid"),
    Standing.NO_SIGNATURE: N_("No signature"),
}
_HINTS: Mapping[Standing, str] = {
    Standing.TIME_NOT_PROVED: N_(
        "These are ordinary documents whose certificates have expired since. Nothing speaks against "
        "them, but without a time stamp nothing proves that they were signed in time."
    ),
    Standing.UNKNOWN: N_("This says nothing against the documents: something needed is missing."),
}
_TONES: Mapping[Standing, Tone] = {
    Standing.BROKEN: Tone.BAD,
    Standing.PROBLEM: Tone.UNSURE,
    Standing.UNKNOWN: Tone.UNSURE,
    Standing.TIME_NOT_PROVED: Tone.PLAIN,
    Standing.PASSED_AS_OF: Tone.GOOD,
    Standing.PASSED: Tone.GOOD,
    Standing.NO_SIGNATURE: Tone.PLAIN,
}


def standing_heading(standing: Standing) -> str:
    """Return the heading of a group of files."""
    return _(_HEADINGS[standing])


def standing_short(standing: Standing) -> str:
    """Return a standing in a word or two, where there is little room."""
    return _(_SHORT[standing])


def standing_hint(standing: Standing) -> str:
    """Return what is to be known of a group of files; empty: nothing."""
    return _(_HINTS[standing]) if standing in _HINTS else ""


def standing_tone(standing: Standing) -> Tone:
    """Return how the heading of a group is shown."""
    return _TONES[standing]


def grouped(files: Sequence[FileReport]) -> list[tuple[Standing, list[FileReport]]]:
    """Return the files by their standing, in the order of need; each group keeps their order."""
    groups = [(one, [file for file in files if file.standing is one]) for one in ORDER]
    return [group for group in groups if group[1]]
