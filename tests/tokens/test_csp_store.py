"""A certificate put into the stores of an installed КриптоПро CSP, over stand-ins.

Nothing here was run with CSP itself: certmgr is a script that keeps what it was told, crypt32 a
class that answers as Microsoft documents it. Wine's own runs in `installer/windows/prove_capi.py`.
"""

import ctypes
import os
import sys
from pathlib import Path

import pytest
from stand_ins.advapi import NAME, FakeAdvapi
from stand_ins.crypt32 import FakeCrypt32
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.tokens import csp_methods as methods
from app.tokens.csp.capi import CryptoApi
from app.tokens.csp.host import CspHost
from app.tokens.csp.installed import InstalledCsp
from app.tokens.csp.stores import CertificateStores, KeyProvider
from app.tokens.csp.system_store import SystemInstall, SystemStore
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.uri import KeyUri

CERTIFICATE, LINK = b"\x30\x03\x02\x01\x01", b"\x30\x03\x02\x01\x02"

_CERTMGR = """#!{python}
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
told = json.loads((here / "told").read_text()) if (here / "told").exists() else []
told.append([sys.argv[1:], pathlib.Path(sys.argv[5]).read_bytes().hex(), sorted(os.environ)])
(here / "told").write_text(json.dumps(told))
code = int((here / "code").read_text()) if (here / "code").exists() else 0
print("Certmgr 1.1\\n\\n[ErrorCode: 0x%08x]" % code)
sys.exit(min(code, 1))
"""


class Csp:
    """КриптоПро CSP of Linux, as far as installing a certificate knows it."""

    def __init__(self, root: Path) -> None:
        self.libraries = root / "opt/cprocsp/lib/amd64"
        self.tools = root / "opt/cprocsp/bin/amd64"
        self.keys = root / "var/opt/cprocsp/keys"
        self.libraries.mkdir(parents=True)
        self.tools.mkdir(parents=True)
        self.tool = self.tools / "certmgr"
        self.tool.write_text(_CERTMGR.format(python=sys.executable))
        self.tool.chmod(0o755)

    @property
    def store(self) -> SystemStore:
        """The store beside ours."""
        found = InstalledCsp(folder=self.libraries)
        return SystemStore(lambda: found, keys_folder=self.keys)

    def told(self) -> list[tuple[list[str], str, list[str]]]:
        """Return with what certmgr was run, what lay in the file, and which variables there were."""
        import json  # noqa: PLC0415 - here alone

        file = self.tools / "told"
        return [tuple(each) for each in json.loads(file.read_text())] if file.exists() else []

    def container(self) -> Container:
        """Return a container of CSP's own folder."""
        uri = KeyUri.of_cryptopro(self.keys / "ivanov" / "firma.000")
        return Container(
            uri=str(uri), place=KeyPlaceKind.CRYPTOPRO, label="Фирма; rm -rf $HOME", algorithm=None
        )


@pytest.fixture
def csp(tmp_path: Path) -> Csp:
    """Return an installed CSP."""
    return Csp(tmp_path)


def elsewhere() -> Container:
    """Return a key that is none of CSP's."""
    return Container(
        uri="container:x", place=KeyPlaceKind.STORE, label="x", algorithm=KeyAlgorithm.GOST_256
    )


def test_no_csp(tmp_path: Path) -> None:
    """Without CSP, or without its tool, nothing is done and nothing is said."""
    assert SystemStore(lambda: None).install(elsewhere(), CERTIFICATE, []) is None
    found = InstalledCsp(folder=tmp_path / "lib" / "amd64")
    assert SystemStore(lambda: found).install(elsewhere(), CERTIFICATE, []) is None


def test_certificate_with_its_key(csp: Csp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into uMy with the name of the container as one argument, the links into uCA; no shell."""
    monkeypatch.setenv("ROSCHERK_SECRET", "of nobody's business")
    monkeypatch.setenv("LD_PRELOAD_LOOKALIKE", "x")
    done = csp.store.install(csp.container(), CERTIFICATE, [LINK])
    assert done == SystemInstall(linked=True, chain=1)
    (own, first, environment), (above, second, _) = csp.told()
    assert own[:4] == ["-inst", "-store", "uMy", "-file"]
    assert own[5:] == ["-cont", "\\\\.\\HDIMAGE\\Фирма; rm -rf $HOME"]
    assert above[:4] == ["-inst", "-store", "uCA", "-file"]
    assert len(above) == 5
    assert (first, second) == (CERTIFICATE.hex(), LINK.hex())
    assert set(environment) <= {"HOME", "LANG", "LC_ALL", "LOGNAME", "USER", "LC_CTYPE"}
    assert not Path(own[4]).exists()


def test_key_elsewhere_is_not_named(csp: Csp) -> None:
    """A key that CSP does not have cannot be named to it."""
    assert csp.store.install(elsewhere(), CERTIFICATE, []) == SystemInstall(linked=False, chain=0)
    ((own, _, _),) = csp.told()
    assert "-cont" not in own


def test_refusal_names_the_command(csp: Csp) -> None:
    """What the tool said, and what a person can type to try it himself."""
    (csp.tools / "code").write_text(str(0x8010002C))
    with pytest.raises(RoscherkError) as caught:
        csp.store.install(csp.container(), CERTIFICATE, [LINK])
    assert caught.value.code is ErrorCode.SYSTEM_STORE_REFUSED
    assert caught.value.facts["answer"] == "[ErrorCode: 0x8010002c]"
    command = str(caught.value.facts["command"])
    assert command.startswith(f"{csp.tool} -inst -store uMy -file CERTIFICATE.cer -cont '")
    assert len(csp.told()) == 1


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_tool_that_anybody_may_write_is_not_run(csp: Csp) -> None:
    """A planted program is refused, as a planted module is."""
    csp.tool.chmod(0o777)
    with pytest.raises(RoscherkError) as caught:
        csp.store.install(elsewhere(), CERTIFICATE, [])
    assert caught.value.code is ErrorCode.MODULE_UNSAFE
    assert csp.told() == []


@pytest.fixture
def crypt32() -> FakeCrypt32:
    """Return the certificate stores of Windows."""
    return FakeCrypt32()


def host_of(advapi: FakeAdvapi, crypt32: FakeCrypt32) -> CspHost:
    """Return the host over both libraries."""
    return CspHost(
        lambda: CryptoApi(advapi, advapi.last_error),
        lambda: CertificateStores(crypt32, crypt32.last_error),
    )


def test_windows_with_its_key(crypt32: FakeCrypt32) -> None:
    """Into «My» with container, provider and key, the links into «CA»; every handle goes back."""
    own = pki_of(KeyAlgorithm.ECDSA_P256)
    certificate, link = own.ca_issuer.certificate, own.root
    request = methods.CspStoreRequest(
        uri="csp:80/Бухгалтерия#2", certificate=certificate, chain=(link,)
    )
    host = host_of(FakeAdvapi(), crypt32)
    done = host.store(request, None)  # type: ignore[arg-type]
    assert done == methods.CspStored(csp=True, linked=True, chain=1)
    assert crypt32.stores == {"My": [certificate], "CA": [link]}
    assert crypt32.keys == {certificate: ("Бухгалтерия", NAME, 80, 2)}
    host.store(request, None)  # type: ignore[arg-type]
    assert crypt32.stores["My"] == [certificate]
    assert crypt32.open == 0


def test_certificate_of_my_is_given_to_its_container(crypt32: FakeCrypt32) -> None:
    """CSP writes a reader before the name; a certificate in the container itself comes first."""
    advapi = FakeAdvapi()
    own = pki_of(KeyAlgorithm.ECDSA_P256).ca_issuer.certificate
    for name in ("Бухгалтерия", "чужой", "свой"):
        advapi.keys[(80, name, 2)] = bytes
    advapi.certificates[(80, "свой", 2)] = LINK
    crypt32.stores["My"] = [CERTIFICATE, own]
    crypt32.keys[own] = ("\\\\.\\REGISTRY\\Бухгалтерия", NAME, 80, 2)
    crypt32.keys[CERTIFICATE] = ("свой", NAME, 80, 2)
    listing = host_of(advapi, crypt32).list_keys(methods.CspListRequest(), None)  # type: ignore[arg-type]
    held = {each.label: each.certificate for each in listing.containers}
    assert held == {"Бухгалтерия": own, "чужой": None, "свой": LINK}
    assert crypt32.open == advapi.open == 0


def test_store_that_cannot_be_read_hides_no_keys(crypt32: FakeCrypt32) -> None:
    """The container is listed without a certificate."""
    advapi = FakeAdvapi()
    advapi.keys[(80, "ключ", 1)] = bytes
    crypt32.CertOpenStore = lambda *_: 0  # type: ignore[method-assign]
    (found,) = host_of(advapi, crypt32).list_keys(methods.CspListRequest(), None).containers  # type: ignore[arg-type]
    assert (found.label, found.certificate) == ("ключ", None)


def test_windows_key_elsewhere(crypt32: FakeCrypt32) -> None:
    """A key that is none of CSP's is not named."""
    request = methods.CspStoreRequest(uri="container:x", certificate=CERTIFICATE)
    done = host_of(FakeAdvapi(), crypt32).store(request, None)  # type: ignore[arg-type]
    assert done == methods.CspStored(csp=True)
    assert crypt32.keys == {}


def test_windows_without_csp(crypt32: FakeCrypt32) -> None:
    """Without providers of КриптоПро the stores are left alone."""
    advapi = FakeAdvapi()
    advapi.providers = [(1, "Microsoft Base Cryptographic Provider")]
    request = methods.CspStoreRequest(uri="container:x", certificate=CERTIFICATE)
    done = host_of(advapi, crypt32).store(request, None)  # type: ignore[arg-type]
    assert not done.csp
    assert crypt32.stores == {}


def test_windows_refuses(crypt32: FakeCrypt32) -> None:
    """The number of Windows is told, and nothing stays open."""
    crypt32.refuse = 0x80070005
    request = methods.CspStoreRequest(uri="container:x", certificate=CERTIFICATE)
    with pytest.raises(RoscherkError) as caught:
        host_of(FakeAdvapi(), crypt32).store(request, None)  # type: ignore[arg-type]
    assert caught.value.facts["status"] == "80070005"
    assert crypt32.open == 0


def test_layout_of_the_key_provider() -> None:
    """CRYPT_KEY_PROV_INFO as a 64-bit compiler lays it out: three pointers and four numbers."""
    pointer = ctypes.sizeof(ctypes.c_void_p)
    if pointer != 8:
        pytest.skip("another word size")
    assert ctypes.sizeof(KeyProvider) == 48
    assert (KeyProvider.parameters.offset, KeyProvider.spec.offset) == (32, 40)
