"""What mutants are made of, and what must hold of each of them: signatures, lists, answers, tokens.

A subject has originals, and for each an oracle that takes a mutant and raises `AssertionError` when
it got more than it deserves. Any error but `RoscherkError` is a finding of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from attacks import subjects_of_keys, subjects_of_past, subjects_of_xml
from attacks.mutation import Kind
from attacks.pdf_documents import plain
from attacks.permitted import WARNINGS, excuses
from attacks.signed_files import Form, SignedFile, passing, sign, warnings_of
from attacks.subject import Counted, Original, Subject
from stand_ins import ocsp_made
from stand_ins.pki import NOW, Pki, pki_of
from stand_ins.time_authority import TimeAuthority, time_authority_of

from app.algorithms import der, digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.building import RevokedEntry
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.timestamps.checking import check_time_stamp
from app.crypto.verdict.facts import ChainFacts, RevocationStatus, TimeStampKind
from app.crypto.verdict.stamps import is_sound

RSA, ECDSA, GOST = KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256, KeyAlgorithm.GOST_256


@dataclass(frozen=True)
class _Signature:
    """A signed file: whatever passes must be excused by the written list, with its warnings."""

    signed: SignedFile

    def __call__(self, data: bytes) -> Counted:
        report = self.signed.judge(data)
        if not passing(report):
            return Counted.REFUSED
        path = frozenset({self.signed.pki.leaf, self.signed.pki.ca})
        reasons = excuses(self.signed.data, data, path)
        assert reasons, "passed without an excuse"
        told = warnings_of(report)
        for reason in reasons & WARNINGS.keys():
            assert WARNINGS[reason] & told, f"no warning of {reason}"
        return Counted.EXCUSED


def _signatures(form: Form, folder: Path) -> tuple[Original, ...]:
    made = []
    for algorithm in (GOST, RSA, ECDSA):
        place = folder / f"{form}-{algorithm}"
        place.mkdir(parents=True)
        signed = sign(form, algorithm, place, plain() if form is Form.PADES else b"")
        if form is not Form.DETACHED_DER:
            for left in place.glob("Договор*"):
                left.unlink()  # so that a lost content is not found beside it
        made.append(Original(str(algorithm), signed.data, _Signature(signed)))
    return tuple(made)


def _trust(pki: Pki) -> LoadedTrust:
    return LoadedTrust.of([pki.root], [pki.ca], [pki.crls[0]])


def _state(pki: Pki, *, lists: tuple[bytes, ...] = (), answers: tuple[bytes, ...] = ()) -> object:
    chain = build_chain(pki.leaf, crls=lists, ocsp=answers, trust=_trust(pki), at=NOW, now=NOW)
    return chain.links[0].revocation.status


@dataclass(frozen=True)
class _Word:
    """A list or an answer on one certificate: good news only out of what was signed as good."""

    state: Callable[[bytes], object]
    signed_part: bytes
    revokes: bool

    def __call__(self, data: bytes) -> Counted:
        if self.state(data) is not RevocationStatus.GOOD:
            return Counted.REFUSED
        assert not self.revokes, "revoked became good"
        assert self.signed_part in data, "good by what nobody signed"
        return Counted.EXCUSED


def _lists(_folder: Path) -> tuple[Original, ...]:
    made = []
    for algorithm in (GOST, RSA, ECDSA):
        pki = pki_of(algorithm)
        number = der.read(pki.leaf).children()[0].children()[1].as_integer()
        line = RevokedEntry(serial=number, at=NOW, reason=1)
        others = [RevokedEntry(serial=one, at=NOW, reason=4) for one in range(5)]
        for name, lines in (("good", others), ("revoking", [*others, line])):
            data = pki.ca_issuer.crl(*lines)
            part = _first_part(data)

            def state(changed: bytes, pki: Pki = pki) -> object:
                return _state(pki, lists=(changed,))

            made.append(
                Original(f"{name} {algorithm}", data, _Word(state, part, name == "revoking"))
            )
    return tuple(made)


def _first_part(data: bytes) -> bytes:
    """Return the part of a list, an answer or a certificate that is signed, in DER."""
    first = der.read(data).children()[0]
    return der.element(first.tag, first.content)


def _answers(_folder: Path) -> tuple[Original, ...]:
    made = []
    for algorithm in (GOST, RSA, ECDSA):
        pki = pki_of(algorithm)
        for name, status in (("good", ocsp_made.GOOD), ("revoking", ocsp_made.revoked(NOW, 1))):
            basic = ocsp_made.made(pki.leaf, pki.ca, pki.ca_issuer.key, status=status, whole=False)
            data = ocsp_made.successful(basic)

            def state(changed: bytes, pki: Pki = pki) -> object:
                return _state(pki, answers=(changed,))

            word = _Word(state, _first_part(basic), name == "revoking")
            made.append(Original(f"{name} {algorithm}", data, word))
    return tuple(made)


STAMPED = b"signature value"


@dataclass(frozen=True)
class _Token:
    """A time-stamp: sound under trust only if nothing that was signed has changed."""

    pki: Pki
    tsa: TimeAuthority
    original: bytes

    @cached_property
    def path(self) -> frozenset[bytes]:
        """What the authority's standing rests on."""
        return frozenset({self.tsa.certificate, self.pki.ca})

    def _chain(
        self, leaf: bytes, pool: object, crls: object, ocsp: object, at: object
    ) -> ChainFacts:
        trust = LoadedTrust.of([self.pki.root], [], self.pki.crls)
        return build_chain(leaf, pool=pool, crls=crls, ocsp=ocsp, trust=trust, at=at)  # type: ignore[arg-type]

    def __call__(self, data: bytes) -> Counted:
        facts = check_time_stamp(
            data,
            lambda name: digests.digest(name, STAMPED),
            TimeStampKind.SIGNATURE,
            self._chain,
        )
        chain = None if facts.signature is None else facts.signature.chain
        if not is_sound(facts) or chain is None or not chain.anchored:
            return Counted.REFUSED
        if any(link.problems for link in chain.links):
            return Counted.REFUSED
        assert excuses(self.original, data, self.path), "a time that nobody told"
        return Counted.EXCUSED


def _tokens(_folder: Path) -> tuple[Original, ...]:
    made = []
    for algorithm in (GOST, RSA, ECDSA):
        pki = pki_of(algorithm)
        tsa = replace(time_authority_of(algorithm), at=NOW)
        data = tsa.token("sha256", digests.digest("sha256", STAMPED))
        made.append(Original(str(algorithm), data, _Token(pki, tsa, data)))
    return tuple(made)


SUBJECTS: Mapping[str, Subject] = {
    "attached": Subject(Kind.DER, lambda folder: _signatures(Form.ATTACHED_DER, folder), 200_000),
    "detached": Subject(Kind.DER, lambda folder: _signatures(Form.DETACHED_DER, folder), 200_000),
    "pdf": Subject(Kind.PDF, lambda folder: _signatures(Form.PADES, folder), 200_000),
    "stamped": Subject(Kind.DER, subjects_of_past.aged_signatures, 50_000),
    "crl": Subject(Kind.DER, _lists, 50_000),
    "ocsp": Subject(Kind.DER, _answers, 50_000),
    "tst": Subject(Kind.DER, _tokens, 50_000),
    "pfx": Subject(Kind.DER, subjects_of_keys.files, 50_000),
    "container": Subject(Kind.DER, subjects_of_keys.containers, 50_000),
    "tsl": Subject(Kind.XML, subjects_of_xml.lists, 50_000),
    "mchd": Subject(Kind.XML, subjects_of_xml.attorneys, 50_000),
}
"""By name. The last number: how many mutants the long job wants."""
