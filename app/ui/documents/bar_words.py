"""Words for the line above the list and the bar below it: what is going on, who will sign. No Qt here."""

from collections.abc import Iterable

from app.texts.catalogue import _, ngettext
from app.texts.container_words import way_words
from app.texts.showing import plain
from app.ui.documents.key_choice import grouped
from app.ui.documents.pausing import standstill_words
from app.ui.documents.port import Bar
from app.ui.files import BUSY, Document, State
from app.ui.known_keys import Key, KnownKeys, now
from app.ui.makers import maker_line
from app.ui.signing_run import Pause


def bar_of(
    known: KnownKeys,
    key: Key | None,
    *,
    practice: bool,
    how: str,
    can_sign: bool,
    can_verify: bool,
    busy: tuple[str, int | None],
    pause: Pause | None,
) -> Bar:
    """Return what the bar shows."""
    return Bar(
        keys=grouped(known.keys, now()),
        key=None if key is None else key.uri,
        hint=key_hint(known),
        no_keys=no_keys_words(known),
        practice=practice,
        maker=maker_words(key),
        how=how,
        can_sign=can_sign,
        can_verify=can_verify,
        busy=busy[0],
        percent=busy[1],
        standstill=None if pause is None else standstill_words(pause),
    )


def busy_words(documents: Iterable[Document], *, slow: bool) -> tuple[str, int | None]:
    """Say at which document the work is, and how far; nothing where none is worked on."""
    active = [each for each in documents if each.state in BUSY]
    if not active:
        return "", None
    now_at = next((each for each in active if each.state is not State.WAITING), active[0])
    words = _("Signing: {name}") if now_at.state is State.SIGNING else _("Verifying: {name}")
    text = words.format(name=plain(now_at.path.name))
    if slow:
        text = _("{text} — takes longer than usual").format(text=text)
    if len(active) > 1:
        left = ngettext("{n} file left", "{n} files left", len(active)).format(n=len(active))
        text = f"{text} · {left}"
    return text, now_at.percent


def summary_words(count: int, chosen: int) -> str:
    """Say in one line how many documents there are."""
    if not count:
        return _("Sign and verify documents")
    files = ngettext("{n} file", "{n} files", count).format(n=count)
    if not chosen:
        return files
    return _("{files}, {chosen}").format(
        files=files, chosen=ngettext("{n} chosen", "{n} chosen", chosen).format(n=chosen)
    )


def key_hint(keys: KnownKeys) -> str:
    """Say what stands in place of a key."""
    if keys.reading and not keys.read_once:
        return _("Looking for keys…")
    return _("Choose a key") if keys.keys else _("No keys found")


def no_keys_words(keys: KnownKeys) -> str:
    """Say what to do where there are no keys at all."""
    if keys.keys or not keys.read_once:
        return ""
    return _("Plug in a token, make a container, open a PFX file, or try the practice mode.")


def maker_words(key: Key | None) -> str:
    """Say who will sign, or why nothing can be signed with this key here."""
    if key is None:
        return ""
    if key.details is not None and not key.details.way.possible:
        return way_words(key.details.way)
    return maker_line(key.container)
