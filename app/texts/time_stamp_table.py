"""Words for every code of the check of a time stamp (`app.crypto.timestamps.codes`).

The form is that of ``notice_table``, which takes this table in.
"""

from collections.abc import Mapping

from app.texts.catalogue import N_

TIME_STAMP_NOTICES: Mapping[str, tuple[str, ...]] = {
    "tsp_structure": (N_("The time stamp cannot be read."),),
    "tsp_content_type": (N_("What should be a time stamp is another kind of signature."),),
    "tsp_signers": (N_("The time stamp must have exactly one signer."),),
    "tsp_version": (N_("The time stamp is of an unknown version."),),
    "tsp_extension": (
        N_("The time stamp contains a condition that this program does not know ({oid})."),
        N_("The time stamp contains a condition that this program does not know."),
    ),
    "tsp_certificate": (
        N_("The certificate of the server that gave the time stamp was not found."),
    ),
    "tsp_signing_certificate": (
        N_("The time stamp does not name the certificate that signed it: it may be a forgery."),
    ),
    "tsp_purpose": (
        N_("The certificate of the server that gave the time stamp is not meant for time stamps."),
    ),
    "tsp_key_usage": (
        N_("The key of the server that gave the time stamp is not meant for signing data."),
    ),
    "tsp_accuracy": (N_("The accuracy that the time stamp states makes no sense."),),
    "tsp_signature": (N_("The signature of the time stamp itself does not hold."),),
    "tsp_imprint": (N_("The time stamp is for other data: the file was changed after it."),),
    "tsp_algorithm": (
        N_("The time stamp uses a hash function that proves nothing ({digest})."),
        N_("The time stamp uses a hash function that proves nothing."),
    ),
    "tsp_other_name": (
        N_("The time stamp names another server than the certificate that signed it."),
    ),
    "tsp_weak_digest": (
        N_("The time stamp uses a hash function that is out of use now ({digest})."),
        N_("The time stamp uses a hash function that is out of use now."),
    ),
    "tsp_clock_skew": (
        N_(
            "The clock of this computer and that of the time stamp server differ by {minutes} min: check the date and the time."
        ),
        N_("The clock of this computer and that of the time stamp server differ."),
    ),
}
