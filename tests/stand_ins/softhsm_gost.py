"""SoftHSM2 with GOST: 256 bits, signed by Botan, a library that is not ours.

``nox -s stand_ins`` builds it; where it was not built, the tests that need it are not collected.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, CertificateType, KeyType, Mechanism, MechanismFlag, ObjectClass
from stand_ins.softhsm import PIN, SO_PIN, make_settings

from app.algorithms import der
from app.tokens.model import Module

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "build" / "stand-ins" / "softhsm-gost.so"
LABEL = "ГОСТ"


def built() -> bool:
    """Tell whether it is here."""
    return MODULE.is_file()


def make_gost_token(folder: Path) -> Module:
    """Make a token with a key pair that the token itself made; settings go into the environment."""
    make_settings(folder)
    tool = ("pkcs11-tool", "--module", MODULE)
    here = ("--token-label", LABEL, "--login")
    _run(*tool, "--init-token", "--slot-index", "0", "--label", LABEL, "--so-pin", SO_PIN)
    _run(*tool, *here, "--login-type", "so", "--so-pin", SO_PIN, "--init-pin", "--new-pin", PIN)
    # A process of its own: this one loads no modules.
    _run(sys.executable, __file__, MODULE)
    return Module("SoftHSM with GOST", "OpenDNSSEC", MODULE)


def put_certificate(certificate: Path) -> None:
    """Put a certificate (DER) on the token, with the id of the key."""
    _run(sys.executable, __file__, MODULE, certificate)


def _make_key(session: Any) -> None:
    parameters = {
        Attribute.GOSTR3410_PARAMS: der.oid("1.2.643.2.2.35.1"),
        Attribute.GOSTR3411_PARAMS: der.oid("1.2.643.7.1.1.2.2"),
    }
    domain = session.create_domain_parameters(KeyType.GOSTR3410, parameters, local=True)
    domain.generate_keypair(
        id=b"\1",
        label="gost",
        store=True,
        mechanism=Mechanism.GOSTR3410_KEY_PAIR_GEN,
        capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
        public_template=parameters,
    )


def _put(session: Any, certificate: bytes) -> None:
    session.create_object(
        {
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
            Attribute.TOKEN: True,
            Attribute.ID: b"\1",
            Attribute.LABEL: "gost",
            Attribute.SUBJECT: x509.Certificate.load(certificate).subject.dump(),
            Attribute.VALUE: certificate,
        }
    )


def _run(*command: str | Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, (command, done.stdout, done.stderr)


if __name__ == "__main__":
    with pkcs11.lib(sys.argv[1]).get_token(token_label=LABEL).open(user_pin=PIN, rw=True) as opened:
        if len(sys.argv) == 2:
            _make_key(opened)
        else:
            _put(opened, Path(sys.argv[2]).read_bytes())
