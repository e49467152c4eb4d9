"""What the command line is given: how services are put together, and how the window is opened."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.errors import RoscherkError
from app.places import Places

if TYPE_CHECKING:
    # The window is on the screen before they are loaded.
    from app.services import Services


class Build(Protocol):
    """How services are put together (`app.composition.build`)."""

    def __call__(self, places: Places, *, jobs: int = 2) -> "Services":
        """Return the services of one profile."""
        ...


class OpenWindow(Protocol):
    """How the window is opened (`app.start.open_window`)."""

    def __call__(
        self,
        services: "Callable[[], Services]",
        places: Places,
        files: Sequence[Path] = (),
        *,
        practice: bool = False,
        verify: bool = False,
    ) -> int:
        """Open it on files, in practice mode or on the page of verification; return its exit code.

        ``services`` puts them together; it is called once, in any thread.
        """
        ...


Refuse = Callable[[RoscherkError], None]
"""How a window is refused where nobody may look at a terminal (`app.start.refuse_window`)."""
