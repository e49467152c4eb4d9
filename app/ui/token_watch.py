"""What is heard of tokens by itself: plugged in, pulled out, silent, of a new driver. No Qt here.

Everything is heard in other threads and told on the UI thread.
"""

from collections.abc import Callable
from typing import Protocol

from app.errors import RoscherkError
from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.keyring import Keyring
from app.tokens.module_records import ModuleNews, ModuleRecords
from app.tokens.token_place import Silence
from app.tokens.watching import Change, OnChange
from app.ui.known_keys import KnownKeys
from app.ui.rows import ReasonText, Tone
from app.ui.work import Tasks


class Readers(Protocol):
    """What is needed of the watcher of readers (`app.tokens.watching.Watcher`)."""

    def heed(self, listener: OnChange) -> None:
        """Add one who is told of every change."""
        ...

    def start(self) -> None:
        """Begin to watch."""
        ...


class TokenWatch:
    """Keeps the list of keys alive, and tells who does not answer and what is new."""

    def __init__(
        self,
        readers: Readers,
        keyring: Keyring,
        modules: ModuleRecords,
        keys: KnownKeys,
        tasks: Tasks,
    ) -> None:
        self._readers = readers
        self._keyring = keyring
        self._modules = modules
        self._keys = keys
        self._tasks = tasks
        self._watchers: list[Callable[[], None]] = []
        self._silences: dict[str, Silence] = {}
        self._news: list[ModuleNews] = []
        self.problem: RoscherkError | None = None
        """Why tokens cannot be seen, or only with a delay."""

    def begin(self) -> None:
        """Begin to hear."""
        post = self._tasks.post
        self._readers.heed(lambda change: post(lambda: self._on_change(change)))
        self._keyring.heed_silence(lambda silence: post(lambda: self._on_silence(silence)))
        self._modules.heed(lambda news: post(lambda: self._on_news(news)))
        self._readers.start()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Be called after each change of what is told here."""
        self._watchers.append(watcher)

    def silence(self) -> ReasonText | None:
        """Say which token does not answer, or waits for a person; None: all answer."""
        if not self._silences:
            return None
        silence = next(iter(self._silences.values()))
        name = plain(" · ".join(p for p in (silence.module.vendor, silence.module.name) if p))
        if silence.by_person:
            return ReasonText(
                heading=_("The token waits for you"),
                explanation=_("Type the PIN on its own keypad, or press its button: {name}").format(
                    name=name
                ),
                tone=Tone.INFO,
            )
        return ReasonText(
            heading=_("The token does not answer"),
            explanation=_("Its driver: {name}. You can wait, or interrupt what it does.").format(
                name=name
            ),
        )

    def interrupt(self) -> None:
        """Give up what the silent token was asked."""
        if self._silences:
            silence = self._silences.pop(next(iter(self._silences)))
            # Killing a child can wait for the system: not on the UI thread.
            self._tasks.run(
                lambda _job: silence.interrupt(),
                done=lambda _nothing: None,
                failed=lambda _error: None,
            )
            self._tell()

    def news(self) -> ReasonText | None:
        """Say which driver is used for the first time or was replaced; None: none."""
        if not self._news:
            return None
        news = self._news[0]
        heading = _("A driver of tokens is used for the first time")
        if news.before:
            heading = _("A driver of tokens was replaced since its last use")
        path, name = plain(news.module.path), plain(news.module.name)
        words = _("{name}: {path}\nSHA-256 {sha256}")
        return ReasonText(
            heading=heading,
            explanation=words.format(name=name, path=path, sha256=news.sha256),
            tone=Tone.WARN if news.before else Tone.INFO,
        )

    def forget_news(self) -> None:
        """Take the news that was read away; the next comes up."""
        self._news = self._news[1:]
        self._tell()

    def _on_change(self, change: Change) -> None:
        self.problem = change.problem
        if change.removed:
            self._keys.pulled_out(change.removed)
        self._tell()
        self._keys.refresh()

    def _on_silence(self, silence: Silence) -> None:
        key = str(silence.module.path)
        if silence.quiet:
            self._silences[key] = silence
        else:
            self._silences.pop(key, None)
        self._tell()

    def _on_news(self, news: ModuleNews) -> None:
        self._news.append(news)
        self._tell()

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()
