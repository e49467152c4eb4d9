"""The work on tokens whose speed is measured, in a process of its own.

``python -m stand_ins.token_runs slow|softhsm|listing FOLDER COUNT`` prints seconds as JSON.
`benchmarks.tokens` holds them against the goals, `tests/tokens/pkcs11/test_token_speed.py` against
looser bounds.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from stand_ins import softhsm
from stand_ins.mock import Mock, profiles
from stand_ins.mock_building import EXTENDED, build

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm, default_digest
from app.crypto.model import SignRequest
from app.crypto.signing.door import Signing
from app.processes.pool import Pool
from app.tokens.model import Container, Module
from app.tokens.pin import Secret
from app.tokens.pkcs11.driver import Driver
from app.tokens.pkcs11.finding import find_key
from app.tokens.pkcs11.mechanisms import recipe_for
from app.tokens.token_place import TokenPlace
from app.tokens.uri import KeyUri

PIN = "12345678"
SLOW_MS = 300


def main() -> None:
    """Do one kind of work and print what it took."""
    what, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    work: Mapping[str, Callable[[Path, int], dict[str, float]]] = {
        "slow": slow_token,
        "softhsm": soft_token,
        "listing": listing,
    }
    sys.stdout.write(json.dumps(work[what](folder, count)) + "\n")


def slow_token(folder: Path, count: int) -> dict[str, float]:
    """Sign with a token that takes 300 ms for each signature."""
    (mock,) = mocks(folder, 1)
    mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN).add_key("key", KeyAlgorithm.GOST_256)
    mock.order(f"C_Sign=sleep:{SLOW_MS}")
    return both(mock.module, "key", folder, count)


def soft_token(folder: Path, count: int) -> dict[str, float]:
    """Sign with SoftHSM2, which takes a millisecond or so."""
    token = softhsm.make_token(folder / "token")
    token.add("rsa", "01", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    return both(token.module, "rsa", folder, count)


def mocks(folder: Path, count: int) -> list[Mock]:
    """Make so many modules."""
    built = folder / "built"
    built.mkdir()
    build(built)
    made = []
    for number in range(count):
        home = folder / f"module-{number}"
        home.mkdir()
        path = home / "module.so"
        path.write_bytes((built / EXTENDED).read_bytes())
        path.chmod(0o755)
        (home / "curves").write_bytes((built / "curves").read_bytes())
        (home / "module").write_text("manufacturer=Mock\ndescription=Mock\n")
        made.append(Mock(Module(f"module {number}", "tests", path), 1))
    return made


def both(module: Module, label: str, folder: Path, count: int) -> dict[str, float]:
    """Sign documents by the program's door with one PIN, then as many digests by C_Sign alone."""
    documents = folder / "documents"
    documents.mkdir()
    paths = [documents / f"Акт {number:03}.docx" for number in range(count)]
    for path in paths:
        path.write_bytes(path.name.encode() * 2000)
    place = TokenPlace(module)
    try:
        container = next(each for each in place.containers() if each.label == label)
        ours = door(place, container, paths)
    finally:
        place.close()
    assert len(list(documents.glob("*.sig"))) == count
    return {"ours": ours, "raw": raw(module, container, count)}


def door(place: TokenPlace, container: Container, paths: list[Path]) -> float:
    """Return what signing all took, from the typed PIN to the last file."""
    with Pool("worker", size=1) as workers, Secret.of_text(PIN) as secret:
        secret.for_run = True
        workers.warm()
        signing = Signing(workers, place)
        time.sleep(1)  # the workers of the program are warm when a person has typed a PIN
        begin = time.perf_counter()
        for path in paths:
            now = datetime.now(UTC)
            request = SignRequest(source=path, container=container, signing_time=now)
            signing.sign(request, secret)
        return time.perf_counter() - begin


def raw(module: Module, container: Container, count: int) -> float:
    """Return what C_SignInit and C_Sign alone take."""
    algorithm, uri = container.algorithm, KeyUri.parse(container.uri)
    assert algorithm is not None
    driver = Driver(module.path)
    (plugged,) = [each for each in driver.plugged() if each.token.flags.initialised]
    name, vendor = default_digest(algorithm), plugged.token.vendor
    buffer = bytearray(PIN.encode())
    with driver.session(plugged.slot) as session, driver.logged_in(plugged, session, buffer):
        key = find_key(session, uri, algorithm, container.public_key, vendor)
        begin = time.perf_counter()
        for number in range(count):
            digest = digests.digest(name, str(number).encode())
            recipe = recipe_for(algorithm, name, digest, vendor)
            key.sign(recipe.data, mechanism=recipe.mechanism)  # type: ignore[attr-defined]
        return time.perf_counter() - begin


def listing(folder: Path, count: int) -> dict[str, float]:
    """Open the window on three modules, one of which hangs; no host is running yet."""
    from token_desk import TalkingReaders  # noqa: PLC0415 - Qt, which the others do without

    from app import composition  # noqa: PLC0415 - as above
    from app.tokens.token_places import TokenPlaces  # noqa: PLC0415 - as above

    three = mocks(folder, 3)
    for number, mock in enumerate(three):
        token = mock.insert(profiles.RUTOKEN_ECP_3, label=f"Token {number}", serial=f"2ad{number}")
        token.add_key("key", KeyAlgorithm.GOST_256)
    three[1].order("C_GetSlotList=hang")
    modules = [mock.module for mock in three]
    with (
        patch.object(composition, "_find_tokens", lambda *_: TokenPlaces(modules)),
        patch.object(composition, "Watcher", lambda **_: TalkingReaders()),
    ):
        return {"ours": min(_until_two_are_seen(folder / str(one)) for one in range(count))}


def _until_two_are_seen(profile: Path) -> float:
    """Return the seconds from the start of the listing to two tokens among the rows."""
    from opened import opened  # noqa: PLC0415 - Qt, which the others do without

    from app.ui.keys.page import KeysPage  # noqa: PLC0415 - as above

    with opened(profile) as it:
        begin = time.perf_counter()
        it.desk.window.go_to(1)
        page = it.desk.window.page(1)
        assert isinstance(page, KeysPage)

        def seen() -> bool:
            said = " ".join(row.spoken for row in page.list.rows._rows)
            return "Token 0" in said and "Token 2" in said

        it.until(seen)
        page.grab()
        return time.perf_counter() - begin


if __name__ == "__main__":
    main()
