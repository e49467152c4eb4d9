"""Since when a key is told to have been in wrong hands (RFC 5280 §5.3.2, rule R-04)."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.crypto.certificates.findings import Finding, gravest, with_later_word
from app.crypto.certificates.revocation_lists import RevocationList
from app.crypto.verdict.facts import RevocationFacts, RevocationStatus

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "УЦ")])


def made(*, indirect: bool, harmed: datetime | None) -> RevocationList:
    """Return a list with one entry."""
    entry = x509.RevokedCertificateBuilder(7, NOW - DAY)
    if harmed is not None:
        entry = entry.add_extension(
            x509.InvalidityDate(harmed.replace(tzinfo=None)), critical=False
        )
    builder = x509.CertificateRevocationListBuilder(
        NAME, NOW, NOW + DAY, revoked_certificates=[entry.build()]
    )
    if indirect:
        scope = x509.IssuingDistributionPoint(None, None, False, False, None, True, False)
        builder = builder.add_extension(scope, critical=True)
    key = ec.generate_private_key(ec.SECP256R1())
    crl = builder.sign(key, hashes.SHA256())
    return RevocationList(crl.public_bytes(serialization.Encoding.DER))


@pytest.mark.parametrize("indirect", [False, True])
@pytest.mark.parametrize("harmed", [None, NOW - 9 * DAY])
def test_read(indirect: bool, harmed: datetime | None) -> None:
    """It is read in plain and in indirect lists; silence is silence."""
    crl = made(indirect=indirect, harmed=harmed)
    entry = crl.entry(7, crl.issuer_key)
    assert entry is not None
    assert entry.invalid_since == harmed


def said(status: RevocationStatus, **facts: datetime | str | None) -> Finding:
    """Return a statement."""
    return Finding(RevocationFacts(status=status, **facts))  # type: ignore[arg-type]


def test_earliest_counts() -> None:
    """Of several statements the earliest harm counts, whoever names it."""
    found = gravest(
        [
            said(RevocationStatus.REVOKED, revoked_at=NOW, this_update=NOW),
            said(RevocationStatus.REVOKED, revoked_at=NOW, invalid_since=NOW - DAY),
            said(RevocationStatus.REVOKED, revoked_at=NOW, invalid_since=NOW - 2 * DAY),
        ]
    )
    assert found.facts.invalid_since == NOW - 2 * DAY


def test_newest_good_word() -> None:
    """The statement of the moment stays, with the day of the newest one that agrees."""
    good = said(RevocationStatus.GOOD, this_update=NOW)
    later = said(RevocationStatus.GOOD, this_update=NOW + DAY)
    found = with_later_word(good, [good, later])
    assert (found.facts.this_update, found.facts.confirmed_at) == (NOW, NOW + DAY)
    held = said(RevocationStatus.ON_HOLD, this_update=NOW + 2 * DAY)
    assert with_later_word(good, [good, later, held]).facts.held_later == NOW + 2 * DAY
