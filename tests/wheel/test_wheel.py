"""The installed wheel carries its resources and opens a Russian window (decision 24)."""

import sysconfig
from pathlib import Path

import app
from app import places
from app.composition import build
from app.reports.own_files import OwnState, check_own_files
from app.ui.application import make_application
from app.ui.assembly import Desk
from app.ui.help.library import contents, read_page
from app.ui.languages import Languages
from app.ui.widgets.sidebar import Navigation


def test_the_program_comes_from_the_wheel() -> None:
    """Nothing is taken from the source tree."""
    installed = Path(sysconfig.get_path("purelib"))
    assert Path(app.__file__).is_relative_to(installed)
    assert places.resource("texts").is_relative_to(installed)


def test_the_program_knows_its_own_files() -> None:
    """Installed from a wheel, every file is the one of the list."""
    found = check_own_files(app.__version__)
    assert found.state is OwnState.INTACT, found
    assert found.checked > 100


def test_the_guide_comes_from_the_wheel() -> None:
    """Every page that is listed is there, with its pictures."""
    assert places.guide().is_relative_to(Path(sysconfig.get_path("purelib")))
    listed = contents("ru")
    assert len(listed) > 10
    assert all(read_page(name).text for _title, name in listed)


def test_a_russian_window_opens(tmp_path: Path) -> None:
    """The window stands, speaks Russian, and its parts were found in the wheel."""
    application = make_application()
    languages = Languages(application)
    languages.speak("ru")
    with build(places.Places.under(tmp_path)) as services:
        desk = Desk(application, services, languages)
        try:
            desk.window.show()
            application.processEvents()
            assert desk.window.isVisible()
            navigation = desk.window.findChild(Navigation)
            assert navigation.item(0).text() == "Документы"
        finally:
            desk.window.close()
            desk.close()
