"""The worker's side of fetching: one address is asked, what came is put into a file. Judges nothing.

Apart from `tasks`, because it loads the network.
"""

from app.crypto.accreditation.model import FetchedList, FetchListRequest
from app.crypto.network.fetching import Network
from app.crypto.network.policy import Purpose
from app.errors import RoscherkError
from app.places import write_private
from app.processes.serving import Context


def fetch_list(request: FetchListRequest, context: Context) -> FetchedList:
    """Ask an address for the list of accredited authorities; nothing of it is read here.

    A failure is an answer too, so that the record of what was asked comes back with it.
    """
    network = Network(request.network, progress=context.progress)
    try:
        data = network.get(request.url, Purpose.ACCREDITATION, fresh=request.fresh)
    except RoscherkError as error:
        reason = error.facts.get("reason")
        return FetchedList(
            network=network.uses,
            failure=error.code.value,
            reason=None if reason is None else str(reason),
        )
    write_private(request.target, data)
    return FetchedList(network=network.uses)
