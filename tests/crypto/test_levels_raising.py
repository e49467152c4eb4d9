"""Raising signatures that are there: ours and others', one or all, and what must be refused."""

import tracemalloc
from pathlib import Path

import pytest
from imprint_referee import ARCHIVE_V3, SIGNATURE_TIME_STAMP, Seen, openssl_accepts
from levels_lab import LEVELS, Lab, codes, serving
from signing_lab import TEXT, others, refused
from stand_ins import openssl

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms.locating import identity, locate
from app.crypto.cms.reading import open_cms
from app.crypto.model import Encoding, SignatureLevel, SigningAct
from app.crypto.network.policy import NetworkPolicy
from app.crypto.verdict.report import Indication
from app.errors import ErrorCode

B, T, XL1, LT, LTA = SignatureLevel
WAYS = [
    (KeyAlgorithm.RSA, False, (T, XL1)),
    (KeyAlgorithm.ECDSA_P256, True, (XL1,)),
    (KeyAlgorithm.GOST_256, True, (T, LT, LTA, LTA)),
    (KeyAlgorithm.GOST_512, False, (LTA, LTA)),
    (KeyAlgorithm.RSA, True, (LT, LTA)),
    (KeyAlgorithm.ECDSA_P256, False, (XL1, LT)),
]


@pytest.mark.parametrize(("algorithm", "attached", "way"), WAYS)
def test_step_by_step(
    tmp_path: Path, source: Path, algorithm: KeyAlgorithm, attached: bool, way: tuple[str, ...]
):
    """Each step is a new file whose signature is the old one with more behind it."""
    openssl.demand()
    with serving(tmp_path, algorithm) as lab:
        path = lab.sign(source, B, attached=attached).target
        for level in way:
            before, name = path.read_bytes(), path
            raised = lab.raise_file(path, SignatureLevel(level))
            (one,) = raised.signatures
            assert (one.index, one.after, one.shortfall) == (
                0,
                LEVELS[SignatureLevel(level)],
                None,
            )
            assert raised.target != name
            assert name.read_bytes() == before
            _demand_kept(name, raised.target)
            path = raised.target
            report = lab.report(path)
            assert report.verdict is Indication.TOTAL_PASSED
            assert not {code for code in codes(report) if code.startswith("level_")}
            good, words = openssl.verify(
                path,
                content=None if attached else source,
                root=lab.pki.root,
                out=tmp_path / "checked",
            )
            assert good, words
        _demand_archives(lab, path, tmp_path)
        assert source.read_bytes() == TEXT


def _demand_kept(before: Path, after: Path) -> None:
    """Demand that what was signed is there to the octet."""
    old, new = open_cms(before), open_cms(after)
    keys = [{identity(one.raw) for one in locate(read.layout.signers)} for read in (old, new)]
    assert keys[0] <= keys[1]
    assert set(old.layout.certificates) <= set(new.layout.certificates)
    attributes = [
        {
            one.encoded
            for place in locate(read.layout.signers)
            for one in place.signer.unsigned_attributes
        }
        for read in (old, new)
    ]
    assert attributes[0] <= attributes[1]


def _demand_archives(lab: Lab, path: Path, folder: Path) -> None:
    """OpenSSL finds every archive time-stamp of the way, the earlier ones too, over its octets."""
    seen = Seen.of(path.read_bytes())
    for token in seen.tokens(ARCHIVE_V3):
        octets = seen.archive_octets(token, TEXT)
        openssl_accepts(token, octets, folder, lab.pki.root, lab.pki.ca)


def test_made_by_openssl(tmp_path: Path, source: Path):
    """A signature that OpenSSL made, in BER with the content inside, is raised to LTA."""
    openssl.demand()
    with serving(tmp_path, KeyAlgorithm.RSA) as lab:
        key, certificate = tmp_path / "person.key", tmp_path / "person.pem"
        bundle = lab.pki.pfx(b"1")
        (tmp_path / "person.pfx").write_bytes(bundle)
        openssl.succeed(
            "pkcs12", "-in", tmp_path / "person.pfx", "-passin", "pass:1", "-nodes", "-nocerts",
            "-out", key,
        )  # fmt: skip
        (tmp_path / "person.der").write_bytes(lab.pki.leaf)
        openssl.succeed(
            "x509", "-inform", "DER", "-in", tmp_path / "person.der", "-out", certificate
        )
        made = tmp_path / "made.p7m"
        openssl.succeed(
            "cms", "-sign", "-binary", "-stream", "-nodetach", "-cades", "-in", source,
            "-outform", "DER", "-signer", certificate, "-inkey", key, "-md", "sha256", "-out", made,
        )  # fmt: skip
        assert made.read_bytes()[1] == 0x80  # BER, of indefinite length
        raised = lab.raise_file(made, LTA)
        assert [one.after for one in raised.signatures] == ["CAdES-LTA"]
        assert lab.report(raised.target).verdict is Indication.TOTAL_PASSED
        good, words = openssl.verify(
            raised.target, content=None, root=lab.pki.root, out=tmp_path / "checked"
        )
        assert good, words
        assert (tmp_path / "checked").read_bytes() == TEXT


def test_one_of_several(tmp_path: Path, source: Path):
    """Only the signature that was named grows; the others stay as they are."""
    with serving(tmp_path) as lab:
        path = lab.sign(source, B).target
        path = lab.act(SigningAct.CO_SIGN, path, B).target
        raised = lab.raise_file(path, T, numbers=(2,))
        assert [(one.number, one.after) for one in raised.signatures] == [(2, "CAdES-T")]
        reports = lab.verify(raised.target).report.signatures
        assert sorted(one.level for one in reports) == ["CAdES-BES", "CAdES-T"]
        raised = lab.raise_file(raised.target, LT)
        reports = lab.verify(raised.target).report.signatures
        assert [one.level for one in reports] == ["CAdES-LT", "CAdES-LT"]


def test_all_with_counter_signatures(tmp_path: Path, source: Path):
    """Counter-signatures come first: the archive time-stamp of what they stand on covers them."""
    with serving(tmp_path) as lab:
        path = lab.sign(source, B).target
        path = lab.act(SigningAct.COUNTER_SIGN, path, B, countersigned=1).target
        raised = lab.raise_file(path, LTA)
        assert [(one.number, one.after) for one in raised.signatures] == [
            (1, "CAdES-LTA"),
            (2, "CAdES-LT"),
        ]
        reports = lab.verify(raised.target).report.signatures
        assert [one.verdict for one in reports] == [Indication.TOTAL_PASSED] * 2
        error = refused(lambda: lab.raise_file(raised.target, T, numbers=(2,)))
        assert error.code is ErrorCode.LEVEL_REACHED
        path = lab.act(SigningAct.CO_SIGN, raised.target, B).target
        assert {one.level for one in lab.verify(path).report.signatures} >= {"CAdES-LTA"}


def test_countersignature_below_an_archive_stays(tmp_path: Path, source: Path):
    """What an archive time-stamp covers cannot grow any more."""
    with serving(tmp_path) as lab:
        path = lab.sign(source, B).target
        path = lab.act(SigningAct.COUNTER_SIGN, path, B, countersigned=1).target
        archived = lab.raise_file(path, LTA, numbers=(1,)).target
        error = refused(lambda: lab.raise_file(archived, T, numbers=(2,)))
        assert error.code is ErrorCode.ARCHIVE_STAMP_HOLDS


def test_refusals(tmp_path: Path, source: Path):
    """What cannot be raised says why, and nothing is written."""
    with serving(tmp_path) as lab:
        made = lab.sign(source, LT).target
        plain = lab.sign(source, B).target
        known = (source, made, plain, tmp_path / f"trust-{lab.algorithm}")
        broken = bytearray(plain.read_bytes())
        broken[-20] ^= 1
        cases = [
            (made, LT, {}, ErrorCode.LEVEL_REACHED),
            (made, T, {}, ErrorCode.LEVEL_REACHED),
            (made, XL1, {}, ErrorCode.LEVEL_UNSUITABLE),
            (made, B, {}, ErrorCode.LEVEL_UNSUITABLE),
            (plain, T, {"numbers": (7,)}, ErrorCode.SIGNATURE_NUMBER_UNKNOWN),
            (plain, T, {"output": made}, ErrorCode.TARGET_EXISTS),
            (plain, T, {"evidence": lab.order(network=NetworkPolicy())}, ErrorCode.NETWORK_OFFLINE),
            (source, T, {}, ErrorCode.FORMAT_UNKNOWN),
        ]
        for path, level, changes, code in cases:
            error = refused(lambda p=path, n=level, c=changes: lab.raise_file(p, n, **c))
            assert error.code is code, (error, path, level)
        damaged = tmp_path / "damaged.sig"
        damaged.write_bytes(broken)
        error = refused(lambda: lab.raise_file(damaged, T, content=source))
        assert error.code is ErrorCode.SIGNATURE_BROKEN
        assert others(tmp_path, damaged, *known) == []


def test_partly_raised_is_saved_with_the_reason(tmp_path: Path, source: Path):
    """A time-stamp that was had is kept though the evidence lacks."""
    with serving(tmp_path) as lab:
        path = lab.sign(source, B).target
        trust = lab.trust
        poor = type(trust)(anchors=trust.anchors)
        raised = lab.raise_file(path, LT, evidence=lab.order(trust=poor))
        (one,) = raised.signatures
        assert one.after == "CAdES-T"
        assert one.shortfall is not None
        assert one.shortfall.code == ErrorCode.EVIDENCE_INCOMPLETE
        assert lab.report(raised.target).level == "CAdES-T"


def test_large_content_streams(tmp_path: Path):
    """Content of many megabytes inside is copied and digested, not held."""
    peaks = []
    with serving(tmp_path) as lab:
        for size in (1, 16 << 20):
            large = tmp_path / f"{size}.bin"
            large.write_bytes(b"0123456789abcdef" * (size // 16 or 1))
            path = lab.sign(large, B, attached=True, encoding=Encoding.BASE64).target
            tracemalloc.start()
            raised = lab.raise_file(path, LTA)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert [one.after for one in raised.signatures] == ["CAdES-LTA"]
            assert open_cms(raised.target).content.size == large.stat().st_size
    assert peaks[1] - peaks[0] < 12 << 20


def test_token_over_signature_is_kept(tmp_path: Path, source: Path):
    """Raising from T on uses the time-stamp that is there and asks for no other."""
    with serving(tmp_path) as lab:
        path = lab.sign(source, T).target
        raised = lab.raise_file(path, LT)
        tokens = [
            Seen.of(one.read_bytes()).tokens(SIGNATURE_TIME_STAMP) for one in (path, raised.target)
        ]
        assert tokens[0] == tokens[1]
        assert raised.network == ()
