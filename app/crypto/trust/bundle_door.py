"""Trust bundles as a face asks for them: made on one computer, looked at and imported on another."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.crypto import methods
from app.crypto.model import SignRequest
from app.crypto.signing.door import Signing
from app.crypto.trust import bundles
from app.crypto.trust.changes import Change, TrustChanges
from app.crypto.trust.door import Trust, is_root, title_of, title_of_list
from app.crypto.trust.folders import StoreName, Stores
from app.crypto.trust.model import BundleAnswer, BundleRequest, ListFacts, StoredItem
from app.crypto.verdict.facts import CertificateFacts, FileFormat
from app.crypto.verdict.report import FileReport, Integrity
from app.crypto.verifying.door import Verifying, VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens.model import Container
from app.tokens.pin import Secret
from app.values import dataclass

_ROOM = 512 << 20
"""So many octets a bundle may hold, unpacked."""


@dataclass(frozen=True, kw_only=True)
class BundleView:
    """What a bundle would change here."""

    bundle: BundleAnswer
    signature: FileReport | None = None
    """The verdict on its signature under what is trusted here now; None: it has none."""
    roots: tuple[CertificateFacts, ...] = ()
    """Not trusted here yet: each wants the user's word."""
    authorities: tuple[CertificateFacts, ...] = ()
    lists: tuple[ListFacts, ...] = ()
    """Newer than what is here."""
    older: tuple[ListFacts, ...] = ()
    """Left out: what is here is newer."""
    known: int = 0
    """Parts that are here already."""
    registers: int = 0
    """Lists of accredited authorities, carried as they are."""

    @property
    def data_of(self) -> datetime:
        """Return the day of the oldest list that it brings, or of the bundle itself."""
        return min((one.this_update for one in self.lists), default=self.bundle.made_at)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What was taken out of a bundle."""

    view: BundleView
    change: Change | None
    refused: tuple[CertificateFacts, ...] = ()
    """Roots that the user did not confirm: they stayed outside."""
    registers: int = 0
    """Lists of accredited authorities that were taken."""
    left_out: tuple[RoscherkError, ...] = ()
    """Why others were not: older than the one here, or not good by themselves."""


class Bundles:
    """Makes and takes trust bundles. May be used from any thread."""

    def __init__(
        self,
        workers: Pool,
        trust: Trust,
        *,
        stores: Stores,
        changes: TrustChanges,
        signing: Signing,
        verifying: Verifying,
        registers: Callable[[], Iterable[Path]] = tuple,
        take_register: Callable[[Path], object] | None = None,
    ) -> None:
        """Take the rooms.

        ``registers``: files of the list of accredited authorities that go along as they are;
        ``take_register`` is given each such file of a bundle and checks it like any other.
        """
        self._workers = workers
        self._stores = stores
        self._changes = changes
        self._trust = trust
        self._signing = signing
        self._verifying = verifying
        self._registers = registers
        self._take_register = take_register

    def make(
        self,
        target: Path,
        *,
        maker: str = "",
        signer: Container | None = None,
        secret: Secret | None = None,
    ) -> str:
        """Put what is trusted here into one file; return its SHA-256 (hex).

        ``signer``: the key that signs the list of parts. Raises ``BUNDLE_EMPTY``,
        ``TARGET_EXISTS``, and what signing raises.
        """
        made = bundles.draft(self._stores, maker=maker, accredited=self._registers())
        signature = None if signer is None else self._signature(made.manifest, signer, secret)
        return bundles.write(made, signature, target)

    def show(self, path: Path) -> BundleView:
        """Read a bundle, and say what it would change. Nothing is stored.

        Raises ``BUNDLE_DAMAGED`` (path, part), ``BUNDLE_NOT_SIGNED_WELL``.
        """
        return self._view(self._read(path, None), path)

    def take(self, path: Path, *, confirmed: Iterable[str] = ()) -> Imported:
        """Import a bundle: authorities and newer lists, and those roots that the user confirmed.

        ``confirmed``: their fingerprints (SHA-256, hex). All of it is one change that can be undone.
        """
        agreed = {one.lower() for one in confirmed}
        with tempfile.TemporaryDirectory(prefix="roscherk-") as name:
            folder = Path(name)
            view = self._view(self._read(path, folder), path)
            roots = [each for each in view.roots if each.sha256.lower() in agreed]
            certificates = [*roots, *view.authorities]
            there = {each.crl.series: each for each in self._trust.items() if each.crl is not None}
            gone = [
                (StoreName.CRLS, there[one.series].path)
                for one in view.lists
                if one.signed and one.series in there
            ]
            change = self._changes.apply(
                [
                    *((StoreName.ANCHORS, each.der) for each in roots),
                    *((StoreName.INTERMEDIATES, each.der) for each in view.authorities),
                    *(
                        (StoreName.CRLS, (folder / f"{one.sha256}.crl").read_bytes())
                        for one in view.lists
                    ),
                ],
                gone,
                reason="bundle",
                source=str(path),
                titles={each.sha256.lower(): title_of(each) for each in certificates}
                | {one.sha256: title_of_list(one) for one in view.lists},
            )
            registers, left_out = self._take_registers(view.bundle, folder)
        return Imported(
            view=view,
            change=change,
            refused=tuple(each for each in view.roots if each.sha256.lower() not in agreed),
            registers=registers,
            left_out=left_out,
        )

    def _take_registers(
        self, bundle: BundleAnswer, folder: Path
    ) -> tuple[int, tuple[RoscherkError, ...]]:
        """Hand on the lists of accredited authorities; one that is refused stops nothing else."""
        if self._take_register is None:
            return 0, ()
        files = [Path(part.name).name for part in bundle.parts if part.kind == "accredited"]
        left_out = []
        for name in files:
            try:
                self._take_register(folder / name)
            except RoscherkError as error:
                left_out.append(error)
        return len(files) - len(left_out), tuple(left_out)

    def _read(self, path: Path, unpack: Path | None) -> BundleAnswer:
        request = BundleRequest(path=path, unpack=unpack, trust=self._stores.material())
        return self._workers.run(methods.TRUST_BUNDLE, request, size=_ROOM)

    def _view(self, bundle: BundleAnswer, path: Path) -> BundleView:
        items = self._trust.items()
        trusted = _fingerprints(items, StoreName.ANCHORS)
        helping = trusted | _fingerprints(items, StoreName.INTERMEDIATES)
        newest = {each.crl.series: each.crl.this_update for each in items if each.crl is not None}
        fresh, older, known = [], [], 0
        for one in bundle.lists:
            here = newest.get(one.series)
            if here is None or one.this_update > here or not one.signed:
                fresh.append(one)
            elif one.this_update == here:
                known += 1
            else:
                older.append(one)
        roots, authorities = [], []
        for kind, facts in bundle.certificates:
            digest = facts.sha256.lower()
            if digest in (trusted if kind == "anchor" else helping):
                known += 1
            elif facts.practice:
                raise RoscherkError(ErrorCode.PRACTICE_CERTIFICATE, name=facts.subject.text)
            elif kind == "anchor" or is_root(facts):
                roots.append(facts)
            else:
                authorities.append(facts)
        return BundleView(
            bundle=bundle,
            signature=self._judged(bundle, path),
            roots=tuple(roots),
            authorities=tuple(authorities),
            lists=tuple(fresh),
            older=tuple(older),
            known=known,
            registers=sum(part.kind == "accredited" for part in bundle.parts),
        )

    def _signature(self, manifest: bytes, signer: Container, secret: Secret | None) -> bytes:
        with tempfile.TemporaryDirectory(prefix="roscherk-") as name:
            source = Path(name) / bundles.MANIFEST
            source.write_bytes(manifest)
            request = SignRequest(
                source=source,
                container=signer,
                output=Path(name) / bundles.SIGNATURE,
                signing_time=datetime.now(UTC).replace(microsecond=0),
            )
            return self._signing.sign(request, secret).target.read_bytes()

    def _judged(self, bundle: BundleAnswer, path: Path) -> FileReport | None:
        """Judge the signature of a bundle; raise ``BUNDLE_NOT_SIGNED_WELL`` where it is broken."""
        if bundle.signature is None:
            return None
        with tempfile.TemporaryDirectory(prefix="roscherk-") as name:
            folder = Path(name)
            content, signature = folder / bundles.MANIFEST, folder / bundles.SIGNATURE
            content.write_bytes(bundle.manifest)
            signature.write_bytes(bundle.signature)
            checked = self._verifying.verify([signature], VerifyOptions(content=content))
        report = replace(checked.report.files[0], path=str(path))
        # Whatever else is signed, a PDF or a message of its own, does not speak of this bundle.
        detached = report.format is FileFormat.CMS_DETACHED
        intact = all(each.integrity is Integrity.INTACT for each in report.signatures)
        if not detached or not report.signatures or not intact:
            raise RoscherkError(ErrorCode.BUNDLE_NOT_SIGNED_WELL, path=str(path))
        return report


def _fingerprints(items: Iterable[StoredItem], store: StoreName) -> set[str]:
    return {
        each.certificate.sha256.lower()
        for each in items
        if each.store is store and each.certificate is not None
    }
