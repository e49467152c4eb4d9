"""The mock module compiled, and the parameter sets it computes with."""

import subprocess
from pathlib import Path

from app.algorithms import der
from app.algorithms.gost import curves

PLAIN, EXTENDED = "mock.so", "mock-extended.so"
_SOURCES = Path(__file__).with_name("mock_module")
_NIST = {
    # FIPS 186-5 by SP 800-186 §3.2.1.3: OID, then p a b q x y
    "1.2.840.10045.3.1.7": (
        "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
        "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC",
        "5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B",
        "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296",
        "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
    )
}


def build(folder: Path) -> Path:
    """Compile the two modules into a folder."""
    sources = sorted(_SOURCES.glob("*.c"))
    objects = [source.with_suffix(".o").name for source in sources]
    common = ("-l:libgcrypt.so.20", "-ldl")
    for command in (
        ("cc", "-c", "-fPIC", "-O0", "-Wall", "-Wextra", "-Werror", *sources),
        ("cc", "-shared", "-o", EXTENDED, *objects, *common),
        ("cc", "-shared", "-o", PLAIN, *(o for o in objects if o != "extended.o"), *common),
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stderr)
    (folder / "curves").write_text(_curves())
    return folder


def _curves() -> str:
    lines = []
    for curve in curves.all_curves():
        one = curve.equation
        numbers = (
            f"{number:0{2 * one.size}x}" for number in (one.p, one.a, one.b, one.q, one.x, one.y)
        )
        lines.append(" ".join((der.oid(curve.oid).hex(), *(f"00{number}" for number in numbers))))
    lines += [
        " ".join((der.oid(oid).hex(), *(f"00{n}" for n in row))) for oid, row in _NIST.items()
    ]
    return "\n".join(lines) + "\n"
