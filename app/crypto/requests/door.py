"""The door of requests: a worker prepares, the key signs, a worker finishes. Light."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.crypto import methods
from app.crypto.requests.applicant import checked
from app.crypto.requests.model import (
    Applicant,
    MadeRequest,
    RequestFacts,
    RequestFinish,
    RequestOrder,
    RequestShow,
)
from app.crypto.requests.pending import PendingRequest, PendingRequests
from app.crypto.saving import new_job, remove_job
from app.crypto.signing.door import Keys
from app.errors import RoscherkError
from app.processes.pool import Pool
from app.tokens.key_prints import KeyPrints
from app.tokens.model import Container
from app.tokens.pin import Secret


class Requests:
    """Makes and describes certificate requests. May be used from any thread."""

    def __init__(
        self,
        workers: Pool,
        keyring: Keys,
        pending: Path,
        *,
        demand: Callable[[Container], None] = lambda _: None,
    ) -> None:
        """Take the crypto workers, the keys, and the folder of what waits for its certificate.

        ``demand`` raises for a key that must not sign.
        """
        self._demand = demand
        self._pending = PendingRequests(pending, self.show)
        self._prints = KeyPrints(workers)
        self._workers = workers
        self._keyring = keyring

    @property
    def pending(self) -> PendingRequests:
        """The requests that wait for their certificates."""
        return self._pending

    @staticmethod
    def demand(applicant: Applicant) -> None:
        """Raise what is wrong with the fields, before a key is made for them."""
        checked(applicant)

    def waiting_for(self, certificate: bytes) -> PendingRequest | None:
        """Return the request that a certificate (DER) answers: the one for the same key."""
        (told,) = self._prints.of_certificates([certificate])
        return self._pending.of_key(told.key)

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
            made = self._workers.run(
                methods.REQUEST_FINISH, RequestFinish(prepared=prepared, signature=signature)
            )
        except BaseException:
            remove_job(order.output.parent, order.job)
            raise
        return replace(made, pending=self._remember(made, order.container))

    def _remember(self, made: MadeRequest, container: Container) -> bool:
        """Remember what was made; a profile that cannot be written does not undo it."""
        if container.practice:
            return False
        try:
            self._pending.remember(made.facts, made.target, container.uri)
        except RoscherkError:
            return False
        return True

    def show(self, path: Path) -> RequestFacts:
        """Describe the request of a file (DER, PEM, base64).

        Raises ``REQUEST_DAMAGED``, and the errors of reading a file.
        """
        return self._workers.run(methods.REQUEST_SHOW, RequestShow(path=path))
