"""Every setting in one typed table: load, change, save; an administrator's file has the last word.

The user's file is ``settings.toml`` in the profile. Keys this version does not know are kept, a
damaged file is set aside and told about, and the defaults hold meanwhile. PINs and passwords are
no settings and never come here.
"""

import contextlib
import errno
import importlib
import re
import stat
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from app.errors import ErrorCode, Fact, RoscherkError
from app.places import Places, write_private
from app.turns import alone
from app.values import dataclass

_MAX_SIZE = 1 << 20
_SMALL_NUMBER = re.compile(r"-?[0-9]{1,5}", re.ASCII)

KNOWN_FORMS = frozenset({"pades", "cades", "cades_attached"})
"""Forms of signatures that a policy may allow: inside a PDF, in a file beside, around the document."""

T = TypeVar("T", str, bool, tuple[str, ...])


def _anything(_: object) -> bool:
    return True


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One row of the table. ``key`` is ``section.name`` in the file."""

    key: str
    default: T
    allowed: tuple[T, ...] = ()
    """The only values there are; empty: whatever ``check`` admits."""
    check: Callable[[T], bool] = _anything

    def read(self, raw: object) -> T:
        """Return ``raw`` from a file as a value of this setting, or raise ``SETTING_INVALID``."""
        value = tuple(raw) if isinstance(raw, list) else raw
        if not isinstance(value, type(self.default)) or not _is_plain(value):
            raise RoscherkError(ErrorCode.SETTING_INVALID, key=self.key)
        if (self.allowed and value not in self.allowed) or not self.check(value):
            raise RoscherkError(ErrorCode.SETTING_INVALID, key=self.key)
        return value


def _is_plain(value: object) -> bool:
    return not isinstance(value, tuple) or all(isinstance(item, str) for item in value)


def _absolute_paths(paths: tuple[str, ...]) -> bool:
    """Admit modules by absolute path only: nothing is ever searched for beside a document."""
    return all(Path(path).is_absolute() and "\0" not in path for path in paths)


def _empty_or_absolute(path: str) -> bool:
    return not path or _absolute_paths((path,))


def _window_place(text: str) -> bool:
    """Admit five whole numbers: left, top, width, height, and 1 for a window as large as the screen."""
    parts = text.split()
    return not text or (len(parts) == 5 and all(_SMALL_NUMBER.fullmatch(each) for each in parts))


def _without_pin(uri: str) -> bool:
    return "pin-value" not in uri.lower()


def _address_parts(url: str) -> tuple[str, bool] | None:
    """Return the host of a web address and whether it carries a login; None for anything else."""
    try:
        parts = urlsplit(url)
        if parts.port == 0 or parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
    except ValueError:
        return None
    return (parts.hostname, "@" in parts.netloc) if url.isprintable() else None


def _server_addresses(urls: tuple[str, ...]) -> bool:
    return all((parts := _address_parts(url)) is not None and not parts[1] for url in urls)


def _empty_or_address(url: str) -> bool:
    return not url or _server_addresses((url,))


def _known_forms(forms: tuple[str, ...]) -> bool:
    return set(forms) <= KNOWN_FORMS


def _proxy_address(url: str) -> bool:
    """Admit ``http://user@host:port``: the password is no setting."""
    return not url or (_address_parts(url) is not None and urlsplit(url).password is None)


def _host_names(hosts: tuple[str, ...]) -> bool:
    """Admit ``host`` and ``host:port``."""
    parts = [_address_parts(f"http://{host}") for host in hosts]
    bare = all(not set(host) & set("/?#@ ") for host in hosts)
    return bare and all(one is not None for one in parts)


LANGUAGE = Setting("interface.language", "auto", ("auto", "ru", "en"))
THEME = Setting("interface.theme", "system", ("system", "light", "dark", "contrast"))
TEXT_SIZE = Setting("interface.text_size", "100", ("100", "125", "150", "200"))
"""Per cent of the usual size of words."""

RECENT_FOLDER = Setting("interface.recent_folder", "", check=_empty_or_absolute)
STAMP = Setting("signing.stamp", default=True)
STAMP_PRESET = Setting("signing.stamp_preset", "gost-2025", ("gost-2025", "gost-2016", "compact"))
STAMP_LOGO = Setting("signing.stamp_logo", "", check=_empty_or_absolute)
LEVEL = Setting("signing.level", "b", ("b", "t", "xl1", "lt", "lta"))
"""Of new signatures (`app.crypto.model.SignatureLevel`); above ``b`` an authority of time is asked."""
ENCODING = Setting("signing.encoding", "der", ("der", "base64"))
ATTACHED = Setting("signing.attached", default=False)
SEEN_REMINDERS = Setting[tuple[str, ...]]("interface.seen_reminders", ())
"""Reminders that were put off until the next one is due (`Ending.name`)."""

WINDOW_PLACE = Setting("interface.window_place", "", check=_window_place)
NOTIFICATIONS = Setting("interface.notifications", default=True)
"""Whether the desktop is told that a long run has ended while the user was elsewhere."""
RECENT_FILES = Setting("interface.recent_files", default=True)
"""Whether the profile remembers which files were opened last."""
WELCOMED = Setting("interface.welcomed", default=False)
"""The first window was answered: its two choices are not shown again."""
LAST_KEY = Setting("signing.last_key", "", check=_without_pin)
READ_CRYPTOPRO_FOLDERS = Setting("keys.read_cryptopro_folders", default=False)
"""For experts: sign with the key of a qualified certificate that lies in files (decision 22)."""
TIME_STAMP_SERVERS = Setting[tuple[str, ...]](
    "signing.time_stamp_servers", (), check=_server_addresses
)
FORMATS = Setting[tuple[str, ...]]("signing.formats", (), check=_known_forms)
"""The only forms of new signatures; empty: all."""
NETWORK_ONLINE = Setting("network.online", default=True)
NETWORK_PROXY = Setting("network.proxy", "system", ("system", "manual", "none"))
NETWORK_PROXY_URL = Setting("network.proxy_url", "", check=_proxy_address)
NAMED_HOSTS = Setting[tuple[str, ...]]("network.named_hosts", (), check=_host_names)
MODULES = Setting[tuple[str, ...]]("tokens.modules", (), check=_absolute_paths)
ALLOWED_MODULES = Setting[tuple[str, ...]]("tokens.allowed_modules", (), check=_absolute_paths)
"""The only modules that may be loaded, however they were found; empty: all that are safe."""
UPDATES_ADDRESS = Setting("updates.address", "", check=_empty_or_address)
"""Where the note about the newest version lies; empty: nowhere is asked."""
UPDATES_AT_START = Setting("updates.at_start", default=False)
"""Whether the window looks there by itself, once a day; else only when it is told to."""
REMEMBER_PIN = Setting("tokens.remember_pin", default=True)
"""Whether the window offers to remember a PIN for a while; it never does so by itself."""

TABLE: tuple[Setting[Any], ...] = (
    LANGUAGE,
    THEME,
    TEXT_SIZE,
    RECENT_FOLDER,
    STAMP,
    STAMP_PRESET,
    STAMP_LOGO,
    LEVEL,
    ENCODING,
    ATTACHED,
    LAST_KEY,
    WINDOW_PLACE,
    NOTIFICATIONS,
    RECENT_FILES,
    WELCOMED,
    SEEN_REMINDERS,
    READ_CRYPTOPRO_FOLDERS,
    TIME_STAMP_SERVERS,
    NETWORK_ONLINE,
    NETWORK_PROXY,
    NETWORK_PROXY_URL,
    NAMED_HOSTS,
    MODULES,
    ALLOWED_MODULES,
    FORMATS,
    UPDATES_ADDRESS,
    UPDATES_AT_START,
    REMEMBER_PIN,
)


def policy_file() -> Path:
    """Return where an administrator of this computer may lock settings."""
    if sys.platform == "win32":
        return Path(_windows_rights().program_data()) / "roscherk" / "policy.toml"
    if sys.platform == "darwin":
        return Path("/Library/Application Support/roscherk/policy.toml")
    return Path("/etc/roscherk/policy.toml")


class Settings:
    """The settings of one profile under the policy of one computer."""

    def __init__(self, file: Path, policy: Path | None = None) -> None:
        self._file = file
        self._policy_file = policy
        self._own: dict[str, Any] = {}
        self._policy: Mapping[str, Any] = {}
        self.problems: tuple[RoscherkError, ...] = ()
        """What was wrong with the files; the face shows it once."""
        self.load()

    @classmethod
    def of(cls, places: Places) -> "Settings":
        """Return the settings of a profile, under this computer's policy."""
        return cls(places.config / "settings.toml", policy_file())

    def load(self) -> None:
        """Read both files anew."""
        problems: list[RoscherkError] = []
        self._own = _read_file(self._file, problems)
        self._policy = {}
        if self._policy_file is not None and _is_trusted(self._policy_file, problems):
            self._policy = _read_file(self._policy_file, problems)
        for setting in TABLE:
            for table, file in ((self._own, self._file), (self._policy, self._policy_file)):
                _check_value(setting, table, file, problems)
        self.problems = tuple(problems)

    def get(self, setting: Setting[T]) -> T:
        """Return the value that holds: the policy's, else the user's, else the default."""
        for table in (self._policy, self._own):
            raw = _look_up(table, setting.key)
            if raw is not None:
                try:
                    return setting.read(raw)
                except RoscherkError:
                    # Told in `problems`. A policy that cannot be read falls back to the default,
                    # not to what the user would like.
                    return setting.default
        return setting.default

    @property
    def policy(self) -> Path | None:
        """Return the administrator's file, if it decides anything here."""
        return self._policy_file if self._policy else None

    def locked(self, setting: Setting[Any]) -> bool:
        """Tell whether the administrator decides this one."""
        return _look_up(self._policy, setting.key) is not None

    def set(self, setting: Setting[T], value: T) -> None:
        """Change a setting and save it; other keys of the file stay as they are on the disk."""
        if self.locked(setting):
            raise RoscherkError(ErrorCode.SETTING_LOCKED, key=setting.key)
        value = setting.read(value)
        with self._changing():
            _put(self._own, setting.key, _for_file(value))

    def reset(self, settings: Iterable[Setting[Any]]) -> None:
        """Let the defaults hold again; what the administrator decides stays decided."""
        with self._changing():
            for setting in settings:
                section, _, name = setting.key.partition(".")
                inner = self._own.get(section)
                if isinstance(inner, dict):
                    inner.pop(name, None)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Read the file anew, let it be changed, save it: one program at a time.

        Raises ``TARGET_UNWRITABLE``, ``DISK_FULL``, ``PROFILE_BUSY``.
        """
        import tomli_w  # noqa: PLC0415 - every start reads settings, and few write them

        try:
            with alone(self._file.parent, ErrorCode.PROFILE_BUSY):
                found: list[RoscherkError] = []
                own = _read_file(self._file, found)
                if any("errno" in each.facts for each in found):
                    # A disk that cannot be read now: the file may well be sound.
                    raise _unwritable(self._file, OSError(found[0].facts["errno"], ""))
                if found:
                    self._set_aside()
                self._own = own
                yield
                write_private(self._file, tomli_w.dumps(self._own).encode())
        except OSError as error:
            raise _unwritable(self._file, error) from None

    def _set_aside(self) -> None:
        """Keep a damaged file beside the new one: somebody may want to mend it."""
        try:
            self._file.replace(self._file.with_suffix(".damaged.toml"))
        except OSError as error:
            raise _unwritable(self._file, error) from None


def _read_file(file: Path, problems: list[RoscherkError]) -> dict[str, Any]:
    """Return what the file holds; a missing one holds nothing, a damaged one is a problem."""
    try:
        with file.open("rb") as stream:
            data = stream.read(_MAX_SIZE + 1)
        if len(data) <= _MAX_SIZE:
            return tomllib.loads(data.decode())
        problems.append(_damaged(file))
    except FileNotFoundError:
        pass
    except (OSError, ValueError, RecursionError) as error:
        problems.append(_damaged(file, error))
    return {}


def _damaged(file: Path, error: Exception | None = None) -> RoscherkError:
    facts: dict[str, Fact] = {"path": str(file)}
    if isinstance(error, OSError):
        facts["errno"] = error.errno or 0
    return RoscherkError(ErrorCode.SETTINGS_DAMAGED, **facts)


def _unwritable(file: Path, error: OSError) -> RoscherkError:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    code = ErrorCode.DISK_FULL if full else ErrorCode.TARGET_UNWRITABLE
    return RoscherkError(code, path=str(file), errno=error.errno or 0)


def _is_trusted(file: Path, problems: list[RoscherkError]) -> bool:
    """Tell whether only an administrator can have written the policy."""
    try:
        status = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        # There may well be a policy: that it does not hold is told.
        facts: dict[str, Fact] = {"path": str(file), "errno": error.errno or 0}
        problems.append(RoscherkError(ErrorCode.FILE_UNREADABLE, **facts))
        return False
    if sys.platform == "win32":
        safe = bool(_windows_rights().only_administrators(file))
    else:
        safe = status.st_uid == 0 and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not safe:
        problems.append(RoscherkError(ErrorCode.POLICY_UNSAFE, path=str(file)))
        return False
    return True


def _windows_rights() -> ModuleType:
    """Load what asks Windows, and ctypes with it, only where there is Windows."""
    return importlib.import_module("app.windows_rights")


def _check_value(
    setting: Setting[Any],
    table: Mapping[str, Any],
    file: Path | None,
    problems: list[RoscherkError],
) -> None:
    raw = _look_up(table, setting.key)
    if raw is None:
        return
    try:
        setting.read(raw)
    except RoscherkError as error:
        problems.append(error.with_facts(path=str(file)))


def _look_up(table: Mapping[str, Any], key: str) -> object | None:
    section, _, name = key.partition(".")
    inner = table.get(section)
    return inner.get(name) if isinstance(inner, Mapping) else None


def _for_file(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _put(table: dict[str, Any], key: str, value: object) -> None:
    section, _, name = key.partition(".")
    inner = table.get(section)
    if not isinstance(inner, dict):
        inner = table[section] = {}
    inner[name] = value
