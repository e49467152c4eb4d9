"""Which document each detached signature is over: by digest, else by name. Pure, over values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from app.crypto.opening import path_fact
from app.crypto.packages.model import Member, Pair, Role, Wanted
from app.crypto.verdict.facts import Notice
from app.crypto.verifying.names import names_of_original

Digests = Mapping[Path, Mapping[str, bytes]]


def algorithms_of(members: Iterable[Member]) -> frozenset[str]:
    """Return the digests that some detached signature asks for."""
    return frozenset(each.algorithm for member in members for each in member.looked.wanted)


def match(
    members: Sequence[Member], digests: Digests
) -> tuple[tuple[Pair, ...], tuple[Notice, ...]]:
    """Pair each detached signature with its document; tell which pairs by name were wrong.

    Where nothing has the right content, the document of the right name is taken: it is the one
    that was changed, and the verdict says so.
    """
    by_content = _by_content(members, digests)
    by_name = {member.shown: member for member in members}
    pairs: list[Pair] = []
    notices: list[Notice] = []
    for member in members:
        if member.role is not Role.SIGNATURE:
            continue
        named = _named(member, by_name)
        fitting = [one for want in member.looked.wanted for one in by_content.get(_key(want), ())]
        fitting = [one for one in fitting if one.path != member.path]
        if fitting:
            found = min(fitting, key=lambda one: _farness(member, one, named))
            pairs.append(Pair(signature=member.path, document=found.path, by_digest=True))
            if named is not None and found.path != named.path and named not in fitting:
                notices.append(_discarded(member, named, found))
        else:
            document = None if named is None else named.path
            pairs.append(Pair(signature=member.path, document=document))
            if named is None:
                # What was given by itself was no package, and its folder is still looked through.
                code = "loose_document_missing" if member.loose else "package_document_missing"
                notices.append(Notice(code, {"path": _text(member)}))
    return tuple(pairs), tuple(notices)


def _key(wanted: Wanted) -> tuple[str, bytes]:
    return wanted.algorithm, wanted.digest


def _by_content(
    members: Iterable[Member], digests: Digests
) -> Mapping[tuple[str, bytes], list[Member]]:
    found: dict[tuple[str, bytes], list[Member]] = defaultdict(list)
    for member in members:
        for name, value in digests.get(member.path, {}).items():
            found[name, value].append(member)
    return found


def _named(signature: Member, by_name: Mapping[Path, Member]) -> Member | None:
    """Return the document that the name of a signature points to."""
    names = names_of_original(signature.shown)
    return next((by_name[name] for name in names if name in by_name), None)


def _farness(signature: Member, other: Member, named: Member | None) -> tuple[bool, bool, str]:
    """Prefer, among copies of one document, the one by name, then the one in the same folder."""
    same = other.shown.parent == signature.shown.parent
    return other is not named, not same, str(other.shown)


def _discarded(signature: Member, named: Member, found: Member) -> Notice:
    facts = {"path": _text(signature), "named": _text(named), "document": _text(found)}
    return Notice("package_pair_discarded", dict(facts))


def _text(member: Member) -> str:
    return path_fact(member.shown)
