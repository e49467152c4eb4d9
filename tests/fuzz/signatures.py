"""Signature files: verified, sorted, taken apart and put together anew, as workers do it."""

from __future__ import annotations

import base64
import io
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attacks.cms_stamps import aged, over, person, service
from attacks.judging import request_of
from attacks.mutation import Kind
from attacks.signed_files import CONTENT, Form, sign
from fuzz.encodings import ECDSA, GOST, TAGS
from fuzz.harness import Harness, Prepared, by_file, call
from stand_ins.pki import NOW, pki_of

from app.cli.report_lines import show_report
from app.cli.terminal import Terminal
from app.crypto import methods
from app.crypto.editing import tasks as editing_tasks
from app.crypto.editing.model import Convert, Extract, Merge, Remove, Split
from app.crypto.gathering import tasks as gathering_tasks
from app.crypto.gathering.model import GatherRequest
from app.crypto.model import VerifyRequest
from app.crypto.packages import tasks as package_tasks
from app.crypto.packages.model import SiftRequest
from app.crypto.saving import new_job
from app.crypto.verdict.report import Report
from app.crypto.verifying import tasks as verifying_tasks

if TYPE_CHECKING:
    from app.crypto.verdict.report import FileReport

WORDS = (
    *TAGS,
    b"-----BEGIN CMS-----\n",
    b"-----END CMS-----\n",
    b"MII",
    b"=",
    bytes.fromhex("06092a864886f70d010702"),
)


@cache
def _files() -> dict[str, bytes]:
    """Return one signature file of each form."""
    found = {}
    with tempfile.TemporaryDirectory() as place:
        for form, kind in ((Form.ATTACHED_DER, ECDSA), (Form.DETACHED_DER, GOST)):
            folder = Path(place) / form
            folder.mkdir()
            found[form.value] = sign(form, kind, folder).data
        old = Path(place) / "old"
        old.mkdir()
        pki = pki_of(ECDSA)
        scene = aged(pki, over(service(ECDSA)), certificate=person(pki))
        request_of(scene, old)
        found["stamped"] = scene.signature
    found["text"] = base64.encodebytes(found["attached-der"])
    return found


def judged(request: VerifyRequest) -> None:
    """Verify, and say the verdict in words."""
    answer: Any = call(methods.VERIFY, verifying_tasks.verify, request)
    tell(answer.report)


def tell(report: FileReport) -> None:
    """Say a verdict in words, as the command line does."""
    whole = Report(checked_at=NOW, control_time=NOW, engine={}, files=(report,))
    show_report(whole, Terminal(io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape")))


def _verify(folder: Path) -> Prepared:
    trust = pki_of(ECDSA).trust(folder / "trust")
    place = folder / "in"
    place.mkdir()
    document = place / "Договор.txt"
    document.write_bytes(CONTENT)

    def eat(path: Path) -> None:
        judged(VerifyRequest(path=path, content=document, trust=trust, at=NOW, now=NOW))

    return by_file(place / "Договор.txt.sig", eat, _files().values())


def _sift(folder: Path) -> Prepared:
    def eat(path: Path) -> None:
        call(methods.SIFT, package_tasks.sift, SiftRequest(paths=(path,)))

    return by_file(folder / "x.sig", eat, _files().values())


def _gather(folder: Path) -> Prepared:
    trust = pki_of(ECDSA).trust(folder / "trust")
    place = folder / "in"
    place.mkdir()

    def eat(path: Path) -> None:
        request = GatherRequest(path=path, trust=trust, certificates=(pki_of(ECDSA).leaf,))
        call(methods.GATHER, gathering_tasks.gather, request)

    return by_file(place / "x.sig", eat, _files().values())


def _edit(folder: Path) -> Prepared:
    """Prepare editing: the first octet chooses what is done with the file that the rest is."""
    document = folder / "Договор.txt"
    document.write_bytes(CONTENT)
    path = folder / "Договор.txt.sig"

    def act(number: int) -> None:
        job = new_job()
        deeds: tuple[tuple[Any, Any, Any], ...] = (
            (methods.SIGNATURE_EXTRACT, editing_tasks.extract, Extract(source=path, job=job)),
            (
                methods.SIGNATURE_REMOVE,
                editing_tasks.remove,
                Remove(source=path, number=1, job=job),
            ),
            (methods.SIGNATURE_SPLIT, editing_tasks.split, Split(source=path, job=job)),
            (
                methods.SIGNATURE_CONVERT,
                editing_tasks.convert,
                Convert(source=path, attached=False, job=job),
            ),
            (
                methods.SIGNATURE_CONVERT,
                editing_tasks.convert,
                Convert(source=path, attached=True, content=document, job=job),
            ),
            (
                methods.SIGNATURE_MERGE,
                editing_tasks.merge,
                Merge(sources=(path, path), content=document, job=job),
            ),
        )
        call(*deeds[number % len(deeds)])

    known = {"Договор.txt", path.name}

    def eat(data: bytes) -> None:
        path.write_bytes(data[1:])
        try:
            act(data[0] if data else 0)
        finally:
            for each in folder.iterdir():
                if each.name not in known and each.is_file():
                    each.unlink()

    files = _files()
    pairs = (
        (0, "attached-der"),
        (2, "stamped"),
        (3, "text"),
        (4, "detached-der"),
        (5, "detached-der"),
    )
    return Prepared(eat, tuple(bytes((deed,)) + files[name] for deed, name in pairs))


HARNESSES = (
    Harness("cms", "cms/reading.py, checking.py, levels/, verdict/", _verify, WORDS, kind=Kind.DER),
    Harness("cms-sifted", "cms/text_forms.py, packages/tasks.py", _sift, WORDS, kind=Kind.DER),
    Harness("cms-gathered", "gathering/tasks.py", _gather, WORDS, kind=Kind.DER),
    Harness("cms-edited", "editing/, cms/splicing.py", _edit, WORDS, kind=Kind.DER),
)
