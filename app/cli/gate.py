"""What the command line does at the gate of a profile, before anything is read or written there."""

import sys

from app.journal import Action
from app.profile.opening import Opened
from app.services import Services
from app.texts.catalogue import _
from app.texts.profile_words import megabytes, renewed_words


def pass_on(services: Services, opened: Opened) -> None:
    """Tell that a profile was renewed or replaced, note it, and keep it for the window."""
    services.backups.heed(opened)
    if opened.restored:
        print(_("The backup is in the place of the profile"), file=sys.stderr)
        services.journal.append(Action.PROFILE_RESTORE, None, "done", form=opened.form)
    if opened.renewed_from is None:
        return
    print(renewed_words(opened), file=sys.stderr)
    services.journal.append(
        Action.PROFILE_RENEW,
        opened.backup,
        "done",
        form=opened.form,
        before=opened.renewed_from,
        megabytes=megabytes(opened.backup_size),
    )
