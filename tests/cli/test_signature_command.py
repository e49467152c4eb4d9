"""`signature` and the acts of `sign`: what a script and an accountant see of them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

import jsonschema
import pytest
from roscherk_run import PASSWORD, Done, Firm, Roscherk

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.cms.attributes import read_signed_attributes
from app.crypto.cms.reading import open_cms
from app.crypto.cms.structure import SignerInfo
from app.journal import Journal
from app.places import Places, resource

Typed = Callable[[bytes], None]
Sign = Callable[..., Path]
Edit = Callable[..., Done]


@pytest.fixture
def sign(roscherk: Roscherk, firm: Firm, typed: Typed) -> Sign:
    """Return a function that signs as the firm and returns the new file."""

    def run(source: Path, *options: str | Path, key: str | None = None) -> Path:
        typed(PASSWORD + b"\n")
        done = roscherk(
            "sign", source, "--key", key or firm.key, "--password-stdin", "--json", *options
        )
        assert done.code == 0, done.err
        return Path(done.json["files"][0]["target"])

    return run


@pytest.fixture
def partner(firm: Firm, tmp_path: Path) -> str:
    """Return the key of a second person, whose certificate is of the same authority."""
    key = EphemeralKey.generate(KeyAlgorithm.ECDSA_P256)
    pki = replace(firm.pki, algorithm=key.algorithm, leaf_key=key, leaf=firm.pki.issue(key.public))
    path = tmp_path / "Ключ партнёра.pfx"
    path.write_bytes(pki.pfx(PASSWORD))
    return f"pfx:{path}"


@pytest.fixture
def edit(roscherk: Roscherk) -> Edit:
    """Return a function that runs `signature … --json` and holds the answer against its schema."""
    text = resource("schema/roscherk.signature-1.json").read_text("utf-8")
    schema = jsonschema.Draft202012Validator(json.loads(text))

    def run(*arguments: str | Path) -> Done:
        done = roscherk("signature", *arguments, "--json")
        schema.validate(done.json)
        return done

    return run


def verdicts(done: Done) -> list[tuple[str, int | None]]:
    """Return the integrity of each signature of the first file, and what it stands on."""
    signatures = done.json["files"][0]["signatures"]
    return [(one["integrity"], one["parent"]) for one in signatures]


def test_co_sign_and_counter_sign(
    roscherk: Roscherk, firm: Firm, signature: Path, sign: Sign, partner: str
) -> None:
    """A second signer, and a third who certifies the first; all of them verify."""
    two = sign(signature, "--co-sign", key=partner)
    assert two.name == "Акт № 5.docx (1).sig"
    three = sign(two, "--counter-sign", "1", "--encoding", "base64")
    done = roscherk("verify", three, "--json", *firm.trust)
    assert done.code == 0
    assert verdicts(done) == [("intact", None), ("intact", 0), ("intact", None)]


def test_acts_refuse(
    roscherk: Roscherk, firm: Firm, signature: Path, document: Path, typed: Typed
) -> None:
    """Options that do not go together, a number that is not there, a wrong document."""

    def attempt(*options: str | Path) -> Done:
        typed(PASSWORD + b"\n")
        return roscherk("sign", *options, "--key", firm.key, "--password-stdin")

    assert attempt(signature, "--co-sign", "--attached").code == 2
    assert attempt(signature, "--co-sign", "--counter-sign", "1").code == 2
    assert attempt(document, "--content", document).code == 2
    done = attempt(signature, "--counter-sign", "7")
    assert done.code == 2
    assert "номера от 1 до 1" in done.err
    done = attempt(signature, "--counter-sign", "0")
    assert done.code == 2
    assert "считаются с 1" in done.err
    wrong = document.with_name("Акт № 6.docx")
    wrong.write_bytes(b"other")
    done = attempt(signature, "--co-sign", "--content", wrong)
    assert done.code == 1
    assert "не тот документ" in done.err


def test_the_same_signature_twice(
    roscherk: Roscherk, firm: Firm, signature: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing twice in one second gives the very same signature: there is nothing to add."""
    now = open_cms(signature).signers[0]
    assert isinstance(now, SignerInfo)

    class Stopped(datetime):
        """A clock that stands."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            """Return the time of the first signature."""
            assert tz is not None
            assert now.signed_attributes is not None
            moment = read_signed_attributes(now.signed_attributes).signing_time
            assert moment is not None
            return moment

    monkeypatch.setattr("app.cli.sign.datetime", Stopped)
    typed(PASSWORD + b"\n")
    done = roscherk("sign", signature, "--co-sign", "--key", firm.key, "--password-stdin", "--json")
    assert done.code == 1
    assert done.json["files"][0]["error"]["code"] == "signature_repeated"


def test_results_in_a_folder(signature: Path, sign: Sign, tmp_path: Path, partner: str) -> None:
    """In a folder the result has its usual name."""
    folder = tmp_path / "results"
    folder.mkdir()
    assert sign(signature, "--co-sign", "--output", folder, key=partner) == folder / signature.name


def test_extract(edit: Edit, document: Path, sign: Sign) -> None:
    """The document comes out of its file; the answer names it."""
    inside = sign(document, "--attached")
    done = edit("extract", inside)
    assert done.code == 0
    answer = done.json
    assert (answer["schema"], answer["action"]) == ("roscherk.signature/1", "extract")
    (target,) = answer["files"][0]["targets"]
    assert Path(target).name == "Акт № 5 (1).docx"
    assert Path(target).read_bytes() == document.read_bytes()
    assert edit("extract", document).code == 1


def test_merge_split_remove_convert(  # noqa: PLR0917 - each is a fixture
    roscherk: Roscherk, edit: Edit, firm: Firm, document: Path, sign: Sign, partner: str
) -> None:
    """Join two, put the document in, leave one out, part the rest, take the document out."""
    first, second = sign(document), sign(document, key=partner)
    done = edit("merge", first, second)
    assert (done.code, done.json["files"][0]["signers"]) == (0, 2)
    (both,) = done.json["files"][0]["targets"]
    done = edit("convert", "--attached", both)
    (full,) = done.json["files"][0]["targets"]
    assert done.json["files"][0]["document"] == str(document)
    done = roscherk("signature", "split", full)
    assert done.code == 0
    assert "2 подписанта" in done.out
    done = edit("remove", "--number", "2", full)
    (one,) = done.json["files"][0]["targets"]
    done = edit("convert", "--detached", one, "--encoding", "base64")
    (thin,) = done.json["files"][0]["targets"]
    assert Path(thin).read_bytes()[:1] == b"M"
    done = roscherk("verify", thin, "--json", *firm.trust)
    assert (done.code, verdicts(done)) == (0, [("intact", None)])


def test_one_of_several_fails(edit: Edit, document: Path, signature: Path, sign: Sign) -> None:
    """The others are done all the same; the exit code tells."""
    inside = sign(document, "--attached")
    done = edit("extract", signature, inside)
    assert done.code == 1
    first, second = done.json["files"]
    assert (first["error"]["code"], second["error"]) == ("content_absent", None)
    assert "отсоединённая" in done.err


def test_usage(roscherk: Roscherk, document: Path, signature: Path) -> None:
    """What cannot be meant is refused before anything is read."""
    assert roscherk("signature", "merge", signature).code == 2
    assert roscherk("signature", "convert", signature).code == 2
    assert roscherk("signature", "remove", signature).code == 2
    assert roscherk("signature", "split", signature, "--output", document).code == 2
    assert roscherk("signature", "extract", signature, document, "--output", "x").code == 2
    content = ("--content", document)
    assert roscherk("signature", "remove", "--number", "1", signature, document, *content).code == 2


@pytest.mark.parametrize("number", ["0", "-1", "3"])
def test_wrong_number(
    roscherk: Roscherk, sign: Sign, signature: Path, partner: str, number: str
) -> None:
    """People count from 1; a number that is not there is answered with those that are."""
    two = sign(signature, "--co-sign", key=partner)
    done = roscherk("signature", "remove", "--number", number, two)
    assert done.code == 2
    assert f"Вы указали номер {number}" in done.err
    assert "номера от 1 до 2" in done.err


def test_journal(roscherk: Roscherk, document: Path, sign: Sign, places: Places) -> None:
    """What was done stands in the journal, failures too."""
    inside = sign(document, "--attached")
    assert roscherk("signature", "extract", inside).code == 0
    assert roscherk("signature", "remove", "--number", "1", inside).code == 1
    entries = Journal(places.journal).entries()
    told = [(one.action, one.outcome) for one in entries[:3]]
    assert told == [
        ("signature_remove", "signature_last"),
        ("signature_extract", "done"),
        ("sign", "done"),
    ]
