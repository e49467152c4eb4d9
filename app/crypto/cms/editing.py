"""What can be done to the signatures of a file: pure, from parts to parts (RFC 5652 §5, §11.4).

No SignerInfo, certificate or revocation list is ever written anew. What would spoil an archive
time-stamp is refused with ARCHIVE_STAMP_HOLDS: the older ones are over all certificates and
revocation lists of the file (RFC 5126 §6.4.1), the third kind is over all that its index names
(EN 319 122-1 §5.5.3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.crypto.certificates.outline import Outline
from app.crypto.cms import splicing, structure
from app.crypto.cms.candidates import answer_name, read_candidates
from app.crypto.cms.checking import MAX_SIGNATURES
from app.crypto.cms.counter_signatures import MAX_DEPTH
from app.crypto.cms.levels import oids
from app.crypto.cms.locating import Place, find, identity, locate, with_signature
from app.crypto.cms.reading import MAX_CERTIFICATES, MAX_REVOCATION_LISTS, MAX_SIGNERS
from app.crypto.cms.splicing import Parts
from app.crypto.cms.structure import SignerInfo
from app.crypto.cms.writing import embedded_certificates
from app.crypto.verdict.numbering import number_in_cms
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Removal:
    """A file without one of its signatures."""

    parts: Parts
    certificates_removed: int = 0
    """How many certificates nobody needs any more."""
    certificates_held: bool = False
    """An archive time-stamp of another signer is over all of them, so they stay."""


def demand_convertible(parts: Parts) -> None:
    """Raise ARCHIVE_STAMP_HOLDS if an older archive time-stamp is over the form of the content."""
    stamped = _first_holding_older(parts)
    if stamped is not None:
        raise _held(stamped)


def co_signed(
    parts: Parts, signer: bytes, certificates: Iterable[bytes], crls: Iterable[bytes] = ()
) -> Parts:
    """Return the parts with one more signer, and what belongs to it."""
    grown = with_material(parts, certificates, crls)
    return within_limits(splicing.with_signer(grown, signer))


def demand_countersignable(parts: Parts, index: int) -> Place:
    """Return the signature to be countersigned; raise unless a signature over it can be added."""
    target = find(parts.signers, index)
    if target.signer is None:
        raise RoscherkError(ErrorCode.SIGNATURE_BROKEN, number=number_in_cms(index))
    if target.depth >= MAX_DEPTH:
        raise RoscherkError(
            ErrorCode.FORMAT_TOO_COMPLEX, limit="counter_signatures", maximum=MAX_DEPTH
        )
    if _holds_older(target.signer):
        raise _held(target)
    _demand_unstamped_above(parts, target)
    return target


def counter_signed(
    parts: Parts,
    index: int,
    signer: bytes,
    certificates: Iterable[bytes],
    crls: Iterable[bytes] = (),
) -> Parts:
    """Return the parts with ``signer`` as a counter-signature of the one at ``index``."""
    target = demand_countersignable(parts, index)
    grown = with_material(parts, certificates, crls)
    changed = splicing.with_unsigned_attribute(target.raw, structure.COUNTER_SIGNATURE, signer)
    old = parts.signers[target.top]
    new = with_signature(old, target.steps, changed) if target.steps else changed
    return within_limits(splicing.with_signer_replaced(grown, old, new))


def raised(
    parts: Parts, index: int, signer: bytes, certificates: Iterable[bytes], crls: Iterable[bytes]
) -> Parts:
    """Return the parts with the signature at ``index`` in a form with more unsigned attributes.

    Raises ARCHIVE_STAMP_HOLDS if an archive time-stamp is over it or over the file's certificates.
    """
    target = find(parts.signers, index)
    _demand_unstamped_above(parts, target)
    grown = with_material(parts, certificates, crls)
    old = parts.signers[target.top]
    new = with_signature(old, target.steps, signer) if target.steps else signer
    return within_limits(splicing.with_signer_replaced(grown, old, new))


def with_material(parts: Parts, certificates: Iterable[bytes], crls: Iterable[bytes]) -> Parts:
    """Return the parts with certificates and revocation lists that are not there yet."""
    grown = splicing.with_crls(splicing.with_certificates(parts, certificates), crls)
    if (grown.certificates, grown.crls) != (parts.certificates, parts.crls):
        for place in locate(parts.signers):
            if place.signer is not None and _holds_older(place.signer):
                raise _held(place)
    return grown


def removed(parts: Parts, index: int) -> Removal:
    """Return the file without the signature at ``index`` and its counter-signatures.

    Its certificates go with it where no other signature may need them. Raises
    SIGNATURE_NUMBER_UNKNOWN, SIGNATURE_LAST, ARCHIVE_STAMP_HOLDS.
    """
    target = find(parts.signers, index)
    old = parts.signers[target.top]
    if target.steps:
        _demand_unstamped_above(parts, target)
        new = with_signature(old, target.steps, None)
        left = splicing.with_signer_replaced(parts, old, new)
    elif len(parts.signers) == 1:
        raise RoscherkError(ErrorCode.SIGNATURE_LAST)
    else:
        signers = [*parts.signers[: target.top], *parts.signers[target.top + 1 :]]
        left = splicing.with_signers(parts, signers)
    needless = _needless(target.raw, parts, left)
    if any(_holds_any(place.signer) for place in locate(left.signers) if place.signer):
        return Removal(parts=left, certificates_held=bool(needless))
    kept = tuple(each for each in left.certificates if each not in needless)
    count = len(left.certificates) - len(kept)
    return Removal(parts=replace(left, certificates=kept), certificates_removed=count)


def merged(files: Sequence[Parts]) -> Parts:
    """Return one file with the signers of several, each signature once.

    Where one signature comes in two forms, one of them with more evidence, the richer one is kept.
    Raises ARCHIVE_STAMP_HOLDS, FORMAT_TOO_COMPLEX.
    """
    first, *others = files
    result = first
    for other in others:
        result = with_material(result, other.certificates, other.crls)
        stamped = _first_holding_older(other)
        same = (result.certificates, result.crls) == (other.certificates, other.crls)
        if stamped is not None and not same:
            raise _held(stamped)
        result = splicing.with_signers(result, _joined(result.signers, other.signers))
    return within_limits(result)


def split(parts: Parts) -> tuple[Parts, ...]:
    """Return one file for each signer, with its counter-signatures and the certificates it needs."""
    return tuple(_alone(parts, signer) for signer in parts.signers)


def within_limits(parts: Parts) -> Parts:
    """Return the parts, or raise FORMAT_TOO_COMPLEX: nothing is made that would not be read."""
    counts = (
        ("signers", len(parts.signers), MAX_SIGNERS),
        ("certificates", len(parts.certificates), MAX_CERTIFICATES),
        ("crls", len(parts.crls), MAX_REVOCATION_LISTS),
        ("signatures", len(locate(parts.signers)), MAX_SIGNATURES),
    )
    for limit, count, maximum in counts:
        if count > maximum:
            raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit=limit, maximum=maximum)
    return parts


def _alone(parts: Parts, signer: bytes) -> Parts:
    alone = splicing.with_signers(parts, (signer,))
    if any(place.signer is not None and _holds_any(place.signer) for place in locate((signer,))):
        return alone
    kept = _certificates_of(signer, parts)
    if _has_evidence(signer):
        others = {one for each in parts.signers for one in _leaves_of(each, parts)}
        kept |= set(parts.certificates) - others
    return replace(alone, certificates=tuple(one for one in parts.certificates if one in kept))


def _needless(gone: bytes, parts: Parts, left: Parts) -> set[bytes]:
    """Return the certificates of a removed signature that no other may need.

    Which authorities stand above somebody's time-stamps cannot be told from outside: where there is
    such evidence, only certificates of persons go.
    """
    evidence = any(_has_evidence(signer) for signer in left.signers)
    own = _leaves_of(gone, parts) if evidence else _certificates_of(gone, parts)
    return own - {one for signer in left.signers for one in _certificates_of(signer, parts)}


def _has_evidence(signer: bytes) -> bool:
    """Tell of unsigned attributes that may need certificates of their own."""
    return any(
        place.signer is None
        or any(one.oid != structure.COUNTER_SIGNATURE for one in place.signer.unsigned_attributes)
        for place in locate((signer,))
    )


def _certificates_of(signer: bytes, parts: Parts) -> set[bytes]:
    """Return the certificates of a signer, of its counter-signatures, and those above them."""
    found: set[bytes] = set()
    for leaf in _leaves_of(signer, parts):
        found.update(embedded_certificates(leaf, parts.certificates))
    return found | _roots_above(found, parts)


def _leaves_of(signer: bytes, parts: Parts) -> set[bytes]:
    candidates, _ = read_candidates(parts.certificates)
    return {
        one.encoded
        for place in locate((signer,))
        if place.signer is not None
        for one in answer_name(place.signer, candidates)
    }


def _roots_above(found: set[bytes], parts: Parts) -> set[bytes]:
    """Return the self-signed certificates whose names these bear as issuer."""
    issuers = {Outline.read(one).issuer_key for one in found}
    others, _ = read_candidates(parts.certificates)
    return {one.encoded for one in others if one.self_issued and one.subject_key in issuers}


def _joined(signers: Sequence[bytes], more: Sequence[bytes]) -> list[bytes]:
    """Return the signers of two files, the same signature once."""
    result = list(signers)
    known = {identity(signer): index for index, signer in enumerate(result)}
    for signer in more:
        index = known.get(identity(signer))
        richer = None if index is None else _richer(result[index], signer)
        if index is None or richer is None:
            result.append(signer)
        else:
            result[index] = richer
    return result


def _richer(first: bytes, second: bytes) -> bytes | None:
    """Return the form of a signature whose unsigned attributes hold those of the other; or None."""
    one, two = (set(splicing.unsigned_attributes(each)) for each in (first, second))
    if two <= one:
        return first
    return second if one < two else None


def _held(place: Place) -> RoscherkError:
    """Say that an archive time-stamp of this signature forbids the change."""
    return RoscherkError(ErrorCode.ARCHIVE_STAMP_HOLDS, number=number_in_cms(place.index))


def _demand_unstamped_above(parts: Parts, target: Place) -> None:
    """Refuse to change what lies in a signature whose archive time-stamp is over it."""
    places = locate(parts.signers)
    parent = target.parent
    while parent is not None:
        above = places[parent]
        if above.signer is not None and _holds_any(above.signer):
            raise _held(above)
        parent = above.parent


def _first_holding_older(parts: Parts) -> Place | None:
    places = locate(parts.signers)
    return next((one for one in places if one.signer and _holds_older(one.signer)), None)


def _holds_older(signer: SignerInfo) -> bool:
    """Tell of an archive time-stamp that is over the whole of certificates and lists."""
    return any(one.oid in splicing.MUST_STAY for one in signer.unsigned_attributes)


def _holds_any(signer: SignerInfo) -> bool:
    return any(one.oid in oids.ARCHIVE_TIME_STAMPS for one in signer.unsigned_attributes)
