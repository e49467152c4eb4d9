"""National roots are known by their fingerprints: named for what they are, told apart from others."""

from dataclasses import replace
from pathlib import Path

import pytest
from stand_ins.facts_made import certificate
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.fields import describe
from app.crypto.certificates.reading import read_certificates
from app.crypto.trust.known_roots import RootStanding, known_root, known_roots, standing_of
from app.crypto.verdict.facts import Name
from app.texts.catalogue import set_language
from app.texts.trust_words import standing_words


def test_the_table_is_what_the_published_roots_are(data_folder: Path) -> None:
    """Every published root is in the table, with its own name, term and kind of key; no other."""
    files = sorted((data_folder / "ru-ca" / "roots").glob("*.pem"))
    found = [describe(read_certificates(path.read_bytes())[0]) for path in files]
    assert len(found) == len(known_roots().roots) == 7
    for facts in found:
        row = known_root(facts.sha256)
        assert row is not None
        assert row.name == facts.subject.common_name
        assert row.ogrn == facts.subject.ogrn
        assert (row.not_before, row.not_after) == (facts.not_before, facts.not_after)
        assert row.key == facts.key_algorithm
        assert standing_of(facts) is RootStanding.KNOWN


def test_the_table_is_dated() -> None:
    """Whoever reads a name out of it learns how old it is."""
    table = known_roots()
    assert table.checked_on.year >= 2026
    assert table.source


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("Минцифры России", RootStanding.IMPOSTOR),
        ("МИНЦИФРЫ  РОССИИ", RootStanding.IMPOSTOR),
        ("Mинцифpы Poccии", RootStanding.IMPOSTOR),
        ("Минцифры\u200b России", RootStanding.IMPOSTOR),
        ("Головной удостоверяющий центр", RootStanding.IMPOSTOR),
        ("Корпоративный корень", RootStanding.UNKNOWN),
    ],
)
def test_another_key_under_the_same_name_is_told(name: str, standing: RootStanding) -> None:
    """A name is no proof: also one that only looks the same."""
    named = Name(text=f"CN={name}", common_name=name)
    facts = replace(certificate(), subject=named, issuer=named, is_ca=True)
    assert standing_of(facts) is standing


def test_words_name_it_for_what_it_is(data_folder: Path) -> None:
    """The sentence of a known root, the alarm of another under its name."""
    set_language("ru")
    try:
        path = next((data_folder / "ru-ca" / "roots").glob("mincifry_rossii_2022*.pem"))
        facts = describe(read_certificates(path.read_bytes())[0])
        assert standing_words(facts).startswith(
            "Корневой сертификат Минцифры России, отпечаток известен программе"
        )
        assert standing_words(replace(facts, sha256="00" * 32)).startswith("ВНИМАНИЕ")
        own = describe(pki_of(KeyAlgorithm.ECDSA_P256).root)
        assert standing_words(own) == "Программа не знает этого корня."
    finally:
        set_language("en")
