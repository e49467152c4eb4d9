"""Revocation lists in the store: newer ones replace older ones of the same key, nobody else's do."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stand_ins import servers
from stand_ins.pki import Issuer, ca_extensions, make_pki, pki_of

from app import settings
from app.algorithms.names import KeyAlgorithm
from app.composition import build
from app.crypto.certificates import building
from app.crypto.certificates.issuing import EphemeralKey, key_id
from app.crypto.trust.door import Taken
from app.crypto.trust.folders import StoreName
from app.places import Places
from app.services import Services

EC = KeyAlgorithm.ECDSA_P256
PKI = pki_of(EC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Return a profile whose workers serve all tests of this file."""
    with build(Places.under(tmp_path_factory.mktemp("profile")), jobs=1) as it:
        yield it


@pytest.fixture
def services(profile: Services) -> Services:
    """Return that profile, knowing the issuing authority and nothing else."""
    shutil.rmtree(profile.places.trust, ignore_errors=True)
    profile.settings.set(settings.NETWORK_ONLINE, True)
    profile.trust.add([profile.certificates.show(PKI.ca)])
    return profile


def bring(services: Services, folder: Path, *lists: bytes) -> Taken:
    """Put lists into the store as files that the user opened."""
    place = folder / "lists"
    place.mkdir(exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for number, one in enumerate(lists):
        (place / f"{number}.crl").write_bytes(one)
    return services.trust.add_lists(services.trust.look([place]).lists)


def held(services: Services) -> set[bytes]:
    """Return the lists of the store."""
    return {path.read_bytes() for path in services.stores.files(StoreName.CRLS)}


def made(days: float, issuer: Issuer = PKI.ca_issuer, **changes: object) -> bytes:
    """Make a list so many days old."""
    return issuer.crl(this_update=datetime.now(UTC) - days * DAY, **changes)


def test_the_newest_stays_whatever_the_order(services: Services, tmp_path: Path) -> None:
    """One after another, or all at once."""
    oldest, middle, newest = made(3), made(2), made(1)
    bring(services, tmp_path, middle)
    assert bring(services, tmp_path, oldest).new == ()
    taken = bring(services, tmp_path, newest, oldest)
    assert [one.encoded for one in taken.new] == [newest]
    assert taken.replaced == 1
    assert held(services) == {newest}
    services.trust.undo()
    assert held(services) == {middle}


def test_a_forged_newer_list_takes_nothing_away(services: Services, tmp_path: Path) -> None:
    """Same issuer, same key identifier, another key: the true list stays and is believed."""
    true = made(2)
    bring(services, tmp_path, true)
    forger = Issuer(EphemeralKey.generate(EC), PKI.ca_issuer.name)
    identified = building.authority_key_id(key_id(PKI.ca_issuer.key.public))
    forged = made(0.5, forger, extensions=(identified,))
    bring(services, tmp_path, forged)
    assert true in held(services)
    newer = made(1)
    bring(services, tmp_path, newer)  # the forged one does not stand in its way either
    assert newer in held(services)
    assert true not in held(services)


def test_a_stranger_authority_of_the_same_name_takes_nothing_away(
    services: Services, tmp_path: Path
) -> None:
    """Not even with a certificate of its own beside it: its lists are another series."""
    true = made(2)
    bring(services, tmp_path, true)
    stranger = Issuer(EphemeralKey.generate(EC), PKI.ca_issuer.name)
    stranger.certificate = stranger.issue(
        stranger.key.public,
        subject=stranger.name,
        extensions=ca_extensions(stranger.key.public, stranger.key.public),
    )
    place = tmp_path / "чужое"
    place.mkdir()
    (place / "ca.cer").write_bytes(stranger.certificate)
    (place / "ca.crl").write_bytes(made(0.5, stranger))
    services.trust.add_lists(services.trust.look([place]).lists)
    assert true in held(services)


def test_lists_of_an_unknown_authority_wait_beside(services: Services, tmp_path: Path) -> None:
    """They may be needed when its certificate comes; until then they replace nothing."""
    other = make_pki(EC)
    older, newer = other.root_issuer.crl(number=1), made(1, other.root_issuer)
    bring(services, tmp_path, older)
    bring(services, tmp_path, newer)
    assert held(services) == {older, newer}


def test_renewed_from_the_addresses_of_stored_certificates(
    services: Services, tmp_path: Path
) -> None:
    """The list that a stored certificate names is fetched; what nobody signed is told and left."""
    with servers.running() as server:
        services.settings.set(settings.NAMED_HOSTS, (server.host,))
        good, forged = made(0.1), made(0.1, Issuer(EphemeralKey.generate(EC), PKI.ca_issuer.name))
        for number, data in enumerate((good, forged, b"no list")):
            url = server.file(f"{number}.crl", data)
            leaf = PKI.issue(extensions=(building.crl_points(url),), serial=100 + number)
            services.trust.add([services.certificates.show(leaf)])
        answer, taken = services.trust.refresh()
    assert answer.asked == 3
    assert held(services) == {good}
    assert [one.encoded for one in taken.new] == [good]
    assert len(answer.problems) == 2
    assert all(use.outcome == "ok" for use in answer.network)
    del tmp_path


def test_renewing_without_the_network_says_so(services: Services) -> None:
    """Nothing is asked, nothing is lost."""
    services.settings.set(settings.NETWORK_ONLINE, False)
    leaf = PKI.issue(extensions=(building.crl_points("http://crl.example.ru/a.crl"),))
    services.trust.add([services.certificates.show(leaf)])
    answer, taken = services.trust.refresh()
    assert [each.code for each in answer.problems] == ["evidence_offline"]
    assert taken.change is None
