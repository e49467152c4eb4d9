"""Whether the window is in practice mode, and the way in and out. No Qt here.

It is entered by the user's choice only, lasts as long as the window, and never begins by itself.
"""

from collections.abc import Callable

from app.crypto.model import PracticeKit
from app.crypto.practice.door import Practice
from app.errors import RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.tokens.pin import Secret
from app.ui.asking import Question
from app.ui.known_keys import KnownKeys
from app.ui.notes import Notes
from app.ui.rows import Tone
from app.ui.work import Tasks


class PracticeMode:
    """Enter and leave; tell everybody who watches."""

    def __init__(self, practice: Practice, keys: KnownKeys, notes: Notes, tasks: Tasks) -> None:
        self._practice = practice
        self._keys = keys
        self._notes = notes
        self._tasks = tasks
        self._watchers: list[Callable[[], None]] = []
        self.kit: PracticeKit | None = None
        self.entering = False
        self.on_error: Callable[[RoscherkError], None] = lambda _error: None

    @property
    def active(self) -> bool:
        """Tell whether signatures made now are practice signatures."""
        return self.kit is not None

    def watch(self, watcher: Callable[[], None]) -> None:
        """Be called when the mode changes."""
        self._watchers.append(watcher)

    def secret(self) -> Secret:
        """Return the password of the practice key; reads the disk, so call it in a thread."""
        return self._practice.secret()

    def exists(self) -> bool:
        """Tell whether this profile has practice keys; looks at the disk, so call it in a thread."""
        return self._practice.entered()

    def delete(self) -> None:
        """Delete the practice keys and certificates."""
        self.leave()
        self._tasks.run(
            lambda _job: self._practice.leave(),
            done=lambda _nothing: self._tell(),
            failed=self._fail,
            lane="practice",
        )

    def question(self) -> Question:
        """Return what the user is asked before the mode begins."""
        return Question(
            heading=_("Enter practice mode?"),
            words=_(
                "The program makes a practice certificate authority and a practice key, with which "
                "you can sign and verify without a token. Such signatures have no legal force, and "
                "every output is marked. The password of the practice key is random and kept in "
                "your profile; real keys are never kept so."
            ),
            yes=_("Enter practice mode"),
            tone=Tone.PRACTICE,
        )

    def enter(self) -> None:
        """Begin; the first time, keys and certificates are made, which takes a moment."""
        if self.active or self.entering:
            return
        self.entering = True
        self._tell()
        self._tasks.run(
            lambda _job: self._practice.enter(), done=self._take, failed=self._fail, lane="practice"
        )

    def leave(self) -> None:
        """Go back to what is real. Practice keys and certificates stay for the next time."""
        if self.kit is None:
            return
        self.kit = None
        self._keys.show_practice(None)
        self._notes.note(Action.PRACTICE_LEAVE, None, "done")
        self._tell()

    def _take(self, kit: PracticeKit) -> None:
        self.entering = False
        self.kit = kit
        self._keys.show_practice(kit.container)
        self._notes.note(Action.PRACTICE_ENTER, kit.folder, "done")
        self._tell()

    def _fail(self, error: RoscherkError) -> None:
        self.entering = False
        self._tell()
        self.on_error(error)

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()
