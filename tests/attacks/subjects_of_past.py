"""Mutants of old signatures that live by their time-stamp alone: without it, nothing passes."""

from dataclasses import dataclass
from pathlib import Path

from attacks.cms_forge import Scene
from attacks.cms_stamps import aged, over, person, service
from attacks.judging import request_of
from attacks.permitted import Reason, excuses
from attacks.signed_files import passing
from attacks.subject import Counted, Original
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import NoProgress

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms.levels import oids
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import SignerInfo
from app.crypto.model import VerifyRequest
from app.crypto.verifying import tasks as verifying_tasks


@dataclass(frozen=True)
class _Aged:
    """A signature whose certificate has ended: it passes only with a true stamp over its value."""

    request: VerifyRequest
    scene: Scene
    person: bytes
    service: bytes
    """Certificates. That of the authority above both is in the file and in the token: one will do."""

    def __call__(self, data: bytes) -> Counted:
        self.request.path.write_bytes(data)
        report = verifying_tasks.verify(self.request, NoProgress()).report
        if not passing(report):
            return Counted.REFUSED
        before = self.scene.signature
        reasons = excuses(before, data, frozenset({self.person}))
        assert reasons, "passed without an excuse"
        if Reason.UNSIGNED_ATTRIBUTE in reasons:
            ((token,),) = _tokens(before)
            path = frozenset({self.service})
            for tokens in _tokens(data):
                fits = [excuses(token, one, path) for one in tokens]
                assert any(one is not None for one in fits), "passed by a time that nobody told"
        return Counted.EXCUSED


def _tokens(data: bytes) -> list[list[bytes]]:
    """Return the time-stamps over each signature: every one of them rests on its own."""
    return [
        [
            value
            for attribute in signer.unsigned_attributes
            if attribute.oid == oids.SIGNATURE_TIME_STAMP
            for value in attribute.values
        ]
        for signer in read_cms(data).signers
        if isinstance(signer, SignerInfo)
    ]


def aged_signatures(folder: Path) -> tuple[Original, ...]:
    """Return old signatures with a time-stamp, each in a folder of its own."""
    made = []
    for algorithm in (KeyAlgorithm.GOST_256, KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256):
        pki, tsa = pki_of(algorithm), service(algorithm)
        certificate = person(pki)
        scene = aged(pki, over(tsa), certificate=certificate)
        place = folder / f"aged-{algorithm}"
        place.mkdir(parents=True)
        request = request_of(scene, place)
        assert passing(verifying_tasks.verify(request, NoProgress()).report)
        made.append(
            Original(
                str(algorithm), scene.signature, _Aged(request, scene, certificate, tsa.certificate)
            )
        )
    return tuple(made)
