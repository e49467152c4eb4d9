"""Where a file stands in a batch: pure, from its report. Ordinary old documents are no problems."""

from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.report import (
    Indication,
    Integrity,
    SignatureReport,
    Standing,
    SubIndication,
    Trust,
)

_GROWN_OLD = frozenset(
    {
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
        SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        SubIndication.NO_POE,
    }
)
_OF_AGE = frozenset(
    {
        "expired",
        "ca_expired",
        "root_expired",
        "conditional_time",
        "digest_weak",
        "key_weak",
        "chain_weak",
        "revocation_unknown",
        "ca_revocation_unknown",
        "revocation_data_before",
        "revocation_data_aged",
        "crl_missing",
        "crl_expired",
        "crl_too_late",
        "ocsp_expired",
        "ocsp_too_late",
    }
)
"""What happens to any signature that nobody has done anything to."""
_UNKNOWN = frozenset(
    {
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
        SubIndication.SIGNED_DATA_NOT_FOUND,
        SubIndication.TRY_LATER,
    }
)
_SUSPICIOUS = frozenset({"on_hold", "ca_on_hold", "signing_certificate_mismatch", "practice"})
_AGED = frozenset({"revocation_data_old", "revocation_data_before"})
_CLAIM_DOUBTFUL = frozenset({"claimed_time_outside_certificate", "claimed_time_in_future"})

_WORST_FIRST = (
    Standing.BROKEN,
    Standing.PROBLEM,
    Standing.UNKNOWN,
    Standing.TIME_NOT_PROVED,
    Standing.PASSED_AS_OF,
    Standing.PASSED,
)


def standing_of(
    verdict: Indication, signatures: tuple[SignatureReport, ...], *, errors: bool = False
) -> Standing:
    """Return the heading under which a file stands: the worst that any signature of it asks for.

    ``verdict``: of the file; ``errors``: something about the file could not be looked at.
    """
    if verdict is Indication.NO_SIGNATURE:
        return Standing.NO_SIGNATURE
    found = {standing_of_signature(one) for one in signatures}
    if verdict is Indication.TOTAL_FAILED:
        found.add(Standing.BROKEN)
    elif errors and verdict is Indication.INDETERMINATE:
        found.add(Standing.UNKNOWN)
    return next((one for one in _WORST_FIRST if one in found), Standing.UNKNOWN)


def standing_of_signature(report: SignatureReport) -> Standing:
    """Return the heading that one signature asks for."""
    if report.verdict is Indication.TOTAL_FAILED:
        return Standing.BROKEN
    if report.verdict is Indication.TOTAL_PASSED:
        aged = any(one.code in _AGED for one in report.warnings)
        return Standing.PASSED_AS_OF if aged else Standing.PASSED
    if report.integrity is not Integrity.INTACT:
        missing = report.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
        return Standing.UNKNOWN if missing else Standing.PROBLEM
    reasons = set(report.reasons)
    doubtful = {one.code for one in report.warnings} & _CLAIM_DOUBTFUL
    if report.sub_indication in _GROWN_OLD and reasons <= _OF_AGE and not doubtful:
        trusted = report.trust is Trust.TRUSTED
        return Standing.TIME_NOT_PROVED if trusted else Standing.UNKNOWN
    stamp = report.kind is SignatureKind.DOCUMENT_TIMESTAMP
    if stamp or (report.sub_indication in _UNKNOWN and not reasons & _SUSPICIOUS):
        return Standing.UNKNOWN
    return Standing.PROBLEM
