"""Plant a policy as an ordinary user: prove_policy.py, by a Python of Windows or of Wine.

Every user may make a folder in ``%PROGRAMDATA%``; what stands in it must lock nothing, and be told.
"""

import shutil
import sys

from app import settings
from app.places import Places
from app.windows_rights import ADMINISTRATORS, program_data, read_rights


def main() -> None:
    """Plant, look, remove."""
    folder = program_data() / "roscherk"
    folder.mkdir()
    try:
        prove()
    finally:
        shutil.rmtree(folder)


def prove() -> None:
    """See that the system tells who the owner is, and that the program heeds it."""
    policy = settings.policy_file()
    policy.write_text("[network]\nonline = false\n", encoding="utf-8")
    # Asked for by itself: where the system gave no answer, nothing would be proved.
    rights = read_rights(policy)
    entries = len(rights.entries or ())
    print(f"{policy}: owner {rights.owner}, {entries} entries", flush=True)
    if rights.owner in ADMINISTRATORS or not entries:
        sys.exit("FAILED: this system cannot tell an ordinary user from an administrator")
    own = settings.Settings.of(Places.of_user())
    if own.policy is not None or own.locked(settings.NETWORK_ONLINE):
        sys.exit("FAILED: a policy that anybody could write was heeded")
    if not own.problems:
        sys.exit("FAILED: nothing was said of it")
    print(f"PROVED: a planted policy locks nothing, and is told: {own.problems[0].code}")


if __name__ == "__main__":
    main()
