"""A virtual Рутокен ЭЦП that OpenSC's tools have made a token with one GOST key.

Preparing takes seven seconds, so a card that was prepared once lies in `opensc_card.json`:

    plug = Plug(prepared(), pcscd.port)         # as it lies there
    Plug(VirtualRutoken(), pcscd.port); prepare()   # anew
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from stand_ins.virtual_rutoken import Node, Pin, VirtualRutoken

MODULE = Path("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so")
PIN, SO_PIN = "12345678", "87654321"
KEY_ID, KEY_LABEL = "45", "Иванов Иван"
_STORED = Path(__file__).with_suffix(".json")


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


def prepared() -> VirtualRutoken:
    """Return the card that was prepared once."""
    stored = json.loads(_STORED.read_text())
    card = VirtualRutoken()
    card.root = _node(stored["root"])
    card.pins = {
        int(number): Pin(**{**fields, "value": bytes.fromhex(fields["value"])})
        for number, fields in stored["pins"].items()
    }
    card.reset()
    return card


def store(card: VirtualRutoken) -> None:
    """Keep a card for `prepared`."""
    pins = {number: {**vars(pin), "value": pin.value.hex()} for number, pin in card.pins.items()}
    _STORED.write_text(json.dumps({"root": _plain(card.root), "pins": pins}, indent=1) + "\n")


def _plain(node: Node) -> dict[str, Any]:
    told = {
        "number": node.number,
        "kind": node.kind.hex(),
        "size": node.size,
        "properties": node.properties.hex(),
        "access": node.access.hex(),
        "content": node.content.rstrip(b"\0").hex(),
        "children": [_plain(child) for child in node.children.values()],
    }
    return {name: value for name, value in told.items() if value}


def _node(told: dict[str, Any]) -> Node:
    node = Node(
        told["number"],
        bytes.fromhex(told["kind"]),
        told.get("size", 0),
        bytes.fromhex(told.get("properties", "")),
        bytes.fromhex(told.get("access", "00" * 15)),
    )
    content = bytes.fromhex(told.get("content", ""))
    node.content[: len(content)] = content
    for child in told.get("children", ()):
        node.add(_node(child))
    return node
