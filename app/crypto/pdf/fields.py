"""Signature fields of a PDF form, and what earlier signers forbade."""

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic

from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_MAX_FIELDS = 20_000
_MAX_DEPTH = 32


@dataclass(frozen=True)
class SignatureField:
    """One field of type /Sig, signed or empty."""

    name: str
    dictionary: generic.DictionaryObject
    reference: generic.Reference | None
    """None: the field stands directly in the list of fields."""
    value: generic.DictionaryObject | None
    """The signature dictionary; None: empty."""
    value_reference: generic.Reference | None
    """None for an empty field, or if the signature stands directly in the field."""

    @property
    def widgets(self) -> list[generic.DictionaryObject]:
        """What shows the field on pages: itself or its kids."""
        shown = [self.dictionary] if "/Rect" in self.dictionary else []
        kids = as_array(entry(self.dictionary, "/Kids"))
        shown += [k for k in kids if isinstance(k, generic.DictionaryObject) and "/Rect" in k]
        return shown


def signature_fields(root: generic.DictionaryObject) -> Iterator[SignatureField]:
    """Walk the form below a document catalog."""
    form = entry(root, "/AcroForm")
    if isinstance(form, generic.DictionaryObject):
        yield from _Walk().fields(entry(form, "/Fields"), "", None, 0)


class _Walk:
    """One walk over the tree of fields, which may be a trap."""

    def __init__(self) -> None:
        self._seen: set[generic.Reference] = set()
        self._count = 0

    def fields(
        self, fields: object, prefix: str, inherited: object, depth: int
    ) -> Iterator[SignatureField]:
        if depth > _MAX_DEPTH:
            raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="depth", maximum=_MAX_DEPTH)
        if not isinstance(fields, generic.ArrayObject):
            return
        for index in range(len(fields)):
            reference = _reference(fields.raw_get(index))
            if reference is not None:
                if reference in self._seen:
                    continue
                self._seen.add(reference)
            self._count += 1
            if self._count > _MAX_FIELDS:
                raise RoscherkError(
                    ErrorCode.FORMAT_TOO_COMPLEX, limit="fields", maximum=_MAX_FIELDS
                )
            yield from self._field(fields[index], reference, prefix, inherited, depth)

    def _field(
        self,
        field: Any,
        reference: generic.Reference | None,
        prefix: str,
        inherited: object,
        depth: int,
    ) -> Iterator[SignatureField]:
        if not isinstance(field, generic.DictionaryObject):
            return
        kind = entry(field, "/FT") or inherited
        partial = entry(field, "/T")
        name = ".".join(part for part in (prefix, "" if partial is None else str(partial)) if part)
        if kind == "/Sig" and partial is not None:
            value = entry(field, "/V")
            signed = isinstance(value, generic.DictionaryObject)
            yield SignatureField(
                name=name,
                dictionary=field,
                reference=reference,
                value=value if signed else None,
                value_reference=_reference(field.raw_get("/V")) if signed else None,
            )
        yield from self.fields(entry(field, "/Kids"), name, kind, depth + 1)


def _reference(value: object) -> generic.Reference | None:
    return value.reference if isinstance(value, generic.IndirectObject) else None


def entry(dictionary: generic.DictionaryObject, key: str) -> Any:
    """Return a resolved entry, None where it is absent or null; ``get`` would not resolve."""
    try:
        return dictionary[key]
    except KeyError:
        return None


def is_visible(widget: generic.DictionaryObject) -> bool:
    """Tell whether a widget takes room on its page; one with an odd rectangle may, somewhere."""
    sides = as_array(entry(widget, "/Rect"))
    kinds = (generic.NumberObject, generic.FloatObject)
    if len(sides) != 4 or not all(isinstance(side, kinds) for side in sides):
        return True
    x1, y1, x2, y2 = map(float, sides)
    return x1 != x2 and y1 != y2


def as_array(value: object) -> list[Any]:
    """Return the resolved members of a PDF array; of anything else, none."""
    if not isinstance(value, generic.ArrayObject):
        return []
    return [value[index] for index in range(len(value))]  # iteration would not resolve references


def free_name(taken: set[str], prefix: str) -> str:
    """Return the first of prefix1, prefix2… that is no field's name."""
    number = 1
    while f"{prefix}{number}" in taken:
        number += 1
    return f"{prefix}{number}"


def transform(signature: generic.DictionaryObject, method: str) -> generic.DictionaryObject | None:
    """Return the parameters of a signature's transform, e.g. ``/DocMDP``; None: it has none."""
    for part in as_array(entry(signature, "/Reference")):
        if isinstance(part, generic.DictionaryObject) and entry(part, "/TransformMethod") == method:
            parameters = entry(part, "/TransformParams")
            if isinstance(parameters, generic.DictionaryObject):
                return parameters
            return generic.DictionaryObject()
    return None


def permission(signature: generic.DictionaryObject) -> int | None:
    """Return what a certification signature allows (1, 2 or 3); None: it is none."""
    parameters = transform(signature, "/DocMDP")
    if parameters is None:
        return None
    allowed = entry(parameters, "/P")
    if allowed is None:
        return 2  # ISO 32000-2, table 257
    return int(allowed) if allowed in {1, 2, 3} else 1


def forbids_signing(field: SignatureField, chosen: str | None = None) -> bool:
    """Tell whether a signed field forbids a further signature, in the field ``chosen`` or a new one.

    By DocMDP 1, or by a lock on that field (ISO 32000-2 §12.8.2.4).
    """
    if field.value is None:
        return False
    locks = [entry(field.dictionary, "/Lock"), transform(field.value, "/FieldMDP")]
    return permission(field.value) == 1 or any(
        isinstance(lock, generic.DictionaryObject)
        and (_locks(lock, chosen) or entry(lock, "/P") == 1)
        for lock in locks
    )


def _locks(lock: generic.DictionaryObject, chosen: str | None) -> bool:
    action = entry(lock, "/Action")
    named = chosen is not None and any(
        chosen == str(name) or chosen.startswith(f"{name}.")
        for name in as_array(entry(lock, "/Fields"))
    )
    return bool(action == "/All" or (action == "/Exclude" and not named)) or (
        action == "/Include" and named
    )
