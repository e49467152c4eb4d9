"""Words about the chosen documents: what they are, what was made of them. No Qt here."""

from collections.abc import Sequence
from datetime import datetime

from app.crypto.model import SignatureFormat, SignedFile
from app.crypto.saving import usual_target
from app.crypto.timestamps.codes import StampRemark
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe_error
from app.texts.makers import made_with
from app.texts.showing import plain
from app.texts.verdicts import notice
from app.ui.amounts import folder_text, size_text
from app.ui.details import (
    CheckedDetails,
    Details,
    FailedDetails,
    FileDetails,
    Lines,
    Nothing,
    Offer,
    SignedDetails,
)
from app.ui.files import Document, State
from app.ui.known_keys import SOON_DAYS, Key
from app.ui.rows import ReasonText, Tone


def details_of(document: Document, key: Key | None, at: datetime) -> Details:
    """Return what to show of one document."""
    if document.state is State.FAILED and document.error is not None:
        return FailedDetails(plain(document.path.name), describe_error(document.error))
    if document.state is State.CHECKED and document.checked is not None:
        return CheckedDetails(document.checked)
    if document.signed is not None:
        return _signed(document.signed)
    return FileDetails(
        heading=plain(document.path.name),
        lines=_lines(document, key),
        offer=_offer([document]),
        notice=_about_key(key, at) or _about_file(document),
        preview=document.path if document.is_pdf else None,
    )


def purpose_of(count: int, first: Document) -> str:
    """Return for what a PIN is asked: to sign so many documents, or the only one."""
    if count == 1:
        return _("To sign: {name}").format(name=plain(first.path.name))
    return ngettext("To sign {n} document", "To sign {n} documents", count).format(n=count)


def _lines(document: Document, key: Key | None) -> Lines:
    lines = [
        (_("Size"), size_text(document.size)),
        (_("Folder"), plain(folder_text(document.path))),
    ]
    if key is not None and key.can_sign and not document.is_signature:
        form = SignatureFormat.PADES if document.is_pdf else SignatureFormat.CADES
        target = usual_target(document.path, form, practice=key.container.practice)
        lines.append((_("Will be made"), plain(target.name)))
    return tuple(lines)


def details_of_several(documents: Sequence[Document]) -> Details:
    """Return what to show of several documents, or of none."""
    if not documents:
        return Nothing()
    count = len(documents)
    return FileDetails(
        heading=ngettext("{n} document", "{n} documents", count).format(n=count),
        lines=((_("Size"), size_text(sum(each.size for each in documents))),),
        offer=_offer(documents),
    )


def _offer(documents: Sequence[Document]) -> Offer:
    return Offer(
        stamp=any(each.is_pdf for each in documents),
        attached=any(not each.is_pdf for each in documents),
    )


def _about_file(document: Document) -> ReasonText | None:
    if document.is_signature:
        return ReasonText(
            heading=_("This looks like a file with a signature"),
            explanation=_("Choose «Verify» to see who signed and what."),
            tone=Tone.INFO,
        )
    return None


def _about_key(key: Key | None, at: datetime) -> ReasonText | None:
    days = None if key is None else key.days_left(at)
    if days is None or days > SOON_DAYS:
        return None
    if days < 0:
        return ReasonText(
            heading=_("The certificate of the chosen key has expired"),
            advice=_("Choose another key: signatures made with this one will not be accepted."),
            tone=Tone.ERROR,
        )
    return ReasonText(
        heading=ngettext(
            "The certificate expires in {n} day", "The certificate expires in {n} days", days
        ).format(n=days),
        advice=_("Ask your certification authority for a new one in time."),
    )


def _notice_label(code: str) -> str:
    return _("Time") if code == StampRemark.CLOCK_SKEW else _("Mark")


def _signed(signed: SignedFile) -> Details:
    lines = (
        (_("Folder"), plain(folder_text(signed.target))),
        (_("Signature"), _form(signed)),
        (_("Made by"), made_with(signed.created_with, certified=signed.certified_tool)),
        (_("Checked"), _("The program verified the signature before saving it")),
        *((_notice_label(one.code), notice(one.code, one.facts)) for one in signed.notices),
    )
    return SignedDetails(
        signed=signed,
        heading=_("Practice signature made") if signed.practice else _("Signed"),
        name=plain(signed.target.name),
        tone=Tone.PRACTICE if signed.practice else Tone.OK,
        lines=lines,
        notice=_send_both(signed),
    )


def _form(signed: SignedFile) -> str:
    if signed.format is SignatureFormat.PADES:
        return _("inside the PDF, {level}").format(level=signed.level)
    if signed.attached:
        return _("attached (inside the file), {level}").format(level=signed.level)
    return _("detached (in a separate file), {level}").format(level=signed.level)


def _send_both(signed: SignedFile) -> ReasonText | None:
    if signed.format is SignatureFormat.PADES or signed.attached:
        return None
    return ReasonText(
        heading=_("Send both files"),
        explanation=_(
            "The signature is in a file of its own and proves nothing without: {name}"
        ).format(name=plain(signed.source.name)),
        tone=Tone.INFO,
    )
