"""Make the profile of a release, to be kept as a test: everything in it was made by the program.

``python tests/profile/make_profile.py FILE.tar.xz`` works through the command line in a profile of
its own and packs what it left; ``… --older FROM.tar.xz FILE.tar.xz`` makes one of before the forms
had numbers out of that: a journal without its form, without the note of its newest row, no drafts. Run it once for each release, before its number is given away, and
never again for that release: later programs must open what an earlier one wrote.
"""

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from stand_ins.pki import pki_of  # noqa: E402 - lies there

from app.algorithms.names import KeyAlgorithm  # noqa: E402

PASSWORD = b"pass word 1"
FIELDS = {
    "kind": "person",
    "surname": "Иванова",
    "given_name": "Анна Петровна",
    "inn": "500100732259",
    "snils": "112-233-445 95",
}
_ROUTE = """[[recipients]]
id = "own"
title = { ru = "Свой получатель", en = "A receiver of one's own" }
format = "cades"
source = "наш договор"
checked_on = 2026-11-27
"""
_KEPT = ("data", "config")


def main(words: list[str]) -> None:
    """Make the profile and pack it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        profile = place / "profile"
        if words[0] == "--older":
            _make_older(Path(words[1]), profile)
        else:
            _work(place, profile)
        with tarfile.open(words[-1], "w:xz", preset=9) as archive:
            for root in _KEPT:
                for path in sorted((profile / root).rglob("*")):
                    if path.is_file() and not path.name.startswith(".lock"):
                        _add(archive, path, str(path.relative_to(profile)))


def _make_older(packed: Path, profile: Path) -> None:
    with tarfile.open(packed) as archive:
        archive.extractall(profile, filter="data")
    with closing(sqlite3.connect(profile / "data" / "journal.sqlite3")) as base, base:
        base.execute("PRAGMA user_version = 0")
    (profile / "config" / "journal_head.json").unlink()
    (profile / "data" / "drafts" / "batch.json").unlink()


def _work(place: Path, profile: Path) -> None:
    """Do a little of everything that leaves something behind."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    (place / "root.cer").write_bytes(pki.root)
    (place / "ca.crl").write_bytes(pki.crls[1])
    (place / "fields.json").write_text(json.dumps(FIELDS), "utf-8")
    document = place / "Договор № 1.docx"
    document.write_bytes("Договор\n".encode() * 20)

    def roscherk(*words: str | Path, typed: bytes = b"") -> bytes:
        return _run(
            [sys.executable, "-m", "app", "--profile", str(profile), *map(str, words)], typed
        )

    password = PASSWORD + b"\n"
    for name in ("Иванова", "Для удаления"):
        roscherk("container", "create", name, "--password-stdin", typed=password)
    ours = "container:" + _quoted("Иванова")
    roscherk(
        "request", "new", "--key", ours, "--fields", place / "fields.json",
        "--output", place / "Запрос.csr", "--password-stdin", typed=password,
    )  # fmt: skip
    root = hashlib.sha256(pki.root).hexdigest()
    roscherk("trust", "add", place / "root.cer", place / "ca.crl", "--yes-root", root)
    roscherk("demo", place / "demo")
    config = profile / "config"
    (config / "recipients").mkdir(parents=True, exist_ok=True)
    (config / "recipients" / "own.toml").write_text(_ROUTE, "utf-8")
    (config / "settings.toml").write_text(
        '[interface]\nlanguage = "ru"\ntheme = "dark"\n[future]\nunknown = "kept"\n', "utf-8"
    )
    draft = profile / "data" / "drafts" / "batch.json"
    draft.parent.mkdir()
    rows = [{"path": str(Path("/srv/Акт.docx")), "state": "left"}]
    draft.write_text(json.dumps({"version": 1, "documents": rows}), "utf-8")


def _quoted(name: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - of this line alone

    return quote(name)


def _run(command: list[str], typed: bytes) -> bytes:
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, input=typed, capture_output=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{command[3:]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    data = path.read_bytes()
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    entry.mode = 0o600
    archive.addfile(entry, io.BytesIO(data))


if __name__ == "__main__":
    main(sys.argv[1:])
