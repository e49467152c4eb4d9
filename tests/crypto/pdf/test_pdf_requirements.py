"""What we rely on in pyHanko is tried at import; a release that differs is noticed at once."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY

from app.crypto.pdf import requirements
from app.crypto.pdf.requirements import UnsuitablePyhankoError

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_the_examined_versions_are_the_pinned_ones() -> None:
    """Who changes a pin must look at the analysis again: both change together."""
    pins = PYPROJECT.read_text(encoding="utf-8")
    assert f'"pyhanko=={requirements.EXAMINED["pyHanko"]}"' in pins
    certvalidator = requirements.EXAMINED["pyhanko-certvalidator"]
    assert f'"pyhanko-certvalidator=={certvalidator}"' in pins


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another release is not used unseen."""
    monkeypatch.setattr(requirements, "pyhanko_version", "0.39.0")
    with pytest.raises(UnsuitablePyhankoError, match=r"0\.39\.0"):
        requirements.demand_versions()


def test_import_fails_loudly() -> None:
    """The import itself fails: no file is read, signed or judged by what was not examined."""
    code = "import pyhanko.version as v; v.__version__ = '9.9.9'\nimport app.crypto.pdf.reading"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, timeout=60, text=True
    )
    assert done.returncode != 0
    assert "UnsuitablePyhankoError" in done.stderr


def never(*_: Any, **__: Any) -> Any:
    """Do nothing, and find nothing."""
    return set()


BREAKS: dict[str, tuple[Any, str, Any]] = {
    "hook renamed": (IncrementalPdfFileWriter, "_prep_dom_for_writing", lambda _: None),
    "updates unseen": (HistoricalResolver, "explicit_refs_in_revision", never),
    "history lost": (PdfFileReader, "get_historical_root", lambda self, _: self.root),
}


@pytest.mark.parametrize("name", BREAKS)
def test_changed_behaviour_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that reads or writes otherwise does not pass."""
    owner, attribute, other = BREAKS[name]
    monkeypatch.setattr(owner, attribute, other)
    with pytest.raises(UnsuitablePyhankoError):
        requirements.demand_structure()


REVIEWS: dict[str, Callable[[PdfFileReader], bool]] = {
    "explains everything": lambda _: True,
    "explains nothing": lambda _: False,
    "passes over orphans": lambda reader: bool(
        hasattr(DEFAULT_DIFF_POLICY.review_file(reader, 0), "modification_level")
    ),
}


@pytest.mark.parametrize("name", REVIEWS)
def test_wrong_analysis_is_noticed(name: str) -> None:
    """An analysis that sees too much, too little, or is as lenient as pyHanko's own."""
    with pytest.raises(UnsuitablePyhankoError):
        requirements.demand_analysis(REVIEWS[name])


def test_nothing_is_patched() -> None:
    """After all of our PDF room is imported, pyHanko's modules hold only their own functions."""
    code = """
import sys, types
import app.crypto.pdf.checking, app.crypto.pdf.differences, app.crypto.pdf.writing
import app.crypto.signing.pdf_levels, app.crypto.raising.pdf
for name, module in list(sys.modules.items()):
    if name.split(".")[0] in {"pyhanko", "pyhanko_certvalidator"}:
        for key, value in vars(module).items():
            owner = getattr(value, "__module__", None)
            assert not str(owner).startswith("app."), (name, key)
            if isinstance(value, type) and str(owner).startswith("pyhanko"):
                for member in vars(value).values():
                    assert not str(getattr(member, "__module__", "")).startswith("app."), (name, key)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, timeout=60, text=True
    )
    assert done.returncode == 0, done.stderr
