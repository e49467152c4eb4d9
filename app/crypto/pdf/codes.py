"""Every code that the check of a PDF's signatures can give; the words stand in ``app.texts``.

The name of each class says where its codes stand in `SignatureFacts` and thereby what they do to
the verdict. Facts are named in brackets, rules of the verification catalogue in parentheses.
"""

from enum import StrEnum


class FormatProblem(StrEnum):
    """``format_problems``: TOTAL_FAILED, FORMAT_FAILURE."""

    BYTE_RANGE = "pdf_byte_range"
    """/ByteRange is missing or not ``[0 a b c]`` within the file [what] (PDF-01). ``what``:
    ``missing``, ``shape``, ``start``, ``order``, ``beyond_file``."""
    CONTENTS_GAP = "pdf_contents_gap"
    """What the byte range leaves out is not one hex string and nothing else (PDF-01)."""
    CONTENTS_ELSEWHERE = "pdf_contents_elsewhere"
    """The signature dictionary's /Contents is not what the byte range leaves out, or that dictionary
    was replaced after the signing (PDF-01, PDF-09)."""
    RANGES_OVERLAP = "pdf_ranges_overlap"
    """The byte ranges of two signatures cross instead of nesting [other: field] (PDF-03)."""
    CMS_DAMAGED = "pdf_cms_damaged"
    """/Contents holds no readable SignedData [where] (PDF-04)."""
    SIGNER_COUNT = "pdf_signer_count"
    """The SignedData has not exactly one signer [count] (PDF-05)."""
    CONTENT_ENCLOSED = "pdf_content_enclosed"
    """The SignedData encloses content, although this kind of signature is detached (PDF-05)."""
    PAGES_CHANGED = "pdf_pages_changed"
    """The number of pages is not that of the signed revision [signed, now] (PDF-10)."""
    CHANGE_FORBIDDEN = "pdf_change_forbidden"
    """The certification signature forbids the kind of change that was made [permission]
    (PDF-12)."""
    CERTIFICATION_NOT_FIRST = "pdf_certification_not_first"
    """A certification signature that is not the document's first signature (PDF-13)."""
    SIGNATURE_UNREADABLE = "pdf_signature_unreadable"
    """The signature dictionary cannot be read [error: class of the trouble]."""


class ConstraintProblem(StrEnum):
    """``constraint_problems``: INDETERMINATE, SIG_CONSTRAINTS_FAILURE."""

    TRAILING_BYTES = "pdf_trailing_bytes"
    """Unsigned bytes that belong to no revision stand at the end of the file [count] (PDF-02)."""
    CHANGED_AFTER = "pdf_changed_after"
    """The document was changed after the signing in a way that cannot be explained (PDF-11)."""
    FORM_FILLED = "pdf_form_filled"
    """A form was filled in after the signing and no certification signature allows it (PDF-11)."""
    FIELD_LOCKED = "pdf_field_locked"
    """A form field that the signature locks was changed (PDF-12)."""
    EMPTY_SIGNATURE_VISIBLE = "pdf_empty_signature_visible"
    """A visible signature field was added or redrawn after the signing, but nobody signed in it
    [field]: a way to draw over the page (PDF-11)."""
    ANNOTATED = "pdf_annotated"
    """Notes were laid on the pages after the signing, whatever allows it [count] (PDF-11)."""
    SIGNATURE_COVERS = "pdf_signature_covers"
    """The mark of a later signature covers what was signed, or is written into it [page]
    (PDF-14)."""
    FIELD_COVERS = "pdf_field_covers"
    """A form field that was filled in after the signing hides text of the page [page] (PDF-14)."""
    FIELD_DIFFERS = "pdf_field_differs"
    """A form field that was filled in shows something else than its value [field] (PDF-15)."""
    LOOKS_OTHERWISE = "pdf_looks_otherwise"
    """A page looks different outside of all fields that were signed or filled in [page]
    (PDF-14)."""
    LOOKS_UNKNOWN = "pdf_looks_unknown"
    """What the changes after the signing do to the look could not be established (PDF-14)."""
    OBJECTS_UNTOLD = "pdf_objects_untold"
    """After the signing objects came that the tables do not show, or one twice [count] (PDF-15)."""
    ATTRIBUTES_MISSING = "pdf_attributes_missing"
    """It says ETSI.CAdES.detached and has no signed attributes (CMS-05)."""
    CONTENTS_PADDING = "pdf_contents_padding"
    """After the signature /Contents holds octets other than zero [count]; no signature covers them
    (PDF-04)."""
    STRUCTURE_MENDED = "pdf_structure_mended"
    """The file breaks the rules of its format and was read with leniency (V-07)."""
    HYBRID_UPDATE = "pdf_hybrid_update"
    """A change after the signing hides objects from some readers (PDF-15)."""
    ENCRYPTED_MIXED = "pdf_encrypted_mixed"
    """The file is encrypted; what stands unencrypted in it may leak or mislead (PDF-16)."""


class Unsupported(StrEnum):
    """``unsupported``: INDETERMINATE, CRYPTO_CONSTRAINTS_FAILURE."""

    SUBFILTER_UNKNOWN = "pdf_subfilter_unknown"
    """A signature of an unknown kind [subfilter] (PDF-06)."""
    SUBFILTER_WITHDRAWN = "pdf_subfilter_withdrawn"
    """An outdated kind of signature, built on SHA-1, that proves nothing [subfilter] (PDF-06)."""


class Remark(StrEnum):
    """``warnings``: no change of the verdict by themselves."""

    NOT_BASELINE = "pdf_not_baseline"
    """It says ETSI.CAdES.detached but is not PAdES-B-B [missing: comma-separated] (PDF-07)."""
    CONTENTS_NOT_DER = "pdf_contents_not_der"
    """The signature is BER without lengths, as the tax service writes it since 2025 (PDF-04)."""
    SHARED_DICTIONARY = "pdf_shared_dictionary"
    """Several fields show this one signature [fields: number] (PDF-08)."""
    ARCHIVAL_DATA_ADDED = "pdf_archival_data_added"
    """After the signing only evidence for long-term keeping was added (PDF-11)."""
    SIGNATURE_ADDED = "pdf_signature_added"
    """After the signing a further signature was added, with nothing else (PDF-11)."""
    FORM_FILLED_ALLOWED = "pdf_form_filled_allowed"
    """A form was filled in after the signing, as the certification signature allows [permission]
    (PDF-11)."""
    LOOKS_DIFFERENT = "pdf_looks_different"
    """The pages look different from those that were signed [pages, areas: page: left top width
    height in mm] (PDF-14)."""
    LOOKS_SAME = "pdf_looks_same"
    """The pages look as they did when they were signed (PDF-14)."""
    LOOKS_COMPARED_IN_PART = "pdf_looks_compared_in_part"
    """Only some pages were compared with those that were signed [pages] (PDF-14)."""
    BLANK_AFTER_END = "pdf_blank_after_end"
    """Unsigned white space stands at the end of the file [count] (PDF-02)."""
    CERTIFICATION = "pdf_certification"
    """A certification signature: its author says what may still change [permission]."""
    HYBRID = "pdf_hybrid"
    """The document keeps two tables of objects for old and new readers, as some office programs
    write it (PDF-15)."""


class FileRemark(StrEnum):
    """Warnings about the file as a whole."""

    SIGNATURE_REMOVED = "pdf_signature_removed"
    """An earlier revision holds a signature that the present one lacks [field]."""
    SIGNATURE_OUTSIDE_FORM = "pdf_signature_outside_form"
    """The file holds something like a signature that belongs to no form field [count]."""
