"""The door of editing over workers in the test's own process, and files with several signatures."""

import io
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from signing_lab import WHEN, InlineWorkers, LabKey, OneKey
from stand_ins import openssl
from stand_ins.pki import Pki, make_pki

from app.algorithms.names import KeyAlgorithm
from app.crypto import methods
from app.crypto.cms.checking import check_cms
from app.crypto.cms.reading import open_cms, read_content
from app.crypto.cms.structure import SignedData
from app.crypto.editing import tasks as editing_tasks
from app.crypto.editing.door import Editing
from app.crypto.model import SignedFile, SigningAct, SignRequest
from app.crypto.signing.door import Signing
from app.crypto.verdict.facts import SignatureFacts
from app.processes import wire
from app.processes.method import Method
from app.processes.serving import Context

FOUR = (
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
)
_HANDLERS = {
    methods.SIGNATURE_CONVERT.name: editing_tasks.convert,
    methods.SIGNATURE_EXTRACT.name: editing_tasks.extract,
    methods.SIGNATURE_MERGE.name: editing_tasks.merge,
    methods.SIGNATURE_REMOVE.name: editing_tasks.remove,
    methods.SIGNATURE_SPLIT.name: editing_tasks.split,
}


class _Workers:
    """A pool without processes; request and answer go through the wire."""

    def run(self, method: Method[Any, Any], request: Any, **_: Any) -> Any:
        """Run the handler."""
        sent = wire.decode(wire.encode(request), method.request)
        with io.FileIO(os.devnull, "w") as sink:
            answer = _HANDLERS[method.name](sent, Context(sink, None))
        return wire.decode(wire.encode(answer), method.answer)


@cache
def party(algorithm: KeyAlgorithm) -> Pki:
    """Return the infrastructure of one party: no serial number of it is another's too.

    The referee takes the first certificate of a name and number; we take the one that is meant.
    """
    pki = make_pki(algorithm)
    pki.ca_issuer.serials = 1000 * (1 + list(KeyAlgorithm).index(algorithm))
    pki.leaf = pki.issue()
    return pki


def door() -> Editing:
    """Return the door."""
    return Editing(_Workers())  # type: ignore[arg-type]


def sign(source: Path, algorithm: KeyAlgorithm, pki: Pki | None = None, **changes: Any) -> Path:
    """Sign through the door with the person of some infrastructure; return the new file."""
    return signed(source, algorithm, pki, **changes).target


def signed(
    source: Path, algorithm: KeyAlgorithm, pki: Pki | None = None, **changes: Any
) -> SignedFile:
    """Sign through the door; return what it tells."""
    pki = pki or party(algorithm)
    request = SignRequest(source=source, container=pki.container, signing_time=WHEN)
    signing = Signing(InlineWorkers(), OneKey(LabKey(pki)))  # type: ignore[arg-type]
    return signing.sign(replace(request, **changes))


def co_sign(source: Path, algorithm: KeyAlgorithm, **changes: Any) -> Path:
    """Add a signer."""
    return sign(source, algorithm, act=SigningAct.CO_SIGN, **changes)


def counter_sign(source: Path, algorithm: KeyAlgorithm, number: int, **changes: Any) -> Path:
    """Sign over a signature."""
    act = SigningAct.COUNTER_SIGN
    return sign(source, algorithm, act=act, countersigned=number, **changes)


def read(path: Path, document: Path | None = None) -> tuple[SignedData, tuple[SignatureFacts, ...]]:
    """Read and check a file; ``document``: of a detached signature."""
    found = open_cms(path)
    content = None if document is None else read_content(document, found.needed_digests)
    return found, check_cms(found, content)


def sound(path: Path, document: Path | None = None) -> list[bool]:
    """Tell of each signature whether nothing at all speaks against it."""
    return [
        bool(facts.signature_verifies and facts.digest_matches)
        and not facts.format_problems
        and not facts.constraint_problems
        for facts in read(path, document)[1]
    ]


def objection(
    path: Path, document: Path | None, roots: Sequence[bytes | Path], *, form: str = "DER"
) -> str:
    """Let the referee verify all signers of a file; return its words if it refuses.

    Roots are in DER, or files in PEM.
    """
    openssl.demand()
    anchors = path.with_name("referee-roots.pem")
    texts = []
    for number, root in enumerate(dict.fromkeys(roots)):
        if isinstance(root, Path):
            texts.append(root.read_bytes())
            continue
        der = path.with_name(f"referee-root-{number}.der")
        der.write_bytes(root)
        texts.append(openssl.succeed("x509", "-engine", "gost", "-inform", "DER", "-in", der))
    anchors.write_bytes(b"".join(texts))
    out = path.with_name("referee-content")
    done = openssl.openssl(
        "cms", "-verify", "-engine", "gost", "-binary", "-inform", form, "-in", path,
        *(() if document is None else ("-content", document)),
        "-CAfile", anchors, "-purpose", "any", "-out", out,
    )  # fmt: skip
    return done.stderr.decode("utf-8", "replace") if done.returncode else ""
