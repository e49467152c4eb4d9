"""What RFC 9215 demands of a GOST public key and its parameters (rules GST-04, GST-05)."""

from app.crypto.cms import tlv
from app.crypto.cms.codes import ConstraintProblem, Remark
from app.crypto.verdict.facts import Notice
from app.errors import RoscherkError
from app.values import dataclass

_KEY_256 = "1.2.643.7.1.1.1.1"
_KEY_512 = "1.2.643.7.1.1.1.2"
_STREEBOG_256 = "1.2.643.7.1.1.2.2"
_STREEBOG_512 = "1.2.643.7.1.1.2.3"

TEST_CURVES = frozenset({"1.2.643.2.2.35.0", "1.2.643.7.1.2.1.2.0"})
_CRYPTOPRO_CURVES = frozenset(
    {
        "1.2.643.2.2.35.1",
        "1.2.643.2.2.35.2",
        "1.2.643.2.2.35.3",
        "1.2.643.2.2.36.0",
        "1.2.643.2.2.36.1",
    }
)


@dataclass(frozen=True)
class KeyParameters:
    """The AlgorithmIdentifier of a public key, taken apart."""

    oid: str
    raw: bytes | None
    curve: str | None = None
    digest: str | None = None


def read_key_parameters(public_key: bytes) -> KeyParameters:
    """Read the parameters of a SubjectPublicKeyInfo; raise FORMAT_DAMAGED if it is none."""
    algorithm = tlv.read_whole(public_key).walker().take(tlv.SEQUENCE).children()
    oid = tlv.oid(algorithm[0]) if algorithm else ""
    if len(algorithm) < 2:
        return KeyParameters(oid, None)
    raw = algorithm[1].raw
    parts = algorithm[1].children() if algorithm[1].constructed else []
    try:
        oids = [tlv.oid(part) for part in parts]
    except RoscherkError:
        oids = []
    return KeyParameters(oid, raw, *oids[:2])


def test_curve_problem(parameters: KeyParameters) -> Notice | None:
    """Refuse the curves that exist for tests only (GST-05)."""
    if parameters.curve in TEST_CURVES:
        return Notice(ConstraintProblem.TEST_PARAMETER_SET, {"oid": parameters.curve or ""})
    return None


def digest_set_remark(parameters: KeyParameters) -> Notice | None:
    """Remark on a digestParamSet that RFC 9215 §4.2 forbids, or on its absence (GST-04)."""
    if parameters.oid == _KEY_256:
        if parameters.curve in _CRYPTOPRO_CURVES:
            right = parameters.digest == _STREEBOG_256
        else:
            right = parameters.digest is None
    elif parameters.oid == _KEY_512:
        right = parameters.digest in {None, _STREEBOG_512}
    else:
        right = True
    if right:
        return None
    return Notice(Remark.GOST_DIGEST_PARAMETER_SET, {"oid": parameters.digest or ""})
