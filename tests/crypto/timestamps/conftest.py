"""What the tests of this room share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from stand_ins import servers
from stand_ins.servers import Server

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def running() -> Iterator[Server]:
    """Run one server for all tests of this room."""
    with servers.running() as one:
        yield one


@pytest.fixture
def server(running: Server) -> Server:
    """Return the server with nothing seen yet."""
    running.forget()
    return running
