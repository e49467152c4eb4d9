"""The judge by tables: every block, every branch, and the rules that no table may break."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from stand_ins.facts_made import (
    GOOD,
    NOW,
    TERMS,
    ca,
    certificate,
    chain,
    file,
    link,
    not_checked,
    person,
    signature,
)

from app.crypto.verdict.facts import (
    AlgorithmFacts,
    ChangesAfter,
    Coverage,
    FileFormat,
    Notice,
    RevocationFacts,
    RevocationStatus,
    SignatureFacts,
    SigningCertificateAttribute,
)
from app.crypto.verdict.judge import Terms, judge_file, judge_signature
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import (
    Answer,
    AuthorityKind,
    ControlTimeSource,
    Indication,
    Integrity,
    MomentSource,
    SignatureReport,
    SubIndication,
    Trust,
)
from app.errors import ErrorCode

POLICY = load_policy()
PASSED, UNSURE, FAILED = (
    Indication.TOTAL_PASSED,
    Indication.INDETERMINATE,
    Indication.TOTAL_FAILED,
)
S = SubIndication
LATER = NOW + timedelta(days=3)
BEFORE = NOW - timedelta(days=3)
ROOT = link(certificate=ca(), anchor=True, revocation=not_checked())


def judged(facts: SignatureFacts, terms: Terms = TERMS) -> SignatureReport:
    """Judge one signature under the default policy."""
    return judge_signature(facts, (), POLICY, terms)


def revocation(status: RevocationStatus, **more: object) -> RevocationFacts:
    """Return revocation facts of this status."""
    return replace(RevocationFacts(status=status), **more)


def algorithms(**changes: object) -> AlgorithmFacts:
    """Return the usual algorithms with changes."""
    return replace(signature().algorithms, **changes)


def signed_by(**changes: object) -> SignatureFacts:
    """Return a signature whose signer's certificate differs in some way, also in the chain."""
    own = certificate(**changes)
    return signature(signer=own, chain=chain(link(certificate=own), link(certificate=ca()), ROOT))


def with_links(*links: object, **changes: object) -> SignatureFacts:
    """Return a signature with this chain."""
    return signature(chain=chain(*links, **changes))


def lived_well() -> SignatureFacts:
    """Return a signature whose certificate expired, with a list from before its end."""
    own = certificate(not_after=BEFORE)
    told = replace(GOOD, this_update=BEFORE)
    return signature(signer=own, chain=chain(link(certificate=own, revocation=told), ROOT))


def test_faultless_passes() -> None:
    """A faultless signature passes, with nothing to remark."""
    report = judged(signature())
    assert (report.verdict, report.sub_indication, report.reasons) == (PASSED, None, ())
    assert report.warnings == ()
    assert report.integrity is Integrity.INTACT
    assert report.trust is Trust.TRUSTED
    assert report.revocation is RevocationStatus.GOOD
    assert report.qualified_certificate is Answer.UNKNOWN
    assert report.tool_by_certificate == "КриптоПро CSP 5.0"
    assert report.checked_with_certified_tool == "no"
    assert report.authority.kind is AuthorityKind.HEAD
    assert not report.authority.register_asked
    assert report.control_time_source is ControlTimeSource.NOW
    assert [one.state for one in report.chain] == ["ok", "ok", "anchor"]
    assert report.signer is not None
    assert report.signer.inn_le == "7707083893"


OLD_RSA = {"key_algorithm": "rsa", "key_size": 1024, "signature_oid": "1.2.840.113549.1.1.11"}

FINDINGS = {
    # format
    "format": (signature(format_problems=(Notice("trailing_data"),)), FAILED, S.FORMAT_FAILURE, "trailing_data"),
    # signing certificate
    "no signer": (signature(signer=None, chain=None, signature_verifies=None), UNSURE, S.NO_SIGNING_CERTIFICATE_FOUND, "signer_not_found"),
    "other certificate": (signature(signing_certificate=SigningCertificateAttribute.MISMATCH), UNSURE, S.NO_SIGNING_CERTIFICATE_FOUND, "signing_certificate_mismatch"),
    # path
    "no chain": (signature(chain=None), UNSURE, S.NO_CERTIFICATE_CHAIN_FOUND, "chain_not_built"),
    "unknown issuer": (with_links(link(), anchored=False, broken_at=0, break_code="issuer_not_found"), UNSURE, S.NO_CERTIFICATE_CHAIN_FOUND, "issuer_not_found"),
    "strange root": (with_links(link(), anchored=False), UNSURE, S.NO_CERTIFICATE_CHAIN_FOUND, "root_not_trusted"),
    "forged link": (with_links(link(problems=(Notice("bad_signature"),)), ROOT), UNSURE, S.CERTIFICATE_CHAIN_GENERAL_FAILURE, "bad_signature"),
    "no CA": (with_links(link(), link(problems=(Notice("not_a_ca"),)), ROOT), UNSURE, S.CHAIN_CONSTRAINTS_FAILURE, "not_a_ca"),
    "time authority": (signed_by(extended_key_usage=("1.3.6.1.5.5.7.3.8",)), UNSURE, S.CHAIN_CONSTRAINTS_FAILURE, "key_usage_not_for_signing"),
    "responder": (signed_by(extended_key_usage=("1.3.6.1.5.5.7.3.9", "1.3.6.1.5.5.7.3.1")), UNSURE, S.CHAIN_CONSTRAINTS_FAILURE, "key_usage_not_for_signing"),
    "usage": (signed_by(key_usage=("keyEncipherment",)), UNSURE, S.CHAIN_CONSTRAINTS_FAILURE, "key_usage_not_for_signing"),
    # validity
    "expired": (signed_by(not_after=BEFORE), UNSURE, S.OUT_OF_BOUNDS_NO_POE, "expired"),
    "expired, lived well": (lived_well(), UNSURE, S.OUT_OF_BOUNDS_NOT_REVOKED, "expired"),
    "expired, no chain": (signature(signer=certificate(not_after=BEFORE), chain=chain(ROOT)), UNSURE, S.OUT_OF_BOUNDS_NO_POE, "expired"),
    "not yet": (signed_by(not_before=LATER), UNSURE, S.OUT_OF_BOUNDS_NO_POE, "not_yet_valid"),
    "old CA": (with_links(link(), link(certificate=ca(not_after=BEFORE)), ROOT), UNSURE, S.OUT_OF_BOUNDS_NO_POE, "ca_expired"),
    "young CA": (with_links(link(), link(certificate=ca(not_before=LATER)), ROOT), UNSURE, S.OUT_OF_BOUNDS_NO_POE, "ca_not_yet_valid"),
    # revocation
    "revoked": (with_links(link(revocation(RevocationStatus.REVOKED, revoked_at=BEFORE)), ROOT), UNSURE, S.REVOKED_NO_POE, "revoked"),
    "revoked some day": (with_links(link(revocation(RevocationStatus.REVOKED)), ROOT), UNSURE, S.REVOKED_NO_POE, "revoked"),
    "CA revoked": (with_links(link(), link(revocation(RevocationStatus.REVOKED)), ROOT), UNSURE, S.REVOKED_CA_NO_POE, "ca_revoked"),
    "on hold": (with_links(link(revocation(RevocationStatus.ON_HOLD)), ROOT), UNSURE, S.TRY_LATER, "on_hold"),
    "CA on hold": (with_links(link(), link(revocation(RevocationStatus.ON_HOLD)), ROOT), UNSURE, S.TRY_LATER, "ca_on_hold"),
    "not checked": (with_links(link(not_checked()), ROOT), UNSURE, S.TRY_LATER, "revocation_unknown"),
    "CA unknown": (with_links(link(), link(revocation(RevocationStatus.UNKNOWN, problem="crl_missing")), ROOT), UNSURE, S.TRY_LATER, "ca_revocation_unknown"),
    # crypto
    "changed": (signature(digest_matches=False), FAILED, S.HASH_FAILURE, "digest_mismatch"),
    "forged": (signature(signature_verifies=False), FAILED, S.SIG_CRYPTO_FAILURE, "signature_wrong"),
    "no document": (signature(content_found=False, digest_matches=None), UNSURE, S.SIGNED_DATA_NOT_FOUND, "content_not_found"),
    "unknown algorithm": (signature(unsupported=(Notice("digest_unsupported"),), digest_matches=None), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "digest_unsupported"),
    "unchecked digest": (signature(digest_matches=None), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "signature_not_checked"),
    "unchecked value": (signature(signature_verifies=None), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "signature_not_checked"),
    # acceptance
    "constraint": (signature(constraint_problems=(Notice("attributes_required"),)), UNSURE, S.SIG_CONSTRAINTS_FAILURE, "attributes_required"),
    "partial": (signature(coverage=Coverage.PARTIAL), UNSURE, S.SIG_CONSTRAINTS_FAILURE, "coverage_partial"),
    "undefined change": (signature(changes_after=ChangesAfter.UNDEFINED), UNSURE, S.SIG_CONSTRAINTS_FAILURE, "changes_undefined"),
    "form filled": (signature(changes_after=ChangesAfter.FORM_FILL), UNSURE, S.SIG_CONSTRAINTS_FAILURE, "changes_form_fill"),
    "annotation": (signature(changes_after=ChangesAfter.ANNOTATION), UNSURE, S.SIG_CONSTRAINTS_FAILURE, "changes_annotation"),
    "change named by the facts": (signature(changes_after=ChangesAfter.UNDEFINED, constraint_problems=(Notice("pdf_changed_after"),)), UNSURE, S.SIG_CONSTRAINTS_FAILURE, "pdf_changed_after"),
    # strength
    "weak digest": (signature(algorithms=algorithms(digest="sha1")), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "digest_weak"),
    "once good digest": (signature(algorithms=algorithms(digest="gost94"), claimed_time=datetime(2018, 5, 1, tzinfo=UTC)), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE_NO_POE, "digest_weak"),
    "weak digest, no time": (signature(algorithms=algorithms(digest="gost94"), claimed_time=None), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "digest_weak"),
    "weak key": (signed_by(**OLD_RSA), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "key_weak"),
    "weak key, no chain": (signature(signer=certificate(**OLD_RSA), chain=chain(ROOT)), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "key_weak"),
    "key never good": (signed_by(key_algorithm="rsa", key_size=512, signature_oid="1.2.840.113549.1.1.11"), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "key_weak"),
    "key of unknown size": (signed_by(key_algorithm="rsa", key_size=None), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "key_weak"),
    "weak chain": (signed_by(signature_oid="1.2.840.113549.1.1.5"), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "chain_weak"),
    "weak by the facts": (signature(algorithms=algorithms(weak=("1.2.3",))), UNSURE, S.CRYPTO_CONSTRAINTS_FAILURE, "algorithm_weak"),
    # practice
    "practice": (signed_by(practice=True), UNSURE, S.CHAIN_CONSTRAINTS_FAILURE, "practice"),
}  # fmt: skip


@pytest.mark.parametrize("name", FINDINGS)
def test_one_finding(name: str) -> None:
    """Each single trouble gives its indication, sub-indication and reason."""
    facts, verdict, sub, reason = FINDINGS[name]
    report = judged(facts)
    assert (report.verdict, report.sub_indication) == (verdict, sub)
    assert report.reasons[0] == reason


HARMLESS = {
    "no key usage": signed_by(key_usage=None),
    "purposes": signed_by(extended_key_usage=("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2")),
    "purpose of a portal": signed_by(extended_key_usage=("1.2.643.5.1.24.2.1.3",)),
    "archival": signature(changes_after=ChangesAfter.ARCHIVAL),
    "further signature": signature(changes_after=ChangesAfter.SIGNATURE),
    "form filled as allowed": signature(
        changes_after=ChangesAfter.FORM_FILL, warnings=(Notice("pdf_form_filled_allowed"),)
    ),
    "whole revision": signature(coverage=Coverage.WHOLE_REVISION),
    "time trouble told by dates": with_links(link(problems=(Notice("expired"),)), ROOT),
    "unknown name of a certificate's algorithm": signed_by(signature_oid="1.2.3.4"),
    "weak by the facts, ruled by the policy": signature(
        algorithms=algorithms(weak=("sha1", "rsa-1024", "gost2001"))
    ),
    "strong RSA": signed_by(
        key_algorithm="rsa", key_size=2048, signature_oid="1.2.840.113549.1.1.11"
    ),
    "no digest name": signature(algorithms=algorithms(digest=None)),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless(name: str) -> None:
    """What is no trouble does not spoil a verdict."""
    assert judged(HARMLESS[name]).verdict is PASSED


def test_gravest_decides_and_all_are_told() -> None:
    """All blocks run; the gravest decides; its reasons come first, each once."""
    report = judged(
        signature(
            digest_matches=False,
            signature_verifies=False,
            chain=chain(link(), anchored=False, broken_at=0, break_code="issuer_not_found"),
        )
    )
    assert (report.verdict, report.sub_indication) == (FAILED, S.HASH_FAILURE)
    assert report.reasons == ("digest_mismatch", "issuer_not_found", "signature_wrong")


def test_first_block_decides_among_equals() -> None:
    """Of equally grave findings the first block's is the verdict."""
    report = judged(
        signature(
            constraint_problems=(Notice("attributes_required"),),
            chain=chain(link(), anchored=False),
        )
    )
    assert report.sub_indication is S.NO_CERTIFICATE_CHAIN_FOUND
    assert report.reasons == ("root_not_trusted", "attributes_required")


def test_unknown_issuer_is_no_forgery() -> None:
    """An unknown issuer leaves the document intact and is not called untrusted."""
    report = judged(FINDINGS["unknown issuer"][0])
    assert report.integrity is Integrity.INTACT
    assert report.trust is Trust.UNKNOWN
    assert report.reasons == ("issuer_not_found",)


INTEGRITY = [
    (True, True, Integrity.INTACT),
    (False, True, Integrity.BROKEN),
    (True, False, Integrity.BROKEN),
    (None, False, Integrity.BROKEN),
    (None, True, Integrity.UNKNOWN),
    (True, None, Integrity.UNKNOWN),
]


@pytest.mark.parametrize(("digest", "value", "expected"), INTEGRITY)
def test_integrity(digest: bool | None, value: bool | None, expected: Integrity) -> None:
    """Integrity rests on the digest and the signature value alone."""
    found = signature(digest_matches=digest, signature_verifies=value, chain=None)
    assert judged(found).integrity is expected


@pytest.mark.parametrize(
    "facts",
    [
        signature(format_problems=(Notice("forged_attributes"),)),
        signature(changes_after=ChangesAfter.UNDEFINED),
    ],
)
def test_integrity_unknown(facts: SignatureFacts) -> None:
    """A lying structure or an unexplained change is never called intact."""
    assert judged(facts).integrity is Integrity.UNKNOWN


TRUST = [
    (None, Trust.UNKNOWN),
    (chain(anchored=False), Trust.UNTRUSTED),
    (chain(link(problems=(Notice("not_a_ca"),)), ROOT), Trust.UNTRUSTED),
    (chain(link(problems=(Notice("expired"),)), ROOT), Trust.TRUSTED),
    (chain(link(), anchored=False, break_code="issuer_not_found"), Trust.UNKNOWN),
]


@pytest.mark.parametrize(("path", "expected"), TRUST)
def test_trust(path: object, expected: Trust) -> None:
    """Trust is about the root and the links, not about dates."""
    assert judged(signature(chain=path)).trust is expected


GRAVITY = [
    (RevocationStatus.GOOD, RevocationStatus.GOOD, RevocationStatus.GOOD),
    (RevocationStatus.GOOD, RevocationStatus.UNKNOWN, RevocationStatus.UNKNOWN),
    (RevocationStatus.ON_HOLD, RevocationStatus.UNKNOWN, RevocationStatus.ON_HOLD),
    (RevocationStatus.NOT_CHECKED, RevocationStatus.REVOKED, RevocationStatus.REVOKED),
]


@pytest.mark.parametrize(("signer", "issuer", "expected"), GRAVITY)
def test_revocation_is_the_gravest(
    signer: RevocationStatus, issuer: RevocationStatus, expected: RevocationStatus
) -> None:
    """The answer on revocation is the gravest on the path below the root."""
    report = judged(with_links(link(revocation(signer)), link(revocation(issuer)), ROOT))
    assert report.revocation is expected


def test_states_of_links() -> None:
    """Each link says its own trouble."""
    states = (
        link(problems=(Notice("not_a_ca"),)),
        link(revocation(RevocationStatus.REVOKED)),
        link(revocation(RevocationStatus.ON_HOLD)),
        link(revocation(RevocationStatus.UNKNOWN)),
        link(),
        link(certificate=ca(), anchor=True),
    )
    report = judged(with_links(*states, anchored=False, broken_at=4, break_code="issuer_not_found"))
    assert [one.state for one in report.chain] == [
        "not_a_ca",
        "revoked",
        "on_hold",
        "revocation_unknown",
        "issuer_not_found",
        "anchor",
    ]


AUTHORITY = [
    (person(), AuthorityKind.HEAD),
    (person(organization=None, ogrn=None, inn_le=None, ogrnip="304500116000157"), AuthorityKind.IP),
    (person(organization=None, ogrn=None, inn_le=None), AuthorityKind.PERSON_ONLY),
    (person(surname=None, given_name=None), AuthorityKind.NO_PERSON),
    (
        person(surname=None, given_name=None, organization=None, ogrn=None, inn_le=None),
        AuthorityKind.UNKNOWN,
    ),
]


@pytest.mark.parametrize(("name", "expected"), AUTHORITY)
def test_authority(name: object, expected: AuthorityKind) -> None:
    """On whose behalf: by the certificate."""
    assert judged(signed_by(subject=name)).authority.kind is expected


def test_authority_of_old_certificates_is_unknown() -> None:
    """Before September 2024 an employee could have a certificate of the organization."""
    issued = datetime(2024, 8, 31, 20, 0, tzinfo=UTC)
    assert judged(signed_by(not_before=issued)).authority.kind is AuthorityKind.UNKNOWN
    assert judged(signature(signer=None)).authority.kind is AuthorityKind.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Answer.UNKNOWN),
        ({"policies": ()}, Answer.NO),
        ({"subject_sign_tool": None}, Answer.NO),
        ({"key_algorithm": "rsa", "key_size": 3072}, Answer.NO),
        ({"practice": True}, Answer.NO),
    ],
)
def test_qualified(changes: dict[str, object], expected: Answer) -> None:
    """Qualified: no where it cannot be, unknown where it might; never yes without the list."""
    assert judged(signed_by(**changes)).qualified_certificate is expected


def test_qualified_unknown_without_certificate() -> None:
    """Without a certificate nothing is known of it."""
    report = judged(signature(signer=None, chain=None))
    assert report.qualified_certificate is Answer.UNKNOWN
    assert report.tool_by_certificate is None


def test_practice_never_passes_by_itself() -> None:
    """A practice signature is marked, untrusted and not passed, unless practice is allowed."""
    facts = signed_by(practice=True)
    report = judged(facts)
    assert report.practice
    assert (report.verdict, report.trust) == (UNSURE, Trust.UNTRUSTED)
    allowed = judged(facts, replace(TERMS, allow_practice=True))
    assert allowed.practice
    assert (allowed.verdict, allowed.trust) == (PASSED, Trust.TRUSTED)
    assert allowed.qualified_certificate is Answer.NO


@pytest.mark.parametrize(
    "facts",
    [
        with_links(link(), link(certificate=ca(practice=True)), ROOT),
        with_links(link(), link(certificate=ca(practice=True), anchor=True)),
        signature(signer=certificate(practice=True), chain=None),
    ],
)
def test_any_practice_mark_counts(facts: SignatureFacts) -> None:
    """One mark anywhere on the path makes the signature a practice one."""
    report = judged(facts)
    assert report.practice
    assert "practice" in report.reasons
    assert report.verdict is UNSURE


def test_practice_does_not_hide_a_forgery() -> None:
    """A changed practice document is as invalid as any."""
    report = judged(replace(signed_by(practice=True), digest_matches=False))
    assert (report.verdict, report.sub_indication) == (FAILED, S.HASH_FAILURE)


def test_practice_allowed_does_not_trust_strangers() -> None:
    """Allowing practice trusts the practice root of this profile, not any practice mark."""
    facts = replace(
        signed_by(practice=True),
        chain=chain(link(certificate=certificate(practice=True)), anchored=False),
    )
    report = judged(facts, replace(TERMS, allow_practice=True))
    assert (report.verdict, report.trust) == (UNSURE, Trust.UNTRUSTED)


def test_time_by_user_is_conditional() -> None:
    """A verdict for a moment the user names says so, and algorithms are judged for that day."""
    then = datetime(2018, 5, 1, tzinfo=UTC)
    own = certificate(not_before=then - timedelta(days=1), not_after=then + timedelta(days=1))
    facts = signature(
        signer=own,
        chain=chain(link(certificate=own, revocation=replace(GOOD, this_update=then)), ROOT),
        claimed_time=then,
        algorithms=algorithms(digest="gost94"),
    )
    root = link(certificate=ca(not_before=then - timedelta(days=1)), anchor=True)
    facts = replace(facts, chain=chain(facts.chain.links[0], root))
    report = judged(facts, Terms(at=then, at_by_user=True))
    assert (report.verdict, report.sub_indication) == (UNSURE, S.NO_POE)
    assert report.reasons == ("conditional_time",)
    assert (report.moments[-1].source, report.moments[-1].indication) == (MomentSource.USER, PASSED)
    assert report.control_time_source is ControlTimeSource.USER
    assert report.warnings == (Notice("conditional_time", {"at": "2018-05-01T00:00:00Z"}),)


def codes(report: SignatureReport) -> list[str]:
    """Return the codes of the warnings."""
    return [one.code for one in report.warnings]


def test_later_revocation_is_told() -> None:
    """A revocation after the control time does not count, but is told."""
    later = revocation(RevocationStatus.REVOKED, revoked_at=LATER, reason="superseded")
    report = judged(with_links(link(later), ROOT))
    assert report.verdict is PASSED
    assert report.revocation is RevocationStatus.GOOD
    assert codes(report) == ["revoked_later"]


@pytest.mark.parametrize("reason", [None, "keyCompromise", "cACompromise", "aACompromise"])
def test_later_revocation_that_counts(reason: str | None) -> None:
    """A revocation that speaks against the key, or does not say why, counts from the beginning."""
    later = revocation(RevocationStatus.REVOKED, revoked_at=LATER, reason=reason)
    report = judged(with_links(link(later), ROOT))
    assert (report.verdict, report.sub_indication) == (UNSURE, S.REVOKED_NO_POE)


def test_old_revocation_data_is_told() -> None:
    """Revocation data older than a day is told, save in practice, whose lists live long."""
    old = replace(GOOD, this_update=BEFORE)
    assert codes(judged(with_links(link(old), ROOT))) == ["revocation_data_old"]
    practice = link(old, certificate=certificate(practice=True))
    assert codes(judged(with_links(practice, ROOT))) == []
    assert codes(judged(with_links(link(replace(GOOD, this_update=None)), ROOT))) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (signature(claimed_time=NOW + timedelta(minutes=4)), []),
        (signature(claimed_time=NOW + timedelta(minutes=6)), ["claimed_time_in_future"]),
        (
            signature(signer=None, claimed_time=NOW + timedelta(minutes=6)),
            ["claimed_time_in_future"],
        ),
        (
            signature(claimed_time=NOW - timedelta(days=900)),
            ["claimed_time_outside_certificate"],
        ),
        (signature(claimed_time=None), []),
        (signed_by(private_key_not_after=NOW - timedelta(days=1)), ["key_period_over"]),
        (signed_by(private_key_not_before=NOW + timedelta(days=1)), ["key_period_over"]),
        (
            signed_by(
                private_key_not_before=NOW - timedelta(days=9),
                private_key_not_after=NOW + timedelta(days=9),
            ),
            [],
        ),
        (
            replace(signed_by(private_key_not_after=BEFORE), claimed_time=None),
            ["key_period_over"],
        ),
    ],
)
def test_warnings_of_time(facts: SignatureFacts, expected: list[str]) -> None:
    """Claimed times are held against now, the certificate and the term of the key."""
    assert codes(judged(facts)) == expected


def test_file_takes_the_worst() -> None:
    """The verdict on a file is the worst of its signatures; warnings of the file reach each."""
    good, unsure, bad = signature(), FINDINGS["no chain"][0], FINDINGS["changed"][0]
    remark = Notice("pdf_signature_removed")
    for members, expected in [
        ((good, good), PASSED),
        ((good, unsure), UNSURE),
        ((unsure, bad, good), FAILED),
    ]:
        report = judge_file(file(*members, warnings=(remark,)), POLICY, TERMS)
        assert report.verdict is expected
        assert all(remark in one.warnings for one in report.signatures)


ERRORS = [
    (ErrorCode.FILE_NOT_FOUND, Indication.NO_SIGNATURE),
    (ErrorCode.FORMAT_UNKNOWN, Indication.NO_SIGNATURE),
    (ErrorCode.PDF_ENCRYPTED, Indication.NO_SIGNATURE),
    (ErrorCode.SIGNATURE_BESIDE, Indication.NO_SIGNATURE),
    (ErrorCode.FORMAT_DAMAGED, FAILED),
    (ErrorCode.CHILD_OVER_LIMIT, FAILED),
    (ErrorCode.CHILD_CRASHED, FAILED),
    (ErrorCode.XML_SIGNATURE_UNSUPPORTED, UNSURE),
    (ErrorCode.UNEXPECTED, UNSURE),
]


@pytest.mark.parametrize(("code", "expected"), ERRORS)
def test_errors_of_a_file(code: ErrorCode, expected: Indication) -> None:
    """Without signatures the errors decide: damage is red, our own failure is only unknown."""
    report = judge_file(file(errors=(Notice(code),), content=None), POLICY, TERMS)
    assert report.verdict is expected
    assert report.content is None


def test_damaged_document_without_signature() -> None:
    """A damaged document that holds no signature is no failed signature."""
    for signed, expected in ((True, FAILED), (False, Indication.NO_SIGNATURE)):
        damage = Notice(ErrorCode.PDF_DAMAGED, {"signed": signed})
        assert judge_file(file(errors=(damage,)), POLICY, TERMS).verdict is expected


def test_names_that_are_not_utf8() -> None:
    """A name of any bytes is written as text that JSON takes."""
    path = Path(b"\xff\xfe.sig".decode("utf-8", "surrogateescape"))
    found = file(path=path, content=path, format=FileFormat.UNKNOWN)
    report = judge_file(found, POLICY, TERMS)
    assert report.path == r"\xff\xfe.sig"
    report.path.encode("utf-8")


def test_no_truth_value() -> None:
    """A report refuses to be used as a truth value."""
    file_report = judge_file(file(signature()), POLICY, TERMS)
    for value in (file_report, file_report.signatures[0]):
        with pytest.raises(TypeError):
            bool(value)


def test_nothing_passes_with_anything_unknown() -> None:
    """Over all combinations: green only when everything is known to be good (rule V-06)."""
    chains = (None, chain(), chain(anchored=False), chain(link(not_checked()), ROOT))
    for digest, value, path, signer, found, changes in product(
        (True, False, None),
        (True, False, None),
        chains,
        (certificate(), None),
        (True, False),
        (None, *ChangesAfter),
    ):
        facts = signature(
            digest_matches=digest,
            signature_verifies=value,
            chain=path,
            signer=signer,
            content_found=found,
            changes_after=changes,
        )
        report = judged(facts)
        sound = digest is True and value is True and signer is not None and found
        explained = changes in {
            None,
            ChangesAfter.NONE,
            ChangesAfter.ARCHIVAL,
            ChangesAfter.SIGNATURE,
        }
        assert (report.verdict is PASSED) == (sound and path == chain() and explained)
        if report.verdict is FAILED:
            assert digest is False or value is False
        assert (report.sub_indication is None) == (report.verdict is PASSED)


def test_less_revocation_data_never_improves() -> None:
    """Taking revocation data away never makes a verdict better."""
    order = [PASSED, UNSURE, FAILED]
    for status in RevocationStatus:
        with_data = judged(with_links(link(revocation(status)), ROOT)).verdict
        without = judged(with_links(link(not_checked()), ROOT)).verdict
        assert order.index(without) >= order.index(with_data)
