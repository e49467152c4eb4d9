"""What can be done with a key or a token, each with its words and its icon. No Qt here."""

from collections.abc import Mapping
from enum import StrEnum

from app.crypto.containers.ways import of_csp
from app.texts.catalogue import N_
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Token
from app.tokens.pin_rules import PinAction, obstacle
from app.tokens.pin_state import PinRole, pin_state
from app.ui.details import Lines
from app.ui.known_keys import Key
from app.ui.rows import ReasonText
from app.values import dataclass


class Deed(StrEnum):
    """A button on the card."""

    CERTIFICATE = "certificate"
    PERSONAL = "personal"
    INSTALL = "install"
    BIND = "bind"
    UNBIND = "unbind"
    EARLIER = "earlier"
    REQUEST = "request"
    SHOW = "show"
    TEST = "test"
    COPY = "copy"
    IMPORT = "import"
    IMPORT_TOKEN = "import_token"  # noqa: S105 - a name
    EXPORT = "export"
    RENAME = "rename"
    PASSWORD = "password"  # noqa: S105 - a name
    COMPROMISED = "compromised"
    RESUME = "resume"
    FORGET = "forget"
    DELETE = "delete"
    FIRST_PIN = "first_pin"
    CHANGE_PIN = "change_pin"
    CHECK_PIN = "check_pin"
    UNBLOCK = "unblock"
    CHANGE_ADMIN_PIN = "change_admin_pin"
    LABEL = "label"
    FORMAT = "format"


@dataclass(frozen=True)
class Shown:
    """How a deed is shown."""

    text: str
    icon: str
    kind: str = "plain"


SHOWN: Mapping[Deed, Shown] = {
    Deed.CERTIFICATE: Shown(N_("Certificate and chain…"), "badge-check"),
    Deed.PERSONAL: Shown(N_("Install into «Личное»"), "badge-check"),
    Deed.INSTALL: Shown(N_("Install a certificate…"), "plus"),
    Deed.BIND: Shown(N_("Keep a certificate apart…"), "link"),
    Deed.UNBIND: Shown(N_("Forget its certificate…"), "unlink"),
    Deed.EARLIER: Shown(N_("An earlier certificate…"), "history"),
    Deed.REQUEST: Shown(N_("Request a certificate…"), "file-text"),
    Deed.SHOW: Shown(N_("Show what it holds…"), "eye"),
    Deed.TEST: Shown(N_("Test the key…"), "shield-check"),
    Deed.COPY: Shown(N_("Copy…"), "files"),
    Deed.IMPORT: Shown(N_("Import into the store…"), "plus"),
    Deed.IMPORT_TOKEN: Shown(N_("Import onto a token…"), "usb"),
    Deed.EXPORT: Shown(N_("Export to PFX…"), "save"),
    Deed.RENAME: Shown(N_("Rename…"), "signature"),
    Deed.PASSWORD: Shown(N_("Change the password…"), "lock-keyhole"),
    Deed.COMPROMISED: Shown(N_("The key is compromised…"), "triangle-alert"),
    Deed.RESUME: Shown(N_("Let the key sign again…"), "refresh-cw"),
    Deed.FORGET: Shown(N_("Take off the list"), "x"),
    Deed.DELETE: Shown(N_("Delete…"), "trash-2", "danger"),
    Deed.FIRST_PIN: Shown(N_("Set the first PIN…"), "lock-keyhole"),
    Deed.CHANGE_PIN: Shown(N_("Change the PIN…"), "lock-keyhole"),
    Deed.CHECK_PIN: Shown(N_("Check the PIN…"), "check"),
    Deed.UNBLOCK: Shown(N_("Unblock the PIN…"), "lock-keyhole"),
    Deed.CHANGE_ADMIN_PIN: Shown(N_("Administrator's PIN…"), "lock-keyhole"),
    Deed.LABEL: Shown(N_("Rename the token…"), "signature"),
    Deed.FORMAT: Shown(N_("Format the token…"), "trash-2", "danger"),
}
OF_TOKENS: Mapping[Deed, PinAction] = {
    Deed.UNBLOCK: PinAction.UNBLOCK,
    Deed.FIRST_PIN: PinAction.SET_FIRST,
    Deed.CHANGE_PIN: PinAction.CHANGE,
    Deed.CHECK_PIN: PinAction.VERIFY,
    Deed.CHANGE_ADMIN_PIN: PinAction.CHANGE_ADMINISTRATOR,
    Deed.LABEL: PinAction.LABEL,
    Deed.FORMAT: PinAction.FORMAT,
}
_UNUSABLE = frozenset({ContainerState.NO_KEY, ContainerState.DAMAGED, ContainerState.UNSUPPORTED})
_OF_CSP = frozenset({KeyPlaceKind.CARD, KeyPlaceKind.CRYPTOPRO, KeyPlaceKind.CSP})


@dataclass(frozen=True, kw_only=True)
class Card:
    """What stands beside the list: the chosen key or token, and what can be done with it."""

    heading: str
    lines: Lines
    notices: tuple[ReasonText, ...] = ()
    deeds: tuple[Deed, ...] = ()


def deeds_of(key: Key) -> tuple[Deed, ...]:
    """Return what can be done with a key, the commonest first.

    What is for КриптоПро CSP to do is offered too: the answer names the steps.
    """
    container = key.container
    own = container.place is KeyPlaceKind.STORE and not container.practice
    sound = container.state is not ContainerState.DAMAGED
    real = not container.practice
    stopped = key.details is not None and key.details.stop is not None
    offered = (
        (Deed.CERTIFICATE, key.facts is not None),
        (Deed.PERSONAL, real and _has_pair(container)),
        (Deed.INSTALL, real and container.state not in _UNUSABLE - {ContainerState.UNSUPPORTED}),
        (Deed.REQUEST, real and container.state is ContainerState.NO_CERTIFICATE),
        (Deed.BIND, real and _may_bind(container)),
        (Deed.UNBIND, real and container.certificate_bound),
        (Deed.EARLIER, own and sound and bool(container.earlier)),
        (Deed.SHOW, container.state is ContainerState.HIDDEN),
        (Deed.TEST, real and container.state not in {*_UNUSABLE, ContainerState.HIDDEN}),
        (Deed.COPY, (own and sound) or container.place in _OF_CSP),
        (Deed.IMPORT, container.place is KeyPlaceKind.PFX),
        (Deed.IMPORT_TOKEN, container.place is KeyPlaceKind.PFX),
        (Deed.EXPORT, real and sound and container.exportable is True),
        (Deed.RENAME, own and sound),
        (Deed.PASSWORD, own and sound),
        (Deed.COMPROMISED, real and not stopped and container.state is not ContainerState.NO_KEY),
        (Deed.RESUME, stopped),
        (Deed.FORGET, container.place is KeyPlaceKind.PFX),
        (Deed.DELETE, real and container.place is not KeyPlaceKind.PFX),
    )
    return tuple(deed for deed, holds in offered if holds)


def deeds_with(token: Token) -> tuple[Deed, ...]:
    """Return what can be done with the PINs of a token; what its maker reserves is not offered."""
    state = pin_state(token, PinRole.USER)
    hidden = {Deed.CHANGE_PIN, Deed.CHECK_PIN, Deed.LABEL} if state.locked else set()
    if not state.is_set:
        hidden.add(Deed.UNBLOCK)
    return tuple(
        deed
        for deed, action in OF_TOKENS.items()
        if deed not in hidden and obstacle(token, action) is None
    )


def _may_bind(container: Container) -> bool:
    """Tell whether a certificate kept apart helps: the key lacks one, and its place takes one.

    Where the place takes none (PFX, КриптоПро CSP), «Install» keeps it apart anyway.
    """
    if container.state is not ContainerState.NO_CERTIFICATE or container.certificate_bound:
        return False
    return container.place in {KeyPlaceKind.TOKEN, KeyPlaceKind.STORE} and not of_csp(container)


def _has_pair(container: Container) -> bool:
    bad = {ContainerState.NO_KEY, ContainerState.DAMAGED, ContainerState.MISMATCH}
    return container.certificate is not None and container.state not in bad
