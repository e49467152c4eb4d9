"""The names of keys: one text that says where a key lives.

======================  ==========================================================================
``container:NAME``      a container of the program's own store; NAME is percent-encoded where needed
``practice:NAME``       the same in the practice store; a scheme of its own, because ``?practice``
                        would be a wildcard to a shell, and a real key must never be met by mistake
``pfx:PATH``            a PKCS #12 file; PATH is taken letter by letter (names saved by browsers do
                        hold ``%D0%9F``), so nothing is decoded in it
``pfx://PATH``          the same for a path that no text can hold: percent-encoded bytes
``cryptopro:PATH``      a container folder of CryptoPro CSP, or a folder of such folders; ``#1`` or
                        ``#2`` behind it names one of two keys. PATH is taken as with ``pfx:``
``card:SERIAL/FOLDER``  a container folder of CryptoPro CSP on a token: the serial number of the
                        token, or nothing where it has none, and the folder in its file area;
                        ``#1`` or ``#2`` as above. ``card:SERIAL`` and ``card:`` name several
``csp:TYPE/NAME#1``     a key that the installed CryptoPro CSP signs with (Windows): the number of
                        the provider's type, the name of the container, which of its two keys
``pkcs11:…``            a key on a token, RFC 7512
======================  ==========================================================================

``container:``, ``practice:`` and ``pkcs11:`` without more name whatever key is alone there.
A URI that carries a PIN (``pin-value``, ``pin-source``) is refused, and not repeated in the error.
"""

import os
import re
from pathlib import Path
from typing import Self
from urllib.parse import quote, unquote_to_bytes

from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Container, KeyPlaceKind, Token
from app.values import dataclass

_PRACTICE = "practice"
_MAX_LENGTH = 8192

# RFC 7512 §2.3, path attributes.
_PATH_ATTRIBUTES = frozenset(
    {
        "id",
        "library-description",
        "library-manufacturer",
        "library-version",
        "manufacturer",
        "model",
        "object",
        "serial",
        "slot-description",
        "slot-id",
        "slot-manufacturer",
        "token",
        "type",
    }
)
_PIN_ATTRIBUTES = frozenset({"pin-value", "pin-source"})
_KEY_TYPES = frozenset({b"private", b"public", b"cert"})
_CARD = re.compile(r"[0-9A-Za-z._-]{0,64}")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, kw_only=True)
class KeyUri:
    """The parsed name of a key, or of several keys if it says little."""

    kind: KeyPlaceKind
    practice: bool = False
    name: str = ""
    """Of a container; empty: any container of this store, or of this token."""
    serial: str = ""
    """Of the token that a container folder lies on; empty: any, or one that tells none. Of a key of
    CSP: the number of the provider's type."""
    path: Path | None = None
    """Of a PKCS #12 file or of a container folder."""
    number: int | None = None
    """Of a key in a container folder that holds two; None: whichever is there."""
    attributes: tuple[tuple[str, bytes], ...] = ()
    """Of a PKCS #11 object: attribute and decoded value, in the order given."""
    module_name: str | None = None
    module_path: Path | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URI; raise ``KEY_URI_MALFORMED`` with a ``reason``."""
        if len(text) > _MAX_LENGTH:
            raise _malformed("too_long")
        scheme, colon, rest = text.partition(":")
        scheme = scheme.lower()
        if not colon:
            raise _malformed("no_scheme")
        if scheme == KeyPlaceKind.PFX:
            return cls(kind=KeyPlaceKind.PFX, path=_parse_path(rest))
        if scheme == KeyPlaceKind.CRYPTOPRO:
            place, number = _parse_number(rest)
            return cls(kind=KeyPlaceKind.CRYPTOPRO, path=_parse_path(place), number=number)
        if scheme in {KeyPlaceKind.CARD, KeyPlaceKind.CSP}:
            return cls._parse_numbered(KeyPlaceKind(scheme), rest)
        if scheme in {KeyPlaceKind.STORE, _PRACTICE}:
            name = _decode_text(rest)
            return cls(kind=KeyPlaceKind.STORE, practice=scheme == _PRACTICE, name=name)
        if scheme == KeyPlaceKind.TOKEN:
            return cls._parse_pkcs11(rest)
        raise _malformed("unknown_scheme", scheme=scheme[:32])

    @classmethod
    def _parse_numbered(cls, kind: KeyPlaceKind, rest: str) -> Self:
        """Read what follows ``card:`` or ``csp:``."""
        place, number = _parse_number(rest)
        serial, _, name = place.partition("/")
        name = _decode_text(name) if kind is KeyPlaceKind.CSP else name
        of_card = _CARD.fullmatch(serial) is not None and _CARD.fullmatch(name) is not None
        if not (of_card if kind is KeyPlaceKind.CARD else serial.isdecimal() or not serial):
            raise _malformed(kind.value)
        return cls(kind=kind, serial=serial, name=name, number=number)

    @classmethod
    def _parse_pkcs11(cls, rest: str) -> Self:
        path, _, query = rest.partition("?")
        attributes = _pairs(path, ";")
        for name in attributes:
            if name not in _PATH_ATTRIBUTES:
                # RFC 7512 §2.3: an unknown path attribute matches nothing; saying so is kinder.
                raise _malformed("unknown_attribute", attribute=name[:32])
        # RFC 7512 §2.4: unknown query attributes are ignored.
        asked = _pairs(query, "&")
        module_path = asked.get("module-path")
        module_name = asked.get("module-name")
        return cls(
            kind=KeyPlaceKind.TOKEN,
            attributes=tuple(attributes.items()),
            module_name=None if module_name is None else _text(module_name),
            module_path=None if module_path is None else Path(os.fsdecode(module_path)),
        )

    @classmethod
    def of_container(cls, name: str, *, practice: bool = False) -> Self:
        """Name a container of the program's own store."""
        return cls(kind=KeyPlaceKind.STORE, name=name, practice=practice)

    @classmethod
    def of_pfx(cls, path: Path) -> Self:
        """Name a PKCS #12 file."""
        return cls(kind=KeyPlaceKind.PFX, path=path)

    @classmethod
    def of_cryptopro(cls, folder: Path, number: int | None = None) -> Self:
        """Name a container folder of CryptoPro CSP, or one of the two keys in it."""
        return cls(kind=KeyPlaceKind.CRYPTOPRO, path=folder, number=number)

    @classmethod
    def of_card(cls, serial: str, folder: str, number: int | None = None) -> Self:
        """Name a container folder on a token, or one of the two keys in it."""
        return cls(kind=KeyPlaceKind.CARD, serial=serial, name=folder, number=number)

    @classmethod
    def of_csp(cls, kind: int, name: str, number: int) -> Self:
        """Name a key of the installed CSP."""
        return cls(kind=KeyPlaceKind.CSP, serial=str(kind), name=name, number=number)

    @classmethod
    def of_token(cls, token: Token, *, key_id: bytes = b"", label: str = "") -> Self:
        """Name a key on a token by what stays the same when the token moves to another slot."""
        wanted = (
            ("token", token.label.encode()),
            ("manufacturer", token.manufacturer.encode()),
            ("model", token.model.encode()),
            ("serial", token.serial.encode()),
            ("id", key_id),
            ("object", label.encode()),
        )
        return cls(
            kind=KeyPlaceKind.TOKEN,
            attributes=tuple((name, value) for name, value in wanted if value),
        )

    def __str__(self) -> str:
        """Write the URI so that `parse` gives the same value."""
        if self.kind is KeyPlaceKind.PFX:
            return f"pfx:{_write_path(self.path or Path())}"
        if self.kind is KeyPlaceKind.CRYPTOPRO:
            number = "" if self.number is None else f"#{self.number}"
            return f"cryptopro:{_write_path(self.path or Path(), numbered=True)}{number}"
        if self.kind is KeyPlaceKind.CARD:
            number = "" if self.number is None else f"#{self.number}"
            folder = f"/{self.name}" if self.name else ""
            return f"card:{self.serial}{folder}{number}"
        if self.kind is KeyPlaceKind.CSP:
            number = "" if self.number is None else f"#{self.number}"
            name = f"/{_encode_text(self.name)}" if self.name else ""
            return f"csp:{self.serial}{name}{number}"
        if self.kind is KeyPlaceKind.STORE:
            scheme = _PRACTICE if self.practice else str(KeyPlaceKind.STORE)
            return f"{scheme}:{_encode_text(self.name)}"
        path = ";".join(f"{name}={_encode_value(name, value)}" for name, value in self.attributes)
        query = "&".join(self._query())
        return f"pkcs11:{path}?{query}" if query else f"pkcs11:{path}"

    def _query(self) -> list[str]:
        asked = []
        if self.module_name is not None:
            asked.append(f"module-name={quote(self.module_name, safe='')}")
        if self.module_path is not None:
            asked.append(f"module-path={quote(os.fsencode(self.module_path), safe='/')}")
        return asked

    def matches(self, container: Container) -> bool:
        """Tell whether this URI names ``container`` (RFC 7512 §2.3: every attribute is equal)."""
        if container.place is not self.kind:
            return False
        if self.kind is KeyPlaceKind.TOKEN:
            return self._matches_token(container)
        other = KeyUri.parse(container.uri)
        if self.kind is KeyPlaceKind.PFX:
            return other.path == self.path
        if self.kind is KeyPlaceKind.CRYPTOPRO:
            here = self.path in {other.path, other.path.parent if other.path else None}
            return here and self.number in {None, other.number or 1}
        if self.kind in {KeyPlaceKind.CARD, KeyPlaceKind.CSP}:
            return (
                self.serial.casefold() in {"", other.serial.casefold()}
                and self.name in {"", other.name}
                and self.number in {None, other.number or 1}
            )
        return other.practice == self.practice and self.name in {"", other.name}

    def names_token(self, token: Token) -> bool:
        """Tell whether this URI names ``token``; what it says of a key on it does not count."""
        if self.kind is not KeyPlaceKind.TOKEN or not self._matches_module(token):
            return False
        known = dict(KeyUri.of_token(token).attributes)
        known |= {name: value.encode() for name, value in _token_names(token)}
        known["slot-id"] = str(token.slot).encode()
        of_token = (pair for pair in self.attributes if pair[0] not in _OF_KEY)
        return all(_equal(name, value, known) for name, value in of_token)

    def _matches_token(self, container: Container) -> bool:
        token = container.token
        if not self._matches_module(token):
            return False
        known = dict(KeyUri.parse(container.uri).attributes)
        if token is not None:
            known.setdefault("slot-id", str(token.slot).encode())
            for name, value in _token_names(token):
                known.setdefault(name, value.encode())
        return all(_equal(name, value, known) for name, value in self.attributes)

    def _matches_module(self, token: Token | None) -> bool:
        if self.module_path is None and self.module_name is None:
            return True
        if token is None:
            return False
        # RFC 7512 §2.4: the name is given without what a platform puts before and after it.
        stems = {token.module.stem, token.module.stem.removeprefix("lib")}
        by_name = self.module_name is None or self.module_name in stems
        return by_name and self.module_path in {None, token.module}


_OF_KEY = frozenset({"id", "object", "type"})


def _token_names(token: Token) -> tuple[tuple[str, str], ...]:
    return (
        ("token", token.label),
        ("manufacturer", token.manufacturer),
        ("model", token.model),
        ("serial", token.serial),
    )


def _equal(name: str, value: bytes, known: dict[str, bytes]) -> bool:
    if name == "type":
        return value in _KEY_TYPES
    if name == "slot-id":
        return value.isdigit() and known.get(name, b"") == str(int(value[:20])).encode()
    return known.get(name) == value


def _malformed(reason: str, **facts: str) -> RoscherkError:
    return RoscherkError(ErrorCode.KEY_URI_MALFORMED, reason=reason, **facts)


def _unescape(text: str) -> bytes:
    if _BROKEN_ESCAPE.search(text):
        raise _malformed("broken_escape")
    try:
        return unquote_to_bytes(text)
    except UnicodeEncodeError:
        raise _malformed("not_utf8") from None


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise _malformed("not_utf8") from None


def _decode_text(text: str) -> str:
    return _text(_unescape(text))


def _encode_text(name: str) -> str:
    """Escape all but letters of any language, digits and ``-._~``: copied by people and shells."""
    return "".join(c if c.isalnum() or c in "-._~" else quote(c, safe="") for c in name)


def _encode_value(name: str, value: bytes) -> str:
    if name == "id":
        # RFC 7512 §2.3: the whole value of id SHOULD be percent-encoded.
        return "".join(f"%{byte:02X}" for byte in value)
    return quote(value, safe="")


def _pairs(text: str, separator: str) -> dict[str, bytes]:
    """Split ``name=value`` pairs; a name twice is an error (RFC 7512 §2.3)."""
    found: dict[str, bytes] = {}
    for part in text.split(separator) if text else ():
        name, equals, value = part.partition("=")
        if name.lower() in _PIN_ATTRIBUTES:
            raise _malformed("pin_in_uri")
        if not equals or not name:
            raise _malformed("not_a_pair")
        if name in found:
            raise _malformed("attribute_twice", attribute=name[:32])
        found[name] = _unescape(value)
    return found


def _parse_path(rest: str) -> Path:
    if rest.startswith("//"):
        rest = os.fsdecode(_unescape(rest[2:]))
    if not rest or "\0" in rest:
        raise _malformed("no_path")
    return Path(rest)


def _parse_number(rest: str) -> tuple[str, int | None]:
    """Take the number of a key off the end; a folder named so is written percent-encoded."""
    place, mark, number = rest.rpartition("#")
    if mark and number in {"1", "2"}:
        return place, int(number)
    return rest, None


def _write_path(path: Path, *, numbered: bool = False) -> str:
    text = str(path)
    ambiguous = numbered and _parse_number(text)[1] is not None
    if text.isprintable() and not text.startswith("//") and not ambiguous:
        return text
    return "//" + quote(os.fsencode(path), safe="/")
