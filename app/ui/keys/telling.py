"""Words about keys, containers and tokens. No Qt here."""

from collections.abc import Sequence
from datetime import datetime

from app.algorithms.names import KeyAlgorithm
from app.errors import RoscherkError
from app.texts.catalogue import _, ngettext
from app.texts.certificate_fields import key_words
from app.texts.errors import describe_error
from app.texts.showing import local_date, plain
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Token
from app.ui.details import Lines
from app.ui.known_keys import SOON_DAYS, Key
from app.ui.rows import Badge, ReasonText, Row, Tone

CREATABLE: tuple[KeyAlgorithm, ...] = (
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
)


def rows_of(keys: Sequence[Key], tokens: Sequence[Token], at: datetime) -> list[Row]:
    """Return the keys under headings of the places where they live; each token has its heading."""
    rows: list[Row] = []
    for title, kind in (
        (_("Own store of the program"), KeyPlaceKind.STORE),
        (_("PFX files"), KeyPlaceKind.PFX),
    ):
        here = [key for key in keys if key.container.place is kind]
        rows += _group(str(kind), title, here, at)
    for token in tokens:
        here = [key for key in keys if _is_on(key, token)]
        rows += _group(token_key(token), token_title(token), here, at) or _bare_token(token)
    return rows


def _group(key: str, title: str, keys: list[Key], at: datetime) -> list[Row]:
    if not keys:
        return []
    header = Row(key=f"#{key}", title=title, header=True)
    return [header, *(row_of(each, at) for each in keys)]


def _bare_token(token: Token) -> list[Row]:
    """Show a token without visible keys. It is not called empty: they may be hidden from us."""
    words = _("No keys are seen without a PIN")
    if not token.flags.initialised:
        words = _("Not initialised")
    key = token_key(token)
    return [
        Row(key=f"#{key}", title=token_title(token), header=True),
        Row(key=key, title=words, caption=plain(token.manufacturer), icon="usb"),
    ]


def row_of(key: Key, at: datetime) -> Row:
    """Return one key as a row."""
    container = key.container
    parts = [plain(container.label)] if key.owner else []
    parts.append(algorithm_of(container))
    if key.facts is not None:
        parts.append(_("until {date}").format(date=local_date(key.facts.not_after)))
    return Row(
        key=key.uri,
        title=key.title,
        caption="  ·  ".join(parts),
        icon="usb" if container.place is KeyPlaceKind.TOKEN else "key-round",
        badge=badge_of(key, at),
    )


def algorithm_of(container: Container) -> str:
    """Name the algorithm of a key."""
    if container.algorithm is None:
        return _("unknown algorithm")
    return key_words(container.algorithm, None)


def badge_of(key: Key, at: datetime) -> Badge:
    """Return the state of a key in words."""
    state = key.container.state
    known = {
        ContainerState.NO_KEY: (_("No private key"), Tone.ERROR),
        ContainerState.MISMATCH: (_("Certificate of another key"), Tone.ERROR),
        ContainerState.UNSUPPORTED: (_("Not supported"), Tone.ERROR),
        ContainerState.DAMAGED: (_("Damaged"), Tone.ERROR),
        ContainerState.HIDDEN: (_("Shown after the PIN"), Tone.WARN),
    }
    if state in known:
        words, tone = known[state]
        return Badge(words, tone)
    if key.container.certificate is None:
        return Badge(_("No certificate"), Tone.WARN)
    if key.problem is not None:
        return Badge(_("Certificate cannot be read"), Tone.ERROR)
    if key.container.practice:
        return Badge(_("Practice"), Tone.PRACTICE)
    return _term_badge(key.days_left(at))


def _term_badge(days: int | None) -> Badge:
    if days is None:
        return Badge(_("Reading…"))
    if days < 0:
        return Badge(_("Expired"), Tone.ERROR)
    if days <= SOON_DAYS:
        words = ngettext("Expires in {n} day", "Expires in {n} days", days).format(n=days)
        return Badge(words, Tone.WARN)
    return Badge(_("In force"), Tone.OK)


def lines_of(key: Key) -> Lines:
    """Return what is known of a key."""
    container = key.container
    lines = [(_("Container"), plain(container.label)), (_("Key"), algorithm_of(container))]
    if key.facts is not None:
        lines.append((_("Valid from"), local_date(key.facts.not_before)))
        lines.append((_("Valid to"), local_date(key.facts.not_after)))
        lines.append((_("Issued by"), plain(key.facts.issuer.common_name or key.facts.issuer.text)))
    if container.exportable is not None:
        lines.append((_("Exportable"), _("yes") if container.exportable else _("no")))
    lines.append((_("Name for commands"), container.uri))
    if container.token is not None:
        lines += token_lines(container.token)
    return tuple(lines)


def token_lines(token: Token) -> list[tuple[str, str]]:
    """Return what is known of a token."""
    lines = [
        (_("Token"), token_title(token)),
        (_("Maker"), plain(token.manufacturer)),
        (_("PIN"), _pin_words(token)),
    ]
    if token.firmware:
        lines.append((_("Firmware"), plain(token.firmware)))
    return lines


def _pin_words(token: Token) -> str:
    flags = token.flags
    if flags.user_pin_locked:
        return _("locked: it must be unblocked by the administrator's PIN")
    if not flags.user_pin_set or not flags.initialised:
        return _("not set yet")
    if token.tries_left is not None:
        left = token.tries_left
        return ngettext("{n} attempt left", "{n} attempts left", left).format(n=left)
    if flags.user_pin_final_try:
        return _("one attempt left")
    if flags.user_pin_low:
        return _("a wrong PIN was entered before")
    return _("in order; this token does not tell how many attempts are left")


def token_title(token: Token) -> str:
    """Name a token: its label, model and number."""
    model = token.model
    if token.serial:
        model = _("{model}, No. {serial}").format(model=token.model, serial=token.serial)
    return plain(f"{token.label} — {model}" if token.label else model)


def token_key(token: Token) -> str:
    """Return what names a token in the list."""
    return f"token {token.module} {token.slot} {token.serial}"


def _is_on(key: Key, token: Token) -> bool:
    here = key.container.token
    return here is not None and token_key(here) == token_key(token)


def notice_of(key: Key) -> ReasonText | None:
    """Say what is to be done about a key that cannot be used as it is."""
    container = key.container
    if container.practice:
        return ReasonText(
            heading=_("A practice key"),
            explanation=_(
                "Its password is random and kept in your profile, readable by you alone. "
                "A real key is never kept so."
            ),
            tone=Tone.PRACTICE,
        )
    if key.problem is not None:
        words = describe_error(key.problem)
        return ReasonText(heading=words.heading, explanation=words.explanation, advice=words.advice)
    if container.certificate is None and container.state is not ContainerState.DAMAGED:
        return ReasonText(
            heading=_("There is no certificate in this container"),
            explanation=_("Nothing can be signed with the key until its certificate is installed."),
            advice=_("If you have the certificate as a file, install it with the button below."),
        )
    if container.state is ContainerState.DAMAGED:
        return ReasonText(
            heading=_("The container is damaged"),
            advice=_("Restore its file from a copy; it cannot be repaired."),
            tone=Tone.ERROR,
        )
    return None


def failure_of(errors: Sequence[RoscherkError]) -> ReasonText | None:
    """Say what went wrong with single places of keys."""
    if not errors:
        return None
    words = describe_error(errors[0])
    more = len(errors) - 1
    explanation = words.explanation
    if more:
        others = ngettext("And {n} more trouble.", "And {n} more troubles.", more).format(n=more)
        explanation = f"{explanation} {others}"
    return ReasonText(heading=words.heading, explanation=explanation, advice=words.advice)
