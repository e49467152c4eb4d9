"""How long a command takes from start to end on small files."""

import sys

from benchmarks import openssl_peer, practice_profile
from benchmarks.measuring import Bench, Row, Side, compare, need, run

_GOAL = 0.8


def measure(bench: Bench) -> list[Row]:
    """`roscherk verify FILE` as a whole process, against the peers that check the same kind."""
    demo = bench.folder / "demo"
    profile = practice_profile.enter(bench.folder / "profile")
    run(Side(profile.command("demo", demo)))
    (pdf,) = sorted(demo.glob("*.pdf"))[-1:]
    (signature,) = sorted(demo.glob("*.sig"))[:1]
    document = bench.folder / "document.txt"
    document.write_text("document\n", encoding="utf-8")
    peer = openssl_peer.make_peer(bench.folder)
    theirs = bench.folder / "theirs.sig"
    run(peer.sign(document, theirs))
    rounds = 3 * bench.rounds
    bare, cms, pdf_ours, openssl, pdfsig = compare(
        rounds,
        Side([sys.executable, "-c", ""]),
        Side(profile.command("verify", signature, "--allow-practice", "--json")),
        Side(profile.command("verify", pdf, "--allow-practice", "--json")),
        peer.verify(document, theirs),
        Side([need("pdfsig"), pdf], good=frozenset(range(5))),
    )
    return [
        Row("start and end of Python itself", bare.seconds),
        Row(
            "verify a .sig of 1 signer, vs openssl cms",
            cms.seconds,
            openssl.seconds,
            goal_seconds=_GOAL,
            memory=cms.memory,
        ),
        Row(
            "verify a signed PDF, vs pdfsig",
            pdf_ours.seconds,
            pdfsig.seconds,
            goal_seconds=_GOAL,
            memory=pdf_ours.memory,
        ),
    ]
