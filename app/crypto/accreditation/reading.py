"""Reading the list of accredited authorities: element by element, wrong entries passed over.

The format is that of the register of Минцифры (rules RU-13, RU-14). Names of elements are compared
without their namespace: editions of the list differ in it.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime

from app.crypto.accreditation import moscow
from app.crypto.accreditation.model import (
    AccreditedIndex,
    Authority,
    Complex,
    ListedKey,
    Status,
)
from app.crypto.certificates.outline import Outline
from app.crypto.verdict.facts import Notice
from app.crypto.xml.reading import Element, text_of, walk
from app.errors import ErrorCode, RoscherkError

ROOT = "АккредитованныеУдостоверяющиеЦентры"
_AUTHORITY = "УдостоверяющийЦентр"
_LONGEST = 1000
"""Characters of one field; longer ones are cut."""
_MOST_NOTICES = 50
_MOST_AUTHORITIES = 20_000
_HEX = re.compile(r"[0-9A-F]+")
_HASHES = {40: "sha1", 64: "sha256"}


class ListReader:
    """Takes a list in and gathers its index."""

    def __init__(self) -> None:
        self.version: int | None = None
        self.date: datetime | None = None
        self.notices: list[Notice] = []
        self.skipped = 0
        self._authorities: list[Authority] = []
        self._listed: list[ListedKey] = []
        self._certificates: dict[bytes, tuple[int, ...]] = {}
        self._keys: dict[bytes, tuple[int, ...]] = {}

    @property
    def index(self) -> AccreditedIndex:
        """Return what was gathered."""
        return AccreditedIndex(
            authorities=tuple(self._authorities),
            listed=tuple(self._listed),
            certificates=self._certificates,
            keys=self._keys,
        )

    def read(self, data: bytes) -> None:
        """Read a whole list.

        Raises ``ACCREDITED_LIST_DAMAGED`` (reason ``root``, ``version``, ``date`` or ``empty``) and
        the errors of reading XML.
        """
        for event, element, depth in walk(data):
            if event == "start":
                if depth == 1 and _name(element) != ROOT:
                    raise _damaged("root")
            elif depth == 2:
                self._take(element)
                _forget(element)
        if self.version is None:
            raise _damaged("version")
        if self.date is None:
            raise _damaged("date")
        if not self._listed:
            raise _damaged("empty")

    def _take(self, element: Element) -> None:
        """Take one child of the root."""
        name = _name(element)
        if name == _AUTHORITY:
            self._take_authority(element)
        elif name == "Версия":
            if self.version is not None:
                raise _damaged("version")
            self.version = _number(element)
        elif name == "Дата":
            if self.date is not None:
                raise _damaged("date")
            try:
                self.date = moscow.moment_of(text_of(element))
            except (ValueError, OverflowError):
                raise _damaged("date") from None

    def _take_authority(self, element: Element) -> None:
        if len(self._authorities) >= _MOST_AUTHORITIES:
            raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit=_MOST_AUTHORITIES)
        name = _field(element, "Название") or _field(element, "КраткоеНазвание")
        if name is None:
            self._skip("", "name")
            return
        try:
            statuses = tuple(_statuses(element))
        except (ValueError, OverflowError):
            # Half a history could turn a no into a yes.
            self._skip(name, "status")
            return
        place = len(self._authorities)
        complexes: list[Complex] = []
        for found in _inside(element, "ПрограммноАппаратныеКомплексы/ПрограммноАппаратныйКомплекс"):
            self._take_keys(name, place, len(complexes), found)
            complexes.append(
                Complex(
                    alias=_field(found, "Псевдоним"),
                    tool_class=_field(found, "КлассСредствЭП"),
                    tools=_field(found, "СредстваУЦ"),
                )
            )
        self._authorities.append(
            Authority(
                name=name,
                short_name=_field(element, "КраткоеНазвание"),
                inn=_field(element, "ИНН"),
                ogrn=_field(element, "ОГРН"),
                register_number=_field(element, "РеестровыйНомер"),
                statuses=statuses,
                complexes=tuple(complexes),
            )
        )

    def _take_keys(self, name: str, authority: int, number: int, element: Element) -> None:
        """Take the certificates of the keys of one complex."""
        path = "КлючиУполномоченныхЛиц/Ключ/Сертификаты/ДанныеСертификата"
        for found in _inside(element, path):
            try:
                outline = _certificate(found)
            except (ValueError, binascii.Error):
                self._skip(name, "certificate")
                continue
            except RoscherkError:
                self._skip(name, "certificate")
                continue
            if not _fingerprint_fits(found, outline.encoded):
                self._skip(name, "fingerprint")
                continue
            place = len(self._listed)
            self._listed.append(ListedKey(authority=authority, complex=number))
            key = hashlib.sha256(outline.public_key).digest()
            for table, print_ in ((self._certificates, outline.digest), (self._keys, key)):
                table[print_] = (*table.get(print_, ()), place)

    def _skip(self, name: str, reason: str) -> None:
        self.skipped += 1
        if len(self.notices) < _MOST_NOTICES:
            facts = {"name": name, "reason": reason}
            self.notices.append(Notice("accredited_entry_skipped", dict(facts)))


def _damaged(reason: str) -> RoscherkError:
    return RoscherkError(ErrorCode.ACCREDITED_LIST_DAMAGED, reason=reason)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _forget(element: Element) -> None:
    """Give back the memory of a finished element and of those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _inside(element: Element, path: str) -> Iterator[Element]:
    """Return the elements that a path of names leads to."""
    first, _, rest = path.partition("/")
    for child in element:
        if _name(child) == first:
            if rest:
                yield from _inside(child, rest)
            else:
                yield child


def _field(element: Element, path: str) -> str | None:
    """Return the text of a field; None where it is absent, empty, or holds elements."""
    for found in _inside(element, path):
        try:
            return text_of(found)[:_LONGEST] or None
        except ValueError:
            return None
    return None


def _number(element: Element) -> int:
    try:
        text = text_of(element)
    except ValueError:
        raise _damaged("version") from None
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise _damaged("version")
    return int(text)


def _statuses(element: Element) -> Iterator[Status]:
    """Return the history, then the present status, in the order of time."""
    told = [*_inside(element, "ИсторияСтатусовАккредитации/СтатусАккредитации")]
    told += _inside(element, "СтатусАккредитации")
    found: list[Status] = []
    for one in told:
        text, since = _field(one, "Статус"), _field(one, "ДействуетС")
        if text is None or since is None:
            raise ValueError(text)
        status = Status(text=text, since=moscow.moment_of(since))
        if status in found:
            found.remove(status)  # the present one stands in the history as well
        found.append(status)
    yield from sorted(found, key=lambda status: status.since)


def _certificate(element: Element) -> Outline:
    encoded = next(_inside(element, "Данные"), None)
    if encoded is None:
        raise ValueError("Данные")
    text = "".join(text_of(encoded).split())
    return Outline.read(base64.b64decode(text, validate=True))


def _fingerprint_fits(element: Element, encoded: bytes) -> bool:
    """Compute the fingerprint anew (rule RU-16); an entry without one has nothing to lie about."""
    told = _field(element, "Отпечаток")
    if told is None:
        return True
    digits = re.sub(r"[\s:]", "", told).upper()
    name = _HASHES.get(len(digits))
    if name is None or not _HEX.fullmatch(digits):
        return False
    return hashlib.new(name, encoded, usedforsecurity=False).hexdigest().upper() == digits
