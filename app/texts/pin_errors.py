"""Words for the errors of PINs and of preparing tokens; ``error_table`` takes this table in."""

from collections.abc import Mapping

from app.errors import ErrorCode
from app.texts.catalogue import N_
from app.texts.error_entry import Entry

PIN_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.PIN_WRONG: Entry(
        N_("Wrong PIN"),
        (N_("Tries left: {tries_left}."),),
        N_(
            "Do not guess: after the last try the token locks itself. Check the keyboard layout and find the right PIN."
        ),
    ),
    ErrorCode.PIN_NEEDED: Entry(
        N_("A PIN is needed"),
        (
            N_("Token: {token}."),
            N_("The token works only after its PIN."),
        ),
        N_("Type the PIN when asked; in a script, hand it over on standard input (--pin-stdin)."),
    ),
    ErrorCode.PIN_LOCKED: Entry(
        N_("The PIN is locked"),
        (
            N_("Token: {token}."),
            N_("Too many wrong tries; the token refuses further ones. The keys on it are intact."),
        ),
        N_(
            "If you know the administrator's PIN, unblock the token here: page «Keys and tokens», or roscherk pin unblock. If not, ask the one who issued it. Do not format it: that erases the keys for ever."
        ),
    ),
    ErrorCode.PIN_LENGTH: Entry(
        N_("The PIN has a wrong length"),
        (
            N_("The token takes {minimum} to {maximum} characters."),
            N_("No try was spent."),
        ),
        N_("Type the PIN again."),
    ),
    ErrorCode.PIN_EXPIRED: Entry(
        N_("The PIN must be changed"),
        (N_("The PIN is right, but the token wants a new one before it goes on working."),),
        N_("Change the PIN on the page «Keys and tokens», or by roscherk pin change; then go on."),
    ),
    ErrorCode.PIN_NOT_SET: Entry(
        N_("The token has no PIN yet"),
        (N_("Its user PIN was never set."),),
        N_(
            "Set it with the administrator's PIN (page «Keys and tokens», or roscherk pin set-first), or ask the one who issued the token."
        ),
    ),
    ErrorCode.PIN_IS_SET: Entry(
        N_("The token has a PIN already"),
        (N_("A first PIN can be set only where there is none."),),
        N_("Change the PIN; if it is locked or forgotten, unblock it with the administrator's."),
    ),
    ErrorCode.PIN_LAST_TRY: Entry(
        N_("This is the last attempt"),
        (
            N_("Token: {token}."),
            N_("Tries left: {tries_left}."),
            N_("After one more wrong PIN the token locks itself. Nothing was sent to it yet."),
        ),
        N_(
            "Go on only if you are sure of the PIN. If you are not, find the right one first: only the administrator's PIN helps afterwards."
        ),
    ),
    ErrorCode.PIN_WEAK: Entry(
        N_("This PIN does not fit"),
        (
            N_("Reason: {reason}."),
            N_("Nothing was changed, and no try was spent."),
        ),
        N_(
            "Think of another one: {minimum} characters or more, digits and Latin letters, no rows and no repetitions."
        ),
    ),
    ErrorCode.ADMIN_PIN_WRONG: Entry(
        N_("Wrong PIN of the administrator"),
        (N_("Tries left: {tries_left}."),),
        N_(
            "Do not guess: a locked administrator's PIN cannot be unblocked by anyone. Ask the one who issued the token."
        ),
    ),
    ErrorCode.ADMIN_PIN_LOCKED: Entry(
        N_("The PIN of the administrator is locked"),
        (
            N_("Token: {token}."),
            N_("Too many wrong tries. The user can work on with the user PIN as before."),
        ),
        N_("Ask the maker of the token or the one who issued it what can still be done."),
    ),
    ErrorCode.ADMIN_PIN_LAST_TRY: Entry(
        N_("This is the last attempt at the administrator's PIN"),
        (
            N_("Token: {token}."),
            N_("Tries left: {tries_left}."),
            N_(
                "After one more wrong PIN the token can no longer be administered. Nothing was sent to it yet."
            ),
        ),
        N_(
            "Go on only if you are sure of the PIN. If you are not, ask the one who issued the token."
        ),
    ),
    ErrorCode.TOKEN_NOT_PREPARED: Entry(
        N_("The token is not prepared for work"),
        (N_("It was never formatted, so it has no PINs yet."),),
        N_("Format it first (roscherk token format), or ask the one who issued it."),
    ),
    ErrorCode.TOKEN_ACTION_RESERVED: Entry(
        N_("The maker of this token does not allow that to other programs"),
        (N_("It is done with {by}."),),
        N_("Ask the one who issued the token: usually that is the certification authority."),
    ),
    ErrorCode.TOKEN_ACTION_UNSUPPORTED: Entry(
        N_("This token cannot do that"),
        (N_("Reason: {reason}."),),
        N_("Look whether the panel of its maker offers it."),
    ),
    ErrorCode.TOKEN_LABEL_INVALID: Entry(
        N_("The token cannot have this name"),
        (
            N_(
                "A token has room for {most} bytes: 16 Russian letters or 32 Latin ones; the name takes {size}."
            ),
        ),
        N_("Choose a shorter name."),
    ),
    ErrorCode.TOKEN_MAY_HOLD_CONTAINERS: Entry(
        N_("The token is not formatted: there may be keys on it that cannot be seen here"),
        (
            N_("Token: {token}."),
            N_("Why they cannot be seen: {reason}."),
            N_(
                "On such tokens КриптоПро CSP keeps its containers as files, and the driver of the token does not show them. A signature of the tax office is usually such a container."
            ),
        ),
        N_(
            "Look at the token with КриптоПро CSP or the panel of its maker; if nothing is there that you need, format it there."
        ),
    ),
    ErrorCode.TOKEN_HOLDS_CONTAINERS: Entry(
        N_("There are containers on the token"),
        (
            N_("Token: {token}."),
            N_("Formatting erases them for ever; a key cannot be restored by anyone."),
        ),
        N_("Make sure that none of them is needed, and confirm that they may be lost."),
    ),
    ErrorCode.TOKEN_NOT_CONFIRMED: Entry(
        N_("The formatting was not confirmed"),
        (N_("What was typed is not the serial number {serial}. Nothing was changed."),),
        N_("Type the serial number of the token exactly as it is shown."),
    ),
}
