"""Neither password nor key of a foreign container is left in memory after the work."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import memory_scan
import pytest
from stand_ins import cryptopro_pfx, openssl
from stand_ins.cryptopro_folder import CURVE_256, make
from stand_ins.pki import pki_of

from app.algorithms.gost import signing
from app.algorithms.names import KeyAlgorithm
from app.tokens.pfx import writing
from app.tokens.signing_keys import NewKey, make_key

HERE = Path(__file__).parent


def scanned(path: Path, password: str, private: bytes, *, keep: bool = False) -> list[int]:
    """Return how often the password, in each of its forms, and pieces of the key were found."""
    wide = password.encode("utf-16-le")
    looked_for = [
        password.encode(),
        wide,
        password.encode("utf-16-be"),
        b"".join(wide[at : at + 2] + b"\0\0" for at in range(0, len(wide), 2)),
        *(private[at : at + 8] for at in range(0, len(private), 8)),
        *(private[at : at + 8][::-1] for at in range(0, len(private), 8)),
    ]
    images = [each.translate(memory_scan.TABLE).hex() for each in looked_for]
    done = subprocess.run(
        [sys.executable, str(HERE / "foreign_scan.py"), str(path), "1" if keep else "0", *images],
        input=password.encode(),
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parent.parent), str(HERE)])},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: list[int] = json.loads(done.stdout)
    return found


def new_key(algorithm: KeyAlgorithm) -> tuple[NewKey, bytes]:
    """Return a GOST key and a certificate of it."""
    key = make_key(algorithm)
    return key, pki_of(KeyAlgorithm.ECDSA_P256).issue(key.public_key)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/mem")
@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [(KeyAlgorithm.GOST_256, "tc26"), (KeyAlgorithm.GOST_512, "cryptopro")],
)
def test_nothing_of_a_pfx_is_left(tmp_path: Path, algorithm: KeyAlgorithm, kind: str):
    """Opened and used once; the control, a key that was kept, is found."""
    password = f"Пароль {secrets.token_hex(8)}"
    key, certificate = new_key(algorithm)
    if kind == "tc26":
        exported = writing.Exported(algorithm=algorithm, key=key, certificate=certificate)
        data = writing.write_file(exported, bytearray(password.encode()))
    else:
        openssl.demand()
        data = cryptopro_pfx.make(tmp_path, algorithm, key, certificate, password)
    path = tmp_path / "key.pfx"
    path.write_bytes(data)
    assert not any(scanned(path, password, bytes(key.private)))
    assert any(scanned(path, password, bytes(key.private), keep=True)[4:])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/mem")
def test_nothing_of_a_container_folder_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The password in any of its forms, the derived key's work, and the private key."""
    password = f"Пароль {secrets.token_hex(8)}"
    private = bytearray(secrets.token_bytes(31) + b"\1")

    def given(curve: str) -> signing.PrivateKey:
        assert curve == CURVE_256
        return signing.PrivateKey.from_bytes(curve, private)

    monkeypatch.setattr(signing.PrivateKey, "generate", given)
    made = make(tmp_path / "one.000", password, issue=pki_of(KeyAlgorithm.ECDSA_P256).issue)
    assert not any(scanned(made.folder, password, bytes(private)))
