"""Put the attack set before this program and its peers, and write ``docs/attacks.md``.

Run by ``nox -s attacks``; takes some minutes. Ends with 1 if this program called anything valid.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(HERE.parents[1]), str(HERE.parent)]

# ruff: noqa: E402 - the path is set before what lies on it is imported
from attacks import peers
from attacks.catalogue import Attack, attacks
from attacks.cms_forge import signer, usual
from attacks.judging import judge
from attacks.pdf_catalogue import Hostile, catalogue
from attacks.pdf_documents import plain
from attacks.peers import BEYOND, VALID, Asked, PyHanko
from attacks.signed_files import Form, Judge, sign, strict_trust
from attacks.xml_forgeries import FORGERIES
from stand_ins.pki import NOW, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.verdict.report import Indication

_INDICATIONS = (
    Indication.TOTAL_PASSED,
    Indication.INDETERMINATE,
    Indication.TOTAL_FAILED,
    Indication.NO_SIGNATURE,
)
PEERS = ("pdfsig", "pyHanko", "openssl cms")


@dataclass
class Row:
    """One hostile file and everybody's word on it."""

    family: str
    name: str
    ours: Indication
    told: dict[str, str] = field(default_factory=dict)


def cms_rows(folder: Path, pyhanko: PyHanko) -> Iterator[Row]:
    """Judge the signatures beside a document."""
    for number, case in enumerate(attacks()):
        place = folder / f"cms-{number}"
        place.mkdir()
        scene = case.made()
        row = Row(case.family, _title(case), judge(scene, place).verdict)
        row.told["openssl cms"] = peers.openssl_cms(scene, place)
        if not case.algorithm.is_gost:
            row.told["pyHanko"] = pyhanko.ask(
                Asked(
                    data=scene.signature,
                    content=scene.content,
                    pdf=False,
                    roots=scene.anchors,
                    crls=scene.crls,
                    at=scene.at.timestamp(),
                )
            )
        yield row


def pdf_rows(folder: Path, pyhanko: PyHanko) -> Iterator[Row]:
    """Judge the PDF files."""
    judges: dict[str, Judge] = {}
    for case in catalogue():
        pki = pki_of(case.algorithm)
        if case.algorithm not in judges:
            trust = strict_trust(pki, folder / f"trust-{case.algorithm}")
            judges[case.algorithm] = Judge(folder / f"{case.algorithm}.pdf", trust)
        data = case.build()
        row = Row(f"PDF: {case.family}", _title(case), judges[case.algorithm](data).verdict)
        if not case.algorithm.is_gost:
            row.told["pdfsig"] = peers.pdfsig(judges[case.algorithm].file)
            asked = Asked(
                data=data,
                content=None,
                pdf=True,
                roots=(pki.root,),
                crls=pki.crls,
                at=NOW.timestamp(),
            )
            row.told["pyHanko"] = pyhanko.ask(asked)
        yield row


def control(folder: Path, pyhanko: PyHanko) -> list[str]:
    """Return the peers that refuse an honest file: their answers would be worth nothing."""
    pki = pki_of(KeyAlgorithm.RSA)
    scene = usual(pki, signer(pki))
    signed = sign(Form.PADES, KeyAlgorithm.RSA, folder, plain())
    (folder / "honest.pdf").write_bytes(signed.data)
    asked = Asked(
        data=scene.signature,
        content=scene.content,
        pdf=False,
        roots=(pki.root,),
        crls=pki.crls,
        at=NOW.timestamp(),
    )
    told = {
        "openssl cms": peers.openssl_cms(scene, folder),
        "pdfsig": peers.pdfsig(folder / "honest.pdf"),
        "pyHanko": pyhanko.ask(asked),
        "pyHanko for PDF": pyhanko.ask(replace(asked, data=signed.data, pdf=True)),
    }
    return [f"{name}: {word}" for name, word in told.items() if word not in {VALID, BEYOND}]


def xml_rows(folder: Path) -> Iterator[Row]:
    """Judge powers of attorney and lists of authorities."""
    for number, forgery in enumerate(FORGERIES):
        place = folder / f"xml-{number}"
        place.mkdir()
        yield Row(forgery.family, forgery.name, forgery.verdict(place))


def _title(case: Attack | Hostile) -> str:
    return f"{case.name} ({case.algorithm})"


_HEAD = """# The attack set

Hostile files that this program makes with keys of its own, and what is said of them. This page is
written by `nox -s attacks` and by nobody's hand; the ordinary suite (`tests/attacks`) holds every
file to the verdict that is written for it.

`valid` means that all signatures of a file were called good, under the same trusted root and the same
revocation lists, at the same moment. A peer that cannot judge a kind of file (pdfsig and pyHanko have
no GOST, none but this program reads powers of attorney) is asked about none of it. pdfsig is asked
about the signatures only, as its users do. What makes a file hostile is not always what a peer means
to look at; the table below says why we do.
"""

_WHY = """## Where a peer says valid, and why we do not

| peer | files | why |
| --- | --- | --- |
| pdfsig | changed PDFs | it checks each signature over its own byte range and adds "Not total document signed"; whether what was added may be there is left to the reader (PDF-11, PDF-12) |
| pyHanko | changed PDFs | fields and notes drawn over signed content count as filling in a form that nobody permitted; what stands behind the last end mark is not looked at (PDF-02, PDF-11, PDF-15) |
| pyHanko, openssl | attributes as content; bare over a structure | a signature without signed attributes is taken over whatever content there is, also over a set of signed attributes (CMS-05, CMS-06) |
| pyHanko, openssl | attributes twice, other types of content, a digest that the head does not list, protection that names other algorithms | they do not look at these rules (CMS-08, CMS-12, CMS-14) |
| openssl | another or an unknown signature algorithm, parameters, an octet more behind a GOST value | the key alone decides how a value is checked; this program wants the name to be true (CMS-12, CMS-13, GST-02) |
| openssl | exponent of 1, 1,024 bits, the curve for tests | its default level of security lets them through; for this program they prove nothing (CMS-13, GST-05) |
| pyHanko | neutral point of Ed25519, another trailer of PSS | the mathematics fits, and under such a key one value fits every document |
| pyHanko, openssl | twelve authorities above each other | no rule forbids them; this program stops at ten, so that nobody makes it search for ever (X-05): the verdict is INDETERMINATE and says so |
| pyHanko, openssl | persons whose certificate is for something else | they were asked for any purpose, as Russian certificates need it; this program knows which purposes sign no documents (X-10) |
| pyHanko | extensions twice, another algorithm inside than outside | it takes the first, and the outer one (X-03) |
| openssl | policy demanded by an authority | policies are only checked for who asks for them (X-01) |
| pyHanko, openssl | revoked by changes, by a list inside the file, by a newer list than the file brings; a list of last winter that names no end | delta lists and lists inside the file are not looked at, or the list of the file is preferred to the newer one (R-01, R-09) |
| pyHanko, openssl | forged counter-signatures | unsigned attributes are not looked at, so that a forged one is as good as none; this program shows each one, and the worst decides for the file (CMS-04, CAD-07) |
| pyHanko | a token shown as a signature; another document beside; two documents inside | it was asked about what is inside and does not compare (CMS-11, X-10) |
| openssl | octets behind the structure; 10,000 signers | it stops reading at the end of the structure, and checks all of them (CMS-02) |
"""


def page(rows: Sequence[Row]) -> str:
    """Write the page."""
    lines = [_HEAD, _versions(), "", "## By class", ""]
    head = ["class", "files", *(one.value for one in _INDICATIONS), *PEERS]
    lines += [_line(head), _line(["---", *["---:"] * (len(head) - 1)])]
    families = dict.fromkeys(row.family for row in rows)
    lines += [
        _line(_counts(name, [row for row in rows if row.family == name])) for name in families
    ]
    lines += [_line(_counts("**all**", rows)), ""]
    lines.append(
        "The columns of the peers: how many they call valid, of how many they were asked about."
    )
    lines += ["", "## Called valid by", ""]
    passed = sum(row.ours is Indication.TOTAL_PASSED for row in rows)
    lines.append(f"- Росчерк: {passed} of {len(rows)}")
    lines += [f"- {name}: {_of(rows, name)}" for name in PEERS]
    broken = [f"{name} {_broken(rows, name)}" for name in PEERS]
    lines.append(f"- ended without any verdict, by an exception or a crash: {', '.join(broken)}")
    lines += ["", _WHY, "## The files that a peer calls valid", ""]
    lines += list(_lists(rows))
    return "\n".join(lines) + "\n"


def _lists(rows: Sequence[Row]) -> Iterator[str]:
    for name in PEERS:
        found = [f"{row.family}: {row.name}" for row in rows if row.told.get(name) == VALID]
        if found:
            yield f"### {name}\n"
            yield from (f"- {one}" for one in found)
            yield ""


def _counts(name: str, rows: Sequence[Row]) -> list[str]:
    ours = Counter(row.ours for row in rows)
    told = [_of(rows, peer) for peer in PEERS]
    return [name, str(len(rows)), *(str(ours[one]) for one in _INDICATIONS), *told]


def _of(rows: Sequence[Row], peer: str) -> str:
    words = [row.told[peer] for row in rows if row.told.get(peer, BEYOND) != BEYOND]
    return f"{words.count(VALID)} of {len(words)}" if words else "—"


def _broken(rows: Sequence[Row], peer: str) -> int:
    return sum(row.told.get(peer) in {peers.BROKE, peers.HUNG} for row in rows)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _versions() -> str:
    said = subprocess.run(["pdfsig", "-v"], capture_output=True, check=False, text=True).stderr
    poppler = next((word for word in said.split() if word[:1].isdigit()), "?")
    ssl = subprocess.run(["openssl", "version"], capture_output=True, check=False, text=True).stdout
    hanko = version("pyhanko")
    return f"Peers: pdfsig (poppler) {poppler}, pyHanko {hanko}, {' '.join(ssl.split()[:2])}."


def main() -> int:
    """Judge everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "attacks.md")
    options = parser.parse_args()
    pyhanko = PyHanko()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if unfit := control(place, pyhanko):
            sys.stdout.write(f"a peer refuses an honest file: {unfit}\n")
            return 1
        rows = [*pdf_rows(place, pyhanko), *cms_rows(place, pyhanko), *xml_rows(place)]
    pyhanko.close()
    options.output.write_text(page(rows), encoding="utf-8")
    passed = [row for row in rows if row.ours is Indication.TOTAL_PASSED]
    for row in passed:
        sys.stdout.write(f"called valid: {row.family}: {row.name}\n")
    sys.stdout.write(f"{options.output}: {len(rows)} files, {len(passed)} called valid\n")
    return 1 if passed else 0


if __name__ == "__main__":
    sys.exit(main())
