"""Constraints on names and on policies, carried down a path (RFC 5280 §6.1.3 (b)-(f), §6.1.4)."""

from collections.abc import Iterator, Mapping, Sequence

from app.algorithms import der
from app.crypto.certificates import constraint_reading as reading
from app.crypto.certificates.extensions import (
    INHIBIT_ANY_POLICY,
    NAME_CONSTRAINTS,
    POLICY_CONSTRAINTS,
    POLICY_MAPPINGS,
)
from app.crypto.certificates.name_constraints import NameRules
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.policies import NO_DEMANDS, PolicyDemands, PolicyStep, PolicyWalk
from app.crypto.verdict.facts import CertificateFacts, Notice

_CONSTRAINING = frozenset(
    {NAME_CONSTRAINTS, POLICY_CONSTRAINTS, POLICY_MAPPINGS, INHIBIT_ANY_POLICY}
)


def problems_of_constraints(
    path: Sequence[Outline],
    facts: Sequence[CertificateFacts],
    demands: PolicyDemands = NO_DEMANDS,
) -> Iterator[tuple[int, Notice]]:
    """Yield what breaks a constraint, each with its place in the path.

    The last of the path is the root. What it demands binds those below it as well (RFC 5937): it
    was the root's maker who wrote it. An extension that cannot be read is told by others.
    """
    said = [_constraining(one) for one in path]
    if demands == NO_DEMANDS and not any(said):
        return  # as it is nearly always: policies decide nothing unless somebody demands one
    yield from _problems_of_names(path, said)
    yield from _problems_of_policies(path, facts, said, demands)


def _constraining(certificate: Outline) -> Mapping[str, bytes]:
    return {one.oid: one.value for one in certificate.extensions if one.oid in _CONSTRAINING}


def _problems_of_names(
    path: Sequence[Outline], said: Sequence[Mapping[str, bytes]]
) -> Iterator[tuple[int, Notice]]:
    rules = NameRules()
    for place in range(len(path) - 1, -1, -1):
        is_root, is_last = place == len(path) - 1, place == 0
        if not is_root and (is_last or not path[place].self_issued):
            problem = rules.problem(path[place])
            if problem is not None:
                yield place, problem
                return
        if NAME_CONSTRAINTS in said[place]:
            try:
                rules.add(reading.read_name_constraints(said[place][NAME_CONSTRAINTS]))
            except (der.DerError, ValueError):
                return


def _problems_of_policies(
    path: Sequence[Outline],
    facts: Sequence[CertificateFacts],
    said: Sequence[Mapping[str, bytes]],
    demands: PolicyDemands,
) -> Iterator[tuple[int, Notice]]:
    if len(path) < 2:
        return
    walk = PolicyWalk(len(path) - 1, demands)
    for place in range(len(path) - 1, -1, -1):
        try:
            step = _step(path[place], facts[place], said[place])
        except (der.DerError, ValueError):
            return
        if place == len(path) - 1:
            walk.constrain(step)
            continue
        problem = walk.descend(step) if place else walk.arrive(step)
        if problem is not None:
            yield place, Notice(problem)
            return


def _step(certificate: Outline, facts: CertificateFacts, said: Mapping[str, bytes]) -> PolicyStep:
    constraints = reading.PolicyConstraints(None, None)
    if POLICY_CONSTRAINTS in said:
        constraints = reading.read_policy_constraints(said[POLICY_CONSTRAINTS])
    mappings, free = said.get(POLICY_MAPPINGS), said.get(INHIBIT_ANY_POLICY)
    return PolicyStep(
        policies=facts.policies,
        mappings=() if mappings is None else reading.read_policy_mappings(mappings),
        require_explicit=constraints.require_explicit,
        inhibit_mapping=constraints.inhibit_mapping,
        inhibit_any=None if free is None else reading.read_inhibit_any_policy(free),
        self_issued=certificate.self_issued,
    )
