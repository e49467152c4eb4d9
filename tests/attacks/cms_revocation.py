"""Hostile signatures: revocation lists and OCSP answers that lie, or that say nothing.

In each of them the person's certificate is either revoked, or nobody who may say so vouches for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from typing import Any

from attacks.cms_certificates import UNKNOWN, stranger
from attacks.cms_forge import Scene, signer, usual
from stand_ins import ocsp_made
from stand_ins.ocsp_made import HOUR, NO_CHECK
from stand_ins.pki import NOW, UNTIL, Issuer, Pki, authority, ca_extensions, end_entity

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.building import ExtensionSpec, RevokedEntry
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.cms.levels.revocation_data import as_choice

Build = Callable[[Pki], Scene]
DAY = timedelta(days=1)
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"


def told(
    pki: Pki,
    *,
    lists: Sequence[bytes] = (),
    inside: Sequence[bytes] = (),
    answers: Sequence[bytes] = (),
    certificates: Sequence[bytes] = (),
    root: bool = True,
) -> Scene:
    """Return a good signature with these words on the person's certificate, and no others.

    ``lists``: those the victim has; ``inside``, ``answers``: those the attacker put into the file.
    """
    choices = (*inside, *map(as_choice, answers))
    made = usual(pki, signer(pki), certificates=(pki.leaf, pki.ca, *certificates), crls=choices)
    return replace(made, crls=(*lists, *((pki.crls[0],) if root else ())))


def _number(certificate: bytes) -> int:
    return der.read(certificate).children()[0].children()[1].as_integer()


def entry(pki: Pki, reason: int | None = 1, at: timedelta = -DAY) -> RevokedEntry:
    """Return the line that revokes the person's certificate."""
    return RevokedEntry(serial=_number(pki.leaf), at=NOW + at, reason=reason)


def _scope(*fields: bytes) -> ExtensionSpec:
    """Return IssuingDistributionPoint."""
    return ExtensionSpec("2.5.29.28", der.sequence(*fields), critical=True)


def _broken(data: bytes) -> bytes:
    return data[:-1] + bytes((data[-1] ^ 1,))


def _empty(pki: Pki, **fields: Any) -> Scene:
    """Have the authority's own list say nothing of the person, with something wrong in it."""
    return told(pki, lists=[pki.ca_issuer.crl(**fields)])


def _of(issuer: Issuer, pki: Pki, *, inside: bool = False) -> Scene:
    """Have somebody else's key make a list in the authority's name."""
    made = Issuer(issuer.key, pki.ca_issuer.name).crl()
    return told(pki, inside=[made]) if inside else told(pki, lists=[made])


def _delta(pki: Pki, *entries: RevokedEntry, base: int = 1) -> bytes:
    indicator = ExtensionSpec("2.5.29.27", bytes((2, 1, base)), critical=True)
    return pki.ca_issuer.crl(*entries, number=2, this_update=NOW - DAY, extensions=(indicator,))


def _older_and_newer(pki: Pki, *, stale_inside: bool) -> Scene:
    """Put an older list without the entry beside the one that revokes."""
    old = pki.ca_issuer.crl(this_update=NOW - 9 * DAY, next_update=UNTIL)
    new = pki.ca_issuer.crl(entry(pki), this_update=NOW - DAY, number=2)
    return told(pki, lists=[new], inside=[old]) if stale_inside else told(pki, lists=[old, new])


def _newer_by_stranger(pki: Pki) -> Scene:
    """Put a newer list by another key of the authority's name beside the one that revokes."""
    forged = Issuer(stranger(pki.algorithm).ca_issuer.key, pki.ca_issuer.name)
    return told(
        pki,
        lists=[pki.ca_issuer.crl(entry(pki), this_update=NOW - DAY)],
        inside=[forged.crl(this_update=NOW - HOUR, number=9)],
    )


def _authority_revoked(pki: Pki, reason: int | None) -> Scene:
    line = RevokedEntry(serial=_number(pki.ca), at=NOW - DAY, reason=reason)
    return told(pki, lists=[pki.crls[1], pki.root_issuer.crl(line)], root=False)


def _responder(pki: Pki, *, by: Issuer | None = None, **fields: Any) -> tuple[EphemeralKey, bytes]:
    """Return a responder and its certificate; by default one that may answer."""
    key = _responder_key(pki)
    issuer = by or pki.ca_issuer
    fields.setdefault(
        "extensions",
        (
            *end_entity(key.public, issuer.key.public)[:4],
            build.extended_key_usage(OCSP_SIGNING),
            NO_CHECK,
        ),
    )
    return key, issuer.issue(key.public, subject=authority("Служба"), **fields)


@cache
def _key(_whose: str, algorithm: KeyAlgorithm) -> EphemeralKey:
    return EphemeralKey.generate(algorithm)


def _responder_key(pki: Pki) -> EphemeralKey:
    return _key("responder", pki.algorithm)


def _answer(pki: Pki, key: EphemeralKey | None = None, **fields: Any) -> Scene:
    """Have the authority, or whoever holds the key, answer that all is well."""
    basic = ocsp_made.made(pki.leaf, pki.ca, key or pki.ca_issuer.key, whole=False, **fields)
    return told(pki, answers=[basic])


def _delegated(pki: Pki, **fields: Any) -> Scene:
    key, certificate = _responder(pki, **fields)
    return _answer(pki, key, certificates=(certificate,))


def _responder_for(pki: Pki, *purposes: str) -> Scene:
    key = _responder_key(pki)
    usual_ones = end_entity(key.public, pki.ca_issuer.key.public)[:4]
    more = (build.extended_key_usage(*purposes),) if purposes else ()
    return _delegated(pki, extensions=(*usual_ones, *more, NO_CHECK))


def _responder_of_root(pki: Pki) -> Scene:
    return _delegated(pki, by=pki.root_issuer)


def _responder_of_stranger(pki: Pki) -> Scene:
    return _delegated(pki, by=Issuer(stranger(pki.algorithm).ca_issuer.key, pki.ca_issuer.name))


def _responder_below(pki: Pki) -> Scene:
    """Have an authority below the issuer name a responder."""
    middle = Issuer(_key("middle", pki.algorithm), authority("Нижний УЦ"))
    middle.certificate = pki.ca_issuer.issue(
        middle.key.public,
        subject=middle.name,
        extensions=ca_extensions(middle.key.public, pki.ca_issuer.key.public),
    )
    key, certificate = _responder(pki, by=middle)
    return _answer(pki, key, certificates=(certificate, middle.certificate))


def _responder_revoked(pki: Pki) -> Scene:
    key = _responder_key(pki)
    usual_ones = end_entity(key.public, pki.ca_issuer.key.public)[:4]
    extensions = (*usual_ones, build.extended_key_usage(OCSP_SIGNING))
    _, certificate = _responder(pki, extensions=extensions)
    line = RevokedEntry(serial=_number(certificate), at=NOW - 9 * DAY, reason=1)
    basic = ocsp_made.made(pki.leaf, pki.ca, key, whole=False, certificates=(certificate,))
    only_about_it = _scope(der.element(0x83, b"\x06\x40"))  # its reasons: keyCompromise alone
    return told(pki, answers=[basic], lists=[pki.ca_issuer.crl(line, extensions=(only_about_it,))])


def _answers_himself(pki: Pki) -> Scene:
    """Have the person answer for himself."""
    return _answer(pki, pki.leaf_key, certificates=(pki.leaf,))


def _about_another(pki: Pki, *, issuer: bool) -> Scene:
    if issuer:
        basic = ocsp_made.made(pki.leaf, pki.root, pki.ca_issuer.key, whole=False)
    else:
        basic = ocsp_made.made(pki.issue(), pki.ca, pki.ca_issuer.key, whole=False)
    return told(pki, answers=[basic])


def _spoiled(pki: Pki, change: Callable[[bytes], bytes]) -> Scene:
    basic = ocsp_made.made(pki.leaf, pki.ca, pki.ca_issuer.key, whole=False)
    return told(pki, answers=[change(basic)])


def _replayed(pki: Pki, *, by_list: bool) -> Scene:
    """Play a good answer of yesterday against a revocation of today."""
    old = {"this_update": NOW - 3 * DAY, "produced_at": NOW - 3 * DAY, "next_update": NOW + DAY}
    good = ocsp_made.made(pki.leaf, pki.ca, pki.ca_issuer.key, whole=False, **old)
    if by_list:
        newer = pki.ca_issuer.crl(entry(pki), this_update=NOW - DAY)
        return told(pki, answers=[good], lists=[newer])
    bad = ocsp_made.made(
        pki.leaf,
        pki.ca,
        pki.ca_issuer.key,
        whole=False,
        status=ocsp_made.revoked(NOW - DAY, 1),
    )
    return told(pki, answers=[good, bad])


def _two_words(pki: Pki) -> Scene:
    words = (
        ocsp_made.statement(pki.leaf, pki.ca),
        ocsp_made.statement(pki.leaf, pki.ca, status=ocsp_made.revoked(NOW - DAY, 1)),
    )
    return _answer(pki, statements=words)


def _expired_answer(pki: Pki) -> Scene:
    times = {"this_update": NOW - 9 * DAY, "produced_at": NOW - 9 * DAY}
    return _answer(pki, next_update=NOW - 8 * DAY, **times)


def _future_answer(pki: Pki) -> Scene:
    times = {"this_update": NOW + DAY, "produced_at": NOW + DAY}
    return _answer(pki, next_update=NOW + 2 * DAY, **times)


LISTS: Mapping[str, Build] = {
    "no list at all": told,
    "no list of the root": lambda pki: told(pki, lists=[pki.crls[1]], root=False),
    "revoked": lambda pki: told(pki, lists=[pki.ca_issuer.crl(entry(pki))]),
    "revoked without a reason": lambda pki: told(pki, lists=[pki.ca_issuer.crl(entry(pki, None))]),
    "revoked by a list inside the file": lambda pki: told(
        pki, lists=[pki.crls[1]], inside=[pki.ca_issuer.crl(entry(pki))]
    ),
    "on hold": lambda pki: told(pki, lists=[pki.ca_issuer.crl(entry(pki, 6))]),
    "revoked since tomorrow": lambda pki: told(
        pki, lists=[pki.ca_issuer.crl(entry(pki, 1, -9 * DAY), this_update=NOW - 8 * DAY)]
    ),
    "list expired": lambda pki: _empty(pki, next_update=NOW - DAY),
    "list of tomorrow": lambda pki: _empty(pki, this_update=NOW + DAY),
    "list without an end": lambda pki: _empty(pki, this_update=NOW - 90 * DAY, next_update=None),
    "list signed by nobody": lambda pki: told(pki, lists=[_broken(pki.crls[1])]),
    "list of a stranger": lambda pki: _of(stranger(pki.algorithm).ca_issuer, pki),
    "list of a stranger inside the file": lambda pki: _of(
        stranger(pki.algorithm).ca_issuer, pki, inside=True
    ),
    "list by the person": lambda pki: _of(Issuer(pki.leaf_key, b""), pki, inside=True),
    "list by the root in the authority's name": lambda pki: _of(pki.root_issuer, pki),
    "list of another authority": lambda pki: told(pki, lists=[pki.root_issuer.crl(number=7)]),
    "list for authorities only": lambda pki: _empty(
        pki, extensions=(_scope(der.element(0x82, b"\xff")),)
    ),
    "list for attribute certificates only": lambda pki: _empty(
        pki, extensions=(_scope(der.element(0x85, b"\xff")),)
    ),
    "list for some reasons only": lambda pki: _empty(
        pki, extensions=(_scope(der.element(0x83, b"\x06\x40")),)
    ),
    "list of another point": lambda pki: _empty(
        pki, extensions=(_scope(der.element(0xA0, der.element(0xA0, b"\x86\x08http://a"))),)
    ),
    "list with an unknown critical demand": lambda pki: _empty(pki, extensions=(UNKNOWN,)),
    "changes without their list": lambda pki: told(pki, lists=[_delta(pki)]),
    "changes of another list": lambda pki: told(
        pki, lists=[_delta(pki, base=5), pki.ca_issuer.crl(next_update=NOW - DAY)]
    ),
    "revoked by changes": lambda pki: told(pki, lists=[pki.crls[1], _delta(pki, entry(pki))]),
    "older list beside the one that revokes": partial(_older_and_newer, stale_inside=False),
    "older list inside the file": partial(_older_and_newer, stale_inside=True),
    "newer list by a stranger": _newer_by_stranger,
    "authority revoked": partial(_authority_revoked, reason=2),
    "authority on hold": partial(_authority_revoked, reason=6),
    "list cut": lambda pki: told(pki, inside=[pki.crls[1][:60]], lists=[]),
}
ANSWERS: Mapping[str, Build] = {
    "answer by the person": _answers_himself,
    "answer by a stranger": lambda pki: _answer(pki, stranger(pki.algorithm).ca_issuer.key),
    "answer by the root": lambda pki: _answer(pki, pki.root_issuer.key),
    "responder without the purpose": _responder_for,
    "responder for servers": lambda pki: _responder_for(pki, "1.3.6.1.5.5.7.3.1"),
    "responder for any purpose": lambda pki: _responder_for(pki, "2.5.29.37.0"),
    "responder named by the root": _responder_of_root,
    "responder named by a stranger": _responder_of_stranger,
    "responder named by an authority below": _responder_below,
    "responder expired": lambda pki: _delegated(pki, not_after=NOW - DAY),
    "responder not yet in force": lambda pki: _delegated(pki, not_before=NOW + DAY),
    "responder revoked": _responder_revoked,
    "responder without its certificate": lambda pki: _answer(pki, _responder_key(pki)),
    "answer unknown": lambda pki: _answer(pki, status=ocsp_made.UNKNOWN),
    "answer revoked": lambda pki: _answer(pki, status=ocsp_made.revoked(NOW - DAY, 1)),
    "answer on hold": lambda pki: _answer(pki, status=ocsp_made.revoked(NOW - DAY, 6)),
    "answer about another certificate": partial(_about_another, issuer=False),
    "answer about another issuer": partial(_about_another, issuer=True),
    "answer expired": _expired_answer,
    "answer of tomorrow": _future_answer,
    "answer of last month without an end": lambda pki: _answer(
        pki, this_update=NOW - 30 * DAY, produced_at=NOW - 30 * DAY, next_update=None
    ),
    "answer signed by nobody": lambda pki: _spoiled(pki, _broken),
    "answer with an unknown critical demand": lambda pki: _answer(pki, extensions=(UNKNOWN,)),
    "word with an unknown critical demand": lambda pki: _answer(pki, single=(UNKNOWN,)),
    "answer about the hash of another": lambda pki: _answer(
        pki, single=(ocsp_made.certificate_hash(pki.ca),)
    ),
    "good answer replayed after a revocation": partial(_replayed, by_list=False),
    "good answer replayed after a list": partial(_replayed, by_list=True),
    "both words in one answer": _two_words,
}
