"""Every indication, sub-indication, reason and warning has words, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.crypto.cms import codes as cms_codes
from app.crypto.pdf import codes as pdf_codes
from app.crypto.verdict.facts import Notice, RevocationStatus
from app.crypto.verdict.report import (
    Answer,
    Authority,
    AuthorityKind,
    Indication,
    Integrity,
    QualificationAnswer,
    SignatureReport,
    SubIndication,
    Trust,
)
from app.texts import verdicts
from app.texts.answers import disclaimer, five_answers, person_and_organization
from app.texts.catalogue import set_language
from app.texts.cause_table import CAUSES
from app.texts.notice_table import NOTICES
from app.texts.showing import wanted_facts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["ru", "en"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run each test in both languages."""
    set_language(request.param)
    yield request.param
    set_language("en")


def codes_of_rooms() -> set[str]:
    """Collect the codes that the rooms can put into facts and reports."""
    found = {
        member.value
        for module in (cms_codes, pdf_codes)
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__
        for member in kind
    }
    rooms = ("app/crypto/verdict", "app/crypto/certificates", "app/crypto")
    for room in rooms:
        for file in (ROOT / room).glob("*.py"):
            text = file.read_text("utf-8")
            found |= set(re.findall(r'Notice\(\s*"([a-z_0-9]+)"', text))
            found |= set(re.findall(r'_unknown\(\s*"([a-z_0-9]+)"', text))
            found |= set(re.findall(r'problem = "([a-z_0-9]+)"', text))
            found |= set(re.findall(r'return "(crl_[a-z_0-9]+)"', text))
            found |= set(re.findall(r'Weakness\("([a-z_0-9]+)"', text))
            found |= set(re.findall(r'_unsure\([^()]*?, "([a-z_0-9]+)"\)', text))
            found |= set(re.findall(r'_failed\([^()]*?, "([a-z_0-9]+)"\)', text))
            found |= set(re.findall(r'Path\(below, "([a-z_0-9]+)"\)', text))
    search = (ROOT / "app/crypto/certificates/path_search.py").read_text("utf-8")
    found |= set(re.findall(r'return (?:None if signed else )?"([a-z_]+)"', search))
    found |= {"issuer_not_found", "root_not_trusted", "expired", "not_yet_valid", "practice"}
    found |= {f"{prefix}{state}" for prefix in ("", "ca_") for state in ("revoked", "on_hold")}
    return found | {"revocation_unknown", "ca_revocation_unknown"}


def test_every_code_of_the_rooms_has_words() -> None:
    """No reason and no warning can appear that nobody can read."""
    assert codes_of_rooms() - set(NOTICES) == set()


def test_every_sub_indication_has_words() -> None:
    """All 25 sub-indications have a sentence and a next step."""
    assert set(CAUSES) == set(SubIndication)
    for sub in SubIndication:
        words = verdicts.cause(sub)
        assert words.sentence.endswith(".")
        assert words.step.endswith((".", ")."))


@pytest.mark.parametrize("verdict", Indication)
def test_headings(verdict: Indication) -> None:
    """Each indication has a heading and a tone, for practice another heading."""
    assert verdicts.heading(verdict)
    assert verdicts.tone(verdict)
    if verdict is not Indication.NO_SIGNATURE:
        assert verdicts.heading(verdict, practice=True) != verdicts.heading(verdict)


@pytest.mark.parametrize("code", NOTICES)
def test_notices(code: str) -> None:
    """A notice is said without facts, and with them says them."""
    assert "{" not in verdicts.notice(code)
    facts = {name: f"<{name}>" for name in wanted_facts(NOTICES[code][0])}
    told = verdicts.notice(code, facts)
    assert all(value in told for value in facts.values())


def test_unknown_notice() -> None:
    """A code of a newer version is told by its name."""
    assert "brand_new" in verdicts.notice("brand_new")


def test_moments_are_local() -> None:
    """A moment among the facts is said as local time with its offset."""
    told = verdicts.notice("conditional_time", {"at": "2026-11-25T04:20:00Z"})
    assert "2026" in told
    assert "UTC" in told
    assert "T04" not in told


def test_words_of_one_report(report: SignatureReport) -> None:
    """Reasons and warnings are said once each, the deciding one first."""
    twice = Notice("certificate_damaged", {"count": 1})
    spoilt = replace(
        report,
        verdict=Indication.INDETERMINATE,
        sub_indication=SubIndication.TRY_LATER,
        reasons=("revocation_unknown", "crl_missing"),
        warnings=(twice, twice),
    )
    assert len(verdicts.reasons(spoilt)) == 2
    assert len(verdicts.warnings(spoilt)) == 1
    assert verdicts.explanation(spoilt) == verdicts.cause(SubIndication.TRY_LATER)
    assert verdicts.explanation(report) is None


def test_practice_has_its_own_next_step(report: SignatureReport) -> None:
    """Whoever meets a practice signature is told to use a real certificate."""
    practice = replace(
        report,
        practice=True,
        verdict=Indication.INDETERMINATE,
        sub_indication=SubIndication.CHAIN_CONSTRAINTS_FAILURE,
        reasons=("practice",),
    )
    words = verdicts.explanation(practice)
    assert words is not None
    assert words != verdicts.cause(SubIndication.CHAIN_CONSTRAINTS_FAILURE)


def test_five_answers_of_a_good_signature(report: SignatureReport) -> None:
    """Five answers in their order; qualified stays unsure, for nobody asked the list."""
    answers = five_answers(report, report.signer.not_before + timedelta(days=1))
    tones = [answer.tone for answer in answers]
    good, plain, unsure = verdicts.Tone.GOOD, verdicts.Tone.PLAIN, verdicts.Tone.UNSURE
    assert tones == [good, good, plain, good, unsure]
    assert all(answer.question and answer.answer for answer in answers)


@pytest.mark.parametrize(
    ("changes", "place", "tone"),
    [
        ({"integrity": Integrity.BROKEN, "reasons": ("digest_mismatch",)}, 0, verdicts.Tone.BAD),
        ({"integrity": Integrity.BROKEN, "reasons": ("signature_wrong",)}, 0, verdicts.Tone.BAD),
        ({"integrity": Integrity.UNKNOWN}, 0, verdicts.Tone.UNSURE),
        ({"integrity": Integrity.BROKEN}, 1, verdicts.Tone.BAD),
        ({"trust": Trust.UNKNOWN}, 1, verdicts.Tone.UNSURE),
        ({"signer": None}, 1, verdicts.Tone.UNSURE),
        ({"authority": Authority(AuthorityKind.UNKNOWN)}, 2, verdicts.Tone.UNSURE),
        ({"trust": Trust.UNTRUSTED}, 3, verdicts.Tone.UNSURE),
        ({"revocation": RevocationStatus.REVOKED}, 3, verdicts.Tone.BAD),
        ({"revocation": RevocationStatus.NOT_CHECKED}, 3, verdicts.Tone.UNSURE),
        ({"practice": True}, 3, verdicts.Tone.UNSURE),
        ({"signer": None}, 3, verdicts.Tone.UNSURE),
        ({"practice": True}, 4, verdicts.Tone.PLAIN),
        ({"qualification": QualificationAnswer(answer=Answer.NO)}, 4, verdicts.Tone.PLAIN),
        (
            {"qualification": QualificationAnswer(answer=Answer.YES, ca_name="УЦ")},
            4,
            verdicts.Tone.GOOD,
        ),
        ({"signer": None}, 4, verdicts.Tone.UNSURE),
    ],
)
def test_tone_of_one_answer(
    report: SignatureReport, changes: dict[str, object], place: int, tone: verdicts.Tone
) -> None:
    """An answer is good only when it is known to be; unknown is never bad."""
    spoilt = replace(report, **changes)
    assert five_answers(spoilt, report.signer.not_before)[place].tone is tone


@pytest.mark.parametrize("kind", AuthorityKind)
def test_every_authority_is_said(report: SignatureReport, kind: AuthorityKind) -> None:
    """Each kind of authority has its sentence."""
    answer = five_answers(replace(report, authority=Authority(kind)), report.signer.not_before)[2]
    assert answer.answer
    assert "{" not in answer.answer


def test_term_of_the_certificate(report: SignatureReport) -> None:
    """Outside its term a certificate is not good, and the answer says which end was passed."""
    early = five_answers(report, report.signer.not_before - timedelta(days=1))[3]
    late = five_answers(report, report.signer.not_after + timedelta(days=1))[3]
    assert early.tone is late.tone is verdicts.Tone.UNSURE
    assert early.answer != late.answer


def test_never_a_badge_of_law(report: SignatureReport) -> None:
    """No answer claims a qualified signature; every report says the tool is not certified."""
    told = " ".join(each.answer for each in five_answers(report, report.signer.not_before))
    assert "УКЭП" not in told
    assert "63" in disclaimer()


def test_hostile_names(report: SignatureReport) -> None:
    """Control characters in a certificate's names never reach the screen."""
    hostile = replace(report.signer, surname="Ива\x1b[31mнов\u202e", given_name="И\nП")
    told = person_and_organization(hostile)
    assert not any(bad in told for bad in "\x1b\u202e\n")
