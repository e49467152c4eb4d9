"""Who is going to make a signature, said before it is made (decision 23). No Qt here."""

from app.algorithms.names import KeyAlgorithm
from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.model import Container, KeyPlaceKind, Vendor

_GOST = frozenset({KeyAlgorithm.GOST_2001, KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512})


def maker_line(container: Container) -> str:
    """Say which device or library will make a signature with this key."""
    vendor = None if container.token is None else container.token.vendor
    if vendor is Vendor.CRYPTOPRO or container.place is KeyPlaceKind.CSP:
        return _(
            "КриптоПро CSP makes the signature, and asks for the PIN itself where it wants one."
        )
    if container.place is KeyPlaceKind.TOKEN and container.token is not None:
        return _(
            "The token {model} makes the signature; this program does not know its certificate."
        ).format(model=plain(container.token.model))
    if container.practice:
        return _("The program itself makes the signature. Practice: it has no legal force.")
    if container.algorithm in _GOST:
        return _("The library libgcrypt makes the signature: not a certified tool.")
    return _("The library cryptography makes the signature: not a certified tool.")
