"""The one entry: the window, a command, or a child process."""

import importlib
import sys

ROLES = {
    "printer": "app.reports.printer",
    "worker": "app.crypto.worker",
    "renderer": "app.crypto.pdf.renderer",
    "token-host": "app.tokens.pkcs11.host",
}


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    if len(sys.argv) == 3 and sys.argv[1] == "--child":
        return _child(sys.argv[2])
    # Imported only now: a child must not pay for what the parent needs.
    composition = importlib.import_module("app.composition")
    return int(composition.main(sys.argv[1:]))


def _child(role: str) -> int:
    """Become a child process of ``role``."""
    if role not in ROLES:
        return 2
    # First of all; and only here, for the parent has no use for it.
    importlib.import_module("app.processes.confinement").confine()
    importlib.import_module(ROLES[role]).main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
