"""A trust bundle made: roots, authorities, lists and the register of one profile in one file.

Nothing of a stranger is parsed here: what lies in the stores is carried as it is, under its digest.
"""

import hashlib
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.crypto.saving import AtomicFile, write_error
from app.crypto.trust.folders import StoreName, Stores
from app.crypto.trust.model import BundlePart
from app.errors import ErrorCode, RoscherkError
from app.tokens.small_files import read_small_file
from app.values import dataclass

SCHEMA = "roscherk.trust-bundle/1"
SUFFIX = ".roscherk-trust"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.sig"
_LARGEST_PART = 100 << 20
_CHUNK = 1 << 20
_KINDS = (
    (StoreName.ANCHORS, "anchor", "cer"),
    (StoreName.INTERMEDIATES, "intermediate", "cer"),
    (StoreName.CRLS, "crl", "crl"),
)


@dataclass(frozen=True)
class Draft:
    """What goes into a bundle."""

    manifest: bytes
    parts: tuple[tuple[BundlePart, Path], ...]


def draft(stores: Stores, *, maker: str = "", accredited: Iterable[Path] = ()) -> Draft:
    """Return the list of parts of a profile's trust, with their digests."""
    found: dict[str, tuple[BundlePart, Path]] = {}
    listed = [
        (kind, suffix, path) for store, kind, suffix in _KINDS for path in stores.files(store)
    ]
    listed += [("accredited", "tsl", path) for path in accredited]
    for kind, suffix, path in listed:
        data = read_small_file(path, _LARGEST_PART)
        digest = hashlib.sha256(data).hexdigest()
        part = BundlePart(kind=kind, name=f"parts/{digest}.{suffix}", sha256=digest, size=len(data))
        found.setdefault(part.name, (part, path))
    if not found:
        raise RoscherkError(ErrorCode.BUNDLE_EMPTY)
    manifest = msgspec.json.encode(
        {
            "schema": SCHEMA,
            "made_at": datetime.now(UTC).replace(microsecond=0),
            "maker": maker,
            "parts": [part for part, _ in found.values()],
        }
    )
    return Draft(msgspec.json.format(manifest, indent=1) + b"\n", tuple(found.values()))


def write(made: Draft, signature: bytes | None, target: Path) -> str:
    """Write a bundle that was not there before; return its SHA-256 in hex.

    Raises ``TARGET_EXISTS``, ``DISK_FULL`` and the like; nothing half-written bears the name.
    """
    with AtomicFile.create(target.parent) as file:
        try:
            with zipfile.ZipFile(file.file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(_member(MANIFEST), made.manifest)
                if signature is not None:
                    archive.writestr(_member(SIGNATURE), signature)
                for part, path in made.parts:
                    archive.writestr(_member(part.name), _same(part, path))
            file.file.seek(0)
            digest = hashlib.sha256()
            while chunk := file.file.read(_CHUNK):
                digest.update(chunk)
        except OSError as error:
            raise write_error(error, file.path) from error
        file.publish(target, numbers=False)
    return digest.hexdigest()


def _member(name: str) -> zipfile.ZipInfo:
    """Return a member that names no time and no rights of this computer."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _same(part: BundlePart, path: Path) -> bytes:
    """Read a part once more; raise ``FILE_CHANGED`` if it is not what was listed."""
    data = read_small_file(path, _LARGEST_PART)
    if hashlib.sha256(data).hexdigest() != part.sha256:
        raise RoscherkError(ErrorCode.FILE_CHANGED, path=str(path))
    return data
