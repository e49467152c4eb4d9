"""Why the network or a time stamp server failed, in words: the codes that stand as ``reason``."""

from collections import Counter
from collections.abc import Mapping, Sequence

from app.crypto.network.policy import NetworkUse, Purpose
from app.errors import ErrorCode, Fact
from app.texts.catalogue import N_, _, ngettext
from app.texts.showing import plain

_NETWORK: Mapping[str, str] = {
    "url": N_("it is no proper address of the web"),
    "scheme": N_("only http and https are spoken"),
    "credentials": N_("it carries a name or a password"),
    "private_address": N_("it leads into a local network or to this computer"),
    "local_name": N_("its name belongs to a local network"),
    "port": N_("no web server is expected behind this port"),
    "downgrade": N_("it leads from a protected connection to an open one"),
    "too_many_requests": N_("this document has asked for too much already"),
    "dns": N_("the name of the server was not found"),
    "connection": N_("no connection to the server"),
    "failed_lately": N_("it could not be reached a minute ago and is left alone for now"),
    "timeout": N_("the server took too long"),
    "tls": N_("the protected connection failed: the certificate of the server is not trusted"),
    "proxy": N_("the proxy did not let the request pass"),
    "status": N_("the server reports an error"),
    "too_large": N_("the answer is larger than any honest one"),
    "truncated": N_("the answer broke off"),
    "redirects": N_("the server sends from one address to another without end"),
    "content": N_("the answer is packed, which was not asked for"),
    "protocol": N_("the answer is not what a web server says"),
}
_REFUSALS: Mapping[str, str] = {
    "bad_alg": N_("it does not know this hash function"),
    "bad_request": N_("it does not accept the request"),
    "bad_data_format": N_("it could not read the request"),
    "time_not_available": N_("its clock is not available"),
    "unaccepted_policy": N_("it does not work by the policy that was asked for"),
    "unaccepted_extension": N_("it does not accept an extension of the request"),
    "add_info_not_available": N_("it cannot give what was asked for in addition"),
    "system_failure": N_("it has a fault"),
    "unspecified": N_("it gives no reason"),
}
_WRONGS: Mapping[str, str] = {
    "reply": N_("the answer is not one of a time stamp server"),
    "token_missing": N_("the server agreed but sent no time stamp"),
    "token_unexpected": N_("the server refused and sent a time stamp all the same"),
    "structure": N_("the time stamp cannot be read"),
    "imprint": N_("it is for other data"),
    "nonce": N_("it answers another request"),
    "policy": N_("it was made by another policy than asked for"),
    "version": N_("it is of an unknown version"),
    "extension": N_("it contains a condition that this program does not know"),
    "content_type": N_("it is no time stamp but another signature"),
    "signers": N_("it must have exactly one signer"),
    "signature": N_("its signature does not hold"),
    "certificate": N_("the certificate of the server is missing in it"),
    "signing_certificate": N_("it does not name the certificate that signed it"),
    "purpose": N_("the certificate of the server is not meant for time stamps"),
    "key_usage": N_("the key of the server is not meant for signing data"),
    "validity": N_("the certificate of the server was not in force at that time"),
    "revoked": N_("the certificate of the server is revoked"),
    "algorithm": N_("it uses an algorithm that proves nothing"),
    "accuracy": N_("its accuracy makes no sense"),
}
_TABLES: Mapping[ErrorCode, Mapping[str, str]] = {
    ErrorCode.NETWORK_REFUSED: _NETWORK,
    ErrorCode.NETWORK_FAILED: _NETWORK,
    ErrorCode.ACCREDITED_LIST_NOT_FETCHED: _NETWORK,
    ErrorCode.TIME_STAMP_UNAVAILABLE: _NETWORK,
    ErrorCode.TIME_STAMP_REFUSED: _REFUSALS,
    ErrorCode.TIME_STAMP_WRONG: _WRONGS,
}


def with_reason(code: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Return the facts of an error with its ``reason`` put into words, where there are any."""
    table = {str(known): words for known, words in _TABLES.items()}.get(str(code), {})
    reason = facts.get("reason")
    if isinstance(reason, str) and reason in table:
        return {**facts, "reason": _(table[reason])}
    return facts


def purpose_words(purpose: Purpose) -> str:
    """Say what is asked of the network."""
    return _(_PURPOSES[purpose])


def use_lines(uses: Sequence[NetworkUse]) -> tuple[str, ...]:
    """Say what was asked of the network, each address once for each purpose and outcome."""
    counted = Counter((use.url, use.purpose, use.outcome) for use in uses)
    lines = []
    for (url, purpose, outcome), count in counted.items():
        told = _("{what} from {url}").format(url=plain(url), what=purpose_words(purpose))
        if outcome not in _CAME:
            told = _("{told}, in vain ({outcome})").format(
                told=told, outcome=outcome_words(outcome)
            )
        elif count > 1:
            told = f"{told} ×{count}"
        lines.append(told)
    return tuple(lines)


def network_summary(uses: Sequence[NetworkUse], *, online: bool | None) -> str:
    """Say in one line what a check asked of the network, or that it asked nothing."""
    if online is False:
        if any(came(use) for use in uses):
            return _("Network is off: what had been fetched earlier served")
        return _("Network is off: fresh data were not asked for")
    if not uses:
        return _("Network: nothing had to be asked")
    asked = len({(use.url, use.purpose) for use in uses})
    vain = len({(use.url, use.purpose) for use in uses if not came(use)})
    told = ngettext("Network: {n} address was asked", "Network: {n} addresses were asked", asked)
    told = told.format(n=asked)
    return _("{told}, {vain} of them in vain").format(told=told, vain=vain) if vain else told


def came(use: NetworkUse) -> bool:
    """Tell whether a request brought something."""
    return use.outcome in _CAME


_PURPOSES: Mapping[Purpose, str] = {
    Purpose.TIME_STAMP: N_("a time stamp"),
    Purpose.OCSP: N_("the state of a certificate"),
    Purpose.CRL: N_("a revocation list"),
    Purpose.ISSUER: N_("the certificate of an issuer"),
    Purpose.ACCREDITATION: N_("the list of accredited authorities"),
    Purpose.RELEASE: N_("the note about the newest version"),
}
_CAME = frozenset({"ok", "cached", "not_modified", "redirect"})


def outcome_words(outcome: str) -> str:
    """Say what came of one request to the network (`NetworkUse.outcome`)."""
    if outcome.startswith("status_"):
        status = outcome.removeprefix("status_")
        return _("the server reports error {status}").format(status=status)
    words = {**_OUTCOMES, **_NETWORK}.get(outcome)
    return outcome if words is None else _(words)


_OUTCOMES: Mapping[str, str] = {
    "ok": N_("received"),
    "cached": N_("taken from the store of earlier answers"),
    "not_modified": N_("unchanged since it was fetched"),
    "redirect": N_("sent on to another address"),
    "offline": N_("not asked: the network is switched off"),
}
