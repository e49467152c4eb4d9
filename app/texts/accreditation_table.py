"""Words for reasons about qualified certificates and accredited authorities."""

from collections.abc import Mapping

from app.texts.catalogue import N_

ACCREDITATION_NOTICES: Mapping[str, tuple[str, ...]] = {
    "accredited_list_absent": (
        N_(
            "There is no list of accredited authorities here, so whether the issuer was accredited is not known. Fetch the list on the page «Certificates», or: roscherk trust tsl fetch."
        ),
    ),
    "accredited_list_unchecked": (
        N_("The signature of the list of accredited authorities was not checked."),
    ),
    "accredited_index_unread": (
        N_(
            "The list of accredited authorities of this profile could not be read. Fetch it anew on the page «Certificates», or: roscherk trust tsl fetch."
        ),
    ),
    "accredited_entry_skipped": (
        N_("An entry of the list was passed over, as it is damaged: {name}."),
        N_("An entry of the list was passed over, as it is damaged."),
    ),
    "issuer_not_confirmed": (
        N_(
            "Who issued the certificate is not confirmed by a root you trust, so nothing follows from the list of accredited authorities."
        ),
    ),
    "issuer_not_accredited": (
        N_("The issuer's certificate is not in the list of accredited authorities."),
    ),
    "accreditation_list_older": (
        N_(
            "The list of accredited authorities is of {date}, before the certificate was issued: it cannot tell of that day. Import a newer one."
        ),
        N_("The list of accredited authorities is older than the certificate."),
    ),
    "accreditation_history_missing": (
        N_("The list does not tell when the authority was accredited: {name}."),
        N_("The list does not tell when the authority was accredited."),
    ),
    "accreditation_contradicts": (
        N_("The list contradicts itself about the day of issue: {name}."),
        N_("The list contradicts itself about the day of issue."),
    ),
    "accredited_later": (
        N_("{name} was accredited only on {date}, after it had issued the certificate."),
        N_("The authority was accredited only after it had issued the certificate."),
    ),
    "accreditation_terminated": (
        N_("The accreditation of {name} ended on {date}, before the certificate was issued."),
        N_("The accreditation of the authority had ended before the certificate was issued."),
    ),
    "accreditation_annulled": (
        N_(
            "The accreditation of {name} was annulled on {date}, before the certificate was issued."
        ),
        N_(
            "The accreditation of the authority had been annulled before the certificate was issued."
        ),
    ),
    "accreditation_suspended": (
        N_(
            "The accreditation of {name} was suspended on {date}, before the certificate was issued."
        ),
        N_(
            "The accreditation of the authority was suspended on the day on which the certificate was issued."
        ),
    ),
    "accreditation_status_unknown": (
        N_(
            "On the day of issue the list gives the status «{status}» to {name}; only «Действует» counts as accredited."
        ),
        N_("On the day of issue the list does not give the authority as accredited."),
    ),
    "accreditation_not_renewed": (
        N_(
            "{name} was not accredited anew: by 476-FZ the certificates it had issued ceased on {date}."
        ),
        N_(
            "The authority was not accredited anew: by 476-FZ the certificates it had issued ceased."
        ),
    ),
    "requisite_outdated": (
        N_(
            "The INN of the legal entity stands in the field of persons, as it was before 1.09.2021; order No. 795 wants a field of its own."
        ),
    ),
}
