"""Ask an advisory service whether a pinned part of a build has a known vulnerability.

``nox -s audit`` runs it. Ends with 0 if nothing is known against any part, 1 if something is, and 3 if
no service answered, so that nothing was found out: that is no pass.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE))

import pinned  # noqa: E402 - lies there

LOCKS = (HERE / "requirements-linux.lock", HERE / "requirements-windows.lock")
CLEAN, VULNERABLE, NOT_ASKED = 0, 1, 3
_SERVICES = ("pypi", "osv")
_SECONDS = 300
Ask = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)


def audit(lock: Path, ask: Ask = _run) -> int:
    """Audit the parts of one lock file that are Python packages; say what was found."""
    parts = [part for part in pinned.read_lock(lock) if not part.of_debian]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(f"{part.name}=={part.version}" for part in parts))
        listed.flush()
        for service in _SERVICES:
            try:
                done = ask(
                    [
                        *(sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps"),
                        *("--progress-spinner", "off", "--vulnerability-service", service),
                        *("--format", "json", "--requirement", listed.name),
                    ]
                )
            except subprocess.TimeoutExpired:
                print(f"{lock.name}: {service} did not answer in {_SECONDS} s")
                continue
            told = _answer(done.stdout)
            if told is not None and not all("skip_reason" in each for each in told):
                return _judge(lock, told, len(parts))
            if told is not None:
                print(f"{lock.name}: {service} as it is reached here knows none of the parts")
                continue
            last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
            print(f"{lock.name}: {service} could not be asked: {last}")
    print(f"{lock.name}: NOT AUDITED: no advisory service could be reached")
    return NOT_ASKED


def _answer(text: str) -> list[dict[str, Any]] | None:
    """Return what a service told of every part; None: it is no answer."""
    try:
        found = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, list) else None


def _judge(lock: Path, told: list[dict[str, Any]], count: int) -> int:
    asked = [each for each in told if "skip_reason" not in each]
    bad = [each for each in asked if each.get("vulns")]
    for each in bad:
        ids = ", ".join(str(one.get("id")) for one in each["vulns"])
        print(f"{lock.name}: {each['name']} {each['version']}: {ids}")
    if bad:
        return VULNERABLE
    if len(asked) < count:
        print(f"{lock.name}: NOT AUDITED: {count - len(asked)} of {count} parts are unknown there")
        return NOT_ASKED
    print(f"{lock.name}: nothing is known against its {count} parts")
    return CLEAN


def main() -> int:
    """Audit both builds; the gravest answer counts."""
    codes = {audit(lock) for lock in LOCKS}
    return next((code for code in (VULNERABLE, NOT_ASKED) if code in codes), CLEAN)


if __name__ == "__main__":
    sys.exit(main())
