"""Errors about containers and the certificates in them: the form is that of ``error_table``."""

from collections.abc import Mapping

from app.errors import ErrorCode
from app.texts.catalogue import N_
from app.texts.error_entry import Entry

CONTAINER_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.CERTIFICATE_FITS_NO_KEY: Entry(
        N_("No key fits this certificate"),
        (
            N_("Owner: {owner}."),
            N_("Keys that were compared with it: {count}."),
            N_("Without its key a certificate cannot sign."),
        ),
        N_(
            "Plug in the token on which the key was made, or name the key file or the container folder, and try again."
        ),
    ),
    ErrorCode.CERTIFICATE_OLDER: Entry(
        N_("A newer certificate of this key is there already"),
        (N_("This one begins on {not_before}, the one that is there on {shown}."),),
        N_("Keep the newer one; add --older if you do want the older one."),
    ),
    ErrorCode.CERTIFICATE_NOT_BOUND: Entry(
        N_("No certificate is kept apart for this key"),
        (N_("Container: {name}."),),
        N_("There is nothing to take back."),
    ),
    ErrorCode.CHANGE_NOT_FOUND: Entry(
        N_("There is no such change to undo"),
        (N_("Name: {name}."),),
        N_("It may have been undone already; look into the certificate stores."),
    ),
    ErrorCode.KEY_COMPROMISED: Entry(
        N_("This key was declared compromised and does not sign"),
        (
            N_("Container: {name}."),
            N_("Declared on {at}."),
            N_("Whoever else may have the key could have made such a signature too."),
        ),
        N_(
            "Have the certificate revoked by the authority that issued it, and sign with a new key. If it was a mistake, take it back: roscherk container compromised URI --undo."
        ),
    ),
    ErrorCode.KEY_NOT_STOPPED: Entry(
        N_("This key was not declared compromised"),
        (N_("Container: {name}."),),
        N_("There is nothing to take back."),
    ),
    ErrorCode.KEY_NOT_SHOWN: Entry(
        N_("It is not known which key this is"),
        (
            N_("Container: {name}."),
            N_("Neither a certificate nor a public key is shown beside it."),
        ),
        N_("Install the certificate of the key first."),
    ),
    ErrorCode.KEY_ON_TOKEN: Entry(
        N_("The token holds this very key already"),
        (N_("Token: {token}."), N_("Nothing was written.")),
        N_("Install the certificate into that container if it lacks one."),
    ),
    ErrorCode.SYSTEM_STORE_REFUSED: Entry(
        N_("The store of КриптоПро CSP did not take the certificate"),
        (N_("It answered: {answer}."), N_("The command was: {command}.")),
        N_("Install it in the panel of КриптоПро CSP; signing in this program needs none of it."),
    ),
    ErrorCode.CONTAINER_OF_CSP: Entry(
        N_("This container belongs to КриптоПро CSP"),
        (
            N_("Container: {name}."),
            N_("This program only reads such containers and never writes to them."),
        ),
        N_(
            "In the panel of КриптоПро CSP open the page «Сервис» and press «Удалить…» or «Скопировать…». On Linux: csptest -keyset -enum_cont -fqcn shows the full name; then csptest -keyset -deletekeyset -container 'NAME' deletes, and csptest -keycopy -contsrc 'NAME' -contdest 'NEW NAME' copies."
        ),
    ),
    ErrorCode.CONTAINER_OF_FILE: Entry(
        N_("This key lies in a file of your own"),
        (N_("File: {name}."), N_("This program does not delete, copy or rename your files.")),
        N_(
            "Do it in the file manager. To keep the key in the program's own store, take it over: roscherk container import."
        ),
    ),
    ErrorCode.CONFIRMATION_DIFFERS: Entry(
        N_("The name was not typed as it is"),
        (N_("Name of the container: {name}."), N_("Nothing was changed.")),
        N_("Type the name letter by letter if you mean this container."),
    ),
    ErrorCode.REPAIR_BY_HAND: Entry(
        N_("The program cannot mend this by itself"),
        (N_("Finding: {name}."),),
        N_("Do what the advice beside the finding says."),
    ),
    ErrorCode.TOKEN_FULL: Entry(
        N_("There is no room left on the token"),
        (N_("Token: {token}."), N_("What was there before is untouched.")),
        N_("Delete a certificate or a container that you no longer need, and try again."),
    ),
    ErrorCode.TOKEN_TAKES_NO_KEYS: Entry(
        N_("This token takes no keys from outside"),
        (
            N_("Token: {token}."),
            N_("It makes its keys itself, so that nobody else ever had them."),
        ),
        N_("Make a new key on the token and order a certificate for it."),
    ),
    ErrorCode.TOKEN_READ_ONLY: Entry(
        N_("Nothing can be written to this token"),
        (N_("Token: {token}."), N_("It is write-protected, or another program holds it.")),
        N_("Close other programs that use the token; see whether it has a switch."),
    ),
    ErrorCode.TOKEN_MAKES_NO_SUCH_KEYS: Entry(
        N_("This token does not make such keys"),
        (N_("Token: {token}. It lacks {mechanism}."), N_("Token: {token}.")),
        N_("Choose another algorithm, another token, or the program's own store."),
    ),
    ErrorCode.REQUEST_OF_NO_USE: Entry(
        N_("For this no request is needed"),
        (N_("The tax office makes the key itself, on your token, and takes no requests."),),
        N_("What to take along and to do: roscherk request purpose fns."),
    ),
    ErrorCode.REQUEST_NOT_PENDING: Entry(
        N_("There is no such request among those that wait for a certificate"),
        (N_("Given: {name}."),),
        N_("See the list: roscherk request list."),
    ),
}
