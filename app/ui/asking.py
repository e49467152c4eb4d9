"""What a presenter asks a person for. No Qt here."""

from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe_error
from app.tokens.model import Container, KeyPlaceKind
from app.ui.rows import ReasonText, Tone, reason_of
from app.values import dataclass

_FEW_TRIES = 3
_WITH_PIN = frozenset({KeyPlaceKind.TOKEN, KeyPlaceKind.CARD})


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked before something that matters."""

    heading: str
    words: str
    yes: str
    tone: Tone = Tone.WARN
    """ERROR: it cannot be undone, so Enter means no."""
    icon: str | None = None
    no: str = ""
    """What the other button says; empty: «Cancel»."""


@dataclass(frozen=True, kw_only=True)
class SecretQuestion:
    """Whose PIN or password is asked for, by whom it is checked, and what it will be used for."""

    heading: str
    prompt: str
    purpose: str
    facts: tuple[tuple[str, str], ...]
    """Label and value: the container, its owner, the token."""
    tries: str = ""
    grave: bool = False
    """Few attempts are left: the line about them is an alarm."""
    last_try: str = ""
    """What has to be ticked before the last attempt is made; empty: it is not the last."""
    refused: str = ""
    """Said after an attempt that failed."""
    beside: str = ""
    """What a second field asks for, which is another secret (`secret_pair`); empty: there is none."""
    remember: str = ""
    """The words of a tick, never set by itself, by which the PIN is remembered; empty: no offer."""
    remember_terms: str = ""
    barred: ReasonText | None = None
    """Why nothing can be typed: the PIN is locked; the dialog only says so."""


def ask_for_secret(
    container: Container,
    owner: str,
    purpose: str,
    refused: RoscherkError | None = None,
) -> SecretQuestion:
    """Compose the question for the secret of ``container``.

    A container on a token may have a password besides the token's PIN: these are two fields.
    """
    left = _tries_left(container, refused)
    of_token = container.place in _WITH_PIN
    return SecretQuestion(
        heading=_heading(container),
        prompt=_("User PIN") if of_token else _("Password"),
        purpose=purpose,
        facts=_facts(container, owner),
        tries=_tries(container, left),
        grave=(left is not None and left <= _FEW_TRIES) or _final_try(container),
        last_try=_last_try(container, left),
        beside=_("Password of the container") if container.password_too else "",
        refused=_refusal(refused),
        barred=_barred(container, left),
    )


def _heading(container: Container) -> str:
    if container.practice:
        return _("Password of the practice container")
    if container.password_too:
        return _("PIN of the token and password of the container")
    if container.place in _WITH_PIN:
        return _("User PIN of the token")
    if container.place is KeyPlaceKind.PFX:
        return _("Password of the PFX file")
    return _("Password of the container")


def _facts(container: Container, owner: str) -> tuple[tuple[str, str], ...]:
    facts = [(_("Owner"), owner)] if owner else []
    facts.append((_("Container"), container.label))
    token = container.token
    if token is not None:
        name = _("{model}, No. {serial}").format(model=token.model, serial=token.serial)
        facts.append((_("Token"), f"{token.label} ({name})" if token.label else name))
    return tuple(facts)


def _tries_left(container: Container, refused: RoscherkError | None) -> int | None:
    told = None if refused is None else refused.facts.get("tries_left")
    if isinstance(told, int):
        return told
    return None if container.token is None else container.token.tries_left


def _final_try(container: Container) -> bool:
    return container.token is not None and container.token.flags.user_pin_final_try


def _tries(container: Container, left: int | None) -> str:
    token = container.token
    if token is None:
        return ""
    if left is not None:
        return ngettext("{n} attempt left", "{n} attempts left", left).format(n=left)
    if token.flags.user_pin_final_try:
        return _("This is the last attempt: a wrong PIN locks the token")
    if token.flags.user_pin_low:
        return _("A wrong PIN was entered before: few attempts are left")
    return _("This token does not tell how many attempts are left")


def _last_try(container: Container, left: int | None) -> str:
    """Return the words that are to be ticked before a wrong PIN would lock the token."""
    if container.token is None or not (left == 1 or _final_try(container)):
        return ""
    return _("I am sure of this PIN: a wrong one locks the token")


def _refusal(refused: RoscherkError | None) -> str:
    if refused is None:
        return ""
    if refused.code is ErrorCode.PIN_WRONG:
        return _("Wrong PIN. Nothing was signed.")
    return _("Wrong password. Nothing was changed.")


def _barred(container: Container, left: int | None) -> ReasonText | None:
    """Say that the PIN is locked, and the way out; nothing where it can be typed."""
    token = container.token
    if token is None or not (left == 0 or token.flags.user_pin_locked):
        return None
    words = describe_error(RoscherkError(ErrorCode.PIN_LOCKED, serial=token.serial))
    return reason_of(words, Tone.ERROR)
