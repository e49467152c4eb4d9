"""The door of practice mode (decision 16). It is entered by the user's choice, never by itself.

All that is practice lies in one folder of the profile, apart from what is real: a root and an
issuing authority whose keys were thrown away, one container, and its random password.
"""

import secrets
import shutil

from app.algorithms.names import KeyAlgorithm
from app.crypto import methods
from app.crypto.model import PracticeKit, PracticeRequest
from app.crypto.opening import path_fact
from app.crypto.practice.layout import PASSWORD
from app.crypto.saving import write_error
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.processes.pool import Pool
from app.tokens.pin import Secret

__all__ = ["Practice", "PracticeKit"]

_PASSWORD_BYTES = 24
_LONGEST_PASSWORD = 1024


class Practice:
    """Practice mode of one profile."""

    def __init__(self, places: Places, workers: Pool) -> None:
        self._folder = places.practice
        self._workers = workers

    def entered(self) -> bool:
        """Tell whether this profile has practice keys. Cheap; it does not look them over."""
        return self._folder.is_dir()

    def enter(self, algorithm: KeyAlgorithm = KeyAlgorithm.GOST_256) -> PracticeKit:
        """Enter: the first time keys and certificates are made, later they are found again.

        Raises ``PRACTICE_DAMAGED`` if what is there cannot be used: then `leave` and enter anew.
        """
        with Secret(bytearray(secrets.token_hex(_PASSWORD_BYTES), "ascii")) as password:
            return self._workers.run(
                methods.PRACTICE_ENTER,
                PracticeRequest(folder=self._folder, algorithm=algorithm, make=True),
                secret=password,
            )

    def kit(self) -> PracticeKit:
        """Return what practice mode works with; raise ``PRACTICE_NOT_ENTERED`` if there is none."""
        request = PracticeRequest(folder=self._folder, algorithm=KeyAlgorithm.GOST_256, make=False)
        return self._workers.run(methods.PRACTICE_ENTER, request)

    def secret(self) -> Secret:
        """Return the password of the practice container; the caller wipes it."""
        if not self.entered():
            raise RoscherkError(ErrorCode.PRACTICE_NOT_ENTERED)
        try:
            with (self._folder / PASSWORD).open("rb") as file:
                password = bytearray(file.read(_LONGEST_PASSWORD))
        except OSError as error:
            raise RoscherkError(
                ErrorCode.PRACTICE_DAMAGED, path=path_fact(self._folder), reason="password"
            ) from error
        return Secret(password)

    def leave(self) -> None:
        """Delete everything of practice mode: its key, its root, its password. Idempotent.

        The folder is given another name first, so that no half of it is ever taken for a whole.
        """
        gone = self._folder.with_name(f".{self._folder.name}.{secrets.token_hex(4)}")
        try:
            self._folder.rename(gone)
        except FileNotFoundError:
            return
        except OSError as error:
            raise write_error(error, self._folder) from error
        shutil.rmtree(gone, ignore_errors=True)
