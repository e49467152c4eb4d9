"""Workarounds for the pkcs11 library and for odd tokens, each with its reason, in one place."""

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from pkcs11 import Attribute, ObjectClass, exceptions
from pkcs11.attributes import AttributeMapper, handle_ulong
from pkcs11.types import Object

from app.tokens.pkcs11.errors import number_of

T = TypeVar("T")

# More objects than any token holds: a hostile module must not list for ever.
_MOST_OBJECTS = 1000

_NUMBERS = frozenset({Attribute.CLASS, Attribute.KEY_TYPE, Attribute.CERTIFICATE_CATEGORY})
_TRUTHS = frozenset(
    {
        Attribute.ENCRYPT,
        Attribute.DECRYPT,
        Attribute.SIGN,
        Attribute.VERIFY,
        Attribute.WRAP,
        Attribute.UNWRAP,
        Attribute.DERIVE,
        Attribute.PRIVATE,
        Attribute.ALWAYS_AUTHENTICATE,
        Attribute.LOCAL,
    }
)
# ATTRIBUTE_SENSITIVE, _TYPE_INVALID, _VALUE_INVALID; FUNCTION_FAILED and ARGUMENTS_BAD are what
# less careful modules say for the same.
_NO_SUCH_ATTRIBUTE = frozenset({0x06, 0x07, 0x11, 0x12, 0x13})


class RawMapper(AttributeMapper):
    """Attributes as the token gave them.

    The library's own mapper refuses classes and key types it does not know (GOST of TC 26, whatever
    vendors add), labels that are not UTF-8 and dates that are none, and loses the whole listing.
    A template with an attribute that it does not know it answers with a segmentation fault.
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_handler(Attribute.CERTIFICATE_CATEGORY, *handle_ulong)

    def unpack_attributes(self, key: Attribute, value: bytes) -> Any:
        """Return a number, a truth value, or the bytes."""
        if key in _NUMBERS:
            return _known_class(key, int.from_bytes(value, sys.byteorder))
        if key in _TRUTHS:
            return any(value)
        return bytes(value)


def _known_class(key: Attribute, number: int) -> int:
    """Return a class of objects as the enumeration in which the library looks it up."""
    if key == Attribute.CLASS and number in set(ObjectClass):
        return ObjectClass(number)
    return number


def read(item: Object, attribute: Attribute) -> Any:
    """Return an attribute; None where the object has none, or keeps it secret."""
    try:
        return item[attribute]
    except exceptions.PKCS11Error as error:
        if number_of(error) in _NO_SUCH_ATTRIBUTE:
            return None
        raise


def whole(found: Iterable[T]) -> list[T]:
    """Read a search to its end: one left open would hold the session's lock."""
    iterator: Iterator[T] = iter(found)
    return list(islice(iterator, _MOST_OBJECTS))


def text_of(data: bytes) -> str:
    """Read a label: UTF-8, or the cp1251 of old Russian software, or hexadecimal."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return data[: error.start].decode()  # a letter cut in two by the field's 32 bytes
    try:
        return data.decode("cp1251")
    except UnicodeDecodeError:
        return data.hex()
