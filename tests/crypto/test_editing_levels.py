"""Files whose signatures carry evidence: what is done beside it leaves it as good as it was."""

from pathlib import Path

import pytest
from editing_lab import co_sign, counter_sign, door, sign
from levels_lab import Lab, serving
from signing_lab import QUICK, refused

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import splicing
from app.crypto.cms.levels import oids
from app.crypto.cms.reading import open_cms
from app.crypto.editing.model import Convert, Merge, Remove, Split
from app.crypto.model import SignatureLevel, SigningAct
from app.crypto.signing.completing import Completed, NewSignature
from app.errors import ErrorCode

RSA = KeyAlgorithm.RSA
LTA = SignatureLevel.LTA


def levels(lab: Lab, path: Path, document: Path) -> list[str]:
    """Return the level of each signature, as verification gives it."""
    inside = open_cms(path).content is not None
    report = lab.verify(path, content=None if inside else document).report
    return [str(one.level) for one in report.signatures]


@pytest.fixture
def archived(tmp_path: Path, source: Path):
    """Return a laboratory and a file at the highest level, and a co-signed one."""
    with serving(tmp_path, QUICK) as lab:
        path = lab.sign(source, LTA).target
        assert levels(lab, path, source) == ["CAdES-LTA"]
        yield lab, path


def test_co_sign_beside_an_archive(archived: tuple[Lab, Path], source: Path):
    """A second signer comes, is certified, and goes again: the archive holds all the time."""
    lab, path = archived
    both = co_sign(path, RSA)
    assert levels(lab, both, source) == ["CAdES-LTA", "CAdES-BES"]
    certified = counter_sign(counter_sign(both, RSA, 1), RSA, 3)
    assert levels(lab, certified, source)[0] == "CAdES-LTA"
    (left,) = door().remove(Remove(source=both, number=2)).targets
    assert levels(lab, left, source) == ["CAdES-LTA"]
    assert set(open_cms(path).layout.certificates) <= set(open_cms(left).layout.certificates)


def test_removing_the_other_keeps_all_certificates(archived: tuple[Lab, Path], source: Path):
    """What an archive time-stamp of another is over stays, and the answer says so."""
    lab, path = archived
    both = lab.act(SigningAct.CO_SIGN, path, LTA).target
    assert levels(lab, both, source) == ["CAdES-LTA", "CAdES-LTA"]
    third = co_sign(both, RSA)
    again = lab.act(SigningAct.CO_SIGN, third, LTA).target
    answer = door().remove(Remove(source=again, number=3))
    assert [one.code for one in answer.notices] == ["certificates_held"]
    assert levels(lab, answer.targets[0], source) == ["CAdES-LTA"] * 3


def test_in_and_out(archived: tuple[Lab, Path], source: Path):
    """The document goes in and out; the index of the archive holds."""
    lab, path = archived
    (full,) = door().convert(Convert(source=path, attached=True)).targets
    assert levels(lab, full, source) == ["CAdES-LTA"]
    (thin,) = door().convert(Convert(source=full, attached=False)).targets
    assert levels(lab, thin, source) == ["CAdES-LTA"]


def test_merge_and_split(archived: tuple[Lab, Path], source: Path):
    """Joined with another's signature and parted from it again."""
    lab, path = archived
    other = sign(source, RSA)
    for pair in ((path, other), (other, path)):
        (both,) = door().merge(Merge(sources=pair)).targets
        assert sorted(levels(lab, both, source)) == ["CAdES-BES", "CAdES-LTA"]
        parted = door().split(Split(source=both)).targets
        told = [levels(lab, one, source) for one in parted]
        assert sorted(told) == [["CAdES-BES"], ["CAdES-LTA"]]


def test_merge_keeps_the_higher_level(archived: tuple[Lab, Path], source: Path):
    """The same signature with and without evidence: the evidence stays."""
    lab, path = archived
    parts, head = splicing.take_apart(path.read_bytes())
    bare = path.with_name("bare.sig")
    (signer,) = parts.signers
    plain = splicing.with_signers(parts, (splicing.with_unsigned_attributes(signer, ()),))
    bare.write_bytes(splicing.put_together(plain, head))
    for pair in ((bare, path), (path, bare)):
        answer = door().merge(Merge(sources=pair))
        assert (answer.signers, answer.duplicates) == (1, 1)
        assert levels(lab, answer.targets[0], source) == ["CAdES-LTA"]


def test_old_archive_forbids_another_form(source: Path):
    """The older archive time-stamps are over the form of the content itself."""
    path = sign(source, QUICK)
    parts, head = splicing.take_apart(path.read_bytes())
    stamped = splicing.with_unsigned_attribute(
        parts.signers[0], oids.ARCHIVE_TIME_STAMP_V2, b"\x05\x00"
    )
    path.write_bytes(splicing.put_together(splicing.with_signers(parts, (stamped,)), head))
    error = refused(lambda: door().convert(Convert(source=path, attached=True)))
    assert error.code is ErrorCode.ARCHIVE_STAMP_HOLDS
    other = sign(source, RSA)
    for pair in ((path, other), (other, path)):
        error = refused(lambda pair=pair: door().merge(Merge(sources=pair)))
        assert error.code is ErrorCode.ARCHIVE_STAMP_HOLDS


def test_evidence_that_does_not_fit_costs_no_signature(
    archived: tuple[Lab, Path], source: Path, monkeypatch: pytest.MonkeyPatch
):
    """If what was fetched cannot be put into the file, the signature is saved without it."""
    lab, path = archived

    def too_much(new: NewSignature) -> Completed:
        rubbish = tuple(b"\x30\x04\x04\x02%c%c" % divmod(n, 256) for n in range(1001))
        return Completed(signer=new.signer, certificates=rubbish)

    monkeypatch.setattr("app.crypto.signing.acts.complete", too_much)
    signed = lab.act(SigningAct.CO_SIGN, path, SignatureLevel.T)
    assert signed.shortfall is not None
    assert signed.shortfall.code == ErrorCode.FORMAT_TOO_COMPLEX
    assert levels(lab, signed.target, source) == ["CAdES-LTA", "CAdES-BES"]
