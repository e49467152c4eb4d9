"""The door of the room: a worker reads and writes, the lock of the profile is held here. Light."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.crypto import methods
from app.crypto.backups.model import Backup, MakeBackup, ReadBackup
from app.crypto.opening import path_fact, size_of
from app.crypto.saving import write_error
from app.errors import ErrorCode, RoscherkError
from app.places import Places, make_private
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.profile import changing
from app.profile.copies import own_copies
from app.profile.files import ProfileFiles
from app.profile.locking import CHANGING, Hold
from app.profile.migrations import FORM
from app.profile.opening import Opened, form_of
from app.tokens.pin import Secret, password_owner, serving
from app.values import dataclass

_PATIENCE: Final = 2.0
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class ProfileState:
    """What can be said of a profile as a whole."""

    form: int
    files: int
    size: int
    waiting: bool
    """A backup is put in place at the next start."""
    copies: tuple[Path, ...]
    """Copies that the program made by itself, the newest first."""

    @property
    def current(self) -> bool:
        """Tell whether this program works in it as it is."""
        return self.form == FORM and not self.waiting


class Backups:
    """Backups of one profile. May be used from any thread."""

    def __init__(self, places: Places, workers: Pool) -> None:
        """Take the profile and the workers."""
        self._places = places
        self._workers = workers
        self.news: Opened | None = None
        """How the profile was opened, if a face has something to tell of it."""

    def heed(self, opened: Opened) -> None:
        """Keep how the profile was opened, for the face that opens next."""
        if opened.renewed_from is not None or opened.restored or opened.read_only:
            self.news = opened

    def state(self) -> ProfileState:
        """Look at the profile; raise ``PROFILE_NEWER``, ``PROFILE_DAMAGED`` and the like."""
        files = ProfileFiles(self._places)
        names = files.names()
        return ProfileState(
            form=form_of(files),
            files=len(names),
            size=files.size(),
            waiting=changing.pending(self._places),
            copies=own_copies(files),
        )

    def make(
        self,
        target: Path,
        password: Secret,
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Backup:
        """Write a backup of the whole profile into a new file, closed with a password.

        Raises ``PASSWORD_NEEDED`` for an empty one, ``FILE_NOT_FOUND`` where there is no profile,
        ``TARGET_EXISTS``, ``PROFILE_NO_ROOM``, ``PROFILE_UNSUITABLE``, ``PROFILE_BUSY``, and the errors of files.
        """
        if not len(password):
            raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
        target = target.absolute()
        if not (self._places.data.is_dir() or self._places.config.is_dir()):
            # E.g. a folder that was named wrongly: an empty backup would lull its owner. Whoever has
            # only chosen settings so far has a profile without the one folder.
            raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=path_fact(self._places.data))
        with Hold(self._places.data) as hold:
            hold.take(alone=False, patience=_PATIENCE)
            with serving((password, password_owner(f"backup:{target}"))):
                return self._workers.run(
                    methods.BACKUP_MAKE,
                    MakeBackup(places=self._places, target=target),
                    size=10 * ProfileFiles(self._places).size(),
                    secret=password,
                    progress=progress,
                    cancel=cancel,
                )

    def look(
        self, path: Path, password: Secret | None = None, *, cancel: Cancel | None = None
    ) -> Backup:
        """Read a backup to its end, if it needs no password or the right one is given.

        Raises ``BACKUP_DAMAGED``, ``BACKUP_NEWER``, ``PASSWORD_WRONG``.
        """
        return self._read(path, password, None, cancel=cancel)

    def restore(
        self,
        path: Path,
        password: Secret | None,
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Backup:
        """Put a backup in the place of the profile, which nobody may have open.

        A copy of the profile as it was is kept. Raises ``PROFILE_BUSY`` and as `look` does; the
        profile is as it was then.
        """
        with Hold(make_private(self._places.data)) as hold:
            hold.take(alone=True, patience=_PATIENCE)
            # One that waits for the next start would keep this one out; one that nobody can carry
            # out is what this one takes the place of.
            if not changing.lost(self._places):
                _finish(self._places)
            found = self._prepare(path, password, progress=progress, cancel=cancel)
            _finish(self._places)
            return found

    def restore_at_next_start(
        self,
        path: Path,
        password: Secret | None,
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Backup:
        """Make everything ready; whoever opens the profile next has the backup in its place.

        For the window, which has it open itself. Raises as `restore` does.
        """
        return self._prepare(path, password, progress=progress, cancel=cancel)

    def _prepare(
        self,
        path: Path,
        password: Secret | None,
        *,
        progress: Progress | None,
        cancel: Cancel | None,
    ) -> Backup:
        with Hold(make_private(self._places.data), CHANGING) as hold:
            hold.take(alone=True, patience=_PATIENCE)
            found = self._read(path, password, self._places, progress=progress, cancel=cancel)
        if not found.whole:
            raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
        return found

    def _read(
        self,
        path: Path,
        password: Secret | None,
        into: Places | None,
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Backup:
        path = path.absolute()
        owner = password_owner(f"backup:{path_fact(path)}")
        with serving((password, owner)):
            return self._workers.run(
                methods.BACKUP_READ,
                ReadBackup(path=path, into=into),
                size=10 * (size_of(path) + (ProfileFiles(into).size() if into else 0)),
                secret=password,
                progress=progress,
                cancel=cancel,
            )


def _finish(places: Places) -> None:
    """Carry out what is pending; what the disk refuses now is carried out by whoever comes next."""
    try:
        changing.finish(places)
    except OSError as error:
        raise write_error(error, places.data) from error
