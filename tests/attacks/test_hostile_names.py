"""Names written so that they look the same and compare as different, or the other way round."""

import pytest
from stand_ins import extensions_made as made
from stand_ins.pki import NOW, Issuer, authority, ca_extensions, end_entity, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates import names
from app.crypto.certificates.building import NamePart
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.certificates.names import name_key
from app.crypto.certificates.trusted import LoadedTrust

EC = KeyAlgorithm.ECDSA_P256
PKI = pki_of(EC)


def firm(name: str) -> bytes:
    """Return the name of a firm's signer."""
    return build.encode_name([NamePart(names.COUNTRY, "RU"), NamePart(names.ORGANIZATION, name)])


def broken_by(base: bytes, subject: bytes, *alternative: bytes) -> str | None:
    """Let an authority that may not name ``base`` issue for ``subject``; return what stops it."""
    ca = Issuer(EphemeralKey.generate(EC), authority("УЦ с условиями"))
    rules = made.name_constraints(excluded=[base])
    ca.certificate = PKI.root_issuer.issue(
        ca.key.public,
        subject=ca.name,
        extensions=(*ca_extensions(ca.key.public, PKI.root_issuer.key.public), rules),
    )
    more = (made.alternative_names(*alternative),) if alternative else ()
    usual = end_entity(PKI.leaf_key.public, ca.key.public)
    leaf = ca.issue(PKI.leaf_key.public, subject=subject, extensions=(*usual, *more))
    trust = LoadedTrust.of([PKI.root])
    return build_chain(leaf, pool=[ca.certificate], trust=trust, at=NOW).break_code


@pytest.mark.parametrize(
    "name",
    [
        "ФИРМА",
        "Фир\u200bма",
        "\ufeffФирма",
        "Фирма\u00ad",
        "Фир\u2060ма",
        "Фирма\u200f",
        "Фирма\ufe0f",
        "Фи\u0007рма",
        "\u00a0Фирма ",
    ],
)
def test_invisible_characters(name: str):
    """RFC 4518 §2.2: what nobody sees makes no other name, so it leads round no exclusion."""
    assert name_key(firm(name)) == name_key(firm("Фирма"))
    base = made.directory(firm("Фирма"))
    assert broken_by(base, firm("Другая")) is None
    assert broken_by(base, firm(name)) == "name_not_permitted"


@pytest.mark.parametrize(
    ("base", "name"),
    [
        (made.mail("firm.example"), made.mail("a@firm.example.")),
        (made.mail(".firm.example"), made.mail("a@x.firm.example.")),
        (made.uri("firm.example"), made.uri("http://firm.example./")),
        (made.dns("firm.example"), made.dns("firm.example.")),
    ],
)
def test_dot_behind_a_host(base: bytes, name: bytes):
    """The root of all domains may be written, and names the same host."""
    assert broken_by(base, firm("Другая"), name) == "name_not_permitted"
