"""What the attacks share: results of pure functions are remembered, so that thousands are quick."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from app.algorithms import signatures
from app.crypto import verifying_tasks
from app.crypto.certificates import chain
from app.crypto.cms import signer_check


@pytest.fixture(autouse=True, scope="session")
def _remembered() -> Iterator[None]:
    """Remember what the same bytes gave before: certificates are the same in most mutants."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying_tasks, "load", cache(verifying_tasks.load))
        patch.setattr(verifying_tasks, "build_chain", _by_material(verifying_tasks.build_chain))
        patch.setattr(signatures, "verify", cache(signatures.verify))
        for module in (chain, signer_check):
            patch.setattr(module, "describe_outline", _by_bytes(module.describe_outline))
        yield


def _by_material(build: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}

    def remembering(leaf: bytes, **given: Any) -> Any:
        key = (leaf, *(one if name in {"trust", "at"} else tuple(one) for name, one in given.items()))
        if key not in known:
            known[key] = build(leaf, **given)
        return known[key]

    return remembering


def _by_bytes(describe: Callable[[Any], Any]) -> Callable[[Any], Any]:
    known: dict[bytes, Any] = {}

    def remembering(outline: Any) -> Any:
        if outline.encoded not in known:
            known[outline.encoded] = describe(outline)
        return known[outline.encoded]

    return remembering
