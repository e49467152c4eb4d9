"""The names of keys: what they say, what they refuse, and that writing and reading agree."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Container, KeyPlaceKind, Token
from app.tokens.uri import KeyUri

TOKEN = Token(
    module=Path("/usr/lib/librtpkcs11ecp.so"),
    slot=3,
    label="Рутокен Иванова",
    manufacturer="Aktiv Co.",
    model="Rutoken ECP",
    serial="2ad0cafe",
)


def on_token(label: str = "Ключ", key_id: bytes = b"\x45") -> Container:
    """Return a container on the token above."""
    uri = str(KeyUri.of_token(TOKEN, key_id=key_id, label=label))
    return Container(uri=uri, place=KeyPlaceKind.TOKEN, label=label, algorithm=None, token=TOKEN)


def test_container_name_is_readable_and_decoded():
    """A name in Cyrillic stays readable; a space is escaped, and may also come unescaped."""
    uri = KeyUri.of_container("Иванов И. И.")
    assert str(uri) == "container:Иванов%20И.%20И."
    assert KeyUri.parse("container:Иванов И. И.") == uri


def test_practice_is_another_scheme():
    """A practice key is never named by mistake."""
    assert KeyUri.parse("practice:Учебный").practice
    assert not KeyUri.parse("container:Учебный").practice
    assert str(KeyUri.of_container("Учебный", practice=True)) == "practice:Учебный"


def test_pfx_path_is_taken_letter_by_letter():
    """A browser saves names with escapes in them: nothing is decoded."""
    path = "/home/иван/мой ключ %D0%9F 100%.pfx"
    assert KeyUri.parse(f"pfx:{path}").path == Path(path)
    assert str(KeyUri.of_pfx(Path(path))) == f"pfx:{path}"


def test_pfx_path_that_is_no_text_crosses_as_escapes():
    """A name that is not UTF-8 gets the percent-encoded form, which is plain ASCII."""
    path = Path(os.fsdecode(b"/srv/\xff key\n.p12"))
    text = str(KeyUri.of_pfx(path))
    assert text == "pfx:///srv/%FF%20key%0A.p12"
    assert KeyUri.parse(text).path == path


def test_pkcs11_example_of_the_promise():
    """The example of the command line's reference is understood."""
    uri = KeyUri.parse("pkcs11:model=Rutoken%20ECP;serial=2ad0cafe;id=%45")
    assert uri.attributes == (("model", b"Rutoken ECP"), ("serial", b"2ad0cafe"), ("id", b"E"))
    assert uri.matches(on_token())


@pytest.mark.parametrize(
    "query",
    [
        "",
        "object=Ключ",
        "object=%D0%9A%D0%BB%D1%8E%D1%87",
        "token=Рутокен%20Иванова;type=private",
        "slot-id=3",
        "slot-id=03",
        "?module-name=rtpkcs11ecp",
        "serial=2ad0cafe?module-path=/usr/lib/librtpkcs11ecp.so",
        "serial=2ad0cafe?x-unknown=1",
    ],
)
def test_pkcs11_matches_when_every_attribute_is_equal(query: str):
    """RFC 7512: an attribute that is absent matches anything."""
    assert KeyUri.parse(f"pkcs11:{query}").matches(on_token())


@pytest.mark.parametrize(
    "query",
    [
        "serial=2AD0CAFE",
        "object=ключ",
        "id=%46",
        "type=data",
        "slot-id=4",
        "library-version=3.1",
        "?module-name=opensc-pkcs11",
        "?module-path=/tmp/librtpkcs11ecp.so",
    ],
)
def test_pkcs11_does_not_match_what_differs(query: str):
    """One attribute that differs, or is not known of the token, is no match."""
    assert not KeyUri.parse(f"pkcs11:{query}").matches(on_token())


def test_places_do_not_match_each_other():
    """A token's key is no container, and a practice container is no real one."""
    real = Container(
        uri="container:К", place=KeyPlaceKind.STORE, label="К", algorithm=None, practice=False
    )
    assert KeyUri.parse("container:К").matches(real)
    assert KeyUri.parse("container:").matches(real)
    assert not KeyUri.parse("practice:К").matches(real)
    assert not KeyUri.parse("pkcs11:").matches(real)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_scheme"),
        ("ключ", "no_scheme"),
        ("file:/etc/passwd", "unknown_scheme"),
        ("container:%", "broken_escape"),
        ("container:%ZZ", "broken_escape"),
        ("container:%FF", "not_utf8"),
        ("container:\udcff", "not_utf8"),
        ("pfx:", "no_path"),
        ("pfx://", "no_path"),
        ("pfx:a\0b", "no_path"),
        ("pkcs11:colour=red", "unknown_attribute"),
        ("pkcs11:serial", "not_a_pair"),
        ("pkcs11:serial=1;serial=2", "attribute_twice"),
        ("container:" + "я" * 9000, "too_long"),
    ],
)
def test_malformed_uri_says_why(text: str, reason: str):
    """Each mistake has a reason of its own."""
    with pytest.raises(RoscherkError) as caught:
        KeyUri.parse(text)
    assert caught.value.code is ErrorCode.KEY_URI_MALFORMED
    assert caught.value.facts["reason"] == reason


@pytest.mark.parametrize(
    "where", [";pin-value=48151623", "?pin-value=48151623", "?PIN-VALUE=48151623"]
)
def test_pin_in_uri_is_refused_and_not_repeated(where: str):
    """A PIN never comes by argv, and the refusal does not tell it."""
    with pytest.raises(RoscherkError) as caught:
        KeyUri.parse(f"pkcs11:serial=1{where}")
    assert caught.value.facts["reason"] == "pin_in_uri"
    assert "48151623" not in repr(caught.value) + str(caught.value)


_names = st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable())


@given(_names, st.booleans())
def test_container_uri_round_trip(name: str, practice: bool):
    """Whatever can be a name comes back as it was."""
    uri = KeyUri.of_container(name, practice=practice)
    assert KeyUri.parse(str(uri)) == uri


@given(st.binary(min_size=1, max_size=80).filter(lambda raw: b"\0" not in raw))
def test_pfx_uri_round_trip_is_text(raw: bytes):
    """Any path of the file system comes back, and its URI is proper text."""
    path = Path(os.fsdecode(raw))
    text = str(KeyUri.of_pfx(path))
    assert text.encode().decode().isprintable()
    assert KeyUri.parse(text).path == path


@given(_names, st.binary(max_size=40))
def test_token_uri_round_trip(label: str, key_id: bytes):
    """Labels and ids of any bytes come back, and the URI names its own container."""
    container = on_token(label, key_id)
    uri = KeyUri.parse(container.uri)
    assert str(uri) == container.uri
    assert uri.matches(container)


@given(st.text(max_size=80))
def test_any_text_gives_a_uri_or_our_error(text: str):
    """No text makes the parser fall over."""
    for scheme in ("container:", "pfx:", "pkcs11:", ""):
        with suppress(RoscherkError):
            KeyUri.parse(scheme + text)


@pytest.mark.parametrize(
    ("text", "path", "number"),
    [
        ("cryptopro:/media/usb/abcd.000", "/media/usb/abcd.000", None),
        ("CryptoPro:ключи/a b.000#2", "ключи/a b.000", 2),
        ("cryptopro:/a#b.000", "/a#b.000", None),
        ("cryptopro:/a#3", "/a#3", None),
        ("cryptopro:///odd%23%31#1", "/odd#1", 1),
        ("cryptopro:///odd%231", "/odd#1", None),
    ],
)
def test_container_folder_with_and_without_a_number(text: str, path: str, number: int | None):
    """The path is taken as it is; only ``#1`` and ``#2`` at the end are a number."""
    uri = KeyUri.parse(text)
    assert uri == KeyUri.of_cryptopro(Path(path), number)
    assert KeyUri.parse(str(uri)) == uri
    with pytest.raises(RoscherkError) as caught:
        KeyUri.parse("cryptopro:#1")
    assert caught.value.facts["reason"] == "no_path"
