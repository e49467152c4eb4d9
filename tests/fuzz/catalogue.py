"""Every harness, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz import (
    certificates,
    documents,
    encodings,
    keys,
    pdfs,
    profiles,
    records,
    signatures,
    wires,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.harness import Harness

_ROOMS = (encodings, certificates, signatures, pdfs, documents, keys, profiles, records, wires)

HARNESSES: Mapping[str, Harness] = {each.name: each for room in _ROOMS for each in room.HARNESSES}
