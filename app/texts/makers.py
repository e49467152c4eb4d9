"""What makes a signature, and that it is no certified tool, in words (decision 23)."""

from app.texts.catalogue import _
from app.texts.showing import plain


def made_with(code: str, *, certified: bool) -> str:
    """Say which device or library made a signature, from the code in the result."""
    if code == "cryptopro-csp":
        # Which build of it is certified only its maker's list tells.
        return _("КриптоПро CSP")
    device = code.removeprefix("token:")
    name = _("token {model}").format(model=plain(device)) if device != code else plain(code)
    return name if certified else _("{name} (not a certified tool)").format(name=name)
