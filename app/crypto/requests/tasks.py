"""The worker's part of requests: prepare, finish and verify, and describe a file.

As with signatures, the request gets its name only after our own reader has read it back from the
disk and found the fields that were asked for and a signature that verifies.
"""

from app.algorithms import digests, names
from app.crypto.certificates.building import signature_algorithm
from app.crypto.certificates.signed import is_signed_by
from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.requests import building, reading
from app.crypto.requests.model import (
    MadeRequest,
    PreparedRequest,
    RequestFacts,
    RequestFinish,
    RequestOrder,
    RequestShow,
)
from app.crypto.saving import AtomicFile, demand_free
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context


def prepare(order: RequestOrder, _: Context) -> PreparedRequest:
    """Check every field and say what the key has to sign."""
    demand_free(order.output)
    digest_name = names.default_digest(building.algorithm_of(order.container))
    info = building.build_info(order.content, order.container)
    return PreparedRequest(
        order=order,
        info=info,
        digest_name=digest_name,
        digest=digests.digest(digest_name, info),
    )


def finish(request: RequestFinish, _: Context) -> MadeRequest:
    """Build the request, check it, save it under its name."""
    prepared = request.prepared
    order = prepared.order
    algorithm = building.algorithm_of(order.container)
    signed_with = signature_algorithm(algorithm)
    public_key = building.public_key_of(order.container)
    if not is_signed_by(public_key, signed_with, prepared.info, request.signature):
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="signature")
    made = building.build_request(prepared.info, algorithm, request.signature)
    written = building.encode(made, order.encoding)
    with AtomicFile.create(order.output.parent, order.job) as file:
        file.write(written)
        file.flush()
        facts = _read_back(file, len(written))
        if facts.der != made or facts.signature_verifies is not True:
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="file")
        target = file.publish(order.output, numbers=False)
    return MadeRequest(target=target, encoding=order.encoding, size=len(written), facts=facts)


def show(request: RequestShow, _: Context) -> RequestFacts:
    """Describe the request of a file."""
    with open_regular(request.path) as file:
        try:
            data = file.read(reading.LARGEST + 1)
        except OSError as error:
            raise read_error(error, request.path) from error
    try:
        return reading.describe(reading.unwrap(data))
    except RoscherkError as error:
        raise error.with_facts(path=path_fact(request.path)) from error


def _read_back(file: AtomicFile, size: int) -> RequestFacts:
    file.file.seek(0)
    return reading.describe(reading.unwrap(file.file.read(size + 1) or b""))
