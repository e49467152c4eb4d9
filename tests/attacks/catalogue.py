"""The attack set of signatures beside a document: classes, names, what makes each of them.

The PDF part has a catalogue of its own (`pdf_catalogue`); powers of attorney and lists of authorities
are in `xml_forgeries`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from attacks.cms_algorithms import ANY_KEY, OF_KEYS
from attacks.cms_attributes import ATTRIBUTES
from attacks.cms_certificates import PATHS, SWAPS
from attacks.cms_forge import Scene
from attacks.cms_revocation import ANSWERS, LISTS
from attacks.cms_stamps import STAMPS
from attacks.cms_structures import BOMBS, CONTENTS, COUNTERS, STRUCTURES
from attacks.expected import EXPECTED
from stand_ins.pki import Pki, pki_of

from app.algorithms.names import KeyAlgorithm

RSA, ECDSA, GOST = KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256, KeyAlgorithm.GOST_256
THREE, TWO, ONE = (RSA, ECDSA, GOST), (RSA, GOST), (GOST,)

Build = Callable[[Pki], Scene]


@dataclass(frozen=True)
class Attack:
    """One hostile signature."""

    family: str
    name: str
    algorithm: KeyAlgorithm
    build: Build
    expected: str
    """Indication, sub-indication if there is one, and a reason that must be among those told."""

    @property
    def id(self) -> str:
        """Its name among all."""
        return f"{self.family}: {self.name} [{self.algorithm}]"

    def made(self) -> Scene:
        """Make it."""
        return self.build(pki_of(self.algorithm))


_FAMILIES: Mapping[str, tuple[Mapping[str, Build], tuple[KeyAlgorithm, ...]]] = {
    "signed attributes": (ATTRIBUTES, THREE),
    "algorithms": (ANY_KEY, THREE),
    "certificates exchanged": (SWAPS, THREE),
    "paths": (PATHS, TWO),
    "revocation lists": (LISTS, TWO),
    "OCSP answers": (ANSWERS, TWO),
    "time-stamps": (STAMPS, TWO),
    "contents": (CONTENTS, TWO),
    "counter-signatures": (COUNTERS, TWO),
    "structures": (STRUCTURES, ONE),
    "bombs": (BOMBS, ONE),
}


def attacks() -> Iterator[Attack]:
    """Yield every hostile signature, for each algorithm it is made with."""
    for family, (builds, algorithms) in _FAMILIES.items():
        for algorithm in algorithms:
            for name, build in builds.items():
                yield _attack(family, name, algorithm, build)
    for algorithm, builds in OF_KEYS.items():
        for name, build in builds.items():
            yield _attack("algorithms", name, algorithm, build)


def _attack(family: str, name: str, algorithm: KeyAlgorithm, build: Build) -> Attack:
    wanted = EXPECTED[family]
    expected = wanted.get(f"{name} [{algorithm}]") or wanted.get(name, "")
    return Attack(family, name, algorithm, build, expected)
