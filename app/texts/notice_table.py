"""Words for every reason and warning of a report, by its code.

The first sentence all of whose facts are known is said; the last needs none.
"""

from collections.abc import Mapping

from app.texts.accreditation_table import ACCREDITATION_NOTICES
from app.texts.catalogue import N_
from app.texts.chain_table import CHAIN_NOTICES
from app.texts.container_table import CONTAINER_NOTICES
from app.texts.level_table import LEVEL_NOTICES
from app.texts.mchd_table import MCHD_NOTICES, PACKAGE_NOTICES
from app.texts.past_table import PAST_NOTICES
from app.texts.pdf_change_table import PDF_CHANGE_NOTICES
from app.texts.presign_table import PRESIGN_NOTICES
from app.texts.time_stamp_table import TIME_STAMP_NOTICES

NOTICES: Mapping[str, tuple[str, ...]] = {
    **ACCREDITATION_NOTICES,
    **CHAIN_NOTICES,
    **CONTAINER_NOTICES,
    **TIME_STAMP_NOTICES,
    **LEVEL_NOTICES,
    **PAST_NOTICES,
    **MCHD_NOTICES,
    **PACKAGE_NOTICES,
    **PDF_CHANGE_NOTICES,
    **PRESIGN_NOTICES,
    "stamp_over_text": (
        N_("No blank place was found: the mark covers text or pictures. Pages: {pages}."),
        N_("No blank place was found: the mark covers text or pictures."),
    ),
    "stamp_place_unseen": (
        N_("The page could not be looked over: the mark may cover text. Pages: {pages}."),
        N_("The page could not be looked over: the mark may cover text."),
    ),
    "stamp_unconfirmed": (
        N_(
            "Trust in the certificate was not established for so many signers: {count}. The marks say so."
        ),
        N_("Trust in the certificates was not established. The marks say so."),
    ),
    "stamp_left_out": (
        N_("The page is too small for a legible mark: the signature is not shown. Pages: {pages}."),
        N_("The page is too small for a legible mark: the signature is not shown."),
    ),
    "stamp_one_page": (
        N_(
            "The mark stands on page {page} only: marks on further pages would break the signatures that were there before."
        ),
        N_(
            "The mark stands on one page only: marks on further pages would break the signatures that were there before."
        ),
    ),
    "certificates_held": (
        N_(
            "All certificates were kept, because an archive time-stamp of another signature covers them."
        ),
    ),
    "practice": (N_("This is a practice signature: it has no legal force and proves nothing."),),
    "signer_not_found": (N_("The signer's certificate was not found."),),
    "signing_certificate_mismatch": (
        N_(
            "The signature names another certificate than the one in the file: it may have been replaced."
        ),
    ),
    "chain_not_built": (N_("The chain of certificates was not built."),),
    "issuer_not_found": (
        N_("The certificate of the issuer was not found: {issuer}."),
        N_("The certificate of the issuer was not found."),
    ),
    "root_not_trusted": (
        N_("The chain ends at a root certificate that you did not add to the trusted ones."),
    ),
    "key_usage_not_for_signing": (N_("The certificate is not meant for signing."),),
    "expired": (
        N_("The certificate has expired: it was in force until {at}."),
        N_("The certificate has expired: it was in force until {not_after}."),
        N_("The certificate of the signer has expired."),
    ),
    "not_yet_valid": (
        N_("The certificate is not in force yet: it begins on {at}."),
        N_("The certificate is not in force yet: it begins on {not_before}."),
        N_("The certificate of the signer is not in force yet."),
    ),
    "ca_expired": (N_("A certificate of the certification authority has expired."),),
    "ca_not_yet_valid": (N_("A certificate of the certification authority is not in force yet."),),
    "revoked": (
        N_("The certificate of the signer is revoked: number {serial}."),
        N_("The certificate of the signer is revoked."),
    ),
    "on_hold": (N_("The certificate of the signer is suspended (not revoked)."),),
    "revocation_unknown": (N_("It is not known whether the signer's certificate is revoked."),),
    "ca_revoked": (N_("A certificate of the certification authority is revoked."),),
    "ca_on_hold": (N_("A certificate of the certification authority is suspended."),),
    "ca_revocation_unknown": (
        N_("It is not known whether a certificate of the certification authority is revoked."),
    ),
    "digest_mismatch": (N_("The document differs from what was signed."),),
    "signature_wrong": (N_("The signature value does not fit the signer's key."),),
    "content_not_found": (N_("The signed document was not found."),),
    "signature_not_checked": (N_("The signature value could not be checked."),),
    "coverage_partial": (N_("The signature covers a part of the file only."),),
    "changes_form_fill": (N_("A form was filled in after the signing."),),
    "changes_annotation": (N_("Remarks or drawings were added after the signing."),),
    "changes_undefined": (N_("After the signing something was added that cannot be explained."),),
    "digest_weak": (
        N_("The digest algorithm {digest} is outdated and can be forged."),
        N_("The digest algorithm is outdated and can be forged."),
    ),
    "key_weak": (N_("A key in the chain is too weak or of an outdated kind."),),
    "chain_weak": (N_("A certificate in the chain is signed with an outdated algorithm."),),
    "algorithm_weak": (N_("An algorithm of the signature is too weak."),),
    "claimed_time_in_future": (N_("The signature claims to have been made later than now: {at}."),),
    "claimed_time_outside_certificate": (
        N_("The claimed time of signing lies outside the term of the certificate: {at}."),
    ),
    "key_period_over": (N_("The term of the private key does not include the time of signing."),),
    "revoked_later": (N_("A certificate in the chain was revoked later, {at}."),),
    "revocation_data_old": (
        N_("The data on revocation are of {at}; what happened later is not known."),
    ),
    "content_search_incomplete": (
        N_(
            "There are too many or too large files in the folder: not all were compared with the signature."
        ),
    ),
    "content_found_by_digest": (
        N_("The document was found by its content; its name says nothing of the signature."),
    ),
    "content_name_only": (
        N_(
            "The document was taken by its name; the signature has no digest to look for it by content."
        ),
    ),
    "trailing_data": (N_("Extra bytes follow the signature."),),
    "signer_info_damaged": (N_("The block of the signer cannot be read."),),
    "attribute_damaged": (
        N_("A signed attribute cannot be read ({oid})."),
        N_("A signed attribute cannot be read."),
    ),
    "attribute_repeated": (
        N_("A signed attribute occurs twice ({oid})."),
        N_("A signed attribute occurs twice."),
    ),
    "content_type_missing": (N_("The signature does not say what kind of content is signed."),),
    "content_type_mismatch": (N_("The kind of the content is not the signed one."),),
    "forged_attributes": (
        N_("The content is the inner block of another signature: an attempt at forgery."),
    ),
    "attached_content_differs": (
        N_("The file given beside differs from the document inside the signature."),
    ),
    "counter_signature_content_type": (N_("The counter-signature is built against the standard."),),
    "counter_signature_too_deep": (N_("Counter-signatures stand on each other too deep."),),
    "attributes_required": (
        N_("The signed attributes that are required for such content are missing."),
    ),
    "digest_algorithm_not_listed": (
        N_("The signer's digest algorithm is not in the list at the head of the file."),
    ),
    "algorithm_parameters": (N_("An algorithm carries parameters that it must not have."),),
    "test_parameter_set": (N_("The key is made with test parameters, which protect nothing."),),
    "digest_unsupported": (
        N_("Unknown digest algorithm ({oid})."),
        N_("Unknown digest algorithm."),
    ),
    "signature_unsupported": (
        N_("Unknown signature algorithm or key ({oid})."),
        N_("Unknown signature algorithm or key."),
    ),
    "certificate_digest_unsupported": (
        N_("The reference to the certificate uses an unknown algorithm ({oid})."),
        N_("The reference to the certificate uses an unknown algorithm."),
    ),
    "eddsa_without_attributes": (
        N_("Such a signature (EdDSA over the whole content) cannot be checked here."),
    ),
    "message_digest_missing": (N_("The signature does not say which document it belongs to."),),
    "digest_algorithm_mismatch": (
        N_("The algorithms named in the signature contradict each other."),
    ),
    "algorithm_protection_mismatch": (
        N_(
            "The protected list of algorithms names others than those used: they may have been replaced."
        ),
    ),
    "public_key_invalid": (N_("The public key in the certificate is not a valid one."),),
    "signer_certificate_missing": (N_("The signature file holds no certificate of its signer."),),
    "signer_certificate_ambiguous": (
        N_("Several certificates answer the signer's name, and nothing tells which is meant."),
    ),
    "signer_certificate_damaged": (N_("The signer's certificate cannot be read."),),
    "certificate_damaged": (N_("A certificate in the file cannot be read and was passed over."),),
    "certificate_not_embedded": (
        N_("The signer's certificate is not in the file; it was taken from this computer."),
    ),
    "no_signed_attributes": (
        N_(
            "A signature without attributes: it tells neither its time nor its certificate, as the tax service used to sign."
        ),
    ),
    "attributes_not_der": (N_("The signed attributes are written in an unusual way."),),
    "signer_name_inexact": (
        N_("The signature names its certificate in another spelling than the certificate itself."),
    ),
    "signer_version": (N_("The version number of the signer's block is not the usual one."),),
    "signed_data_version": (
        N_("The version number of the signature structure is not the usual one."),
    ),
    "signing_time_damaged": (N_("The time of signing cannot be read."),),
    "signature_algorithm_generation": (
        N_("The algorithm is named by an identifier of another generation of GOST than the key."),
    ),
    "gost_digest_parameter_set": (
        N_("The parameters of the GOST key are not those the standard asks for."),
    ),
    "signing_certificate_twice": (N_("The reference to the certificate occurs in both versions."),),
    "unsigned_attribute_unchecked": (
        N_("The signature carries an addition that this version does not check ({oid})."),
        N_("The signature carries an addition that this version does not check."),
    ),
    "unsigned_attribute_damaged": (N_("An addition to the signature cannot be read."),),
    "text_before_pem": (N_("There is text before the signature in the file."),),
    "content_not_octets": (N_("The content is a structure rather than a plain document."),),
    "pdf_byte_range": (
        N_("The signature does not say correctly which bytes of the file it covers."),
    ),
    "pdf_contents_gap": (
        N_("Something besides the signature itself is left out of what is signed."),
    ),
    "pdf_contents_elsewhere": (
        N_("The signature in the document is not the one that was signed: it was replaced."),
    ),
    "pdf_ranges_overlap": (N_("The areas of two signatures cross each other."),),
    "pdf_cms_damaged": (N_("The signature inside the PDF cannot be read."),),
    "pdf_signer_count": (
        N_("A signature inside a PDF must have exactly one signer; this one has {count}."),
        N_("A signature inside a PDF must have exactly one signer."),
    ),
    "pdf_content_enclosed": (
        N_("The signature encloses content of its own, which is not allowed in a PDF."),
    ),
    "pdf_pages_changed": (
        N_("The number of pages changed after the signing: {signed} then, {now} now."),
        N_("The number of pages changed after the signing."),
    ),
    "pdf_change_forbidden": (N_("The document was changed in a way its author had forbidden."),),
    "pdf_certification_not_first": (
        N_("The author's certification is not the first signature of the document."),
    ),
    "pdf_signature_unreadable": (N_("The signature in the PDF cannot be read."),),
    "pdf_revision_not_covered": (
        N_("The signature does not cover the whole document as it was when signed."),
    ),
    "pdf_trailing_bytes": (N_("There are unsigned data at the end of the file."),),
    "pdf_changed_after": (
        N_("The document was changed after the signing in a way that cannot be explained."),
    ),
    "pdf_form_filled": (
        N_("A form was filled in after the signing, and nobody had allowed that."),
    ),
    "pdf_field_locked": (N_("A form field was changed that the signature locks."),),
    "pdf_empty_signature_visible": (
        N_(
            "A visible place for a signature was added after the signing, but nobody signed in it: so one can draw over a page."
        ),
    ),
    "pdf_structure_mended": (N_("The file breaks the rules of PDF and was read with leniency."),),
    "pdf_hybrid_update": (
        N_("A change after the signing hides parts of the document from some readers."),
    ),
    "pdf_contents_not_der": (
        N_(
            "The signature in the PDF is not written in DER, as the standard asks; the tax service writes its extracts so."
        ),
    ),
    "pdf_encrypted_mixed": (
        N_(
            "The file is encrypted only in part: what stands open in it may come from somebody who could not read the rest."
        ),
    ),
    "pdf_subfilter_unknown": (
        N_("A signature of an unknown kind ({subfilter})."),
        N_("A signature of an unknown kind."),
    ),
    "pdf_subfilter_withdrawn": (
        N_("An outdated kind of signature, built on SHA-1, which proves nothing."),
    ),
    "pdf_contents_padding": (
        N_("The place reserved for the signature holds other data besides; nothing protects them."),
    ),
    "pdf_not_baseline": (N_("The signature does not reach the level PAdES-B-B it claims."),),
    "pdf_shared_dictionary": (N_("One and the same signature is shown in several places."),),
    "pdf_archival_data_added": (
        N_("After the signing only evidence for long-term keeping was added."),
    ),
    "pdf_signature_added": (N_("After this signature another one was added, and nothing else."),),
    "pdf_form_filled_allowed": (
        N_("A form was filled in after the signing, as its author had allowed."),
    ),
    "pdf_blank_after_end": (N_("There is empty space at the end of the file."),),
    "pdf_certification": (
        N_("The author of the document says what may be changed after this signature."),
    ),
    "pdf_hybrid": (N_("The file is written for old and new programs at once."),),
    "pdf_signing_time_from_dictionary": (
        N_("The time of signing is taken from the PDF: the signature itself does not hold it."),
    ),
    "pdf_signature_removed": (
        N_("An earlier state of the document held a signature that is gone now ({field})."),
        N_("An earlier state of the document held a signature that is gone now."),
    ),
    "pdf_signature_outside_form": (
        N_("The file holds something like a signature that belongs to no signature field."),
    ),
}
