"""Every algorithm that we know has a name for people, in both languages; an unknown one keeps its own."""

from collections.abc import Iterator

import pytest

from app.algorithms.names import DIGESTS, SIGNATURES, KeyAlgorithm
from app.texts.algorithm_words import digest_words, key_words, signature_words, signing_words
from app.texts.catalogue import language, set_language


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Speak afterwards what was spoken before."""
    before = language()
    yield
    set_language(before)


@pytest.mark.parametrize("spoken", ["ru", "en"])
def test_no_name_of_our_tables_is_shown(spoken: str) -> None:
    """Neither the codes of digests nor those of signatures reach people."""
    set_language(spoken)
    for digest in DIGESTS:
        assert digest_words(digest.name) != digest.name
    for row in SIGNATURES:
        assert signing_words(row.name) not in {row.name, ""}
    for key in KeyAlgorithm:
        assert key_words(key) != key.value


def test_as_the_standards_say() -> None:
    """The words of the standards; a signature whose OID implies a digest names it."""
    set_language("ru")
    assert signing_words("gost2012-256-streebog256") == "ГОСТ Р 34.10-2012, 256 бит"
    assert signing_words("gost2012-512") == "ГОСТ Р 34.10-2012, 512 бит"
    assert digest_words("streebog256") == "ГОСТ Р 34.11-2012, 256 бит"
    assert signature_words("1.2.643.7.1.1.3.2") == (
        "ГОСТ Р 34.10-2012, 256 бит; ГОСТ Р 34.11-2012, 256 бит"
    )
    assert signature_words("1.2.840.113549.1.1.11") == "RSA; SHA-256"
    assert signature_words("1.2.840.113549.1.1.10") == "RSA-PSS"
    assert signature_words("1.3.101.112") == "Ed25519"


def test_unknown_ones_are_told_as_they_are() -> None:
    """What we do not know is shown as it came, made harmless."""
    assert signature_words("1.2.3") == "1.2.3"
    assert digest_words("1.2.3.4") == "1.2.3.4"
    assert signing_words("x\u202ey") == key_words("x\u202ey") != "x\u202ey"
