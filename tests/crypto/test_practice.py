"""Practice mode: made whole or not at all, never to be taken for real."""

import os
import shutil
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stand_ins import openssl

from app.algorithms import digests, signatures
from app.algorithms.names import KeyAlgorithm, default_digest, signature_algorithm_for
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.door import Certificates
from app.crypto.certificates.fields import describe
from app.crypto.certificates.qualified import authority_kind, qualification
from app.crypto.model import PracticeKit, TrustMaterial
from app.crypto.practice import making as practice_making
from app.crypto.practice.door import Practice
from app.crypto.trust.folders import Stores
from app.crypto.trust.stores import load
from app.crypto.verdict.facts import RevocationStatus
from app.crypto.verdict.report import Answer, AuthorityKind
from app.errors import ErrorCode, RoscherkError
from app.places import Places, sweep
from app.processes.pool import Pool
from app.tokens.model import ContainerState
from app.tokens.store import Store


@pytest.fixture(scope="module")
def workers() -> Iterator[Pool]:
    """Return workers of the program itself."""
    with Pool("worker", 2) as pool:
        yield pool


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Return an empty profile."""
    return Places.under(tmp_path / "профиль")


@pytest.fixture
def practice(places: Places, workers: Pool) -> Practice:
    """Return practice mode of that profile, not entered."""
    return Practice(places, workers)


@pytest.fixture(scope="module")
def entered(workers: Pool, tmp_path_factory: pytest.TempPathFactory) -> tuple[Places, PracticeKit]:
    """Return a profile with practice mode entered. Do not change it."""
    places = Places.under(tmp_path_factory.mktemp("profile"))
    return places, Practice(places, workers).enter()


def test_it_is_entered_by_choice_only(practice: Practice, places: Places):
    """Asking does not make it."""
    assert not practice.entered()
    for ask in (practice.kit, practice.secret):
        with pytest.raises(RoscherkError) as caught:
            ask()
        assert caught.value.code is ErrorCode.PRACTICE_NOT_ENTERED
    assert not places.practice.exists()
    assert Stores(places).material().practice is None


def test_kit_is_whole(entered: tuple[Places, PracticeKit]):
    """Key, certificate, chain, lists: the chain is whole at once, and says practice everywhere."""
    places, kit = entered
    assert kit.container.state is ContainerState.OK
    assert kit.container.practice
    assert kit.container.algorithm is KeyAlgorithm.GOST_256
    assert kit.container.certificate is not None
    chain = build_chain(
        kit.container.certificate, trust=load(Stores(places).material()), at=datetime.now(UTC)
    )
    assert (len(chain.links), chain.anchored, chain.break_code) == (3, True, None)
    states = [link.revocation.status for link in chain.links]
    assert states[:2] == [RevocationStatus.GOOD, RevocationStatus.GOOD]
    assert all(link.certificate.practice for link in chain.links)
    for link in chain.links:
        name = link.certificate.subject
        assert "УЧЕБНЫЙ" in (name.common_name or "")
        assert "УЧЕБНЫЙ" in (name.organization or "")


def test_certificate_is_shaped_like_a_qualified_one(entered: tuple[Places, PracticeKit]):
    """Every requisite of order №795, and still the answer is no."""
    facts = describe(entered[1].container.certificate or b"")
    found = qualification(facts)
    assert (found.answer, [reason.code for reason in found.reasons]) == (Answer.NO, ["practice"])
    assert found.warnings == ()
    assert found.tool_class == "КС1"
    assert authority_kind(facts) is AuthorityKind.HEAD
    assert facts.subject_sign_tool == "Росчерк, учебный режим, не СКЗИ"
    assert len(facts.issuer_sign_tool) == 4
    assert facts.identification_kind == 0
    assert facts.private_key_not_after == facts.not_after
    assert set(facts.key_usage or ()) == {"digitalSignature", "nonRepudiation"}
    assert facts.crl_urls == ()


def test_practice_root_is_trusted_in_this_profile_only(
    entered: tuple[Places, PracticeKit], tmp_path: Path
):
    """In another profile, also one with its own practice mode, the chain ends nowhere."""
    certificate = entered[1].container.certificate or b""
    elsewhere = load(Stores(Places.under(tmp_path)).material())
    chain = build_chain(
        certificate, pool=entered[1].container.chain, trust=elsewhere, at=datetime.now(UTC)
    )
    assert (chain.anchored, chain.break_code) == (False, "issuer_not_found")


def test_entering_again_finds_the_same(entered: tuple[Places, PracticeKit], workers: Pool):
    """It is idempotent, also with another wish for the algorithm."""
    places, kit = entered
    practice = Practice(places, workers)
    assert practice.entered()
    assert practice.enter() == kit
    assert practice.enter(KeyAlgorithm.RSA) == kit
    assert practice.kit() == kit


def test_password_is_random_and_private(entered: tuple[Places, PracticeKit], workers: Pool):
    """The file is the user's alone, and what it holds opens the container."""
    places, kit = entered
    path = places.practice / "password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(places.practice.stat().st_mode) == 0o700
    practice = Practice(places, workers)
    store = Store(places.practice / "containers", workers, practice=True)
    message = b"text"
    digest = digests.digest("streebog256", message)
    with practice.secret() as secret:
        assert len(secret) >= 32
        signature = store.open(kit.container).sign_digest("streebog256", digest, secret)
    assert signatures.verify(
        kit.container.public_key or b"",
        signature_algorithm_for(KeyAlgorithm.GOST_256),
        digest_name="streebog256",
        message=message,
        signature=signature,
    )


def test_keys_of_the_authorities_are_gone(entered: tuple[Places, PracticeKit]):
    """Nothing but one container, four public files and the password is kept."""
    places, _ = entered
    files = sorted(
        str(path.relative_to(places.practice))
        for path in places.practice.rglob("*")
        if path.is_file()
    )
    assert files == [
        "containers/УЧЕБНЫЙ контейнер.container",
        "password",
        "trust/anchors/root.cer",
        "trust/crls/issuing.crl",
        "trust/crls/root.crl",
        "trust/intermediates/issuing.cer",
    ]
    assert [path.name for path in places.data.iterdir()] == ["practice"]


@pytest.mark.parametrize(
    "algorithm",
    [KeyAlgorithm.GOST_512, KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256, KeyAlgorithm.ECDSA_P384],
)
def test_other_algorithms(algorithm: KeyAlgorithm, practice: Practice):
    """Any kind of key that the store makes can be practised with."""
    kit = practice.enter(algorithm)
    assert kit.container.algorithm is algorithm
    assert default_digest(algorithm)


def test_refused_algorithm_leaves_nothing(practice: Practice, places: Places):
    """A failure half way leaves no half of a profile."""
    with pytest.raises(RoscherkError) as caught:
        practice.enter(KeyAlgorithm.GOST_2001)
    assert caught.value.code is ErrorCode.KEY_UNSUPPORTED
    assert not practice.entered()
    assert list(places.data.iterdir()) == []


def test_leaving_deletes_everything(practice: Practice, places: Places):
    """Key, root and password are gone; leaving twice is no error; entering makes new ones."""
    first = practice.enter(KeyAlgorithm.ECDSA_P256)
    practice.leave()
    practice.leave()
    assert not practice.entered()
    assert list(places.data.iterdir()) == []
    second = practice.enter(KeyAlgorithm.ECDSA_P256)
    assert first.container.certificate != second.container.certificate


@pytest.mark.parametrize(
    ("harm", "content"),
    [
        ("password", None),
        ("containers/УЧЕБНЫЙ контейнер.container", None),
        ("containers/УЧЕБНЫЙ контейнер.container", b"spoilt"),
        ("trust/anchors/root.cer", None),
        ("trust/anchors/root.cer", b"spoilt"),
        ("trust/intermediates/issuing.cer", None),
        ("trust/intermediates/issuing.cer", b"spoilt"),
        ("trust/crls/issuing.crl", None),
        ("trust/crls/issuing.crl", b"spoilt"),
        ("trust/anchors", None),
        ("containers", None),
        ("trust", None),
    ],
)
def test_damaged_profile_is_told_and_can_be_left(
    harm: str,
    content: bytes | None,
    entered: tuple[Places, PracticeKit],
    places: Places,
    workers: Pool,
):
    """Whatever is missing or spoilt: one error that names the folder, and the way out works."""
    shutil.copytree(entered[0].practice, places.practice)
    path = places.practice / harm
    if content is not None:
        path.write_bytes(content)
    elif path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path)
    practice = Practice(places, workers)
    with pytest.raises(RoscherkError) as caught:
        practice.enter()
    assert caught.value.code is ErrorCode.PRACTICE_DAMAGED
    assert caught.value.facts["path"] == str(places.practice)
    practice.leave()
    assert practice.enter(KeyAlgorithm.ECDSA_P256).container.state is ContainerState.OK


def test_unwritable_profile_is_told(tmp_path: Path, workers: Pool):
    """A file where the profile's folder should be."""
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(RoscherkError) as caught:
        Practice(Places.under(tmp_path), workers).enter()
    assert caught.value.code is ErrorCode.TARGET_UNWRITABLE


def test_old_leftovers_are_swept(practice: Practice, places: Places):
    """What a power cut left half made goes when practice mode is entered, the first time or later.

    What lies in it makes it no younger: the general sweep, which comes before, takes nothing out.
    """
    left = places.data / ".practice.half"
    for _ in range(2):
        left.mkdir(parents=True)
        for each in ("password", ".password.abcdefgh"):
            (left / each).write_text("x")
            os.utime(left / each, (0, 0))
        os.utime(left, (0, 0))
        sweep(places)
        practice.enter(KeyAlgorithm.ECDSA_P256)
        assert not left.exists()


def test_two_at_once_agree(places: Places, workers: Pool):
    """Two that enter at the same moment get the same keys."""
    practices = [Practice(places, workers) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        kits = list(threads.map(lambda one: one.enter(KeyAlgorithm.ECDSA_P256), practices))
    assert kits[0] == kits[1]
    assert [path.name for path in places.data.iterdir()] == ["practice"]


def test_referee_accepts_practice_chain_and_lists(
    entered: tuple[Places, PracticeKit], tmp_path: Path
):
    """``openssl verify`` with the gost engine and all lists says OK."""
    openssl.demand()
    _, kit = entered
    files = {path.name: path for path in kit.trust.rglob("*") if path.is_file()}
    leaf = tmp_path / "leaf.cer"
    leaf.write_bytes(kit.container.certificate or b"")
    pem = {}
    for name, path in (files | {"leaf.cer": leaf}).items():
        pem[name] = tmp_path / f"{name}.pem"
        kind = "crl" if name.endswith("crl") else "x509"
        openssl.succeed(kind, "-inform", "DER", "-in", path, "-out", pem[name])
    lists = tmp_path / "lists.pem"
    lists.write_bytes(pem["root.crl"].read_bytes() + pem["issuing.crl"].read_bytes())
    said = openssl.succeed(
        "verify", "-engine", "gost", "-x509_strict", "-crl_check_all", "-CAfile", pem["root.cer"],
        "-untrusted", pem["issuing.cer"], "-CRLfile", lists, pem["leaf.cer"],
    )  # fmt: skip
    assert said.rstrip().endswith(b": OK")
    text = openssl.succeed("x509", "-engine", "gost", "-in", pem["leaf.cer"], "-noout", "-text")
    assert b"Public Key Algorithm: GOST R 34.10-2012 with 256 bit modulus" in text


def test_certificates_through_the_door(
    entered: tuple[Places, PracticeKit], workers: Pool, tmp_path: Path
):
    """The faces ask a worker; files and bytes, chain and errors come back as values."""
    places, kit = entered
    door = Certificates(workers, Stores(places).material)
    certificate = kit.container.certificate or b""
    facts = door.show(certificate)
    assert facts == describe(certificate)
    assert door.read(kit.trust / "anchors" / "root.cer").damaged == 0
    assert door.chain(certificate).break_code is None
    assert (
        door.chain(certificate, at=datetime(2001, 1, 1, tzinfo=UTC)).break_code == "not_yet_valid"
    )
    for name, content, code in (
        ("none.cer", None, ErrorCode.FILE_NOT_FOUND),
        ("empty.cer", b"", ErrorCode.FILE_EMPTY),
        ("text.cer", b"text", ErrorCode.FORMAT_UNKNOWN),
        ("cut.cer", b"\x30\x03\x02\x01\x01", ErrorCode.FORMAT_UNKNOWN),
    ):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(RoscherkError) as caught:
            door.show(path)
        assert (caught.value.code, caught.value.facts["path"]) == (code, str(path))


def test_chain_with_material_for_this_once(entered: tuple[Places, PracticeKit], workers: Pool):
    """A root given for one question is trusted for that question."""
    places, kit = entered
    door = Certificates(workers, TrustMaterial)
    certificate = kit.container.certificate or b""
    assert not door.chain(certificate).anchored
    root = kit.trust / "anchors" / "root.cer"
    chain = door.chain(certificate, pool=kit.container.chain, anchors=[root])
    assert chain.break_code is None
    assert places.practice.is_dir()


def test_leftover_age_is_an_hour():
    """A profile that is being made right now is not swept away by another."""
    assert practice_making._LEFTOVER_AGE == 3600
