"""Container folders of CryptoPro CSP: every kind opens, and each fault has its own name."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand_ins.cryptopro_folder import CURVE_256, CURVE_512, Made, make, write_header
from stand_ins.pki import FROM, UNTIL, pki_of

from app.algorithms import der, digests, signatures
from app.algorithms.gost import ciphers, spki
from app.algorithms.names import KeyAlgorithm, default_digest, signature_algorithm_for
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.cryptopro import files as folder_files
from app.tokens.cryptopro import reading
from app.tokens.cryptopro.unlocking import MASK_MAC, RESERVE_USED
from app.tokens.cryptopro_folders import CryptoProFolders
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pin import Secret

PASSWORD = "Пароль 1"


def permit(_: Container) -> None:
    """Allow whatever is asked."""


@pytest.fixture
def place(workers: Pool) -> CryptoProFolders:
    """Return the place, with nothing forbidden."""
    return CryptoProFolders(workers, permit)


def issue(public_key: bytes) -> bytes:
    """Make a certificate of a key."""
    return pki_of(KeyAlgorithm.ECDSA_P256).ca_issuer.issue(public_key)


def secret(text: str = PASSWORD) -> Secret:
    """Return a new secret."""
    return Secret.of_text(text)


def error_of(work: Callable[[], object]) -> RoscherkError:
    """Return the error that the work ends with."""
    with pytest.raises(RoscherkError) as caught:
        work()
    return caught.value


def only(place: CryptoProFolders, path: Path) -> Container:
    """Return the one container at a path."""
    (container,) = place.containers(path)
    return container


@pytest.mark.parametrize("password", ["", "12345678", PASSWORD], ids=["empty", "latin", "cyrillic"])
@pytest.mark.parametrize("sbox", [None, ciphers.CRYPTOPRO_A, ciphers.TC26_Z])
@pytest.mark.parametrize(
    ("algorithm", "curve"),
    [
        (KeyAlgorithm.GOST_256, CURVE_256),
        (KeyAlgorithm.GOST_256, "1.2.643.7.1.2.1.1.1"),
        (KeyAlgorithm.GOST_512, CURVE_512),
    ],
)
def test_key_signs(
    place: CryptoProFolders,
    tmp_path: Path,
    *,
    algorithm: KeyAlgorithm,
    curve: str,
    sbox: str | None,
    password: str,
):
    """Any size, S-box and password; the signature is good under the certificate's key."""
    made = make(
        tmp_path / "aaaa.000", password, algorithm=algorithm, curve=curve, sbox=sbox, issue=issue
    )
    container = only(place, made.folder)
    assert container.place is KeyPlaceKind.CRYPTOPRO
    assert container.uri == f"cryptopro:{made.folder}"
    assert container.label == "Тестовый контейнер"
    assert (container.algorithm, container.state) == (algorithm, ContainerState.OK)
    assert container.certificate == made.certificates[1]
    assert container.exportable is True
    name = default_digest(algorithm)
    signature = place.open(container).sign_digest(
        name, digests.digest(name, b"contract"), secret(password)
    )
    assert signatures.verify(
        spki.encode_public(curve, made.points[1]),
        signature_algorithm_for(algorithm),
        digest_name=name,
        message=b"contract",
        signature=signature,
    )


def test_real_containers_open(place: CryptoProFolders, data_folder: Path):
    """Those that CSP made: 2001, 2012 with two keys, 512 bits; all without a password."""
    folder = data_folder / "ru-containers" / "cryptopro-corefx"
    found = {
        each.uri.removeprefix(f"cryptopro:{folder}/"): each for each in place.containers(folder)
    }
    assert {name: each.algorithm for name, each in found.items()} == {
        "G2001256.000": KeyAlgorithm.GOST_2001,
        "G2012256.001#1": KeyAlgorithm.GOST_256,
        "G2012256.001#2": KeyAlgorithm.GOST_256,
        "pfx-6b72.000": KeyAlgorithm.GOST_512,
    }
    assert found["G2001256.000"].state is ContainerState.UNSUPPORTED
    assert [found[name].label for name in ("G2001256.000", "G2012256.001#2")] == [
        "G2001256",
        "G2012256",
    ]
    for container in found.values():
        tested = place.test(container, None)
        assert tested.container.public_key is not None
        assert tested.warnings == ()
        assert place.test(container, secret("")).container == tested.container
        wrong = error_of(lambda container=container: place.test(container, secret("1")))
        assert wrong.code is ErrorCode.PASSWORD_WRONG
    for name in ("G2012256.001#1", "G2012256.001#2", "pfx-6b72.000"):
        container = found[name]
        assert container.algorithm is not None
        digest = default_digest(container.algorithm)
        signature = place.open(container).sign_digest(digest, digests.digest(digest, b""), None)
        public = place.test(container, None).container.public_key
        assert public is not None
        assert signatures.verify(
            public,
            signature_algorithm_for(container.algorithm),
            digest_name=digest,
            message=b"",
            signature=signature,
        )


def test_old_key_opens_and_does_not_sign(place: CryptoProFolders, tmp_path: Path):
    """GOST 2001 is looked at and tested; a signature is refused with its algorithm."""
    made = make(tmp_path / "old.000", PASSWORD, algorithm=KeyAlgorithm.GOST_2001, issue=issue)
    container = only(place, made.folder)
    assert container.state is ContainerState.UNSUPPORTED
    assert place.test(container, secret()).warnings == ()
    error = error_of(lambda: place.open(container))
    assert error.code is ErrorCode.KEY_UNSUPPORTED
    assert error.facts["algorithm"] == "gost2001"


def test_containers_of_another_writer_open(place: CryptoProFolders, data_folder: Path):
    """Made by an independent JavaScript library, with passwords and public keys beside them."""
    folder = data_folder.parent / "prototypes" / "tokens" / "fixtures"
    if not folder.is_dir():
        pytest.skip("containers of the independent writer are not here")
    found = place.containers(folder)
    assert len(found) == 5
    for container in found:
        inside = Path(container.uri.removeprefix("cryptopro:"))
        password = (inside / "_pw.txt").read_text("utf-8")
        tested = place.test(container, secret(password))
        assert tested.warnings == ()
        assert tested.container.public_key is not None
        published = (inside / "_spki.der").read_bytes()
        assert tested.container.public_key[-64:] == published[-64:]
        wrong = error_of(lambda container=container: place.test(container, secret("23421561")))
        assert wrong.code is ErrorCode.PASSWORD_WRONG


def test_term_of_the_key_is_told(place: CryptoProFolders, tmp_path: Path):
    """A key expires before its certificate; a term that cannot be read is none."""
    for name, term, expected in (
        ("a.000", "20280102030405Z", datetime(2028, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("b.000", "soon", None),
        ("c.000", None, None),
    ):
        make(tmp_path / name, term=term)
        assert only(place, tmp_path / name).key_not_after == expected


@pytest.mark.parametrize("curve", ["1.2.643.2.2.35.9", "1.2.643.2.2.35.0", CURVE_512])
def test_unknown_curve_is_named(place: CryptoProFolders, tmp_path: Path, curve: str):
    """A curve of a stranger, one for tests, and one of another size: unsupported, with the OID."""
    make(tmp_path / "one.000", curve_in_header=curve)
    container = only(place, tmp_path)
    assert container.state is ContainerState.UNSUPPORTED
    error = error_of(lambda: place.open(container))
    assert (error.code, error.facts["algorithm"]) == (ErrorCode.KEY_UNSUPPORTED, curve)


def test_two_keys_are_named_apart(place: CryptoProFolders, tmp_path: Path):
    """Each key of a container has its own name, certificate and signature."""
    made = make(tmp_path / "two.000", PASSWORD, second=True, issue=issue)
    first, second = place.containers(tmp_path)
    assert [first.uri, second.uri] == [f"cryptopro:{made.folder}#{n}" for n in (1, 2)]
    assert [first.certificate, second.certificate] == [made.certificates[n] for n in (1, 2)]
    for container, number in ((first, 1), (second, 2)):
        public = place.test(container, secret()).container.public_key
        assert public == spki.encode_public(CURVE_256, made.points[number])


def test_wrong_password_is_told_from_damage(place: CryptoProFolders, tmp_path: Path):
    """The MAC of the password decides; the password itself is nowhere in the error."""
    made = make(tmp_path / "one.000", PASSWORD, issue=issue)
    container = only(place, made.folder)
    for wrong in ("", "пароль 1", "23421561", PASSWORD + "\0"):
        error = error_of(lambda wrong=wrong: place.test(container, secret(wrong)))
        assert error.code is ErrorCode.PASSWORD_WRONG
        assert not wrong or wrong not in repr(error)
    assert error_of(lambda: place.test(container, None)).code is ErrorCode.PASSWORD_NEEDED
    for name in ("primary.key", "primary2.key"):
        data = bytearray((made.folder / name).read_bytes())
        data[-1] ^= 1
        (made.folder / name).write_bytes(data)
    error = error_of(lambda: place.test(container, secret()))
    assert (error.code, error.facts["reason"]) == (ErrorCode.CONTAINER_DAMAGED, "key")


def test_without_a_mac_of_the_password_the_fingerprint_decides(
    place: CryptoProFolders, tmp_path: Path
):
    """A wrong password gives another key, and another key is never used."""
    made = make(tmp_path / "one.000", PASSWORD, password_mac=False)
    container = only(place, made.folder)
    assert container.state is ContainerState.NO_CERTIFICATE
    assert place.test(container, secret()).warnings == ()
    assert error_of(lambda: place.test(container, secret("1"))).code is ErrorCode.PASSWORD_WRONG


def test_reserve_copy_and_odd_mask_are_told(place: CryptoProFolders, tmp_path: Path):
    """The second copy serves when the first is spoilt; a wrong MAC of the mask is no fault."""
    made = make(tmp_path / "one.000", PASSWORD)
    container = only(place, made.folder)
    (made.folder / "primary.key").write_bytes(b"")
    error = error_of(lambda: place.test(container, secret()))
    assert error.code is ErrorCode.CONTAINER_DAMAGED
    (made.folder / "primary.key").write_bytes(b"\x30\x00")
    assert place.test(container, secret()).warnings == (RESERVE_USED,)
    (made.folder / "masks.key").unlink()
    data = bytearray((made.folder / "masks2.key").read_bytes())
    data[-1] ^= 1
    (made.folder / "masks2.key").write_bytes(data)
    assert set(place.test(container, secret()).warnings) == {MASK_MAC, RESERVE_USED}


def test_bit_of_export_is_read(place: CryptoProFolders, tmp_path: Path):
    """What may not leave is said to be so."""
    make(tmp_path / "closed.000", exportable=False)
    assert only(place, tmp_path).exportable is False


def test_certificate_of_another_key_is_a_mismatch(place: CryptoProFolders, tmp_path: Path):
    """Seen in the listing by the fingerprint, and refused at signing by the whole key."""
    stranger = pki_of(KeyAlgorithm.GOST_256).leaf
    made = make(tmp_path / "one.000", PASSWORD, issue=lambda _: stranger)
    container = only(place, made.folder)
    assert container.state is ContainerState.MISMATCH
    error = error_of(lambda: place.open(container).sign_digest("streebog256", bytes(32), secret()))
    assert error.code is ErrorCode.CERTIFICATE_KEY_MISMATCH


@pytest.mark.parametrize("oid", ["1.2.643.2.2.37.4", "1.2.643.2.2.37.4.1"])
def test_form_under_ccm_is_named(place: CryptoProFolders, tmp_path: Path, oid: str):
    """The newer form is listed as unsupported, and opening says which form it is."""
    make(tmp_path / "ccm.000", container_oid=oid)
    container = only(place, tmp_path)
    assert container.state is ContainerState.UNSUPPORTED
    error = error_of(lambda: place.open(container))
    assert error.code is ErrorCode.KEY_UNSUPPORTED
    assert error.facts == {"algorithm": oid, "format": "CryptoPro AES-256-CCM"}


def _flipped_mac(made: Made) -> None:
    path = made.folder / "header.key"
    path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1]))


def _cut(made: Made) -> None:
    path = made.folder / "header.key"
    path.write_bytes(path.read_bytes()[:-7])


def _grown(made: Made) -> None:
    (made.folder / "header.key").write_bytes(bytes(300 << 10))


def _folder_for_file(made: Made) -> None:
    (made.folder / "header.key").unlink()
    (made.folder / "header.key").mkdir()


def _without_fingerprint(made: Made) -> None:
    content = der.read((made.folder / "header.key").read_bytes()).children()[0]
    parts = [der.element(each.tag, each.content) for each in content.children()]
    write_header(made.folder, der.sequence(*parts[:-1]))


@pytest.mark.parametrize(
    "spoil", [_flipped_mac, _cut, _grown, _folder_for_file, _without_fingerprint]
)
def test_damaged_header_is_listed_and_hides_no_other(
    place: CryptoProFolders, tmp_path: Path, spoil: Callable[[Made], None]
):
    """One spoilt container stands as such among the good ones; opening says what is wrong."""
    made = make(tmp_path / "bad.000")
    make(tmp_path / "good.000")
    (tmp_path / "photos").mkdir()
    (tmp_path / "list.txt").write_bytes(b"x")
    spoil(made)
    bad, good = place.containers(tmp_path)
    assert (bad.label, bad.state) == ("bad.000", ContainerState.DAMAGED)
    assert good.state is ContainerState.NO_CERTIFICATE
    assert error_of(lambda: place.open(bad)).code is ErrorCode.CONTAINER_DAMAGED


def test_missing_parts_are_named(place: CryptoProFolders, tmp_path: Path):
    """No folder, no container in it, no keys in the container, no name."""
    missing = error_of(lambda: place.containers(tmp_path / "nothing"))
    assert missing.code is ErrorCode.FILE_NOT_FOUND
    assert place.containers(tmp_path) == ()
    made = make(tmp_path / "one.000", PASSWORD)
    (made.folder / "name.key").unlink()
    container = only(place, made.folder)
    assert container.label == "one.000"
    for name in ("primary", "primary2"):
        (made.folder / f"{name}.key").unlink()
    error = error_of(lambda: place.test(container, secret()))
    assert error.code is ErrorCode.CONTAINER_DAMAGED


def test_capital_letters_of_old_disks_are_found(place: CryptoProFolders, tmp_path: Path):
    """FAT gives names in capitals."""
    made = make(tmp_path / "one.000")
    for path in list(made.folder.iterdir()):
        path.rename(path.with_name(path.name.upper()))
    assert place.test(only(place, made.folder), None).warnings == ()


def test_signing_needs_the_permission_and_listing_does_not(workers: Pool, tmp_path: Path):
    """What is forbidden is refused before the password is used, and nothing else is."""
    refused = RoscherkError(ErrorCode.KEY_READING_OFF)

    def forbid(container: Container) -> None:
        assert container.certificate == made.certificates[1]
        raise refused

    made = make(tmp_path / "one.000", PASSWORD, issue=issue)
    place = CryptoProFolders(workers, forbid)
    container = only(place, made.folder)
    assert place.test(container, secret()).container.state is ContainerState.OK
    key = place.open(container)
    assert error_of(lambda: key.sign_digest("streebog256", bytes(32), secret())) is refused


def test_folder_is_only_read(place: CryptoProFolders, tmp_path: Path):
    """Listing, testing and signing change no file; a folder without rights to write will do."""
    made = make(tmp_path / "one.000", PASSWORD, issue=issue)
    before = {
        each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in made.folder.iterdir()
    }
    made.folder.chmod(0o500)
    container = only(place, made.folder)
    place.test(container, secret())
    place.open(container).sign_digest("streebog256", bytes(32), secret())
    after = {
        each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in made.folder.iterdir()
    }
    made.folder.chmod(0o700)
    assert after == before


def test_validity_of_the_certificate_is_in_the_state(place: CryptoProFolders, tmp_path: Path):
    """Expired and not yet valid certificates are told without a password."""
    authority = pki_of(KeyAlgorithm.ECDSA_P256).ca_issuer
    for name, dates, state in (
        ("a.000", {"not_after": FROM.replace(year=2025)}, ContainerState.EXPIRED),
        ("b.000", {"not_before": UNTIL.replace(year=2043)}, ContainerState.NOT_YET_VALID),
    ):
        make(tmp_path / name, issue=lambda key, dates=dates: authority.issue(key, **dates))
        assert only(place, tmp_path / name).state is state


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of a good container."""
    made = make(tmp_path_factory.mktemp("made") / "one.000", PASSWORD, second=True, issue=issue)
    return {each.name: each.read_bytes() for each in made.folder.iterdir()}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_container_is_our_error_or_the_same_key(
    good: dict[str, bytes], tmp_path: Path, data: st.DataObject
):
    """Whatever is changed, no other key than that of the fingerprint ever comes out."""
    folder = tmp_path / f"{data.draw(st.integers(0, 10**9))}.000"
    folder.mkdir(exist_ok=True)
    name = data.draw(st.sampled_from(sorted(good)))
    for each, raw in good.items():
        changed = bytearray(raw)
        if each == name:
            at = data.draw(st.integers(0, len(changed) - 1))
            changed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        (folder / each).write_bytes(changed)
    context = Context(None, bytearray(PASSWORD.encode()))
    try:
        listed = reading.list_folders(methods.CryptoProListRequest(path=folder), context)
        request = methods.CryptoProKeyRequest(path=folder, number=1)
        tested = reading.test(request, context)
    except RoscherkError:
        return
    assert listed.containers
    assert tested.container.certificate == _certificate(good)


def _certificate(good: dict[str, bytes]) -> bytes:
    content = der.read(good["header.key"]).children()[0]
    return next(each.content for each in content.children() if each.tag == 0x85)


@settings(max_examples=100)
@given(raw=st.binary(max_size=300))
def test_random_header_is_damage(raw: bytes):
    """Anything that is no header is called damaged, whatever the octets are."""
    found = folder_files.FolderFiles(Path("x"), {"header": raw})
    error = error_of(lambda: reading.read_header(found))
    assert error.code in {ErrorCode.CONTAINER_DAMAGED, ErrorCode.KEY_UNSUPPORTED}


def test_pipe_in_the_folder_holds_nobody(place: CryptoProFolders, tmp_path: Path):
    """A pipe named like a key file is an answer at once."""
    made = make(tmp_path / "one.000", PASSWORD)
    (made.folder / "masks.key").unlink()
    os.mkfifo(made.folder / "masks.key")
    container = only(place, made.folder)  # no file with a part of a key is opened to list it
    assert container.state is ContainerState.NO_CERTIFICATE
    refused = error_of(lambda: place.test(container, secret()))
    assert refused.code is ErrorCode.CONTAINER_DAMAGED
    (made.folder / "header.key").unlink()
    os.mkfifo(made.folder / "header.key")
    assert only(place, made.folder).state is ContainerState.DAMAGED
