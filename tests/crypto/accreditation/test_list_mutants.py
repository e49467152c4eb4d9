"""Mutants of a signed list: an answer or a known error, and never one taken for signed that is not."""

import io
import os
import random
from pathlib import Path

from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.accreditation.model import AccreditedIndex, ReadListRequest
from app.crypto.accreditation.tasks import read_list
from app.errors import RoscherkError
from app.processes.serving import Context

PKI = pki_of(KeyAlgorithm.GOST_256)
CENTERS = [
    Center(name="Первый", certificates=[PKI.ca], history=[("Действует", "2015-01-01"), ("Прекращена", "2020-01-01")]),
    Center(name="Второй", certificates=[PKI.root]),
]  # fmt: skip
GOOD = signed(list_of(CENTERS), signer_of(KeyAlgorithm.GOST_256))
COUNT = int(os.environ.get("ROSCHERK_MUTANTS", "400"))


def mutant(chance: random.Random) -> bytes:
    """Change, repeat, drop or swap pieces."""
    data = bytearray(GOOD)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        place, length = chance.randrange(len(data)), chance.randrange(1, 60)
        act = chance.randrange(5)
        if act == 0:
            data[place] = chance.randrange(256)
        elif act == 1:
            data[place] = chance.choice(b"<>&\"'/ =0123456789ABCabc\xd0\xb0")
        elif act == 2:
            del data[place : place + length]
        elif act == 3:
            data[place:place] = data[place : place + length]
        else:
            other = chance.randrange(len(data))
            data[place : place + length] = data[other : other + length]
    return bytes(data)


def test_mutants(tmp_path: Path):
    """What is told to be signed has the very index of the list that was signed."""
    chance, path = random.Random(20261127), tmp_path / "list.xml"
    with io.FileIO(os.devnull, "w") as sink:
        context = Context(sink, None)

        def read(data: bytes) -> AccreditedIndex | None:
            path.write_bytes(data)
            try:
                found = read_list(ReadListRequest(path=path), context)
            except RoscherkError:
                return None
            return None if found.signer is None else found.index

        right = read(GOOD)
        assert right is not None
        taken = 0
        for _ in range(COUNT):
            found = read(mutant(chance))
            if found is not None:
                assert found == right
                taken += 1
        assert taken <= COUNT // 20
