"""Tokens of several makers in several states, for pictures."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stand_ins.mock import Mock, profiles
from stand_ins.mock_building import EXTENDED, build

from app.algorithms.names import KeyAlgorithm
from app.tokens.model import Module


@contextmanager
def market(folder: Path) -> Iterator[list[Mock]]:
    """Make two modules with four tokens: in order, with the factory PIN, locked, without a PIN."""
    (folder / "built").mkdir()
    built = build(folder / "built")
    mocks = []
    for name, vendor in (("rtPKCS11ECP", "Актив"), ("jcPKCS11-2", "Аладдин Р.Д.")):
        home = folder / name
        home.mkdir()
        path = home / f"{name}.so"
        shutil.copy(built / EXTENDED, path)
        shutil.copy(built / "curves", home)
        (home / "module").write_text("manufacturer=Mock\ndescription=Mock\n")
        mocks.append(Mock(Module(name, vendor, path), 3))
    first = mocks[0].insert(profiles.RUTOKEN_ECP_3, label="Бухгалтерия")
    first.add_key("Директор 2026", KeyAlgorithm.GOST_256)
    first.add_key("Запасной", KeyAlgorithm.GOST_512, certificate=False)
    second = mocks[0].insert(profiles.RUTOKEN_LITE, slot=1, label="Склад")
    second.set(user_factory=1)
    third = mocks[1].insert(profiles.ESMART_GOST, label="Касса", tries=(10, 10))
    third.set(user_tries=0)
    mocks[1].insert(profiles.JACARTA_GOST, slot=1, label="Новый")
    yield mocks
