"""Which addresses are followed, in whatever spelling they come."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.network.addresses import (
    demand_public_name,
    is_named,
    is_public,
    read_url,
    resolve_public,
)
from app.errors import ErrorCode, RoscherkError


def reason(url: str) -> object:
    """Return why an address out of a file is refused."""
    with pytest.raises(RoscherkError) as caught:
        demand_public_name(read_url(url))
    assert caught.value.code is ErrorCode.NETWORK_REFUSED
    return caught.value.facts["reason"]


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://cdp.example.ru/guc.crl", "http://cdp.example.ru/guc.crl"),
        ("HTTP://CDP.Example.RU", "http://cdp.example.ru/"),
        ("http://cdp.example.ru./a?b=c#d", "http://cdp.example.ru/a?b=c"),
        ("http://cdp.example.ru:80/a", "http://cdp.example.ru/a"),
        ("https://cdp.example.ru:8443/a", "https://cdp.example.ru:8443/a"),
        ("http://уц.рф/список отзыва.crl", "http://xn--s1ag.xn--p1ai/%D1%81%D0%BF%D0%B8%D1%81%D0%BE%D0%BA%20%D0%BE%D1%82%D0%B7%D1%8B%D0%B2%D0%B0.crl"),
        ("http://cdp.example.ru/a%20b/%D1%83", "http://cdp.example.ru/a%20b/%D1%83"),
        ("http://93.184.216.34/a", "http://93.184.216.34/a"),
        ("http://[2A00:1450::1]/a", "http://[2a00:1450::1]/a"),
    ],
)  # fmt: skip
def test_good_addresses(url: str, sent: str) -> None:
    """A public address is brought into one spelling."""
    target = read_url(url)
    demand_public_name(target)
    assert target.url == sent


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "url"),
        ("http://", "url"),
        ("cdp.example.ru/a", "scheme"),
        ("ftp://cdp.example.ru/a", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("ldap://cdp.example.ru/cn=x", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("http://user:secret@cdp.example.ru/", "credentials"),
        ("http://cdp.example.ru@evil.ru/", "credentials"),
        ("http://cdp.example.ru\\@evil.ru/", "url"),
        ("http://cdp.example.ru/\r\nHost: evil", "url"),
        ("http://cdp.example.ru/\x00", "url"),
        ("http://cdp.example.ru/\u202egpj", "url"),
        ("http://cdp.example.ru:0/", "url"),
        ("http://cdp.example.ru:99999/", "url"),
        ("http://cdp.example.ru:x/", "url"),
        ("http://cdp..example.ru/", "url"),
        ("http://a b.ru/", "url"),
        ("http://[::1/", "url"),
        ("http://[fe80::1%25eth0]/", "private_address"),
        ("http://" + "a" * 64 + ".ru/", "url"),
        ("http://cdp.example.ru/" + "a" * 3000, "url"),
        ("http://cdp.example.ru:25/", "port"),
        ("http://localhost/", "local_name"),
        ("http://server/", "local_name"),
        ("http://printer.local/", "local_name"),
        ("http://a.localhost/", "local_name"),
        ("http://gate.home.arpa/", "local_name"),
        ("http://files.corp/", "local_name"),
        ("http://127.0.0.1/", "private_address"),
        ("http://127.1/", "url"),
        ("http://2130706433/", "url"),
        ("http://0x7f000001/", "url"),
        ("http://0x7f.0.0.1/", "url"),
        ("http://0177.0.0.1/", "url"),
        ("http://10.0.0.1/", "private_address"),
        ("http://172.16.0.1/", "private_address"),
        ("http://192.168.1.1/", "private_address"),
        ("http://100.64.0.1/", "private_address"),
        ("http://169.254.169.254/", "private_address"),
        ("http://0.0.0.0/", "private_address"),
        ("http://224.0.0.1/", "private_address"),
        ("http://255.255.255.255/", "private_address"),
        ("http://[::]/", "private_address"),
        ("http://[::1]/", "private_address"),
        ("http://[::ffff:127.0.0.1]/", "private_address"),
        ("http://[::ffff:a00:1]/", "private_address"),
        ("http://[::127.0.0.1]/", "private_address"),
        ("http://[64:ff9b::7f00:1]/", "private_address"),
        ("http://[2002:7f00:1::]/", "private_address"),
        ("http://[fe80::1]/", "private_address"),
        ("http://[fc00::1]/", "private_address"),
        ("http://[ff02::1]/", "private_address"),
        ("http://[fec0::1]/", "private_address"),
    ],
)
def test_bad_addresses(url: str, why: str) -> None:
    """A wrong, disguised or local address is refused, and the reason said."""
    assert reason(url) == why


@pytest.mark.parametrize(
    "url",
    [
        "http://user:secret@cdp.example.ru:99999/a",
        "http://user:secret@[cdp/a",
        "http://user:secret@cdp.example.ru:0/",
        "ftp://user:secret@cdp.example.ru/a",
        "http://user:se/secret@cdp.example.ru/a",
        "http://user:secret\t@cdp.example.ru/a",
        "user:secret@cdp.example.ru",
        "//user:secret@cdp.example.ru/",
    ],
)
def test_a_login_in_a_bad_address_is_not_told(url: str) -> None:
    """Nor is it where the address is refused for something else."""
    with pytest.raises(RoscherkError) as caught:
        read_url(url)
    assert "secret" not in str(caught.value.facts)


def test_a_login_is_not_told() -> None:
    """Name and password of an address never reach an error."""
    with pytest.raises(RoscherkError) as caught:
        read_url("http://user:secret@cdp.example.ru/a")
    assert caught.value.facts["url"] == "http://cdp.example.ru/a"


@pytest.mark.parametrize(
    ("named", "allowed"),
    [
        ("tsa.corp", True),
        ("TSA.CORP", True),
        ("tsa.corp:8080", True),
        ("tsa.corp:80", False),
        ("corp", False),
        ("other.corp", False),
        ("", False),
    ],
)
def test_named_hosts(named: str, *, allowed: bool) -> None:
    """A name counts as a whole, with its port where one is given."""
    assert is_named(read_url("http://tsa.corp:8080/tsp"), [named]) is allowed


def test_named_in_cyrillic() -> None:
    """A name in Cyrillic letters and its wire form are one."""
    assert is_named(read_url("http://xn--s1ag.xn--p1ai/"), ["уц.рф"])


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:192.168.0.1"], ["fe80::1%eth0"], ["?"]],
)
def test_one_private_address_spoils_a_name(addresses: list[str]) -> None:
    """A name that also leads inside is refused as a whole: no second answer can be chosen."""
    with pytest.raises(RoscherkError) as caught:
        resolve_public(read_url("http://cdp.example.ru/"), lambda _host, _port: addresses)
    assert caught.value.facts["reason"] == "private_address"


@given(st.integers(0, 2**32 - 1))
def test_disguises_of_ipv4_are_seen_through(number: int) -> None:
    """Whatever an IPv4 address is wrapped into, it is as public as itself."""
    plain = ipaddress.IPv4Address(number)
    mapped = ipaddress.IPv6Address((0xFFFF << 32) | number)
    nat64 = ipaddress.IPv6Address((0x64FF9B << 96) | number)
    sixtofour = ipaddress.IPv6Address((0x2002 << 112) | (number << 80))
    assert is_public(plain) == is_public(mapped) == is_public(nat64) == is_public(sixtofour)
    if plain.is_private or plain.is_loopback or plain.is_multicast:
        assert not is_public(plain)


@given(st.one_of(st.text(), st.text().map(lambda tail: f"http://{tail}")))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    """No text makes the reader stumble, and what it lets pass is plain ASCII."""
    try:
        target = read_url(text)
    except RoscherkError:
        return
    assert target.url.isascii()
    assert target.url.isprintable()
    assert "@" not in target.url.partition("//")[2].partition("/")[0]
    assert read_url(target.url) == target
