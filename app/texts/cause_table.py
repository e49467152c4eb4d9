"""Words for the 25 sub-indications: what was found, and what to do next."""

from collections.abc import Mapping

from app.crypto.verdict.report import SubIndication
from app.texts.catalogue import N_
from app.values import dataclass


@dataclass(frozen=True)
class Cause:
    """One sentence without abbreviations, and the next step."""

    sentence: str
    step: str


CAUSES: Mapping[SubIndication, Cause] = {
    SubIndication.FORMAT_FAILURE: Cause(
        N_("The signature is built against the rules, or its structure was tampered with."),
        N_("Do not accept the document. Ask the sender to sign it anew."),
    ),
    SubIndication.HASH_FAILURE: Cause(
        N_(
            "The document is not the one that was signed: it was changed after signing, or this is another document."
        ),
        N_("Do not accept the document. Ask the sender for the original and its signature."),
    ),
    SubIndication.SIG_CRYPTO_FAILURE: Cause(
        N_("The signature does not belong to this certificate, or it was altered."),
        N_("Do not accept the document. Ask the sender to sign it anew."),
    ),
    SubIndication.REVOKED: Cause(
        N_("The certificate had been revoked before the document was signed."),
        N_("Do not accept the document. Ask for a signature with a certificate in force."),
    ),
    SubIndication.EXPIRED: Cause(
        N_("The certificate had expired before the document was signed."),
        N_("Do not accept the document. Ask for a signature with a certificate in force."),
    ),
    SubIndication.NOT_YET_VALID: Cause(
        N_("The document was signed before the certificate came into force."),
        N_("Do not accept the document. Ask for a signature with a certificate in force."),
    ),
    SubIndication.SIG_CONSTRAINTS_FAILURE: Cause(
        N_("The signature is well formed, but something about it does not allow relying on it."),
        N_("Read the reasons below and compare the document with what you agreed upon."),
    ),
    SubIndication.CHAIN_CONSTRAINTS_FAILURE: Cause(
        N_("The chain of certificates is not one that you may rely on for this purpose."),
        N_("Read the reasons below; ask for a signature with a suitable certificate."),
    ),
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: Cause(
        N_(
            "The chain of certificates does not hold together: one of them was not issued by the next."
        ),
        N_(
            "Do not rely on the name in the certificate. Ask the signer for the certificate of the certification authority."
        ),
    ),
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: Cause(
        N_("The signature uses an algorithm or a key that is outdated, too weak or unknown here."),
        N_("Ask the sender to sign the document with a modern certificate."),
    ),
    SubIndication.POLICY_PROCESSING_ERROR: Cause(
        N_("The rules under which the signature was made could not be applied."),
        N_("Ask the sender which rules (signature policy) are meant."),
    ),
    SubIndication.SIGNATURE_POLICY_NOT_AVAILABLE: Cause(
        N_("The signature refers to rules (a signature policy) that are not at hand."),
        N_("Ask the sender for the text of these rules."),
    ),
    SubIndication.TIMESTAMP_ORDER_FAILURE: Cause(
        N_("The time stamps contradict each other."),
        N_("Do not rely on the dates. Ask the sender to sign the document anew."),
    ),
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: Cause(
        N_("The signer's certificate was not found, so it is unknown whose signature this is."),
        N_("Ask the signer for the certificate and add it to the certificates of this program."),
    ),
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: Cause(
        N_(
            "The issuer of the certificate is not known here: no root that you trust vouches for it."
        ),
        N_(
            "Add the certificates of the certification authority: its root to the trusted ones, the others to the intermediate ones. Take them from its official site."
        ),
    ),
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE: Cause(
        N_(
            "The chain of certificates cannot be confirmed for today, and the time of signing is not proved."
        ),
        N_("Ask for a signature with a time stamp, or for a new signature."),
    ),
    SubIndication.REVOKED_NO_POE: Cause(
        N_(
            "The certificate is revoked, and nothing proves that the document was signed before that."
        ),
        N_("Do not accept the document until the sender signs it with a certificate in force."),
    ),
    SubIndication.REVOKED_CA_NO_POE: Cause(
        N_(
            "The certificate of the certification authority is revoked, and the time of signing is not proved."
        ),
        N_("Do not accept the document until the sender signs it with a certificate in force."),
    ),
    SubIndication.OUT_OF_BOUNDS_NOT_REVOKED: Cause(
        N_(
            "On the day of the check the certificate has expired; it was not revoked while in force, but the time of signing is not proved."
        ),
        N_(
            "Under art. 11 of 63-FZ the certificate must be in force when signing, if that time is known reliably, or else on the day of the check. Ask for a time stamp or a new signature."
        ),
    ),
    SubIndication.OUT_OF_BOUNDS_NO_POE: Cause(
        N_(
            "On the day of the check a certificate is not in force, and the time of signing is not proved."
        ),
        N_(
            "Under art. 11 of 63-FZ the certificate must be in force when signing, if that time is known reliably, or else on the day of the check. Ask for a time stamp or a new signature."
        ),
    ),
    SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE: Cause(
        N_("The data on revocation are signed with a certificate that is not in force today."),
        N_("Get a fresh revocation list of the certification authority."),
    ),
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: Cause(
        N_(
            "The algorithm was acceptable on the day the signature claims, but that day is not proved, and today the algorithm is outdated."
        ),
        N_(
            "Look for proof that the document existed then: a time stamp, a letter, an archive record."
        ),
    ),
    SubIndication.NO_POE: Cause(
        N_("Nothing proves when the document was signed."),
        N_("Ask for a signature with a time stamp."),
    ),
    SubIndication.TRY_LATER: Cause(
        N_("It is not known whether the certificate is revoked: there are no fresh data on that."),
        N_(
            "Download the revocation list (.crl) from the site of the certification authority, add it to the revocation lists of this program and verify again."
        ),
    ),
    SubIndication.SIGNED_DATA_NOT_FOUND: Cause(
        N_(
            "The document this signature belongs to was not found, so there is nothing to compare with."
        ),
        N_("Put the document beside the signature, or point to it (--content FILE)."),
    ),
}
