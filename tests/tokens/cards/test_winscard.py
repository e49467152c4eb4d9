"""PC/SC by ctypes, on a library of ours that says what a hostile reader or card might say."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest

from app.processes import wire
from app.tokens.cards import winscard
from app.tokens.cards.pcsc import PcscReaders
from app.tokens.cards.watch_host import WatchHost
from app.tokens.reader_methods import ReadersState

LIBRARY = r"""
#include <string.h>
typedef unsigned long dword;
typedef struct { const char *name; void *data; dword known, event, size; unsigned char atr[33]; } state;
#define NAMES "Aktiv Rutoken ECP 00 00\0Bad \xff\xfe 00\0Fake \xef\x9f\xbf 00\0"
long SCardEstablishContext(dword scope, void *a, void *b, long *out) { *out = 7; return 0; }
long SCardReleaseContext(long context) { return context == 7 ? 0 : 3; }
long SCardListReaders(long context, const char *groups, char *out, dword *size) {
    if (!out) { *size = sizeof NAMES; return 0; }
    if (*size < sizeof NAMES) return (int)0x80100008;
    memcpy(out, NAMES, sizeof NAMES);
    *size = sizeof NAMES;
    return 0;
}
long SCardGetStatusChange(long context, dword wait, state *states, dword count) {
    for (dword i = 0; i < count; i++) {
        if (strcmp(states[i].name, "Aktiv Rutoken ECP 00 00") && strcmp(states[i].name, "Bad \xff\xfe 00"))
            return (int)0x80100009;
        states[i].event = 0x20 | 3 << 16;
        states[i].size = 4000000;
        memset(states[i].atr, 0x3b, 33);
    }
    return 0;
}
long SCardCancel(long context) { return 0; }
long SCardConnect(long context, const char *name, dword share, dword wanted, long *card, dword *protocol) {
    *card = -5; *protocol = 2;
    return strcmp(name, "Bad \xff\xfe 00") ? (int)0x80100009 : 0;
}
long SCardDisconnect(long card, dword how) { return card == -5 ? 0 : 3; }
long SCardStatus(long card, char *name, dword *size, dword *s, dword *p, unsigned char *atr, dword *length) {
    memset(name, 'x', *size); memset(atr, 0x3b, *length); *length = 4000000;
    return card == -5 ? 0 : 3;
}
long SCardBeginTransaction(long card) { return 0; }
long SCardEndTransaction(long card, dword how) { return 0; }
long SCardTransmit(long card, const void *way, const char *in, dword length, void *back, char *out, dword *size) {
    memset(out, 0x90, *size); *size = 4000000000;
    return 0;
}
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library that answers with too long names, ATRs and lengths."""
    compiler = shutil.which("cc")
    if compiler is None or ctypes.sizeof(ctypes.c_long) == 4:
        pytest.skip("no C compiler, or another PC/SC")
    folder = tmp_path_factory.mktemp("pcsc")
    (folder / "it.c").write_text(LIBRARY)
    target = folder / "it.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-w", "-o", target, folder / "it.c"], check=True)
    return target


@pytest.fixture
def _in_place(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winscard, "LIBRARY", str(hostile))


@pytest.mark.usefixtures("_in_place")
def test_a_name_that_is_no_text_hides_no_other_reader() -> None:
    """The watcher sees both readers, and its answer goes through the pipe."""
    state = WatchHost()._state()
    assert state.problem is None
    assert [each.name for each in state.readers] == [
        "Aktiv Rutoken ECP 00 00",
        "Bad \uf7ff\uf7fe 00",
    ]
    assert {len(each.atr) for each in state.readers} == {2 * 33}
    assert wire.decode(wire.encode(state), ReadersState) == state


@pytest.mark.usefixtures("_in_place")
def test_lengths_that_are_lies() -> None:
    """What a driver says of lengths is cut to what was given to it; the handle is negative."""
    readers = PcscReaders()
    _, name = readers.names()
    with readers.open(name) as card:
        assert card is not None
        assert card.atr == b"\x3b" * 33
        assert len(card.transmit(b"\x00\xa4\x00\x00")) == (64 << 10) + 2
