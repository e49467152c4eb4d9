"""A sample of what `nox -s faults` does: deaths and a sick disk at the work of the program."""

import errno
import sys
from collections.abc import Iterator

import pytest
from faults import shim
from faults.disturbing import Bench, Tally
from faults.lane import Lane
from faults.scenarios import SCENARIOS

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="a library is preloaded"
)


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    """Return a warm program."""
    folder = tmp_path_factory.mktemp("faults").resolve()
    with Lane(folder / "lane", shim.build(folder)) as made:
        yield made


@pytest.fixture(scope="module")
def signing(lane: Lane) -> Bench:
    """Return the work of signing a file."""
    return Bench("detached", lane)


@pytest.mark.parametrize("number", range(2))
def test_deaths_while_signing(signing: Bench, number: int) -> None:
    """Whenever it dies, the original stays, what has a name is whole, and the next run works."""
    tally = Tally("kills", "detached", number, 1)
    signing.kill(number, tally)
    assert not tally.findings
    assert sum(tally.ended.values()) == 1


@pytest.mark.parametrize(
    ("number", "error", "on"), [(9, errno.ENOSPC, False), (32, errno.EIO, True)]
)
def test_sick_disk_while_signing(signing: Bench, number: int, error: int, on: bool) -> None:
    """A disk that is full, or fails from some moment on, loses nothing and is told."""
    tally = Tally("failures", "detached", number, 1)
    signing.fail(number, error, on=on, tally=tally)
    assert not tally.findings
    assert "not reached" not in tally.ended


def test_deaths_of_settings(lane: Lane) -> None:
    """The core of the window dies while it saves what was chosen."""
    bench, tally = Bench("settings", lane), Tally("kills", "settings", 0, 2)
    for number in range(2):
        bench.kill(number, tally)
    assert not tally.findings


def test_what_is_lost_is_found(signing: Bench, lane: Lane) -> None:
    """The eyes that look afterwards are no use if they see nothing."""
    signing.begin()
    assert signing.scenario.work(lane).run(lane).code == 0
    source = lane.documents / "Акт.txt"
    signature = lane.documents / "Акт.txt.УЧЕБНАЯ.sig"
    signature.write_bytes(signature.read_bytes()[:-1])
    source.write_text(source.read_text("utf-8") + "!", "utf-8")
    (lane.documents / ".roscherk-0123456789abcdef.tmp").touch()
    (lane.profile / "config" / "settings.toml").write_text("=", "utf-8")
    (lane.profile / "config" / "journal_head.json").write_text(
        '{"number": 9, "hash": ""}', encoding="utf-8"
    )
    found = "\n".join(signing.looked_over(signing.whole))
    for said in ("not whole", "an original is changed", "left by", "journal", "settings"):
        assert said in found, said


def test_every_area_is_there() -> None:
    """The table of the longer job has the areas that were asked for."""
    assert {each.area for each in SCENARIOS.values()} == {
        "sign",
        "batch",
        "co-sign, merge, split",
        "stamp, papers",
        "stores",
        "journal",
        "settings",
        "CRL cache",
    }
