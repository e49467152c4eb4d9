"""Whether a certificate is a qualified one: by its chain, the list, the day of issue, its requisites."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import core, x509
from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import NOW, ca_extensions, end_entity, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.accreditation import asking
from app.crypto.accreditation.door import INDEX, Accreditation
from app.crypto.accreditation.model import IndexFile
from app.crypto.certificates import building as build
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.checked import CheckedCertificate, check
from app.crypto.certificates.fields import describe
from app.crypto.certificates.qualified import qualification_answer
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import CertificateFacts, ChainFacts
from app.crypto.verdict.report import Answer, Indication, QualificationAnswer
from app.texts import certificate_check, qualification

GOST = KeyAlgorithm.GOST_256
PKI = pki_of(GOST)
SIGNER = signer_of(GOST)
PRINT = describe(SIGNER.certificate).sha256
TOOL = build.issuer_sign_tool(("ПАК", "УЦ", "СФ/1", "СФ/2"))
EXTENSIONS = (*end_entity(PKI.leaf_key.public, PKI.ca_issuer.key.public), TOOL)
LEAF = describe(PKI.issue(extensions=EXTENSIONS))
TRUST = LoadedTrust.of([PKI.root], [PKI.ca], PKI.crls)
CHAIN = build_chain(LEAF.der, trust=TRUST, at=NOW)


def kept(
    register: Accreditation, folder: Path, *centers: Center, date: str = "2026-05-20"
) -> IndexFile:
    """Take a list of these authorities in; return its index."""
    path = folder.with_name("list.xml")
    path.write_bytes(signed(list_of(centers, date=date), SIGNER))
    register.take_in(path, trust_signer=PRINT)
    return asking.load(folder / INDEX)


def answer_of(
    index: IndexFile | None,
    leaf: CertificateFacts = LEAF,
    chain: ChainFacts | None = CHAIN,
    at: datetime = NOW,
) -> QualificationAnswer:
    """Ask the list and answer."""
    accreditation = None if index is None else asking.accreditation_of(leaf, chain, index)
    return qualification_answer(leaf, chain, accreditation, at)


def codes(answer: QualificationAnswer) -> list[str]:
    """Return the codes of the reasons."""
    return [one.code for one in answer.reasons]


def test_everything_established(register: Accreditation, folder: Path):
    """Chain, list, day of issue, requisites: yes, and the authority is named."""
    answer = answer_of(kept(register, folder, Center(name="АО «УЦ»", certificates=[PKI.ca])))
    assert (answer.answer, answer.reasons) == (Answer.YES, ())
    assert (answer.ca_name, answer.accredited_on_issue) == ("АО «УЦ»", Answer.YES)
    assert (answer.tool, answer.tool_class) == ("Тестовое средство", "КС1")
    assert "АО «УЦ»" in qualification.heading(answer)


@pytest.mark.parametrize(
    ("history", "answer", "code"),
    [
        ([("Действует", "2019-01-01"), ("Прекращена", "2023-12-31")], Answer.NO, "accreditation_terminated"),
        ([("Действует", "2019-01-01"), ("Аннулирована", "2024-01-01")], Answer.NO, "accreditation_annulled"),
        ([("Действует", "2019-01-01"), ("Приостановлена", "2020-01-01")], Answer.NO, "accreditation_suspended"),
        ([("Действует", "2024-01-02")], Answer.NO, "accredited_later"),
        ([("Неведомое", "2019-01-01")], Answer.NO, "accreditation_status_unknown"),
        ([("Действует", "2019-01-01"), ("Прекращена", "2024-01-02")], Answer.YES, None),
    ],
)  # fmt: skip
def test_status_of_the_day_of_issue(
    register: Accreditation, folder: Path, history: list[tuple[str, str]], answer: Answer, code: str | None
):  # fmt: skip
    """The certificate is of 1.01.2024; today's status does not matter."""
    index = kept(register, folder, Center(certificates=[PKI.ca], history=history))
    found = answer_of(index)
    assert found.answer is answer
    assert codes(found) == ([] if code is None else [code])


def test_a_cross_certified_authority_is_found_by_its_key(register: Accreditation, folder: Path):
    """The list has another certificate of the same key, from another issuer."""
    other = pki_of(GOST, KeyAlgorithm.GOST_512).root_issuer
    cross = other.issue(
        PKI.ca_issuer.key.public,
        subject=PKI.ca_issuer.name,
        extensions=ca_extensions(PKI.ca_issuer.key.public, other.key.public),
    )
    index = kept(register, folder, Center(certificates=[cross]))
    assert asking.accreditation_of(LEAF, CHAIN, index).matched_by == "key"
    assert answer_of(index).answer is Answer.YES


def test_a_name_alone_matches_nothing(register: Accreditation, folder: Path):
    """An authority with the issuer's name and another key is another authority."""
    same_name = PKI.root_issuer.issue(
        pki_of(KeyAlgorithm.GOST_512).ca_issuer.key.public,
        subject=PKI.ca_issuer.name,
        extensions=ca_extensions(PKI.ca_issuer.key.public, PKI.root_issuer.key.public),
    )
    answer = answer_of(kept(register, folder, Center(certificates=[same_name])))
    assert (answer.answer, codes(answer)) == (Answer.NO, ["issuer_not_accredited"])


def test_one_key_under_two_authorities(register: Accreditation, folder: Path):
    """Whoever took the key over was accredited on that day."""
    gone = Center(name="Прежний", certificates=[PKI.ca], history=[("Прекращена", "2020-01-01")])
    heir = Center(name="Преемник", certificates=[PKI.ca])
    answer = answer_of(kept(register, folder, gone, heir))
    assert (answer.answer, answer.ca_name) == (Answer.YES, "Преемник")


def test_what_keeps_the_answer_open(register: Accreditation, folder: Path):
    """No list, an older list, no anchor, an unchecked list: unknown, each with its reason."""
    index = kept(register, folder, Center(certificates=[PKI.ca]))
    untrusted = build_chain(LEAF.der, trust=LoadedTrust.of((), [PKI.ca, PKI.root]), at=NOW)
    facts = asking.accreditation_of(LEAF, CHAIN, index)
    unchecked = qualification_answer(LEAF, CHAIN, replace(facts, list_signature_checked=False), NOW)
    young = replace(LEAF, not_before=datetime(2026, 5, 21, tzinfo=UTC))
    for answer, code in (
        (answer_of(None), "accredited_list_absent"),
        (answer_of(index, leaf=young), "accreditation_list_older"),
        (answer_of(index, chain=untrusted), "issuer_not_confirmed"),
        (answer_of(index, chain=None), "issuer_not_confirmed"),
        (unchecked, "accredited_list_unchecked"),
    ):
        assert (answer.answer, codes(answer)[:1]) == (Answer.UNKNOWN, [code])


def test_an_unknown_issuer_is_not_told_to_be_unaccredited(register: Accreditation, folder: Path):
    """Without a trusted chain even a list that lacks the issuer says nothing."""
    index = kept(register, folder, Center(certificates=[pki_of(KeyAlgorithm.GOST_512).ca]))
    untrusted = build_chain(LEAF.der, trust=LoadedTrust.of((), [PKI.ca, PKI.root]), at=NOW)
    assert answer_of(index).answer is Answer.NO
    assert answer_of(index, chain=untrusted).answer is Answer.UNKNOWN


def test_what_denies_it_whatever_the_list_says(register: Accreditation, folder: Path):
    """A missing requisite, practice: no."""
    index = kept(register, folder, Center(certificates=[PKI.ca]))
    lacking = describe(PKI.issue())
    practice = replace(LEAF, practice=True)
    lacks = answer_of(index, lacking, build_chain(lacking.der, trust=TRUST, at=NOW))
    assert lacks.answer is Answer.NO
    assert codes(lacks) == ["requisite_missing"]
    assert len(qualification.remarks(lacks)) == 3
    assert codes(answer_of(index, practice)) == ["practice"]
    assert answer_of(index, practice).answer is Answer.NO


def test_certificates_of_an_authority_that_was_not_accredited_anew(
    register: Accreditation, folder: Path
):
    """RU-18: issued under the old accreditation, it ceased on 1.01.2022."""
    history = [("Действует", "2017-01-01"), ("Прекращена", "2021-07-01")]
    index = kept(register, folder, Center(certificates=[PKI.ca], history=history))
    old = replace(LEAF, not_before=datetime(2021, 3, 1, tzinfo=UTC))
    assert answer_of(index, old, at=datetime(2021, 12, 31, 20, tzinfo=UTC)).answer is Answer.YES
    late = answer_of(index, old, at=datetime(2021, 12, 31, 21, tzinfo=UTC))
    assert (late.answer, codes(late)) == (Answer.NO, ["accreditation_not_renewed"])


@pytest.mark.parametrize(
    ("policies", "tool", "issuers"),
    [
        ((113, 1), "КС1", None),
        ((113, 1, 113, 2, 113, 3), "КС3", None),
        ((113, 1, 113, 3), "КС1", None),
        ((113, 2), None, None),
        ((113, 1, 114, 1, 114, 2), "КС1", "КС2"),
        ((114, 1), None, "КС1"),
    ],
)
def test_classes_are_cumulative_and_two_arcs_are_kept_apart(
    register: Accreditation, folder: Path, policies: tuple[int, ...], tool: str | None, issuers: str | None
):  # fmt: skip
    """RU-07, RU-09: .113 is the owner's tool, .114 as a policy the authority's, never the owner's."""
    pairs = zip(policies[::2], policies[1::2], strict=True)
    named = build.policies(*(f"1.2.643.100.{arc}.{number}" for arc, number in pairs))
    rest = [one for one in EXTENSIONS if one.oid != named.oid]
    leaf = describe(PKI.issue(extensions=(*rest, named)))
    index = kept(register, folder, Center(certificates=[PKI.ca]))
    chain = build_chain(leaf.der, trust=TRUST, at=NOW)
    answer = answer_of(index, leaf, chain)
    assert answer.tool_class == tool
    assert (answer.answer is Answer.YES) is (tool is not None)
    told = dict(
        line for group in certificate_check.groups(checked(leaf, chain)) for line in group.lines
    )
    assert told.get("Class of the issuer's tools by the certificate") == issuers


def checked(leaf: CertificateFacts, chain: ChainFacts, at: datetime = NOW) -> CheckedCertificate:
    """Check a certificate without a list."""
    return check(leaf, chain, None, at=at, checked_at=NOW)


def test_the_state_of_a_certificate():
    """In force, not yet, expired, revoked, without a root: each is told for what it is."""
    assert checked(LEAF, CHAIN).state == "in_force"
    early, late = LEAF.not_before.replace(year=2023), LEAF.not_after.replace(year=2045)
    revoked = PKI.ca_issuer.crl(
        build.RevokedEntry(serial=int(LEAF.serial, 16), at=NOW.replace(month=1))
    )
    bad = build_chain(
        LEAF.der, trust=LoadedTrust.of([PKI.root], [PKI.ca], [PKI.crls[0], revoked]), at=NOW
    )
    bare = build_chain(LEAF.der, trust=LoadedTrust.of(), at=NOW)
    blind = build_chain(LEAF.der, trust=LoadedTrust.of([PKI.root], [PKI.ca]), at=NOW)
    for found, indication, state in (
        (checked(LEAF, CHAIN, early), Indication.INDETERMINATE, "not_yet_valid"),
        (checked(LEAF, CHAIN, late), Indication.TOTAL_FAILED, "expired"),
        (checked(LEAF, bad), Indication.TOTAL_FAILED, "revoked"),
        (checked(LEAF, bare), Indication.INDETERMINATE, "issuer_not_found"),
        (checked(LEAF, blind), Indication.INDETERMINATE, "revocation_unknown"),
    ):
        assert (found.indication, found.state) == (indication, state)
        assert certificate_check.why(found)


def test_limits_of_use_and_the_period_of_the_key():
    """The issuer's words in a policy are limits of use; a key may end before its certificate."""
    words = x509.DisplayText(name="utf8_string", value="Только для торгов")
    policies = x509.CertificatePolicies(
        [
            {
                "policy_identifier": "1.2.643.100.113.1",
                "policy_qualifiers": [
                    {"policy_qualifier_id": "user_notice", "qualifier": {"explicit_text": words}},
                    {
                        "policy_qualifier_id": "certification_practice_statement",
                        "qualifier": core.IA5String("http://ca.test/"),
                    },
                ],
            }
        ]
    )
    named = build.ExtensionSpec("2.5.29.32", policies.dump())
    ended = build.private_key_period(LEAF.not_before, LEAF.not_before.replace(year=2025))
    rest = [one for one in EXTENSIONS if one.oid != named.oid]
    leaf = describe(PKI.issue(extensions=(*rest, named, ended)))
    found = checked(leaf, build_chain(leaf.der, trust=TRUST, at=NOW))
    assert [one.code for one in found.remarks if one.code == "key_period_over"]
    assert found.qualification.restrictions == ("Только для торгов",)
    assert any("Только для торгов" in each for each in qualification.remarks(found.qualification))
