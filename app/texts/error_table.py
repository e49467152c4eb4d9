"""The table of errors: English source text, marked for translation."""

from collections.abc import Mapping

from app.errors import ErrorCode
from app.texts.accreditation_errors import ACCREDITATION_ERRORS
from app.texts.catalogue import N_
from app.texts.container_errors import CONTAINER_ERRORS
from app.texts.error_entry import Entry
from app.texts.facts_errors import FACTS_ERRORS
from app.texts.module_errors import MODULE_ERRORS
from app.texts.network_errors import NETWORK_ERRORS
from app.texts.package_errors import PACKAGE_ERRORS
from app.texts.pin_errors import PIN_ERRORS
from app.texts.profile_errors import PROFILE_ERRORS
from app.texts.release_errors import RELEASE_ERRORS
from app.texts.route_errors import ROUTE_ERRORS
from app.texts.trust_errors import TRUST_ERRORS

ERRORS: Mapping[ErrorCode, Entry] = {
    **ACCREDITATION_ERRORS,
    **CONTAINER_ERRORS,
    **MODULE_ERRORS,
    **NETWORK_ERRORS,
    **FACTS_ERRORS,
    **PACKAGE_ERRORS,
    **ROUTE_ERRORS,
    **PIN_ERRORS,
    **PROFILE_ERRORS,
    **RELEASE_ERRORS,
    **TRUST_ERRORS,
    ErrorCode.FILE_NOT_FOUND: Entry(
        N_("File not found"),
        (N_("There is no such file: {path}."),),
        N_("Check the name and the folder; perhaps the file was moved or renamed."),
    ),
    ErrorCode.FILE_IS_FOLDER: Entry(
        N_("This is a folder"),
        (N_("A file is needed, but this is a folder: {path}."),),
        N_("Choose the files inside it."),
    ),
    ErrorCode.FILE_UNREADABLE: Entry(
        N_("The file cannot be read"),
        (
            N_("File: {path}."),
            N_("The operating system refuses to read it, or the disk reports an error."),
        ),
        N_(
            "Check your rights to the file and whether its disk or network folder is connected; copy the file to another place and try again."
        ),
    ),
    ErrorCode.FILE_EMPTY: Entry(
        N_("The file is empty"),
        (
            N_("File: {path}."),
            N_("It has no content: 0 bytes."),
        ),
        N_(
            "Take the file from its source again: it was probably not saved or not copied to the end."
        ),
    ),
    ErrorCode.FILE_CHANGED: Entry(
        N_("The file changed during the work"),
        (
            N_("File: {path}."),
            N_("Another program wrote to it while it was being read, so nothing was made."),
        ),
        N_("Close the file in other programs, look at its content and try again."),
    ),
    ErrorCode.FILE_TOO_LARGE: Entry(
        N_("The file is too large"),
        (
            N_("File: {path}."),
            N_("The largest size here is {limit} bytes."),
        ),
        N_("Check whether this is the right file."),
    ),
    ErrorCode.FILE_NOT_REGULAR: Entry(
        N_("This is not an ordinary file"),
        (
            N_("File: {path}."),
            N_("It is a device, a pipe or a socket; such a thing cannot be read like a document."),
        ),
        N_("Choose an ordinary file."),
    ),
    ErrorCode.TARGET_EXISTS: Entry(
        N_("The file already exists"),
        (N_("It was not overwritten: {path}."),),
        N_("Choose another name, or move the existing file away."),
    ),
    ErrorCode.TARGET_UNWRITABLE: Entry(
        N_("The result cannot be saved here"),
        (N_("The place does not accept new files: {path}."),),
        N_("Choose a folder in which you may create files."),
    ),
    ErrorCode.TARGET_NAME_TOO_LONG: Entry(
        N_("The name is too long"),
        (N_("The file system does not accept this name: {path}."),),
        N_("Shorten the name of the file or choose a shorter one for the result."),
    ),
    ErrorCode.DISK_FULL: Entry(
        N_("No space left on the disk"),
        (N_("The result could not be saved; nothing half-written was left: {path}."),),
        N_("Free some space or choose another disk, then try again."),
    ),
    ErrorCode.FORMAT_UNKNOWN: Entry(
        N_("No signature in this file"),
        (
            N_("File: {path}."),
            N_("It is neither a signature file nor a PDF with a signature."),
        ),
        N_(
            "Open the signature file that came with the document (.sig, .sgn, .p7s), or the signed PDF."
        ),
    ),
    ErrorCode.FORMAT_DAMAGED: Entry(
        N_("The signature file is damaged"),
        (
            N_("File: {path}."),
            N_("Its structure breaks off or contradicts itself."),
        ),
        N_("Ask the sender for the file again: it was damaged on the way or by somebody."),
    ),
    ErrorCode.FORMAT_TOO_COMPLEX: Entry(
        N_("The file is built in an unnatural way"),
        (
            N_("File: {path}."),
            N_("It exceeds a limit of safety, as no honest signature file does."),
        ),
        N_("Do not rely on this file. Ask the sender how it was made."),
    ),
    ErrorCode.CONTENT_NOT_FOUND: Entry(
        N_("The signed document was not found"),
        (
            N_(
                "The signature lies in a file of its own, and the document it belongs to is not in the same folder."
            ),
        ),
        N_("Put the document beside the signature, or point to it (--content FILE)."),
    ),
    ErrorCode.SIGNATURE_BESIDE: Entry(
        N_("The signature is in a file beside"),
        (N_("This file itself holds no signature; a signature file lies beside it: {signature}."),),
        N_("Verify the signature file: the document will be found by itself."),
    ),
    ErrorCode.XML_SIGNATURE_UNSUPPORTED: Entry(
        N_("A signature inside XML"),
        (
            N_("File: {path}."),
            N_(
                "It holds a signature of the kind XMLDSig, which this version cannot check; so nothing is known about it."
            ),
        ),
        N_("Check it in the system it came from."),
    ),
    ErrorCode.NOT_A_PDF: Entry(
        N_("This is not a PDF"),
        (N_("File: {path}."),),
        N_(
            "A signature inside the document can be made only in a PDF; sign this file with a signature in a separate file."
        ),
    ),
    ErrorCode.PDF_ENCRYPTED: Entry(
        N_("The PDF is protected by a password"),
        (
            N_("File: {path}."),
            N_("Its content cannot be read without the password."),
        ),
        N_("Save a copy without the password and use that."),
    ),
    ErrorCode.PDF_FORBIDS_SIGNING: Entry(
        N_("The PDF forbids further signatures"),
        (
            N_("File: {path}."),
            N_(
                "Its author certified it and allowed no changes, so a signature inside would break the first one."
            ),
        ),
        N_("Sign it with a signature in a separate file."),
    ),
    ErrorCode.PDF_SUSPICIOUS: Entry(
        N_("The document may be other than it seems"),
        (N_("File: {path}."), N_("The look before signing found hidden or active content.")),
        N_("Read what was found. To sign all the same, leave out --strict."),
    ),
    ErrorCode.PDF_SIGNATURE_GONE: Entry(
        N_("The signatures were taken out of this document"),
        (
            N_("File: {path}."),
            N_(
                "An earlier version inside the file was signed, the present one is not. Signatures: {fields}."
            ),
        ),
        N_("Ask for the document as it was signed; do not rely on this one."),
    ),
    ErrorCode.REVISION_UNKNOWN: Entry(
        N_("The signed version cannot be told"),
        (N_("File: {path}."), N_("The signature does not cover a whole version of the document.")),
        N_("Verify the file: its verdict says what is wrong with the signature."),
    ),
    ErrorCode.PDF_FIELD_NOT_FOUND: Entry(
        N_("The document has no such place for a signature"),
        (N_("Place: {field}."), N_("File: {path}.")),
        N_("Choose one of the empty places of this document, or sign without naming one."),
    ),
    ErrorCode.PDF_FIELD_SIGNED: Entry(
        N_("This place for a signature is taken"),
        (N_("Place: {field}."), N_("File: {path}.")),
        N_("Choose an empty place, or sign without naming one."),
    ),
    ErrorCode.PDF_FIELD_DEMANDS: Entry(
        N_("The author of the form asks for another kind of signature here"),
        (
            N_("Place: {field}."),
            N_("File: {path}."),
            N_(
                "The place prescribes how its signature must be made, and this signature would not be so."
            ),
        ),
        N_("Sign in another place, or ask the author what is expected."),
    ),
    ErrorCode.PDF_DAMAGED: Entry(
        N_("The PDF is damaged"),
        (
            N_("File: {path}."),
            N_("Its structure is broken."),
        ),
        N_("Ask the sender for the file again, or make the PDF anew from its source."),
    ),
    ErrorCode.EVIDENCE_INCOMPLETE: Entry(
        N_("The evidence for long keeping is incomplete"),
        (
            N_(
                "It could not be proved that this certificate is trusted and not revoked: {subject}."
            ),
        ),
        N_(
            "Add the root certificate and the revocation lists of the certification authority, allow the network, and raise the signature later."
        ),
    ),
    ErrorCode.LEVEL_REACHED: Entry(
        N_("The signature has this level already"),
        (N_("Its level is {level}, so nothing was changed."),),
        N_("Choose a higher level, or leave the file as it is."),
    ),
    ErrorCode.LEVEL_BASE_MISSING: Entry(
        N_("The signature is too simple for a higher level"),
        (
            N_("Its signer did not sign the reference to the certificate or the time of signing."),
            N_("Signature number {number}."),
        ),
        N_("Ask the signer to sign the document anew in the form CAdES-BES."),
    ),
    ErrorCode.LEVEL_ARCHIVE_OLD: Entry(
        N_("The signature carries an archive time stamp of an old kind"),
        (N_("Anything added to the file would spoil that time stamp."),),
        N_("Keep the file as it is; for longer keeping sign the whole file anew."),
    ),
    ErrorCode.LEVEL_UNSUITABLE: Entry(
        N_("This level does not fit the signature"),
        (N_("The level {level} cannot be made here."),),
        N_("For a PDF choose T, LT or LTA. A signature at LT or LTA is not turned into X Long."),
    ),
    ErrorCode.SELF_CHECK_FAILED: Entry(
        N_("The new signature did not pass our own check"),
        (N_("A signature was made, but it does not verify, so it was not saved."),),
        N_(
            "Try again. If it repeats, the key and its certificate do not belong together, or the token works wrongly."
        ),
    ),
    ErrorCode.SIGNATURE_NONE: Entry(
        N_("There is no signature in this file"),
        (N_("File: {path}."), N_("It holds certificates at most, but nobody's signature.")),
        N_("Take the signature file itself: its name usually ends in .sig, .sgn or .p7s."),
    ),
    ErrorCode.SIGNATURE_NUMBER_UNKNOWN: Entry(
        N_("There is no signature with this number"),
        (
            N_("File: {path}."),
            N_(
                "You named number {number}; the signatures of this file have the numbers from 1 to {last}."
            ),
        ),
        N_("Verify the file first: there every signature has its number."),
    ),
    ErrorCode.SIGNATURE_LAST: Entry(
        N_("The only signature cannot be removed"),
        (N_("Without it, nothing would be left: {path}."),),
        N_("To get the document, take it out of the file; to get rid of the signature, delete it."),
    ),
    ErrorCode.SIGNATURE_BROKEN: Entry(
        N_("The signature to be certified does not verify"),
        (
            N_("File: {path}."),
            N_("Signature number {number} is wrong, so a signature over it was not made."),
        ),
        N_("Check the file, and ask its sender for a sound one."),
    ),
    ErrorCode.SIGNATURE_REPEATED: Entry(
        N_("This very signature is there already"),
        (N_("The same key signed the same document a moment ago: {path}."),),
        N_("Let another person sign; one signature of each is enough."),
    ),
    ErrorCode.SIGNATURE_OF_ANOTHER: Entry(
        N_("The signatures belong to different documents"),
        (N_("This one is of another document, or of another version of it: {path}."),),
        N_("Join only signatures of one and the same file; leave this one out."),
    ),
    ErrorCode.CONTENT_DIFFERS: Entry(
        N_("This is not the document that was signed"),
        (
            N_("File: {path}."),
            N_("Its content differs from what signature number {number} was made for."),
        ),
        N_("Find the document exactly as it was when it was signed: any change counts."),
    ),
    ErrorCode.PDF_NO_SIGNATURE_FILE: Entry(
        N_("This is a PDF, not a signature file"),
        (
            N_("File: {path}."),
            N_(
                "Signatures of a PDF lie inside the document; this can be done to signature files only."
            ),
        ),
        N_("To add your signature to a PDF, simply sign it: signatures that are there stay."),
    ),
    ErrorCode.CONTENT_ABSENT: Entry(
        N_("The document is not inside this file"),
        (N_("File: {path}."), N_("The signature is detached: the document is a file of its own.")),
        N_("Look for the document where the signature came from: it is sent beside it."),
    ),
    ErrorCode.CONTENT_INSIDE: Entry(
        N_("The document is inside this file already"),
        (N_("File: {path}."), N_("A signature in a file of its own is needed here.")),
        N_("Choose a detached signature, or convert this one first."),
    ),
    ErrorCode.ARCHIVE_STAMP_HOLDS: Entry(
        N_("An archive time-stamp forbids this change"),
        (
            N_("File: {path}."),
            N_("The time-stamp of signature number {number} covers what would have to change."),
            N_("After the change it would prove nothing any more, so nothing was made."),
        ),
        N_("Make a separate signature file beside this one instead."),
    ),
    ErrorCode.REQUEST_DAMAGED: Entry(
        N_("The request cannot be read"),
        (
            N_("File: {path}."),
            N_("It is damaged, or this is not a request for a certificate."),
        ),
        N_("Make the request again or ask its sender for it."),
    ),
    ErrorCode.REQUEST_FIELD_INVALID: Entry(
        N_("A field of the request is filled in wrongly"),
        (
            N_("Field: {field}."),
            N_("It has {digits} digits, no more and no less."),
            N_("There is a typing error in the number {number}: its check digits do not agree."),
            N_("It may have up to {limit} characters."),
            N_("It has characters that cannot be seen: {characters}."),
            N_("This is not possible here: {value}."),
            N_('It has no place in a request of the kind "{kind}".'),
        ),
        N_("Correct the field and make the request again."),
    ),
    ErrorCode.REQUEST_FIELD_MISSING: Entry(
        N_("A field of the request is empty"),
        (
            N_("Field: {field}."),
            N_('A certificate of the kind "{kind}" is not issued without it.'),
        ),
        N_("Fill in the field and make the request again."),
    ),
    ErrorCode.STAMP_PAGES_INVALID: Entry(
        N_("These pages cannot bear the mark"),
        (
            N_("Pages: {pages}."),
            N_("Pages of the document: {count}."),
            N_("A mark can be put on {maximum} pages at most."),
        ),
        N_("Name the pages as «first», «last», «all», or by numbers: 1,3-5."),
    ),
    ErrorCode.STAMP_PLACE_INVALID: Entry(
        N_("The mark cannot be put there"),
        (
            N_("Place: {place}."),
            N_("The page is {width} × {height} mm, and the place does not lie within it."),
        ),
        N_(
            "Name a corner (bottom-right, bottom-left, top-right, top-left) or four numbers in millimetres: from the left, from the top, width, height."
        ),
    ),
    ErrorCode.STAMP_TOO_SMALL: Entry(
        N_("There is too little room for a legible mark"),
        (N_("The least room for this mark is {width} × {height} mm."),),
        N_("Give it more room, choose the compact form, or sign without a visible mark."),
    ),
    ErrorCode.STAMP_NO_ROOM: Entry(
        N_("There is no free place for the mark"),
        (
            N_("Page: {page}."),
            N_("It would cover the mark of another signature."),
        ),
        N_(
            "Choose another page or place, choose the compact form, or sign without a visible mark."
        ),
    ),
    ErrorCode.STAMP_PICTURE_INVALID: Entry(
        N_("The picture for the mark cannot be used"),
        (
            N_("File: {path}."),
            N_("A PNG or JPEG picture of up to {limit} MB and {pixels} million pixels is needed."),
        ),
        N_("Choose another picture, or save this one anew as PNG."),
    ),
    ErrorCode.STAMP_SIGNATURE_BROKEN: Entry(
        N_("No stamped copy: the signature did not pass the check"),
        (
            N_("File: {path}."),
            N_("A copy with a mark would make a signature look good that is not."),
        ),
        N_("Verify the file to see what is wrong, and ask the signer for a good one."),
    ),
    ErrorCode.STAMP_SIGNATURE_MISSING: Entry(
        N_("No signature to show was found"),
        (
            N_("File: {path}."),
            N_("There is none inside the file, and no signature file beside it."),
        ),
        N_("Point to the signature file."),
    ),
    ErrorCode.STAMP_NOT_PDF: Entry(
        N_("The document is not a PDF"),
        (
            N_("File: {path}."),
            N_("A mark can be drawn on the pages of a PDF only."),
        ),
        N_("Save the verification protocol instead: it names the document and all signers."),
    ),
    ErrorCode.CERTIFICATE_DAMAGED: Entry(
        N_("The certificate cannot be read"),
        (
            N_("File: {path}."),
            N_("It is damaged, or this is not a certificate."),
        ),
        N_("Export the certificate again or ask its owner for it."),
    ),
    ErrorCode.CERTIFICATE_MISSING: Entry(
        N_("The key has no certificate"),
        (
            N_("Container: {name}."),
            N_("Without a certificate nobody can tell whose signature it is."),
        ),
        N_("Install the certificate that the certification authority issued for this key."),
    ),
    ErrorCode.CERTIFICATE_EXPIRED: Entry(
        N_("The certificate has expired"),
        (N_("It was valid until {not_after}."),),
        N_("Sign with a new certificate."),
    ),
    ErrorCode.CERTIFICATE_NOT_YET_VALID: Entry(
        N_("The certificate is not in force yet"),
        (N_("It is valid from {not_before}."),),
        N_("Check the date and time on this computer, or wait until the certificate is in force."),
    ),
    ErrorCode.CERTIFICATE_KEY_MISMATCH: Entry(
        N_("The certificate belongs to another key"),
        (
            N_("Container: {name}."),
            N_("The public key in the certificate is not that of this container."),
        ),
        N_("Install the certificate that was issued for this very key."),
    ),
    ErrorCode.CERTIFICATE_WITHOUT_KEY_ID: Entry(
        N_("The certificate does not name its key"),
        (N_("It has no key identifier, by which the signature was to refer to it."),),
        N_("Refer to the certificate by its issuer and number, as is usual."),
    ),
    ErrorCode.KEY_NOT_FOUND: Entry(
        N_("The key was not found"),
        (N_("No such key: {uri}."),),
        N_("Look at the list of keys (roscherk containers); if the key is on a token, plug it in."),
    ),
    ErrorCode.KEY_URI_MALFORMED: Entry(
        N_("The name of the key is not understood"),
        (N_("Given: {uri}."),),
        N_(
            "A key is named container:NAME, pfx:PATH, cryptopro:PATH, card:… or pkcs11:…; copy the name from the list of keys (roscherk containers)."
        ),
    ),
    ErrorCode.KEY_AMBIGUOUS: Entry(
        N_("Several keys answer this name"),
        (N_("Given: {uri}."),),
        N_("Use the full name from the list of keys (roscherk containers)."),
    ),
    ErrorCode.KEY_UNSUPPORTED: Entry(
        N_("This key cannot sign here"),
        (
            N_("Its algorithm: {algorithm}."),
            N_("It takes too much work to open: {rounds} rounds."),
            N_("It is kept in a form that only the program which made it can read: {format}."),
            N_("The token only keeps it and does not sign with it by itself ({mechanism})."),
            N_("This version of the program does not make signatures with such a key."),
        ),
        N_("Choose another key, or sign with the program that made this one."),
    ),
    ErrorCode.KEY_NOT_EXPORTABLE: Entry(
        N_("This key may not leave its container"),
        (
            N_("Container: {name}."),
            N_("Whoever made the key forbade copying it, and this program keeps to that."),
        ),
        N_("Make a new key where it is needed, and order a certificate for it."),
    ),
    ErrorCode.KEY_READING_OFF: Entry(
        N_("The key of a qualified certificate is not read out of files"),
        (
            N_("Container: {name}."),
            N_(
                "This program is not a certified tool, and a signature under a qualified certificate has to be made with one."
            ),
        ),
        N_(
            "Sign with CryptoPro CSP or with a token that makes signatures itself. Whoever knows what that means may allow reading in the settings (keys.read_cryptopro_folders)."
        ),
    ),
    ErrorCode.CONTAINER_NOT_FOUND: Entry(
        N_("The container was not found"),
        (N_("No such container: {name}."),),
        N_("Look at the list of containers (roscherk containers)."),
    ),
    ErrorCode.CONTAINER_EXISTS: Entry(
        N_("A container of this name exists"),
        (N_("Name: {name}."),),
        N_("Choose another name."),
    ),
    ErrorCode.CONTAINER_DAMAGED: Entry(
        N_("The container is damaged"),
        (
            N_("Container: {name}."),
            N_("Its file was changed or breaks off."),
        ),
        N_("Restore the file from a backup copy."),
    ),
    ErrorCode.MEDIUM_SILENT: Entry(
        N_("A drive does not answer"),
        (
            N_("Drive: {path}."),
            N_("Keys that lie on it are not in the list."),
        ),
        N_("Wait until the drive is ready, or plug it in anew, and list the keys again."),
    ),
    ErrorCode.TOKEN_BUSY: Entry(
        N_("The token is busy"),
        (
            N_("Token: {token}."),
            N_("Another program works with it just now."),
        ),
        N_(
            "Wait until the other program has finished, or close it, and try again. Do not pull the token out meanwhile."
        ),
    ),
    ErrorCode.CONTAINER_NAME_INVALID: Entry(
        N_("A container cannot have this name"),
        (N_("Name: {name}."),),
        N_("Use letters, digits, spaces and the signs . - _, at most 100 characters."),
    ),
    ErrorCode.PFX_DAMAGED: Entry(
        N_("The key file cannot be read"),
        (
            N_("File: {path}."),
            N_("It is not a PKCS#12 file (.pfx, .p12), or it is damaged."),
        ),
        N_("Export the key with its certificate again."),
    ),
    ErrorCode.PASSWORD_WRONG: Entry(
        N_("Wrong password"),
        (N_("The password was tried once and did not fit."),),
        N_("Check the keyboard layout and Caps Lock, then type it again."),
    ),
    ErrorCode.PASSWORD_NEEDED: Entry(
        N_("A password is needed"),
        (N_("This key is protected by a password."),),
        N_(
            "Type the password when asked; in a script, hand it over on standard input (--password-stdin)."
        ),
    ),
    ErrorCode.TOKEN_NOT_FOUND: Entry(
        N_("The token is not plugged in"),
        (N_("Serial number: {serial}."),),
        N_("Plug the token in and try again."),
    ),
    ErrorCode.TOKEN_REMOVED: Entry(
        N_("The token was pulled out"),
        (N_("The connection to the token was lost during the work; nothing was saved."),),
        N_("Plug it in again, repeat, and leave it in until the work is done."),
    ),
    ErrorCode.TOKEN_ERROR: Entry(
        N_("The token reports an error"),
        (
            N_("Operation: {operation}."),
            N_("The code of the token: {rv}."),
        ),
        N_(
            "Plug the token in again and repeat. If it does not help, check it in the vendor's panel."
        ),
    ),
    ErrorCode.ALGORITHM_UNSUPPORTED: Entry(
        N_("Unknown algorithm"),
        (
            N_("Identifier: {oid}."),
            N_("This program cannot check or make such a signature."),
        ),
        N_("Update the program, or check the signature in the one that made it."),
    ),
    ErrorCode.PUBLIC_KEY_INVALID: Entry(
        N_("The public key is not a valid one"),
        (N_("Its numbers do not satisfy the algorithm."),),
        N_("Do not rely on this certificate; ask its owner for another."),
    ),
    ErrorCode.LIBGCRYPT_MISSING: Entry(
        N_("The GOST library is missing"),
        (N_("GOST algorithms need libgcrypt, version 1.9 or newer."),),
        N_("Install it: apt install libgcrypt20."),
    ),
    ErrorCode.SELF_TEST_FAILED: Entry(
        N_("The self-test failed"),
        (N_("The library for GOST computes wrong results on this computer, so it is not used."),),
        N_("Reinstall libgcrypt (apt install --reinstall libgcrypt20) and tell us."),
    ),
    ErrorCode.SETTINGS_DAMAGED: Entry(
        N_("The settings cannot be read"),
        (
            N_("File: {path}."),
            N_("It is damaged, or a person made a mistake in it."),
        ),
        N_("Correct the file, or delete it to begin with the usual settings."),
    ),
    ErrorCode.SETTING_INVALID: Entry(
        N_("A setting has a wrong value"),
        (
            N_("Setting: {key}."),
            N_("Value: {value}."),
        ),
        N_("Choose a value from those offered."),
    ),
    ErrorCode.SETTING_LOCKED: Entry(
        N_("The administrator fixed this setting"),
        (N_("Setting: {key}."),),
        N_("Ask the administrator of this computer."),
    ),
    ErrorCode.POLICY_UNSAFE: Entry(
        N_("The administrator's policy file is not safe"),
        (
            N_("File: {path}."),
            N_(
                "Others than the administrator can change it, so it was not applied and nothing was started without it."
            ),
        ),
        N_("Let the administrator correct the owner and the rights of the file."),
    ),
    ErrorCode.JOURNAL_DAMAGED: Entry(
        N_("The journal is damaged"),
        (
            N_("File: {path}."),
            N_("Its records do not fit together: something was changed or removed."),
        ),
        N_(
            "Keep the file for whoever looks into it; a new journal will be begun in its place after you move it away."
        ),
    ),
    ErrorCode.JOURNAL_BUSY: Entry(
        N_("The journal is busy"),
        (
            N_("File: {path}."),
            N_("Another program holds it."),
        ),
        N_("Close other windows of the program and try again."),
    ),
    ErrorCode.JOURNAL_NEWER: Entry(
        N_("The journal was written by a newer version of the program"),
        (
            N_("File: {path}."),
            N_("This version does not know its form, so nothing is written to it."),
        ),
        N_("Install the newer version again, or work in a profile of its own."),
    ),
    ErrorCode.CHILD_CRASHED: Entry(
        N_("The work broke off"),
        (
            N_("File: {path}."),
            N_("Driver of the token: {module}."),
            N_(
                "The separate process that did the work ended unexpectedly; everything else is unharmed."
            ),
        ),
        N_(
            "Try again. If it repeats with the same file, do not rely on this file; with a token, install the newest driver."
        ),
    ),
    ErrorCode.CHILD_SILENT: Entry(
        N_("The work hung"),
        (
            N_("File: {path}."),
            N_("Driver of the token: {module}."),
            N_("The separate process did not answer in time and was stopped."),
        ),
        N_("Try again; with a token, plug it in anew."),
    ),
    ErrorCode.CHILD_OVER_LIMIT: Entry(
        N_("The file demands too much"),
        (
            N_("File: {path}."),
            N_("Handling it exceeded the limit of time or memory set for a file of this size."),
        ),
        N_("Do not rely on this file. Ask the sender how it was made."),
    ),
    ErrorCode.CHILD_NOT_STARTED: Entry(
        N_("The separate process could not be started"),
        (N_("The system gave no room for another process."),),
        N_("Close other programs and try again; if it repeats, install the program anew."),
    ),
    ErrorCode.PRACTICE_NOT_ENTERED: Entry(
        N_("Practice mode is not on"),
        (N_("There is no practice key in this profile."),),
        N_("Enter practice mode in the window, or run roscherk demo."),
    ),
    ErrorCode.PRACTICE_DAMAGED: Entry(
        N_("Practice mode is damaged"),
        (N_("A file of practice mode is missing or was changed."),),
        N_("Leave practice mode and enter it again; nothing real is lost."),
    ),
    ErrorCode.OTHER_WINDOW_SILENT: Entry(
        N_("Another window of the program does not answer"),
        (
            N_("It was opened earlier and has been silent for two seconds."),
            N_("So this is a second window; what is open in the other one is not shown here."),
        ),
        N_(
            "Wait for the other window, or end it in the system's task manager. Do not sign the same documents in both."
        ),
    ),
    ErrorCode.SCREEN_MISSING: Entry(
        N_("There is no screen here"),
        (N_("The window needs a graphical desktop; none was found (DISPLAY is not set)."),),
        N_("Use the commands, which need no screen: roscherk --help."),
    ),
    ErrorCode.QT_LIBRARY_MISSING: Entry(
        N_("A library of the system is missing"),
        (N_("The window cannot be opened without {library}."),),
        N_("Install it: sudo apt install {package}"),
    ),
    ErrorCode.USAGE: Entry(
        N_("The command is not understood"),
        (N_("Option {option}: {value}."),),
        N_("See the help: roscherk --help."),
    ),
    ErrorCode.CANCELLED: Entry(
        N_("Cancelled"),
        (N_("Nothing was changed."),),
        N_("You may begin again."),
    ),
    ErrorCode.UNEXPECTED: Entry(
        N_("An unexpected error"),
        (
            N_("The program met something it was not prepared for ({exception})."),
            N_("Your files are unharmed."),
        ),
        N_("Try again. If it repeats, send us the details."),
    ),
}
