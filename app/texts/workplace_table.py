"""Words for what a look over the workplace finds: heading, explanation, advice, by code.

Codes of errors have their words in the table of errors.
"""

from collections.abc import Mapping

from app.texts.catalogue import N_
from app.texts.error_entry import Entry

AREAS: Mapping[str, str] = {
    "program": N_("Program"),
    "algorithms": N_("GOST algorithms"),
    "profile": N_("Profile and disk"),
    "clock": N_("Clock"),
    "readers": N_("Readers of tokens"),
    "tokens": N_("Drivers and tokens"),
    "keys": N_("Keys and certificates"),
    "trust": N_("Trusted roots"),
    "lists": N_("Revocation lists"),
    "accreditation": N_("Accredited authorities"),
    "network": N_("Network"),
}
FINDINGS: Mapping[str, Entry] = {
    "files_intact": Entry(
        N_("The program's files are those that were installed"),
        (N_("Version {version}, files compared: {count}."),),
        "",
    ),
    "files_changed": Entry(
        N_("The program's files were changed"),
        (N_("Version {version}. Files that are not as they were installed: {changed}."),),
        N_(
            "Install the program anew from where you got it. The list of files: roscherk check --self"
        ),
    ),
    "files_no_list": Entry(
        N_("The program runs without a list of its files"),
        (N_("It was not installed but started from its sources, so nothing can be compared."),),
        "",
    ),
    "fonts_there": Entry(
        N_("The fonts for marks and papers are there"),
        (N_("Files: {count}."),),
        "",
    ),
    "fonts_missing": Entry(
        N_("Fonts for marks and papers are missing"),
        (N_("Missing: {names}."),),
        N_("Install the program anew: its own files are incomplete."),
    ),
    "library_good": Entry(
        N_("The GOST library computes right"),
        (N_("libgcrypt {version} gave the answers of the standards."),),
        "",
    ),
    "disk_free": Entry(N_("There is room on the disk"), (N_("Free: {free}."),), ""),
    "disk_low": Entry(
        N_("There is little room on the disk"),
        (N_("Free: {free}."),),
        N_("Make room: a large file is written a second time when it is signed."),
    ),
    "disk_almost_full": Entry(
        N_("The disk is almost full"),
        (N_("Free: {free}. A signed file may not fit any more."),),
        N_("Delete or move files that you do not need."),
    ),
    "profile_private": Entry(
        N_("Your profile is closed to others"),
        (N_("Only you can read the keys, settings and the journal."),),
        "",
    ),
    "profile_open": Entry(
        N_("Others on this computer can look into your profile"),
        (N_("Folder: {path}."),),
        N_("Close it: press the button. Nothing in it is changed but the rights."),
    ),
    "profile_read_only": Entry(
        N_("Nothing can be written to your profile"),
        (N_("Folder: {path}. Settings, the journal and new keys cannot be kept."),),
        N_(
            "Make yourself the owner of the folder, or choose another one: roscherk --profile FOLDER"
        ),
    ),
    "journal_whole": Entry(
        N_("The journal is whole"),
        (N_("Rows checked: {count}."),),
        "",
    ),
    "journal_broken": Entry(
        N_("The journal was tampered with"),
        (N_("Rows were changed or removed."),),
        N_("Open the journal: it tells which row, and lets you begin a new one."),
    ),
    "journal_end_unknown": Entry(
        N_("The end of the journal is not certain"),
        (
            N_("Rows checked: {count}; none was changed."),
            N_(
                "Whether rows are missing at the end cannot be told: their note is gone or damaged."
            ),
        ),
        N_("Open the journal and look whether the last rows are those you know."),
    ),
    "clock_plausible": Entry(
        N_("The clock is plausible"),
        (
            N_("It is not behind what was written here before. Offset from UTC: {zone}."),
            N_("Without asking an authority of time nobody can say that it is exact."),
        ),
        "",
    ),
    "clock_behind": Entry(
        N_("The clock of the computer is behind"),
        (N_("Files and rows of the journal are newer than the present by {hours} h."),),
        N_(
            "Set date and time: in a terminal, timedatectl set-ntp true; in Windows, Date and time."
        ),
    ),
    "clock_exact": Entry(
        N_("The clock is right"),
        (N_("It differs by {seconds} s from the authority of time {server}."),),
        "",
    ),
    "clock_wrong": Entry(
        N_("The clock of the computer is wrong"),
        (N_("It differs by {seconds} s from the authority of time {server}."),),
        N_(
            "Set date and time: in a terminal, timedatectl set-ntp true; in Windows, Date and time."
        ),
    ),
    "readers_there": Entry(
        N_("The service of card readers works"),
        (N_("Readers: {count}, with a card or token: {cards}."),),
        "",
    ),
    "usb_token_unseen": Entry(
        N_("A token is plugged in, but programs do not see it"),
        (
            N_(
                "The system knows the device on the USB bus, the service of card readers does not show it."
            ),
            N_(
                "A guard of devices (DeviceLock, Dallas Lock, Блокхост, usbguard) may forbid it, or the package libccid is missing."
            ),
        ),
        N_("Install libccid (apt install libccid) or ask your administrator to allow the token."),
    ),
    "modules_none": Entry(
        N_("No driver of tokens is installed"),
        (N_("Keys in files can be used; tokens can not."),),
        N_(
            "Install the package of your token's maker (Рутокен: librtpkcs11ecp, JaCarta: jcpkcs11-2), or name its file in the settings."
        ),
    ),
    "module_answers": Entry(N_("Driver answers: {module}"), (), ""),
    "tokens_none": Entry(N_("No token is plugged in"), (), ""),
    "token_ready": Entry(N_("Token is ready: {device}"), (N_("Serial number: {serial}."),), ""),
    "token_pin_factory": Entry(
        N_("The token still has its factory PIN: {device}"),
        (N_("Serial number: {serial}. Everybody knows that PIN."),),
        N_("Change the PIN on the page of keys and tokens."),
    ),
    "token_pin_few": Entry(
        N_("Few attempts at the PIN are left: {device}"),
        (N_("Serial number: {serial}."),),
        N_("Find out the right PIN before you type again; the administrator's PIN can unblock it."),
    ),
    "token_pin_locked": Entry(
        N_("The PIN is locked: {device}"),
        (N_("Serial number: {serial}."),),
        N_("Unblock it with the administrator's PIN on the page of keys and tokens."),
    ),
    "token_not_ready": Entry(
        N_("The token is not prepared for work: {device}"),
        (N_("Serial number: {serial}. It has no user PIN yet."),),
        N_("Set the first PIN on the page of keys and tokens."),
    ),
    "csp_installed": Entry(N_("КриптоПро CSP is installed"), (N_("Version: {version}."),), ""),
    "csp_none": Entry(
        N_("КриптоПро CSP is not installed"),
        (
            N_(
                "It is needed only for keys that lie as files on tokens and must not be read (most keys of the tax service)."
            ),
        ),
        "",
    ),
    "keys_none": Entry(
        N_("There is no key to sign with"),
        (N_("Neither in the program's store, nor in files of КриптоПро, nor on a token."),),
        N_("Plug your token in, or open the page of keys: it helps to get or to take over a key."),
    ),
    "key_in_force": Entry(N_("{owner}: in force"), (N_("Container «{name}», until {until}."),), ""),
    "key_ends_soon": Entry(
        N_("{owner}: ends in {days} d"),
        (N_("Container «{name}», until {until}."),),
        N_("Ask for a new certificate in time: a request is made on the page of keys."),
    ),
    "key_expired": Entry(
        N_("{owner}: has expired"),
        (N_("Container «{name}», until {until}. It can no longer sign."),),
        N_("Keep the key if something is encrypted for it; ask for a new certificate."),
    ),
    "key_not_yet": Entry(
        N_("{owner}: not yet in force"),
        (N_("Container «{name}»."),),
        N_("Wait for its first day, or check the clock of the computer."),
    ),
    "key_without_certificate": Entry(
        N_("A key without a certificate: {name}"),
        (N_("Nothing can be signed with it yet."),),
        N_("Install its certificate on the page of keys, or make a request for one."),
    ),
    "key_unusable": Entry(
        N_("A container that cannot sign here: {name}"),
        (),
        N_("The page of keys tells why, container by container."),
    ),
    "roots_none": Entry(
        N_("No root is trusted"),
        (N_("Without one no signature can be confirmed: the issuer stays unknown."),),
        N_(
            "Open the page of certificates and add the root of the Ministry of digital development; its fingerprint is known to the program."
        ),
    ),
    "roots_there": Entry(N_("Trusted roots: {count}"), (), ""),
    "root_expired": Entry(
        N_("A trusted root has expired: {name}"),
        (N_("Old signatures may still need it."),),
        N_("Look whether its authority has a newer root, on the page of certificates."),
    ),
    "store_file_bad": Entry(
        N_("Files in the stores cannot be read: {count}"),
        (),
        N_("Take them out on the page of certificates."),
    ),
    "lists_none": Entry(
        N_("There are no revocation lists"),
        (N_("Whether a certificate was revoked is asked over the network each time."),),
        N_("Refresh the lists on the page of certificates, or bring them in a file."),
    ),
    "lists_fresh": Entry(N_("Revocation lists are fresh: {count}"), (), ""),
    "lists_stale": Entry(
        N_("Revocation lists are out of date: {count} of {total}"),
        (N_("The oldest was made {days} d ago."),),
        N_("Refresh them on the page of certificates."),
    ),
    "accredited_none": Entry(
        N_("There is no list of accredited authorities"),
        (N_("Whether an authority was accredited cannot be told without it."),),
        N_("Take the list in on the page of certificates: it is published by the Ministry."),
    ),
    "accredited_old": Entry(
        N_("The list of accredited authorities is old"),
        (N_("It is of {date}, {days} d ago."),),
        N_("Take in a newer one on the page of certificates."),
    ),
    "accredited_fresh": Entry(N_("The list of accredited authorities is of {date}"), (), ""),
    "network_on": Entry(
        N_("The network may be used"),
        (N_("Authorities of time in the settings: {servers}."),),
        "",
    ),
    "network_off": Entry(
        N_("The network is switched off in the settings"),
        (N_("Revocation is judged by the lists that are here; no time stamps."),),
        "",
    ),
    "no_answer": Entry(
        N_("There was no answer in time"),
        (N_("This part was given up, the others were looked at all the same."),),
        N_("Plug the token out and in again, then look once more."),
    ),
}
