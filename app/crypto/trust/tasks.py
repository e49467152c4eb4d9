"""The worker's side of the trust room: describe stores and files, find what lacks, fetch lists."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from app.crypto.certificates import reading
from app.crypto.certificates.fields import describe
from app.crypto.certificates.trusted import CertificateIndex, LoadedTrust
from app.crypto.network.policy import Purpose
from app.crypto.opening import open_regular, path_fact
from app.crypto.trust import stores
from app.crypto.trust.describing import authorities_of, describe_list
from app.crypto.trust.folders import StoreName
from app.crypto.trust.model import (
    BundleAnswer,
    BundleRequest,
    FoundList,
    LookAnswer,
    LookRequest,
    MissingAnswer,
    MissingRequest,
    Problem,
    RefreshAnswer,
    RefreshRequest,
    StoredItem,
    StoresAnswer,
    StoresRequest,
)
from app.crypto.verdict.facts import CertificateFacts, Notice
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context

MOST_ADDRESSES = 64
"""Of lists that are fetched in one go."""
_OF_ONE = 3


def show_stores(request: StoresRequest, _: Context) -> StoresAnswer:
    """Describe everything in the stores; what cannot be read is told, not hidden."""
    found: list[StoredItem] = []
    lists: list[tuple[StoreName, Path, bytes]] = []
    authorities: list[bytes] = []
    for store, folder in request.folders:
        for path in stores.files_of(folder):
            try:
                material = _read(path)
                if store is StoreName.CRLS and material.crls:
                    lists.append((store, path, material.crls[0]))
                    continue
                facts = describe(material.certificates[0])
            except (RoscherkError, IndexError) as error:
                found.append(StoredItem(store=store, path=path, problem=_problem(error, path)))
                continue
            if store in {StoreName.ANCHORS, StoreName.INTERMEDIATES}:
                authorities.append(facts.der)
            found.append(StoredItem(store=store, path=path, certificate=facts))
    index = authorities_of(LoadedTrust.of(intermediates=authorities))
    found += (_stored_list(store, path, encoded, index) for store, path, encoded in lists)
    return StoresAnswer(items=tuple(found))


def _stored_list(
    store: StoreName, path: Path, encoded: bytes, index: tuple[CertificateIndex, ...]
) -> StoredItem:
    try:
        return StoredItem(store=store, path=path, crl=describe_list(encoded, index))
    except ValueError:
        damaged = Problem(code=ErrorCode.FORMAT_DAMAGED.value, path=path_fact(path))
        return StoredItem(store=store, path=path, problem=damaged)


def look(request: LookRequest, _: Context) -> LookAnswer:
    """Describe certificates and lists that the user brought."""
    trust = stores.load(request.trust)
    found, notices = stores.read_files(request.paths)
    certificates, lists = {}, {}
    problems = [Problem(code=str(n.facts["cause"]), path=str(n.facts["path"])) for n in notices]
    for path, material in found:
        for encoded in material.certificates:
            try:
                certificates[encoded] = describe(encoded)
            except RoscherkError as error:
                problems.append(_problem(error, path))
    index = (
        *authorities_of(trust),
        *authorities_of(LoadedTrust.of(intermediates=list(certificates))),
    )
    for path, material in found:
        for encoded in material.crls:
            try:
                facts = describe_list(encoded, index)
            except ValueError:
                problems.append(_problem(ValueError(), path))
            else:
                lists[encoded] = FoundList(facts=facts, encoded=encoded, source=str(path))
    return LookAnswer(
        certificates=tuple(certificates.values()),
        lists=tuple(lists.values()),
        problems=tuple(problems),
    )


def missing(request: MissingRequest, _: Context) -> MissingAnswer:
    """Find what a chain lacks."""
    from app.crypto.trust import gathering  # noqa: PLC0415 - it loads the network

    return gathering.find_missing(request)


def bundle(request: BundleRequest, _: Context) -> BundleAnswer:
    """Read a trust bundle."""
    from app.crypto.trust import bundle_reading  # noqa: PLC0415 - hardly ever asked for

    return bundle_reading.read_bundle(request)


def refresh(request: RefreshRequest, context: Context) -> RefreshAnswer:
    """Fetch the lists that certificates of the stores name; keep those that an authority signed."""
    from app.crypto.network.fetching import Network  # noqa: PLC0415 - it loads the network

    trust = stores.load(request.trust)
    further, _notices = stores.read_files(request.further)
    others = [one for _, material in further for one in material.certificates]
    named = _addresses(_described(trust, others))
    network = Network(request.network)
    index = authorities_of(trust)
    lists: dict[bytes, FoundList] = {}
    problems: list[Notice] = []
    for done, url in enumerate(named):
        context.progress(done, len(named))
        network.renew()
        try:
            crls = reading.read_material(network.get(url, Purpose.CRL, fresh=True)).crls
        except RoscherkError as error:
            if error.code is ErrorCode.NETWORK_OFFLINE:
                problems.append(Notice("evidence_offline"))
                break
            problems.append(_not_fetched(url, str(error.facts.get("reason", error.code.value))))
            continue
        problem = _take_lists(crls, url, index, lists)
        if problem is not None:
            problems.append(_not_fetched(url, problem))
    return RefreshAnswer(
        lists=tuple(lists.values()),
        asked=len(named),
        problems=tuple(problems),
        network=network.uses,
    )


def _take_lists(
    crls: Iterable[bytes],
    url: str,
    index: tuple[CertificateIndex, ...],
    lists: dict[bytes, FoundList],
) -> str | None:
    """Take the lists of one address that an authority signed; return what is wrong, if anything."""
    problem: str | None = "crl_damaged"
    for encoded in crls:
        try:
            facts = describe_list(encoded, index)
        except ValueError:
            return "crl_damaged"
        if not facts.signed:
            return "crl_signature"
        problem = None
        lists[encoded] = FoundList(facts=facts, encoded=encoded, source=url)
    return problem


def _described(trust: LoadedTrust, others: Iterable[bytes]) -> Iterator[CertificateFacts]:
    stored = (one.encoded for one in chain(trust.anchors, trust.intermediates))
    for encoded in (*stored, *others):
        try:
            yield describe(encoded)
        except RoscherkError:
            continue


def _addresses(certificates: Iterable[CertificateFacts]) -> list[str]:
    """Return the addresses of lists: the first ones of each certificate, each once."""
    named = (url for each in certificates for url in each.crl_urls[:_OF_ONE])
    return list(dict.fromkeys(named))[:MOST_ADDRESSES]


def _not_fetched(url: str, reason: str) -> Notice:
    return Notice("evidence_not_fetched", {"url": url, "reason": reason})


def _read(path: Path) -> reading.Material:
    with open_regular(path) as file:
        return reading.read_material(file.read(reading.LARGEST + 1))


def _problem(error: Exception, path: Path) -> Problem:
    code = error.code if isinstance(error, RoscherkError) else ErrorCode.FORMAT_UNKNOWN
    return Problem(code=code.value, path=path_fact(path))
