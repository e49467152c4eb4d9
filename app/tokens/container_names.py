"""The name of a container and the name of its file: one follows from the other.

A file bears the container's own name, so a folder of containers can be read by a person, and a
file that was copied under another name is simply another container. What a file system takes for
a path, a device or a hidden file is percent-encoded.
"""

import unicodedata
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from app.errors import ErrorCode, RoscherkError

SUFFIX = ".container"
MAX_LENGTH = 100
"""In characters."""

_MAX_BYTES = 255 - len(".") - len(SUFFIX) - len(".tmp-12345678")
"""The file system's limit for one name, less what we put around it while writing."""

_FORBIDDEN = frozenset('%/\\:*?"<>|')
# Windows takes these names for devices, with any extension and in any letter case.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)


def clean_name(name: str) -> str:
    """Return the name as it is kept; raise ``CONTAINER_NAME_INVALID`` with a ``reason``."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise _invalid(name, "empty")
    if not name.isprintable():
        # Also the marks that turn the direction of writing: a name must look like what it is.
        raise _invalid(ascii(name)[1:-1], "characters")
    if len(name) > MAX_LENGTH or len(_encode(name).encode()) > _MAX_BYTES:
        raise _invalid(name, "too_long")
    return name


def _invalid(name: str, reason: str) -> RoscherkError:
    return RoscherkError(ErrorCode.CONTAINER_NAME_INVALID, name=name[:MAX_LENGTH], reason=reason)


def file_of(folder: Path, name: str) -> Path:
    """Return the file of the container ``name``, which lies directly in ``folder``."""
    return folder / (_encode(clean_name(name)) + SUFFIX)


def name_of(path: Path) -> str:
    """Return the name of the container in ``path``; what is no text is shown as U+FFFD."""
    stem = unquote_to_bytes(path.name.removesuffix(SUFFIX).encode("utf-8", "surrogateescape"))
    return unicodedata.normalize("NFC", stem.decode("utf-8", "replace"))


def twin_of(path: Path) -> Path | None:
    """Return a file beside whose name differs in capitals alone.

    On some systems both would be one, so a profile with both could be put into no backup.
    Raises ``TARGET_UNWRITABLE`` where the folder cannot be looked into: nothing can be kept there.
    """
    wanted = path.name.casefold()
    try:
        beside = list(path.parent.iterdir())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RoscherkError(
            ErrorCode.TARGET_UNWRITABLE, path=str(path), errno=error.errno or 0
        ) from None
    return next((x for x in beside if x.name.casefold() == wanted and x.name != path.name), None)


def _encode(name: str) -> str:
    encoded = "".join(quote(c, safe="") if c in _FORBIDDEN else c for c in name)
    if name.startswith(".") or name.partition(".")[0].rstrip().lower() in _DEVICES:
        return f"%{ord(encoded[0]):02X}{encoded[1:]}"
    return encoded
