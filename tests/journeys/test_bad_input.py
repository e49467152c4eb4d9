"""Bad input, end to end: one clear answer in both languages, the right code, nothing touched.

Whatever is wrong, the folder is afterwards exactly as it was before.
"""

import io
import os
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, StreamObject
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm

sys.path.insert(0, str(Path(__file__).parent))

from program import Done, Program

PASSWORD = "пароль 48151623"
CYRILLIC = re.compile("[а-яё]")
ADVICE = {"en": "What to do: ", "ru": "Что делать: "}
NEW_DRIVER = ("The driver ", "Драйвер ")
LANGUAGES = pytest.mark.parametrize("language", ["en", "ru"])


@dataclass(frozen=True)
class Desk:
    """A folder with a key file and a document, and the program."""

    folder: Path
    program: Program

    @property
    def key_file(self) -> Path:
        """The key."""
        return self.folder / "ключ.pfx"

    @property
    def document(self) -> Path:
        """A good document."""
        return self.folder / "Договор №1.txt"

    def put(self, name: str, content: bytes) -> Path:
        """Put one more file there."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def state(self) -> dict[str, tuple[bytes, int]]:
        """Return what lies here: names, contents, times."""
        return {
            path.name: (
                path.read_bytes() if path.is_file() else b"",
                path.lstat().st_mtime_ns if path.is_file() else 0,
            )
            for path in self.folder.iterdir()
        }

    def sign(
        self, *arguments: str | Path, key: str = "", typed: str = PASSWORD, language: str = "en"
    ) -> Done:
        """Sign with the key file, or with another key."""
        named = key or f"pfx:{self.key_file}"
        command = ("sign", *arguments, "--key", named, "--password-stdin")
        return self.program.run(*command, typed=typed, language=language)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a folder with a key and a document."""
    desk = Desk(tmp_path / "Мои документы", Program(tmp_path / "profile"))
    desk.folder.mkdir()
    desk.key_file.write_bytes(pki_of(KeyAlgorithm.ECDSA_P256).pfx(PASSWORD.encode()))
    desk.document.write_text("Договор", encoding="utf-8")
    return desk


def told_well(done: Done, language: str) -> None:
    """Hold an error to its form: a heading, an advice, the right language, no inner workings."""
    assert "Traceback" not in done.err
    assert "UNEXPECTED" not in done.err.upper()
    assert "48151623" not in done.err + done.out
    # A driver that is met for the first time is told of, whatever comes after.
    lines = [one for one in done.err.strip().splitlines() if not one.startswith(NEW_DRIVER)]
    assert 2 <= len(lines) <= 4, done.err
    assert ADVICE[language] in lines[-1]
    words = re.sub(r"«[^»]*»|\S*[/.]\S*", "", done.err)  # names of files may be in any language
    assert bool(CYRILLIC.search(words)) is (language == "ru"), done.err
    assert "{" not in done.err


def encrypted_pdf() -> bytes:
    """Return a PDF that asks for a password."""
    writer = PdfFileWriter()
    contents = writer.add_object(StreamObject(stream_data=b"q Q"))
    box = ArrayObject(NumberObject(number) for number in (0, 0, 200, 200))
    writer.insert_page(PageObject(contents=contents, media_box=box))
    writer.encrypt("owner", "user")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


BAD_SOURCES = {
    "empty": b"",
    "encrypted pdf": encrypted_pdf(),
    "only a header": b"%PDF-1.7\n",
    "torn pdf": encrypted_pdf()[:300],
}


@LANGUAGES
@pytest.mark.parametrize("kind", BAD_SOURCES)
def test_document_that_cannot_be_signed(desk: Desk, kind: str, language: str):
    """An empty file, a PDF with a password, a torn PDF: code 1, and nothing is written."""
    source = desk.put("Плохой.pdf", BAD_SOURCES[kind])
    before = desk.state()
    done = desk.sign(source, language=language)
    assert done.code == 1
    told_well(done, language)
    assert desk.state() == before


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "broken link", "unreadable"])
def test_path_that_is_no_document(desk: Desk, kind: str):
    """Neither signing nor verifying hangs on it or falls over it."""
    path = desk.folder / "нечто"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "broken link":
        path.symlink_to("нигде")
    elif kind == "unreadable":
        # Its memory refuses to be read at address 0, to an administrator as well.
        path.symlink_to("/proc/self/mem")
    before = sorted(desk.folder.iterdir())
    signed, verified = desk.sign(path, language="ru"), verify(desk, path)
    # An empty folder is a package without a signature; everything else cannot be read.
    assert (signed.code, verified.code) == (1, 30 if kind == "folder" else 1)
    told_well(signed, "ru")
    assert "Traceback" not in verified.err + verified.out
    assert sorted(desk.folder.iterdir()) == before


def verify(desk: Desk, path: Path, language: str = "en", *more: str) -> Done:
    """Verify one file."""
    return desk.program.run("verify", path, *more, language=language)


@LANGUAGES
def test_wrong_password(desk: Desk, language: str):
    """It is called so, once, and the signature is not made."""
    before = desk.state()
    done = desk.sign(desk.document, typed="23421561", language=language)
    assert done.code == 1
    told_well(done, language)
    assert "23421561" not in done.err + done.out
    assert desk.state() == before


@pytest.mark.parametrize(
    ("key", "language"),
    [
        ("container:None", "en"),
        ("container:None", "ru"),
        ("pkcs11:serial=00000000", "en"),
        ("pkcs11:serial=00000000", "ru"),
        ("pfx:/none/such.pfx", "ru"),
        ("something", "ru"),
        ("pkcs11:serial=1?pin-value=48151623", "en"),
    ],
)
def test_no_such_key(desk: Desk, key: str, language: str):
    """A key that is not there, and what is no name of a key, are told apart from each other."""
    before = desk.state()
    done = desk.sign(desk.document, key=key, language=language)
    assert done.code in {1, 2}
    told_well(done, language)
    assert desk.state() == before


def test_key_file_that_is_none(desk: Desk):
    """A damaged key file is not called a wrong password."""
    desk.key_file.write_bytes(b"\x30\x82" + os.urandom(500))
    done = desk.sign(desk.document, "--json", language="ru")
    assert done.code == 1
    assert done.json["code"] == "pfx_damaged"
    told_well(done, "ru")


def test_target_that_exists(desk: Desk):
    """What the user named is not written over; without a name the next free one is taken."""
    target = desk.put("Готово.sig", b"precious")
    before = desk.state()
    for language in ("en", "ru"):
        done = desk.sign(desk.document, "--output", target, language=language)
        assert done.code == 1
        told_well(done, language)
    assert desk.state() == before
    taken = desk.put("Договор №1.txt.sig", b"precious")
    assert desk.sign(desk.document).code == 0
    assert taken.read_bytes() == b"precious"
    assert (desk.folder / "Договор №1.txt (1).sig").read_bytes().startswith(b"\x30")


@LANGUAGES
def test_full_disk(desk: Desk, language: str):
    """A limit on the size of files stands for a disk with no room left."""
    source = desk.put("Большой.bin", bytes(3 << 20))
    before = desk.state()
    limit = 2 << 20
    done = desk.program.run(
        *("sign", source, "--key", f"pfx:{desk.key_file}", "--password-stdin", "--attached"),
        typed=PASSWORD,
        language=language,
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.code == 1
    told_well(done, language)
    assert desk.state() == before


def test_target_folder_that_is_not_there(desk: Desk):
    """It is not made without being asked for."""
    done = desk.sign(desk.document, "--output", desk.folder / "нет" / "x.sig")
    assert done.code == 1
    told_well(done, "en")


def test_name_that_is_not_utf8_and_a_long_path(desk: Desk):
    """Such names are signed and verified like any other."""
    folder = desk.folder
    for number in range(12):
        folder /= f"{number} " + "длинное имя папки " * 4
    folder.mkdir(parents=True)
    for path in (desk.folder / os.fsdecode(b"\xff\xfe name.bin"), folder / "Акт.docx"):
        path.write_bytes(b"content")
        assert desk.sign(path).code == 0
        signature = path.with_name(path.name + ".sig")
        answer = verify(desk, signature, "en", "--json").json
        assert answer["files"][0]["signatures"][0]["integrity"] == "intact"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        os.urandom(5000),
        b"\x30\x80" * 100_000,
        b"%PDF-1.7\n" + os.urandom(5000),
        b"-----BEGIN CMS-----\nAAAA",
        "просто текст".encode("utf-16"),
        bytes(64 << 20),
    ],
    ids=["empty", "zero", "random", "bomb", "random pdf", "torn pem", "text", "huge"],
)
def test_anything_at_all_is_verified_to_an_answer(desk: Desk, content: bytes):
    """The answer is JSON with a verdict that is no pass, and never a traceback."""
    path = desk.put("нечто.sig", content)
    before = desk.state()
    done = verify(desk, path, "en", "--json")
    assert done.code in {20, 30}, done
    assert "Traceback" not in done.err
    (file,) = done.json["files"]
    assert file["verdict"] in {"NO_SIGNATURE", "TOTAL_FAILED"}
    assert file["errors"]
    assert desk.state() == before


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_torn_signature_is_no_pass(desk: Desk, part: float):
    """A signature file that breaks off anywhere gets an answer that is no pass."""
    assert desk.sign(desk.document).code == 0
    signature = desk.document.with_name(desk.document.name + ".sig")
    whole = signature.read_bytes()
    signature.write_bytes(whole[: int(len(whole) * part)])
    done = verify(desk, signature, "en", "--json")
    assert done.code in {20, 30}
    assert done.json["files"][0]["verdict"] in {"NO_SIGNATURE", "TOTAL_FAILED"}


def test_secret_is_in_no_file_of_the_profile(desk: Desk):
    """After right and wrong passwords neither is in the log, the journal or the settings."""
    desk.sign(desk.document)
    desk.sign(desk.document, typed="23421561")
    kept = [path.read_bytes() for path in desk.program.profile.rglob("*") if path.is_file()]
    assert kept
    for content in kept:
        assert b"48151623" not in content
        assert b"23421561" not in content


def test_secret_is_in_no_command_line(desk: Desk):
    """While the program waits, neither it nor a child shows the password to other users."""
    command = [sys.executable, "-m", "app", "--profile", str(desk.program.profile), "sign"]
    command += [str(desk.document), "--key", f"pfx:{desk.key_file}", "--password-stdin"]
    running = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent.parent)},
    )
    assert running.stdin is not None
    running.stdin.write(PASSWORD.encode() + b"\n")
    running.stdin.flush()
    while running.poll() is None:
        for process in Path("/proc").glob("[0-9]*"):
            for name in ("cmdline", "environ"):
                try:
                    assert b"48151623" not in (process / name).read_bytes()
                except OSError:
                    continue
    assert running.returncode == 0
    running.stdin.close()
