"""The protocol of a certificate check on paper: the same answers and lines as on the screen."""

from collections.abc import Iterator

from app import __version__
from app.crypto.certificates.checked import CheckedCertificate
from app.reports.sheet import Banner, Fields, Part, Rule, Sheet, Style, Text
from app.texts import certificate_check, qualification
from app.texts.answers import disclaimer
from app.texts.catalogue import _, language
from app.texts.showing import local_time, utc_time


def certificate_protocol(checked: CheckedCertificate) -> Sheet:
    """Return the protocol, in the language of this process."""
    mark = None
    if checked.certificate.practice:
        mark = _("PRACTICE: what is written here has no legal force")
    return Sheet(
        title=_("Protocol of a certificate check"),
        language=language(),
        created=checked.checked_at,
        parts=tuple(_parts(checked)),
        mark=mark,
    )


def _parts(checked: CheckedCertificate) -> Iterator[Part]:
    yield Text(_("Protocol of a certificate check"), Style.TITLE)
    made = (
        _("Checked {moment} ({utc}) on this computer.")
        if checked.network
        else _("Checked {moment} ({utc}) on this computer, without the network.")
    )
    moment = checked.checked_at
    yield Text(made.format(moment=local_time(moment), utc=utc_time(moment)), Style.FAINT)
    if checked.at_by_user:
        judged = _("Judged for a moment that the user named: {moment} ({utc}).")
        told = judged.format(moment=local_time(checked.at), utc=utc_time(checked.at))
        yield Text(told, Style.FAINT)
    tone = certificate_check.conclusion_tone(checked)
    yield Banner(certificate_check.conclusion(checked), tone, checked.certificate.practice)
    why = certificate_check.why(checked)
    if why is not None:
        yield Text(why)
    answer = checked.qualification
    yield Banner(qualification.heading(answer), qualification.tone(answer))
    for sentence in certificate_check.remarks(checked):
        yield Text(sentence)
    for group in certificate_check.groups(checked):
        yield Text(group.title, Style.HEADING)
        yield Fields(group.lines)
    yield Rule()
    yield Text(disclaimer(), Style.FAINT)
    engine = _("Computed with: {engine}").format(engine=f"roscherk {__version__}")
    yield Text(engine, Style.FAINT)
