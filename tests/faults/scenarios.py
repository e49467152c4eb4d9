"""What the program is disturbed at: each scenario is a piece of its work in a bed of files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faults.lane import Lane
from stand_ins.contract import make_contract
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.saving import free_name

_PASSWORD = "pass word 1"
TYPED = f"{_PASSWORD}\n"
_QUICK = KeyAlgorithm.ECDSA_P256
TEXT = "Акт сверки взаимных расчётов\n" * 300


@dataclass(frozen=True)
class Work:
    """One run of the program: a command, or a deed of its core."""

    arguments: list[str]
    deed: str = ""
    typed: str = ""

    def run(self, lane: Lane, **more: Any) -> Any:
        """Run it."""
        return lane.run(self.arguments, deed=self.deed, typed=self.typed, **more)


@dataclass(frozen=True)
class Scenario:
    """A piece of work that is disturbed."""

    area: str
    """The line of the table that it counts for."""
    work: Callable[[Lane], Work]
    prepare: Callable[[Lane], None] = lambda _lane: None
    demo: bool = True
    """The profile is in practice mode before."""
    code: int = 0
    """How it ends undisturbed."""
    once: bool = False
    """The next run makes nothing a second time."""


def _done(ended: Any) -> None:
    assert ended.code == 0, ended


def text(lane: Lane, name: str = "Акт.txt") -> Path:
    """Put a document into the bed."""
    path = lane.documents / name
    path.write_text(TEXT + name, "utf-8")
    return path


def contract(lane: Lane, name: str = "Договор.pdf") -> Path:
    """Put a PDF into the bed."""
    return make_contract(lane.documents / name)


def _firm(lane: Lane) -> str:
    """Put a key of a firm into the bed; return its URI."""
    path = lane.bed / "keys" / "firm.pfx"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_bytes(pki_of(_QUICK).pfx(_PASSWORD.encode()))
    return f"pfx:{path}"


def _signed_by_firm(lane: Lane, *more: str) -> Path:
    source = text(lane)
    words = lane.command("sign", source, "--key", _firm(lane), "--password-stdin", *more)
    _done(lane.run(words, typed=TYPED))
    return source.with_name(f"{source.name}.sig")


def _signed_by_both(lane: Lane) -> Path:
    first = _signed_by_firm(lane)
    _done(lane.run(lane.command("sign", first, "--key", "practice:", "--co-sign")))
    (both,) = (each for each in lane.documents.glob("*.sig") if each != first)
    return both


def _sign(*names: str, options: tuple[str, ...] = ()) -> Callable[[Lane], Work]:
    def work(lane: Lane) -> Work:
        files = [lane.documents / name for name in names]
        return Work(lane.command("sign", *files, "--key", "practice:", *options))

    return work


def _signature(action: str, *options: str) -> Callable[[Lane], Work]:
    """Edit the file with two signatures."""

    def work(lane: Lane) -> Work:
        files = sorted(lane.documents.glob("*.sig"))
        chosen = files if action == "merge" else [max(files, key=lambda each: each.stat().st_size)]
        return Work(lane.command("signature", action, *chosen, *options))

    return work


def _command(*words: str, typed: str = "") -> Callable[[Lane], Work]:
    """Run a command; ``{bed}`` in a word is the bed."""
    return lambda lane: Work(
        lane.command(*(word.replace("{bed}", str(lane.bed)) for word in words)), typed=typed
    )


def _deed(name: str) -> Callable[[Lane], Work]:
    return lambda lane: Work([str(lane.profile)], deed=name)


def _batch(lane: Lane) -> None:
    for number in range(4):
        text(lane, f"{number}.txt")
    contract(lane, "4.pdf")


def _merging(lane: Lane) -> None:
    source = text(lane)
    words = lane.command("sign", source, "--key", _firm(lane), "--password-stdin")
    _done(lane.run(words, typed=TYPED))
    _done(lane.run(lane.command("sign", source, "--key", "practice:")))


def _stamping(lane: Lane) -> None:
    contract(lane)
    _done(lane.run(_sign("Договор.pdf", options=("--format", "cades"))(lane).arguments))


def _papers(lane: Lane) -> Work:
    """Verify, and save all papers under names that are free."""
    files = {
        option: free_name(lane.documents / name)
        for option, name in (
            ("--report", "protocol.pdf"),
            ("--expertise", "expertise.html"),
            ("--facts", "facts.json"),
            ("--package", "package.zip"),
        )
    }
    words = [word for pair in files.items() for word in pair]
    return Work(lane.command("verify", lane.documents / "Акт.txt.sig", "--offline", *words))


def trust_files(lane: Lane) -> Path:
    """Put a root, an authority and a list into the bed."""
    folder = lane.bed / "keys" / "trust"
    folder.mkdir(parents=True, exist_ok=True)
    pki = pki_of(_QUICK)
    (folder / "root.cer").write_bytes(pki.root)
    (folder / "ca.cer").write_bytes(pki.ca)
    (folder / "list.crl").write_bytes(pki.ca_issuer.crl())
    return folder


def _adding(lane: Lane) -> Work:
    folder = lane.bed / "keys" / "trust"
    root = _sha256(folder / "root.cer")
    return Work(lane.command("trust", "add", folder, "--yes-root", root))


def _sha256(path: Path) -> str:
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(path.read_bytes()).hexdigest()


def _trusting(lane: Lane) -> None:
    trust_files(lane)
    _done(_adding(lane).run(lane))


def _removing(lane: Lane) -> Work:
    folder = lane.bed / "keys" / "trust"
    shas = [_sha256(folder / name) for name in ("root.cer", "list.crl")]
    return Work(lane.command("trust", "remove", *shas))


def _own_key(lane: Lane) -> None:
    words = lane.command("container", "create", "a", "--algorithm", "ecdsa-p256")
    _done(lane.run([*words, "--password-stdin"], typed=TYPED))


def _requesting(lane: Lane) -> Work:
    target = lane.documents / "request.p10"
    words = ("request", "new", "--key", "container:a", "--kind", "person", "--surname", "Тестов")
    names = ("--given-name", "Тест", "--inn", "500100732259", "--snils", "112-233-445 95")
    options = ("--output", target, "--password-stdin")
    return Work(lane.command(*words, *names, *options), typed=TYPED)


SCENARIOS: Mapping[str, Scenario] = {
    "detached": Scenario("sign", _sign("Акт.txt"), lambda lane: _only(text(lane))),
    "attached": Scenario(
        "sign", _sign("Акт.txt", options=("--attached",)), lambda lane: _only(text(lane))
    ),
    "pdf": Scenario("sign", _sign("Договор.pdf"), lambda lane: _only(contract(lane))),
    "base64": Scenario(
        "sign",
        _sign("Акт.txt", options=("--attached", "--encoding", "base64")),
        lambda lane: _only(text(lane)),
    ),
    "batch": Scenario(
        "batch",
        _sign(*(f"{n}.txt" for n in range(4)), "4.pdf", options=("--resume",)),
        _batch,
        once=True,
    ),
    "batch_list": Scenario("batch", _deed("batch_list"), demo=False),
    "co_sign": Scenario(
        "co-sign, merge, split",
        lambda lane: Work(
            lane.command("sign", lane.documents / "Акт.txt.sig", "--key", "practice:", "--co-sign")
        ),
        lambda lane: _only(_signed_by_firm(lane)),
    ),
    "merge": Scenario("co-sign, merge, split", _signature("merge"), _merging),
    "split": Scenario(
        "co-sign, merge, split", _signature("split"), lambda lane: _only(_signed_by_both(lane))
    ),
    "remove": Scenario(
        "co-sign, merge, split",
        _signature("remove", "--number", "1"),
        lambda lane: _only(_signed_by_both(lane)),
    ),
    "convert": Scenario(
        "co-sign, merge, split",
        _signature("convert", "--attached"),
        lambda lane: _only(_signed_by_both(lane)),
    ),
    "stamp": Scenario("stamp, papers", _command("stamp", "{bed}/documents/Договор.pdf"), _stamping),
    "papers": Scenario(
        "stamp, papers",
        _papers,
        lambda lane: _only(_signed_by_firm(lane)),
        code=10,
    ),
    "practice": Scenario("stores", _command("demo", "{bed}/documents"), demo=False),
    "trust_add": Scenario("stores", _adding, lambda lane: _only(trust_files(lane)), demo=False),
    "trust_remove": Scenario("stores", _removing, _trusting, demo=False),
    "trust_undo": Scenario("stores", _command("trust", "undo"), _trusting, demo=False),
    "key_create": Scenario(
        "stores",
        _command(
            *("container", "create", "a", "--algorithm", "ecdsa-p256", "--password-stdin"),
            typed=TYPED,
        ),
        demo=False,
    ),
    "key_import": Scenario(
        "stores",
        lambda lane: Work(
            lane.command("container", "import", _firm(lane), "--name", "b", "--password-stdin"),
            typed=TYPED * 2,
        ),
        lambda lane: _only(_firm(lane)),
        demo=False,
    ),
    "key_copy": Scenario(
        "stores",
        _command("container", "copy", "container:a", "--name", "b"),
        _own_key,
        demo=False,
    ),
    "key_rename": Scenario(
        "stores", _command("container", "rename", "container:a", "b"), _own_key, demo=False
    ),
    "key_delete": Scenario(
        "stores",
        _command("container", "delete", "container:a", "--confirm", "a"),
        _own_key,
        demo=False,
    ),
    "key_stop": Scenario(
        "stores",
        _command(
            *("container", "compromised", "container:a", "--confirm", "a"),
            *("--output", "{bed}/documents/application.pdf"),
        ),
        _own_key,
        demo=False,
    ),
    "request": Scenario("stores", _requesting, _own_key, demo=False),
    "journal": Scenario("journal", _deed("journal"), demo=False),
    "journal_anew": Scenario(
        "journal",
        _deed("journal_anew"),
        lambda lane: _done(_deed("journal")(lane).run(lane)),
        demo=False,
    ),
    "settings": Scenario("settings", _deed("settings"), demo=False),
    "cache": Scenario("CRL cache", _deed("cache"), demo=False),
}


def _only(_made: object) -> None:
    """Leave out what was made: it lies in the bed."""
