"""«Проверить сертификат» in the window: two conclusions, what they rest on, the protocol."""

from pathlib import Path

import pytest
from opened import Opened
from PySide6.QtWidgets import QLabel
from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import end_entity, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.fields import describe
from app.crypto.trust.folders import StoreName
from app.ui.certificate_check_window import CertificateCheckWindow

PKI = pki_of(KeyAlgorithm.GOST_256)
SIGNER = signer_of(KeyAlgorithm.GOST_256)
TOOL = build.issuer_sign_tool(("ПАК", "УЦ", "СФ/1", "СФ/2"))
LEAF = PKI.issue(extensions=(*end_entity(PKI.leaf_key.public, PKI.ca_issuer.key.public), TOOL))


def test_check_and_protocol(
    window: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the certificate's window to the protocol on paper."""
    stores = window.services.stores
    stores.add(StoreName.ANCHORS, PKI.root)
    stores.add(StoreName.INTERMEDIATES, PKI.ca)
    for one in PKI.crls:
        stores.add(StoreName.CRLS, one)
    path = tmp_path / "list.xml"
    path.write_bytes(signed(list_of([Center(name="АО «УЦ»", certificates=[PKI.ca])]), SIGNER))
    signer = describe(SIGNER.certificate).sha256
    window.services.accreditation.take_in(path, trust_signer=signer)
    shown = window.desk.viewing.show(window.services.certificates.show(LEAF))
    window.desk.viewing._check(shown, shown._facts, (), None)

    def checks() -> list[CertificateCheckWindow]:
        return shown.findChildren(CertificateCheckWindow)

    window.until(lambda: bool(checks()))
    (check,) = checks()
    words = " ".join(each.text() for each in check.findChildren(QLabel))
    assert "Сертификат действует на" in words
    assert "Сертификат квалифицированный (УЦ АО «УЦ», аккредитован на день выдачи)." in words
    assert "Номер в реестре" in words
    target = tmp_path / "протокол.pdf"
    monkeypatch.setattr(
        window.desk.dialogs, "choose_target", lambda _title, _name, _kinds, chosen: chosen(target)
    )
    check.saving.click()
    window.until(target.is_file)
    assert target.read_bytes().startswith(b"%PDF-")
    shown.close()
