"""Container folders that are found by themselves: where CSP keeps them, and nowhere else."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stand_ins.cryptopro_folder import make
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode
from app.processes.pool import Pool
from app.tokens import file_methods
from app.tokens.cryptopro import files, listing, media, registry
from app.tokens.cryptopro_folders import CryptoProFolders
from app.tokens.model import Container, ContainerState

ME = media._user()


class Computer:
    """A made-up tree of ``/proc``, ``/sys`` and ``/var``, with drives that may be plugged in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._rows: list[str] = []
        (root / "proc/self").mkdir(parents=True)
        self._write()

    def keys(self, user: str = ME) -> Path:
        """Return the folder in which CSP keeps the containers of a user."""
        return self.root / "var/opt/cprocsp/keys" / user

    def plug(self, device: str, place: Path, *, removable: bool, kind: str = "vfat") -> Path:
        """Mount a drive; the kernel knows it as a partition of a disk."""
        place.mkdir(parents=True, exist_ok=True)
        disk = self.root / "sys/devices/block" / f"disk{device.replace(':', '-')}"
        (disk / "part").mkdir(parents=True)
        (disk / "removable").write_text("1\n" if removable else "0\n")
        links = self.root / "sys/dev/block"
        links.mkdir(parents=True, exist_ok=True)
        (links / device).symlink_to(disk / "part")
        told = str(place).replace(" ", "\\040")
        self._rows.append(f"36 25 {device} / {told} rw,nosuid shared:1 - {kind} /dev/sd rw")
        self._write()
        return place

    def _write(self) -> None:
        (self.root / "proc/self/mountinfo").write_text("\n".join(self._rows) + "\n")


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    """Return a computer without any drive."""
    return Computer(tmp_path / "root")


@pytest.fixture
def place(workers: Pool, computer: Computer) -> CryptoProFolders:
    """Return the containers of that computer."""
    return CryptoProFolders(workers, lambda _: None, root=computer.root)


def labels(containers: tuple[Container, ...]) -> list[str]:
    """Return the names of containers."""
    return sorted(each.label for each in containers)


def test_folder_of_csp_is_listed_without_being_named(
    computer: Computer, place: CryptoProFolders
) -> None:
    """Name, key, certificate, term, exportable and the URI are known; another user's are not."""
    issuer = pki_of(KeyAlgorithm.ECDSA_P256).ca_issuer
    made = make(
        computer.keys() / "abcdefgh.000",
        "secret",
        name="Бухгалтерия",
        exportable=False,
        issue=issuer.issue,
        term="20301231000000Z",
    )
    make(computer.keys("someone") / "abcdefgh.000", name="чужой")
    (container,), failures = place.found()
    assert not failures
    assert container.label == "Бухгалтерия"
    assert container.algorithm is KeyAlgorithm.GOST_256
    assert container.certificate == made.certificates[1]
    assert container.exportable is False
    assert container.secret_needed
    assert container.key_not_after is not None
    assert container.key_not_after.year == 2030
    assert container.uri == f"cryptopro:{made.folder}"
    assert place.containers(made.folder) == (container,)


def test_removable_drives_are_looked_into(
    computer: Computer, place: CryptoProFolders, tmp_path: Path
) -> None:
    """A flash drive counts wherever it is mounted; a fixed disk and a network drive do not."""
    flash = computer.plug("8:17", tmp_path / "mnt/флешка с пробелом", removable=True)
    fixed = computer.plug("8:33", tmp_path / "mnt/disk", removable=False)
    network = computer.plug("0:60", tmp_path / "mnt/net", removable=True, kind="nfs4")
    computer.plug("0:61", tmp_path / "mnt/sshfs", removable=True, kind="fuse.sshfs")
    for number, folder in enumerate((flash, fixed, network)):
        make(folder / "keyskeys.000", name=f"key {number}")
    containers, failures = place.found()
    assert labels(containers) == ["key 0"]
    assert not failures


def test_only_the_first_level_and_only_named_as_csp_names(
    computer: Computer, place: CryptoProFolders, tmp_path: Path
) -> None:
    """A copy deeper down, or under another name, is opened by its own path only."""
    flash = computer.plug("8:17", tmp_path / "flash", removable=True)
    make(flash / "first.000", name="found")
    make(flash / "deeper" / "second.000", name="deeper")
    make(flash / "a copy", name="copy")
    (flash / "file.000").write_bytes(b"no folder")
    containers, _ = place.found()
    assert labels(containers) == ["found"]


def test_links_are_not_followed(
    computer: Computer, place: CryptoProFolders, tmp_path: Path
) -> None:
    """Neither a link to a folder nor one in the place of a file leads out of the drive."""
    flash = computer.plug("8:17", tmp_path / "flash", removable=True)
    outside = make(tmp_path / "outside.000", name="outside").folder
    (flash / "linked.000").symlink_to(outside)
    inside = make(flash / "inside.000", name="inside").folder
    (inside / "header.key").unlink()
    (inside / "header.key").symlink_to(outside / "header.key")
    containers, _ = place.found()
    assert [each.state for each in containers] == [ContainerState.DAMAGED]


def test_damaged_container_is_listed_as_such(computer: Computer, place: CryptoProFolders) -> None:
    """It hides no other."""
    good = make(computer.keys() / "good.000", name="good").folder
    bad = make(computer.keys() / "bad.000").folder
    (bad / "header.key").write_bytes(b"\x30\x82")
    containers, _ = place.found()
    assert {each.uri: each.state for each in containers} == {
        f"cryptopro:{good}": ContainerState.NO_CERTIFICATE,
        f"cryptopro:{bad}": ContainerState.DAMAGED,
    }


def test_listing_reads_no_part_of_a_key(computer: Computer, place: CryptoProFolders) -> None:
    """Files with the key that cannot be read are no matter: they are not opened."""
    folder = make(computer.keys() / "good.000", name="good").folder
    for name in ("primary", "masks", "primary2", "masks2"):
        (folder / f"{name}.key").unlink()
        os.mkfifo(folder / f"{name}.key")
    containers, _ = place.found()
    assert labels(containers) == ["good"]


def test_place_that_cannot_be_read_is_told(
    computer: Computer, place: CryptoProFolders, tmp_path: Path
) -> None:
    """What cannot be looked into stands beside what was found."""
    make(computer.keys() / "good.000", name="good")
    flash = computer.plug("8:17", tmp_path / "flash", removable=True)
    flash.rmdir()
    containers, (failure,) = place.found()
    assert labels(containers) == ["good"]
    assert failure.code is ErrorCode.FILE_UNREADABLE
    assert failure.facts["path"] == str(flash)


def test_silent_drive_delays_nobody(
    computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drive that does not answer is named; the other is listed in half a second."""
    slow = computer.plug("8:17", tmp_path / "slow", removable=True)
    make(computer.plug("8:33", tmp_path / "quick", removable=True) / "key.000", name="quick")
    released = threading.Event()
    real = media.container_folders

    def hanging(folder: Path) -> tuple[Path, ...]:
        if folder == slow:
            released.wait(5)
        return real(folder)

    monkeypatch.setattr(listing, "container_folders", hanging)
    started = time.monotonic()
    request = file_methods.CryptoProMediaRequest(root=computer.root)
    found = listing.list_media(request, None)  # type: ignore[arg-type]
    assert time.monotonic() - started < 0.5
    released.set()
    assert labels(found.containers) == ["quick"]
    assert [(each.folder, each.errno) for each in found.failures] == [(slow, None)]


def test_table_of_mounts_may_hold_anything(computer: Computer, tmp_path: Path) -> None:
    """Lines that break off, devices that are none and names of any bytes are passed over."""
    flash = computer.plug("8:17", tmp_path / "flash", removable=True)
    file = computer.root / "proc/self/mountinfo"
    odd = b"\n\n - \n36 25 ../../x / /m rw - vfat x\n36 25 9:9 / /\\377\\12 rw - vfat\n36 25\n"
    file.write_bytes(odd + file.read_bytes() + b"1 2 3:4 / /gone rw - ")
    assert [each.folder for each in media.media(computer.root)] == [flash]


class FakeRegistry:
    """A registry of one container of one user, and another user's, which is closed to us."""

    ROOT = "SOFTWARE\\Crypto Pro\\Settings\\Users"

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files
        self._tree = {
            self.ROOT: ("S-1-5-21-1", "S-1-5-21-2"),
            f"{self.ROOT}\\S-1-5-21-1\\Keys": ("мой ключ",),
        }

    def children(self, key: str) -> tuple[str, ...]:
        """Return names, or refuse."""
        if key not in self._tree:
            raise PermissionError(5, "denied")
        return self._tree[key]

    def values(self, key: str) -> dict[str, bytes]:
        """Return the files of the one key there is."""
        assert key.endswith("\\мой ключ")
        return self._files


@pytest.fixture
def in_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Put a container into the registry."""

    def put(**changes: bytes) -> None:
        folder = make(tmp_path / "made.000", name="из реестра").folder
        values = {path.name.upper(): path.read_bytes() for path in folder.iterdir()} | changes
        monkeypatch.setattr(registry, "_system", lambda: FakeRegistry(values))

    return put


def test_registry_of_windows(in_registry: Callable[..., None], tmp_path: Path) -> None:
    """A container of the registry is listed, and read by the name CSP gives it."""
    in_registry()
    request = file_methods.CryptoProMediaRequest(root=tmp_path)
    found = listing.list_media(request, None)  # type: ignore[arg-type]
    assert labels(found.containers) == ["из реестра"]
    name = Path("\\\\.\\REGISTRY\\мой ключ")
    assert set(files.read_folder(name).found) >= {"name", "header", "primary", "masks"}
    assert files.folders_at(name) == (name,)


def test_registry_value_that_is_too_large(in_registry: Callable[..., None]) -> None:
    """What no container holds is damage."""
    in_registry(**{"HEADER.KEY": bytes(300 << 10)})
    (only,) = registry.places()
    with pytest.raises(Exception, match="container_damaged"):
        registry.read(only, {"header": 256 << 10})
