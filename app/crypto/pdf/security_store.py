"""The document security store: evidence kept in a PDF for later checks, read and written.

ISO 32000-2 §12.8.4.3, EN 319 142-1 §5.4.2. What is read from it is material for chains and is
checked like that of any stranger; its place in the document earns it no trust (rule PDF-18).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.extensions import DeveloperExtension, DevExtensionMultivalued
from pyhanko.pdf_utils.generic import pdf_name

from app.crypto.cms import tlv
from app.crypto.cms.levels.tokens import Material
from app.crypto.pdf.fields import as_array, entry
from app.crypto.pdf.update import Update
from app.values import dataclass

_CERTIFICATES, _LISTS, _RESPONSES = "/Certs", "/CRLs", "/OCSPs"
_PURPOSES = {
    _CERTIFICATES: DecodePurpose.CERTIFICATE,
    _LISTS: DecodePurpose.CRL,
    _RESPONSES: DecodePurpose.OCSP_RESPONSE,
}
_OF_ONE_SIGNATURE = {_CERTIFICATES: "/Cert", _LISTS: "/CRL", _RESPONSES: "/OCSP"}
_MOST_STREAMS = 1000
_MOST_OCTETS = 256 << 20
_PDF_2 = (2, 0)
_ENUMERATED = 0x0A
_EXPLICIT = 0xA0
_BASIC_RESPONSE = "1.3.6.1.5.5.7.48.1.1"

_STORE_EXTENSION = DeveloperExtension(
    prefix_name=pdf_name("/ESIC"),
    base_version=pdf_name("/1.7"),
    extension_level=1,
    compare_by_level=True,
    multivalued=DevExtensionMultivalued.NEVER,
)
"""How a PDF below 2.0 says that it has such a store."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for one signature or time-stamp."""

    name: str
    """What the store calls it: see `contents.store_name`."""
    material: Material


def read_store(root: generic.DictionaryObject) -> Material:
    """Return what the security store below a document catalog holds, within limits."""
    store = entry(root, "/DSS")
    if not isinstance(store, generic.DictionaryObject):
        return Material()
    budget = _Budget()
    return Material(*(tuple(budget.read(store, key)) for key in _PURPOSES))


@dataclass
class _Budget:
    """The limits of one reading; what is beyond them is left out and thereby proves nothing."""

    octets: int = _MOST_OCTETS

    def read(self, store: generic.DictionaryObject, key: str) -> Iterator[bytes]:
        for stream in as_array(entry(store, key))[:_MOST_STREAMS]:
            encoded = _data(stream, key)
            if encoded is not None and len(encoded) <= self.octets:
                self.octets -= len(encoded)
                yield encoded


def _data(stream: object, key: str) -> bytes | None:
    """Return what one stream holds; None for what is no stream or cannot be unpacked."""
    if not isinstance(stream, generic.StreamObject):
        return None
    try:
        return bytes(stream.read_data(_PURPOSES[key]))
    except Exception:  # noqa: BLE001 - pyHanko: a dozen kinds of exception, one meaning
        return None


def write_store(update: Update, evidence: Sequence[Evidence], at: datetime) -> None:
    """Add evidence to the security store of a document, or give it one.

    Each certificate, list and response is written once, whoever needs it. What is there already
    stays as it is, entries of single signatures above all: their change would look like tampering.
    """
    _Writer(update).add(evidence, at)
    if update.output_version < _PDF_2:
        update.register_extension(_STORE_EXTENSION)


@dataclass
class _Writer:
    """One addition to the store."""

    update: Update
    store: generic.DictionaryObject = field(init=False)
    known: dict[str, dict[bytes, generic.IndirectObject]] = field(init=False)

    def __post_init__(self) -> None:
        """Find or make the store, and learn what it holds."""
        root = self.update.root
        store = entry(root, "/DSS")
        if not isinstance(store, generic.DictionaryObject):
            store = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/DSS")})
            root[pdf_name("/DSS")] = self.update.add_object(store)
            self.update.update_root()  # type: ignore[no-untyped-call]  # pyHanko
        self.store = store
        self.known = {key: dict(self._held(key)) for key in _PURPOSES}

    def _held(self, key: str) -> Iterator[tuple[bytes, generic.IndirectObject]]:
        array = entry(self.store, key)
        for index, stream in enumerate(as_array(array)):
            encoded, reference = _data(stream, key), array.raw_get(index)
            if encoded is not None and isinstance(reference, generic.IndirectObject):
                yield hashlib.sha256(encoded).digest(), reference

    def add(self, evidence: Sequence[Evidence], at: datetime) -> None:
        by_signature = self._dictionary("/VRI")
        for one in evidence:
            references = {
                _CERTIFICATES: self._add_streams(_CERTIFICATES, one.material.certificates),
                _LISTS: self._add_streams(_LISTS, one.material.crls),
                _RESPONSES: self._add_streams(_RESPONSES, map(as_ocsp_response, one.material.ocsp)),
            }
            name = pdf_name("/" + one.name)
            if name in by_signature:
                continue
            own = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/VRI")})
            own.update(
                {
                    pdf_name(_OF_ONE_SIGNATURE[key]): generic.ArrayObject(found)
                    for key, found in references.items()
                    if found
                }
            )
            own[pdf_name("/TU")] = generic.pdf_date(at)
            by_signature[name] = self.update.add_object(own)
            self.update.update_container(by_signature)

    def _add_streams(self, key: str, encoded: Iterable[bytes]) -> list[generic.IndirectObject]:
        """Return the references of these pieces; those the store lacks are added to it."""
        references = []
        for one in encoded:
            digest = hashlib.sha256(one).digest()
            if digest not in self.known[key]:
                stream = self.update.add_object(generic.StreamObject(stream_data=one))
                self.known[key][digest] = stream
                array = self._array(key)
                array.append(stream)
                self.update.update_container(array)
            references.append(self.known[key][digest])
        return list(dict.fromkeys(references))

    def _array(self, key: str) -> Any:
        return self._part(key, generic.ArrayObject)

    def _dictionary(self, key: str) -> Any:
        return self._part(key, generic.DictionaryObject)

    def _part(self, key: str, kind: type[Any]) -> Any:
        part = entry(self.store, key)
        if not isinstance(part, kind):
            part = self.store[pdf_name(key)] = kind()
            self.update.update_container(self.store)
        return part


def as_ocsp_response(encoded: bytes) -> bytes:
    """Return an OCSPResponse; of a bare BasicOCSPResponse the one around it (RFC 6960 §4.2.1)."""
    first = tlv.read_whole(encoded).children()[0]
    if first.tag == _ENUMERATED:
        return encoded
    inner = tlv.encode(
        tlv.SEQUENCE, tlv.encode_oid(_BASIC_RESPONSE), tlv.encode(tlv.OCTET_STRING, encoded)
    )
    successful = tlv.encode(_ENUMERATED, b"\0")
    return tlv.encode(tlv.SEQUENCE, successful, tlv.encode(_EXPLICIT, inner))
