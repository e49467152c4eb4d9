"""Trust bundles read strictly: a ZIP of ours and nothing else. Used in workers only.

Everything is refused that a writer of ours would not have made: names outside the one pattern, two
parts of one name, parts that the list does not name, other digests or sizes, encryption, more than
the limits. Parts are unpacked as a stream, under names of our own.
"""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

import msgspec

from app.crypto.certificates import reading
from app.crypto.certificates.fields import describe
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.opening import open_regular, path_fact
from app.crypto.trust import stores
from app.crypto.trust.bundles import MANIFEST, SIGNATURE
from app.crypto.trust.describing import authorities_of, describe_list
from app.crypto.trust.model import BundleAnswer, BundlePart, BundleRequest
from app.crypto.verdict.facts import CertificateFacts
from app.errors import ErrorCode, RoscherkError
from app.shapes import read_json

KINDS = {"anchor": "cer", "intermediate": "cer", "crl": "crl", "accredited": "tsl"}
MOST_PARTS = 10_000
LARGEST = 512 << 20
"""Octets of all parts together."""
LARGEST_MANIFEST = 8 << 20
_PART = re.compile(r"parts/[0-9a-f]{64}\.(cer|crl|tsl)")
_CHUNK = 1 << 20
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_MALFORMED = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,  # zipfile's word for a password
    ValueError,
    EOFError,
    OSError,
)


class Manifest(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The list of what a bundle holds."""

    schema: Literal["roscherk.trust-bundle/1"] = "roscherk.trust-bundle/1"
    made_at: datetime
    maker: str = ""
    """Whom the maker calls himself; only a signature proves it."""
    parts: tuple[BundlePart, ...]


def read_bundle(request: BundleRequest) -> BundleAnswer:
    """Read a bundle; raise ``BUNDLE_DAMAGED`` (path, part) for whatever is not as it should be."""
    path = request.path
    with open_regular(path) as file:
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                return _read(archive, request, digest.hexdigest())
        except _BadPartError as error:
            raise RoscherkError(
                ErrorCode.BUNDLE_DAMAGED, path=path_fact(path), part=error.part
            ) from error
        except _MALFORMED as error:
            raise RoscherkError(ErrorCode.BUNDLE_DAMAGED, path=path_fact(path)) from error


class _BadPartError(Exception):
    """One part is not as it should be."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part[:100]


def _read(archive: zipfile.ZipFile, request: BundleRequest, digest: str) -> BundleAnswer:
    members = _members(archive)
    manifest_bytes = _content(archive, members.pop(MANIFEST, None), MANIFEST)
    signature = members.pop(SIGNATURE, None)
    signature_bytes = None if signature is None else _content(archive, signature, SIGNATURE)
    try:
        manifest = read_json(manifest_bytes, Manifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _BadPartError(MANIFEST) from error
    if manifest.made_at.tzinfo is None:
        raise _BadPartError(MANIFEST)
    _compare(manifest, members)
    trust = stores.load(request.trust)
    certificates: list[tuple[str, CertificateFacts]] = []
    crls: list[bytes] = []
    for part in manifest.parts:
        data = _checked_part(archive, members[part.name], part, request.unpack)
        if part.kind == "crl":
            crls.append(_only(data, part, lists=True))
        elif part.kind != "accredited":
            certificates.append((part.kind, _described(_only(data, part, lists=False), part)))
    own = LoadedTrust.of(intermediates=[facts.der for _, facts in certificates])
    index = (*authorities_of(trust), *authorities_of(own))
    return BundleAnswer(
        made_at=manifest.made_at,
        maker=manifest.maker[:200],
        parts=manifest.parts,
        certificates=tuple(certificates),
        lists=tuple(describe_list(one, index) for one in crls),
        manifest=manifest_bytes,
        signature=signature_bytes,
        sha256=digest,
    )


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, if each of them is one that we would have written."""
    found: dict[str, zipfile.ZipInfo] = {}
    listed = archive.infolist()
    if len(listed) > MOST_PARTS + 2 or sum(each.file_size for each in listed) > LARGEST:
        raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit=LARGEST)
    for each in listed:
        name = each.orig_filename
        usual = name in {MANIFEST, SIGNATURE} or _PART.fullmatch(name)
        if not usual or name in found or each.flag_bits & _ENCRYPTED:
            raise _BadPartError(name)
        if each.compress_type not in _METHODS or each.filename != name:
            raise _BadPartError(name)
        found[name] = each
    return found


def _compare(manifest: Manifest, members: dict[str, zipfile.ZipInfo]) -> None:
    """Hold the list against what is there: no part too many, none too few, each once."""
    names = [part.name for part in manifest.parts]
    if len(set(names)) != len(names):
        raise _BadPartError(MANIFEST)
    for part in manifest.parts:
        suffix = KINDS.get(part.kind)
        if suffix is None or part.name != f"parts/{part.sha256}.{suffix}":
            raise _BadPartError(part.name)
        if part.name not in members or members[part.name].file_size != part.size:
            raise _BadPartError(part.name)
    for name in members.keys() - set(names):
        raise _BadPartError(name)


def _checked_part(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, part: BundlePart, unpack: Path | None
) -> bytes:
    """Read one part, compare its digest, unpack it if asked; return it, save what is opaque."""
    digest, kept = hashlib.sha256(), bytearray()
    target = None if unpack is None else (unpack / Path(part.name).name).open("xb")
    try:
        for chunk in _chunks(archive, member, part.size):
            digest.update(chunk)
            if part.kind != "accredited":
                kept += chunk
            if target is not None:
                target.write(chunk)
    finally:
        if target is not None:
            target.close()
    if digest.hexdigest() != part.sha256:
        raise _BadPartError(part.name)
    return bytes(kept)


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, size: int) -> Iterator[bytes]:
    left = size
    file: IO[bytes]
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _BadPartError(member.filename)
            yield chunk
    if left:
        raise _BadPartError(member.filename)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo | None, name: str) -> bytes:
    if member is None or member.file_size > LARGEST_MANIFEST:
        raise _BadPartError(name)
    return b"".join(_chunks(archive, member, member.file_size))


def _described(certificate: bytes, part: BundlePart) -> CertificateFacts:
    try:
        return describe(certificate)
    except RoscherkError as error:
        raise _BadPartError(part.name) from error


def _only(data: bytes, part: BundlePart, *, lists: bool) -> bytes:
    """Return the one certificate or list that a part is, in DER and with nothing around it."""
    material = reading.read_material(data)
    found = material.crls if lists else material.certificates
    if found != [data]:
        raise _BadPartError(part.name)
    return data
