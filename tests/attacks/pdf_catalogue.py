"""The catalogue of hostile PDF files: a name, what makes it, and what the verdict must be.

Every entry is made with our own keys, one set for each algorithm. None may be TOTAL_PASSED.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from attacks import pdf_forgeries as forge
from attacks.pdf_certified import CERTIFIED
from attacks.pdf_documents import plain
from attacks.pdf_shadows import SHADOWS, Shadow
from attacks.pdf_structures import STRUCTURES
from attacks.pdf_universal import UNIVERSAL
from attacks.raw_signing import raw_signed
from stand_ins.pki import Pki, pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.verdict.report import Indication, SubIndication

ALGORITHMS = (KeyAlgorithm.RSA, KeyAlgorithm.GOST_256)

Verdict = tuple[Indication, SubIndication | None]
FORMAT: Verdict = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
HASH: Verdict = (Indication.TOTAL_FAILED, SubIndication.HASH_FAILURE)
DAMAGED: Verdict = (Indication.TOTAL_FAILED, None)
"""The file as a whole cannot be read."""
CONSTRAINTS: Verdict = (Indication.INDETERMINATE, SubIndication.SIG_CONSTRAINTS_FAILURE)
UNSUPPORTED: Verdict = (Indication.INDETERMINATE, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
GONE: Verdict = (Indication.NO_SIGNATURE, None)


@dataclass(frozen=True)
class Hostile:
    """One hostile file."""

    family: str
    name: str
    algorithm: KeyAlgorithm
    build: Callable[[], bytes]
    expected: frozenset[Verdict]
    """Any of these; where readers may rightly give up, DAMAGED is one of them."""


def catalogue() -> Iterator[Hostile]:
    """Yield every hostile PDF, for each algorithm."""
    for algorithm in ALGORITHMS:
        pki = pki_of(algorithm)
        for name, change in UNIVERSAL.items():
            expected = EXPECTED.get(name, _UNIVERSAL)
            yield Hostile("universal forgery", name, algorithm, _signed(pki, change), expected)
        for family, builds in (("structure", STRUCTURES), ("certification", CERTIFIED)):
            for name, build in builds.items():
                expected = EXPECTED.get(name, _USUAL[family])
                yield Hostile(family, name, algorithm, _by(build, pki), expected)
        for name, shadow in SHADOWS.items():
            for what, change in shadow.changes.items():
                made = _shadow(shadow, pki, change)
                title = f"{name}: {what}"
                yield Hostile("shadow", title, algorithm, made, EXPECTED.get(title, _CHANGED))


def _signed(pki: Pki, change: forge.Forge) -> Callable[[], bytes]:
    return lambda: change(_by_the_program(pki.algorithm))


@cache
def _by_the_program(algorithm: KeyAlgorithm) -> bytes:
    """Return a document signed by the program itself."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / "source.pdf"
        source.write_bytes(plain())
        return sign_pdf(source, pki_of(algorithm), stamp=False).target.read_bytes()


def _by(build: Callable[[Pki], bytes], pki: Pki) -> Callable[[], bytes]:
    return lambda: build(pki)


def _shadow(shadow: Shadow, pki: Pki, change: forge.Forge) -> Callable[[], bytes]:
    return lambda: change(raw_signed(shadow.prepare(), pki))


_UNIVERSAL = frozenset({FORMAT, DAMAGED})
_CHANGED = frozenset({CONSTRAINTS})
_USUAL = {"structure": _CHANGED, "certification": _CHANGED}
_FORMAT = frozenset({FORMAT})
_HASH = frozenset({HASH})
_DAMAGED = frozenset({DAMAGED})
_GONE = frozenset({GONE})
_UNKNOWN_KIND = frozenset({UNSUPPORTED})

_FORBIDDEN_BY_1_AND_2 = tuple(
    f"evil note {kind} P={allowed}"
    for kind in ("FreeText", "Stamp", "Square", "Redact", "Ink")
    for allowed in (1, 2)
)
_FORBIDDEN_BY_1 = (
    *(f"sneaky mark {what} P=1" for what in ("white", "other sum", "noughts behind", "strike-out")),
    *(f"form {what} another sum P=1" for what in ("shows", "says")),
    "form shows nothing P=1",
    "form filled P=1",
    "signed although forbidden",
)
EXPECTED: dict[str, frozenset[Verdict]] = {
    # whatever nobody signed is another document
    **dict.fromkeys(("range of nothing", "sum changed in place"), _HASH),
    "signature of another document": _HASH,
    "kind adbe.pkcs7.sha1 over something else": _HASH,
    # the structure contradicts itself
    **dict.fromkeys(
        (
            "wrapped",
            "update: change reason",
            "update: add page",
            "update: time stamp of nobody",
            "kind time-stamp",
            "content enclosed",
            "two signers",
            "no signer",
            "deep nesting for a CMS",
            "empty CMS",
            "certified late",
            "certified twice",
            "permission loosened",
            *(f"page added P={allowed}" for allowed in (1, 2, 3)),
        ),
        _FORMAT,
    ),
    **dict.fromkeys(_FORBIDDEN_BY_1_AND_2, _FORMAT),
    **dict.fromkeys(_FORBIDDEN_BY_1, _FORMAT),
    # what no reader can be sure of
    **dict.fromkeys(
        (
            "appended object and end mark",
            "appended end mark",
            "appended much",
            "prefix before the file",
            "trailer only",
            "trap: deep fields",
            "trap: loop of tables",
            "trap: huge table",
        ),
        _DAMAGED,
    ),
    # the signature is out of sight
    **dict.fromkeys(
        (
            "update: remove form",
            "update: clear signature",
            "trap: loop of pages",
            "trap: loop of fields",
            "trap: deep array",
            "encryption said afterwards",
            "hide and replace by pages: other catalog",
        ),
        _GONE,
    ),
    **dict.fromkeys(
        ("kind adbe.pkcs7.sha1", "kind adbe.x509.rsa_sha1", "kind unknown", "kind none"),
        _UNKNOWN_KIND,
    ),
}
