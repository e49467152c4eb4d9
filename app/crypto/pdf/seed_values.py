"""What the author of a form demands of a signature in one of its fields (ISO 32000-2 §12.7.5.5).

Seed values and locks. What is demanded and what we do not do is refused by name: a signature that
looks as if it met the author's terms, but does not, helps nobody.
"""

from collections.abc import Callable, Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from app.crypto.model import SignatureLevel
from app.crypto.pdf.fields import SignatureField, as_array, entry
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_FILTER = "/Adobe.PPKLite"
_SUBFILTER = "/ETSI.CAdES.detached"
_DIGESTS = {"sha1": "SHA1", "sha256": "SHA256", "sha384": "SHA384", "sha512": "SHA512"}
_NEWEST_READER = 3
"""Of ISO 32000-2: what a field for PDF 2.0 demands."""
_READ_ONLY = 1

_FLAGS = {
    1: "filter",
    2: "subfilter",
    4: "reader",
    8: "reasons",
    16: "legal_attestation",
    32: "revocation_data",
    64: "digest",
    128: "lock_document",
    256: "appearance",
}
_CERTIFICATE_FLAGS = {
    1: "subject",
    2: "issuer",
    4: "policy",
    8: "subject_name",
    32: "key_usage",
    64: "url",
}
_WITH_TIME = frozenset({SignatureLevel.T, SignatureLevel.LT, SignatureLevel.LTA})
_WITH_EVIDENCE = frozenset({SignatureLevel.LT, SignatureLevel.LTA})


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the signature will be, as far as an author can make demands."""

    digest_name: str
    level: SignatureLevel
    certificate: bytes
    chain: tuple[bytes, ...]


def obstacle(field: SignatureField, offer: Offer | None = None) -> RoscherkError | None:
    """Return why a field cannot be signed in; ``offer``: None for what holds whatever is offered."""
    for what in _unmet(field, offer):
        return RoscherkError(ErrorCode.PDF_FIELD_DEMANDS, field=field.name, what=what)
    return None


def demands_time_stamp(field: SignatureField) -> bool:
    """Tell whether a signature in this field must bear a time-stamp."""
    stamp = _dictionary(entry(_seed(field), "/TimeStamp"))
    return _number(entry(stamp, "/Ff")) & 1 == 1


def locked_fields(field: SignatureField) -> tuple[str, ...]:
    """Return what a signature in this field locks: names, or ``*`` and the exceptions from it."""
    lock = _dictionary(entry(field.dictionary, "/Lock"))
    named = tuple(str(name) for name in as_array(entry(lock, "/Fields")))
    action = entry(lock, "/Action")
    if action == "/All":
        return ("*",)
    return ("*", *named) if action == "/Exclude" else named


def lock_reference(field: SignatureField) -> generic.ArrayObject | None:
    """Return the entry of a signature dictionary that carries out the field's lock.

    A FieldMDP transform (ISO 32000-2 §12.8.2.4). None: nothing is to be locked.
    """
    lock = _dictionary(entry(field.dictionary, "/Lock"))
    if not lock:
        return None
    parameters = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/TransformParams"),
            pdf_name("/V"): pdf_name("/1.2"),
            pdf_name("/Action"): pdf_name(str(entry(lock, "/Action"))),
        }
    )
    names = as_array(entry(lock, "/Fields"))
    if entry(lock, "/Action") != "/All":
        parameters[pdf_name("/Fields")] = generic.ArrayObject(
            generic.pdf_string(str(name)) for name in names
        )
    reference = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/SigRef"),
            pdf_name("/TransformMethod"): pdf_name("/FieldMDP"),
            pdf_name("/TransformParams"): parameters,
        }
    )
    return generic.ArrayObject([reference])


def _unmet(field: SignatureField, offer: Offer | None) -> Iterator[str]:
    """Yield the names of demands that are not met."""
    if _number(entry(field.dictionary, "/Ff")) & _READ_ONLY:
        yield "read_only"
    yield from _unmet_lock(field)
    seed = _seed(field)
    flags = _number(entry(seed, "/Ff"))
    for bit, what in _FLAGS.items():
        if flags & bit and not _meets(what, seed, offer):
            yield what
    known = sum(_FLAGS)
    if flags & ~known:
        yield "unknown"
    if _number(entry(_dictionary(entry(seed, "/MDP")), "/P")):
        yield "certification"
    if offer is not None and demands_time_stamp(field) and offer.level not in _WITH_TIME:
        yield "time_stamp"
    yield from _unmet_of_certificate(_dictionary(entry(seed, "/Cert")), offer)


def _unmet_lock(field: SignatureField) -> Iterator[str]:
    lock = entry(field.dictionary, "/Lock")
    if lock is None:
        return
    known = isinstance(lock, generic.DictionaryObject) and entry(lock, "/Action") in {
        "/All",
        "/Include",
        "/Exclude",
    }
    if not known or entry(lock, "/P") is not None:
        # /P would make it a certification: no later signer could sign any more.
        yield "lock"


def _meets(what: str, seed: generic.DictionaryObject, offer: Offer | None) -> bool:
    """Tell whether one mandatory seed value is met, or may be by some offer."""
    check = _CHECKS.get(what)
    return check is not None and check(seed, offer)


def _reasons_are_none(seed: generic.DictionaryObject, _: Offer | None) -> bool:
    """Tell whether no reason may be given, by an empty list or a full stop: we give none."""
    return [str(one) for one in as_array(entry(seed, "/Reasons"))] in ([], ["."])


def _has_revocation_data(seed: generic.DictionaryObject, offer: Offer | None) -> bool:
    return not entry(seed, "/AddRevInfo") or offer is None or offer.level in _WITH_EVIDENCE


def _has_digest(seed: generic.DictionaryObject, offer: Offer | None) -> bool:
    named = {str(one).upper() for one in as_array(entry(seed, "/DigestMethod"))}
    return offer is None or _DIGESTS.get(offer.digest_name) in named


_CHECKS: dict[str, Callable[[generic.DictionaryObject, Offer | None], bool]] = {
    "filter": lambda seed, _: bool(entry(seed, "/Filter") == _FILTER),
    "subfilter": lambda seed, _: _SUBFILTER in as_array(entry(seed, "/SubFilter")),
    "reader": lambda seed, _: _number(entry(seed, "/V")) <= _NEWEST_READER,
    "reasons": _reasons_are_none,
    "revocation_data": _has_revocation_data,
    "digest": _has_digest,
    "lock_document": lambda seed, _: entry(seed, "/LockDocument") in {None, "/false", "/auto"},
}
"""How the demands are checked; one that is not here is never met."""


def _unmet_of_certificate(wanted: generic.DictionaryObject, offer: Offer | None) -> Iterator[str]:
    """Yield what a certificate seed value demands that the signer's certificate does not meet."""
    flags = _number(entry(wanted, "/Ff"))
    for bit, what in _CERTIFICATE_FLAGS.items():
        if flags & bit and not (what in {"subject", "issuer"} and offer is None):
            allowed = _octets(entry(wanted, "/Subject" if what == "subject" else "/Issuer"))
            above = () if offer is None else (offer.certificate, *offer.chain)
            met = (what == "subject" and above[0] in allowed) or (
                what == "issuer" and bool(set(above[1:]) & allowed)
            )
            if not met:
                yield f"certificate_{what}"
    if flags & ~sum(_CERTIFICATE_FLAGS):
        yield "certificate_unknown"


def _octets(value: object) -> set[bytes]:
    found = as_array(value) or ([] if value is None else [value])
    kinds = (generic.ByteStringObject, generic.TextStringObject)
    return {bytes(one.original_bytes) for one in found if isinstance(one, kinds)}


def _seed(field: SignatureField) -> generic.DictionaryObject:
    return _dictionary(entry(field.dictionary, "/SV"))


def _dictionary(value: object) -> generic.DictionaryObject:
    return value if isinstance(value, generic.DictionaryObject) else generic.DictionaryObject()


def _number(value: object) -> int:
    return int(value) if isinstance(value, generic.NumberObject | generic.FloatObject) else 0
