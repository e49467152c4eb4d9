"""An installed КриптоПро CSP: found under Linux, and asked through CryptoAPI by a stand-in.

Nothing here was run with CSP itself: the stand-in answers the calls of advapi32 as Microsoft
documents them. Wine's own runs in `installer/windows/prove_capi.py`.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from stand_ins.advapi import NAME, FakeAdvapi
from stand_ins.pki import pki_of

from app.algorithms import digests
from app.algorithms.gost import signing, spki
from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.tokens import csp_methods as methods
from app.tokens.csp.capi import CryptoApi, CspContainer, in_cms_order
from app.tokens.csp.host import CspHost
from app.tokens.csp.installed import installed_csp
from app.tokens.csp_keys import CspKey
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pin import Secret
from app.tokens.uri import KeyUri

DIGEST = digests.digest("streebog256", b"document")


def error_of(work: Callable[[], object]) -> RoscherkError:
    """Return the error that the work ends with."""
    with pytest.raises(RoscherkError) as caught:
        work()
    return caught.value


@pytest.fixture
def advapi() -> FakeAdvapi:
    """Return a Windows with one GOST provider and no containers."""
    return FakeAdvapi()


@pytest.fixture
def api(advapi: FakeAdvapi) -> CryptoApi:
    """Return CryptoAPI over it."""
    return CryptoApi(advapi, advapi.last_error)


def gost_key(advapi: FakeAdvapi, name: str, spec: int = 1) -> bytes:
    """Put a GOST key with its certificate into a container; return the public key."""
    key = signing.PrivateKey.generate("1.2.643.2.2.36.0")
    public = spki.encode_public("1.2.643.2.2.36.0", key.public())
    advapi.keys[(80, name, spec)] = key.sign
    issuer = pki_of(KeyAlgorithm.ECDSA_P256).ca_issuer
    advapi.certificates[(80, name, spec)] = issuer.issue(public)
    return public


def test_containers_are_listed_without_any_window(advapi: FakeAdvapi, api: CryptoApi) -> None:
    """Both keys of a container, with certificate; every handle is given back."""
    gost_key(advapi, "Бухгалтерия")
    gost_key(advapi, "Бухгалтерия", 2)
    host = CspHost(lambda: api)
    listing = host.list_keys(methods.CspListRequest(), None)  # type: ignore[arg-type]
    first, second = listing.containers
    assert (first.label, first.place) == ("Бухгалтерия", KeyPlaceKind.CSP)
    assert first.algorithm is KeyAlgorithm.GOST_256
    assert first.state is ContainerState.OK
    assert not first.secret_needed
    assert (first.uri[-2:], second.uri[-2:]) == ("#1", "#2")
    assert str(KeyUri.parse(first.uri)) == first.uri
    assert KeyUri.parse("csp:80").matches(first)
    assert listing.providers == (NAME,)
    assert advapi.open == 0
    assert all(flags for _, _, flags in advapi.acquired)  # silent, or without a key


def test_gost_signature_is_turned_round(advapi: FakeAdvapi, api: CryptoApi) -> None:
    """CryptSignHash gives the opposite order; what comes out is checked under the public key."""
    public = gost_key(advapi, "ключ")
    request = methods.CspSignRequest(
        uri="csp:80/ключ#1", digest_name="streebog256", digest=DIGEST, public_key=public
    )
    host = CspHost(lambda: api)
    signature = host.sign(request, None)  # type: ignore[arg-type]
    assert len(signature) == 64
    assert advapi.open == 0
    right = advapi.keys[(80, "ключ", 1)]
    advapi.keys[(80, "ключ", 1)] = lambda digest: right(digest)[::-1]  # not the order of Windows
    refused = error_of(lambda: host.sign(request, None))  # type: ignore[arg-type]
    assert refused.code is ErrorCode.SELF_CHECK_FAILED


def test_rsa_signature_is_turned_round(advapi: FakeAdvapi, api: CryptoApi) -> None:
    """The same order holds for RSA."""
    key = rsa.generate_private_key(65537, 2048)
    algorithm = Prehashed(SHA256())
    advapi.keys[(80, "rsa", 1)] = lambda digest: key.sign(digest, padding.PKCS1v15(), algorithm)
    signature = api.sign(CspContainer("rsa", 80, 1, None), "sha256", bytes(32))
    key.public_key().verify(signature, bytes(32), padding.PKCS1v15(), algorithm)
    assert in_cms_order(b"\1\2\3") == b"\3\2\1"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0x8010006E, ErrorCode.CANCELLED),
        (0x8010006B, ErrorCode.PIN_WRONG),
        (0x8010006C, ErrorCode.PIN_LOCKED),
        (0x80100069, ErrorCode.TOKEN_REMOVED),
        (0x80090020, ErrorCode.TOKEN_ERROR),
    ],
)
def test_failures_of_csp_are_told(
    advapi: FakeAdvapi, api: CryptoApi, number: int, code: ErrorCode
) -> None:
    """What the person did in the window of CSP comes back as a code; nothing stays open."""
    gost_key(advapi, "ключ")
    advapi.CryptSignHashW = lambda *_: advapi.fail(number)  # type: ignore[method-assign]
    container = CspContainer("ключ", 80, 1, None)
    assert error_of(lambda: api.sign(container, "streebog256", DIGEST)).code is code
    assert advapi.open == 0


def test_unknown_digest_and_container(advapi: FakeAdvapi, api: CryptoApi) -> None:
    """What CSP does not have is no crash."""
    gost_key(advapi, "ключ")
    there, absent = CspContainer("ключ", 80, 1, None), CspContainer("нет", 80, 1, None)
    refused = error_of(lambda: api.sign(there, "sha1", bytes(20)))
    assert refused.code is ErrorCode.KEY_UNSUPPORTED
    refused = error_of(lambda: api.sign(absent, "streebog256", DIGEST))
    assert refused.code is ErrorCode.KEY_NOT_FOUND


def test_key_takes_no_secret() -> None:
    """CSP asks for its PIN itself: a PIN typed here would go nowhere."""
    container = Container(uri="csp:80/x#1", place=KeyPlaceKind.CSP, label="x", algorithm=None)
    key = CspKey(container, b"", None)  # type: ignore[arg-type]
    with Secret.of_text("12345678") as pin:
        refused = error_of(lambda: key.sign_digest("streebog256", DIGEST, pin))
    assert refused.code is ErrorCode.KEY_UNSUPPORTED


def test_csp_under_linux_is_found_by_its_files(tmp_path: Path) -> None:
    """The library says that it is there, its package which one; nothing is loaded."""
    assert installed_csp(tmp_path) is None
    libraries = tmp_path / "opt/cprocsp/lib/amd64"
    libraries.mkdir(parents=True)
    assert installed_csp(tmp_path) is None
    (libraries / "libcapi20.so").write_bytes(b"")
    found = installed_csp(tmp_path)
    assert found is not None
    assert (found.version, found.module, found.can_sign) == ("", None, False)
    (libraries / "libcppkcs11.so").write_bytes(b"")
    status = tmp_path / "var/lib/dpkg/status"
    status.parent.mkdir(parents=True)
    status.write_text(
        "Package: other\nVersion: 1\n\n"
        "Package: lsb-cprocsp-base\nStatus: install ok installed\nVersion: 5.0.12330-7\n\n"
    )
    found = installed_csp(tmp_path)
    assert found is not None
    assert (found.version, found.module) == ("5.0.12330-7", libraries / "libcppkcs11.so")
    assert found.can_sign
    release = tmp_path / "etc/opt/cprocsp/release"
    release.parent.mkdir(parents=True)
    release.write_text("5.0.13000\n")
    found = installed_csp(tmp_path)
    assert found is not None
    assert found.version == "5.0.13000"


def test_csp_under_windows_is_found_by_its_providers(advapi: FakeAdvapi, api: CryptoApi) -> None:
    """Other makers' providers do not count."""
    found = installed_csp(api=api)
    assert found is not None
    assert found.providers == (NAME,)
    assert found.can_sign
    advapi.providers = [(1, "Microsoft Base"), (80, "Somebody else")]
    assert installed_csp(api=api) is None
