"""Words about keys, containers and tokens. No Qt here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.texts import verdicts
from app.texts.algorithm_words import key_words
from app.texts.catalogue import N_, _, ngettext
from app.texts.container_words import state_words, way_words
from app.texts.errors import describe_error
from app.texts.pin_words import role_words
from app.texts.showing import local_date, plain
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Token
from app.tokens.pin_state import PinRole
from app.ui.details import Lines
from app.ui.keys.deeds import Card, deeds_of
from app.ui.keys.token_telling import is_shown, pin_words, token_key, token_row, token_title
from app.ui.known_keys import SOON_DAYS, Key, KnownKeys, is_on
from app.ui.rows import Badge, ReasonText, Row, Tone, reason_of

_PLACES: Mapping[KeyPlaceKind, str] = {
    KeyPlaceKind.STORE: N_("Own store of the program"),
    KeyPlaceKind.PFX: N_("PFX files"),
    KeyPlaceKind.CRYPTOPRO: N_("Folders of КриптоПро CSP"),
    KeyPlaceKind.CSP: N_("КриптоПро CSP"),
}
CREATABLE: tuple[KeyAlgorithm, ...] = (
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
)


def rows_of(keys: Sequence[Key], known: KnownKeys, at: datetime) -> list[Row]:
    """Return the keys under headings of the places where they live; each token has its own."""
    rows: list[Row] = []
    for kind, title in _PLACES.items():
        here = [key for key in keys if key.container.place is kind and key.container.token is None]
        rows += _group(str(kind), _(title), here, at)
    if known.practice:
        return rows
    told: list[Key] = []
    for token in known.tokens:
        here = [key for key in keys if _is_on(key, token)]
        told += here
        if is_shown(token, known.device_of(token)):
            rows.append(Row(key=f"#{token_key(token)}", title=token_title(token), header=True))
            rows += [token_row(each) for each in (token, *token.slots)]
            rows += [row_of(each, at) for each in here]
    rest = [key for key in keys if key.container.token is not None and key not in told]
    return rows + _group("cards", _("On tokens, read as files"), rest, at)


def _group(key: str, title: str, keys: list[Key], at: datetime) -> list[Row]:
    if not keys:
        return []
    header = Row(key=f"#{key}", title=title, header=True)
    return [header, *(row_of(each, at) for each in keys)]


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
    if key.details is not None and key.details.stop is not None:
        return Badge(_("Compromised"), Tone.ERROR)
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
        waits = key.details is not None and key.details.awaited is not None
        return Badge(_("Certificate awaited"), Tone.INFO) if waits else _bare()
    if key.problem is not None:
        return Badge(_("Certificate cannot be read"), Tone.ERROR)
    if key.container.practice:
        return Badge(_("Practice"), Tone.PRACTICE)
    return _term_badge(key.days_left(at))


def _bare() -> Badge:
    return Badge(_("No certificate"), Tone.WARN)


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
    """Return what is known of a key; first of all how it signs here."""
    container, details = key.container, key.details
    lines = []
    if details is not None:
        lines.append((_("Signing"), way_words(details.way)))
        lines.append((_("State"), state_words(details.state)))
    lines += [(_("Container"), plain(container.label)), (_("Key"), algorithm_of(container))]
    if key.facts is not None:
        term = _("from {begin} to {end}")
        begin, end = local_date(key.facts.not_before), local_date(key.facts.not_after)
        lines.append((_("Certificate"), term.format(begin=begin, end=end)))
        lines.append((_("Issued by"), plain(key.facts.issuer.common_name or key.facts.issuer.text)))
    if details is not None and details.key_not_after is not None:
        lines.append((_("Key valid to"), local_date(details.key_not_after)))
    if container.exportable is not None:
        lines.append((_("Exportable"), _("yes") if container.exportable else _("no")))
    if container.certificate_bound:
        lines.append((_("Kept apart"), _("The certificate is kept in this program.")))
    if container.token is not None:
        lines.append((_("Token"), token_title(container.token)))
        lines.append((role_words(PinRole.USER), pin_words(container.token, PinRole.USER)))
    lines.append((_("Name for commands"), container.uri))
    return tuple(lines)


def _is_on(key: Key, token: Token) -> bool:
    here = key.container.token
    return here is not None and any(is_on(here, each) for each in (token, *token.slots))


def card_of(key: Key) -> Card:
    """Return the card of a key."""
    first = notice_of(key)
    notices = [] if first is None else [first]
    if key.details is not None:
        if key.details.stop is not None:
            notices.append(
                ReasonText(
                    heading=_("This key was declared compromised"),
                    explanation=_("It signs no more in this program."),
                    tone=Tone.ERROR,
                )
            )
        notices += [
            ReasonText(heading=verdicts.notice(each.code, each.facts))
            for each in key.details.warnings
        ]
    return Card(heading=key.title, lines=lines_of(key), notices=tuple(notices), deeds=deeds_of(key))


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
        return reason_of(describe_error(key.problem))
    awaited = None if key.details is None else key.details.awaited
    if awaited is not None:
        told = _("The request for its certificate was made on {date}.")
        return ReasonText(
            heading=_("The certificate of this key is awaited"),
            explanation=told.format(date=local_date(awaited.made)),
            advice=_("When it comes as a file, install it: the program finds the key for it."),
            tone=Tone.INFO,
        )
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
    return replace(reason_of(words), explanation=explanation)


def problem_of(problem: RoscherkError | None, *, tokens_seen: bool) -> ReasonText | None:
    """Say in one line why tokens are not seen, or late; an empty reader is no trouble."""
    if problem is None:
        return None
    words = describe_error(problem)
    if problem.code is ErrorCode.READERS_NONE:
        if tokens_seen:
            return None
        return replace(reason_of(words), explanation="", tone=Tone.PLAIN)
    return reason_of(words)
