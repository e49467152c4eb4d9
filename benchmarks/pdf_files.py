"""Large PDFs signed and verified with RSA, against pyHanko's own command line and `pdfsig`."""

import os
import zlib
from pathlib import Path

from benchmarks.authority import PASSWORD, Authority
from benchmarks.measuring import Bench, Row, Side, compare, need, program, run

_MEGABYTES = 50
_GOAL_SIGN = 1.3
_GOAL_VERIFY = 1.0
_LARGE_MEGABYTES = 500
_LARGE_MEMORY = 150_000_000
_PIECE = 1 << 20


def measure(bench: Bench) -> list[Row]:
    """Whole processes by turns; then one PDF so large that memory tells how it is handled."""
    authority = Authority.make(bench.folder / "rsa", "RSA")
    pfx = authority.pfx(authority.signer())
    size = min(_MEGABYTES, max(1, bench.size // 4))
    return [
        *_against_pyhanko(bench, authority, pfx, size),
        *measure_large(bench, authority, pfx),
    ]


def _against_pyhanko(bench: Bench, authority: Authority, pfx: Path, size: int) -> list[Row]:
    document = write_pdf(bench.folder / "document.pdf", size)
    ours, theirs = bench.folder / "ours.pdf", bench.folder / "theirs.pdf"
    password = bench.folder / "password"
    password.write_text(PASSWORD, "ascii")
    signed = compare(
        bench.rounds,
        _sign(bench, document, ours, pfx),
        Side(
            [
                *(need("pyhanko"), "sign", "addsig", "--field", "Signature", "--use-pades"),
                *("pkcs12", "--passfile", password, document, theirs, pfx),
            ],
            output=theirs,
        ),
    )
    verified = compare(
        bench.rounds,
        _verify(bench, authority, ours),
        Side(
            [
                *(need("pyhanko"), "sign", "validate", "--trust", authority.anchors),
                *("--trust-replace", "--no-revocation-check", ours),
            ]
        ),
        Side([need("pdfsig"), "-nocert", ours], good=frozenset(range(5))),
    )
    return [
        Row(
            f"sign a PDF of {size} MB with RSA, vs pyHanko CLI",
            signed[0].seconds,
            signed[1].seconds,
            goal_ratio=_GOAL_SIGN,
            memory=signed[0].memory,
        ),
        Row(
            f"verify a PDF of {size} MB, vs pyHanko CLI",
            verified[0].seconds,
            verified[1].seconds,
            goal_ratio=_GOAL_VERIFY,
            memory=verified[0].memory,
        ),
        Row(
            f"verify a PDF of {size} MB, vs pdfsig",
            verified[0].seconds,
            verified[2].seconds,
            memory=verified[0].memory,
        ),
    ]


def measure_large(bench: Bench, authority: Authority, pfx: Path) -> list[Row]:
    """Sign and verify one PDF so large that memory tells how it is handled."""
    size = min(_LARGE_MEGABYTES, max(2, bench.size // 2))
    document = write_pdf(bench.folder / "large.pdf", size)
    target = bench.folder / "large_signed.pdf"
    rows = []
    for title, side in (
        ("sign", _sign(bench, document, target, pfx)),
        ("verify", _verify(bench, authority, target)),
    ):
        done = run(side)
        rows.append(
            Row(
                f"{title} a PDF of {size} MB, memory",
                done.seconds,
                memory=done.memory,
                goal_memory=_LARGE_MEMORY,
            )
        )
    document.unlink()
    target.unlink()
    return rows


def _sign(bench: Bench, document: Path, target: Path, pfx: Path) -> Side:
    return Side(
        program(
            *("--profile", bench.folder / "profile", "sign", document, "--key", f"pfx:{pfx}"),
            *("--password-stdin", "--format", "pades", "--no-stamp", "--output", target),
        ),
        stdin=PASSWORD.encode() + b"\n",
        output=target,
    )


def _verify(bench: Bench, authority: Authority, file: Path) -> Side:
    return Side(
        program(
            *("--profile", bench.folder / "profile", "verify", file, "--json"),
            *("--trust", authority.anchors, "--crl", authority.lists),
        )
    )


def write_pdf(path: Path, megabytes: int) -> Path:
    """Write a PDF of one page with an attached file of random octets in pieces of a megabyte."""
    places: list[int] = []
    page = zlib.compress(b"BT /F1 24 Tf 72 720 Td (Benchmark) Tj ET")
    head = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        for number in range(1, len(head) + megabytes + 1):
            places.append(file.tell())
            file.write(b"%d 0 obj\n" % number)
            if number <= len(head):
                file.write(head[number - 1])
            else:
                file.write(b"<< /Length %d >>\nstream\n" % _PIECE)
                file.write(os.urandom(_PIECE))
                file.write(b"\nendstream")
            file.write(b"\nendobj\n")
        start = file.tell()
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
        file.writelines(b"%010d 00000 n \n" % place for place in places)
        file.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(places) + 1))
        file.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return path
