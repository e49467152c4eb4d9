"""Files that others published: what they hold for good is good here, what they refuse is not."""

from pathlib import Path

import pytest
from interop_samples import Seen, requests, signed_files
from stand_ins import openssl


@pytest.fixture(scope="module")
def seen(data_folder: Path) -> dict[str, Seen]:
    """Return what became of every CMS file."""
    openssl.demand()
    return {each.sample.name: each for each in signed_files(data_folder)}


def test_tc26(seen: dict[str, Seen]) -> None:
    """The signed examples of TC26 are good; the others are told to be no signatures."""
    words = {name: each.ours for name, each in seen.items() if "tc26-cms" in name}
    assert len(words) >= 10
    for name, word in words.items():
        expected = "accepted" if "signed_" in name else "no signature: format_unknown"
        assert word == expected, name


def test_nothing_good_is_refused(seen: dict[str, Seen]) -> None:
    """What OpenSSL accepts is accepted, or signed with what this program does not know."""
    accepted = [each for each in seen.values() if each.referee == "accepted"]
    assert len(accepted) >= 12
    for each in accepted:
        assert each.ours.startswith(("accepted", "not understood: signature_unsupported")), each


def test_nothing_bad_is_accepted(seen: dict[str, Seen]) -> None:
    """What its publisher says must fail does, save for a claimed time, which proves nothing here."""
    bad = [each for each in seen.values() if "verify fails" in each.sample.expected]
    assert len(bad) >= 4
    for each in bad:
        if "signing-time" not in each.sample.expected:
            assert each.ours.startswith("refused"), each


def test_requests(data_folder: Path) -> None:
    """No request of others is refused; those on the curves of examples are told as such."""
    openssl.demand()
    found = list(requests(data_folder))
    assert len(found) >= 8
    for each in found:
        assert each.referee == "accepted"
        assert each.ours == "accepted" or each.ours.startswith("not understood: curve of examples")
