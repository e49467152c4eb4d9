"""Words for what the look before signing finds, by its codes."""

from collections.abc import Mapping

from app.texts.catalogue import N_

PRESIGN_NOTICES: Mapping[str, tuple[str, ...]] = {
    "presign_text_covered": (
        N_("Text is hidden under a picture or a filled area: “{text}”."),
        N_("Text is hidden under a picture or a filled area."),
    ),
    "presign_text_unseen": (
        N_("Text has the colour of the paper and is not seen: “{text}”."),
        N_("Text has the colour of the paper and is not seen."),
    ),
    "presign_text_invisible": (
        N_("Invisible text lies under a picture, as in a scan that can be searched."),
    ),
    "presign_field_covers": (
        N_("A form field or a mark covers text of the page: “{text}”."),
        N_("A form field or a mark covers text of the page."),
    ),
    "presign_annotation_covers": (
        N_("A note covers text of the page: “{text}”."),
        N_("A note covers text of the page."),
    ),
    "presign_field_differs": (
        N_("The form field “{field}” shows “{shown}”, but its value is “{value}”."),
        N_("A form field shows something else than its value."),
    ),
    "presign_font_odd": (
        N_("The font {font} draws other digits or letters than those that are written."),
        N_("A font draws other digits or letters than those that are written."),
    ),
    "presign_spare_page": (
        N_("The file holds spare pages that are not part of the document: {count}."),
        N_("The file holds spare pages that are not part of the document."),
    ),
    "presign_object_twice": (
        N_("The file holds parts that its tables do not show, or one part twice: {count}."),
        N_("The file holds parts that its tables do not show, or one part twice."),
    ),
    "presign_layers_off": (
        N_("The document has layers that are switched off: {count}."),
        N_("The document has layers that are switched off."),
    ),
    "presign_script": (N_("The document holds programs (JavaScript) that may change its look."),),
    "presign_launch": (N_("The document starts programs or opens files."),),
    "presign_submit": (N_("The document sends or fetches data of its form."),),
    "presign_other_file": (N_("The document leads to other files."),),
    "presign_external": (N_("Part of what the document shows lies outside of it."),),
    "presign_xfa": (N_("The form is an XFA form: different programs may show it differently."),),
    "presign_media": (N_("The document holds film, sound or a three-dimensional scene."),),
    "presign_attachment": (
        N_("Files are attached to the document: {count}."),
        N_("Files are attached to the document."),
    ),
    "presign_link": (
        N_("The document has links to the internet: {count}."),
        N_("The document has links to the internet."),
    ),
    "presign_encrypted": (N_("The document is encrypted."),),
    "presign_encrypted_part": (
        N_(
            "The document is encrypted only in part: what stands open in it can have been put in by anybody."
        ),
    ),
    "presign_signed": (
        N_("The document is signed already; signatures: {count}."),
        N_("The document is signed already."),
    ),
    "presign_certified": (
        N_(
            "Its author certified the document and limited what may change; permission: {permission}."
        ),
        N_("Its author certified the document and limited what may change."),
    ),
    "presign_mended": (N_("The file breaks the rules of PDF: programs may show it differently."),),
    "presign_partial": (N_("Not all of the document could be looked at."),),
}
