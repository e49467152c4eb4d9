"""Words for what can be wrong with a chain, with data on revocation and with a certificate.

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
    "name_not_permitted": (N_("An authority above allowed certificates for other names only."),),
    "policy_required": (
        N_("The certificate was not issued under the rules that an authority above demands."),
    ),
    "policy_mapping": (
        N_("The authority equates its rules with any others at all, which is forbidden."),
    ),
    "crl_missing": (N_("There is no revocation list of this issuer."),),
    "crl_expired": (N_("The revocation list is out of date."),),
    "crl_too_late": (
        N_(
            "The revocation list was made after the certificate had expired, when it left the list."
        ),
    ),
    "crl_signature": (N_("The revocation list is not signed by the issuer of the certificate."),),
    "crl_scope": (N_("The revocation list is about other certificates of this issuer."),),
    "crl_reasons": (
        N_(
            "The revocation lists at hand cover only some reasons for revocation, so they prove nothing."
        ),
    ),
    "crl_signer_unchecked": (
        N_(
            "It is not known whether the certificate that signed the revocation list is itself in force."
        ),
    ),
    "ocsp_status": (N_("The service that answers on revocation refused to answer."),),
    "ocsp_damaged": (N_("The answer on revocation cannot be read."),),
    "ocsp_unknown": (N_("The service that answers on revocation does not know this certificate."),),
    "ocsp_expired": (N_("The answer on revocation is out of date."),),
    "ocsp_future": (N_("The answer on revocation carries a date that has not come yet."),),
    "ocsp_too_late": (
        N_(
            "The answer on revocation was given after the certificate had expired, when nobody answers for it any more."
        ),
    ),
    "ocsp_signature": (N_("The signature of the answer on revocation is wrong."),),
    "ocsp_responder": (
        N_(
            "The answer on revocation is signed by somebody whom the issuer did not charge with it."
        ),
    ),
    "ocsp_responder_expired": (
        N_("The certificate that signed the answer on revocation was not in force."),
    ),
    "ocsp_responder_revoked": (
        N_("The certificate that signed the answer on revocation is itself revoked."),
    ),
    "ocsp_responder_unchecked": (
        N_(
            "It is not known whether the certificate that signed the answer on revocation is itself in force."
        ),
    ),
    "ocsp_loop": (N_("The answer on revocation is signed with the very certificate it is about."),),
    "ocsp_cert_hash": (N_("The answer on revocation is about another certificate."),),
    "ocsp_unknown_critical": (
        N_("The answer on revocation sets a condition that this program does not process."),
    ),
    "ocsp_nonce": (
        N_("The answer on revocation does not belong to the question: it may have been replayed."),
    ),
    "evidence_chain_broken": (
        N_("The chain of certificates is not whole, so nothing can be proved by it: {subject}."),
        N_("The chain of certificates is not whole, so nothing can be proved by it."),
    ),
    "evidence_revoked": (
        N_("The certificate is revoked or suspended: {subject}."),
        N_("A certificate of the chain is revoked or suspended."),
    ),
    "evidence_state_unknown": (
        N_("There are no fresh data on whether this certificate is revoked: {subject}."),
        N_("There are no fresh data on whether a certificate of the chain is revoked."),
    ),
    "evidence_not_fetched": (
        N_("Could not be fetched from the network: {url}."),
        N_("Data could not be fetched from the network."),
    ),
    "evidence_offline": (N_("The network is switched off, so no fresh data were fetched."),),
    "evidence_too_many_requests": (
        N_("So many requests to the network were needed that the program stopped asking."),
    ),
    "crl_delta": (N_("There are only changes to a revocation list, and not the list itself."),),
    "crl_unknown_critical": (
        N_("The revocation list sets a condition that this program does not process."),
    ),
    "crl_damaged": (N_("The revocation list cannot be read."),),
    "serial_negative": (
        N_("The number of the certificate is below zero, so it cannot be looked up in lists."),
    ),
    "serial_too_long": (
        N_("The number of this certificate is longer than the standard allows: {subject}."),
        N_("The number of a certificate is longer than the standard allows."),
    ),
    "issuer_in_force_then": (
        N_(
            "This certificate of an authority is not in force now, but was when the next one was issued: {subject}."
        ),
        N_(
            "A certificate of an authority is not in force now, but was when the next one was issued."
        ),
    ),
    "issuer_not_in_force_then": (
        N_(
            "This certificate of an authority was not in force even when the next one was issued: {subject}."
        ),
        N_("A certificate of an authority was not in force even when the next one was issued."),
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
