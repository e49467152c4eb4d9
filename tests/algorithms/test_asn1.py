"""The registration of Russian OIDs in asn1crypto, whatever else is imported and in which order."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_OURS = "from app.algorithms import asn1"
_THEIRS = "import pyhanko_certvalidator.context"
# Uses the tables before anybody has extended them, so that their reverses are derived too early.
_EARLY = """
from asn1crypto import algos, keys, x509
for kind in (algos.DigestAlgorithmId, algos.SignedDigestAlgorithmId, keys.PublicKeyAlgorithmId,
             x509.NameType):
    kind.unmap(next(iter(kind._map.values())))
"""

# Prints everything that the registration can change, and what becomes of real certificates.
_REPORT = """
import hashlib, json, sys
from asn1crypto import algos, core, keys, pem, x509
from app.algorithms import asn1, der
asn1.register()
seen = {}
for kind in (algos.DigestAlgorithmId, algos.SignedDigestAlgorithmId, keys.PublicKeyAlgorithmId,
             x509.NameType):
    for oid in [oid for oid in kind._map if oid.startswith('1.2.643.')]:
        name = kind._map[oid]
        seen[kind.__name__ + ' ' + oid] = [name, kind.unmap(name), kind(name).dotted]
total = hashlib.sha256()
data = open(sys.argv[1], 'rb').read()
for _, _, certificate in list(pem.unarmor(data, multiple=True))[::60]:
    info = x509.Certificate.load(certificate)['tbs_certificate']
    key = info['subject_public_key_info']
    again = keys.PublicKeyInfo.load(key.dump())
    assert type(again['public_key']) is core.OctetBitString
    assert again.dump() == key.dump() == again.dump(force=True)
    total.update(again.dump() + bytes(again['public_key']))
    total.update(json.dumps(info['subject'].native, ensure_ascii=False).encode())
seen['certificates'] = total.hexdigest()
unknown = der.sequence(der.sequence(der.oid('1.2.3.4')), der.element(3, bytes(3)))
seen['unknown key'] = bytes(keys.PublicKeyInfo.load(unknown)['public_key']).hex()
digest = algos.DigestAlgorithm({'algorithm': 'streebog256'})
seen['digest'] = digest.dump().hex()
print(json.dumps(seen, sort_keys=True))
"""


def _report(data_folder: Path, *imports: str) -> dict[str, Any]:
    code = "\n".join((*imports, _REPORT))
    bundle = data_folder / "ru-ca" / "all-accredited-ca-2403.pem"
    result = subprocess.run(
        [sys.executable, "-c", code, bundle], capture_output=True, check=False, text=True
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def alone(data_folder: Path) -> dict[str, Any]:
    """Return what is seen when nobody but this program touches asn1crypto."""
    return _report(data_folder, _OURS)


@pytest.mark.parametrize(
    "imports",
    [(_THEIRS, _OURS), (_OURS, _THEIRS), (_EARLY, _OURS), (_EARLY, _THEIRS, _OURS)],
    ids=["theirs-ours", "ours-theirs", "early-ours", "early-theirs-ours"],
)
def test_the_order_of_imports_changes_nothing(
    data_folder: Path, alone: dict[str, Any], imports: tuple[str, ...]
) -> None:
    """Names, keys and real certificates look the same in every order of import."""
    assert _report(data_folder, *imports) == alone


def test_the_russian_names_are_known(alone: dict[str, Any]) -> None:
    """The OIDs of order №795, of the digests, keys and signatures have names, both ways."""
    expected = {
        "NameType 1.2.643.3.131.1.1": "inn",
        "NameType 1.2.643.100.4": "inn_le",
        "NameType 1.2.643.100.1": "ogrn",
        "NameType 1.2.643.100.5": "ogrnip",
        "NameType 1.2.643.100.3": "snils",
        "DigestAlgorithmId 1.2.643.2.2.9": "gost94",
        "DigestAlgorithmId 1.2.643.7.1.1.2.2": "streebog256",
        "DigestAlgorithmId 1.2.643.7.1.1.2.3": "streebog512",
        "PublicKeyAlgorithmId 1.2.643.2.2.19": "gost2001",
        "PublicKeyAlgorithmId 1.2.643.7.1.1.1.1": "gost2012-256",
        "PublicKeyAlgorithmId 1.2.643.7.1.1.1.2": "gost2012-512",
        "SignedDigestAlgorithmId 1.2.643.7.1.1.3.2": "gost2012-256-streebog256",
        "SignedDigestAlgorithmId 1.2.643.7.1.1.3.3": "gost2012-512-streebog512",
        "SignedDigestAlgorithmId 1.2.643.7.1.1.1.1": "gost2012-256",
    }
    for row, name in expected.items():
        oid = row.split()[1]
        assert alone[row] == [name, oid, oid]
    # parameters omitted, as rule GST-01 demands of what we write
    assert alone["digest"] == "300a06082a85030701010202"
    assert alone["unknown key"] == "0000"
