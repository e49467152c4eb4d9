"""Opening certificate windows: fields at once, the chain when a worker has built it."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.crypto.certificates.checked import CheckedCertificate
from app.crypto.certificates.door import Certificates
from app.crypto.certificates.exporting import export_certificate
from app.crypto.trust.wanting import Wanted, Wanting, pool_of
from app.crypto.verdict.facts import CertificateFacts, ChainFacts
from app.errors import RoscherkError
from app.texts.catalogue import _
from app.texts.showing import plain
from app.ui.answers import SignatureAnswers
from app.ui.certificate_check_window import CertificateCheckWindow
from app.ui.certificate_checking import CertificateChecking, suggested_name
from app.ui.certificate_window import CertificateWindow
from app.ui.chain_rows import short_name
from app.ui.dialogs import Dialogs
from app.ui.forms import Told
from app.ui.known_keys import Key
from app.ui.missing import MissingPresenter
from app.ui.missing_dialog import MissingDialog
from app.ui.trusting import Trusting, is_root
from app.ui.versions.opening import Versions
from app.ui.widgets.next_turn import NextTurn
from app.ui.work import Tasks


class Viewing:
    """Opens certificates over the window."""

    def __init__(
        self,
        parent: QWidget,
        certificates: Certificates,
        trusting: Trusting,
        dialogs: Dialogs,
        tasks: Tasks,
        *,
        wanting: Wanting,
        to_paper: Callable[[CertificateFacts], object],
        checking: CertificateChecking,
        versions: Versions,
    ) -> None:
        """``to_paper`` is asked to write a certificate on paper."""
        self._to_paper = to_paper
        self._checking = checking
        self._parent = parent
        self._certificates = certificates
        self._trusting = trusting
        self._dialogs = dialogs
        self._tasks = tasks
        self._wanting = wanting
        self.versions = versions

    def install_missing(
        self, wanted: Sequence[Wanted], done: Callable[[], object]
    ) -> MissingDialog | None:
        """Look for what chains lack and offer to install it; ``done`` is called if it was."""
        if not wanted:
            return None
        presenter = MissingPresenter(self._wanting, self._trusting, self._tasks, wanted)
        presenter.done = done
        dialog = MissingDialog(self._parent, presenter, self._dialogs)
        dialog.open()
        return dialog

    def show_signer(self, signature: SignatureAnswers) -> None:
        """Show the signer's certificate with the chain that the verdict rests on."""
        if signature.certificate is not None:
            self.show(signature.certificate, chain=signature.chain)

    def show_key(self, key: Key) -> None:
        """Show the certificate of a key."""
        if key.facts is not None:
            self.show(key.facts, pool=key.container.chain)

    def show_file(self, path: Path) -> None:
        """Show the first certificate of a file; the others help to build its chain."""

        def take(found: tuple[CertificateFacts, ...]) -> None:
            self.show(found[0], pool=[each.der for each in found[1:]])

        self._tasks.run(
            lambda _job: self._certificates.read(path).certificates,
            done=take,
            failed=self._dialogs.show_error,
            lane="certificates",
        )

    def show(
        self,
        facts: CertificateFacts,
        *,
        chain: ChainFacts | None = None,
        pool: Iterable[bytes] = (),
    ) -> CertificateWindow:
        """Open the window of one certificate."""
        window = CertificateWindow(self._parent, facts)
        certificates = tuple(pool)
        if self._trusting.can_add(facts):
            words = _("Trust this root…") if is_root(facts) else _("Add to the intermediate ones…")
            if not facts.is_ca:
                words = _("Add to other people's…")
            window.add_button(
                words, "landmark", lambda: self._ask_trust(window, facts, certificates)
            )
        window.add_button(_("On paper…"), "file-text", lambda: self._to_paper(facts))
        window.add_button(
            _("Check…"), "badge-check", lambda: self._check(window, facts, certificates, chain)
        )
        window.export_asked = lambda shown, base64_lines: self._ask_export(
            window, shown, base64_lines=base64_lines
        )
        window.missing.clicked.connect(
            lambda: self._install_for(window, facts, certificates, chain)
        )
        steps: list[Callable[[], object]] = [window.complete, window.show]
        if chain is not None:
            steps.insert(1, partial(window.show_chain, chain))
        else:
            self._build_chain(window, facts, certificates)
        for step in steps:  # to make it took a turn's time already
            NextTurn(window, step).start()
        return window

    def _ask_export(
        self, window: CertificateWindow, facts: CertificateFacts, *, base64_lines: bool
    ) -> None:
        """Let the user say where the certificate is saved, and save it."""
        name = f"{short_name(facts)[:80]}.cer".replace("/", "_").replace("\\", "_")

        def saved(target: Path) -> None:
            if not window.gone:
                window.tell(_("Written: {name}").format(name=plain(target.name)))

        def save(target: Path) -> None:
            self._tasks.run(
                lambda _job: export_certificate(facts.der, target, base64_lines=base64_lines),
                done=saved,
                failed=self._dialogs.show_error,
                lane="certificates",
            )

        filters = [_("Certificates (*.cer)"), _("All files (*)")]
        self._dialogs.choose_target(_("Save the certificate"), name, filters, save)

    def _install_for(
        self,
        window: CertificateWindow,
        facts: CertificateFacts,
        pool: tuple[bytes, ...],
        chain: ChainFacts | None,
    ) -> None:
        wanted = Wanted(certificate=facts, pool=(*pool, *pool_of(chain)))

        def rebuild() -> None:
            if not window.gone:
                self._build_chain(window, facts, wanted.pool)

        self.install_missing([wanted], rebuild)

    def _check(
        self,
        window: CertificateWindow,
        facts: CertificateFacts,
        pool: tuple[bytes, ...],
        chain: ChainFacts | None,
    ) -> None:
        """Check the certificate and show what was found, with its protocol to be saved."""

        def take(checked: CheckedCertificate) -> None:
            if window.gone:
                return
            shown = CertificateCheckWindow(window, checked, lambda: self._ask_protocol(checked))
            shown.show()

        together = (*pool, *pool_of(chain))
        self._checking.check(facts, together, done=take, failed=self._dialogs.show_error)

    def _ask_protocol(self, checked: CheckedCertificate) -> None:
        self._dialogs.choose_target(
            _("Save the protocol"),
            suggested_name(checked),
            [_("For printing (*.pdf)"), _("For a browser (*.html)")],
            lambda target: self._checking.save(
                checked,
                target,
                done=lambda: self._dialogs.tell(
                    Told(heading=_("Saved: {name}").format(name=plain(target.name)))
                ),
                failed=self._dialogs.show_error,
            ),
        )

    def _build_chain(
        self, window: CertificateWindow, facts: CertificateFacts, pool: tuple[bytes, ...]
    ) -> None:
        def take(chain: ChainFacts) -> None:
            if not window.gone:
                window.show_chain(chain)

        def fail(error: RoscherkError) -> None:
            if not window.gone:
                window.show_error(error)

        self._tasks.run(
            lambda _job: self._certificates.chain(facts.der, pool=pool),
            done=take,
            failed=fail,
            lane="certificates",
        )

    def _ask_trust(
        self, window: CertificateWindow, facts: CertificateFacts, pool: tuple[bytes, ...]
    ) -> None:
        def add() -> None:
            self._trusting.add(
                facts,
                done=lambda: self._build_chain(window, facts, pool),
                failed=self._dialogs.show_error,
            )

        self._dialogs.ask(self._trusting.question(facts), add)
