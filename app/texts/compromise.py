"""The text for the certification authority when a key may be in another's hands.

It is a document for a Russian authority and therefore always Russian, whatever the language of
the program.
"""

from datetime import datetime

from app.crypto.verdict.facts import CertificateFacts
from app.texts.showing import local_date, local_time, plain

_TEMPLATE = """\
В удостоверяющий центр
{issuer}

ЗАЯВЛЕНИЕ
о прекращении действия (аннулировании) сертификата ключа проверки электронной подписи
в связи с компрометацией ключа

Прошу прекратить действие сертификата:
  владелец: {owner}
  серийный номер: {serial}
  действителен: с {begin} по {end}
  отпечаток SHA-256: {digest}

Причина: компрометация ключа электронной подписи (возможен доступ к ключу другого лица).
Обстоятельства: {reason}
Ключ признан скомпрометированным: {at}.
С этого момента подписи этим ключом владелец не ставит.

Дата: ____________________          Подпись: ____________________ / ____________________
"""
_UNTOLD = "не указаны (впишите: когда и как это обнаружено)"


def application(certificate: CertificateFacts, reason: str, at: datetime) -> str:
    """Write the application; how to hand it in is the authority's own rule."""
    return _TEMPLATE.format(
        issuer=plain(certificate.issuer.organization or certificate.issuer.text),
        owner=plain(certificate.subject.text, 600),
        serial=certificate.serial,
        begin=local_date(certificate.not_before),
        end=local_date(certificate.not_after),
        digest=certificate.sha256.upper(),
        reason=plain(reason) or _UNTOLD,
        at=local_time(at),
    )
