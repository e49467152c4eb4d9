"""Words for every error: a heading, an explanation and an advice, with the facts filled in.

The explanation is made of sentences; a sentence whose facts are missing is left out, so a code
always has words, whatever facts came with it.
"""

from collections.abc import Mapping

from app.errors import ErrorCode, Fact, RoscherkError
from app.texts.accreditation_errors import with_list_cause
from app.texts.catalogue import _
from app.texts.error_table import ERRORS
from app.texts.module_errors import with_module_reason
from app.texts.network_words import with_reason
from app.texts.package_errors import with_archive_reason
from app.texts.pin_words import with_pin_words
from app.texts.profile_errors import with_profile_reason
from app.texts.request_fields import worded
from app.texts.showing import fill, fill_anyway
from app.values import dataclass


@dataclass(frozen=True)
class Words:
    """What a person reads about one error."""

    heading: str
    explanation: str
    advice: str
    code: str = ""
    """Of the error: its place in the guide has this name."""


def describe(code: str, facts: Mapping[str, Fact] | None = None) -> Words:
    """Return the words for a code; an unknown code is told as unexpected, with the code itself."""
    known = with_reason(code, worded(facts or {}))
    known = with_pin_words(code, with_module_reason(code, known))
    known = with_archive_reason(code, with_list_cause(code, known))
    known = with_profile_reason(code, known)
    try:
        entry = ERRORS[ErrorCode(code)]
    except ValueError:
        entry = ERRORS[ErrorCode.UNEXPECTED]
        known = {**known, "exception": code}
    sentences = (fill(_(sentence), known) for sentence in entry.explanation)
    return Words(
        heading=_(entry.heading),
        explanation=" ".join(sentence for sentence in sentences if sentence),
        advice=fill_anyway(_(entry.advice), known),
        code=known_code(code),
    )


def known_code(code: str) -> str:
    """Return the code itself if it is one of ours, else that of an unexpected error."""
    return code if code in set(ErrorCode) else ErrorCode.UNEXPECTED.value


def describe_error(error: RoscherkError) -> Words:
    """Return the words for an error."""
    return describe(error.code, error.facts)
