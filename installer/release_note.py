"""Make the release key, and sign the note about a new version with it. For whoever publishes.

    python installer/release_note.py key KEY.pem
    python installer/release_note.py sign KEY.pem DATE NOTE.json FILE… [--about https://…]

``key`` asks for a password twice, writes the private key encrypted with it, and prints the lines for
``resources/trust/release_keys.toml``. ``sign`` writes NOTE.json about the files (the version is that
of the tree) and NOTE.json.sig beside it. How they are used: docs/releases.md.
"""

import argparse
import base64
import getpass
import hashlib
import json
import os
import sys
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.append(str(Path(__file__).resolve().parent.parent))

from app import __version__
from app.crypto.releases.model import SCHEMA, ReleaseKey
from app.crypto.releases.reading import read_note

SHORTEST = 12


def make_key(path: Path, password: bytes) -> str:
    """Write a new private key, encrypted; return the row of its public key."""
    if len(password) < SHORTEST:
        raise SystemExit(f"The password needs {SHORTEST} characters or more.")
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private)
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    return f'[[keys]]\nname = "{date.today().year}"\npublic = "{public}"\n'  # noqa: DTZ011 - a label


def sign(
    key: Path, password: bytes, day: date, note: Path, files: list[Path], *, about: str = ""
) -> None:
    """Write the note and its signature, and read them as the program will."""
    private = serialization.load_pem_private_key(key.read_bytes(), password)
    if not isinstance(private, Ed25519PrivateKey):
        raise SystemExit(f"{key} is no Ed25519 key.")
    told = {
        "schema": SCHEMA,
        "version": __version__,
        "date": day.isoformat(),
        "about": about,
        "files": [_described(file) for file in files],
    }
    data = json.dumps(told, ensure_ascii=False, indent=2).encode()
    signature = base64.b64encode(private.sign(data)) + b"\n"
    public = private.public_key().public_bytes_raw()
    read_note(data, signature, [ReleaseKey(name="this", public=public)])
    note.write_bytes(data)
    note.with_name(note.name + ".sig").write_bytes(signature)


def _described(path: Path) -> dict[str, str | int]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return {"name": path.name, "size": file.tell(), "sha256": sha256}


def main(words: list[str]) -> None:
    """Do what the command says."""
    parser = argparse.ArgumentParser(description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    made = actions.add_parser("key")
    made.add_argument("key", type=Path)
    signed = actions.add_parser("sign")
    signed.add_argument("key", type=Path)
    signed.add_argument("date", type=date.fromisoformat)
    signed.add_argument("note", type=Path)
    signed.add_argument("files", type=Path, nargs="+")
    signed.add_argument("--about", default="")
    options = parser.parse_args(words)
    password = getpass.getpass("Password of the release key: ").encode()
    if options.action == "sign":
        sign(options.key, password, options.date, options.note, options.files, about=options.about)
        return
    if getpass.getpass("The same again: ").encode() != password:
        raise SystemExit("They differ.")
    print(make_key(options.key, password), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
