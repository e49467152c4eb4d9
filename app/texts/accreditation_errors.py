"""Words for errors of the list of accredited authorities, and of XML as such."""

from collections.abc import Mapping

from app.errors import ErrorCode, Fact
from app.texts.catalogue import N_, _
from app.texts.error_entry import Entry

ACCREDITATION_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.XML_UNSAFE: Entry(
        N_("The XML file is not safe to read"),
        (
            N_("File: {path}."),
            N_("It holds a document type, entities, or an encoding that such files do not need."),
        ),
        N_("Do not rely on this file. Get it again from where it is published."),
    ),
    ErrorCode.ACCREDITED_LIST_DAMAGED: Entry(
        N_("This is no list of accredited authorities"),
        (
            N_("File: {path}."),
            N_("What is wrong: {cause}."),
            N_("The list that was there before stays in use."),
        ),
        N_("Download the list from the portal of the authorized federal body and try again."),
    ),
    ErrorCode.ACCREDITED_LIST_MISSING: Entry(
        N_("There is no list of accredited authorities"),
        (N_("None was imported into this profile, or there is none to go back to."),),
        N_(
            "Fetch it (roscherk trust tsl fetch) or import a file (roscherk trust tsl import FILE)."
        ),
    ),
    ErrorCode.ACCREDITED_LIST_NOT_FETCHED: Entry(
        N_("The list of accredited authorities could not be fetched"),
        (
            N_("Address: {url}."),
            N_("Reason: {reason}."),
            N_("The list that was there before stays in use."),
        ),
        N_(
            "Download the list with a browser from the portal of the authorized federal body and import the file, or name another address."
        ),
    ),
    ErrorCode.ACCREDITED_LIST_OLDER: Entry(
        N_("This list is older than the one in use"),
        (
            N_("File: {path}."),
            N_("It has version {version}, the one in use has version {current}."),
            N_("An older list could bring back an authority that has lost its accreditation."),
        ),
        N_("Download the newest list; to go back to the previous one, undo the last import."),
    ),
    ErrorCode.ACCREDITED_LIST_SIGNATURE: Entry(
        N_("The signature of the list does not hold"),
        (
            N_("File: {path}."),
            N_("What is wrong: {cause}."),
            N_("The list that was there before stays in use."),
        ),
        N_("Do not rely on this file. Download the list again."),
    ),
    ErrorCode.ACCREDITED_LIST_SIGNER_UNKNOWN: Entry(
        N_("The signer of the list is not known to this program"),
        (
            N_("File: {path}."),
            N_("The signature itself holds. It was made with the certificate of {subject}."),
            N_("Its issuer: {issuer}."),
            N_("SHA-256 of the certificate: {sha256}."),
        ),
        N_(
            "Compare the fingerprint with the one published by the authorized federal body. If it is the same, "
            "import the list again and name it: --trust-signer SHA256."
        ),
    ),
}

_CAUSES: Mapping[str, str] = {
    "root": N_("the document is of another kind"),
    "version": N_("its version cannot be read"),
    "date": N_("its date cannot be read"),
    "empty": N_("it names no certificate of an authority"),
    "absent": N_("the list is not signed"),
    "several": N_("there are several signatures in it"),
    "place": N_("the signature does not stand where it belongs"),
    "structure": N_("the signature is built against the rules"),
    "duplicate_ids": N_("two parts of it bear one identifier"),
    "reference": N_("the signature is not over the whole list"),
    "transforms": N_("the signature prescribes to change the list before it is checked"),
    "algorithm": N_("its algorithm is not known here"),
    "certificate": N_("it does not name one certificate of its signer"),
    "digest": N_("the list was changed after it had been signed"),
    "value": N_("the signature was not made with the certificate in it"),
    "weak": N_("its algorithm proves nothing any more"),
    "signer_term": N_("the certificate of its signer was not in force on the day of the list"),
}


def with_list_cause(code: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Put the reason of an error about the list into words."""
    listed = {ErrorCode.ACCREDITED_LIST_DAMAGED, ErrorCode.ACCREDITED_LIST_SIGNATURE}
    cause = _CAUSES.get(str(facts.get("reason")))
    if code not in listed or cause is None:
        return facts
    return {**facts, "cause": _(cause)}
