"""The door of the room: trials of the GOST library and of authorities of time. Light."""

from app.crypto import methods
from app.crypto.evidence.orders import EvidenceOrders
from app.crypto.model import SignatureLevel
from app.crypto.network.passwords import ProxyPassword
from app.crypto.timestamps.patience import longest_wait
from app.crypto.trials.model import (
    SelfTestRequest,
    StampTryAnswer,
    StampTryRequest,
)
from app.processes.cancelling import Cancel
from app.processes.pool import Pool


class Trials:
    """Tries things in a worker. May be used from any thread."""

    def __init__(
        self, workers: Pool, orders: EvidenceOrders, proxy_password: ProxyPassword
    ) -> None:
        """Take the workers and what the settings allow."""
        self._workers = workers
        self._orders = orders
        self._proxy_password = proxy_password

    def self_test(self, cancel: Cancel | None = None) -> str:
        """Try the GOST library; return its version.

        Raises ``LIBGCRYPT_MISSING``, ``SELF_TEST_FAILED``, ``CHILD_*``.
        """
        answer = self._workers.run(methods.SELF_TEST, SelfTestRequest(), cancel=cancel or Cancel())
        return answer.version

    def stamp(self, server: str, cancel: Cancel | None = None) -> StampTryAnswer:
        """Ask an authority of time for one time-stamp that nobody keeps.

        Raises ``NETWORK_*``, ``TIME_STAMP_*``.
        """
        order = self._orders.order([server])
        return self._workers.run(
            methods.TIME_STAMP_TRY,
            StampTryRequest(order=order),
            waiting=longest_wait(order, SignatureLevel.T),
            secret=self._proxy_password.current,
            cancel=cancel or Cancel(),
        )
