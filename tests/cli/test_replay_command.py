"""``verify --facts`` and ``verify --replay`` as users meet them, through a real worker."""

from pathlib import Path

import pytest
from roscherk_run import Firm, Roscherk


@pytest.fixture
def kept(roscherk: Roscherk, signature: Path, firm: Firm, tmp_path: Path) -> Path:
    """Return the facts of a check, saved by the command."""
    path = tmp_path / "facts.json"
    done = roscherk("verify", signature, *firm.trust, "--facts", path)
    assert done.code == 0, done.err
    return path


def test_same_bytes(roscherk: Roscherk, kept: Path, signature: Path) -> None:
    """Twice the same JSON, also when the file itself is gone; a replay is called one."""
    first = roscherk("verify", "--replay", kept, "--json")
    signature.unlink()
    again = roscherk("verify", "--replay", kept, "--json")
    assert (first.code, again.code) == (0, 0)
    assert first.out == again.out
    assert "Сами файлы не читались" in first.err
    told = roscherk("verify", "--replay", kept)
    assert told.out.startswith("Вывод заново сделан по сохранённым фактам")
    assert "Подпись действительна" in told.out
    assert "на этом компьютере" not in told.out


def test_other_terms(roscherk: Roscherk, kept: Path) -> None:
    """A named moment makes it conditional; the strict policy has its own mind; --because is needed."""
    named = ("--at", "2030-06-01", "--because", "журнал входящих")
    done = roscherk("verify", "--replay", kept, *named)
    assert done.code == 10
    assert "журнал входящих" in done.out
    strict = roscherk("verify", "--replay", kept, "--policy", "strict", "--json")
    assert strict.code == 10
    report = strict.json["files"][0]["signatures"][0]
    assert "revocation_data_aged" in report["reasons"]
    assert roscherk("verify", "--replay", kept, "--at", "2030-06-01").code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--facts", "again.json"),
        ("--report", "r.pdf"),
        ("--letter", "l.txt"),
        ("--package", "p.zip"),
        ("--table", "t.csv"),
        ("another.sig",),
        ("--policy", "none"),
    ],
)
def test_wrong_usage(roscherk: Roscherk, kept: Path, words: tuple[str, ...]) -> None:
    """What has no meaning without the files is refused."""
    assert roscherk("verify", "--replay", kept, *words).code == 2


def test_no_facts(roscherk: Roscherk, signature: Path) -> None:
    """Another file is no facts, and the error says so."""
    done = roscherk("verify", "--replay", signature)
    assert done.code == 1
    assert "не сохранённые факты" in done.err


def test_taken_name(roscherk: Roscherk, signature: Path, firm: Firm, tmp_path: Path) -> None:
    """No file is overwritten, and nothing is verified in vain."""
    taken = tmp_path / "facts.json"
    taken.write_text("mine")
    done = roscherk("verify", signature, *firm.trust, "--facts", taken)
    assert done.code == 1
    assert taken.read_text() == "mine"
