"""Facts of a faultless signature, to be spoiled one by one in tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.crypto.verdict.facts import (
    AlgorithmFacts,
    CertificateFacts,
    ChainFacts,
    FileFacts,
    FileFormat,
    Level,
    LinkFacts,
    Name,
    RevocationFacts,
    RevocationStatus,
    SignatureFacts,
    SignatureKind,
    SigningCertificateAttribute,
    TimeStampFacts,
    TimeStampKind,
)
from app.crypto.verdict.judge import Terms

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TERMS = Terms(at=NOW)
GOST_SIGNATURE = "1.2.643.7.1.1.3.2"


def person(**changes: Any) -> Name:
    """Return the name of the head of a company."""
    name = Name(
        text="CN=ООО «Ромашка»,O=ООО «Ромашка»,SN=Иванова,G=Мария Петровна",
        common_name="ООО «Ромашка»",
        surname="Иванова",
        given_name="Мария Петровна",
        organization="ООО «Ромашка»",
        inn="500100732259",
        inn_le="7707083893",
        snils="11223344595",
        ogrn="1027700132195",
        country="RU",
    )
    return replace(name, **changes)


def certificate(**changes: Any) -> CertificateFacts:
    """Return a certificate that looks qualified and is in force."""
    made = CertificateFacts(
        der=b"\x30\x00",
        sha256="ab" * 32,
        sha1="cd" * 20,
        serial="01AF",
        subject=person(),
        issuer=Name(text="CN=УЦ ФНС России"),
        not_before=NOW - timedelta(days=100),
        not_after=NOW + timedelta(days=265),
        key_algorithm="gost2012-256",
        key_size=256,
        curve="1.2.643.7.1.2.1.1.1",
        signature_oid=GOST_SIGNATURE,
        key_usage=("digitalSignature", "nonRepudiation"),
        policies=("1.2.643.100.113.1",),
        subject_sign_tool="КриптоПро CSP 5.0",
        issuer_sign_tool=("КриптоПро CSP", "КриптоПро УЦ", "СФ/124-1", "СФ/128-1"),
        authority_key_id="AB",
    )
    return replace(made, **changes)


GOOD = RevocationFacts(
    status=RevocationStatus.GOOD,
    source="crl",
    this_update=NOW - timedelta(hours=2),
    next_update=NOW + timedelta(hours=22),
)


def link(revocation: RevocationFacts = GOOD, **changes: Any) -> LinkFacts:
    """Return a sound link of a chain."""
    return replace(LinkFacts(certificate=certificate(), revocation=revocation), **changes)


def ca(**changes: Any) -> CertificateFacts:
    """Return the certificate of an issuing CA."""
    return certificate(
        **{
            "subject": Name(text="CN=УЦ ФНС России"),
            "is_ca": True,
            "key_usage": ("keyCertSign", "cRLSign"),
            **changes,
        }
    )


def chain(*links: LinkFacts, **changes: Any) -> ChainFacts:
    """Return a whole chain: the signer, an issuing CA, a trusted root."""
    whole = links or (
        link(),
        link(certificate=ca()),
        link(certificate=ca(), anchor=True, revocation=not_checked()),
    )
    return replace(ChainFacts(links=whole, anchored=True, at=NOW), **changes)


def not_checked() -> RevocationFacts:
    """Return the state of a root, whose revocation nobody tells."""
    return RevocationFacts(status=RevocationStatus.NOT_CHECKED)


def signature(**changes: Any) -> SignatureFacts:
    """Return the facts of a faultless signature."""
    made = SignatureFacts(
        index=0,
        level=Level.CADES_BES,
        algorithms=AlgorithmFacts(
            signature="gost2012-256",
            digest="streebog256",
            signature_oid="1.2.643.7.1.1.1.1",
            digest_oid="1.2.643.7.1.1.2.2",
            key="gost2012-256",
        ),
        digest_matches=True,
        signature_verifies=True,
        signer=certificate(),
        signing_certificate=SigningCertificateAttribute.MATCH,
        claimed_time=NOW - timedelta(hours=1),
        chain=chain(),
    )
    return replace(made, **changes)


STAMPED = NOW - timedelta(days=2)


def document_stamp(index: int, **changes: Any) -> SignatureFacts:
    """Return a document time-stamp of `STAMPED` by an authority under the trusted root."""
    token = TimeStampFacts(
        kind=TimeStampKind.DOCUMENT,
        time=STAMPED,
        imprint_digest="sha256",
        imprint_matches=True,
        signature=signature(**{key: changes[key] for key in ("chain",) if key in changes}),
    )
    fields: dict[str, Any] = {
        "kind": SignatureKind.DOCUMENT_TIMESTAMP,
        "level": Level.PDF_LEGACY,
        "time_stamps": (token,),
        "claimed_time": None,
    }
    return signature(index=index, **(fields | changes))


def counter_signature(index: int, parent: int, **changes: Any) -> SignatureFacts:
    """Return a faultless counter-signature."""
    kind = SignatureKind.COUNTER_SIGNATURE
    return signature(index=index, kind=kind, parent=parent, **changes)


def file(*signatures: SignatureFacts, **changes: Any) -> FileFacts:
    """Return the facts of a detached signature file."""
    made = FileFacts(
        path=Path("договор.docx.sig"),
        format=FileFormat.CMS_DETACHED,
        content=Path("договор.docx"),
        sha256="00" * 32,
        size=1000,
        signatures=signatures,
    )
    return replace(made, **changes)
