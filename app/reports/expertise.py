"""Material for an expert's conclusion: the eight parts that a regulation of an authority names.

The parts are those of part 8.2 of such a regulation, in its order. What a program can establish is
filled in; all that only an expert may say stays empty, and every page says that it is no conclusion.
"""

from collections.abc import Iterator

from app.reports.dossier import Dossier
from app.reports.protocol import closing, conditions, input_rows
from app.reports.protocol_signature import file_banner, signature_parts
from app.reports.sheet import (
    Answer,
    Banner,
    Blank,
    Fields,
    Grid,
    Part,
    Sheet,
    SignHere,
    Style,
    Text,
    Together,
)
from app.reports.statements import causes, opening, own_state
from app.texts.catalogue import _, language
from app.texts.errors import describe
from app.texts.showing import local_time, plain, utc_time


def expertise(dossier: Dossier) -> Sheet:
    """Return the material for an expert, in the language of this process."""
    return Sheet(
        title=_("Material for an expert's examination (draft)"),
        language=language(),
        created=dossier.report.checked_at,
        parts=tuple(_parts(dossier)),
        mark=_("A DRAFT made by a program: this is NOT an expert's conclusion"),
    )


def _parts(dossier: Dossier) -> Iterator[Part]:
    yield Text(_("Material for an expert's examination (draft)"), Style.TITLE)
    yield Text(
        _(
            "Filled in by a program as far as a program can. What is left empty, and every "
            "conclusion, is the expert's own."
        ),
        Style.FAINT,
    )
    yield from _time_and_place(dossier)
    yield from _grounds(dossier)
    yield from _experts()
    yield from _questions()
    yield from _objects(dossier)
    yield from _contents(dossier)
    yield from _conclusions()
    yield from _other(dossier)


def _heading(number: int, words: str) -> Text:
    return Text(f"{number}. {words}", Style.HEADING)


def _time_and_place(dossier: Dossier) -> Iterator[Part]:
    yield _heading(1, _("Time and place of the examination"))
    at = dossier.report.checked_at
    said = _("The program made its check on {moment} ({utc}).")
    yield Text(said.format(moment=local_time(at), utc=utc_time(at)))
    yield Blank(_("Examination begun and ended (date, time)"))
    yield Blank(_("Place of the examination"))


def _grounds(dossier: Dossier) -> Iterator[Part]:
    yield _heading(2, _("Grounds for the examination"))
    yield Blank(_("Application, ruling or contract: number, date, from whom"), 2)
    if dossier.asked.because:
        said = _("Ground of the moment that the check was made for, by its user: {why}")
        yield Text(said.format(why=plain(dossier.asked.because)))


def _experts() -> Iterator[Part]:
    yield _heading(3, _("The expert, or the commission of experts"))
    yield Blank(_("Surname, given name, patronymic"))
    yield Blank(_("Education, speciality"))
    yield Blank(_("Years of work, academic degree and (or) title"))
    yield Blank(_("Position"))


def _questions() -> Iterator[Part]:
    yield _heading(4, _("Questions put to the expert or the commission of experts"))
    yield Text(
        _(
            "Usual ones: does the signature in the document belong to the owner of the certificate? "
            "Are there distortions in the signed document?"
        ),
        Style.FAINT,
    )
    yield Blank(_("Questions"), 3)


def _objects(dossier: Dossier) -> Iterator[Part]:
    yield _heading(5, _("Objects of examination and material that was handed in"))
    for index, file in enumerate(dossier.report.files):
        inputs = dossier.inputs[index] if index < len(dossier.inputs) else ()
        yield Fields(tuple(input_rows(file, inputs)))
    yield Blank(_("By whom and on what carrier (USB drive, CD) they were handed in"))


def _contents(dossier: Dossier) -> Iterator[Part]:
    yield _heading(6, _("Content and results of the examination, with the methods used"))
    yield from conditions(dossier)
    yield Text(_methods(), Style.SMALL)
    for file, facts in zip(dossier.report.files, dossier.facts, strict=True):
        yield Text(plain(file.path, 300), Style.SUBHEADING)
        sentences = opening(file)
        if sentences is not None:
            yield Text(_("Result of the program:") + " " + " ".join(sentences))
        yield from _technical(file_banner(file))
        yield from _technical(signature_parts(file, facts, dossier.report.control_time))
        for signature in file.signatures:
            yield Fields(
                tuple(
                    (block.name, block.indication.value + _sub(block.sub_indication))
                    for block in signature.blocks
                )
            )
        for error in file.errors:
            told = describe(error.code, error.facts)
            yield Text(f"{told.heading}. {told.explanation}")
        named = causes(file, dossier.own_files)
        if named is not None:
            yield Text(named)


def _sub(sub: str | None) -> str:
    return "" if sub is None else f" / {sub}"


def _technical(parts: Iterator[Part]) -> Iterator[Part]:
    """Leave out the headings in colour: a draft must not look like a decision."""
    for part in parts:
        if isinstance(part, Banner):
            yield Text(_("Result of the program:") + " " + part.words, Style.SUBHEADING)
        elif isinstance(part, Answer | Fields | Grid | Text):
            yield part


def _methods() -> str:
    return _(
        "Methods: the digest of the document was computed anew and compared with the signed one "
        "(RFC 5652 §5.4); the signature value was verified with the key of the certificate; the chain "
        "was built and checked by RFC 5280 §6.1, its state by revocation lists and OCSP (RFC 6960), "
        "time stamps by RFC 3161; the conclusion was drawn by EN 319 102-1."
    )


def _conclusions() -> Iterator[Part]:
    yield Together(75)
    yield _heading(7, _("Appraisal of the results, conclusions and their grounds"))
    yield Blank(_("Only the expert writes here"), 6)


def _other(dossier: Dossier) -> Iterator[Part]:
    yield _heading(8, _("Other information"))
    if dossier.own_files is not None:
        yield Text(own_state(dossier.own_files), Style.SMALL)
    yield Blank(_("Other information under federal law"), 2)
    yield Blank(_("Annexes: carriers, printouts, files (number of sheets)"), 2)
    yield Together(80)
    yield SignHere((_("The expert (chairman of the commission)"), _("A member of the commission")))
    yield Text(_("Place of the seal"), Style.FAINT)
    yield from closing(dossier)
