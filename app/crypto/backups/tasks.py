"""The worker's side of the room: backups are strangers' files, whoever made them."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from app.crypto.backups import sealing
from app.crypto.backups.model import Backup, MakeBackup, ReadBackup
from app.crypto.backups.sealing import PasswordSeal
from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.saving import write_error
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.processes.serving import Context
from app.profile import archive, changing, copies
from app.profile.archive import Checksum, Kept, Manifest, Opened, Seal
from app.profile.changing import Change
from app.profile.files import NUMBER, ProfileFiles
from app.profile.migrations import FORM
from app.profile.opening import numbered, told_form

_KEYS = "data/containers/"
_ROOTS = "data/trust/anchors/"


def make(request: MakeBackup, context: Context) -> Backup:
    """Write a backup, and read it back before it gets its name.

    Raises ``TARGET_EXISTS``, ``PROFILE_NO_ROOM``, and the errors of reading and writing files.
    """
    if not context.secret:
        raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
    files = ProfileFiles(request.places)
    form = told_form(files)
    seal = PasswordSeal.new(context.secret)
    try:
        manifest = copies.make(files, request.target, seal, form, seal)
        return _read_back(request.target, seal, manifest)
    except OSError as error:
        raise write_error(error, request.target) from error
    finally:
        seal.wipe()


def _read_back(path: Path, seal: Seal, manifest: Manifest) -> Backup:
    with path.open("rb") as file:
        opened = archive.read_head(file)
    if not hmac.compare_digest(seal.proof(opened.prefix), opened.proof):
        raise archive.damaged("head")
    return _described(opened, manifest)


def read(request: ReadBackup, context: Context) -> Backup:
    """Read a backup; put it in the place of a profile, if that is asked for.

    Raises ``BACKUP_DAMAGED``, ``BACKUP_NEWER``, ``PASSWORD_WRONG``, ``PROFILE_NO_ROOM``, and the
    errors of reading files; the profile is as it was then.
    """
    told = path_fact(request.path)
    try:
        with open_regular(request.path) as file:
            opened = _head_of(file)
            with _seal_of(opened, context.secret) as seal:
                if seal is None:
                    return _described(opened, None)
                if request.into is None:
                    manifest = archive.read_files(
                        file,
                        opened,
                        seal,
                        lambda _: None,
                        archive.nowhere,
                        progress=context.progress,
                    )
                    return _described(opened, manifest)
                return _put_in_place(request.into, file, opened, seal, context)
    except RoscherkError as error:
        raise error.with_facts(path=error.facts.get("path", told)) from error
    except OSError as error:
        raise read_error(error, request.path) from error


def _head_of(file: BinaryIO) -> Opened:
    opened = archive.read_head(file)
    if opened.head.form > FORM:
        raise RoscherkError(ErrorCode.BACKUP_NEWER, form=opened.head.form)
    return opened


@contextmanager
def _seal_of(opened: Opened, password: bytearray | None) -> Iterator[Seal | None]:
    """Yield the seal of a backup; None: it needs a password and there is none."""
    if opened.head.seal == archive.PLAIN:
        plain = Checksum()
        if plain.proof(opened.prefix) != opened.proof:
            raise archive.damaged("head")
        yield plain
        return
    if opened.head.seal != sealing.KIND:
        raise archive.damaged("kdf")
    if not password:
        yield None
        return
    seal = PasswordSeal.of(opened.head, password)
    try:
        if not hmac.compare_digest(seal.proof(opened.prefix), opened.proof):
            raise RoscherkError(ErrorCode.PASSWORD_WRONG)
        yield seal
    finally:
        seal.wipe()


def _put_in_place(
    places: Places, file: BinaryIO, opened: Opened, seal: Seal, context: Context
) -> Backup:
    """Make the change ready beside the profile, keep a copy of the profile, then let it happen."""
    files = ProfileFiles(places)
    change = Change(places)
    kept: Path | None = None

    def begin(manifest: Manifest) -> None:
        files.demand_room(places.data, manifest.size + files.size())

    def room(one: Kept) -> BinaryIO:
        return change.room(one.name).open("wb")

    try:
        manifest = archive.read_files(file, opened, seal, begin, room, progress=context.progress)
        coming = {one.name for one in manifest.files}
        for name in files.names():
            if name not in coming:
                change.remove(name)
        change.write(NUMBER, numbered(opened.head.form))
        if files.names():
            kept = copies.make_own(files, told_form(files))
        change.commit(restores=True)
    except BaseException as error:
        # A plan that nobody can carry out was there before, and stays.
        if changing.lost(places) or not changing.pending(places):
            change.drop()
            if kept is not None:
                kept.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise write_error(error, places.data) from error
        raise
    return _described(opened, manifest, kept)


def _described(opened: Opened, manifest: Manifest | None, kept: Path | None = None) -> Backup:
    names = [] if manifest is None else [one.name for one in manifest.files]
    return Backup(
        made=opened.head.made,
        program=opened.head.program,
        form=opened.head.form,
        closed=opened.head.seal != archive.PLAIN,
        whole=manifest is not None,
        files=len(names),
        size=0 if manifest is None else manifest.size,
        keys=sum(name.startswith(_KEYS) for name in names),
        roots=sum(name.startswith(_ROOTS) for name in names),
        kept=kept,
    )
