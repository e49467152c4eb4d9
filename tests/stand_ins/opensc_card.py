"""OpenSC's own tools make an empty card in a reader a token with one GOST key."""

import subprocess
from pathlib import Path

MODULE = Path("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so")
PIN, SO_PIN = "12345678", "87654321"
KEY_ID, KEY_LABEL = "45", "Иванов Иван"


def prepare() -> None:
    """Make a card that is plugged in a token with a GOST key, by OpenSC's tools alone."""
    so_pin = ("--so-pin", SO_PIN)
    for command in (
        ("pkcs15-init", "--wait", "--erase-card", "-p", "rutoken_ecp"),
        # Not with a profile named: the generic one knows how the card is laid out.
        ("pkcs15-init", "--create-pkcs15", *so_pin, "--so-puk", "", "--label", "Rutoken"),
        (
            *("pkcs15-init", "--store-pin", "--label", "User PIN", "--auth-id", "02"),
            *("--pin", PIN, "--puk", "", *so_pin, "--finalize"),
        ),
        (
            *("pkcs11-tool", "--module", MODULE, "--login", "--pin", PIN, "--keypairgen"),
            *("--key-type", "GOSTR3410:A", "--id", KEY_ID, "--label", KEY_LABEL),
        ),
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
