"""Try the whole matrix and all samples, and write `docs/interoperability.md`.

Run by `nox -s interoperability`; takes minutes. Ends with 1 if anybody refused what they
understand, so that the table cannot be made of failures unseen.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT), str(HERE.parents[1]), str(HERE.parent)]

# ruff: noqa: E402 - the path is set before what lies on it is imported
from interop_cases import CMS_LEVELS, PDF_LEVELS, CmsCase, PdfCase, cms_cases, pdf_cases
from interop_making import Made, Workshop
from interop_referees import ACCEPTED, Opinion, judge, referees_of_cms, referees_of_pdf
from interop_samples import Seen, key_files, requests, signed_files
from stand_ins import openssl, servers

from app import __version__
from app.algorithms.gost import library
from app.composition import build
from app.places import Places

Case = CmsCase | PdfCase
Results = list[tuple[Case, tuple[Opinion, ...]]]

_HEAD = """# Interoperability

What this program made was given to others, and what others made was given to it. This page is
written by `nox -s interoperability` and by nobody's hand; the ordinary suite tries every pair of
properties (`tests/interoperability`).

*accepted*: the referee verified signatures, and whatever else is said of it below. *not understood*:
such files are beyond it; it has no opinion. *refused*: it understood the file and did not accept it.

| referee | what it looks at |
| --- | --- |
| Росчерк | everything: content, signature, level, time-stamps, chain, revocation; the verdict must be TOTAL_PASSED at the level that was asked for |
| openssl cms (gost engine) | content, all signers, their chains and the revocation lists of both authorities; it passes over unsigned attributes: time-stamps, values, counter-signatures. Of a PDF: each CMS taken out, over the octets of its byte range |
| openssl ts | each time-stamp of a signer: over the signature, over the references (X Long), over the archive (LTA), with the authority's chain; not those of a counter-signature |
| pyHanko | one signer with RSA or ECDSA: content, signature, time-stamps, chain, revocation; in a PDF every signature and what was added after it. It has neither GOST nor several signers in one CMS |
| pdfsig (poppler) | content and signature in a PDF, without the certificates; it has no GOST |
"""


def main() -> int:
    """Try everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "interoperability.md")
    parser.add_argument("--data", type=Path, default=_data_folder())
    options = parser.parse_args()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, servers.running() as server:
        workshop = Workshop(Path(folder), server)
        cms = _tried("CMS", cms_cases(), workshop.cms, referees_of_cms())
        pdf = _tried("PDF", pdf_cases(), workshop.pdf, referees_of_pdf())
        samples = _samples(options.data, Path(folder))
    page = [_HEAD, _versions(), *_matrix("CMS", cms, CMS_LEVELS), *_matrix("PDF", pdf, PDF_LEVELS)]
    page += samples
    options.output.write_text("\n".join(page), "utf-8")
    refused = [opinion for _case, opinions in cms + pdf for opinion in opinions if opinion.refused]
    sys.stdout.write(
        f"{options.output}: {len(refused)} refused, {time.monotonic() - begin:.0f} s\n"
    )
    return 1 if refused else 0


def _data_folder() -> Path:
    return Path(os.environ.get("ROSCHERK_TEST_DATA", ROOT.parent / "shared" / "data"))


def _tried(
    what: str,
    cases: Sequence[Case],
    make: Callable[..., Made],
    referees: Mapping[str, Callable[[Made], str]],
) -> Results:
    """Make each file and ask everybody about it; what cannot be made is refused by ourselves."""
    found: Results = []
    for number, case in enumerate(cases, 1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{what} {number}/{len(cases)} ")
        try:
            opinions = judge(make(case), dict(referees))
        except Exception as error:  # noqa: BLE001 - it becomes a line of the table
            opinions = (Opinion("Росчерк", f"refused: not made: {type(error).__name__} {error}"),)
        found.append((case, opinions))
    return found


def _versions() -> str:
    """Say what took part."""
    engine = openssl.openssl("engine", "gost").stdout.decode().strip()
    told = {
        "Росчерк": __version__,
        "libgcrypt": library.version(),
        "OpenSSL": openssl.openssl("version").stdout.decode().split()[1],
        "engine": engine.splitlines()[0] if engine else "none",
        "pyHanko": version("pyhanko"),
        "pdfsig": _pdfsig_version(),
        "Python": platform.python_version(),
    }
    parts = ", ".join(f"{name} {value}" for name, value in told.items())
    return f"Made on {datetime.now(UTC):%Y-%m-%d} with {parts}.\n"


def _pdfsig_version() -> str:
    try:
        done = subprocess.run(["pdfsig", "-v"], capture_output=True, check=False, timeout=60)
    except FileNotFoundError:
        return "none"
    return (done.stderr or done.stdout).decode().splitlines()[0].split()[-1]


def _matrix(title: str, results: Results, levels: Mapping[object, str]) -> list[str]:
    """Write the counts by key, by level and by shape, and every refusal by itself."""
    referees = list(dict.fromkeys(each.referee for _, opinions in results for each in opinions))
    page = [f"## {title}: {len(results)} files\n"]
    groups: list[tuple[str, Callable[[Case], str]]] = [
        ("key", lambda case: case.keys.name),
        ("level", lambda case: levels[case.level]),
        ("signers", lambda case: str(case.shape)),
    ]
    if isinstance(results[0][0], CmsCase):
        groups.append(("content", lambda case: str(getattr(case, "form", ""))))
    for heading, of in groups:
        rows = []
        for value in dict.fromkeys(of(case) for case, _ in results):
            chosen = [opinions for case, opinions in results if of(case) == value]
            rows.append([value, *(_counted(chosen, name) for name in referees)])
        page += [_table([heading, *referees], rows), ""]
    refused = [
        [str(case), each.referee, each.word]
        for case, opinions in results
        for each in opinions
        if each.refused
    ]
    page.append("Refused: none.\n" if not refused else "Refused:\n")
    if refused:
        page += [_table(["file", "referee", "word"], refused), ""]
    return page


def _counted(chosen: Iterable[tuple[Opinion, ...]], referee: str) -> str:
    words = Counter(
        each.word.split(": ")[0] if each.refused else each.word
        for opinions in chosen
        for each in opinions
        if each.referee == referee
    )
    accepted = words.pop(ACCEPTED, 0)
    parts = [f"{accepted} accepted"] if accepted else []
    return "; ".join([*parts, *(f"{count} {word}" for word, count in words.items())])


def _samples(data: Path, folder: Path) -> list[str]:
    """Write what became of the files that others published."""
    if not data.is_dir():
        return ["## Files of others\n", "Not tried: the folder of test data was not there.\n"]
    page = []
    for title, found in (
        ("CMS files of others", signed_files(data)),
        ("Certificate requests of others", requests(data)),
    ):
        rows = [[each.sample.name, each.ours, each.referee] for each in found]
        page += [f"## {title}\n", _table(["file", "Росчерк", "openssl"], rows), ""]
    with build(Places.under(folder / "profile")) as services:
        rows = [_key_row(each) for each in key_files(data, services)]
    heads = ["file", "its publisher says", "Росчерк, with the password; with another"]
    page += ["## Key files and containers of others\n", _table(heads, rows), ""]
    return page


def _key_row(seen: Seen) -> list[str]:
    path = Path(seen.sample.name)
    name = path.parent if path.name == "header.key" else path
    return [str(name), seen.sample.expected, seen.ours]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(each) for each in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    sys.exit(main())
