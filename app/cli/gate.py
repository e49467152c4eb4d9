"""What the command line does at the gate of a profile, before anything is read or written there."""

import sys
from pathlib import Path

from app.errors import Fact, RoscherkError
from app.journal import Action
from app.profile.opening import Opened
from app.services import Services
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.texts.profile_words import megabytes, renewed_words


def pass_on(services: Services, opened: Opened) -> None:
    """Tell that a profile was renewed or replaced, note it, and keep it for the window."""
    services.backups.heed(opened)
    if opened.restored:
        print(_("The backup is in the place of the profile"), file=sys.stderr)
        _note(services, Action.PROFILE_RESTORE, None, form=opened.form)
    if opened.renewed_from is None:
        return
    print(renewed_words(opened), file=sys.stderr)
    _note(
        services,
        Action.PROFILE_RENEW,
        opened.backup,
        form=opened.form,
        before=opened.renewed_from,
        megabytes=megabytes(opened.backup_size),
    )


def _note(services: Services, action: Action, target: Path | None, **facts: Fact) -> None:
    """Write to the journal; one that is damaged or full does not keep the window from opening."""
    try:
        services.journal.append(action, target, "done", at=None, **facts)
    except RoscherkError as error:
        heading = describe_error(error).heading
        print(_("The journal was not written: {why}").format(why=heading), file=sys.stderr)
