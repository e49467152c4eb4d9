"""Errors about the certificate stores and trust bundles: the form is that of ``error_table``."""

from collections.abc import Mapping

from app.errors import ErrorCode
from app.texts.catalogue import N_
from app.texts.error_entry import Entry

TRUST_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.CHANGE_LATER: Entry(
        N_("A later change has to be undone first"),
        (
            N_("Change: {name}."),
            N_("The change {later} touched the same certificates after it."),
        ),
        N_("Undo the later change, then this one: changes are undone in order, the newest first."),
    ),
    ErrorCode.TRUST_BUSY: Entry(
        N_("The certificate stores are being changed by another window or command"),
        (N_("Folder: {path}."), N_("Nothing was changed here.")),
        N_("Wait until the other one is done, or close it, and try again."),
    ),
    ErrorCode.ROOT_NOT_CONFIRMED: Entry(
        N_("A root certificate is trusted only after you said so"),
        (
            N_("Owner: {name}."),
            N_("SHA-256 fingerprint: {sha256}."),
            N_("Nothing was changed."),
        ),
        N_(
            "Compare the fingerprint with the one that the authority publishes, then repeat the command with --yes-root {sha256}."
        ),
    ),
    ErrorCode.PRACTICE_CERTIFICATE: Entry(
        N_("Practice certificates do not go into the stores"),
        (N_("Owner: {name}."),),
        N_("Practice mode trusts its own root by itself, and only there."),
    ),
    ErrorCode.BUNDLE_EMPTY: Entry(
        N_("There is nothing to put into a trust bundle"),
        (N_("No root, no authority and no revocation list is in the stores."),),
        N_("Add the roots and authorities that you trust, then make the bundle."),
    ),
    ErrorCode.BUNDLE_DAMAGED: Entry(
        N_("The trust bundle is damaged, or it is none"),
        (
            N_("File: {path}."),
            N_("Part: {part}."),
            N_("Nothing was taken from it."),
        ),
        N_("Have the bundle made and sent again; compare its SHA-256 with that of the original."),
    ),
    ErrorCode.BUNDLE_NOT_SIGNED_WELL: Entry(
        N_("The signature of the trust bundle is broken"),
        (N_("File: {path}."), N_("Its list of parts is not the one that was signed.")),
        N_("Take nothing from this bundle; ask whoever made it for a new one."),
    ),
}
