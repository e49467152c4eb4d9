"""What a fork of the program does besides commands: its core without a window, and looking it over."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.cli.errors import tell
from app.composition import build
from app.crypto.network.cache import Cache
from app.crypto.network.policy import Purpose
from app.crypto.saving import AtomicFile
from app.crypto.verifying.door import VerifyOptions
from app.errors import RoscherkError
from app.journal import Action, Journal
from app.places import Places
from app.services import Services
from app.settings import RECENT_FOLDER, SEEN_REMINDERS, STAMP, THEME, Settings
from app.tokens.store import Store
from app.ui.documents import draft
from app.ui.files import Document, State

_Deed = Callable[..., int]
URL = "http://lists.example/{number}.crl"


def settings(profile: str) -> int:
    """Change settings as the window does, one after another."""
    held = Settings.of(Places.under(Path(profile)))
    for number in range(6):
        held.set(RECENT_FOLDER, f"/folder/{number}")
        held.set(THEME, ("light", "dark")[number % 2])
        held.set(STAMP, bool(number % 2))
        held.set(SEEN_REMINDERS, tuple(f"reminder {each}" for each in range(number)))
    held.reset((THEME,))
    return 0


def journal(profile: str) -> int:
    """Write rows."""
    places = Places.under(Path(profile))
    kept = Journal(places.journal, places.journal_head)
    for number in range(8):
        kept.append(Action.VERIFY, f"/folder/{number}.sig", "total_passed", number=number)
    return 0


def journal_anew(profile: str) -> int:
    """Put the journal aside, as the window offers for a damaged one."""
    places = Places.under(Path(profile))
    kept = Journal(places.journal, places.journal_head)
    kept.set_aside()
    kept.append(Action.VERIFY, "/folder/a.sig", "total_passed")
    return 0


def cache(profile: str) -> int:
    """Keep answers of the network, and find them again."""
    kept = Cache(Places.under(Path(profile)).cache / "network")
    for number in range(8):
        kept.keep(Purpose.CRL, URL.format(number=number), answer(number))
        kept.find(Purpose.CRL, URL.format(number=number), 1 << 20)
    return 0


def answer(number: int) -> bytes:
    """Return what a server said."""
    return bytes((number,)) * 20_000


class _AtOnce:
    """Work done by whoever asks for it."""

    def run(self, work: Callable[[Any], Any], *, done: Any, failed: Any, lane: str) -> None:
        """Do it."""
        del lane
        try:
            done(work(None))
        except RoscherkError as error:
            failed(error)


def batch_list(profile: str) -> int:
    """Keep the list of a batch as the window does while it is signed."""

    def fail(error: RoscherkError) -> None:
        raise error

    file = Places.under(Path(profile)).data / "drafts" / "batch.json"
    kept = draft.Draft(file, _AtOnce(), fail)  # type: ignore[arg-type]
    documents = [Document(path=Path(f"/folder/{number}"), size=1) for number in range(8)]
    for number, document in enumerate(documents):
        kept.follow(documents, wanted=True)
        documents[number] = replace(document, state=State.SIGNED)
    return 0


def save_there(folder: str) -> int:
    """Begin to save something in a folder: whatever a program left there goes."""
    with AtomicFile.create(Path(folder)):
        return 0


def do(deed: str, *arguments: object) -> int:
    """Do one of them; an error is told as every command tells it."""
    chosen: _Deed = globals()[deed]
    try:
        return chosen(*arguments)
    except RoscherkError as error:
        return int(tell(error, json=False))


def look(bed: str, files: list[str], answer_file: str) -> int:
    """Look a profile and files over with the program's own eyes; write down what was found."""
    places = Places.under(Path(bed) / "profile")
    with build(places) as services:
        found = {"verdicts": _verdicts(services, files), **_profile(services, places)}
    Path(answer_file).write_text(json.dumps(found), encoding="utf-8")
    return 0


def _verdicts(services: Services, files: list[str]) -> dict[str, str]:
    if not files:
        return {}
    options = VerifyOptions(allow_practice=True, offline=True)
    checked = services.verifying.verify([Path(each) for each in files], options)
    return {
        each.path: f"{each.verdict} {len(each.signatures)} {[*(one.code for one in each.errors)]}"
        for each in checked.report.files
    }


def _profile(services: Services, places: Places) -> dict[str, Any]:
    check = services.journal.verify()
    rows = services.journal.entries(limit=1000)
    practice = Store(places.practice / "containers", services.workers, practice=True)
    containers = (*services.store.containers(), *practice.containers())
    return {
        "journal": [check.rows, check.first_broken, check.missing_from],
        "done": [[row.action, row.target] for row in rows if row.outcome == "done"],
        "settings": [str(each) for each in services.settings.problems],
        "containers": {each.uri: each.state.value for each in containers},
        "trust": {
            item.path.name: "" if item.problem is None else item.problem.code
            for item in services.trust.items()
        },
        "changes": services.trust.history().damaged,
        "misnamed": [
            path.name
            for path in sorted((places.data / "trust").glob("*/*"))
            if path.is_file()
            and not path.name.startswith(".")
            and path.parent.name != "changes"
            and hashlib.sha256(path.read_bytes()).hexdigest() != path.stem
        ],
        "requests": [each.key for each in services.requests.pending.entries()],
    }
