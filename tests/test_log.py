"""The log: it tells what happened and cannot carry a PIN."""

import logging
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import log
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.tokens.pin import Secret, holds_secret

PIN = "48151623"
logger = logging.getLogger("app.test")


@dataclass
class Written:
    """What the log has written."""

    places: Places
    handler: logging.Handler

    def log_raised(self, error: Exception, cause: Exception | None = None) -> None:
        """Log an exception as a handler of it would."""
        try:
            raise error from cause
        except type(error):
            logger.exception("failed")

    def text(self) -> str:
        """Return all of it."""
        return "".join(
            path.read_text(encoding="utf-8") for path in sorted(self.places.logs.iterdir())
        )


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    """Return a log that knows the living secrets."""
    places = Places.under(tmp_path)
    root = logging.getLogger()
    level = root.level
    handler = log.configure(places, debug=True, holds_secret=holds_secret)
    yield Written(places, handler)
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()


def test_ordinary_record_is_written(written: Written):
    """Level, room and words are there; paths are allowed at home."""
    logger.warning("cannot read %s", "/home/иван/Договор.pdf")
    assert "WARNING" in written.text()
    assert "app.test: cannot read /home/иван/Договор.pdf" in written.text()


def test_nothing_logged_is_no_file(written: Written):
    """The folder is private, and there is no file before the first record."""
    assert list(written.places.logs.iterdir()) == []
    assert stat.S_IMODE(written.places.logs.stat().st_mode) == 0o700


def test_secret_object_hides_itself(written: Written):
    """A secret that is logged by mistake says nothing, not even its length."""
    secret = Secret.of_text(PIN)
    logger.info("login with %s and %r", secret, secret)
    assert "login with Secret(…) and Secret(…)" in written.text()


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_raw_bytes_are_refused(written: Written, kind: type):
    """Bytes may be a PIN, a key or a document: the record is refused and its place told."""
    value = kind(PIN.encode())
    logger.info("value %s", value)
    logger.info("value %(a)s", {"a": value})
    logger.info("value %s", [("deep", {"in": value})])
    logger.info(value)
    assert written.text().count("raw bytes") == 4
    assert PIN not in written.text()
    assert "app.test" in written.text()


@pytest.mark.parametrize("form", ["{}", "PIN={};", "x{}y\n"])
def test_living_secret_in_a_text_is_refused(written: Written, form: str):
    """A PIN that became text on its way is still found, while it is alive."""
    secret = Secret.of_text(PIN)
    logger.info("sent %s", form.format(PIN))
    logger.error(form.format(PIN))
    assert len(secret) == len(PIN)
    assert PIN not in written.text()
    assert written.text().count("a secret") == 2


def test_wiped_secret_does_not_stop_the_log(written: Written):
    """After work is over the guard lets go; short ones never hold it."""
    secret, short = Secret.of_text("report"), Secret.of_text("1")
    secret.wipe()
    logger.info("report 1")
    assert len(short) == 1
    assert "report 1" in written.text()


def test_traceback_with_raw_bytes_is_withheld(written: Written):
    """An exception of a library may carry what it was given."""
    for error in (ValueError(PIN.encode()), KeyError(bytearray(PIN, "ascii"))):
        written.log_raised(RuntimeError("outer"), error)
    written.log_raised(UnicodeDecodeError("utf-8", PIN.encode(), 0, 1, "bad"))
    assert PIN not in written.text()
    assert written.text().count("withheld") == 3
    assert "RuntimeError" in written.text()


def test_traceback_with_a_living_secret_is_refused(written: Written):
    """The words of an exception are looked at too."""
    secret = Secret.of_text(PIN)
    written.log_raised(ValueError(f"bad pin {PIN}"))
    assert len(secret) == len(PIN)
    assert PIN not in written.text()


def test_our_error_is_told_with_its_facts(written: Written):
    """Codes and facts are safe and stay."""
    written.log_raised(RoscherkError(ErrorCode.PIN_WRONG, tries_left=2))
    assert "pin_wrong tries_left=2" in written.text()


def test_arguments_that_do_not_fit_are_not_printed(
    written: Written, capsys: pytest.CaptureFixture[str]
):
    """The standard handler would print them to stderr."""
    written.handler.handle(
        logging.LogRecord("app.test", logging.INFO, __file__, 1, "one %d", (PIN,), None)
    )
    assert "do not fit" in written.text()
    assert PIN not in written.text() + capsys.readouterr().err


def test_line_break_in_a_name_makes_no_second_record(written: Written):
    """A file name cannot forge a line of the log."""
    logger.info("file %s", "a\n2026-01-01 00:00:00 INFO 1 app: all is well\u2028\x1b[31m")
    assert len(written.text().splitlines()) == 1


def test_log_is_limited(written: Written, monkeypatch: pytest.MonkeyPatch):
    """Old parts go away; the log does not fill the disk."""
    monkeypatch.setattr(written.handler, "maxBytes", 2000)
    for _ in range(200):
        logger.info("x" * 100)
    files = list(written.places.logs.iterdir())
    assert len(files) == 4
    assert all(path.stat().st_size <= 2000 for path in files)


def test_lost_folder_is_no_reason_to_print(written: Written, capsys: pytest.CaptureFixture[str]):
    """When the log cannot be written, the program goes on silently."""
    written.places.logs.rmdir()
    logger.error("lost")
    assert capsys.readouterr().err == ""


def test_secret_is_not_in_any_form_of_itself():
    """Neither repr nor str nor an error of copying tells a secret."""
    pin = secrets.token_hex(8)
    secret = Secret.of_text(pin)
    assert pin not in f"{secret} {secret!r} {[secret]}"
    with pytest.raises(TypeError) as caught:
        secret.__reduce__()
    assert pin not in str(caught.value)
    assert holds_secret(f"x{pin}x".encode())
    secret.wipe()
    assert secret.buffer == bytes(len(pin))
    assert not holds_secret(f"x{pin}x".encode())
