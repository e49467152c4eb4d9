"""Words for what came into a PDF after the signing, and what it does to the look, by codes."""

from collections.abc import Mapping

from app.texts.catalogue import N_

PDF_CHANGE_NOTICES: Mapping[str, tuple[str, ...]] = {
    "pdf_attributes_missing": (
        N_("The signature calls itself PAdES, but what makes it one is missing."),
    ),
    "pdf_annotated": (
        N_("Notes were laid on the pages after the signing: {count}. Compare both looks."),
        N_("Notes were laid on the pages after the signing. Compare both looks."),
    ),
    "pdf_signature_covers": (
        N_(
            "The mark of a later signature covers what was signed on page {page}. Compare both looks."
        ),
        N_("The mark of a later signature covers what was signed. Compare both looks."),
    ),
    "pdf_field_covers": (
        N_(
            "A form field filled in after the signing hides text on page {page}. Compare both looks."
        ),
        N_("A form field filled in after the signing hides text. Compare both looks."),
    ),
    "pdf_field_differs": (
        N_("The form field “{field}” shows something else than its value."),
        N_("A form field shows something else than its value."),
    ),
    "pdf_looks_otherwise": (
        N_("Page {page} looks different outside of all places that were signed or filled in."),
        N_("A page looks different outside of all places that were signed or filled in."),
    ),
    "pdf_looks_unknown": (N_("The document could not be compared with what was signed."),),
    "pdf_objects_untold": (N_("After the signing hidden parts were added to the file."),),
    "pdf_looks_different": (
        N_(
            "The pages look different from those that were signed: {pages}. Places (page: left, top, width, height in mm): {areas}."
        ),
        N_("The pages look different from those that were signed."),
    ),
    "pdf_looks_same": (
        N_(
            "As this program draws them, the pages look as they did when they were signed; another program may show more."
        ),
    ),
    "pdf_looks_compared_in_part": (
        N_("The document is large: only {pages} pages were compared with what was signed."),
        N_("The document is large: only some pages were compared with what was signed."),
    ),
}
