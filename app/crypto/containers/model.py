"""What is told of containers: frozen values, codes with facts and no sentences."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from app.crypto.requests.pending import PendingRequest
from app.crypto.verdict.facts import CertificateFacts, Notice
from app.errors import RoscherkError
from app.tokens.model import Container, ContainerState, Token
from app.tokens.stops import Stop
from app.values import dataclass


class WayKind(StrEnum):
    """What would make a signature with a key."""

    TOKEN = "token"  # noqa: S105 - a place
    """The token itself: the key never leaves it."""
    PROGRAM = "program"
    """This program's library, with the key opened for a moment."""
    CSP = "csp"
    """The installed КриптоПро CSP."""
    NEEDS_CSP = "needs_csp"
    """КриптоПро CSP would have to be installed."""
    CANNOT = "cannot"


@dataclass(frozen=True)
class SigningWay:
    """How a key can sign here, known before any file is chosen: one sentence's worth of code."""

    kind: WayKind
    reason: str = ""
    """A code. CANNOT: why not. NEEDS_CSP: ``passive`` (a token that keeps the key and does not
    sign with it) or ``qualified`` (a key of a qualified certificate in a folder); where CSP is
    installed, ``choose`` (the key is to be chosen among those that CSP shows) or ``module`` (the
    package with its PKCS #11 module is missing). PROGRAM:
    ``expert`` where the user allowed to read such a key."""

    @property
    def possible(self) -> bool:
        """Tell whether a signature can be made now."""
        return self.kind in {WayKind.TOKEN, WayKind.PROGRAM, WayKind.CSP}


@dataclass(frozen=True, kw_only=True)
class ContainerFacts:
    """A container with all that is to be said of it before it is used."""

    container: Container
    certificate: CertificateFacts | None
    state: ContainerState
    way: SigningWay
    key_not_before: datetime | None = None
    key_not_after: datetime | None = None
    """The term of the key: what ends first of the container's and the certificate's."""
    stop: Stop | None = None
    awaited: PendingRequest | None = None
    """The key has no certificate yet, and this request for one was made."""
    warnings: tuple[Notice, ...] = ()

    @property
    def last_day(self) -> datetime | None:
        """When this key can no longer be used with this certificate."""
        ends = [self.key_not_after]
        if self.certificate is not None:
            ends.append(self.certificate.not_after)
        known = [end for end in ends if end is not None]
        return min(known) if known else None


class PassiveLook(StrEnum):
    """Whether a token was searched for containers that PKCS #11 does not show (decision 22)."""

    LOOKED = "looked"
    NOT_LOOKED = "not_looked"
    """Nobody could look: the token must not be called empty."""
    NONE_POSSIBLE = "none_possible"
    """Such a device has no place for them."""


@dataclass(frozen=True, kw_only=True)
class Device:
    """One carrier and what lies on it. ``token`` is None for what lies on the disk."""

    token: Token | None
    containers: tuple[ContainerFacts, ...]
    passive: PassiveLook = PassiveLook.NONE_POSSIBLE
    warnings: tuple[Notice, ...] = ()

    @property
    def empty(self) -> bool | None:
        """Tell whether there is nothing on it; None: nobody can say (decision 22)."""
        if self.containers:
            return False
        return None if self.passive is PassiveLook.NOT_LOOKED else True


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everything that was found, by carrier, and what went wrong in single places meanwhile."""

    devices: tuple[Device, ...]
    failures: tuple[RoscherkError, ...] = ()

    @property
    def containers(self) -> tuple[ContainerFacts, ...]:
        """All containers in order."""
        return tuple(each for device in self.devices for each in device.containers)


class Tone(StrEnum):
    """What a line of a report amounts to."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Line:
    """One line of a report on a container."""

    notice: Notice
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class ContainerTest:
    """The report of a test, in the order in which it was made."""

    facts: ContainerFacts
    lines: tuple[Line, ...]
    warnings: tuple[str, ...] = ()
    """Codes of what was odd while the key was opened."""

    @property
    def tone(self) -> Tone:
        """The gravest of all lines."""
        found = {line.tone for line in self.lines}
        return next((tone for tone in (Tone.BAD, Tone.WARN) if tone in found), Tone.OK)


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A certificate that was put somewhere, and what the user should know about it."""

    container: Container
    certificate: CertificateFacts
    where: str
    """``personal`` (the program's store Личное), ``container``, ``token``, or ``bound``."""
    chain_added: tuple[CertificateFacts, ...] = ()
    """What went into Промежуточные."""
    replaced: int = 0
    """How many earlier certificates of the same key it took the place of; they were kept."""
    change: str | None = None
    """The name of the change, by which it can be undone (`app.crypto.trust.changes`)."""
    notices: tuple[Notice, ...] = ()
    request: PendingRequest | None = None
    """The request that this certificate answers: it waits no more."""


@dataclass(frozen=True, kw_only=True)
class Losses:
    """What will be gone after a deletion, for the question before it."""

    container: Container
    certificate: CertificateFacts | None
    objects: tuple[str, ...]
    """Codes: ``private_key``, ``public_key``, ``certificate``, ``container_file``."""
    key_elsewhere: tuple[str, ...] = ()
    """URIs of other containers that hold the same key."""
    confirmation: str = ""
    """What the user types to go on: the name of the container."""
    notices: tuple[Notice, ...] = ()


class RepairKind(StrEnum):
    """The one safe thing to do about a finding."""

    BIND = "bind"
    """Bind a certificate that was found to the key."""
    INSTALL = "install"
    """Put it into the container."""
    CLOSE_ACCESS = "close_access"
    """Take from others the right to read the files."""
    GET_CERTIFICATE = "get_certificate"
    FIND_KEY = "find_key"
    RENEW = "renew"
    COMPARE = "compare"
    """Find out which copy is the one that is used."""
    RESTORE = "restore"
    SEPARATE = "separate"
    """Get the certificate that was issued for this key; the one that is there is of another."""
    CHANGE_PIN = "change_pin"


_BY_PROGRAM = frozenset({RepairKind.BIND, RepairKind.INSTALL, RepairKind.CLOSE_ACCESS})


@dataclass(frozen=True, kw_only=True)
class Repair:
    """A repair: done by the program if it can be, else told as an advice."""

    kind: RepairKind
    certificate: bytes | None = field(default=None, repr=False)
    """BIND, INSTALL: the certificate, in DER."""

    @property
    def by_program(self) -> bool:
        """Tell whether `Doctor.repair` does it."""
        return self.kind in _BY_PROGRAM


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is not as it should be."""

    name: str
    """Short, the same at each look: a script names the finding by it."""
    notice: Notice
    tone: Tone
    containers: tuple[Container, ...]
    repair: Repair
