"""The check of tokens: good ones, every lie, odd certificates, and what the referee says of them."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stamping_lab import (
    DATA,
    QUICK,
    SIGNING,
    chain_under,
    check,
    digest_of,
    quick_tsa,
    token_of,
)
from stand_ins import openssl
from stand_ins.openssl_services import OpensslTsa, verify_time_stamp
from stand_ins.pki import authority, pki_of
from stand_ins.time_authority import (
    TIME_STAMPING,
    Lie,
    make_time_authority,
    time_authority_of,
)

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building
from app.crypto.timestamps import codes
from app.crypto.timestamps.checking import check_time_stamp
from app.crypto.timestamps.client import PREFIX
from app.crypto.timestamps.info import read_info
from app.crypto.timestamps.messages import Request, read_response
from app.crypto.verdict.facts import TimeStampKind
from app.crypto.verdict.stamps import is_sound
from app.errors import ErrorCode, RoscherkError
from app.texts.network_words import with_reason
from app.texts.notice_table import NOTICES

LIES = {
    Lie.IMPRINT: {"tsp_imprint"},
    Lie.VERSION: {"tsp_version"},
    Lie.NO_CERTIFICATE: {"tsp_certificate"},
    Lie.CONTENT_TYPE: {"tsp_content_type"},
    Lie.NO_ATTRIBUTES: {"tsp_signature", "tsp_signing_certificate"},
    Lie.NO_SIGNING_CERTIFICATE: {"tsp_signing_certificate"},
    Lie.OTHER_SIGNING_CERTIFICATE: {"tsp_signing_certificate"},
    Lie.TWO_SIGNERS: {"tsp_signers"},
    Lie.NO_SIGNER: {"tsp_signers"},
    Lie.SIGNATURE: {"tsp_signature"},
    Lie.MESSAGE_DIGEST: {"tsp_signature"},
    Lie.DETACHED: {"tsp_structure"},
    Lie.CRITICAL_EXTENSION: {"tsp_extension"},
}


def problems(token: bytes, **options: object) -> set[str]:
    """Return the codes of what is wrong with a token."""
    facts = check(token, **options)  # type: ignore[arg-type]
    assert is_sound(facts) == (not facts.problems)
    return {str(one.code) for one in facts.problems}


@pytest.mark.parametrize("algorithm", SIGNING)
@pytest.mark.parametrize("first_version", [False, True])
def test_good_token(algorithm: KeyAlgorithm, *, first_version: bool) -> None:
    """An honest token of each kind of key is sound, its chain whole at its own time."""
    tsa = replace(time_authority_of(algorithm), first_version=first_version)
    facts = check(token_of(tsa, "streebog256"), pki=pki_of(algorithm))
    assert (facts.problems, facts.warnings) == ((), ())
    assert is_sound(facts)
    assert facts.imprint_digest == "streebog256"
    assert facts.imprint_matches is True
    assert facts.policy == tsa.policy
    assert facts.accuracy == pytest.approx(1.50025)
    assert facts.signature is not None
    assert facts.signature.warnings == ()
    assert facts.signature.chain is not None
    assert facts.signature.chain.anchored
    assert facts.signature.chain.at == facts.time


def test_serial_and_time() -> None:
    """Time and serial number are those of the token."""
    moment = datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)
    facts = check(token_of(replace(quick_tsa(), at=moment, accuracy=None)))
    assert facts.time == moment
    assert facts.accuracy is None
    assert facts.serial is not None
    assert int(facts.serial, 16) > 0


@pytest.mark.parametrize(("lie", "expected"), LIES.items())
def test_lies(lie: Lie, expected: set[str]) -> None:
    """Each lie has its code."""
    assert problems(token_of(quick_tsa().lying(lie))) == expected


def test_other_data() -> None:
    """A token over other octets says so, and one that cannot be compared claims nothing."""
    token = token_of(quick_tsa())
    assert problems(token, digest=lambda name: digests.digest(name, b"other")) == {"tsp_imprint"}
    facts = check(token, digest=lambda _name: None)
    assert facts.imprint_matches is None
    assert facts.problems == ()


@pytest.mark.parametrize(
    ("purposes", "critical", "good"),
    [
        ((TIME_STAMPING,), True, True),
        ((TIME_STAMPING,), False, False),
        ((), True, False),
        ((TIME_STAMPING, "1.3.6.1.5.5.7.3.9"), True, False),
        (("1.3.6.1.5.5.7.3.9",), True, False),
        (("2.5.29.37.0",), True, False),
    ],
)
def test_purpose(purposes: tuple[str, ...], *, critical: bool, good: bool) -> None:
    """The certificate is for time-stamps alone, and says so critically (T-01)."""
    tsa = make_time_authority(pki_of(QUICK), purposes=purposes, critical=critical)
    assert problems(token_of(tsa)) == (set() if good else {"tsp_purpose"})


def test_key_usage() -> None:
    """A key that may only encrypt signs no time-stamps."""
    pki = pki_of(QUICK)
    usage = building.key_usage("keyEncipherment")
    purpose = building.ExtensionSpec("2.5.29.37", bytes.fromhex("300a06082b06010505070308"), True)
    tsa = make_time_authority(pki, extensions=(usage, purpose))
    assert problems(token_of(tsa)) == {"tsp_key_usage"}


@pytest.mark.parametrize(
    ("digest", "problem", "remark"),
    [
        ("md5", {"tsp_algorithm"}, set()),
        ("sha1", set(), {"tsp_weak_digest"}),
        ("gost94", set(), {"tsp_weak_digest"}),
        ("sha384", set(), set()),
    ],
)
def test_digests(digest: str, problem: set[str], remark: set[str]) -> None:
    """A forgeable digest proves nothing; a withdrawn one is remarked."""
    facts = check(token_of(quick_tsa(), digest))
    assert {str(one.code) for one in facts.problems} == problem
    assert {str(one.code) for one in facts.warnings} == remark
    assert facts.imprint_matches is True


def test_certificate_from_elsewhere() -> None:
    """A token without certificates is checked with one that is at hand."""
    tsa = quick_tsa()
    token = tsa.token("sha256", digest_of("sha256"), with_certificate=False)
    assert problems(token) == {"tsp_certificate"}
    assert problems(token, extra_certificates=[tsa.certificate, *tsa.chain]) == set()


@pytest.mark.parametrize(
    ("name", "remarks"),
    [(authority("Тестовая служба времени"), set()), (authority("Другая"), {"tsp_other_name"})],
)
def test_name_in_the_token(name: bytes, remarks: set[str]) -> None:
    """A token that names another authority than its certificate is remarked."""
    facts = check(token_of(replace(quick_tsa(), name=name)))
    assert facts.problems == ()
    assert {str(one.code) for one in facts.warnings} == remarks


def test_damaged_signer() -> None:
    """A token whose one signer cannot be read says so."""
    token = token_of(quick_tsa())
    start = token.rindex(bytes.fromhex("020101"))  # the version of SignerInfo
    assert problems(token[:start] + b"\x04" + token[start + 1 :]) == {"tsp_structure"}


def test_expired_certificate() -> None:
    """The chain is looked at where the token places itself in time."""
    ended = datetime(2025, 1, 1, tzinfo=UTC)
    tsa = make_time_authority(pki_of(QUICK), not_after=ended)
    late = check(token_of(tsa))
    assert late.signature is not None
    assert late.signature.chain is not None
    assert late.signature.chain.break_code == "expired"
    early = check(token_of(replace(tsa, at=ended - timedelta(1))))
    assert early.signature is not None
    assert early.signature.chain is not None
    assert early.signature.chain.break_code is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token + b"\0",
        lambda token: token[:-1],
        lambda token: b"-----BEGIN CMS-----\n" + base64.encodebytes(token) + b"-----END CMS-----\n",
        base64.b64encode,
        lambda _token: b"",
        lambda _token: bytes(100_000),
        lambda _token: b"\x30\x80" * 100_000,
    ],
)
def test_no_token(spoil: object) -> None:
    """What is no DER token is told as such, without an exception."""
    facts = check(spoil(token_of(quick_tsa())))  # type: ignore[operator]
    assert {str(one.code) for one in facts.problems} == {"tsp_structure"}
    assert facts.time is None
    assert not is_sound(facts)


@pytest.mark.parametrize(
    "accuracy",
    [
        "3003020105",
        "30068001018101ff",
        "300480020400",
        "3003020180",
        "300a02080fffffffffffffff",
        "300402020e11",
    ],
)
def test_accuracy(accuracy: str) -> None:
    """Accuracies of the standard are read, senseless ones are told."""
    info = bytes.fromhex(
        "020101" "06032a0304"
        "3031300d060960864801650304020105000420" + "00" * 32
        + "020101" "180f32303236313132373036303030305a" + accuracy
    )  # fmt: skip
    read = read_info(b"\x30" + bytes([len(info)]) + info)
    assert read.accuracy_sound is (accuracy == "3003020105")
    assert (read.accuracy is None) is (not read.accuracy_sound)


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        (b"20261127060000Z", 0),
        (b"20261127060000.5Z", 500_000),
        (b"20261127060000.123456789Z", 123_456),
        (b"20261127060000+0300", None),
        (b"202611270600Z", None),
        (b"20261327060000Z", None),
        (b"20261127060060Z", None),
        (b"00001127060000Z", None),
    ],
)
def test_times(text: bytes, micros: int | None) -> None:
    """The time is UTC with seconds and any fraction, and nothing else."""
    fields = bytes.fromhex(
        "020101" "06032a0304" "3031300d060960864801650304020105000420" + "00" * 32 + "020101"
    )  # fmt: skip
    info = fields + b"\x18" + bytes([len(text)]) + text
    data = b"\x30" + bytes([len(info)]) + info
    if micros is None:
        with pytest.raises(RoscherkError):
            read_info(data)
    else:
        assert read_info(data).time == datetime(2026, 11, 27, 6, 0, 0, micros, tzinfo=UTC)


def test_every_octet_counts() -> None:
    """No changed octet leaves a token sound, save in the issuer's certificate and two versions.

    Certificates beside the authority's own are signed by their issuers; the versions are remarked.
    """
    token = token_of(quick_tsa())
    start = token.index(pki_of(QUICK).ca)
    beside = range(start, start + len(pki_of(QUICK).ca))
    for place in range(len(token)):
        if place in beside:
            continue
        changed = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        facts = check(changed)
        if is_sound(facts):
            assert facts.signature is not None
            codes_of = {str(one.code) for one in facts.signature.warnings}
            assert codes_of & {"signed_data_version", "signer_version"}, place


@settings(max_examples=150)
@given(st.data())
def test_any_octets(data: st.DataObject) -> None:
    """No octets make the check stumble, and none are sound that were not signed."""
    token = _TOKEN
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, len(token)))
    middle = data.draw(st.binary(max_size=20))
    changed = token[:start] + middle + token[end:]
    facts = check(changed)
    if changed != token and is_sound(facts):
        assert facts.signature is not None
        assert facts.signature.digest_matches


def test_every_code_has_words() -> None:
    """Every problem and remark is worded, also as the reason of a refusal."""
    for code in (*codes.StampProblem, *codes.StampRemark):
        assert code.value in NOTICES
    for code in codes.StampProblem:
        reason = code.value.removeprefix(PREFIX)
        told = with_reason(ErrorCode.TIME_STAMP_WRONG, {"reason": reason})
        assert told["reason"] != reason


@pytest.fixture(scope="module")
def referee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the referee."""
    openssl.demand()
    return tmp_path_factory.mktemp("referee")


@pytest.mark.parametrize("algorithm", SIGNING)
@pytest.mark.parametrize("first_version", [False, True])
def test_tokens_of_the_referee(
    tmp_path: Path, algorithm: KeyAlgorithm, *, first_version: bool
) -> None:
    """A token by ``openssl ts`` is sound, with its milliseconds."""
    openssl.demand()
    pki = pki_of(algorithm)
    tsa = OpensslTsa.make(tmp_path, pki, first_version=first_version)
    name = "streebog256" if algorithm.is_gost else "sha512"
    request = Request(digest_name=name, digest=digest_of(name), nonce=77)
    token = read_response(tsa.answer(request.encode())).token
    assert token is not None
    facts = check(token, pki=pki)
    assert (facts.problems, facts.warnings) == ((), ())
    assert facts.accuracy == pytest.approx(1.5001)
    assert facts.signature is not None
    assert facts.signature.chain is not None
    assert facts.signature.chain.anchored


@pytest.mark.parametrize("algorithm", SIGNING)
def test_our_authority_before_the_referee(referee: Path, algorithm: KeyAlgorithm) -> None:
    """The stand-in of these tests is no invention: the referee takes its tokens."""
    pki = pki_of(algorithm)
    verified, words = verify_time_stamp(
        referee,
        response=token_of(time_authority_of(algorithm)),
        root=pki.root,
        untrusted=[pki.ca],
        data=DATA,
        token=True,
    )
    assert verified, words


@pytest.mark.parametrize("lie", sorted(LIES))
def test_the_referee_on_lies(referee: Path, lie: Lie) -> None:
    """What the referee refuses is refused by us; where we are stricter, it is written here."""
    pki = pki_of(QUICK)
    verified, _ = verify_time_stamp(
        referee,
        response=token_of(quick_tsa().lying(lie)),
        root=pki.root,
        untrusted=[pki.ca],
        data=DATA,
        token=True,
    )
    stricter = {
        Lie.CRITICAL_EXTENSION,  # RFC 5280 §4.2, which RFC 3161 §2.4.2 refers to
    }
    assert verified is (lie in stricter)


def test_token_of_the_world(data_folder: Path) -> None:
    """A token of a public authority (Sectigo, with SHA-512) is understood."""
    folder = data_folder / "tsp-ocsp-crl" / "openssl-tsa"
    token = read_response((folder / "sectigo-all-zero.tsr").read_bytes()).token
    assert token is not None
    root = _certificate(folder / "user-trust-ca.pem")
    imprint = bytes(32)
    facts = check_time_stamp(
        token,
        lambda name: imprint if name == "sha256" else None,
        TimeStampKind.SIGNATURE,
        chain_under(root),
        extra_certificates=[
            _certificate(folder / "sectigo-signer.pem"),
            _certificate(folder / "sectigo-time-stamping-ca.pem"),
        ],
    )
    assert facts.problems == ()
    assert is_sound(facts)
    assert facts.signature is not None
    assert facts.signature.chain is not None
    assert facts.signature.chain.anchored


def _certificate(file: Path) -> bytes:
    lines = file.read_text().partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END")[0]
    return base64.b64decode(lines)


_TOKEN = token_of(quick_tsa())
