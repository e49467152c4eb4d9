"""What is told of a chain without changing the verdict."""

from datetime import timedelta

from stand_ins.facts_made import NOW, ca, certificate, chain, link, not_checked

from app.crypto.verdict.chain_warnings import chain_warnings
from app.crypto.verdict.facts import ChainFacts

YEAR = timedelta(days=365)


def told(found: ChainFacts | None) -> list[str]:
    """Return the codes."""
    return [notice.code for notice in chain_warnings(found, NOW)]


def test_nothing_to_tell():
    """A chain in force, and no chain at all."""
    assert told(chain()) == []
    assert told(None) == []


def test_long_number():
    """Twenty octets are allowed (rule X-04)."""
    assert told(chain(link(certificate=certificate(serial="AB" * 20)))) == []
    assert told(chain(link(certificate=certificate(serial="AB" * 21)))) == ["serial_too_long"]


def test_authority_that_was_in_force_when_it_issued():
    """The chain model is told where the shell model fails (rule X-08)."""
    leaf = link(certificate=certificate(not_before=NOW - 5 * YEAR))
    for begin, end, code in (
        (-6, -2, ["issuer_in_force_then"]),
        (-9, -6, ["issuer_not_in_force_then"]),
        (1, 5, ["issuer_not_in_force_then"]),
        (-6, 2, []),
    ):
        issuer = ca(not_before=NOW + begin * YEAR, not_after=NOW + end * YEAR)
        root = link(certificate=issuer, anchor=True, revocation=not_checked())
        assert told(chain(leaf, root)) == code
