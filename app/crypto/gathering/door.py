"""The door of gathering: a worker reads the file and the stores, nobody else."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from app.crypto import methods
from app.crypto.gathering.model import Gathered, GatherRequest
from app.crypto.model import TrustMaterial
from app.crypto.network.policy import NetworkPolicy, Purpose
from app.crypto.opening import looks_like_pdf, open_regular, size_of
from app.crypto.verdict.facts import ChainFacts, FileFacts, SignatureFacts
from app.crypto.verifying.door import VerifyOptions
from app.processes.cancelling import Cancel
from app.processes.pool import Pool


class Gathering:
    """Gathers evidence under the trust of one profile. May be used from any thread."""

    def __init__(
        self,
        workers: Pool,
        trust: Callable[[], TrustMaterial],
        network: Callable[[], NetworkPolicy] = NetworkPolicy,
    ) -> None:
        """Take the workers; ``trust`` is asked each time for what the user trusts then.

        ``network`` says where fetched lists are kept; nothing is fetched here.
        """
        self._workers = workers
        self._network = network
        self._trust = trust

    def gather(
        self, facts: FileFacts, options: VerifyOptions, cancel: Cancel | None = None
    ) -> Gathered:
        """Return what the verdict on a file rests on, besides the file itself.

        Raises the errors of reading the file and of the trust.
        """
        trust = self._trust()
        trust = replace(
            trust, anchors=trust.anchors + options.anchors, crls=trust.crls + options.crls
        )
        with open_regular(facts.path) as file:
            pdf = looks_like_pdf(file)
        request = GatherRequest(
            path=facts.path,
            trust=trust,
            certificates=chain_certificates(facts.signatures),
            fetched=tuple(
                use.url for use in facts.network if use.purpose is Purpose.CRL and use.size
            ),
            network=replace(self._network(), online=False, kept_serves=True),
        )
        gathered = self._workers.run(
            methods.GATHER, request, size=size_of(facts.path), pdf=pdf, cancel=cancel or Cancel()
        )
        answers = tuple(dict.fromkeys((*gathered.ocsp, *facts.fetched_ocsp)))
        return replace(gathered, ocsp=answers)


def chain_certificates(signatures: Iterable[SignatureFacts]) -> tuple[bytes, ...]:
    """Return every certificate that the verdicts rest on, signers first; each once, in DER."""
    return tuple(dict.fromkeys(_certificates(signatures)))


def _certificates(signatures: Iterable[SignatureFacts]) -> Iterator[bytes]:
    every = tuple(signatures)
    for one in every:
        if one.signer is not None:
            yield one.signer.der
        yield from _of_chain(one.chain)
    for one in every:
        for stamp in one.time_stamps:
            if stamp.signature is not None:
                yield from _certificates((stamp.signature,))


def _of_chain(chain: ChainFacts | None) -> Iterator[bytes]:
    if chain is not None:
        yield from (link.certificate.der for link in chain.links)
