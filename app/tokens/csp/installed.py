"""Whether КриптоПро CSP is installed here, found without loading any of it.

It signs with keys that lie on passive carriers, which neither this program nor the carrier does.
Under Linux its PKCS #11 module is one of the catalogue; under Windows it is asked by CryptoAPI.
"""

import re
import sys
from pathlib import Path
from typing import Protocol

from app.values import dataclass

_LIBRARIES = "opt/cprocsp/lib"
_CORE = "libcapi20.so"
_MODULE = "libcppkcs11.so"
_RELEASE = "etc/opt/cprocsp/release"
_PACKAGES = "var/lib/dpkg/status"
_PACKAGE = re.compile(r"^Package: lsb-cprocsp-base\n(?:.+\n)*?Version: (\S+)$", re.MULTILINE)
_VERSION = re.compile(r"\d+\.\d+(?:[.-]\d+)*")
_LONGEST = 16 << 20


@dataclass(frozen=True, kw_only=True)
class InstalledCsp:
    """КриптоПро CSP on this computer."""

    version: str = ""
    """As its package or its release file tells; empty: neither does."""
    folder: Path | None = None
    """Where its libraries lie (Linux)."""
    module: Path | None = None
    """Its PKCS #11 module; None: the package with it is not installed."""
    providers: tuple[str, ...] = ()
    """The providers that are registered (Windows)."""

    @property
    def can_sign(self) -> bool:
        """Tell whether this program reaches it: by its module, or by CryptoAPI."""
        return self.module is not None or bool(self.providers)


class ListsProviders(Protocol):
    """What is needed of CryptoAPI (`app.tokens.csp.capi.CryptoApi`)."""

    def providers(self) -> tuple[str, ...]:
        """Return the names of the GOST providers of КриптоПро."""
        ...


def installed_csp(root: Path = Path("/"), api: ListsProviders | None = None) -> InstalledCsp | None:
    """Look for КриптоПро CSP; None: it is not installed. ``root``: where the system's folders are.

    ``api`` is CryptoAPI, where there is one.
    """
    if api is not None:
        providers = api.providers()
        return InstalledCsp(providers=providers) if providers else None
    if sys.platform == "win32":
        return None
    folder = _folder(root / _LIBRARIES)
    if folder is None:
        return None
    module = folder / _MODULE
    return InstalledCsp(
        version=_version(root),
        folder=folder,
        module=module if module.is_file() else None,
    )


def _folder(libraries: Path) -> Path | None:
    """Return the folder of one machine (``amd64``, ``aarch64``) in which the core lies."""
    try:
        machines = sorted(libraries.iterdir())
    except OSError:
        return None
    return next((each for each in machines if (each / _CORE).is_file()), None)


def _version(root: Path) -> str:
    """Read the release file, or what Debian's packages say."""
    told = _VERSION.search(_text(root / _RELEASE))
    if told is not None:
        return told[0]
    package = _PACKAGE.search(_text(root / _PACKAGES))
    return "" if package is None else package[1]


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST).decode("utf-8", "replace")
    except OSError:
        return ""
