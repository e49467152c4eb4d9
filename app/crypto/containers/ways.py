"""How a key can sign here: pure functions over what is known before any file is chosen."""

from collections.abc import Callable

from app.crypto.containers.model import SigningWay, WayKind
from app.errors import ErrorCode, RoscherkError
from app.tokens.csp.installed import InstalledCsp
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Vendor

Permit = Callable[[Container], None]
"""Returns if the key of a container folder may be read; raises ``KEY_READING_OFF`` otherwise."""

_OF_CSP = frozenset({KeyPlaceKind.CRYPTOPRO, KeyPlaceKind.CARD, KeyPlaceKind.CSP})
_OBSTACLES = frozenset(
    {
        ContainerState.NO_KEY,
        ContainerState.MISMATCH,
        ContainerState.DAMAGED,
        ContainerState.UNSUPPORTED,
        ContainerState.NO_CERTIFICATE,
        ContainerState.EXPIRED,
        ContainerState.NOT_YET_VALID,
    }
)
_NEEDED = {KeyPlaceKind.CRYPTOPRO: "qualified", KeyPlaceKind.CARD: "passive"}
"""Why CSP is needed for a key that may not be read: where its container lies."""


def signing_way(
    container: Container,
    state: ContainerState,
    permit: Permit,
    *,
    stopped: bool = False,
    csp: Callable[[], InstalledCsp | None] = lambda: None,
) -> SigningWay:
    """Say what would sign with this key, the gravest obstacle first.

    ``csp`` looks for an installed КриптоПро CSP; it is asked only where that matters.
    """
    if stopped:
        return SigningWay(WayKind.CANNOT, "compromised")
    if state in _OBSTACLES:
        return SigningWay(WayKind.CANNOT, str(state))
    if container.place is KeyPlaceKind.TOKEN:
        return _on_token(container)
    needed = _NEEDED.get(container.place)
    if needed is not None:
        return _in_folder(container, permit, needed, csp)
    by_csp = container.place is KeyPlaceKind.CSP
    return SigningWay(WayKind.CSP if by_csp else WayKind.PROGRAM)


def of_csp(container: Container) -> bool:
    """Tell whether a container is КриптоПро CSP's to change: this program only reads it."""
    if container.place in {KeyPlaceKind.CRYPTOPRO, KeyPlaceKind.CARD, KeyPlaceKind.CSP}:
        return True
    return container.token is not None and container.token.vendor is Vendor.CRYPTOPRO


def _on_token(container: Container) -> SigningWay:
    token = container.token
    if token is None:
        return SigningWay(WayKind.CANNOT, str(ContainerState.NO_KEY))
    if token.vendor is Vendor.CRYPTOPRO:
        return SigningWay(WayKind.CSP)
    if token.flags.user_pin_locked:
        return SigningWay(WayKind.CANNOT, "pin_locked")
    if not token.flags.user_pin_set:
        return SigningWay(WayKind.CANNOT, "pin_not_set")
    return SigningWay(WayKind.TOKEN)


def _in_folder(
    container: Container,
    permit: Permit,
    needed: str,
    csp: Callable[[], InstalledCsp | None],
) -> SigningWay:
    try:
        permit(container)
    except RoscherkError as error:
        if error.code is ErrorCode.KEY_READING_OFF:
            found = csp()
            if found is None:
                return SigningWay(WayKind.NEEDS_CSP, needed)
            return SigningWay(WayKind.NEEDS_CSP, "choose" if found.can_sign else "module")
        if error.code is ErrorCode.CERTIFICATE_DAMAGED:
            return SigningWay(WayKind.CANNOT, str(ContainerState.DAMAGED))
        raise
    return SigningWay(WayKind.PROGRAM)
