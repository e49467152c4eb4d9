"""What the launcher lets CPython run: the program, which starts its children through the launcher."""

import sys

from app.__main__ import main

if __name__ == "__main__":
    # What is frozen starts a child by its own file and --child (app/processes/launch.py).
    sys.frozen = True  # type: ignore[attr-defined]
    sys.argv[0] = sys.executable
    sys.exit(main())
