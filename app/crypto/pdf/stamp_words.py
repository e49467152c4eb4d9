"""What the visible mark of a signature says: the words of ГОСТ Р 7.0.97, the data of a certificate.

The words are prescribed and are content of the document, hence Russian in every language of the
program. A date of signing appears only where an RFC 3161 time-stamp proves it. The mark inside a
signed document can never have one: it is part of what is signed, and the time-stamp is made of the
signature afterwards. Only a stamped copy, drawn later, can tell it.
"""

import unicodedata
from datetime import datetime, timedelta, tzinfo

from app.crypto.stamping.style import StampPreset
from app.crypto.verdict.facts import CertificateFacts
from app.values import dataclass

_TITLE = ("ДОКУМЕНТ ПОДПИСАН", "ЭЛЕКТРОННОЙ ПОДПИСЬЮ")
_TITLE_IN_ONE = ("Документ подписан электронной подписью",)
_TITLE_OF_PRACTICE = ("УЧЕБНЫЙ ОБРАЗЕЦ, НЕ ПОДПИСЬ",)
_LONGEST_VALUE = 300
"""Characters of one value: a name of ten thousand characters must not fill the page."""
_LONGEST_FILE_NAME = 80
FACSIMILE_NOTE = "Изображение подписи. Само по себе ничего не удостоверяет."
UNCONFIRMED = "Доверие к сертификату не установлено."


@dataclass(frozen=True)
class Row:
    """A label and its value; ``strong``: in the heavier face."""

    label: str
    value: str
    strong: bool = True


@dataclass(frozen=True, kw_only=True)
class StampText:
    """What the mark says, line by line, before it is broken to its width."""

    title: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    """Small lines at the foot."""
    practice: bool = False
    compact: bool = False
    qr: str = ""
    """The content of the QR code; empty: none."""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What a mark tells besides the certificate."""

    preset: StampPreset = StampPreset.GOST_2025
    practice: bool = False
    zone: tzinfo | None = None
    """The zone of its days and times; None: that of this computer."""
    signed_at: datetime | None = None
    """Proved by a sound time-stamp of the signature; in copies only."""
    note: str = ""
    copy_of: str = ""
    """The name of the file that holds the signature: the mark stands on a copy."""
    unconfirmed: bool = False
    """The check before the copy could not establish trust in the certificate."""
    sha256: str = ""
    """Hex, of the document before signing, or of the one a copy is made of; empty: no QR."""


def stamp_text(certificate: CertificateFacts, telling: Telling) -> StampText:
    """Say what the mark must say."""
    compact = telling.preset is StampPreset.COMPACT
    serial = clean(certificate.serial)
    caption = "SHA-256 документа до подписания"
    if telling.copy_of:
        caption = "SHA-256 подписанного документа"
    return StampText(
        title=_title(telling),
        rows=_rows(certificate, serial, telling),
        notes=_notes(telling, caption),
        practice=telling.practice,
        compact=compact,
        qr=f"Сертификат: {serial}\n{caption}: {telling.sha256}" if telling.sha256 else "",
    )


def _title(telling: Telling) -> tuple[str, ...]:
    if telling.practice:
        return _TITLE_OF_PRACTICE
    return _TITLE_IN_ONE if telling.preset is StampPreset.COMPACT else _TITLE


def _rows(certificate: CertificateFacts, serial: str, telling: Telling) -> tuple[Row, ...]:
    """Return number, owner, validity; for the newer standard also a proved time."""
    zone = telling.zone
    until = f"по {_day(certificate.not_after, zone)}"
    colon = "" if telling.preset is StampPreset.GOST_2016 else ":"
    rows = [
        Row(f"Сертификат{colon}", serial, strong=False),
        Row(f"Владелец{colon}", clean(owner(certificate))),
        Row(f"Действителен{colon}", f"с {_day(certificate.not_before, zone)} {until}"),
    ]
    if telling.signed_at is not None and telling.preset is not StampPreset.GOST_2016:
        rows.append(Row("Подписан:", _moment(telling.signed_at, zone)))
    return tuple(rows)


def _notes(telling: Telling, caption: str) -> tuple[str, ...]:
    notes = [clean(telling.note)]
    if telling.sha256:
        notes.append(f"QR-код: номер сертификата и {caption}.")
    if telling.copy_of:
        name = clean(telling.copy_of)
        if len(name) > _LONGEST_FILE_NAME:
            name = f"{name[: _LONGEST_FILE_NAME // 2]}…{name[-_LONGEST_FILE_NAME // 2 :]}"
        notes.append(f"Копия. Проверяется подпись в файле «{name}».")
    if telling.unconfirmed:
        notes.append(UNCONFIRMED)
    return tuple(note for note in notes if note)


def owner(certificate: CertificateFacts) -> str:
    """Return surname and given names of the owner; without a person, what the subject is called."""
    subject = certificate.subject
    person = " ".join(part for part in (subject.surname, subject.given_name) if part)
    return person or subject.common_name or subject.organization or subject.text


def _day(moment: datetime, zone: tzinfo | None) -> str:
    return _local(moment, zone).strftime("%d.%m.%Y")


def _moment(moment: datetime, zone: tzinfo | None) -> str:
    """Write a moment with its offset: ``01.06.2026 15:00:00 (UTC+03:00)``."""
    local = _local(moment, zone)
    offset = local.utcoffset() or timedelta()
    sign = "−" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{local:%d.%m.%Y %H:%M:%S} (UTC{sign}{hours:02}:{minutes:02})"


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError, OSError):
        return moment  # the year 9999 has no local time


def clean(value: str) -> str:
    """Drop what could make a name look like another one: controls, direction marks, line breaks."""
    kept = "".join(
        " " if c.isspace() else c
        for c in value[: 10 * _LONGEST_VALUE]
        if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    shortened = " ".join(kept.split())
    if len(shortened) > _LONGEST_VALUE:
        return shortened[: _LONGEST_VALUE - 1] + "…"
    return shortened
