"""Words for errors of stored facts."""

from collections.abc import Mapping

from app.errors import ErrorCode
from app.texts.catalogue import N_
from app.texts.error_entry import Entry

FACTS_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.FACTS_DAMAGED: Entry(
        N_("These are no stored facts"),
        (
            N_("File: {path}."),
            N_("It is damaged, or it was not written by this program. Nothing was judged."),
        ),
        N_("Take a file that was saved by: roscherk verify FILE --facts OUT.json"),
    ),
}
