"""What the tests of the command line speak of: a finished command, a firm with a key."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stand_ins.pki import Pki

PASSWORD = b"pass word 1"


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The object on standard output."""
        return json.loads(self.out)


Roscherk = Callable[..., Done]


@dataclass(frozen=True)
class Firm:
    """An RSA key in a PFX file, and what a verifier needs to trust it."""

    key: str
    trust: tuple[str, ...]
    pki: Pki
