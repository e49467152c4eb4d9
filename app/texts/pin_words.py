"""PINs in words: why a new one does not fit, what a token does not do, what state a PIN is in."""

from collections.abc import Mapping

from app.errors import ErrorCode, Fact
from app.texts.catalogue import N_, _, ngettext
from app.tokens.pin_policy import PinProblem
from app.tokens.pin_state import PinRole, PinState

_PROBLEMS: Mapping[str, str] = {
    PinProblem.EMPTY: N_("nothing was typed"),
    PinProblem.SHORT: N_("it is too short"),
    PinProblem.LONG: N_("it is too long for this token"),
    PinProblem.CHARACTERS: N_(
        "it has characters that another keyboard layout types differently; take digits, Latin letters and signs"
    ),
    PinProblem.SEQUENCE: N_("it is a row such as 123456 or qwerty, which is guessed first"),
    PinProblem.REPEATS: N_("it repeats the same characters, which is guessed soon"),
    PinProblem.SAME: N_("it is the same as the old one"),
    PinProblem.ADMINISTRATOR: N_("it is the same as the administrator's"),
    PinProblem.FACTORY: N_("it is the one that the factory sets, which everybody knows"),
    PinProblem.HISTORY: N_("it was used before, and the token remembers that"),
    PinProblem.TOKEN: N_("the rules of the token itself do not allow it"),
}
_TOOLS: Mapping[str, str] = {
    "jacarta_workstation": N_(
        "the certified workstation of the token's administrator by Аладдин («АРМ администратора безопасности»)"
    ),
    "yubikey_manager": N_("the program YubiKey Manager"),
    "cryptopro_csp": N_("the panel of КриптоПро CSP"),
}
_REASONS: Mapping[str, str] = {
    "label": N_("its name can be changed only by formatting it"),
    "administrator_only": N_("by its settings only the administrator may set the user PIN"),
    "user_only": N_("by its settings the administrator may not set the user PIN"),
    "keeps_no_pin": N_("it is unblocked only together with a new PIN"),
    "module": N_("its driver does not have this function"),
}
_UNSEEN: Mapping[str, str] = {
    "hidden_keys": N_(
        "КриптоПро CSP may keep keys inside this device, where nobody else sees them"
    ),
    "not_looked": N_("nobody has looked into it"),
    ErrorCode.READERS_DENIED: N_("the service of card readers refuses this session"),
    ErrorCode.READERS_FAILED: N_("the service of card readers answers with an error"),
    ErrorCode.READERS_LIBRARY_MISSING: N_("the library of card readers is not installed"),
    ErrorCode.READERS_NONE: N_("the service of card readers shows no reader"),
    ErrorCode.READERS_REMOTE: N_(
        "this is a remote session, it shows the readers of another computer"
    ),
    ErrorCode.READERS_SERVICE_MISSING: N_("the service of card readers is not installed"),
    ErrorCode.READERS_SERVICE_STOPPED: N_("the service of card readers does not run"),
    ErrorCode.TOKEN_ACTION_UNSUPPORTED: N_("files on tokens of this kind cannot be read here"),
    ErrorCode.TOKEN_BUSY: N_("another program holds the token"),
    ErrorCode.TOKEN_NOT_FOUND: N_("no card reader shows this token"),
    ErrorCode.TOKEN_REMOVED: N_("the token was pulled out meanwhile"),
}
_UNSEEN_ANYHOW = N_("it could not be looked into")
_TABLES: Mapping[ErrorCode, tuple[str, Mapping[str, str]]] = {
    ErrorCode.PIN_WEAK: ("reason", _PROBLEMS),
    ErrorCode.TOKEN_ACTION_RESERVED: ("by", _TOOLS),
    ErrorCode.TOKEN_ACTION_UNSUPPORTED: ("reason", _REASONS),
}
_ROLES: Mapping[PinRole, str] = {
    PinRole.USER: N_("User PIN"),
    PinRole.ADMINISTRATOR: N_("Administrator PIN"),
}


def with_pin_words(code: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Return the facts of an error about PINs with its codes put into words."""
    if code == ErrorCode.TOKEN_MAY_HOLD_CONTAINERS and "reason" in facts:
        return {**facts, "reason": _(_UNSEEN.get(str(facts["reason"]), _UNSEEN_ANYHOW))}
    for known, (name, table) in _TABLES.items():
        value = facts.get(name)
        if known == code and isinstance(value, str) and value in table:
            return {**facts, name: _(table[value])}
    return facts


def problem_words(problem: PinProblem) -> str:
    """Say what is wrong with a new PIN."""
    return _(_PROBLEMS[problem])


def role_words(role: PinRole) -> str:
    """Say whose PIN it is."""
    return _(_ROLES[role])


def tries_words(state: PinState, role: PinRole) -> str:
    """Say before a PIN is typed how many tries there are, and what a wrong one would do."""
    if state.locked:
        return _("The PIN is locked: further tries are refused.")
    if state.last_try:
        if role is PinRole.ADMINISTRATOR:
            return _(
                "Tries left: 1. After one more wrong PIN the token can no longer be administered."
            )
        return _("Tries left: 1. After one more wrong PIN the token locks itself.")
    if state.tries_left is not None:
        number = state.tries_left
        return ngettext("{number} try is left.", "{number} tries are left.", number).format(
            number=number
        )
    if state.low:
        return _(
            "A wrong PIN was typed before. How many tries are left this token does not tell: be careful."
        )
    return _("How many tries are left this token does not tell.")


def state_words(state: PinState) -> tuple[str, ...]:
    """Say in what state a PIN is, the gravest first; never empty."""
    told = (
        (not state.is_set, _("not set yet")),
        (state.locked, _("locked")),
        (state.factory is True, _("set by the factory: everybody knows it, so change it")),
        (
            state.to_be_changed and state.factory is not True,
            _("must be changed before work"),
        ),
        (state.low and not state.locked, _("wrong PINs were typed before")),
    )
    found = tuple(words for holds, words in told if holds)
    return found or (_("in order"),)


def factory_words(pin: str) -> str:
    """Name the PIN that the factory sets: a fact that its maker publishes."""
    return _("The maker sets {pin} at the factory.").format(pin=pin)


def cryptopro_words() -> str:
    """Say what to do when КриптоПро CSP remembers the old PIN."""
    return _(
        "If КриптоПро CSP was told to remember the old PIN, it goes on sending it, and the token may lock itself. Let it forget: the panel «КриптоПро CSP», tab «Сервис», «Удалить запомненные пароли…»."
    )
