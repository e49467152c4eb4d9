"""A route: one document, the people whose signatures are awaited, and what came in. Values only.

What is stored of a verdict only tells how it stood when the file came: the files themselves are
kept, and everything is verified anew before a package is made of them.
"""

from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from app.crypto.verdict.facts import Notice
from app.crypto.verdict.report import Indication, SignatureReport
from app.values import dataclass

SCHEMA = "roscherk.route/1"


class Match(StrEnum):
    """By what a signature is held to be somebody's."""

    NUMBER = "number"
    """ИНН or СНИЛС of the certificate are the ones that were awaited, and nothing speaks against it."""
    NAME = "name"
    """Only the name agrees, or a number agrees and the name does not, or nobody whom the user trusts
    vouches for either: a person has to say so."""
    CONFIRMED = "confirmed"
    """The user said whose it is."""
    NONE = "none"
    """Nobody like that is awaited."""


class Came(StrEnum):
    """What a file that came in turned out to be."""

    TAKEN = "taken"
    UNSURE = "unsure"
    """Taken, but the verdict is open: revocation not checked and so on."""
    LIKELY = "likely"
    """Taken; whose it is has to be confirmed."""
    STRANGER = "stranger"
    """Taken aside: a signature of this document by somebody who is not awaited."""
    SECOND = "second"
    """One more signature of somebody who has signed: not needed."""
    KNOWN = "known"
    """The very signature is there already."""
    RECEIPT = "receipt"
    """A counter-signature over a signature that is there: a receipt."""
    SPOILT = "spoilt"
    FOREIGN = "foreign"
    """A signature of another document."""
    ALTERED = "altered"
    """Taken aside: a PDF that grew out of the document, with more added to it than signatures."""
    PRACTICE = "practice"
    """A practice signature for a real document."""
    DOCUMENT = "document"
    """The document itself, without a signature."""
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"
    STALE = "stale"
    """It belongs to a route whose document was changed or is not where it was."""


FRESH = frozenset({Came.TAKEN, Came.UNSURE, Came.LIKELY, Came.STRANGER, Came.ALTERED})
"""A signature that was not there before and is of use."""


class Progress(StrEnum):
    """How it stands with one person."""

    AWAITED = "awaited"
    LIKELY = "likely"
    UNSURE = "unsure"
    SIGNED = "signed"


class DocumentState(StrEnum):
    """How it stands with the document itself."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody whose signature is awaited. The order of people is a hint and never a block."""

    key: str = ""
    """Names the person inside the route."""
    name: str = ""
    inn: str = ""
    """12 digits of a person or 10 of an organization."""
    snils: str = ""
    email: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class By:
    """Who signed, out of the certificate."""

    name: str
    inn: str = ""
    inn_le: str = ""
    snils: str = ""
    organization: str = ""
    certificate: str = ""
    """SHA-256 in hex."""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One signature of the document that came in."""

    identity: str
    """Names the signature, whatever else its file holds: hex."""
    file: str
    """The kept file in which it came."""
    number: int
    """In that file, as the verification shows it."""
    by: By
    claimed: datetime | None = None
    verdict: Indication
    reason: str = ""
    """Code of the first reason why the verdict is no better."""
    person: str = ""
    """Key of a person; empty: nobody who is awaited."""
    match: Match = Match.NONE
    altered: bool = False
    """More than signatures was added to the PDF: only a person can settle it."""
    vouched: bool = True
    """The certificate leads to a root that the user trusts: else anybody may have made it, with any
    name and number, and only a person can settle it."""
    came: datetime

    @property
    def doubtful(self) -> bool:
        """Tell whether more has to be looked at than the name and the numbers."""
        return self.altered or not self.vouched

    @property
    def settled(self) -> bool:
        """Tell whether it is clear whose signature it is."""
        return bool(self.person) and self.match in {Match.NUMBER, Match.CONFIRMED}


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A counter-signature that came back: somebody confirms that he has the signature."""

    identity: str
    of: str
    """Identity of the signature that it is over."""
    file: str
    by: By
    claimed: datetime | None = None
    verdict: Indication
    came: datetime


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file that came in, as it is kept with the route."""

    name: str
    origin: str
    """What it was called when it came."""
    sha256: str
    size: int
    pdf: bool = False
    grew: str = ""
    """Of a PDF: the kept file that it continues, which is not needed beside it."""
    came: datetime


@dataclass(frozen=True, kw_only=True)
class Route:
    """Everything about one document that is signed by several."""

    schema: str = SCHEMA
    key: str
    document: Path
    sha256: str
    size: int
    digests: dict[str, bytes] = field(default_factory=dict)
    """Of the document as it was at the beginning, by every algorithm that signers use."""
    pdf: bool = False
    practice: bool = False
    begun: datetime
    due: date | None = None
    note: str = ""
    people: tuple[Person, ...] = ()
    kept: tuple[Kept, ...] = ()
    signed: tuple[Signed, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    finished: datetime | None = None
    package: Path | None = None

    @property
    def open(self) -> bool:
        """Tell whether signatures are still gathered."""
        return self.finished is None

    def person(self, key: str) -> Person | None:
        """Return a person by key."""
        return next((each for each in self.people if each.key == key), None)

    def signature(self, identity: str) -> Signed | None:
        """Return a signature by its identity."""
        return next((each for each in self.signed if each.identity == identity), None)

    def of_person(self, key: str) -> tuple[Signed, ...]:
        """Return what is held to be somebody's."""
        return tuple(each for each in self.signed if each.person == key)

    def progress(self, key: str) -> Progress:
        """Tell how it stands with a person; the best of several signatures counts."""
        found = self.of_person(key)
        settled = [each for each in found if each.settled]
        if any(each.verdict is Indication.TOTAL_PASSED for each in settled):
            return Progress.SIGNED
        if settled:
            return Progress.UNSURE
        return Progress.LIKELY if found else Progress.AWAITED

    @property
    def undecided(self) -> tuple[Signed, ...]:
        """The signatures of which a person has to say whose they are."""
        return tuple(each for each in self.signed if not each.settled)

    @property
    def left(self) -> tuple[Person, ...]:
        """Whose signature is not there yet, in the order that was hinted at."""
        there = {Progress.SIGNED, Progress.UNSURE}
        return tuple(each for each in self.people if self.progress(each.key) not in there)

    @property
    def complete(self) -> bool:
        """Tell whether everybody has signed and every signature has passed."""
        every = all(self.progress(each.key) is Progress.SIGNED for each in self.people)
        return every and bool(self.people)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What became of one signature or one file that was given."""

    came: Came
    shown: Path
    """What people call the file."""
    route: str = ""
    """Key of the route that it belongs to."""
    by: By | None = None
    identity: str = ""
    person: str = ""
    report: SignatureReport | None = None
    """The verdict, where there is one."""
    notices: tuple[Notice, ...] = ()
    """Why it cannot be read, or what was added to a PDF."""
    apart: bool = False
    """A PDF that does not continue the one that is kept: the package gets both."""
    loose: bool = True
    """It was given by itself, not as one of many in a folder or an archive."""


@dataclass(frozen=True, kw_only=True)
class Damaged:
    """A route that cannot be read. It was set aside whole; nothing of it is lost."""

    key: str
    place: Path
    newer: bool = False
    """A later version of the program wrote it; it stays where it is."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The routes of a profile, the newest first, and those that could not be read."""

    routes: tuple[Route, ...] = ()
    damaged: tuple[Damaged, ...] = ()


# --- what the worker is asked


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A file that a PDF may have grown out of."""

    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class MarksRequest:
    """Name the signatures of a file, and tell what a PDF grew out of."""

    path: Path
    pdf: bool = False
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One signature of a file. ``index`` as the facts count them."""

    index: int
    identity: str


@dataclass(frozen=True, kw_only=True)
class Growth:
    """A PDF begins with all octets of an origin; what was added behind them."""

    sha256: str
    size: int
    plain: bool
    """Nothing but signatures, their marks and evidence."""
    problems: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Marks:
    """The signatures of one file, and its growths, the shortest origin first."""

    sha256: str
    size: int
    marks: tuple[Mark, ...] = ()
    growths: tuple[Growth, ...] = ()
