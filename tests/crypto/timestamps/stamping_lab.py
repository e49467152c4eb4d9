"""What the tests of this room share: chains under one trust, a client without pauses."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from stand_ins.pki import Pki, pki_of
from stand_ins.servers import Server
from stand_ins.time_authority import TimeAuthority, time_authority_of

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms.levels.stamps import ChainOf
from app.crypto.model import TimeStampServer
from app.crypto.network.fetching import Network
from app.crypto.timestamps.checking import check_time_stamp
from app.crypto.timestamps.client import TimeStamping
from app.crypto.verdict.facts import ChainFacts, TimeStampFacts, TimeStampKind

QUICK = KeyAlgorithm.ECDSA_P256
SIGNING = (
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
)
DATA = b"signature value"


def digest_of(name: str) -> bytes:
    """Return the digest of what is stamped."""
    return digests.digest(name, DATA)


def chain_under(*roots: bytes, crls: Sequence[bytes] = ()) -> ChainOf:
    """Return how chains are built where these roots are trusted."""
    trust = LoadedTrust.of(anchors=roots, crls=crls)

    def chain_of(
        leaf: bytes,
        pool: Sequence[bytes],
        lists: Sequence[bytes],
        _ocsp: Sequence[bytes],
        at: datetime,
    ) -> ChainFacts:
        return build_chain(leaf, pool=pool, crls=lists, trust=trust, at=at)

    return chain_of


def check(
    token: bytes,
    *,
    pki: Pki | None = None,
    digest: Callable[[str], bytes | None] = digest_of,
    **options: Any,
) -> TimeStampFacts:
    """Check a token under the root of an infrastructure."""
    root = (pki or pki_of(QUICK)).root
    return check_time_stamp(token, digest, TimeStampKind.SIGNATURE, chain_under(root), **options)


def token_of(tsa: TimeAuthority, digest_name: str = "sha256") -> bytes:
    """Return a token over the data of these tests."""
    return tsa.token(digest_name, digest_of(digest_name))


def quick_tsa() -> TimeAuthority:
    """Return an honest authority."""
    return time_authority_of(QUICK)


class Stamping:
    """A client over a running server; ``slept`` are the pauses it made."""

    def __init__(
        self,
        server: Server,
        *servers: str | TimeStampServer,
        chain: ChainOf | None = None,
        **options: Any,
    ) -> None:
        self.slept: list[float] = []
        self.network = Network(server.policy())
        self.client = TimeStamping(
            self.network,
            [
                one if isinstance(one, TimeStampServer) else TimeStampServer(url=one)
                for one in servers
            ],
            chain or chain_under(pki_of(QUICK).root),
            sleep=self.slept.append,
            **options,
        )
