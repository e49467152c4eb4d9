"""Opening the keys of others: container folders of CryptoPro CSP and PKCS #12 files.

Measured is what a warm worker does between the password and the key, with every check on: the time
a person waits.
"""

import json
import sys

from benchmarks.measuring import PROJECT, Bench, Row, Side, run

_GOAL = 0.3
"""Seconds for one opening, which the issue asks for."""

_WORK = """
import json, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from stand_ins.cryptopro_folder import CURVE_256, CURVE_512, make
from app.algorithms.names import KeyAlgorithm
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.cryptopro import reading
from app.tokens.pfx import writing
from app.tokens.pfx_reading import open_pfx
from app.tokens.signing_keys import make_key

folder, rounds, word = Path(sys.argv[2]), int(sys.argv[3]), '12345678'

def seconds(work):
    begin = time.perf_counter()
    work(Context(None, bytearray(word.encode())))
    return time.perf_counter() - begin

def folder_of(algorithm, curve):
    made = make(folder / algorithm, word, algorithm=algorithm, curve=curve)
    request = methods.CryptoProKeyRequest(path=made.folder)
    return lambda context: reading.test(request, context)

def file_of(algorithm):
    key = make_key(algorithm)
    exported = writing.Exported(algorithm=algorithm, key=key, certificate=None)
    path = folder / f'{algorithm}.pfx'
    path.write_bytes(writing.write_file(exported, bytearray(word.encode())))
    return lambda context: open_pfx(methods.PfxOpenRequest(path=path), context)

works = {
    'container folder, GOST 2001': folder_of(KeyAlgorithm.GOST_2001, CURVE_256),
    'container folder, GOST 2012-256': folder_of(KeyAlgorithm.GOST_256, CURVE_256),
    'container folder, GOST 2012-512': folder_of(KeyAlgorithm.GOST_512, CURVE_512),
    'PKCS #12, GOST 2012-256': file_of(KeyAlgorithm.GOST_256),
    'PKCS #12, RSA': file_of(KeyAlgorithm.RSA),
}
print(json.dumps({name: min(seconds(work) for _ in range(rounds)) for name, work in works.items()}))
"""


def measure(bench: Bench) -> list[Row]:
    """Open each kind several times in one process; the best counts."""
    rounds = max(bench.rounds, 3)
    done = run(Side([sys.executable, "-c", _WORK, PROJECT / "tests", bench.folder, str(rounds)]))
    found: dict[str, float] = json.loads(done.text.splitlines()[-1])
    return [Row(f"open a {name}", seconds, goal_seconds=_GOAL) for name, seconds in found.items()]
