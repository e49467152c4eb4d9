"""Words for errors of notes about new versions."""

from collections.abc import Mapping

from app.errors import ErrorCode
from app.texts.catalogue import N_
from app.texts.error_entry import Entry

RELEASE_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.UPDATES_NO_ADDRESS: Entry(
        N_("It is not known where to look for new versions"),
        (
            N_("This program comes with no address for that, and the settings name none."),
            N_("Nothing was asked of the network."),
        ),
        N_(
            "Ask whoever gave you the program; an address goes into updates.address, a note from a file needs none."
        ),
    ),
    ErrorCode.UPDATES_NO_KEY: Entry(
        N_("Notes about new versions cannot be checked here"),
        (N_("This build of the program has no release key, so no note would be believed."),),
        N_("Ask whoever gave you the program for a build with the release key."),
    ),
    ErrorCode.RELEASE_NOTE_DAMAGED: Entry(
        N_("The note about a new version cannot be read"),
        (N_("Where it is from: {path}."), N_("Its signature holds, but its form is another one.")),
        N_("Perhaps it is meant for a newer version: ask whoever gave you the program."),
    ),
    ErrorCode.RELEASE_NOTE_OLDER: Entry(
        N_("The note about a new version is older than one seen before"),
        (
            N_("Where it is from: {path}."),
            N_("It tells of version {version}; of version {seen} this profile has known already."),
            N_("Somebody may be holding the newer one back."),
        ),
        N_("Look for the newest version in another way."),
    ),
    ErrorCode.RELEASE_NOTE_SIGNATURE: Entry(
        N_("The note about a new version is not signed by the release key"),
        (N_("Where it is from: {path}."), N_("Nothing in it was believed.")),
        N_("Do not install what it may be about. Tell whoever gave you the program."),
    ),
}
