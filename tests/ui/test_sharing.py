"""Verdicts share what they have in common, and stay what they are."""

from dataclasses import replace
from datetime import UTC, datetime

from app.crypto.verdict.facts import (
    AlgorithmFacts,
    CertificateFacts,
    ChainFacts,
    LinkFacts,
    Name,
    Notice,
    SignatureFacts,
)
from app.ui.sharing import Sharing


def certificate(serial: str, der: bytes) -> CertificateFacts:
    """Return facts, made of new objects each time."""
    name = Name(text="CN=Вымышленный")
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return CertificateFacts(
        der=bytes(bytearray(der)),
        sha256="0",
        sha1="0",
        serial=serial,
        subject=name,
        issuer=name,
        not_before=moment,
        not_after=moment,
        key_algorithm="gost",
        key_size=256,
        curve=None,
        signature_oid="1.2.643",
    )


def signature(index: int, *, problem: bool = False) -> SignatureFacts:
    """Return facts of one signature."""
    problems = (Notice("expired", {"n": True}), Notice("expired", {"n": 1})) if problem else ()
    links = tuple(
        LinkFacts(certificate=certificate(str(n), b"x" * 900), problems=problems) for n in range(3)
    )
    return SignatureFacts(
        index=index,
        algorithms=AlgorithmFacts(signature=None, digest=None, signature_oid=None, digest_oid=None),
        signer=links[0].certificate,
        chain=ChainFacts(links=links, anchored=True),
        time_stamps=(),
    )


def test_what_is_equal_is_one() -> None:
    """Chains of a thousand files are one chain; each verdict equals what it was."""
    sharing = Sharing()
    first, second = (sharing.of(signature(n)) for n in (0, 1))
    assert first == signature(0)
    assert second == signature(1)
    assert first.chain is not None
    assert second.chain is not None
    assert all(
        one is other for one, other in zip(first.chain.links, second.chain.links, strict=True)
    )
    assert first.signer is second.signer is first.chain.links[0].certificate


def test_what_only_looks_equal_is_kept_apart() -> None:
    """A number is no truth value, a code is no text, and another certificate is another."""
    sharing = Sharing()
    sharing.of("file")
    shared = sharing.of(signature(0, problem=True))
    assert shared.chain is not None
    yes, one = shared.chain.links[0].problems
    assert (yes.facts["n"], one.facts["n"]) == (True, 1)
    assert isinstance(yes.facts["n"], bool)
    assert not isinstance(one.facts["n"], bool)
    facts = signature(0)
    assert type(sharing.of(replace(facts, reason="SIGNATURE")).kind) is type(facts.kind)
    assert sharing.of(certificate("1", b"y")) is not sharing.of(certificate("1", b"x"))
