"""Lists of accredited authorities of our own, signed with our keys; XML signatures as others make them.

from stand_ins.accredited_list import Center, list_of, signed
data = signed(list_of([Center("УЦ", certificates=[pki.ca])]), signer_of(KeyAlgorithm.GOST_256))
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree
from stand_ins.pki import Issuer, authority, ca_extensions

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.issuing import EphemeralKey

if TYPE_CHECKING:
    from collections.abc import Sequence

DS = "http://www.w3.org/2000/09/xmldsig#"
GOST = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:"
ENVELOPED = DS + "enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_METHODS = {
    KeyAlgorithm.GOST_256: (
        GOST + "gostr34102012-gostr34112012-256", GOST + "gostr34112012-256", "streebog256",
    ),
    KeyAlgorithm.GOST_512: (
        GOST + "gostr34102012-gostr34112012-512", GOST + "gostr34112012-512", "streebog512",
    ),
    KeyAlgorithm.RSA: (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "sha256",
    ),
}  # fmt: skip


@dataclass
class Center:
    """One authority of a list."""

    name: str = "АО «Тестовый УЦ»"
    certificates: Sequence[bytes] = ()
    history: Sequence[tuple[str, str]] = (("Действует", "2019-05-01T00:00:00"),)
    """Status and since when; the last one is the present one."""
    inn: str = "7707083893"
    ogrn: str = "1027700132195"
    number: str = "77"
    fingerprints: dict[int, str] = field(default_factory=dict)
    """What stands as the fingerprint of a certificate instead of the right one."""


def _status(status: tuple[str, str]) -> str:
    text, since = status
    return (
        f"<СтатусАккредитации><Статус>{escape(text)}</Статус>"
        f"<ДействуетС>{escape(since)}</ДействуетС></СтатусАккредитации>"
    )


def _certificate(center: Center, place: int) -> str:
    encoded = center.certificates[place]
    right = hashlib.sha1(encoded, usedforsecurity=False).hexdigest().upper()
    return (
        f"<Ключ><ИдентификаторКлюча>00</ИдентификаторКлюча><АдресаСписковОтзыва>"
        f"<Адрес>http://ca.test/{place}.crl</Адрес></АдресаСписковОтзыва><Сертификаты>"
        f"<ДанныеСертификата><Отпечаток>{center.fingerprints.get(place, right)}</Отпечаток>"
        f"<КемВыдан>CN=К</КемВыдан><КомуВыдан>CN=С</КомуВыдан><СерийныйНомер>01</СерийныйНомер>"
        f"<ПериодДействияС>2024-01-01T00:00:00</ПериодДействияС>"
        f"<ПериодДействияДо>2044-01-01T00:00:00</ПериодДействияДо>"
        f"<Данные>{base64.b64encode(encoded).decode()}</Данные></ДанныеСертификата></Сертификаты></Ключ>"
    )


def _center(center: Center) -> str:
    keys = "".join(_certificate(center, place) for place in range(len(center.certificates)))
    history = "".join(map(_status, center.history))
    return (
        f"<УдостоверяющийЦентр><Название>{escape(center.name)}</Название>"
        f"<ЭлектроннаяПочта>ca@ca.test</ЭлектроннаяПочта>"
        f"<КраткоеНазвание>{escape(center.name)}</КраткоеНазвание>"
        f"<Адрес><Страна>RU</Страна><Город>Москва</Город></Адрес>"
        f"<ПрограммноАппаратныеКомплексы><ПрограммноАппаратныйКомплекс><Псевдоним>ПАК 1</Псевдоним>"
        f"<КлассСредствЭП>КС3</КлассСредствЭП><СредстваУЦ>ПАК «УЦ»</СредстваУЦ>"
        f"<КлючиУполномоченныхЛиц>{keys}</КлючиУполномоченныхЛиц>"
        f"</ПрограммноАппаратныйКомплекс></ПрограммноАппаратныеКомплексы>"
        f"<ИНН>{center.inn}</ИНН><ОГРН>{center.ogrn}</ОГРН>"
        f"<РеестровыйНомер>{center.number}</РеестровыйНомер>{_status(center.history[-1])}"
        f"<ИсторияСтатусовАккредитации>{history}</ИсторияСтатусовАккредитации></УдостоверяющийЦентр>\n"
    )


def list_of(
    centers: Sequence[Center],
    *,
    version: str = "100",
    date: str = "2026-05-20T10:00:00",
    encoding: str = "utf-8",
    root_attributes: str = "",
) -> bytes:
    """Write an unsigned list."""
    body = "".join(map(_center, centers))
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        f'<АккредитованныеУдостоверяющиеЦентры xmlns:xsi="urn:x"{root_attributes}>\n'
        f"<Версия>{version}</Версия><Дата>{date}</Дата>\n{body}"
        f"</АккредитованныеУдостоверяющиеЦентры>"
    )
    return text.encode(encoding)


@dataclass
class Signer:
    """Whoever signs a list."""

    key: EphemeralKey
    certificate: bytes


@cache
def signer_of(algorithm: KeyAlgorithm, number: int = 0) -> Signer:
    """Return a signer of lists with this kind of key, made once per process."""
    key = EphemeralKey.generate(algorithm)
    issuer = Issuer(key, authority(f"Подписант перечня {number}"))
    certificate = issuer.issue(
        key.public, subject=issuer.name, extensions=ca_extensions(key.public, key.public)
    )
    return Signer(key, certificate)


def signed_info(
    digest: bytes,
    algorithm: KeyAlgorithm,
    *,
    uri: str = "",
    c14n: str = INCLUSIVE,
    transforms: Sequence[str] | None = None,
    references: int = 1,
) -> str:
    """Write a SignedInfo."""
    method, digest_method, _ = _METHODS[algorithm]
    steps = (ENVELOPED, c14n) if transforms is None else transforms
    listed = "".join(f'<Transform Algorithm="{each}"/>' for each in steps)
    reference = (
        f'<Reference URI="{uri}"><Transforms>{listed}</Transforms>'
        f'<DigestMethod Algorithm="{digest_method}"/>'
        f"<DigestValue>{base64.b64encode(digest).decode()}</DigestValue></Reference>"
    )
    return (
        f'<SignedInfo><CanonicalizationMethod Algorithm="{c14n}"/>'
        f'<SignatureMethod Algorithm="{method}"/>{reference * references}</SignedInfo>'
    )


def signature_over(
    canonical: bytes, signer: Signer, *, certificates: Sequence[bytes] = (), **order: object
) -> str:
    """Write a Signature over canonical octets, in the inclusive canonical form itself."""
    algorithm = signer.key.algorithm
    digest = digests.digest(_METHODS[algorithm][2], canonical)
    info = signed_info(digest, algorithm, **order)  # type: ignore[arg-type]
    shell = f'<Signature xmlns="{DS}" xmlns:xsi="urn:x">{info}</Signature>'
    alone = etree.fromstring(etree.tostring(etree.fromstring(shell)[0]))
    exclusive = order.get("c14n") == EXCLUSIVE
    octets = etree.tostring(alone, method="c14n", exclusive=exclusive)
    value = base64.b64encode(signer.key.sign(octets)).decode()
    listed = "".join(
        f"<X509Certificate>{base64.b64encode(one).decode()}</X509Certificate>"
        for one in certificates or (signer.certificate,)
    )
    return (
        f'<Signature xmlns="{DS}">{info}<SignatureValue>{value}</SignatureValue>'
        f"<KeyInfo><X509Data>{listed}</X509Data></KeyInfo></Signature>"
    )


def signed(data: bytes, signer: Signer, **order: object) -> bytes:
    """Return a document with a signature of its own over all of it, put before its end."""
    encoding = "windows-1251" if b"windows-1251" in data[:60] else "utf-8"
    root = etree.fromstring(data)
    canonical = etree.tostring(
        root.getroottree(), method="c14n", exclusive=order.get("c14n") == EXCLUSIVE
    )
    signature = signature_over(canonical, signer, **order)  # type: ignore[arg-type]
    return insert(data, signature.encode(encoding))


def insert(data: bytes, what: bytes) -> bytes:
    """Put something before the end of the root."""
    place = data.rindex(b"</")
    return data[:place] + what + data[place:]
