"""Words for the errors of the network and of time stamps; ``error_table`` takes this table in."""

from collections.abc import Mapping

from app.errors import ErrorCode
from app.texts.catalogue import N_
from app.texts.error_entry import Entry

NETWORK_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.NETWORK_OFFLINE: Entry(
        N_("The network is switched off"),
        (
            N_("{url} was not asked."),
            N_(
                "The network is switched off for this program, so nothing was sent and nothing received."
            ),
        ),
        N_("Switch the network on in the settings, or do without what has to be fetched."),
    ),
    ErrorCode.NETWORK_REFUSED: Entry(
        N_("This address is not asked"),
        (
            N_("Address: {url}."),
            N_("Reason: {reason}."),
        ),
        N_(
            "If you know this server and trust it, add its name to the named hosts in the settings."
        ),
    ),
    ErrorCode.NETWORK_FAILED: Entry(
        N_("The server gave no usable answer"),
        (
            N_("Address: {url}."),
            N_("Reason: {reason}."),
            N_("Code of the answer: {status}."),
        ),
        N_(
            "Check the connection to the internet and the proxy in the settings, and try again later."
        ),
    ),
    ErrorCode.PROXY_PASSWORD_NEEDED: Entry(
        N_("The proxy needs a password"),
        (N_("There is no terminal here at which it could be asked for."),),
        N_(
            "Run the command at a terminal, or let the program use the proxy of the system: setting network.proxy."
        ),
    ),
    ErrorCode.TIME_STAMP_NO_SERVER: Entry(
        N_("No time stamp server is set"),
        (N_("A time stamp is given by a server, and none is named in the settings."),),
        N_(
            "Enter the address of a time stamp server in the settings; your certification authority can tell it."
        ),
    ),
    ErrorCode.TIME_STAMP_UNAVAILABLE: Entry(
        N_("No time stamp could be had"),
        (
            N_("Server: {url}."),
            N_("Reason: {reason}."),
            N_("Code of the answer: {status}."),
            N_("Servers tried: {tried}."),
        ),
        N_(
            "The signature itself does not depend on it. Try again later, or name another time stamp server in the settings."
        ),
    ),
    ErrorCode.TIME_STAMP_REFUSED: Entry(
        N_("The time stamp server refused"),
        (
            N_("Server: {url}."),
            N_("Reason: {reason}."),
            N_("The server says: {text}."),
        ),
        N_(
            "Check with the owner of the server whether you may use it, or name another time stamp server in the settings."
        ),
    ),
    ErrorCode.TIME_STAMP_WRONG: Entry(
        N_("The time stamp is wrong"),
        (
            N_("Server: {url}."),
            N_("Reason: {reason}."),
            N_("Such a time stamp proves nothing, so it was thrown away."),
        ),
        N_(
            "Tell the owner of the server, and name another time stamp server in the settings meanwhile."
        ),
    ),
    ErrorCode.TIME_STAMP_UNTRUSTED: Entry(
        N_("The time stamp server is not trusted"),
        (
            N_("Server: {url}."),
            N_("Its certificate does not lead to a root certificate that you trust."),
            N_("The last issuer: {issuer}."),
        ),
        N_(
            "If you trust this authority, add its root certificate to the trusted ones, and try again."
        ),
    ),
}
