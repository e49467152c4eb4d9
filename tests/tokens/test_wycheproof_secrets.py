"""Published edge cases of what protects keys in files: PBKDF2 as PKCS #12 asks for it, AES-GCM."""

import json
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.tokens.pfx.schemes import Derivation
from app.tokens.pfx.work import Work


def groups(data_folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the groups of a suite."""
    suite = json.loads((data_folder / "wycheproof" / f"{name}.json").read_text("utf-8"))
    found: list[dict[str, Any]] = suite["testGroups"]
    assert sum(len(group["tests"]) for group in found) == suite["numberOfTests"]
    return found


def test_pbkdf2(data_folder: Path):
    """Every key is the published one."""
    for group in groups(data_folder, "pbkdf2_hmacsha256_test"):
        for case in group["tests"]:
            derivation = Derivation("sha256", bytes.fromhex(case["salt"]), case["iterationCount"])
            password = bytearray.fromhex(case["password"])
            if case["iterationCount"] > 200_000:
                continue  # a second each; the mathematics is the same
            found = derivation.key(password, case["dkLen"], Work())
            assert (found.hex() == case["dk"]) is (case["result"] == "valid"), case["tcId"]


def test_aes_gcm(data_folder: Path):
    """What is sealed opens, what was changed does not; as containers use it: 96 bits, a whole tag."""
    tried = 0
    for group in groups(data_folder, "aes_gcm_test"):
        if (group["ivSize"], group["tagSize"]) != (96, 128):
            continue
        for case in group["tests"]:
            key, vector, extra, plain, sealed, tag = (
                bytes.fromhex(case[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
            )
            try:
                opened: bytes | None = AESGCM(key).decrypt(vector, sealed + tag, extra)
            except InvalidTag:
                opened = None
            assert (opened == plain) is (case["result"] == "valid"), case["tcId"]
            tried += 1
    assert tried > 150
