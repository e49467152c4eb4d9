"""One device is shown once, however many modules and slots show it.

A vendor's module and OpenSC see the same device; JaCarta has a slot for each applet of one device,
each with a PIN and objects of its own. What one of them shows and another does not is never hidden.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.tokens.model import Container, Product, Token, Vendor
from app.tokens.products import device_number

_SLOT_NUMBER = re.compile(r"(?<= [0-9A-F]{2}) [0-9A-F]{2}$")
_ANYBODY = frozenset({Vendor.UNKNOWN, Vendor.OPENSC})
_LESS_TELLING = frozenset({Product.JACARTA_PKI, Product.UNKNOWN})


def same_device(one: Token, other: Token) -> bool:
    """Tell whether two tokens, as modules describe them, are one device.

    By the serial number; the applets of a JaCarta may have different ones, but share a reader.
    """
    number = device_number(one.serial)
    if number and number == device_number(other.serial):
        vendors = {one.vendor, other.vendor}
        return len(vendors) == 1 or not vendors.isdisjoint(_ANYBODY)
    if one.module != other.module or not one.reader:
        return False
    if _device_of(one.reader) != _device_of(other.reader):
        return False
    return one.vendor is other.vendor is Vendor.JACARTA


def _device_of(reader: str) -> str:
    """Return the name of a reader without the number of the slot in it (pcsclite: ``NAME 00 01``)."""
    return _SLOT_NUMBER.sub("", reader)


def grouped(listings: Iterable[Sequence[Token]]) -> tuple[Token, ...]:
    """Return each device once: `Token.slots` and `Token.modules` name what else shows it.

    The listing of an earlier module goes before that of a later one.
    """
    devices: list[list[Token]] = []
    for token in (each for listing in listings for each in listing):
        device = next((one for one in devices if any(same_device(token, t) for t in one)), None)
        if device is None:
            devices.append([token])
        else:
            device.append(token)
    return tuple(_one(device) for device in devices)


def _one(device: Sequence[Token]) -> Token:
    """Make one token of what shows a device; the module that saw it first speaks for it."""
    own = [token for token in device if token.module == device[0].module]
    others = dict.fromkeys(token.module for token in device if token.module != device[0].module)
    main = min(own, key=lambda token: (not token.flags.initialised, token.product in _LESS_TELLING))
    return replace(
        main, slots=tuple(slot for slot in own if slot is not main), modules=tuple(others)
    )


def without_repeats(listings: Iterable[Sequence[Container]]) -> tuple[Container, ...]:
    """Leave out what an earlier module has shown on the same device: the same certificate or key.

    What only the later one sees stays: two modules may keep their objects in different formats.
    Within one module nothing is left out.
    """
    kept: list[Container] = []
    for listing in listings:
        kept += [each for each in listing if not any(_repeats(each, one) for one in kept)]
    return tuple(kept)


def _repeats(container: Container, earlier: Container) -> bool:
    if container.token is None or earlier.token is None:
        return False
    if container.token.module == earlier.token.module:
        return False
    if not same_device(container.token, earlier.token):
        return False
    if container.certificate is not None and earlier.certificate is not None:
        return container.certificate == earlier.certificate
    if container.public_key is not None and earlier.public_key is not None:
        return container.public_key == earlier.public_key
    hidden = (container.certificate, earlier.certificate, container.public_key, earlier.public_key)
    return not any(hidden) and container.label == earlier.label
