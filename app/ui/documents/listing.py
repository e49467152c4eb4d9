"""The list of documents on its page: each row is made once, thousands of them in a thread. No Qt here."""

from collections.abc import Callable, Sequence

from app.errors import RoscherkError
from app.ui.documents.port import View
from app.ui.files import Document, KnownRows
from app.ui.work import Tasks


class Listing:
    """Shows the documents that ``documents`` returns."""

    def __init__(
        self,
        tasks: Tasks,
        documents: Callable[[], Sequence[Document]],
        on_error: Callable[[RoscherkError], None],
    ) -> None:
        self.rows = KnownRows()
        self.stale = False
        """Documents changed all together, and the list does not show it yet."""
        self._tasks = tasks
        self._documents = documents
        self._on_error = on_error
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view

    def show(self) -> None:
        """Show the whole list."""
        self._view.show_documents(self.rows.of(self._documents()))

    def show_changed(self, documents: Sequence[Document]) -> None:
        """Show documents that changed."""
        self._view.show_changed(self.rows.of(documents))

    def show_stale(self) -> bool:
        """Show what changed all together, the rows made in a thread first; return whether there was any."""
        if not self.stale:
            return False
        self.stale = False
        documents = self._documents()
        self._tasks.run(
            lambda _job: self.rows.of(documents),
            done=lambda _rows: self.show(),
            failed=self._on_error,
            lane=None,
        )
        return True
