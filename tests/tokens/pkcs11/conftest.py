"""A soft token for the tests of this folder, and hosts that end with each test."""

from collections.abc import Callable, Iterator

import pytest
from stand_ins.mock import make_mock, mock_module
from stand_ins.softhsm import Shim, SoftToken, _shim_module, shim, soft_token
from stand_ins.softhsm_gost import built

from app.processes.pool import Pool
from app.tokens.model import Module
from app.tokens.token_place import TokenPlace

__all__ = ["_shim_module", "make_mock", "mock_module", "shim", "soft_token"]

# `nox -s stand_ins` builds what it needs, which takes a minute, and runs it.
collect_ignore = [] if built() else ["test_softhsm_gost.py"]

PlaceOf = Callable[[Module], TokenPlace]


@pytest.fixture(scope="session")
def crypto_workers() -> Iterator[Pool]:
    """Return the program's own workers."""
    with Pool("worker", size=1) as pool:
        yield pool


@pytest.fixture
def place_of() -> Iterator[PlaceOf]:
    """Return a maker of places, closed afterwards."""
    made: list[TokenPlace] = []

    def make(module: Module) -> TokenPlace:
        made.append(TokenPlace(module))
        return made[-1]

    yield make
    for place in made:
        place.close()


@pytest.fixture
def place(soft_token: SoftToken, place_of: PlaceOf) -> TokenPlace:
    """Return the place of the soft token."""
    return place_of(soft_token.module)


@pytest.fixture
def shimmed(shim: Shim, place_of: PlaceOf) -> TokenPlace:
    """Return the place of the same token behind the shim."""
    return place_of(shim.module)
