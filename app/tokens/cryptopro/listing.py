"""Container folders found without being named: what lies in the places that CSP uses.

Each medium is read by a thread of its own, and none is waited for longer than the request says:
a drive that spins up, or a broken one, hides no other.
"""

import threading
import time
from dataclasses import field

from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.cryptopro import registry
from app.tokens.cryptopro.media import Medium, container_folders, media
from app.tokens.cryptopro.reading import listed
from app.tokens.model import Container
from app.values import dataclass

_AT_ONCE = 16


@dataclass
class _Look:
    """What became of one medium; a thread that comes late finds nobody who reads it."""

    medium: Medium
    containers: tuple[Container, ...] | None = None
    errno: int | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Read the headers that lie here, by real folders and real files only."""
        try:
            found: list[Container] = []
            for folder in container_folders(self.medium.folder):
                found += listed(folder, follow=False)
            self.containers = tuple(found)
        except OSError as error:
            self.errno = error.errno or 0
        finally:
            self.over.set()


def list_media(request: methods.CryptoProMediaRequest, _: Context) -> methods.CryptoProMedia:
    """List the containers of all media, by name and header alone."""
    looks = [_Look(each) for each in media(request.root)[:_AT_ONCE]]
    for look in looks:
        threading.Thread(target=look.run, daemon=True).start()
    until = time.monotonic() + request.seconds
    for look in looks:
        look.over.wait(max(0.0, until - time.monotonic()))
    found = [each for look in looks for each in look.containers or ()]
    found += [each for place in registry.places() for each in listed(place, follow=False)]
    return methods.CryptoProMedia(
        containers=tuple(found),
        looked=tuple(look.medium.folder for look in looks if look.containers is not None),
        failures=tuple(
            methods.MediumFailure(folder=look.medium.folder, errno=look.errno)
            for look in looks
            if look.containers is None
        ),
    )
