"""The index of the list, asked about one certificate. Runs in a worker: the file is kept in memory."""

import hashlib
import os
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from app.crypto.accreditation.model import Authority, IndexFile, ListedKey
from app.crypto.accreditation.on_day import accredited_on_issue
from app.crypto.certificates.outline import Outline
from app.crypto.opening import open_regular
from app.crypto.verdict.accreditation_facts import AccreditationFacts, StatusPeriod
from app.crypto.verdict.facts import (
    CertificateFacts,
    ChainFacts,
    FileFacts,
    Notice,
    SignatureFacts,
)
from app.crypto.verdict.report import Answer
from app.errors import ErrorCode, RoscherkError
from app.processes import wire

_LARGEST = 64 << 20
_Mark = tuple[str, int, int, int]
_kept: list[tuple[_Mark, IndexFile]] = []
"""At most one: a worker serves one profile."""


def load(path: Path) -> IndexFile:
    """Return the index in a file; the one read last is kept as long as its file stays the same.

    The file is replaced as a whole by whoever imports a list, so its inode tells it apart.
    Raises ``ACCREDITED_LIST_DAMAGED`` and the errors of reading a file.
    """
    with open_regular(path) as file:
        state = os.fstat(file.fileno())
        mark = (str(path), state.st_size, state.st_mtime_ns, state.st_ino)
        if _kept and _kept[0][0] == mark:
            return _kept[0][1]
        data = file.read(_LARGEST + 1)
    try:
        found = wire.decode(data, IndexFile)
    except wire.WireError as error:
        raise RoscherkError(ErrorCode.ACCREDITED_LIST_DAMAGED, path=str(path)) from error
    _kept[:] = [(mark, found)]
    return found


def forget() -> None:
    """Forget what was read last."""
    _kept.clear()


def asked(
    certificate: CertificateFacts, chain: ChainFacts | None, index: Path | None
) -> tuple[AccreditationFacts | None, tuple[Notice, ...]]:
    """Ask the list about one certificate; an index that cannot be read is told, and no error."""
    if index is None:
        return None, ()
    try:
        return accreditation_of(certificate, chain, load(index)), ()
    except RoscherkError as error:
        return None, (Notice("accredited_index_unread", {"cause": error.code.value}),)


def with_accreditation(facts: FileFacts, index: Path | None) -> FileFacts:
    """Return the facts of a file with the accreditation of every signer's issuer.

    Powers of attorney and time-stamps are signed too: who issued their certificates counts as well
    (rules RU-20, T-06).
    """
    told: list[Notice] = []
    found = replace(
        facts,
        signatures=tuple(_with_issuer(one, index, told) for one in facts.signatures),
        mchd_signatures=tuple(with_accreditation(one, index) for one in facts.mchd_signatures),
    )
    new = [one for place, one in enumerate(told) if one not in told[:place]]
    return replace(found, warnings=(*facts.warnings, *new))


def _with_issuer(one: SignatureFacts, index: Path | None, told: list[Notice]) -> SignatureFacts:
    stamps = tuple(
        stamp
        if stamp.signature is None
        else replace(stamp, signature=_with_issuer(stamp.signature, index, told))
        for stamp in one.time_stamps
    )
    found = None
    if one.signer is not None:
        found, notices = asked(one.signer, one.chain, index)
        told += notices
    return replace(one, accreditation=found, time_stamps=stamps)


def accreditation_of(
    certificate: CertificateFacts, chain: ChainFacts | None, kept: IndexFile
) -> AccreditationFacts:
    """Say what the list tells of whoever issued a certificate, by the next link of its chain.

    The issuer's certificate itself is looked for, then its public key: cross-certified authorities
    have several certificates of one key. Never its name.
    """
    issuer = None
    if chain is not None and len(chain.links) > 1:
        issuer = chain.links[1].certificate
    elif chain is not None and chain.anchored and len(chain.links) == 1:
        issuer = certificate  # a root that the user trusts stands for itself
    matched_by, places = (None, ()) if issuer is None else _find(issuer, kept)
    facts = [_facts(kept, matched_by, place, certificate.not_before) for place in places]
    # One key may stand under two authorities where one took over the other's.
    for found, answer in facts:
        if answer is Answer.YES:
            return found
    return facts[0][0] if facts else _base(kept)


def _find(issuer: CertificateFacts, kept: IndexFile) -> tuple[str | None, tuple[int, ...]]:
    outline = Outline.read(issuer.der)
    if places := kept.index.certificates.get(outline.digest):
        return "certificate", places
    key = hashlib.sha256(outline.public_key).digest()
    if places := kept.index.keys.get(key):
        return "key", places
    return None, ()


def _base(kept: IndexFile) -> AccreditationFacts:
    """Return what holds of the list itself."""
    head = kept.head
    return AccreditationFacts(
        list_version=head.version,
        list_date=head.date,
        list_sha256=head.sha256,
        list_signature_checked=head.pinned_by in {"program", "user"},
        signer_pinned_by=head.pinned_by,
    )


def _facts(
    kept: IndexFile, matched_by: str | None, place: int, issued: datetime
) -> tuple[AccreditationFacts, Answer]:
    listed: ListedKey = kept.index.listed[place]
    authority: Authority = kept.index.authorities[listed.authority]
    at_hand = authority.complexes[listed.complex]
    base = _base(kept)
    found = AccreditationFacts(
        list_version=base.list_version,
        list_date=base.list_date,
        list_sha256=base.list_sha256,
        list_signature_checked=base.list_signature_checked,
        signer_pinned_by=base.signer_pinned_by,
        ca_name=authority.name,
        ca_inn=authority.inn,
        ca_ogrn=authority.ogrn,
        register_number=authority.register_number,
        statuses=_periods(authority),
        matched_by=matched_by,
        tool_class=at_hand.tool_class,
        tools=at_hand.tools,
    )
    return found, accredited_on_issue(found, issued)[0]


def _periods(authority: Authority) -> tuple[StatusPeriod, ...]:
    statuses = authority.statuses
    found = [
        StatusPeriod(text=one.text, since=one.since, until=following.since)
        for one, following in pairwise(statuses)
    ]
    found += [StatusPeriod(text=one.text, since=one.since) for one in statuses[-1:]]
    return tuple(found)
