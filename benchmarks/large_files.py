"""A large file signed and verified detached with GOST, against `openssl cms` with the engine."""

from pathlib import Path

from benchmarks import openssl_peer, practice_profile
from benchmarks.hashing import write_large
from benchmarks.measuring import Bench, Row, Side, compare, run

_GOAL_RATIO = 1.05
_GOAL_MEMORY = 150_000_000


def measure(bench: Bench) -> list[Row]:
    """Sign and verify by turns with the peer, whole processes, memory included."""
    peer = openssl_peer.make_peer(bench.folder)
    profile = practice_profile.enter(bench.folder / "profile")
    content = write_large(bench.folder / "large.bin", bench.size)
    ours_file, peer_file = bench.folder / "ours.sig", bench.folder / "peer.sig"
    ours_sign = Side(
        profile.command(
            *("sign", content, "--key", profile.uri, "--password-stdin"),
            *("--format", "cades", "--detached", "--output", ours_file),
        ),
        stdin=profile.password + b"\n",
        output=ours_file,
    )
    ours_verify = Side(
        profile.command("verify", ours_file, "--content", content, "--allow-practice", "--json")
    )
    rows = []
    for title, ours_side, peer_side in (
        ("sign", ours_sign, peer.sign(content, peer_file)),
        ("verify", ours_verify, peer.verify(content, peer_file)),
    ):
        ours, theirs = compare(bench.rounds, ours_side, peer_side)
        rows.append(
            Row(
                f"{title} {bench.size} MB detached, vs openssl cms",
                ours.seconds,
                theirs.seconds,
                goal_ratio=_GOAL_RATIO,
                memory=ours.memory,
                goal_memory=_GOAL_MEMORY,
            )
        )
    _accepted_by_the_peer(peer, profile, bench)
    return rows


def _accepted_by_the_peer(
    peer: openssl_peer.OpenSslPeer, profile: practice_profile.PracticeProfile, bench: Bench
) -> None:
    """Let the other side verify our result: without that a ratio means nothing."""
    trust = profile.folder / "data" / "practice" / "trust"
    roots = bench.folder / "roots.pem"
    with roots.open("wb") as file:
        for certificate in sorted(trust.rglob("*.cer")) + sorted(trust.rglob("*.der")):
            command: list[str | Path] = [peer.program, "x509", "-inform", "DER", "-in", certificate]
            found = run(Side(command, good=frozenset({0, 1}))).text
            file.write(found.encode() if found.startswith("-----BEGIN CERT") else b"")
    side = peer.verify(bench.folder / "large.bin", bench.folder / "ours.sig")
    argv = [roots if part == peer.certificate else part for part in side.argv]
    run(Side(argv))
