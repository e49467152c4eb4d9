"""What the policy of a computer has fixed holds against the options of both faces."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import Encoding, SignatureFormat, SignatureLevel, SigningAct, SignRequest
from app.crypto.signing.administrators import Administrators
from app.errors import ErrorCode, RoscherkError
from app.settings import Settings


def administrators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str) -> Administrators:
    """Return a computer with a policy."""
    policy = tmp_path / "policy.toml"
    policy.write_text(told, "utf-8")
    monkeypatch.setattr("app.settings._is_trusted", lambda _file, _problems: True)
    return Administrators(Settings(tmp_path / "settings.toml", policy))


def request(*, practice: bool = False, **options: Any) -> SignRequest:
    """Return a wish to sign."""
    container = replace(pki_of(KeyAlgorithm.RSA).key.container, practice=practice)
    return SignRequest(
        source=Path("/x"), container=container, signing_time=datetime.now(UTC), **options
    )


@pytest.mark.parametrize(
    ("policy", "options", "pdf", "key"),
    [
        ('level = "t"', {}, False, "signing.level"),
        ('level = "t"', {"act": SigningAct.CO_SIGN}, False, "signing.level"),
        ("attached = false", {"attached": True}, False, "signing.attached"),
        ("attached = true", {"format": SignatureFormat.CADES}, True, "signing.attached"),
        ('encoding = "der"', {"encoding": Encoding.BASE64}, False, "signing.encoding"),
        ('formats = ["pades"]', {}, False, "signing.formats"),
        ('formats = ["pades", "cades"]', {"attached": True}, False, "signing.formats"),
        ('formats = ["cades"]', {}, True, "signing.formats"),
    ],
)
def test_another_signature_is_refused(  # noqa: PLR0917 - each is a parameter or a fixture
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    policy: str,
    options: dict[str, Any],
    pdf: bool,
    key: str,
) -> None:
    """By the name of the setting; a practice signature is none."""
    fixed = administrators(tmp_path, monkeypatch, f"[signing]\n{policy}\n")
    with pytest.raises(RoscherkError) as caught:
        fixed.demand(request(**options), pdf)
    assert (caught.value.code, caught.value.facts["key"]) == (ErrorCode.SETTING_LOCKED, key)
    fixed.demand(request(practice=True, **options), pdf)


def test_what_is_fixed_so_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what nobody has fixed is the user's choice."""
    told = """[signing]
level = "t"
attached = true
encoding = "base64"
formats = ["pades", "cades_attached"]
"""
    fixed = administrators(tmp_path, monkeypatch, told)
    wish = request(level=SignatureLevel.T, attached=True, encoding=Encoding.BASE64)
    fixed.demand(wish, False)
    fixed.demand(request(level=SignatureLevel.T), True)
    free = administrators(tmp_path, monkeypatch, "")
    free.demand(wish, False)
    free.demand(request(), True)
