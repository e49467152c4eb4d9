"""Forged powers of attorney (МЧД) and lists of accredited authorities, with our own keys.

A power of attorney counts as called valid when it gives the signer of a document the authority that
he claims; a list, when what it tells is taken for signed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from attacks.cms_certificates import stranger
from stand_ins import mchd_made as made
from stand_ins.accredited_list import Center, insert, list_of, signed, signer_of
from stand_ins.mchd_made import Mchd
from stand_ins.pki import NOW, Pki, pki_of
from stand_ins.signed_pdf import NoProgress

from app.algorithms.names import KeyAlgorithm
from app.crypto.accreditation.model import ReadListRequest
from app.crypto.accreditation.tasks import read_list
from app.crypto.model import FinishRequest, SignatureFormat, SignRequest, VerifyRequest
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.verdict.report import Indication
from app.crypto.verifying import tasks as verifying_tasks
from app.errors import RoscherkError

ALGORITHMS = (KeyAlgorithm.RSA, KeyAlgorithm.GOST_256)
OF_POWERS = (KeyAlgorithm.GOST_512, KeyAlgorithm.GOST_256)
"""Powers of attorney are to be signed with qualified certificates."""
SIGNED = datetime(2026, 6, 1, 11, tzinfo=UTC)
PASSED, UNSURE, FAILED, NONE = (
    Indication.TOTAL_PASSED,
    Indication.INDETERMINATE,
    Indication.TOTAL_FAILED,
    Indication.NO_SIGNATURE,
)


@dataclass(frozen=True)
class Forgery:
    """One forged file."""

    family: str
    name: str
    verdict: Callable[[Path], Indication]
    """Lays it out in a folder and judges it."""


# powers of attorney


@dataclass(frozen=True, kw_only=True)
class Power:
    """A power of attorney beside the document of an employee, with what is wrong with it."""

    mchd: Mchd = field(default_factory=Mchd)
    principal: bytes | None = None
    """The name in the certificate that signs it; None: the right one."""
    clerk: bytes | None = None
    by: Callable[[Pki], Pki] = lambda pki: pki
    """Whose keys sign it."""
    signed: bool = True
    signed_at: datetime = SIGNED
    change: Callable[[bytes], bytes] = lambda data: data
    """What becomes of it after the signing."""

    def verdict(self, algorithm: KeyAlgorithm, folder: Path) -> Indication:
        """Lay it out and ask for the authority that it gives."""
        pki = pki_of(algorithm)
        place = folder / "Входящие"
        place.mkdir()
        document = place / "Акт.docx"
        document.write_bytes(b"act")
        signature = sign(document, pki, self.clerk or made.clerk_name(), self.signed_at)
        xml = self.mchd.write(place)
        if self.signed:
            sign(xml, self.by(pki), self.principal or made.head_name(), SIGNED)
        xml.write_bytes(self.change(xml.read_bytes()))
        trust = pki.trust(folder / "trust")
        request = VerifyRequest(path=signature, content=document, trust=trust, at=NOW, now=NOW)
        report = verifying_tasks.verify(request, NoProgress()).report
        answer = report.signatures[0].authority.mchd
        return NONE if answer is None else answer.indication


def sign(source: Path, pki: Pki, name: bytes, at: datetime) -> Path:
    """Sign a file as somebody."""
    key = made.holder(pki, name)
    request = SignRequest(
        source=source,
        container=key.container,
        format=SignatureFormat.CADES,
        signing_time=at,
        job=new_job(),
    )
    prepared = signing_tasks.prepare(request, NoProgress())
    value = key.sign_digest(prepared.digest_name, prepared.digest, None)
    finish = FinishRequest(prepared=prepared, signature=value, created_with="test")
    return signing_tasks.finish(finish, NoProgress()).target


POWERS: Mapping[str, tuple[Power, Indication]] = {
    "not signed": (Power(signed=False), UNSURE),
    "changed after the signing": (
        Power(change=lambda data: data.replace("Кладовщик".encode(), "Продавщик".encode())),
        FAILED,
    ),
    "power added after the signing": (
        Power(
            change=lambda data: data.replace(
                "</СвПолн>".encode(), '<МашПолн КодПолн="1"/></СвПолн>'.encode()
            )
        ),
        FAILED,
    ),
    "signed by a stranger": (Power(by=lambda pki: stranger(pki.algorithm)), UNSURE),
    "signed by the employee": (Power(principal=made.clerk_name()), UNSURE),
    "signed by another firm": (
        Power(principal=made.head_name(inn_le="9909765437", ogrn="1249900000029")),
        FAILED,
    ),
    "for another person": (Power(mchd=Mchd(clerk_inn="990011122203")), FAILED),
    "for another person of the same INN": (
        Power(mchd=Mchd(clerk_snils="990-011-122 33")),
        FAILED,
    ),
    "used by another person": (
        Power(clerk=made.clerk_name(inn="990011122203", snils="99001112233")),
        FAILED,
    ),
    "over": (Power(mchd=Mchd(until="2026-05-31")), FAILED),
    "not yet begun": (Power(mchd=Mchd(issued="2026-06-02")), FAILED),
    "over long before": (Power(mchd=Mchd(issued="2020-01-01", until="2021-01-01")), FAILED),
    "term turned round": (Power(mchd=Mchd(issued="2027-01-01", until="2026-01-01")), FAILED),
}

# lists of authorities


@cache
def _centers() -> tuple[Center, ...]:
    return (
        Center(name="Первый", certificates=[pki_of(KeyAlgorithm.GOST_256).ca]),
        Center(
            name="Второй",
            certificates=[pki_of(KeyAlgorithm.GOST_256).root],
            history=[("Действует", "2015-01-01"), ("Прекращена", "2020-01-01")],
        ),
    )


@cache
def honest(algorithm: KeyAlgorithm) -> bytes:
    """Return a signed list."""
    return signed(list_of(_centers()), signer_of(algorithm))


def taken(data: bytes, folder: Path) -> Indication:
    """Say whether what a list tells is taken for signed."""
    path = folder / "list.xml"
    path.write_bytes(data)
    try:
        found = read_list(ReadListRequest(path=path), NoProgress())  # type: ignore[arg-type]
    except RoscherkError:
        return FAILED
    return UNSURE if found.signer is None else PASSED


def _of_list(algorithm: KeyAlgorithm, change: Callable[[bytes], bytes], folder: Path) -> Indication:
    data = change(honest(algorithm))
    assert data != honest(algorithm)
    return taken(data, folder)


def _signature(data: bytes) -> tuple[int, int]:
    return data.index(b"<Signature"), data.index(b"</Signature>") + len(b"</Signature>")


def _without(data: bytes) -> bytes:
    start, end = _signature(data)
    return data[:start] + data[end:]


def _twice(data: bytes) -> bytes:
    start, end = _signature(data)
    return insert(data, data[start:end])


def _moved(data: bytes) -> bytes:
    start, end = _signature(data)
    rest = _without(data)
    place = rest.index("</УдостоверяющийЦентр>".encode())
    return rest[:place] + data[start:end] + rest[place:]


def _wrapped(data: bytes) -> bytes:
    """Put the honest list, with its signature, inside an evil one."""
    evil = list_of([Center(name="Чужой", certificates=[pki_of(KeyAlgorithm.RSA).ca])])
    return insert(evil, data[data.index(b"?>") + 2 :])


def _replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old.encode(), new.encode(), 1)


def _added(data: bytes) -> bytes:
    more = list_of([Center(name="Чужой", certificates=[pki_of(KeyAlgorithm.RSA).ca])])
    start = more.index("<УдостоверяющийЦентр>".encode())
    end = more.rindex("</АккредитованныеУдостоверяющиеЦентры>".encode())
    return insert(data, more[start:end])


def _entity(data: bytes) -> bytes:
    place = data.index(b"?>") + 2
    return data[:place] + b'<!DOCTYPE l [<!ENTITY x "y">]>' + data[place:]


LISTS: Mapping[str, tuple[Callable[[bytes], bytes], Indication]] = {
    "signature taken out": (_without, UNSURE),
    "signature twice": (_twice, UNSURE),
    "signature moved": (_moved, UNSURE),
    "wrapped in another": (_wrapped, UNSURE),
    "authority added": (_added, UNSURE),
    "authority renamed": (_replaced("Первый", "Чужой"), UNSURE),
    "authority revived": (_replaced("Прекращена", "Действует"), UNSURE),
    "class raised": (_replaced("КС3", "КА1"), UNSURE),
    "version raised": (_replaced("<Версия>100", "<Версия>900"), UNSURE),
    "date changed": (_replaced("2026-05-20", "2026-11-20"), UNSURE),
    "value changed": (_replaced("<SignatureValue>", "<SignatureValue>AAAA"), UNSURE),
    "digest named otherwise": (
        lambda data: re.sub(rb'(DigestMethod Algorithm=")[^"]+', rb"\1urn:none", data),
        UNSURE,
    ),
    "keys taken out": (lambda data: re.sub(rb"<KeyInfo>.*</KeyInfo>", b"", data), UNSURE),
    "entity": (_entity, FAILED),
    "cut": (lambda data: data[:-40], FAILED),
}


def _forgeries() -> Iterator[Forgery]:
    for algorithm in OF_POWERS:
        for name, (power, _) in POWERS.items():
            title = f"{name} ({algorithm})"
            yield Forgery("powers of attorney", title, partial(power.verdict, algorithm))
    for algorithm in ALGORITHMS:
        for name, (change, _) in LISTS.items():
            title = f"{name} ({algorithm})"
            yield Forgery("lists of authorities", title, partial(_of_list, algorithm, change))


FORGERIES = tuple(_forgeries())
EXPECTED: Mapping[str, Indication] = {
    f"{name} ({algorithm})": expected
    for algorithms, listed in ((OF_POWERS, POWERS), (ALGORITHMS, LISTS))
    for algorithm in algorithms
    for name, (_, expected) in listed.items()
}
"""By name."""
