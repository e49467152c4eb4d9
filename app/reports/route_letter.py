"""The letter that asks for a signature: to those who have not signed yet, with the document."""

from app.crypto.routes.model import Route
from app.reports.mail import Wording
from app.texts.catalogue import _
from app.texts.route_words import person_name
from app.texts.showing import plain


def request_letter(route: Route) -> Wording:
    """Return the words, addressed to everybody whose signature is awaited and whose address is known.

    The order of the people is told as a wish, never as a condition.
    """
    left = route.left
    name = plain(route.document.name, 150)
    lines = [
        _("Good day!"),
        "",
        _("Please sign the attached document with your electronic signature: {name}").format(
            name=name
        ),
        _(
            "Sign the file itself, not a copy of it that was opened and saved, and send back the "
            "file of the signature (.sig), or the PDF with the signature in it."
        ),
        "",
        _("Digest of the document (SHA-256): {digest}").format(digest=route.sha256),
    ]
    if route.due is not None:
        day = f"{route.due:%d.%m.%Y}"
        lines.append(_("Please sign by {day}.").format(day=day))
    if route.note:
        lines += ["", plain(route.note, 1000)]
    if left:
        lines += ["", _("These signatures are awaited, best in this order:")]
        lines += [f"  {number}. {person_name(each)}" for number, each in enumerate(left, 1)]
    return Wording(
        subject=_("Please sign: {name}").format(name=name),
        body="\n".join(lines),
        to=tuple(each.email for each in left if each.email),
    )
