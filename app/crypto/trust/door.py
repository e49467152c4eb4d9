"""The door of the trust room: what is in the stores, what is added, taken out, found, undone.

Light: files of strangers are read by workers. A root goes into the stores only if the caller names
its fingerprint as the one that the user has confirmed; an intermediate needs no decision, for by
itself it makes nothing trusted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.crypto import methods
from app.crypto.evidence.orders import EvidenceOrders
from app.crypto.network.budget import CRL_SECONDS, DOCUMENT_SECONDS
from app.crypto.network.passwords import ProxyPassword
from app.crypto.trust.changes import Change, History, TrustChanges
from app.crypto.trust.folders import StoreName, Stores
from app.crypto.trust.model import (
    FoundList,
    ListFacts,
    LookAnswer,
    LookRequest,
    MissingAnswer,
    MissingRequest,
    RefreshAnswer,
    RefreshRequest,
    StoredItem,
    StoresRequest,
)
from app.crypto.verdict.facts import CertificateFacts, Name
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.child import Progress
from app.processes.pool import Pool
from app.values import dataclass

_CONTENT = 64 << 20
"""So many octets a store may hold and be described within the time of a task."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of lists that were brought: a newer one is never replaced by an older."""

    change: Change | None
    new: tuple[FoundList, ...] = ()
    """They are in the store now."""
    older: tuple[FoundList, ...] = ()
    """Left out: what is there is newer."""
    replaced: int = 0


def is_root(facts: CertificateFacts) -> bool:
    """Tell whether a certificate can be a root: an authority that names itself as its issuer."""
    return facts.is_ca and facts.subject.text == facts.issuer.text


def store_of(facts: CertificateFacts) -> StoreName:
    """Return the store in which a certificate belongs."""
    if not facts.is_ca:
        return StoreName.OTHERS
    return StoreName.ANCHORS if is_root(facts) else StoreName.INTERMEDIATES


class Trust:
    """The certificate stores of one profile. May be used from any thread."""

    def __init__(
        self,
        workers: Pool,
        stores: Stores,
        changes: TrustChanges,
        orders: EvidenceOrders,
        proxy_password: ProxyPassword,
    ) -> None:
        self._workers = workers
        self._stores = stores
        self._changes = changes
        self._orders = orders
        self._proxy_password = proxy_password

    # --- looking

    def items(self) -> tuple[StoredItem, ...]:
        """Describe everything that is in the stores, store by store."""
        folders = tuple((store, self._stores.folder(store)) for store in StoreName)
        present = tuple((store, folder) for store, folder in folders if folder.is_dir())
        size = sum(
            path.stat().st_size for store, _ in present for path in self._stores.files(store)
        )
        request = StoresRequest(folders=present)
        return self._workers.run(methods.TRUST_STORES, request, size=size + _CONTENT).items

    def look(self, paths: Sequence[Path]) -> LookAnswer:
        """Describe certificates and revocation lists in files and folders; nothing is stored."""
        request = LookRequest(paths=tuple(paths), trust=self._stores.material())
        return self._workers.run(methods.TRUST_LOOK, request, size=_CONTENT)

    def history(self) -> History:
        """Return who changed what and when, the newest first."""
        return self._changes.history()

    def missing(
        self,
        leaf: bytes,
        *,
        pool: Iterable[bytes] = (),
        given: Sequence[Path] = (),
        fetch: bool = True,
        cancel: Cancel | None = None,
    ) -> MissingAnswer:
        """Find what the chain of a certificate lacks. Nothing is stored by this.

        ``pool``: what came with it. ``given``: files and folders that the user points to.
        ``fetch``: ask the network too, as far as the settings allow.
        """
        network = self._orders.policy(offline=not fetch)
        found = self._workers.run(
            methods.TRUST_MISSING,
            MissingRequest(
                leaf=leaf,
                pool=tuple(pool),
                given=tuple(given),
                trust=self._stores.material(),
                network=network,
                at=datetime.now(UTC),
            ),
            size=_CONTENT,
            waiting=2 * (DOCUMENT_SECONDS + CRL_SECONDS) if network.online else 0.0,
            secret=self._proxy_password.current,
            cancel=cancel or Cancel(),
        )
        if fetch:
            return found
        # Nobody wanted the network: that it was not asked is no news.
        told = tuple(each for each in found.problems if each.code != "evidence_offline")
        return replace(found, problems=told)

    # --- changing

    def add(
        self,
        certificates: Iterable[CertificateFacts],
        *,
        confirmed: Iterable[str] = (),
        reason: str = "add",
        source: str = "",
        lists: Iterable[FoundList] = (),
    ) -> Change | None:
        """Put certificates into their stores, and lists beside them, in one step.

        ``confirmed``: fingerprints (SHA-256, hex) of the roots that the user said to trust. Raises
        ``ROOT_NOT_CONFIRMED`` (name, sha256), ``PRACTICE_CERTIFICATE``, and those of
        `TrustChanges.apply`.
        """
        wanted = tuple(certificates)
        agreed = {one.lower() for one in confirmed}
        for facts in wanted:
            if facts.practice:
                raise RoscherkError(ErrorCode.PRACTICE_CERTIFICATE, name=facts.subject.text)
            if is_root(facts) and facts.sha256.lower() not in agreed:
                raise RoscherkError(
                    ErrorCode.ROOT_NOT_CONFIRMED,
                    name=facts.subject.text,
                    sha256=facts.sha256.lower(),
                )
        taken, gone, titles = self._sorted(tuple(lists))
        return self._changes.apply(
            [
                *((store_of(facts), facts.der) for facts in wanted),
                *((StoreName.CRLS, one.encoded) for one in taken.new),
            ],
            [(StoreName.CRLS, path) for path in gone],
            reason=reason,
            source=source,
            titles=titles | {facts.sha256.lower(): title_of(facts) for facts in wanted},
        )

    def add_lists(
        self, lists: Sequence[FoundList], *, reason: str = "lists", source: str = ""
    ) -> Taken:
        """Put revocation lists into their store; each takes the place of the older of its kind."""
        taken, gone, titles = self._sorted(tuple(lists))
        change = self._changes.apply(
            [(StoreName.CRLS, one.encoded) for one in taken.new],
            [(StoreName.CRLS, path) for path in gone],
            reason=reason,
            source=source,
            titles=titles,
        )
        return Taken(change=change, new=taken.new, older=taken.older, replaced=len(gone))

    def remove(self, items: Sequence[StoredItem]) -> Change | None:
        """Take files out of their stores; they are kept aside."""
        titles = {
            each.path.stem: title_of(each.certificate)
            for each in items
            if each.certificate is not None
        }
        return self._changes.apply(
            [], [(each.store, each.path) for each in items], reason="remove", titles=titles
        )

    def undo(self, name: str | None = None) -> Change:
        """Undo a change, the newest if none is named; raise as `TrustChanges.undo` does."""
        return self._changes.undo(name)

    def refresh(
        self, *, progress: Progress | None = None, cancel: Cancel | None = None
    ) -> tuple[RefreshAnswer, Taken]:
        """Fetch the lists that stored certificates name, and keep those that are newer."""
        further = tuple(
            folder
            for store in (StoreName.PERSONAL, StoreName.OTHERS)
            if (folder := self._stores.folder(store)).is_dir()
        )
        network = self._orders.policy()
        answer = self._workers.run(
            methods.TRUST_REFRESH,
            RefreshRequest(trust=self._stores.material(), further=further, network=network),
            size=_CONTENT,
            waiting=10 * CRL_SECONDS if network.online else 0.0,
            secret=self._proxy_password.current,
            progress=progress,
            cancel=cancel or Cancel(),
        )
        return answer, self.add_lists(answer.lists, source="network")

    def _sorted(self, lists: tuple[FoundList, ...]) -> tuple[Taken, list[Path], dict[str, str]]:
        """Say which lists are newer than what is there, and which files they replace."""
        if not lists:
            return Taken(change=None), [], {}
        there = [each for each in self.items() if each.crl is not None]
        titles = {one.facts.sha256: title_of_list(one.facts) for one in lists}
        new: dict[str, FoundList] = {}
        older: list[FoundList] = []
        gone: dict[Path, None] = {}
        for one in sorted(lists, key=lambda each: each.facts.this_update, reverse=True):
            rivals = [each for each in there if each.crl and each.crl.series == one.facts.series]
            best = max((each.crl.this_update for each in rivals if each.crl), default=None)
            sure = one.facts.signed is True  # nobody's word decides nothing
            if sure and (one.facts.series in new or (best and best >= one.facts.this_update)):
                older.append(one)
                continue
            new[one.facts.series if sure else one.facts.sha256] = one
            for each in rivals if one.facts.signed else ():
                gone[each.path] = None
                if each.crl is not None:
                    titles[each.crl.sha256] = title_of_list(each.crl)
        return Taken(change=None, new=tuple(new.values()), older=tuple(older)), list(gone), titles


def title_of(facts: CertificateFacts) -> str:
    """Return whose certificate it is, for the record."""
    return _short(facts.subject)


def title_of_list(facts: ListFacts) -> str:
    """Return whose list it is, for the record."""
    return _short(facts.issuer)


def _short(name: Name) -> str:
    return name.common_name or name.organization or name.text
