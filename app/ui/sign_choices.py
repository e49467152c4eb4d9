"""What the choices for a signature are, besides what is chosen: addressees, servers, remarks. No Qt."""

from app.ui.rows import ReasonText
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class SignChoices:
    """What the box of choices shows around the choices themselves."""

    recipients: tuple[tuple[str, str], ...] = ()
    """``id`` and title, in order."""
    servers: tuple[str, ...] = ()
    """Addresses of servers of time-stamps, out of the settings."""
    note: str = ""
    """What is known of the addressee, with its source and date."""
    misfit: ReasonText | None = None
    """What of the chosen documents will not be taken there."""
    mchd: ReasonText | None = None
    """The power of attorney that goes along, and whether it fits the signer."""
    mark_place: str = ""
    """Where the mark goes, in words."""
    placeable: bool = False
    """The mark can be put somewhere by hand: one PDF is chosen."""
