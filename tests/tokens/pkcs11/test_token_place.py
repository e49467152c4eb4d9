"""Tokens listed and keys used through the host, on SoftHSM2; OpenSSL checks the signatures."""

import hashlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from stand_ins.softhsm import Shim, SoftToken

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Module
from app.tokens.pin import Secret
from app.tokens.token_place import TokenPlace
from app.tokens.token_places import TokenPlaces
from app.tokens.uri import KeyUri

PlaceOf = Callable[[Module], TokenPlace]
MESSAGE = "Договор".encode()


@contextmanager
def refused(code: ErrorCode, **facts: object) -> Iterator[None]:
    """Expect an error of this code, with at least these facts, and none of them a secret."""
    with pytest.raises(RoscherkError) as caught:
        yield
    assert caught.value.code is code, caught.value
    assert facts.items() <= dict(caught.value.facts).items(), caught.value


def named(place: TokenPlace, label: str) -> Container:
    """Return a container by its label."""
    return next(found for found in place.containers() if found.label == label)


def pin(text: str = "12345678") -> Secret:
    """Return a PIN."""
    return Secret.of_text(text)


def sign(place: TokenPlace, label: str = "rsa", secret: Secret | None = None) -> bytes:
    """Sign the message's SHA-256 with the key of this label."""
    digest = hashlib.sha256(MESSAGE).digest()
    return place.open(named(place, label)).sign_digest("sha256", digest, secret or pin())


def openssl_accepts(container: Container, digest_name: str, signature: bytes, folder: Path) -> bool:
    """Ask OpenSSL whether this is the container's signature over the message."""
    assert container.certificate is not None
    key = x509.load_der_x509_certificate(container.certificate).public_key()
    pem = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    (folder / "key.pem").write_bytes(key.public_bytes(*pem))
    (folder / "signature").write_bytes(signature)
    (folder / "message").write_bytes(MESSAGE)
    command = [
        "openssl",
        "dgst",
        f"-{digest_name}",
        "-verify",
        "key.pem",
        "-signature",
        "signature",
    ]
    done = subprocess.run([*command, "message"], cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


def test_token_is_described(soft_token: SoftToken, place: TokenPlace) -> None:
    """A token tells its label, serial, flags and mechanisms; the empty slot is no use."""
    token = next(token for token in place.tokens() if token.flags.initialised)
    assert token.label == soft_token.label
    assert token.manufacturer == "SoftHSM project"
    assert token.model == "SoftHSM v2"
    assert token.serial
    assert token.module == soft_token.module.path
    assert token.flags.user_pin_set
    assert not token.flags.pin_pad
    assert {"RSA_PKCS", "ECDSA"} <= set(token.mechanisms)


def test_containers_without_pin(place: TokenPlace) -> None:
    """Keys and certificates are listed, paired, and named by RFC 7512, before any login."""
    found = {container.label: container for container in place.containers()}
    assert {"rsa", "ec256", "ec384"} <= set(found)
    wanted = {
        "rsa": KeyAlgorithm.RSA,
        "ec256": KeyAlgorithm.ECDSA_P256,
        "ec384": KeyAlgorithm.ECDSA_P384,
    }
    for label, algorithm in wanted.items():
        container = found[label]
        assert container.algorithm is algorithm
        assert container.state is ContainerState.OK
        assert container.place is KeyPlaceKind.TOKEN
        assert container.certificate
        assert container.token is not None
        uri = KeyUri.parse(container.uri)
        assert [other.label for other in found.values() if uri.matches(other)] == [label]


@pytest.mark.parametrize(
    ("label", "digest_name"),
    [
        ("rsa", "sha256"),
        ("rsa", "sha512"),
        ("rsa", "sha1"),
        ("ec256", "sha256"),
        ("ec384", "sha384"),
        ("ec256", "sha512"),
    ],
)
def test_signature_is_accepted_by_openssl(
    place: TokenPlace, label: str, digest_name: str, tmp_path: Path
) -> None:
    """RSA and ECDSA signatures are what CMS wants, also with a digest longer than the curve."""
    key = place.open(named(place, label))
    digest = hashlib.new(digest_name, MESSAGE).digest()
    signature = key.sign_digest(digest_name, digest, pin())
    assert openssl_accepts(key.container, digest_name, signature, tmp_path)
    spoilt = signature[:-1] + bytes((signature[-1] ^ 1,))
    assert not openssl_accepts(key.container, digest_name, spoilt, tmp_path)


def test_wrong_pin_costs_exactly_one_login(shim: Shim, shimmed: TokenPlace) -> None:
    """A wrong PIN is one C_Login and an error; the right one afterwards works."""
    container = named(shimmed, "rsa")
    with refused(ErrorCode.PIN_WRONG, low=True, final=False, module="shim", rv="0x000000A0"):
        shimmed.open(container).sign_digest("sha256", bytes(32), pin("00000000"))
    assert shim.count("C_Login") == 1
    sign(shimmed)
    assert shim.count("C_Login") == 2


def test_last_try_and_lock_are_told(shim: Shim, shimmed: TokenPlace) -> None:
    """The flags are read anew after a wrong PIN: one try left; none; and a locked PIN is not sent.

    A last try is made only when the person has confirmed it.
    """
    container = named(shimmed, "rsa")
    key = shimmed.open(container)
    shim.order("C_Login=0xA0", "flags=0x30000")
    with refused(ErrorCode.PIN_LAST_TRY, tries_left=1):
        key.sign_digest("sha256", bytes(32), pin())
    assert shim.count("C_Login") == 0
    confirmed = pin()
    confirmed.last_try_confirmed = True
    with refused(ErrorCode.PIN_WRONG, tries_left=1, low=True, final=True):
        key.sign_digest("sha256", bytes(32), confirmed)
    shim.order("C_Login=0xA4")
    with refused(ErrorCode.PIN_LOCKED):
        key.sign_digest("sha256", bytes(32), pin())
    logins = shim.count("C_Login")
    shim.order("flags=0x40000")
    with refused(ErrorCode.PIN_LOCKED):
        key.sign_digest("sha256", bytes(32), pin())
    assert shim.count("C_Login") == logins


def test_one_secret_is_tried_once(shim: Shim, shimmed: TokenPlace) -> None:
    """A PIN that was refused is wiped and never sent again; one that was taken serves its token."""
    key = shimmed.open(named(shimmed, "rsa"))
    wrong = pin("00000000")
    with refused(ErrorCode.PIN_WRONG):
        key.sign_digest("sha256", bytes(32), wrong)
    assert not any(wrong.buffer)
    with refused(ErrorCode.PIN_NEEDED, reason="refused_before"):
        key.sign_digest("sha256", bytes(32), wrong)
    assert shim.count("C_Login") == 1
    right = pin()
    assert key.sign_digest("sha256", bytes(32), right)
    with (
        refused(ErrorCode.PIN_NEEDED, reason="of_another"),
        right.serving("pin:user:another:model:"),
    ):
        pass
    with refused(ErrorCode.PASSWORD_NEEDED, reason="of_another"), right.serving("password"):
        pass


@pytest.mark.parametrize(
    ("rv", "code"),
    [
        ("0xA2", ErrorCode.PIN_LENGTH),
        ("0xA3", ErrorCode.PIN_EXPIRED),
        ("0x102", ErrorCode.PIN_NOT_SET),
        ("0x32", ErrorCode.TOKEN_REMOVED),
        ("0x80000005", ErrorCode.TOKEN_ERROR),
    ],
)
def test_login_refusals(shim: Shim, shimmed: TokenPlace, rv: str, code: ErrorCode) -> None:
    """Each return code of a login becomes an error of ours that keeps the code as a fact."""
    container = named(shimmed, "rsa")
    shim.order(f"C_Login={rv}")
    with refused(code, rv=f"0x{int(rv, 16):08X}"):
        shimmed.open(container).sign_digest("sha256", bytes(32), pin())


def test_pin_is_needed(shim: Shim, shimmed: TokenPlace) -> None:
    """Without a PIN nothing is sent to a token that has no pad."""
    key = shimmed.open(named(shimmed, "rsa"))
    for secret in (None, Secret(bytearray())):
        with refused(ErrorCode.PIN_NEEDED):
            key.sign_digest("sha256", bytes(32), secret)
    assert shim.count("C_Login") == 0


def test_pin_pad_is_asked_without_a_pin(shim: Shim, shimmed: TokenPlace) -> None:
    """A token with a pad of its own is logged in with no PIN from us."""
    shim.order("flags=0x100", "C_Login=0xA0")
    key = shimmed.open(named(shimmed, "rsa"))
    with refused(ErrorCode.PIN_WRONG):
        key.sign_digest("sha256", bytes(32), None)
    assert shim.count("C_Login") == 1


def test_host_ends_after_pin_work(place: TokenPlace) -> None:
    """The process that saw a PIN does not outlive the signature; listing starts a new one."""
    place.tokens()
    before = place.pid
    assert before is not None
    sign(place)
    assert place.pid is None
    place.tokens()
    assert place.pid not in {None, before}


def test_spoilt_signature_is_never_returned(shim: Shim, shimmed: TokenPlace) -> None:
    """Every signature is checked before it leaves the host."""
    shim.order("C_Sign=spoil")
    for label in ("rsa", "ec256"):
        with refused(ErrorCode.SELF_CHECK_FAILED):
            sign(shimmed, label)


@pytest.mark.parametrize("code", ["0x30", "0x5", "0xB3"])
def test_token_pulled_out_while_signing(shim: Shim, shimmed: TokenPlace, code: str) -> None:
    """Whatever a module says when the token is gone, it is one error, and the host is replaced."""
    key = shimmed.open(named(shimmed, "rsa"))
    shim.order(f"C_Sign={code}", "vanish")
    with refused(ErrorCode.TOKEN_REMOVED):
        key.sign_digest("sha256", bytes(32), pin())
    assert shimmed.pid is None
    shim.order()
    assert sign(shimmed)


def test_device_error_of_a_present_token(shim: Shim, shimmed: TokenPlace) -> None:
    """The same code from a token that is still there is the token's error."""
    shim.order("C_Sign=0x30")
    with refused(ErrorCode.TOKEN_ERROR, rv="0x00000030", vendor_code=False):
        sign(shimmed)


@pytest.mark.parametrize("function", ["C_Login", "C_Sign"])
def test_host_killed_in_the_middle(shim: Shim, shimmed: TokenPlace, function: str) -> None:
    """A host that is killed during work is told within two seconds; the next request works."""
    key = shimmed.open(named(shimmed, "rsa"))
    shim.order(f"{function}=hang")
    begun = 0.0

    def kill() -> None:
        nonlocal begun
        while not shim.count(function):
            time.sleep(0.01)
        begun = time.monotonic()
        os.kill(shimmed.pid or 0, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with refused(ErrorCode.MODULE_CRASHED, role="token-host", module="shim"):
        key.sign_digest("sha256", bytes(32), pin())
    assert time.monotonic() - begun < 2
    killer.join()
    shim.order()
    assert sign(shimmed)


@pytest.mark.parametrize("function", ["C_Initialize", "C_GetTokenInfo", "C_Login", "C_Sign"])
def test_crashing_module(shim: Shim, shimmed: TokenPlace, function: str) -> None:
    """A module that crashes costs one error message."""
    if function in {"C_Login", "C_Sign"}:
        key = shimmed.open(named(shimmed, "rsa"))
        shim.order(f"{function}=crash")
        with refused(ErrorCode.MODULE_CRASHED):
            key.sign_digest("sha256", bytes(32), pin())
    else:
        shim.order(f"{function}=crash")
        with refused(ErrorCode.MODULE_CRASHED):
            shimmed.tokens()
    shim.order()
    assert sign(shimmed)


def test_hanging_module_is_given_up(
    shim: Shim, shimmed: TokenPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module that never answers is given up after the patience for that step."""
    monkeypatch.setattr("app.tokens.token_methods._LOGIN_SECONDS", 0.5)
    key = shimmed.open(named(shimmed, "rsa"))
    shim.order("C_Login=hang")
    begun = time.monotonic()
    with refused(ErrorCode.MODULE_SILENT, module="shim"):
        key.sign_digest("sha256", bytes(32), pin())
    assert 0.4 < time.monotonic() - begun < 5
    shim.order()
    assert sign(shimmed)


def test_chatty_module(shim: Shim, shimmed: TokenPlace) -> None:
    """What a module prints to the standard output breaks nothing."""
    shim.order("chat")
    assert sign(shimmed)


def test_closing_while_the_module_hangs(shim: Shim, shimmed: TokenPlace) -> None:
    """Closing ends the work under way and takes no time."""
    shim.order("C_Initialize=hang")
    with ThreadPoolExecutor(1) as threads:
        work = threads.submit(shimmed.tokens)
        while not shim.count("C_Initialize"):
            time.sleep(0.01)
        begun = time.monotonic()
        shimmed.close()
        assert time.monotonic() - begun < 1.5
        with refused(ErrorCode.CANCELLED):
            work.result()
    with refused(ErrorCode.CANCELLED):
        shimmed.tokens()


def test_many_threads_share_a_module(place: TokenPlace) -> None:
    """Calls to one module are serial, whoever makes them."""
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: len(place.containers()), range(12)))
    assert len(set(answers)) == 1


def test_key_that_is_gone(place: TokenPlace, soft_token: SoftToken) -> None:
    """A key deleted by another program, and a token that is not there, are errors of their own."""
    soft_token.add("short", "0A", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    container = named(place, "short")
    for kind in ("privkey", "pubkey", "cert"):
        soft_token.tool("--delete-object", "--type", kind, "--id", "0A")
    with refused(ErrorCode.KEY_NOT_FOUND):
        place.open(container).sign_digest("sha256", bytes(32), pin())
    assert container.token is not None
    gone = KeyUri.of_token(container.token, key_id=b"\1")
    elsewhere = str(gone).replace(f"serial={container.token.serial}", "serial=0")
    other = Container(
        uri=elsewhere,
        place=KeyPlaceKind.TOKEN,
        label="x",
        algorithm=KeyAlgorithm.RSA,
        public_key=container.public_key,
        token=container.token,
    )
    with refused(ErrorCode.TOKEN_NOT_FOUND):
        place.open(other).sign_digest("sha256", bytes(32), pin())


def test_key_without_certificate(place: TokenPlace, soft_token: SoftToken) -> None:
    """A key alone is listed as such, and signs."""
    arguments = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    soft_token.add("bare", "0B", *arguments, certificate=False)
    container = named(place, "bare")
    assert container.state is ContainerState.NO_CERTIFICATE
    assert container.algorithm is KeyAlgorithm.ECDSA_P256
    assert container.made_on_token is False
    assert sign(place, "bare")


def test_key_that_the_token_made(place: TokenPlace, soft_token: SoftToken) -> None:
    """A token says of a key that it made it itself, and signs with it."""
    kind = ("--key-type", "EC:prime256v1")
    soft_token.tool("--keypairgen", *kind, "--id", "5C", "--label", "made there")
    container = named(place, "made there")
    assert container.made_on_token is True
    assert sign(place, "made there")


def test_certificate_with_another_id(place: TokenPlace, soft_token: SoftToken) -> None:
    """Key and certificate are paired by the public key, whatever their ids say."""
    arguments = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    soft_token.add("moved", "0C", *arguments, certificate=False)
    soft_token.certify("moved", "7F")
    container = named(place, "moved")
    assert container.state is ContainerState.OK
    assert dict(KeyUri.parse(container.uri).attributes)["id"] == b"\x0c"
    assert sign(place, "moved")


def test_key_that_wants_the_pin_for_each_signature(
    place: TokenPlace, soft_token: SoftToken, tmp_path: Path
) -> None:
    """CKA_ALWAYS_AUTHENTICATE: the PIN is given again between C_SignInit and C_Sign."""
    soft_token.tool(
        *("--keypairgen", "--key-type", "rsa:2048", "--id", "0D", "--label", "strict"),
        "--always-auth",
    )
    container = named(place, "strict")
    assert container.public_key is not None
    digest = hashlib.sha256(MESSAGE).digest()
    signature = place.open(container).sign_digest("sha256", digest, pin())
    key = serialization.load_der_public_key(container.public_key)
    pem = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    (tmp_path / "key.pem").write_bytes(key.public_bytes(*pem))
    (tmp_path / "signature").write_bytes(signature)
    (tmp_path / "message").write_bytes(MESSAGE)
    command = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature"]
    subprocess.run([*command, "message"], cwd=tmp_path, check=True, capture_output=True)


def test_unsupported_keys_are_listed_and_refused(place: TokenPlace, soft_token: SoftToken) -> None:
    """A key of an algorithm that signs no digests is shown for what it is."""
    soft_token.add("edwards", "0E", "-algorithm", "ED25519", certificate=False)
    soft_token.certify("edwards", "0E")
    container = named(place, "edwards")
    assert container.state is ContainerState.UNSUPPORTED
    with refused(ErrorCode.KEY_UNSUPPORTED, algorithm="ed25519"):
        place.open(container).sign_digest("sha512", bytes(64), pin())


def test_foreign_container_is_refused(place: TokenPlace) -> None:
    """A place opens only what it listed."""
    other = Container(uri="pkcs11:", place=KeyPlaceKind.TOKEN, label="x", algorithm=None)
    with refused(ErrorCode.CONTAINER_NOT_FOUND):
        place.open(other)


def test_modules_that_are_none(tmp_path: Path, place_of: PlaceOf) -> None:
    """Missing, not a library, a library without PKCS #11: each is told, none harms."""
    text = tmp_path / "text.so"
    text.write_text("not a library")
    with refused(ErrorCode.MODULE_NOT_FOUND):
        place_of(Module("x", "", tmp_path / "none.so")).tokens()
    with refused(ErrorCode.MODULE_BROKEN, reason="not_a_library", module="x"):
        place_of(Module("x", "", text)).tokens()
    source = tmp_path / "empty.c"
    source.write_text("int nothing;")
    library = tmp_path / "empty.so"
    subprocess.run(["cc", "-shared", "-o", library, source], check=True)
    with refused(ErrorCode.MODULE_BROKEN, reason="not_pkcs11"):
        place_of(Module("x", "", library)).tokens()


def test_module_that_refuses_to_initialise(shim: Shim, shimmed: TokenPlace) -> None:
    """A module that fails in C_Initialize is broken, with its code; later it may work."""
    shim.order("C_Initialize=0x30")
    with refused(ErrorCode.MODULE_BROKEN, reason="initialise", rv="0x00000030"):
        shimmed.tokens()
    shim.order()
    assert shimmed.tokens()


def test_all_modules_together(soft_token: SoftToken, shim: Shim, tmp_path: Path) -> None:
    """A device behind two modules is listed once, by the first; a bad module hides no other."""
    broken = tmp_path / "broken.so"
    broken.write_text("x")
    places = TokenPlaces([Module("broken", "", broken), soft_token.module, shim.module])
    try:
        serials = [token.serial for token in places.tokens() if token.serial]
        assert len(serials) == len(set(serials))
        (failure,) = places.failures
        assert failure.code is ErrorCode.MODULE_BROKEN
        assert failure.facts["module"] == "broken"
        container = next(found for found in places.containers() if found.label == "rsa")
        assert container.token is not None
        assert container.token.module == soft_token.module.path
        digest = hashlib.sha256(MESSAGE).digest()
        assert places.open(container).sign_digest("sha256", digest, pin())
    finally:
        places.close()
