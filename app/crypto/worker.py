"""The crypto worker: a child process that reads strangers' files, so that no other process must.

``main`` is what the child runs. Rooms that are slow to import (pyHanko, fpdf2) are imported by
the functions that need them, not here: most work is CMS work.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.crypto import methods
from app.crypto.certificates import tasks as certificate_tasks
from app.crypto.editing import tasks as editing_tasks
from app.crypto.fields import tasks as signature_fields_tasks
from app.crypto.gathering import tasks as gathering_tasks
from app.crypto.network import passwords
from app.crypto.packages import tasks as packages_tasks
from app.crypto.packages import unpacking
from app.crypto.practice import making as practice_making
from app.crypto.presigning import tasks as presigning_tasks
from app.crypto.raising import tasks as raising_tasks
from app.crypto.requests import tasks as request_tasks
from app.crypto.revisions import tasks as revision_tasks
from app.crypto.routes import tasks as routes_tasks
from app.crypto.signing import tasks as signing_tasks
from app.crypto.stamping import tasks as stamping_tasks
from app.crypto.trials import tasks as trials_tasks
from app.crypto.trust import tasks as trust_tasks
from app.crypto.verifying import replaying
from app.crypto.verifying import tasks as verifying_tasks
from app.crypto.viewing import tasks as viewing_tasks
from app.processes.method import Method
from app.processes.serving import Context, serve
from app.tokens import filekeys

Handler = Callable[[Any, Context], Any]
"""The table below pairs methods of different types; each pair agrees by its method's types."""


def _online(handler: Handler) -> Handler:
    """Give a handler that asks the network the secret of its task: the password of the proxy."""

    def handle(request: Any, context: Context) -> Any:
        with passwords.lent(context.secret):
            return handler(request, context)

    return handle


def _accredited_list(request: Any, context: Context) -> Any:
    """Read a list of accredited authorities; lxml takes its time to import."""
    from app.crypto.accreditation import tasks  # noqa: PLC0415

    return tasks.read_list(request, context)


def _accredited_list_fetched(request: Any, context: Context) -> Any:
    """Fetch a list of accredited authorities; the network takes its time to import."""
    from app.crypto.accreditation import fetching  # noqa: PLC0415

    return fetching.fetch_list(request, context)


def _backup_made(request: Any, context: Context) -> Any:
    """Make a backup of a profile; no other task needs what that needs."""
    from app.crypto.backups import tasks  # noqa: PLC0415

    return tasks.make(request, context)


def _backup_read(request: Any, context: Context) -> Any:
    """Read a backup of a profile."""
    from app.crypto.backups import tasks  # noqa: PLC0415

    return tasks.read(request, context)


def _release_fetched(request: Any, context: Context) -> Any:
    """Fetch a note about a new version; the network takes its time to import."""
    from app.crypto.releases import tasks  # noqa: PLC0415

    return tasks.fetch(request, context)


def _release_read(request: Any, context: Context) -> Any:
    """Read a note about a new version out of a file."""
    from app.crypto.releases import tasks  # noqa: PLC0415

    return tasks.read(request, context)


HANDLERS: Mapping[Method[Any, Any], Handler] = {
    methods.ACCREDITED_LIST_FETCH: _online(_accredited_list_fetched),
    methods.ACCREDITED_LIST_READ: _accredited_list,
    methods.BACKUP_MAKE: _backup_made,
    methods.BACKUP_READ: _backup_read,
    methods.CERTIFICATE_SHOW: certificate_tasks.show,
    methods.CHAIN: certificate_tasks.chain,
    methods.DIGEST: packages_tasks.digest,
    methods.GATHER: gathering_tasks.gather,
    methods.MARK_TRY: viewing_tasks.try_mark,
    methods.PRACTICE_ENTER: practice_making.enter,
    methods.PRESIGN: presigning_tasks.look,
    methods.RELEASE_FETCH: _online(_release_fetched),
    methods.RELEASE_READ: _release_read,
    methods.REPLAY: replaying.replay,
    methods.REQUEST_FINISH: request_tasks.finish,
    methods.REQUEST_PREPARE: request_tasks.prepare,
    methods.REQUEST_SHOW: request_tasks.show,
    methods.SELF_TEST: trials_tasks.self_test,
    methods.SIFT: packages_tasks.sift,
    methods.REVISIONS: revision_tasks.find,
    methods.REVISION_EXTRACT: revision_tasks.extract,
    methods.ROUTE_MARKS: routes_tasks.marks,
    methods.SIGNATURE_CONVERT: editing_tasks.convert,
    methods.SIGNATURE_EXTRACT: editing_tasks.extract,
    methods.SIGNATURE_MERGE: editing_tasks.merge,
    methods.SIGNATURE_REMOVE: editing_tasks.remove,
    methods.SIGNATURE_SPLIT: editing_tasks.split,
    methods.RAISE: _online(raising_tasks.raise_file),
    methods.SIGN_FINISH: _online(signing_tasks.finish),
    methods.SIGN_PREPARE: signing_tasks.prepare,
    methods.SIGNATURE_FIELDS: signature_fields_tasks.list_fields,
    methods.STAMP: stamping_tasks.stamp,
    methods.TIME_STAMP_TRY: _online(trials_tasks.try_stamp),
    methods.TRUST_BUNDLE: trust_tasks.bundle,
    methods.TRUST_LOOK: trust_tasks.look,
    methods.TRUST_MISSING: _online(trust_tasks.missing),
    methods.TRUST_REFRESH: _online(trust_tasks.refresh),
    methods.TRUST_STORES: trust_tasks.show_stores,
    methods.UNPACK: unpacking.unpack,
    methods.VERIFY: verifying_tasks.verify,
    methods.VERIFY_MANY: verifying_tasks.verify_many,
    methods.VIEW: viewing_tasks.view,
    **filekeys.HANDLERS,
}


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    serve(HANDLERS)
