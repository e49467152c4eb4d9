"""A policy file on Windows is obeyed only if nobody but an administrator can have written it."""

import sys
from pathlib import Path

import pytest

from app import windows_rights
from app.windows_rights import Entry, Rights, only_administrators

SYSTEM, ADMINS = "S-1-5-18", "S-1-5-32-544"
USERS, EVERYONE, AUTHENTICATED = "S-1-5-32-545", "S-1-1-0", "S-1-5-11"
SOMEBODY = "S-1-5-21-1-2-3-1001"
FULL, READ, MODIFY = 0x1F01FF, 0x1200A9, 0x1301BF
ADD_FILES = 0x116
"""What %PROGRAMDATA% gives to users: they add files and folders."""


def usual(*more: Entry, owner: str = ADMINS) -> Rights:
    """Return the rights that things in a folder of administrators have."""
    given = (Entry(0, 0, FULL, SYSTEM), Entry(0, 0, FULL, ADMINS), Entry(0, 0, READ, USERS))
    return Rights(owner, (*given, *more))


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """Return a policy file in its folder."""
    (tmp_path / "roscherk").mkdir()
    path = tmp_path / "roscherk" / "policy.toml"
    path.write_bytes(b"")
    return path


def obeyed(policy: Path, file: Rights, folder: Rights | None = None) -> bool:
    """Tell whether a file with these rights is obeyed."""
    told = {policy: file, policy.parent: folder or usual()}
    return only_administrators(policy, told.__getitem__)


def test_an_administrators_file_is_obeyed(policy: Path) -> None:
    """Users may read it, and add other files to its folder; what only is passed on is no matter."""
    assert obeyed(policy, usual(), usual(Entry(0, 2, ADD_FILES, USERS)))
    assert obeyed(policy, usual(Entry(0, 0x0B, FULL, "S-1-3-0"), Entry(1, 0, FULL, EVERYONE)))
    assert obeyed(policy, usual(owner=SYSTEM), usual(owner=SYSTEM))


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        pytest.param(usual(owner=SOMEBODY), usual(), id="planted by a user"),
        pytest.param(usual(), usual(owner=SOMEBODY), id="the folder is a user's"),
        pytest.param(Rights(ADMINS, None), usual(), id="no list of rights"),
        pytest.param(usual(), Rights(ADMINS, None), id="no list of the folder's"),
        *(
            pytest.param(usual(Entry(0, 0, mask, sid)), usual(), id=f"{sid} {mask:x}")
            for sid in (USERS, EVERYONE, AUTHENTICATED, SOMEBODY)
            for mask in (FULL, MODIFY, 0x2, 0x4, 0x10000, 0x40000, 0x80000, 0x40000000, 0x10000000)
        ),
        pytest.param(usual(), usual(Entry(0, 0, 0x40, USERS)), id="may delete what is inside"),
        pytest.param(usual(), usual(Entry(0, 0, MODIFY, USERS)), id="may rename the folder"),
        pytest.param(usual(Entry(9, 0, READ, "")), usual(), id="an entry with conditions"),
    ],
)
def test_anybody_elses_is_not(policy: Path, file: Rights, folder: Rights) -> None:
    """Whoever could have written it decides nothing for others."""
    assert not obeyed(policy, file, folder)


def test_links_are_not_followed(policy: Path) -> None:
    """Their own rights are not those of what they lead to."""
    real = policy.with_name("real.toml")
    policy.rename(real)
    policy.symlink_to(real)
    assert not only_administrators(policy, lambda _: usual())


def test_what_cannot_be_asked_is_not_obeyed(policy: Path, tmp_path: Path) -> None:
    """A file that is not there, a system that does not answer."""

    def fail(_path: Path) -> Rights:
        raise OSError(5, "denied")

    assert not only_administrators(policy, fail)
    assert not only_administrators(tmp_path / "none" / "policy.toml", lambda _: usual())


@pytest.mark.skipif(sys.platform == "win32", reason="it answers there")
def test_elsewhere_windows_is_not_asked(policy: Path) -> None:
    """No library, no answer."""
    assert not only_administrators(policy)
    assert windows_rights.program_data().name.endswith("ProgramData")


@pytest.mark.skipif(sys.platform != "win32", reason="asks Windows")
def test_windows_answers(policy: Path) -> None:
    """The owner of a file of one's own is oneself, and there is a list."""
    found = windows_rights.read_rights(policy)
    assert found.owner.startswith("S-1-5-")
    assert found.entries
