"""All 25 sub-indications come out of the judge, each told in two languages with its next step."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from stand_ins.facts_made import NOW, TERMS, certificate, chain, link, signature
from stand_ins.past_made import DAY, MISSING, ROOT, STAMPED, aged, good, revoked, stamp

from app.crypto.verdict.facts import (
    Notice,
    RevocationFacts,
    RevocationStatus,
    SignatureFacts,
    TimeStampKind,
)
from app.crypto.verdict.judge import judge_signature
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import Indication, SubIndication
from app.texts.catalogue import set_language
from app.texts.cause_table import CAUSES
from app.texts.verdicts import explanation, reasons

S = SubIndication
RED = {
    S.FORMAT_FAILURE,
    S.HASH_FAILURE,
    S.SIG_CRYPTO_FAILURE,
    S.REVOKED,
    S.EXPIRED,
    S.NOT_YET_VALID,
}
OLD_ROOT = replace(ROOT, certificate=replace(ROOT.certificate, not_after=NOW - DAY))
GOST94 = replace(signature().algorithms, digest="gost94")
GONE = revoked(STAMPED - 3 * DAY)
LATE = RevocationFacts(status=RevocationStatus.UNKNOWN, problem="crl_too_late", this_update=NOW)


def with_chain(*links: object) -> SignatureFacts:
    """Return a fresh signature with this chain."""
    return signature(chain=chain(*links, at=NOW))


REACHED: dict[SubIndication, tuple[SignatureFacts, str]] = {
    S.FORMAT_FAILURE: (signature(format_problems=(Notice("trailing_data"),)), "default"),
    S.HASH_FAILURE: (signature(digest_matches=False), "default"),
    S.SIG_CRYPTO_FAILURE: (signature(signature_verifies=False), "default"),
    S.REVOKED: (aged(stamp(), now=GONE, then=GONE), "default"),
    S.EXPIRED: (aged(stamp(NOW - 90 * DAY), claimed_time=NOW - 95 * DAY), "default"),
    S.NOT_YET_VALID: (aged(stamp(), not_before=STAMPED + DAY), "default"),
    S.SIG_CONSTRAINTS_FAILURE: (
        signature(constraint_problems=(Notice("attributes_required"),)),
        "default",
    ),
    S.CHAIN_CONSTRAINTS_FAILURE: (
        with_chain(link(problems=(Notice("path_length"),)), ROOT),
        "default",
    ),
    S.CERTIFICATE_CHAIN_GENERAL_FAILURE: (
        with_chain(link(problems=(Notice("bad_signature"),)), ROOT),
        "default",
    ),
    S.CRYPTO_CONSTRAINTS_FAILURE: (signature(algorithms=replace(GOST94, digest="md5")), "default"),
    S.POLICY_PROCESSING_ERROR: (
        signature(warnings=(Notice("signature_policy_unchecked"),)),
        "strict",
    ),
    S.SIGNATURE_POLICY_NOT_AVAILABLE: (
        signature(warnings=(Notice("signature_policy_unchecked", {"oid": "1.2.643.2.45"}),)),
        "strict",
    ),
    S.TIMESTAMP_ORDER_FAILURE: (
        replace(
            with_chain(
                link(good(NOW), certificate=certificate(not_before=STAMPED - 9 * DAY)), ROOT
            ),
            signer=certificate(not_before=STAMPED - 9 * DAY),
            time_stamps=(stamp(), stamp(STAMPED - DAY, TimeStampKind.ARCHIVE)),
        ),
        "default",
    ),
    S.NO_SIGNING_CERTIFICATE_FOUND: (signature(signer=None, chain=None), "default"),
    S.NO_CERTIFICATE_CHAIN_FOUND: (
        signature(chain=chain(link(), anchored=False, break_code="issuer_not_found")),
        "default",
    ),
    S.NO_CERTIFICATE_CHAIN_FOUND_NO_POE: (with_chain(link(), OLD_ROOT), "default"),
    S.REVOKED_NO_POE: (with_chain(link(revoked(NOW - DAY)), ROOT), "default"),
    S.REVOKED_CA_NO_POE: (with_chain(link(), link(revoked(NOW - DAY)), ROOT), "default"),
    S.OUT_OF_BOUNDS_NOT_REVOKED: (aged(now=good(NOW - 101 * DAY)), "default"),
    S.OUT_OF_BOUNDS_NO_POE: (aged(), "default"),
    S.REVOCATION_OUT_OF_BOUNDS_NO_POE: (aged(stamp(), then=LATE), "default"),
    S.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: (
        signature(algorithms=GOST94, claimed_time=datetime(2018, 5, 1, tzinfo=UTC)),
        "default",
    ),
    S.NO_POE: (aged(stamp(), then=MISSING), "default"),
    S.TRY_LATER: (with_chain(link(MISSING), ROOT), "default"),
    S.SIGNED_DATA_NOT_FOUND: (signature(content_found=False, digest_matches=None), "default"),
}


def test_none_is_left_out() -> None:
    """All 25, as the standard and DSS count them."""
    assert len(SubIndication) == 25
    assert set(REACHED) == set(SubIndication) == set(CAUSES)


@pytest.mark.parametrize("sub", SubIndication)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_reached_and_told(sub: SubIndication, language: str) -> None:
    """It is the verdict; cause, reasons and next step are whole sentences without its code."""
    facts, policy = REACHED[sub]
    report = judge_signature(facts, (), load_policy(policy), TERMS)
    assert report.sub_indication is sub
    assert (report.verdict is Indication.TOTAL_FAILED) == (sub in RED)
    set_language(language)
    try:
        cause, why = explanation(report), reasons(report)
    finally:
        set_language("en")
    assert cause is not None
    told = (cause.sentence, cause.step, *why)
    for sentence in told:
        assert sentence.endswith((".", ")"))
        assert re.search("[а-я]" if language == "ru" else "[a-z]", sentence)
        assert sub.value not in sentence
        assert not re.search(r"\b(POE|CRL|OCSP|TSA|CA|ЦС|СОС)\b", sentence.replace("(.crl)", ""))


@pytest.mark.parametrize("sub", SubIndication)
def test_a_block_is_to_blame(sub: SubIndication) -> None:
    """Every block is run and shown, and one of them concludes what the verdict says."""
    facts, policy = REACHED[sub]
    report = judge_signature(facts, (), load_policy(policy), TERMS)
    assert [one.name for one in report.blocks][:7] == [
        "format",
        "identification",
        "context",
        "certificates",
        "cryptography",
        "acceptance",
        "time_stamps",
    ]
    blamed = [one for one in report.blocks if one.sub_indication is sub]
    assert blamed
    assert all(one.reasons for one in blamed)
