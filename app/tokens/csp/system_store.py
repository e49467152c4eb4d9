"""A certificate put into the stores that КриптоПро CSP, browsers and other programs look into.

Under Linux these are CSP's own, and its tool certmgr puts certificates there: a program at a fixed
place, run with a list of arguments and never through a shell. Under Windows they are the system's,
reached through CryptoAPI by the child that speaks to CSP. Never a root: that is for people.
"""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.errors import ErrorCode, RoscherkError
from app.tokens.csp.installed import InstalledCsp
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.module_files import check_rights
from app.tokens.uri import KeyUri
from app.values import dataclass

_TOOL = "certmgr"
_SECONDS = 60.0
_PERSONAL, _AUTHORITIES = "uMy", "uCA"
_DISK = "\\\\.\\HDIMAGE\\"


@dataclass(frozen=True, kw_only=True)
class SystemInstall:
    """What became of a certificate in the system's store."""

    linked: bool
    """The store knows the key of the certificate too."""
    chain: int
    """How many links of its chain went into the store of authorities."""


class StoresCertificates(Protocol):
    """What is needed of CryptoAPI (`app.tokens.csp_keys.CspKeys`)."""

    def store(
        self, container: Container, certificate: bytes, chain: Sequence[bytes]
    ) -> SystemInstall | None:
        """Put a certificate into the stores of Windows; None: КриптоПро CSP is not installed."""
        ...


class SystemStore:
    """The stores beside ours. May be used from any thread."""

    def __init__(
        self,
        csp: Callable[[], InstalledCsp | None],
        windows: StoresCertificates | None = None,
        *,
        keys_folder: Path = Path("/var/opt/cprocsp/keys"),
    ) -> None:
        """``csp`` tells of the CSP of Linux, ``windows`` reaches that of Windows.

        ``keys_folder``: where CSP keeps its own containers.
        """
        self._csp = csp
        self._windows = windows
        self._keys_folder = keys_folder

    def install(
        self, container: Container, certificate: bytes, chain: Sequence[bytes]
    ) -> SystemInstall | None:
        """Put a certificate and the links above it there; None: there is no CSP here.

        Raises ``SYSTEM_STORE_REFUSED`` with the ``command`` by which a person can do the same, and
        what the tool answered.
        """
        if self._windows is not None:
            return self._windows.store(container, certificate, chain)
        tool = self._tool()
        if tool is None:
            return None
        with tempfile.TemporaryDirectory(prefix="roscherk-") as folder:
            name = self._own_name(container)
            self._run(tool, _PERSONAL, _saved(certificate, Path(folder) / "own.cer"), name)
            for number, link in enumerate(chain):
                self._run(tool, _AUTHORITIES, _saved(link, Path(folder) / f"{number}.cer"), "")
        return SystemInstall(linked=bool(name), chain=len(chain))

    def _tool(self) -> Path | None:
        """Return certmgr, which lies beside the libraries of CSP; raise ``MODULE_UNSAFE``."""
        found = self._csp()
        if found is None or found.folder is None:
            return None
        path = found.folder.parent.parent / "bin" / found.folder.name / _TOOL
        if not path.is_file():
            return None
        check_rights(path)
        return path

    def _own_name(self, container: Container) -> str:
        """Return how CSP calls a container on its own disk; empty: it is not one of those."""
        if container.place is not KeyPlaceKind.CRYPTOPRO:
            return ""
        path = KeyUri.parse(container.uri).path
        own = path is not None and self._keys_folder in path.parents
        return f"{_DISK}{container.label}" if own else ""

    @staticmethod
    def _run(tool: Path, store: str, file: Path, name: str) -> None:
        argv = [str(tool), "-inst", "-store", store, "-file", str(file)]
        if name:
            argv += ["-cont", name]
        kept = {key: value for key in _KEPT if (value := os.environ.get(key)) is not None}
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, arguments as a list, no shell
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_SECONDS,
                env=kept,
                cwd="/",
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _refused(argv, type(error).__name__) from None
        if done.returncode:
            lines = done.stdout.decode("utf-8", "replace").split("\n")
            told = [line.strip() for line in lines if line.strip()]
            raise _refused(argv, told[-1][:200] if told else str(done.returncode))


_KEPT = ("HOME", "LANG", "LC_ALL", "USER", "LOGNAME")
"""All of the environment that the tool is given: whose stores they are, and the language."""


def _saved(certificate: bytes, path: Path) -> Path:
    path.write_bytes(certificate)
    return path


def _refused(argv: Sequence[str], answer: str) -> RoscherkError:
    shown = [*argv]
    shown[shown.index("-file") + 1] = "CERTIFICATE.cer"
    return RoscherkError(ErrorCode.SYSTEM_STORE_REFUSED, command=shlex.join(shown), answer=answer)
