"""What is said of keys before they are used: how each signs, terms, warnings, carriers."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from containers_lab import EC, NOW, RUTOKEN, Lab, issue, word
from stand_ins.cryptopro_folder import make
from stand_ins.pki import end_entity, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.containers.looking import nobody_looked
from app.crypto.containers.model import PassiveLook, SigningWay, WayKind
from app.crypto.containers.ways import signing_way
from app.errors import ErrorCode, RoscherkError
from app.tokens.model import (
    Container,
    ContainerState,
    KeyPlaceKind,
    Product,
    Token,
    TokenFlags,
    Vendor,
)


def permit(_: Container) -> None:
    """Allow whatever is asked."""


def forbid(container: Container) -> None:
    """Forbid, as for a qualified certificate."""
    raise RoscherkError(ErrorCode.KEY_READING_OFF, name=container.label)


def container(place: KeyPlaceKind, **changes: object) -> Container:
    """Return a container in this kind of place."""
    token = RUTOKEN if place is KeyPlaceKind.TOKEN else None
    given = {"uri": "x:", "place": place, "label": "x", "algorithm": EC, "token": token}
    return Container(**(given | changes))  # type: ignore[arg-type]


LOCKED = replace(RUTOKEN, flags=TokenFlags(user_pin_locked=True))
NEW = replace(RUTOKEN, flags=TokenFlags(user_pin_set=False))
CSP = replace(RUTOKEN, vendor=Vendor.CRYPTOPRO)


@pytest.mark.parametrize(
    ("place", "token", "way"),
    [
        (KeyPlaceKind.TOKEN, RUTOKEN, SigningWay(WayKind.TOKEN)),
        (KeyPlaceKind.TOKEN, CSP, SigningWay(WayKind.CSP)),
        (KeyPlaceKind.TOKEN, LOCKED, SigningWay(WayKind.CANNOT, "pin_locked")),
        (KeyPlaceKind.TOKEN, NEW, SigningWay(WayKind.CANNOT, "pin_not_set")),
        (KeyPlaceKind.STORE, None, SigningWay(WayKind.PROGRAM)),
        (KeyPlaceKind.PFX, None, SigningWay(WayKind.PROGRAM)),
        (KeyPlaceKind.CRYPTOPRO, None, SigningWay(WayKind.NEEDS_CSP, "qualified")),
    ],
)
def test_way_of_each_place(place: KeyPlaceKind, token: Token | None, way: SigningWay) -> None:
    """The device, the program, or what is missing."""
    assert signing_way(container(place, token=token), ContainerState.OK, forbid) == way


@pytest.mark.parametrize(
    "state", [each for each in ContainerState if each not in {ContainerState.OK, "hidden"}]
)
def test_every_other_state_is_the_reason(state: ContainerState) -> None:
    """A key that cannot sign says why, in the word of its state; a stopped key first of all."""
    key = container(KeyPlaceKind.STORE)
    assert signing_way(key, state, permit) == SigningWay(WayKind.CANNOT, str(state))
    stopped = signing_way(key, state, permit, stopped=True)
    assert stopped == SigningWay(WayKind.CANNOT, "compromised")


def test_terms_of_certificate_and_key(lab: Lab) -> None:
    """The key's own term counts where it ends before the certificate."""
    end = NOW + timedelta(days=30)
    usage = build.private_key_period(NOW - timedelta(days=1), end)
    made = lab.store.create("Ключ", EC, word())
    certificate = issue(made.public_key, extensions=(build.basic_constraints(ca=False), usage))
    lab.store.install_certificate(made, certificate)
    (facts,) = lab.door.looking.overview().containers
    assert facts.key_not_after == facts.last_day == end
    assert facts.key_not_before == NOW - timedelta(days=1)
    assert facts.certificate is not None
    assert facts.certificate.not_after > end
    assert facts.way == SigningWay(WayKind.PROGRAM)


def test_one_carrier_is_one_device(lab: Lab) -> None:
    """What two modules show of one stick stands together; the disk stands for itself."""
    lab.key()
    key = pki_of(EC).leaf_key.public
    opensc = replace(RUTOKEN, module=Path("/usr/lib/opensc-pkcs11.so"), vendor=Vendor.OPENSC)
    lab.tokens.put(key, issue(key))
    lab.tokens.put(key, None, token=opensc, label="Другой")
    lab.tokens.there = (RUTOKEN,)
    disk, stick = lab.door.looking.overview().devices
    assert disk.token is None
    assert [each.container.label for each in stick.containers] == ["Ключ", "Другой"]


@pytest.mark.parametrize(
    ("product", "empty"),
    [
        (Product.RUTOKEN_LITE, None),
        (Product.RUTOKEN_ECP_3, None),
        (Product.JACARTA_LT, None),
        (Product.UNKNOWN, None),
        (Product.SOFTHSM, True),
    ],
)
def test_token_is_not_called_empty_unlooked(lab: Lab, product: Product, empty: bool | None) -> None:
    """Where containers of CSP may lie unseen, nobody says that there are none."""
    token = replace(RUTOKEN, product=product, vendor=Vendor.UNKNOWN)
    lab.tokens.there = (token,)
    (device,) = lab.door.looking.overview().devices
    assert device.empty is empty
    looked = PassiveLook.NOT_LOOKED if empty is None else PassiveLook.NONE_POSSIBLE
    assert nobody_looked(token) is looked


def test_two_qualified_certificates_on_one_token(lab: Lab) -> None:
    """A warning of the carrier; an expired one does not count, nor do simple certificates."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    key = pki.leaf_key.public
    full = (
        *end_entity(key, pki.ca_issuer.key.public),
        build.issuer_sign_tool(["а", "б", "в", "г"]),
    )
    certificates = [
        pki.issue(key, not_before=NOW - timedelta(days=days), extensions=full) for days in (1, 2)
    ]
    expired = pki.issue(
        key, not_before=NOW - timedelta(days=9), not_after=NOW - timedelta(days=8), extensions=full
    )
    lab.tokens.put(key, certificates[0], label="а")
    lab.tokens.put(key, expired, label="б")
    assert lab.door.looking.overview().devices[0].warnings == ()
    lab.tokens.put(key, certificates[1], label="в")
    (warning,) = lab.door.looking.overview().devices[0].warnings
    assert (warning.code, warning.facts) == ("qualified_together", {"count": 2})


def test_files_that_others_can_read_are_told(lab: Lab, tmp_path: Path) -> None:
    """Every folder above counts: a readable file in a closed folder is closed."""
    made = make(tmp_path / "open.000", "1", issue=pki_of(KeyAlgorithm.GOST_256).issue)
    for each in made.folder.iterdir():
        each.chmod(0o644)
    made.folder.chmod(0o755)
    uri = f"cryptopro:{made.folder}"
    (closed,) = lab.door.looking.overview(uri).containers
    assert closed.warnings == ()  # the folders of a test are closed to others
    opened = [each for each in tmp_path.parents if each.stat().st_mode & 0o077 == 0]
    before = {each: each.stat().st_mode for each in (tmp_path, *opened)}
    try:
        for each in before:
            each.chmod(0o755)
        (facts,) = lab.door.looking.overview(uri).containers
        assert [each.code for each in facts.warnings] == ["container_folder_open"]
        assert facts.way == SigningWay(WayKind.NEEDS_CSP, "qualified")
        made.folder.chmod(0o700)
        assert lab.door.looking.overview(uri).containers[0].warnings == ()
    finally:
        for each, mode in before.items():
            each.chmod(mode)


def test_failing_modules_stand_beside(lab: Lab) -> None:
    """What was found is shown, and the failure once."""
    lab.key()
    lab.tokens.failures = (RoscherkError(ErrorCode.MODULE_BROKEN, module="x"),)
    overview = lab.door.looking.overview()
    assert len(overview.containers) == 1
    assert [each.code for each in overview.failures] == [ErrorCode.MODULE_BROKEN]


def test_certificate_out_of_time(lab: Lab) -> None:
    """A certificate that is not in force is the state of its container."""
    key = pki_of(EC).leaf_key.public
    lab.tokens.put(key, issue(key, days=-2, age=9))
    lab.tokens.put(key, issue(key, age=-2, days=9), label="завтра")
    states = [each.state for each in lab.door.looking.overview().containers]
    assert states == [ContainerState.EXPIRED, ContainerState.NOT_YET_VALID]
