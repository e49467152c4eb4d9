"""Words about tokens: their rows, their cards, what to beware of. No Qt here."""

from app.crypto.containers.model import Device, PassiveLook
from app.errors import ErrorCode, RoscherkError
from app.texts import verdicts
from app.texts.amounts import size_text
from app.texts.catalogue import _, ngettext
from app.texts.container_words import emptiness_words
from app.texts.errors import describe_error
from app.texts.pin_words import factory_words, role_words, state_words, tries_words
from app.texts.showing import plain
from app.texts.token_words import device_name, signs_itself, vendor_name
from app.tokens.model import Token, Vendor
from app.tokens.pin_rules import PinAction, obstacle, rules_of
from app.tokens.pin_state import LOCKED, PinRole, pin_state
from app.ui.details import Lines
from app.ui.keys.deeds import Card, deeds_with
from app.ui.rows import Badge, ReasonText, Row, Tone, reason_of

_FEW = 3
_RESERVED = ErrorCode.TOKEN_ACTION_RESERVED


def token_key(token: Token) -> str:
    """Return what names a token in the list."""
    return f"token {token.module} {token.slot} {token.serial}"


def token_title(token: Token) -> str:
    """Name a token: its label, its device and number."""
    name = device_name(token)
    if token.serial:
        name = _("{model}, No. {serial}").format(model=name, serial=plain(token.serial))
    return f"{plain(token.label)} — {name}" if token.label else name


def is_shown(token: Token, device: Device | None) -> bool:
    """Leave out the empty slots of software tokens, which nobody plugged in."""
    unused = token.vendor is Vendor.SOFTHSM and not token.flags.initialised
    return not unused or (device is not None and bool(device.containers))


def token_row(token: Token) -> Row:
    """Return a token as a row: what it is, and how its PIN is."""
    return Row(
        key=token_key(token),
        title=device_name(token),
        caption=_("No. {serial}").format(serial=plain(token.serial) or "?"),
        icon="usb",
        badge=token_badge(token),
    )


def token_badge(token: Token) -> Badge:
    """Say how the user PIN is, the gravest first."""
    state = pin_state(token, PinRole.USER)
    found = (
        (not token.flags.initialised, Badge(_("Not prepared"), Tone.WARN)),
        (state.locked, Badge(_("PIN locked"), Tone.ERROR)),
        (not state.is_set, Badge(_("PIN not set"), Tone.WARN)),
        (state.last_try, Badge(_("Last try"), Tone.ERROR)),
        (state.factory is True, Badge(_("Factory PIN"), Tone.WARN)),
        (state.tries_left is not None, _tries_badge(state.tries_left or 0)),
        (state.low, Badge(_("Wrong PINs typed"), Tone.WARN)),
    )
    return next((badge for holds, badge in found if holds), Badge(_("PIN in order"), Tone.OK))


def _tries_badge(left: int) -> Badge:
    words = ngettext("{n} try", "{n} tries", left).format(n=left)
    return Badge(words, Tone.OK if left > _FEW else Tone.WARN)


def token_card(token: Token, device: Device | None) -> Card:
    """Return the card of a token."""
    return Card(
        heading=plain(token.label) or device_name(token),
        lines=tuple(token_lines(token)),
        notices=tuple(_notices(token, device)),
        deeds=deeds_with(token),
    )


def token_lines(token: Token) -> Lines:
    """Return what is known of a token."""
    lines = [
        (_("Device"), f"{device_name(token)} ({vendor_name(token)})"),
        (_("Serial number"), plain(token.serial)),
        (role_words(PinRole.USER), pin_words(token, PinRole.USER)),
        (role_words(PinRole.ADMINISTRATOR), pin_words(token, PinRole.ADMINISTRATOR)),
        (_("Memory"), _memory(token)),
        (_("Firmware"), plain(token.firmware)),
        (_("Reader"), plain(token.reader)),
        (_("Driver"), ", ".join(plain(path) for path in (token.module, *token.modules))),
        (_("Reserved"), _reserved(token)),
    ]
    return tuple((name, value) for name, value in lines if value)


def pin_words(token: Token, role: PinRole) -> str:
    """Say in what state a PIN is and how many tries are left."""
    if not token.flags.initialised:
        return "" if role is PinRole.ADMINISTRATOR else _("the token is not prepared for work")
    state = pin_state(token, role)
    tries = tries_words(state, role)
    words = ", ".join(state_words(state))
    if state.locked:
        return tries
    return words if not state.is_set else f"{words}. {tries}"


def locked_words(token: Token, role: PinRole) -> ReasonText:
    """Say that a PIN is locked, and the way out."""
    words = describe_error(RoscherkError(LOCKED[role], serial=token.serial))
    return reason_of(words, Tone.ERROR)


def _memory(token: Token) -> str:
    if token.free_memory is None:
        return ""
    free = size_text(token.free_memory)
    if token.total_memory is None or token.total_memory < token.free_memory:
        return _("{free} free").format(free=free)
    return _("{free} of {total} free").format(free=free, total=size_text(token.total_memory))


def _reserved(token: Token) -> str:
    """Explain what this device does not do here; it is not offered."""
    found = [obstacle(token, action) for action in PinAction]
    told = [describe_error(each) for each in found if each is not None and each.code is _RESERVED]
    return " ".join(dict.fromkeys(words.explanation for words in told))


def _notices(token: Token, device: Device | None) -> list[ReasonText]:
    """Say what to beware of, and whether the token is empty, no more than is known."""
    notices = []
    state = pin_state(token, PinRole.USER)
    factory = rules_of(token.product).factory_pin(PinRole.USER)
    if state.locked:
        notices.append(locked_words(token, PinRole.USER))
    elif state.factory:
        notices.append(
            ReasonText(
                heading=_("The PIN is the one that the factory set"),
                explanation="" if factory is None else factory_words(factory),
                advice=_("Everybody can know it. Change it before you work with the token."),
            )
        )
    if said := signs_itself(token):
        notices.append(ReasonText(heading=f"{device_name(token)}: {said}", tone=Tone.INFO))
    if device is None:
        return notices
    notices += [
        ReasonText(heading=verdicts.notice(each.code, each.facts)) for each in device.warnings
    ]
    if not device.containers:
        tone = Tone.WARN if device.passive is PassiveLook.NOT_LOOKED else Tone.PLAIN
        notices.append(ReasonText(heading=emptiness_words(device.passive), tone=tone))
    return notices
