"""Mutants of files with keys: they open to what was in them, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from attacks.subject import Counted, Original
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from stand_ins.cryptopro_folder import make
from stand_ins.pki import Pki, pki_of

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.errors import RoscherkError
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.cryptopro import reading
from app.tokens.model import Container
from app.tokens.pfx import structure, writing
from app.tokens.pfx_reading import open_pfx
from app.tokens.signing_keys import make_key

PASSWORD = "Пароль 1"
_FEW_ROUNDS = {True: 1, False: 1}
"""The files are opened many thousand times."""


@dataclass(frozen=True)
class _Opening:
    """A file with a key: opened, it holds the very key and certificates that were put in."""

    path: Path
    open: Callable[[Path], Container]
    right: Container
    beside: frozenset[bytes] = frozenset()
    """Public keys of the other files: parts of them may make one of them out of this one."""

    def __call__(self, data: bytes) -> Counted:
        self.path.write_bytes(data)
        try:
            found = self.open(self.path)
        except RoscherkError:
            return Counted.REFUSED
        if found.public_key is None:
            return Counted.REFUSED
        if found.public_key in self.beside:
            return Counted.SAME
        assert found.public_key == self.right.public_key, "another key"
        if _without_mac(data):
            # PKCS #12 allows it (RFC 7292 §4). The key is still held against its public key; what
            # stands in a certificate is vouched for by who signed it, and judged where it is used.
            return Counted.EXCUSED
        known = {self.right.certificate, *self.right.chain, None}
        assert {found.certificate, *found.chain} <= known, "another certificate"
        return Counted.EXCUSED


def _without_mac(data: bytes) -> bool:
    try:
        return structure.read_file(data).mac is None
    except (der.DerError, ValueError, IndexError):
        return False


def _context() -> Context:
    return Context(None, bytearray(PASSWORD.encode()))


def _open_file(path: Path) -> Container:
    return open_pfx(methods.PfxOpenRequest(path=path), _context())


def files(folder: Path) -> tuple[Original, ...]:
    """Return PKCS #12 files of RSA, ECDSA and GOST."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for algorithm in (KeyAlgorithm.GOST_256, KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256):
        pki = pki_of(algorithm)
        data = _gost_file(pki) if algorithm.is_gost else _other_file(pki)
        path = folder / f"{algorithm}.pfx"
        path.write_bytes(data)
        made.append((algorithm, data, _Opening(path, _open_file, _open_file(path))))
    keys = frozenset(one.right.public_key or b"" for _, _, one in made)
    return tuple(
        Original(str(algorithm), data, replace(one, beside=keys - {one.right.public_key or b""}))
        for algorithm, data, one in made
    )


def _gost_file(pki: Pki) -> bytes:
    key = make_key(pki.algorithm)
    certificate = pki.issue(key.public_key)
    exported = writing.Exported(
        algorithm=pki.algorithm, key=key, certificate=certificate, chain=(pki.ca,), name="Ключ"
    )
    before = writing._ROUNDS
    writing._ROUNDS = _FEW_ROUNDS  # type: ignore[misc]
    try:
        return writing.write_file(exported, bytearray(PASSWORD.encode()))
    finally:
        writing._ROUNDS = before  # type: ignore[misc]


def _other_file(pki: Pki) -> bytes:
    signer = pki.leaf_key._private
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(PASSWORD.encode())
    )
    return pkcs12.serialize_key_and_certificates(
        b"key",
        signer._private,  # type: ignore[union-attr]
        x509.load_der_x509_certificate(pki.leaf),
        [x509.load_der_x509_certificate(pki.ca)],
        encryption,
    )


@dataclass(frozen=True)
class _Tested:
    """One file of a container folder: a key that opens is the one that its certificate names."""

    file: Path
    right: Container

    def __call__(self, data: bytes) -> Counted:
        before = self.file.read_bytes()
        self.file.write_bytes(data)
        try:
            return self._judged()
        finally:
            self.file.write_bytes(before)

    def _judged(self) -> Counted:
        folder = self.file.parent
        try:
            reading.list_folders(methods.CryptoProListRequest(path=folder), _context())
            tested = reading.test(methods.CryptoProKeyRequest(path=folder, number=1), _context())
        except RoscherkError:
            return Counted.REFUSED
        if tested.container.public_key != self.right.public_key:
            # The curve stands in the header, whose check has no secret in it: that the pair does not
            # fit is told, and such a key signs nothing.
            assert tested.container.state != self.right.state, "another key"
            return Counted.REFUSED
        return Counted.EXCUSED


def containers(folder: Path) -> tuple[Original, ...]:
    """Return the files of container folders of CryptoPro."""
    made = []
    for algorithm, curve in (
        (KeyAlgorithm.GOST_256, "1.2.643.2.2.36.0"),
        (KeyAlgorithm.GOST_512, "1.2.643.7.1.2.1.2.1"),
    ):
        place = folder / f"{algorithm}.000"
        make(
            place,
            PASSWORD,
            algorithm=algorithm,
            curve=curve,
            issue=pki_of(KeyAlgorithm.ECDSA_P256).ca_issuer.issue,
        )
        request = methods.CryptoProKeyRequest(path=place, number=1)
        right = reading.test(request, _context()).container
        made += [
            Original(f"{algorithm} {file.name}", file.read_bytes(), _Tested(file, right))
            for file in sorted(place.iterdir())
            if file.name in {"header.key", "masks.key", "primary.key"}
        ]
    return tuple(made)
