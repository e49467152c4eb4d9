"""One signature in a protocol: verdict, answers, the two moments, the chain with its evidence."""

import re
from collections.abc import Iterator
from datetime import datetime

from app.crypto.verdict.facts import FileFacts, SignatureFacts, SignatureKind
from app.crypto.verdict.numbering import numbers
from app.crypto.verdict.report import (
    ChainLink,
    FileReport,
    Indication,
    Moment,
    MomentSource,
    SignatureReport,
)
from app.reports.sheet import Answer, Banner, Fields, Grid, Part, Together
from app.reports.statements import evidence, link_state
from app.texts.algorithm_words import digest_words, signing_words
from app.texts.catalogue import N_, _
from app.texts.certificate_fields import fingerprint
from app.texts.errors import describe
from app.texts.showing import local_date, local_time, plain, utc_time
from app.texts.telling import Numbers, answers_about, times, title
from app.texts.verdicts import (
    explanation,
    file_heading,
    heading_of,
    level,
    notice,
    reasons,
    tone,
    warnings,
)

_SIGNATURE_ROOM = 70.0
"""Millimetres: the verdict and its answers stay on one page."""
_SOURCES = {
    MomentSource.CLAIMED: N_("by the signer's own clock, not proved"),
    MomentSource.RFC3161: N_("proved by a time stamp"),
    MomentSource.MDV_63FZ: N_("proved by a trusted time stamp under 63-FZ"),
    MomentSource.USER: N_("named by the user"),
    MomentSource.NOW: N_("the day of the check"),
}


def file_banner(file: FileReport) -> Iterator[Part]:
    """Head a file that has no signature, or several."""
    if _single(file):
        return
    words = file_heading(file)
    if file.errors and not file.signatures:
        words = describe(file.errors[0].code, file.errors[0].facts).heading
    yield Banner(words, tone(file.verdict), any(one.practice for one in file.signatures))


def _single(file: FileReport) -> bool:
    return len(file.signatures) == len(numbers(file.signatures)) == 1


def signature_parts(file: FileReport, facts: FileFacts, at: datetime) -> Iterator[Part]:
    """Write all signatures of a file."""
    known = numbers(file.signatures)
    by_index = {each.index: each for each in facts.signatures}
    told_above: set[tuple[ChainLink, ...]] = set()
    for one in file.signatures:
        if not _single(file):
            yield Together(_SIGNATURE_ROOM)
        told = by_index.get(one.index)
        repeated = one.chain[1:] in told_above
        told_above.add(one.chain[1:])
        yield from _signature(one, told, at, known, single=_single(file), repeated=repeated)


def _signature(
    one: SignatureReport,
    facts: SignatureFacts | None,
    at: datetime,
    known: Numbers,
    *,
    single: bool,
    repeated: bool,
) -> Iterator[Part]:
    """Write one signature; several of them are written closer.

    ``repeated``: the certificates above the signer's own stand with an earlier signature.
    """
    practice = one.practice and one.verdict is not Indication.TOTAL_FAILED
    words = heading_of(one) if single else f"{title(one, known)} · {heading_of(one)}"
    yield Banner(words, tone(one.verdict), practice)
    for answer in answers_about(one, at, known):
        question = answer.question if single else answer.label
        yield Answer(question, plain(answer.answer, 600), answer.tone, small=not single)
    rows = tuple(_remarks(one))
    if rows:
        yield Fields(rows, small=not single)
    rows = tuple(details(one, facts))
    if one.chain and not single:
        links = [" — ".join(row) for row in _chain(one, facts, at)]
        if repeated and len(links) > 1:
            links = [links[0], _("further as above")]
        rows = (*rows, (_("Chain"), "\n".join(links)))
    yield Fields(rows)
    if one.chain and single:
        heading = (_("Chain"), _("Number and term"), _("State"), _("Evidence and its age"))
        yield Grid(heading, tuple(_chain(one, facts, at)), (46, 50, 34, 50))


def _remarks(one: SignatureReport) -> Iterator[tuple[str, str]]:
    """Say why, what to do, and what else is worth knowing."""
    cause = explanation(one)
    if cause is not None:
        yield _("Why"), cause.sentence
        for sentence in reasons(one):
            if sentence != cause.sentence:
                yield "", plain(sentence)
        yield _("What to do"), cause.step
    for sentence in warnings(one):
        yield _("Note"), plain(sentence, 600)


def details(one: SignatureReport, facts: SignatureFacts | None) -> Iterator[tuple[str, str]]:
    """Say what an expert asks for."""
    for moment, label in zip(one.moments, _moment_labels(), strict=False):
        yield label, moment_words(moment)
    for when in () if one.moments else times(one):
        yield _("Time"), when
    signature = one.algorithms.signature or one.algorithms.signature_oid
    digest = one.algorithms.digest or one.algorithms.digest_oid
    named = (signing_words(signature) if signature else "", digest_words(digest) if digest else "")
    words = "; ".join(name for name in named if name) or "—"
    if one.kind is not SignatureKind.DOCUMENT_TIMESTAMP:
        yield _("Level, algorithms"), f"{level(one.level)}; {words}"
    else:
        yield _("Algorithms"), words
    signer = one.signer
    if signer is None:
        return
    said = _("No. {serial}, in force {start} — {end}")
    start, end = local_time(signer.not_before), local_time(signer.not_after)
    yield _("Certificate"), said.format(serial=plain(signer.serial, 60), start=start, end=end)
    yield _("Owner"), spaced(signer.subject)
    yield _("Issued by"), spaced(signer.issuer)
    yield _("SHA-256 of the certificate"), signer.sha256
    if facts is not None and facts.signer is not None and facts.signer.subject_key_id:
        yield _("Key identifier"), fingerprint(facts.signer.subject_key_id)


def _moment_labels() -> tuple[str, str]:
    return _("When it was signed"), _("At present")


def moment_words(moment: Moment) -> str:
    """Say how a signature stood at one moment, and by what evidence the moment is known."""
    if moment.at is None:
        return _("No moment is named or proved.")
    state = _("the certificate was in force")
    if moment.certificate_state != "in_force":
        state = notice(moment.certificate_state)
    said = _("{moment} ({utc}), {source}: {state}")
    return said.format(
        moment=local_time(moment.at),
        utc=utc_time(moment.at),
        source=_(_SOURCES[moment.source]),
        state=state,
    )


def _chain(
    one: SignatureReport, facts: SignatureFacts | None, at: datetime
) -> Iterator[tuple[str, str, str, str]]:
    """Give each certificate of the chain: its number and term, its state, and by what evidence."""
    links = () if facts is None or facts.chain is None else facts.chain.links
    for place, told in enumerate(one.chain):
        state = plain(link_state(told.state), 160)
        if place >= len(links):
            yield _short(told), "—", state, "—"
            continue
        link = links[place]
        start, end = local_date(link.certificate.not_before), local_date(link.certificate.not_after)
        number = plain(link.certificate.serial, 60)
        yield _short(told), f"{number}, {start} — {end}", state, evidence(link, at)


def spaced(name: str) -> str:
    """Write a whole name so that it can be broken between its parts."""
    return re.sub(r"(?<!\\),(?=\S)", ", ", plain(name, 360))


def _short(link: ChainLink) -> str:
    """Return the common name of a whole name, where there is one."""
    found = re.search(r"(?:^|,)\s*CN=((?:[^,\\]|\\.)+)", link.subject)
    name = link.subject if found is None else re.sub(r"\\(.)", r"\1", found[1])
    return plain(name, 120)
