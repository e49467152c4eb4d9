"""Words for what can be wrong with a chain, with revocation lists and with the data of a certificate.

The form is that of ``notice_table``, which takes this table in.
"""

from collections.abc import Mapping

from app.texts.catalogue import N_

CHAIN_NOTICES: Mapping[str, tuple[str, ...]] = {
    "bad_signature": (
        N_(
            "The certificate is not signed by the authority it names: it was altered or is a forgery."
        ),
    ),
    "chain_too_long": (N_("There are more certificates in the chain than any real one has."),),
    "search_limit": (
        N_("There are so many possible chains that the search was stopped: this looks deliberate."),
    ),
    "algorithm_unsupported": (
        N_("The certificate is signed with an algorithm this program does not know."),
    ),
    "algorithm_mismatch": (
        N_("The certificate names two different algorithms for one signature."),
    ),
    "unknown_critical": (
        N_("The certificate sets a condition that this program does not process ({oid})."),
        N_("The certificate sets a condition that this program does not process."),
    ),
    "not_a_ca": (
        N_("The certificate belongs to nobody who may issue certificates, and yet it issued one."),
    ),
    "path_length": (N_("The authority may not have other authorities below it, and has one."),),
    "key_usage": (N_("The key of the authority is not meant for issuing certificates."),),
    "crl_missing": (N_("There is no revocation list of this issuer."),),
    "crl_expired": (N_("The revocation list is out of date."),),
    "crl_too_late": (
        N_(
            "The revocation list was made after the certificate had expired, when it left the list."
        ),
    ),
    "crl_signature": (N_("The revocation list is not signed by the issuer of the certificate."),),
    "crl_scope": (N_("The revocation list is about other certificates of this issuer."),),
    "crl_delta": (N_("There are only changes to a revocation list, and not the list itself."),),
    "crl_unknown_critical": (
        N_("The revocation list sets a condition that this program does not process."),
    ),
    "crl_damaged": (N_("The revocation list cannot be read."),),
    "serial_negative": (
        N_("The number of the certificate is below zero, so it cannot be looked up in lists."),
    ),
    "accreditation_not_established": (
        N_("The list of accredited certification authorities was not asked."),
    ),
    "requisite_missing": (
        N_("The certificate lacks what a qualified one must have ({field})."),
        N_("The certificate lacks what a qualified one must have."),
    ),
    "number_doubtful": (
        N_("A number in the certificate has wrong check digits: {value}."),
        N_("A number in the certificate has wrong check digits."),
    ),
    "trust_file_skipped": (
        N_("A file among the trusted ones was passed over: {path}."),
        N_("A file among the trusted ones was passed over."),
    ),
}
