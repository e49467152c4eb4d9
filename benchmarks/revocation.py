"""A revocation list of a million entries, looked into by a warm worker, against `openssl verify`."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.building import CertificateSpec, CrlSpec, NamePart, RevokedEntry
from app.crypto.certificates.issuing import EphemeralKey, key_id
from app.crypto.certificates.names import COMMON_NAME
from benchmarks.measuring import Bench, Row, Side, compare, run

_ENTRIES = 1_000_000
_GOAL, _AGAIN, _MEMORY = 1.5, 0.05, 450 << 20

_OURS = """
import sys, time
from pathlib import Path
from app.composition import build
from app.crypto.verdict.facts import RevocationStatus
from app.places import Places

profile, root, leaf, lists = map(Path, sys.argv[1:])
if __name__ == '__main__':
    with build(Places.under(profile), jobs=1) as services:
        der = leaf.read_bytes()
        services.certificates.chain(der)
        for _ in range(2):
            begin = time.perf_counter()
            chain = services.certificates.chain(der, anchors=[root], crls=[lists])
            print(time.perf_counter() - begin)
            if chain.links[0].revocation.status is not RevocationStatus.GOOD:
                sys.exit(chain.links[0].revocation.status)
"""


def measure(bench: Bench) -> list[Row]:
    """Ask for one certificate twice: of a list just come, and of the same list again."""
    folder = bench.folder
    root, leaf, lists = _make(folder)
    for path, kind in ((root, "x509"), (leaf, "x509"), (lists, "crl")):
        run(
            Side(["openssl", kind, "-inform", "DER", "-in", path, "-out", path.with_suffix(".pem")])
        )
    theirs = Side(
        [
            *("openssl", "verify", "-CAfile", root.with_suffix(".pem")),
            *("-CRLfile", lists.with_suffix(".pem"), "-crl_check", leaf.with_suffix(".pem")),
        ]
    )
    (peer,) = compare(bench.rounds, theirs)
    side = Side([sys.executable, "-c", _OURS, folder / "profile", root, leaf, lists])
    ours = [run(side) for _ in range(bench.rounds)]
    first, again = zip(*([float(line) for line in done.text.split()] for done in ours), strict=True)
    memory = max(done.memory for done in ours)
    return [
        Row(
            "a CRL of a million entries, warm worker, vs openssl verify",
            min(first),
            peer.seconds,
            goal_seconds=_GOAL,
            memory=memory,
            goal_memory=_MEMORY,
        ),
        Row("the same CRL again", min(again), peer.seconds, goal_seconds=_AGAIN),
    ]


def _make(folder: Path) -> tuple[Path, Path, Path]:
    """Make a root, a certificate under it and a list that names a million others."""
    key, person = (EphemeralKey.generate(KeyAlgorithm.ECDSA_P256) for _ in range(2))
    name = build.encode_name([NamePart(COMMON_NAME, "Benchmark")])
    now = datetime.now(UTC).replace(microsecond=0)
    identified = build.authority_key_id(key_id(key.public))
    algorithm = build.signature_algorithm(key.algorithm)

    def certificate(public: bytes, serial: int, subject: bytes, *, ca: bool) -> bytes:
        usage = ("keyCertSign", "cRLSign") if ca else ("digitalSignature",)
        spec = CertificateSpec(
            serial=serial,
            subject=subject,
            issuer=name,
            public_key=public,
            not_before=now - timedelta(days=1),
            not_after=now + timedelta(days=300),
            signature_algorithm=algorithm,
            extensions=(
                build.basic_constraints(ca=ca),
                build.key_usage(*usage),
                build.subject_key_id(key_id(public)),
                identified,
            ),
        )
        return build.build_certificate(spec, key.sign)

    revoked = (
        RevokedEntry(serial=(1 << 120) + 7919 * number, at=now - timedelta(days=2), reason=5)
        for number in range(_ENTRIES)
    )
    crl = CrlSpec(
        issuer=name,
        this_update=now - timedelta(minutes=1),
        next_update=now + timedelta(days=7),
        number=1,
        signature_algorithm=algorithm,
        revoked=tuple(revoked),
        extensions=(identified,),
    )
    somebody = build.encode_name([NamePart(COMMON_NAME, "Somebody")])
    made = {
        "root.der": certificate(key.public, 1 << 64, name, ca=True),
        "leaf.der": certificate(person.public, 1 << 65, somebody, ca=False),
        "list.der": build.build_crl(crl, key.sign),
    }
    for each, data in made.items():
        (folder / each).write_bytes(data)
    root, leaf, lists = (folder / each for each in made)
    return root, leaf, lists
