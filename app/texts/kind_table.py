"""Words that differ by what a signature is in its file: a document time-stamp, a counter-signature.

Where a table has no row, the words for a signature of the document hold.
"""

from collections.abc import Mapping

from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.report import Indication, SubIndication
from app.texts.catalogue import N_
from app.texts.cause_table import Cause

_STEP = N_("Do not rely on this date. What the signatures are worth is said at each of them.")
_ENDED = Cause(
    N_("On the day of the check the certificate of the time stamp authority is not in force."),
    _STEP,
)
_REVOKED = Cause(
    N_("The certificate of the time stamp authority is revoked, so its date proves nothing."),
    _STEP,
)
_WEAK = Cause(
    N_("The time stamp uses an algorithm or a key that is outdated, too weak or unknown here."),
    _STEP,
)

STAMP_HEADINGS: Mapping[Indication, str] = {
    Indication.TOTAL_PASSED: N_("The time stamp is valid"),
    Indication.INDETERMINATE: N_("The status of the time stamp is not determined"),
    Indication.TOTAL_FAILED: N_("The time stamp is not valid"),
    Indication.NO_SIGNATURE: N_("There is no signature"),
}
STAMP_PRACTICE_HEADINGS: Mapping[Indication, str] = {
    Indication.TOTAL_PASSED: N_("A PRACTICE time stamp, the check is passed"),
    Indication.INDETERMINATE: N_("A PRACTICE time stamp: it proves nothing"),
    Indication.TOTAL_FAILED: N_("A PRACTICE time stamp, and it is not valid"),
    Indication.NO_SIGNATURE: N_("There is no signature"),
}

_OF_STAMPS: Mapping[SubIndication, Cause] = {
    SubIndication.FORMAT_FAILURE: Cause(
        N_("The time stamp is built against the rules, or it was tampered with."), _STEP
    ),
    SubIndication.HASH_FAILURE: Cause(
        N_(
            "The document is not the one that the time stamp was made for: it was changed since, or this is another document."
        ),
        N_("Do not accept the document. Ask the sender for the original."),
    ),
    SubIndication.SIG_CRYPTO_FAILURE: Cause(
        N_("The time stamp was altered, or this authority did not make it."), _STEP
    ),
    SubIndication.SIG_CONSTRAINTS_FAILURE: Cause(
        N_("Something about the time stamp does not allow relying on it."), _STEP
    ),
    SubIndication.CHAIN_CONSTRAINTS_FAILURE: Cause(
        N_("The certificate of the authority is not one to be relied on for time stamps."), _STEP
    ),
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: Cause(
        N_(
            "The chain of certificates does not hold together: one of them was not issued by the next."
        ),
        _STEP,
    ),
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: _WEAK,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: _WEAK,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: Cause(
        N_(
            "The certificate of the time stamp authority was not found, so it is unknown who vouches for the date."
        ),
        _STEP,
    ),
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: Cause(
        N_("The time stamp authority is not known here: no root that you trust vouches for it."),
        N_(
            "If you trust this authority, add its root certificate to the trusted ones. Take it from its official site."
        ),
    ),
    SubIndication.REVOKED_NO_POE: _REVOKED,
    SubIndication.REVOKED_CA_NO_POE: _REVOKED,
    SubIndication.OUT_OF_BOUNDS_NOT_REVOKED: _ENDED,
    SubIndication.OUT_OF_BOUNDS_NO_POE: _ENDED,
    SubIndication.TRY_LATER: Cause(
        N_(
            "It is not known whether the certificate of the time stamp authority is revoked: there are no fresh data on that."
        ),
        N_(
            "Download the revocation list (.crl) from the site of the certification authority, add it to the revocation lists of this program and verify again."
        ),
    ),
}
KIND_CAUSES: Mapping[SignatureKind, Mapping[SubIndication, Cause]] = {
    SignatureKind.SIGNATURE: {},
    SignatureKind.DOCUMENT_TIMESTAMP: _OF_STAMPS,
    SignatureKind.COUNTER_SIGNATURE: {
        SubIndication.HASH_FAILURE: Cause(
            N_("The certified signature was changed since, or another one was certified."),
            N_("Do not rely on the certification. Ask whoever certified it to do so anew."),
        ),
    },
}

KIND_NOTICES: Mapping[SignatureKind, Mapping[str, tuple[str, ...]]] = {
    SignatureKind.SIGNATURE: {},
    SignatureKind.DOCUMENT_TIMESTAMP: {
        "practice": (N_("This is a practice time stamp: it proves nothing."),),
        "level_stamp_untrusted": (
            N_("You do not trust the authority that made this time stamp: its time is not proved."),
        ),
        "level_stamp_unsound": (N_("This time stamp cannot be relied on."),),
        "digest_mismatch": (N_("The document differs from what the time stamp was made for."),),
        "signature_wrong": (N_("The time stamp does not fit the key of its authority."),),
        "signature_not_checked": (N_("The time stamp could not be checked."),),
        "signer_not_found": (N_("The certificate of the time stamp authority was not found."),),
        "level_stamp_revocation_unknown": (
            N_("Whether the certificate of the time stamp authority is revoked is not known."),
        ),
        "level_stamp_authority_ended": (
            N_(
                "The certificate of the time stamp authority or its algorithm is no longer in force."
            ),
        ),
        "level_stamp_vague": (
            N_("The time stamp authority does not vouch for the moment to within minutes."),
        ),
        "expired": (N_("The certificate of the time stamp authority has expired."),),
        "not_yet_valid": (N_("The certificate of the time stamp authority is not in force yet."),),
        "revoked": (N_("The certificate of the time stamp authority is revoked."),),
        "on_hold": (N_("The certificate of the time stamp authority is suspended (not revoked)."),),
        "revocation_unknown": (
            N_("It is not known whether the certificate of the time stamp authority was revoked."),
        ),
        "claimed_time_in_future": (N_("The time stamp names a moment later than now: {at}."),),
        "changes_form_fill": (N_("A form was filled in after the time stamp."),),
        "changes_annotation": (N_("Remarks or drawings were added after the time stamp."),),
        "changes_undefined": (
            N_("After the time stamp something was added that cannot be explained."),
        ),
        "pdf_archival_data_added": (
            N_("After the time stamp only evidence for long-term keeping was added."),
        ),
        "pdf_signature_added": (
            N_("After the time stamp a signature was added, and nothing else."),
        ),
    },
    SignatureKind.COUNTER_SIGNATURE: {
        "digest_mismatch": (N_("The signature that is there differs from the certified one."),),
    },
}
