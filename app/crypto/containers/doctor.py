"""What is wrong with the keys that there are, each finding with one safe thing to do about it.

No repair deletes anything, and none needs more than the certificate of the key itself.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.crypto.containers.installing import Installing, SecretOf
from app.crypto.containers.looking import Looking
from app.crypto.containers.model import (
    ContainerFacts,
    Device,
    Finding,
    Installed,
    Overview,
    Repair,
    RepairKind,
    Tone,
)
from app.crypto.containers.ways import of_csp
from app.crypto.trust.folders import StoreName, Stores
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, Fact, RoscherkError
from app.tokens.exposure import close_to_others
from app.tokens.file_methods import CertificateKey
from app.tokens.key_prints import KeyPrints, fits
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.small_files import read_small_file
from app.values import dataclass

REMINDERS = (1, 7, 14, 30, 60)
"""Days before the end of a term at which a person is reminded."""

_URGENT = 7
_LARGEST = 1 << 20
_KEYLESS = frozenset({ContainerState.NO_KEY})
_LACKING = frozenset({ContainerState.NO_CERTIFICATE, ContainerState.MISMATCH})
_STORES = (StoreName.PERSONAL, StoreName.OTHERS, StoreName.INTERMEDIATES)


@dataclass(frozen=True)
class _Spare:
    """A certificate that lies about, and of which key it is."""

    told: CertificateKey
    der: bytes


def reminder(end: datetime, now: datetime) -> int | None:
    """Return which reminder a term has come to, in days; None: it is not near, or it is over."""
    left = end - now
    if left < timedelta(0):
        return None
    return next((days for days in REMINDERS if left <= timedelta(days=days)), None)


class Doctor:
    """Examines containers. May be used from any thread."""

    def __init__(
        self, looking: Looking, installing: Installing, stores: Stores, prints: KeyPrints
    ) -> None:
        self._looking = looking
        self._installing = installing
        self._stores = stores
        self._prints = prints

    def examine(self, overview: Overview | None = None) -> tuple[Finding, ...]:
        """Look through everything, the gravest finding first; an overview at hand is used."""
        overview = overview or self._looking.overview()
        spare = self._spare(overview)
        found = [
            *(finding for each in overview.containers for finding in self._of(each, spare)),
            *self._repeated(overview),
            *(finding for device in overview.devices for finding in _of_device(device)),
        ]
        return tuple(sorted(found, key=lambda one: one.tone is not Tone.BAD))

    def repair(self, finding: Finding, secret_of: SecretOf) -> Installed | None:
        """Do what the finding says; raise ``REPAIR_BY_HAND`` where only a person can.

        Returns what was installed, where something was.
        """
        repair, container = finding.repair, finding.containers[0]
        if not repair.by_program:
            raise RoscherkError(ErrorCode.REPAIR_BY_HAND, name=finding.name)
        if repair.kind is RepairKind.CLOSE_ACCESS:
            path = self._looking.file_of(container)
            if path is not None:
                _close(path)
            return None
        apart = repair.kind is RepairKind.BIND
        certificates = [repair.certificate or b""]
        return self._installing.into(container, certificates, secret_of, apart=apart)

    def _of(self, facts: ContainerFacts, spare: list[_Spare]) -> Iterator[Finding]:
        """Say what is wrong with one container."""
        container, state = facts.container, facts.state
        if state in _LACKING:
            code = "key_without_certificate"
            if state is ContainerState.MISMATCH:
                code = "certificate_of_other_key"
            repair = self._certificate_for(container, spare)
            if facts.awaited is not None and not repair.by_program:
                made = _moment(facts.awaited.made)
                yield _finding("certificate_awaited", Tone.WARN, [container], repair, at=made)
            else:
                yield _finding(code, Tone.BAD, [container], repair)
        elif state is ContainerState.NO_KEY:
            kind = RepairKind.FIND_KEY
            yield _finding("certificate_without_key", Tone.WARN, [container], Repair(kind=kind))
        elif state is ContainerState.DAMAGED:
            yield _finding(
                "container_spoilt", Tone.BAD, [container], Repair(kind=RepairKind.RESTORE)
            )
        elif facts.last_day is not None:
            yield from _ending(container, facts.last_day, datetime.now(UTC))
        for warning in facts.warnings:
            repair = Repair(kind=RepairKind.CLOSE_ACCESS)
            yield _finding(warning.code, Tone.WARN, [container], repair, **warning.facts)

    def _certificate_for(self, container: Container, spare: list[_Spare]) -> Repair:
        """Find the certificate of a key among those that lie about, the newest of several."""
        key = self._prints.of(container)
        own = [each for each in spare if fits(each.told, container, key)]
        if not own:
            kind = RepairKind.GET_CERTIFICATE
            if container.state is ContainerState.MISMATCH:
                kind = RepairKind.SEPARATE
            return Repair(kind=kind)
        newest = max(own, key=lambda each: each.told.not_before)
        places = {KeyPlaceKind.STORE, KeyPlaceKind.TOKEN}
        written = container.place in places and not of_csp(container)
        kind = RepairKind.INSTALL if written else RepairKind.BIND
        return Repair(kind=kind, certificate=newest.der)

    def _spare(self, overview: Overview) -> list[_Spare]:
        """Return the certificates of persons that are at hand, wherever they lie."""
        found = dict.fromkeys(
            each.container.certificate
            for each in overview.containers
            if each.container.certificate is not None
        )
        for store in _STORES:
            for path in self._stores.files(store):
                try:
                    found.setdefault(read_small_file(path, _LARGEST))
                except RoscherkError:
                    continue
        ders = list(found)
        told = self._prints.of_certificates(ders)
        return [
            _Spare(one, der)
            for one, der in zip(told, ders, strict=True)
            if one.key and not one.authority
        ]

    def _repeated(self, overview: Overview) -> Iterator[Finding]:
        """Name the keys that lie in several places."""
        places: dict[str, list[Container]] = {}
        for facts in overview.containers:
            container = facts.container
            if facts.state in _KEYLESS or facts.state is ContainerState.DAMAGED:
                continue
            key = self._prints.of(container)
            if key is not None:
                places.setdefault(key, []).append(container)
        for several in places.values():
            if len(several) > 1:
                tokens = {one.token.serial if one.token is not None else None for one in several}
                one_token = len(tokens) == 1 and None not in tokens
                code = "certificates_of_one_key" if one_token else "key_in_several_places"
                repair = Repair(kind=RepairKind.COMPARE)
                yield _finding(code, Tone.WARN, several, repair, count=len(several))


def _of_device(device: Device) -> Iterator[Finding]:
    """Say what is wrong with a whole carrier."""
    containers = [each.container for each in device.containers]
    for warning in device.warnings:
        repair = Repair(kind=RepairKind.COMPARE)
        yield _finding(warning.code, Tone.WARN, containers, repair, **warning.facts)
    token = device.token
    if token is not None and token.factory_pin and containers:
        repair = Repair(kind=RepairKind.CHANGE_PIN)
        yield _finding("factory_pin", Tone.WARN, containers, repair)


def _ending(container: Container, end: datetime, now: datetime) -> Iterator[Finding]:
    repair = Repair(kind=RepairKind.RENEW)
    told = _moment(end)
    if now > end:
        yield _finding("term_over", Tone.BAD, [container], repair, end=told)
        return
    due = reminder(end, now)
    if due is not None:
        tone = Tone.BAD if due <= _URGENT else Tone.WARN
        days = (end - now).days
        yield _finding("term_ends", tone, [container], repair, end=told, days=days, reminder=due)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _finding(
    code: str, tone: Tone, containers: Iterable[Container], repair: Repair, **facts: Fact
) -> Finding:
    of = tuple(containers)
    told = "\n".join(sorted(each.uri for each in of)).encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(told).hexdigest()[:8]
    return Finding(
        name=f"{code}-{digest}", notice=Notice(code, facts), tone=tone, containers=of, repair=repair
    )


def _close(path: Path) -> None:
    try:
        close_to_others(path)
    except OSError as error:
        number = error.errno or 0
        raise RoscherkError(ErrorCode.TARGET_UNWRITABLE, path=str(path), errno=number) from None
