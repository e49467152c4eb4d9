"""Putting a SignedData together anew: octets stay, versions follow the standard, faults are named."""

from dataclasses import replace
from pathlib import Path

import pytest
from cms_lab import CONTENT, QUICK, check, content_of, sign
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_ins import openssl

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import editing, locating, splicing, structure, tlv
from app.crypto.cms.checking import check_cms
from app.crypto.cms.reading import read_cms
from app.crypto.cms.splicing import Parts
from app.errors import ErrorCode, RoscherkError

NULL = b"\x05\x00"
SIGNATURES = ("cms-rfc4134", "cms-gnutls", "cms-openssl", "gost-vectors", "tsp-ocsp-crl")


def parts() -> Parts:
    """Return the parts of a small signature."""
    return splicing.take_apart(sign())[0]


@pytest.mark.parametrize("algorithm", [QUICK, KeyAlgorithm.RSA, KeyAlgorithm.GOST_512])
@pytest.mark.parametrize("attached", [False, True])
def test_apart_and_together(algorithm: KeyAlgorithm, attached: bool):
    """What we wrote is the same again, octet by octet."""
    data = sign(algorithm, attached=attached)
    assert splicing.put_together(*splicing.take_apart(data)) == data


def test_files_of_others(data_folder: Path):
    """Every readable file of others keeps its parts and its verdicts."""
    tried = 0
    for folder in SIGNATURES:
        for path in sorted((data_folder / folder).rglob("*")):
            if not path.is_file():
                continue
            try:
                data = openssl_binary(path.read_bytes())
                before = read_cms(data)
            except RoscherkError:
                continue
            after = read_cms(splicing.put_together(*splicing.take_apart(data)))
            told = (after.layout.signers, after.layout.certificates, after.layout.crls)
            assert told == (before.layout.signers, before.layout.certificates, before.layout.crls)
            for one, two in zip(check_cms(before), check_cms(after), strict=True):
                assert (one.signature_verifies, one.digest_matches, one.format_problems) == (
                    two.signature_verifies,
                    two.digest_matches,
                    tuple(p for p in two.format_problems),
                )
            tried += 1
    assert tried > 10


def openssl_binary(data: bytes) -> bytes:
    """Return the binary of a file that may be text: only binary is taken apart here."""
    if data[:1] == b"\x30":
        return data
    raise RoscherkError(ErrorCode.FORMAT_UNKNOWN)


@pytest.mark.parametrize(
    ("changes", "version"),
    [
        ({}, 1),
        ({"content_type": "1.2.840.113549.1.9.16.1.4"}, 3),
        ({"certificates": (b"\xa1\x00",)}, 3),
        ({"certificates": (b"\xa2\x00", b"\xa1\x00")}, 4),
        ({"certificates": (b"\xa3\x00",)}, 5),
        ({"crls": (b"\x30\x00",)}, 1),
        ({"crls": (b"\xa1\x00",)}, 5),
    ],
)
def test_version(changes: dict[str, object], version: int):
    """SignedData.version as RFC 5652 §5.1 derives it."""
    assert splicing.version_of(replace(parts(), **changes)) == version  # type: ignore[arg-type]


def test_version_of_a_key_identifier():
    """A signer of version 3 makes the file one of version 3."""
    signer = tlv.encode(tlv.SEQUENCE, tlv.encode_integer(3), b"\x80\x01a", b"\x30\x02\x06\x00")
    assert splicing.version_of(splicing.with_signer(parts(), signer)) == 3


def test_sets_stay_in_order():
    """A sorted set stays sorted; an unsorted one keeps its order, and its doubles."""
    first, second, third = (tlv.encode(tlv.SEQUENCE, tlv.encode_integer(n)) for n in (1, 2, 3))
    ordered = splicing.with_certificates(replace(parts(), certificates=(first, third)), [second])
    assert ordered.certificates == (first, second, third)
    loose = splicing.with_certificates(
        replace(parts(), certificates=(third, first, first)), [second, third, second]
    )
    assert loose.certificates == (third, first, first, second)


def test_digest_algorithms_follow_the_signers():
    """What no signer needs any more goes; what a new one needs comes; the rest stays as it is."""
    gost, _ = splicing.take_apart(sign(KeyAlgorithm.GOST_256))
    both = splicing.with_signers(parts(), (*parts().signers, *gost.signers))
    assert len(both.digest_algorithms) == 2
    assert splicing.with_signers(both, gost.signers).digest_algorithms == gost.digest_algorithms
    foreign = replace(parts(), digest_algorithms=(*parts().digest_algorithms, b"\x30\x03\x06\x01*"))
    assert splicing.with_signers(foreign, foreign.signers) == foreign


def test_unsigned_attributes():
    """They come and go, each whole; everything else of the signer stays to the octet."""
    (signer,) = parts().signers
    assert splicing.unsigned_attributes(signer) == ()
    one = splicing.with_unsigned_attribute(signer, "1.2.3.4", NULL)
    two = splicing.with_unsigned_attribute(one, "1.2.3.4", NULL)
    attribute = splicing.encode_attribute("1.2.3.4", NULL)
    assert splicing.unsigned_attributes(two) == (attribute, attribute)
    assert splicing.with_unsigned_attributes(two, ()) == signer
    assert locating.identity(two) == signer
    assert splicing.attribute_oid(attribute) == "1.2.3.4"


def test_stamped_order_stays():
    """Behind an old archive time-stamp attributes keep their order, whatever it is."""
    stamp = splicing.encode_attribute("1.2.840.113549.1.9.16.2.48", NULL)
    small = splicing.encode_attribute("1.2", NULL)
    assert splicing.grown_attributes((stamp,), small) == (stamp, small)
    assert splicing.grown_attributes((splicing.encode_attribute("1.9", NULL),), small)[0] == small


def test_indefinite_signer():
    """A signer without lengths keeps its octets; only the header around them becomes definite."""
    (signer,) = parts().signers
    loose = b"\x30\x80" + tlv.read_whole(signer).contents + b"\0\0"
    head = splicing.take_apart(sign())[1]
    data = splicing.put_together(splicing.with_signers(parts(), (loose,)), head)
    assert read_cms(data).layout.signers == (loose,)
    changed = splicing.with_unsigned_attribute(loose, "1.2.3.4", NULL)
    assert changed == splicing.with_unsigned_attribute(signer, "1.2.3.4", NULL)
    (facts,) = check(data)
    assert facts.signature_verifies


def test_damaged_signer_is_carried_along():
    """A SignerInfo that cannot be read stays as it is, and stays one of the signers."""
    damaged = tlv.encode(tlv.SEQUENCE, b"\x02\x01\x01")
    both = splicing.with_signers(parts(), (*parts().signers, damaged))
    data = splicing.put_together(both, splicing.take_apart(sign())[1])
    good, bad = check(data)
    assert good.signature_verifies
    assert bad.format_problems
    assert [one.signer is None for one in locating.locate(both.signers)] == [False, True]
    assert editing.removed(both, 1).parts.signers == parts().signers


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_octets(data: st.DataObject):
    """Mutants of a file: taken apart and put together, or refused by a named error."""
    original = bytearray(sign(attached=True))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(original) - 1))
        original[at] = data.draw(st.integers(0, 255))
    try:
        taken, head = splicing.take_apart(bytes(original))
        again = splicing.put_together(taken, head)
        assert splicing.take_apart(again) == (taken, head)
        for place in locating.locate(taken.signers):
            locating.identity(place.raw)
        editing.split(taken)
        editing.merged([taken, taken])
    except RoscherkError as error:
        assert error.code in {  # noqa: PT017 - only what is named here may be raised
            ErrorCode.FORMAT_DAMAGED,
            ErrorCode.FORMAT_UNKNOWN,
            ErrorCode.FORMAT_TOO_COMPLEX,
            ErrorCode.ARCHIVE_STAMP_HOLDS,
        }


def test_counter_signature_is_replaced_at_its_place():
    """The value at the end of the way is exchanged or taken out; its neighbours stay."""
    (signer,) = parts().signers
    top = signer
    for _ in range(2):
        top = splicing.with_unsigned_attribute(top, structure.COUNTER_SIGNATURE, signer)
    places = locating.locate((top,))
    assert [one.steps for one in places] == [(), ((0, 0),), ((1, 0),)]
    longer = splicing.with_unsigned_attribute(signer, "1.2.3.4", NULL)
    changed = locating.with_signature(top, places[2].steps, longer)
    assert [one.raw for one in locating.locate((changed,))][1:] == [signer, longer]
    left = locating.with_signature(changed, places[1].steps, None)
    assert [one.raw for one in locating.locate((left,))][1:] == [longer]
    assert locating.identity(left) == signer


def test_referee_takes_an_unsorted_set():
    """A new signer of an unsorted set goes to its end, and the referee still reads the file."""
    openssl.demand()
    gost, _ = splicing.take_apart(sign(KeyAlgorithm.GOST_256))
    pair = sorted((*parts().signers, *gost.signers), reverse=True)
    both = splicing.with_signers(splicing.with_certificates(parts(), gost.certificates), pair)
    data = splicing.put_together(both, splicing.take_apart(sign())[1])
    assert all(f.signature_verifies for f in check_cms(read_cms(data), content_of(CONTENT)))
    done = openssl.openssl("cms", "-cmsout", "-inform", "DER", "-print", "-noout", stdin=data)
    assert done.returncode == 0
