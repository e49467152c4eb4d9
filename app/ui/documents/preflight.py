"""What is looked at before the PIN is asked for, in one list: the key, the files, what goes along. No Qt."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from app.crypto.certificates.door import Certificates
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, LinkFacts, RevocationStatus
from app.crypto.verifying.door import Verifying, VerifyOptions
from app.crypto.verifying.names import signature_beside
from app.errors import RoscherkError
from app.texts.catalogue import _, ngettext
from app.texts.showing import local_date, local_time, plain
from app.ui.documents.file_conditions import Condition, conditions
from app.ui.documents.precheck import Precheck
from app.ui.documents.verbs import holds_cms
from app.ui.files import Document
from app.ui.forms import Filled, Form, Point
from app.ui.known_keys import SOON_DAYS, Key, now
from app.ui.rows import ReasonText, Tone
from app.ui.work import Job, Task, Tasks
from app.values import dataclass

_MOST_TOLD = 12
_MOST_COMPARED = 20
"""Documents with a signature beside them that is looked into for being one's own."""


class View(Protocol):
    """What is needed of the page."""

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask for several things at once."""


@dataclass(frozen=True, kw_only=True)
class Flight:
    """What is going to be signed, and with what."""

    key: Key
    documents: tuple[Document, ...]
    certifies: bool = False
    """Somebody's signature is certified: one's own below it is nothing odd."""
    remarks: tuple[ReasonText, ...] = ()
    """What is known already: the addressee, the power of attorney."""


class Preflight:
    """Looks, shows one list where something speaks against signing, and goes on."""

    def __init__(
        self,
        certificates: Certificates,
        verifying: Verifying,
        precheck: Precheck,
        tasks: Tasks,
        on_change: Callable[[], None],
    ) -> None:
        self._certificates = certificates
        self._verifying = verifying
        self._precheck = precheck
        self._tasks = tasks
        self._on_change = on_change
        self._task: Task | None = None
        self.busy = False

    def cancel(self) -> None:
        """Stop looking; nothing is signed."""
        if self._task is not None:
            task, self._task = self._task, None
            self.busy = False
            task.cancel()

    def consider(self, view: View, flight: Flight, proceed: Callable[[], object]) -> None:
        """Look at everything, ask about what speaks against it, then go on."""
        if self.busy or self._precheck.busy:
            return
        self.busy = True
        self._on_change()
        self._precheck.look(
            flight.documents, lambda grave: self._look(view, flight, tuple(grave), proceed)
        )

    def _look(
        self, view: View, flight: Flight, grave: tuple[str, ...], proceed: Callable[[], object]
    ) -> None:
        def take(points: list[Point]) -> None:
            self._task, self.busy = None, False
            self._on_change()
            found = [(Tone.ERROR, words) for words in grave]
            self._ask(view, flight, [*found, *points], proceed)

        def fail(_error: RoscherkError) -> None:
            if self._task is not None:
                take([])  # what could not be looked at is found out by the signing itself

        self._task = self._tasks.run(
            lambda job: [*self._of_files(flight, job), *self._of_key(flight.key, job)],
            done=take,
            failed=fail,
        )

    def _ask(
        self, view: View, flight: Flight, points: list[Point], proceed: Callable[[], object]
    ) -> None:
        points += [
            (each.tone, " ".join(filter(None, (f"{each.heading}.", each.explanation))))
            for each in flight.remarks
            if each.tone in {Tone.WARN, Tone.ERROR}
        ]
        if not any(tone in {Tone.WARN, Tone.ERROR} for tone, _words in points):
            proceed()
            return
        order = (Tone.ERROR, Tone.WARN, Tone.INFO, Tone.PLAIN, Tone.OK)
        points.sort(key=lambda point: order.index(point[0]))
        shown = points[:_MOST_TOLD]
        if len(points) > _MOST_TOLD:
            more = len(points) - _MOST_TOLD
            shown.append(
                (Tone.PLAIN, ngettext("…and {n} more", "…and {n} more", more).format(n=more))
            )
        form = Form(
            heading=_("Sign all the same?"),
            words=_("This was found before the PIN is asked for:"),
            yes=_("Sign all the same"),
            icon="shield-check",
            tone=Tone.WARN,
            points=tuple(shown),
        )
        view.ask_form(form, lambda _filled: proceed())

    # --- in a thread

    def _of_files(self, flight: Flight, job: Job) -> list[Point]:
        names = {each.path: plain(each.name) for each in flight.documents}
        told = {
            Condition.OPEN_IN_OFFICE: _(
                "{name} is open in another program: save and close it first."
            ),
            Condition.OPEN_FOR_WRITING: _("{name} is being written to by another program."),
            Condition.CHANGING: _("{name} is changing at this moment: wait until it is ready."),
        }
        found = conditions([each.path for each in flight.documents])
        points = [
            (Tone.WARN, told[condition].format(name=names[path]))
            for path, condition in found.items()
        ]
        if flight.key.facts is not None and not flight.certifies:
            points += self._signed_already(flight.documents, flight.key.facts, job)
        return points

    def _signed_already(
        self, documents: Sequence[Document], own: CertificateFacts, job: Job
    ) -> list[Point]:
        """Look into signatures beside the documents, and inside PDF files, for one's own."""
        points: list[Point] = []
        looked = 0
        for document in documents:
            own_file = document.is_pdf or holds_cms(document)
            signed = document.to_verify if own_file else signature_beside(document.path)
            if signed is None or looked == _MOST_COMPARED or not self._may_be_signed(document):
                continue
            looked += 1
            options = VerifyOptions(allow_practice=True, content=None)
            checked = self._verifying.verify([signed], options, cancel=job.cancel)
            for facts in checked.verifications[0].facts.signatures:
                if facts.signer is not None and facts.signer.der == own.der:
                    words = _("{name} is signed with this certificate already.")
                    points.append((Tone.WARN, words.format(name=plain(document.name))))
                    break
        return points

    def _may_be_signed(self, document: Document) -> bool:
        return not document.is_pdf or self._precheck.is_signed(document)

    def _of_key(self, key: Key, job: Job) -> list[Point]:
        if key.facts is None or key.container.practice or job.cancel.cancelled:
            return []
        at = now()
        points = _terms(key, at)
        try:
            chain = self._certificates.chain(key.facts.der, pool=key.container.chain, at=at)
        except RoscherkError:
            return points
        return [*points, *_of_chain(chain)]


def _terms(key: Key, at: datetime) -> list[Point]:
    """Say until when certificate and key can be used."""
    days = key.days_left(at)
    if key.facts is None or days is None:
        return []
    until = local_date(key.facts.not_after)
    if at > key.facts.not_after:
        return [(Tone.ERROR, _("The certificate has expired on {day}.").format(day=until))]
    if at < key.facts.not_before:
        begin = local_date(key.facts.not_before)
        return [(Tone.ERROR, _("The certificate holds from {day} only.").format(day=begin))]
    points: list[Point] = []
    end = None if key.details is None else key.details.key_not_after
    if end is not None and at > end:
        words = _("The term of the key ended on {day}, though the certificate still holds.")
        points.append((Tone.ERROR, words.format(day=local_date(end))))
    tone = Tone.INFO if days <= SOON_DAYS else Tone.OK
    points.append((tone, _("The certificate holds until {day}.").format(day=until)))
    return points


def _of_chain(chain: ChainFacts) -> list[Point]:
    points: list[Point] = []
    if chain.anchored and chain.broken_at is None:
        points.append((Tone.OK, _("The chain leads to a root that you trust.")))
    else:
        words = _("The chain to a trusted root is not whole here; the recipient builds his own.")
        points.append((Tone.PLAIN, words))
    if chain.links:
        points.append(_of_revocation(chain.links[0]))
    return points


def _of_revocation(link: LinkFacts) -> Point:
    found = link.revocation
    if found.status in {RevocationStatus.REVOKED, RevocationStatus.ON_HOLD}:
        return Tone.ERROR, _("The certificate is revoked or suspended.")
    if found.status is RevocationStatus.GOOD and found.this_update is not None:
        words = _("Not revoked, by data of {moment}.")
        return Tone.OK, words.format(moment=local_time(found.this_update))
    return Tone.PLAIN, _("Whether it is revoked is not known here: no fresh list is at hand.")
