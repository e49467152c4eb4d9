"""A memory for pure functions: certificates and lists are the same in most mutants of a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from app.algorithms import signatures
from app.algorithms.gost import kdf
from app.crypto.certificates import chain
from app.crypto.cms import signer_check
from app.crypto.verifying import chains as verifying_chains
from app.crypto.verifying import tasks as verifying_tasks


@contextmanager
def remembered() -> Iterator[None]:
    """Let functions without side effects remember what the same bytes gave before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying_tasks, "load", cache(verifying_tasks.load))
        patch.setattr(verifying_chains, "build_chain", _by_material(verifying_chains.build_chain))
        patch.setattr(signatures, "verify", cache(signatures.verify))
        for module in (chain, signer_check):
            patch.setattr(module, "describe_outline", _by_bytes(module.describe_outline))
        patch.setattr(kdf, "cryptopro_kdf", _by_salt(kdf.cryptopro_kdf))
        yield


def _by_material(build: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}

    def remembering(leaf: bytes, **given: Any) -> Any:
        plain = {
            name: one if name in {"trust", "at", "now"} else tuple(one)
            for name, one in given.items()
        }
        key = (leaf, *sorted(plain.items(), key=lambda pair: pair[0]))
        if key not in known:
            known[key] = build(leaf, **plain)
        return known[key]

    return remembering


def _by_bytes(describe: Callable[[Any], Any]) -> Callable[[Any], Any]:
    known: dict[bytes, Any] = {}

    def remembering(outline: Any) -> Any:
        if outline.encoded not in known:
            known[outline.encoded] = describe(outline)
        return known[outline.encoded]

    return remembering


def _by_salt(derive: Callable[..., bytearray]) -> Callable[..., bytearray]:
    """Give a copy each time: whoever asks wipes what it was given."""
    known: dict[tuple[str, bytes, bytes], bytes] = {}

    def remembering(name: str, password: Any, salt: bytes) -> bytearray:
        key = (name, bytes(password), salt)
        if key not in known:
            known[key] = bytes(derive(name, password, salt))
        return bytearray(known[key])

    return remembering
