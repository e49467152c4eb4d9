"""Settings: typed, kept, locked by an administrator, and never lost to a damaged file."""

import errno
import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import settings as table
from app import turns
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.settings import TABLE, Setting, Settings, policy_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the settings lie."""
    return tmp_path / "config" / "settings.toml"


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an administrator's file: whoever runs the tests counts as the administrator."""
    path = tmp_path / "policy.toml"
    real = Path.stat

    def owned_by_root(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = list(real(self, follow_symlinks=follow_symlinks))
        found[stat.ST_UID] = 0
        return os.stat_result(found)

    monkeypatch.setattr(Path, "stat", owned_by_root)
    return path


def write(path: Path, text: str) -> None:
    """Write a file of settings."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_without_files_the_defaults_hold(file: Path):
    """A new profile needs no file, and reading makes none."""
    settings = Settings(file)
    for setting in TABLE:
        assert settings.get(setting) == setting.default
        assert not settings.locked(setting)
    assert settings.problems == ()
    assert not file.exists()


_CHANGES = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app.settings import MODULES, SEEN_REMINDERS, Settings
settings = Settings(Path(sys.argv[2]))
mine = {"a": MODULES, "b": SEEN_REMINDERS}[sys.argv[3]]
for number in range(40):
    settings.set(mine, (f"/{number}",))
    found = Settings(Path(sys.argv[2])).get(mine)
    assert found == (f"/{number}",), (found, number)
"""


def test_two_windows_lose_nothing_of_each_other(file: Path):
    """Two programs that change settings at once: each finds its own change again, every time."""
    root = Path(__file__).resolve().parents[1]
    both = [
        subprocess.Popen([sys.executable, "-c", _CHANGES, root, file, name]) for name in ("a", "b")
    ]
    assert [each.wait() for each in both] == [0, 0]
    settings = Settings(file)
    assert settings.get(table.MODULES) == settings.get(table.SEEN_REMINDERS) == ("/39",)


def test_settings_held_by_another_program(file: Path, monkeypatch: pytest.MonkeyPatch):
    """Who waits in vain says so, and nothing is changed."""
    settings = Settings(file)
    settings.set(table.THEME, "dark")
    monkeypatch.setattr(turns, "PATIENCE", 0.1)
    with turns.alone(file.parent, ErrorCode.PROFILE_BUSY), pytest.raises(RoscherkError) as caught:
        settings.set(table.THEME, "light")
    assert caught.value.code is ErrorCode.PROFILE_BUSY
    assert Settings(file).get(table.THEME) == "dark"


@pytest.mark.parametrize("error", [errno.EIO, errno.EACCES])
def test_file_that_cannot_be_read_now_is_not_set_aside(
    file: Path, monkeypatch: pytest.MonkeyPatch, error: int
):
    """A disk that fails is no damaged file: what it holds is neither moved nor written over."""
    settings = Settings(file)
    settings.set(table.THEME, "dark")
    before = file.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as failing:
        failing.setattr(Path, "open", fail)
        with pytest.raises(RoscherkError) as caught:
            settings.set(table.LANGUAGE, "ru")
    assert caught.value.code is ErrorCode.TARGET_UNWRITABLE
    assert file.read_bytes() == before
    assert not file.with_suffix(".damaged.toml").exists()


def test_full_disk_is_told_as_such(file: Path, monkeypatch: pytest.MonkeyPatch):
    """A setting that finds no room says that, and the old file stays."""
    settings = Settings(file)
    settings.set(table.THEME, "dark")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", fail)
        with pytest.raises(RoscherkError) as caught:
            settings.set(table.THEME, "light")
    assert caught.value.code is ErrorCode.DISK_FULL
    assert Settings(file).get(table.THEME) == "dark"


def test_every_default_is_allowed():
    """The table agrees with itself: unique keys, and defaults that its own checks admit."""
    assert len({setting.key for setting in TABLE}) == len(TABLE)
    for setting in TABLE:
        default = setting.default
        raw = list(default) if isinstance(default, tuple) else default
        assert setting.read(raw) == default


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (table.LANGUAGE, "en"),
        (table.THEME, "dark"),
        (table.STAMP, False),
        (table.ENCODING, "base64"),
        (table.ATTACHED, True),
        (table.MODULES, ("/usr/lib/librtpkcs11ecp.so", "/srv/модуль.so")),
        (table.LAST_KEY, "container:Иванов%20И."),
        (table.RECENT_FOLDER, "/home/иван/Документы"),
    ],
)
def test_changed_value_is_there_next_time(file: Path, setting: Setting, value: object):
    """What was set is read by the next start."""
    Settings(file).set(setting, value)
    assert Settings(file).get(setting) == value
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_unknown_keys_are_kept(file: Path):
    """A newer version's settings survive the older one."""
    write(file, '[future]\ndate = 2030-01-01\nlist = [{a = 1}]\n[interface]\nfont = "big"\n')
    settings = Settings(file)
    assert settings.problems == ()
    settings.set(table.THEME, "dark")
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {
        "future": tomllib.loads("date = 2030-01-01\nlist = [{a = 1}]"),
        "interface": {"font": "big", "theme": "dark"},
    }


def test_two_programs_change_different_settings(file: Path):
    """The window does not undo what a command has set meanwhile."""
    window, command = Settings(file), Settings(file)
    command.set(table.LANGUAGE, "en")
    window.set(table.THEME, "dark")
    assert Settings(file).get(table.LANGUAGE) == "en"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (table.LANGUAGE, "de"),
        (table.STAMP, 1),
        (table.MODULES, ("libevil.so",)),
        (table.MODULES, (1,)),
        (table.LAST_KEY, "pkcs11:serial=1?pin-value=1234"),
        (table.RECENT_FOLDER, "relative"),
        (table.THEME, ("dark",)),
    ],
)
def test_value_out_of_the_table_is_refused(file: Path, setting: Setting, value: object):
    """Neither a caller nor a file brings in a value that is not allowed."""
    settings = Settings(file)
    with pytest.raises(RoscherkError) as caught:
        settings.set(setting, value)
    assert caught.value.code is ErrorCode.SETTING_INVALID
    assert caught.value.facts == {"key": setting.key}
    assert not file.exists()


def test_bad_value_in_the_file_is_told_and_the_default_holds(file: Path):
    """One bad value costs one setting."""
    write(file, '[interface]\nlanguage = "de"\ntheme = "dark"\n')
    settings = Settings(file)
    assert settings.get(table.LANGUAGE) == "auto"
    assert settings.get(table.THEME) == "dark"
    (problem,) = settings.problems
    assert problem.code is ErrorCode.SETTING_INVALID
    assert problem.facts == {"key": "interface.language", "path": str(file)}


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"a = [", b"=", b"a.b = 1\na = 2", b"a" * (2 << 20)])
def test_damaged_file_is_told_and_set_aside(file: Path, raw: bytes):
    """The defaults hold, the damage is told, and a change does not destroy the old file."""
    file.parent.mkdir()
    file.write_bytes(raw)
    settings = Settings(file)
    assert settings.get(table.THEME) == "system"
    (problem,) = settings.problems
    assert problem.code is ErrorCode.SETTINGS_DAMAGED
    settings.set(table.THEME, "dark")
    assert Settings(file).get(table.THEME) == "dark"
    assert Settings(file).problems == ()
    assert file.with_name("settings.damaged.toml").read_bytes() == raw


def test_section_that_is_no_section_is_replaced(file: Path):
    """A file that is TOML but not of our form does no harm."""
    write(file, 'interface = "x"\nsigning = [1]\n')
    settings = Settings(file)
    assert settings.get(table.THEME) == "system"
    settings.set(table.THEME, "light")
    assert Settings(file).get(table.THEME) == "light"


def test_administrator_has_the_last_word(file: Path, policy: Path):
    """A setting of the policy file is locked for the user."""
    write(file, '[interface]\ntheme = "dark"\n')
    write(policy, '[interface]\ntheme = "light"\n')
    settings = Settings(file, policy)
    assert settings.get(table.THEME) == "light"
    assert settings.locked(table.THEME)
    assert not settings.locked(table.LANGUAGE)
    with pytest.raises(RoscherkError) as caught:
        settings.set(table.THEME, "dark")
    assert caught.value.code is ErrorCode.SETTING_LOCKED


def test_bad_policy_value_gives_the_default_not_the_user(file: Path, policy: Path):
    """A mistake of the administrator does not open the lock."""
    write(file, '[interface]\ntheme = "dark"\n')
    write(policy, '[interface]\ntheme = "pink"\n')
    settings = Settings(file, policy)
    assert settings.get(table.THEME) == "system"
    assert settings.locked(table.THEME)
    assert [problem.code for problem in settings.problems] == [ErrorCode.SETTING_INVALID]


def test_policy_that_anybody_could_write_is_not_obeyed(file: Path, policy: Path):
    """Otherwise any program could lock settings in the administrator's name."""
    write(policy, '[interface]\ntheme = "light"\n')
    policy.chmod(0o666)
    settings = Settings(file, policy)
    assert settings.get(table.THEME) == "system"
    assert [problem.code for problem in settings.problems] == [ErrorCode.POLICY_UNSAFE]


def test_policy_that_cannot_be_looked_at_is_told(
    file: Path, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    """In a folder that only the administrator may enter: that no lock holds is not kept quiet."""

    def refused(*_: object, **__: object) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refused)
    (problem,) = Settings(file, policy).problems
    assert (problem.code, problem.facts["path"]) == (ErrorCode.FILE_UNREADABLE, str(policy))
    assert problem.facts["errno"] == 13


def test_file_that_cannot_be_written_is_our_error(tmp_path: Path):
    """A folder in the way of the file, or of its folder, is said plainly."""
    (tmp_path / "taken").write_bytes(b"")
    settings = Settings(tmp_path / "taken" / "settings.toml")
    with pytest.raises(RoscherkError) as caught:
        settings.set(table.THEME, "dark")
    assert caught.value.code is ErrorCode.TARGET_UNWRITABLE


def test_profile_has_its_own_file(tmp_path: Path):
    """Settings live in the profile's folder, under this computer's policy."""
    places = Places.under(tmp_path)
    Settings.of(places).set(table.THEME, "dark")
    assert (places.config / "settings.toml").is_file()
    assert policy_file().is_absolute()


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_policy_has_a_place_on_each_system(monkeypatch: pytest.MonkeyPatch, platform: str):
    """The place is the system's, not the user's; a file that is not there is obeyed nowhere."""
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("PROGRAMDATA", "/ProgramData")
    assert policy_file().name == "policy.toml"
    assert "roscherk" in str(policy_file())
    assert table._is_trusted(Path("/nowhere"), []) is False


def test_damaged_file_that_cannot_be_set_aside_is_told(file: Path, monkeypatch: pytest.MonkeyPatch):
    """A damaged file is not written over when it cannot be kept."""
    write(file, "=")
    settings = Settings(file)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(RoscherkError) as caught:
        settings.set(table.THEME, "dark")
    assert caught.value.code is ErrorCode.TARGET_UNWRITABLE
    assert file.read_text(encoding="utf-8") == "="


def test_unreadable_file_is_told(file: Path):
    """A folder in the place of the file is a problem, not a crash."""
    file.mkdir(parents=True)
    (problem,) = Settings(file).problems
    assert problem.code is ErrorCode.SETTINGS_DAMAGED
    assert problem.facts["errno"]


@given(st.text(max_size=60))
def test_any_file_gives_settings(tmp_path_factory: pytest.TempPathFactory, text: str):
    """No text in the file makes the program fall over."""
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    settings = Settings(file)
    assert settings.get(table.LANGUAGE) == "auto"


def test_defaults_come_back_but_for_what_is_locked(file: Path, policy: Path):
    """Resetting takes own values out of the file, and leaves what it does not know."""
    write(policy, '[interface]\nlanguage = "ru"\n')
    write(file, '[interface]\ntheme = "dark"\nlanguage = "en"\nfont = "big"\n')
    settings = Settings(file, policy)
    assert settings.policy == policy
    settings.reset((table.THEME, table.LANGUAGE, table.NETWORK_ONLINE))
    assert settings.get(table.THEME) == "system"
    assert settings.get(table.LANGUAGE) == "ru"
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {"interface": {"font": "big"}}
    assert Settings(file).policy is None


def test_wrong_addresses_of_the_network_are_told(file: Path):
    """The settings of the network are looked at when the file is read, as all others are."""
    write(file, '[network]\nproxy_url = "http://u:secret@proxy:3128"\nonline = "yes"\n')
    keys = {str(each.facts["key"]) for each in Settings(file).problems}
    assert keys == {"network.proxy_url", "network.online"}
