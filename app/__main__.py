"""The one entry: the window, a command, or a child process."""

import gc
import importlib
import sys

ROLES = {
    "card-reader": "app.tokens.cards.host",
    "csp-host": "app.tokens.csp.host",
    "printer": "app.reports.printer",
    "worker": "app.crypto.worker",
    "renderer": "app.crypto.pdf.renderer",
    "token-host": "app.tokens.pkcs11.host",
    "reader-watch": "app.tokens.cards.watch_host",
}


PRELOADED = {
    # pyHanko takes long to load, which a command on PDFs need not wait for.
    "sign": ("app.crypto.signing.pdf", "app.crypto.pdf.checking"),
    "verify": ("app.crypto.pdf.checking",),
}
"""Commands that cannot do without a worker and run for their result in a moment; for each, what
its worker loads besides where a PDF is named."""


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    # What is loaded now stays: to look through it for garbage takes a tenth of the whole start. A command
    # turns it on again before it works (`app.cli.main`), the window collects by itself.
    gc.disable()
    if sys.argv[1:2] == ["--child"] and len(sys.argv) > 2:
        return _child(sys.argv[2], sys.argv[3:])
    try:
        return _parent()
    except KeyboardInterrupt:
        # While the command was still being loaded, or had told all it had to: there is nothing to say.
        return 130


def _parent() -> int:
    """Be the window or a command."""
    importlib.import_module("app.processes.dumps").forbid_dumps()
    launch = importlib.import_module("app.processes.launch")
    command = next((each for each in sys.argv[1:] if each in PRELOADED), None)
    if command is not None and {"-h", "--help"}.isdisjoint(sys.argv[1:]):
        pdf = any(each.lower().endswith(".pdf") for each in sys.argv[1:])
        launch.begin_early("worker", *((command,) if pdf else ()))
    elif command is None and importlib.import_module("app.handover").handed_over(sys.argv[1:]):
        return 0
    try:
        # Imported only now: a child must not pay for what the parent needs.
        start = importlib.import_module("app.start")
        return int(start.main(sys.argv[1:]))
    finally:
        launch.end_early()


def _collect_from_now_on() -> None:
    """Look for garbage again, but never at what was loaded: it would only be in the way."""
    gc.freeze()
    gc.enable()


def _child(role: str, preloaded: list[str]) -> int:
    """Become a child process of ``role``."""
    if role not in ROLES:
        return 2
    # First of all; and only here, for the parent has no use for it.
    importlib.import_module("app.processes.confinement").confine()
    module = importlib.import_module(ROLES[role])
    for name in preloaded:
        for each in PRELOADED.get(name, ()):
            importlib.import_module(each)
    _collect_from_now_on()
    module.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
