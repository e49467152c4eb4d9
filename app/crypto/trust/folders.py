"""The certificate stores as folders of plain DER files. Light: reads no certificate."""

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from app.crypto.model import TrustMaterial
from app.places import Places, sync_folder, write_private


class StoreName(StrEnum):
    """The stores; the value is the name of the folder."""

    PERSONAL = "personal"
    """Certificates of keys that the user has: nobody is trusted for standing here."""
    ANCHORS = "anchors"
    INTERMEDIATES = "intermediates"
    OTHERS = "others"
    CRLS = "crls"


def file_name(store: StoreName, encoded: bytes) -> str:
    """Return the name of a certificate's or a list's file in a store: what it holds decides."""
    suffix = "crl" if store is StoreName.CRLS else "cer"
    return f"{hashlib.sha256(encoded).hexdigest()}.{suffix}"


class Stores:
    """The stores of one profile. A file is named by the SHA-256 of what it holds."""

    def __init__(self, places: Places) -> None:
        self._root = places.trust
        self._practice = places.practice / "trust"
        self._accreditation = places.accreditation / "current.index"

    def folder(self, store: StoreName) -> Path:
        """Return the folder of one store; it need not exist."""
        return self._root / store.value

    def add(self, store: StoreName, encoded: bytes) -> Path:
        """Put a certificate or a revocation list (DER) into a store; raise `OSError`."""
        path = self.folder(store) / file_name(store, encoded)
        write_private(path, encoded)
        return path

    def remove(self, store: StoreName, path: Path) -> None:
        """Take a file out of a store; raise `OSError`, also for a file that is not in it."""
        if path.parent != self.folder(store):
            raise FileNotFoundError(path)
        path.unlink()
        sync_folder(path.parent)

    def files(self, store: StoreName) -> Iterator[Path]:
        """List the files of a store."""
        folder = self.folder(store)
        if folder.is_dir():
            yield from sorted(path for path in folder.iterdir() if not path.name.startswith("."))

    def material(self) -> TrustMaterial:
        """Return what is trusted in this profile: the stores that exist, practice if it was made."""
        return TrustMaterial(
            anchors=self._existing(StoreName.ANCHORS),
            intermediates=self._existing(StoreName.INTERMEDIATES),
            crls=self._existing(StoreName.CRLS),
            practice=self._practice if self._practice.is_dir() else None,
            accreditation=self._accreditation if self._accreditation.is_file() else None,
        )

    def _existing(self, store: StoreName) -> tuple[Path, ...]:
        folder = self.folder(store)
        return (folder,) if folder.is_dir() else ()
