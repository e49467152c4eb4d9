"""The letter to the sender: please sign and send the document once more, and why.

A regulation of a certification authority (part 8.1) has the receiver ask for that when a signature
is not confirmed. Words only: the letter is copied, sent by mail, or printed.
"""

from collections.abc import Iterator
from pathlib import PurePath

from app.crypto.verdict.report import FileReport, Indication, Report
from app.reports.dossier import Dossier
from app.reports.sheet import Blank, Fields, Part, Sheet, SignHere, Style, Text
from app.texts.answers import person_and_organization
from app.texts.catalogue import _, language
from app.texts.errors import describe
from app.texts.showing import local_time, plain
from app.texts.verdicts import explanation


def letter(dossier: Dossier) -> Sheet:
    """Return the letter about all files of a check that did not pass."""
    return Sheet(
        title=_("Request to sign a document again"),
        language=language(),
        created=dossier.report.checked_at,
        parts=tuple(_parts(dossier)),
        one_page=True,
    )


def letter_text(dossier: Dossier) -> str:
    """Return the letter as plain text, for a mail."""
    lines: list[str] = []
    for part in _parts(dossier):
        if isinstance(part, Text):
            lines += [part.words, ""]
        if isinstance(part, Fields):
            lines += [f"{label}: {value}" for label, value in part.rows] + [""]
    return "\n".join(lines).rstrip() + "\n"


def wants_letter(report: Report) -> bool:
    """Tell whether there is anything to ask a sender for."""
    return any(_troubled(file) for file in report.files)


def _troubled(file: FileReport) -> bool:
    return file.verdict is not Indication.TOTAL_PASSED


def _parts(dossier: Dossier) -> Iterator[Part]:
    yield Text(_("Request to sign a document again"), Style.TITLE)
    yield Text(_("Hello!"))
    moment = local_time(dossier.report.checked_at)
    said = _("On {moment} we checked an electronic document that came from you.")
    yield Text(said.format(moment=moment))
    for index, file in enumerate(dossier.report.files):
        if _troubled(file):
            yield Fields(tuple(_about(dossier, index, file)), small=False)
    yield Text(
        _(
            "Please sign the document again with a certificate that is in force, and send it once "
            "more together with its signature. If the document was meant to be changed, send the "
            "new version with a new signature."
        )
    )
    yield Text(
        _(
            "This letter says nothing of bad intent: a file can be damaged on its way, and a "
            "certificate can expire."
        )
    )
    yield Blank(_("From whom: organization, telephone, e-mail"))
    yield SignHere((_("The receiver of the document"),))


def _about(dossier: Dossier, index: int, file: FileReport) -> Iterator[tuple[str, str]]:
    yield _("File"), plain(PurePath(file.path).name, 200)
    if file.content is not None:
        yield _("Document"), plain(PurePath(file.content).name, 200)
    inputs = dossier.inputs[index] if index < len(dossier.inputs) else ()
    for one in inputs:
        if one.sha256 is not None:
            name = plain(PurePath(one.path).name, 120)
            yield _("SHA-256 of {name}").format(name=name), one.sha256
    if not inputs and file.sha256 is not None:
        yield "SHA-256", file.sha256
    for signature in file.signatures:
        if signature.signer is not None:
            yield _("Signed by"), plain(person_and_organization(signature.signer), 200)
    yield _("Reason"), _reason(file)


def _reason(file: FileReport) -> str:
    for one in file.signatures:
        cause = explanation(one)
        if cause is not None and one.verdict is file.verdict:
            return cause.sentence
    if file.errors:
        return describe(file.errors[0].code, file.errors[0].facts).explanation
    return _("There is no signature.")
