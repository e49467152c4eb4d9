"""A PKCS #11 module of our own, for everything that no other stand-in can do or refuses to do.

    mock = make_mock()                              # a fixture; each call is another module
    token = mock.insert(profiles.RUTOKEN_ECP_3)     # slot 0; pin= so_pin= serial= label= tries=…
    token.add_key("ivanov", KeyAlgorithm.GOST_512)  # key pair and certificate (`pki.pki_of`)
    mock.order("C_Sign=sleep:300", "C_Login=0xA0@2")    # `mock_module/faults.c` tells the words
    mock.count("C_Login"), mock.logins()
    token.remove(); token.put_back()
    mock.module                                     # what a `TokenPlace` takes

The module's world is the folder of its own file (`mock_module/mock.h`): it keeps its state while
hosts die, and several modules live beside each other.
"""

import hashlib
import itertools
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from stand_ins import mock_profiles as profiles
from stand_ins.mock_building import EXTENDED, PLAIN, build
from stand_ins.mock_profiles import Profile
from stand_ins.pki import pki_of

from app.algorithms import der
from app.algorithms.gost import spki
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.issuing import EphemeralKey
from app.tokens.model import Module

__all__ = ["Mock", "MockToken", "make_mock", "mock_module", "profiles"]

_FACTORY = "as the profile says"
_CKA = {
    "class": 0x0,
    "token": 0x1,
    "private": 0x2,
    "label": 0x3,
    "value": 0x11,
    "certificate_type": 0x80,
    "key_type": 0x100,
    "subject": 0x101,
    "id": 0x102,
    "sign": 0x108,
    "verify": 0x10A,
    "modulus": 0x120,
    "modulus_bits": 0x121,
    "exponent": 0x122,
    "start_date": 0x110,
    "end_date": 0x111,
    "local": 0x163,
    "modifiable": 0x170,
    "ec_params": 0x180,
    "ec_point": 0x181,
    "always_authenticate": 0x202,
    "gost_params": 0x250,
    "gost_digest": 0x251,
}
CERTIFICATE, PUBLIC_KEY, PRIVATE_KEY, DATA = 1, 2, 3, 0
RSA, EC, GOST, GOST_512 = 0x0, 0x3, 0x30, 0xD4321003
_STREEBOG = {KeyAlgorithm.GOST_256: "1.2.643.7.1.1.2.2", KeyAlgorithm.GOST_512: "1.2.643.7.1.1.2.3"}


@dataclass(frozen=True)
class MadeKey:
    """A key that was put on a token: its handles, its public key and its certificate in DER."""

    id: bytes
    public_key: bytes
    certificate: bytes | None


class MockToken:
    """A token in a slot. It is a file; changing the file changes the token."""

    def __init__(self, folder: Path, profile: Profile) -> None:
        self._folder = folder
        self.profile = profile

    @property
    def slot(self) -> int:
        """The number of its slot."""
        return int(self._folder.name)

    def get(self, name: str) -> str | None:
        """Return a line of the token's file."""
        for line in (self._folder / "token").read_text().splitlines():
            key, _, value = line.partition("=")
            if key == name:
                return value
        return None

    def set(self, **lines: object) -> None:
        """Change lines of the token's file: ``user_tries=1``, ``flags="505"``."""
        file = self._folder / "token"
        old = dict(line.partition("=")[::2] for line in file.read_text().splitlines())
        new = old | {name: str(value) for name, value in lines.items()}
        file.write_text("".join(f"{name}={value}\n" for name, value in new.items()))

    @property
    def tries(self) -> tuple[int, int]:
        """How many attempts the user and the administrator have left."""
        return int(self.get("user_tries") or 0), int(self.get("so_tries") or 0)

    def accepts(self, pin: str, *, so: bool = False) -> bool:
        """Tell whether this is the PIN, without an attempt."""
        return self.get("so_pin" if so else "user_pin") == _digest(pin)

    def remove(self) -> None:
        """Pull the token out."""
        (self._folder / "absent").touch()

    def put_back(self, slot: int | None = None) -> None:
        """Put the token in again, perhaps elsewhere; handles of before are dead."""
        self.set(generation=int(self.get("generation") or 0) + 1)
        (self._folder / "absent").unlink(missing_ok=True)
        if slot is not None and slot != self.slot:
            target = self._folder.with_name(str(slot))
            if target.exists():
                target.rmdir()
            left = self._folder
            self._folder = left.rename(target)
            left.mkdir()

    def objects(self) -> list[dict[str, bytes]]:
        """Return what lies on the token, attributes by our short names or hexadecimal types."""
        names = {f"{number:x}": name for name, number in _CKA.items()}
        found = []
        for file in sorted((self._folder / "objects").iterdir(), key=lambda file: int(file.name)):
            lines = (line.split(" ", 1) for line in file.read_text().splitlines())
            found.append({names.get(key, key): bytes.fromhex(value) for key, value in lines})
        return found

    def add_object(self, *, secret: bytes = b"", **attributes: bytes | bool | int | str) -> int:
        """Put an object on the token; return its handle."""
        folder = self._folder / "objects"
        handle = max((int(file.name) for file in folder.iterdir()), default=0) + 1
        lines = [
            f"{_CKA.get(name) if name in _CKA else int(name.removeprefix('x'), 16):x} "
            f"{_octets(value).hex()}"
            for name, value in attributes.items()
        ]
        if secret:
            lines.append(f"secret {secret.hex()}")
        (folder / str(handle)).write_text("\n".join(lines) + "\n")
        return handle

    def add_certificate(self, certificate: bytes, key_id: bytes, label: str) -> int:
        """Put a certificate on the token."""
        return self.add_object(
            **{"class": CERTIFICATE},
            token=True,
            private=False,
            certificate_type=0,
            label=label,
            id=key_id,
            value=certificate,
        )

    def add_key(
        self,
        label: str,
        algorithm: KeyAlgorithm,
        key_id: bytes | None = None,
        *,
        curve: str | None = None,
        certificate: bool | bytes = True,
        public: bool = True,
        local: bool = True,
        **private: bytes | bool | int | str,
    ) -> MadeKey:
        """Put a new key pair on the token, and a certificate of `pki_of` for it.

        ``public=False`` leaves the public key object out; ``local``: the token made the key;
        ``private`` are further attributes of the private key, as ``always_authenticate=True``.
        """
        key = EphemeralKey.generate(algorithm, curve=curve)
        key_id = key_id or bytes([len(list((self._folder / "objects").iterdir())) + 1])
        shown, secret = _material(key)
        common = {"token": True, "label": label, "id": key_id, "local": local, **shown}
        if public:
            self.add_object(**{"class": PUBLIC_KEY}, private=False, **common)
        own = {name: value for name, value in common.items() if name not in _PUBLIC_ONLY}
        own |= {"private": True, "sign": True, **private}
        self.add_object(**{"class": PRIVATE_KEY}, secret=secret, **own)
        if certificate is True:
            certificate = pki_of(algorithm).issue(key.public)
        if certificate:
            self.add_certificate(certificate, key_id, label)
        return MadeKey(key_id, key.public, certificate or None)


class Mock:
    """One module with its slots, and the orders it follows."""

    def __init__(self, module: Module, slots: int) -> None:
        self.module = module
        self.folder = module.path.parent
        for slot in range(slots):
            (self.folder / "slots" / str(slot)).mkdir(parents=True)

    def insert(
        self,
        profile: Profile,
        slot: int = 0,
        *,
        pin: str | None = _FACTORY,
        so_pin: str | None = _FACTORY,
        serial: str | None = None,
        label: str | None = None,
        tries: tuple[int, int] = (10, 10),
        **habits: object,
    ) -> MockToken:
        """Put a token into a slot; ``tries``: of the user and of the administrator, at most."""
        folder = self.folder / "slots" / str(slot)
        (folder / "objects").mkdir(parents=True)
        user = profile.pin if pin is _FACTORY else pin
        administrator = profile.so_pin if so_pin is _FACTORY else so_pin
        lines: dict[str, object] = {
            "label": (label or profile.label).encode().hex(),
            "manufacturer": profile.manufacturer,
            "model": profile.model,
            "serial": serial or f"{0x2AD0CA00 + slot:08x}",
            "firmware": profile.firmware,
            "hardware": profile.hardware,
            "reader": profile.reader,
            "mechanisms": " ".join(f"{number:x}" for number in profile.mechanisms),
            "user_pin": _digest(user),
            "so_pin": _digest(administrator),
            "user_max": tries[0],
            "user_tries": tries[0],
            "so_max": tries[1],
            "so_tries": tries[1],
            "generation": 0,
        }
        lines |= {**profile.habits, **habits}
        (folder / "token").write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        return MockToken(folder, profile)

    def order(self, *orders: str) -> None:
        """Order how to misbehave from now on; nothing: behave."""
        (self.folder / "orders").write_text("".join(f"{order}\n" for order in orders))

    def calls(self) -> list[str]:
        """Return the names of the functions called so far, in their order."""
        file = self.folder / "calls"
        return file.read_text().split() if file.exists() else []

    def count(self, name: str) -> int:
        """Tell how often a function was called so far."""
        return self.calls().count(name)

    def forget(self) -> None:
        """Begin to count anew."""
        for name in ("calls", "logins"):
            (self.folder / name).unlink(missing_ok=True)

    def logins(self) -> list[str]:
        """Return ``user=1 slot=0 answer=0x0`` for every PIN that was sent so far."""
        file = self.folder / "logins"
        return file.read_text().splitlines() if file.exists() else []


class MakeMock(Protocol):
    """What the fixture `make_mock` returns."""

    def __call__(
        self, *, extended: bool = False, slots: int = 1, name: str = "mock", **module: str
    ) -> Mock:
        """Make another module; ``extended``: with the functions C_EX_* of Rutoken."""
        ...


@pytest.fixture(scope="session")
def mock_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the two modules, compiled once per session."""
    return build(tmp_path_factory.mktemp("mock-module"))


@pytest.fixture
def make_mock(mock_module: Path, tmp_path: Path) -> MakeMock:
    """Return a maker of modules, each with a world of its own."""
    numbers = itertools.count()

    def make(*, extended: bool = False, slots: int = 1, name: str = "mock", **module: str) -> Mock:
        folder = tmp_path / f"mock-{next(numbers)}"
        folder.mkdir()
        return mock_of(mock_module, folder, name, extended=extended, slots=slots, **module)

    return make


def mock_of(
    built: Path, folder: Path, name: str, *, extended: bool = True, slots: int = 2, **module: str
) -> Mock:
    """Make a module in a folder that is its own, out of those that were compiled."""
    path = folder / f"{name}.so"
    shutil.copy(built / (EXTENDED if extended else PLAIN), path)
    shutil.copy(built / "curves", folder)
    lines = {"manufacturer": "Mock", "description": "Mock module"} | module
    (folder / "module").write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
    return Mock(Module(name, "tests", path), slots)


_PUBLIC_ONLY = {"value", "ec_point", "modulus_bits"}


def _material(key: EphemeralKey) -> tuple[dict[str, Any], bytes]:
    """Return the attributes of a key and its secret number, big-endian."""
    signer: Any = key._private
    private = signer._private
    if isinstance(private, rsa.RSAPrivateKey):
        numbers = private.private_numbers()
        return {
            "key_type": RSA,
            "modulus": _unsigned(numbers.public_numbers.n),
            "modulus_bits": private.key_size,
            "exponent": _unsigned(numbers.public_numbers.e),
        }, _unsigned(numbers.d)
    if isinstance(private, ec.EllipticCurvePrivateKey):
        _, bits = der.read(key.public).children()
        secret = private.private_numbers().private_value
        return {
            "key_type": EC,
            "ec_params": der.oid("1.2.840.10045.3.1.7"),
            "ec_point": der.element(der.OCTET_STRING, bits.content[1:]),
        }, _unsigned(secret)
    oid, point = spki.decode_public(key.public)
    raw = bytearray(len(point) // 2)
    private.write_into(raw)
    shown = {
        "key_type": GOST if len(raw) == 32 else GOST_512,
        "gost_params": der.oid(oid),
        "gost_digest": der.oid(_STREEBOG[key.algorithm]),
        "value": point,
    }
    return shown, bytes(reversed(raw))


def _octets(value: bytes | bool | int | str) -> bytes:
    if isinstance(value, bool):
        return bytes([value])
    if isinstance(value, int):
        return value.to_bytes(8, sys.byteorder)
    return value.encode() if isinstance(value, str) else value


def _unsigned(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _digest(pin: str | None) -> str:
    return "" if pin is None else hashlib.sha256(pin.encode()).hexdigest()
