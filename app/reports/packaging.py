"""The package for an expert: all that a verdict rests on, in one file, checkable without this program.

Originals are copied octet by octet and held against the digests of the check. The file is read
again before it gets its name. Nothing is ever overwritten.
"""

import base64
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, cast

from app import __version__
from app.algorithms import der
from app.crypto.gathering.door import Gathering, chain_certificates
from app.crypto.gathering.model import EmbeddedSignature, Gathered
from app.crypto.opening import open_regular, path_fact
from app.crypto.saving import AtomicFile
from app.crypto.verdict.facts import FileFacts
from app.crypto.verdict.report_json import to_json
from app.crypto.verifying.door import Checked, VerifyOptions
from app.crypto.verifying.replay_door import stored_facts
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.reports.dossier import Dossier, dossier_to_json
from app.reports.input_files import paths_of
from app.reports.package_file import CHUNK, DOSSIER, PackageWriter, chunks_of
from app.reports.package_names import Names, safe_name
from app.reports.package_readme import Listed, Signed, readme
from app.reports.printing import Form, PackageChecked, PaperKind, Printing
from app.values import dataclass

README = "README.txt"
_BASIC_RESPONSE = "1.3.6.1.5.5.7.48.1.1"


@dataclass(frozen=True)
class _Part:
    """What was gathered for one file of the report."""

    facts: FileFacts
    gathered: Gathered


class Packaging:
    """Makes packages and looks at them. Calls wait: use a thread."""

    def __init__(self, printing: Printing, gathering: Gathering) -> None:
        self._printing = printing
        self._gathering = gathering

    def save(self, checked: Checked, target: Path, cancel: Cancel | None = None) -> None:
        """Write the package of a check to a new file.

        Raises ``FILE_CHANGED`` where a file is not what was checked, ``TARGET_EXISTS``, the errors
        of reading and writing.
        """
        parts = [
            _Part(each.facts, self._gather(each.facts, checked.options, cancel))
            for each in checked.verifications
        ]
        dossier = self._printing.dossier(checked)
        with AtomicFile.create(target.absolute().parent) as file:
            with PackageWriter(cast(IO[bytes], file.file)) as writer:
                _Packing(writer, dossier, parts).all(self._papers(checked, dossier))
            file.flush()
            found = self._printing.check_package(file.path)
            if found.damaged or not found.replayed:
                raise RoscherkError(ErrorCode.TARGET_UNWRITABLE, path=path_fact(target))
            file.publish(target, numbers=False)

    def check(self, package: Path) -> PackageChecked:
        """Hold a package against its manifest, and its report against its facts."""
        return self._printing.check_package(package)

    def _gather(self, facts: FileFacts, options: VerifyOptions, cancel: Cancel | None) -> Gathered:
        """Gather for one file; one that cannot be read has nothing but itself."""
        if not facts.signatures:
            return Gathered()
        return self._gathering.gather(facts, options, cancel)

    def _papers(self, checked: Checked, dossier: Dossier) -> Iterator[tuple[str, bytes]]:
        yield "protocol.pdf", self._printing.paper(PaperKind.PROTOCOL, Form.PDF, dossier)
        yield "protocol.html", self._printing.paper(PaperKind.PROTOCOL, Form.HTML, dossier)
        yield "expertise.pdf", self._printing.paper(PaperKind.EXPERTISE, Form.PDF, dossier)
        yield "report.json", to_json(dossier.report)
        yield "facts.json", stored_facts(checked, checked.options)
        yield DOSSIER, dossier_to_json(dossier)


class _Packing:
    """Puts the parts of one package in their places."""

    def __init__(self, writer: PackageWriter, dossier: Dossier, parts: list[_Part]) -> None:
        self._writer = writer
        self._dossier = dossier
        self._parts = parts
        self._names = Names()

    def all(self, papers: Iterable[tuple[str, bytes]]) -> None:
        signed = [
            each for number, part in enumerate(self._parts, 1) for each in self._one(number, part)
        ]
        listed = self._evidence()
        for path, content in papers:
            self._writer.add(path, content)
        words = readme(self._dossier, signed, listed)
        self._writer.add(README, words.replace("\n", "\r\n").encode("utf-8-sig"))
        self._writer.finish(f"roscherk {__version__}")

    def _one(self, number: int, part: _Part) -> Iterator[Signed]:
        """Copy the files of one check; say how each signature can be checked by hand."""
        folder = f"documents/{number:03d}"
        copies = []
        inputs = self._dossier.inputs[number - 1]
        for (_role, path, _known), one in zip(paths_of(part.facts), inputs, strict=True):
            copies.append(self._copy(folder, path, one.sha256))
        if part.gathered.embedded:
            for place, each in enumerate(part.gathered.embedded, 1):
                yield self._embedded(f"signatures/{number:03d}-{place:02d}", part.facts.path, each)
        elif part.facts.signatures:
            content = copies[1] if len(copies) > 1 else None
            yield Signed(signature=copies[0], content=content, form=_form(part.facts.path))

    def _copy(self, folder: str, path: Path, expected: str | None) -> str:
        """Copy an original; it must be what was checked, to the last octet."""
        name = self._names.give(folder, safe_name(str(path)))
        with closing(open_regular(path)) as file:
            entry = self._writer.add_stream(name, chunks_of(file))
        if entry.sha256 != expected:
            raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(path))
        return name

    def _embedded(self, stem: str, path: Path, one: EmbeddedSignature) -> Signed:
        """Take a signature out of a PDF, together with the octets that it is over."""
        if one.time_stamp:
            self._writer.add(f"{stem}.tst", one.cms)
        else:
            self._writer.add(f"{stem}.p7s", one.cms)
        content = f"{stem}.content"
        with closing(open_regular(path)) as file:
            self._writer.add_stream(content, _covered(file, one.ranges))
        signature = f"{stem}.tst" if one.time_stamp else f"{stem}.p7s"
        return Signed(signature=signature, content=content, form="DER", time_stamp=one.time_stamp)

    def _evidence(self) -> Listed:
        """Write certificates, lists, answers and time-stamps, one file each, and bundles in PEM."""
        signatures = [one for part in self._parts for one in part.facts.signatures]
        certificates = chain_certificates(signatures)
        gathered = [part.gathered for part in self._parts]
        crls = _each_once(one.crls for one in gathered)
        self._many("certificates", "cer", certificates)
        self._many("crl", "crl", crls)
        self._many("ocsp", "der", [_response(one) for one in _each_once(g.ocsp for g in gathered)])
        self._many("timestamps", "tst", _each_once(one.tokens for one in gathered))
        roots = [
            link.certificate.der
            for one in signatures
            if one.chain is not None
            for link in one.chain.links
            if link.anchor
        ]
        for path, label, blocks in (
            ("certificates/roots.pem", "CERTIFICATE", tuple(dict.fromkeys(roots))),
            ("certificates/all.pem", "CERTIFICATE", certificates),
            ("crl/all.pem", "X509 CRL", crls),
        ):
            if blocks:
                self._writer.add(path, _pem(label, blocks))
        return Listed(
            roots=bool(roots),
            certificates=bool(certificates),
            crls=bool(crls),
            ocsp=any(one.ocsp for one in gathered),
            time_stamps=any(one.tokens for one in gathered),
            left_out=sum(one.left_out for one in gathered),
        )

    def _many(self, folder: str, suffix: str, pieces: Iterable[bytes]) -> None:
        for number, content in enumerate(pieces, 1):
            self._writer.add(f"{folder}/{number:03d}.{suffix}", content)


def _each_once(groups: Iterable[tuple[bytes, ...]]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))


def _covered(file: IO[bytes], ranges: tuple[tuple[int, int], ...]) -> Iterator[bytes]:
    """Yield the covered octets of a file."""
    for start, length in ranges:
        file.seek(start)
        left = length
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _form(path: Path) -> str:
    """Tell in which form a signature file stands: DER, PEM, or base64 without a head."""
    with closing(open_regular(path)) as file:
        head = file.read(64).lstrip()
    if head[:1] == b"\x30":
        return "DER"
    return "PEM" if head.startswith(b"-----BEGIN") else "BASE64"


def _pem(label: str, blocks: Iterable[bytes]) -> bytes:
    """Write several blocks as PEM (RFC 7468)."""
    lines: list[str] = []
    for block in blocks:
        body = textwrap.wrap(base64.b64encode(block).decode("ascii"), 64)
        lines += [f"-----BEGIN {label}-----", *body, f"-----END {label}-----"]
    return "\n".join((*lines, "")).encode("ascii")


def _response(basic: bytes) -> bytes:
    """Wrap a BasicOCSPResponse into the OCSPResponse that programs read (RFC 6960 §4.2.1)."""
    inner = der.sequence(der.oid(_BASIC_RESPONSE), der.element(der.OCTET_STRING, basic))
    return der.sequence(der.element(0x0A, b"\0"), der.element(0xA0, inner))
