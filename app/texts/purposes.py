"""«Для чего ключ?»: the three answers, and what each of them means for the one who asks."""

from collections.abc import Mapping

from app.crypto.requests.purpose import Purpose
from app.texts.catalogue import N_, _
from app.values import dataclass


@dataclass(frozen=True)
class PurposeWords:
    """One answer in words."""

    title: str
    explanation: str
    steps: tuple[str, ...]
    """What to do, in its order."""


_WORDS: Mapping[Purpose, PurposeWords] = {
    Purpose.FNS: PurposeWords(
        N_("A qualified signature of the tax office (ФНС)"),
        N_(
            "For heads of organizations, entrepreneurs and notaries. The office makes the key on your token in your presence; it takes no requests, so none is made here."
        ),
        (
            N_(
                "Who comes: the head of the organization, the entrepreneur or the notary in person."
            ),
            N_("Take along: passport, СНИЛС, ИНН."),
            N_(
                "Take along: a token with a certificate of conformity of ФСБ or ФСТЭК, empty or with room, and its papers. See here whether it works and has room: roscherk tokens."
            ),
            N_("Know the PIN of the token: without it nothing can be written to it."),
            N_("Book a visit on the site of ФНС, or apply in the taxpayer's account."),
            N_(
                "If your present signature is still in force, look in the taxpayer's account whether the new one can be had without a visit."
            ),
            N_("Afterwards: change the factory PIN (roscherk pin change)."),
            N_(
                "Afterwards: try the key (roscherk container test). It signs here without being installed anywhere."
            ),
        ),
    ),
    Purpose.COMMERCIAL: PurposeWords(
        N_("A certificate of a commercial authority"),
        N_(
            "For employees and persons. Many authorities make the key with a program of their own; some take a request (PKCS#10) for a key that you made."
        ),
        (
            N_(
                "Ask the authority first whether it takes requests (PKCS#10), and from which tools."
            ),
            N_(
                "For a qualified certificate make the key on a token that the authority names: a key in the program's own store is not made by a certified tool."
            ),
            N_("Make the key: roscherk container create NAME --on TOKEN."),
            N_("Make the request with the data of your documents: roscherk request new."),
            N_("Send the file of the request, and confirm who you are as the authority asks."),
            N_("Install the certificate that comes: roscherk container install FILE."),
        ),
    ),
    Purpose.INTERNAL: PurposeWords(
        N_("Use inside an organization"),
        N_(
            "For an organization with an authority of its own. Such signatures are as good as the agreement between those who use them."
        ),
        (
            N_("Make the key on a token, or in the program's own store under a good password."),
            N_("Make the request: roscherk request new."),
            N_("Hand the file to whoever runs your authority."),
            N_("Install the certificate that comes: roscherk container install FILE."),
            N_("Let all who check signatures trust the root of your authority."),
        ),
    ),
}


_IN_WINDOW: Mapping[str, str] = {
    "roscherk tokens": N_(
        "Take along: a token with a certificate of conformity of ФСБ or ФСТЭК, empty or with room, and its papers. See on the page «Keys and tokens» whether it works and has room."
    ),
    "roscherk pin change": N_("Afterwards: change the factory PIN."),
    "roscherk container test": N_(
        "Afterwards: test the key. It signs here without being installed anywhere."
    ),
}
"""Steps that name a command, as the window says them."""


def purpose_words(purpose: Purpose, *, in_window: bool = False) -> PurposeWords:
    """Say what is to be said of one purpose, in the language of the user.

    ``in_window``: without the names of commands.
    """
    words = _WORDS[purpose]
    steps = words.steps
    if in_window:
        steps = tuple(
            next((said for name, said in _IN_WINDOW.items() if name in step), step)
            for step in steps
        )
    return PurposeWords(_(words.title), _(words.explanation), tuple(_(step) for step in steps))


def purpose_question() -> str:
    """Return the question."""
    return _("What is the key for?")
