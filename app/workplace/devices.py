"""Readers, modules, tokens and keys: facts that need no PIN."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app.crypto.containers.looking import Looking
from app.crypto.containers.model import ContainerFacts
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.texts.token_words import device_name
from app.tokens.csp.installed import InstalledCsp
from app.tokens.keyring import Keyring, TokenListing
from app.tokens.model import ContainerState, Module, Token
from app.tokens.watching import look_once
from app.workplace.model import Area, Code, Finding, Remedy, State, of_error

_SOON: Final = timedelta(days=30)
_FEW_TRIES: Final = 3
_USB: Final = Path("/sys/bus/usb/devices")
_VENDORS: Final = frozenset({"0a89", "24dc", "0529", "1050"})
"""USB numbers of Актив, Аладдин Р.Д., SafeNet, Yubico: makers of tokens only."""
_COMMANDS: Final = {
    ErrorCode.READERS_SERVICE_MISSING: "sudo apt install pcscd",
    ErrorCode.READERS_LIBRARY_MISSING: "sudo apt install libpcsclite1",
    ErrorCode.READERS_SERVICE_STOPPED: "sudo systemctl enable --now pcscd.socket",
    ErrorCode.READERS_FAILED: "sudo systemctl restart pcscd",
}
_NOT_GRAVE: Final = frozenset({ErrorCode.READERS_NONE, ErrorCode.READERS_REMOTE})
"""Whoever signs with keys in files needs no reader."""
_STATES: Final = {
    ContainerState.EXPIRED: (Code.KEY_EXPIRED, State.ATTENTION),
    ContainerState.NOT_YET_VALID: (Code.KEY_NOT_YET, State.ATTENTION),
    ContainerState.NO_CERTIFICATE: (Code.KEY_WITHOUT_CERTIFICATE, State.ATTENTION),
    ContainerState.NO_KEY: (Code.KEY_UNUSABLE, State.PLAIN),
    ContainerState.HIDDEN: (Code.KEY_UNUSABLE, State.PLAIN),
}


def readers(_cancel: Cancel, usb: Path = _USB) -> Iterator[Finding]:
    """Look at the service of card readers, and at what is plugged in."""
    found, problem = look_once()
    if problem is not None:
        grave = problem.code not in _NOT_GRAVE
        yield Finding(
            area=Area.READERS,
            code=problem.code.value,
            state=State.BAD if grave else State.ATTENTION,
            facts=dict(problem.facts),
            command=_COMMANDS.get(problem.code, ""),
        )
    else:
        cards = sum(each.card for each in found)
        yield Finding(
            area=Area.READERS,
            code=Code.READERS_THERE,
            state=State.GOOD,
            facts={"count": len(found), "cards": cards},
        )
    if not any(each.card for each in found) and plugged_in(usb):
        # Seen by the system and by no reader: its rights, a guard of devices, a missing driver.
        yield Finding(area=Area.READERS, code=Code.USB_TOKEN_UNSEEN, state=State.BAD)


def plugged_in(usb: Path = _USB) -> bool:
    """Tell whether a token of a known maker is on the USB bus, whatever PC/SC says (Linux)."""
    try:
        numbers = [each.read_text("ascii").strip() for each in usb.glob("*/idVendor")]
    except (OSError, ValueError):
        return False
    return bool(_VENDORS & set(numbers))


def tokens(
    keyring: Keyring, csp: Callable[[], InstalledCsp | None], _cancel: Cancel
) -> Iterator[Finding]:
    """Ask each driver which tokens it has; one that hangs holds up nobody's line."""
    installed = csp()
    yield Finding(
        area=Area.TOKENS,
        code=Code.CSP_NONE if installed is None else Code.CSP_INSTALLED,
        state=State.PLAIN,
        facts={} if installed is None else {"version": installed.version or "?"},
    )
    modules: tuple[Module, ...] | None = None
    told: set[str] = set()
    so_far = TokenListing(())
    for so_far in keyring.tokens_as_they_come():
        if modules is None:
            modules = so_far.waiting  # at first nobody has answered
        yield from _answers(modules, so_far, told)
    if not modules and not so_far.failures:
        yield Finding(
            area=Area.TOKENS, code=Code.MODULES_NONE, state=State.ATTENTION, remedy=Remedy.SETTINGS
        )
    elif not so_far.tokens and not so_far.failures:
        yield Finding(area=Area.TOKENS, code=Code.TOKENS_NONE, state=State.PLAIN)
    for token in so_far.tokens:
        yield _token(token)


def _answers(
    modules: tuple[Module, ...], so_far: TokenListing, told: set[str]
) -> Iterator[Finding]:
    """Tell of drivers that have answered since the last time, well or not."""
    failed = {str(each.facts.get("module", each.facts.get("path"))) for each in so_far.failures}
    waiting = {each.path for each in so_far.waiting}
    for failure in so_far.failures:
        if str(failure) not in told:
            told.add(str(failure))
            yield of_error(Area.TOKENS, failure)
    for module in modules:
        path = str(module.path)
        if module.path not in waiting and path not in told:
            told.add(path)
            if path not in failed:
                yield _module(module)


def _module(module: Module) -> Finding:
    name = " · ".join(part for part in (module.vendor, module.name) if part)
    return Finding(
        area=Area.TOKENS,
        code=Code.MODULE_ANSWERS,
        state=State.GOOD,
        facts={"module": name, "driver": module.name},
    )


def _token(token: Token) -> Finding:
    """Say in what state a token is; its PINs are not tried."""
    flags, tries = token.flags, token.tries_left
    few = flags.user_pin_final_try or (tries is not None and tries <= _FEW_TRIES)
    in_order = (
        (not flags.initialised or not flags.user_pin_set, Code.TOKEN_NOT_READY, State.ATTENTION),
        (flags.user_pin_locked or tries == 0, Code.TOKEN_PIN_LOCKED, State.BAD),
        (few or flags.user_pin_low, Code.TOKEN_PIN_FEW, State.ATTENTION),
        (token.factory_pin is True, Code.TOKEN_PIN_FACTORY, State.ATTENTION),
    )
    code, state = next(
        ((code, state) for holds, code, state in in_order if holds), (Code.TOKEN_READY, State.GOOD)
    )
    return Finding(
        area=Area.TOKENS,
        code=code,
        state=state,
        facts={
            "device": device_name(token),
            "serial": token.serial,
            "product": token.product.value,
        },
        remedy=None if state is State.GOOD else Remedy.KEYS,
    )


def keys(
    keyring: Keyring, looking: Looking, now: Callable[[], datetime], _cancel: Cancel
) -> Iterator[Finding]:
    """Look at the containers and the terms of their certificates."""
    *_, listing = keyring.listings_as_they_come()
    found = listing.containers
    if not found:
        yield Finding(
            area=Area.KEYS, code=Code.KEYS_NONE, state=State.ATTENTION, remedy=Remedy.KEYS
        )
    for container in found:
        try:
            yield _key(looking.facts(container), now())
        except RoscherkError as error:
            yield of_error(Area.KEYS, error)


def _key(facts: ContainerFacts, now: datetime) -> Finding:
    told: dict[str, str | int | bool] = {"name": facts.container.label}
    if facts.certificate is not None:
        subject = facts.certificate.subject
        told["owner"] = subject.common_name or subject.organization or subject.text
    end = facts.last_day
    if end is not None:
        told["until"] = f"{end.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        told["days"] = (end - now).days
    code, state = _STATES.get(facts.state, (Code.KEY_UNUSABLE, State.ATTENTION))
    if facts.state is ContainerState.OK and (end is None or end > now):
        soon = end is not None and end - now < _SOON
        code = Code.KEY_ENDS_SOON if soon else Code.KEY_IN_FORCE
        state = State.ATTENTION if soon else State.GOOD
    elif facts.state is ContainerState.OK:
        code, state = Code.KEY_EXPIRED, State.ATTENTION
    good = state in {State.GOOD, State.PLAIN}
    return Finding(
        area=Area.KEYS, code=code, state=state, facts=told, remedy=None if good else Remedy.KEYS
    )
