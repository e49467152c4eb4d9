"""To whom a signature goes, and what goes along: addressees, level, power of attorney. No Qt here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from app import settings as table
from app.crypto.evidence.orders import EvidenceOrders
from app.crypto.model import Encoding, EvidenceOrder, SignatureLevel
from app.crypto.packages.bundle import copy_beside
from app.crypto.recipients import Misfit, Recipient, load, misfits
from app.crypto.stamping.style import StampStyle, usual_style
from app.crypto.verdict.facts import CertificateFacts
from app.crypto.verdict.report import Indication
from app.crypto.viewing.door import CheckedMchd, Viewing
from app.errors import ErrorCode, RoscherkError
from app.settings import Settings
from app.texts.catalogue import _, language
from app.texts.showing import plain
from app.texts.verdicts import notice
from app.ui.documents.words_of_form import form_words
from app.ui.documents.words_of_mark import mark_place_words
from app.ui.files import Document
from app.ui.known_keys import Key
from app.ui.preview.mark_place import MarkPlace
from app.ui.preview.mark_trying import MarkWish
from app.ui.rows import ReasonText, Tone
from app.ui.sign_choices import SignChoices
from app.ui.signing_run import SignOptions
from app.ui.work import Tasks

_MOST_TOLD = 5


class Sending:
    """Remembers what goes along with the next signatures."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        evidence: EvidenceOrders,
        viewing: Viewing,
        tasks: Tasks,
        *,
        on_change: Callable[[], None],
        on_error: Callable[[RoscherkError], None],
    ) -> None:
        """``folder``: where the user's own rows of addressees lie."""
        self._folder = folder
        self._settings = settings
        self._evidence = evidence
        self._viewing = viewing
        self._tasks = tasks
        self._on_change = on_change
        self._on_error = on_error
        self._rows: tuple[Recipient, ...] = ()
        self.mchd: CheckedMchd | None = None
        self.options = self._defaults()

    def _defaults(self) -> SignOptions:
        settings = self._settings
        return SignOptions(
            attached=settings.get(table.ATTACHED),
            stamp=settings.get(table.STAMP),
            style=usual_style(settings.get(table.STAMP_PRESET), settings.get(table.STAMP_LOGO)),
            encoding=Encoding(settings.get(table.ENCODING)),
            level=SignatureLevel(settings.get(table.LEVEL)),
        )

    def take_defaults(self) -> None:
        """Want what the settings say."""
        self.options = self._defaults()

    def begin(self) -> None:
        """Read the addressees."""

        def take(found: tuple[tuple[Recipient, ...], tuple[RoscherkError, ...]]) -> None:
            self._rows, problems = found
            for each in problems:
                self._on_error(each)
            self._on_change()

        self._tasks.run(lambda _job: load(self._folder), done=take, failed=self._on_error)

    @property
    def recipient(self) -> Recipient | None:
        """Return to whom it goes."""
        wanted = self.options.recipient
        return next((each for each in self._rows if each.id == wanted), None)

    def choose(self, options: SignOptions) -> SignOptions:
        """Want this; return it with what the addressee wants, where another one was chosen."""
        before, self.options = self.options, options
        row = self.recipient
        if row is not None and options.recipient != before.recipient:
            self.options = replace(
                options,
                form=row.format,
                attached=row.attached,
                encoding=row.encoding,
                level=row.level,
                suffix=row.suffix,
            )
        return self.options

    def place_mark(self, place: MarkPlace, *, last: bool) -> None:
        """Put the mark of the next signatures at an exact place of a page."""
        pages = "last" if last else str(place.page + 1)
        self._set_style(replace(self.options.style, box=place.box, pages=pages))

    def place_mark_itself(self) -> None:
        """Let the program find a blank place on the last page."""
        self._set_style(replace(self.options.style, box=None, pages=StampStyle.pages))

    def _set_style(self, style: StampStyle) -> None:
        self.options = replace(self.options, style=style, stamp=True)
        self._on_change()

    def mark_wish(self, key: Key | None, documents: Sequence[Document]) -> MarkWish | None:
        """Return the mark that would be put on one PDF; None: there is none, or no key."""
        if len(documents) != 1 or not documents[0].is_pdf or key is None:
            return None
        certificate = key.container.certificate
        if certificate is None:
            return None
        return MarkWish(
            path=documents[0].path,
            style=self.options.style,
            certificate=certificate,
            practice=key.container.practice,
        )

    def choices(self, documents: Sequence[Document]) -> SignChoices:
        """Return what stands around the choices for these documents."""
        row = self.recipient
        spoken = language()
        one_pdf = len(documents) == 1 and documents[0].is_pdf
        return SignChoices(
            recipients=tuple(
                (each.id, plain(each.said(each.title, spoken))) for each in self._rows
            ),
            servers=self._settings.get(table.TIME_STAMP_SERVERS),
            note="" if row is None else _note(row, spoken),
            misfit=None if row is None else _misfit(row, documents),
            mchd=_told(self.mchd),
            mark_place=mark_place_words(self.options.style),
            placeable=one_pdf,
        )

    def misfit(self, documents: Sequence[Document]) -> ReasonText | None:
        """Say what of these documents will not be taken by the addressee."""
        row = self.recipient
        return None if row is None else _misfit(row, documents)

    @property
    def mchd_told(self) -> ReasonText | None:
        """Say whether the power of attorney that goes along fits the signer."""
        return _told(self.mchd)

    def words(self, documents: Sequence[Document]) -> str:
        """Say in one line how these documents will be signed."""
        row = self.recipient
        name = "" if row is None else plain(row.said(row.title, language()))
        return form_words(self.options, documents, name)

    def with_evidence(self, options: SignOptions) -> SignOptions:
        """Return the choices with the servers to be asked. Raises TIME_STAMP_NO_SERVER."""
        if options.level is SignatureLevel.B:
            return replace(options, evidence=EvidenceOrder())
        order = self._evidence.order((options.server,) if options.server else ())
        if not order.servers:
            raise RoscherkError(ErrorCode.TIME_STAMP_NO_SERVER)
        return replace(options, evidence=order)

    # --- the power of attorney

    def attach_mchd(self, path: Path, signer: CertificateFacts | None) -> None:
        """Read a power of attorney, hold it against the signer, and let it go along."""

        def take(found: CheckedMchd) -> None:
            self.mchd = found
            self._on_change()

        self._tasks.run(
            lambda job: self._viewing.check_mchd(path, signer, job.cancel),
            done=take,
            failed=self._on_error,
        )

    def leave_mchd(self) -> None:
        """Let no power of attorney go along."""
        self.mchd = None
        self._on_change()

    @property
    def along(self) -> tuple[Path, ...]:
        """Return the files that go along with every signature."""
        if self.mchd is None:
            return ()
        files = (self.mchd.facts.path, self.mchd.signature)
        return tuple(each for each in files if each is not None)

    def lay_beside(self, targets: Sequence[Path]) -> None:
        """Copy the power of attorney and its signature beside signatures that were made."""
        along, folders = self.along, dict.fromkeys(each.parent for each in targets)
        if not along or not folders:
            return
        self._tasks.run(
            lambda job: [copy_beside(along, each, job.cancel) for each in folders],
            done=lambda _copies: None,
            failed=self._on_error,
        )


def _note(row: Recipient, spoken: str) -> str:
    """Say what is known of an addressee, by what source, and whether anybody has tried it."""
    source = _("By: {source} (looked at on {day}).").format(
        source=plain(row.source), day=f"{row.checked_on:%d.%m.%Y}"
    )
    tried = plain(row.tried) if row.tried else _("Not tried in practice.")
    return " ".join(part for part in (plain(row.said(row.note, spoken)), source, tried) if part)


def _misfit(row: Recipient, documents: Sequence[Document]) -> ReasonText | None:
    lines = []
    for document in documents:
        found = misfits(row, document.name, document.size)
        if Misfit.TOO_LARGE in found:
            words = _("{name}: larger than {limit} MB")
            lines.append(words.format(name=plain(document.name), limit=row.largest_mb))
        if Misfit.KIND in found:
            words = _("{name}: expected are {kinds}")
            kinds = ", ".join(row.files)
            lines.append(words.format(name=plain(document.name), kinds=kinds))
    if not lines:
        return None
    told = lines[:_MOST_TOLD] + (["…"] if len(lines) > _MOST_TOLD else [])
    return ReasonText(
        heading=_("This may be refused there"), explanation="\n".join(told), tone=Tone.WARN
    )


def _told(checked: CheckedMchd | None) -> ReasonText | None:
    if checked is None:
        return None
    answer = checked.answer
    tones = {Indication.TOTAL_PASSED: Tone.OK, Indication.TOTAL_FAILED: Tone.ERROR}
    headings = {
        Indication.TOTAL_PASSED: _("The power of attorney fits the signer"),
        Indication.TOTAL_FAILED: _("The power of attorney gives this signer no authority"),
    }
    number = plain(checked.facts.number or checked.facts.path.name)
    principal = plain(checked.facts.principal.name)
    lines = [_("No. {number}, principal: {name}").format(number=number, name=principal)]
    lines += [notice(each.code, each.facts) for each in answer.problems]
    if checked.signature is not None:
        names = f"{plain(checked.facts.path.name)}, {plain(checked.signature.name)}"
        lines.append(_("Goes along: {names}").format(names=names))
    return ReasonText(
        heading=headings.get(
            answer.indication, _("Whether the power of attorney fits is not certain")
        ),
        explanation="\n".join(lines),
        advice=_("Whether it was recalled stands in the register, which is not asked."),
        tone=tones.get(answer.indication, Tone.WARN),
    )
