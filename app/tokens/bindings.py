"""Certificates that belong to keys which lack one, remembered in the profile.

A key file without a certificate, a container of another program, a token that takes no further
object: the certificate lies here, as a plain DER file named by its SHA-256, and goes with the key
wherever the key is listed. The index is made of these files and can be made again at any time.
"""

import contextlib
import hashlib
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.errors import ErrorCode, RoscherkError
from app.places import make_private, sync_folder, unwritable, write_private
from app.processes.pool import Pool
from app.shapes import read_json
from app.tokens import file_methods as methods
from app.tokens.key_print import key_print
from app.tokens.model import Container, ContainerState
from app.tokens.small_files import read_small_file
from app.values import dataclass

_INDEX = "index.json"
_SUFFIX = ".cer"
_LARGEST = 1 << 20
_LARGEST_INDEX = 16 << 20
_LACKING = frozenset({ContainerState.NO_CERTIFICATE})


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The certificate of one key: the newest, and the earlier ones that it took the place of."""

    key: str
    """The print of the key."""
    start: bytes = b""
    """The first octets of its point, for container folders that show no more of it."""
    certificate: str
    """SHA-256 in hex: the name of the file."""
    not_before: datetime
    not_after: datetime
    earlier: tuple[str, ...] = ()


class Bindings:
    """The certificates kept apart in one profile. May be used from any thread."""

    def __init__(self, folder: Path, workers: Pool) -> None:
        """Take the folder, which need not exist, and the workers, which read certificates."""
        self._folder = folder
        self._workers = workers
        self._lock = threading.Lock()

    def bind(self, container: Container, certificate: bytes) -> Container:
        """Remember a certificate for a key; return the container with it.

        Whoever calls has seen that it is the certificate of this key. The certificate that the
        container shows now is kept as an earlier one. Raises ``CERTIFICATE_DAMAGED``.
        """
        if container.certificate is not None:
            self._keep(container.certificate)
        self.keep(certificate)
        return self.applied(container)

    def keep(self, certificate: bytes) -> None:
        """Remember a certificate for whatever key it is of."""
        with self._lock:
            self._keep(certificate)
            self._save(self._made_index())

    def forget(self, certificate: bytes) -> None:
        """Bind this certificate to no key any more; raise ``CERTIFICATE_NOT_BOUND``."""
        with self._lock:
            path = self._folder / f"{_digest(certificate)}{_SUFFIX}"
            try:
                path.unlink()
                sync_folder(self._folder)
            except FileNotFoundError:
                raise RoscherkError(ErrorCode.CERTIFICATE_NOT_BOUND) from None
            except OSError as error:
                raise unwritable(path, error) from None
            self._save(self._made_index())

    def rebuild(self) -> int:
        """Make the index anew of the files; return for how many keys there is a certificate."""
        with self._lock:
            index = self._made_index()
            self._save(index)
        return len(index)

    def applied(self, container: Container) -> Container:
        """Return the container with the certificate that is kept for its key, if it lacks one."""
        if container.certificate is None and container.state not in _LACKING:
            return container
        bound = self._of(container)
        if bound is None:
            return container
        try:
            der = read_small_file(self._folder / f"{bound.certificate}{_SUFFIX}", _LARGEST)
        except RoscherkError:
            return container
        if _digest(der) != bound.certificate:
            return container
        return replace(container, certificate=der, state=_state(bound), certificate_bound=True)

    def _of(self, container: Container) -> Bound | None:
        index = self._index()
        if not index:
            return None
        if container.certificate is not None:
            shown = _digest(container.certificate)
            return next((each for each in index if shown in each.earlier), None)
        if container.public_key is not None:
            key = key_print(container.public_key)
            return next((each for each in index if each.key == key), None)
        start = container.key_start
        found = [each for each in index if start and each.start == start]
        return found[0] if len(found) == 1 else None

    def _index(self) -> tuple[Bound, ...]:
        if not self._folder.is_dir():
            return ()
        try:
            data = read_small_file(self._folder / _INDEX, _LARGEST_INDEX)
            return _dated(read_json(data, tuple[Bound, ...]))
        except (RoscherkError, msgspec.MsgspecError, ValueError, RecursionError):
            with self._lock:
                index = self._made_index()
                with contextlib.suppress(RoscherkError):  # of a profile that cannot be written to
                    self._save(index)
            return index

    def _made_index(self) -> tuple[Bound, ...]:
        """Read the certificates in a worker, and put those of one key together."""
        found: list[bytes] = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")) if self._folder.is_dir() else ():
            try:
                found.append(read_small_file(path, _LARGEST))
            except RoscherkError:
                continue
        if not found:
            return ()
        request = methods.CertificateKeysRequest(certificates=tuple(found))
        told = self._workers.run(methods.CERTIFICATE_KEYS, request).keys
        return tuple(_put_together(each for each in told if each.key))

    def _keep(self, certificate: bytes) -> None:
        path = self._folder / f"{_digest(certificate)}{_SUFFIX}"
        self._write(path, certificate)

    def _save(self, index: tuple[Bound, ...]) -> None:
        self._write(self._folder / _INDEX, msgspec.json.encode(index))

    def _write(self, path: Path, data: bytes) -> None:
        try:
            make_private(self._folder)
            write_private(path, data)
        except OSError as error:
            raise unwritable(path, error) from None


def _dated(index: tuple[Bound, ...]) -> tuple[Bound, ...]:
    """Return an index whose moments can be compared; raise :class:`ValueError` for any other."""
    if any(each.not_before.tzinfo is None or each.not_after.tzinfo is None for each in index):
        raise ValueError("a moment without a zone")
    return index


def _put_together(told: Iterable[methods.CertificateKey]) -> list[Bound]:
    by_key: dict[str, list[methods.CertificateKey]] = {}
    for each in told:
        by_key.setdefault(each.key, []).append(each)
    found = []
    for key, several in sorted(by_key.items()):
        *earlier, newest = sorted(several, key=lambda one: (one.not_before, one.sha256))
        found.append(
            Bound(
                key=key,
                start=newest.start,
                certificate=newest.sha256,
                not_before=newest.not_before,
                not_after=newest.not_after,
                earlier=tuple(each.sha256 for each in earlier),
            )
        )
    return found


def _state(bound: Bound) -> ContainerState:
    now = datetime.now(UTC)
    if now < bound.not_before:
        return ContainerState.NOT_YET_VALID
    return ContainerState.EXPIRED if now > bound.not_after else ContainerState.OK


def _digest(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()
