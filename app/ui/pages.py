"""What stands in the sidebar."""

from typing import Final

from app.texts.catalogue import N_
from app.ui.widgets.page import PageSpec

PAGES: Final = (
    PageSpec("files", N_("Documents"), "guide/signing.md"),
    PageSpec("usb", N_("Keys and tokens"), "guide/tokens.md"),
    PageSpec("badge-check", N_("Certificates"), "guide/certificates.md"),
    PageSpec("shield-check", N_("Verification"), "guide/verification.md"),
    PageSpec("history", N_("Journal"), "guide/settings.md#журнал"),
    PageSpec("settings", N_("Settings"), "guide/settings.md#настройки"),
    PageSpec("activity", N_("Workplace check"), "guide/settings.md#рабочее-место"),
)
"""The entries of the sidebar, in their order."""
