"""Commands that a person is to type are quoted for the shell of his system."""

import sys

import pytest

from app.cli.shown_commands import quoted


@pytest.mark.parametrize(
    ("platform", "word", "shown"),
    [
        ("linux", "/a b/c", "'/a b/c'"),
        ("linux", "/a/b", "/a/b"),
        ("win32", r"C:\мои бумаги\счёт.pdf", r'"C:\мои бумаги\счёт.pdf"'),
        ("win32", r"C:\бумаги\счёт.pdf", r"C:\бумаги\счёт.pdf"),
    ],
)
def test_quoted(monkeypatch: pytest.MonkeyPatch, platform: str, word: str, shown: str) -> None:
    """Single quotes mean nothing to the command line of Windows."""
    monkeypatch.setattr(sys, "platform", platform)
    assert quoted(word) == shown
