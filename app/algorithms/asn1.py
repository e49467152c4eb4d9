"""Make asn1crypto know the Russian OIDs. Every module that parses imports this one first.

asn1crypto alone raises `KeyError` on every GOST public key, and pyhanko_certvalidator mends that
as a side effect of being imported. Here both orders of import, and no such import at all, are
made to give one and the same result. Names may be given by a later version of a library too, so
the rest of the house compares OIDs by ``.dotted``.
"""

from collections.abc import Mapping
from typing import Any

from asn1crypto import algos, core, keys, x509

from app.algorithms import names

_DIGEST_NAMES = {row.oid: row.name for row in names.DIGESTS if row.oid.startswith("1.2.643.")}
_SIGNATURE_NAMES = {row.oid: row.name for row in names.SIGNATURES if row.oid.startswith("1.2.643.")}
_KEY_NAMES = {oid: key.value for oid, key in names.GOST_KEY_OIDS.items()}
_NAME_TYPES = {
    # Order №795 of the Federal Security Service, and its older spelling of ИНН
    "1.2.643.3.131.1.1": "inn",
    "1.2.643.100.1": "ogrn",
    "1.2.643.100.3": "snils",
    "1.2.643.100.4": "inn_le",
    "1.2.643.100.5": "ogrnip",
}

_library_key_spec = keys.PublicKeyInfo._public_key_spec  # noqa: SLF001  # the only handle there is


def _key_spec(info: Any) -> Any:
    """Say how the BIT STRING of a key is read; a key that asn1crypto does not know stays bytes."""
    try:
        return _library_key_spec(info)
    except KeyError:
        return core.OctetBitString, None


def _extend(kind: Any, entries: Mapping[str, str]) -> None:
    """Add names to an OID table, and to its reverse, which may already have been derived."""
    for oid, name in entries.items():
        kind._map.setdefault(oid, name)  # noqa: SLF001  # asn1crypto's way of being extended
        if kind._reverse_map is not None:  # noqa: SLF001
            kind._reverse_map.setdefault(kind._map[oid], oid)  # noqa: SLF001


def register() -> None:
    """Enter our OIDs. Importing this module has done it; doing it again changes nothing."""
    _extend(algos.DigestAlgorithmId, _DIGEST_NAMES)
    _extend(algos.SignedDigestAlgorithmId, _SIGNATURE_NAMES)
    _extend(keys.PublicKeyAlgorithmId, _KEY_NAMES)
    _extend(x509.NameType, _NAME_TYPES)
    # pyhanko_certvalidator replaces the callback by a wrapper that calls the method, so both are
    # set: whoever comes last, the answer is ours.
    keys.PublicKeyInfo._public_key_spec = _key_spec  # noqa: SLF001
    keys.PublicKeyInfo._spec_callbacks["public_key"] = _key_spec  # noqa: SLF001


register()
