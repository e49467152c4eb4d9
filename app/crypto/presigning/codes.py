"""What the look before signing can find; the words stand in ``app.texts``."""

from enum import StrEnum


class Gravity(StrEnum):
    """How much a finding weighs."""

    GRAVE = "grave"
    """The document may change its meaning once it is signed: asked about a second time."""
    NOTABLE = "notable"
    """Worth a look before signing."""
    TOLD = "told"
    """Ordinary; it is listed."""


class PresignCode(StrEnum):
    """The findings; facts in brackets."""

    TEXT_COVERED = "presign_text_covered"
    """Text lies under something opaque [text]."""
    TEXT_UNSEEN = "presign_text_unseen"
    """Text has the colour of the paper [text]."""
    TEXT_INVISIBLE = "presign_text_invisible"
    """Text in the invisible mode, as scanning programs lay it under a picture."""
    FIELD_COVERS = "presign_field_covers"
    """A form field covers text of the page."""
    ANNOTATION_COVERS = "presign_annotation_covers"
    """A note covers text of the page."""
    FIELD_DIFFERS = "presign_field_differs"
    """A form field shows something else than its value [field, value, shown]."""
    FONT_ODD = "presign_font_odd"
    """A font draws other digits or letters than the ones it is asked for [font]."""
    SPARE_PAGE = "presign_spare_page"
    """The file holds pages or page contents that are not part of the document [count]."""
    OBJECT_TWICE = "presign_object_twice"
    """The file holds objects that its tables do not show, or one object twice [count]."""
    LAYERS_OFF = "presign_layers_off"
    """The document has layers that are switched off [count]."""
    SCRIPT = "presign_script"
    """The document runs programs (JavaScript)."""
    LAUNCH = "presign_launch"
    """The document starts programs or opens files."""
    SUBMIT = "presign_submit"
    """The document sends or fetches form data."""
    OTHER_FILE = "presign_other_file"
    """The document leads to other files."""
    EXTERNAL = "presign_external"
    """Part of what the document shows lies outside of it."""
    XFA = "presign_xfa"
    """The form is an XFA form: what is seen is made by a program."""
    MEDIA = "presign_media"
    """The document holds film, sound or three-dimensional scenes."""
    ATTACHMENT = "presign_attachment"
    """Files are attached [count]."""
    LINK = "presign_link"
    """The document has links to the internet [count]."""
    ENCRYPTED = "presign_encrypted"
    """The document is encrypted."""
    ENCRYPTED_PART = "presign_encrypted_part"
    """It is encrypted, but something in it is not."""
    SIGNED = "presign_signed"
    """The document is signed already [count]."""
    CERTIFIED = "presign_certified"
    """Its author certified it and limited what may change [permission]."""
    MENDED = "presign_mended"
    """The file breaks the rules of its format."""
    PARTIAL = "presign_partial"
    """Not everything was looked at: the document is large [pages]."""


GRAVITY: dict[PresignCode, Gravity] = {
    **dict.fromkeys(PresignCode, Gravity.GRAVE),
    **dict.fromkeys(
        (
            PresignCode.TEXT_UNSEEN,
            PresignCode.LAYERS_OFF,
            PresignCode.SUBMIT,
            PresignCode.OTHER_FILE,
            PresignCode.MENDED,
            PresignCode.MEDIA,
        ),
        Gravity.NOTABLE,
    ),
    **dict.fromkeys(
        (
            PresignCode.TEXT_INVISIBLE,
            PresignCode.ATTACHMENT,
            PresignCode.LINK,
            PresignCode.ENCRYPTED,
            PresignCode.SIGNED,
            PresignCode.CERTIFIED,
            PresignCode.PARTIAL,
        ),
        Gravity.TOLD,
    ),
}
