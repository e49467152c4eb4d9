"""Runs all of what the ordinary suite tries a part of, and writes its section: `nox -s thorough`.

python tests/longer/thorough_run.py            # writes the section of docs/quality.md
python tests/longer/thorough_run.py --no-page  # only runs it
"""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from longer.page import Section, table, write_section

_ROOT: Final = Path(__file__).resolve().parents[2]
PARTS: Final = {
    "tests/attacks/test_flipped_bytes.py": "places of a signed file, changed in every way (250 each)",
    "tests/crypto/certificates/test_accredited_chains.py": "chains of all 2,403 accredited authorities",
    "tests/crypto/test_levels_signing.py": "kinds of keys × forms × levels × shapes, signed and verified",
    "tests/interoperability/test_interoperability.py": "every two properties of a file, before every referee",
    "tests/reports/test_papers.py": "papers of a hundred certificates of real authorities",
}
"""What each file of tests tries at length."""
_WORDS = """
Where everything takes minutes, the ordinary suite tries a part: each property of a file before every
referee, a hundred places of each file, a dozen papers. Here all of it is tried.
"""


def main() -> int:
    """Run it; return 1 if anything failed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-q", "-n", str((os.cpu_count() or 2) + 1), "--dist", "worksteal"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, f"--junitxml={report}", *PARTS],
            cwd=_ROOT,
            env={**os.environ, "ROSCHERK_WHOLE_MATRIX": "1"},
            check=False,
        )
        # Written a moment ago by the tests themselves.
        cases = ET.parse(report).getroot().iter("testcase")
        tried, failed = Counter[str](), Counter[str]()
        for case in cases:
            tried[case.attrib["classname"]] += 1
            failed[case.attrib["classname"]] += any(
                each.tag in {"failure", "error"} for each in case
            )
    rows = [(words, tried[_module(file)], failed[_module(file)]) for file, words in PARTS.items()]
    if "--no-page" not in sys.argv:
        result = f"{tried.total():,} tests, {failed.total()} failed"
        write_section(
            Section(
                "Thorough",
                "nox -s thorough",
                _WORDS,
                result,
                table(("what", "tests", "failed"), rows),
            )
        )
    return done.returncode


def _module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


if __name__ == "__main__":
    sys.exit(main())
