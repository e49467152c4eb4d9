"""The words that lie in a package: what is in it, and how to check it without this program."""

from collections.abc import Iterator, Sequence

from app.crypto.verdict.accreditation_facts import AccreditationFacts
from app.reports.dossier import Dossier
from app.reports.statements import practice_mark
from app.texts.answers import disclaimer
from app.texts.catalogue import _
from app.texts.showing import local_date, local_time, utc_time
from app.values import dataclass


@dataclass(frozen=True)
class Signed:
    """A signature in the package and what it is over; names are those in the package."""

    signature: str
    content: str | None
    """None: the document lies inside the signature."""
    form: str
    """``DER``, ``PEM`` or ``BASE64``."""
    time_stamp: bool = False


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What evidence is there."""

    roots: bool
    certificates: bool
    crls: bool
    ocsp: bool
    time_stamps: bool
    left_out: int = 0
    """Octets of lists that were too long."""


def readme(dossier: Dossier, signed: Sequence[Signed], listed: Listed) -> str:
    """Return the words, in the language of this process; commands are those of OpenSSL 3."""
    return "\n".join((*_words(dossier, signed, listed), ""))


def _words(dossier: Dossier, signed: Sequence[Signed], listed: Listed) -> Iterator[str]:
    report = dossier.report
    mark = practice_mark(report)
    if mark is not None:
        yield mark
        yield ""
    yield _("PACKAGE FOR AN EXAMINATION OF ELECTRONIC SIGNATURES")
    yield ""
    at = report.control_time
    said = _("Checked {moment} ({utc}); certificates were judged for {control} ({control_utc}).")
    yield said.format(
        moment=local_time(report.checked_at),
        utc=utc_time(report.checked_at),
        control=local_time(at),
        control_utc=utc_time(at),
    )
    yield disclaimer()
    yield ""
    yield from _contents(dossier, listed)
    yield ""
    yield _("HOW TO CHECK IT WITHOUT THE PROGRAM")
    yield ""
    yield _("1. Unpack it. Compare the digests:")
    yield "   sha256sum --check manifest.sha256"
    yield _("   (the same and Streebog digests, GOST R 34.11-2012, stand in manifest.json)")
    yield ""
    yield _("2. Check the signatures with OpenSSL 3; GOST needs its engine: add -engine gost.")
    yield _("   certificates/roots.pem holds what the checker trusted: decide for yourself.")
    for one in signed:
        yield ""
        yield from _command(one, listed, int(at.timestamp()))
    yield ""
    yield from _more(listed, int(at.timestamp()))


def _contents(dossier: Dossier, listed: Listed) -> Iterator[str]:
    yield _("WHAT IS IN IT")
    yield ""
    rows = [
        ("documents/", _("documents and signatures, octet by octet as they were checked")),
        ("signatures/", _("signatures taken out of PDF, each with the octets that it is over")),
        ("certificates/", _("certificates of the chains")),
        ("crl/, ocsp/, timestamps/", _("revocation lists, answers of OCSP, time stamps")),
        ("protocol.pdf, protocol.html", _("the protocol for people")),
        ("expertise.pdf", _("material for an expert's examination (draft)")),
        ("report.json", _("the report for programs")),
        (
            "facts.json",
            _("the facts behind the report: the verdict can be computed from them anew"),
        ),
        ("protocol.json", _("all that the papers here rest on")),
        ("manifest.json, manifest.sha256", _("digests of all files")),
    ]
    yield from (f"  {name} — {words}" for name, words in rows)
    for told in _lists(dossier):
        yield f"  {told}"
    if listed.left_out:
        said = _("Lists of {n} bytes in all were too long and are not in the package.")
        yield "  " + said.format(n=listed.left_out)


def _lists(dossier: Dossier) -> list[str]:
    """Name the lists of accredited authorities that were used, each once."""
    said = _("List of accredited authorities used: version {version} of {day}, SHA-256 {digest}")
    found: dict[str, AccreditationFacts] = {}
    for file in dossier.facts:
        for one in file.signatures:
            if one.accreditation is not None:
                found.setdefault(one.accreditation.list_sha256, one.accreditation)
    if not found:
        return [_("No list of accredited authorities was used.")]
    return [
        said.format(version=one.list_version, day=local_date(one.list_date), digest=digest)
        for digest, one in found.items()
    ]


def _command(one: Signed, listed: Listed, moment: int) -> Iterator[str]:
    if one.time_stamp:
        yield f'   openssl ts -reply -token_in -in "{one.signature}" -text'
        roots = ' -CAfile "certificates/roots.pem"' if listed.roots else ""
        yield (
            f'   openssl ts -verify -token_in -in "{one.signature}" -data "{one.content}"{roots}'
            ' -untrusted "certificates/all.pem"'
        )
        return
    source = one.signature
    if one.form == "BASE64":
        source = "signature.der"
        yield f'   openssl base64 -d -A -in "{one.signature}" -out {source}'
    parts = [
        "openssl cms -verify -binary",
        f"-inform {'PEM' if one.form == 'PEM' else 'DER'}",
        f'-in "{source}"',
    ]
    if one.content is not None:
        parts.append(f'-content "{one.content}"')
    parts.append('-certfile "certificates/all.pem" -purpose any')
    if listed.roots:
        parts.append(f'-CAfile "certificates/roots.pem" -attime {moment}')
    else:
        parts.append("-noverify")
    parts.append("-out verified.content")
    yield "   " + " ".join(parts)


def _more(listed: Listed, moment: int) -> Iterator[str]:
    yield _("3. Look at the rest:")
    yield "   openssl x509 -inform DER -in certificates/001.cer -text -noout"
    if listed.crls:
        yield "   openssl crl -inform DER -in crl/001.crl -text -noout"
        if listed.roots:
            yield (
                f"   openssl verify -attime {moment} -crl_check -CRLfile crl/all.pem"
                " -CAfile certificates/roots.pem -untrusted certificates/all.pem"
                " certificates/001.cer"
            )
    if listed.ocsp:
        yield "   openssl ocsp -respin ocsp/001.der -text -noverify"
    if listed.time_stamps:
        yield "   openssl ts -reply -token_in -in timestamps/001.tst -text"
    yield ""
    yield _("4. With the program:")
    yield _("   roscherk verify PACKAGE.zip --package-check")
    yield "   roscherk verify --replay facts.json"
