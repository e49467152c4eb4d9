"""Words about the chosen documents: what they are, what was made of them. No Qt here."""

from collections.abc import Sequence
from datetime import datetime

from app.crypto.model import SignatureFormat, SignedFile
from app.crypto.saving import usual_target
from app.crypto.timestamps.codes import StampRemark
from app.texts.amounts import size_text
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe, describe_error
from app.texts.makers import made_with
from app.texts.showing import plain
from app.texts.verdicts import notice
from app.ui.amounts import folder_text
from app.ui.details import (
    BatchDetails,
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

_MOST_POINTS = 60


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
        preview=document.path,
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
    batch = batch_details(documents)
    if batch is not None:
        return batch
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
        notices=tuple(
            each
            for each in (_shortfall(signed), _send_both(signed), _foreign_viewers(signed))
            if each
        ),
    )


def _form(signed: SignedFile) -> str:
    if signed.format is SignatureFormat.PADES:
        return _("inside the PDF, {level}").format(level=signed.level)
    if signed.attached:
        return _("attached (inside the file), {level}").format(level=signed.level)
    return _("detached (in a separate file), {level}").format(level=signed.level)


def _shortfall(signed: SignedFile) -> ReasonText | None:
    """Say that the level is lower than was asked for: the signature is there, the evidence is not."""
    if signed.shortfall is None:
        return None
    why = describe(signed.shortfall.code, signed.shortfall.facts)
    return ReasonText(
        heading=_("The level is lower than you asked for"),
        explanation=f"{why.heading}. {why.explanation}".strip(),
        advice=_("No need to sign anew: «With the signature» → «Raise the signature…» adds it."),
        tone=Tone.WARN,
    )


def _foreign_viewers(signed: SignedFile) -> ReasonText | None:
    """Say beforehand what other programs will say of a GOST signature in a PDF."""
    gost = signed.digest_name.startswith("streebog")
    if signed.format is not SignatureFormat.PADES or not gost or signed.practice:
        return None
    return ReasonText(
        heading=_("What Adobe Reader and browsers will say"),
        explanation=_(
            "They know no Russian algorithms: the signature will be shown as unknown or invalid, "
            "though it is good."
        ),
        advice=_(
            "Let the recipient verify it in this program or on Gosuslugi, or send a protocol."
        ),
        tone=Tone.INFO,
    )


def batch_details(documents: Sequence[Document]) -> Details | None:
    """Return what came of signing several documents; None: they were not all signed or tried."""
    done = [each for each in documents if each.signed is not None]
    failed = [each for each in documents if each.state is State.FAILED]
    if not done or len(done) + len(failed) < len(documents):
        return None
    points = [(Tone.ERROR, f"{plain(each.name)}: {_why(each)}") for each in failed]
    points += [
        (Tone.OK, f"{plain(each.name)} → {plain(each.signed.target.name)}")
        for each in done
        if each.signed is not None
    ]
    more = len(points) - _MOST_POINTS
    if more > 0:
        rest = ngettext("…and {n} more", "…and {n} more", more).format(n=more)
        points = [*points[:_MOST_POINTS], (Tone.PLAIN, rest)]
    heading = ngettext("Signed: {n} document", "Signed: {n} documents", len(done))
    words = ""
    if failed:
        words = ngettext("Not signed: {n}", "Not signed: {n}", len(failed)).format(n=len(failed))
    practice = any(each.signed is not None and each.signed.practice for each in done)
    return BatchDetails(
        heading=heading.format(n=len(done)),
        words=words,
        tone=Tone.WARN if failed else Tone.PRACTICE if practice else Tone.OK,
        points=tuple(points),
        folder=done[0].to_verify,
    )


def _why(document: Document) -> str:
    return "" if document.error is None else describe_error(document.error).heading


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
