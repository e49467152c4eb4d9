"""The seam between making a CMS signature and raising it: what a level above B gets and gives.

`app.crypto.signing.cades` and `app.crypto.signing.acts` hand a finished, verified signature over
before anything is written, and write what comes back in its stead. Whatever goes wrong meanwhile,
they write the signature itself: a signature is never lost.
"""

from collections.abc import Callable, Mapping

from app.crypto.cms import splicing
from app.crypto.cms.levels.stamps import LevelTerms
from app.crypto.cms.splicing import Parts
from app.crypto.model import SignatureLevel, SignRequest
from app.crypto.network.policy import NetworkUse
from app.crypto.verdict.facts import Level, Notice
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

LEVELS: Mapping[SignatureLevel, Level] = {
    SignatureLevel.B: Level.CADES_BES,
    SignatureLevel.T: Level.CADES_T,
    SignatureLevel.XL1: Level.CADES_XL1,
    SignatureLevel.LT: Level.CADES_LT,
    SignatureLevel.LTA: Level.CADES_LTA,
}


@dataclass(frozen=True, kw_only=True)
class NewSignature:
    """A signature that was just made, in the file in which it will stand."""

    request: SignRequest
    """Names the level and the order of evidence."""
    signer: bytes
    """The new SignerInfo, DER; in a counter-signature's case it is the counter-signature."""
    certificate: bytes
    """The signer's, DER."""
    parts: Parts
    """The file's certificates and revocation lists, the new signer's among them, and its signers,
    the new one not among them."""
    digest_of_content: Callable[[str], bytes]
    """Digest of the signed content by the name of an algorithm; of what is countersigned, for a
    counter-signature. It may read a large file."""


@dataclass(frozen=True, kw_only=True)
class Completed:
    """What is to be written."""

    signer: bytes
    """The SignerInfo with its new unsigned attributes; the rest of it is that of the new one."""
    certificates: tuple[bytes, ...] = ()
    """Further CertificateChoices for the file."""
    crls: tuple[bytes, ...] = ()
    """Further RevocationInfoChoices for the file (RFC 5652 §10.2.1, RFC 5940 §2.1)."""
    shortfall: Notice | None = None
    """Why the level is lower than was asked for."""
    network: tuple[NetworkUse, ...] = ()


_FAULTS_OF_EVIDENCE = frozenset(
    {
        ErrorCode.ARCHIVE_STAMP_HOLDS,
        ErrorCode.FORMAT_TOO_COMPLEX,
        ErrorCode.SELF_CHECK_FAILED,
    }
)
"""What may speak against certificates and lists that a higher level brings into the file."""


def without_evidence(signer: bytes, completed: Completed, error: RoscherkError) -> Completed:
    """Return the signature alone, if what was to go with it is at fault; else raise the error.

    The signature itself is good: it is not lost because of its evidence.
    """
    if error.code not in _FAULTS_OF_EVIDENCE:
        raise error
    shortfall = Notice(error.code, dict(error.facts))
    return Completed(signer=signer, shortfall=shortfall, network=completed.network)


def grown(parts: Parts, completed: Completed) -> Parts:
    """Return the parts with the completed signer and all that goes with it."""
    more = splicing.with_signer(parts, completed.signer)
    more = splicing.with_certificates(more, completed.certificates)
    return splicing.with_crls(more, completed.crls)


def level_terms_of(request: SignRequest) -> LevelTerms | None:
    """Return under what a new signature is read back; None: it has nothing above level B."""
    if request.level is SignatureLevel.B:
        return None
    from app.crypto.signing import levels as signing_levels  # noqa: PLC0415 - see `complete`

    return signing_levels.terms_of(request.evidence)


def shortfall_of(completed: Completed, request: SignRequest, level: Level) -> Notice | None:
    """Return why the level that was read back is not the one asked for; None: it is."""
    if completed.shortfall is not None or level is LEVELS[request.level]:
        return completed.shortfall
    return Notice(ErrorCode.SELF_CHECK_FAILED, {"step": "level"})


def complete(new: NewSignature) -> Completed:
    """Raise a new signature to the level that was asked for, as far as that can be done."""
    if new.request.level is SignatureLevel.B:
        return Completed(signer=new.signer)
    # Only these levels ask the network; most signatures do without, and without the time to load it.
    from app.crypto.signing import levels as signing_levels  # noqa: PLC0415

    return signing_levels.complete(new)
