"""Which verbs go with what is chosen, and the way to each: with a key to signing, else to the deeds. No Qt."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.crypto.model import SigningAct
from app.ui.documents.deeds import SignatureDeeds
from app.ui.documents.verbs import Offered, Verb, offered, why_not
from app.ui.files import Document
from app.ui.signing_run import SignOptions

Sign = Callable[[list[Document], SignOptions], None]


class VerbDesk:
    """Knows what is chosen by asking the presenter of the page."""

    def __init__(
        self,
        deeds: SignatureDeeds,
        *,
        chosen: Callable[[], Sequence[Document]],
        options: Callable[[], SignOptions],
        can_sign: Callable[[], bool],
        practice: Callable[[], bool],
        sign: Sign,
    ) -> None:
        self._deeds = deeds
        self._chosen = chosen
        self._options = options
        self._can_sign = can_sign
        self._practice = practice
        self._sign = sign

    def offered(self) -> tuple[Offered, ...]:
        """Return what can be done with the chosen signatures, and why not."""
        return offered(self._chosen(), can_sign=self._can_sign())

    def do(self, verb: Verb) -> None:
        """Do something with the signatures of the chosen documents."""
        chosen = list(self._chosen())
        if why_not(verb, chosen, can_sign=self._can_sign()):
            return
        options, practice = self._options(), self._practice()
        if verb is Verb.CO_SIGN:
            self._sign(chosen, replace(options, act=SigningAct.CO_SIGN))
        elif verb is Verb.COUNTER_SIGN:
            self._deeds.choose_signature(verb, chosen[0], self._counter_sign, practice=practice)
        else:
            self._deeds.style = options.style
            self._deeds.do(verb, chosen, practice=practice)

    def _counter_sign(self, document: Document, number: int) -> None:
        act = SigningAct.COUNTER_SIGN
        self._sign([document], replace(self._options(), act=act, countersigned=number))
