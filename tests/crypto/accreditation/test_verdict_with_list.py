"""A signature verified with the list of accredited authorities at hand, from the file to the words."""

import io
import os
from dataclasses import replace
from pathlib import Path

from signing_lab import request_for, sign_with
from stand_ins import facts_made
from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import NOW, end_entity, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.accreditation.asking import with_accreditation
from app.crypto.accreditation.door import INDEX, Accreditation
from app.crypto.certificates import building as build
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.fields import describe
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.model import Verification, VerifyRequest
from app.crypto.verdict.facts import TimeStampFacts, TimeStampKind
from app.crypto.verdict.judge import Terms, judge_file
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import Answer, Indication
from app.crypto.verifying import tasks
from app.processes import wire
from app.processes.serving import Context
from app.texts.answers import five_answers
from app.texts.catalogue import set_language

GOST = KeyAlgorithm.GOST_256
PKI = pki_of(GOST)
SIGNER = signer_of(GOST)
TOOL = build.issuer_sign_tool(("ПАК", "УЦ", "СФ/1", "СФ/2"))
LEAF = PKI.issue(extensions=(*end_entity(PKI.leaf_key.public, PKI.ca_issuer.key.public), TOOL))


def verified(signature: Path, tmp_path: Path, index: Path | None) -> Verification:
    """Verify under the infrastructure's trust; the answer goes through the wire."""
    trust = replace(PKI.trust(tmp_path / "trust"), accreditation=index)
    with io.FileIO(os.devnull, "w") as sink:
        found = tasks.verify(
            VerifyRequest(path=signature, trust=trust, at=NOW), Context(sink, None)
        )
    return wire.decode(wire.encode(found), Verification)


def test_from_the_file_to_the_words(
    source: Path, tmp_path: Path, register: Accreditation, folder: Path
):
    """Without a list unknown, with one yes; facts alone give the same report again."""
    signature = sign_with(request_for(source, GOST, container_certificate=LEAF), GOST).target
    bare = verified(signature, tmp_path, None)
    assert bare.report.verdict is Indication.TOTAL_PASSED
    assert bare.report.signatures[0].qualified_certificate is Answer.UNKNOWN
    path = tmp_path / "list.xml"
    path.write_bytes(signed(list_of([Center(name="АО «УЦ»", certificates=[PKI.ca])]), SIGNER))
    register.take_in(path, trust_signer=describe(SIGNER.certificate).sha256)
    found = verified(signature, tmp_path, folder / INDEX)
    (report,) = found.report.signatures
    assert report.qualified_certificate is Answer.YES
    assert report.qualification is not None
    assert report.qualification.ca_name == "АО «УЦ»"
    again = judge_file(found.facts, load_policy("default"), Terms(at=NOW))
    assert wire.encode(again) == wire.encode(found.report)
    set_language("ru")
    try:
        told = five_answers(report, NOW)[4].answer
    finally:
        set_language("en")
    assert "Сертификат квалифицированный (УЦ АО «УЦ», аккредитован на день выдачи)." in told
    assert "Средство подписи по сертификату: Тестовое средство, класс КС1" in told
    assert "Проверка выполнена несертифицированным средством." in told


def test_an_unreadable_index_stops_no_verdict(source: Path, tmp_path: Path):
    """It is told, and the certificate stays unknown."""
    signature = sign_with(request_for(source, GOST, container_certificate=LEAF), GOST).target
    broken = tmp_path / "current.index"
    broken.write_bytes(b"\xc1")
    (report,) = verified(signature, tmp_path, broken).report.signatures
    assert report.verdict is Indication.TOTAL_PASSED
    assert report.qualified_certificate is Answer.UNKNOWN
    assert "accredited_index_unread" in {one.code for one in report.warnings}


def test_time_stamps_and_powers_of_attorney_are_asked_about(
    tmp_path: Path, register: Accreditation, folder: Path
):
    """Whoever signed a time-stamp or a power of attorney has an issuer as well."""
    path = tmp_path / "list.xml"
    path.write_bytes(signed(list_of([Center(certificates=[PKI.ca])]), SIGNER))
    register.take_in(path, trust_signer=describe(SIGNER.certificate).sha256)
    trust = LoadedTrust.of([PKI.root], [PKI.ca], PKI.crls)
    chain = build_chain(LEAF, trust=trust, at=NOW)
    inner = facts_made.signature(signer=describe(LEAF), chain=chain)
    stamp = TimeStampFacts(kind=TimeStampKind.SIGNATURE, time=NOW, signature=inner)
    outer = facts_made.signature(time_stamps=(stamp,), signer=None)
    power = facts_made.file(inner)
    found = with_accreditation(facts_made.file(outer, mchd_signatures=(power,)), folder / INDEX)
    assert found.signatures[0].accreditation is None
    asked = found.signatures[0].time_stamps[0].signature
    assert asked is not None
    assert asked.accreditation is not None
    assert asked.accreditation.ca_name == "АО «Тестовый УЦ»"
    assert found.mchd_signatures[0].signatures[0].accreditation == asked.accreditation
