"""«Установить недостающие сертификаты» as a face asks for it: whose chain, what lacks, take it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.crypto.certificates.door import Certificates
from app.crypto.trust.changes import Change
from app.crypto.trust.door import Trust
from app.crypto.trust.model import MissingAnswer
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, FileFacts
from app.crypto.verifying.door import Verifying
from app.processes.cancelling import Cancel
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A certificate whose chain is wanted, and what came with it."""

    certificate: CertificateFacts
    pool: tuple[bytes, ...] = ()


class Wanting:
    """Finds and installs what chains lack. May be used from any thread."""

    def __init__(self, trust: Trust, certificates: Certificates, verifying: Verifying) -> None:
        self._trust = trust
        self._certificates = certificates
        self._verifying = verifying

    def of_file(self, path: Path) -> tuple[Wanted, ...]:
        """Return the signers of a signature or a document, or the first certificate of a file."""
        checked = self._verifying.verify([path])
        found = of_facts(checked.verifications[0].facts)
        if found:
            return found
        first, *rest = self._certificates.read(path).certificates
        return (Wanted(certificate=first, pool=tuple(each.der for each in rest)),)

    def find(
        self,
        wanted: Wanted,
        *,
        given: Sequence[Path] = (),
        fetch: bool = True,
        cancel: Cancel | None = None,
    ) -> MissingAnswer:
        """Find what a chain lacks; nothing is stored."""
        return self._trust.missing(
            wanted.certificate.der, pool=wanted.pool, given=given, fetch=fetch, cancel=cancel
        )

    def take(
        self, answer: MissingAnswer, *, confirmed: Iterable[str] = (), source: str = ""
    ) -> Change | None:
        """Install what was found: authorities, newer lists, and the roots that the user confirmed.

        One change, to be undone as one. ``confirmed``: fingerprints (SHA-256, hex).
        """
        agreed = {one.lower() for one in confirmed}
        chosen = [
            each
            for each in answer.offers
            if not each.root or each.certificate.sha256.lower() in agreed
        ]
        origins = ", ".join(dict.fromkeys(each.source for each in chosen if each.source))
        return self._trust.add(
            [each.certificate for each in chosen],
            confirmed=agreed,
            reason="missing",
            source=origins or source,
            lists=answer.lists,
        )


def of_facts(facts: FileFacts) -> tuple[Wanted, ...]:
    """Return the signers of a verified file, each once, time-stamp authorities included."""
    found: dict[str, Wanted] = {}
    for signature in facts.signatures:
        stamps = [stamp.signature for stamp in signature.time_stamps if stamp.signature]
        for one in (signature, *stamps):
            if one.signer is not None:
                wanted = Wanted(certificate=one.signer, pool=pool_of(one.chain))
                found.setdefault(one.signer.sha256, wanted)
    return tuple(found.values())


def lacking_of(facts: FileFacts) -> tuple[Wanted, ...]:
    """Return those signers of a file, and of its time-stamps, whose chains lack something."""
    lacking = {
        one.signer.sha256
        for signature in facts.signatures
        for one in (signature, *(stamp.signature for stamp in signature.time_stamps))
        if one is not None and one.signer is not None and lacks(one.chain)
        # What is practice is trusted in practice mode, and installed nowhere.
        if not one.signer.practice
    }
    return tuple(each for each in of_facts(facts) if each.certificate.sha256 in lacking)


def pool_of(chain: ChainFacts | None) -> tuple[bytes, ...]:
    """Return the certificates of a chain above the first."""
    return () if chain is None else tuple(link.certificate.der for link in chain.links[1:])


def lacks(chain: ChainFacts | None) -> bool:
    """Tell whether a chain lacks something that can be found: an issuer, or trust in its root."""
    return chain is not None and chain.break_code in {"issuer_not_found", "root_not_trusted"}
