"""A large document inside its signature: signed, verified, co-signed, taken out, converted.

`python -m benchmarks attached --size 10000` does it with 10 GB; three times that must be free.
"""

from pathlib import Path

from benchmarks import openssl_peer, practice_profile
from benchmarks.hashing import write_large
from benchmarks.measuring import Bench, Missing, Row, Side, compare, run

_GOAL_MEMORY = 200_000_000


def measure(bench: Bench) -> list[Row]:
    """Measure each step once more than the peer can do it; compare what came out with what went in."""
    peer = openssl_peer.make_peer(bench.folder)
    profile = practice_profile.enter(bench.folder / "profile")
    content = write_large(bench.folder / "large.bin", bench.size)
    one, theirs = bench.folder / "one.sig", bench.folder / "theirs.sig"
    two, out = bench.folder / "two.sig", bench.folder / "out.bin"
    thin = bench.folder / "thin.sig"
    key = ("--key", profile.uri, "--password-stdin")
    signing = Side(
        profile.command("sign", content, *key, "--format", "cades", "--attached", "--output", one),
        stdin=profile.password + b"\n",
        output=one,
    )
    ours, openssl = compare(bench.rounds, signing, _peer_signs(peer, content, theirs))
    rows = [
        _row("sign attached, vs openssl cms", bench, ours.seconds, ours.memory, openssl.seconds)
    ]
    theirs.unlink()
    steps = (
        ("verify attached", Side(profile.command("verify", one, "--allow-practice"))),
        (
            "co-sign attached",
            Side(
                profile.command("sign", one, *key, "--co-sign", "--output", two),
                stdin=profile.password + b"\n",
                output=two,
            ),
        ),
        (
            "extract",
            Side(profile.command("signature", "extract", one, "--output", out), output=out),
        ),
        (
            "attached to detached",
            Side(
                profile.command("signature", "convert", "--detached", one, "--output", thin),
                output=thin,
            ),
        ),
    )
    for title, side in steps:
        (done,) = compare(bench.rounds, side)
        rows.append(_row(title, bench, done.seconds, done.memory))
    _same(content, out)
    one.unlink()
    out.unlink()
    inside = Side(
        profile.command(
            *("signature", "convert", "--attached", thin),
            *("--content", content, "--output", one),
        ),
        output=one,
    )
    (done,) = compare(bench.rounds, inside)
    rows.append(_row("detached to attached", bench, done.seconds, done.memory))
    return rows


def _peer_signs(peer: openssl_peer.OpenSslPeer, content: Path, target: Path) -> Side:
    side = peer.sign(content, target)
    return Side([*side.argv, "-nodetach", "-stream"], output=target)


def _row(title: str, bench: Bench, seconds: float, memory: int, peer: float | None = None) -> Row:
    what = f"{title}, {bench.size} MB"
    return Row(what, seconds, peer, memory=memory, goal_memory=_GOAL_MEMORY)


def _same(content: Path, extracted: Path) -> None:
    """Hold what was taken out against what went in."""
    done = run(Side(["cmp", content, extracted], good=frozenset({0, 1})))
    if done.text:
        raise Missing(f"the document changed on its way: {done.text}")
