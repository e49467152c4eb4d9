"""Powers of attorney (МЧД, EMCHD_1) and documents of accounting, of invented persons, for tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stand_ins.pki import PkiKey, end_entity

from app.crypto.certificates import building as build
from app.crypto.certificates import names
from app.crypto.certificates.building import NamePart

if TYPE_CHECKING:
    from pathlib import Path

GUID = "4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
ORGANISATION = "ООО «Северный причал»"
ORG_INN, ORG_OGRN = "9909123457", "1249900000018"
HEAD_INN, HEAD_SNILS = "990012345606", "99001234506"
TOOLS = build.issuer_sign_tool(("Тестовый ПАК", "Тестовый УЦ", "СФ/1", "СФ/2"))
HEADS_ONLY = datetime(2025, 1, 1, tzinfo=UTC)
CLERK_INN, CLERK_SNILS = "990098765407", "99009876541"


@dataclass(frozen=True, kw_only=True)
class Mchd:
    """What one МЧД says; ``xml`` writes it."""

    number: str = GUID
    issued: str = "2026-01-15"
    until: str = "2027-01-14"
    inn: str = ORG_INN
    ogrn: str = ORG_OGRN
    organisation: str = ORGANISATION
    clerk_inn: str = CLERK_INN
    clerk_snils: str = "990-098-765 41"
    powers: tuple[tuple[str, str], ...] = (("02.114", "Подписание накладных и актов"),)
    version: str = "EMCHD_1"
    namespace: str = "urn://x-artefacts/EMCHD_1"
    root: str = "Доверенность"
    joint: str = "1"
    delegation: str = "1"
    body: str = "Довер"
    more: str = ""
    parent: str = "1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
    """Of one that passes a power on: the number of what it was passed on from."""
    first: str = ""
    """The number of the first of all, where that is another one."""
    giver_inn: str = ""
    giver_snils: str = ""
    """The person who passes the power on; otherwise the organisation does."""
    takers: str = ""
    """Further representatives."""
    limits: str = ""
    """What bounds each power."""

    def text(self) -> str:
        """Return the document without its declaration."""
        passed_on = self.body == "Передов"
        powers = "".join(
            f'<МашПолн КодПолн="{c}" НаимПолн="{n}">{self.limits}</МашПолн>' for c, n in self.powers
        )
        about = "СвПереДовер" if passed_on else "СвДов"
        taker = "СвПолучПолн" if passed_on else "СвУпПред"
        before = "".join(
            f'<{name} ПрДовер="1" ФормДовер="1" ДатаВыдДовер="2026-01-15" '
            f'СрокДейст="2027-01-14" {number}/>'
            for name, number in (
                ("СвПервДовер", f'НомДоверПерв="{self.first or self.parent}"'),
                ("СвПередов", f'НомДоверN="{self.parent}"' if self.first else ""),
            )
            if passed_on and number
        )
        return (
            f'<{self.root} xmlns="{self.namespace}" ВерсФорм="{self.version}" ПрЭлФорм="00000000" '
            f'ИдФайл="ON_EMCHD_20260115_{GUID}"><Документ><{self.body}>{before}'
            f'<{about} ВидДовер="1" ПрПередов="{self.delegation}" ВнНомДовер="М-17" '
            f'НомДовер="{self.number}" ДатаВыдДовер="{self.issued}" СрокДейст="{self.until}">'
            f"<СведСист>https://reestr.example/check?guid={self.number}</СведСист></{about}>"
            f"{self.more}{self._giver()}"
            f'<{taker} ТипПред="1"><Пред><СведФизЛ ИННФЛ="{self.clerk_inn}" '
            f'СНИЛС="{self.clerk_snils}" Должность="Кладовщик"><СведФЛ>'
            '<ФИО Фамилия="Вымышленная" Имя="Анна" Отчество="Ивановна"/></СведФЛ></СведФизЛ></Пред>'
            f'</{taker}>{self.takers}<СвПолн ТипПолн="1" ПрСовмПолн="{self.joint}">{powers}</СвПолн>'
            f"</{self.body}></Документ></{self.root}>"
        )

    def _giver(self) -> str:
        """Return who gives the power, or passes it on."""
        passed_on = self.body == "Передов"
        if passed_on and self.giver_inn:
            return (
                '<СвПередПолн ТипПерПолн="3"><ПередПолн>'
                f'<ФЛПерПолн ИННФЛ="{self.giver_inn}" СНИЛС="{self.giver_snils}"><СведФЛ>'
                '<ФИО Фамилия="Передаточная" Имя="Вера"/></СведФЛ></ФЛПерПолн>'
                "</ПередПолн></СвПередПолн>"
            )
        outer, inner = ("СвПередПолн", "ПередПолн") if passed_on else ("СвДоверит", "Доверит")
        kind = "РосОргПерПолн" if passed_on else "РосОргДовер"
        return (
            f'<{outer} ТипДоверит="1"><{inner}>'
            f'<{kind} ЕИОУК="0" ЕИОФЛ="1" ЕИОИП="0"><СвРосОрг НаимОрг="{self.organisation}" '
            f'ИННЮЛ="{self.inn}" КПП="990901001" ОГРН="{self.ogrn}"/>'
            f'<ЛицоБезДов ПолнЮЛ="1"><СвФЛ ИННФЛ="{HEAD_INN}" СНИЛС="990-012-345 06" '
            'Должность="Директор"><СведФЛ><ФИО Фамилия="Причалов" Имя="Пётр"/></СведФЛ></СвФЛ>'
            f"</ЛицоБезДов></{kind}></{inner}></{outer}>"
        )

    def xml(self, encoding: str = "UTF-8") -> bytes:
        """Return the file."""
        declared = f'<?xml version="1.0" encoding="{encoding}"?>\n{self.text()}'
        return declared.encode(encoding)

    def write(self, folder: Path, name: str | None = None, encoding: str = "UTF-8") -> Path:
        """Write the file under its usual name, or another."""
        path = folder / (name or f"ON_EMCHD_20260115_{self.number}.xml")
        path.write_bytes(self.xml(encoding))
        return path


def firm_name() -> bytes:
    """Return the name of the firm alone, as certificates without a person bear it."""
    return build.encode_name(
        [
            NamePart(names.COUNTRY, "RU"),
            NamePart(names.ORGANIZATION, ORGANISATION),
            NamePart(names.COMMON_NAME, ORGANISATION),
            NamePart(names.INN_LE, ORG_INN),
            NamePart(names.OGRN, ORG_OGRN),
        ]
    )


def head_name(inn_le: str = ORG_INN, ogrn: str = ORG_OGRN) -> bytes:
    """Return the name of the head of the firm."""
    return build.encode_name(
        [
            NamePart(names.COUNTRY, "RU"),
            NamePart(names.ORGANIZATION, ORGANISATION),
            NamePart(names.TITLE, "Директор"),
            NamePart(names.SURNAME, "Причалов"),
            NamePart(names.GIVEN_NAME, "Пётр"),
            NamePart(names.COMMON_NAME, ORGANISATION),
            NamePart(names.INN, HEAD_INN),
            NamePart(names.INN_LE, inn_le),
            NamePart(names.OGRN, ogrn),
            NamePart(names.SNILS, HEAD_SNILS),
        ]
    )


def clerk_name(inn: str = CLERK_INN, snils: str = CLERK_SNILS) -> bytes:
    """Return the name of an employee: a person only."""
    return build.encode_name(
        [
            NamePart(names.COUNTRY, "RU"),
            NamePart(names.SURNAME, "Вымышленная"),
            NamePart(names.GIVEN_NAME, "Анна Ивановна"),
            NamePart(names.COMMON_NAME, "Вымышленная Анна Ивановна"),
            NamePart(names.INN, inn),
            NamePart(names.SNILS, snils),
        ]
    )


def upd(number: str = "УПД-42", seller: str = ORG_INN, buyer: str = "990055500107") -> bytes:
    """Return a universal transfer document (ON_NSCHFDOPPR) in windows-1251."""
    return (
        '<?xml version="1.0" encoding="windows-1251"?>\n'
        f'<Файл ИдФайл="ON_NSCHFDOPPR_1" ВерсФорм="5.03"><Документ КНД="1115131" Функция="СЧФДОП">'
        f'<СвСчФакт НомерДок="{number}" ДатаДок="25.05.2026"><СвПрод><ИдСв><СвЮЛУч '
        f'НаимОрг="{ORGANISATION}" ИННЮЛ="{seller}"/></ИдСв></СвПрод><СвПокуп><ИдСв>'
        f'<СвИП ИННФЛ="{buyer}"><ФИО Фамилия="Покупаев" Имя="Пал"/></СвИП></ИдСв></СвПокуп>'
        '</СвСчФакт><ТаблСчФакт><ВсегоОпл СтТовУчНалВсего="1220.50"/></ТаблСчФакт></Документ></Файл>'
    ).encode("windows-1251")


def holder(pki: Any, name: bytes, **changes: Any) -> Any:
    """Return a key backend of this infrastructure whose certificate bears another name.

    It is of a time when only heads have certificates of their firms, and has all that a qualified
    certificate needs but the key: that of this infrastructure may be none of GOST.
    """
    changes.setdefault("not_before", HEADS_ONLY)
    usual = end_entity(pki.leaf_key.public, pki.ca_issuer.key.public)
    changes.setdefault("extensions", (*usual, TOOLS))
    certificate = pki.issue(subject=name, **changes)
    return PkiKey(pki.leaf_key, replace(pki.container, certificate=certificate))


FIRST = "1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
GIVER_INN, GIVER_SNILS = "990011122203", "99001112233"


def first_power(**changes: Any) -> Mchd:
    """Return a power of attorney of the firm for whoever passes it on; it may be passed on once."""
    usual: dict[str, Any] = {
        "number": FIRST,
        "clerk_inn": GIVER_INN,
        "clerk_snils": GIVER_SNILS,
        "delegation": "2",
    }
    return Mchd(**{**usual, **changes})


def passed_on(**changes: Any) -> Mchd:
    """Return the power of attorney that passes `first_power` on to the clerk."""
    usual: dict[str, Any] = {
        "body": "Передов",
        "parent": FIRST,
        "giver_inn": GIVER_INN,
        "giver_snils": GIVER_SNILS,
    }
    return Mchd(**{**usual, **changes})


def giver_name() -> bytes:
    """Return the name of the employee who passes the power on."""
    return clerk_name(GIVER_INN, GIVER_SNILS)
