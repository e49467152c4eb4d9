"""Words for the errors of tokens' drivers and readers; ``error_table`` takes this table in."""

from collections.abc import Mapping

from app.errors import ErrorCode, Fact
from app.texts.catalogue import N_, _
from app.texts.error_entry import Entry

MODULE_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.MODULE_NOT_FOUND: Entry(
        N_("The token's driver is not installed"),
        (N_("Not found: {path}."),),
        N_("Install the package of the token's vendor."),
    ),
    ErrorCode.MODULE_UNSAFE: Entry(
        N_("The token's driver was not loaded"),
        (
            N_("Driver: {path}."),
            N_("Reason: {reason}."),
        ),
        N_("Install the driver from the vendor's package into a system folder."),
    ),
    ErrorCode.MODULE_BROKEN: Entry(
        N_("The token's driver does not work"),
        (
            N_("Driver: {path}."),
            N_("Reason: {reason}."),
            N_("The missing file: {missing}."),
        ),
        N_("Install the newest version of the vendor's package, made for this computer."),
    ),
    ErrorCode.SLOT_FAILED: Entry(
        N_("One of the driver's slots cannot be looked into"),
        (
            N_("Driver: {module}."),
            N_("Slot {slot}: {operation} answered {rv}."),
            N_("The tokens in its other slots are shown."),
        ),
        N_("Plug the token out and in again. If it repeats, another program may hold its reader."),
    ),
    ErrorCode.MODULE_CRASHED: Entry(
        N_("The token's driver crashed"),
        (
            N_("Driver: {module}."),
            N_("Its vendor: {vendor}."),
            N_("It ran in a process of its own; everything else is unharmed."),
        ),
        N_(
            "Try again: the driver is started anew. If it repeats, install the newest version of the vendor's package."
        ),
    ),
    ErrorCode.MODULE_SILENT: Entry(
        N_("The token does not answer"),
        (
            N_("Driver: {module}."),
            N_("Its vendor: {vendor}."),
            N_("It did not answer in time and was stopped."),
        ),
        N_(
            "Close other programs that may be working with the token, plug it in anew and try again."
        ),
    ),
    ErrorCode.MODULE_NEW: Entry(
        N_("The token's driver waits for your consent"),
        (
            N_("Driver: {path}."),
            N_("You have named it yourself, and it has never been used here."),
            N_("The SHA-256 of its file: {sha256}."),
        ),
        N_(
            "Compare the SHA-256 with the one that the vendor publishes. If you trust the file: roscherk tokens --accept-driver {sha256}"
        ),
    ),
    ErrorCode.MODULE_CHANGED: Entry(
        N_("The token's driver is another file now"),
        (
            N_("Driver: {path}."),
            N_("Its file was replaced since you agreed to it."),
            N_("Its SHA-256 is now: {sha256}."),
        ),
        N_(
            "If you have updated the driver yourself, agree to it again: roscherk tokens --accept-driver {sha256}"
        ),
    ),
    ErrorCode.MODULE_NOT_ALLOWED: Entry(
        N_("The administrator does not allow this driver"),
        (
            N_("Driver: {path}."),
            N_("It is not among the drivers that the settings of this computer allow."),
        ),
        N_("Ask the administrator of this computer to add it to tokens.allowed_modules."),
    ),
    ErrorCode.READERS_NONE: Entry(
        N_("No reader of tokens is connected"),
        (N_("The computer sees no token and no card reader."),),
        N_("Plug the token in; try another USB port, without a hub."),
    ),
    ErrorCode.READERS_LIBRARY_MISSING: Entry(
        N_("Tokens are noticed with a delay"),
        (N_("The library that tells of tokens plugged in (PC/SC) is not installed."),),
        N_("Install it: apt install libpcsclite1."),
    ),
    ErrorCode.READERS_SERVICE_MISSING: Entry(
        N_("The service of card readers is not installed"),
        (N_("Without the service pcscd no program sees tokens."),),
        N_("Install it: apt install pcscd."),
    ),
    ErrorCode.READERS_SERVICE_STOPPED: Entry(
        N_("The service of card readers is not running"),
        (N_("Without it no program sees tokens."),),
        N_(
            "Start it: systemctl enable --now pcscd.socket; in Windows the service is called Smart Card (SCardSvr)."
        ),
    ),
    ErrorCode.READERS_DENIED: Entry(
        N_("The system does not let you use tokens"),
        (
            N_(
                "The service of card readers refuses this session. That is usual over a remote connection and for users who are not at the screen."
            ),
        ),
        N_(
            "Work at the computer itself, or ask the administrator to allow org.debian.pcsc-lite.access_pcsc and access_card in polkit."
        ),
    ),
    ErrorCode.READERS_REMOTE: Entry(
        N_("This is a remote session"),
        (
            N_(
                "Over a remote desktop the tokens of the computer in front of you are seen, not those of this one."
            ),
        ),
        N_(
            "Plug the token into the computer at which you sit, and allow smart cards in the settings of the remote connection."
        ),
    ),
    ErrorCode.READERS_FAILED: Entry(
        N_("The service of card readers reports an error"),
        (N_("Its code: {rv}."),),
        N_("Restart the service (systemctl restart pcscd) or the computer."),
    ),
}

_UNSAFE: Mapping[str, str] = {
    "relative": N_("its path is not a full one"),
    "name": N_("its name cannot be read"),
    "not_a_file": N_("it is not an ordinary file"),
    "owner": N_("it, or its folder, belongs to another user, who could replace it"),
    "writable_by_all": N_("it, or its folder, can be changed by anybody"),
    "document_folder": N_("it lies where documents lie"),
}
_BROKEN: Mapping[str, str] = {
    "unreadable": N_("its file cannot be read"),
    "not_a_library": N_("its file is no library of this operating system"),
    "word_size": N_("it is for another word size: 32 and 64 bits do not go together"),
    "machine": N_("it was made for another processor"),
    "incomplete": N_("files that it needs are missing beside it"),
    "load": N_("it could not be loaded"),
    "not_pkcs11": N_("it is not a driver of tokens (PKCS#11)"),
    "function_list": N_("it does not name its functions"),
    "initialise": N_("it refuses to start"),
}
_TABLES = {ErrorCode.MODULE_UNSAFE: _UNSAFE, ErrorCode.MODULE_BROKEN: _BROKEN}


def with_module_reason(code: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Return the facts of an error of a driver with its ``reason`` put into words."""
    table = {str(known): words for known, words in _TABLES.items()}.get(str(code), {})
    reason = facts.get("reason")
    if isinstance(reason, str) and reason in table:
        return {**facts, "reason": _(table[reason])}
    return facts
