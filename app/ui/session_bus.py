"""One call over the session's D-Bus, and its answer. What comes of it is a convenience: failure is told by False."""

import importlib
import logging
from typing import Any, Final

_ANSWER_SECONDS: Final = 5
_log = logging.getLogger(__name__)


def call(name: str, path: str, method: str, signature: str, values: tuple[object, ...]) -> bool:
    """Call ``method`` of the interface ``name``, owned by the bus name ``name``, at ``path``.

    ``signature`` has the types of ``values`` (D-Bus Specification, Type System). Returns whether
    somebody was there and agreed, within five seconds. To be run in a thread, under Linux.
    """
    jeepney: Any = importlib.import_module("jeepney")
    blocking: Any = importlib.import_module("jeepney.io.blocking")
    address = jeepney.DBusAddress(path, bus_name=name, interface=name)
    message = jeepney.new_method_call(address, method, signature, values)
    try:
        with blocking.open_dbus_connection(bus="SESSION") as connection:
            answer = connection.send_and_get_reply(message, timeout=_ANSWER_SECONDS)
    except (OSError, KeyError, ValueError, RuntimeError, jeepney.AuthenticationError) as error:
        _log.info("no answer to %s: %s", method, type(error).__name__)
        return False
    return bool(answer.header.message_type is jeepney.MessageType.method_return)
