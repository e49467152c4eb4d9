"""Words for remarks on time-stamps, references and archive time-stamps, by their codes."""

from collections.abc import Mapping

from app.texts.catalogue import N_

LEVEL_NOTICES: Mapping[str, tuple[str, ...]] = {
    "level_stamp_unsound": (N_("A time stamp of the signature cannot be relied on."),),
    "level_stamp_imprint_unknown": (
        N_("It could not be checked what a time stamp of the signature belongs to."),
    ),
    "level_stamp_after_expiry": (
        N_("The time stamp was made on {at}, when the signer's certificate had expired."),
        N_("The time stamp was made when the signer's certificate had expired."),
    ),
    "level_stamp_order": (N_("The time stamps of the signature contradict each other."),),
    "level_stamps_too_many": (
        N_("The signature has more than {maximum} time stamps: the others were not looked at."),
        N_("The signature has too many time stamps: not all were looked at."),
    ),
    "level_stamp_untrusted": (
        N_(
            "The signature has a time stamp, but you do not trust the authority that made it: its time is not proved."
        ),
    ),
    "level_stamp_revocation_unknown": (
        N_(
            "A time stamp names {at}, but whether the certificate of its authority is revoked is not known: it proves nothing yet."
        ),
        N_("It is not known whether the certificate of the time stamp authority was revoked."),
    ),
    "level_stamp_wrong": (N_("The time stamp does not fit the document, or it was altered."),),
    "references_incomplete": (
        N_("The references to the evidence in the signature are incomplete."),
    ),
    "references_damaged": (
        N_("A part of the evidence in the signature cannot be read ({oid})."),
        N_("A part of the evidence in the signature cannot be read."),
    ),
    "references_unresolved": (
        N_(
            "The evidence in the signature does not fit its references, or a part is missing ({count})."
        ),
        N_("The evidence in the signature does not fit its references, or a part is missing."),
    ),
    "hash_index_count": (N_("An archive time stamp does not say what it protects."),),
    "hash_index_mismatch": (
        N_("An archive time stamp protects parts that are changed or missing now ({count})."),
        N_("An archive time stamp protects parts that are changed or missing now."),
    ),
    "hash_index_digest": (N_("An archive time stamp is built against the rules."),),
    "archive_partial": (N_("An archive time stamp does not protect all the evidence."),),
    "archive_form_unknown": (
        N_("The signature has an archive time stamp of the oldest kind, which was not checked."),
    ),
    "level_evidence_incomplete": (
        N_("Evidence lies in the signature, but not for every certificate that needs it."),
    ),
    "signature_policy_unchecked": (
        N_("The signer refers to rules (a signature policy, {oid}) that were not looked at."),
        N_("The signer refers to rules (a signature policy) that were not looked at."),
    ),
}
