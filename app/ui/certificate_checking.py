"""Checking a certificate for the window: the check in a worker, its protocol to a file. No Qt here."""

from collections.abc import Callable, Iterable
from pathlib import Path

from app.crypto.certificates.checked import CheckedCertificate
from app.crypto.certificates.door import Certificates
from app.crypto.verdict.facts import CertificateFacts
from app.errors import RoscherkError
from app.reports.printing import Printing
from app.texts import certificate_check, qualification
from app.texts import verdicts as said
from app.texts.catalogue import _
from app.texts.showing import plain
from app.ui.rows import ReasonText, Tone
from app.ui.work import Tasks

_LONGEST_NAME = 80
_TONES = {
    said.Tone.GOOD: Tone.OK,
    said.Tone.BAD: Tone.ERROR,
    said.Tone.UNSURE: Tone.WARN,
    said.Tone.PLAIN: Tone.INFO,
}


class CertificateChecking:
    """Checks certificates and writes protocols, away from the screen."""

    def __init__(self, certificates: Certificates, printing: Printing, tasks: Tasks) -> None:
        self._certificates = certificates
        self._printing = printing
        self._tasks = tasks

    def check(
        self,
        facts: CertificateFacts,
        pool: Iterable[bytes],
        done: Callable[[CheckedCertificate], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Check a certificate for now."""
        together = tuple(pool)
        self._tasks.run(
            lambda _job: self._certificates.check(facts, pool=together),
            done=done,
            failed=failed,
            lane="certificates",
        )

    def save(
        self,
        checked: CheckedCertificate,
        target: Path,
        done: Callable[[], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Write the protocol to a new file."""
        self._tasks.run(
            lambda _job: self._printing.save_certificate_check(checked, target),
            done=lambda _nothing: done(),
            failed=failed,
            lane="printing",
        )


def reason_cards(checked: CheckedCertificate) -> tuple[ReasonText, ...]:
    """Return the two conclusions: whether it is in force, whether it is a qualified one."""
    practice = checked.certificate.practice
    tone = Tone.PRACTICE if practice else _TONES[certificate_check.conclusion_tone(checked)]
    answer = checked.qualification
    return (
        ReasonText(
            heading=certificate_check.conclusion(checked),
            explanation=certificate_check.why(checked) or "",
            advice=" ".join(certificate_check.remarks(checked)),
            tone=tone,
        ),
        ReasonText(
            heading=qualification.heading(answer),
            explanation=" ".join(qualification.reasons(answer)),
            advice=" ".join(qualification.remarks(answer)),
            tone=Tone.PRACTICE if practice else _TONES[qualification.tone(answer)],
        ),
    )


def suggested_name(checked: CheckedCertificate) -> str:
    """Return a name for the protocol."""
    facts = checked.certificate
    name = plain(facts.subject.common_name or facts.subject.organization or facts.serial)
    told = _("Check of the certificate {name}.pdf").format(name=name[:_LONGEST_NAME])
    return told.replace("/", "_").replace("\\", "_")
