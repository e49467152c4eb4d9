"""A token host that looks for a lost token without pauses: a test of many faults has no patience."""

import sys
from pathlib import Path

COMMAND = [sys.executable, str(Path(__file__).resolve())]

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from app.tokens.pkcs11 import calling, host

    calling._BETWEEN_LOOKS = 0.0
    host.main()
