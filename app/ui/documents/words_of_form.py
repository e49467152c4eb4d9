"""How documents will be signed, in one line. No Qt here."""

from collections.abc import Sequence

from app.crypto.model import SignatureFormat
from app.texts.catalogue import _
from app.ui.files import Document
from app.ui.signing_run import SignOptions


def form_words(options: SignOptions, documents: Sequence[Document], recipient: str) -> str:
    """Say for whom, in which form, at which level, with which mark."""
    if not documents:
        return ""
    inside = options.form is not SignatureFormat.CADES
    pdf = any(each.is_pdf for each in documents) and inside
    other = any(not each.is_pdf for each in documents) or not inside
    parts = [recipient] if recipient else []
    if pdf:
        mark = _("inside the PDF, with a mark") if options.stamp else _("inside the PDF, no mark")
        parts.append(mark)
    if other and options.attached:
        parts.append(_("the document inside the signature file"))
    elif other:
        parts.append(_("a file {suffix} beside").format(suffix=options.suffix))
    parts.append(_("level {level}").format(level=options.level.value.upper()))
    return " · ".join(parts)
