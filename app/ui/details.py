"""What stands beside a list of files: nothing, a file, a result, answers, an error. No Qt here."""

from dataclasses import field
from pathlib import Path

from app.crypto.model import SignedFile
from app.crypto.trust.wanting import Wanted, lacking_of
from app.crypto.verdict.facts import Coverage, FileFormat
from app.crypto.verifying.door import Checked
from app.texts.errors import Words
from app.ui.rows import ReasonText, Tone
from app.values import dataclass

Lines = tuple[tuple[str, str], ...]
"""Label and value."""


@dataclass(frozen=True)
class Nothing:
    """Nothing is chosen."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Which choices make sense for what is going to be signed."""

    stamp: bool = False
    attached: bool = False


@dataclass(frozen=True, kw_only=True)
class FileDetails:
    """One file, or several, before anything was done."""

    heading: str
    lines: Lines
    offer: Offer = field(default_factory=Offer)
    notice: ReasonText | None = None
    found: ReasonText | None = None
    """What the look before signing found."""
    preview: Path | None = None
    """A document to look at."""


@dataclass(frozen=True, kw_only=True)
class SignedDetails:
    """A signature was made and saved."""

    signed: SignedFile
    heading: str
    name: str
    tone: Tone
    lines: Lines
    notices: tuple[ReasonText, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BatchDetails:
    """Several signatures were made, one after another."""

    heading: str
    words: str
    tone: Tone
    points: tuple[tuple[Tone, str], ...]
    folder: Path
    """A file in the folder of the first."""


@dataclass(frozen=True)
class CheckedDetails:
    """A file was verified."""

    checked: Checked

    @property
    def original_missing(self) -> bool:
        """Tell whether a detached signature was found without the document it belongs to."""
        facts = self.checked.verifications[0].facts
        return facts.format is FileFormat.CMS_DETACHED and facts.content is None

    @property
    def signed_pdf(self) -> Path | None:
        """Return the document, where it is a PDF that has a signed version to be looked at."""
        facts = self.checked.verifications[0].facts
        whole = (Coverage.WHOLE_FILE, Coverage.WHOLE_REVISION)
        signed = any(one.coverage in whole for one in facts.signatures)
        return facts.path if facts.format is FileFormat.PDF and signed else None

    @property
    def lacking(self) -> tuple[Wanted, ...]:
        """Return the signers whose chains lack an issuer, or trust in a root."""
        return lacking_of(self.checked.verifications[0].facts)


@dataclass(frozen=True)
class FailedDetails:
    """Something could not be done with the file."""

    name: str
    words: Words


Details = Nothing | FileDetails | SignedDetails | BatchDetails | CheckedDetails | FailedDetails
