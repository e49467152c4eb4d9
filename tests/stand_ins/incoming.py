"""What comes in by mail on one day: a paper for each standing of a verdict, and a folder of twenty.

mail = Mail(tmp_path / "mail")
mail.trust(profile / "data" / "trust")    # before the window opens: what the user trusts
mail.passed(), mail.broken(), …           # the file to verify; its document lies beside
mail.twenty()                             # a folder: ZIP, XML, .sgn, МЧД, one broken file
"""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from stand_ins import mchd_made
from stand_ins.contract import make_contract
from stand_ins.everyday import DAY, HOUR, QUICK, Office
from stand_ins.mchd_made import Mchd
from stand_ins.pki import Pki, PkiKey, make_pki, person

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import SigningAct

YEAR = 365 * DAY


class Mail:
    """One folder of incoming papers, and the authorities behind them."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.folder = folder
        self.office = Office(folder, make_pki(KeyAlgorithm.GOST_256, QUICK))
        self.elsewhere = Office(folder / "e", make_pki(QUICK), made=100)
        """Its list of revoked certificates is of the day before yesterday."""
        self.unknown = Office(folder / "u", make_pki(QUICK), made=200)
        """Nobody here trusts its root."""
        self.revoked = self.office.person(self.now - 100 * DAY)

    @property
    def pki(self) -> Pki:
        """The authorities that are trusted here."""
        return self.office.pki

    def trust(self, place: Path) -> None:
        """Write the stores of a user who trusts two authorities."""
        entry = self.office.entry(self.revoked, self.now - 7 * DAY, "superseded")
        lists = [self.office.list_of(self.now - 6 * HOUR, entry)]
        lists.append(self.elsewhere.list_of(self.now - 3 * DAY))
        both = (self.office.pki, self.elsewhere.pki)
        lists += [
            one.root_issuer.crl(this_update=self.now - 30 * DAY, next_update=self.now + 60 * DAY)
            for one in both
        ]
        for name, files in (
            ("anchors", [one.root for one in both]),
            ("intermediates", [one.ca for one in both]),
            ("crls", lists),
        ):
            (place / name).mkdir(parents=True, exist_ok=True)
            for number, data in enumerate(files):
                (place / name / f"{number}.der").write_bytes(data)

    # one paper for each standing

    def passed(self, name: str = "Акт сверки за октябрь.docx") -> Path:
        """Return a signature of an hour ago."""
        return self._signed(self.office, name)

    def passed_as_of(self, name: str = "Счёт на оплату 317.docx") -> Path:
        """Return a signature whose revocation is known by data of three days ago."""
        return self._signed(self.elsewhere, name)

    def grown_old(self, name: str = "Акт выполненных работ 2024.docx") -> Path:
        """Return a signature of the year before last, without a time stamp."""
        begun = self.now - 2 * YEAR
        office = self.office
        return office.sign(office.document(name), office.person(begun), begun + 200 * DAY)

    def problem(self, name: str = "Доп. соглашение 2.docx") -> Path:
        """Return a signature whose certificate was revoked a week ago; when it was made is not proved."""
        office = self.office
        return office.sign(office.document(name), self.revoked, self.now - 50 * DAY)

    def broken(self, name: str = "Договор аренды.docx") -> Path:
        """Return a signature whose document was changed afterwards."""
        path = self.passed(name)
        with path.with_suffix("").open("ab") as document:
            document.write(b"\nand a hundred roubles more")
        return path

    def no_signature(self, name: str = "Письмо.docx") -> Path:
        """Return a document that nobody signed."""
        return self.office.document(name)

    def unknown_issuer(self, name: str = "Коммерческое предложение.docx") -> Path:
        """Return a signature whose issuer is not known here."""
        return self._signed(self.unknown, name)

    def alone(self, name: str = "Спецификация.docx") -> Path:
        """Return a signature whose document did not come with it."""
        path = self.passed(name)
        path.with_suffix("").unlink()
        return path

    def stamped(self, name: str = "Договор поставки 2024.docx") -> Path:
        """Return an old signature with a time stamp, which proves that it was made in time."""
        office, begun = self.office, self.now - 2 * YEAR
        at = begun + 200 * DAY
        path = office.sign(office.document(name), office.person(begun), at)
        return office.stamped(path, office.authority_of_time(begun), at + HOUR)

    def two_parties(self, name: str = "Протокол разногласий.docx") -> Path:
        """Return a file with the signatures of two parties, the second one by a stranger to the first."""
        office = self.office
        path = self.passed(name)
        second = office.person(self.now - 90 * DAY, subject=person("Покупаев Пал Палыч"))
        source = path.with_suffix("")
        both = office.act(SigningAct.CO_SIGN, path, source, second, self.now - HOUR)
        return both.replace(path)

    def pdf(self, name: str = "Договор поставки № 118-2026.pdf") -> Path:
        """Return a PDF that is signed inside, and to which something was added later."""
        place = self.folder / "pdf"
        place.mkdir(parents=True, exist_ok=True)
        source = place / name
        make_contract(source)
        return self.office.pdf(source)

    def by_attorney(self, place: Path | None = None, name: str = "УПД 42.xml") -> Path:
        """Return the signature of an employee over a document, the МЧД beside them."""
        folder = place or self.folder / "mchd"
        folder.mkdir(parents=True, exist_ok=True)
        act = folder / name
        act.write_bytes(mchd_made.upd("УПД-42"))
        clerk = mchd_made.holder(self.pki, mchd_made.clerk_name())
        head = mchd_made.holder(self.pki, mchd_made.head_name())
        signed = self._by(clerk, act)
        powers = Mchd(issued=f"{self.now - 30 * DAY:%Y-%m-%d}", until=f"{self.now + YEAR:%Y-%m-%d}")
        self._by(head, powers.write(folder))
        return signed

    def twenty(self) -> Path:
        """Return a folder of twenty documents: ZIP, XML with an МЧД, ``.sgn``, one broken, old ones."""
        place = self.folder / "Входящие"
        place.mkdir(parents=True)
        self.by_attorney(place)
        kinds: list[tuple[Callable[[str], Path], str]] = [
            (self.broken, "Договор аренды.docx"),
            (self.problem, "Доп. соглашение 2.docx"),
            (self.grown_old, "Акт выполненных работ 2024.docx"),
            (self.grown_old, "Накладная 14 от 2024.docx"),
            (self.passed_as_of, "Счёт на оплату 317.docx"),
            (self.no_signature, "Письмо.docx"),
            (self.two_parties, "Протокол разногласий.docx"),
            *((self.passed, f"Акт сверки {number}.docx") for number in range(1, 7)),
        ]
        for make, name in kinds:
            self._lay(make(name), place)
        for number in (1, 2):
            path = self.passed(f"Счёт-фактура {number}.docx")
            self._lay(path.rename(path.with_suffix(".sgn")), place)
        with zipfile.ZipFile(place / "Архив из ЭДО.zip", "w") as out:
            for number in range(1, 4):
                path = self.passed(f"Накладная {number}.docx")
                out.write(path.with_suffix(""), path.with_suffix("").name)
                out.write(path, f"подпись-{number}.p7s")
        return place

    def _signed(self, office: Office, name: str) -> Path:
        own = office.person(self.now - 100 * DAY)
        return office.sign(office.document(name), own, self.now - HOUR)

    def _by(self, key: PkiKey, source: Path) -> Path:
        certificate = key.container.certificate
        assert certificate is not None
        return self.office.sign(source, certificate, self.now - HOUR)

    def _lay(self, path: Path, place: Path) -> None:
        for each in list(path.parent.iterdir()):
            each.rename(place / each.name)


__all__ = ["Mail", "replace"]
