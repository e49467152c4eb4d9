"""What is told of a profile as a whole and of its backups. Every face says it so."""

from collections.abc import Iterator
from datetime import datetime

from app.crypto.backups.model import Backup
from app.profile.opening import Opened
from app.texts.amounts import size_text
from app.texts.catalogue import _
from app.texts.showing import local_time, plain

_MEGABYTE = 1 << 20


def megabytes(size: int) -> int:
    """Return a size in whole megabytes, never less than one."""
    return max(1, round(size / _MEGABYTE))


def renewed_words(opened: Opened) -> str:
    """Say that a profile of an earlier version was renewed, and where its copy lies."""
    told = _("The profile was renewed for this version (form {before} → {form}).").format(
        before=opened.renewed_from, form=opened.form
    )
    if opened.backup is None:
        return told
    kept = _("A copy of it as it was, {size}: {path}").format(
        size=size_text(opened.backup_size), path=plain(opened.backup)
    )
    return f"{told} {kept}"


def backup_lines(backup: Backup) -> Iterator[tuple[str, str]]:
    """Say what a backup holds."""
    yield _("Made"), _made(backup.made)
    yield _("By version"), plain(backup.program)
    yield _("Form of the profile"), str(backup.form)
    if backup.whole:
        yield _("Files"), str(backup.files)
        yield _("Size"), size_text(backup.size)
        yield _("Keys in own containers"), str(backup.keys)
        yield _("Trusted roots"), str(backup.roots)


def _made(told: str) -> str:
    try:
        return local_time(datetime.fromisoformat(told))
    except ValueError:
        return plain(told)
