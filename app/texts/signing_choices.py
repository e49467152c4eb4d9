"""Names of what can be chosen for a new signature: how much evidence goes with it, the look of a mark."""

from collections.abc import Mapping
from typing import Final

from app.crypto.model import SignatureLevel
from app.crypto.stamping.style import StampPreset
from app.texts.catalogue import N_

LEVEL_WORDS: Final[Mapping[SignatureLevel, str]] = {
    SignatureLevel.B: N_("Basic (BES): no proof of time"),
    SignatureLevel.T: N_("With a time stamp (T)"),
    SignatureLevel.XL1: N_("Enhanced, with all evidence (X Long type 1)"),
    SignatureLevel.LT: N_("With all that a check needs (LT)"),
    SignatureLevel.LTA: N_("For the archive, with a stamp over it all (LTA)"),
}
PRESET_WORDS: Final[Mapping[StampPreset, str]] = {
    StampPreset.GOST_2025: N_("By ГОСТ Р 7.0.97-2025"),
    StampPreset.GOST_2016: N_("By ГОСТ Р 7.0.97-2016"),
    StampPreset.COMPACT: N_("Compact"),
}
