"""Sub-indications of EN 319 102-1 §5.1.3 as they come out of real files, judged by the worker's tasks.

24 of the 25 are reached, each by a file that a person might get or be given:

| sub-indication | the file |
| --- | --- |
| FORMAT_FAILURE | a second structure stands behind the signature |
| HASH_FAILURE | the document was changed |
| SIG_CRYPTO_FAILURE | the last octet of the signature value was changed |
| REVOKED | signed after the revocation, by its own word and a time-stamp |
| EXPIRED | signed and stamped after the end of the certificate |
| NOT_YET_VALID | stamped before the certificate begins |
| SIG_CONSTRAINTS_FAILURE | octets stand behind the end of a signed PDF |
| CHAIN_CONSTRAINTS_FAILURE | the certificate is for key agreement only |
| CERTIFICATE_CHAIN_GENERAL_FAILURE | by no file: a path is built of signed links alone, so one that was not signed is a path that was not found; facts kept by others can still say so |
| CRYPTO_CONSTRAINTS_FAILURE | the RSA key has 1024 bits |
| POLICY_PROCESSING_ERROR | the signer refers to rules that are not named (strict policy) |
| SIGNATURE_POLICY_NOT_AVAILABLE | the signer refers to rules by an OID (strict policy) |
| TIMESTAMP_ORDER_FAILURE | the content was stamped after the signature over it |
| NO_SIGNING_CERTIFICATE_FOUND | the file holds no certificate, and none is at hand |
| NO_CERTIFICATE_CHAIN_FOUND | the root is not trusted |
| NO_CERTIFICATE_CHAIN_FOUND_NO_POE | the trusted root has ended |
| REVOKED_NO_POE | revoked, and nobody proves when it was signed |
| REVOKED_CA_NO_POE | the authority was revoked |
| OUT_OF_BOUNDS_NOT_REVOKED | ended, and good by a list of its last day |
| OUT_OF_BOUNDS_NO_POE | ended, and nothing tells more |
| REVOCATION_OUT_OF_BOUNDS_NO_POE | stamped, and no list is left of that time |
| CRYPTO_CONSTRAINTS_FAILURE_NO_POE | GOST R 34.11-94, of 2018 by the signer's word |
| NO_POE | the moment is named by the user alone |
| TRY_LATER | nobody fetched a list of revoked certificates |
| SIGNED_DATA_NOT_FOUND | the signature came without its document |
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attacks.cms_forge import (
    CERTIFICATE_V2,
    CONTENT,
    PROTECTION,
    attribute,
    attributes,
    signed_data,
    signer,
)
from stand_ins import gost2001
from stand_ins.contract import make_contract
from stand_ins.everyday import DAY, HOUR, NOW, Office, stranger
from stand_ins.gost2001 import algorithm, old_signer
from stand_ins.pki import ca_extensions, end_entity, make_pki, pki_of

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.cms import tlv
from app.crypto.cms.levels import oids
from app.crypto.model import Verification
from app.crypto.verdict.report import Indication, SubIndication

S = SubIndication
YEAR = 365 * DAY
_POLICY = "1.2.840.113549.1.9.16.2.15"
_RED = frozenset(
    {
        S.FORMAT_FAILURE,
        S.HASH_FAILURE,
        S.SIG_CRYPTO_FAILURE,
        S.REVOKED,
        S.EXPIRED,
        S.NOT_YET_VALID,
    }
)
_OLD = NOW - 2 * YEAR
_MADE = NOW - 100 * DAY

CASES: dict[SubIndication, Callable[[Office], Verification]] = {}


def _of(sub: SubIndication) -> Callable[[Callable[[Office], Verification]], None]:
    def take(case: Callable[[Office], Verification]) -> None:
        CASES[sub] = case

    return take


def _signed(office: Office, **changes: object) -> Path:
    """Return a signature of an hour ago."""
    return office.sign(office.document(), office.person(_MADE, **changes), NOW - HOUR)


def _put(office: Office, signature: bytes) -> Path:
    """Lay a signature over the forger's content beside it."""
    source = office.document()
    source.write_bytes(CONTENT)
    path = source.with_name(source.name + ".sig")
    path.write_bytes(signature)
    return path


def _with_attribute(office: Office, *more: bytes, unsigned: tuple[bytes, ...] = ()) -> Path:
    pki = office.pki
    made = signer(
        pki,
        attributes_=[*attributes(pki, signing_time=NOW - HOUR), *more],
        unsigned=unsigned,
    )
    return _put(office, signed_data(made, certificates=(pki.leaf, pki.ca)))


@_of(S.FORMAT_FAILURE)
def _behind(office: Office) -> Verification:
    path = _signed(office)
    path.write_bytes(path.read_bytes() + b"\x05\x00")
    return office.verify(path, office.list_of(NOW - HOUR))


@_of(S.HASH_FAILURE)
def _changed(office: Office) -> Verification:
    path = _signed(office)
    document = path.with_suffix("")
    document.write_bytes(document.read_bytes() + b" ")
    return office.verify(path, office.list_of(NOW - HOUR))


@_of(S.SIG_CRYPTO_FAILURE)
def _value(office: Office) -> Verification:
    path = _signed(office)
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    return office.verify(path, office.list_of(NOW - HOUR))


def _stamped(office: Office, begun: datetime, signed: datetime, at: datetime) -> tuple[Path, bytes]:
    """Return a signature that the program itself would not make, with a time-stamp."""
    pki, own = office.pki, office.person(begun)
    kept = attributes(pki, certificate=own, signing_time=signed)
    made = signer(pki, attributes_=kept, certificate=own)
    path = _put(office, signed_data(made, certificates=(own, pki.ca)))
    return office.stamped(path, office.authority_of_time(_OLD), at), own


@_of(S.REVOKED)
def _revoked(office: Office) -> Verification:
    path, own = _stamped(office, _MADE, NOW - 50 * DAY, NOW - 50 * DAY)
    entry = office.entry(own, NOW - 60 * DAY, "superseded")
    return office.verify(path, office.list_of(NOW - HOUR, entry))


@_of(S.EXPIRED)
def _expired(office: Office) -> Verification:
    path, _ = _stamped(office, _OLD, NOW - 100 * DAY, NOW - 99 * DAY)
    return office.verify(path, office.list_of(NOW - HOUR))


@_of(S.NOT_YET_VALID)
def _early(office: Office) -> Verification:
    path, _ = _stamped(office, NOW - 10 * DAY, NOW - 20 * DAY, NOW - 20 * DAY)
    return office.verify(path, office.list_of(NOW - HOUR))


@_of(S.SIG_CONSTRAINTS_FAILURE)
def _behind_pdf(office: Office) -> Verification:
    path = office.pdf(make_contract(office.folder / "Договор.pdf"))
    path.write_bytes(path.read_bytes() + b"99 0 obj\n<<>>\nendobj\n")
    return office.verify(path, office.list_of(NOW - HOUR))


@_of(S.CHAIN_CONSTRAINTS_FAILURE)
def _agreement(office: Office) -> Verification:
    usual = end_entity(office.pki.leaf_key.public, office.pki.ca_issuer.key.public)
    usage = build.key_usage("keyAgreement")
    kept = tuple(usage if one.oid == usage.oid else one for one in usual)
    return office.verify(_signed(office, extensions=kept), office.list_of(NOW - HOUR))


@_of(S.CRYPTO_CONSTRAINTS_FAILURE)
def _short_key(office: Office) -> Verification:
    short = Office(office.folder / "rsa", make_pki(KeyAlgorithm.RSA, rsa_bits=1024))
    return short.verify(_signed(short), short.list_of(NOW - HOUR))


@_of(S.POLICY_PROCESSING_ERROR)
def _implied(office: Office) -> Verification:
    path = _with_attribute(office, attribute(_POLICY, b"\x05\x00"))
    return office.verify(path, office.list_of(NOW - HOUR), policy="strict")


@_of(S.SIGNATURE_POLICY_NOT_AVAILABLE)
def _named(office: Office) -> Verification:
    named = tlv.encode(
        tlv.SEQUENCE,
        tlv.encode_oid("1.2.643.2.45"),
        tlv.encode(
            tlv.SEQUENCE,
            tlv.encode(tlv.SEQUENCE, tlv.encode_oid("2.16.840.1.101.3.4.2.1")),
            tlv.encode(tlv.OCTET_STRING, bytes(32)),
        ),
    )
    path = _with_attribute(office, attribute(_POLICY, named))
    return office.verify(path, office.list_of(NOW - HOUR), policy="strict")


@_of(S.TIMESTAMP_ORDER_FAILURE)
def _disorder(office: Office) -> Verification:
    authority = office.authority_of_time(_OLD)
    over = digests.digest("sha256", CONTENT)
    content = replace(authority, at=NOW - HOUR).token("sha256", over)
    path = _with_attribute(office, attribute(oids.CONTENT_TIME_STAMP, content))
    office.stamped(path, authority, NOW - 5 * HOUR)
    return office.verify(path, office.list_of(NOW - HOUR))


@_of(S.NO_SIGNING_CERTIFICATE_FOUND)
def _nobody(office: Office) -> Verification:
    path = _put(office, signed_data(signer(office.pki), certificates=()))
    return office.verify(path, office.list_of(NOW - HOUR))


@_of(S.NO_CERTIFICATE_CHAIN_FOUND)
def _stranger(office: Office) -> Verification:
    return office.verify(_signed(office), office.list_of(NOW - HOUR), roots=[stranger().root])


@_of(S.NO_CERTIFICATE_CHAIN_FOUND_NO_POE)
def _old_root(office: Office) -> Verification:
    issuer = office.pki.root_issuer
    ended = issuer.issue(
        issuer.key.public,
        subject=issuer.name,
        not_after=NOW - DAY,
        extensions=ca_extensions(issuer.key.public, issuer.key.public),
    )
    return office.verify(_signed(office), office.list_of(NOW - HOUR), roots=[ended])


@_of(S.REVOKED_NO_POE)
def _revoked_sometime(office: Office) -> Verification:
    own = office.person(_MADE)
    path = office.sign(office.document(), own, NOW - 50 * DAY)
    entry = office.entry(own, NOW - 7 * DAY, "superseded")
    return office.verify(path, office.list_of(NOW - HOUR, entry))


@_of(S.REVOKED_CA_NO_POE)
def _revoked_authority(office: Office) -> Verification:
    entry = office.entry(office.pki.ca, NOW - 7 * DAY, "keyCompromise")
    gone = office.pki.root_issuer.crl(
        entry, this_update=NOW - HOUR, next_update=NOW + DAY, number=2
    )
    return office.verify(_signed(office), office.list_of(NOW - HOUR), gone)


@_of(S.OUT_OF_BOUNDS_NOT_REVOKED)
def _lived_to_its_end(office: Office) -> Verification:
    path = office.sign(office.document(), office.person(_OLD), _OLD + 200 * DAY)
    return office.verify(path, office.list_of(_OLD + YEAR - HOUR, days=800))


@_of(S.OUT_OF_BOUNDS_NO_POE)
def _last_year(office: Office) -> Verification:
    path = office.sign(office.document(), office.person(_OLD), _OLD + 200 * DAY)
    return office.verify(path, office.list_of(NOW - HOUR))


@_of(S.REVOCATION_OUT_OF_BOUNDS_NO_POE)
def _no_list_of_then(office: Office) -> Verification:
    path, _ = _stamped(office, _OLD, _OLD + 200 * DAY, _OLD + 200 * DAY)
    return office.verify(path, office.list_of(NOW - HOUR))


@_of(S.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
def _gost94(office: Office) -> Verification:
    gost = Office(office.folder / "gost", pki_of(KeyAlgorithm.GOST_256))
    begun = datetime(2018, 1, 1, tzinfo=UTC)
    own = old_signer(gost.pki, begun, NOW + YEAR)
    kept = attributes(
        gost.pki,
        digest_name="gost94",
        signing_time=begun + 90 * DAY,
        without=(PROTECTION, CERTIFICATE_V2),  # the program writes them for keys of today only
    )
    made = signer(
        gost.pki,
        digest_name="gost94",
        attributes_=kept,
        certificate=own.certificate,
        signature_algorithm=algorithm(gost2001.KEY),
        sign=own.sign,
    )
    path = _put(gost, signed_data(made, certificates=(own.certificate, gost.pki.ca)))
    return gost.verify(path, gost.list_of(NOW - HOUR))


@_of(S.NO_POE)
def _by_word(office: Office) -> Verification:
    return office.verify(_signed(office), office.list_of(NOW - HOUR), at_by_user=True)


@_of(S.TRY_LATER)
def _no_list(office: Office) -> Verification:
    return office.verify(_signed(office))


@_of(S.SIGNED_DATA_NOT_FOUND)
def _alone(office: Office) -> Verification:
    path = _signed(office)
    path.with_suffix("").unlink()
    return office.verify(path, office.list_of(NOW - HOUR))


def test_all_of_them() -> None:
    """None of the 25 is left to stored facts alone, but the one that no file can bring about."""
    assert set(CASES) == set(SubIndication) - {S.CERTIFICATE_CHAIN_GENERAL_FAILURE}
    assert __doc__ is not None
    assert all(f"| {sub.value} |" in __doc__ for sub in SubIndication)


@pytest.mark.parametrize("sub", CASES)
def test_by_a_file(sub: SubIndication, tmp_path: Path) -> None:
    """The file comes to it, red only for what is established."""
    office = Office(tmp_path, make_pki(KeyAlgorithm.ECDSA_P256))
    report = CASES[sub](office).report
    assert report.signatures[0].sub_indication is sub
    expected = Indication.TOTAL_FAILED if sub in _RED else Indication.INDETERMINATE
    assert (report.verdict, report.signatures[0].verdict) == (expected, expected)
