"""Answering on whose behalf each signature of a file was made, by the МЧД beside it. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.crypto.mchd.checking import Signing, with_mchd
from app.crypto.mchd.delegation import Attorney
from app.crypto.verdict.facts import FileFacts, FileFormat, SignatureFacts, SignatureKind
from app.crypto.verdict.mchd_facts import MchdFacts
from app.crypto.verdict.report import FileReport, SignatureReport

Judge = Callable[[FileFacts], FileReport]

_OVER_ANOTHER_FILE = frozenset({FileFormat.CMS_DETACHED, FileFormat.CMS_ATTACHED})
"""What can be held against a document beside it; a PDF signs nothing but itself."""


def with_attorneys(
    facts: FileFacts, reports: tuple[SignatureReport, ...], now: datetime, judge: Judge
) -> tuple[SignatureReport, ...]:
    """Return the reports with the authority that the powers of attorney of the file give.

    ``judge`` judges the signature of a МЧД as that of any other file.
    """
    if not facts.mchd:
        return reports
    attorneys = tuple(_attorney(facts, one, judge) for one in facts.mchd)
    found = {one.index: one for one in facts.signatures}
    return tuple(
        replace(
            report,
            authority=with_mchd(
                report.authority, _signing(found[report.index], report, now), attorneys
            ),
        )
        if report.kind is not SignatureKind.DOCUMENT_TIMESTAMP
        else report
        for report in reports
    )


def _signing(facts: SignatureFacts, report: SignatureReport, now: datetime) -> Signing:
    times = report.signing_time
    proved = times.mdv_63fz or times.rfc3161
    return Signing(
        signer=facts.signer, at=proved or times.claimed, proved=proved is not None, now=now
    )


def _is_over(signed: FileFacts, mchd: MchdFacts) -> bool:
    """Tell whether a signature file is over these very octets: they were read apart from it."""
    if mchd.inside:
        right = signed.format is FileFormat.CMS_ATTACHED and signed.path == mchd.path
    else:
        right = signed.format in _OVER_ANOTHER_FILE and signed.content == mchd.path
    return right and signed.content_sha256 == mchd.sha256


def _attorney(facts: FileFacts, mchd: MchdFacts, judge: Judge) -> Attorney:
    """Judge the signature of one МЧД. What lies beside that file is of no interest."""
    index = mchd.signature
    if index is None or not 0 <= index < len(facts.mchd_signatures):
        return Attorney(mchd=mchd, report=None, signer=None)
    signed = replace(facts.mchd_signatures[index], mchd=(), mchd_signatures=())
    if not _is_over(signed, mchd):
        # A good signature over something else, under the name of this one.
        return Attorney(mchd=mchd, report=None, signer=None)
    report = judge(signed)
    first = next((one for one in signed.signatures if one.kind is SignatureKind.SIGNATURE), None)
    return Attorney(mchd=mchd, report=report, signer=None if first is None else first.signer)
