"""Words for errors of the profile as a whole, and of its backups."""

from collections.abc import Mapping

from app.errors import ErrorCode, Fact
from app.texts.catalogue import N_, _
from app.texts.error_entry import Entry

PROFILE_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.PROFILE_BUSY: Entry(
        N_("The profile is in use"),
        (
            N_("Folder: {path}."),
            N_("Another window or command of the program has it open."),
        ),
        N_("Close all windows of the program and end its commands, then try again."),
    ),
    ErrorCode.PROFILE_DAMAGED: Entry(
        N_("The profile is damaged"),
        (
            N_("This file cannot be understood: {path}."),
            N_("So it is not known of which form the profile is. Nothing was changed or deleted."),
        ),
        N_("Put a backup in its place: roscherk profile restore FILE; or work in another profile."),
    ),
    ErrorCode.PROFILE_NEWER: Entry(
        N_("The profile was written by a newer version of the program"),
        (
            N_("Folder: {path}."),
            N_("It has form {form}, and this version knows forms up to {known}."),
            N_("Nothing was changed."),
        ),
        N_(
            "Install the newer version again, or work in another profile: roscherk --profile FOLDER."
        ),
    ),
    ErrorCode.PROFILE_NOT_RENEWED: Entry(
        N_("The profile of an earlier version could not be renewed"),
        (
            N_("Folder: {path}."),
            N_("The operating system refuses to write there (error {errno})."),
            N_("The profile is as it was."),
        ),
        N_(
            "See that you may write to the folder and that its disk is connected, then start again."
        ),
    ),
    ErrorCode.PROFILE_NO_ROOM: Entry(
        N_("There is not enough room on the disk"),
        (
            N_("Folder: {path}."),
            N_("Needed: {megabytes} MB; free: {free} MB."),
            N_("The operating system reports a full disk (error {errno})."),
            N_("A copy of the whole profile is made before it is changed. Nothing was changed."),
        ),
        N_("Make room on the disk and start again."),
    ),
    ErrorCode.PROFILE_UNREADABLE: Entry(
        N_("The profile cannot be read"),
        (
            N_("This cannot be read: {path}."),
            N_("The operating system reports error {errno}."),
        ),
        N_("Check your rights to the folder and whether its disk is connected."),
    ),
    ErrorCode.PROFILE_UNSUITABLE: Entry(
        N_("The profile cannot be copied or changed as a whole"),
        (
            N_("The trouble is here: {path}."),
            N_("{because}"),
            N_("Nothing was changed."),
        ),
        N_("Put the file or the folder itself in place, or take it out of the profile."),
    ),
    ErrorCode.BACKUP_DAMAGED: Entry(
        N_("The backup is damaged or is none"),
        (
            N_("File: {path}."),
            N_("{because}"),
            N_("The profile was not touched."),
        ),
        N_("Take another copy of the file, or another backup."),
    ),
    ErrorCode.BACKUP_NEWER: Entry(
        N_("The backup was made by a newer version of the program"),
        (
            N_("File: {path}."),
            N_("It has form {form}, which this version does not know."),
            N_("The profile was not touched."),
        ),
        N_("Install the newer version and restore the backup with it."),
    ),
}
_WHY: Mapping[str, str] = {
    "name": N_("The name of this file is not possible on every system."),
    "kind": N_("It is a link or something else that is no plain file."),
    "disk": N_("It lies on another disk than the profile."),
    "magic": N_("The file does not begin as a backup of Roscherk does."),
    "head": N_("Its beginning cannot be read."),
    "kdf": N_("It demands a treatment of the password that this program does not do."),
    "manifest": N_("The list of its files is not one that this program writes."),
    "seal": N_("Something in it was changed after it was made."),
    "digest": N_("A file in it is not the one that was put in."),
    "short": N_("Its end is missing."),
    "end": N_("There is more in it than it should hold."),
}


def with_profile_reason(code: str, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Put into words what is wrong with a profile or a backup."""
    reason = facts.get("reason")
    if code not in {ErrorCode.PROFILE_UNSUITABLE, ErrorCode.BACKUP_DAMAGED} or reason not in _WHY:
        return dict(facts)
    return {**facts, "because": _(_WHY[str(reason)])}
