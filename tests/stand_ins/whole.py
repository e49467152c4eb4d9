"""Whether a test is to try all it could, or a part that shows as much in little time."""

import os
from typing import Final

WHOLE: Final = bool(os.environ.get("ROSCHERK_WHOLE_MATRIX"))
"""Set by `nox -s thorough`: everything is tried. The ordinary suite has ten minutes."""
