"""Run by the built program's own interpreter: every module of the program can be imported."""

import importlib
import pkgutil
import sys

import app

FOREIGN = {"app.tokens.csp.host", "app.ui.later_starts_pipe", "app.__main__"}
"""Windows only; the entry itself."""


def main() -> int:
    """Import everything; tell what cannot be."""
    failed = []
    for found in pkgutil.walk_packages(app.__path__, "app."):
        if found.name in FOREIGN:
            continue
        try:
            importlib.import_module(found.name)
        except ImportError as error:
            failed.append(f"{found.name}: {error}")
    for each in failed:
        print(each, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
