"""The written verdicts of the attack set."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

EXPECTED: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("expected.toml").read_text(encoding="utf-8")
)
"""By class and name; a name may be followed by an algorithm in brackets."""
