"""What the attacks share."""

from collections.abc import Iterator

import pytest
from remembering import remembered


@pytest.fixture(autouse=True, scope="module")
def _remembered() -> Iterator[None]:
    with remembered():
        yield
