"""Roots, revocation lists, the list of accredited authorities, the network."""

from collections.abc import Callable, Iterator
from datetime import datetime

from app.crypto.accreditation.door import Accreditation, age_told
from app.crypto.trust.door import Trust
from app.crypto.trust.folders import StoreName
from app.processes.cancelling import Cancel
from app.settings import NETWORK_ONLINE, TIME_STAMP_SERVERS, Settings
from app.workplace.model import Area, Code, Finding, Remedy, State


def roots(trust: Trust, now: Callable[[], datetime], _cancel: Cancel) -> Iterator[Finding]:
    """Look at the roots that the user trusts, and at files of the stores that cannot be read."""
    items = trust.items()
    anchors = [
        each.certificate
        for each in items
        if each.store is StoreName.ANCHORS and each.certificate is not None
    ]
    expired = [each for each in anchors if each.not_after < now()]
    for each in expired:
        yield Finding(
            area=Area.TRUST,
            code=Code.ROOT_EXPIRED,
            state=State.ATTENTION,
            facts={"name": each.subject.common_name or each.subject.text},
            remedy=Remedy.CERTIFICATES,
        )
    there = len(anchors) - len(expired)
    yield Finding(
        area=Area.TRUST,
        code=Code.ROOTS_THERE if there else Code.ROOTS_NONE,
        state=State.GOOD if there else State.BAD,
        facts={"count": there},
        remedy=None if there else Remedy.CERTIFICATES,
    )
    bad = sum(each.problem is not None for each in items)
    if bad:
        yield Finding(
            area=Area.TRUST,
            code=Code.STORE_FILE_BAD,
            state=State.ATTENTION,
            facts={"count": bad},
            remedy=Remedy.CERTIFICATES,
        )


def lists(trust: Trust, now: Callable[[], datetime], _cancel: Cancel) -> Iterator[Finding]:
    """Look at how old the revocation lists are."""
    found = [each.crl for each in trust.items() if each.crl is not None]
    if not found:
        yield Finding(
            area=Area.LISTS,
            code=Code.LISTS_NONE,
            state=State.ATTENTION,
            remedy=Remedy.CERTIFICATES,
        )
        return
    stale = [each for each in found if each.next_update is not None and each.next_update < now()]
    if stale:
        oldest = min(each.this_update for each in stale)
        yield Finding(
            area=Area.LISTS,
            code=Code.LISTS_STALE,
            state=State.ATTENTION,
            facts={"count": len(stale), "total": len(found), "days": (now() - oldest).days},
            remedy=Remedy.CERTIFICATES,
        )
        return
    yield Finding(
        area=Area.LISTS, code=Code.LISTS_FRESH, state=State.GOOD, facts={"count": len(found)}
    )


def accredited(
    accreditation: Accreditation, now: Callable[[], datetime], _cancel: Cancel
) -> Iterator[Finding]:
    """Look at the list of accredited authorities."""
    kept = accreditation.current()
    if kept is None:
        yield Finding(
            area=Area.ACCREDITATION,
            code=Code.ACCREDITED_NONE,
            state=State.ATTENTION,
            remedy=Remedy.CERTIFICATES,
        )
        return
    old = age_told(kept, now())
    yield Finding(
        area=Area.ACCREDITATION,
        code=Code.ACCREDITED_FRESH if old is None else Code.ACCREDITED_OLD,
        state=State.GOOD if old is None else State.ATTENTION,
        facts={"date": f"{kept.date:%Y-%m-%d}", "days": (now() - kept.date).days},
        remedy=None if old is None else Remedy.CERTIFICATES,
    )


def network(settings: Settings, _cancel: Cancel) -> Iterator[Finding]:
    """Say what of the network is allowed; nothing is asked."""
    online = settings.get(NETWORK_ONLINE)
    yield Finding(
        area=Area.NETWORK,
        code=Code.NETWORK_ON if online else Code.NETWORK_OFF,
        state=State.PLAIN,
        facts={"servers": len(settings.get(TIME_STAMP_SERVERS))},
    )
