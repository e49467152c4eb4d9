"""The command line as a user meets it, with worker processes shared by all tests."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import jsonschema
import pytest
from roscherk_run import PASSWORD, Done, Firm, Roscherk
from stand_ins.bare_machine import bare
from stand_ins.pki import pki_of

from app import composition
from app.algorithms.names import KeyAlgorithm
from app.cli import main as cli
from app.crypto.practice.door import Practice
from app.places import Places, resource
from app.processes.pool import Pool
from app.services import Services
from app.texts.catalogue import set_language


class SharedPool(Pool):
    """A pool that outlives one command: starting workers takes most of a test's time."""

    def close(self) -> None:
        """Stay: the session closes it."""

    def really_close(self) -> None:
        """End the workers."""
        super().close()


@pytest.fixture(scope="session")
def pools() -> Iterator[dict[str, SharedPool]]:
    """Return the pools of the session by role."""
    made: dict[str, SharedPool] = {}
    yield made
    for pool in made.values():
        pool.really_close()


@pytest.fixture(scope="module", autouse=True)
def bare_machine() -> Iterator[None]:
    """Let no command find modules or readers that its test does not name.

    For one module: tests of other folders, which may come next, have the machine as it is.
    """
    with pytest.MonkeyPatch.context() as patch:
        bare(patch)
        yield


@pytest.fixture(scope="session")
def schema() -> jsonschema.Draft202012Validator:
    """Return the schema of the answers of `verify`."""
    text = resource("schema/roscherk.verify-1.json").read_text("utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    return jsonschema.Draft202012Validator(json.loads(text))


@pytest.fixture
def opened() -> list[tuple[Sequence[Path], bool]]:
    """Return what windows were opened on."""
    return []


@pytest.fixture
def roscherk(  # noqa: PLR0917 - each is a fixture
    pools: dict[str, SharedPool],
    schema: jsonschema.Draft202012Validator,
    opened: list[tuple[Sequence[Path], bool]],
    profile: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Roscherk]:
    """Return a function that runs the command line in this process.

    Every answer of ``verify --json`` is held against the schema.
    """

    def pool(role: str, size: int = 2) -> SharedPool:
        return pools.setdefault(role, SharedPool(role, size))

    def open_window(
        _services: Callable[[], Services],
        _places: Places,
        files: Sequence[Path] = (),
        *,
        practice: bool = False,
        verify: bool = False,
    ) -> int:
        assert not verify
        opened.append((tuple(files), practice))
        return 0

    monkeypatch.setattr(composition, "Pool", pool)
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str | Path, own_profile: bool = True) -> Done:
        capfd.readouterr()
        words = [*(["--profile", str(profile)] if own_profile else []), *map(str, arguments)]
        code = cli.main(words, build=composition.build, open_window=open_window)
        out, err = capfd.readouterr()
        done = Done(code, out, err)
        if "verify" in words and "--json" in words and out and "roscherk.error" not in out:
            schema.validate(done.json)
        assert "Traceback" not in err
        return done

    yield run
    set_language("en")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Return a profile of its own for one test."""
    return tmp_path / "profile"


@pytest.fixture
def places(profile: Path) -> Places:
    """Return the places of that profile."""
    return Places.under(profile)


@pytest.fixture(scope="session")
def practice_profile(
    pools: dict[str, SharedPool], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a profile in which practice mode was entered; tests copy it."""
    root = tmp_path_factory.mktemp("practice")
    workers = pools.setdefault("worker", SharedPool("worker"))
    Practice(Places.under(root), workers).enter()
    return root


@pytest.fixture
def practising(practice_profile: Path, profile: Path) -> str:
    """Put the practice profile in place of the test's own; return the URI of its key."""
    shutil.copytree(practice_profile, profile)
    return "practice:"


@pytest.fixture
def typed() -> Iterator[Callable[[bytes], None]]:
    """Return a function that puts bytes on standard input."""
    before = os.dup(0)
    opened: list[int] = []

    def put(data: bytes) -> None:
        reading, writing = os.pipe()
        os.write(writing, data)
        os.close(writing)
        os.dup2(reading, 0)
        opened.append(reading)

    yield put
    os.dup2(before, 0)
    for descriptor in (*opened, before):
        os.close(descriptor)


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """Return a firm that signs with RSA."""
    pki = pki_of(KeyAlgorithm.RSA)
    path = tmp_path / "Ключ фирмы.pfx"
    path.write_bytes(pki.pfx(PASSWORD))
    pki.trust(tmp_path / "trust")
    anchors, crls = tmp_path / "trust" / "anchors", tmp_path / "trust" / "crls"
    return Firm(f"pfx:{path}", ("--trust", str(anchors), "--crl", str(crls)), pki)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Return a document alone in its folder."""
    place = tmp_path / "Папка с документами"
    place.mkdir()
    path = place / "Акт № 5.docx"
    path.write_bytes("Акт сверки\n".encode() * 50)
    return path


@pytest.fixture
def signature(
    roscherk: Roscherk, firm: Firm, document: Path, typed: Callable[[bytes], None]
) -> Path:
    """Return a detached signature of the firm beside the document."""
    typed(PASSWORD + b"\n")
    done = roscherk("sign", document, "--key", firm.key, "--password-stdin")
    assert done.code == 0, done.err
    return document.with_name(document.name + ".sig")
