"""The key of a qualified certificate is not read out of files unless somebody allowed it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stand_ins.cryptopro_folder import make
from stand_ins.pki import pki_of

from app import composition, settings
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.services import Services
from app.tokens.pin import Secret

DIGEST = bytes(32)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Return the whole program over a new profile."""
    with composition.build(Places.under(tmp_path_factory.mktemp("profile"))) as made:
        yield made


def sign(services: Services, folder: Path) -> bytes:
    """Sign with the key of a folder."""
    key = services.keyring.find(f"cryptopro:{folder}")
    return key.sign_digest("streebog256", DIGEST, Secret.of_text("1"))


@pytest.mark.parametrize("policy", ["1.2.643.100.113.1", "1.2.643.100.113.2"])
def test_qualified_certificate_needs_the_setting(services: Services, tmp_path: Path, policy: str):
    """Off by default, with a named error before any password; on, it signs."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    extensions = (build.key_usage("digitalSignature"), build.policies(policy))
    made = make(tmp_path / "q.000", "1", issue=lambda key: pki.issue(key, extensions=extensions))
    container = services.keyring.listing(f"cryptopro:{made.folder}").containers[0]
    for attempt in (
        lambda: sign(services, made.folder),
        lambda: services.keyring.demand_permission(container),
    ):
        with pytest.raises(RoscherkError) as caught:
            attempt()
        assert caught.value.code is ErrorCode.KEY_READING_OFF
    services.settings.set(settings.READ_CRYPTOPRO_FOLDERS, True)
    try:
        assert len(sign(services, made.folder)) == 64
    finally:
        services.settings.set(settings.READ_CRYPTOPRO_FOLDERS, False)


def test_other_certificates_need_nothing(services: Services, tmp_path: Path):
    """A key without a certificate, or with an ordinary one, is the user's own business."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    make(tmp_path / "none.000", "1")
    usage = (build.key_usage("digitalSignature"),)
    make(tmp_path / "plain.000", "1", issue=lambda key: pki.issue(key, extensions=usage))
    for name in ("none.000", "plain.000"):
        assert len(sign(services, tmp_path / name)) == 64


def test_certificate_that_nobody_can_read_is_no_licence(services: Services, tmp_path: Path):
    """What is inside such a certificate is not known, so the key is left alone."""
    make(tmp_path / "odd.000", "1", issue=lambda _: b"\x30\x03\x02\x01\x00")
    with pytest.raises(RoscherkError) as caught:
        sign(services, tmp_path / "odd.000")
    assert caught.value.code in {ErrorCode.CERTIFICATE_DAMAGED, ErrorCode.FORMAT_UNKNOWN}
