"""Known answers, asked of libgcrypt once before its first use in a process.

A library that fails here is never used: no digest and no verdict is better than a wrong one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from app.algorithms.gost import calls, curves, library
from app.algorithms.gost.curves import Point
from app.algorithms.gost.library import SecureMemory
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_STREEBOG_256, _STREEBOG_512 = 309, 310

_M1 = b"012345678901234567890123456789012345678901234567890123456789012"
_M2 = bytes.fromhex(
    "d1e520e2e5f2f0e82c20d1f2f0e8e1eee6e820e2edf3f6e82c20e2e5fef2fa20"
    "f120eceef0ff20f1f2f0e5ebe0ece820ede020f5f0e0e1f0fbff20efebfaeafb"
    "20c8e3eef0e5e2fb"
)
_CARRY = b"\xff" * 128
_HASHES = (
    # RFC 6986 §10, its octets in the order of the standard's implementations
    (_STREEBOG_256, _M1, "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"),
    (
        _STREEBOG_512,
        _M1,
        (
            "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
            "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
        ),
    ),
    (_STREEBOG_256, _M2, "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50"),
    (
        _STREEBOG_512,
        _M2,
        (
            "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376"
            "035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28"
        ),
    ),
    # Blocks of ones make the carry run through the whole checksum, where versions of several
    # libraries, libgcrypt among them, once lost it.
    (_STREEBOG_256, _CARRY, "4749bfc37b7ddad7c745dc2da1fb22619f70154c064ae3b6cb34bc2b2c0827c1"),
)


@dataclass(frozen=True, kw_only=True)
class _Example:
    """An example of a standard: numbers in its own notation."""

    oid: str
    d: str
    k: str
    e: str
    x: str
    y: str
    r: str
    s: str


_SIGNATURES = (
    # RFC 7091 §7.1
    _Example(
        oid="1.2.643.2.2.35.0",
        d="7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28",
        k="77105C9B20BCD3122823C8CF6FCC7B956DE33814E95B7FE64FED924594DCEAB3",
        e="2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5",
        x="7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B",
        y="26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA",
        r="41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493",
        s="01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40",
    ),
    # GOST R 34.10-2012, appendix A, example 2
    _Example(
        oid="1.2.643.7.1.2.1.2.0",
        d=(
            "0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B1020"
            "72E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4"
        ),
        k=(
            "0359E7F4B1410FEACC570456C6801496946312120B39D019D455986E364F3658"
            "86748ED7A44B3E794434006011842286212273A6D14CF70EA3AF71BB1AE679F1"
        ),
        e=(
            "3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C591"
            "7184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C"
        ),
        x=(
            "115DC5BC96760C7B48598D8AB9E740D4C4A85A65BE33C1815B5C320C854621DD"
            "5A515856D13314AF69BC5B924C8B4DDFF75C45415C1D9DD9DD33612CD530EFE1"
        ),
        y=(
            "37C7C90CD40B0F5621DC3AC1B751CFA0E2634FA0503B3D52639F5D7FB72AFD61"
            "EA199441D943FFE7F0C70A2759A3CDB84C114E1F9339FDF27F35ECA93677BEEC"
        ),
        r=(
            "2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD3"
            "5492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36"
        ),
        s=(
            "1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5"
            "823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A"
        ),
    ),
)


@cache
def ready() -> None:
    """Load libgcrypt and ask it the hashes and the verifications of the standards, once.

    Raises ``LIBGCRYPT_MISSING``, or ``SELF_TEST_FAILED`` with the name of what failed.
    """
    with failing("streebog"):
        for algorithm, message, expected in _HASHES:
            handle = calls.Handle(algorithm)
            handle.write(message, len(message))
            demand(handle.finish(len(expected) // 2).hex() == expected)
    with failing("gost3410-verify"):
        for example in _SIGNATURES:
            curve = curves.by_oid(example.oid)
            point = Point(int(example.x, 16), int(example.y, 16))
            e, r, s = (int(text, 16) for text in (example.e, example.r, example.s))
            demand(calls.verify(curve, point, e, r, s))
            demand(not calls.verify(curve, point, e ^ 1, r, s))


@cache
def ready_to_sign() -> None:
    """Ask for the signatures of the standards too, with their keys and nonces, once."""
    ready()
    with failing("gost3410-sign"):
        for example in _SIGNATURES:
            curve = curves.by_oid(example.oid)
            with _memory(example.d) as private, _memory(example.k) as nonce:
                point = calls.public_point(curve, private)
                signature = calls.sign(curve, private, int(example.e, 16), nonce)
            demand(point == Point(int(example.x, 16), int(example.y, 16)))
            demand(signature == (int(example.r, 16), int(example.s, 16)))


def _memory(text: str) -> SecureMemory:
    octets = bytes.fromhex(text)
    memory = SecureMemory(len(octets))
    memory.octets[:] = list(octets)
    return memory


class _WrongAnswerError(Exception):
    """An answer differs from the standard's."""


def demand(right: bool) -> None:
    """Raise, inside `failing`, for an answer that is not the standard's."""
    if not right:
        raise _WrongAnswerError


@contextmanager
def failing(what: str) -> Iterator[None]:
    """Turn a wrong answer, or a refusal (libgcrypt in FIPS mode), into ``SELF_TEST_FAILED``."""
    try:
        yield
    except _WrongAnswerError as error:
        raise _failure(what) from error
    except RoscherkError as error:
        if error.code is ErrorCode.LIBGCRYPT_MISSING:
            raise
        raise _failure(what).with_facts(**error.facts) from error


def _failure(what: str) -> RoscherkError:
    return RoscherkError(ErrorCode.SELF_TEST_FAILED, algorithm=what, version=library.version())
