"""The door of requests: a worker prepares, the key signs, a worker finishes. Light."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.crypto import methods
from app.crypto.requests.model import (
    MadeRequest,
    RequestFacts,
    RequestFinish,
    RequestOrder,
    RequestShow,
)
from app.crypto.saving import new_job, remove_job
from app.crypto.signing.door import Keys
from app.processes.pool import Pool
from app.tokens.model import Container
from app.tokens.pin import Secret


class Requests:
    """Makes and describes certificate requests. May be used from any thread."""

    def __init__(
        self, workers: Pool, keyring: Keys, *, demand: Callable[[Container], None] = lambda _: None
    ) -> None:
        """Take the crypto workers and the keys; ``demand`` raises for a key that must not sign."""
        self._demand = demand
        self._workers = workers
        self._keyring = keyring

    def make(self, order: RequestOrder, secret: Secret | None = None) -> MadeRequest:
        """Make a request with one use of the key and save it; return what was saved.

        Raises ``REQUEST_FIELD_MISSING``, ``REQUEST_FIELD_INVALID``, ``TARGET_EXISTS``, and the
        errors of the key. Nothing is saved unless its signature verifies.
        """
        self._demand(order.container)
        order = replace(order, job=new_job())
        prepared = self._workers.run(methods.REQUEST_PREPARE, order)
        key = self._keyring.open(order.container)
        signature = key.sign_digest(prepared.digest_name, prepared.digest, secret)
        try:
            return self._workers.run(
                methods.REQUEST_FINISH, RequestFinish(prepared=prepared, signature=signature)
            )
        except BaseException:
            remove_job(order.output.parent, order.job)
            raise

    def show(self, path: Path) -> RequestFacts:
        """Describe the request of a file (DER, PEM, base64).

        Raises ``REQUEST_DAMAGED``, and the errors of reading a file.
        """
        return self._workers.run(methods.REQUEST_SHOW, RequestShow(path=path))
