"""Whether evidence in a document is whole: roots that only say they are."""

from typing import Any

from stand_ins.pki import NOW, Issuer, ca_extensions, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.cms.levels.tokens import Material
from app.crypto.pdf.baseline import Baseline

EC = KeyAlgorithm.ECDSA_P256


def test_root_that_is_none() -> None:
    """A certificate that names itself as its issuer, and was signed by another key, is no root."""
    pki = pki_of(EC)
    no_document: Any = None
    baseline = Baseline(no_document, ())
    unsaid = Issuer(EphemeralKey.generate(EC), pki.root_issuer.name)
    false = Issuer(EphemeralKey.generate(EC), unsaid.name)
    false.certificate = unsaid.issue(
        false.key.public,
        subject=false.name,
        extensions=ca_extensions(false.key.public, unsaid.key.public),
    )
    ca = Issuer(EphemeralKey.generate(EC), pki.ca_issuer.name)
    ca.certificate = false.issue(
        ca.key.public, subject=ca.name, extensions=ca_extensions(ca.key.public, false.key.public)
    )
    leaf = ca.issue(pki.leaf_key.public)
    forged = Material((ca.certificate, false.certificate), (ca.crl(), false.crl()))
    assert not baseline.proves(leaf, forged, NOW)
    honest = Material((pki.ca, pki.root), pki.crls)
    assert baseline.proves(pki.leaf, honest, NOW)
    # among honest ones it does no harm
    assert baseline.proves(pki.leaf, honest + forged, NOW)
