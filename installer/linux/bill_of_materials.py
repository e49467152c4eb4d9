"""What the package is made of: a CycloneDX list, the licences of all parts, sums of the files."""

import hashlib
import json
import shutil
import subprocess
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from locked_parts import ROOT, BuildError, Part, interpreter
from program_folder import bundled

_NAMES = ("licen", "copying", "notice", "authors")
_SYSTEM_TEXTS = Path("/usr/share/common-licenses")
_NOT_IN_WHEELS = {"pyside6-essentials": ("LGPL-3", "GPL-3"), "shiboken6": ("LGPL-3", "GPL-3")}
"""Parts whose wheels lack the text of their licence; Debian has it."""


def make(folder: Path, documents: Path, parts: Path, version: str, epoch: int) -> None:
    """Write ``roscherk.cdx.json`` and ``licences/`` into ``documents``."""
    licences = documents / "licences"
    licences.mkdir(parents=True, exist_ok=True)
    packages = folder / "packages"
    facts = {
        part.name: (part, metadata_of(packages, part)) for part in bundled() if _is_wheel(part)
    }
    for name, (_, info) in sorted(facts.items()):
        copy_texts(info, licences / name, name)
    _copy_interpreter(parts, licences / "python3.11", documents)
    shutil.copy(ROOT / "LICENSE", licences / "roscherk.txt")
    resources = packages / "app" / "_resources"
    shutil.copy(resources / "fonts" / "OFL.txt", licences / "inter-font.txt")
    shutil.copy(resources / "icons" / "LICENSE-lucide.txt", licences / "lucide-icons.txt")
    components = [
        *(component(part, licence_of(info)) for part, info in facts.values()),
        *(_debian_component(part) for part in interpreter()),
    ]
    bill = whole_bill(sorted(components, key=lambda each: str(each["name"])), version, epoch)
    text = json.dumps(bill, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (documents / "roscherk.cdx.json").write_text(text, encoding="utf-8")


def sums(files: Iterable[Path]) -> str:
    """Return a list that ``sha256sum --check`` reads."""
    lines = []
    for path in files:
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    return "".join(lines)


def _is_wheel(part: Part) -> bool:
    return part.file.endswith(".whl")


def metadata_of(packages: Path, part: Part) -> Path:
    """Return the folder in which an unpacked wheel tells of itself."""
    stem = "-".join(part.file.split("-")[:2])
    folder = packages / f"{stem}.dist-info"
    if not folder.is_dir():
        raise BuildError(f"{part.file} has no dist-info of its name")
    return folder


def licence_of(info: Path) -> str:
    """Return how a wheel names its licence; raise if it does not."""
    fields = HeaderParser().parsestr((info / "METADATA").read_text(encoding="utf-8"))
    short = fields["License-Expression"] or fields["License"]
    if short and "\n" not in short and len(short) < 100:
        return str(short)
    kinds = fields.get_all("Classifier", [])
    named = [each.rsplit(" :: ", 1)[1] for each in kinds if each.startswith("License ::")]
    if not named:
        raise BuildError(f"{info.name} does not name its licence")
    return " AND ".join(named)


def copy_texts(info: Path, target: Path, name: str) -> None:
    """Copy every licence text of a wheel; a part without one stops the build."""
    found = [
        path
        for path in sorted(info.rglob("*"))
        if path.is_file()
        and (path.parent != info or path.name.lower().startswith(_NAMES))
        and "sboms" not in path.relative_to(info).parts
    ]
    target.mkdir()
    for path in found:
        inner = path.relative_to(info)
        copy = target / "_".join(inner.parts[1:] if inner.parts[0] == "licenses" else inner.parts)
        shutil.copyfile(path, copy)
    for text in _NOT_IN_WHEELS.get(name, ()):
        shutil.copyfile(_SYSTEM_TEXTS / text, target / text)
    if not any(target.iterdir()):
        raise BuildError(f"No licence text was found for {name}")


def _copy_interpreter(parts: Path, target: Path, work: Path) -> None:
    """Copy what Debian says of CPython's licences."""
    target.mkdir()
    unpacked = work / "copyright-of-python"
    for part in interpreter():
        subprocess.run(["dpkg-deb", "-x", str(parts / part.file), str(unpacked)], check=True)
    found = [each for each in unpacked.rglob("copyright") if each.is_file()]
    if not found:
        raise BuildError("Debian's interpreter has no copyright file")
    shutil.copyfile(found[0], target / "copyright")
    shutil.rmtree(unpacked)


def component(part: Part, licence: str) -> dict[str, Any]:
    """Return the entry of one wheel."""
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{part.name}@{part.version}",
        "name": part.name,
        "version": part.version,
        "purl": f"pkg:pypi/{part.name}@{part.version}",
        "licenses": [{"license": {"name": licence}}],
        "hashes": [{"alg": "SHA-256", "content": part.sha256}],
    }


def _debian_component(part: Part) -> dict[str, Any]:
    locator = f"pkg:deb/debian/{part.name}@{part.version}?arch=amd64&distro=debian-12"
    return {
        **component(part, part.licence),
        "bom-ref": locator,
        "purl": locator,
        "type": "platform",
    }


def whole_bill(components: list[dict[str, Any]], version: str, epoch: int) -> dict[str, Any]:
    """Return the list of a release; the same parts make the same list."""
    own = f"pkg:generic/roscherk@{version}"
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([own, epoch, components], sort_keys=True))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "roscherk",
                "version": version,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": sorted(each["bom-ref"] for each in components)}],
    }
