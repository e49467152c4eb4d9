"""Certificate policies along a path: the valid policy graph of RFC 9618 over RFC 5280 §6.1.

The graph has at most one node for each policy of a certificate, where the tree of RFC 5280 could
be made to grow without bounds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field

from app.values import dataclass

ANY_POLICY = "2.5.29.32.0"


@dataclass(frozen=True)
class PolicyDemands:
    """What the user demands of policies (RFC 5280 §6.1.1 (c)-(g)). By default: nothing."""

    acceptable: frozenset[str] = frozenset({ANY_POLICY})
    """Dotted OIDs."""
    explicit: bool = False
    """The path must be valid under one of them."""
    inhibit_mapping: bool = False
    inhibit_any: bool = False


NO_DEMANDS = PolicyDemands()


@dataclass(frozen=True, kw_only=True)
class PolicyStep:
    """What one certificate says of policies."""

    policies: tuple[str, ...]
    """Dotted OIDs; empty: no such extension."""
    mappings: tuple[tuple[str, str], ...] = ()
    require_explicit: int | None = None
    inhibit_mapping: int | None = None
    inhibit_any: int | None = None
    self_issued: bool = False


@dataclass(eq=False)
class _Node:
    """One policy that is valid down to one certificate."""

    expected: set[str]
    """By what names the next certificate may assert it."""
    parents: set[str] = field(default_factory=set)
    """Policies of the certificate above from which it follows."""


_Level = dict[str, _Node]


class PolicyWalk:
    """The walk from the certificate below a root down to the last one."""

    def __init__(self, length: int, demands: PolicyDemands) -> None:
        """``length``: how many certificates the path has without the root."""
        self._demands = demands
        self._explicit = 0 if demands.explicit else length + 1
        self._mapping = 0 if demands.inhibit_mapping else length + 1
        self._any = 0 if demands.inhibit_any else length + 1
        self._levels: list[_Level] | None = [{ANY_POLICY: _Node({ANY_POLICY})}]

    def constrain(self, step: PolicyStep) -> None:
        """Take in the constraints of a certificate for those below it (§6.1.4 (i), (j))."""
        self._explicit = _less(self._explicit, step.require_explicit)
        self._mapping = _less(self._mapping, step.inhibit_mapping)
        self._any = _less(self._any, step.inhibit_any)

    def descend(self, step: PolicyStep) -> str | None:
        """Pass one authority; return the code of what is wrong, or None."""
        problem = self._enter(step, last=False)
        if problem is None and any(ANY_POLICY in pair for pair in step.mappings):
            problem = "policy_mapping"
        if problem is not None:
            return problem
        self._map(step.mappings)
        if not step.self_issued:
            self._explicit = max(self._explicit - 1, 0)
            self._mapping = max(self._mapping - 1, 0)
            self._any = max(self._any - 1, 0)
        self.constrain(step)
        return None

    def arrive(self, step: PolicyStep) -> str | None:
        """Reach the last certificate; return the code of what is wrong, or None."""
        problem = self._enter(step, last=True)
        if problem is not None:
            return problem
        self._explicit = max(self._explicit - 1, 0)
        if step.require_explicit == 0:
            self._explicit = 0
        return None if self._explicit or self._acceptable() else "policy_required"

    def _enter(self, step: PolicyStep, *, last: bool) -> str | None:
        """Add the level of one certificate (§6.1.3 (d)-(f))."""
        if not step.policies:
            self._levels = None
        elif self._levels is not None:
            any_counts = self._any > 0 or (step.self_issued and not last)
            self._levels.append(_level(self._levels[-1], step.policies, any_counts=any_counts))
            self._prune()
        return None if self._explicit or self._levels is not None else "policy_required"

    def _map(self, mappings: Iterable[tuple[str, str]]) -> None:
        """Translate policies into what those below call them (§6.1.4 (b))."""
        if self._levels is None:
            return
        level = self._levels[-1]
        targets: dict[str, set[str]] = {}
        for issuers, subjects in mappings:
            targets.setdefault(issuers, set()).add(subjects)
        for policy, names in targets.items():
            if self._mapping == 0:
                level.pop(policy, None)
            elif policy in level:
                level[policy].expected = names
            elif ANY_POLICY in level:
                level[policy] = _Node(names, {ANY_POLICY})
        self._prune()

    def _prune(self) -> None:
        """Drop what has nothing below it any more; without a last level there is no graph."""
        if self._levels is None:
            return
        for above, below in zip(self._levels[-2::-1], self._levels[:0:-1], strict=True):
            wanted = set().union(*(node.parents for node in below.values()))
            for policy in above.keys() - wanted:
                del above[policy]
        if not self._levels[-1]:
            self._levels = None

    def _acceptable(self) -> bool:
        """Tell whether a policy of the user's is valid down to the last certificate (§6.1.5 (g))."""
        if self._levels is None:
            return False
        if ANY_POLICY in self._demands.acceptable or ANY_POLICY in self._levels[-1]:
            return True
        reached: set[str] = set()
        for level in self._levels[1:]:
            reached = {
                policy
                for policy, node in level.items()
                if node.parents & reached
                or (ANY_POLICY in node.parents and policy in self._demands.acceptable)
            }
        return bool(reached)


def _level(above: Mapping[str, _Node], policies: Iterable[str], *, any_counts: bool) -> _Level:
    """Return the nodes of a certificate: each policy that follows from one above."""
    parents: dict[str, set[str]] = {}
    for policy, node in above.items():
        for name in node.expected:
            parents.setdefault(name, set()).add(policy)
    level: _Level = {}
    for policy in policies:
        if policy == ANY_POLICY:
            continue
        if policy in parents:
            level[policy] = _Node({policy}, parents[policy])
        elif ANY_POLICY in above:
            level[policy] = _Node({policy}, {ANY_POLICY})
    if ANY_POLICY in policies and any_counts:
        for name, from_above in parents.items():
            level.setdefault(name, _Node({name}, from_above))
    return level


def _less(count: int, limit: int | None) -> int:
    return count if limit is None else min(count, limit)
