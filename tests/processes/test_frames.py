"""Frames on a pipe whose other end has gone."""

import errno
import os
import sys
from io import FileIO

import pytest

from app.processes.frames import Kind, write_frame


class PipeOfWindows(FileIO):
    """A pipe that says of its reader's death what Windows says."""

    def write(self, _data: object) -> int:
        """Fail."""
        raise OSError(errno.EINVAL, "Invalid argument")


@pytest.mark.parametrize(("platform", "kind"), [("win32", BrokenPipeError), ("linux", OSError)])
def test_reader_has_gone(
    monkeypatch: pytest.MonkeyPatch, platform: str, kind: type[OSError]
) -> None:
    """Under Windows that is EINVAL; elsewhere EINVAL stays what it is."""
    monkeypatch.setattr(sys, "platform", platform)
    pipe = PipeOfWindows(os.devnull, "wb")
    with pipe, pytest.raises(OSError, match="Invalid") as caught:
        write_frame(pipe, Kind.READY, b"")
    assert type(caught.value) is kind
