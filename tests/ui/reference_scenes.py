"""Pages with fixed contents at a fixed moment, drawn without any process behind them.

for name, image in scenes(folder): …          # tests/ui/test_references.py
python tests/ui/reference_scenes.py           # nox -s references: writes tests/ui/reference anew
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parents[number]) for number in range(3)]

import pytest  # noqa: E402  # after the path is set
from PIL import Image  # noqa: E402
from PySide6.QtCore import QEvent  # noqa: E402
from PySide6.QtGui import QImage  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog, QWidget  # noqa: E402
from resting import rests  # noqa: E402
from stand_ins import facts_made as made  # noqa: E402

from app.algorithms.names import KeyAlgorithm  # noqa: E402
from app.composition import build  # noqa: E402
from app.crypto.containers.model import ContainerFacts, SigningWay, WayKind  # noqa: E402
from app.crypto.model import Encoding, SignatureFormat, SignedFile, Verification  # noqa: E402
from app.crypto.verdict.facts import SignatureFacts  # noqa: E402
from app.crypto.verdict.judge import judge_file  # noqa: E402
from app.crypto.verdict.policy import load_policy  # noqa: E402
from app.crypto.verdict.report import Report  # noqa: E402
from app.crypto.verifying.door import Checked  # noqa: E402
from app.journal import Entry  # noqa: E402
from app.places import Places  # noqa: E402
from app.tokens.model import (  # noqa: E402
    Container,
    ContainerState,
    KeyPlaceKind,
    Product,
    Token,
    TokenFlags,
    Vendor,
)
from app.ui.application import make_application  # noqa: E402
from app.ui.asking import ask_for_secret  # noqa: E402
from app.ui.assembly import Desk  # noqa: E402
from app.ui.files import Document, State  # noqa: E402
from app.ui.known_keys import Key  # noqa: E402
from app.ui.languages import Languages  # noqa: E402
from app.ui.theme import ThemeChoice, apply_theme  # noqa: E402
from app.workplace.model import Area, Code, Finding, Seen  # noqa: E402
from app.workplace.model import State as Found  # noqa: E402

REFERENCES: Final = Path(__file__).with_name("reference")
LOOKS: Final = (("ru", "light"), ("en", "dark"))
SIZE: Final = (1280, 800)
HOME: Final = "/home/user"
_COLOURS: Final = 128
_COMMON: Final = 64
_NEAR: Final = 14
_PATIENCE: Final = 60.0
_ROUNDS: Final = 12
_FOLDER: Final = Path(HOME, "Документы")
_TOKEN: Final = Token(
    module=Path("/usr/lib/librtpkcs11ecp.so"),
    slot=0,
    label="Бухгалтерия",
    manufacturer="Aktiv Co.",
    model="Rutoken ECP",
    serial="2ad0cafe",
    reader="Aktiv Rutoken ECP 00 00",
    product=Product.RUTOKEN_ECP_3,
    vendor=Vendor.RUTOKEN,
    tries_left=10,
    so_tries_left=10,
    pin_min=6,
    pin_max=32,
    flags=TokenFlags(),
)


def key(number: int, *, certificate: bool) -> Key:
    """Return a key on the token, in force for as long as the pictures are kept."""
    facts = made.certificate(
        not_before=datetime(2026, 1, 1, tzinfo=UTC), not_after=datetime(2093, 1, 1, tzinfo=UTC)
    )
    container = Container(
        uri=f"pkcs11:serial=2ad0cafe;id=%0{number}",
        place=KeyPlaceKind.TOKEN,
        label="Директор" if certificate else "Запасной",
        algorithm=KeyAlgorithm.GOST_256,
        token=_TOKEN,
        certificate=facts.der if certificate else None,
        state=ContainerState.OK if certificate else ContainerState.NO_CERTIFICATE,
    )
    way = SigningWay(WayKind.TOKEN) if certificate else SigningWay(WayKind.CANNOT, "no_certificate")
    details = ContainerFacts(
        container=container,
        certificate=facts if certificate else None,
        state=container.state,
        way=way,
    )
    return Key(container=container, facts=facts if certificate else None, details=details)


def checked(name: str, *signatures: SignatureFacts) -> Document:
    """Return a document with the verdict of a fixed day."""
    facts = replace(made.file(*signatures), content=_FOLDER / name)
    report = judge_file(facts, load_policy(), made.TERMS)
    whole = Report(checked_at=made.NOW, control_time=made.NOW, engine={}, files=(report,))
    told = Checked(report=whole, verifications=(Verification(facts=facts, report=report),))
    path = _FOLDER / f"{name}.sig"
    return Document(path=path, size=4_120, state=State.CHECKED, checked=told)


def signed(name: str) -> Document:
    """Return a document that was signed."""
    path = _FOLDER / name
    result = SignedFile(
        source=path,
        target=path.with_name(f"{name}.sig"),
        format=SignatureFormat.CADES,
        attached=False,
        encoding=Encoding.DER,
        level="CAdES-BES",
        digest_name="streebog256",
        size=4_120,
        practice=False,
        created_with="token:Rutoken ECP",
    )
    return Document(path=path, size=48_230, state=State.SIGNED, signed=result)


class Scenes:
    """The window, and each page filled with what does not change."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.window = desk.window

    def welcome(self) -> QWidget:
        """Show the two choices."""
        self.desk.first_run.show(self.window.ask_first())
        return self.window

    def leave_welcome(self) -> None:
        """Show the pages again."""
        self.window.cover(None)

    def documents(self) -> QWidget:
        """Show a list, the result of one signature, and the key."""
        page = self._page(0)
        files = (
            signed("Акт сверки № 12.docx"),
            Document(path=_FOLDER / "Договор поставки № 118-2026.pdf", size=31_400),
            checked("Счёт на оплату 317.docx", made.signature()),
        )
        presenter = page._presenter
        presenter._documents = {each.key: each for each in files}
        presenter.show_all()
        page.list.choose([files[0].key])
        return self.window

    def keys(self) -> QWidget:
        """Show a token with two keys."""
        page = self._page(1)
        page.list.choose([key(1, certificate=True).uri])
        return self.window

    def certificates(self) -> QWidget:
        """Show a certificate and its fields."""
        presenter = self._page(2)._presenter
        facts = key(1, certificate=True).facts
        assert facts is not None
        presenter._opened = {facts.sha256: facts}
        presenter.show_all()
        return self.window

    def verification(self) -> QWidget:
        """Show a changed document, one of an unknown issuer, and one that is in order."""
        page = self._page(3)
        files = (
            checked("Акт сверки № 12.docx", made.signature()),
            checked("Договор аренды.docx", made.signature(digest_matches=False)),
        )
        presenter = page._presenter
        presenter._documents = {each.key: each for each in files}
        for each in files:
            presenter._lines.told(each)
        presenter.show_all()
        page.list.choose([files[0].key])
        return self.window

    def journal(self) -> QWidget:
        """Show three rows of a journal."""
        page = self._page(4)
        told = (
            ("sign", f"{_FOLDER}/Акт сверки № 12.docx.sig", "done"),
            ("verify", f"{_FOLDER}/Договор аренды.docx.sig", "TOTAL_FAILED"),
            ("pin_change", None, "pin_wrong"),
        )
        rows = [
            Entry(number=number, time=made.NOW, action=action, target=target, outcome=outcome)
            for number, (action, target, outcome) in enumerate(told, 1)
        ]
        presenter = page._presenter
        presenter._numbers, presenter._entries = (3, 2, 1), {each.number: each for each in rows}
        presenter.show_all()
        page.show_rows((3, 2, 1), tuple(reversed(rows)))
        return self.window

    def settings(self) -> QWidget:
        """Show the settings."""
        self._page(5)
        return self.window

    def workplace(self) -> QWidget:
        """Show what is well and what is not."""
        page = self._page(6)
        presenter = page._presenter
        findings = (
            Finding(area=Area.PROFILE, code=Code.PROFILE_PRIVATE, state=Found.GOOD),
            Finding(area=Area.TOKENS, code=Code.TOKENS_NONE, state=Found.ATTENTION),
            Finding(area=Area.TRUST, code=Code.ROOTS_NONE, state=Found.BAD),
        )
        presenter._seen = {
            each.area: Seen(area=each.area, findings=(each,), done=True) for each in findings
        }
        presenter._busy = False
        presenter.show_all()
        return self.window

    def pin(self) -> QWidget:
        """Show the question for a PIN."""
        asked = key(1, certificate=True)
        few = replace(asked.container, token=replace(_TOKEN, tries_left=2))
        question = ask_for_secret(few, asked.owner, "Договор поставки № 118-2026.pdf")
        self.desk.dialogs.ask_secret(question, lambda _secret: None)
        _settle(QApplication.instance(), 0)
        return next(
            each
            for each in QApplication.topLevelWidgets()
            if isinstance(each, QDialog) and each.isVisible()
        )

    def _page(self, place: int) -> QWidget:
        self.window.go_to(place)
        return self.window.page(place)


@contextmanager
def scenes(folder: Path) -> Iterator[Iterator[tuple[str, QWidget]]]:
    """Open the window and yield its scenes one by one, each with the name of its picture."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", HOME)
        patch.setenv("TZ", "UTC")
        time.tzset()
        app = make_application()
        flash = app.cursorFlashTime()
        app.setCursorFlashTime(0)
        try:
            with _desk(app, folder) as (desk, languages):
                yield _each(app, Scenes(desk), languages)
        finally:
            app.setCursorFlashTime(flash)
            patch.undo()
            time.tzset()


@contextmanager
def _desk(app: QApplication, folder: Path) -> Iterator[tuple[Desk, Languages]]:
    """Make the window without beginning: nothing is looked for, no process starts."""
    languages = Languages(app)
    languages.speak(LOOKS[0][0])
    apply_theme(app, ThemeChoice(LOOKS[0][1]))
    with build(Places.under(folder)) as services:
        desk = Desk(app, services, languages)
        desk.keys.read_once = True
        desk.keys.tokens = (_TOKEN,)
        desk.keys._real = (key(1, certificate=True), key(2, certificate=False))
        for page in (2, 4):
            desk.window.page(page)  # they read their stores in threads, which must be over
        desk.window.page(6)._presenter._looked = True
        desk.window.resize(*SIZE)
        desk.window.show()
        end = time.monotonic() + _PATIENCE
        while desk.tasks._running:
            assert time.monotonic() < end, "a page is still reading"
            app.processEvents()
            time.sleep(0.002)
        _settle(app, 0.4)
        desk.keys._tell()
        try:
            yield desk, languages
        finally:
            desk.window.close()
            desk.close()
            desk.window.deleteLater()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            app.processEvents()


def _each(app: QApplication, them: Scenes, languages: Languages) -> Iterator[tuple[str, QWidget]]:
    shown: tuple[Callable[[], QWidget], ...] = (
        them.documents,
        them.keys,
        them.certificates,
        them.verification,
        them.journal,
        them.settings,
        them.workplace,
        them.pin,
        them.welcome,
    )
    for language, theme in LOOKS:
        languages.speak(language)
        apply_theme(app, ThemeChoice(theme))
        for show in shown:
            widget = show()
            _settle(app, 0.05)
            yield f"{show.__name__}-{language}-{theme}", widget
            if isinstance(widget, QDialog):
                widget.close()
        them.leave_welcome()


def _settle(app: QApplication, seconds: float) -> None:
    """Let everything find its place: layouts follow one another from one event to the next."""
    end = time.monotonic() + seconds
    rounds = 0
    while rounds < _ROUNDS or time.monotonic() < end or not rests():
        assert time.monotonic() < end + _PATIENCE, "the page does not come to rest"
        app.processEvents()
        rounds += 1
        time.sleep(0.002)


def taken(widget: QWidget) -> Image.Image:
    """Return what a widget shows."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGBX8888)
    size = (image.width(), image.height())
    return Image.frombuffer(
        "RGBA", size, bytes(image.constBits()), "raw", "RGBA", image.bytesPerLine(), 1
    ).convert("RGB")


def reduced(image: Image.Image) -> Image.Image:
    """Return an image with few colours: the commonest ones, then those that are like none of them."""
    counted = sorted(image.getcolors(image.width * image.height) or [], reverse=True)
    kept = [colour for _count, colour in counted[:_COMMON]]
    for _count, colour in counted[_COMMON:]:
        if len(kept) == _COLOURS:
            break
        if all(_apart(colour, each) > _NEAR for each in kept):
            kept.append(colour)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in kept for part in colour])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def _apart(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def main() -> None:
    """Write the references anew."""
    REFERENCES.mkdir(exist_ok=True)
    for old in REFERENCES.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder, scenes(Path(folder)) as each:
        for name, widget in each:
            reduced(taken(widget)).save(REFERENCES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
