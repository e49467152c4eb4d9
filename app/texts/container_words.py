"""Containers in words: how a key signs here, what would be lost, what repairs a finding."""

from collections.abc import Mapping

from app.crypto.containers.model import PassiveLook, RepairKind, SigningWay, Tone, WayKind
from app.texts import verdicts
from app.texts.catalogue import N_, _
from app.tokens.model import ContainerState

STATES: Mapping[ContainerState, str] = {
    ContainerState.OK: N_("ready to sign"),
    ContainerState.NO_CERTIFICATE: N_("no certificate: install the one issued for this key"),
    ContainerState.NO_KEY: N_("no key: only a certificate"),
    ContainerState.MISMATCH: N_("the certificate belongs to another key"),
    ContainerState.EXPIRED: N_("the certificate has expired"),
    ContainerState.NOT_YET_VALID: N_("the certificate is not in force yet"),
    ContainerState.UNSUPPORTED: N_("this program cannot sign with such a key"),
    ContainerState.HIDDEN: N_("the token shows only its name until its PIN is given"),
    ContainerState.DAMAGED: N_("damaged: restore it from a copy"),
}
_WAYS: Mapping[WayKind, str] = {
    WayKind.TOKEN: N_("The token itself signs: the key never leaves it."),
    WayKind.PROGRAM: N_("This program signs with its own library, which is not a certified tool."),
    WayKind.CSP: N_("КриптоПро CSP signs."),
    WayKind.NEEDS_CSP: N_("КриптоПро CSP is needed: install it to sign with this key."),
    WayKind.CANNOT: N_("This key cannot sign here."),
}
_REASONS: Mapping[tuple[WayKind, str], str] = {
    (WayKind.NEEDS_CSP, "passive"): N_(
        "КриптоПро CSP is needed: the token keeps the key and does not sign with it. Install КриптоПро CSP, version 5.0 or newer."
    ),
    (WayKind.NEEDS_CSP, "qualified"): N_(
        "КриптоПро CSP is needed: the key of a qualified certificate is not read out of its files. Install КриптоПро CSP, version 5.0 or newer."
    ),
    (WayKind.NEEDS_CSP, "choose"): N_(
        "КриптоПро CSP signs with this key: choose it among the keys that CSP itself shows in this list."
    ),
    (WayKind.NEEDS_CSP, "module"): N_(
        "КриптоПро CSP is installed, but not the package by which programs reach it. Install its package lsb-cprocsp-pkcs11-64."
    ),
    (WayKind.CANNOT, "compromised"): N_("It does not sign: the key was declared compromised."),
    (WayKind.CANNOT, "pin_locked"): N_("It cannot sign now: the PIN of the token is locked."),
    (WayKind.CANNOT, "pin_not_set"): N_("It cannot sign yet: no PIN is set on the token."),
    (WayKind.CANNOT, "no_certificate"): N_("It cannot sign yet: the key has no certificate."),
    (WayKind.CANNOT, "no_key"): N_("It cannot sign: there is a certificate here and no key."),
    (WayKind.CANNOT, "mismatch"): N_("It cannot sign: the certificate belongs to another key."),
    (WayKind.CANNOT, "expired"): N_("It cannot sign any more: the certificate has expired."),
    (WayKind.CANNOT, "not_yet_valid"): N_("It cannot sign yet: the certificate is not in force."),
    (WayKind.CANNOT, "damaged"): N_("It cannot sign: the container is damaged."),
    (WayKind.CANNOT, "unsupported"): N_("It cannot sign: this program does not use such keys."),
}
_REPAIRS: Mapping[RepairKind, str] = {
    RepairKind.BIND: N_(
        "Its certificate was found: it can be kept beside the key in this program."
    ),
    RepairKind.INSTALL: N_("Its certificate was found: it can be put into the container."),
    RepairKind.CLOSE_ACCESS: N_("Take from others the right to read these files."),
    RepairKind.GET_CERTIFICATE: N_(
        "Get the certificate from the authority that issued it, and install it: page «Keys and tokens», or roscherk container install."
    ),
    RepairKind.FIND_KEY: N_(
        "Plug in the token, or name the file, where the key is. Without the key this certificate signs nothing."
    ),
    RepairKind.RENEW: N_(
        "Order a new certificate in good time; a qualified one is issued at a personal visit."
    ),
    RepairKind.COMPARE: N_(
        "Find out which of them you use, and test it before you delete any other."
    ),
    RepairKind.RESTORE: N_("Restore the file from a backup copy."),
    RepairKind.SEPARATE: N_(
        "Get the certificate that was issued for this very key, and install it: the wrong one is replaced and kept."
    ),
    RepairKind.CHANGE_PIN: N_("Change it: page «Keys and tokens», or roscherk pin change."),
}
_EMPTINESS: Mapping[PassiveLook, str] = {
    PassiveLook.LOOKED: N_("There are no containers on this token."),
    PassiveLook.NONE_POSSIBLE: N_("There are no containers on this token."),
    PassiveLook.NOT_LOOKED: N_(
        "Its driver shows no containers. Containers of КриптоПро CSP may lie on it all the same: they were not looked for."
    ),
}
_OBJECTS: Mapping[str, str] = {
    "private_key": N_("the private key"),
    "public_key": N_("the public key"),
    "certificate": N_("the certificate"),
    "container_file": N_("the container with the key and its certificate"),
}
_ODD: Mapping[str, str] = {
    "mask_mac": N_("A check sum beside the key does not fit; the key itself does."),
    "key_not_opened": N_(
        "The key was not opened: the certificate was compared with the print of the key."
    ),
    "reserve_used": N_("The first copy of the key is spoilt; the second one was used."),
}
_INSTALLED: Mapping[str, str] = {
    "personal": N_("The certificate was installed into the program's store «Личное»: {uri}"),
    "container": N_("The certificate was installed: {uri}"),
    "token": N_("The certificate was written to the token: {uri}"),
    "bound": N_("The certificate is kept beside the key in this program: {uri}"),
}
_TONES: Mapping[Tone, verdicts.Tone] = {
    Tone.OK: verdicts.Tone.GOOD,
    Tone.WARN: verdicts.Tone.UNSURE,
    Tone.BAD: verdicts.Tone.BAD,
}


def way_words(way: SigningWay) -> str:
    """Say in one sentence how a key can sign here."""
    return _(_REASONS.get((way.kind, way.reason), _WAYS[way.kind]))


def state_words(state: ContainerState) -> str:
    """Say in what state a container is."""
    return _(STATES[state])


def repair_words(kind: RepairKind) -> str:
    """Say what to do about a finding."""
    return _(_REPAIRS[kind])


def emptiness_words(look: PassiveLook) -> str:
    """Say of a carrier that nothing is seen on it, and no more than is known."""
    return _(_EMPTINESS[look])


def object_words(code: str) -> str:
    """Name a thing that a deletion takes away."""
    return _(_OBJECTS[code])


def odd_words(code: str) -> str:
    """Say what was odd while a key was opened."""
    return _(_ODD[code])


def installed_words(where: str, uri: str) -> str:
    """Say where a certificate was put."""
    return _(_INSTALLED[where]).format(uri=uri)


def shown_tone(tone: Tone) -> verdicts.Tone:
    """Return how a line of a report is shown."""
    return _TONES[tone]
