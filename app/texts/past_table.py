"""Words for what past validation finds: times, their proof, and what came after them."""

from collections.abc import Mapping

from app.texts.catalogue import N_

PAST_NOTICES: Mapping[str, tuple[str, ...]] = {
    "root_expired": (N_("The root certificate that vouches for the chain has expired."),),
    "conditional_time": (
        N_("The verdict is conditional: it holds for the moment you named, {at}."),
        N_("The verdict is conditional: it holds only if the moment you named is right."),
    ),
    "signed_before_certificate": (
        N_(
            "A time stamp proves that the signature was there before its certificate began, {not_before}."
        ),
        N_("A time stamp proves that the signature was there before its certificate began."),
    ),
    "signed_after_revocation": (
        N_("The signature was made when its certificate was revoked already."),
    ),
    "signed_after_expiry": (
        N_("The signature was made after its certificate had ended, {not_after}."),
        N_("The signature was made after its certificate had ended."),
    ),
    "time_stamps_disorder": (
        N_("Time stamps of the signature name moments in an order that cannot be."),
    ),
    "time_only_claimed": (N_("The moment of signing is the signer's own word."),),
    "time_act_ended": (
        N_(
            "The rules on trusted time stamps ({act}) ended on {until}. This time stamp proves the time by the "
            "international standard; whether the law takes it for trusted depends on the act that follows."
        ),
        N_("The rules on trusted time stamps ended before this time stamp was made."),
    ),
    "level_stamp_authority_ended": (
        N_(
            "A time stamp names {at}, but the certificate of its authority or its algorithm is no longer in force, "
            "and no later time stamp protects it: it proves nothing today."
        ),
        N_("The authority of a time stamp is no longer in force: it proves nothing today."),
    ),
    "level_stamp_vague": (
        N_(
            "A time stamp names {at}, but its authority does not vouch for the moment to within minutes: it proves no time."
        ),
        N_("The authority of a time stamp does not vouch for a moment: it proves no time."),
    ),
    "revocation_data_before": (
        N_(
            "The data on revocation were made before the signing, so they cannot tell of a revocation "
            "shortly before it."
        ),
    ),
    "revocation_data_aged": (
        N_("The data on revocation are older than the chosen policy allows."),
    ),
    "crl_future": (N_("The revocation list says it was made in the future."),),
    "key_invalid_since": (
        N_("The authority says that the key may have been in wrong hands since {at}: {subject}."),
        N_("The authority says that the key may have been in wrong hands earlier."),
    ),
    "claimed_time_after_stamp": (
        N_("The signature claims {at}, which is later than its own time stamp."),
    ),
    "signature_policy_implied": (
        N_("The signer refers to rules (a signature policy) without naming them."),
    ),
}
