"""Words for errors of joint signing."""

from collections.abc import Mapping

from app.errors import ErrorCode
from app.texts.catalogue import N_
from app.texts.error_entry import Entry

ROUTE_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.ROUTE_NOT_FOUND: Entry(
        N_("No such gathering of signatures"),
        (N_("Looked for: {name}."),),
        N_("Look at the list for those there are (roscherk route list)."),
    ),
    ErrorCode.ROUTE_DAMAGED: Entry(
        N_("The record of a gathering of signatures is damaged"),
        (N_("File: {path}."),),
        N_(
            "Its folder is set aside whole, with every signature that came in: begin anew and give "
            "that folder to the new gathering."
        ),
    ),
    ErrorCode.ROUTE_NEWER: Entry(
        N_("A later version of the program keeps this record"),
        (N_("File: {path}."),),
        N_("Open it with that version; it is left as it is."),
    ),
    ErrorCode.ROUTE_BUSY: Entry(
        N_("Another window or command is writing just now"),
        (),
        N_("Try again in a moment."),
    ),
    ErrorCode.ROUTE_PERSON_INVALID: Entry(
        N_("A line about a person cannot be taken"),
        (
            N_("Line {line}."),
            N_("Typed: {value}."),
            N_("ИНН has 10 or 12 digits, СНИЛС has 11; here are {digits}."),
            N_("There is a typing error in the number {number}: its check digits do not agree."),
        ),
        N_("Write: name, ИНН, СНИЛС, e-mail. A name or one of the numbers is needed."),
    ),
    ErrorCode.ROUTE_PERSON_TWICE: Entry(
        N_("Somebody is named twice"),
        (N_("Person: {name}."),),
        N_("Leave one of the lines out."),
    ),
    ErrorCode.ROUTE_PERSON_UNKNOWN: Entry(
        N_("Nobody like that is awaited"),
        (N_("Looked for: {name}."),),
        N_("Choose somebody of the list, or add him first."),
    ),
    ErrorCode.ROUTE_PEOPLE_TOO_MANY: Entry(
        N_("Too many people for one file"),
        (N_("Named: {count}; a file with signatures holds {maximum}."),),
        N_("Begin several gatherings for one document."),
    ),
    ErrorCode.ROUTE_DOCUMENT_CHANGED: Entry(
        N_("The document is not the one that was sent out for signing"),
        (
            N_("File: {path}."),
            N_(
                "It was changed since, moved, or removed; the signatures are of what it was before."
            ),
        ),
        N_("Put the document back as it was, or point to a copy of it that was not changed."),
    ),
    ErrorCode.ROUTE_SIGNATURE_UNKNOWN: Entry(
        N_("No such signature has come in"),
        (N_("Looked for: {name}."),),
        N_("Look at the gathering anew: another window or command may have changed it."),
    ),
    ErrorCode.ROUTE_NOTHING_SIGNED: Entry(
        N_("No signature has come in yet"),
        (),
        N_("Drop the signature files that people sent you; then a package can be made."),
    ),
    ErrorCode.ROUTE_INCOMPLETE: Entry(
        N_("Not everybody has signed"),
        (N_("Signatures still awaited: {count}."),),
        N_(
            "Wait for the rest, or make the package of what there is (roscherk route finish --incomplete)."
        ),
    ),
    ErrorCode.ROUTE_SIGNATURE_SPOILT: Entry(
        N_("A signature that had come in does not pass any more"),
        (N_("File: {path}."),),
        N_(
            "Its certificate may have been revoked since, or the kept file was damaged: leave it out "
            "and ask for another."
        ),
    ),
}
