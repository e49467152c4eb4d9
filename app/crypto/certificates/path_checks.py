"""The checks of RFC 5280 §6.1 on a path that was found, link by link, from the anchor down.

Names, signatures and circles were looked at by the search. What of a certificate cannot be read
or is not known closes the path: see `extensions.read_extensions`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.crypto.certificates.extensions import BASIC_CONSTRAINTS
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.path_constraints import problems_of_constraints
from app.crypto.certificates.policies import NO_DEMANDS, PolicyDemands
from app.crypto.verdict.facts import CertificateFacts, Notice

TIME_CODES = frozenset({"expired", "not_yet_valid"})


def problems_of_path(
    path: Sequence[Outline],
    facts: Sequence[CertificateFacts],
    at: datetime,
    *,
    anchored: bool,
    demands: PolicyDemands = NO_DEMANDS,
) -> tuple[tuple[Notice, ...], ...]:
    """Return the problems of each link; the first link is the signer's, the last the anchor's."""
    found: list[list[Notice]] = [
        list(_of_itself(*pair, at)) for pair in zip(path, facts, strict=True)
    ]
    room: int | None = None
    for place in range(len(path) - 1, 0, -1):
        certificate = facts[place]
        is_anchor = anchored and place == len(path) - 1
        found[place] += _of_authority(path[place], certificate, is_anchor=is_anchor)
        if not is_anchor and not path[place].self_issued and room is not None:
            if room <= 0:
                found[place].append(Notice("path_length"))
            room = max(room - 1, 0)
        if certificate.path_length is not None:
            room = certificate.path_length if room is None else min(room, certificate.path_length)
    if anchored:  # a stranger's path is refused anyway, and may be made to keep us busy
        for place, notice in problems_of_constraints(path, facts, demands):
            found[place].append(notice)
    return tuple(tuple(notices) for notices in found)


def _of_itself(outline: Outline, certificate: CertificateFacts, at: datetime) -> Iterator[Notice]:
    """Check what does not depend on the place in the path."""
    if outline.inner_algorithm != outline.outer_algorithm:
        yield Notice("algorithm_mismatch")  # rule X-03
    for oid in certificate.unknown_critical:
        yield Notice("unknown_critical", {"oid": oid})
    if at < certificate.not_before:
        yield Notice("not_yet_valid", {"at": _text(certificate.not_before)})
    elif at > certificate.not_after:
        yield Notice("expired", {"at": _text(certificate.not_after)})


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _of_authority(
    outline: Outline, certificate: CertificateFacts, *, is_anchor: bool
) -> Iterator[Notice]:
    """Check that this one may issue certificates.

    An anchor that says nothing of it (old roots of version 1) is an authority by the user's word;
    one that says it is none is not made one by it.
    """
    silent = all(one.oid != BASIC_CONSTRAINTS for one in outline.extensions)
    if not certificate.is_ca and not (is_anchor and silent):
        yield Notice("not_a_ca")
    if certificate.key_usage is not None and "keyCertSign" not in certificate.key_usage:
        yield Notice("key_usage")
