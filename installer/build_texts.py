"""Build hook: compile the catalogues (.po → .mo), so that sources, wheel and frozen build speak Russian."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

GUIDE = (
    "guide",
    "administrators.md",
    "command-line.md",
    "comparison.md",
    "journeys.md",
    "releases.md",
    "trials.md",
)
"""What of docs/ is for users: it travels with the program."""


def compile_catalogues(root: Path) -> list[Path]:
    """Compile every catalogue below ``root``/resources/texts; return the files written."""
    written = []
    for source in sorted((root / "resources" / "texts").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        with source.open("rb") as read:
            catalogue = read_po(read, locale=source.parts[-3])
        with target.open("wb") as write:
            write_mo(write, catalogue)
        written.append(target)
    return written


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own alias is generic
    """Runs before hatchling collects the files of a wheel or an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the catalogues; a wheel also carries ``resources/`` inside the package."""
        root = Path(self.root)
        compile_catalogues(root)
        if self.target_name == "wheel" and version == "standard":
            included = build_data["force_include"]
            included[str(root / "resources")] = "app/_resources"
            # The guide, which the window shows (`app.places.guide`).
            for name in GUIDE:
                included[str(root / "docs" / name)] = f"app/_resources/docs/{name}"
