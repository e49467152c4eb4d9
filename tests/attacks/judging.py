"""Judging a scene: it is laid out in a folder and verified as the program verifies, offline."""

from pathlib import Path

from attacks.cms_forge import Scene
from stand_ins.signed_pdf import NoProgress

from app.crypto.model import TrustMaterial, VerifyRequest
from app.crypto.verdict.report import FileReport
from app.crypto.verifying import tasks as verifying_tasks


def request_of(scene: Scene, folder: Path) -> VerifyRequest:
    """Write the scene into a folder and return what is asked of the verifier."""
    document = folder / "Договор.txt"
    if scene.content is not None:
        document.write_bytes(scene.content)
    path = folder / "Договор.txt.sig"
    path.write_bytes(scene.signature)
    return VerifyRequest(
        path=path,
        content=None if scene.content is None else document,
        trust=TrustMaterial(
            anchors=_laid("anchors", scene.anchors, folder),
            intermediates=_laid("intermediates", scene.intermediates, folder),
            crls=_laid("crls", scene.crls, folder),
        ),
        at=scene.at,
        now=scene.at,
    )


def judge(scene: Scene, folder: Path) -> FileReport:
    """Verify in this process."""
    return verifying_tasks.verify(request_of(scene, folder), NoProgress()).report


def _laid(name: str, files: tuple[bytes, ...], folder: Path) -> tuple[Path, ...]:
    place = folder / name
    place.mkdir()
    for number, data in enumerate(files):
        (place / f"{number}.der").write_bytes(data)
    return (place,)
