"""Two dates in words: how it was on the day of signing, and how it is on the day of the check."""

from collections.abc import Mapping

from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.report import (
    Block,
    ChainModels,
    Indication,
    Moment,
    MomentSource,
    SignatureReport,
)
from app.texts.catalogue import N_, _
from app.texts.showing import local_time
from app.values import dataclass

_LABELS: Mapping[MomentSource, str] = {
    MomentSource.CLAIMED: N_("When signed"),
    MomentSource.RFC3161: N_("When signed"),
    MomentSource.MDV_63FZ: N_("When signed"),
    MomentSource.USER: N_("On the named day"),
    MomentSource.NOW: N_("Now"),
}
_EVIDENCE: Mapping[MomentSource, str] = {
    MomentSource.CLAIMED: N_("{moment} by the signer's own word, which proves nothing: {state}"),
    MomentSource.RFC3161: N_(
        "{moment} at the latest, as a time stamp proves (whether that is trusted time under 63-FZ "
        "is not established): {state}"
    ),
    MomentSource.MDV_63FZ: N_(
        "{moment} at the latest, by a time stamp of an accredited authority (trusted time under "
        "63-FZ): {state}"
    ),
    MomentSource.USER: N_("{moment}, for which you vouch: {state}"),
    MomentSource.NOW: N_("{moment}: {state}"),
}
_THEN: Mapping[str, str] = {
    "in_force": N_("the certificate was in force."),
    "expired": N_("the certificate had expired."),
    "not_yet_valid": N_("the certificate was not in force yet."),
    "revoked": N_("the certificate was revoked, or its key was already in doubt."),
    "on_hold": N_("the certificate is suspended, and since when its key is in doubt is not known."),
    "revocation_unknown": N_("whether the certificate was revoked is not known."),
    "no_certificate": N_("the certificate is not known."),
}
_NOW: Mapping[str, str] = {
    "in_force": N_("the certificate is in force."),
    "expired": N_("the certificate has expired."),
    "not_yet_valid": N_("the certificate is not in force yet."),
    "revoked": N_("the certificate is revoked."),
    "on_hold": N_("the certificate is suspended."),
    "revocation_unknown": N_("whether the certificate is revoked is not known."),
    "no_certificate": N_("the certificate is not known."),
}
_BLOCKS: Mapping[str, str] = {
    "format": N_("structure"),
    "identification": N_("the signer's certificate named"),
    "context": N_("the signer's rules"),
    "certificates": N_("chain of certificates and revocation"),
    "cryptography": N_("document and signature value"),
    "acceptance": N_("reliance and algorithms"),
    "time_stamps": N_("time stamps"),
    "past": N_("the moment that a time stamp proves"),
}
_CONCLUSIONS: Mapping[Indication, str] = {
    Indication.TOTAL_PASSED: N_("in order: {blocks}"),
    Indication.INDETERMINATE: N_("not determined: {blocks}"),
    Indication.TOTAL_FAILED: N_("failed: {blocks}"),
}
_MODELS: Mapping[str, str] = {
    "ok": N_("in order"),
    "expired": N_("the certificate had expired"),
    "not_yet_valid": N_("the certificate was not in force yet"),
    "ca_expired": N_("the certificate of an authority has expired"),
    "ca_not_yet_valid": N_("the certificate of an authority is not in force yet"),
    "issuer_not_in_force_then": N_("an authority's certificate was not in force when it issued"),
}


@dataclass(frozen=True)
class Dated:
    """One date: a label, and what was so then."""

    label: str
    sentence: str


def two_dates(report: SignatureReport) -> tuple[Dated, ...]:
    """Tell how the certificate stood on the day of signing, and how on the day of the check."""
    if report.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        return ()  # the moment is one of its answers
    return tuple(_dated(one) for one in report.moments if one.at is not None)


def _dated(moment: Moment) -> Dated:
    states = _NOW if moment.source is MomentSource.NOW else _THEN
    state = _(states[moment.certificate_state])
    said = "" if moment.at is None else local_time(moment.at)
    sentence = _(_EVIDENCE[moment.source]).format(moment=said, state=state)
    return Dated(_(_LABELS[moment.source]), sentence)


def blocks_told(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Name all blocks that were run, by what they concluded, the gravest first."""
    told = []
    for indication in (
        Indication.TOTAL_FAILED,
        Indication.INDETERMINATE,
        Indication.TOTAL_PASSED,
    ):
        names = [_(_BLOCKS[one.name]) for one in blocks if one.indication is indication]
        if names:
            told.append(_(_CONCLUSIONS[indication]).format(blocks=", ".join(names)))
    return tuple(told)


def models_told(models: ChainModels) -> tuple[str, str]:
    """Say how the chain stands by the shell model and by the chain model."""
    shell = _("all certificates in force at the check: {result}")
    chain = _("each certificate in force when it was used: {result}")
    return (
        shell.format(result=_(_MODELS[models.shell])),
        chain.format(result=_(_MODELS[models.chain])),
    )
