"""The check of CMS signatures: from what was read to facts, one `SignatureFacts` a signer.

Rules CMS-01..16, CAD-01..03, CAD-07 and GST-01..09 of the project's verification rules. A signer
is never skipped, and a bad signature is a fact, not an exception. The chain is added by others.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from app.crypto.cms import structure
from app.crypto.cms.codes import ConstraintProblem, FormatProblem
from app.crypto.cms.counter_signatures import (
    CounterLevels,
    check_counter_signatures,
    damaged_signer,
)
from app.crypto.cms.forgery import looks_like_attributes
from app.crypto.cms.levels import oids
from app.crypto.cms.levels.checking import with_level
from app.crypto.cms.levels.stamps import LevelTerms, Subject
from app.crypto.cms.signer_check import Signed, SignerCheck
from app.crypto.cms.structure import SignedContent, SignedData, SignerInfo
from app.crypto.verdict.facts import (
    Level,
    Notice,
    SignatureFacts,
)
from app.errors import ErrorCode, RoscherkError

MAX_SIGNATURES = 300
"""Signers and counter-signatures together."""


class Profile(StrEnum):
    """Which family of levels a signature is measured against."""

    CADES = "cades"
    PADES = "pades"


def check_cms(
    signed_data: SignedData,
    content: SignedContent | None = None,
    *,
    profile: Profile = Profile.CADES,
    extra_certificates: Sequence[bytes] = (),
    levels: LevelTerms | None = None,
) -> tuple[SignatureFacts, ...]:
    """Check every signer and every counter-signature of a file, in the order of the file.

    ``content`` is what a detached signature signs (None: it was not found); beside an attached
    signature it is compared with the content inside. ``extra_certificates`` are at hand from
    elsewhere, for signatures that do not carry their own. ``levels``: how time-stamps are checked;
    without it nothing above CAdES-BES is looked at, and the attributes count as unchecked.
    """
    found: list[SignatureFacts] = []
    for signer in signed_data.signers:
        if isinstance(signer, Notice):
            damaged = damaged_signer(signer, len(found))
            problems = (*damaged.format_problems, *signed_data.problems)
            found.append(replace(damaged, format_problems=problems, warnings=signed_data.warnings))
            continue
        index = len(found)
        facts = check_signer(
            signed_data,
            signer,
            content,
            profile=profile,
            index=index,
            extra_certificates=extra_certificates,
            levels=levels,
        )
        found.append(facts)
        pool = (*signed_data.certificates, *extra_certificates)
        found.extend(
            check_counter_signatures(
                signer, pool, first=index + 1, levels=_for_counter(signed_data, levels)
            )
        )
        if len(found) > MAX_SIGNATURES:
            raise RoscherkError(
                ErrorCode.FORMAT_TOO_COMPLEX, limit="signatures", maximum=MAX_SIGNATURES
            )
    return tuple(found)


def check_signer(
    signed_data: SignedData,
    signer: SignerInfo,
    content: SignedContent | None = None,
    *,
    profile: Profile = Profile.CADES,
    index: int = 0,
    extra_certificates: Sequence[bytes] = (),
    levels: LevelTerms | None = None,
) -> SignatureFacts:
    """Check one signer of a SignedData (see `check_cms`)."""
    checked = frozenset() if levels is None else oids.CHECKED
    check = SignerCheck(signer, signed_data.certificates, extra_certificates, checked)
    check.format_problems.extend(signed_data.problems)
    check.constraint_problems.extend(signed_data.constraint_problems)
    check.warnings.extend(signed_data.warnings)
    actual = signed_data.content if signed_data.content is not None else content
    if signed_data.content is not None and content is not None:
        _compare_contents(check, signed_data.content, content)
    listed = {algorithm.oid for algorithm in signed_data.digest_algorithms}
    if signer.digest_algorithm.oid not in listed:
        check.constrain(
            ConstraintProblem.DIGEST_ALGORITHM_NOT_LISTED, oid=signer.digest_algorithm.oid
        )
    for algorithm in signed_data.digest_algorithms:
        check.demand_no_parameters(algorithm)
    _check_content_type(check, signed_data.content_type)
    if signer.signed_attributes is None and actual is not None and looks_like_attributes(actual):
        check.fail_format(FormatProblem.FORGED_ATTRIBUTES)
    facts = check.run(_as_signed(actual), index)
    is_data = signed_data.content_type == structure.DATA
    facts = replace(facts, level=_level(check, facts, profile, is_data=is_data))
    if levels is None:
        return facts
    known = {} if actual is None else actual.digests
    return with_level(facts, Subject(signed_data, signer, known.get), levels)


def _for_counter(signed_data: SignedData, levels: LevelTerms | None) -> CounterLevels | None:
    return None if levels is None else CounterLevels(signed_data, levels)


def _as_signed(content: SignedContent | None) -> Signed | None:
    if content is None:
        return None
    whole = len(content.prefix) == content.size
    return Signed(content.digests, content.prefix if whole else None)


def _compare_contents(check: SignerCheck, inside: SignedContent, beside: SignedContent) -> None:
    """Hold a file given beside an attached signature against the content inside (CMS-11)."""
    common = inside.digests.keys() & beside.digests.keys()
    same = inside.size == beside.size and all(
        inside.digests[name] == beside.digests[name] for name in common
    )
    if not same:
        check.fail_format(FormatProblem.ATTACHED_CONTENT_DIFFERS)


def _check_content_type(check: SignerCheck, actual: str) -> None:
    """Hold the signed content-type against that of the content (CMS-05, CMS-08)."""
    if check.attributes is None:
        if actual != structure.DATA:
            check.constrain(ConstraintProblem.ATTRIBUTES_REQUIRED, content_type=actual)
    elif check.attributes.content_type is None:
        check.fail_format(FormatProblem.CONTENT_TYPE_MISSING)
    elif check.attributes.content_type != actual:
        signed = check.attributes.content_type
        check.fail_format(FormatProblem.CONTENT_TYPE_MISMATCH, signed=signed, actual=actual)


def _level(check: SignerCheck, facts: SignatureFacts, profile: Profile, *, is_data: bool) -> Level:
    """Say what the attributes amount to (CAD-01..03); a level says nothing about validity."""
    bound = check.bound_to_certificate(facts.signing_certificate)
    if profile is Profile.PADES:
        return Level.PADES_B_B if bound and facts.claimed_time is None else Level.PDF_LEGACY
    timed = facts.claimed_time is not None
    return Level.CADES_BES if bound and timed and is_data else Level.CMS
