"""Words for what is wrong with a machine-readable power of attorney, and with a package."""

from collections.abc import Mapping

from app.texts.catalogue import N_

MCHD_NOTICES: Mapping[str, tuple[str, ...]] = {
    "mchd_format_version": (N_("It is not of the format EMCHD_1 that this program knows."),),
    "mchd_number_missing": (N_("Its registration number is missing or malformed."),),
    "mchd_term_missing": (N_("It does not say from when and until when it holds."),),
    "mchd_term_reversed": (N_("By its own dates it ends before it begins."),),
    "mchd_principal_missing": (N_("It does not name the principal with a tax number (INN)."),),
    "mchd_representative_missing": (N_("It names no representative."),),
    "mchd_powers_missing": (N_("It names no powers."),),
    "mchd_representative_mismatch": (
        N_("It is given to somebody else: {names}. The INN or SNILS of the signer is another."),
        N_("It is given to somebody else: the INN or SNILS of the signer is another."),
    ),
    "mchd_snils_mismatch": (
        N_("The SNILS of the representative is not that of the signer's certificate."),
    ),
    "mchd_not_yet_in_force": (
        N_("It holds from {day} only, after the document was signed."),
        N_("It did not hold yet when the document was signed."),
    ),
    "mchd_expired_at_signing": (
        N_("Its term ended on {day}, before the document was signed."),
        N_("Its term had ended when the document was signed."),
    ),
    "mchd_expired_now": (
        N_("Its term ended on {day}; that the document was signed before is not proved."),
        N_("Its term is over; that the document was signed before is not proved."),
    ),
    "mchd_signature_missing": (
        N_("The principal's signature under it was not found: ask for its .sig file."),
    ),
    "mchd_signature_broken": (
        N_("The principal's signature under it is not valid: it was changed, or is not theirs."),
    ),
    "mchd_signature_undetermined": (
        N_("The principal's signature under it could not be confirmed; verify it by itself."),
    ),
    "mchd_principal_mismatch": (
        N_("It is signed by another than its principal: INN {inn} instead of {principal}."),
        N_("It is signed by another than its principal: INN or OGRN differ."),
    ),
    "mchd_principal_not_compared": (
        N_("Whether its signer is the principal cannot be seen from the certificate."),
    ),
    "mchd_principal_not_head": (
        N_(
            "Its signer's certificate does not show the head of the organization: it names no person, or is of a time when employees had such certificates."
        ),
    ),
    "mchd_delegated": (
        N_(
            "It was passed on (передоверие): the power of attorney behind it, {number}, must be checked too."
        ),
        N_("It was passed on (передоверие): the power of attorney behind it must be checked too."),
    ),
    "mchd_passed_on_in_circle": (
        N_(
            "It was passed on, and the powers of attorney behind it point at each other in a circle."
        ),
    ),
    "mchd_passed_on_too_often": (
        N_("It was passed on more often than this program follows; have it checked by hand."),
    ),
    "mchd_parent_ambiguous": (
        N_(
            "It was passed on, and several different powers of attorney here bear the number {number} of the one behind it."
        ),
        N_("It was passed on, and several different powers of attorney bear the number behind it."),
    ),
    "mchd_first_differs": (
        N_("It names another first power of attorney than the one that stands behind it here."),
    ),
    "mchd_passing_on_unknown": (
        N_("The power of attorney behind it, {number}, does not say whether it may be passed on."),
        N_("The power of attorney behind it does not say whether it may be passed on."),
    ),
    "mchd_passing_on_forbidden": (
        N_("The power of attorney behind it, {number}, does not allow that it was passed on."),
        N_("The power of attorney behind it does not allow that it was passed on."),
    ),
    "mchd_passed_on_term": (
        N_("Its term does not lie within that of the power of attorney behind it, {number}."),
        N_("Its term does not lie within that of the power of attorney behind it."),
    ),
    "mchd_passed_on_powers": (
        N_(
            "It gives more than the power of attorney behind it, {number}, or with fewer bounds: {powers}."
        ),
        N_("It gives more than the power of attorney behind it, or with fewer bounds."),
    ),
    "mchd_parent_refused": (
        N_("The power of attorney behind it, {number}, gives nothing here: {because}"),
        N_("The power of attorney behind it gives nothing here."),
    ),
    "mchd_parent_undetermined": (
        N_("The power of attorney behind it, {number}, is not confirmed: {because}"),
        N_("The power of attorney behind it is not confirmed."),
    ),
    "mchd_principal_not_qualified": (
        N_(
            "The certificate that it is signed with is not a qualified one; the law asks for a qualified signature under a power of attorney."
        ),
    ),
    "mchd_joint": (N_("The representatives may act only together: all of them must sign."),),
    "mchd_several": (
        N_(
            "It names several representatives; whether each of them may act alone is to be read in the document itself."
        ),
    ),
}

PACKAGE_NOTICES: Mapping[str, tuple[str, ...]] = {
    "package_pair_discarded": (
        N_(
            "«{path}» is by its name the signature of «{named}», but by its content of «{document}»: it was verified with that one."
        ),
        N_("A signature belongs to another document than its name says."),
    ),
    "package_document_missing": (
        N_("The document of the signature «{path}» is not in the package."),
        N_("The document of a signature is not in the package."),
    ),
    "loose_document_missing": (
        N_("The document of the signature «{path}» was not found, nor does it lie beside it."),
        N_("The document of a signature was not found, nor does it lie beside it."),
    ),
    "archive_entry_refused": (
        N_("Not taken out of «{archive}»: «{name}» ({because})."),
        N_("A file of an archive was not taken out."),
    ),
    "archive_nested": (
        N_("«{name}» in «{archive}» is an archive itself: it is not opened. Unpack it if need be."),
        N_("An archive inside an archive is not opened."),
    ),
    "party_mismatch": (
        N_(
            "The INN of whoever signed, or of whom they speak for, {inn}, is that of neither side of the document ({seller}, {buyer})."
        ),
        N_(
            "The INN of whoever signed, or of whom they speak for, is that of neither side of the document."
        ),
    ),
}
