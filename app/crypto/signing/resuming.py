"""What of a batch was signed before it was interrupted: told by the files themselves, not by notes.

A program that was killed may have saved a signature and not have written that down. So a document
counts as signed where a signature of it lies under the name that a new one would get: whole, made
with this certificate, and over these very octets.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

from app.crypto.model import SignatureFormat, Verification
from app.crypto.opening import open_regular
from app.crypto.saving import numbered, usual_target
from app.crypto.verdict.facts import FileFormat, SignatureKind
from app.crypto.verdict.report import Integrity
from app.crypto.verifying.door import Verifying, VerifyOptions
from app.errors import RoscherkError
from app.tokens.model import Container

_PIECE = 1 << 20
_FORMATS = (SignatureFormat.CADES, SignatureFormat.PADES)


def signed_before(
    verifying: Verifying,
    sources: Sequence[Path],
    container: Container,
    folder: Callable[[Path], Path],
    *,
    jobs: int = 1,
) -> Mapping[Path, Path]:
    """Return which documents have a whole signature of this key already, and where it lies.

    ``folder``: where the result for a document would lie. Nothing is asked of the network.
    """
    found = list(_candidates(sources, container, folder))
    options = VerifyOptions(allow_practice=True, offline=True)
    now = datetime.now(UTC).replace(microsecond=0)
    pairs = [(target, source) for source, target in found]
    requests = verifying.requests(pairs, options, now, search=False)
    bound = [replace(each, bound=True) for each in requests]
    verified = verifying.verify_requests(bound, jobs=jobs)
    return {
        source: target
        for (source, target), each in zip(found, verified, strict=True)
        if _is_by(each, container) and _is_of(each, source)
    }


def _candidates(
    sources: Iterable[Path], container: Container, folder: Callable[[Path], Path]
) -> Iterable[tuple[Path, Path]]:
    """Yield what lies under the names that results get; of numbered names all that are taken."""
    for source in dict.fromkeys(sources):
        for format_ in _FORMATS:
            usual = usual_target(source, format_, practice=container.practice)
            names = numbered(folder(source) / usual.name)
            yield from ((source, each) for each in takewhile(_is_file, names))


def _is_file(path: Path) -> bool:
    """Tell whether a file lies there; a name that is too long for one is free, as it were."""
    try:
        return path.is_file()
    except OSError:
        return False


def _is_by(verification: Verification, container: Container) -> bool:
    """Tell whether this certificate signed it, and the document is unchanged since."""
    wanted = hashlib.sha256(container.certificate or b"").hexdigest()
    return any(
        each.kind is SignatureKind.SIGNATURE
        and each.integrity is Integrity.INTACT
        and each.signer is not None
        and each.signer.sha256.lower() == wanted
        for each in verification.report.signatures
    )


def _is_of(verification: Verification, source: Path) -> bool:
    """Tell whether these octets were signed: a PDF begins with them, a CMS knows their digest."""
    try:
        if verification.facts.format is FileFormat.PDF:
            return _begins_with(verification.facts.path, source)
        return verification.facts.content_sha256 == _sha256(source)
    except (OSError, RoscherkError):
        return False


def _sha256(path: Path) -> str:
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a raw file does


def _begins_with(path: Path, source: Path) -> bool:
    with open_regular(path) as longer, open_regular(source) as shorter:
        while piece := shorter.read(_PIECE):
            if longer.read(len(piece)) != piece:
                return False
    return True
