"""What OCSP responders say, whom they may speak for, and when their word proves nothing."""

import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_ins import ocsp_made as ocsp
from stand_ins.ocsp_made import HOUR, NO_CHECK, made, revoked, statement
from stand_ins.pki import FROM, NOW, UNTIL, Issuer, Pki, authority, ca_extensions, pki_of

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.building import CertificateSpec, ExtensionSpec, RevokedEntry
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.fields import describe
from app.crypto.certificates.findings import Moment, Subject
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.certificates.ocsp_check import OCSP_SIGNING, OcspAnswers, OcspJudge
from app.crypto.certificates.ocsp_reading import OcspError, read_answer
from app.crypto.certificates.ocsp_request import build_request, repeats_nonce
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import RevocationFacts, RevocationStatus

GOOD, REVOKED = RevocationStatus.GOOD, RevocationStatus.REVOKED
ON_HOLD, UNKNOWN = RevocationStatus.ON_HOLD, RevocationStatus.UNKNOWN
DAY = timedelta(days=1)
EC = KeyAlgorithm.ECDSA_P256
PKI = pki_of(EC)
CA = PKI.ca_issuer


def asked(
    *answers: bytes,
    pki: Pki = PKI,
    leaf: bytes | None = None,
    at: datetime = NOW,
    crls: tuple[bytes, ...] = (),
    pool: tuple[bytes, ...] = (),
    now: datetime = NOW,
) -> RevocationFacts:
    """Return what is said of the person's certificate."""
    trust = LoadedTrust.of([pki.root], [pki.ca], crls)
    chain = build_chain(leaf or pki.leaf, pool=pool, ocsp=answers, trust=trust, at=at, now=now)
    return chain.links[0].revocation


def answer(**changes: object) -> bytes:
    """Return an answer of the authority about the person."""
    return made(PKI.leaf, PKI.ca, CA.key, **changes)  # type: ignore[arg-type]


class Delegate:
    """A responder with a certificate of its own."""

    def __init__(self, issuer: Issuer = CA, *more: ExtensionSpec, **changes: object) -> None:
        self.key = EphemeralKey.generate(EC)
        fields: dict[str, object] = {
            "subject": authority("Служба OCSP"),
            "extensions": (
                build.key_usage("digitalSignature"),
                build.extended_key_usage(OCSP_SIGNING),
                *(more or (NO_CHECK,)),
            ),
        }
        self.certificate = issuer.issue(self.key.public, **(fields | changes))

    def answer(self, **changes: object) -> bytes:
        """Return an answer about the person, with the responder's certificate."""
        fields = {"certificates": (self.certificate,)} | changes
        return made(PKI.leaf, PKI.ca, self.key, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "algorithm",
    [EC, KeyAlgorithm.RSA, KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512, KeyAlgorithm.ED25519],
)
@pytest.mark.parametrize("whole", [True, False])
def test_authority_answers_itself(algorithm: KeyAlgorithm, *, whole: bool):
    """Both forms are read, the whole answer and the one that lies in signatures."""
    pki = pki_of(algorithm)
    told = made(pki.leaf, pki.ca, pki.ca_issuer.key, whole=whole)
    found = asked(told, pki=pki)
    assert (found.status, found.source, found.problem) == (GOOD, "ocsp", None)
    assert (found.this_update, found.next_update) == (NOW - HOUR, NOW + HOUR)


@pytest.mark.parametrize(
    "digest_name",
    ["sha1", "sha224", "sha256", "sha384", "sha512", "gost94", "streebog256", "streebog512"],
)
def test_certificate_is_named_by_any_digest(digest_name: str):
    """SHA-1, SHA-2, both Streebog, and what КриптоПро used before."""
    assert asked(answer(digest_name=digest_name)).status is GOOD


def test_weak_name_is_no_name():
    """MD5 names nothing."""
    assert asked(answer(digest_name="md5")).problem == "crl_missing"


@pytest.mark.parametrize(
    ("reason", "status", "name"),
    [
        (None, REVOKED, None),
        (1, REVOKED, "keyCompromise"),
        (10, REVOKED, "aACompromise"),
        (6, ON_HOLD, "certificateHold"),
    ],
)
def test_revocation_is_read(reason: int | None, status: RevocationStatus, name: str | None):
    """When and why (rule R-02 for the suspended)."""
    found = asked(answer(status=revoked(NOW - DAY, reason)))
    assert (found.status, found.reason, found.revoked_at) == (status, name, NOW - DAY)


def test_unknown_is_not_good():
    """The responder does not know the certificate (rule R-06)."""
    found = asked(answer(status=ocsp.UNKNOWN))
    assert (found.status, found.problem) == (UNKNOWN, "ocsp_unknown")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"next_update": NOW - 6 * HOUR / 60}, "ocsp_expired"),
        ({"next_update": NOW - 4 * HOUR / 60}, None),
        ({"next_update": None}, None),
        ({"next_update": None, "this_update": NOW - 25 * HOUR}, "ocsp_expired"),
        ({"this_update": NOW + 4 * HOUR / 60}, None),
        ({"this_update": NOW + 6 * HOUR / 60}, "ocsp_future"),
        ({"produced_at": NOW + 6 * HOUR / 60}, "ocsp_future"),
    ],
)
def test_dates_count_within_five_minutes(fields: dict[str, object], problem: str | None):
    """No answer from the future, none that is out of date; clocks may differ a little."""
    assert asked(answer(**fields)).problem == problem


def test_later_answer_speaks_of_an_earlier_moment():
    """For a past moment a later answer counts, so long as the certificate had not expired."""
    later = {"this_update": NOW + DAY, "next_update": None, "produced_at": NOW + DAY}
    assert asked(answer(**later), now=NOW + 2 * DAY).status is GOOD
    short = PKI.issue(not_after=NOW + DAY / 2)
    told = made(short, PKI.ca, CA.key, **later)  # type: ignore[arg-type]
    assert asked(told, leaf=short, now=NOW + 2 * DAY).problem == "ocsp_too_late"
    kept = made(short, PKI.ca, CA.key, single=(ocsp.archive_cutoff(FROM),), **later)  # type: ignore[arg-type]
    assert asked(kept, leaf=short, now=NOW + 2 * DAY).status is GOOD


def test_delegate_of_the_authority():
    """A certificate for OCSP, issued by the authority itself."""
    delegate = Delegate()
    assert asked(delegate.answer()).status is GOOD
    assert asked(delegate.answer(named=authority("Служба OCSP"))).status is GOOD
    apart = delegate.answer(certificates=())
    assert asked(apart).problem == "ocsp_responder"
    assert asked(apart, pool=(delegate.certificate,)).status is GOOD


def test_strangers_may_not_answer():
    """Whom the authority did not charge with it (RFC 6960 §4.2.2.2)."""
    usage = build.key_usage("digitalSignature")
    without_purpose = Delegate(extensions=(usage, NO_CHECK))
    other_purpose = Delegate(
        extensions=(usage, build.extended_key_usage("1.3.6.1.5.5.7.3.8"), NO_CHECK)
    )
    any_purpose = Delegate(extensions=(usage, build.extended_key_usage("2.5.29.37.0"), NO_CHECK))
    other_usage = Delegate(
        extensions=(
            build.key_usage("keyAgreement"),
            build.extended_key_usage(OCSP_SIGNING),
            NO_CHECK,
        )
    )
    of_the_root = Delegate(PKI.root_issuer)
    named_like_ca = Delegate(Issuer(EphemeralKey.generate(EC), CA.name))
    of_other_name = Delegate(Issuer(CA.key, authority("Другое имя того же ключа")))
    critical = Delegate(CA, NO_CHECK, ExtensionSpec("1.2.3", der.NULL, critical=True))
    for one in (
        without_purpose, other_purpose, any_purpose, other_usage, of_the_root, named_like_ca,
        of_other_name, critical,
    ):  # fmt: skip
        found = asked(one.answer())
        assert (found.status, found.problem) == (UNKNOWN, "ocsp_responder")


def test_certificate_cannot_answer_for_itself():
    """Rule R-07: the certificate in question is no witness."""
    delegate = Delegate(CA, build.subject_sign_tool("x"))
    own = made(delegate.certificate, PKI.ca, delegate.key, certificates=(delegate.certificate,))
    assert asked(own, leaf=delegate.certificate).problem == "ocsp_loop"
    # …nor for itself through the answer about another
    assert asked(delegate.answer(), own).problem == "ocsp_responder_unchecked"


def test_two_delegates_cannot_vouch_for_each_other():
    """The question who checks whom ends."""
    first, second = (
        Delegate(CA, build.subject_sign_tool("1")),
        Delegate(CA, build.subject_sign_tool("2")),
    )
    both = [
        made(one.certificate, PKI.ca, other.key, certificates=(other.certificate,))
        for one, other in ((first, second), (second, first))
    ]
    assert asked(first.answer(), *both).problem == "ocsp_responder_unchecked"


def test_delegate_without_nocheck_is_checked():
    """Its own state is asked, by list or by the authority's answer (rule R-07)."""
    delegate = Delegate(CA, build.subject_sign_tool("x"))
    told = delegate.answer()
    assert asked(told).problem == "ocsp_responder_unchecked"
    about_it = made(delegate.certificate, PKI.ca, CA.key)
    assert asked(told, about_it).status is GOOD
    gone = made(delegate.certificate, PKI.ca, CA.key, status=revoked(NOW - DAY, 1))
    assert asked(told, gone).problem == "ocsp_responder_revoked"
    serial = int(describe(delegate.certificate).serial, 16)
    other = PKI.issue(serial=77)
    list_of_it = CA.crl(RevokedEntry(serial=serial, at=NOW - DAY, reason=1))
    about_other = made(other, PKI.ca, delegate.key, certificates=(delegate.certificate,))
    # the list is silent about the other one, so it is the answer that must not be believed
    trust = LoadedTrust.of([PKI.root], [PKI.ca], [list_of_it])
    chain = build_chain(other, ocsp=[about_other], trust=trust, at=NOW, now=NOW)
    assert chain.links[0].revocation.source == "crl"


@pytest.mark.parametrize(
    ("dates", "problem"),
    [
        ({"not_after": NOW - DAY}, "ocsp_responder_expired"),
        ({"not_before": NOW + DAY}, "ocsp_responder_expired"),
        ({"not_after": NOW + DAY}, None),
    ],
)
def test_delegate_must_be_in_force(dates: dict[str, object], problem: str | None):
    """When the answer was given, and at the moment in question."""
    assert asked(Delegate(**dates).answer()).problem == problem


def test_wrong_signature():
    """One changed octet; a key that is not the one named."""
    changed = bytearray(answer())
    changed[-1] ^= 1
    assert asked(bytes(changed)).problem == "ocsp_signature"
    delegate = Delegate()
    stolen = replace_key(delegate)
    assert asked(stolen).problem == "ocsp_responder"


def replace_key(delegate: Delegate) -> bytes:
    """Return an answer signed by another key than the certificate it carries."""
    other = EphemeralKey.generate(EC)
    return made(PKI.leaf, PKI.ca, other, certificates=(delegate.certificate,))


def test_answer_about_another_certificate():
    """Serial, issuer's name and issuer's key have to agree; else it says nothing here."""
    other = PKI.issue(serial=99)
    assert asked(made(other, PKI.ca, CA.key)).problem == "crl_missing"
    stranger = Issuer(EphemeralKey.generate(EC), CA.name)
    stranger.certificate = PKI.root_issuer.issue(
        stranger.key.public,
        subject=CA.name,
        extensions=ca_extensions(stranger.key.public, PKI.root_issuer.key.public),
    )
    assert asked(made(PKI.leaf, stranger.certificate, CA.key)).problem == "crl_missing"
    assert asked(made(PKI.leaf, PKI.root, CA.key)).problem == "crl_missing"
    both = answer(statements=(statement(other, PKI.ca), statement(PKI.leaf, PKI.ca)))
    assert asked(both).status is GOOD


def test_hash_of_the_certificate():
    """CertHash, where it stands, must be that of the certificate."""
    assert asked(answer(single=(ocsp.certificate_hash(PKI.leaf),))).status is GOOD
    gost = ocsp.certificate_hash(PKI.leaf, "streebog256")
    assert asked(answer(single=(gost,))).status is GOOD
    wrong = ocsp.certificate_hash(PKI.ca)
    assert asked(answer(single=(wrong,))).problem == "ocsp_cert_hash"


def test_unknown_critical_extension():
    """An answer that demands more than we know is not used; a harmless mark may be critical."""
    strange = ExtensionSpec("1.2.3", der.NULL, critical=True)
    assert asked(answer(single=(strange,))).problem == "ocsp_unknown_critical"
    assert asked(answer(extensions=(strange,))).problem == "ocsp_unknown_critical"
    assert asked(answer(extensions=(replace(strange, critical=False),))).status is GOOD
    assert asked(answer(extensions=(replace(ocsp.nonce(b"1"), critical=True),))).status is GOOD


def test_either_source_revokes():
    """Revoked by one is revoked, whatever the other says and however new it is."""
    entry = RevokedEntry(serial=int(describe(PKI.leaf).serial, 16), at=NOW - DAY, reason=1)
    by_list, silent = CA.crl(entry), PKI.crls[1]
    assert asked(answer(), crls=(by_list,)).status is REVOKED
    assert asked(answer(status=revoked(NOW - DAY)), crls=(silent,)).status is REVOKED
    old = {
        "this_update": NOW - 90 * DAY,
        "next_update": NOW - 80 * DAY,
        "produced_at": NOW - 90 * DAY,
    }
    assert asked(answer(), answer(status=revoked(NOW - 99 * DAY), **old)).status is REVOKED


def test_newest_statement_counts():
    """Suspended yesterday and resumed today, or the other way round."""
    entry = RevokedEntry(serial=int(describe(PKI.leaf).serial, 16), at=NOW - 9 * DAY, reason=6)
    held = CA.crl(entry, this_update=NOW - DAY)
    assert asked(answer(), crls=(held,)).status is GOOD
    assert asked(answer(status=revoked(NOW - HOUR, 6)), crls=(PKI.crls[1],)).status is ON_HOLD
    earlier = answer(this_update=NOW - 2 * DAY, next_update=NOW + DAY)
    assert asked(earlier, crls=(held,)).status is ON_HOLD


def test_useless_answer_takes_nothing_away():
    """What proves nothing does not speak against what does."""
    useless = (b"noise", answer(status=ocsp.UNKNOWN), answer(next_update=NOW - DAY))
    found = asked(*useless, crls=(PKI.crls[1],))
    assert (found.status, found.source) == (GOOD, "crl")
    assert asked(*useless, answer()).status is GOOD


def test_refusals_are_told():
    """A responder that answers with an error status."""
    for status in (1, 2, 3, 5, 6):
        with pytest.raises(OcspError) as caught:
            read_answer(der.sequence(der.element(0x0A, bytes([status]))))
        assert caught.value.problem == "ocsp_status"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\0",
        b"\x30\x80\0\0",
        der.sequence(der.element(0x0A, b"\0")),
        ocsp.successful(b""),
        ocsp.successful(b"\x30\0"),
        answer() + b"\0",
        answer()[:-1],
        answer(version=der.element(0xA0, der.element(0x02, b"\1"))),
        answer(status=der.element(0x81, b"")),
        answer(status=der.element(0x80, b"\0")),
        answer(status=der.element(0xA1, ocsp.time(NOW) + der.element(0xA0, b"\x0a\x01\x63"))),
        answer(single=(ocsp.nonce(b"1"), ocsp.nonce(b"2"))),
        answer(statements=(statement(PKI.leaf, PKI.ca),) * 65),
        answer(certificates=(PKI.ca,) * 33),
        b"\0" * ((1 << 20) + 1),
    ],
    ids=range(16),
)
def test_damaged_answers_are_refused(data: bytes):
    """Strict: nothing is guessed, nothing is unbounded."""
    with pytest.raises(OcspError) as caught:
        read_answer(data)
    assert caught.value.problem == "ocsp_damaged"
    assert asked(data).status is UNKNOWN


def test_default_version_may_be_written():
    """Some responders write what DER leaves out."""
    assert asked(answer(version=der.element(0xA0, der.element(0x02, b"\0")))).status is GOOD


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_changed_answers_never_surprise(data: st.DataObject):
    """Any octets changed, cut or doubled: an error with a code, or a state that is not good."""
    original = bytearray(ANSWER)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(original) - 1))
        end = data.draw(st.integers(place, min(place + 4, len(original))))
        original[place:end] = data.draw(st.binary(max_size=4))
    if bytes(original) == ANSWER or read_like(bytes(original)):
        return
    assert asked(bytes(original)).status is UNKNOWN


ANSWER = Delegate().answer()


def read_like(data: bytes) -> bool:
    """Tell whether an answer differs only in what is not signed: the certificates sent along."""
    try:
        found, original = read_answer(data), read_answer(ANSWER)
    except OcspError:
        return False
    return (found.tbs, found.signature) == (original.tbs, original.signature)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_no_answer(data: bytes):
    """Never a traceback."""
    with pytest.raises(OcspError):
        read_answer(data)


def test_nonce_has_to_be_repeated():
    """An answer with another nonce, or with none and no end, may be an old one (RFC 8954)."""
    leaf, ca = Outline.read(PKI.leaf), Outline.read(PKI.ca)
    request = build_request(leaf, ca)
    assert request.nonce is not None
    own = ExtensionSpec("1.3.6.1.5.5.7.48.1.2", request.nonce)
    for told, right in (
        (answer(extensions=(own,)), True),
        (answer(extensions=(ocsp.nonce(bytes(32)),)), False),
        (answer(), True),
        (answer(next_update=None), False),
    ):
        assert repeats_nonce(request, read_answer(told)) is right
    assert repeats_nonce(build_request(leaf, ca, nonce=False), read_answer(answer()))
    assert request.encoded != build_request(leaf, ca).encoded


def test_states_below_the_root_are_asked_of_the_root():
    """The authority's own state is told by whoever issued it, not by itself."""
    by_root = made(PKI.ca, PKI.root, PKI.root_issuer.key)
    trust = LoadedTrust.of([PKI.root], [PKI.ca])
    told = (answer(), by_root)
    chain = build_chain(PKI.leaf, ocsp=told, trust=trust, at=NOW, now=NOW)
    states = [link.revocation.status for link in chain.links]
    assert states == [GOOD, GOOD, RevocationStatus.NOT_CHECKED]
    by_itself = made(PKI.ca, PKI.root, CA.key)
    chain = build_chain(PKI.leaf, ocsp=(by_itself,), trust=trust, at=NOW, now=NOW)
    assert chain.links[1].revocation.problem == "ocsp_responder"


def test_answers_do_not_mend_a_broken_chain():
    """Without an issuer nobody may answer."""
    chain = build_chain(PKI.leaf, ocsp=(answer(),), trust=LoadedTrust.of(), at=NOW, now=UNTIL)
    assert chain.links[0].revocation.status is UNKNOWN


def test_floods_of_answers_end_in_time():
    """Two hundred answers, each with sixteen would-be responders (rule X-05)."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    stranger = Issuer(EphemeralKey.generate(KeyAlgorithm.GOST_256), pki.ca_issuer.name)
    name = authority("Служба")
    extensions = (build.extended_key_usage(OCSP_SIGNING), NO_CHECK)
    sent = [
        stranger.issue(stranger.key.public, subject=name, extensions=extensions) for _ in range(16)
    ]
    flood = [
        made(pki.leaf, pki.ca, stranger.key, named=name, certificates=sent, extensions=(mark,))
        for mark in (ocsp.nonce(bytes([number])) for number in range(120))
    ]
    begin = time.monotonic()
    found = asked(*flood, pki=pki)
    assert found.problem == "ocsp_responder"
    assert time.monotonic() - begin < 3
    path = tuple(Outline.read(one) for one in (pki.leaf, pki.ca, pki.root))
    told = OcspJudge(Moment(NOW, NOW)).check(Subject(path, anchored=True), OcspAnswers(flood))
    assert [told[0].facts.problem, told[-1].facts.problem] == ["ocsp_responder", "search_limit"]
    assert asked(*flood, pki=pki, crls=(pki.crls[1],)).status is GOOD


@pytest.mark.parametrize(
    "key",
    [
        b"\x30\0",
        b"\x05\0",
        b"\x30\x02\x30\0",
        der.sequence(der.sequence(), der.element(der.BIT_STRING, b"")),
    ],
)
def test_certificates_sent_along_may_be_anything(key: bytes):
    """A key that is none, inside a certificate that seems to be one."""
    spec = CertificateSpec(
        serial=5,
        subject=CA.name,
        issuer=CA.name,
        public_key=key,
        not_before=FROM,
        not_after=UNTIL,
        signature_algorithm=build.signature_algorithm(EC),
    )
    odd = build.build_certificate(spec, CA.key.sign)
    for named in (None, CA.name):
        assert asked(answer(certificates=(odd, b"\x30\0"), named=named)).status is GOOD
        stranger = EphemeralKey.generate(EC)
        told = made(PKI.leaf, PKI.ca, stranger, certificates=(odd,), named=named)
        assert asked(told).status is UNKNOWN
