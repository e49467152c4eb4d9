"""`sign --level` and `signature extend`, with real workers and a time-stamp server beside them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from roscherk_run import PASSWORD, Done, Firm, Roscherk
from stand_ins.pki import Pki
from stand_ins.servers import Server, running
from stand_ins.time_authority import Lie, time_authority_of

from app import settings as table
from app.algorithms.names import KeyAlgorithm
from app.crypto.trust.folders import StoreName, Stores
from app.journal import Action, Journal
from app.places import Places
from app.settings import LEVEL, TIME_STAMP_SERVERS, Settings

Typed = Callable[[bytes], None]
Signing = Callable[..., Done]


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server."""
    with running() as one:
        yield one


@pytest.fixture
def tsa(server: Server, firm: Firm, places: Places) -> str:
    """Return the address of an authority under the root that this profile trusts."""
    _trust(places, firm.pki)
    return server.tsa(time_authority_of(KeyAlgorithm.RSA))


def _trust(places: Places, pki: Pki) -> None:
    stores = Stores(places)
    stores.add(StoreName.ANCHORS, pki.root)
    for crl in pki.crls:
        stores.add(StoreName.CRLS, crl)


@pytest.fixture
def sign(roscherk: Roscherk, firm: Firm, document: Path, typed: Typed) -> Signing:
    """Return a function that signs the document."""

    def run(*options: str | Path) -> Done:
        typed(PASSWORD + b"\n")
        return roscherk("sign", document, "--key", firm.key, "--password-stdin", *options)

    return run


def test_sign_at_a_level(sign: Signing, roscherk: Roscherk, document: Path, tsa: str):
    """The level, the time and what was asked of the network are told; verify names the time."""
    done = sign("--level", "xl1", "--tsa", tsa)
    assert done.code == 0, done.err
    assert "CAdES-XL1 (со штампом времени и всем нужным для проверки)" in done.out
    assert "Штамп времени" in done.out
    assert tsa in done.out
    checked = roscherk("verify", document.with_name(document.name + ".sig"), "--json")
    (signature,) = checked.json["files"][0]["signatures"]
    assert signature["level"] == "CAdES-XL1"
    assert signature["signing_time"]["rfc3161"] is not None
    assert signature["verdict"] == "TOTAL_PASSED"
    shown = roscherk("verify", document.with_name(document.name + ".sig"))
    assert "Подпись существовала не позднее" in shown.out


def test_sign_json(sign: Signing, tsa: str):
    """The answer in JSON has the same."""
    done = sign("--level", "lta", "--tsa", tsa, "--json")
    assert done.code == 0, done.err
    (file,) = done.json["files"]
    assert (file["level"], file["shortfall"]) == ("CAdES-LTA", None)
    assert file["time_stamp"] is not None
    assert [use["purpose"] for use in file["network"]] == ["time_stamp"] * 2


def test_shortfall(sign: Signing, server: Server, tsa: str):
    """A lying authority: the signature is saved at level B, with the reason and an advice."""
    liar = server.tsa(time_authority_of(KeyAlgorithm.RSA).lying(Lie.NONCE))
    done = sign("--level", "t", "--tsa", liar)
    assert done.code == 1
    assert "CAdES-BES" in done.out
    told = " ".join(done.out.split())
    assert "Подпись верна, но её уровень ниже, чем вы просили. Штамп времени неверен." in told
    assert "Подписывать заново не нужно" in told
    assert "roscherk signature extend" in told
    assert "--level t" in told
    assert f"Сеть: штамп времени с адреса {liar}" in told
    assert "Что делать" in done.out
    done = sign("--level", "t", "--tsa", liar, "--json")
    assert done.code == 1
    (file,) = done.json["files"]
    assert file["level"] == "CAdES-BES"
    assert file["shortfall"]["code"] == "time_stamp_wrong"
    assert file["error"] is None
    assert Path(file["target"]).exists()
    done = sign("--level", "t", "--tsa", tsa, "--offline", "--json")
    assert done.json["files"][0]["shortfall"]["code"] == "network_offline"


def test_usage(roscherk: Roscherk, firm: Firm, document: Path):
    """What cannot be meant is refused before a password is asked for."""
    done = roscherk("sign", document, "--key", firm.key, "--level", "t")
    assert done.code == 1
    done = roscherk("sign", document, "--key", firm.key, "--tsa", "http://tsa.example/")
    assert done.code == 2
    done = roscherk("signature", "extend", document)
    assert done.code == 2
    assert list(document.parent.iterdir()) == [document]


def test_extend(roscherk: Roscherk, signature: Path, tsa: str):
    """A signature is raised in a new file; its own file stays."""
    before = signature.read_bytes()
    done = roscherk("signature", "extend", signature, "--level", "lt", "--tsa", tsa)
    assert done.code == 0, done.err
    assert "CAdES-BES → CAdES-LT" in done.out
    assert signature.read_bytes() == before
    done = roscherk("signature", "extend", signature, "--level", "t", "--tsa", tsa, "--json")
    assert done.code == 0, done.err
    (file,) = done.json["files"]
    (one,) = file["signatures"]
    assert (one["index"], one["before"], one["after"]) == (0, "CAdES-BES", "CAdES-T")
    assert one["time_stamp"] is not None
    again = roscherk(
        "signature", "extend", Path(file["target"]), "--level", "t", "--tsa", tsa, "--json"
    )
    assert again.code == 1
    assert again.json["files"][0]["error"]["code"] == "level_reached"
    assert (
        "Подпись 1: CAdES-T → CAdES-LTA"
        in roscherk(
            "signature",
            "extend",
            Path(file["target"]),
            "--level",
            "lta",
            "--tsa",
            tsa,
            "--number",
            "1",
        ).out
    )
    for number in ("0", "3"):
        refused = roscherk(
            "signature", "extend", signature, "--level", "t", "--tsa", tsa, "--number", number
        )
        assert refused.code == 2
        assert "номера от 1 до 1" in refused.err


def test_extend_is_noted(roscherk: Roscherk, signature: Path, tsa: str, places: Places):
    """The journal has a row for it."""
    assert roscherk("signature", "extend", signature, "--level", "t", "--tsa", tsa).code == 0
    assert Action.SIGNATURE_EXTEND in {row.action for row in Journal(places.journal).entries()}


def test_level_and_servers_of_the_settings(
    sign: Signing, roscherk: Roscherk, places: Places, tsa: str
):
    """What is set in the window holds here too, and an option is stronger; the clock is compared."""
    settings = Settings.of(places)
    settings.set(LEVEL, "t")
    settings.set(TIME_STAMP_SERVERS, (tsa,))
    done = sign()
    assert done.code == 0, done.err
    assert "CAdES-T" in done.out
    told = roscherk("check", "--ask-time", "--json").json
    clock = {each["code"]: each["facts"] for each in told["findings"] if each["area"] == "clock"}
    assert clock.keys() == {"clock_plausible", "clock_exact"}
    assert clock["clock_exact"]["server"] == tsa
    settings.set(TIME_STAMP_SERVERS, ("http://127.0.0.1:9/tsa",))
    told = roscherk("check", "--ask-time", "--json").json
    codes = {each["code"] for each in told["findings"] if each["area"] == "clock"}
    assert codes == {"clock_plausible", "time_stamp_unavailable"}


def test_servers_of_the_administrator_are_no_matter_of_an_option(
    sign: Signing, tsa: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """``--tsa`` is refused in words where a policy has named the servers; without it theirs is asked."""
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[signing]\ntime_stamp_servers = ["{tsa}"]\n')
    monkeypatch.setattr(table, "policy_file", lambda: policy)
    done = sign("--level", "t", "--tsa", "http://127.0.0.1:9/tsa")
    assert done.code == 1
    assert "Настройку закрепил администратор" in done.err
    assert "signing.time_stamp_servers" in done.err
    done = sign("--level", "t")
    assert done.code == 0, done.err
    assert "CAdES-T" in done.out
