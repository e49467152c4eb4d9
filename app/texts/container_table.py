"""What is said of containers, by its code; the form is that of ``notice_table``."""

from collections.abc import Mapping

from app.texts.catalogue import N_

CONTAINER_NOTICES: Mapping[str, tuple[str, ...]] = {
    # before a key is used
    "container_folder_open": (
        N_("Other users of this computer can read the files of the key: {path}."),
        N_("Other users of this computer can read the files of the key."),
    ),
    "key_file_open": (
        N_("Other users of this computer can read this key file: {path}."),
        N_("Other users of this computer can read this key file."),
    ),
    "qualified_together": (
        N_(
            "There are {count} qualified certificates on one token; the tax office asks to keep each on a token of its own."
        ),
        N_("There are several qualified certificates on one token."),
    ),
    # after an installation
    "personal_is_ours": (
        N_("Browsers and КриптоПро CSP do not see this store: it is the program's own."),
    ),
    "system_store_linked": (
        N_(
            "КриптоПро CSP is installed: the certificate is in its store «Личное» too, with its key (links of the chain: {chain}). Taking the installation back leaves it there."
        ),
    ),
    "system_store_done": (
        N_(
            "КриптоПро CSP is installed: the certificate is in its store «Личное» too, without a key, for it is not one of CSP's (links of the chain: {chain}). Taking the installation back leaves it there."
        ),
    ),
    "system_store_failed": (
        N_(
            "The store of КриптоПро CSP did not take the certificate ({answer}). To try by hand: {command}"
        ),
        N_("The store of КриптоПро CSP did not take the certificate ({answer})."),
    ),
    "signing_needs_none": (
        N_("To sign in this program no certificate has to be installed anywhere."),
    ),
    # a test
    "test_opens": (N_("The key opens, and its numbers are right."),),
    "test_not_opened": (
        N_("The key was not opened: the certificate was compared with the print of the key."),
    ),
    "test_signs": (N_("The key signs, and the signature verifies."),),
    "test_signs_wrongly": (N_("The key makes signatures that do not verify."),),
    "test_no_certificate": (N_("There is no certificate to compare the key with."),),
    "test_certificate_unreadable": (N_("The certificate cannot be read."),),
    "test_other_key": (N_("The certificate belongs to another key."),),
    "test_same_key": (N_("The certificate belongs to this key."),),
    "test_certificate_early": (
        N_("The certificate is in force only from {begin}."),
        N_("The certificate is not in force yet."),
    ),
    "test_certificate_over": (
        N_("The certificate has expired: it was in force until {end}."),
        N_("The certificate has expired."),
    ),
    "test_certificate_ends": (
        N_("The certificate is in force until {end}; days left: {days}."),
        N_("The certificate expires soon."),
    ),
    "test_certificate_in_force": (
        N_("The certificate is in force until {end}."),
        N_("The certificate is in force."),
    ),
    "test_key_early": (
        N_("The key may be used only from {begin}."),
        N_("The key may not be used yet."),
    ),
    "test_key_over": (
        N_("The term of the key is over: it could be used until {end}."),
        N_("The term of the key is over."),
    ),
    "test_key_ends": (
        N_("The key may be used until {end}; days left: {days}."),
        N_("The term of the key ends soon."),
    ),
    "test_key_in_force": (N_("The key may be used until {end}."), N_("The key may be used.")),
    "test_chain_trusted": (N_("The chain of certificates ends at a root that you trust."),),
    "test_revoked": (N_("The certificate is revoked."),),
    "test_on_hold": (N_("The certificate is suspended."),),
    "test_not_revoked": (N_("The certificate is not revoked, by what is known here."),),
    "test_revocation_unknown": (N_("Whether the certificate is revoked is not known here."),),
    "test_stopped": (N_("The key was declared compromised and does not sign."),),
    "test_needs_csp": (N_("To sign with this key КриптоПро CSP has to be installed."),),
    # before a deletion
    "lost_for_good": (N_("The key cannot be restored by anybody."),),
    "lost_reissue": (
        N_("A new qualified signature is issued anew, as a rule at a personal visit."),
    ),
    "lost_decryption": (
        N_("If reports were encrypted with this key, the old answers can never be opened again."),
    ),
    "lost_export_first": (
        N_("If you may need the key, first write it to a file: roscherk container export."),
    ),
    "lost_profile_copies": (
        N_(
            "The copies of the profile that the program keeps hold this key too and go with it: {count}."
        ),
        N_("The copies of the profile that the program keeps hold this key too and go with it."),
    ),
    "lost_other_certificates": (
        N_("Further certificates of this key stay on the token and lose their key: {count}."),
        N_("Further certificates of this key stay on the token and lose their key."),
    ),
    # findings
    "certificate_awaited": (
        N_("The key waits for its certificate: the request was made on {at}."),
        N_("The key waits for its certificate."),
    ),
    "key_without_certificate": (N_("The key has no certificate."),),
    "certificate_of_other_key": (N_("The certificate beside the key belongs to another key."),),
    "certificate_without_key": (N_("There is a certificate, and its key is not beside it."),),
    "container_spoilt": (N_("The container is damaged."),),
    "term_over": (
        N_("This key with its certificate could be used until {end}."),
        N_("The term is over."),
    ),
    "term_ends": (
        N_("This key with its certificate can be used until {end}; days left: {days}."),
        N_("The term ends soon."),
    ),
    "key_in_several_places": (
        N_("One key lies in several places: {count}."),
        N_("One key lies in several places."),
    ),
    "certificates_of_one_key": (
        N_("One key on the token has several certificates: {count}."),
        N_("One key on the token has several certificates."),
    ),
    "factory_pin": (N_("The PIN of the token is still the one that the factory set."),),
}
