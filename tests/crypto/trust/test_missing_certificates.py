"""What a chain lacks is found by AIA, in files, in the document; a root is never a document's word."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stand_ins import servers
from stand_ins.extensions_made import authority_access
from stand_ins.pki import (
    Issuer,
    Pki,
    authority,
    ca_extensions,
    end_entity,
    make_pki,
    pki_of,
)

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.model import TrustMaterial
from app.crypto.network.policy import NetworkPolicy
from app.crypto.trust.gathering import find_missing
from app.crypto.trust.model import MissingAnswer, MissingRequest

EC = KeyAlgorithm.ECDSA_P256
PLAIN = pki_of(EC)


def ask(leaf: bytes, **more: object) -> MissingAnswer:
    """Look for what the chain of a certificate lacks."""
    request = MissingRequest(leaf=leaf, trust=TrustMaterial(), at=datetime.now(UTC))
    return find_missing(replace(request, **more))  # type: ignore[arg-type]


def names(answer: MissingAnswer) -> list[tuple[str | None, str]]:
    """Return what is offered, with its origin."""
    return [(each.certificate.subject.common_name, each.origin) for each in answer.offers]


@pytest.fixture
def server() -> Iterator[servers.Server]:
    """Return a server of an authority."""
    with servers.running() as it:
        yield it


def pki_on(server: servers.Server, ca: bytes | None = None) -> Pki:
    """Make an infrastructure that names where its certificates and lists lie."""
    pki = make_pki(EC)
    root, below = pki.root_issuer, pki.ca_issuer
    fresh = {"this_update": datetime.now(UTC) - timedelta(hours=1)}
    below.certificate = root.issue(
        below.key.public,
        subject=below.name,
        extensions=(
            *ca_extensions(below.key.public, root.key.public, path_length=0),
            authority_access(issuers=[server.file("root.cer", root.certificate)]),
            build.crl_points(server.file("root.crl", root.crl(**fresh))),
        ),
    )
    pki.leaf = below.issue(
        pki.leaf_key.public,
        extensions=(
            *end_entity(pki.leaf_key.public, below.key.public),
            authority_access(issuers=[server.file("ca.cer", ca or below.certificate)]),
            build.crl_points(server.file("ca.crl", below.crl(**fresh))),
        ),
    )
    return pki


def test_by_its_addresses(server: servers.Server) -> None:
    """Authority, root and both lists come by the addresses in the certificates."""
    pki = pki_on(server)
    answer = ask(pki.leaf, network=server.policy())
    assert names(answer) == [("Тестовый УЦ", "network"), ("Тестовый корень", "network")]
    assert [each.root for each in answer.offers] == [False, True]
    assert answer.before.break_code == "issuer_not_found"
    assert answer.after.anchored
    assert answer.after.break_code is None
    assert len(answer.lists) == 2
    assert all(each.source.startswith("http") for each in answer.lists)
    assert {use.outcome for use in answer.network} <= {"ok", "cached"}


def test_without_the_network_the_gap_is_named() -> None:
    """Nobody is asked; the missing issuer is named."""
    answer = ask(PLAIN.leaf)
    assert answer.offers == ()
    assert answer.lacking.endswith("CN=Тестовый УЦ")
    assert answer.network == ()


def test_in_a_folder(tmp_path: Path) -> None:
    """Among other things in a folder the right certificates are found; their order is no matter."""
    other = make_pki(EC)
    for name, der in (
        ("a.cer", other.root),
        ("b.cer", PLAIN.root),
        ("c.cer", other.ca),
        ("d.cer", PLAIN.ca),
    ):
        (tmp_path / name).write_bytes(der)
    (tmp_path / "readme.txt").write_text("certificates")
    answer = ask(PLAIN.leaf, given=(tmp_path,))
    assert [each.certificate.der for each in answer.offers] == [PLAIN.ca, PLAIN.root]
    assert [Path(each.source).name for each in answer.offers] == ["d.cer", "b.cer"]


def test_what_did_not_sign_is_not_offered(server: servers.Server) -> None:
    """An authority of the same name with another key does not get into the stores."""
    forger = Issuer(EphemeralKey.generate(EC), authority("Тестовый УЦ"))
    forged = forger.issue(
        forger.key.public,
        subject=forger.name,
        extensions=ca_extensions(forger.key.public, forger.key.public),
    )
    answer = ask(pki_on(server, ca=forged).leaf, network=server.policy())
    assert forged not in [each.certificate.der for each in answer.offers]
    assert not answer.after.anchored


def test_a_root_in_the_document_is_not_offered() -> None:
    """Whoever made the document could have made the root: it is named, not offered (X-12)."""
    answer = ask(PLAIN.leaf, pool=(PLAIN.ca, PLAIN.root))
    assert names(answer) == [("Тестовый УЦ", "document")]
    assert answer.refused_root is not None
    assert answer.refused_root.der == PLAIN.root
    assert not answer.after.anchored


def test_the_same_root_from_the_users_own_file_is(tmp_path: Path) -> None:
    """The document carries it too; that the user brought it himself is what counts."""
    own = tmp_path / "root.cer"
    own.write_bytes(PLAIN.root)
    answer = ask(PLAIN.leaf, pool=(PLAIN.ca, PLAIN.root), given=(own,))
    assert names(answer) == [("Тестовый УЦ", "document"), ("Тестовый корень", "file")]
    assert answer.refused_root is None


def test_addresses_into_the_local_network_are_refused(server: servers.Server) -> None:
    """A certificate cannot send the program around in the user's own network."""
    pki = pki_on(server)
    answer = ask(pki.leaf, network=NetworkPolicy(online=True))
    assert answer.offers == ()
    assert server.seen == []
    assert {each.code for each in answer.problems} == {"evidence_not_fetched"}


def test_a_root_that_lies_in_the_document_too_may_come_from_its_address(
    server: servers.Server,
) -> None:
    """The address is what is offered, and shown to the user as the source."""
    pki = pki_on(server)
    answer = ask(pki.leaf, pool=(pki.ca, pki.root), network=server.policy())
    assert names(answer) == [("Тестовый УЦ", "document"), ("Тестовый корень", "network")]
    assert answer.after.anchored
    assert answer.refused_root is None
