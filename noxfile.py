"""Every developer command, one sentence each. `nox -l` lists them; `./check` runs what CI runs."""

import os
import subprocess
import tempfile
from pathlib import Path

import nox

nox.options.sessions = ["check"]
nox.options.reuse_venv = "yes"
nox.needs_version = ">=2025.5"

ROOT = Path(__file__).parent
PYPROJECT = nox.project.load_toml("pyproject.toml")
PYSIDE = next(each for each in PYPROJECT["project"]["dependencies"] if "< '3.12'" in each)
CODE = ["app", "tests", "benchmarks", "installer", "noxfile.py"]
CORE_TESTS = [
    f"tests/{room}"
    for room in (
        "algorithms",
        "attacks",
        "crypto",
        "interoperability",
        "processes",
        "referees",
        "tokens",
    )
]
CORE_PACKAGES = (
    "hypothesis",
    "jsonschema",
    "pytest>",
    "pytest-randomly",
    "pytest-timeout",
    "pytest-xdist",
    "zxing-cpp",
)


@nox.session(venv_backend="none")
def check(session: nox.Session) -> None:
    """Check format, lint, types, contracts, texts; run the tests of faces, paper and journeys."""
    # The compiler has a processor to itself while the linters use the other one.
    beside = [_begun("bash", "installer/linux/softhsm_gost.sh")]
    # Each process of the tests would put the words of failures into every file anew: here it is done once.
    beside.append(_begun("pytest", "-q", "--collect-only", "tests"))
    try:
        _lint(session)
    finally:
        for each in beside:
            each.wait()  # whether it went well is found out by those who need it
    # `headless` runs the rooms that are left out. What measures the window's stalls runs alone.
    left_out = [f"--ignore={room}" for room in CORE_TESTS]
    several = ["-n", _several(), "--dist", "worksteal", "-m", "not alone"]
    session.run("pytest", "-q", *left_out, *several, *session.posargs)
    session.run("pytest", "-q", "tests/ui", "-m", "alone", *session.posargs)


def _begun(*command: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _several() -> str:
    """Return how many tests run at once: many wait for other processes, so one more than processors."""
    return str((os.cpu_count() or 2) + 1)


def _lint(session: nox.Session) -> None:
    session.run("ruff", "format", "--check", "--quiet", *CODE)
    session.run("ruff", "check", "--quiet", *CODE)
    session.run("mypy")
    session.run("lint-imports")
    session.run("python", "installer/texts.py", "--check")


@nox.session
def headless(session: nox.Session) -> None:
    """Run the core's tests, several at a time, where PySide6 is not installed."""
    needed = [d for d in PYPROJECT["project"]["dependencies"] if not d.startswith("PySide6")]
    tools = [d for d in PYPROJECT["dependency-groups"]["dev"] if d.startswith(CORE_PACKAGES)]
    session.install(*tools, *needed)
    session.run("python", "-c", "import importlib.util as u; assert u.find_spec('PySide6') is None")
    settings = ["-c", "tests/headless.ini", "--rootdir", "."]
    settings += ["-n", _several(), "--dist", "worksteal"]
    session.run("python", "-m", "pytest", "-q", *settings, *CORE_TESTS, *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, install it into a new environment, and open a Russian window from it."""
    session.install("build>=1.3,<2")
    with tempfile.TemporaryDirectory() as built:
        session.run("python", "-m", "build", "--wheel", "--outdir", built, ".", silent=True)
        (file,) = Path(built).glob("*.whl")
        session.install("--force-reinstall", "--no-deps", str(file))
        session.install(str(file), "pytest>=9,<10")
        with session.chdir(built):
            session.run(
                "pytest", "-q", "--rootdir", built, "-c", os.devnull, str(ROOT / "tests" / "wheel")
            )


@nox.session(venv_backend="none")
def stand_ins(session: nox.Session) -> None:
    """Build the stand-in that takes a minute (SoftHSM2 with GOST); run the tests that need it."""
    session.run("bash", "installer/linux/softhsm_gost.sh", external=True)
    session.run("pytest", "-q", "tests/tokens/pkcs11/test_softhsm_gost.py", *session.posargs)


@nox.session(venv_backend="none")
def format(session: nox.Session) -> None:  # noqa: A001  # the command's natural name
    """Format the code and mend what the linter can mend by itself."""
    session.run("ruff", "format", *CODE)
    session.run("ruff", "check", "--fix", *CODE)


@nox.session(venv_backend="none")
def texts(session: nox.Session) -> None:
    """Gather the texts from the code into the Russian catalogue and compile it."""
    session.run("python", "installer/texts.py")


@nox.session
def deb(session: nox.Session) -> None:
    """Build the Debian package and the portable folder into dist/ (on Debian 12)."""
    session.install(*PYPROJECT["build-system"]["requires"])
    session.run("python", "installer/linux/make_package.py", *session.posargs)


@nox.session(venv_backend="none")
def deb_proof(session: nox.Session) -> None:
    """Prove both in fresh Debian 12 and 13 systems, as root; the last line says ALL PROVED."""
    folder = session.posargs or ["dist"]
    proof = ["debian", "installer/linux/prove.sh", *folder]
    session.run("python3", "tests/longer/packages_section.py", *proof, external=True)


@nox.session
def windows(session: nox.Session) -> None:
    """Build the setup for Windows into dist/ (on Debian 12; installer/windows/package.sh does it all)."""
    session.install(*PYPROJECT["build-system"]["requires"], "pillow", PYSIDE)
    session.run("python", "installer/windows/build.py", *session.posargs)


@nox.session(venv_backend="none")
def windows_proof(session: nox.Session) -> None:
    """Prove it under Wine, as root; the last line says ALL PROVED."""
    files = session.posargs or sorted(map(str, ROOT.glob("dist/roscherk-*-setup.exe")))
    proof = ["windows", "installer/windows/prove.sh", *files]
    session.run("python3", "tests/longer/packages_section.py", *proof, external=True)


@nox.session
def audit(session: nox.Session) -> None:
    """Ask an advisory service about all pinned parts; ends with 3 where none can be reached."""
    session.install("pip-audit>=2.9,<3")
    session.run("python", "installer/audit.py")


@nox.session(venv_backend="none")
def kills(session: nox.Session) -> None:
    """Kill the renewal of a profile at every single call; the suite does so at every fourth."""
    every = {"ROSCHERK_EVERY_CALL": "1"}
    session.run("pytest", "-q", "tests/profile", "-k", "killed", *session.posargs, env=every)


@nox.session(venv_backend="none")
def thorough(session: nox.Session) -> None:
    """Try all of what the suite tries a part of: pairs of properties, places of a file, real authorities."""
    session.run("python", "tests/longer/thorough_run.py", *session.posargs)


@nox.session(venv_backend="none")
def release(session: nox.Session) -> None:
    """Check before a release that no act the program rests on ends soon with nobody looking."""
    session.run("python", "installer/acts.py")


@nox.session(venv_backend="none")
def bench(session: nox.Session) -> None:
    """Print speed and memory as ratios against peers measured in the same run."""
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(venv_backend="none")
def interoperability(session: nox.Session) -> None:
    """Try the whole matrix of keys, forms and levels before all referees; write the table."""
    session.run("python", "tests/interoperability/make_table.py", *session.posargs)


@nox.session(venv_backend="none")
def attacks(session: nox.Session) -> None:
    """Put the attack set before the program and its peers; write docs/attacks.md and docs/pkits.md."""
    session.run("python", "tests/attacks/make_table.py", *session.posargs)
    session.run("python", "tests/crypto/certificates/make_pkits_page.py")
    session.run("python", "tests/longer/attacks_section.py")


@nox.session(venv_backend="none")
def mutants(session: nox.Session) -> None:
    """Run the long job of mutants, about an hour; it goes on where it was interrupted."""
    session.run("python", "tests/attacks/mutants_run.py", *session.posargs)


@nox.session(venv_backend="none")
def faults(session: nox.Session) -> None:
    """Kill the program 2,000 times and fail its disk at each of 200 writes; it goes on where it stopped."""
    session.run("python", "tests/faults/faults_run.py", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz every parser of ours within ten minutes; `-- --page` writes its section of docs/quality.md."""
    needed = [d for d in PYPROJECT["project"]["dependencies"] if not d.startswith("PySide6")]
    tools = [d for d in PYPROJECT["dependency-groups"]["dev"] if d.startswith(CORE_PACKAGES)]
    session.install(*PYPROJECT["dependency-groups"]["fuzz"], *tools, *needed)
    session.run("python", "tests/fuzz/run.py", *session.posargs)


@nox.session(venv_backend="none")
def guide(session: nox.Session) -> None:
    """Write the guide's pages of errors out of the table of errors."""
    session.run("python", "installer/guide.py", *session.posargs)


@nox.session(venv_backend="none")
def load(session: nox.Session) -> None:
    """Put much before the program at once: 10,000 files, 10 GB, a journal of 100,000 rows."""
    session.run("python", "-m", "benchmarks", "load", *session.posargs)


@nox.session(venv_backend="none")
def stalls(session: nox.Session) -> None:
    """Walk every journey of the window on a machine at rest; tell how long it stood still."""
    session.run("python", "tests/ui/stalls_run.py", *session.posargs)


@nox.session(venv_backend="none")
def longer(session: nox.Session) -> None:
    """Run everything long, a part after the other; each writes its section of docs/quality.md."""
    for part in ("thorough", "attacks", "mutants", "fuzz", "faults", "load", "stalls"):
        session.notify(part, ["--page"] if part == "fuzz" else [])


@nox.session(venv_backend="none")
def screen_reader(session: nox.Session) -> None:
    """Hear the window over AT-SPI, as a screen reader does (Debian: xvfb, dbus, at-spi2-core)."""
    session.run("bash", "tests/screen_reader/run.sh", *session.posargs, external=True)


@nox.session(venv_backend="none")
def references(session: nox.Session) -> None:
    """Draw anew the pictures that guard the look of the pages; look at them before you commit them."""
    session.run("python", "tests/ui/reference_scenes.py")


@nox.session(venv_backend="none")
def screenshots(session: nox.Session) -> None:
    """Draw every page into a folder (default: screenshots/); `-- --guide`: the pictures of the guide."""
    if session.posargs == ["--guide"]:
        session.run("python", "tests/ui/guide_images.py")
    else:
        session.run("python", "tests/ui/screenshots.py", *(session.posargs or ["screenshots"]))
